"""The story of a record and of a school: who did what, when, on which computer, how it came here, before and after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bursar_desk.clock import school_day, utc_offset_minutes
from bursar_desk.domain import acts, registry, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import PRIVATE
from bursar_desk.domain.stamps import LAST_STAMP, of_wall, wall_ms
from bursar_desk.services.absences import MAY_SEE_REASONS
from bursar_desk.services.field_words import heading, kind_words
from bursar_desk.services.story_words import Speaker, fields_of, says_again

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bursar_desk.services.desk import Desk
    from db.changes import ChangeReader, RowChange
    from db.engine import Connection
    from db.history import Mark, PastAct

MOST_LOOKED_AT: Final = 20_000
"""Entries looked at for one page; where a filter is narrow the page says so and can go on from there."""
MOST_CHANGES: Final = 300
"""Values told of one act; an act that set up a school has thousands."""
WHOLE_ROW: Final = -1
"""The column number of a change that is about a row as a whole."""
_RECORDED: Final = ("check_record", "not_done", "defect", "cover_worked", "induction")
"""What is written down after it happened: two midnights later it counts as recorded late."""
KINDS_OF_ACT: Final[dict[str, tuple[str, frozenset[int]]]] = {
    "checks": ("Checks done", frozenset({
        ActCode.RECORD_CHECK, ActCode.RECORD_ROUND, ActCode.NOT_DONE, ActCode.KEY_IN, ActCode.LOG_DRILL,
        ActCode.LOG_WALK, ActCode.IMPORT_DATES,
    })),
    "plans": ("Checks changed", frozenset({
        ActCode.ADD_CHECKS, ActCode.CHANGE_CHECK, ActCode.PUT_OFF, ActCode.TAKE_OUT_OF_USE, ActCode.BACK_IN_USE,
        ActCode.ANSWER_FEATURES, ActCode.LOOK_AT_EDITION,
    })),
    "faults": ("Faults", frozenset({ActCode.REPORT_DEFECT, ActCode.CHANGE_DEFECT})),
    "site": ("Places and equipment", frozenset({
        ActCode.ADD_PLACE, ActCode.CHANGE_PLACE, ActCode.ADD_ASSET, ActCode.CHANGE_ASSET, ActCode.SITE_SHEET,
        ActCode.IMPORT_ROWS,
    })),
    "jobs": ("Contractors and permits", frozenset({
        ActCode.ADD_CONTRACTOR, ActCode.CHANGE_CONTRACTOR, ActCode.LOG_VISIT, ActCode.ISSUE_PERMIT,
        ActCode.CHANGE_PERMIT,
    })),
    "evidence": ("Evidence", frozenset({ActCode.ADD_EVIDENCE, ActCode.CHANGE_EVIDENCE, ActCode.LINK_EVIDENCE})),
    "people": ("People and absence", frozenset({
        ActCode.ADD_PERSON, ActCode.CHANGE_PERSON, ActCode.ADD_ABSENCE, ActCode.CHANGE_ABSENCE, ActCode.ADD_TRAINING,
    })),
    "cover": ("Cover", frozenset({
        ActCode.ASK_COVER, ActCode.ANSWER_COVER, ActCode.CONFIRM_COVER, ActCode.SEND_PACK, ActCode.LOG_COVER,
    })),
    "corrections": ("Put right", frozenset({
        ActCode.UNDO, ActCode.PUT_BACK, ActCode.CORRECT, ActCode.SETTLE, ActCode.UNDO_MERGE, ActCode.ADOPT,
        ActCode.DECLINE, ActCode.CONFIRM_ENTRY, ActCode.ERASE,
    })),
}  # fmt: skip
"""Kinds of acts for the filter: their name and the acts."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value of one row: what was there, what came, and which of the two can be put back today.

    ``before_op`` and ``after_op`` name the operations that gave the values; ``put_back`` is those of the two that are
    not what is shown now. A row that is gone today can be restored whole.
    """

    table: str
    row: bytes
    row_name: str
    column: int
    field: str
    before: str
    after: str
    before_op: bytes | None = None
    after_op: bytes | None = None
    put_back: tuple[bytes, ...] = ()
    gone: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One act as the story tells it. ``came`` is "here", or by which file; ``places`` is where the log keeps it."""

    act: bytes
    at_ms: int
    day: dt.date
    when: str
    who: str
    on_behalf: str
    computer: str
    school: bytes
    school_name: str
    came: str
    what: str
    subject: str
    late: bool
    code: int
    places: tuple[int, ...]
    changes: tuple[Change, ...] = ()
    more: int = 0  # rows it touched that are not among the changes told

    @property
    def sentence(self) -> str:
        """Return what was done, to what."""
        return f"{self.what}: {self.subject}" if self.subject else self.what


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A page of everything that happened, newest first; ``older`` is where the next one begins, if there is more."""

    lines: tuple[Line, ...]
    older: Mark | None


def may_see_private(desk: Desk) -> bool:
    """Tell whether whoever is acting may read why somebody is away."""
    return desk.person is not None and desk.person.role in MAY_SEE_REASONS


def unseen(desk: Desk) -> tuple[str, ...]:
    """Return the channels whoever is acting may not read."""
    return () if may_see_private(desk) else (PRIVATE,)


def schools_held(desk: Desk) -> tuple[tuple[bytes, str], ...]:
    """Return the schools of which records are held here, with their names."""
    from db.queries.schools import schools

    with desk.store.connect() as con:
        return tuple((one.school, one.short_name or one.name) for one in schools(con))


# --- everything that happened ----------------------------------------------------------------------------------------


def school_story(
    desk: Desk, *, school: bytes | None = None, person: str = "", first: dt.date | None = None,
    last: dt.date | None = None, kind: str = "", text: str = "", limit: int = 50, before: Mark | None = None,
) -> StoryPage:  # fmt: skip
    """Return what happened at a school (at every school held here by default), newest first, a page at a time.

    ``person`` is a name as it stands in the history, ``kind`` one of ``KINDS_OF_ACT``, ``first`` and ``last`` days,
    both included. The lines tell what was done; ``details`` tells what it changed.
    """
    from db import history
    from db.as_at import end_of

    start = before
    if start is None and last is not None:
        start = history.Mark(of_wall(end_of(last)) - 1, -1)
    since = end_of(first - dt.timedelta(days=1)) if first is not None else 0
    wanted = _Wanted(person.casefold(), KINDS_OF_ACT[kind][1] if kind else None, text.casefold().split())
    lines: list[Line] = []
    with desk.store.connect() as con:
        teller, looked, stamp = _Teller(desk, con), 0, -1
        for group in _by_act(history.backwards(con, school, without=unseen(desk), since=since, before=start)):
            if group[0].stamp != stamp and (len(lines) >= limit or looked >= MOST_LOOKED_AT):
                return StoryPage(tuple(lines), history.Mark(stamp, LAST_STAMP))
            looked, stamp = looked + len(group), group[0].stamp
            if wanted.act(group[0]):
                line = teller.line(group)
                lines += [line] if wanted.line(line) else []
    return StoryPage(tuple(lines), None)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a page is narrowed down to."""

    person: str
    codes: frozenset[int] | None
    text: list[str]

    def act(self, past: PastAct) -> bool:
        """Judge by the act alone, before anything is looked up."""
        return (self.codes is None or past.note.code in self.codes) and (
            not self.person or past.note.who.casefold() == self.person
        )

    def line(self, line: Line) -> bool:
        """Judge by the words."""
        if not self.text:
            return True
        said = f"{line.what} {line.subject} {line.who} {line.on_behalf} {line.school_name} {line.came}".casefold()
        return all(word in said for word in self.text)


def _by_act(acts_told: Iterable[PastAct]) -> Iterable[list[PastAct]]:
    """Join the entries of one act, which share its stamp whatever channels they are in."""
    held: dict[tuple[bytes, bytes], list[PastAct]] = {}
    stamp = -1
    for past in acts_told:
        if past.stamp != stamp:
            yield from held.values()
            held, stamp = {}, past.stamp
        held.setdefault((past.writer, past.note.act), []).append(past)
    yield from held.values()


class _Teller:
    """Puts acts into lines; what is the same for many is looked up once."""

    def __init__(self, desk: Desk, con: Connection) -> None:
        from db.queries.exchange import imports

        trust = desk.trust
        self._desk = desk
        self._files = {one.number: one for one in imports(con)}
        self._computers = {c.sign: (c.label, c.school) for listed in trust.computers.values() for c in listed}
        self._speak = Speaker(desk, con)

    def line(self, group: Sequence[PastAct]) -> Line:
        """Return the line of one act."""
        first = group[0]
        note, at_ms = first.note, wall_ms(first.stamp)
        label, _home = self._computers.get(first.writer, ("", b""))
        late, others = _recorded(group)
        named = self._speak.name(note.on_behalf, "person") if note.on_behalf else ""
        behalf = named or words.listing(sorted({one for one in others if one and one != note.who}))
        return Line(
            note.act, at_ms, school_day(at_ms), _moment(at_ms), note.who, behalf, label, first.school,
            self._desk.school_name(first.school), self._came(first.arrived), acts.words_of(note.code), note.subject,
            late, note.code, tuple(sorted(past.pos for past in group)),
        )  # fmt: skip

    def _came(self, arrived: int) -> str:
        file = self._files.get(arrived)
        if file is None:
            return "here"
        return f"by the file of {self._desk.school_name(file.school)} of {words.plain_date(school_day(file.made))}"


def _moment(at_ms: int) -> str:
    at = dt.datetime.fromtimestamp(at_ms // 1000 + 60 * utc_offset_minutes(at_ms), dt.UTC)
    return f"{words.long_date(at.date())}, {words.clock(at)}"


def _recorded(group: Sequence[PastAct]) -> tuple[bool, set[str]]:
    """Tell whether an act wrote something down late, and for whom it was written down."""
    from db.as_at import end_of
    from db.derived import date_of
    from db.history import births_in

    late, others = False, set()
    for past in group:
        for table, told, values in births_in(past, _RECORDED):
            if told is not None:
                late |= past.at_ms >= end_of(date_of(told) + dt.timedelta(days=1))
            if table.name == "check_record":
                number = table.column("done_by").number
                others.add(str(values[number] or "") if number < len(values) else "")
    return late, others


# --- one record ------------------------------------------------------------------------------------------------------


def story_of(desk: Desk, table: str, row: bytes) -> tuple[Line, ...]:
    """Return every act that touched a row, newest first, with what it changed there.

    Raises ``UserError`` where only the business manager and the head may read it.
    """
    _must_see(desk, registry.BY_NAME[table])
    return _told(desk, [(table, row)])


def check_story(desk: Desk, check: bytes) -> tuple[Line, ...]:
    """Return the story of a check with its records, faults and reasons, newest first."""
    from db.changes import rows_about

    with desk.store.connect() as con:
        rows = rows_about(con, check)
    return _told(desk, rows)


def find_row(desk: Desk, letters: str) -> tuple[str, bytes]:
    """Return the table and id of the one row of the home school that begins with these letters of its id.

    Raises ``UserError`` when it is none or several.
    """
    from db.queries.stories import rows_named

    wanted = letters.strip().casefold()
    with desk.store.connect() as con:
        found = rows_named(con, wanted, desk.home) if len(wanted) >= 6 else []
    seen = [(table, row) for table, row in found if registry.BY_NAME[table].channel not in unseen(desk)]
    if len(seen) != 1:
        several = "more than one record" if seen else "no record"
        raise UserError(f"“{letters}” names {several} here.", "Nothing was changed.", "See “history list”.")
    return seen[0]


def _must_see(desk: Desk, table: registry.Table) -> None:
    if table.channel in unseen(desk):
        raise UserError("Only the business manager can see why someone is away.", "Nothing was changed.", "Ask them.")


def _told(desk: Desk, rows: list[tuple[str, bytes]]) -> tuple[Line, ...]:
    from db.changes import ChangeReader, positions_of
    from db.history import acts_at

    wanted = {row for _, row in rows}
    with desk.store.connect() as con:
        teller, reader, speak = _Teller(desk, con), ChangeReader(con), Speaker(desk, con)
        found = sorted(acts_at(con, sorted(positions_of(con, rows))), key=lambda past: (-past.stamp, past.pos))
        seen = _by_act(past for past in found if past.channel not in unseen(desk))
        return tuple(_with_changes(con, reader, speak, teller.line(group), wanted) for group in seen)


def details(desk: Desk, line: Line) -> Line:
    """Return a line with all that it changed."""
    from db.changes import ChangeReader

    with desk.store.connect() as con:
        return _with_changes(con, ChangeReader(con), Speaker(desk, con), line, None)


def _with_changes(con: Connection, reader: ChangeReader, speak: Speaker, line: Line, wanted: set[bytes] | None) -> Line:
    out: list[Change] = []
    more = 0
    for pos in line.places:
        for one in reader.at(pos):
            if wanted is not None and one.row not in wanted:
                continue
            if len(out) >= MOST_CHANGES:
                more += 1
            else:
                out += _of_row(con, reader, speak, one)
    return replace(line, changes=tuple(out), more=more)


def _of_row(con: Connection, reader: ChangeReader, speak: Speaker, one: RowChange) -> list[Change]:
    from db.queries.stories import gone

    table = one.table
    whole = Change(
        table.name, one.row, speak.row(table, one.row), WHOLE_ROW, "", "", "", gone=gone(con, table, one.row),
        note=f"Held: {one.held}" if one.held else "",
    )  # fmt: skip
    if one.how == "deleted":
        return [replace(whole, field=kind_words(table.name), before="Here", after="Deleted")]
    if one.erased:
        return [replace(whole, field=kind_words(table.name), before="", after="Erased")]
    shown = None if table.is_fact and one.how == "made" else reader.past(table, one.row).at(LAST_STAMP)
    changes: list[Change] = []
    for cell in one.cells:
        now = shown.values.get(cell.number) if shown is not None else cell.after
        was = cell.before.value if cell.before is not None else None
        given = [(cell.before.op, was)] if cell.before is not None else []
        can = tuple(op for op, value in [*given, (one.op, cell.after)] if value != now)
        pairs = zip(fields_of(table, cell.number, was), fields_of(table, cell.number, cell.after), strict=True)
        for (field, old), (_, new) in pairs:
            said, then = speak.value(table, field, old), speak.value(table, field, new)
            if said != then and not (one.how == "made" and says_again(table, field.name, new)):
                changes.append(replace(
                    whole, column=cell.number, field=heading(field.name, table.name),
                    before="" if one.how == "made" else said, after=then,
                    before_op=cell.before.op if cell.before else None, after_op=one.op, put_back=can,
                ))  # fmt: skip
    after = "Added" if one.how == "made" else "No change"
    return changes or [replace(whole, field=kind_words(table.name), after=after)]
