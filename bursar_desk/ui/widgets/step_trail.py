"""The trail of steps something goes through: done ticked, the present one filled, what is to come in outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from bursar_desk.ui import status_marks, theme
from bursar_desk.ui.widgets.labels import plain_label

STATES: Final = ("done", "now", "later", "stopped")
_SPOKEN: Final = {"done": "done", "now": "now", "later": "still to come", "stopped": "stopped here"}
_GAP, _LINE, _LOW, _HIGH = 12, 40, 16, 28


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step: its words ("Quotes, 3 of 3") and its state, one of ``STATES``."""

    text: str
    state: str

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"a step cannot be “{self.state}”")


class StepTrail(QWidget):
    """``StepTrail("Steps of the deal")``, then ``set_steps``. Steps go on in a second line where there is no room.

    The whole is spoken as one sentence ("Step 3 of 5: Schools decide"); each step says its own state too.
    """

    def __init__(self, name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName(name)
        self._steps: list[_Step] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def steps(self) -> tuple[TrailStep, ...]:
        """What is shown, in order."""
        return tuple(one.step for one in self._steps)

    def set_steps(self, steps: Sequence[TrailStep]) -> None:
        """Show these steps."""
        for gone in self._steps:
            gone.hide()
            gone.deleteLater()
        self._steps = [_Step(one, place + 1, len(steps), self) for place, one in enumerate(steps)]
        for made in self._steps:
            made.show()
        self.setAccessibleDescription(spoken(steps))
        self.updateGeometry()
        self._place()

    def hasHeightForWidth(self) -> bool:
        """The lines depend on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """High enough for the lines the steps need at this width."""
        return len(self._lines(width)) * theme.px(_HIGH)

    def sizeHint(self) -> QSize:
        """All in one line."""
        wide = sum(one.sizeHint().width() for one in self._steps) + max(0, len(self._steps) - 1) * _between(_LINE)
        return QSize(wide, theme.px(_HIGH))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the widest step."""
        widest = max((one.sizeHint().width() for one in self._steps), default=0)
        return QSize(widest, self.heightForWidth(max(self.width(), widest)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the steps out for the width there is."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines between steps that stand beside each other."""
        painter = QPainter(self)
        painter.setPen(QPen(theme.colour("border" if theme.tokens().high_contrast else "hairline"), 1))
        for one, after in zip(self._steps, self._steps[1:], strict=False):
            left, right, middle = one.geometry().right() + _GAP, after.x() - _GAP, one.geometry().center().y()
            if after.y() == one.y() and right > left:
                painter.drawLine(left, middle, right, middle)

    def _lines(self, width: int) -> list[list[_Step]]:
        """The steps in lines; connecting lines shrink before anything moves down."""
        lines: list[list[_Step]] = []
        used = 0
        for one in self._steps:
            wide = one.sizeHint().width()
            if not lines or used + _between(_LOW) + wide > width:
                lines.append([])
                used = wide
            else:
                used += _between(_LOW) + wide
            lines[-1].append(one)
        return lines

    def _place(self) -> None:
        line = self._connector(self.width())
        top, high = 0, theme.px(_HIGH)
        for row in self._lines(self.width()):
            left = 0
            for one in row:
                wide = one.sizeHint().width()
                one.setGeometry(left, top, wide, high)
                left += wide + _between(line)
            top += high
        self.update()

    def _connector(self, width: int) -> int:
        """How long the connecting lines are: as long as there is room for, within limits."""
        rows = [row for row in self._lines(width) if len(row) > 1]
        spare = [
            (width - sum(one.sizeHint().width() for one in row)) // (len(row) - 1) - 2 * _GAP for row in rows
        ]  # fmt: skip
        return max(_LOW, min(_LINE, *spare)) if spare else _LINE


def spoken(steps: Sequence[TrailStep]) -> str:
    """Return the whole trail in a sentence for screen readers."""
    here = next((place for place, one in enumerate(steps) if one.state in ("now", "stopped")), None)
    if here is None:
        return f"All {len(steps)} steps are done." if steps else ""
    stopped = ", stopped here" if steps[here].state == "stopped" else ""
    said = [f"Step {here + 1} of {len(steps)}: {steps[here].text}{stopped}."]
    for state, title in (("done", "Done"), ("later", "Still to come")):
        named = [one.text for one in steps if one.state == state]
        said += [f"{title}: {'; '.join(named)}."] if named else []
    return " ".join(said)


def _between(line: int) -> int:
    return line + 2 * _GAP


class _Step(QWidget):
    """One step: its mark or number, and its words."""

    def __init__(self, step: TrailStep, number: int, of: int, parent: QWidget):
        super().__init__(parent)
        self.step = step
        self.setAccessibleName(f"Step {number} of {of}: {step.text}, {_SPOKEN[step.state]}")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        now = step.state in ("now", "stopped")
        line.addWidget(_Number(step.state, number, self))
        self.label: QLabel = plain_label(
            step.text, "strong" if now else "body", "muted" if step.state == "later" else "text"
        )
        line.addWidget(self.label)


class _Number(QWidget):
    """A tick for what is done, the number filled for now and in outline for later, a slash where it stopped."""

    def __init__(self, state: str, number: int, parent: QWidget):
        super().__init__(parent)
        self._state, self._number = state, number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A small mark for what is past, a plate for what has a number."""
        side = theme.px(16 if self._state in ("done", "stopped") else 20)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint mark or plate; the shape tells the states apart without colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self._state in ("done", "stopped"):
            look = status_marks.OK if self._state == "done" else status_marks.MISSED
            status_marks.paint_mark(painter, box, look.mark, look.ink)
            return
        now = self._state == "now"
        painter.setBrush(theme.colour("accent" if now else "surface"))
        painter.setPen(Qt.PenStyle.NoPen if now else QPen(theme.colour("border"), 1))
        painter.drawEllipse(QPointF(box.center()), box.width() / 2 - 0.5, box.height() / 2 - 0.5)
        face = theme.font("caption-strong" if now else "caption", tabular=True)
        face.setPixelSize(max(10, round(box.height() * 0.58)))
        painter.setFont(face)
        painter.setPen(theme.colour("on_accent" if now else "muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self._number))
