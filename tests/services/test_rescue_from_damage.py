"""A damaged register gives back every row that does not lie on a damaged page, and never anything but a sentence."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import pytest

from bursar_desk.domain.errors import CannotOpen
from bursar_desk.services.rescue import Rescued, rescue
from db import rescue as door
from db.rescue_pages import PageFile, PageReader
from tests.services import rescue_kit as kit
from tests.services.sample_fixture import built
from tests.services.small_school import without_waiting

PAGE: Final = 4096


@dataclass(frozen=True)
class Known:
    """A register's bytes, and on which pages each entry of its log lies (found by looking for its bytes)."""

    data: bytes
    pages: dict[bytes, frozenset[int]]


@cache
def known() -> Known:
    """The small school's register, with forty more entries so that its log has some pages."""
    folder = Path(mkdtemp(prefix="bursar-rescue-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        patch.setattr("secrets.token_bytes", random.Random(5).randbytes)  # every run sees the same places
        without_waiting(patch)
        small = kit.small_register(folder / "school")
    record = 5
    for n in range(120):
        kit.append(
            small.path, "compliance", [(kit.FACT, record, None, None, [bytes(16), 20_000 + n, None, None, "x" * n])]
        )
    data = small.path.read_bytes()
    pages = where_entries_lie(small.path, data)
    shutil.rmtree(folder)
    return Known(data, pages)


def where_entries_lie(path: Path, data: bytes) -> dict[bytes, frozenset[int]]:
    """For each entry the pages its bytes are found on, without any knowledge of how pages are laid out."""
    found = {}
    with closing(sqlite3.connect(path)) as con:
        rows = con.execute("SELECT hash, body FROM commit_log").fetchall()
    for head, body in rows:
        pages = places(data, head + body[:40])
        assert pages
        for start in range(0, len(body) - 40, 500):  # a long entry goes on elsewhere
            pages |= places(data, body[start : start + 40])
        found[head] = frozenset(pages)
    return found


def places(data: bytes, wanted: bytes) -> set[int]:
    """Every page on which some bytes are found; an old copy of a row may be left on a page it was moved from."""
    found, at = set(), data.find(wanted)
    while at >= 0:
        found |= {at // PAGE, (at + len(wanted) - 1) // PAGE}
        at = data.find(wanted, at + 1)
    return found


def harm(data: bytes, chance: random.Random) -> tuple[bytes, set[int], str]:
    """Damage of one kind: the bytes, the pages it touches, what it was."""
    kind = chance.choice(("flips", "flips", "zeros", "noise", "cut", "header", "mixed"))
    out, touched = bytearray(data), set[int]()
    if kind == "cut":
        length = chance.randrange(PAGE, len(data))
        return bytes(out[:length]), set(range(length // PAGE, len(data) // PAGE + 1)), kind
    if kind == "header":
        for _ in range(chance.randint(1, 8)):
            out[chance.randrange(100)] ^= 1 << chance.randrange(8)
        return bytes(out), {0}, kind
    for _ in range(chance.randint(1, 6)):
        page = chance.randrange(len(data) // PAGE)
        touched.add(page)
        if kind == "zeros" or (kind == "mixed" and chance.random() < 0.3):
            out[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
        elif kind == "noise":
            out[page * PAGE : (page + 1) * PAGE] = chance.randbytes(PAGE)
        else:
            for _ in range(chance.randint(1, 20)):
                out[page * PAGE + chance.randrange(PAGE)] ^= 1 << chance.randrange(8)
    return bytes(out), touched, kind


def rescued_hashes(made: Rescued) -> set[bytes]:
    """The entries that came back sound."""
    told = kit.read_table(made.folder, "history/History") + kit.read_table(made.folder, "history/History", private=True)
    return {
        bytes.fromhex(row["Control number"])
        for row in told
        if not row["Checked"].startswith(("damaged", "could not be read"))
    }


def harmed_and_rescued(folder: Path, seed: int) -> tuple[int, int]:
    """Damage the register, rescue it, and count entries outside damaged pages and those of them that came back."""
    chance = random.Random(seed)
    whole = known()
    data, touched, kind = harm(whole.data, chance)
    path = folder / f"{seed}.register"
    path.write_bytes(data)
    outside = {head for head, pages in whole.pages.items() if not pages & touched}
    try:
        made = rescue(path, folder / str(seed), with_private=True)
    except CannotOpen:
        assert not outside, f"seed {seed} ({kind})"
        return 0, 0
    back = rescued_hashes(made)
    assert path.read_bytes() == data, "the file is not touched"
    assert back <= whole.pages.keys() or kind != "cut", "nothing is invented"
    if len(whole.pages.keys() - back) > 0:
        assert made.unreadable, f"seed {seed} ({kind}): what is lost is said"
    shutil.rmtree(made.folder)
    return len(outside), len(outside & back)


def campaign(folder: Path, seeds: range) -> None:
    outside = back = 0
    for seed in seeds:
        one, two = harmed_and_rescued(folder, seed)
        outside, back = outside + one, back + two
        assert two >= 0.99 * one, f"seed {seed}: {two} of {one}"
        (folder / f"{seed}.register").unlink()
    assert outside > 50 * len(seeds)
    assert back >= 0.999 * outside


def test_entries_outside_damaged_pages_come_back_from_200_damaged_registers(tmp_path: Path) -> None:
    campaign(tmp_path, range(200))


@pytest.mark.campaign
@pytest.mark.timeout(14_400)
def test_entries_outside_damaged_pages_come_back_from_20000_damaged_registers(tmp_path: Path) -> None:
    campaign(tmp_path, range(1_000, 21_000))


# ---------------------------------------------------------------- what is lost is said
def damaged(tmp_path: Path, change: dict[int, bytes]) -> Path:
    data = bytearray(known().data)
    for at, new in change.items():
        data[at : at + len(new)] = new
    path = tmp_path / "damaged.register"
    path.write_bytes(data)
    return path


def test_a_missing_entry_is_named_with_its_school_channel_computer_and_number(tmp_path: Path) -> None:
    path = damaged(tmp_path, {})
    with closing(sqlite3.connect(path)) as con, con:
        sno = con.execute("SELECT sno FROM stream WHERE channel='compliance'").fetchone()[0]
        cid = con.execute("SELECT cid FROM chain WHERE sno=? ORDER BY head_seq DESC", (sno,)).fetchone()[0]
        con.execute("DELETE FROM commit_log WHERE pos BETWEEN ? AND ?", (cid << 40 | 5, cid << 40 | 7))
        con.execute("DELETE FROM commit_log WHERE pos=?", (cid << 40 | 11,))
    made = rescue(path, tmp_path / "out")
    told = " ".join(made.unreadable)
    assert "3 entries are missing: Oakfield Primary School, checks, written on OFFICE-1 (numbers 5 to 7)." in told
    assert "1 entry is missing: Oakfield Primary School, checks, written on OFFICE-1 (number 11)." in told
    assert "could not be checked" in told


def test_rows_whose_entries_are_lost_come_from_the_registers_own_list(tmp_path: Path) -> None:
    path = damaged(tmp_path, {})
    with closing(sqlite3.connect(path)) as con, con:
        rows = {row for (row,) in con.execute("SELECT id FROM check_record")}
        con.execute("DELETE FROM commit_log WHERE pos >> 40 IN (SELECT cid FROM chain JOIN stream USING (sno)"
                    " WHERE channel='compliance')")  # fmt: skip
    made = rescue(path, tmp_path / "out")
    told = kit.read_table(made.folder, "tables/Check record")
    assert {bytes.fromhex(row["Id"]) for row in told} == rows
    assert all(row["Standing"].startswith("from the register's own list") for row in told)
    assert all(row["School"] == "Oakfield Primary School" for row in told)
    assert kit.read_table(made.folder, "tables/Defect")[0]["Title"] == "Damp, boiler room"


def test_a_later_value_that_only_the_list_still_has_stands_beside_the_older_one(tmp_path: Path) -> None:
    path = damaged(tmp_path, {})
    with closing(sqlite3.connect(path)) as con, con:
        changed = con.execute("SELECT pos FROM cell_op WHERE row=(SELECT id FROM defect)").fetchone()[0]
        con.execute("DELETE FROM commit_log WHERE pos=?", (changed,))
    made = rescue(path, tmp_path / "out")
    told = kit.read_table(made.folder, "tables/Defect")[0]
    assert told["Title"] == "Damp in the boiler room"
    assert 'the register\'s own list says title: "Damp, boiler room"' in told["Also written"]


def test_an_altered_entry_is_marked_and_never_passes_for_sound(tmp_path: Path) -> None:
    head, at = next(
        (head, known().data.find(b"Week 7: "))
        for head, pages in known().pages.items()
        if known().data.find(b"Week 7: ") // PAGE in pages
    )
    made = rescue(damaged(tmp_path, {at: b"Weak 7: "}), tmp_path / "out")
    row = next(row for row in kit.read_table(made.folder, "tables/Check record") if row["Note"].startswith("Weak 7"))
    assert row["Standing"].startswith("damaged")
    assert any("1 entry of the" in one or "1 entry are damaged" in one or "damaged" in one for one in made.unreadable)
    assert head


def test_an_altered_seal_is_said(tmp_path: Path) -> None:
    path = damaged(tmp_path, {})
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("UPDATE chain SET seal=zeroblob(64) WHERE seal IS NOT NULL")
    made = rescue(path, tmp_path / "out")
    assert any(one.startswith("A seal does not match: Oakfield Primary School") for one in made.unreadable)


def test_where_whose_line_it_is_was_lost_the_hashes_tell(tmp_path: Path) -> None:
    path = damaged(tmp_path, {})
    whole = rescue(path, tmp_path / "whole", with_private=True)
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("DELETE FROM chain")
    made = rescue(path, tmp_path / "out", with_private=True)
    assert kit.read_table(made.folder, "history/History") == kit.read_table(whole.folder, "history/History")
    assert made.rows == whole.rows


def test_private_entries_stay_private_when_nothing_tells_what_they_are(tmp_path: Path) -> None:
    path = damaged(tmp_path, {})
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("DELETE FROM chain")
        con.execute("DELETE FROM stream")
        con.execute("DROP TABLE absence_reason")
    made = rescue(path, tmp_path / "out")
    assert not any(kit.MARKER.encode() in content for content in kit.every_text(made.folder).values())
    assert made.left_out > 100


def test_without_its_first_page_everything_still_comes_back(tmp_path: Path) -> None:
    whole = rescue(damaged(tmp_path, {}), tmp_path / "whole", with_private=True)
    made = rescue(damaged(tmp_path, {0: bytes(PAGE)}), tmp_path / "out", with_private=True)
    assert made.entries == whole.entries
    assert {row["Id"] for row in kit.read_table(made.folder, "tables/Check record")} == {
        row["Id"] for row in kit.read_table(whole.folder, "tables/Check record")
    }


def test_a_damaged_sample_register_gives_back_what_is_not_on_the_damaged_pages(tmp_path: Path) -> None:
    source = built().registers[0].path
    data, chance = bytearray(source.read_bytes()), random.Random(5)
    touched = {chance.randrange(len(data) // PAGE) for _ in range(12)}
    for page in touched:
        data[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    path = tmp_path / "cut.register"
    path.write_bytes(data)
    made = rescue(path, tmp_path / "out", with_private=True)
    where = where_entries_lie(source, source.read_bytes())
    outside = {head for head, pages in where.items() if not pages & touched}
    assert len(outside) > 700
    assert outside <= rescued_hashes(made)
    assert made.unreadable


# ---------------------------------------------------------------- the page reader
def test_the_page_reader_reads_what_sqlite_reads_of_every_kind_of_value(tmp_path: Path) -> None:
    path = tmp_path / "values.register"
    values = [None, 0, 1, -1, 127, -128, 32_767, 8_388_607, -2_147_483_649, 2**47 - 1, 2**63 - 1, -(2**63), 1.5, "",
              "é" * 3_000, b"", bytes(200_000), "short"]  # fmt: skip
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("CREATE TABLE numbered (n INTEGER PRIMARY KEY, v ANY)")
        con.execute("CREATE TABLE keyed (k BLOB PRIMARY KEY, v ANY, w ANY) WITHOUT ROWID")
        for n, value in enumerate(values * 30):
            con.execute("INSERT INTO numbered VALUES (?,?)", (n * 1_000_003 - 7, value))
            con.execute("INSERT INTO keyed VALUES (?,?,?)", (n.to_bytes(16, "big"), value, n))
        wanted = {name: con.execute(f"SELECT * FROM {name}").fetchall() for name in ("numbered", "keyed")}
    pieces = door.PiecesDoor(path, lambda _done, _all: None)
    try:
        assert [tuple(row.values()) for row in pieces.rows("numbered")] == wanted["numbered"]
        assert {row["k"]: (row["v"], row["w"]) for row in pieces.rows("keyed")} == {
            k: (v, w) for k, v, w in wanted["keyed"]
        }
        assert not pieces.lost
    finally:
        pieces.close()


def test_pages_that_point_at_each_other_end(tmp_path: Path) -> None:
    path = tmp_path / "loop.register"
    page = bytearray(PAGE)
    page[0] = 0x02
    page[3:5] = (1).to_bytes(2, "big")
    page[8:12] = (2).to_bytes(4, "big")
    page[12:14] = (4000).to_bytes(2, "big")
    page[4000:4004] = (2).to_bytes(4, "big")
    path.write_bytes(b"SQLite format 3\x00" + bytes(PAGE - 16) + bytes(page) * 3)
    file = PageFile(path)
    try:
        reader = PageReader(file)
        assert reader.children(2) == [2, 2]
        assert [row for number in range(1, 5) for _, row in reader.rows(number)] == []
    finally:
        file.close()
    with pytest.raises(CannotOpen):
        rescue(path, tmp_path / "out")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE x AS SELECT randomblob(1000000000)",
        "ATTACH 'other.db' AS y",
        "CREATE TABLE x (a); DROP TABLE x",
        "CREATE VIRTUAL TABLE x USING fts5(a)",
        "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END",
        "nonsense",
        "",
    ],
)
def test_a_sentence_that_does_more_than_make_a_table_is_not_obeyed(sql: str) -> None:
    assert door.shape_of(sql) is None


def test_the_shapes_written_down_for_damaged_files_are_those_the_log_has(tmp_path: Path) -> None:
    from db.log_tables import log_metadata

    for name, shape in {**door.NUMBERED, **door.KEYED}.items():
        assert shape.columns == tuple(column.name for column in log_metadata.tables[name].columns), name


def test_where_sqlite_gives_up_half_way_it_begins_again_in_pieces_and_nothing_is_there_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = damaged(tmp_path, {})
    whole = rescue(path, tmp_path / "whole", with_private=True)
    asked = door.WholeDoor.rows

    def stops(self: door.WholeDoor, table: str) -> object:
        if table == "fingerprint":  # one of the last to be asked for
            raise door.Broken
        return asked(self, table)

    monkeypatch.setattr(door.WholeDoor, "rows", stops)
    made = rescue(path, tmp_path / "out", with_private=True)
    assert (made.rows, made.entries, made.attachments) == (whole.rows, whole.entries, whole.attachments)
    assert set(kit.every_text(made.folder)) == set(kit.every_text(whole.folder))


def test_words_that_are_no_words_any_more_do_not_stop_it(tmp_path: Path) -> None:
    at = known().data.rfind(b"computer")
    assert at > 0
    made = rescue(damaged(tmp_path, {at: b"co\xffputer"}), tmp_path / "out")
    assert made.entries == len(known().pages)
