"""Fingerprints: one for each school and channel, equal on two desks exactly when both hold the same of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Digests:
    """Sums of full SHA-256 hashes, in hex. ``by_school``: URN to channel to sum. ``office``: a hub's own, apart.

    A school nobody has introduced yet goes by its id. Statements (who is who) are in no channel and so in no sum.
    """

    by_school: dict[str, dict[str, str]]
    office: dict[str, str]


def digests(desk: Desk, school: bytes | None = None) -> Digests:
    """Return the fingerprints of all that is held here, or of one school; channels without an entry are left out."""
    from db.queries.exchange import fingerprints

    by_school: dict[str, dict[str, str]] = {}
    office: dict[str, str] = {}
    with desk.store.connect() as con:
        found = fingerprints(con)
    for owner, channel, total in found:
        root = desk.trust.roots.get(owner)
        if root is not None and root.sort == "office":
            if owner == desk.home and school in (None, owner):
                office[channel] = bytes(total).hex()
        elif school in (None, owner):
            name = root.urn if root is not None and root.urn else bytes(owner).hex()
            by_school.setdefault(name, {})[channel] = bytes(total).hex()
    return Digests(dict(sorted(by_school.items())), office)
