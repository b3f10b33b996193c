"""Places: the tree at the left, what hangs there in the middle, one thing beside it; the site sheet; the drills."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget

from bursar_desk.domain import words
from bursar_desk.services import assets, places_view
from bursar_desk.services.places_view import PlacesView
from bursar_desk.ui.pages.base import Page
from bursar_desk.ui.pages.places_detail import AssetPane
from bursar_desk.ui.pages.places_drills import DrillPane, DrillsPart
from bursar_desk.ui.pages.places_forms import AssetForm, GonePane, Known, PlaceForm, RemovePlacePane
from bursar_desk.ui.pages.places_here import HerePart
from bursar_desk.ui.pages.places_labels import LabelsPane
from bursar_desk.ui.pages.places_site import LinePane, SitePart
from bursar_desk.ui.pages.places_tree import PlaceTree
from bursar_desk.ui.widgets import Segments, SplitPane, ground
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk
from bursar_desk.ui.widgets.panes import DetailPane
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from reports.saving import Written

PARTS: Final = (("places", "Places and equipment"), ("site", "Site sheet"), ("drills", "Drills"))


class PlacesPage(Page):
    """The tree with all that hangs on it; forms open beside, never on top."""

    key: ClassVar[str] = "places"
    title: ClassVar[str] = "Places"
    icon: ClassVar[str] = "building-2"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "place", "asset", "school_check", "check_record", "defect", "site_note", "drill", "calendar_block",
    )  # fmt: skip

    def build(self) -> None:
        """Header with the three parts; the tree and its middle share a split with the details."""
        self.files = FileAsk(self)
        self._place: bytes | None = None
        self._asset: bytes | None = None
        writes = not self.context.facts.office and not self.context.facts.guest
        self.parts = Segments(PARTS, "Part of the page")
        self.parts.chosen.connect(self._show_part)
        self.header.add(self.parts)
        self.tree = PlaceTree()
        self.tree.chosen.connect(self._chosen)
        self.here = HerePart(writes=writes)
        self.here.add_place.connect(lambda: self._place_form(None))
        self.here.change_place.connect(lambda: self._place_form(self._place))
        self.here.remove_place.connect(self._remove_place)
        self.here.add_asset.connect(lambda: self._asset_form(None))
        self.here.asset_wanted.connect(self.show_asset)
        self.here.check_wanted.connect(lambda check: self.context.open_page("checks", check=check))
        self.here.paper_wanted.connect(self._paper)
        self.here.labels_wanted.connect(self._labels_form)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(self.tree)
        both.addWidget(self.here)
        both.setStretchFactor(1, 1)
        self.site = SitePart(writes=writes)
        self.site.edit_wanted.connect(self._line_form)
        self.site.remove_wanted.connect(self._remove_line)
        self.site.paper_wanted.connect(self._paper)
        self.drills = DrillsPart(writes=writes)
        self.drills.log_wanted.connect(self._drill_form)
        self.drills.paper_wanted.connect(self._paper)
        self.stack = QStackedWidget()
        for part in (both, self.site, self.drills):
            self.stack.addWidget(part)
        self._of_part = dict(zip((key for key, _ in PARTS), (both, self.site, self.drills), strict=True))
        self.split = SplitPane(ground(self.stack, "surface"))
        self.body.addWidget(self.split, 1)

    # --- reading and showing ---

    def load(self, desk: Desk) -> PlacesView:
        """The tree and all that hangs on it."""
        return places_view.view(desk)

    def fill(self, data: PlacesView) -> None:
        """Show it; the place chosen stays chosen, and equipment shown is read again."""
        self.header.set_note(
            f"{words.count(len(data.nodes), 'place')}, {words.count(len(data.assets), 'piece')} of equipment"
        )
        if self._place is not None and all(one.id != self._place for one in data.nodes):
            self._place = None
        self.tree.set_nodes(data.nodes, self._place)
        self.site.show_lines(data.notes, data.nodes)
        self.drills.show_drills(data.drills, data.terms)
        self._show_here()
        if self._asset is not None:
            self.show_asset(self._asset)

    def _chosen(self, place: bytes | None) -> None:
        self._place = place
        self._show_here()

    def _show_here(self) -> None:
        if isinstance(self.data, PlacesView):
            node = next((one for one in self.data.nodes if one.id == self._place), None)
            self.here.show_place(node, self.data.at(self._place), self.context.today)

    def _show_part(self, key: str) -> None:
        self._close()
        show_only(self.stack, self._of_part[key])

    def focus_on(self, **what: Any) -> None:
        """``place=id``, ``asset=id`` or ``part="site"`` show one thing."""
        part = str(what.get("part", "places"))
        self.parts.set_key(part)
        show_only(self.stack, self._of_part[part])
        self._place = what.get("place")
        self._asset = what.get("asset")
        if self.data is not None:
            self.fill(self.data)

    def choose_place(self, place: bytes | None) -> None:
        """Choose a place as a click on it would."""
        self._place = place
        if isinstance(self.data, PlacesView):
            self.tree.choose(place)
            self._show_here()

    # --- beside it ---

    def _open(self, pane: DetailPane, *, focus: bool = True) -> None:
        self.split.show_detail(pane, focus=focus)

    def _close(self) -> None:
        self._asset = None
        self.split.hide_detail()

    def show_asset(self, asset: bytes) -> None:
        """Show one piece of equipment beside the list."""
        self._asset = asset

        def arrived(seen: places_view.AssetSeen) -> None:
            if self._asset != asset:
                return
            pane = AssetPane(seen, writes=self.here.writes)
            pane.change_wanted.connect(lambda: self._asset_form(asset))
            pane.gone_wanted.connect(lambda: self._gone(asset, replace=False))
            pane.replace_wanted.connect(lambda: self._gone(asset, replace=True))
            pane.check_wanted.connect(lambda check: self.context.open_page("checks", check=check))
            pane.closed.connect(self._close)
            self._open(pane, focus=False)

        self.context.run(self, lambda desk: places_view.asset_seen(desk, asset), arrived)

    def _form(self, pane: Any) -> None:
        """Open a form: what it hands over is written, said, and the form goes."""
        self._asset = None

        def write(work: Callable[[Desk], tuple[Changes, str]]) -> None:
            def done(made: tuple[Changes, str]) -> None:
                self._close()
                if made[0].tables:
                    self.context.acted(made[0], made[1], origin=self)

            self.context.run(self, work, done, pane.refused)

        pane.wanted.connect(write)
        self._open(pane)

    def _place_form(self, place: bytes | None) -> None:
        if isinstance(self.data, PlacesView):
            self._form(PlaceForm(self.data.nodes, place, self._place))

    def _labels_form(self) -> None:
        if not isinstance(self.data, PlacesView):
            return
        self._asset = None
        node = next((one for one in self.data.nodes if one.id == self._place), None)
        pane = LabelsPane(self._place, node.row.name if node else "Whole school", equipment=not self.data.nodes)
        pane.paper_wanted.connect(self._paper)
        pane.closed.connect(self._close)
        self._open(pane)

    def _remove_place(self) -> None:
        if isinstance(self.data, PlacesView) and self._place is not None:
            self._form(RemovePlacePane(self.data.nodes, self._place))

    def _asset_form(self, asset: bytes | None) -> None:
        if not isinstance(self.data, PlacesView):
            return
        nodes, here = self.data.nodes, self._place
        if asset is None:
            counted = Counter(one.row.kind for one in self.data.assets if one.row.removed_on is None)
            known = Known(counted, self.data.school_wide)
            self._form(AssetForm(nodes, None, here, lambda: self.context.today, known))
            return
        self.context.run(
            self, lambda desk: assets.get(desk, asset),
            lambda row: self._form(AssetForm(nodes, row, row.place, lambda: self.context.today)),
        )  # fmt: skip

    def _gone(self, asset: bytes, *, replace: bool) -> None:
        self.context.run(
            self, lambda desk: assets.get(desk, asset),
            lambda row: self._form(GonePane(row, lambda: self.context.today, replace=replace)),
        )  # fmt: skip

    def _line_form(self, note: object, kind: str) -> None:
        self._form(LinePane(note, kind, *self.site.choice))

    def _remove_line(self, note: bytes) -> None:
        def done(changes: Changes) -> None:
            self.context.acted(changes, "The line is taken away.", origin=self)

        self.context.run(self, lambda desk: places_view.site_sheet.remove(desk, note), done)

    def _drill_form(self) -> None:
        self._form(DrillPane(lambda: self.context.today))

    # --- paper ---

    def _paper(self, name: str, make: Callable[[Desk, Path], Written]) -> None:
        """Ask where, write it, say where it lies."""

        def save(path: Path) -> None:
            def written(made: Written) -> None:
                self.context.tell(f"{made.file.name} is saved, {words.count(made.pages, 'page')}.", undo=False)

            self.context.run(self, lambda desk: make(desk, path), written)

        self.files.save("Save the paper", Path.home() / name, PDF_FILES, save)
