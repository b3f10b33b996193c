"""All that the page of places shows, read at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.services import asbestos, assets, drills, site_sheet, water
from bursar_desk.services.asset_checks import school_wide
from bursar_desk.services.places import PlaceNode, inside_of, tree_of

if TYPE_CHECKING:
    from bursar_desk.services.asbestos import AsbestosItem
    from bursar_desk.services.assets import AssetDetail, AssetLine
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.drills import TermCount
    from bursar_desk.services.water import TrendLine
    from db.queries.checks import DefectRow
    from db.queries.drills import DrillRow
    from db.queries.schools import SiteNoteRow


@dataclass(frozen=True, slots=True)
class PlacesView:
    """The tree, what hangs on it, the lines of the site sheet, and the drills. Checks come with their place.

    ``school_wide``: codes of checks that the first thing entered would take over.
    """

    nodes: tuple[PlaceNode, ...]
    assets: tuple[AssetLine, ...]
    checks: tuple[tuple[bytes | None, CheckLine], ...]
    faults: tuple[DefectRow, ...]
    asbestos: tuple[AsbestosItem, ...]
    notes: tuple[SiteNoteRow, ...]
    drills: tuple[DrillRow, ...]
    terms: tuple[TermCount, ...]
    school_wide: frozenset[str] = frozenset()

    def at(self, place: bytes | None) -> PlacesView:
        """Return the same for a place and all below it; None is the whole school."""
        from dataclasses import replace

        if place is None:
            return self
        inside = inside_of(self.nodes, place)
        above = set(next((one.above for one in self.nodes if one.id == place), ()))
        return replace(
            self, assets=tuple(one for one in self.assets if one.row.place in inside),
            checks=tuple(pair for pair in self.checks if pair[0] in inside),
            faults=tuple(one for one in self.faults if one.place in inside),
            asbestos=tuple(one for one in self.asbestos if one.line.row.place in inside | above),
        )  # fmt: skip


def view(desk: Desk) -> PlacesView:
    """Read it; on the database worker."""
    from bursar_desk.services.checks import line_of, names_for
    from bursar_desk.services.standing import standings
    from db.queries.checks import defects
    from db.queries.schools import site_notes

    with desk.store.connect() as con:
        nodes = tree_of(con, desk.home)
        names = names_for(desk, con)
        found = standings(con, desk.home, desk.today)
        faults = tuple(one for one in defects(con, desk.home) if one.open)
        notes = tuple(site_notes(con, desk.home))
    order = {"red": 0, "amber": 1, "green": 2}
    lines = [(one.check.place, line_of(one, names)) for one in found if one.status.colour.value != "grey"]
    lines.sort(key=lambda pair: (order.get(pair[1].colour, 3), pair[1].title))
    return PlacesView(
        tuple(nodes), tuple(assets.listing(desk)), tuple(lines), faults, tuple(asbestos.items(desk)), notes,
        tuple(drills.listing(desk)), tuple(drills.per_term(desk)),
        school_wide(desk),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AssetSeen:
    """One piece of equipment with its readings over time: of its own checks, or of it as a point of a round."""

    detail: AssetDetail
    trends: tuple[TrendLine, ...]


def asset_seen(desk: Desk, asset: bytes) -> AssetSeen:
    """Read one piece of equipment; on the database worker."""
    from db.queries import checks as ask

    found = assets.detail(desk, asset)
    name = found.line.row.name
    trends = [line for check in found.line.checks if check.readings for line in water.trend(desk, check.id)]
    with desk.store.connect() as con:
        rounds = [one for one in ask.checks(con, desk.home) if one.readings and one.points]
    for check in rounds:
        points = [point for point in check.points if point == name or point.startswith(f"{name}, ")]
        trends += [line for point in points for line in water.trend(desk, check.id, point)]
    return AssetSeen(found, tuple(trends))


__all__ = ["AssetSeen", "PlacesView", "asset_seen", "site_sheet", "view"]
