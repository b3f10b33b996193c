"""A watched folder: its files are offered by what is in them, never merged unasked, never touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.errors import Cancelled, UserError
from bursar_desk.services import merging, watched
from tests.services.merging_kit import Cluster, cluster


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "Shared drive"
    folder.mkdir()
    return folder


def _states(c: Cluster) -> dict[str, str]:
    return {one.path.name: one.state for one in watched.offered(c.office)}


def test_no_folder_is_watched_until_one_is_chosen_and_the_choice_stays_on_this_computer(
    c: Cluster, drive: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert watched.chosen(c.office) is None
    assert watched.offered(c.office) == []
    before = c.office.store.path.read_bytes()
    with pytest.raises(UserError, match="no folder called"):
        watched.choose(c.office, tmp_path / "nowhere")
    assert watched.choose(c.office, drive) == drive
    assert watched.chosen(c.office) == drive
    assert watched.chosen(c.one) is None, "another register watches its own"
    assert c.office.store.path.read_bytes() == before
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "another computer"))
    assert watched.chosen(c.office) is None


def test_each_file_is_offered_as_what_it_is_whatever_it_is_called(c: Cluster, drive: Path) -> None:
    watched.choose(c.office, drive)
    old, new, other = c.file(c.anne, c.office), c.file(c.one, c.office), c.file(c.one, c.anne)
    merging.merge(c.office, [old])
    data = new.read_bytes()
    damaged = bytearray(data)
    damaged[-100] ^= 1
    for name, content in {
        "Oakfield.bursar": data, "St Anne.bursar": old.read_bytes(), "for Anne.bursar": other.read_bytes(),
        "half.bursar": data[:-40], "coming.bursar.part": data[:-40], "nothing.bursar": b"",
        "broken.bursar": bytes(damaged), "letter.txt": b"Dear Angela", "letter.bursar": b"Dear Angela",
        "renamed.bin": data, ".bursar-00.part": data, "half.bin": data[:-40],
    }.items():  # fmt: skip
        (drive / name).write_bytes(content)
    untouched = {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in drive.iterdir()}
    offers = watched.offered(c.office)
    assert {one.path.name: one.state for one in offers} == {
        "Oakfield.bursar": "new", "renamed.bin": "new", "St Anne.bursar": "merged before",
        "for Anne.bursar": "not for us", "half.bursar": "not whole yet", "coming.bursar.part": "not whole yet",
        "nothing.bursar": "not whole yet", "broken.bursar": "damaged", "letter.bursar": "damaged",
    }  # fmt: skip
    assert offers[0].state == "new", "what can be merged comes first"
    named = {one.path.name: one for one in offers}
    assert named["Oakfield.bursar"].sender == "Oakfield"
    assert named["renamed.bin"].same_as == drive / "Oakfield.bursar"
    assert "the same file as Oakfield.bursar" in named["renamed.bin"].sentence
    assert named["St Anne.bursar"].sentence == "St Anne, made 12 January 2026: merged before."
    assert all(one.sentence.endswith(".") for one in offers)
    assert {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in drive.iterdir()} == untouched
    assert len(merging.receipts(c.office)) == 1, "nothing is merged unasked"
    merging.merge(c.office, [drive / "Oakfield.bursar"])
    assert _states(c)["Oakfield.bursar"] == _states(c)["renamed.bin"] == "merged before"


def test_a_file_that_has_all_come_is_offered_the_next_time(c: Cluster, drive: Path) -> None:
    watched.choose(c.office, drive)
    data = c.file(c.one, c.office).read_bytes()
    target = drive / "Oakfield.bursar"
    target.write_bytes(data[:-1])
    assert _states(c) == {"Oakfield.bursar": "not whole yet"}
    target.write_bytes(data)
    assert _states(c) == {"Oakfield.bursar": "new"}


def test_files_are_read_once_and_known_by_size_and_time_after_that(
    c: Cluster, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.choose(c.office, drive)
    shutil.copyfile(c.file(c.one, c.office), drive / "Oakfield.bursar")
    first = watched.offered(c.office)
    read = []
    monkeypatch.setattr(watched, "_look", lambda path, *_: read.append(path))
    assert watched.offered(c.office) == first
    assert read == []


def test_a_folder_that_is_gone_gives_one_sentence(c: Cluster, drive: Path) -> None:
    watched.choose(c.office, drive)
    drive.rmdir()
    with pytest.raises(UserError) as told:
        watched.offered(c.office)
    assert str(told.value).startswith(f"The watched folder {drive} is not there.")
    assert watched.chosen(c.office) == drive, "it may come back"
    watched.stop(c.office)
    assert watched.offered(c.office) == []


def test_looking_at_a_slow_share_can_be_stopped_in_the_middle_of_a_file(
    c: Cluster, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.choose(c.office, drive)
    shutil.copyfile(c.file(c.one, c.office), drive / "Oakfield.bursar")
    monkeypatch.setattr(watched, "_READ", 100)
    said = []

    class Stop:
        def step(self, words: str, done: int, total: int) -> None:
            said.append((words, done, total))
            if len(said) > 5:
                raise Cancelled

    with pytest.raises(Cancelled):
        watched.offered(c.office, Stop())
    assert said[-1][0] == "Looking at 1 of 1: Oakfield.bursar"
    assert 0 < said[-1][1] < said[-1][2]
