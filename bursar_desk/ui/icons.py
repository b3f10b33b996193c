"""The line icons (Lucide), drawn in the colour of a token and kept once drawn."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QIcon, QPixmap

from bursar_desk.ui import theme

SIZES = (16, 20, 24)


@cache
def svg_text(name: str) -> str:
    """The SVG of an icon as it lies in the resources; ``LookupError`` names an icon that is not among them."""
    path = theme.RESOURCES / "icons" / f"{name}.svg"
    if not path.is_file():
        raise LookupError(f"there is no icon “{name}” in the resources")
    return path.read_text(encoding="utf-8")


@cache
def _drawn(name: str, hex_colour: str, size: int, ratio: float) -> QPixmap:
    """Draw once per look. Lines are 1.75 wide up to 20 px and 2 above, so that they weigh the same as the text."""
    dots = round(size * ratio)
    text = (
        svg_text(name)
        .replace("currentColor", hex_colour)
        .replace('width="24"', f'width="{dots}"', 1)
        .replace('height="24"', f'height="{dots}"', 1)
        .replace('stroke-width="2"', f'stroke-width="{2 if size < 18 else 1.75}"', 1)
    )
    picture = QPixmap()
    if not picture.loadFromData(QByteArray(text.encode()), "SVG"):
        raise RuntimeError(f"the icon “{name}” cannot be drawn: Qt's SVG part is missing")
    picture.setDevicePixelRatio(ratio)
    return picture


def pixmap(name: str, colour: str = "text", size: int = 20, ratio: float = 1.0) -> QPixmap:
    """An icon ``size`` pixels square in the colour of a token, sharp on a screen with ``ratio`` dots a pixel."""
    return _drawn(name, theme.colour(colour).name(), size, ratio)


def icon(name: str, colour: str = "text", size: int = 20) -> QIcon:
    """The same as a QIcon for menus and actions, sharp up to 300 %."""
    made = QIcon()
    for ratio in (1.0, 2.0, 3.0):
        made.addPixmap(pixmap(name, colour, size, ratio))
    return made
