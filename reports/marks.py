"""Status marks and trend arrows drawn as shapes, so that grey printing and missing colour lose nothing."""

from __future__ import annotations

from typing import Final

from reportlab.pdfgen.canvas import Canvas

Colour = tuple[float, float, float]


def rgb(token: str) -> Colour:
    """Return a ``#RRGGBB`` token as three parts of one."""
    return (int(token[1:3], 16) / 255, int(token[3:5], 16) / 255, int(token[5:7], 16) / 255)


INK: Final = rgb("#1B1F24")
MUTED: Final = rgb("#4A5360")
HAIR: Final = rgb("#B9C0C9")
BAR: Final = rgb("#9AA3AE")
WHITE: Final = (1.0, 1.0, 1.0)
OK: Final = rgb("#00706A")
SOON: Final = rgb("#8F5200")
OVERDUE: Final = rgb("#8C0F2B")

# The status words of the screens and the shape each one carries.
MARK_OF_WORD: Final = {
    "OK": "tick",
    "Due soon": "triangle",
    "Overdue": "square",
    "Failed": "square",
    "Evidence awaited": "triangle",
    "Not known": "question",
    "Out of use": "slash",
    "Missed": "slash",
    "Put off": "arrow",
    "Not needed": "dash",
}
MARK_OF_COLOUR: Final = {"red": "square", "amber": "triangle", "green": "tick", "grey": "dash"}
LOUD: Final = frozenset({"square"})
TRENDS: Final = {"better": "Better", "same": "Same", "worse": "Worse"}


def mark_for(word: str, colour: str = "grey") -> str:
    """Return the mark of a status word; a word not in the list takes the mark of its colour."""
    return MARK_OF_WORD.get(word, MARK_OF_COLOUR.get(colour, "dash"))


def draw_mark(canvas: Canvas, kind: str, x: float, y: float, size: float) -> None:
    """Draw one mark in the square whose lower left corner is (x, y); unknown kinds are a mistake and raise KeyError.

    The canvas is left in black ink with a half-point line, whole, not dashed.
    """
    canvas.saveState()
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.setLineWidth(size * 0.1)
    canvas.translate(x, y)
    _PAINTERS[kind](canvas, size)
    canvas.restoreState()


def _path(canvas: Canvas, size: float, *points: tuple[float, float], fill: bool = False, close: bool = False) -> None:
    path = canvas.beginPath()
    path.moveTo(points[0][0] * size, points[0][1] * size)
    for px, py in points[1:]:
        path.lineTo(px * size, py * size)
    if close:
        path.close()
    canvas.drawPath(path, stroke=0 if fill else 1, fill=1 if fill else 0)


def _ink(canvas: Canvas, colour: Colour) -> None:
    canvas.setStrokeColorRGB(*colour)
    canvas.setFillColorRGB(*colour)


def _tick(canvas: Canvas, size: float) -> None:
    _ink(canvas, OK)
    canvas.circle(size / 2, size / 2, size * 0.44)
    _path(canvas, size, (0.3, 0.5), (0.45, 0.35), (0.71, 0.63))


def _bang(canvas: Canvas, size: float, low: float, high: float) -> None:
    _path(canvas, size, (0.5, low + 0.2), (0.5, high))
    canvas.circle(size / 2, size * low, size * 0.065, stroke=0, fill=1)


def _triangle(canvas: Canvas, size: float) -> None:
    _ink(canvas, SOON)
    _path(canvas, size, (0.5, 0.92), (0.05, 0.1), (0.95, 0.1), close=True)
    _bang(canvas, size, 0.24, 0.62)


def _square(canvas: Canvas, size: float) -> None:
    _ink(canvas, OVERDUE)
    canvas.roundRect(0, 0, size, size, size * 0.12, stroke=0, fill=1)
    _ink(canvas, WHITE)
    canvas.setLineWidth(size * 0.14)
    _path(canvas, size, (0.5, 0.44), (0.5, 0.8))
    canvas.circle(size / 2, size * 0.22, size * 0.085, stroke=0, fill=1)


def _question(canvas: Canvas, size: float) -> None:
    _ink(canvas, MUTED)
    canvas.setDash([size * 0.2, size * 0.145])
    canvas.setLineCap(0)
    canvas.circle(size / 2, size / 2, size * 0.44)
    canvas.setDash()
    canvas.setLineCap(1)
    path = canvas.beginPath()
    path.moveTo(size * 0.36, size * 0.6)
    path.curveTo(size * 0.36, size * 0.82, size * 0.66, size * 0.82, size * 0.65, size * 0.61)
    path.curveTo(size * 0.64, size * 0.5, size * 0.5, size * 0.52, size * 0.5, size * 0.4)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.circle(size / 2, size * 0.25, size * 0.065, stroke=0, fill=1)


def _slash(canvas: Canvas, size: float) -> None:
    _ink(canvas, MUTED)
    canvas.circle(size / 2, size / 2, size * 0.44)
    _path(canvas, size, (0.2, 0.2), (0.8, 0.8))


def _arrow(canvas: Canvas, size: float) -> None:
    _ink(canvas, MUTED)
    _path(canvas, size, (0.08, 0.5), (0.9, 0.5))
    _path(canvas, size, (0.6, 0.76), (0.9, 0.5), (0.6, 0.24))


def _dash(canvas: Canvas, size: float) -> None:
    _ink(canvas, MUTED)
    _path(canvas, size, (0.12, 0.5), (0.88, 0.5))


def _better(canvas: Canvas, size: float) -> None:
    _ink(canvas, INK)
    canvas.setLineWidth(size * 0.12)
    _path(canvas, size, (0.03, 0.22), (0.36, 0.6), (0.52, 0.42), (0.93, 0.8))
    _path(canvas, size, (0.62, 0.82), (0.95, 0.82), (0.95, 0.5))


def _worse(canvas: Canvas, size: float) -> None:
    _ink(canvas, INK)
    canvas.setLineWidth(size * 0.12)
    _path(canvas, size, (0.03, 0.78), (0.36, 0.4), (0.52, 0.58), (0.93, 0.2))
    _path(canvas, size, (0.62, 0.18), (0.95, 0.18), (0.95, 0.5))


def _same(canvas: Canvas, size: float) -> None:
    _ink(canvas, INK)
    canvas.setLineWidth(size * 0.12)
    _path(canvas, size, (0.03, 0.5), (0.95, 0.5))


_PAINTERS: Final = {
    "tick": _tick,
    "triangle": _triangle,
    "square": _square,
    "question": _question,
    "slash": _slash,
    "arrow": _arrow,
    "dash": _dash,
    "better": _better,
    "same": _same,
    "worse": _worse,
}
