"""What files say they are (a pack, a return, a school's share file), so that a drop goes where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bursar_desk.domain.errors import Refused
from bursar_desk.services.merging import files_in


def kinds_of(paths: Sequence[Path]) -> dict[str, list[Path]]:
    """Sort files and the share files of folders by what their first lines say. Nothing said there is trusted.

    What cannot be read counts as a return: taking it in then says in words what is wrong with it. Raises ``UserError``
    when a folder holds no share files. Run on a worker.
    """
    from bursar_desk.exchange import envelope

    found: dict[str, list[Path]] = {}
    for path in files_in(paths):
        try:
            kind = envelope.peek(path).header.kind
        except (Refused, OSError):
            kind = "return"
        found.setdefault(kind, []).append(path)
    return found
