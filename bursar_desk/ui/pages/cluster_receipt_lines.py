"""The lines of a receipt: a file of this merge, of a preview or of the past, in the same words and sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from bursar_desk.services.conflicts import clock_words
from bursar_desk.services.merging import Entry, FileResult, PastReceipt
from bursar_desk.services.merging_files import day_of
from bursar_desk.services.merging_preview import FieldChange
from bursar_desk.ui.models.table import Column
from bursar_desk.ui.pages import cluster_words as say
from bursar_desk.ui.pages.cluster_rows import LOOKS


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file: whom it is from, what became of it in a few words and in a sentence, and its five counts.

    ``number`` is the receipt's, 0 for none; ``file`` the result of the merge or preview it is from, None in the past.
    """

    key: Path | int
    name: str
    when: str
    state: str
    short: str
    sentence: str
    sums: str
    number: int = 0
    undone: bool = False
    made_ms: int = 0
    file: FileResult | None = None

    @property
    def day(self) -> str:
        """The day the file was made: "20 Nov 2026"."""
        return words.short_date(day_of(self.made_ms)) if self.made_ms else ""


def sums_words(came: int, added: int, already: int, held: int, conflicts: int, *, before: bool = False) -> str:
    """The entries of a file and what became of them, so that anybody can add them up."""
    if not came:
        return ""
    parts = [(added, "would be new" if before else "new"), (already, "you had already"), (held, "held back")]
    parts.append((conflicts, "with something to settle"))
    named = [(number, what) for number, what in parts if number]
    said = words.listing([f"{words.number(number)} {what}" for number, what in named])
    total = f"{words.count(came, 'entry', 'entries')} in the file: {said}."
    if len(named) < 2:
        return total
    return f"{total} {' + '.join(words.number(number) for number, _ in named)} = {words.number(came)}."


def line_of(one: FileResult, *, left_out: bool = False) -> FileLine:
    """A file of this merge, or of a preview."""
    name = one.sender if one.accepted or one.sender != one.path.name else one.path.name
    state = say.state_of(one, left_out=left_out)
    before = one.preview is not None
    sums = sums_words(one.came, one.added, one.already, one.held, one.conflicts, before=before) if one.accepted else ""
    when = f"Made on {clock_words(one.made_ms)}" if one.made_ms else one.path.name
    sentence = one.sentence if one.accepted else "Nothing of this file is in your register."
    if before and one.same_as is None:
        sentence = f"{one.sender}: this is what the file would bring."
    short = say.short_words(one, left_out=left_out)
    return FileLine(
        one.path, name, when, state, short, sentence, sums, one.number, made_ms=one.made_ms, file=one
    )  # fmt: skip


def past_line(one: PastReceipt) -> FileLine:
    """A file merged before."""
    counts = {name: int(one.counts.get(name, 0)) for name in ("came", "added", "known", "held", "conflicts")}
    fresh = counts["came"] - counts["known"]
    short = "Undone" if one.undone else f"{words.number(fresh)} new" if fresh else "Nothing new"
    state = "undone" if one.undone else "done" if fresh else "nothing"
    merged = f"Merged on {clock_words(one.at_ms)}. It was made on {clock_words(one.made_ms)}."
    return FileLine(
        one.number, one.sender, f"Merged {_moment(one.at_ms)}", state, short, merged,
        sums_words(*counts.values()), one.number, one.undone, one.made_ms,
    )  # fmt: skip


def totals_words(lines: Sequence[FileLine]) -> str:
    """The sums of all files of a merge together; empty where there is only one."""
    files = [line.file for line in lines if line.file is not None and line.file.accepted]
    if len(files) < 2:
        return ""
    five = [sum(getattr(one, name) for one in files) for name in ("came", "added", "already", "held", "conflicts")]
    before = any(one.preview is not None for one in files)
    said = sums_words(*five, before=before)
    return said.replace("in the file", f"in {words.count(len(files), 'file')}", 1) if said else ""


def _moment(ms: int) -> str:
    """A moment, short enough for a table: "16 Nov 2026, 09:12"."""
    day, _, at = clock_words(ms).rpartition(", ")
    _weekday, number, month, year = day.split(" ")
    return f"{number} {month[:3]} {year}, {at}"


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry with its place, so that two alike are two rows."""

    place: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A field that would change, with its place."""

    place: int
    change: FieldChange


FILES: Final[tuple[Column[FileLine], ...]] = (
    Column("File from", lambda line: line.name, width=150, lead=True, stretch=True, sort=lambda line: line.name),
    Column("Result", lambda line: line.short, width=128, status=lambda line: LOOKS[line.state],
           sort=lambda line: line.short),
    Column("Made on", lambda line: line.day, width=96, ink="muted", sort=lambda line: line.made_ms),
)  # fmt: skip
ENTRIES: Final[tuple[Column[EntryLine], ...]] = (
    Column("What", lambda line: line.entry.what, width=160, sort=lambda line: line.entry.what),
    Column("About", lambda line: line.entry.subject, width=170, lead=True, stretch=True,
           sort=lambda line: line.entry.subject),
    Column("Who", lambda line: line.entry.who, width=120, ink="muted", sort=lambda line: line.entry.who),
    Column("When", lambda line: _moment(line.entry.at_ms), width=130, ink="muted",
           sort=lambda line: line.entry.at_ms),
)  # fmt: skip
CHANGES: Final[tuple[Column[ChangeLine], ...]] = (
    Column("Record", lambda line: line.change.what, width=150, lead=True, stretch=True,
           sort=lambda line: line.change.what),
    Column("Field", lambda line: line.change.field, width=104, ink="muted", sort=lambda line: line.change.field),
    Column("You have", lambda line: line.change.before, width=112),
    Column("They sent", lambda line: line.change.after, width=112),
    Column("", lambda line: "To settle" if line.change.settle else "Change", width=92,
           status=lambda line: LOOKS["settle" if line.change.settle else "held"], key="How"),
)  # fmt: skip
