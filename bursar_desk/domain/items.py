"""One check over many things: which have had their turn in this round, and when the whole of it was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.checks import Completion, Outcome
from bursar_desk.domain.intervals import Form, Interval, Rule
from bursar_desk.domain.words import out_of

EACH = "each"
"""The ``points_mode`` of a check that is done only when every point was; empty means that points take turns."""
_WORST = {Outcome.SATISFACTORY: 0, Outcome.SATISFACTORY_WITH_ACTIONS: 1, Outcome.UNSATISFACTORY: 2}
SameRound = Callable[[date, date], bool]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round has got: ``n`` of ``m`` points are ``done``; ``todo`` keeps the order of the walk."""

    done: frozenset[str]
    todo: tuple[str, ...]
    n: int
    m: int

    @property
    def words(self) -> str:
        """``5 of 8``."""
        return out_of(self.n, self.m)


@dataclass(frozen=True, slots=True)
class PointDone:
    """One record of a check over many points; an empty ``point`` speaks for all of them. ``id`` is the record's."""

    id: bytes
    done: date
    point: str
    outcome: Outcome
    printed: date | None = None
    minute: int | None = None
    retest: bool = False


@dataclass(frozen=True, slots=True)
class Rounds:
    """What follows from the records of a check over many points.

    ``completions`` are the whole rounds, ``progress`` the round under way, ``failed`` the records that made the last
    whole round a failure, ``failing`` those of the round under way that failed.
    """

    completions: tuple[Completion, ...]
    progress: Progress
    failed: tuple[bytes, ...] = ()
    failing: tuple[PointDone, ...] = ()


def progress(points: Sequence[str], records_since_cycle: Iterable[PointDone]) -> Progress:
    """How far a round has got, given the records since it began. Points that are no longer there do not count."""
    named = tuple(dict.fromkeys(points))
    seen = [one.point for one in records_since_cycle if not one.retest]
    done = frozenset(named) if "" in seen else frozenset(seen) & frozenset(named)
    return Progress(done, tuple(point for point in named if point not in done), len(done), len(named))


def same_round(rule: Rule, own: Interval | None, calendar: SchoolCalendar) -> SameRound:
    """Whether a point done on an earlier day still counts for a round on a later one.

    Within one interval of the rule, or within one term, half term, school year or day; for a rule without a rhythm
    always.
    """
    interval = own or rule.interval
    if rule.form is Form.EACH and rule.span is not None:
        span = rule.span
        return lambda early, late: calendar.period_at(span, early).key == calendar.period_at(span, late).key
    if rule.form is Form.DAILY:
        return lambda early, late: early == late
    if interval is not None:
        length = interval
        return lambda early, late: length.after(early) > late
    return lambda _early, _late: True


def rounds(points: Sequence[str], records: Sequence[PointDone], together: SameRound, today: date) -> Rounds:
    """The whole rounds that the records make up, and how far the present one has got on ``today``.

    Oldest record first. A round is complete on the day its last point was done; one point that failed makes it a
    failure. A re-test settles a point and never counts as a turn; once every failed point has passed again, the round
    has. What was done too long before does not count for the round any more.
    """
    named = frozenset(points)
    turn: dict[str, PointDone] = {}
    failed: dict[str, PointDone] = {}
    found: list[Completion] = []
    for record in records:
        if record.retest:
            found += _settled(record, turn, failed)
            continue
        turn = {point: one for point, one in turn.items() if together(one.done, record.done)}
        for point in named if not record.point else named & {record.point}:
            worse = point in turn and _WORST[turn[point].outcome] > _WORST[record.outcome]
            turn[point] = turn[point] if worse else record
        if named and turn.keys() >= named:
            found.append(_whole(record, turn))
            failed = {point: one for point, one in turn.items() if one.outcome is Outcome.UNSATISFACTORY}
            turn = {}
    under_way = [one for one in turn.values() if together(one.done, today)]
    done = frozenset(point for point, one in turn.items() if one in under_way)
    todo = tuple(point for point in dict.fromkeys(points) if point not in done)
    ids = tuple(dict.fromkeys(one.id for one in failed.values()))
    failing = {one.id: one for one in turn.values() if one.outcome is Outcome.UNSATISFACTORY}
    return Rounds(tuple(found), Progress(done, todo, len(done), len(named)), ids, tuple(failing.values()))


def _whole(last: PointDone, turn: dict[str, PointDone]) -> Completion:
    outcome = max((one.outcome for one in turn.values()), key=_WORST.__getitem__)
    printed = min((one.printed for one in turn.values() if one.printed), default=None)
    return Completion(last.done, outcome, printed, last.minute)


def _settled(record: PointDone, turn: dict[str, PointDone], failed: dict[str, PointDone]) -> list[Completion]:
    """Take a re-test in: it replaces what is known of its point, and settles the last round when nothing is left."""
    for point in [record.point] if record.point else [*turn, *failed]:
        if point in turn:
            turn[point] = record
    if record.outcome is Outcome.UNSATISFACTORY:
        return []
    settled = [record.point] if record.point in failed else [] if record.point else list(failed)
    for point in settled:
        del failed[point]
    return [Completion(record.done, record.outcome, None, record.minute, retest=True)] if settled and not failed else []
