"""Reading a register page by page without SQLite: for a file that SQLite will not open, or only in part.

The layout of such a file is public and has not changed since 2004 (https://www.sqlite.org/fileformat2.html). Every page
that holds rows is read by itself, so a broken page costs its own rows and no others. Nothing here believes a number it
finds: a row that does not fit into the file is counted and left out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

PAGE_SIZE: Final = 4096
"""What every register was made with; another size is believed only when the file can be read with it."""
LEAF_TABLE, INNER_TABLE, LEAF_INDEX, INNER_INDEX = 0x0D, 0x05, 0x0A, 0x02
_KINDS: Final = frozenset((LEAF_TABLE, INNER_TABLE, LEAF_INDEX, INNER_INDEX))
_HEADER: Final = {LEAF_TABLE: 8, LEAF_INDEX: 8, INNER_TABLE: 12, INNER_INDEX: 12}
_MAGIC: Final = b"SQLite format 3\x00"
_FILE_HEADER: Final = 100  # bytes of page 1 before its rows
_WIDTHS: Final = (0, 1, 2, 3, 4, 6, 8)
MOST_COLUMNS: Final = 2000

Values = tuple[int | float | str | bytes | None, ...]


class Unreadable(Exception):  # noqa: N818 - read as a sentence
    """A row or page that cannot be taken apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it lies in the file: its number (nothing where the table has none) and its values in stored order."""

    number: int | None
    values: Values


@dataclass(slots=True)
class Damage:
    """What could not be read: whole pages, and single rows of pages that could be read otherwise."""

    pages: int = 0
    rows: int = 0


class PageFile:
    """The pages of a file, counted from 1; whatever is missing or cannot be read is a page of zeros."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb")
        self.bytes = self._file.seek(0, 2)
        self.size = _page_size(self._read(0, _FILE_HEADER), self)
        self.count = -(-self.bytes // self.size)
        head = self._read(0, _FILE_HEADER)
        self.whole_header = head.startswith(_MAGIC)
        said = int.from_bytes(head[28:32], "big")
        self.missing = max(0, said - self.bytes // self.size) if self.whole_header and said < 1 << 24 else 0
        self.user_version = int.from_bytes(head[60:64], "big") if self.whole_header else None
        self.first_free = int.from_bytes(head[32:36], "big")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _read(self, at: int, length: int) -> bytes:
        try:
            self._file.seek(at)
            data = self._file.read(length)
        except OSError:  # a bad place on the disk
            data = b""
        return data + bytes(length - len(data))

    def page(self, number: int) -> bytes:
        """Return one page."""
        return self._read((number - 1) * self.size, self.size)

    def free(self) -> set[int]:
        """Return the pages that hold nothing any more, as far as the list of them can be followed."""
        out: set[int] = set()
        trunk = self.first_free
        while 0 < trunk <= self.count and trunk not in out:
            out.add(trunk)
            data = self.page(trunk)
            trunk, held = struct.unpack_from(">II", data)
            if held <= self.size // 4 - 2:
                out.update(struct.unpack_from(f">{held}I", data, 8))
        return out


def _page_size(head: bytes, file: PageFile) -> int:
    said = int.from_bytes(head[16:18], "big")
    said = 65536 if said == 1 else said
    if said == PAGE_SIZE or said not in {512 << n for n in range(8)}:
        return PAGE_SIZE
    return max((PAGE_SIZE, said), key=lambda size: _fitting(file, size))


def _fitting(file: PageFile, size: int) -> int:
    """Count pages that look like pages when the file is read in steps of ``size``."""
    good = 0
    for number in range(1, min(file.bytes // size, 200)):
        head = file._read(number * size, 8)  # noqa: SLF001 - of this module
        start = int.from_bytes(head[5:7], "big")
        good += head[0] in _KINDS and (start or 65536) <= size and start > 0
    return good * size


class PageReader:
    """Takes rows out of pages."""

    def __init__(self, file: PageFile) -> None:
        self.file = file
        self.damage = Damage()
        self.continued: set[int] = set()
        """Pages that hold the rest of a long row."""

    def kind(self, number: int) -> int:
        """Return what a page is: one of the four kinds, or 0 for anything else."""
        first = self.file.page(number)[_start(number)]
        return first if first in _KINDS else 0

    def rows(self, number: int) -> Iterator[tuple[int, Row]]:
        """Yield the rows of a page with their place in it; what cannot be read is counted and passed over."""
        page = self.file.page(number)
        for place, at in self._cells(number, page):
            try:
                row = self._row(page, at, page[_start(number)])
            except (Unreadable, IndexError, struct.error, UnicodeDecodeError):
                self.damage.rows += 1
                continue
            if row is not None:
                yield place, row

    def row(self, number: int, place: int) -> Row:
        """Return one row again. Raises ``Unreadable`` when it is not there any more."""
        for found, row in self.rows(number):
            if found == place:
                return row
        raise Unreadable

    def children(self, number: int) -> list[int]:
        """Return the pages below an inner page."""
        page = self.file.page(number)
        below = [int.from_bytes(page[at : at + 4], "big") for _, at in self._cells(number, page)]
        right = _start(number) + 8
        return [*below, int.from_bytes(page[right : right + 4], "big")]

    def _cells(self, number: int, page: bytes) -> Iterator[tuple[int, int]]:
        start = _start(number)
        kind = page[start]
        if kind not in _KINDS:
            return
        count = int.from_bytes(page[start + 3 : start + 5], "big")
        pointers = start + _HEADER[kind]
        if pointers + 2 * count > len(page):
            self.damage.pages += 1
            return
        for place in range(count):
            at = int.from_bytes(page[pointers + 2 * place : pointers + 2 * place + 2], "big")
            if pointers + 2 * count <= at < len(page) - 3:
                yield place, at
            else:
                self.damage.rows += 1

    def _row(self, page: bytes, at: int, kind: int) -> Row | None:
        if kind == INNER_TABLE:
            return None
        if kind == INNER_INDEX:
            at += 4
        length, at = _varint(page, at)
        number: int | None = None
        if kind == LEAF_TABLE:
            number, at = _varint(page, at)
            number -= (number >> 63) << 64
        if length > self.file.bytes:
            raise Unreadable
        return Row(number, _record(self._payload(page, at, length, table=kind == LEAF_TABLE)))

    def _payload(self, page: bytes, at: int, length: int, *, table: bool) -> bytes:
        """Gather a row's bytes: the first of them here, the rest in pages of their own."""
        usable = self.file.size
        most = usable - 35 if table else (usable - 12) * 64 // 255 - 23
        if length <= most:
            data = page[at : at + length]
            if len(data) != length:
                raise Unreadable
            return data
        least = (usable - 12) * 32 // 255 - 23
        here = least + (length - least) % (usable - 4)
        here = here if here <= most else least
        parts = [page[at : at + here]]
        following = int.from_bytes(page[at + here : at + here + 4], "big")
        left, seen = length - here, set[int]()
        while left > 0:
            if not 0 < following <= self.file.count or following in seen:
                raise Unreadable
            seen.add(following)
            self.continued.add(following)
            more = self.file.page(following)
            following = int.from_bytes(more[:4], "big")
            parts.append(more[4 : 4 + left])
            left -= len(parts[-1])
        return b"".join(parts)


def _start(number: int) -> int:
    return _FILE_HEADER if number == 1 else 0


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(8):
        byte = data[at + n]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + n + 1
    return value << 8 | data[at + 8], at + 9


def _record(data: bytes) -> Values:
    """Take a row's values out of its bytes."""
    length, at = _varint(data, 0)
    if not 0 < length <= len(data):
        raise Unreadable
    types: list[int] = []
    while at < length:
        one, at = _varint(data, at)
        types.append(one)
        if len(types) > MOST_COLUMNS:
            raise Unreadable
    values: list[int | float | str | bytes | None] = []
    at = length
    for one in types:
        size = _size_of(one)
        part = data[at : at + size]
        if len(part) != size:
            raise Unreadable
        values.append(_value(one, part))
        at += size
    if at != len(data):
        raise Unreadable
    return tuple(values)


def _size_of(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    if kind in (10, 11):
        raise Unreadable
    return 8 if kind == 7 else _WIDTHS[kind] if kind < 7 else 0


def _value(kind: int, part: bytes) -> int | float | str | bytes | None:
    if kind == 0:
        return None
    if kind in (8, 9):
        return kind - 8
    if kind == 7:
        number: float = struct.unpack(">d", part)[0]
        return number
    if kind < 7:
        return int.from_bytes(part, "big", signed=True)
    return part if kind % 2 == 0 else part.decode()
