"""The real PDF on the screen: pages drawn by PDFium, one under the other, sharp at every zoom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.jobs import PAPER, Job
from bursar_desk.ui.widgets.labels import ground, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError

POINT: Final = 96 / 72  # pixels of a screen at 100 % for one point of paper
LEAST, MOST = 0.25, 4.0
STEP: Final = 1.15
REDRAW_MS: Final = 200


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One page: its size in points, its picture at the zoom asked for, and its text for screen readers."""

    wide: float
    high: float
    picture: QImage
    text: str


def draw_pages(pdf: bytes, fit: Callable[[float], float]) -> tuple[DrawnPage, ...]:
    """Draw a PDF; ``fit`` gives dots for a point from a page's width. On the paper lane only: PDFium has one thread."""
    import pypdfium2  # type: ignore[import-untyped]  # the package carries no types

    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn = []
        for page in document:
            wide, high = page.get_size()
            bitmap = page.render(scale=fit(wide), prefer_bgrx=True)
            picture = QImage(
                bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32
            ).copy()
            textpage = page.get_textpage()
            text = textpage.get_text_bounded()
            textpage.close()
            bitmap.close()
            page.close()
            drawn.append(DrawnPage(wide, high, picture, text))
        return tuple(drawn)
    finally:
        document.close()


class PdfView(QScrollArea):
    """Shows a PDF fitted to its width. Ctrl+wheel and Ctrl with + or - zoom, Ctrl+0 fits; the plain wheel scrolls.

    ``drawn()`` follows each time the pages on the screen are sharp; ``failed(UserError)`` when they cannot be drawn.
    """

    drawn = Signal()
    failed = Signal(object)

    def __init__(self, name: str = "Preview", parent: QWidget | None = None):
        super().__init__(parent)
        self._name = name
        self._pdf = b""
        self._zoom: float | None = None  # None: as wide as the room there is
        self._pages: tuple[DrawnPage, ...] = ()
        self._sheets: list[_Sheet] = []
        self._job: Job[Any] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        inner = ground(QWidget(), "surface-2")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(24, 16, 24, 24)
        self._column.setSpacing(8)
        self._column.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setWidget(inner)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REDRAW_MS)
        self._later.timeout.connect(self._draw)

    @property
    def pages(self) -> int:
        """How many pages are shown."""
        return len(self._pages)

    @property
    def zoom(self) -> float:
        """The zoom in force; 1.0 is the size of the paper."""
        if self._zoom is not None:
            return self._zoom
        wide = self._pages[0].wide if self._pages else 595.0
        return self._fitted(wide)

    def text(self) -> str:
        """The words on all pages."""
        return "\n".join(page.text for page in self._pages)

    def set_pdf(self, pdf: bytes) -> None:
        """Show another PDF, at the zoom and the place where the last one was."""
        self._pdf = pdf
        self._draw()

    def clear(self) -> None:
        """Show nothing."""
        self._pdf = b""
        self._show(())

    def zoom_by(self, factor: float) -> None:
        """Zoom in (above 1) or out (below 1)."""
        self._zoom = max(LEAST, min(self.zoom * factor, MOST))
        self._resize_sheets()
        self._later.start()

    def fit_width(self) -> None:
        """As wide as the room there is."""
        self._zoom = None
        self._resize_sheets()
        self._later.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel zoom; the wheel alone scrolls."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(STEP if event.angleDelta().y() > 0 else 1 / STEP)
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl with +, - and 0."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
                self.zoom_by(STEP)
                return
            if event.key() == Qt.Key.Key_Minus:
                self.zoom_by(1 / STEP)
                return
            if event.key() == Qt.Key.Key_0:
                self.fit_width()
                return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the pages fitted."""
        super().resizeEvent(event)
        if self._zoom is None and self._pages and event.oldSize().width() != event.size().width():
            self._resize_sheets()
            self._later.start()

    def _fitted(self, wide: float) -> float:
        """The zoom at which a page of this width in points fills the room, up to a comfortable size."""
        room = max(200, self.viewport().width() - 48 - 12)
        return max(LEAST, min(room / (wide * POINT), 1.25))

    def _draw(self) -> None:
        """Draw on the paper lane; a drawing that has not begun is given up for a newer one."""
        if not self._pdf:
            return
        if self._job is not None:
            self._job.stop()
        pdf, ratio, zoom, room = self._pdf, self.devicePixelRatioF(), self._zoom, self.viewport().width()

        def fit(wide: float) -> float:
            own = zoom if zoom is not None else max(LEAST, min(max(200, room - 60) / (wide * POINT), 1.25))
            return own * POINT * ratio

        job = Job(self, lambda _steps: draw_pages(pdf, fit), lane=PAPER)
        self._job = job.on_done(self._show).on_error(self._not_drawn).start()

    def _not_drawn(self, problem: UserError) -> None:
        self._job = None
        self.failed.emit(problem)

    def _show(self, pages: tuple[DrawnPage, ...]) -> None:
        self._job = None
        place = self.verticalScrollBar().value()
        self._pages = pages
        while len(self._sheets) > len(pages):
            sheet = self._sheets.pop()
            self._column.removeWidget(sheet)
            sheet.hide()
            sheet.deleteLater()
        while len(self._sheets) < len(pages):
            sheet = _Sheet()
            self._column.addWidget(sheet)
            self._sheets.append(sheet)
        for number, (sheet, page) in enumerate(zip(self._sheets, pages, strict=True), start=1):
            sheet.set_page(page, f"Page {number} of {len(pages)}")
        self._resize_sheets()
        self.setAccessibleName(f"{self._name}, {words.count(len(pages), 'page')}")
        self.setAccessibleDescription(self.text())
        self.verticalScrollBar().setValue(place)
        if pages:
            self.drawn.emit()

    def _resize_sheets(self) -> None:
        for sheet, page in zip(self._sheets, self._pages, strict=True):
            zoom = self._zoom if self._zoom is not None else self._fitted(page.wide)
            sheet.set_size(QSize(round(page.wide * POINT * zoom), round(page.high * POINT * zoom)))


class _Sheet(QWidget):
    """One page with a hairline round it and its number below."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        self._paper = _Paper()
        self._number = plain_label("", "caption", "muted")
        column.addWidget(self._paper)
        column.addWidget(self._number, 0, Qt.AlignmentFlag.AlignHCenter)

    def set_page(self, page: DrawnPage, number: str) -> None:
        """Show another page."""
        self._paper.picture = page.picture
        self._paper.setAccessibleName(number)
        self._number.setText(number)
        self._paper.update()

    def set_size(self, size: QSize) -> None:
        """How large the paper is on the screen."""
        self._paper.setFixedSize(size)


class _Paper(QWidget):
    """The picture of a page. Paper is white in every look."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = QImage()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the page and the hairline of its edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        painter.fillRect(box, theme.colour("#FFFFFF"))
        if not self.picture.isNull():
            painter.drawImage(box, self.picture)
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
