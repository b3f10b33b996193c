"""The practice partnership of this computer: made once with files ready to merge, then used."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk import machine

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.sample import SampleMade

_NOTE: Final = "practice.json"
_STALE: Final = dt.timedelta(days=28)
"""A set whose history ended longer ago shows everything late; a new one is made beside it."""
TO_MERGE: Final = "Files from the schools"


@dataclass(frozen=True, slots=True)
class Practice:
    """Where a practice set lies: the desk the story is told at, every school's register, the Cluster SBM's."""

    folder: Path
    home: Path
    schools: tuple[Path, ...]
    cluster: Path

    @property
    def to_merge(self) -> Path:
        """Return the folder of files the schools sent to their Cluster SBM."""
        return self.folder / TO_MERGE


def practice_folder() -> Path:
    """Return where practice sets are kept on this computer."""
    return machine.local_folder() / "practice"


def practice_desk(on: dt.date, progress: Progress, say: Callable[[str], object] = lambda _words: None) -> Practice:
    """Return the practice set of this computer, making it when there is none or the last one is stale.

    ``say`` is told once when it has to be made, which takes a while.
    """
    found = _noted(on)
    if found is not None:
        return found
    from bursar_desk.clock import SystemClock
    from bursar_desk.services.sample import make_sample

    say("Making the practice partnership of made-up schools. This is done once.")
    number = 1
    while (folder := practice_folder() / f"boscep-{number}").exists():
        number += 1
    made = make_sample(folder, on=on, clock=SystemClock(), progress=progress)
    practice = _practice(folder, made)
    _send_to_cluster(practice, [one.path for one in made.registers if one.role == "second"], on, progress)
    _note(practice, on)
    return practice


def _practice(folder: Path, made: SampleMade) -> Practice:
    schools = [one for one in made.registers if one.role == "school"]
    home = next((one for one in schools if _is_story(one.path)), schools[0])
    others = [one.path for one in schools if one is not home]
    cluster = next(one for one in made.registers if one.role == "cluster")
    return Practice(folder, home.path, (home.path, *others), _cluster_of(home.path, made) or cluster.path)


def _is_story(register: Path) -> bool:
    """Tell whether this is the school the story is told at: it is run by the one named in the handbook."""
    from bursar_desk.services.desk import Desk

    with Desk.open(register, read_only=True) as desk:
        return desk.person is not None and desk.person.name == "Dawn Hill"


def _cluster_of(home: Path, made: SampleMade) -> Path | None:
    """Return the register of the Cluster SBM who may read the story's school."""
    from bursar_desk.services.desk import Desk

    with Desk.open(home, read_only=True) as desk:
        hubs = {one.subject for one in desk.trust.readers_of(desk.home, "hub")}
    return next((one.path for one in made.registers if one.school_id in hubs), None)


def _send_to_cluster(practice: Practice, seconds: Sequence[Path], on: dt.date, progress: Progress) -> None:
    """Let every school of the cluster send its file into a folder that is ready to be dropped on the Cluster page.

    A school's second computer sends as well: what the two wrote differently is there to settle.
    """
    from bursar_desk.services import merging, sharing
    from bursar_desk.services.desk import Desk

    practice.to_merge.mkdir(exist_ok=True)
    with Desk.open(practice.cluster, read_only=True) as desk:
        office = desk.home
    writers = [*practice.schools, *seconds]
    for n, path in enumerate(writers):
        progress.step("Writing the schools' files", n, len(writers))
        with Desk.open(path, read_only=True) as desk:
            which = " (second computer)" if path in seconds else ""
            name = machine.safe_file_name(f"{desk.name}{which} {on}{merging.SUFFIX}")
            if any(one.subject == office for one in desk.trust.readers_of(desk.home, "hub")):
                sharing.export(desk, practice.to_merge / name, [office])


def _note(practice: Practice, on: dt.date) -> None:
    names = {
        "folder": practice.folder.name, "on": on.isoformat(), "home": practice.home.name,
        "schools": [path.name for path in practice.schools], "cluster": practice.cluster.name,
    }  # fmt: skip
    part = practice_folder() / f"{_NOTE}.part"
    part.write_text(json.dumps(names), "utf-8")
    machine.replace_with_retry(part, practice_folder() / _NOTE)


def _noted(on: dt.date) -> Practice | None:
    """Return the set noted last, if all of it is there and its history reaches near enough to ``on``."""
    try:
        names = json.loads((practice_folder() / _NOTE).read_text("utf-8"))
        folder = practice_folder() / str(names["folder"])
        made_on = dt.date.fromisoformat(names["on"])
        schools = tuple(folder / str(name) for name in names["schools"])
        practice = Practice(folder, folder / str(names["home"]), schools, folder / str(names["cluster"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = all(path.is_file() for path in (*practice.schools, practice.cluster))
    return practice if whole and made_on <= on <= made_on + _STALE else None
