"""A rescue holds everything the register holds, row by row, in files any program opens; and nothing it should not."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain import registry
from bursar_desk.domain.errors import Cancelled, CannotOpen, UserError
from bursar_desk.services import rescue_cells
from bursar_desk.services.rescue import rescue
from bursar_desk.services.rescue_cells import columns_of, neutral, runs, typed_back
from tests.services import rescue_kit as kit
from tests.services.commands_kit import run
from tests.services.rescue_kit import CREATE, FACT, SET
from tests.services.sample_fixture import built
from tests.services.small_school import FRIDAY, Small, without_waiting


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    return kit.small_register(tmp_path / "school")


def compare(register: Path, folder: Path) -> int:
    """Every row of every table of the register stands in the rescue with the same values; how many there are."""
    count = 0
    with closing(sqlite3.connect(f"{register.absolute().as_uri()}?mode=ro", uri=True)) as con:
        for table in registry.TABLES:
            kept = {row["Id"]: row for row in kit.all_rows(folder, table)}
            names = [column for column in columns_of(table) if not column.names]
            hidden = {row for (row,) in con.execute("SELECT row FROM hidden WHERE tab=?", (table.number,))}
            listed = ", ".join(f'"{one.field.name}"' for one in names)
            standing = "standing" if table.is_fact else "'stands'"
            for row in con.execute(f"SELECT id, {standing}, {listed} FROM {table.name}"):
                told = kept.pop(row[0].hex())
                values = [kit.as_register_has_it(told[one.title], one.field.type) for one in names]
                assert values == [value if value != "" else None for value in row[2:]], table.name
                assert ("deleted" in told["Standing"]) == (row[0] in hidden)
                assert ("set aside" in told["Standing"]) == (row[1] == registry.SET_ASIDE)
                count += 1
            assert {row["Standing"][:13] for row in kept.values()} <= {"has no effect", "erased"}, table.name
    return count


def test_every_row_of_every_table_comes_back_as_it_is_in_the_register(tmp_path: Path) -> None:
    rows = 0
    for one in built().registers:
        made = rescue(one.path, tmp_path / one.path.stem, with_private=True)
        assert made.unreadable == ()
        rows += compare(one.path, made.folder)
    assert rows > 5_000


def test_the_same_comes_back_when_the_file_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from db import rescue as door

    whole = rescue(built().registers[0].path, tmp_path / "whole", with_private=True)
    monkeypatch.setattr(door, "_sound", lambda *_, **__: None)
    pieces = rescue(built().registers[0].path, tmp_path / "pieces", with_private=True)
    assert (whole.rows, whole.entries, whole.unreadable) == (pieces.rows, pieces.entries, pieces.unreadable)
    before, after = kit.every_text(whole.folder), kit.every_text(pieces.folder)
    told = {name for name in before if name.endswith((".csv", "statements.json"))}
    assert told == {name for name in after if name.endswith((".csv", "statements.json"))}
    for name in told:
        assert sorted(before[name].splitlines()) == sorted(after[name].splitlines()), name


def test_every_entry_stands_in_the_history_with_who_what_when_and_where(small: Small, tmp_path: Path) -> None:
    made = rescue(small.path, tmp_path / "out", with_private=True)
    told = kit.read_table(made.folder, "history/History") + kit.read_table(made.folder, "history/History", private=True)
    with closing(sqlite3.connect(small.path)) as con:
        hashes = {row[0].hex() for row in con.execute("SELECT hash FROM commit_log")}
    assert {row["Control number"] for row in told} == hashes
    assert len(told) == len(hashes) == made.entries
    one = next(row for row in told if row["What"] == "Report a fault")
    assert one["Who"] == "Dawn Hill"
    assert one["When (UTC)"] == "2026-11-20 09:00:00"
    assert (one["School"], one["Channel"], one["Checked"]) == ("Oakfield Primary School", "checks", "yes")
    assert one["Computer"]


def test_replaced_values_stand_in_the_changes(small: Small, tmp_path: Path) -> None:
    made = rescue(small.path, tmp_path / "out")
    titles = [row["Value"] for row in kit.read_table(made.folder, "history/Changes") if row["Column"] == "Title"]
    assert "Damp in the boiler room" in titles
    assert "Damp, boiler room" in titles
    assert kit.read_table(made.folder, "tables/Defect")[0]["Title"] == "Damp, boiler room"


def test_names_stand_beside_ids_and_dates_are_iso(small: Small, tmp_path: Path) -> None:
    made = rescue(small.path, tmp_path / "out")
    absence = kit.read_table(made.folder, "tables/Absence")[0]
    assert absence["Person"] == "Terry Walsh"
    assert absence["Person id"] == small.people["Terry Walsh"].hex()
    assert absence["First"] == FRIDAY.isoformat()
    assert kit.read_table(made.folder, "tables/Defect")[0]["Cost (pence)"] == "12550"


def test_private_records_are_left_out_and_counted_unless_they_are_asked_for(small: Small, tmp_path: Path) -> None:
    without = rescue(small.path, tmp_path / "without")
    assert without.left_out == 1
    assert "1 private record was left out" in without.sentence
    assert not any(kit.MARKER.encode() in content for content in kit.every_text(without.folder).values())
    assert not (without.folder / "private - do not share").exists()
    asked = rescue(small.path, tmp_path / "with", with_private=True)
    found = [name for name, content in kit.every_text(asked.folder).items() if kit.MARKER.encode() in content]
    assert found
    assert all(name.startswith("private - do not share/") for name in found)
    assert asked.left_out == 0


def test_attachments_come_under_safe_names_and_missing_ones_are_told(small: Small, tmp_path: Path) -> None:
    kit.keep(small.path, b"nobody names me")
    made = rescue(small.path, tmp_path / "out")
    files = kit.every_text(made.folder / "attachments")
    assert files == {"Panel.png": kit.PICTURE, "-.-etc-Certificate-.pdf": kit.PAPER} or set(files.values()) == {
        kit.PICTURE, kit.PAPER
    }  # fmt: skip
    assert all("/" not in name for name in files)
    assert made.attachments == 2
    assert any("1 attachment named in messages" in one for one in made.unreadable)
    assert made.left_out == 2, "the reason, and a file that no readable entry names"


def test_an_attachment_that_was_altered_is_marked(small: Small, tmp_path: Path) -> None:
    place = small.path.with_suffix(".files")
    one = next(path for path in place.rglob("*") if path.is_file() and path.read_bytes() == kit.PICTURE)
    one.write_bytes(b"something else")
    made = rescue(small.path, tmp_path / "out")
    assert (made.folder / "attachments" / "damaged - Panel.png").read_bytes() == b"something else"
    assert any("not as it was" in one for one in made.unreadable)


def test_messages_are_a_page_with_answers_and_links_that_exist(small: Small, tmp_path: Path) -> None:
    made = rescue(small.path, tmp_path / "out")
    page = (made.folder / "messages.html").read_text("utf-8")
    assert "Who &lt;services&gt; the boiler?" in page
    assert page.index("boiler?") < page.index("Re: boiler")
    assert "Later.pdf (not here)" in page
    assert 'class="message answer"' in page


def test_the_pages_have_no_scripts_fetch_nothing_and_link_only_to_files_that_are_there(
    small: Small, tmp_path: Path
) -> None:
    made = rescue(small.path, tmp_path / "out", with_private=True)
    for name in ("index.html", "messages.html"):
        page = (made.folder / name).read_text("utf-8")
        assert "<script" not in page
        assert not re.search(r"(src|href)=\"(https?:|//|javascript:|data:)", page)
        links = re.findall(r'href="([^"]+)"', page)
        assert links
        assert all((made.folder / unquote(link)).is_file() for link in links)
    files = {name for name in kit.every_text(made.folder) if not name.startswith(("attachments/", "private - do"))}
    explained = set(re.findall(r'href="([^"]+)"', (made.folder / "index.html").read_text("utf-8")))
    assert files - {"index.html", "README.txt"} <= {unquote(one) for one in explained}
    assert "Practice - made-up records" in (made.folder / "index.html").read_text("utf-8")
    assert rescue_cells.neutral("=1") == "'=1"
    assert "apostrophe" in (made.folder / "README.txt").read_text("utf-8")


def test_statements_are_readable_and_their_signatures_checked(small: Small, tmp_path: Path) -> None:
    made = rescue(small.path, tmp_path / "out")
    told = json.loads((made.folder / "statements.json").read_text("utf-8"))
    assert {one["kind"] for one in told} == {"root", "computer"}
    assert all(one["signature holds"] for one in told)
    assert {one["school"] for one in told} == {"Oakfield Primary School"}


# ---------------------------------------------------------------- spreadsheets
def test_no_text_of_a_rescue_is_a_formula_and_every_text_comes_back_as_it_was(small: Small, tmp_path: Path) -> None:
    made = rescue(small.path, tmp_path / "out")
    notes = {row["Note"] for row in kit.read_table(made.folder, "tables/Check record")}
    assert all(not runs(note) for note in notes)
    assert {typed_back(note) for note in notes} == {f"Week {n}: {kit.NASTY[n % len(kit.NASTY)]}" for n in range(40)}
    assert kit.read_table(made.folder, "tables/Message")[0]["Words"] == "'=Ours stopped & we need someone."


@pytest.mark.parametrize("text", kit.NASTY)
def test_what_a_spreadsheet_could_run_is_made_harmless_and_back_again_any_number_of_times(text: str) -> None:
    once = neutral(text)
    assert not runs(once)
    assert typed_back(once) == text
    assert typed_back(typed_back(neutral(neutral(text)))) == text
    assert neutral(typed_back(once)) == once


def test_plain_text_is_left_as_it_is() -> None:
    for text in ("plain", "a=b", "3 - 4", "Hall (east)", "’tis", "£5", "", "1.2"):
        assert neutral(text) == text


# ---------------------------------------------------------------- whatever state it is in
def test_the_register_is_not_touched_and_needs_no_key(small: Small, tmp_path: Path) -> None:
    folder = small.path.parent
    shutil.rmtree(small.path.with_suffix(".keys"))
    before = {one: (one.stat().st_mtime_ns, one.read_bytes()) for one in folder.rglob("*") if one.is_file()}
    rescue(small.path, tmp_path / "out", with_private=True)
    assert {one: (one.stat().st_mtime_ns, one.read_bytes()) for one in folder.rglob("*") if one.is_file()} == before


def test_a_register_without_its_derived_tables_is_rescued_from_the_log(small: Small, tmp_path: Path) -> None:
    whole = rescue(small.path, tmp_path / "before", with_private=True)
    with closing(sqlite3.connect(small.path)) as con, con:
        for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall():
            if name not in ("meta", "school_key", "statement", "stream", "chain", "commit_log", "import_log"):
                con.execute(f"DROP TABLE {name}")
    made = rescue(small.path, tmp_path / "after", with_private=True)
    assert (made.rows, made.entries) == (whole.rows, whole.entries)
    for name in ("Check record", "Defect", "Person", "School check"):
        before = (whole.folder / "tables" / f"{name}.csv").read_bytes()
        assert (made.folder / "tables" / f"{name}.csv").read_bytes() == before


def test_a_register_of_a_newer_program_is_rescued_with_what_nobody_here_knows_under_its_number(
    small: Small, tmp_path: Path
) -> None:
    record, row = registry.BY_NAME["check_record"], bytes(range(16))
    wide = [*[None] * len(record.columns), "a seventeenth thing", b"\x01" * 16]
    kit.append(small.path, "compliance", [(FACT, record.number, None, None, wide), (FACT, 77, None, None, ["new", 4])])
    odd = (9, 3, row, ["odd"], {"what": 1.5})
    born = kit.append(small.path, "compliance", [(CREATE, 78, row, None, ["first"]), odd])[0]
    kit.append(small.path, "compliance", [(SET, 78, row, {0: [], 3: [born]}, {0: "second", 3: [1, "two"]})])
    with closing(sqlite3.connect(small.path)) as con, con:
        con.execute("PRAGMA user_version=99")
        con.execute("CREATE TABLE next_year (a INTEGER PRIMARY KEY, b TEXT, c BLOB) STRICT")
        con.execute("INSERT INTO next_year VALUES (1, '=2', x'0aff')")
        con.execute("ALTER TABLE stream ADD COLUMN colour TEXT DEFAULT 'red'")
    made = rescue(small.path, tmp_path / "out", with_private=True)
    rows = kit.read_table(made.folder, "tables/Check record")
    assert rows[-1][f"Column {len(record.columns)}"] == "a seventeenth thing"
    assert rows[-1][f"Column {len(record.columns) + 1}"] == "01" * 16
    assert rows[0][f"Column {len(record.columns)}"] == ""
    told = kit.read_table(made.folder, "tables/Table 77")
    assert [told[0]["Column 0"], told[0]["Column 1"]] == ["new", "4"]
    edited = kit.read_table(made.folder, "tables/Table 78")
    assert (edited[0]["Column 3"], edited[0]["Standing"]) == ('[1, "two"]', "")
    assert {edited[0]["Column 0"], json.loads(edited[0]["Also written"].removeprefix("column 0: "))} == {
        "first", "second"
    }  # fmt: skip
    assert kit.read_table(made.folder, "register/next_year", private=True)[0] == {"a": "1", "b": "'=2", "c": "0aff"}
    assert kit.read_table(made.folder, "register/stream")[0]["colour"] == "red"
    assert any(row["What"] == "kind 9" for row in kit.read_table(made.folder, "history/Changes"))
    assert "newer Bursar Desk" in (made.folder / "README.txt").read_text("utf-8")


def test_channels_that_nobody_here_knows_count_as_private(small: Small, tmp_path: Path) -> None:
    from db.layout import StreamMeta, read_meta

    with closing(sqlite3.connect(small.path)) as con, con:
        con.execute("DELETE FROM message")
        for sno, packed in con.execute("SELECT sno, meta FROM stream WHERE channel='link'").fetchall():
            old = read_meta(packed)
            new = StreamMeta(old.namespace, old.school, "medical", old.writer, old.epoch)
            con.execute("UPDATE stream SET key=?, meta=?, channel='medical' WHERE sno=?", (new.key, new.packed(), sno))
    made = rescue(small.path, tmp_path / "out")
    assert not (made.folder / "tables" / "Message.csv").exists()
    assert not (made.folder / "attachments").exists()


def test_a_write_that_was_cut_off_is_not_in_the_rescue_and_the_register_keeps_its_journal(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rescue(small.path, tmp_path / "before", with_private=True)
    cut = tmp_path / "cut" / small.path.name
    cut.parent.mkdir()
    with closing(sqlite3.connect(small.path, isolation_level=None)) as con:
        con.execute("PRAGMA cache_size=1")
        con.execute("BEGIN IMMEDIATE")
        con.execute("UPDATE commit_log SET body=zeroblob(4000)")
        journal = small.path.with_name(small.path.name + "-journal")
        cut.write_bytes(small.path.read_bytes())
        cut.with_name(cut.name + "-journal").write_bytes(journal.read_bytes())
        con.execute("ROLLBACK")
    before = kit.every_text(cut.parent)
    made = rescue(cut, tmp_path / "after", with_private=True)
    assert (made.entries, made.rows) == (whole.entries, whole.rows)
    assert not any("damaged" in one or "missing" in one for one in made.unreadable if "attachment" not in one)
    assert kit.every_text(cut.parent) == before


def test_what_is_no_register_is_said_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    for name, content in (("a.txt", b"Dear all, " * 2000), ("empty", b""), ("zeros", bytes(40_000))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CannotOpen, match="Nothing of a Bursar Desk register"):
            rescue(tmp_path / name, tmp_path / "out")
    with pytest.raises(CannotOpen, match="There is no register"):
        rescue(tmp_path / "missing.register", tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "other.db")) as con, con:
        con.execute("CREATE TABLE recipes (a, b)")
        con.execute("INSERT INTO recipes VALUES (1, 2)")
    with pytest.raises(CannotOpen, match="Nothing of a Bursar Desk register"):
        rescue(tmp_path / "other.db", tmp_path / "out")
    assert not list(tmp_path.glob("out*"))


def test_a_full_disk_is_one_sentence_and_nothing_is_left(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = 0

    def full(self: object, _cells: object) -> None:
        nonlocal rows
        rows += 1
        if rows > 30:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(rescue_cells.Sheet, "row", full)
    with pytest.raises(UserError, match="The disk is full, so the rescue was not finished") as told:
        rescue(small.path, tmp_path / "out")
    assert "The register was not touched." in str(told.value)
    assert not list(tmp_path.glob("out*"))


def test_a_folder_that_cannot_be_made_is_one_sentence(small: Small, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="so the rescue was not finished"):
        rescue(small.path, tmp_path / "file" / "out")


def test_stopping_leaves_nothing_behind(small: Small, tmp_path: Path) -> None:
    class Stop:
        def step(self, words: str, done: int, total: int) -> None:  # noqa: ARG002 - Progress's shape
            if words == "Writing the tables":
                raise Cancelled

    with pytest.raises(Cancelled):
        rescue(small.path, tmp_path / "out", Stop())
    assert not list(tmp_path.glob("out*"))


def test_an_existing_folder_gets_a_new_one_inside_and_nothing_is_written_over(small: Small, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").write_text("mine")
    first = rescue(small.path, tmp_path / "out")
    second = rescue(small.path, tmp_path / "out")
    assert first.folder != second.folder
    assert {first.folder.parent, second.folder.parent} == {tmp_path / "out"}
    assert (tmp_path / "out" / "index.html").read_text() == "mine"
    assert all((one.folder / "index.html").is_file() for one in (first, second))


def test_the_same_register_gives_the_same_files(small: Small, tmp_path: Path) -> None:
    clock = FixedClock.at(FRIDAY)
    one = rescue(small.path, tmp_path / "one", with_private=True, clock=clock)
    two = rescue(small.path, tmp_path / "two", with_private=True, clock=clock)
    assert kit.every_text(one.folder) == kit.every_text(two.folder)


def test_rescuing_loads_no_sqlalchemy(small: Small, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from bursar_desk.services.rescue import rescue; "
        f"rescue(Path({str(small.path)!r}), Path({str(tmp_path / 'out')!r})); "
        "print([name for name in sys.modules if name.split('.')[0] == 'sqlalchemy'])"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "[]\n"), told.stderr


def test_the_command_says_what_it_did_and_its_number_says_whether_a_person_is_needed(
    small: Small, tmp_path: Path
) -> None:
    done = run("rescue", small.path, "--to", tmp_path / "out")
    assert done.code == 1, "an attachment is not here"
    assert done.facts["entries"] > 40
    assert done.facts["private_left_out"] == 1
    assert Path(done.facts["folder"]) == tmp_path / "out"
    assert "--with-private" in done.err
    assert (
        run("rescue", "--to", tmp_path / "again", "--with-private", register=small.path).facts["private_left_out"] == 0
    )
    (tmp_path / "no.register").write_bytes(b"no")
    refused = run("rescue", tmp_path / "no.register", "--to", tmp_path / "never")
    assert refused.code == 4
    assert refused.err.count("\n") == 1
    assert run("rescue", small.path).code == 2


def test_what_a_cover_pack_brought_is_in_the_rescue_of_its_guest_register(small: Small, tmp_path: Path) -> None:
    import msgspec

    brought = {"place": [[b"P" * 16, ["room", None, "Boiler room"]]], "table of next year": [[b"Q" * 16, [1]]]}
    with closing(sqlite3.connect(small.path)) as con, con:
        con.execute("INSERT INTO meta VALUES ('extract', ?)", (msgspec.msgpack.encode(brought),))
    made = rescue(small.path, tmp_path / "out")
    place = kit.read_table(made.folder, "tables/Place")[0]
    assert (place["Name"], place["Standing"]) == ("Boiler room", "came with a cover pack")
