"""The first exchange of a practice partnership: neighbours send each other their people, so that cover can be found."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.services import merging, sharing
from bursar_desk.services.desk import Desk

if TYPE_CHECKING:
    from bursar_desk.clock import Clock
    from bursar_desk.domain.progress import Progress
    from db.store import Store


def exchange(clusters: Sequence[Sequence[Store]], clock: Clock, progress: Progress) -> None:
    """Let the schools of each cluster send one file to each other and merge what came, as real ones do.

    Real files through the real door: nothing is copied behind the program's back. The stores keep ``clock``.
    """
    total = sum(len(cluster) for cluster in clusters)
    done = 0
    with tempfile.TemporaryDirectory(prefix="bursar-desk-") as folder:
        for cluster in clusters:
            for store in cluster:
                store.around.clock = clock
            desks = [Desk(store, clock) for store in cluster]
            files = {desk.home: _send(desk, desks, Path(folder)) for desk in desks if len(desks) > 1}
            for desk in desks:
                progress.step(f"Exchanging files: {desk.name}", done, total)
                theirs = [file for home, file in files.items() if home != desk.home]
                if theirs:
                    merging.merge(desk, theirs)
                done += 1


def _send(desk: Desk, desks: Sequence[Desk], folder: Path) -> Path:
    file = folder / f"{desk.home.hex()}{merging.SUFFIX}"
    sharing.export(desk, file, [other.home for other in desks if other.home != desk.home])
    return file
