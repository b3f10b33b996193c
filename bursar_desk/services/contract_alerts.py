"""Contracts on Home and the reminders of their last safe days: each speaks once, and the row stays until a decision."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.contract_state import ContractStanding, State
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.services import contract_facts, kept_here
from bursar_desk.services.home_needs import NeedsRow
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.contracts import ContractRow

NEAR_DAYS: Final = 14
"""So many days before the decision, or the last safe day, it presses whatever was said."""
ROWS: Final = 3
"""How many contracts have a row of their own; the others share one."""
_TO_DECIDE: Final = "contracts to decide"
_SAID: Final = "contracts_reminded"
_KEPT_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Due:
    """A contract that stands on Home, with where it stands."""

    row: ContractRow
    standing: ContractStanding

    @property
    def id(self) -> bytes:
        """The contract."""
        return self.row.id

    @property
    def school(self) -> bytes:
        """Whose contract it is."""
        return self.row.school

    @property
    def title(self) -> str:
        """What it is called."""
        return one_line(self.row.title) or "A contract"

    @property
    def key(self) -> str:
        """What names the reminder that was reached; "" while none is."""
        return self.standing.alert_due.key if self.standing.alert_due else ""

    @property
    def day(self) -> dt.date:
        """The day to act by: the meeting that decides, or else the last safe day."""
        last = self.standing.last_safe
        if last is None:
            return dt.date.max
        return last.decide_by or last.serve_by


def due(
    con: Connection, school: bytes | None, today: dt.date, calendars: Mapping[bytes, SchoolCalendar] | None = None
) -> tuple[Due, ...]:
    """Return the contracts that stand on Home, those to act on first; nothing more is asked where there are none."""
    kept = contract_facts.ask(con, school, calendars=calendars, suppliers=False)
    if not kept.contracts:
        return ()
    found = contract_facts.standings(kept, today)
    listed = [Due(one, found[one.id]) for one in kept.contracts if found[one.id].on_home]
    return tuple(sorted(listed, key=lambda one: (one.day, one.title.casefold(), one.id)))


def to_decide(desk: Desk) -> int:
    """Return how many contracts wait for a decision: what the list of contracts counts as "to decide"."""
    with desk.store.connect() as con:
        kept = contract_facts.ask(con, None if desk.is_office else desk.home, suppliers=False)
    found = contract_facts.standings(kept, desk.today) if kept.contracts else {}
    return sum(one.state is State.DECIDE_SOON for one in found.values())


# --- reminders, each once --------------------------------------------------------------------------------------------


def reached(desk: Desk, among: Sequence[Due] | None = None) -> tuple[Due, ...]:
    """Return the contracts whose reminder was reached and not told on this computer yet.

    Of several that were reached since the last look only the nearest speaks. What is put off, or goes to market, is
    silent until it presses.
    """
    if among is None:
        with desk.store.connect() as con:
            among = due(con, None if desk.is_office else desk.home, desk.today)
    before = _said(desk)
    return tuple(one for one in among if one.key and one.standing.pressing and one.key not in before)


def said(desk: Desk, told: Sequence[Due]) -> None:
    """Note that these were told; raises ``OSError`` when this computer's notes cannot be written."""
    new = {one.key: one.standing.alert_due.serve_by.isoformat() for one in told if one.standing.alert_due}
    if not new:
        return
    oldest = (desk.today - dt.timedelta(days=_KEPT_DAYS)).isoformat()
    kept_here.keep(desk, _SAID, {key: day for key, day in (_said(desk) | new).items() if str(day) >= oldest})


def told(desk: Desk, row: ContractRow, standing: ContractStanding) -> None:
    """Note that somebody opened a contract: its reminder was told, and the next one speaks again."""
    said(desk, [Due(row, standing)])


def _said(desk: Desk) -> dict[str, Any]:
    found = kept_here.kept(desk, _SAID, {})
    return dict(found) if isinstance(found, dict) else {}


# --- rows of Home ----------------------------------------------------------------------------------------------------


def _seen_by(desk: Desk, found: Sequence[Due]) -> list[Due]:
    """Return what the acting person sees: whoever does not run the register sees the contracts they own."""
    person = desk.person
    if desk.is_office or person is None or person.manages:
        return list(found)
    return [one for one in found if one.row.owner == person.id]


def _presses(one: Due, today: dt.date, new: set[str]) -> bool:
    """Tell whether it must be decided now; what ran on can wait, as nothing can be done until the next time."""
    stands = one.standing
    last = stands.last_safe
    if not stands.pressing or last is None or stands.alert_due is None:
        return False
    near = min(last.serve_by, last.decide_by or last.serve_by)
    return one.key in new or (near - today).days <= NEAR_DAYS


def pressing(desk: Desk, found: Sequence[Due]) -> list[NeedsRow]:
    """Return what somebody must decide or see to now: what is near, and reminders not told yet."""
    mine = _seen_by(desk, found)
    new = {one.key for one in reached(desk, mine)}
    now = [one for one in mine if _presses(one, desk.today, new)]
    if len(now) <= ROWS and not desk.is_office:
        return [_row(desk, one) for one in now]
    own = [] if desk.is_office else now[:ROWS]
    rest = now[len(own) :]
    if len(rest) == 1:
        return [_row(desk, one) for one in now]
    rows = [_row(desk, one) for one in own]
    if rest:
        red = any(one.standing.look == "red" for one in rest)
        more = "more contracts" if own else "contracts"
        title = f"{words.number(len(rest))} {more} to decide"
        rows.append(_grouped(desk, "Contracts", "red" if red else "amber", title, rest, "Open contracts"))
    return rows


def ahead(desk: Desk, found: Sequence[Due]) -> list[NeedsRow]:
    """Return a row for what ran on and one for what is to be decided later: they stay until somebody decides."""
    mine = _seen_by(desk, found)
    new = {one.key for one in reached(desk, mine)}
    later = [one for one in mine if not _presses(one, desk.today, new)]
    missed = [one for one in later if one.standing.missed is not None]
    later = [one for one in later if one.standing.missed is None]
    rows = []
    for some, colour, many in ((missed, "red", "contracts ran on, or are locked in"), (later, "amber", _TO_DECIDE)):
        if len(some) == 1:
            row = _row(desk, some[0])
            rows.append(NeedsRow(row.chip, colour, row.title, row.why, "Open", "open_page", page="contracts",
                                 focus=row.focus))  # fmt: skip
        elif some:
            title = f"{words.number(len(some))} {many}"
            rows.append(_grouped(desk, "Contracts", colour, title, some, "Open"))
    return rows


def _row(desk: Desk, one: Due) -> NeedsRow:
    stands = one.standing
    chip, title, why = _ran_on(one) if stands.alert_due is None else _question(one, desk.today)
    if desk.is_office:
        title = f"{desk.school_name(one.school)}: {title}"
    colour = "red" if stands.look == "red" else "amber"
    return NeedsRow(chip, colour, title, why, "Open contract", "open_page", page="contracts",
                    focus={"contract": one.id})  # fmt: skip


def _ran_on(one: Due) -> tuple[str, str, str]:
    what = "it ran on" if one.standing.state is State.ROLLED_OVER else "it is too late to tell them"
    return one.standing.state_words, f"{one.title}: {what}", one.standing.sentence


def _question(one: Due, today: dt.date) -> tuple[str, str, str]:
    """Return chip, question and reasons: by which meeting, the last safe day, and what it costs to let it pass."""
    last = one.standing.last_safe
    if last is None or last.serve_by < today:
        return "Tell them now", f"{one.title}: {_asked(one)}", one.standing.sentence
    by = last.decide_by if last.decide_by is not None and last.decide_by >= today else last.serve_by
    chip = f"Decide {words.until(by, today)}"
    told = f"Last safe day to tell them is {words.weekday_date(last.serve_by)}"
    if one.row.at_end == "ends" and not last.is_break:
        told = f"It ends by itself on {words.long_date(last.end)}"
    why = f"{_meeting(one, today)} {told}. {_cost(one)} {_quiet(one.standing)}"
    return chip, f"{one.title}: {_asked(one)}", _with_missed(one, " ".join(why.split()))


def _with_missed(one: Due, why: str) -> str:
    return f"{one.standing.missed_words} {why}" if one.standing.missed is not None else why


def _asked(one: Due) -> str:
    last = one.standing.last_safe
    if last is not None and last.is_break:
        return "use the break, or let it run?"
    return {"ends": "it ends, what follows?", "option": "extend it, or let it end?"}.get(
        one.row.at_end, "keep it, or give notice?"
    )


def _cost(one: Due) -> str:
    """Say what letting the day pass means: "After that it costs £2,610 for one more year."."""
    last = one.standing.last_safe
    if last is None or (one.row.at_end == "ends" and not last.is_break):
        return ""
    if last.runs_to is None:
        return f"After that it ends on {words.long_date(last.end)}." if one.row.at_end == "option" else ""
    yearly = one.standing.term.yearly if one.standing.term else None
    yearly = one.row.yearly if yearly is None else yearly
    if yearly and yearly > 0 and add_months(add_days(last.end, 1), 12) == add_days(last.runs_to, 1):
        return f"After that it costs {words.money(yearly)} for one more year."
    return f"After that it runs to {words.long_date(last.runs_to)}."


def _meeting(one: Due, today: dt.date) -> str:
    last = one.standing.last_safe
    if last is None:
        return ""
    if last.decide_by is None:
        return f"{last.decide_words}."
    if last.decide_by < today:
        return f"The last meeting before it was on {words.weekday_date(last.decide_by)}."
    where = "committee" if "committee" in last.decide_words.casefold() else "meeting"
    return f"Decide at the {where} on {words.weekday_date(last.decide_by)}."


def _quiet(stands: ContractStanding) -> str:
    return f"Put off to {words.weekday_date(stands.put_off_until)}." if stands.put_off_until else ""


def _grouped(desk: Desk, chip: str, colour: str, title: str, found: Sequence[Due], button: str) -> NeedsRow:
    """Return one row for several; it opens the first of them, and the list beside it shows all."""
    if desk.is_office:
        counted = Counter(desk.school_name(one.school) for one in found).most_common()
        named = [f"{school}: {number}" for school, number in counted]
    else:
        named = [f"{one.title} ({_until(one)})" for one in found]
    more = len(named) - ROWS
    listed = f"{', '.join(named[:ROWS])} and {words.number(more)} more" if more > 0 else words.listing(named)
    return NeedsRow(chip, colour, title, f"{listed}.", button, "open_page", page="contracts",
                    focus={"contract": found[0].id})  # fmt: skip


def _until(one: Due) -> str:
    if one.standing.missed is not None or one.standing.last_safe is None:
        return one.standing.state_words.lower()
    return f"by {words.short_day(one.standing.last_safe.serve_by)}"
