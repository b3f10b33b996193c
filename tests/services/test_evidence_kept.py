"""Evidence: kept once by content, linked to many, revisions kept, dates apart, running out told, copies whole."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.services import enclosures, evidence, evidence_pictures, history
from bursar_desk.services.desk import Desk
from tests.services.small_school import CLARE, DAWN, FRIDAY, Small, without_waiting
from tests.services.test_messages_enclosures import photo

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-04")
    made.add("FIRE-01")
    return made


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    with small.desk(write=True) as opened:
        yield opened


def paper(folder: Path, name: str = "Certificate 2026.pdf", more: bytes = b"") -> Path:
    path = folder / name
    path.write_bytes(PDF + more)
    return path


def kept(desk: Desk, folder: Path, name: str = "Certificate 2026.pdf", more: bytes = b"") -> evidence.Kept:
    return evidence.keep(desk, paper(folder, name, more))


def test_one_certificate_proves_several_checks_and_one_check_has_several(
    desk: Desk, small: Small, tmp_path: Path
) -> None:
    alarm, fire = small.checks["FIRE-04"], small.checks["FIRE-01"]
    made = evidence.add(desk, kept(desk, tmp_path), title="Alarm service", about=[("school_check", alarm)])
    evidence.satisfy(desk, made.id, [fire])
    other = evidence.add(desk, kept(desk, tmp_path, "b.pdf", b"other"), about=[("school_check", alarm)])
    assert [one.id for one in evidence.of(desk, "school_check", fire)] == [made.id]
    assert {one.id for one in evidence.of(desk, "school_check", alarm)} == {made.id, other.id}
    pairs = [("school_check", alarm), ("school_check", fire), ("school_check", b"0" * 16)]
    assert evidence.counts(desk, pairs) == {pairs[0]: 2, pairs[1]: 1}
    (line,) = evidence.of(desk, "school_check", fire)
    titles = {desk_line.words for desk_line in line.about}
    assert len(titles) == 2
    assert len(list(desk.store.blobs.folder.glob("*/*"))) == 2, "linked, never copied"


def test_a_link_can_be_taken_away_and_undo_brings_it_back(desk: Desk, small: Small, tmp_path: Path) -> None:
    pair = ("school_check", small.checks["FIRE-04"])
    made = evidence.add(desk, kept(desk, tmp_path), about=[pair])
    with pytest.raises(UserError, match="linked to that already"):
        evidence.link(desk, made.id, [pair])
    evidence.unlink(desk, made.id, [pair])
    assert evidence.of(desk, *pair) == ()
    assert evidence.get(desk, made.id).about == ()
    history.undo(desk)
    assert [one.id for one in evidence.of(desk, *pair)] == [made.id]
    with pytest.raises(UserError, match="not in this register"):
        evidence.link(desk, made.id, [("school_check", b"?" * 16)])


def test_evidence_is_written_in_the_same_act_as_what_it_proves_or_not_at_all(
    desk: Desk, small: Small, tmp_path: Path
) -> None:
    one = kept(desk, tmp_path)
    values = {"check_id": small.checks["FIRE-04"], "done_on": FRIDAY, "outcome": "satisfactory", "done_by": DAWN}
    with desk.act(ActCode.RECORD_CHECK, subject="x") as act:
        record = act.fact("check_record", values)
        evidence.write(act, desk, one, about=[("check_record", record)])
    (line,) = evidence.of(desk, "check_record", record)
    assert line.about[0].words.endswith("20 Nov 2026")
    history.undo(desk)
    assert evidence.listing(desk) == (), "one undo takes back the record and its evidence"
    history.redo(desk)
    assert len(evidence.listing(desk)) == 1
    desk.store.blobs.path_of(one.file.sha256).unlink()
    with pytest.raises(UserError, match="no longer here"), desk.act(ActCode.RECORD_CHECK) as act:
        evidence.write(act, desk, one, about=[("check_record", act.fact("check_record", values))])
    assert len(evidence.listing(desk)) == 1


def test_the_day_on_it_can_be_edited_and_the_day_it_was_entered_cannot(desk: Desk, tmp_path: Path) -> None:
    made = evidence.add(desk, kept(desk, tmp_path), dated=dt.date(2026, 9, 1), expires_on=dt.date(2027, 9, 1))
    evidence.change(desk, made.id, dated=dt.date(2026, 9, 2), owner=None, number="EC 12")
    line = evidence.get(desk, made.id)
    assert (line.dated, line.entered_on, line.number) == (dt.date(2026, 9, 2), FRIDAY, "EC 12")
    with pytest.raises(KeyError):
        evidence.change(desk, made.id, entered_on=dt.date(2020, 1, 1))
    with pytest.raises(UserError, match="run out before"):
        evidence.change(desk, made.id, expires_on=dt.date(2026, 9, 1))
    with pytest.raises(UserError, match="more than a year away"):
        evidence.change(desk, made.id, dated=dt.date(2062, 9, 1), expires_on=None)
    assert evidence.get(desk, made.id) == line


def test_every_revision_stays_with_who_when_and_why_and_can_be_saved_again(desk: Desk, tmp_path: Path) -> None:
    made = evidence.add(desk, kept(desk, tmp_path), title="Risk assessment", kind="report")
    evidence.revise(desk, made.id, paper(tmp_path, "v2.pdf", b"two"), "Boiler room added")
    line = evidence.get(desk, made.id)
    assert [one.why for one in line.revisions] == ["", "Boiler room added"]
    assert [one.said_by for one in line.revisions] == [DAWN, DAWN]
    assert line.files[0].name == "v2.pdf"
    out = tmp_path / "out"
    out.mkdir()
    (old,) = evidence.export(desk, made.id, out, revision=1)
    (new,) = evidence.export(desk, made.id, out)
    assert (old.file.read_bytes(), new.file.read_bytes()) == (PDF, PDF + b"two")
    for wrong in ("", "  "):
        with pytest.raises(UserError, match="needs a reason"):
            evidence.revise(desk, made.id, paper(tmp_path, "v3.pdf", b"three"), wrong)
    with pytest.raises(UserError, match="same content"):
        evidence.revise(desk, made.id, paper(tmp_path, "again.pdf", b"two"), "again")
    with pytest.raises(UserError, match="no such revision"):
        evidence.export(desk, made.id, out, revision=3)


def test_the_same_content_again_is_told_whatever_it_is_called(desk: Desk, tmp_path: Path) -> None:
    made = evidence.add(desk, kept(desk, tmp_path), title="Lift report")
    again = kept(desk, tmp_path, "scan0001.pdf")
    assert (again.already, again.told) == (made.id, "The same file is already kept as “Lift report”.")
    assert kept(desk, tmp_path, "other.pdf", b"x").told == ""


@pytest.mark.parametrize(
    ("days", "state", "listed"), [(-1, "out", True), (0, "soon", True), (60, "soon", True), (61, "", False)]
)
def test_running_out_is_told_sixty_days_before_with_its_owner(
    desk: Desk, small: Small, tmp_path: Path, days: int, state: str, listed: bool
) -> None:
    day = FRIDAY + dt.timedelta(days=days)
    made = evidence.add(desk, kept(desk, tmp_path), title="Insurance", expires_on=day, owner=small.people[CLARE])
    assert evidence.get(desk, made.id).state == state
    assert [one.id for one in evidence.running_out(desk)] == ([made.id] if listed else [])
    if listed:
        (said,) = evidence.alerts(desk)
        assert "Clare Brennan looks after it" in said
        assert ("ran out on" in said) == (days < 0)


@pytest.mark.parametrize(
    ("needed", "files", "number", "note", "says"),
    [
        ("", 0, "", "", ""),
        ("note", 0, "", " ", "asks for a note"),
        ("note", 0, "", "seen", ""),
        ("file", 0, "1", "n", "asks for a file:"),
        ("file", 1, "", "", ""),
        ("file and number", 0, "", "", "type its number"),
        ("file and number", 0, "7", "", "add the certificate."),
        ("file and number", 1, " ", "", "number on the certificate"),
        ("file and number", 1, "7", "", ""),
    ],
)
def test_what_a_check_still_asks_for_is_said(needed: str, files: int, number: str, note: str, says: str) -> None:
    said = evidence.enough(needed, files, number, note)
    assert says in said
    assert bool(says) == bool(said)


def test_a_photo_loses_its_place_and_camera_and_has_a_small_picture(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "IMG_1.JPG"
    path.write_bytes(photo())
    one = evidence.keep(desk, path)
    data = desk.store.blobs.read(one.file.sha256)
    assert not dict(Image.open(io.BytesIO(data)).getexif())
    assert b"Quillwort" not in data
    small = evidence_pictures.small_picture(desk, one.file, 80)
    assert small is not None
    assert (small.wide, small.high, len(small.points)) == (60, 80, 60 * 80 * 4)
    assert evidence_pictures.small_picture(desk, kept(desk, tmp_path).file, 80) is None
    assert evidence_pictures.drawn(b"\xff\xd8\xff no picture", "jpeg", 80) is None


def test_what_may_not_be_kept_is_refused_and_the_room_of_a_school_ends(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="program"):
        evidence.keep_bytes(desk, "run.bat", b"@echo off")
    first = kept(desk, tmp_path)
    evidence.add(desk, first)
    assert enclosures.room_used(desk) == first.file.size
    monkeypatch.setattr(enclosures, "MOST_SCHOOL_BYTES", first.file.size + 5)
    with pytest.raises(Refused, match="is the most"):
        kept(desk, tmp_path, "more.pdf", b"more")


def test_words_are_kept_within_bounds(desk: Desk, tmp_path: Path) -> None:
    one = kept(desk, tmp_path)
    with pytest.raises(UserError, match="too long"):
        evidence.add(desk, one, title="t" * 121)
    with pytest.raises(UserError, match="no kind"):
        evidence.add(desk, one, kind="spell")
    with pytest.raises(ValueError, match="cannot be evidence"), desk.act(ActCode.ADD_EVIDENCE) as act:
        evidence.write(act, desk, one, about=[("person", b"1" * 16)])
    assert evidence.listing(desk) == ()
    made = evidence.add(desk, one)
    assert evidence.get(desk, made.id).title == "Certificate 2026"
    assert evidence.listing(desk, text="certif 2026 dawn")[0].id == made.id
    assert evidence.listing(desk, text="lift") == ()
