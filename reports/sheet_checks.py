"""What a workbook may hold: the parts of its archive counted, measured and searched before anything reads them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any, Final

MAX_FILE: Final = 20 * 1024 * 1024
MAX_UNPACKED: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 100
MAX_ENTRIES: Final = 2_000
SMALL: Final = 1024 * 1024  # a part of this size does no harm, however well it was packed
_KEPT: Final = (".xml", ".rels")
_MACROS: Final = re.compile(r"vbaproject|/macrosheets/|/activex/|^basic/|^scripts/|\.bin$", re.IGNORECASE)
_LINKS: Final = re.compile(r"/externallinks/|/connections\.xml$|/querytables/", re.IGNORECASE)
_DOCTYPE: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FAR: Final = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml")


class Unfit(Exception):  # noqa: N818 - it says what the file is
    """A file that is not taken: ``title`` says why, ``remedy`` what to do."""

    def __init__(self, title: str, remedy: str) -> None:
        self.title, self.remedy = title, remedy
        super().__init__(title)


class TooMuch(Unfit):
    """A file beyond a limit."""

    def __init__(self, how: str) -> None:
        super().__init__(f"That file is {how}.", "Save only the sheet and the rows you need, then try again.")


LINKED: Final = "That workbook takes figures from other files."


def checked_zip(content: bytes, *, as_saved: bool = False) -> tuple[str, bytes]:
    """Return the kind (``xlsx`` or ``ods``) and the same workbook with only the parts that were looked at.

    What is handed on was unpacked here and packed anew, so a size that lies in the archive cannot mislead later.
    ``as_saved``: a person said that figures of other files count as they were saved; the links are cut off, and none
    is followed either way. Raises ``Unfit``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            kind = _kind_of(archive, entries, as_saved=as_saved)
            _measured(entries, len(content))
            return kind, _packed_anew(archive, entries, as_saved=as_saved)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as broken:
        raise Unfit(
            "That workbook is damaged.", "Open it in your spreadsheet program, save it anew, then try again."
        ) from broken


def _kind_of(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], *, as_saved: bool) -> str:
    if len(entries) > MAX_ENTRIES:
        raise TooMuch("made of more than 2,000 parts")
    names = {one.filename for one in entries}
    if len(names) != len(entries):
        raise Unfit("Two parts of that workbook have one name.", "Save it anew, then try again.")
    if any(one.flag_bits & 1 for one in entries):
        raise Unfit("That workbook is locked with a password.", "Save a copy without one, then try again.")
    if any(_MACROS.search(name) and not name.startswith("xl/printerSettings/") for name in names):
        raise Unfit("That workbook has macros in it.", "Save it as .xlsx without them, then try again.")
    if any(_LINKS.search(name) for name in names) and not as_saved:
        raise Unfit(LINKED, "Save a copy with the links broken, then try again.")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names and b"spreadsheet" in archive.read("mimetype")[:100]:
        return "ods"
    raise Unfit("That is no spreadsheet we can read.", "Save the table as .xlsx, .ods or .csv, then try again.")


def _measured(entries: list[zipfile.ZipInfo], packed: int) -> None:
    whole = sum(one.file_size for one in entries)
    if whole > MAX_UNPACKED:
        raise TooMuch("larger than 200 MB when unpacked")
    steep = any(one.file_size > SMALL and one.file_size > MAX_RATIO * max(1, one.compress_size) for one in entries)
    if steep or (whole > SMALL and whole > MAX_RATIO * packed):
        raise TooMuch("packed more tightly than a spreadsheet is")


def _packed_anew(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], *, as_saved: bool) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as clean:
        for one in entries:
            if one.filename != "mimetype" and not one.filename.endswith(_KEPT):
                continue
            if _LINKS.search(one.filename):
                continue
            part = archive.read(one)
            _plain_xml(one.filename, part, as_saved=as_saved)
            clean.writestr(zipfile.ZipInfo(one.filename, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _plain_xml(name: str, part: bytes, *, as_saved: bool) -> None:
    """Refuse a document that defines things of its own, hides its letters, or reaches too far."""
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in part[:200]:
        raise Unfit("That workbook is written in an unusual way.", "Save it anew, then try again.")
    if _DOCTYPE.search(part):
        raise Unfit("That workbook holds instructions that a spreadsheet never needs.", "Ask who sent it.")
    if name == "content.xml" and b"<table:table-source" in part and not as_saved:
        raise Unfit(LINKED, "Save a copy with the links broken, then try again.")
    if _SHEET_PART.fullmatch(name):
        for cell in _FAR.finditer(part):
            if int(cell[2]) > 100_000:
                raise TooMuch("longer than 100,000 rows")
            if _column(cell[1]) > 200:
                raise TooMuch("wider than 200 columns")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def facts_of_zip(kind: str, content: bytes) -> dict[str, Any]:
    """Return from which year numbers count (``epoch``) and the hidden columns of each sheet, as its file says."""
    if kind != "xlsx":
        return {"epoch": 1900}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = "xl/_rels/workbook.xml.rels"
        related = archive.read(links).decode("utf-8", "replace") if links in names else ""
        paths = {
            _attribute(tag, "Id"): _attribute(tag, "Target").removeprefix("/xl/").removeprefix("xl/")
            for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", related)
        }
        hidden = {}
        for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
            path = "xl/" + paths.get(_attribute(tag, r"\w+:id"), "")
            if path in names:
                start = archive.read(path)[:100_000].decode("utf-8", "replace")
                hidden[_unescaped(_attribute(tag, "name"))] = _hidden_columns(start)
    mac = re.search(r'date1904="(?:1|true)"', book)
    return {"epoch": 1904 if mac else 1900, "hidden_columns": hidden}


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}\s*=\s*[\"']([^\"']*)[\"']", tag)
    return found[1] if found else ""


def _unescaped(text: str) -> str:
    for code, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(code, letter)
    return text


def _hidden_columns(start: str) -> list[int]:
    """Return the hidden columns, counted from 0, as the head of a sheet lists them."""
    found: list[int] = []
    for tag in re.findall(r"<(?:\w+:)?col\b[^>]*>", start):
        first, last = _attribute(tag, "min"), _attribute(tag, "max")
        if _attribute(tag, "hidden") in ("1", "true") and first.isdecimal() and last.isdecimal():
            found += range(int(first) - 1, min(int(last), 200))
    return found
