"""Schools by sessions: how many places each has, a shape for every place beside its word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from bursar_desk.services.training_places import CourseView, SchoolLine, SessionLine
from bursar_desk.ui import theme
from bursar_desk.ui.widgets.focus_ring import paint_ring

ROW_HIGH: Final = 48
ROW_TIGHT: Final = 40
MANY_ROWS: Final = 7
"""How high a row is; with more rows than that they stand closer, so that the row of all schools is in sight."""
HEAD_HIGH: Final = 52
SHOWN_SESSIONS: Final = 2
STATES: Final = ("passed", "attended", "failed", "booked", "not attended", "spare", "lapsed")
WORDS: Final = {"attended": "went", "failed": "did not pass", "not attended": "did not go"}
INKS: Final = {
    "passed": "ok", "attended": "ok", "failed": "overdue", "booked": "accent", "not attended": "overdue",
    "spare": "soon", "lapsed": "overdue",
}  # fmt: skip
_MARKS: Final = 4
"""So many marks stand side by side; more are one mark and the number."""
MARKS_ROLE: Final = Qt.ItemDataRole.UserRole + 1
TOTAL_ROLE: Final = Qt.ItemDataRole.UserRole + 2
_SPOKEN: Final = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
_NONE: Final = QModelIndex()


def paint_place(painter: QPainter, box: QRectF, state: str) -> None:
    """Draw one place: a shape for each state, whatever the colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink, ground = theme.colour(INKS[state]), theme.colour("surface")
    frame = box.adjusted(1, 1, -1, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = box.center()
    if state in ("passed", "booked"):
        painter.setBrush(ink)
        painter.drawRoundedRect(box, 3, 3)
    elif state == "spare":
        painter.setPen(QPen(ink, 1.6, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, 2, 2)
    else:
        painter.setPen(QPen(ink, 1.6))
        painter.drawRoundedRect(frame, 2, 2)
    if state in ("passed", "attended"):
        painter.setPen(QPen(ground if state == "passed" else ink, 1.6))
        points = [middle + QPointF(-3, 0), middle + QPointF(-0.8, 2.4), middle + QPointF(3, -2.4)]
        painter.drawPolyline(points)
    elif state in ("failed", "not attended", "lapsed"):
        painter.drawLine(frame.topLeft() + QPointF(2, 2), frame.bottomRight() - QPointF(2, 2))
        if state != "lapsed":
            painter.drawLine(frame.topRight() + QPointF(-2, 2), frame.bottomLeft() + QPointF(2, -2))


def told(counted: Counter[str]) -> str:
    """Return counts in words: "1 passed, 2 booked"."""
    return ", ".join(f"{counted[one]} {WORDS.get(one, one)}" for one in STATES if counted[one]) or "none"


class _Columns:
    """What stands in the columns of a course: its sessions, with earlier and later ones put together when many."""

    def __init__(self, view: CourseView | None) -> None:
        found = list(view.sessions) if view else []
        with_places = {session for row in (view.rows if view else ()) for session in row.cells}
        first = next((n for n, one in enumerate(found) if one.row.id not in with_places), len(found))
        spare = max(0, len(found) - SHOWN_SESSIONS)
        start = min(max(0, first - SHOWN_SESSIONS + 1), spare)
        self.shown: list[SessionLine] = found[start : start + SHOWN_SESSIONS]
        known = {one.row.id for one in self.shown}
        self.others = frozenset(with_places - known)
        self.heads: list[tuple[str, str]] = [("School", ""), ("Bought", ""), ("Swapped", "")]
        self.heads += [(one.place or "Venue not known", one.when) for one in self.shown]
        if self.others:
            self.heads.append(("Other", "sessions"))
        self.heads.append(("Left", ""))

    def counted(self, row: SchoolLine, column: int) -> Counter[str] | None:
        """Return what a cell counts; None for the first three columns."""
        place = column - 3
        if place < 0:
            return None
        if place < len(self.shown):
            return row.cells.get(self.shown[place].row.id, Counter())
        if self.others and place == len(self.shown):
            return sum((row.cells.get(one, Counter()) for one in self.others), Counter[str]())
        return row.left


class PlacesModel(QAbstractTableModel):
    """The schools of a course, and all of them together in the last row."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.rows: Sequence[SchoolLine] = ()
        self.columns = _Columns(None)

    def set_view(self, view: CourseView | None) -> None:
        """Show a course."""
        self.beginResetModel()
        self.rows = (*view.rows, view.total) if view and view.rows else ()
        self.columns = _Columns(view)
        self.endResetModel()

    def place_of(self, school: bytes) -> int:
        """Return where a school stands; -1 when it is not shown."""
        return next((n for n, one in enumerate(self.rows) if school and one.school == school), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """The schools and the total."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """School, bought, swapped, sessions, left."""
        return 0 if parent.isValid() else len(self.columns.heads)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Schools can be chosen, the total cannot."""
        total = index.isValid() and not self.rows[index.row()].school
        return Qt.ItemFlag.ItemIsEnabled if total else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One aspect of a cell."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == TOTAL_ROLE:
            return not row.school
        if role == MARKS_ROLE:
            return None if not row.school else self.columns.counted(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.name if index.column() == 0 else self._words(row, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row) if index.column() == 0 else self._words(row, index.column())
        return self._words(row, index.column()) if role == Qt.ItemDataRole.DisplayRole else None

    def _words(self, row: SchoolLine, column: int) -> str:
        if column == 0:
            return row.name
        if column == 1:
            return str(row.tally.bought) if row.tally.bought else "none"
        if column == 2:
            return row.swapped if row.school else str(row.tally.given)
        return told(self.columns.counted(row, column) or Counter())

    def _spoken(self, row: SchoolLine) -> str:
        parts = [
            f"{' '.join(part for part in head if part)}: {self._words(row, n)}"
            for n, head in enumerate(self.columns.heads) if n
        ]  # fmt: skip
        return f"{row.name}. {'. '.join(parts)}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The titles, two lines for a session."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns.heads):
            return None
        head = self.columns.heads[section]
        if role == Qt.ItemDataRole.UserRole:
            return head
        return ", ".join(part for part in head if part) if role in (*_SPOKEN, Qt.ItemDataRole.ToolTipRole) else None


class _Delegate(QStyledItemDelegate):
    """Paints a cell: marks side by side, then the words."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        box = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        total = bool(index.data(TOTAL_ROLE))
        painter.save()
        if not total and (chosen or hover):
            painter.fillRect(box, theme.colour("tint" if chosen else "surface_2"))
        painter.setPen(QPen(theme.colour("border" if theme.tokens().high_contrast else "hairline"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        left = float(box.left() + (24 if index.column() == 0 else 6))
        counted = index.data(MARKS_ROLE)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        ink, strong = ("muted" if text == "none" and not total else "text"), total or index.column() == 0
        if counted:
            left = _marks(painter, left, box, counted)
            if counted["spare"] or counted["lapsed"] or counted["not attended"] or counted["failed"]:
                first = next(one for one in ("failed", "not attended", "lapsed", "spare") if counted[one])
                ink, strong = INKS[first], True
        face = theme.font("strong" if strong else "body", tabular=True)
        painter.setFont(face)
        painter.setPen(theme.colour(ink))
        room = QRectF(left, box.top(), box.right() - left - 4, box.height() - 1)
        shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.restore()


def _marks(painter: QPainter, left: float, box: QRect, counted: Counter[str]) -> float:
    """Draw a mark for every place, or one for each state when they are many; return where the words begin."""
    each = [one for one in STATES for _n in range(counted[one])]
    if len(each) > _MARKS:
        each = [one for one in STATES if counted[one]]
    for state in each:
        paint_place(painter, QRectF(left, box.center().y() - 6, 12, 12), state)
        left += 16
    return left + 6


class _Header(QHeaderView):
    """Titles in one line or two: the place of a session in semibold, its days under it."""

    def __init__(self, parent: QWidget):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        """Two lines high."""
        return QSize(super().sizeHint().width(), theme.px(HEAD_HIGH))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Paint one title."""
        head = self.model().headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.UserRole)
        if not rect.isValid() or head is None:
            return
        painter.save()
        painter.fillRect(rect, theme.colour("surface"))
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topLeft(), rect.topRight())
        room = QRectF(rect.adjusted(24 if logicalIndex == 0 else 6, 0, -8, 0))
        lines = [(part, role) for part, role in zip(head, ("caption-strong", "caption"), strict=True) if part]
        high = theme.line_height("caption")
        top = room.center().y() - high * len(lines) / 2
        for text, role in lines:
            face = theme.font(role)
            painter.setFont(face)
            painter.setPen(theme.colour("muted" if role == "caption" or len(lines) == 1 else "text"))
            shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(QRectF(room.left(), top, room.width(), high), int(Qt.AlignmentFlag.AlignVCenter), shown)
            top += high
        painter.restore()


class PlacesTable(QTableView):
    """Schools by sessions. ``chosen(school)`` on moving, ``opened()`` on Enter; letters never act."""

    chosen = Signal(object)
    opened = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.places = PlacesModel(self)
        self._kept: bytes | None = None
        self.setAccessibleName("Places by school and session")
        self.setProperty("own_focus", True)
        self.setHorizontalHeader(_Header(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_HIGH))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Delegate(self))
        self.setModel(self.places)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self._tell(now))
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    def set_view(self, view: CourseView | None) -> None:
        """Show a course; the school chosen stays chosen."""
        kept = self._kept
        self.places.set_view(view)
        self.verticalHeader().setDefaultSectionSize(self._row_high())
        self._fit()
        if kept is not None:
            self.choose(kept)
        self.setMaximumHeight(self.wanted_height())
        self.updateGeometry()

    def choose(self, school: bytes) -> bool:
        """Go to a school; False when it is not shown."""
        place = self.places.place_of(school)
        if place < 0:
            return False
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.places.index(place, 0), flags)
        return True

    def chosen_school(self) -> bytes | None:
        """Return the school the person is on."""
        index = self.currentIndex()
        return self.places.rows[index.row()].school or None if index.isValid() else None

    def _tell(self, index: QModelIndex) -> None:
        if index.isValid() and self.places.rows[index.row()].school:
            self._kept = self.places.rows[index.row()].school
            self.chosen.emit(self._kept)

    def wanted_height(self) -> int:
        """Return how high it is with every row shown."""
        bar = self.horizontalScrollBar()
        across = bar.sizeHint().height() if bar.maximum() > 0 else 0
        return theme.px(HEAD_HIGH) + self._row_high() * self.places.rowCount() + 2 + across

    def _row_high(self) -> int:
        return theme.px(ROW_HIGH if self.places.rowCount() <= MANY_ROWS else ROW_TIGHT)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(760, self.wanted_height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; arrows move; letters are left to the window."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.opened.emit()
            return
        if event.text().isprintable() and event.text() and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, with the ring round the one the keyboard is on."""
        super().paintEvent(event)
        index = self.currentIndex()
        if self.hasFocus() and index.isValid():
            box = self.visualRect(index)
            whole = QRectF(1, box.top() + 1, self.viewport().width() - 2, box.height() - 3)
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_ring(painter, whole, 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width: the school gets what is left."""
        super().resizeEvent(event)
        self._fit()
        self.setMaximumHeight(self.wanted_height())

    def _fit(self) -> None:
        heads = self.places.columns.heads
        sides = {0: 188, 1: 72, 2: 116, len(heads) - 1: 124}
        between = max(1, len(heads) - len(sides))
        if between > SHOWN_SESSIONS:
            sides |= {0: 164, 2: 112, len(heads) - 1: 116}
        room, fixed = self.viewport().width(), theme.px(sum(sides.values()))
        each = max(theme.px(112), min(theme.px(150), (room - fixed) // between))
        widths = [theme.px(sides[n]) if n in sides else each for n in range(len(heads))]
        widths[0] = max(widths[0], room - sum(widths[1:]))
        for n, width in enumerate(widths):
            self.setColumnWidth(n, width)
