"""What the Cluster page reads and does on the database worker: schools and their files, merging one by one, sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk.clock import school_day
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Cancelled
from bursar_desk.domain.operations import Changes
from bursar_desk.services import conflicts, history, merging
from bursar_desk.services.merging import FileResult, MergeResult

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.conflicts import Difference
    from bursar_desk.services.desk import Desk

RECENT: Final = 200
STALE_DAYS: Final = 21
"""A file older than three weeks is shown hatched: what it says may have changed since."""


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """A school whose records may come here, with the day its last file was made (None: no file yet)."""

    school: bytes
    name: str
    made: dt.date | None
    number: int
    today: dt.date

    @property
    def state(self) -> str:
        """Return "fresh", "stale" or "none"."""
        if self.made is None:
            return "none"
        return "stale" if (self.today - self.made).days > STALE_DAYS else "fresh"

    @property
    def words(self) -> str:
        """How old the last file is: "12 Nov 2026, 8 days ago"."""
        if self.made is None:
            return "No file yet"
        said = f"{words.short_date(self.made)}, {words.ago(self.made, self.today)}"
        return f"{said}. Ask for a new one" if self.state == "stale" else said


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody a file may be for; a hub is a cluster office."""

    school: bytes
    name: str
    hub: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """All that the page shows before anything is merged."""

    schools: tuple[SchoolLine, ...]
    differences: tuple[Difference, ...]
    receivers: tuple[Receiver, ...]
    taken_back: frozenset[bytes] = frozenset()

    @property
    def sentence(self) -> str:
        """How fresh it all is, in a sentence."""
        stale = sum(one.state == "stale" for one in self.schools)
        none = sum(one.state == "none" for one in self.schools)
        fresh = len(self.schools) - stale - none
        if fresh == len(self.schools):
            return f"{_all(fresh)} sent a file in the last three weeks"
        if not fresh:
            return "No school has sent a file in the last three weeks"
        return f"{words.out_of(fresh, len(self.schools))} schools sent a file in the last three weeks"

    @property
    def note(self) -> str:
        """What is missing, in a sentence; empty when nothing is."""
        stale = sum(one.state == "stale" for one in self.schools)
        none = sum(one.state == "none" for one in self.schools)
        parts = [f"{words.count(stale, 'file')} {words.is_are(stale)} older"] if stale else []
        parts += [f"{words.count(none, 'school')} sent nothing yet"] if none else []
        return words.sentence(words.listing(parts))


def _all(count: int) -> str:
    return "The one school" if count == 1 else f"All {words.number(count)} schools"


def read_cluster(desk: Desk) -> Cluster:
    """Read who may send here, how old their files are, what is to settle, and who may receive ours."""
    trust = desk.trust
    last: dict[str, tuple[int, int]] = {}
    for receipt in merging.receipts(desk):
        made = last.get(receipt.sender, (0, 0))
        last[receipt.sender] = max(made, (receipt.made_ms, receipt.number))
    senders = {one.school for one in trust.readers if one.subject == desk.home} - {desk.home}
    lines = [_line(desk, school, last) for school in senders if school in trust.roots]
    lines.sort(key=lambda one: one.name)
    return Cluster(tuple(lines), tuple(conflicts.listing(desk)), tuple(_receivers(desk)), _taken_back(desk))


def _taken_back(desk: Desk) -> frozenset[bytes]:
    """Which of the last acts of this computer are taken back now; an undo that was undone counts as none."""
    deed: dict[bytes, bytes] = {}
    gone: dict[bytes, bool] = {}
    for past in reversed(history.recent(desk, RECENT)):
        undoes = past.note.undoes
        if past.note.code == ActCode.UNDO and undoes is not None:
            deed[past.note.act] = deed.get(undoes, undoes)
            gone[deed[past.note.act]] = not gone.get(deed[past.note.act], False)
    return frozenset(act for act, is_gone in gone.items() if is_gone)


def _line(desk: Desk, school: bytes, last: Mapping[str, tuple[int, int]]) -> SchoolLine:
    name = desk.school_name(school)
    made, number = last.get(name, (0, 0))
    return SchoolLine(school, name, school_day(made) if made else None, number, desk.today)


def _receivers(desk: Desk) -> list[Receiver]:
    """Who may read something that is held here: for a school its readers, for an office the schools it serves."""
    trust = desk.trust
    if desk.is_office:
        found = {one.school: False for one in trust.readers if one.subject == desk.home and one.school in trust.roots}
    else:
        found = {one.subject: False for one in trust.readers_of(desk.home) if one.subject in trust.roots}
        found |= {one.subject: True for one in trust.readers_of(desk.home, "hub") if one.subject in trust.roots}
    made = [Receiver(school, desk.school_name(school), hub) for school, hub in found.items() if school != desk.home]
    return sorted(made, key=lambda one: (not one.hub, one.name))


# --- merging one by one, so that the window can fill in each school as it is finished ---


@dataclass(slots=True)
class Run:
    """One reading or merging under way. The worker only adds to it; the window reads it at each step."""

    files: list[Path] = field(default_factory=list)
    finished: list[FileResult] = field(default_factory=list)
    names: dict[Path, str] = field(default_factory=dict)

    def name_of(self, path: Path) -> str:
        """The school a file is from, as far as known; else the file's name."""
        return self.names.get(path, path.stem)

    def total(self, name: str) -> int:
        """The sum of a count over the files finished."""
        return sum(int(getattr(one, name)) for one in list(self.finished))

    @property
    def refused(self) -> int:
        """How many of the finished files were not taken in."""
        return sum(not one.accepted for one in list(self.finished))


Work = Callable[["Desk", Sequence[Path], "Progress"], MergeResult]


def preview_each(desk: Desk, paths: Sequence[Path], run: Run, progress: Progress) -> MergeResult:
    """Read files and say what each would bring; nothing is changed."""
    run.files = merging.files_in(paths)
    return _each(merging.preview, desk, run, progress)


def merge_each(desk: Desk, run: Run, progress: Progress) -> MergeResult:
    """Merge the files of a run, each whole or not at all. Stopping keeps those that are finished."""
    return _each(merging.merge, desk, run, progress)


def _each(work: Work, desk: Desk, run: Run, progress: Progress) -> MergeResult:
    changes = Changes(frozenset())
    for n, path in enumerate(run.files):
        steps = _Part(progress, n, len(run.files), run.name_of(path))
        try:
            steps.step("", 0, 1)
        except Cancelled:
            return MergeResult(tuple(run.finished), changes, stopped=True)
        made = work(desk, [path], steps)
        changes = changes | made.changes
        run.finished.extend(made.files)
        if made.stopped:
            return MergeResult(tuple(run.finished), changes, stopped=True)
    return MergeResult(tuple(run.finished), changes)


class _Part:
    """One file's part of the whole, in thousandths of a file."""

    def __init__(self, whole: Progress, n: int, files: int, name: str) -> None:
        self._whole, self._n, self._files = whole, n, files
        self._said = f"Reading {n + 1} of {files}: {name}"

    def step(self, words_now: str, done: int, total: int) -> None:
        """Pass on how far this file is; never the end of the whole, which is told by the result."""
        del words_now
        part = min(999, 1000 * done // max(1, total))
        self._whole.step(self._said, 1000 * self._n + part, 1000 * self._files)
