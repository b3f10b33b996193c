"""Who is at the desk and what the others left there: each has pages of their own, which wait with all that is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.pages.base import DeskContext, DeskFacts, Page
from bursar_desk.ui.pages.kept_choices import kept

if TYPE_CHECKING:
    from bursar_desk.ui.desk_pages import Entry
    from bursar_desk.ui.desk_window import DeskWindow


@dataclass(frozen=True, slots=True)
class _Left:
    """What somebody left when another person signed in: their pages with all that is typed, and other windows."""

    context: DeskContext
    entries: tuple[Entry, ...]
    key: str
    made: Mapping[str, QWidget]
    windows: list[QWidget]


class DeskPeople:
    """Changes who is at the desk in a window; the way to the page of PINs is shown to those who have it."""

    def __init__(self, window: DeskWindow):
        self._window = window
        self._away: dict[bytes | None, _Left] = {}
        menu = window.frame.menu
        self._pins = QAction("PINs and locking", window.frame)
        self._pins.triggered.connect(lambda _checked=False: window.frame.show_page("pins"))
        menu.file.insertAction(menu.lock, self._pins)
        self._pins.setVisible("pins" in window.context.pages)

    def away_pages(self) -> list[QWidget]:
        """The pages of whoever is not at the desk now."""
        return [page for left in self._away.values() for page in left.made.values()]

    def change(self, facts: DeskFacts) -> None:
        """Somebody else signed in: their own pages and way of looking; what the other one typed waits for them."""
        window, frame = self._window, self._window.frame
        left = _Left(window.context, window.entries, frame.key, frame.take_pages(), window.lock.windows())
        self._away[window.context.facts.person] = left
        back = self._away.pop(facts.person, None)
        if back is None:
            window.use(DeskContext(window.context.desk, facts, window))
        else:
            window.context, window.entries = back.context, back.entries
        window.lock.bring(back.windows if back is not None else [])
        frame.set_person(facts.who, facts.role)
        frame.rail.big = not facts.office and not facts.manages
        window.show_entries()
        made = back.made if back is not None else {}
        frame.give_pages(made)
        frame.show_page(back.key if back is not None and back.key else window.entries[0].key)
        for page in made.values():
            if isinstance(page, Page):
                page.reload()
        self._pins.setVisible("pins" in window.context.pages)
        _look_of(facts.who)
        window.look_again()


def _look_of(who: str) -> None:
    """The colours this person chose, if they chose any."""
    from bursar_desk.ui.desk_window import kept_scheme

    app = QApplication.instance()
    if isinstance(app, QApplication) and kept(f"look.{who}") and kept_scheme(who) is not theme.scheme():
        theme.apply(app, kept_scheme(who))
