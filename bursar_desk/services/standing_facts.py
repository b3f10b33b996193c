"""What a school settled about a check, read once: its own interval, its habit, its points, who does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from bursar_desk.domain import items
from bursar_desk.domain.assets import doubled, measure_for
from bursar_desk.domain.assets import first_used as thing_first_used
from bursar_desk.domain.checks import Completion, Outcome, Standing
from bursar_desk.domain.due import Anchor, parse_anchor
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.habits import Habit, read_habit
from bursar_desk.domain.intervals import Form, Interval, Rule, allow_own_interval, parse_rule
from bursar_desk.domain.tolerances import Slack, tolerance_for
from bursar_desk.services import catalogue

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from db.engine import Connection
    from db.queries.assets import AssetRow
    from db.queries.check_history import DoneRow
    from db.queries.checks import CheckRow, PutOffRow, RecordRow

_OUTCOMES, _IN_LAW = frozenset(Outcome), frozenset(Standing)


@lru_cache(maxsize=512)
def rule_of(text: str) -> Rule:
    """Return a rule by its text; parsing is done once.

    One that a newer program wrote has no timetable here, and says so: it must not stop the list of a whole cluster.
    """
    try:
        return parse_rule(text)
    except UserError:
        return Rule(Form.ON_EVENT, text, f"in a way this version of Bursar Desk does not know (“{text}”)")


@lru_cache(maxsize=32)
def anchor_of(text: str) -> Anchor:
    """Return an anchor by its word; one that a newer program wrote is read as the commonest."""
    try:
        return parse_anchor(text)
    except UserError:
        return Anchor.LAST_DONE


@dataclass(frozen=True, slots=True)
class Settled:
    """What does not depend on the day. ``local``: the school's own check, which no law or code asks for."""

    rule: Rule
    anchor: Anchor
    standing: Standing
    local: bool
    habit: Habit | None
    own: Interval | None
    each: bool
    first_used: dt.date | None
    measure: float | Decimal | None
    doubled: bool
    ends_on: dt.date | None
    in_force_from: dt.date | None
    remarks: tuple[str, ...]
    needs_all: bool


def things_of(con: Connection, school: bytes | None, checks: Iterable[CheckRow]) -> dict[bytes, AssetRow]:
    """Return the equipment that some checks are about, by id, removed ones included."""
    from db.queries.assets import assets

    wanted = {one.asset for one in checks if one.asset is not None}
    return {one.id: one for one in assets(con, school, ids=wanted, gone=True)} if wanted else {}


def settled_of(check: CheckRow, things: Mapping[bytes, AssetRow]) -> Settled:
    """Read what a school settled about a check; what cannot be used is left out and said in ``remarks``.

    Its own words about first use and measure come first, then those of the thing it is about.
    """
    row = catalogue.load().get(check.code)
    rule, anchor = rule_of(check.rule), anchor_of(check.anchor)
    standing = _standing_in_law(check.standing)
    local = row is None and not check.copied and standing is Standing.RECOMMENDED
    habit, not_read = read_habit(check.habit)
    own, refused = own_interval(rule, check.own_every, check.own_why)
    each = check.points_mode == items.EACH and bool(check.points)
    in_force = row.in_force_from if row else None
    if row and row.in_force_note and in_force is None:
        in_force = dt.date.max
    thing = things.get(check.asset or b"")
    first_used, ends_on = check.first_used_on, check.ends_on
    measure: float | Decimal | None = _tenth(check.measure)
    if thing is not None:
        first_used = first_used or thing_first_used(thing.kind, thing.facts, thing.first_used_on)
        ends_on = min((day for day in (ends_on, thing.removed_on) if day), default=None)
        if measure is None and rule.measure and (asked := measure_for(rule.measure, thing.kind, thing.facts)):
            measure = asked.value
    early = local and habit is not None and (habit.early_days > 0 or habit.times is not None)
    series = anchor is Anchor.FIXED_DATE or tolerance_for(check.code).kind is Slack.MOT
    remarks = tuple(said for said in (not_read, refused) if said)
    return Settled(
        rule, anchor, standing, local, habit, own, each, first_used, measure,
        thing is not None and doubled(thing.kind, thing.facts), ends_on, in_force, remarks, each or early or series,
    )  # fmt: skip


def _tenth(measure: int | None) -> float | None:
    return None if measure is None else measure / 10


def _standing_in_law(word: str) -> Standing:
    return Standing(word) if word in _IN_LAW else Standing.RECOMMENDED


def own_interval(rule: Rule, text: str, why: str) -> tuple[Interval | None, str]:
    """Return a school's own time between checks, or nothing and the sentence that says why it does not count."""
    if not text.strip():
        return None, ""
    try:
        own = parse_rule(f"every {text.strip().removeprefix('every ')}").interval
        if own is None or rule.interval is None:
            return None, f"The school's own “{text}” cannot be used with this rule."
        allow_own_interval(rule, own, why)
    except UserError as problem:
        return None, f"The school's own “{text}” is not used. {problem.title}"
    return own, ""


def completion_of(record: RecordRow | DoneRow) -> Completion | None:
    """Return a record as the rules read it; an outcome nobody knows counts as not done."""
    if record.outcome not in _OUTCOMES:
        return None
    return Completion(
        record.done_on, Outcome(record.outcome), record.printed_on, record.done_minute, retest=record.retest
    )


def completions_of(records: Sequence[RecordRow | DoneRow]) -> tuple[Completion, ...]:
    """Return some records as the rules read them."""
    return tuple(one for one in map(completion_of, records) if one is not None)


def rounds_of(
    check: CheckRow, settled: Settled, records: Sequence[RecordRow | DoneRow], calendar: SchoolCalendar, today: dt.date
) -> items.Rounds:
    """Return the whole rounds of a check over many points, and how far the present one has got."""
    done = [
        items.PointDone(r.id, r.done_on, r.point, Outcome(r.outcome), r.printed_on, r.done_minute, r.retest)
        for r in records
        if r.outcome in _OUTCOMES
    ]
    return items.rounds(check.points, done, items.same_round(settled.rule, settled.own, calendar), today)


def part_failed(found: items.Rounds, put_right: Mapping[bytes, dt.date]) -> tuple[str, dt.date] | None:
    """Return a point of the round under way that failed and was not put right."""
    return next(((one.point, one.done) for one in found.failing if one.id not in put_right), None)


def all_put_right(failed: Sequence[bytes], put_right: Mapping[bytes, dt.date]) -> dt.date | None:
    """Return the day on which the last of some failed records was put right; nothing while one is not."""
    days = [put_right[one] for one in failed if one in put_right]
    return max(days) if days and len(days) == len(failed) else None


def agreed_until(check: CheckRow, put_off: PutOffRow | None) -> dt.date | None:
    """Return the day a pressure system was postponed to once, in writing; it counts only with the name of who agreed.

    Pressure Systems Safety Regulations 2000, reg 9(7): agreed before the date had passed.
    """
    if put_off is None or not put_off.agreed_by or tolerance_for(check.code).kind is not Slack.POSTPONEMENT:
        return None
    late = put_off.on is not None and put_off.legal_due is not None and put_off.on > put_off.legal_due
    return None if late else put_off.until


def doer_now(check: CheckRow, away: Collection[bytes]) -> bytes | None:
    """Return who does a check: the deputy while the usual person is away and the deputy is not."""
    if check.doer is not None and check.deputy is not None and check.doer in away and check.deputy not in away:
        return check.deputy
    return check.doer
