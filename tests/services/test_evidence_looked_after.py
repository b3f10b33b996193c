"""Evidence looked after: it travels to who may read it, odd files are named, and what nothing names goes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.exchange import sending
from bursar_desk.services import (
    absences,
    backups,
    checks,
    cover,
    enclosures,
    evidence,
    guests,
    history,
    merging,
    messages,
    undo_merge,
)
from bursar_desk.services.desk import Desk
from db import sweeping
from db.queries.files import noted_here
from db.store import Store
from tests.services.sample_fixture import ON, STORY, copy_of, register_of
from tests.services.test_evidence_kept import PDF, paper
from tests.storage.workbench import Bench, is_sound

DAY = 86_400_000


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def school(bench: Bench) -> Desk:
    return Desk(bench.school("Oakfield", "900000"), bench.clock)


def checked(desk: Desk) -> bytes:
    with desk.act(ActCode.ADD_CHECKS) as act:
        row = act.session.derived(desk.home, "school_check", "LIFT-01")
        return act.create("school_check", {"code": "LIFT-01", "title": "Lift examination", "area": "lifts"}, row=row)


def proved(desk: Desk, folder: Path, more: bytes = b"") -> evidence.EvidenceLine:
    """A document of a desk that proves its lift examination."""
    one = evidence.keep(desk, paper(folder, "report.pdf", more))
    made = evidence.add(desk, one, title="Lift report", about=[("school_check", checked(desk))])
    return evidence.get(desk, made.id)


def aged(desk: Desk, *names: bytes) -> None:
    """Let files look as if they were kept two days ago."""
    when = (desk.clock.now_ms() - 2 * DAY) / 1000
    for path in desk.store.blobs.folder.glob("*/*"):
        if not names or path.name in {one.hex() for one in names}:
            os.utime(path, (when, when))


def lying(desk: Desk) -> set[str]:
    return {path.name for path in desk.store.blobs.folder.glob("*/*")}


# --- travel ----------------------------------------------------------------------------------------------------------


def test_evidence_travels_to_the_office_and_says_so_until_its_content_has_come(
    bench: Bench, school: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Desk(bench.office("Cluster"), bench.clock)
    bench.introduce(school.store, hub=office.store)
    made = proved(school, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "FILES_AT_ONCE", 0)
        bench.exchange(school.store, office.store)
    (came,) = evidence.listing(office, every_school=True)
    assert (came.title, came.ours, came.here, came.about[0].words) == ("Lift report", False, False, "Lift examination")
    assert backups.verify(office) == [], "what has not travelled is no damage"
    assert backups.not_here_yet(office) == ("report.pdf (“Lift report”, evidence for Lift examination)",)
    with pytest.raises(UserError, match="is not here yet"):
        evidence.export(office, made.id, tmp_path)
    bench.exchange(office.store, school.store)
    bench.exchange(school.store, office.store)
    assert evidence.get(office, made.id).here
    assert evidence.content(office, evidence.get(office, made.id).files[0]) == PDF
    assert backups.not_here_yet(office) == ()
    with pytest.raises(UserError, match="Oakfield keeps that document"):
        evidence.change(office, made.id, title="Ours")
    assert all(is_sound(one.store) for one in (school, office))


def test_who_does_not_read_compliance_gets_neither_the_document_nor_its_content(
    bench: Bench, school: Desk, tmp_path: Path
) -> None:
    other = Desk(bench.school("Hollybank", "900001"), bench.clock)
    bench.introduce(school.store, other.store)
    secret = evidence.keep(school, paper(tmp_path, "secret.pdf", b"secret words"))
    evidence.add(school, secret, title="Secret title")
    bench.let_read(school.store, other.store, ["link", "admin"])
    file = bench.send(school.store, [other.store], everything=True)
    bench.merge(other.store, file)
    assert evidence.listing(other, every_school=True) == ()
    assert lying(other) == set()
    for path in (other.store.path, other.store.path.with_name(other.store.path.name + "-wal")):
        assert not path.is_file() or b"Secret title" not in path.read_bytes()


def test_a_cover_pack_takes_no_evidence_and_lets_none_be_added(tmp_path: Path) -> None:
    made = copy_of(tmp_path)
    monday, clock = ON.replace(day=ON.day + 3), FixedClock.at(ON)
    with Desk.open(register_of(made, STORY).path, clock=clock) as desk:
        every = [("school_check", one.id) for one in checks.listing(desk).lines]
        evidence.add(desk, evidence.keep(desk, paper(tmp_path)), title="Boiler paper", about=every)
        line, _ = absences.add(desk, desk.find_person("Terry Walsh").id, monday, monday)
        helper = cover.find(desk, line.id).can[0]
        asked, _ = cover.request(desk, line.id, helper)
        cover.answer(desk, asked.id, "agreed")
        guests.make_pack(desk, asked.id, tmp_path / "pack.bursar")
        urn = desk.trust.roots[helper.school].urn
    with Desk.open(register_of(made, urn).path, clock=clock) as theirs:
        guest = guests.open_pack(theirs, tmp_path / "pack.bursar").path
    with Desk.open(guest, clock=clock) as desk:
        assert evidence.listing(desk, every_school=True) == ()
        assert lying(desk) == set()
        with pytest.raises(UserError, match="under a cover pack"):
            evidence.keep(desk, paper(tmp_path, "mine.pdf"))
        assert lying(desk) == set()
    assert b"Boiler paper" not in guest.read_bytes()


# --- damage ----------------------------------------------------------------------------------------------------------


def test_verify_names_a_missing_and_an_altered_file_with_what_they_prove(school: Desk, tmp_path: Path) -> None:
    made = proved(school, tmp_path)
    assert backups.verify(school) == []
    path = school.store.blobs.path_of(made.files[0].sha256)
    path.write_bytes(PDF + b"forged")
    (found,) = backups.verify(school)
    assert found.what == "A file was altered: report.pdf"
    assert found.where == "it belongs to “Lift report”, evidence for Lift examination"
    with pytest.raises(UserError, match="damaged"):
        evidence.content(school, made.files[0])
    path.unlink()
    (found,) = backups.verify(school)
    assert found.what == "A file is missing: report.pdf"
    assert "evidence for Lift examination" in found.where


def test_verify_names_the_missing_file_of_a_message(school: Desk, tmp_path: Path) -> None:
    one = enclosures.take(school, paper(tmp_path, "letter.pdf"))
    messages.write(school, messages.Draft("notice", "T", "W", enclosures=(one,)))
    school.store.blobs.path_of(one.sha256).unlink()
    (found,) = backups.verify(school)
    assert (found.what, found.where) == ("A file is missing: letter.pdf", "it belongs to a message")


# --- sweeping --------------------------------------------------------------------------------------------------------


def test_what_no_record_names_goes_after_a_day_and_what_one_names_stays(school: Desk, tmp_path: Path) -> None:
    made = proved(school, tmp_path)
    evidence.revise(school, made.id, paper(tmp_path, "v2.pdf", b"two"), "newer")
    letter = enclosures.take(school, paper(tmp_path, "letter.pdf", b"letter"))
    sent = messages.write(school, messages.Draft("notice", "T", "W", enclosures=(letter,)))
    messages.withdraw(school, sent.id)
    taken_back = evidence.add(school, evidence.keep(school, paper(tmp_path, "u.pdf", b"undone")))
    history.undo(school)
    left = evidence.keep(school, paper(tmp_path, "form.pdf", b"never saved"))
    named = lying(school) - {left.file.sha256.hex()}
    assert evidence.sweep(school).files == 0, "a form may still be open"
    aged(school)
    part = school.store.blobs.path_of(left.file.sha256).with_suffix(".part")
    part.write_bytes(b"cut off")
    os.utime(part, (0, 0))
    odd = school.store.blobs.folder / "notes.txt"
    odd.write_text("not ours", "utf-8")
    swept = evidence.sweep(school)
    assert (swept.files, swept.size) == (2, left.file.size + len(b"cut off"))
    assert lying(school) == named
    assert odd.is_file()
    history.redo(school)
    assert evidence.get(school, taken_back.id).here
    assert backups.verify(school) == []


def test_a_form_that_waited_too_long_is_told_and_nothing_is_half_written(school: Desk, tmp_path: Path) -> None:
    left = evidence.keep(school, paper(tmp_path))
    aged(school)
    evidence.sweep(school)
    with pytest.raises(UserError, match="no longer here"):
        evidence.add(school, left)
    again = evidence.keep(school, paper(tmp_path))
    aged(school)
    kept_anew = evidence.keep(school, paper(tmp_path))
    assert evidence.sweep(school).files == 0, "kept anew, it is young again"
    assert again.file.sha256 == kept_anew.file.sha256
    assert evidence.get(school, evidence.add(school, again).id).here


def test_what_an_undone_merge_named_stays_because_it_can_be_put_back(
    bench: Bench, school: Desk, tmp_path: Path
) -> None:
    office = Desk(bench.office("Cluster"), bench.clock)
    bench.introduce(school.store, hub=office.store)
    made = proved(school, tmp_path)
    result = merging.merge(office, [bench.send(school.store, [office.store])])
    assert result.files[0].accepted
    before = lying(office)
    number = merging.receipts(office)[0].number
    undo_merge.undo_merge(office, number)
    assert evidence.listing(office, every_school=True) == ()
    aged(office)
    assert evidence.sweep(office).files == 0
    assert lying(office) == before == {made.files[0].sha256.hex()}
    undo_merge.put_back(office, number)
    assert evidence.get(office, made.id).here


def test_what_was_erased_is_swept_with_its_content(school: Desk, tmp_path: Path) -> None:
    made = proved(school, tmp_path)
    with school.act(ActCode.ERASE) as act:
        act.erase([made.revisions[0].id], "asked for", "head")
    aged(school)
    assert evidence.sweep(school).files == 1
    assert lying(school) == set()
    with school.store.connect() as con:
        assert noted_here(con) == []
    assert backups.verify(school) == []


@pytest.mark.parametrize("stop_at", range(4))
def test_a_crash_at_any_step_of_sweeping_loses_nothing_named_and_leaves_no_damage(
    school: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    made = proved(school, tmp_path)
    erased = evidence.get(school, evidence.add(school, evidence.keep(school, paper(tmp_path, "e.pdf", b"e"))).id)
    with school.act(ActCode.ERASE) as act:
        act.erase([erased.revisions[0].id], "asked for", "head")
    evidence.keep(school, paper(tmp_path, "f.pdf", b"never saved"))
    aged(school)
    steps = 0

    class Crash(BaseException):
        pass

    real_unlink, real_note = Path.unlink, sweeping.not_here

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps > stop_at:
            raise Crash

    def unlink(path: Path, missing_ok: bool = False) -> None:
        step()
        real_unlink(path, missing_ok=missing_ok)

    def note(con: object, names: list[bytes]) -> None:
        step()
        real_note(con, names)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        patch.setattr(sweeping, "not_here", note)
        if stop_at < 3:
            with pytest.raises(Crash):
                evidence.sweep(school)
        else:
            evidence.sweep(school)
    assert backups.verify(school) == []
    assert evidence.content(school, made.files[0]) == PDF
    evidence.sweep(school)
    assert lying(school) == {made.files[0].sha256.hex()}
    assert backups.verify(school) == []


def test_a_kept_file_is_whole_or_not_there(school: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = PDF + b"x" * 100

    def no_rename(_part: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("db.blobs.replace_with_retry", no_rename)
        with pytest.raises(KeyboardInterrupt):
            evidence.keep_bytes(school, "a.pdf", data)
    assert not school.store.blobs.has(hashlib.sha256(data).digest())
    kept = evidence.keep_bytes(school, "a.pdf", data)
    assert school.store.blobs.read(kept.file.sha256) == data


def test_stores_of_two_registers_do_not_meet(bench: Bench, school: Desk, tmp_path: Path) -> None:
    other: Store = bench.school("Hollybank", "900001")
    evidence.keep(school, paper(tmp_path))
    assert len(lying(school)) == 1
    assert not other.blobs.folder.exists()
