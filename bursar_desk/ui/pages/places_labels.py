"""Labels beside the page of places: for what, on which sheets, from which label on, and a test print first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from bursar_desk.services import asset_papers
from bursar_desk.services.asset_papers import EQUIPMENT, PLACES, LabelsAsked
from bursar_desk.ui.pages.places_form_base import SavePane
from bursar_desk.ui.widgets import NumberField, Picker, TickBox, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from reports.saving import Written


class LabelsPane(SavePane):
    """``paper_wanted(name, make)`` once it is filled in; the page asks where to save."""

    paper_wanted = Signal(str, object)

    def __init__(self, place: bytes | None, name: str, *, equipment: bool):
        """``place`` and its ``name``: labels for it and what is in it; ``equipment``: begin with equipment."""
        super().__init__(f"Labels: {name}", "Save labels")
        self._place = place
        self.what = Picker([(PLACES, "Places"), (EQUIPMENT, "Equipment")])
        self.what.set_key(EQUIPMENT if equipment else PLACES)
        self.stock = Picker(asset_papers.stocks())
        self.start = NumberField()
        self.start.setText("1")
        self.outlines = TickBox("Test print with outlines")
        self.form.add("what", "Labels for", self.what)
        self.form.add("stock", "Sheet of labels", self.stock, "The number stands on the packet.")
        self.form.add("start", "Begin at label", self.start, "Counted along the rows; for a sheet used in part.")
        self.form.add_widget(self.outlines)
        self.body.addWidget(plain_label(
            "Print the test on plain paper at 100%, not “fit to page”, and hold it against a sheet of labels.",
            "caption", "muted", wrap=True,
        ))  # fmt: skip
        self.body.addStretch()

    def submit(self) -> None:
        """Ask for the paper."""
        stock, typed, place = str(self.stock.key()), self.start.value(), self._place
        most = asset_papers.stock_of(stock).count
        good = typed is not None and typed == int(typed) and 1 <= typed <= most
        if not self.form.show_problems({} if good else {"start": f"Type a number from 1 to {most}."}):
            return
        asked = LabelsAsked(
            str(self.what.key()), stock, int(typed) if typed is not None else 1, self.outlines.isChecked()
        )

        def make(desk: Desk, path: Path) -> Written:
            return asset_papers.write_labels(desk, path, asked, place=place)

        self.paper_wanted.emit("labels-test.pdf" if asked.outlines else "labels.pdf", make)
