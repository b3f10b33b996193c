"""How a person looks at the list: what it is grouped by, and the views they saved on this computer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QMenu

from bursar_desk.domain.errors import UserError
from bursar_desk.services import check_views
from bursar_desk.services.check_views import ListView
from bursar_desk.ui.pages.checks_table import GROUPS
from bursar_desk.ui.pages.kept_choices import keep, kept
from bursar_desk.ui.pages.places_form_base import SavePane
from bursar_desk.ui.widgets import Button, keys, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence


class GroupButton(Button):
    """Groups the list. ``picked(key)`` when a person chooses."""

    picked = Signal(str)

    def __init__(self, *, office: bool):
        super().__init__("Group", "quiet", icon="rows-3")
        self.choices = [(key, text) for key, text in GROUPS if office or key != "school"]
        self._key = ""
        menu = QMenu(self)
        self._actions = {}
        for key, text in self.choices:
            action = menu.addAction(keys.literal(text))
            action.setCheckable(True)
            action.triggered.connect(partial(self._pick, key))
            self._actions[key] = action
        self.setMenu(menu)
        self.set_key("")

    def key(self) -> str:
        """What the list is grouped by."""
        return self._key

    def set_key(self, key: str) -> None:
        """Show a choice without telling anybody."""
        self._key = key if key in self._actions else ""
        for one, action in self._actions.items():
            action.setChecked(one == self._key)
        self.set_words(f"By {dict(self.choices)[self._key].lower()}" if self._key else "Group")
        self.updateGeometry()

    def _pick(self, key: str, _checked: bool = False) -> None:
        self.set_key(key)
        self.picked.emit(self._key)


class ViewsButton(Button):
    """The views a person saved. ``picked(view)``, ``save_wanted()``; ``forget(name)`` takes one away."""

    picked = Signal(object)
    save_wanted = Signal()

    def __init__(self, kept_as: str):
        super().__init__("Saved views", "quiet", icon="bookmark")
        self._kept_as = kept_as
        self.views: tuple[ListView, ...] = check_views.read_views(kept(kept_as, []))
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._fill()

    def save_view(self, view: ListView) -> None:
        """Keep a view by its name. Raises ``UserError`` without one."""
        self._keep(check_views.with_view(self.views, view))

    def forget(self, name: str) -> None:
        """Keep it no longer."""
        self._keep(tuple(one for one in self.views if one.name != name))

    def _keep(self, views: Sequence[ListView]) -> None:
        self.views = tuple(views)
        keep(self._kept_as, [one.kept() for one in self.views])
        self._fill()

    def _fill(self) -> None:
        self._menu.clear()
        for one in self.views:
            self._add(one.name, partial(self.picked.emit, one))
        if self.views:
            self._menu.addSeparator()
        self._add("Save this view…", self.save_wanted.emit)
        if self.views:
            gone = self._menu.addMenu("Take a view away")
            for one in self.views:
                action = gone.addAction(keys.literal(one.name))
                action.triggered.connect(partial(self._forget, one.name))

    def _add(self, text: str, then: Callable[[], object]) -> None:
        action = self._menu.addAction(keys.literal(text))
        action.triggered.connect(lambda _checked=False: then())

    def _forget(self, name: str, _checked: bool = False) -> None:
        self.forget(name)


class SaveViewPane(SavePane):
    """Names the view that is shown and keeps it."""

    def __init__(self, told: str, save: Callable[[str], object]):
        super().__init__("Save this view", "Save view", width=336)
        self._save = save
        self.body.insertWidget(0, plain_label(told, "body", "muted", wrap=True))
        self.name = QLineEdit()
        self.name.setMaxLength(40)
        self.form.add("name", "Name", self.name, "For example: Fire, Terry’s week.")
        self.body.addStretch()

    def submit(self) -> None:
        """Keep it under its name."""
        try:
            self._save(self.name.text())
        except UserError as problem:
            self.form.show_problems({"name": problem.remedy.rstrip(".")})


def told_of(part: str, text: str, group: str, school: str) -> str:
    """What a view keeps, in words."""
    said = [f"It keeps: {part}"]
    if text.strip():
        said.append(f"only what matches “{text.strip()}”")
    if school:
        said.append(f"only {school}")
    if group:
        said.append(f"grouped by {dict(GROUPS)[group].lower()}")
    return f"{', '.join(said)}, and how it is sorted. It is kept on this computer, for you alone."
