"""What needs the person at the desk: the rows of "Needs you", each with the one thing to do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bursar_desk.domain import words
from bursar_desk.domain.checks import overdue_words
from bursar_desk.domain.status import Word
from bursar_desk.services.checks import CheckLine
from bursar_desk.services.reporting_decisions import answers_for
from bursar_desk.services.reporting_reasons import NO_REASON, Reason, has_no_record, is_late

if TYPE_CHECKING:
    from bursar_desk.services.cover_board import BoardCell, BoardRow
    from bursar_desk.services.cover_requests import CoverLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.home_watch import Kept
    from bursar_desk.services.standing import CheckStanding

ActionKey = Literal["take_out_of_use", "record", "open_check", "open_cover", "last_done", "settle", "open_page"]


@dataclass(frozen=True, slots=True)
class NeedsRow:
    """One row: chip words and colour class, what, why in a sentence, the button and what it opens.

    ``line`` is the check, if it is about one; ``target`` the id of the check, absence or request to open. "open_page"
    opens ``page`` with ``focus``.
    """

    chip: str
    colour: str
    title: str
    why: str
    button: str
    action: ActionKey
    line: CheckLine | None = None
    target: bytes | None = None
    page: str = ""
    focus: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """What the rows are chosen from."""

    found: Sequence[CheckStanding]
    lines: Mapping[bytes, CheckLine]
    reasons: Mapping[bytes, Reason]
    people: Mapping[bytes, str]
    board: Sequence[BoardRow]
    asked: Sequence[CoverLine]
    to_settle: int
    soft: bool
    kept: Kept


def needs_you(desk: Desk, around: Around) -> tuple[NeedsRow, ...]:
    """Return what the acting person must see to: unsafe things first, then their own, then cover, settling, records."""
    from bursar_desk.services.home_watch import pressing

    late = [one for one in around.found if is_late(one)]
    unsafe = [one for one in late if _must_stop(one)]
    seen = {one.check.id for one in unsafe}
    own = [one for one in late if one.check.id not in seen and _mine(desk, one, around.people)]
    rows = [_unsafe_row(one, around) for one in sorted(unsafe, key=_oldest)]
    rows += pressing(desk, around.kept, seen)
    rows += [_own_row(one, around) for one in sorted(own, key=_oldest)]
    rows += _cover_rows(desk, around.board)
    rows += [_asked_row(desk, one) for one in around.asked]
    if around.to_settle:
        title = f"{words.count(around.to_settle, 'difference')} to settle"
        why = "Two people wrote different things. Both are kept until you choose."
        rows.append(NeedsRow("To settle", "amber", title, why, "Settle", "settle"))
    return (*rows, *_unknown_row(desk, around))


def _must_stop(one: CheckStanding) -> bool:
    """Anything that may not be used meanwhile is the manager's, whoever else is on it."""
    return overdue_words(one.check.code).offer_take_out_of_use or any(d.risk == "danger" for d in one.defects)


def _mine(desk: Desk, one: CheckStanding, people: Mapping[bytes, str]) -> bool:
    """Theirs to do; or nobody's at all, which the manager must change."""
    person = desk.person
    if person is None or desk.is_office:
        return False
    who = one.check.doer if one.check.doer in people else one.check.owner
    return who == person.id or (person.manages and not answers_for(one, people))


def _oldest(one: CheckStanding) -> tuple[dt.date, str]:
    return one.status.legal_due or dt.date.max, one.check.title


def _why(one: CheckStanding, around: Around, middle: str = "") -> str:
    status = one.status
    due = status.latest or status.legal_due
    first = status.because.split(". ")[0].rstrip(".") + "."
    if status.word is Word.OVERDUE and due is not None and status.days is not None and status.days > 0:
        first = f"Due {words.weekday_date(due)}."
    said = around.reasons.get(one.check.id, NO_REASON).words
    return " ".join(part for part in (first, middle, words.sentence(said)) if part)


def _title(one: CheckStanding, around: Around) -> str:
    line = around.lines[one.check.id]
    schools = {other.check.school for other in around.found}
    return f"{line.school_name}: {line.title}" if len(schools) > 1 else line.title


def _check_row(one: CheckStanding, around: Around, button: str, action: ActionKey, middle: str = "") -> NeedsRow:
    line = around.lines[one.check.id]
    why = _why(one, around, middle)
    return NeedsRow(line.status_words, line.colour, _title(one, around), why, button, action, line, line.id)


def _unsafe_row(one: CheckStanding, around: Around) -> NeedsRow:
    stop = overdue_words(one.check.code)
    if stop.offer_take_out_of_use:
        return _check_row(one, around, "Take out of use", "take_out_of_use", stop.sentence)
    return _check_row(one, around, "Open check", "open_check")


def _own_row(one: CheckStanding, around: Around) -> NeedsRow:
    if not answers_for(one, around.people):
        return _check_row(one, around, "Open check", "open_check", "Nobody is named to do it.")
    if one.status.word is Word.OVERDUE:
        return _check_row(one, around, "Record", "record")
    return _check_row(one, around, "Open check", "open_check")


def _cover_rows(desk: Desk, board: Iterable[BoardRow]) -> list[NeedsRow]:
    """One row for each of our own absences that leaves a gap in the days the board shows."""
    gaps: dict[bytes, list[BoardCell]] = {}
    for row in board:
        for cell in row.cells:
            if row.school == desk.home and cell.state == "gap" and cell.day >= desk.today and cell.absence is not None:
                gaps.setdefault(cell.absence, []).append(cell)
    rows = []
    for absence, cells in gaps.items():
        days = words.listing([words.weekday_date(cell.day) for cell in cells])
        title = f"{cells[0].title} on {words.weekday_date(cells[0].day)}"
        why = f"{cells[0].words}. Nobody is asked yet for {days}."
        rows.append(NeedsRow("Gap", "red", title, why, "Find cover", "open_cover", None, absence))
    return rows


def _asked_row(desk: Desk, one: CoverLine) -> NeedsRow:
    days = words.weekday_date(one.first)
    if one.last != one.first:
        days += f" to {words.weekday_date(one.last)}"
    name = desk.school_name(one.school)
    title = f"{name} asks for {one.helper}"
    return NeedsRow("Asked", "amber", title, f"Cover on {days}.", "Open cover", "open_cover", None, one.id)


def _unknown_row(desk: Desk, around: Around) -> tuple[NeedsRow, ...]:
    person = desk.person
    unknown = [one for one in around.found if one.required and has_no_record(one)]
    if not unknown or desk.is_office or person is None or not person.manages:
        return ()
    names = sorted(around.lines[one.check.id].title for one in unknown)
    line = around.lines[unknown[0].check.id] if len(unknown) == 1 else None
    title = line.title if line else f"{words.count(len(names), 'check')} without a record"
    listed = (
        f"{', '.join(names[:3])} and {words.number(len(names) - 3)} more" if len(names) > 3 else words.listing(names)
    )
    chip, colour = ("New here", "grey") if around.soft else ("Not known", "red")
    why = "" if line else f"{listed}."
    if around.soft:
        why = f"When was this last done? {why}" if line else f"When were these last done? {why}"
    elif line:
        why = "There is no record of when it was last done."
    target = line.id if line else None
    return (NeedsRow(chip, colour, title, why.strip(), "Enter last dates", "last_done", line, target),)
