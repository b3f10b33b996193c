"""What the Cluster page says about files: before merging, while merging, afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bursar_desk.domain import words
from bursar_desk.services.merging import FileResult, MergeResult
from bursar_desk.ui.pages.cluster_data import Run
from bursar_desk.ui.pages.cluster_rows import RowLine


def short_words(one: FileResult) -> str:
    """What became of a file, in a few words: "38 new", "Nothing new", "Not taken in"."""
    if not one.accepted:
        return "Not taken in"
    if not one.added:
        return "Nothing new"
    parts = [f"{words.number(one.added)} new"]
    if one.held:
        parts.append(f"{words.number(one.held)} held back")
    if one.conflicts:
        parts.append(f"{words.number(one.conflicts)} to settle")
    return ", ".join(parts)


def state_of(one: FileResult) -> str:
    """The state a row shows for a finished file (``cluster_rows.LOOKS``)."""
    if not one.accepted:
        return "refused"
    if not one.added:
        return "nothing"
    return "held" if one.held else "settle" if one.conflicts else "done"


def rows_of(run: Run, *, working: bool) -> list[RowLine]:
    """The rows of a run: finished files with what they brought, the one in hand, and those that wait."""
    finished = {one.path: one for one in list(run.finished)}
    rows = []
    for n, path in enumerate(run.files):
        one = finished.get(path)
        if one is not None:
            name = one.sender if one.sender != path.name else path.stem
            rows.append(RowLine(path, name, state_of(one), short_words(one)))
        elif working and n == len(finished):
            rows.append(RowLine(path, run.name_of(path), "reading", "Reading"))
        else:
            rows.append(RowLine(path, run.name_of(path), "waiting", "Waiting" if working else "Not read"))
    return rows


def counts_of(run: Run, *, preview: bool) -> list[tuple[str, str]]:
    """Running counts as (number, what): changes so far, to settle, held back, not taken in."""
    pairs = [(run.total("added"), "new so far")]
    if not preview:
        pairs += [(run.total("conflicts"), "to settle"), (run.total("held"), "held back")]
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
    """The preview in sentences: a title, and what would come, what is here already, what cannot be read."""
    good = [one for one in result.files if one.accepted]
    new = [one for one in good if one.added]
    total = result.total("added")
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
    if new:
        said.append("Your register does not change until you press Merge.")
    return title, said


def merged_words(result: MergeResult, files: int) -> tuple[str, list[str]]:
    """The result in sentences: a title and what to know besides the refusals."""
    good = [one for one in result.files if one.accepted]
    added, settle, held = result.total("added"), result.total("conflicts"), result.total("held")
    if result.stopped:
        left = files - len(result.files)
        title = f"Stopped. {words.count(len(good), 'file')} {words.is_are(len(good))} merged"
        said = [f"{words.count(left, 'file')} {words.is_are(left)} not read. Merge them again to go on."]
    elif not good:
        title, said = "Nothing was merged", []
    else:
        schools = len({one.sender for one in good})
        title = f"{words.count(schools, 'school')} {words.is_are(schools)} up to date"
        said = [f"{words.count(added, 'new entry', 'new entries')} came." if added else "You had all of it already."]
    if settle:
        said.append(f"{words.count(settle, 'thing')} {words.is_are(settle)} to settle.")
    if held:
        said.append(f"{words.count(held, 'entry', 'entries')} {words.is_are(held)} held back for you to look at.")
    return title, said


def refusal(one: FileResult, *, before: bool = False) -> tuple[str, str]:
    """A refused file as a title and what happened, what is safe, what to do; ``before`` in a preview."""
    name = f", from {one.sender}," if one.sender != one.path.name else ""
    return f"{one.path.name}{name} {'cannot be' if before else 'was not'} taken in", one.refused_because


def source_words(paths: Sequence[Path]) -> str:
    """What is being read: "Reading the folder “Term files 20 November”"."""
    if len(paths) == 1:
        return f"The folder “{paths[0].name}”" if paths[0].is_dir() else f"The file “{paths[0].name}”"
    return f"{len(paths)} files and folders"
