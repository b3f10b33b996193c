"""Nothing leaves a school but what its reader may read: every kind of file is unpacked and searched for planted words.

The scan cannot pass on an empty file: what should be in a file has to be found there as well.
"""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain import registry
from bursar_desk.exchange.envelope import EnvelopeRefused
from bursar_desk.services import computers, meeting
from db import extract
from tests.exchange.leak_family import Family, may
from tests.exchange.leak_marks import Mark, Marks
from tests.storage.workbench import plain_body

SENDERS = ("a", "a2", "n", "t", "hub")
RECIPIENTS = (*SENDERS, "far")


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Family]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("leaks")
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        with Family.open(folder, patch) as made:
            yield made


def same(found: set[Mark], expected: set[Mark]) -> None:
    """Both ways: nothing else is there, and nothing that should be there is missing."""
    leaked = sorted(map(str, found - expected))
    missing = sorted(map(str, expected - found))
    assert not leaked, f"found what the reader may not read: {leaked[:8]} and {max(0, len(leaked) - 8)} more"
    assert not missing, f"what should be there is not: {missing[:8]} and {max(0, len(missing) - 8)} more"


def parted(found: set[Mark]) -> tuple[set[Mark], set[str]]:
    """What was found, apart from the names of schools and computers; and whose names were."""
    names = {mark for mark in found if mark.channel == "name"}
    return found - names, {mark.owner for mark in names}


def in_file(family: Family, path: Path, reader: str) -> set[Mark]:
    """What a reader finds in a file with its own keys."""
    return family.marks.found_in(plain_body(path, family.bench.keys_of(family.stores[reader]).box))


# ---------------------------------------------------------------- files between registers
@pytest.mark.parametrize(("sender", "to"), [(one, two) for one in SENDERS for two in RECIPIENTS if one != two])
def test_a_file_holds_what_its_reader_may_read_and_nothing_else(family: Family, sender: str, to: str) -> None:
    path = family.bench.send(family.stores[sender], [family.stores[to]], f"{sender}-{to}", everything=True)
    found, named = parted(in_file(family, path, to))
    giver, reader = family.home(sender), family.home(to)
    expected = {
        mark for mark in family.marks.all() if mark.channel != "name" and may(giver, mark) and may(reader, mark)
    }
    assert bool(expected) == (to != "far"), "only the stranger reads nothing at all"
    same(found, expected)
    about = {giver, reader} | {mark.owner for mark in expected}
    if giver == reader:
        about = {family.home(name) for name in RECIPIENTS}  # our own computers are told of everybody we met
    if any(mark.channel == "cover" for mark in expected):
        about.add("n")  # whose computer wrote it
    assert {giver} <= named <= about, "names of schools the file is not about"


def test_nobody_but_the_reader_can_open_a_file(family: Family) -> None:
    path = family.bench.send(family.stores["a"], [family.stores["n"]], "for-n")
    for other in ("t", "hub", "far"):
        with pytest.raises(EnvelopeRefused):
            in_file(family, path, other)


def test_a_file_for_two_holds_what_both_may_read(family: Family) -> None:
    both = [family.stores["n"], family.stores["hub"]]
    path = family.bench.send(family.stores["a"], both, "both", everything=True)
    everything = {mark for mark in family.marks.all() if mark.channel != "name"}
    found, _ = parted(in_file(family, path, "n"))
    same(found, {mark for mark in everything if may("a", mark) and may("n", mark) and may("hub", mark)})


def test_a_reason_for_absence_is_on_the_schools_own_computers_and_nowhere_else(family: Family) -> None:
    private = {mark for mark in family.marks.all() if mark.channel == "private"}
    reasons = {mark.owner for mark in private if (mark.table, mark.field) == ("absence_reason", "reason")}
    assert reasons == {"a", "n", "t", "hub"}
    for sender in SENDERS:
        for to in RECIPIENTS:
            path = family.bench.send(family.stores[sender], [family.stores[to]], "private", everything=True)
            own = family.home(sender) == family.home(to)
            expected = {mark for mark in private if own and mark.owner == family.home(to)}
            same(in_file(family, path, to) & private, expected)


# ---------------------------------------------------------------- cover
SELECTED = {
    ("school", "first"), ("place", "first"), ("school_check", "lent"), ("check_record", "lent 1"),
    ("check_record", "lent 2"), ("defect", "first"), ("calendar_block", "first"), ("site_note", "first"),
}  # fmt: skip
"""The rows a covering person needs: of one lent check the last two records, open faults, the whole site sheet."""
SAID = {("cover", "helper"), ("cover", "duties")}


def in_pack(mark: Mark) -> bool:
    """Whether a mark has to be in the pack: by the list of columns, current values only, and what was agreed."""
    if mark.owner != "a" or not mark.current:
        return False
    if (mark.table, mark.row) in SELECTED:
        listed = extract.ALLOWED[mark.table]
        column = next(
            one for one in registry.BY_NAME[mark.table].columns if mark.field in {part.name for part in one.fields}
        )
        return column.name in listed
    return mark.row == "agreed" and (mark.table, mark.field) in SAID


def test_a_cover_pack_holds_the_listed_columns_of_what_is_lent_and_nothing_else(family: Family) -> None:
    assert family.pack is not None
    found, named = parted(in_file(family, family.pack, "n"))
    expected = {mark for mark in family.marks.all() if in_pack(mark)}
    assert {mark.table for mark in expected} == {table for table, _ in SELECTED} | {"cover"}
    same(found, expected)
    assert named <= {"a", "n"}


def test_every_value_in_a_pack_stands_in_a_listed_column_whatever_its_type(family: Family) -> None:
    with family.stores["a"].connect() as con:
        for table, listed in extract.ALLOWED.items():
            rows = con.exec_driver_sql(f"SELECT id FROM {table}").scalars().all()
            cut = extract.cut(con, table, list(rows))
            assert cut
            spec = registry.BY_NAME[table]
            given = {spec.columns[n].name for _, cells in cut for n, cell in enumerate(cells) if cell is not None}
            assert given == set(listed), table


def test_a_return_holds_what_was_recorded_under_the_pack_and_nothing_of_either_register(family: Family) -> None:
    assert family.returned is not None
    found, named = parted(in_file(family, family.returned, "a"))
    expected = {mark for mark in family.marks.all() if mark.channel == "cover"}
    assert {mark.table for mark in expected} == {*registry.GRANTABLE, "act"}
    cover = {mark for mark in family.marks.words if (mark.table, mark.row) == ("cover", "agreed")}
    holder = {mark for mark in cover if mark.field == "helper"}
    same(found, expected | holder)  # the grant itself goes home with it and names its holder
    assert named <= {"a", "n"}


# ---------------------------------------------------------------- cards, requests, welcome
def test_a_card_holds_the_names_of_a_school_and_its_computers_and_nothing_else(family: Family) -> None:
    path = family.bench.folder / "card.bursar"
    meeting.write_card(family.desk("a"), path)
    same(in_file(family, path, "far"), family.names_in({"a"}))
    assert len(family.names_in({"a"})) == 2


def test_a_request_names_the_computer_and_the_welcome_is_for_it_alone(family: Family) -> None:
    bench, marks = family.bench, family.marks
    card, asked, welcome = (bench.folder / f"{name}.bursar" for name in ("the-card", "request", "welcome"))
    meeting.write_card(family.desk("a"), card)
    label = marks.word("a", "name", "statement", "label", "third")
    new = computers.ask_to_join(bench.path("third"), card, label, asked, bench.clock)
    bench.kept(new.store)
    request = marks.found_in(asked.read_bytes())
    assert {(mark.owner, mark.row) for mark in request} == {("a", "third")}
    computers.let_in(family.desk("a"), asked, new.words, welcome)
    box = bench.keys_of(new.store).box
    found, _ = parted(marks.found_in(plain_body(welcome, box)))
    same(found, {mark for mark in marks.all() if mark.channel != "name" and may("a", mark)})
    for other in ("n", "t", "hub", "far"):
        with pytest.raises(EnvelopeRefused):
            in_file(family, welcome, other)
    assert not marks.found_in(welcome.read_bytes()) - family.names_in({"a"}), "outside the sealed part names alone"


# ---------------------------------------------------------------- the scan itself
def test_a_mark_is_found_however_it_is_coded() -> None:
    marks = Marks()
    word, name = marks.word("a", "people", "person", "name", "x"), marks.id("a", "people", "person", "id", "x")
    text = f"before {word} after"
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", f"<c>{word}</c>")
    plain = text.encode()
    coded = (
        plain, text.encode("utf-16-le"), text.encode("utf-16-be"), text.upper().encode(), zipped.getvalue(),
        b"<< /Filter /FlateDecode >> stream\n" + zlib.compress(plain), plain.hex().encode(), base64.b64encode(plain),
        b"x" + base64.b64encode(b"y" + plain), base64.urlsafe_b64encode(zlib.compress(plain)),
    )  # fmt: skip
    for data in coded:
        assert marks.found_in(data) == {marks.words[0]}, data
    for data in (b"row " + name + b" row", name.hex().encode(), name.hex().upper().encode()):
        assert marks.found_in(data) == {marks.ids[0]}, data
    assert marks.found_in(b"zq0000 zq1k nothing") == set()
