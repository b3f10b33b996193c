"""Tables of text: which letters a file is written in, and what divides its cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Final

from reports.sheet_checks import TooMuch, Unfit

SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright lines"}
LONGEST_CELL: Final = 100_000
_UNUSED_1252: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")


def text_of(content: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding. Raises ``Unfit`` for what is no text."""
    if content.startswith(b"\xef\xbb\xbf"):
        return _decoded(content, "utf-8-sig"), "UTF-8"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16"), "UTF-16"
    if content.count(b"\x00") > len(content) // 4:
        order = "utf-16-le" if content[1::2].count(b"\x00") > content[::2].count(b"\x00") else "utf-16-be"
        return _decoded(content, order), "UTF-16"
    try:
        return _text(content.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError:
        pass
    # 0x9C is the pound sign of DOS and stands for nothing a school writes in Windows' letters
    dos = (0x9C in content and 0xA3 not in content) or bool(_UNUSED_1252 & set(content))
    return _decoded(content, "cp850" if dos else "cp1252"), "DOS letters" if dos else "Windows letters"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return _text(content.decode(encoding))
    except UnicodeDecodeError as broken:
        raise Unfit("That file is no text we can read.", "Save it as .xlsx or as UTF-8 text.") from broken


def _text(text: str) -> str:
    if text.count("\x00") or sum(c < " " and c not in "\t\r\n\x0b\x0c" for c in text[:4000]) > 8:
        raise Unfit("That is no spreadsheet we can read.", "Save the table as .xlsx, .ods or .csv, then try again.")
    return text


def rows_of_text(text: str, separator: str = "") -> tuple[list[list[str]], str]:
    """Return the rows of a table of text and the name of what divides its cells."""
    mark = separator or _separator_of(text)
    rows: list[list[str]] = []
    csv.field_size_limit(LONGEST_CELL)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            rows.append(row)
            if len(rows) > 100_000:
                raise TooMuch("longer than 100,000 rows")
    except csv.Error as broken:
        raise Unfit(
            f"The table cannot be told apart from row {len(rows) + 1} on.", "Save it as .xlsx, then try again."
        ) from broken
    return rows, SEPARATORS[mark]


def _separator_of(text: str) -> str:
    """Return what most rows of the first fifty are divided by, the same number of times."""
    best, most = ",", (0, 0)
    start = text[:200_000]
    for mark in SEPARATORS:
        counts: Counter[int] = Counter()
        try:
            for number, row in enumerate(csv.reader(io.StringIO(start, newline=""), delimiter=mark)):
                if number >= 50:
                    break
                if len(row) > 1:
                    counts[len(row)] += 1
        except csv.Error:
            continue
        same = max(counts.values(), default=0)
        rank = (same, max((width for width, times in counts.items() if times == same), default=0))
        if rank > most:
            best, most = mark, rank
    return best
