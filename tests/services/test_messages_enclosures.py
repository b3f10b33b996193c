"""What may be attached: told by content, photos without place and camera, bombs refused, names made safe."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bursar_desk.domain.errors import Refused
from bursar_desk.services import enclosures
from bursar_desk.services.enclosure_kinds import ENDINGS, clean_name
from bursar_desk.services.enclosures import LONGEST_SIDE, MOST_PHOTO_BYTES, prepare

PLACE = (53.0, 34.0, 12.5)
GPS, MAKE, TURNED, MAKER_NOTE = 0x8825, 0x010F, 0x0112, 0x927C


def photo(size: tuple[int, int] = (800, 600), kind: str = "JPEG", *, noise: bool = False) -> bytes:
    """A photo as a telephone makes it: place, maker, a thumbnail's worth of words, turned on its side."""
    made = Image.effect_noise(size, 90).convert("RGB") if noise else Image.new("RGB", size, (30, 90, 160))
    exif = Image.Exif()
    exif[MAKE], exif[TURNED] = "Quillwort Phones", 6
    exif.get_ifd(0x8769)[MAKER_NOTE] = b"secret-maker-note"
    gps = exif.get_ifd(GPS)
    gps[1], gps[2], gps[3], gps[4] = "N", PLACE, "W", PLACE
    out = io.BytesIO()
    more = {"comment": b"secret-comment", "quality": 95} if kind == "JPEG" else {}
    made.save(out, kind, exif=exif, icc_profile=b"secret-profile" * 20, xmp=b"<x>secret-xmp</x>", **more)
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return out.getvalue()


def compound(class_id: bytes, *streams: str) -> bytes:
    """The beginning of an Outlook or old office file: a header, then a directory with these names."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + struct.pack("<H", 9)
    head = head.ljust(48, b"\0") + struct.pack("<I", 0)
    entries = b"".join(
        name.encode("utf-16-le").ljust(80, b"\0") + (class_id if name == "Root Entry" else bytes(16)).ljust(48, b"\0")
        for name in ("Root Entry", *streams)
    )
    return head.ljust(512, b"\0") + entries


MAIL = bytes.fromhex("0b0d020000000000c000000000000046")
WORD = packed("[Content_Types].xml", "word/document.xml", "docProps/core.xml")
BOOK = packed("[Content_Types].xml", "xl/workbook.xml")
LETTER = b"From: dawn@example.org\r\nDate: Fri, 20 Nov 2026 09:00:00 +0000\r\nSubject: Gate\r\n\r\nIt hangs.\r\n"


def test_a_telephones_photo_loses_its_place_and_camera_and_stands_upright() -> None:
    raw = photo()
    before = Image.open(io.BytesIO(raw))
    assert before.getexif().get_ifd(GPS)[2] == PLACE
    assert before.getexif()[MAKE] == "Quillwort Phones"
    ready = prepare(raw, "IMG_0012.JPG")
    after = Image.open(io.BytesIO(ready.data))
    assert (ready.name, ready.type, after.format) == ("IMG_0012.jpg", "jpeg", "JPEG")
    assert after.size == (600, 800), "turned as it was held"
    assert dict(after.getexif()) == {}
    assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not re.search(rb"Exif|secret|Quillwort|GPS|http", ready.data)


def test_a_picture_with_notes_beside_its_points_loses_them() -> None:
    out = io.BytesIO()
    words = __import__("PIL.PngImagePlugin", fromlist=["PngInfo"]).PngInfo()
    words.add_text("Location", "secret-place")
    Image.new("RGBA", (40, 30), (1, 2, 3, 100)).save(out, "PNG", pnginfo=words)
    ready = prepare(out.getvalue() + b"secret-tail", "plan.png")
    assert (ready.type, ready.name) == ("png", "plan.png")
    assert b"secret" not in ready.data
    assert Image.open(io.BytesIO(ready.data)).getpixel((0, 0)) == (1, 2, 3, 100)
    assert b"secret" not in prepare(photo(kind="PNG"), "plan.png").data


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_is_made_small(kind: str) -> None:
    raw = photo((2700, 1800), kind, noise=True)
    ready = prepare(raw, "large")
    size = Image.open(io.BytesIO(ready.data)).size
    assert max(size) <= LONGEST_SIDE
    assert len(ready.data) <= MOST_PHOTO_BYTES < len(raw)
    assert (ready.type, ready.name) == ("jpeg", "large.jpg")


def _bomb(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    points = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (12_000, 9_000), (2**31 - 1, 1)])
def test_a_pixel_bomb_is_refused_before_it_is_decoded(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import PngImagePlugin

    def never(*_: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", never)
    with pytest.raises(Refused, match="too large to open safely"):
        prepare(_bomb(width, height), "bomb.png")


@pytest.mark.parametrize(
    ("data", "name", "kind", "kept"),
    [
        (b"%PDF-1.7\n%%EOF", "Letter.PDF", "pdf", "Letter.pdf"), (WORD, "plan.zip", "docx", "plan.docx"),
        (BOOK, "list.xlsx", "xlsx", "list.xlsx"), (b"Caf\xc3\xa9 list\r\n1,2\n", "list.csv", "txt", "list.txt"),
        ("Grüße".encode("utf-16"), "note.txt", "txt", "note.txt"), (b"it\x92s old", "note", "txt", "note.txt"),
        (LETTER, "gate.eml", "eml", "gate.eml"), (b"From: here to there.\n\nwords", "a.eml", "txt", "a.txt"),
        (compound(MAIL, "__properties_version1.0"), "a.msg", "msg", "a.msg"),
    ],
)  # fmt: skip
def test_kinds_on_the_list_are_told_by_their_content(data: bytes, name: str, kind: str, kept: str) -> None:
    ready = prepare(data, name)
    assert (ready.type, ready.name, ready.data) == (kind, kept, data)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"MZ\x90\x00\x03\x00", "letter.pdf", "can be attached"),
        (b"\x7fELF\x02\x01\x01\x00", "x.jpg", "can be attached"),
        (b"", "empty.pdf", "is empty"), (packed("a.exe"), "a.docx", "can be attached"),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx", "macro"),
        (packed("[Content_Types].xml", "xl/workbook.xml", "xl/activeX/activeX1.bin"), "a.xlsx", "macro"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), "a.pptx", "can be attached"),
        (b"PK\x03\x04 not really", "a.docx", "damaged"), (b"echo hello", "run.BAT", "program"),
        (b"#!/bin/sh\nrm x", "notes.txt", "program"), (b"\xef\xbb\xbf <HTML><script>", "a.txt", "program"),
        (b"<svg onload=x>", "a.txt", "program"), (b"a\x00b" * 9, "a.txt", "can be attached"),
        (compound(bytes(16), "WordDocument"), "a.doc", "older kind"),
        (compound(b"\x84\x10\x0c" * 5 + b"x"), "a.msi", "older"),
        (compound(bytes(16), "Workbook", "__properties_version1.0"), "a.msg", "older kind"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "IMG_1.HEIC", "HEIC"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "IMG_1.jpg", "HEIC"),
        (b"\xff\xd8\xff\xe0 not a photo", "a.jpg", "damaged"), (b"\x89PNG\r\n\x1a\n not", "a.png", "damaged"),
        (photo()[:600], "cut.jpg", "damaged"), (b"GIF89a" + bytes(40), "a.gif", "can be attached"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_to_do(data: bytes, name: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        prepare(data, name)
    assert refused.value.safe == "Nothing was attached."
    assert refused.value.remedy


def test_the_sentence_for_heic_tells_how_to_go_on() -> None:
    with pytest.raises(Refused) as refused:
        prepare(b"\x00\x00\x00\x18ftypheic" + bytes(40), "IMG_1.HEIC")
    assert "save it as JPEG" in refused.value.remedy


def test_too_large_is_said_with_both_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="21 MB, and 20 MB is the most"):
        prepare(b"%PDF-1.7" + bytes(21_000_000), "plan.pdf")
    with pytest.raises(Refused, match="26 MB, and 25 MB is the most"):
        prepare(b"words" * 5_200_000, "plan.txt")
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(Refused, match="5 GB, and 25 MB is the most"):
        enclosures._read(large)
    with pytest.raises(Refused, match="is not a file"):
        enclosures._read(tmp_path)
    with pytest.raises(Refused, match="is not a file"):
        enclosures._read(tmp_path / "gone.txt")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"), ("C:\\Users\\dawn\\plan.pdf", "plan.pdf"), ("C:plan.pdf", "plan.pdf"),
        ("plan.pdf:hidden.exe", "plan pdf-hidden.pdf"), ("NUL", "_NUL.pdf"), ("com1.pdf", "_com1.pdf"),
        ("invoice.pdf.exe", "invoice.pdf"), ("invoice.exe.pdf", "invoice.pdf"), ("plan. . .", "plan.pdf"),
        ("report v1.2.pdf", "report v1.2.pdf"), ("\u202efdp.exe", "fdp.pdf"), ("a\x00b\nc.pdf", "ab c.pdf"),
        ("", "unnamed.pdf"), ("...", "unnamed.pdf"), (".pdf", "pdf.pdf"), ("Mill Lane gate.PDF", "Mill Lane gate.pdf"),
        ("a.exe.b.pdf", "a exe b.pdf"),
    ],
)  # fmt: skip
def test_names_are_made_safe_and_end_as_their_content_demands(name: str, kept: str) -> None:
    assert clean_name(name, "pdf") == kept


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None), max_size=300) | st.from_regex(r"[a-zA-Z.:/\\ ]{0,40}(\.exe|\.pdf|:x)?"),
       st.sampled_from([*ENDINGS, ""]))  # fmt: skip
def test_whatever_a_file_is_called_its_name_is_safe_and_stays_so(name: str, kind: str) -> None:
    made = clean_name(name, kind)
    ending = ENDINGS.get(kind, "")
    assert made.endswith(ending)
    assert 0 < len(made) <= 120
    assert len(made.encode()) <= 240
    assert not set(made) & set('/\\:*?"<>|\0\n')
    assert made == made.strip(" .")
    stem = made.removesuffix(ending)
    assert all(part.casefold() not in ("exe", "js", "bat", "pdf") for part in stem.split(".")[1:])
    assert clean_name(made, kind) == made


BEGINNINGS = (
    b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    photo()[:900], WORD[:150],
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(BEGINNINGS))
def test_any_bytes_at_all_are_taken_or_refused(data: bytes, head: bytes) -> None:
    try:
        ready = prepare(head + data, "x.bin")
    except Refused:
        return
    assert ready.type in ENDINGS
