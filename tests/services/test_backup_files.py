"""A backup brings attached files along, and what was erased since stays erased."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bursar_desk import machine
from bursar_desk.services import backups, main_keys
from db import blobs, erasing
from db.queries import files
from db.store import raw_facts
from tests.services.computers_kit import HOLLY, Town

PHOTO, LETTER = b"a photo" * 1000, b"a letter" * 1000


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Town.built(tmp_path, monkeypatch)


def attach(town: Town, data: bytes) -> bytes:
    with town.desk(HOLLY) as desk, desk.store.writing() as con:
        name = desk.store.blobs.put(data)
        blobs.note(con, name, len(data), 1)
    return name


def backed_up(town: Town) -> Path:
    return backups.back_up(town.paths[HOLLY], town.folder / "stick", town.clock).file


def recovered(town: Town, copy: Path) -> Path:
    new = town.folder / "new" / "desk.register"
    return main_keys.recover(copy, new, town.sheets[HOLLY], label="", lost=False, clock=town.clock).register


def noted(town: Town, register: Path) -> list[bytes]:
    with town.desk(register) as desk, desk.store.connect() as con:
        return files.noted_here(con)


def test_attached_files_come_back_on_a_new_computer_and_are_kept_once(town: Town) -> None:
    one, two = attach(town, PHOTO), attach(town, LETTER)
    copy = backed_up(town)
    backed_up(town)
    kept = [path for path in (town.folder / "stick").rglob("*") if path.is_file() and path.suffix != ".register"]
    assert len(kept) == 2, "two backups share them"
    register = recovered(town, copy)
    store = blobs.BlobStore.beside(register)
    assert store.read(one) == PHOTO
    assert store.read(two) == LETTER
    assert noted(town, register) == sorted([one, two])


def test_a_file_that_is_nowhere_is_noted_as_not_here_and_a_damaged_one_is_not_brought(town: Town) -> None:
    one, two = attach(town, PHOTO), attach(town, LETTER)
    copy = backed_up(town)
    stick = blobs.BlobStore.beside(town.folder / "stick" / "desk.register")
    stick.path_of(one).unlink()
    stick.path_of(two).write_bytes(b"scribbled over")
    register = recovered(town, copy)
    assert noted(town, register) == []
    assert not blobs.BlobStore.beside(register).has(two)


def test_what_was_erased_is_erased_again_before_anybody_sees_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[bytes, list[bytes]]] = []

    def reapply(store: Any, ids: list[bytes]) -> None:
        calls.append((store.facts.home, list(ids)))

    monkeypatch.setattr(erasing, "reapply", reapply, raising=False)
    copy, old = backed_up(town), raw_facts(town.paths[HOLLY])
    backups.restore(copy, town.paths[HOLLY], town.clock)
    assert calls == []
    erasing.write_list(erasing.list_file(machine.local_folder(), old.register), [b"o" * 16])
    backups.restore(copy, town.paths[HOLLY], town.clock)
    register = recovered(town, copy)
    assert calls == [(old.home, [b"o" * 16])] * 2
    assert erasing.noted(machine.local_folder(), raw_facts(register).register) == [b"o" * 16]
