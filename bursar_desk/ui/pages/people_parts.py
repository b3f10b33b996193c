"""Parts of the forms about people: checks to tick, and who takes each of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.ui.widgets import Picker, SearchBox, TickBox, plain_label

Choices = Sequence[tuple[object, str]]
_SHOWN = 6


class CheckTicks(QWidget):
    """Checks to tick, found by typing: those of nobody first. ``chosen()`` gives their ids."""

    def __init__(self, checks: Sequence[tuple[bytes, str, str]]):
        super().__init__()
        self.search = SearchBox("Find a check")
        self.setFocusProxy(self.search)
        self.search.searched.connect(self._narrow)
        self._ticks: list[tuple[bytes, str, TickBox]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.search)
        for check, title, who in sorted(checks, key=lambda one: (bool(one[2]), one[1].casefold())):
            tick = TickBox(f"{title} (now {who})" if who else f"{title} (nobody yet)", size=32)
            tick.toggled.connect(lambda _on: self._narrow(self.search.text()))
            self._ticks.append((check, title, tick))
            column.addWidget(tick)
        self._more = plain_label("", "caption", "muted", wrap=True)
        column.addWidget(self._more)
        self._narrow("")

    def _narrow(self, text: str) -> None:
        """Show what is ticked and the first that hold the words."""
        wanted = text.casefold().split()
        shown = left = 0
        for _check, title, tick in self._ticks:
            fits = all(word in title.casefold() for word in wanted)
            show = tick.isChecked() or (fits and shown < _SHOWN)
            shown += fits and not tick.isChecked() and show
            left += fits and not show
            tick.setVisible(show)
        self._more.setText(f"{left} more: type a word of the check." if left else "")

    def chosen(self) -> tuple[bytes, ...]:
        """The checks that are ticked."""
        return tuple(check for check, _title, tick in self._ticks if tick.isChecked())


class TakesOver(QWidget):
    """One thing somebody has in hand, what they are for it, and who takes it."""

    def __init__(self, title: str, said: str, choices: Choices, rest: str):
        super().__init__()
        self.picker = Picker([(b"", rest), *choices], low=True)
        self.picker.set_key(b"")
        self.picker.setAccessibleName(f"Who takes {title}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(plain_label(title, "strong", wrap=True))
        column.addWidget(plain_label(said, "caption", "muted", wrap=True))
        column.addWidget(self.picker)
