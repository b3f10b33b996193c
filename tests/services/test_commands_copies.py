"""Looking for damage, checked copies, and bringing a copy back: nothing is written over and nothing is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bursar_desk import paths
from db.store import raw_facts
from tests.services.commands_kit import HOME, ON, URNS, at, copied, done, make_practice, run


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        return make_practice(tmp_path_factory.mktemp("practice"), patch)


@pytest.fixture
def folder(practice: Path, tmp_path: Path) -> Path:
    return copied(practice, tmp_path / "registers")


@pytest.fixture
def home(folder: Path) -> Path:
    return at(folder, HOME)


def _record(register: Path, code: str = "FIRE-04") -> None:
    done("check", "record", code, "--done", ON, "--outcome", "satisfactory", register=register)


def test_verify_names_damage_and_ends_with_one(home: Path) -> None:
    assert done("verify", register=home) == {"findings": [], "notices": []}
    con = sqlite3.connect(home)
    pos, body = con.execute("SELECT pos, body FROM commit_log ORDER BY pos LIMIT 1 OFFSET 20").fetchone()
    con.execute("UPDATE commit_log SET body=? WHERE pos=?", (body[:-1] + bytes([body[-1] ^ 1]), pos))
    con.commit()
    con.close()
    ran = run("verify", register=home)
    assert ran.code == 1
    assert all(set(one) == {"what", "where", "consequence"} for one in ran.facts["findings"])
    assert any("altered" in one["what"] for one in ran.facts["findings"])


def test_a_backup_is_a_checked_copy_that_is_never_written_over(home: Path, tmp_path: Path) -> None:
    before = home.read_bytes()
    one, two = done("backup", tmp_path / "kept", register=home), done("backup", tmp_path / "kept", register=home)
    assert one["file"] != two["file"]
    assert home.read_bytes() == before
    for made in (one, two):
        assert Path(made["file"]).stat().st_size == made["size"]
        assert done("digest", register=Path(made["file"])) == done("digest", register=home)
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".register"] * 2, "nothing half made is left"
    own = done("backup", register=home)
    assert Path(own["file"]).parent == paths.backups_folder()
    (tmp_path / "a file").write_text("x")
    assert run("backup", tmp_path / "a file", register=home).code == 3
    assert run("backup", tmp_path, register=tmp_path / "none.register").code == 4


def test_a_restored_copy_writes_under_a_new_name_and_loses_nothing(home: Path, folder: Path, tmp_path: Path) -> None:
    hub = at(folder, "cluster-1")
    _record(home, "FIRE-03")
    copy = Path(done("backup", tmp_path, register=home)["file"])
    _record(home)
    done("export", tmp_path / "1.bursar", "--to", "cluster", register=home)
    done("merge", tmp_path / "1.bursar", register=hub)
    newer, epoch = done("digest", register=home), raw_facts(home).epoch

    made = done("restore", copy, register=home)
    assert Path(made["set_aside"]).is_file()
    assert done("digest", register=Path(made["set_aside"])) == newer
    assert done("digest", register=home) != newer
    assert raw_facts(home).epoch == epoch, "looking at it changes nothing"
    ran = run("check", "record", "WATR-03", "--done", ON, "--outcome", "satisfactory", register=home)
    assert ran.code == 0
    assert "older copy" in ran.err
    assert raw_facts(home).epoch != epoch

    done("export", tmp_path / "2.bursar", "--to", "cluster", "--everything", register=home)
    done("merge", tmp_path / "2.bursar", register=hub)
    done("export", tmp_path / "3.bursar", "--to", HOME, "--everything", register=hub)
    done("merge", tmp_path / "3.bursar", register=home)
    held = done("digest", register=home)["by_school"][HOME]
    assert {name: held[name] for name in ("compliance", "people")} == {
        name: done("digest", register=hub)["by_school"][HOME][name] for name in ("compliance", "people")
    }
    for code in ("FIRE-03", "FIRE-04", "WATR-03"):
        assert done("check", "history", code, register=home)["history"][0]["on"] == ON
    assert done("verify", register=home)["findings"] == []


def test_restore_refuses_what_is_no_copy_of_this_register(home: Path, folder: Path, tmp_path: Path) -> None:
    before = home.read_bytes()
    (tmp_path / "torn.register").write_bytes(before[: len(before) // 2])
    assert run("restore", at(folder, URNS[1]), register=home).code == 3
    assert run("restore", home, register=home).code == 3
    assert run("restore", tmp_path / "torn.register", register=home).code == 4
    assert run("restore", tmp_path / "none.register", register=home).code == 4
    assert home.read_bytes() == before
    assert not list(folder.glob("*set aside*"))


def test_restore_takes_the_place_of_a_register_too_damaged_to_open(home: Path, tmp_path: Path) -> None:
    copy = Path(done("backup", tmp_path, register=home)["file"])
    whole = done("digest", register=home)
    home.write_bytes(b"\0" * 4096)
    assert run("due", register=home).code == 4
    made = done("restore", copy, register=home)
    assert Path(made["set_aside"]).read_bytes() == b"\0" * 4096
    assert done("digest", register=home) == whole
