"""What the Cluster page says about files: before merging, while merging, afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.services import merging_words
from bursar_desk.services.merging import FileResult, Guard, MergeResult
from bursar_desk.ui.pages.cluster_rows import RowLine

if TYPE_CHECKING:
    from bursar_desk.ui.pages.cluster_run import Run


def short_words(one: FileResult, *, left_out: bool = False) -> str:
    """What became of a file, in a few words: "38 new", "Nothing new", "Damaged"."""
    if one.waits:
        return "Left out" if left_out else "Asks first"
    if not one.accepted:
        if one.code == merging_words.NOT_HERE_YET:
            return "Not whole yet"
        return "Damaged" if one.damaged else "Not taken in"
    if one.same_as is not None:
        return f"The same file as {one.same_as.name}"
    if one.older_than:
        return "Older than yours, skipped"
    parts = [f"{words.number(one.added)} new"] if one.added else []
    if one.held:
        parts.append(f"{words.number(one.held)} held back")
    if one.conflicts:
        parts.append(f"{words.number(one.differences or one.conflicts)} to settle")
    return ", ".join(parts) or "Nothing new"


def state_of(one: FileResult, *, left_out: bool = False) -> str:
    """The state a row shows for a finished file (``cluster_rows.LOOKS``)."""
    if one.waits:
        return "left out" if left_out else "ask"
    if not one.accepted:
        return "refused"
    if one.older_than or one.same_as is not None:
        return "older"
    if one.held:
        return "held"
    return "settle" if one.conflicts else "done" if one.fresh else "nothing"


def rows_of(run: Run, *, working: bool) -> list[RowLine]:
    """The rows of a run: finished files with what they brought, the one in hand, and those that wait."""
    finished = {one.path: one for one in list(run.finished)}
    rows = []
    for path in run.files:
        one, out = finished.get(path), path in run.left_out
        if one is not None and not (working and path == run.in_hand and one.waits):
            name = one.sender if one.sender != path.name else path.stem
            rows.append(RowLine(path, name, state_of(one, left_out=out), short_words(one, left_out=out)))
        elif working and path == run.in_hand:
            rows.append(RowLine(path, run.name_of(path), "reading", "Reading"))
        else:
            rows.append(RowLine(path, run.name_of(path), "waiting", "Waiting" if working else "Not read"))
    return rows


def counts_of(run: Run, *, preview: bool) -> list[tuple[str, str]]:
    """Running counts as (number, what): changes so far, to settle, held back, not taken in."""
    pairs = [(run.total("fresh"), "new so far"), (run.total("differences"), "to settle")]
    if not preview:
        pairs.append((run.total("held"), "held back"))
    pairs.append((run.refused, "could not be read" if preview else "not taken in"))
    return [(words.number(number), what) for number, what in pairs]


def time_left(done: int, total: int, seconds: float) -> str:
    """How long it may still take, from how long it took so far; empty while nobody can tell."""
    if done <= 0 or total <= 0 or seconds < 1:
        return ""
    left = seconds * (total - done) / done
    if left < 5:
        return "A few seconds left."
    rounded = round(left / 5) * 5
    return (
        f"About {words.count(rounded, 'second')} left." if rounded < 90 else f"About {round(left / 60)} minutes left."
    )


def ready_words(result: MergeResult) -> tuple[str, list[str]]:
    """The preview in sentences: a title, and what would come, what is here already, what asks first."""
    good = [one for one in result.files if one.accepted]
    new = [one for one in good if one.fresh]
    total = sum(one.fresh for one in new)
    if not good:
        return "None of these files can be merged", []
    if not new:
        title = "There is nothing new in these files"
    else:
        files = words.count(len(new), "file")
        title = f"{files} {'brings' if len(new) == 1 else 'bring'} {words.count(total, 'new entry', 'new entries')}"
    said = []
    old = len(good) - len(new)
    if old and new:
        said.append(f"{words.count(old, 'file')} {'holds' if old == 1 else 'hold'} nothing new.")
    settle = sum(one.differences for one in good)
    if settle:
        said.append(f"{words.count(settle, 'thing')} will be yours to settle.")
    if any(one.guard for one in good):
        many = sum(one.guard is not None for one in good)
        said.append(f"{words.count(many, 'file')} would change much of what you have, and will ask first.")
    if new:
        said.append("Your register does not change until you press Merge.")
    return title, said


def merged_words(result: MergeResult, run: Run) -> tuple[str, list[str]]:
    """The result in sentences: a title and what to know besides."""
    good = [one for one in result.files if one.accepted]
    fresh = sum(one.fresh for one in good)
    if result.stopped:
        title = f"Stopped. {words.count(len(good), 'file')} {words.is_are(len(good))} merged"
        said = ["The file in hand was undone."]
        if run.unread:
            left = f"{words.count(run.unread, 'file')} {words.is_are(run.unread)} not read."
            said = [f"The file in hand was undone. {left} Merge them again to go on."]
    elif not good:
        title, said = "Nothing was merged", []
    else:
        schools = len({one.sender for one in good if not one.older_than})
        title = f"{words.count(schools, 'school')} {words.is_are(schools)} up to date"
        said = [f"{words.count(fresh, 'new entry', 'new entries')} came." if fresh else "You had all of it already."]
    return title, [*said, *[fact.text for fact in facts_of(result)[1:] if fact.text]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a merge has to tell, with its tone (ok, soon, overdue, info)."""

    tone: str
    text: str


def facts_of(result: MergeResult) -> list[Fact]:
    """What a merge has to tell, the schools that are up to date first, in one short sentence each."""
    good = {one.sender for one in result.files if one.accepted and not one.older_than}
    told = [Fact("ok", f"{words.count(len(good), 'school')} {words.is_are(len(good))} up to date" if good else "")]
    older = [one for one in result.files if one.older_than]
    if len(older) == 1:
        told.append(Fact("soon", f"1 file is older than the one you already have ({older[0].older_than}): skipped."))
    elif older:
        named = words.listing([one.sender for one in older])
        told.append(Fact("soon", f"{words.count(len(older), 'file')} are older than yours ({named}): skipped."))
    damaged = [one for one in result.refused if one.damaged]
    if damaged:
        named = words.listing([one.sender for one in damaged])
        many = f"{words.count(len(damaged), 'file')} {words.is_are(len(damaged))} damaged"
        told.append(Fact("overdue", f"{many} ({named}): ask them to send it again."))
    other = [one for one in result.refused if not one.damaged]
    if other:
        told.append(Fact("overdue", f"{words.count(len(other), 'file')} {words.is_are(len(other))} not taken in."))
    held = result.total("held")
    if held:
        told.append(Fact("soon", f"{words.count(held, 'entry', 'entries')} {words.is_are(held)} held back."))
    return told


def guard_words(guard: Guard) -> str:
    """What a file would change, as a question asks it: "This file would change 312 of 4,000 records of Hollybank."."""
    part = f"{words.number(guard.changed)} of {words.number(guard.of)}"
    return f"This file would change {part} records of {guard.school_name}."


def refusal(one: FileResult, *, before: bool = False) -> tuple[str, str]:
    """A refused file as a title and what happened, what is safe, what to do; ``before`` in a preview."""
    name = f", from {one.sender}," if one.sender != one.path.name else ""
    return f"{one.path.name}{name} {'cannot be' if before else 'was not'} taken in", one.refused_because


def source_words(paths: Sequence[Path]) -> str:
    """What is being read: "The folder “Term files 20 November”"."""
    if len(paths) == 1:
        return f"The folder “{paths[0].name}”" if paths[0].is_dir() else f"The file “{paths[0].name}”"
    return f"{len(paths)} files and folders"
