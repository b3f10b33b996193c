"""Small pictures of photos kept as evidence, drawn from their points alone and refused before they grow too large."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain.errors import UserError
from bursar_desk.services import enclosures
from bursar_desk.services.enclosures import Enclosure

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A picture as points: four bytes each (red, green, blue, how solid), row by row from the top."""

    wide: int
    high: int
    points: bytes


def small_picture(desk: Desk, file: Enclosure, side: int) -> SmallPicture | None:
    """Return a photo drawn into a square of ``side`` points; None when it is no picture, not here, or damaged."""
    if file.type not in enclosures.MOST_PIXELS:
        return None
    try:
        return drawn(enclosures.content(desk, file), file.type, side)
    except UserError:
        return None


def drawn(data: bytes, kind: str, side: int) -> SmallPicture | None:
    """Return picture bytes drawn into a square; None when they are not what they say, or too many points."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=(kind.upper(),)) as opened:
            if opened.width * opened.height > enclosures.MOST_PIXELS[kind]:
                return None
            if kind == enclosures.JPEG:
                opened.draft("RGB", (side, side))
            plain = opened.convert("RGBA")
            plain.thumbnail((side, side), Image.Resampling.LANCZOS)
            return SmallPicture(plain.width, plain.height, plain.tobytes())
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, *enclosures.ODD_PICTURE):
        return None
