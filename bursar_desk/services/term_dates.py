"""The school's calendar: term dates from a file with a preview, single INSET days and closures, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.calendar import Block, BlockKind, SchoolCalendar
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.periods import year_words
from bursar_desk.domain.term_blocks import Doubt, Said, blocks_of
from bursar_desk.services import bank_holidays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bursar_desk.domain.date_column import Question
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.desk import Desk
    from db.queries.schools import BlockRow

SAFE: Final = "The calendar was not changed."
KIND_WORDS: Final[Mapping[str, str]] = {
    "term": "Term", "inset": "INSET day", "closure": "Closed", "letting": "Let to others",
}  # fmt: skip
SUFFIXES: Final = (".ics", ".csv", ".tsv", ".txt", ".xlsx", ".ods", ".xls")
_ASK_FROM: Final = (5, 1)  # month and day from which next year's dates should be here


@dataclass(frozen=True, slots=True)
class CalendarProposal:
    """What a file of term dates says, before anything is changed.

    ``said`` are sentences on how it was read, ``questions`` what only a person can say (the answers go into ``read``),
    ``doubts`` what to look at: entries left out and blocks that may be wrong.
    """

    source: str
    blocks: tuple[Block, ...]
    said: tuple[str, ...]
    questions: tuple[Question, ...]
    doubts: tuple[Doubt, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The words of each block."""
        return tuple(block_words(one) for one in self.blocks)


def block_words(block: Block | BlockRow) -> str:
    """Say a block: "Autumn 1: Tuesday 2 September 2025 to Friday 24 October 2025"."""
    kind = str(block.kind)
    name = block.name or KIND_WORDS.get(kind, kind)
    if kind in KIND_WORDS and kind != "term" and KIND_WORDS[kind].casefold() not in name.casefold():
        name = f"{KIND_WORDS[kind]}, {name}"
    days = words.long_date(block.first)
    return f"{name}: {days}" if block.first == block.last else f"{name}: {days} to {words.long_date(block.last)}"


def read(
    path: Path, answers: Mapping[str, str] | None = None, *, today: dt.date, progress: Progress | None = None
) -> CalendarProposal:  # fmt: skip
    """Read term dates from an .ics file or a spreadsheet; nothing is changed.

    A spreadsheet needs a heading over its dates. ``answers`` by question key. Raises ``Refused`` for a file that cannot
    be read, and ``Cancelled`` when ``progress`` says so.
    """
    if path.suffix.lower() == ".ics":
        from bursar_desk.services.term_dates_ics import entries

        said, told = entries(path)
        return _proposal(path.name, said, told, (), ())
    from bursar_desk.services.term_dates_sheet import entries as rows_of

    return _proposal(path.name, *rows_of(path, answers or {}, today, progress))


def _proposal(
    name: str, said: Sequence[Said], told: Sequence[str], questions: Sequence[Question], doubts: Sequence[Doubt]
) -> CalendarProposal:  # fmt: skip
    blocks, more = blocks_of(said, bank_holidays.england())
    terms = sum(one.kind is BlockKind.TERM for one in blocks)
    counted = [words.count(terms, "stretch of term", "stretches of term")]
    for kind, what in ((BlockKind.INSET, "INSET day"), (BlockKind.CLOSURE, "closure"), (BlockKind.LETTING, "letting")):
        number = sum(one.kind is kind for one in blocks)
        if number:
            counted.append(words.count(number, what))
    found = f"{words.listing(counted)} found in {words.count(len(said), 'entry', 'entries')}."
    if any(one.sense == "holiday" for one in said) and not any(one.sense in ("term", "starts") for one in said):
        found += " Term is what lies between the holidays."
    return CalendarProposal(name, blocks, (found, *told), tuple(questions), (*doubts, *more))


# --- what would change, and changing it ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """What a proposal would change: blocks added, blocks that go, and how many are here already."""

    added: tuple[Block, ...]
    removed: tuple[BlockRow, ...]
    same: int


def difference(desk: Desk, proposal: CalendarProposal) -> Difference:
    """Compare a proposal with the calendar held: the terms of the years it speaks of take the place of those here.

    INSET days, closures and lettings are added to those here; nothing of other years is touched.
    """
    here = listing(desk)
    held = {(one.kind, one.first, one.last): one for one in here}
    years = {_year(one.first) for one in proposal.blocks if one.kind is BlockKind.TERM}
    wanted = {(one.kind.value, one.first, one.last) for one in proposal.blocks}
    added = tuple(one for one in proposal.blocks if (one.kind.value, one.first, one.last) not in held)
    removed = tuple(
        one for one in here
        if one.kind == "term" and _year(one.first) in years and (one.kind, one.first, one.last) not in wanted
    )  # fmt: skip
    return Difference(added, removed, len(proposal.blocks) - len(added))


def _year(day: dt.date) -> int:
    return day.year - (day.month < 8)


def apply(desk: Desk, proposal: CalendarProposal, *, leave_out: bool = False) -> Changes:
    """Set the calendar as a proposal has it, in one act.

    Raises ``UserError`` when a question is open (``leave_out`` goes on without those entries), when there are no term
    dates in it, or when all of it is here already.
    """
    _must_be_school(desk)
    if proposal.questions and not leave_out:
        count = words.count(len(proposal.questions), "question")
        raise UserError(f"{count} about {proposal.source} is open.", SAFE, proposal.questions[0].text)
    if not proposal.blocks:
        raise UserError(f"There are no term dates in {proposal.source}.", SAFE, "Choose another file.")
    news = difference(desk, proposal)
    if not news.added and not news.removed:
        raise UserError("All of this is in the calendar already.", SAFE, "There is nothing to do.")
    with desk.act(ActCode.SET_CALENDAR, subject=_years_words(proposal.blocks)) as act:
        for gone in news.removed:
            act.delete("calendar_block", gone.id)
        for block in news.added:
            act.create("calendar_block", _values(block))
    return Changes(frozenset(act.tables), act.note.act)


def _years_words(blocks: Sequence[Block]) -> str:
    return words.listing([year_words(year) for year in sorted({_year(one.first) for one in blocks})])


def _values(block: Block) -> dict[str, object]:
    values = {
        "kind": block.kind.value, "name": block.name, "first": block.first, "last": block.last, "term": block.term,
        "half": block.half,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value not in (None, "")}


def listing(desk: Desk, school: bytes | None = None) -> list[BlockRow]:
    """Return the calendar of a school held here, oldest first."""
    from db.queries.schools import calendar_blocks

    with desk.store.connect() as con:
        return calendar_blocks(con, school or desk.home)


def add(
    desk: Desk, kind: str, first: dt.date, last: dt.date | None = None, *, name: str = ""
) -> tuple[bytes, Changes]:  # fmt: skip
    """Add one INSET day, closure (snow, polling), letting or stretch of term. Raises ``UserError``.

    ``last`` is the first day itself where it is left out.
    """
    _must_be_school(desk)
    if kind not in KIND_WORDS:
        raise UserError(f"“{kind}” is not a kind of day.", SAFE, f"Use one of: {', '.join(KIND_WORDS)}.")
    end = last or first
    if end < first:
        raise UserError("It ends before it begins.", SAFE, "Check the two dates.")
    if (end - first).days > 200:
        raise UserError("That is longer than a term.", SAFE, "Check the two dates.")
    same = [one for one in listing(desk) if one.kind == kind and one.first <= end and one.last >= first]
    if same:
        raise UserError(f"{block_words(same[0])} is in the calendar already.", SAFE, "Take it out first.")
    block = Block(BlockKind(kind), " ".join(name.split()) or KIND_WORDS[kind], first, end)
    if kind == "term":
        found, _doubts = blocks_of([Said(block.name, first, end, "", "term")], bank_holidays.england())
        block = Block(BlockKind.TERM, name or found[0].name, first, end, found[0].term, found[0].half)
    with desk.act(ActCode.SET_CALENDAR, subject=block.name) as act:
        row = act.create("calendar_block", _values(block))
    return row, Changes(frozenset(act.tables), act.note.act)


def remove(desk: Desk, block: bytes) -> Changes:
    """Take one entry out of the calendar; History keeps it. Raises ``UserError`` when it is not in there."""
    _must_be_school(desk)
    one = next((one for one in listing(desk) if one.id == block), None)
    if one is None:
        raise UserError("That is not in the calendar.", SAFE, "Choose it from the list.")
    with desk.act(ActCode.SET_CALENDAR, subject=one.name) as act:
        act.delete("calendar_block", block)
    return Changes(frozenset(act.tables), act.note.act)


def missing(desk: Desk, school: bytes | None = None) -> str:
    """Say which term dates are not here: this school year's, and from May on next year's; nothing when all are."""
    from bursar_desk.services.standing import calendars

    whose = school or desk.home
    with desk.store.connect() as con:
        calendar = calendars(con, whose).get(whose, SchoolCalendar())
    today = desk.today
    year = today.year - (today.month < 9)
    wanted = [year] if (today.month, today.day) < _ASK_FROM or today.month >= 9 else [year, year + 1]
    absent = [one for one in wanted if not _whole_year(calendar, one)]
    if not absent:
        return ""
    named = words.listing([year_words(one) for one in absent])
    return f"The term dates of {named} are not entered. Until then every weekday counts as a school day."


def _whole_year(calendar: SchoolCalendar, year: int) -> bool:
    days = (dt.date(year, 11, 15), dt.date(year + 1, 2, 1), dt.date(year + 1, 6, 15))
    return all(calendar.is_known(day) for day in days)


def _must_be_school(desk: Desk) -> None:
    if desk.is_office or desk.is_guest:
        raise UserError("Term dates are set by the school itself.", SAFE, "Ask the school.")
