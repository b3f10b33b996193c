"""Kills at any moment of making and bringing back copies, updating, rebuilding and erasing: all of it or nothing."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import backups
from db import raw
from db.rebuild import rebuild
from db.verify import verify
from tests.conftest import CAMPAIGN
from tests.storage.keep_register import FOLDER, as_it_was
from tests.storage.kill_kit import (
    CLOCK,
    Helper,
    Schools,
    first_look,
    found_schools,
    helper_for,
    kills,
    opened,
    seconds,
    state,
    use,
)  # fmt: skip
from tests.storage.workbench import QUIET

pytestmark = pytest.mark.timeout(3_600 if CAMPAIGN else 300)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with keys and witnesses that both processes use."""
    folder = tmp_path_factory.mktemp("kill")
    with pytest.MonkeyPatch.context() as patch:
        use(folder, patch)
        yield folder


@pytest.fixture(autouse=True)
def _same_folders(place: Path, monkeypatch: pytest.MonkeyPatch, own_folders: None) -> None:
    use(place, monkeypatch)


@pytest.fixture(scope="module")
def helper(place: Path) -> Iterator[Helper]:
    made = helper_for(place)
    yield made
    made.close()


@pytest.fixture(scope="module")
def schools(place: Path) -> Schools:
    return found_schools(place)


# ---------------------------------------------------------------- copies
def test_kills_while_a_backup_is_made_leave_whole_copies_only(place: Path, helper: Helper, schools: Schools) -> None:
    chance = random.Random(400)
    before, whole = schools.b.read_bytes(), state(schools.b)
    longest = 1.2 * seconds(lambda: backups.back_up(schools.b, place / "trial-copies", CLOCK))
    folder = place / "copies"
    unfinished = 0
    for _ in kills("backup"):
        heard = helper.run({"job": "backup", "path": str(schools.b), "folder": str(folder)}, chance, longest)
        unfinished += not heard
        copies = list(folder.glob("[!.]*.register"))
        assert copies or not heard, "it said it was made"
        for copy in copies:
            assert state(copy) == whole
            copy.unlink()
    assert unfinished, "no backup was killed before its end"
    assert schools.b.read_bytes() == before
    for left in folder.glob(".*.part*"):
        os.utime(left, (0, 0))
    made = backups.back_up(schools.b, folder, CLOCK)
    assert [one for one in folder.iterdir() if one.suffix != ".files"] == [made.file], "what kills left behind is gone"


def test_kills_while_a_copy_is_brought_back_leave_a_whole_register_under_its_name(
    place: Path, helper: Helper, schools: Schools
) -> None:
    chance = random.Random(500)
    folder = place / "bringing"
    folder.mkdir()
    path, copy = folder / "home.register", folder / "copy of home.register"
    shutil.copyfile(schools.b, copy)
    shutil.copyfile(schools.b, path)
    store = opened(path)
    with store.act(ActCode.REPORT_DEFECT) as act:
        act.create("defect", {"title": "after the backup"})
    store.close()
    newer, old, new, entries = path.read_bytes(), state(copy), state(path), first_look(path)
    longest = 1.2 * seconds(lambda: backups.restore(copy, path, CLOCK))
    unfinished = 0
    for _ in kills("restore"):
        for one in (path, *folder.glob("home set aside*")):
            one.unlink()
        path.write_bytes(newer)
        heard = helper.run({"job": "restore", "path": str(path), "copy": str(copy)}, chance, longest)
        unfinished += not heard
        assert first_look(path) > 0, "there is a register at every moment"
        found = state(path)
        assert found == old if heard else found in (old, new)
        aside = list(folder.glob("home set aside*"))
        assert all(first_look(one) == entries for one in aside)
        assert aside or found == new, "the register as it was is nowhere"
        backups.restore(copy, path, CLOCK)
        assert state(path) == old
    assert unfinished, "no copy was killed on its way back"


# ---------------------------------------------------------------- what changes the whole register
def test_kills_while_an_earlier_register_is_brought_up_to_date_leave_it_openable(place: Path, helper: Helper) -> None:
    chance = random.Random(600)
    kept = FOLDER / "first-release.register"
    path = place / kept.name
    expected = (FOLDER / f"{kept.stem}.json").read_text("utf-8")
    shutil.copyfile(kept, path)
    longest = 1.2 * seconds(lambda: opened(path).close())
    unfinished = 0
    for _ in kills("migrate"):
        shutil.copyfile(kept, path)
        unfinished += not helper.run({"job": "migrate", "path": str(path)}, chance, longest)
        first_look(path)
        store = opened(path)
        assert as_it_was(store, expected) == expected
        assert verify(store, QUIET) == []
        store.close()
        con = raw.connect(path, read_only=True)
        assert con.execute("PRAGMA user_version").fetchone()[0] == raw.LOG_VERSION
        con.close()
    assert unfinished, "no register was killed on its way to this release"


def test_kills_while_the_lists_are_built_anew_leave_them_as_they_were(
    place: Path, helper: Helper, schools: Schools
) -> None:
    chance = random.Random(700)
    path = place / "building.register"
    shutil.copyfile(schools.b, path)
    before = state(path)

    def once() -> None:
        store = opened(path)
        with store.writing() as con:
            rebuild(con)
        store.close()

    longest = 1.2 * seconds(once)
    unfinished = 0
    for _ in kills("rebuild"):
        unfinished += not helper.run({"job": "rebuild", "path": str(path)}, chance, longest)
        first_look(path)
        assert state(path) == before
    assert unfinished, "no rebuilding was killed before its end"


def test_kills_while_people_are_erased_leave_all_of_it_or_nothing(
    place: Path, helper: Helper, schools: Schools
) -> None:
    chance = random.Random(800)
    path = place / "erasing.register"
    con = raw.connect(schools.b, read_only=True)
    rows = con.execute("SELECT id, name FROM person ORDER BY id LIMIT 400").fetchall()
    con.close()
    ops, names = [row[0].hex() for row in rows], {row[1].encode() for row in rows}
    task = {"job": "erase", "path": str(path), "ops": ops}
    longest, unfinished = 0.0, 0
    for _ in kills("erase"):
        shutil.copyfile(schools.b, path)
        if not longest:
            longest = 1.2 * seconds(lambda: _erase(path, ops))
            shutil.copyfile(schools.b, path)
        heard = helper.run(task, chance, longest)
        unfinished += not heard
        first_look(path)
        assert _erased(path) == len(ops) if heard else _erased(path) in (0, len(ops))
        if not _erased(path):
            _erase(path, ops)
        assert _erased(path) == len(ops)
        state(path)
        assert not names & set(re.findall(rb"person \d{5}", path.read_bytes())), "a name is still in the file"
    assert unfinished, "no erasing was killed before its end"


def _erase(path: Path, ops: list[str]) -> None:
    store = opened(path)
    with store.act(ActCode.ERASE, who="Dawn") as act:
        act.erase([bytes.fromhex(one) for one in ops], "left long ago", "retention table")
    store.close()


def _erased(path: Path) -> int:
    """How many people have no name any more."""
    con = raw.connect(path, read_only=True)
    try:
        return int(con.execute("SELECT count(*) FROM person WHERE name IS NULL").fetchone()[0])
    finally:
        con.close()
