"""Filter chips where there is room for them, a list to pick from where there is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.widgets.fields import Picker
from bursar_desk.ui.widgets.segments import Segments


class FilterBar(QWidget):
    """``FilterBar([("all", "All"), ...], "Show checks")``; ``chosen(key)`` when a person picks another part."""

    chosen = Signal(str)

    def __init__(self, parts: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._parts, self._name = tuple(parts), name
        self._counts: dict[str, int] = {}
        self._key = parts[0][0]
        self.picker = Picker(self._parts, low=True)
        self.picker.setAccessibleName(name)
        self.picker.picked.connect(lambda key: self._pick(str(key)))
        self.picker.hide()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.addWidget(self.picker)
        self.segments = self._make_segments()
        self._line.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _make_segments(self) -> Segments:
        made = Segments(self._parts, self._name)
        made.chosen.connect(self._pick)
        self._line.insertWidget(0, made)
        return made

    def key(self) -> str:
        """The part chosen."""
        return self._key

    def set_key(self, key: str) -> None:
        """Choose without telling anybody."""
        self._key = key
        self.segments.set_key(key)
        self.picker.set_key(key)

    def set_parts(self, parts: Sequence[tuple[str, str]]) -> None:
        """Show other parts or other words; the choice stays if it is still there."""
        if tuple(parts) == self._parts:
            return
        self._parts = tuple(parts)
        self._line.removeWidget(self.segments)
        self.segments.hide()
        self.segments.deleteLater()
        self.segments = self._make_segments()
        if self._key not in dict(self._parts):
            self._key = self._parts[0][0]
        self.segments.set_key(self._key)
        self.set_counts(self._counts)
        self._fit()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many each part lists."""
        self._counts = dict(counts)
        self.segments.set_counts(counts)
        self.picker.set_choices(
            [(key, f"{text} {words.number(counts[key])}" if key in counts else text) for key, text in self._parts]
        )
        self.picker.set_key(self._key)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """As narrow as the list."""
        return QSize(theme.px(160), self.segments.sizeHint().height())

    def sizeHint(self) -> QSize:
        """As wide as the chips."""
        return self.segments.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Chips or list, as there is room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fits = self.segments.sizeHint().width() <= self.width()
        focused = self.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self.segments.setVisible(fits)
        self.picker.setVisible(not fits)
        if focused and not fits:
            self.picker.setFocus()

    def _pick(self, key: str) -> None:
        changed = key != self._key
        self.set_key(key)
        if changed:
            self.chosen.emit(key)
