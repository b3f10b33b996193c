"""Words on the screen: always plain text, so nothing typed by anyone can turn into markup or a shortcut."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QStyleOption, QStylePainter, QWidget

from bursar_desk.ui.widgets import keys


def plain_label(
    text: str = "", role: str = "body", ink: str = "text", *, wrap: bool = False, select: bool = False
) -> QLabel:
    """A label in a type role (``tokens.ROLES``) and an ink (text, muted, accent, ok, soon, overdue, unknown, info).

    ``wrap`` lets it take several lines; ``select`` lets the text be copied. Change the text with ``setText``.
    """
    return dress(QLabel(text), role, ink, wrap=wrap, select=select)


def dress(label: QLabel, role: str, ink: str, *, wrap: bool = False, select: bool = False) -> QLabel:
    """Give a label the kit's plain text, role and ink."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setProperty("ink", ink)
    label.setWordWrap(wrap)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        label.setSizePolicy(policy)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    if select:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def hidden_if_empty(label: QLabel) -> QLabel:
    """Hide a new label that has no words yet. (``setVisible(True)`` on one without a parent would open a window.)"""
    if not label.text():
        label.hide()
    return label


def set_ink(label: QLabel, ink: str) -> None:
    """Change the ink of a label already shown."""
    if label.property("ink") != ink:
        label.setProperty("ink", ink)
        repolish(label)


def set_role(label: QLabel, role: str) -> None:
    """Change the type role of a label already shown."""
    if label.property("role") != role:
        label.setProperty("role", role)
        repolish(label)


def repolish(widget: QWidget) -> None:
    """Let the style sheet look again after one of its properties changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.updateGeometry()


class FieldLabel(QLabel):
    """The label of a field: Alt and its letter jump to the field; the letter is underlined while Alt is held."""

    def __init__(self, text: str, field: QWidget, parent: QWidget | None = None):
        super().__init__(parent)
        dress(self, "strong", "text")
        self._words = text
        self.setBuddy(field)
        self.set_letter("")

    @property
    def words(self) -> str:
        """The label without any shortcut sign."""
        return self._words

    def set_letter(self, letter: str) -> None:
        """Use Alt + ``letter``; an empty letter gives none."""
        self.setText(keys.with_letter(self._words, letter))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the words, with the letter underlined only when it helps."""
        option = QStyleOption()
        option.initFrom(self)
        flag = Qt.TextFlag.TextShowMnemonic if keys.letters_shown() else Qt.TextFlag.TextHideMnemonic
        painter = QStylePainter(self)
        painter.setPen(option.palette.windowText().color())
        painter.setFont(self.font())
        painter.drawText(self.contentsRect(), int(self.alignment()) | int(flag), self.text())


def hline() -> QFrame:
    """A hairline across."""
    return _line("hline")


def vline() -> QFrame:
    """A hairline down."""
    return _line("vline")


def _line(kit: str) -> QFrame:
    line = QFrame()
    line.setProperty("kit", kit)
    line.setFrameShape(QFrame.Shape.NoFrame)
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return line


def ground(widget: QWidget, name: str) -> QWidget:
    """Fill a plain widget with a ground token: bg, surface or surface-2."""
    widget.setProperty("ground", name)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget
