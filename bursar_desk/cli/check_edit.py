"""A school's own checks by command: adding one, and changing what is said of any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import Check, check, item
from bursar_desk.cli.frame import Answer, Common, Misused, common

if TYPE_CHECKING:
    from bursar_desk.domain.habits import Habit
    from bursar_desk.services.check_edit import NewCheck
    from bursar_desk.services.desk import Desk

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Every = Annotated[str | None, typer.Option(metavar="RULE", help="“2 weeks”, “each term”, “daily school days”.")]
Count = Annotated[str | None, typer.Option(metavar="HOW", help="“same day”, or “after done”: so long after last done.")]
Area = Annotated[str | None, typer.Option(metavar="A", help="The area it counts in, for example fire.")]
Place = Annotated[str | None, typer.Option(metavar="P", help="A place by name; “-” for the whole school.")]
Person = Annotated[str | None, typer.Option(metavar="P", help="A person by name; “-” for nobody.")]
On = Annotated[list[str] | None, typer.Option("--on-day", metavar="DAY", help="A weekday; may be given again.")]
Nth = Annotated[str | None, typer.Option(metavar="N", help="1 to 4 or “last”: which weekday of the month.")]
Week = Annotated[int | None, typer.Option(min=1, max=20, help="The week of term, from 1.")]
Holiday = Annotated[str | None, typer.Option(metavar="H", help="On a closed day: keep, skip, before or after.")]
Flag = Annotated[bool | None, typer.Option("--term-only/--all-year")]
Day = Annotated[str | None, typer.Option(metavar="DATE")]
Point = Annotated[list[str] | None, typer.Option(metavar="NAME", help="A point that has its turn; may be given again.")]
Each = Annotated[bool | None, typer.Option("--each-time/--in-turn", help="Every point each time, or in turn.")]
Needs = Annotated[str | None, typer.Option(metavar="E", help="none, note, file or “file and number”.")]
Lead = Annotated[int | None, typer.Option(metavar="DAYS", help="Due soon so many days before.")]


@check.command("add")
def add(
    ctx: typer.Context, title: Annotated[str, typer.Argument(metavar="TITLE")], every: Every = None,
    count: Count = None, area: Area = None, place: Place = None, owner: Person = None, doer: Person = None,
    deputy: Person = None, on_day: On = None, nth: Nth = None, week: Week = None, holiday: Holiday = None,
    term_only: Flag = None, first: Day = None, last: Day = None, point: Point = None, each_time: Each = None,
    evidence: Needs = None, lead: Lead = None,
) -> Answer:  # fmt: skip
    """Add a check of the school's own, and tell its first dates."""
    from bursar_desk.services import check_edit, checks

    shared = common(ctx)
    if area is None or every is None:
        raise Misused("A new check needs its area and how often it is done.", remedy="Add --area and --every.")
    with shared.desk() as desk:
        start = check_edit.NewCheck(title=title, owner=desk.person.id if desk.person else None)
        said = _Said(every, count, area, place, owner, doer, deputy, on_day, nth, week, holiday, term_only, first, last,
                     point, each_time, evidence, lead)  # fmt: skip
        new = replace(start, **_cells(desk, shared, start, said))
        if new.habit.starts is None and new.rule.form.value not in ("before use", "on event"):
            new = replace(new, habit=replace(new.habit, starts=desk.today))
        made, changes = check_edit.add(desk, new)
        found = checks.detail(desk, made)
    return Answer(
        {"check": item(found.line), "next_three": found.next_three, "act": changes.act},
        f"{found.line.title} is added. {_dates(found.next_three)}",
    )


@check.command("change")
def change(
    ctx: typer.Context, which: Check, title: Annotated[str | None, typer.Option(metavar="T")] = None,
    every: Every = None, count: Count = None, area: Area = None, place: Place = None, owner: Person = None,
    doer: Person = None, deputy: Person = None, on_day: On = None, nth: Nth = None, week: Week = None,
    holiday: Holiday = None, term_only: Flag = None, first: Day = None, last: Day = None, point: Point = None,
    each_time: Each = None, evidence: Needs = None, lead: Lead = None,
    own_every: Annotated[str | None, typer.Option(metavar="TIME", help="The school's own time; “-” for none.")] = None,
    why: Annotated[str | None, typer.Option(help="Why the school's own time is longer.")] = None,
    decided_by: Annotated[str | None, typer.Option(metavar="NAME", help="Who decided it.")] = None,
) -> Answer:  # fmt: skip
    """Change what is said of a check. What is left out stays; what was shipped is kept beside it."""
    from bursar_desk.services import check_edit, check_views, checks

    shared = common(ctx)
    with shared.desk() as desk:
        one = checks.find(desk, which)
        known = check_edit.base(desk, one)
        start = check_edit.of_row(known.row) if known.row else check_edit.NewCheck()
        said = _Said(every, count, area, place, owner, doer, deputy, on_day, nth, week, holiday, term_only, first, last,
                     point, each_time, evidence, lead)  # fmt: skip
        cells = _cells(desk, shared, start, said) | ({"title": title} if title is not None else {})
        own = {"own_every": own_every, "own_why": why, "own_by": decided_by}
        cells |= {name: "" if value == "-" else value for name, value in own.items() if value is not None}
        if own_every == "-":
            cells |= {"own_why": "", "own_by": ""}
        changes = check_edit.change(desk, one, **cells)
        found = check_views.full(desk, one)
    line = found.detail.line
    told = " ".join(f"Changed here: {said}." for said in found.changed)
    facts = {"check": item(line), "next_three": found.detail.next_three, "changed_here": found.changed}
    said_so = f"{line.title} is changed." if changes.act else "Nothing was different, so nothing was changed."
    return Answer(
        facts | {"act": changes.act}, f"{said_so} {told} {_dates(found.detail.next_three)}".replace("  ", " ")
    )


class _Said:
    """What was typed behind the command, by name; nothing where it was left out."""

    def __init__(self, *given: Any) -> None:
        names = ("every", "count", "area", "place", "owner", "doer", "deputy", "on_day", "nth", "week", "holiday",
                 "term_only", "first", "last", "point", "each_time", "evidence", "lead")  # fmt: skip
        self.by_name: dict[str, Any] = dict(zip(names, given, strict=True))

    def __getattr__(self, name: str) -> Any:
        return self.by_name[name]


def _dates(days: tuple[Any, ...]) -> str:
    from bursar_desk.domain import words

    if not days:
        return "It has no dates yet."
    return "Next: " + words.listing([words.short_date(day) for day in days]) + "."


def _cells(desk: Desk, shared: Common, start: NewCheck, said: _Said) -> dict[str, Any]:
    """Read what was typed into the fields of a check."""
    from bursar_desk.domain.habits import Choice
    from bursar_desk.services import places

    found: dict[str, Any] = {}
    if said.every is not None:
        found["every"] = _rule(said.every)
    if said.count is not None:
        ways = {"same day": Choice.SAME_DAY, "after done": Choice.AFTER_DONE, "after last done": Choice.AFTER_DONE}
        if said.count.casefold() not in ways:
            raise Misused(f"“{said.count}” is not a way to count.", remedy="Use “same day” or “after done”.")
        found["choice"] = ways[said.count.casefold()]
    if said.area is not None:
        found["area"] = _area(said.area)
    if said.place is not None:
        found["place"] = None if said.place == "-" else places.find(desk, said.place)
    for name in ("owner", "doer", "deputy"):
        typed = getattr(said, name)
        if typed is not None:
            found[name] = None if typed == "-" else desk.find_person(typed).id
    if said.point is not None:
        found["points"] = tuple(one for one in said.point if one != "-")
    if said.each_time is not None:
        found["each"] = said.each_time
    if said.evidence is not None:
        found["evidence_needed"] = "" if said.evidence == "none" else said.evidence
    if said.lead is not None:
        found["lead_days"] = said.lead
    habit = _habit(shared, start.habit, said)
    return found | ({"habit": habit} if habit != start.habit else {})


def _habit(shared: Common, habit: Habit, said: _Said) -> Habit:
    from bursar_desk.domain.habits import Holiday as Rule
    from bursar_desk.domain.habits import Which

    more: dict[str, Any] = {}
    if said.on_day is not None:
        days = [one.casefold()[:3] for one in said.on_day]
        short = [one[:3] for one in _WEEKDAYS]
        if any(one not in short for one in days):
            raise Misused("A day is one of the seven, such as Friday.", remedy="Type --on-day Friday.")
        more |= {"which": Which.WEEKDAYS, "weekdays": tuple(sorted({short.index(one) for one in days})), "nth": 0}
    if said.nth is not None:
        numbers = {"1": 1, "2": 2, "3": 3, "4": 4, "last": -1}
        if said.nth not in numbers:
            raise Misused(f"“{said.nth}” is not 1, 2, 3, 4 or last.", remedy="Type --nth 2 --on-day Tuesday.")
        more |= {"which": Which.NTH_WEEKDAY, "nth": numbers[said.nth]}
    if said.week is not None:
        more |= {"which": Which.WEEK_OF_TERM, "week": said.week}
    if said.holiday is not None:
        if said.holiday not in set(Rule):
            raise Misused(f"“{said.holiday}” is not a rule for closed days.", remedy="Use keep, skip, before or after.")
        more["holiday"] = Rule(said.holiday)
    if said.term_only is not None:
        more["term_only"] = said.term_only
    if said.first is not None:
        more["starts"] = shared.day(said.first, "--first")
    if said.last is not None:
        more["ends"] = shared.day(said.last, "--last")
    return replace(habit, **more)


def _rule(typed: str) -> str:
    """Return “2 weeks” as “every 2 weeks”; the other rules as they are."""
    text = " ".join(typed.split())
    return f"every {text}" if text[:1].isdigit() else text


def _area(typed: str) -> str:
    from bursar_desk.domain.areas import AREAS

    codes = {one.code: one.code for one in AREAS} | {one.name.casefold(): one.code for one in AREAS}
    if typed.casefold() not in codes:
        raise Misused(f"“{typed}” is not an area.", remedy=f"Use one of: {', '.join(one.code for one in AREAS)}.")
    return codes[typed.casefold()]
