"""Parts that give way in a small window: stacks sized by what is shown, choices that move above their view."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.widgets.reflow import Reflow

_ANY: Final = 16777215


def show_only(stack: QStackedWidget, shown: QWidget) -> None:
    """Show one part; the hidden ones ask for no room, so that a small window is not pushed wider or higher."""
    for place in range(stack.count()):
        part = stack.widget(place)
        if part is not None:
            kind = QSizePolicy.Policy.Preferred if part is shown else QSizePolicy.Policy.Ignored
            part.setSizePolicy(kind, kind)
    stack.setCurrentWidget(shown)
    stack.updateGeometry()


class SidePage(Reflow):
    """Choices beside a large view; in a narrow window the choices stand above it and use the whole width."""

    def __init__(self, side: QWidget, *, wide: int):
        super().__init__(spacing=0)
        self._side, self._wide = side, wide
        side.setMinimumWidth(theme.px(wide))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the choices be as wide as the direction allows."""
        super().resizeEvent(event)
        self._side.setMaximumWidth(_ANY if self.stacked else theme.px(self._wide))
