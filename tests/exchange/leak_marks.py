"""Marks for the leak scan: words nobody else writes, put into every field of every table, and found again in any bytes.

A mark is eight letters and digits, so that it survives every coding a file goes through: plain, UTF-16, zipped, in a
PDF's streams, written as hexadecimal or base64. Ids are marked by being sixteen bytes that occur nowhere else.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import registry, travel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_WORD = re.compile(rb"zq(\d{5})k", re.IGNORECASE)
_HEX = re.compile(rb"7[Aa]71((?:3\d){5})6[Bb]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_ID_START = b"\x00zq-leak-id-"
_ID = re.compile(re.escape(_ID_START) + rb"(\d{4})")
_ID_HEX = re.compile(binascii.hexlify(_ID_START) + rb"((?:3\d){4})", re.IGNORECASE)
_DEEP = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a mark was put: whose it is, the channel it travels in, the table and field, and which row and state."""

    number: int
    owner: str
    channel: str
    table: str
    field: str
    row: str
    current: bool = True

    def __str__(self) -> str:
        when = "" if self.current else ", replaced since"
        return f"{self.owner}: {self.channel}/{self.table}.{self.field} ({self.row}{when})"


@dataclass
class Marks:
    """Every mark that was made, and how to find them again."""

    words: list[Mark] = field(default_factory=list)
    ids: list[Mark] = field(default_factory=list)

    def word(self, *where: Any, current: bool = True) -> str:
        self.words.append(Mark(len(self.words), *where, current=current))
        return f"zq{len(self.words) - 1:05d}k"

    def id(self, *where: Any, current: bool = True) -> bytes:
        self.ids.append(Mark(100_000 + len(self.ids), *where, current=current))
        return _ID_START + b"%04d" % (len(self.ids) - 1)

    def all(self) -> set[Mark]:
        return {*self.words, *self.ids}

    def found_in(self, data: bytes) -> set[Mark]:
        """Every mark in some bytes, however they are coded."""
        found: set[Mark] = set()
        for layer in layers(data):
            found |= {self.words[int(number)] for number in _WORD.findall(layer)}
            found |= {self.words[int(number[1::2])] for number in _HEX.findall(layer)}
            found |= {self.ids[int(number)] for number in _ID.findall(layer)}
            found |= {self.ids[int(number[1::2])] for number in _ID_HEX.findall(layer)}
        return found


# ---------------------------------------------------------------- looking into bytes
def layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Bytes as they are and as they read uncoded: UTF-16, base64, zip members, a PDF's streams, zlib, to some depth."""
    yield data
    squeezed = data.replace(b"\x00", b"")  # UTF-16, either way round, and UTF-32
    if squeezed != data and not data.startswith(_ID_START):
        yield squeezed
    if depth == _DEEP:
        return
    for inner in (*_from_base64(data), *_members(data), *_streams(data)):
        yield from layers(inner, depth + 1)


def _from_base64(data: bytes) -> Iterator[bytes]:
    for run in _BASE64.findall(data):
        plain = run.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            part = plain[start:]
            yield base64.b64decode(part[: len(part) // 4 * 4])


def _members(data: bytes) -> Iterator[bytes]:
    if not data.startswith(b"PK\x03\x04"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name.encode()
            yield archive.read(name)


def _streams(data: bytes) -> Iterator[bytes]:
    """Whatever is packed with zlib: from every place where such a stream can begin."""
    for at in (one.start() for one in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data)):
        unpacker = zlib.decompressobj()
        try:
            plain = unpacker.decompress(data[at:], 1 << 24)
        except zlib.error:
            continue
        if plain:
            yield plain
    if data.startswith(b"%PDF"):
        from tests.output.pdf_reader import about, texts

        yield "\n".join(texts(data)).encode()
        yield json.dumps(about(data)).encode()


# ---------------------------------------------------------------- filling a row
NOT_FOR_A_MARK = {
    ("undone", "head"): "ab" * 32,  # an entry's hash: sixty-four hexadecimal digits and nothing else
    ("undone", "file"): "cd" * 32,
    ("remark", "word"): "declined",  # one of three words
}
"""Text fields that can hold nothing but what the program puts there."""
DAY = dt.date(2026, 11, 20)


def filled(
    marks: Marks, owner: str, table: registry.Table, row: str, *, channel: str = "", current: bool = True,
    given: Mapping[str, Any] | None = None, only: Collection[str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A value for every field a channel lists: a mark where one can stand, else something ordinary; ``given`` wins.

    ``only`` names the columns to fill instead of all that are listed.
    """
    values: dict[str, Any] = {}
    for column in table.columns:
        if not travel.listed(table, column) or (only is not None and column.name not in only):
            continue
        for one in column.fields:
            where = (owner, channel or table.channel, table.name, one.name, row)
            if given is not None and one.name in given:
                values[one.name] = given[one.name]
            elif (table.name, one.name) in NOT_FOR_A_MARK:
                values[one.name] = NOT_FOR_A_MARK[table.name, one.name]
            elif one.type in ("text", "json"):
                word = marks.word(*where, current=current)
                values[one.name] = word if one.type == "text" else json.dumps([word, {"name": word}])
            elif one.type == "id":
                values[one.name] = marks.id(*where, current=current)
            else:
                values[one.name] = {"int": 1, "date": DAY, "bool": True}[one.type]
    return values
