"""Pages drawn straight on a reportlab canvas: fonts, safe text, wrapping, footers, bookmarks."""

from __future__ import annotations

import io
import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from reportlab.lib.pagesizes import A3, A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from reports.marks import HAIR, INK, MUTED, Colour, draw_mark
from reports.wording import ELLIPSIS, clean, code_of

WIDTH, HEIGHT = A4
MARGIN: Final = 39.0  # points: 13.7 mm
ROOM: Final = WIDTH - 2 * MARGIN
FOOT: Final = 800.0  # the footer's rule, measured from the top
BELOW: Final = HEIGHT - FOOT  # what lies under it, on paper of any size
LYING: Final = (A4[1], A4[0])
"""A landscape page as (width, height) in points; ``A3_SCALE`` times as large it is A3."""
A3_SCALE: Final = A3[0] / A4[0]
BODY: Final = 10.5
LEADING: Final = 14.0
PRACTICE: Final = "Practice - made-up records"

REGULAR: Final = "BursarDesk-Regular"
STRONG: Final = "BursarDesk-Semibold"
BOLD: Final = "BursarDesk-Bold"
ITALIC: Final = "BursarDesk-Italic"
_FILES: Final = {REGULAR: "Regular", STRONG: "Semibold", BOLD: "Bold", ITALIC: "It"}
_fonts: dict[str, TTFont] = {}
_glyphs: set[str] = set()
_lock = threading.Lock()


def load_fonts() -> None:
    """Register the four bundled faces once; later calls cost nothing. Safe from any thread."""
    if _glyphs:
        return
    with _lock:
        if _glyphs:
            return
        shared: set[int] | None = None
        for name, stem in _FILES.items():
            content = (files("resources") / "fonts" / f"SourceSans3-{stem}.ttf").read_bytes()
            font = TTFont(name, io.BytesIO(content))
            pdfmetrics.registerFont(font)
            _fonts[name] = font
            has = set(font.face.charToGlyph)
            shared = has if shared is None else shared & has
        # Only what clean() would leave alone counts as printable, so that the quick test below is enough.
        _glyphs.update(c for c in map(chr, shared or ()) if clean(c) == c and c.strip(" "))
        _glyphs.update(" \u00a0")


def printable(text: str) -> str:
    """Return text every character of which has a shape in our fonts: the one helper all text on paper goes through.

    Compatible forms are taken first (the ligature "ﬁ" is "fi"); what is left is shown by its code, never dropped.
    """
    if _glyphs.issuperset(text) and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text
    return "".join(c if c in _glyphs else _stand_in(c) for c in clean(text))


def _stand_in(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    return plain if plain != character and _glyphs.issuperset(plain) else code_of(character)


def width_of(text: str, font: str, size: float) -> float:
    """Return the drawn width in points of text that :func:`printable` has already seen."""
    return float(_fonts[font].stringWidth(text, size))


def cut(text: str, font: str, size: float, width: float) -> str:
    """Return ``text`` as it is when it fits ``width`` points, else its beginning and an ellipsis."""
    text = printable(text)
    if width_of(text, font, size) <= width:
        return text
    return text[: _fitting(text, font, size, width - width_of(ELLIPSIS, font, size))].rstrip() + ELLIPSIS


def _fitting(text: str, font: str, size: float, width: float) -> int:
    """Return how many leading characters fit ``width`` points."""
    low, high = 0, min(len(text), 2000)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle], font, size) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def wrap(text: str, font: str, size: float, width: float, lines: int) -> list[str]:
    """Return ``text`` as at most ``lines`` lines of ``width`` points; a long word is split, the rest ends in "…"."""
    text = printable(text)
    if width_of(text, font, size) <= width:
        return [text]
    words = [word for word in text[: 500 * lines + 500].split(" ") if word]
    made: list[str] = []
    line = ""
    while words:
        longer = f"{line} {words[0]}" if line else words[0]
        if width_of(longer, font, size) <= width:
            line = longer
            words.pop(0)
            continue
        if len(made) + 1 == lines:
            return [*made, cut(longer, font, size, width)]
        if not line:
            fits = max(1, _fitting(words[0], font, size, width))
            line, words[0] = words[0][:fits], words[0][fits:]
        made.append(line)
        line = ""
    return [*made, line] if line else made


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of one paper carries; ``left`` and ``middle`` stand in the footer, ``notice`` at the top.

    ``size``: width and height of its pages in points, before all on them is made ``scale`` times as large.
    """

    title: str
    author: str
    left: str
    middle: str
    practice: bool = False
    notice: str = ""
    size: tuple[float, float] = (WIDTH, HEIGHT)
    scale: float = 1.0


class Pen:
    """Draws on one canvas. x runs from the left, y **down** from the top of the page, both in points."""

    def __init__(self, canvas: Canvas, size: tuple[float, float] = (WIDTH, HEIGHT)) -> None:
        self.canvas = canvas
        self.width, self.height = size
        self._face: tuple[str, float] | None = None
        self._fill: Colour | None = None
        self._line: tuple[Colour, float] | None = None
        self._headings = 0

    def text(
        self, x: float, y: float, words: str, font: str = REGULAR, size: float = BODY, colour: Colour = INK
    ) -> None:
        """Draw one line with its baseline at ``y``."""
        self._use(font, size, colour)
        self.canvas.drawString(x, self.height - y, printable(words))

    def right(
        self, x: float, y: float, words: str, font: str = REGULAR, size: float = BODY, colour: Colour = INK
    ) -> None:
        """Draw one line that ends at ``x``."""
        words = printable(words)
        self.text(x - width_of(words, font, size), y, words, font, size, colour)

    def lines(
        self, x: float, y: float, lines: Sequence[str], font: str = REGULAR, size: float = BODY, colour: Colour = INK,
        leading: float = LEADING,
    ) -> float:  # fmt: skip
        """Draw lines one under another from baseline ``y``; return the baseline after the last."""
        for line in lines:
            self.text(x, y, line, font, size, colour)
            y += leading
        return y

    def one_line(
        self, x: float, y: float, words: str, width: float, font: str = REGULAR, size: float = BODY,
        colour: Colour = INK, *, to_right: bool = False,
    ) -> None:  # fmt: skip
        """Draw a figure that must not break: smaller when it is too wide, and cut only below 6 points.

        ``x`` is its left edge, or its right one with ``to_right``.
        """
        words = printable(words)
        wide = width_of(words, font, size)
        if wide > width:
            size = max(6.0, size * width / wide)
            words = cut(words, font, size, width + 0.01)
        (self.right if to_right else self.text)(x, y, words, font, size, colour)

    def rule(self, y: float, left: float = MARGIN, right: float | None = None, *, heavy: bool = False) -> None:
        """Draw a level line: half a point grey, or 1.1 points black."""
        self.pen_line(INK if heavy else HAIR, 1.1 if heavy else 0.5)
        self.rule_at(left, self.width - MARGIN if right is None else right, y)

    def rule_at(self, left: float, right: float, y: float) -> None:
        """Draw a level line with the line last set by :meth:`pen_line`."""
        self.canvas.line(left, self.height - y, right, self.height - y)

    def pen_line(self, colour: Colour = INK, width: float = 0.7) -> None:
        """Set the line that shapes are drawn with."""
        if self._line != (colour, width):
            self._line = (colour, width)
            self.canvas.setStrokeColorRGB(*colour)
            self.canvas.setLineWidth(width)

    def box(self, x: float, y: float, width: float, height: float, radius: float = 0) -> None:
        """Draw an empty box whose upper left corner is (x, y)."""
        self.pen_line(INK, 0.8)
        self.canvas.roundRect(x, self.height - y - height, width, height, radius)

    def block(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Draw a filled bar whose upper left corner is (x, y)."""
        self._paint(colour)
        self.canvas.rect(x, self.height - y - height, width, height, stroke=0, fill=1)

    def mark(self, kind: str, x: float, y: float, size: float = 10.5) -> None:
        """Draw a status mark or trend arrow standing on the text line whose baseline is ``y``."""
        draw_mark(self.canvas, kind, x, self.height - y - size * 0.18, size)

    def heading(self, x: float, y: float, words: str, size: float = 12.0, level: int = 0) -> None:
        """Draw a heading and add it to the bookmarks a reader can jump by."""
        self.bookmark(words, level, y - size)
        self.text(x, y, words, STRONG, size)

    def bookmark(self, words: str, level: int = 0, y: float = 0.0) -> None:
        """Add a bookmark to this place without drawing anything."""
        key = f"h{self._headings}"
        self._headings += 1
        self.canvas.bookmarkHorizontal(key, 0, self.height - y)
        self.canvas.addOutlineEntry(printable(words), key, level)

    def new_page(self) -> None:
        """End the page; the next starts with nothing set."""
        self.canvas.showPage()
        self._face = self._fill = self._line = None

    def _use(self, font: str, size: float, colour: Colour) -> None:
        if self._face != (font, size):
            self._face = (font, size)
            self.canvas.setFont(font, size)
        self._paint(colour)

    def _paint(self, colour: Colour) -> None:
        if self._fill != colour:
            self._fill = colour
            self.canvas.setFillColorRGB(*colour)


def build(frame: Frame, pages: Sequence[Callable[[Pen], None]]) -> bytes:
    """Return the PDF of ``pages``, each drawn by its function; the same pages give the same bytes."""
    load_fonts()
    buffer = io.BytesIO()
    # The published types say the first font's name is a number; it is text.
    size = (frame.size[0] * frame.scale, frame.size[1] * frame.scale)
    canvas = Canvas(buffer, pagesize=size, invariant=1, lang="en-GB", pageCompression=1, initialFontName=REGULAR)  # type: ignore[arg-type]
    canvas.setTitle(printable(frame.title))
    canvas.setAuthor(printable(frame.author))
    canvas.setCreator("Bursar Desk")
    canvas.setSubject(printable(f"{frame.left} {frame.middle}".strip()))
    canvas.setViewerPreference("DisplayDocTitle", "true")
    pen = Pen(canvas, frame.size)
    for number, page in enumerate(pages, 1):
        if frame.scale != 1.0:
            canvas.scale(frame.scale, frame.scale)
        said = ". ".join(part for part in (PRACTICE if frame.practice else "", frame.notice) if part)
        if said:
            _banner(pen, said)
        page(pen)
        _footer(pen, frame, number, len(pages))
        pen.new_page()
    canvas.save()
    return buffer.getvalue()


def _banner(pen: Pen, said: str) -> None:
    wide = width_of(said, BOLD, BODY)
    pen.box((pen.width - wide) / 2 - 8, 9, wide + 16, 16, 3)
    pen.text((pen.width - wide) / 2, 20.6, said, BOLD)


def _footer(pen: Pen, frame: Frame, number: int, total: int) -> None:
    foot = pen.height - BELOW
    pen.rule(foot)
    y = foot + 15
    place = f"Page {number} of {total}"
    left = cut(frame.left, REGULAR, BODY, 270)
    free_from = MARGIN + width_of(left, REGULAR, BODY)
    free_to = pen.width - MARGIN - width_of(place, REGULAR, BODY)
    room = free_to - free_from - 20
    middle_wide = min(width_of(printable(frame.middle), REGULAR, BODY), room)
    pen.text(MARGIN, y, left, colour=MUTED)
    if frame.middle:
        pen.one_line((free_from + free_to - middle_wide) / 2, y, frame.middle, room, colour=MUTED)
    pen.right(pen.width - MARGIN, y, place, colour=MUTED)
