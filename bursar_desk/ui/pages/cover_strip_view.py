"""Under the week board: whether somebody competent is at the chosen school each day, and who could fill red days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.day_strip import Need, State
from bursar_desk.ui import status_marks, theme
from bursar_desk.ui.pages.cover_board import SCHOOL_WIDE
from bursar_desk.ui.pages.cover_sections import marked
from bursar_desk.ui.widgets import MarkView, Scroller, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.day_strip import Filled, StripDay
    from bursar_desk.services.competent_today import Strip

LOOKS: Final = {
    State.MET: status_marks.OK, State.ONLY: status_marks.SOON, State.NOT_MET: status_marks.OVERDUE,
    State.NONE: status_marks.NOT_NEEDED, State.NOT_KNOWN: status_marks.UNKNOWN,
}  # fmt: skip


class StripView(QWidget):
    """Needs down, days across, under the days of the board; each mark has its word, and names where they may be."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Strip | None = None
        self._title = plain_label("", "strong", wrap=True)
        self._title.setContentsMargins(24, 10, 24, 4)
        self._inside: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(0)
        self._column.addWidget(hline())
        self._column.addWidget(self._title)
        self.hide()

    def set_strip(self, strip: Strip) -> None:
        """Show a school's days; nothing is built anew while they are the same."""
        if strip == self._shown:
            return
        self._shown = strip
        self._title.setText(f"Who is there at {strip.school_name}: {_begin_small(strip.sentence)}")
        if self._inside is not None:
            self._column.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = QWidget()
        rows = QVBoxLayout(self._inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(_grid(strip))
        for sentence in strip.red_sentences:
            row = marked(status_marks.OVERDUE, sentence)
            row.setContentsMargins(24, 0, 24, 0)
            rows.addWidget(row)
        self._column.addWidget(self._inside)
        self.show()


def _begin_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _grid(strip: Strip) -> QWidget:
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(0)
    grid.setVerticalSpacing(2)
    grid.setColumnMinimumWidth(0, theme.px(SCHOOL_WIDE))
    for row, need in enumerate(Need):
        name = plain_label(need.said, "caption", "muted")
        name.setContentsMargins(24, 0, 4, 0)
        grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignVCenter)
    for column, day in enumerate(strip.days, start=1):
        grid.setColumnStretch(column, 1)
        if day.closed:
            closed = plain_label(day.closed, "caption", "muted", wrap=True)
            closed.setContentsMargins(12, 0, 4, 0)
            grid.addWidget(closed, 0, column, len(Need), 1, Qt.AlignmentFlag.AlignVCenter)
            continue
        for row, need in enumerate(Need):
            found = day.of(need)
            if found is not None:
                grid.addWidget(_cell(found, day, strip.who(found)), row, column)
    return holder


def _cell(one: Filled, day: StripDay, who: Sequence[str]) -> QWidget:
    """One need on one day: mark and word, who it is in the tooltip and in what is read aloud."""
    look = LOOKS[one.state]
    word = plain_label(one.words, "caption-strong" if look.strong else "caption", look.tone if look.strong else "text")
    names = words.listing(list(who)) or words.listing([check.title for check in one.lacks])
    said = f"{one.need.said}, {words.short_day(day.day)}: {one.words}" + (f". {names}" if names else "")
    word.setAccessibleName(said)
    holder = QWidget()
    holder.setToolTip(said)
    line = QHBoxLayout(holder)
    line.setContentsMargins(12, 0, 4, 0)
    line.setSpacing(6)
    line.addWidget(MarkView(look))
    line.addWidget(word, 1)
    return holder


class Under(Scroller):
    """What stands under the board: as high as it needs to be, up to two fifths of the page, then it scrolls."""

    def __init__(self, *parts: QWidget):
        super().__init__((0, 0, 0, 0), 0)
        for part in parts:
            self.body.addWidget(part)
        self.body.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        """As high as the parts shown, within bounds."""
        wide = max(200, self.viewport().width())
        high = self.body.heightForWidth(wide) if self.body.hasHeightForWidth() else self.body.sizeHint().height()
        page = self.parentWidget()
        most = page.height() * 2 // 5 if page is not None else high
        return QSize(super().sizeHint().width(), min(high, max(40, most)))

    def minimumSizeHint(self) -> QSize:
        """It gives way to the board."""
        return QSize(super().minimumSizeHint().width(), 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for room again when a part comes, goes or grows."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
