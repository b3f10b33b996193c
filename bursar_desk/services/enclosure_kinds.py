"""What a file is by its content, never by its name; and a name for it that is safe on every computer."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from itertools import pairwise
from typing import Final

from bursar_desk.domain.errors import Refused
from bursar_desk.machine import safe_file_name

JPEG: Final = "jpeg"
PNG: Final = "png"
PDF: Final = "pdf"
TXT: Final = "txt"
ENDINGS: Final = {
    PDF: ".pdf", JPEG: ".jpg", PNG: ".png", "docx": ".docx", "xlsx": ".xlsx", TXT: ".txt", "msg": ".msg", "eml": ".eml",
}  # fmt: skip
WORDS: Final = {
    PDF: "PDF", JPEG: "photo", PNG: "picture", "docx": "Word document", "xlsx": "workbook", TXT: "text",
    "msg": "e-mail", "eml": "e-mail",
}  # fmt: skip
TAKEN: Final = "You can attach PDF, photos and pictures (JPEG, PNG), Word (DOCX), workbooks (XLSX), text and e-mails."
LONGEST_NAME: Final = 120
_MOST_NAME_BYTES: Final = 200  # file systems count bytes, and what saves a file may add a suffix
_SAFE: Final = "Nothing was attached."
_MOST_PARTS: Final = 5_000
_HEIC: Final = frozenset((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"))
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL_CLASS: Final = bytes.fromhex("0b0d020000000000c000000000000046")
_PROGRAM: Final = re.compile(
    rb"\s*(?:#!|@echo|<\?php|<script|<html|<!doctype|<svg|<hta|windows registry editor)", re.IGNORECASE
)
# Endings that say what a file is: one of them inside a name ("invoice.pdf.exe") is there to deceive.
_KNOWN_WORDS: Final = (
    "pdf jpg jpeg jpe png gif bmp tif tiff webp heic heif avif svg doc docx docm dot dotx dotm xls xlsx xlsm xlsb xlt "
    "xltx ppt pptx pptm rtf odt ods odp txt text csv tsv log md msg eml htm html mht mhtml hta xml json zip rar 7z gz "
    "tar iso img cab exe com bat cmd ps1 psm1 vb vbs vbe js jse wsf wsh sct msi msp scr pif cpl dll sys lnk url reg "
    "jar py pyw sh bash app dmg pkg deb rpm apk chm inf gadget application one onepkg library-ms settingcontent-ms "
    "bursar register"
)
_RUNS_WORDS: Final = (
    "exe com bat cmd ps1 psm1 vb vbs vbe js jse wsf wsh sct msi msp scr pif cpl dll sys lnk url reg jar py pyw sh bash "
    "app dmg pkg deb rpm apk chm inf gadget hta application library-ms settingcontent-ms htm html mht mhtml svg"
)
_KNOWN: Final = frozenset(_KNOWN_WORDS.split())
_RUNS: Final = frozenset(_RUNS_WORDS.split())
_HEADER: Final = re.compile(rb"[!-9;-~]+:[ \t]?.*")


def kind_of(data: bytes, name: str) -> str:
    """Return what a file is by its content, a key of ``ENDINGS``. Raises ``Refused`` for anything not on the list."""
    if not data:
        raise Refused(f"“{shown(name)}” is empty.", _SAFE, "Open it to see what happened, then attach it again.")
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[4:8] == b"ftyp" and data[8:12].lower() in _HEIC:
        raise Refused(
            "Photos of the kind HEIC are not taken, because they keep the place where they were made.",
            _SAFE,
            "Open the photo, choose “Save as” or “Export”, save it as JPEG, then attach that.",
        )
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data, name)
    if data.startswith(_COMPOUND):
        return _compound_kind(data, name)
    return _text_kind(data, name)


def _no(name: str, why: str = "is not a kind of file that can be attached") -> Refused:
    return Refused(f"“{shown(name)}” {why}.", _SAFE, TAKEN)


def _office_kind(data: bytes, name: str) -> str:
    """Tell Word and workbooks from other packed files by their list of parts; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = [part.filename.replace("\\", "/").casefold() for part in packed.infolist()]
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError):
        raise _no(name, "is damaged or is a packed folder") from None
    if len(parts) > _MOST_PARTS or "[content_types].xml" not in parts:
        raise _no(name)
    if any("vbaproject" in part or "vbadata" in part or "/activex/" in part for part in parts):
        raise Refused(
            f"“{shown(name)}” has a small program (macro) in it.",
            _SAFE,
            "Save it without macros, as DOCX, XLSX or PDF, then attach that.",
        )
    for kind, part in (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml")):
        if part in parts:
            return kind
    raise _no(name)


def _compound_kind(data: bytes, name: str) -> str:
    """Take e-mails saved by Outlook; the older Word and Excel files look alike from outside and may hold programs."""
    root = _root_entry(data)
    names = ("WordDocument", "Workbook", "PowerPoint Document", "_VBA_PROJECT")
    other = any(one.encode("utf-16-le") in data for one in names[:3]) and root[80:96] != _MAIL_CLASS
    mail = "__properties_version1.0".encode("utf-16-le") in data and root[80:96] in (_MAIL_CLASS, bytes(16))
    if other or not mail:
        raise Refused(
            f"“{shown(name)}” is an older kind of office file.",
            _SAFE,
            "Open it, save it as DOCX, XLSX or PDF, then attach that.",
        )
    return "msg"


def _root_entry(data: bytes) -> bytes:
    """Return the 128 bytes of the first directory entry of a compound file; blanks where there is none."""
    shift = int.from_bytes(data[30:32], "little")
    sector = int.from_bytes(data[48:52], "little")
    at = (sector + 1) << shift if shift in (9, 12) else len(data)
    return data[at : at + 128].ljust(128, b" ")


def _text_kind(data: bytes, name: str) -> str:
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if ending in _RUNS or _PROGRAM.match(data.removeprefix(b"\xef\xbb\xbf")[:200]):
        raise _no(name, "is a program, a script or a web page")
    if not _is_text(data):
        raise _no(name)
    return "eml" if _is_mail(data) else TXT


def _is_text(data: bytes) -> bool:
    """Tell whether bytes are text: UTF-8, UTF-16 with its mark, or the older Western one, without control codes."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        if any(code in data for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)):
            return False
        text = data.decode("cp1252")
    return not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", text)


def _is_mail(data: bytes) -> bool:
    """Tell whether text begins as an e-mail does: header lines only, with a sender and a date or an id."""
    head = re.split(rb"\r?\n\r?\n", data[:65536], maxsplit=1)[0]
    lines = head.replace(b"\r\n", b"\n").split(b"\n")
    if not all(line[:1] in (b" ", b"\t") or _HEADER.fullmatch(line) for line in lines):
        return False
    named = {line.split(b":", 1)[0].lower() for line in lines if line[:1] not in (b" ", b"\t")}
    return b"from" in named and bool(named & {b"date", b"received", b"message-id", b"mime-version"})


# --- names -----------------------------------------------------------------------------------------------------------


def shown(name: str) -> str:
    """Return a name fit for a sentence: the last part of a path, one line, not too long."""
    plain = safe_file_name(re.split(r"[/\\]", name)[-1])
    return plain if len(plain) <= 60 else plain[:40].rstrip() + "…" + plain[-12:]


def clean_name(name: str, kind: str) -> str:
    """Return a name without path, drive letter, stream or deceiving inner ending, ending as its content demands.

    ``kind`` is a key of ``ENDINGS``; another gets no ending. At most 120 characters. Twice gives the same as once.
    """
    last = re.split(r"[/\\]", name)[-1]
    last = re.sub(r"^[A-Za-z]:", "", last)
    parts = [part.strip() for part in safe_file_name(last).split(".")]
    while len(parts) > 1 and (parts[-1].casefold() in _KNOWN or not parts[-1]):
        parts.pop()
    stem = parts[0]
    for before, part in pairwise(parts):
        both_digits = before[-1:].isdigit() and part[:1].isdigit()
        stem += ("." if both_digits else " ") + part
    ending = ENDINGS.get(kind, "")
    stem = safe_file_name(stem.strip(" .") or "file", LONGEST_NAME - len(ending))
    while len((stem + ending).encode()) > _MOST_NAME_BYTES:
        stem = stem[:-1]
    return (stem.strip(" .") or "file") + ending
