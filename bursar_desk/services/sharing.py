"""Sending a file: to schools, to the cluster, to our own other computers; in parts where letters must be small."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import cluster_files, fingerprints, registers

if TYPE_CHECKING:
    from bursar_desk.exchange.sending import Sent
    from bursar_desk.services.desk import Desk

CLUSTER: Final = "cluster"
NEED_IT: Final = "need-it"
SMALLEST: Final = 64 * 1024
"""Bytes; a part below this could not even hold the signatures and the list of what is held."""


def receivers(desk: Desk, names: Sequence[str]) -> list[bytes]:
    """Turn names, URNs, "cluster" or "need-it" (whoever lacks something) into the ids of schools and offices."""
    found: list[bytes] = []
    for name in names:
        if name == CLUSTER:
            found.extend(_hubs(desk))
        elif name == NEED_IT:
            found.extend(_needing(desk))
        else:
            found.append(desk.find_school(name))
    return list(dict.fromkeys(found))


def _hubs(desk: Desk) -> list[bytes]:
    hubs = [reader.subject for reader in desk.trust.readers_of(desk.home, "hub")]
    if not hubs:
        raise UserError(
            "No Cluster SBM may read this register yet.", "Nothing was written.", "Exchange cards with them first."
        )
    return hubs


def _needing(desk: Desk) -> list[bytes]:
    needing = cluster_files.need_it(desk)
    if not needing:
        raise UserError("Everybody is up to date.", "Nothing was written.", "There is nothing to send.")
    return needing


def export(
    desk: Desk, path: Path, to: Sequence[bytes], *, everything: bool = False, max_bytes: int | None = None,
    attachments: bool = True, progress: Progress | None = None,
) -> Sent:  # fmt: skip
    """Write a file for some schools: what they may read and have not acknowledged yet.

    With ``max_bytes`` it is cut into parts of at most that size, which each stand alone and may be merged in any order
    ("Oakfield (part 1 of 3).bursar"); ``Sent.parts`` names them all. Without ``attachments`` attached files stay here
    until they are asked for. Who it was for is remembered on this computer for the next time.
    """
    from bursar_desk.exchange.sending import Wish, send

    if max_bytes is not None and max_bytes < SMALLEST:
        raise UserError("The parts would be too small.", "Nothing was written.", "Allow at least 1 MB for each part.")
    sent = send(
        desk.store, registers.computer_keys(desk.store), path, list(to), progress or Silent(), everything=everything,
        wish=Wish(max_bytes, attachments),
    )  # fmt: skip
    cluster_files.remember_receivers(desk, to)
    with contextlib.suppress(UserError):  # the file is written; its stamp is found in the history without this note
        fingerprints.keep_today(desk, desk.home)
    return sent
