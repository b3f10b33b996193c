"""All that the page of checks shows of one check, read at once; and the views of its list that a person saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.habits import read_habit
from bursar_desk.domain.steps import Step, from_tenths, parse_steps, plain
from bursar_desk.services import catalogue, checks, coverage, recording_history
from bursar_desk.services.standing_facts import own_interval, rule_of

if TYPE_CHECKING:
    from bursar_desk.services.check_answers import Answer
    from bursar_desk.services.checks import CheckDetail
    from bursar_desk.services.coverage import CoverageGrid
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording_history import PastEntry
    from db.queries.checks import CheckRow

MOST_PAST: Final = 40
"""Lines of the history that are read; the log has them all."""
TREND: Final = 12
"""Readings of a trend."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The latest readings of one step, oldest first, with the days they are of; ``good`` says which were in range."""

    step: Step
    days: tuple[dt.date, ...]
    values: tuple[Decimal, ...]
    good: tuple[bool, ...]

    @property
    def sentence(self) -> str:
        """Return ``Latest 52.4 °C, up 0.4 since 20 Oct 2026. Lowest 51, highest 53. Should be 50 °C or more.``"""
        latest = f"Latest {self.step.said(self.values[-1])}"
        if len(self.values) > 1:
            moved = self.values[-1] - self.values[-2]
            way = f"{'up' if moved > 0 else 'down'} {plain(abs(moved))}" if moved else "the same"
            latest += f", {way} since {words.short_date(self.days[-2])}"
        spread = ""
        if len(self.values) > 2:
            spread = f" Lowest {plain(min(self.values))}, highest {plain(max(self.values))}."
        should = f" Should be {self.step.should_be}." if self.step.should_be else ""
        return f"{latest}.{spread}{should}"


@dataclass(frozen=True, slots=True)
class FullCheck:
    """One check with everything beside it. ``changed``: what the school settled otherwise than the shipped list.

    ``grid`` is there for a check with points. ``said_by``, ``why`` and ``review_on`` say why it does not apply.
    ``deputy`` is who stands in for the doer.
    """

    detail: CheckDetail
    answer: Answer
    past: tuple[PastEntry, ...]
    grid: CoverageGrid | None
    trends: tuple[Trend, ...]
    changed: tuple[str, ...]
    asks: tuple[str, ...]
    applies: str
    why: str
    said_by: str
    review_on: dt.date | None
    deputy: str
    out_of_use: bool


def full(desk: Desk, check: bytes) -> FullCheck:
    """Return everything about one check. Raises ``UserError`` when it is not here."""
    from db.queries.checks import checks as ask
    from db.queries.checks import out_of_use
    from db.queries.people import people

    detail = checks.detail(desk, check)
    with desk.store.connect() as con:
        row = next(iter(ask(con, detail.line.school, [check])), None)
        out = any(one.check == check and one.back_on is None for one in out_of_use(con, detail.line.school))
        names = {one.id: one.name for one in people(con, detail.line.school)} if row and row.deputy else {}
    if row is None:
        raise UserError("That check is not in this register.", "Nothing was changed.", "Choose it from the list.")
    past = recording_history.history(desk, check, most=MOST_PAST, detail=detail)
    told = checks.answer(desk, check)
    return FullCheck(
        detail, told, past, coverage.grid(desk, check) if row.points else None,
        trends_of(parse_steps(row.readings), past), changed_here(row), _asks(row), row.applies, row.why, row.said_by,
        row.review_on, names.get(row.deputy or b"", ""), out,
    )  # fmt: skip


def trends_of(steps: Sequence[Step], past: Sequence[PastEntry]) -> tuple[Trend, ...]:
    """Return the run of numbers of each step that has one; corrected entries do not count."""
    found = []
    for step in steps:
        run: list[tuple[dt.date, Decimal]] = []
        for entry in past:
            if entry.what != recording_history.DONE or len(run) == TREND:
                continue
            values = (_value(one) for one in entry.readings if _same(one, step))
            run += [(entry.on, one) for one in values if one is not None][:1]
        if step.numeric and run:
            run.reverse()
            good = tuple(step.judge(value).good for _, value in run)
            found.append(Trend(step, tuple(day for day, _ in run), tuple(value for _, value in run), good))
    return tuple(found)


def _same(reading: Mapping[str, Any], step: Step) -> bool:
    return str(reading.get("name", "")).casefold() == step.name.casefold()


def _value(reading: Mapping[str, Any]) -> Decimal | None:
    return from_tenths(reading.get("value"))


def changed_here(row: CheckRow) -> tuple[str, ...]:
    """Return what a school settled otherwise than the list we ship, each as a sentence without its first word.

    ``every 2 years instead of every year, because ... (Dawn Hill)``. Empty for a check of its own.
    """
    shipped = catalogue.load().get(row.code)
    kept = {"title": shipped.title, "rule": shipped.rule} if shipped else {}
    was = kept | {name: str(value) for name, value in row.copied.items()}
    if not was:
        return ()
    said = []
    rule = rule_of(row.rule)
    own, _refused = own_interval(rule, row.own_every, row.own_why)
    if own is not None and rule.interval is not None:
        why = f", because {row.own_why[0].lower()}{row.own_why[1:].rstrip('.')}" if row.own_why else ""
        said.append(f"{own.words} instead of {rule.interval.words}{why}{f' ({row.own_by})' if row.own_by else ''}")
    elif was.get("rule") and rule_of(was["rule"]) != rule:
        said.append(f"{rule.words} instead of {rule_of(was['rule']).words}")
    title = was.get("title", "")
    if title and not row.title.startswith(title):
        said.append(f"called {words.quoted(row.title)} instead of {words.quoted(title)}")
    habit, not_read = read_habit(row.habit)
    if habit is not None and habit.shapes_days:
        said.append(f"planned {habit.words[0].lower()}{habit.words[1:].rstrip('.')}")
    if row.lead_days is not None:
        said.append(f"due soon from {words.count(row.lead_days, 'day')} before")
    return tuple(said) + ((not_read,) if not_read else ())


def _asks(row: CheckRow) -> tuple[str, ...]:
    """What must be there before it counts as done, as the school settled it."""
    said = {
        "note": "A note is needed each time.", "file": "A file or photo is needed each time.",
        "file and number": "A file with its number is needed each time.",
    }  # fmt: skip
    found = [said[row.evidence_needed]] if row.evidence_needed in said else []
    return tuple(found + (["A second person must see it as well."] if row.second_person else []))


def reasons(desk: Desk, school: bytes | None) -> dict[bytes, str]:
    """Return by check why it does not apply, who said so and when to look again; of one school or of all held."""
    from db.queries.checks import checks as ask

    with desk.store.connect() as con:
        off = [one for one in ask(con, school) if one.applies == "no"]
    return {one.id: reason_of(one, desk.today) for one in off}


def reason_of(row: CheckRow, today: dt.date) -> str:
    """Return ``We have no lift. Dawn Hill, look again on 20 Nov 2027``; a day that has passed asks to look now."""
    said = (row.why or "No reason was given").rstrip(".") + "."
    day = ""
    if row.review_on is not None:
        due = row.review_on <= today
        day = f"look again now, since {words.short_date(row.review_on)}" if due else (
            f"look again on {words.short_date(row.review_on)}"
        )  # fmt: skip
    more = ", ".join(part for part in (row.said_by, day) if part)
    return f"{said} {more[:1].upper()}{more[1:]}".strip()


# --- views of the list -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListView:
    """How a person looks at the list: the part, the words typed, the grouping, the school in an office."""

    name: str
    part: str = "all"
    text: str = ""
    group: str = ""
    school: str = ""
    sort: str = ""
    ascending: bool = True

    def kept(self) -> dict[str, Any]:
        """Return it as it is kept on this computer."""
        return {name: getattr(self, name) for name in self.__slots__}


def read_views(kept: object) -> tuple[ListView, ...]:
    """Return the views that were kept; what cannot be read is left out."""
    found = []
    for one in kept if isinstance(kept, list) else []:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str) or not one["name"].strip():
            continue
        texts = {
            name: one[name] for name in ("part", "text", "group", "school", "sort") if isinstance(one.get(name), str)
        }
        found.append(ListView(one["name"], ascending=one.get("ascending") is not False, **texts))
    return tuple(found)


def with_view(views: Sequence[ListView], new: ListView) -> tuple[ListView, ...]:
    """Return the views with one more, by name; one of that name before is replaced. Raises ``UserError`` unnamed."""
    name = " ".join(new.name.split())
    if not name:
        raise UserError("A view needs a name.", "Nothing was kept.", "Type what to call it.")
    from dataclasses import replace

    others = [one for one in views if one.name.casefold() != name.casefold()]
    return tuple(sorted((*others, replace(new, name=name)), key=lambda one: one.name.casefold()))
