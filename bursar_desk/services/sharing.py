"""Sending a file: to schools, to the cluster, to our own other computers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import registers

if TYPE_CHECKING:
    from bursar_desk.exchange.sending import Sent
    from bursar_desk.services.desk import Desk

CLUSTER = "cluster"


def receivers(desk: Desk, names: Sequence[str]) -> list[bytes]:
    """Turn names, URNs or the word "cluster" into the ids of schools and offices."""
    found: list[bytes] = []
    for name in names:
        if name == CLUSTER:
            hubs = [reader.subject for reader in desk.trust.readers_of(desk.home, "hub")]
            if not hubs:
                raise UserError(
                    "No Cluster SBM may read this register yet.",
                    "Nothing was written.",
                    "Exchange cards with them first.",
                )
            found.extend(hubs)
        else:
            found.append(desk.find_school(name))
    return list(dict.fromkeys(found))


def export(
    desk: Desk, path: Path, to: Sequence[bytes], *, everything: bool = False, progress: Progress | None = None
) -> Sent:
    """Write a file for some schools: what they may read and have not acknowledged yet."""
    from bursar_desk.exchange.sending import send

    return send(
        desk.store, registers.computer_keys(desk.store), path, list(to), progress or Silent(), everything=everything
    )
