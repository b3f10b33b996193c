"""Registers of earlier releases open and lose nothing, newer ones are refused, a step that fails undoes itself."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bursar_desk import machine
from bursar_desk.clock import FixedClock
from bursar_desk.domain import registry
from bursar_desk.domain.errors import CannotOpen
from db import migrations, raw
from db.rebuild import rebuild
from db.store import Store, Surroundings
from db.verify import verify
from tests.storage.histories import reference, state_of
from tests.storage.keep_register import FOLDER, as_it_was, as_json
from tests.storage.workbench import QUIET, commits_of

TABLES = registry.TABLES
KEPT = sorted(FOLDER.glob("*.register"))
HOW = (
    "A kept register no longer reads as it did. If its release has shipped, the program is wrong. Before the first "
    "release is out: python -m tests.storage.keep_register first-release"
)


def around() -> Surroundings:
    return Surroundings(FixedClock(1_800_000_000_000), None, machine.local_folder(), "here")


@pytest.fixture(params=KEPT, ids=lambda path: path.stem)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a kept register; its keys are not kept and reading does not need them."""
    return Path(shutil.copyfile(request.param, tmp_path / request.param.name))


def change(path: Path, *statements: str) -> None:
    """Do something to a register behind the program's back."""
    con = sqlite3.connect(path, isolation_level=None)
    for sql in statements:
        con.execute(sql)
    con.close()


def number_in(path: Path) -> int:
    con = sqlite3.connect(path)
    found: int = con.execute("PRAGMA user_version").fetchone()[0]
    con.close()
    return found


def dump(path: Path) -> list[str]:
    con = sqlite3.connect(path)
    lines = [*con.iterdump(), str(con.execute("PRAGMA user_version").fetchone())]
    con.close()
    return lines


def expected(path: Path) -> str:
    return (FOLDER / f"{path.stem}.json").read_text("utf-8")


# ---------------------------------------------------------------- earlier registers
def test_there_is_a_kept_register_of_the_first_release() -> None:
    assert "first-release" in [path.stem for path in KEPT]
    assert sum(path.stat().st_size for path in KEPT) < 2_000_000, "kept registers stay small"


def test_a_kept_register_opens_and_shows_what_it_showed(kept: Path) -> None:
    store = Store.open(kept, around())
    assert as_it_was(store, expected(kept)) == expected(kept), HOW
    assert verify(store, QUIET) == []
    assert state_of(store) == reference(store)
    store.close()


def test_the_lists_of_a_kept_register_can_be_built_anew(kept: Path) -> None:
    store = Store.open(kept, around())
    with store.writing() as con:
        rebuild(con)
    assert as_it_was(store, expected(kept)) == expected(kept)
    assert verify(store, QUIET) == []
    store.close()


def of_this_shape(kept: Path) -> bool:
    store = Store.open(kept, around(), read_only=True)
    derived = store.facts.derived
    store.close()
    return number_in(kept) == raw.LOG_VERSION and derived == registry.REGISTRY_VERSION


def test_one_kept_register_is_of_this_shape() -> None:
    assert [path.stem for path in KEPT if of_this_shape(path)], HOW


def test_looking_at_a_kept_register_never_changes_a_byte_and_shows_it_as_this_release_does(kept: Path) -> None:
    before = hashlib.sha256(kept.read_bytes()).digest()
    store = Store.open(kept, around(), read_only=True)
    with store.connect() as con:
        shown = {table.name: con.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar_one() for table in TABLES}
    store.close()
    assert hashlib.sha256(kept.read_bytes()).digest() == before
    store = Store.open(kept, around())
    with store.connect() as con:
        brought_up = {
            table.name: con.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar_one() for table in TABLES
        }
    store.close()
    assert shown == brought_up


def test_opening_a_register_of_this_shape_for_writing_does_not_change_a_byte(kept: Path) -> None:
    if not of_this_shape(kept):
        pytest.skip("a register of an earlier release is brought up")
    before = hashlib.sha256(kept.read_bytes()).digest()
    store = Store.open(kept, around())
    as_json(store)
    store.close()
    assert hashlib.sha256(kept.read_bytes()).digest() == before


@pytest.mark.parametrize("number", [0, 99])
def test_lists_of_another_release_are_built_anew_when_the_register_is_opened(kept: Path, number: int) -> None:
    change(
        kept, "DROP TABLE defect", "CREATE TABLE defect (id BLOB, colour TEXT)", "DELETE FROM check_record",
        "CREATE TABLE a_list_of_that_release (x)", f"UPDATE meta SET v=x'{number:016x}' WHERE k='derived'",
    )  # fmt: skip
    store = Store.open(kept, around())
    assert store.facts.derived == registry.REGISTRY_VERSION
    assert as_it_was(store, expected(kept)) == expected(kept)
    assert verify(store, QUIET) == []
    with store.connect() as con:
        assert not con.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name='a_list_of_that_release'").first()
    store.close()
    before = kept.read_bytes()
    Store.open(kept, around()).close()
    assert kept.read_bytes() == before, "once is enough"


def test_the_steps_run_when_the_number_in_the_file_is_lower(kept: Path) -> None:
    commits = commits_of(Store.open(kept, around()))
    change(kept, "PRAGMA user_version=0")
    store = Store.open(kept, around())
    assert number_in(kept) == raw.LOG_VERSION
    assert as_it_was(store, expected(kept)) == expected(kept)
    assert commits_of(store) == commits
    store.close()


# ---------------------------------------------------------------- a step that fails
def test_a_step_that_fails_leaves_the_register_as_it_was(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(kept, "PRAGMA user_version=0")
    before = dump(kept)

    def half_way(con: object) -> None:
        for sql in (
            "ALTER TABLE commit_log ADD COLUMN colour TEXT", "CREATE TABLE half_made (x)", "DROP TABLE import_log",
            "DELETE FROM commit_log", "PRAGMA user_version=1",
        ):  # fmt: skip
            con.exec_driver_sql(sql)  # type: ignore[attr-defined]
        raise OSError(28, "no room")

    monkeypatch.setattr(migrations, "upgrade", half_way)
    with pytest.raises(OSError, match="no room"):
        Store.open(kept, around())
    assert dump(kept) == before
    monkeypatch.undo()
    store = Store.open(kept, around())
    assert as_it_was(store, expected(kept)) == expected(kept)
    store.close()


def test_a_rebuild_that_fails_leaves_the_register_as_it_was(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(kept, "UPDATE meta SET v=x'00' WHERE k='derived'")
    before = dump(kept)
    with monkeypatch.context() as patch:
        patch.setattr("db.rebuild.Applier.flush", lambda _: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            Store.open(kept, around())
    assert dump(kept) == before
    store = Store.open(kept, around())
    assert as_it_was(store, expected(kept)) == expected(kept)
    store.close()


# ---------------------------------------------------------------- what cannot be opened
@pytest.mark.parametrize("read_only", [True, False])
def test_a_register_of_a_newer_release_is_refused_with_both_numbers(kept: Path, *, read_only: bool) -> None:
    newer = raw.LOG_VERSION + 6
    change(kept, f"PRAGMA user_version={newer}")
    before = kept.read_bytes()
    with pytest.raises(CannotOpen) as refused:
        Store.open(kept, around(), read_only=read_only)
    assert f"its number is {newer}; this one knows {raw.LOG_VERSION}" in str(refused.value)
    assert "Update Bursar Desk" in str(refused.value)
    assert kept.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "There is no register"), (b"", "not a Bursar Desk register"), (b"PK\x03\x04" * 300, "cannot be opened")],
    ids=["missing", "empty", "another kind of file"],
)
def test_what_is_no_register_is_refused_in_words(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "what.register"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CannotOpen, match=says):
        Store.open(path, around())
    assert (path.read_bytes() if path.exists() else None) == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.register"
    change(path, "CREATE TABLE things (x)")
    with pytest.raises(CannotOpen, match="not a Bursar Desk register"):
        Store.open(path, around())


# ---------------------------------------------------------------- what an ordinary opening loads
def _modules_after(program: str, *arguments: str) -> set[str]:
    code = textwrap.dedent(program) + "\nprint(*sorted(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return set(ran.stdout.split())


def test_opening_and_reading_a_register_never_loads_the_migration_library(kept: Path) -> None:
    if not of_this_shape(kept):
        pytest.skip("a register of an earlier release is brought up")
    loaded = _modules_after(
        """
        import sys
        from pathlib import Path
        from db.store import Store, Surroundings
        class Clock:
            def now_ms(self): return 0
        store = Store.open(Path(sys.argv[1]), Surroundings(Clock(), None, Path(sys.argv[1]).parent, "here"))
        with store.connect() as con:
            assert con.exec_driver_sql("SELECT count(*) FROM defect").scalar() > 0
        with store.writing():
            pass
        store.close()
        """,
        str(kept),
    )
    assert "sqlalchemy" in loaded
    assert not [name for name in loaded if name.split(".")[0] == "alembic"]


def test_the_raw_door_opens_a_register_without_loading_sqlalchemy(kept: Path) -> None:
    loaded = _modules_after(
        """
        import sys
        from pathlib import Path
        from db import raw
        con = raw.connect(Path(sys.argv[1]), read_only=True)
        assert con.execute("SELECT count(*) FROM defect").fetchone()[0] > 0
        con.close()
        """,
        str(kept),
    )
    assert "sqlite3" in loaded
    assert not [name for name in loaded if name.split(".")[0] in ("sqlalchemy", "alembic", "msgspec", "cryptography")]
