"""The card of Home about other schools where the person at the desk leads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.ui.status_marks import OK, OVERDUE, SOON, UNKNOWN, MarkView
from bursar_desk.ui.widgets import Card, IconView, plain_label
from bursar_desk.ui.widgets.elided import ElidedLabel
from bursar_desk.ui.widgets.link_row import LinkRow

if TYPE_CHECKING:
    from bursar_desk.services.leads_felt import SiteLed


def led_card(sites: tuple[SiteLed, ...], go: Callable[[str, dict[str, object]], object]) -> Card:
    """One row a school: what the person is there, how much is late and due; it leads to those checks."""
    card = Card("Sites you lead")
    for site in sites:
        row = LinkRow(f"{site.title}: {site.why}", partial(go, "led", {"school": site.school}), high=52)
        row.add(MarkView(UNKNOWN if not site.held else OVERDUE if site.late else SOON if site.due else OK), 16)
        text = QWidget()
        stack = QVBoxLayout(text)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(ElidedLabel(site.title, "strong"))
        stack.addWidget(plain_label(site.why, "body", "overdue" if site.late else "muted"))
        row.add(text, stretch=1)
        row.add(IconView("chevron-right", "muted", 18), 18)
        card.add_row(row)
    return card
