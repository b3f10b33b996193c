"""Files attached to a message: taken by what they are, photos made small and without place and camera, kept by content.

Nothing is ever opened inside the program: a copy is saved, and the computer's own viewer opens that.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.services.enclosure_kinds import ENDINGS, JPEG, PDF, PNG, TAKEN, WORDS, clean_name, kind_of, shown

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from bursar_desk.services.desk import Desk
    from db.queries.messages import EnclosureRow
    from reports.saving import Written

MB: Final = 1_000_000
MOST_BYTES: Final = 25 * MB
MOST_PDF_BYTES: Final = 20 * MB
MOST_PHOTO_BYTES: Final = 2 * MB
MOST_SCHOOL_BYTES: Final = 2_000 * MB
LONGEST_SIDE: Final = 2560
MOST_PIXELS: Final = {JPEG: 64_000_000, PNG: 36_000_000}
"""Points (width x height) a picture may have; more is refused before anything of it is decoded."""
_LEAST_SIDE: Final = 16
_QUALITIES: Final = (88, 80, 72, 62)
_SAFE: Final = "Nothing was attached."
NOT_HERE_YET: Final = "This file is not here yet; it is asked for with your next share file."
ODD_PICTURE: Final = (
    OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, OverflowError, ZeroDivisionError,
    AttributeError, MemoryError, struct.error, zlib.error,
)  # fmt: skip
"""What a picture library raises for pictures that are not what they say."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to a message. ``sha256`` names its content; ``type`` is a key of ``ENDINGS``, or "" for a
    kind this program does not know. ``here`` tells whether its content has arrived at this desk.
    """

    name: str
    sha256: bytes
    size: int
    type: str
    here: bool = True

    @property
    def words(self) -> str:
        """Return what it is and how large: "PDF, 1.2 MB"."""
        return f"{WORDS.get(self.type, 'file')}, {words.file_size(self.size)}"

    @property
    def missing(self) -> str:
        """Return the sentence for a file that has not arrived; nothing when it is here."""
        return "" if self.here else NOT_HERE_YET

    def facts(self) -> dict[str, Any]:
        """Return it as a message names it."""
        return {"name": self.name, "sha256": self.sha256.hex(), "size": self.size, "type": self.type}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file made ready to be kept: cleaned name, kind, and the bytes that will be stored."""

    name: str
    type: str
    data: bytes


def take(desk: Desk, path: Path) -> Enclosure:
    """Check a file, make it ready and keep it beside the register. Raises ``UserError`` for what cannot be attached.

    What is kept is named by no message until one is sent with it; what is never named is swept away later.
    """
    return take_bytes(desk, path.name, _read(path))


def take_bytes(desk: Desk, name: str, data: bytes) -> Enclosure:
    """Check content that has no file of its own, such as a pasted picture, and keep it as ``take`` does."""
    ready = prepare(data, name)
    used = room_used(desk)
    if used + len(ready.data) > MOST_SCHOOL_BYTES:
        raise Refused(
            f"The files of this school take up {words.file_size(used)}, and 2 GB is the most.",
            _SAFE,
            "Write down where the file can be found instead.",
        )
    digest = desk.store.blobs.put(ready.data)
    return Enclosure(ready.name, digest, len(ready.data), ready.type)


def _read(path: Path) -> bytes:
    """Return a file's bytes, at most one more than may be attached."""
    try:
        if not path.is_file():
            raise Refused(f"“{shown(path.name)}” is not a file.", _SAFE, "Attach files one by one, not folders.")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        raise Refused(
            f"“{shown(path.name)}” could not be read.", _SAFE, "Check that it is still there, then attach it again."
        ) from None
    if len(data) > MOST_BYTES:
        raise _too_large(path.name, path.stat().st_size, MOST_BYTES)
    return data


def _too_large(name: str, size: int, most: int) -> Refused:
    return Refused(
        f"“{shown(name)}” is too large: {words.file_size(size)}, and {words.file_size(most)} is the most.",
        _SAFE,
        "Attach a smaller file, or only the pages that matter.",
    )


def prepare(data: bytes, name: str) -> Prepared:
    """Return a file as it will be kept: photos made small and without place and camera, the rest as it is.

    Raises ``Refused`` for kinds that are not on the list, for what is too large and for pictures that are damaged.
    """
    if len(data) > MOST_BYTES:
        raise _too_large(name, len(data), MOST_BYTES)
    kind = kind_of(data, name)
    if kind == PDF and len(data) > MOST_PDF_BYTES:
        raise _too_large(name, len(data), MOST_PDF_BYTES)
    if kind in MOST_PIXELS:
        kind, data = _picture(data, kind, name)
    return Prepared(clean_name(name, kind), kind, data)


# --- pictures --------------------------------------------------------------------------------------------------------


def _picture(data: bytes, kind: str, name: str) -> tuple[str, bytes]:
    """Draw a picture anew from its points alone; return what it is then, and its bytes."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=(kind.upper(),)) as opened:
            width, height = opened.size
            if width * height > MOST_PIXELS[kind]:
                raise _too_many_points(name)
            if kind == JPEG:
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            plain = _points_of(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_points(name) from None
    except ODD_PICTURE:
        raise Refused(
            f"The picture “{shown(name)}” is damaged.", _SAFE, "Open it and save it again, then attach that."
        ) from None
    return _packed(plain, kind)


def _too_many_points(name: str) -> Refused:
    return Refused(
        f"The picture “{shown(name)}” is too large to open safely.", _SAFE, "Save it smaller, then attach that."
    )


def _points_of(opened: Picture) -> Picture:
    """Return the points of a picture the right way up, small enough, with nothing beside them."""
    from PIL import Image, ImageOps

    opened.load()
    upright = ImageOps.exif_transpose(opened)
    see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    plain.info.clear()
    return plain


def _packed(plain: Picture, kind: str) -> tuple[str, bytes]:
    """Return kind and bytes of at most 2 MB: a picture that is too large as PNG becomes a photo."""
    if kind == PNG:
        out = io.BytesIO()
        plain.save(out, "PNG", optimize=plain.width * plain.height < 2_000_000)
        if out.tell() <= MOST_PHOTO_BYTES:
            return PNG, out.getvalue()
    photo = _on_white(plain)
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            photo.save(out, "JPEG", quality=quality)
            if out.tell() <= MOST_PHOTO_BYTES:
                return JPEG, out.getvalue()
        photo = photo.resize((max(_LEAST_SIDE, photo.width * 3 // 4), max(_LEAST_SIDE, photo.height * 3 // 4)))


def _on_white(plain: Picture) -> Picture:
    from PIL import Image

    if plain.mode == "RGB":
        return plain
    ground = Image.new("RGB", plain.size, (255, 255, 255))
    ground.paste(plain, mask=plain.getchannel("A"))
    return ground


# --- what messages name ----------------------------------------------------------------------------------------------


def of_rows(desk: Desk, rows: Iterable[EnclosureRow]) -> tuple[Enclosure, ...]:
    """Return the files a message names, their names cleaned, each with whether it is here."""
    found = []
    for row in rows:
        kind = row.type if row.type in ENDINGS else ""
        here = desk.store.blobs.has(row.sha256)
        found.append(Enclosure(clean_name(row.name, kind), row.sha256, row.size, kind, here))
    return tuple(found)


def room_used(desk: Desk) -> int:
    """Return how many bytes the files take up that this school's own messages and evidence name."""
    from db.queries import evidence
    from db.queries.messages import messages

    with desk.store.connect() as con:
        own = [row for row in messages(con) if row.school == desk.home and not row.withdrawn]
        kept = evidence.sizes(con, desk.home)
    return sum(({one.sha256: one.size for row in own for one in row.enclosures} | kept).values())


def room_words(desk: Desk) -> str:
    """Return how much of the room for files is used: "2.1 MB of 2 GB used"; nothing while none of it is."""
    used = room_used(desk)
    return "" if not used else f"{words.file_size(used)} of {words.file_size(MOST_SCHOOL_BYTES)} used"


def save_copy(desk: Desk, enclosure: Enclosure, to_path: Path) -> Written:
    """Save a copy of a file, its name ending as its content demands; return where it lies.

    Raises ``UserError`` when it has not arrived, is damaged, is of no kind that may be attached, or cannot be saved.
    """
    from bursar_desk.machine import mark_from_elsewhere
    from reports.saving import Written, save

    data = content(desk, enclosure)
    try:
        kind = kind_of(data, enclosure.name)
    except Refused as refused:
        raise UserError(refused.title, "Nothing was saved.", "Ask its school what they meant to send.") from None
    wanted = ENDINGS[kind]
    path = to_path if to_path.suffix.casefold() in _same_endings(kind) else to_path.with_name(to_path.name + wanted)
    save(path, data)
    mark_from_elsewhere(path)
    return Written(path, 1)


def content(desk: Desk, enclosure: Enclosure) -> bytes:
    """Return a file's content. Raises ``UserError`` when it has not arrived, or is no longer what it was."""
    name = f"“{shown(enclosure.name)}”"
    try:
        data = desk.store.blobs.read(enclosure.sha256)
    except FileNotFoundError:
        raise UserError(f"{name} is not here yet.", "Nothing was saved.", NOT_HERE_YET) from None
    if hashlib.sha256(data).digest() != enclosure.sha256:
        raise UserError(
            f"The copy of {name} kept here is damaged.", "Nothing was saved.", "Ask its school to send it again."
        )
    return data


def _same_endings(kind: str) -> Sequence[str]:
    return (".jpg", ".jpeg") if kind == JPEG else (ENDINGS[kind],)


__all__ = [
    "ENDINGS", "JPEG", "MOST_PIXELS", "NOT_HERE_YET", "ODD_PICTURE", "TAKEN", "Enclosure", "Prepared", "content",
    "of_rows", "prepare", "room_used", "room_words", "save_copy", "take", "take_bytes",
]  # fmt: skip
