"""The first exchange of a practice partnership: neighbours send each other their people, so that cover can be found,
and the cluster office sends its schools the courses it bought."""

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


def exchange(
    clusters: Sequence[Sequence[Store]], offices: Sequence[Store], clock: Clock, progress: Progress
) -> None:  # fmt: skip
    """Let the schools of each cluster send one file to each other and merge what came, as real ones do.

    ``offices``, one a cluster, send theirs to the schools and take nothing in: merging is what people practise there.
    Real files through the real door: nothing is copied behind the program's back. The stores keep ``clock``.
    """
    total = sum(len(cluster) for cluster in clusters)
    done = 0
    with tempfile.TemporaryDirectory(prefix="bursar-desk-") as folder:
        for cluster, office in zip(clusters, offices, strict=True):
            for store in (*cluster, office):
                store.around.clock = clock
            desks = [Desk(store, clock) for store in cluster]
            files = {desk.home: _send(desk, desks, Path(folder)) for desk in desks if len(desks) > 1}
            from_office = Desk(office, clock)
            for desk in desks:
                progress.step(f"Exchanging files: {desk.name}", done, total)
                theirs = [file for home, file in files.items() if home != desk.home]
                # a file for each school: who else reads the others is no business of one of them
                merging.merge(desk, [*theirs, _send(from_office, [desk], Path(folder))])
                done += 1


def _send(desk: Desk, desks: Sequence[Desk], folder: Path) -> Path:
    file = folder / f"{desk.home.hex()}{merging.SUFFIX}"
    sharing.export(desk, file, [other.home for other in desks if other.home != desk.home])
    return file
