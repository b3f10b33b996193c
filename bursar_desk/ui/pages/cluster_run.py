"""Reading and merging files one by one on the worker, so that the window can fill in each school as it is finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain.errors import Cancelled
from bursar_desk.domain.operations import Changes
from bursar_desk.services import merging, merging_files
from bursar_desk.services.merging import FileResult, MergeResult

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.desk import Desk


@dataclass(slots=True)
class Run:
    """One reading or merging under way. The worker only adds to it; the window reads it at each step.

    ``previews`` is what each file was found to bring before anything was merged; ``left_out`` are files that would
    change much and were not agreed to.
    """

    files: list[Path] = field(default_factory=list)
    finished: list[FileResult] = field(default_factory=list)
    names: dict[Path, str] = field(default_factory=dict)
    previews: dict[Path, FileResult] = field(default_factory=dict)
    left_out: set[Path] = field(default_factory=set)
    twins: dict[Path, Path] = field(default_factory=dict)
    in_hand: Path | None = None
    changes: Changes = field(default_factory=lambda: Changes(frozenset()))

    def name_of(self, path: Path) -> str:
        """The school a file is from, as far as known; else the file's name."""
        return self.names.get(path, path.stem)

    def total(self, name: str) -> int:
        """The sum of a count over the files finished; what only waits for a word of the person's is not counted."""
        return sum(int(getattr(one, name)) for one in list(self.finished) if one.accepted)

    def again(self) -> Run:
        """The same files, to be merged now that they were looked at."""
        looked = {one.path: one for one in self.finished}
        return Run(files=list(self.files), names=dict(self.names), previews=looked, twins=dict(self.twins))

    def put(self, result: FileResult) -> None:
        """Keep a file's result, in the place of an earlier one of the same file."""
        places = [n for n, one in enumerate(self.finished) if one.path == result.path]
        if places:
            self.finished[places[0]] = result
        else:
            self.finished.append(result)

    @property
    def refused(self) -> int:
        """How many of the finished files were not taken in."""
        return sum(not one.accepted and not one.waits for one in list(self.finished))

    @property
    def asking(self) -> list[FileResult]:
        """The files that would change much of a school's records and are not decided yet."""
        return [one for one in self.finished if one.waits and one.path not in self.left_out]

    @property
    def unread(self) -> int:
        """How many files were not come to."""
        return len(self.files) - len(self.finished)


Work = Callable[["Desk", Sequence[Path], "Progress"], MergeResult]


def preview_each(desk: Desk, paths: Sequence[Path], run: Run, progress: Progress) -> MergeResult:
    """Read files and say what each would bring; nothing is changed."""
    run.files = merging.files_in(paths)
    run.twins = merging_files.twins(run.files)
    return _each(merging.preview, desk, run, run.files, progress)


def merge_each(desk: Desk, run: Run, progress: Progress) -> MergeResult:
    """Merge the files of a run, each whole or not at all. Stopping keeps those that are finished.

    A file that would change much of a school's records is not merged: it waits for ``merge_agreed``.
    """
    return _each(merging.merge, desk, run, run.files, progress)


def merge_agreed(desk: Desk, run: Run, path: Path, progress: Progress) -> MergeResult:
    """Merge one file that would change much, because the person said so."""

    def work(desk: Desk, paths: Sequence[Path], steps: Progress) -> MergeResult:
        return merging.merge(desk, paths, steps, agree_all=True)

    return _each(work, desk, run, [path], progress)


def _each(work: Work, desk: Desk, run: Run, files: Sequence[Path], progress: Progress) -> MergeResult:
    run.changes = Changes(frozenset())
    for n, path in enumerate(files):
        run.in_hand = path
        steps = _Part(progress, n, len(files), run.name_of(path))
        try:
            steps.step("", 0, 1)
        except Cancelled:
            return MergeResult(tuple(run.finished), run.changes, stopped=True)
        made = work(desk, [path], steps)
        run.changes = run.changes | made.changes
        for one in made.files:
            run.put(_told_twin(one, run.twins.get(path)))
        if made.stopped:
            return MergeResult(tuple(run.finished), run.changes, stopped=True)
    return MergeResult(tuple(run.finished), run.changes)


def _told_twin(one: FileResult, twin: Path | None) -> FileResult:
    """Say of a file that it is a copy of another one; a preview then brings what that one brings only once."""
    if twin is None or not one.accepted:
        return one
    told = replace(one, same_as=twin, seen_before=True)
    if one.preview is None:
        return told
    return replace(told, added=0, held=0, conflicts=0, differences=0, already=one.came, guard=None)


class _Part:
    """One file's part of the whole, in thousandths of a file."""

    def __init__(self, whole: Progress, n: int, files: int, name: str) -> None:
        self._whole, self._n, self._files, self._name = whole, n, files, name

    def step(self, words_now: str, done: int, total: int) -> None:
        """Pass on how far this file is; never the end of the whole, which is told by the result."""
        # The service counts from 1 for the one file it was given; only the school it found inside is of use here.
        name = words_now.partition(": ")[2] or self._name
        part = min(999, 1000 * done // max(1, total))
        said = f"Reading {self._n + 1} of {self._files}: {name}"
        self._whole.step(said, 1000 * self._n + part, 1000 * self._files)
