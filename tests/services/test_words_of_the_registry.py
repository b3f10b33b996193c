"""Every table and column that travels has plain words, every value reads as people say it, and no secret is told."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.travel import TRAVELS
from bursar_desk.services import bin as bins
from bursar_desk.services import contractors, field_words, history, pins, stories
from bursar_desk.services.desk import Desk
from bursar_desk.services.value_words import UNSAID, value_words
from db.derived import day_number
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting

day = dt.date
NEVER = ("asset", "entity", "sync", "instance", "valid", "error", "null", "checksum", "decrypt", "_")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    return made


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    with small.desk(who=DAWN, write=True) as made:
        yield made


def write(desk: Desk, table: str, **values: Any) -> bytes:
    with desk.act(ActCode.ADD_ASSET, subject="a row") as act:
        make = act.fact if registry.BY_NAME[table].is_fact else act.create
        return make(table, values)


def told(desk: Desk, table: str, row: bytes) -> dict[str, str]:
    """What the newest line of a row's story tells, by column."""
    return {one.field: one.after for one in stories.story_of(desk, table, row)[0].changes}


def said(table: str, field: str, value: Any) -> str:
    found = next(one for one in registry.BY_NAME[table].fields if one.name == field)
    return value_words(table, found, value, lambda _row: "")


# --- tables and columns ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", registry.TABLES, ids=lambda one: one.name)
def test_a_table_that_travels_and_each_of_its_columns_have_plain_words(table: registry.Table) -> None:
    assert table.name in field_words.TABLES
    one, many = field_words.TABLES[table.name]
    assert one != many
    listed = TRAVELS[table.channel][table.name]
    named = [one, many]
    for column in table.columns:
        assert column.name in listed
        for name in {column.name, *(field.name for field in column.fields)}:
            assert (table.name, name) in field_words.OF_TABLE or name in field_words.FIELDS, f"{table.name}.{name}"
            named.append(field_words.field_words(name, table.name))
    for words in named:
        assert not [word for word in NEVER if word in words.casefold()], words


def test_there_are_no_words_for_what_is_not_in_the_registry() -> None:
    names = {part.name for table in registry.TABLES for part in table.fields}
    groups = {column.name for table in registry.TABLES for column in table.columns}
    assert set(field_words.TABLES) == set(registry.BY_NAME)
    assert set(field_words.FIELDS) - {"standing"} <= names | groups
    for table, name in field_words.OF_TABLE:
        assert name in {part.name for part in registry.BY_NAME[table].fields}, f"{table}.{name}"
    assert names >= UNSAID


def test_the_story_and_the_lists_call_a_column_the_same(desk: Desk) -> None:
    row = write(desk, "asset", kind="lift", name="Main lift", bought_on=day(2019, 4, 1))
    spec = registry.BY_NAME["asset"]
    with desk.store.connect() as con:
        listed = field_words.row_said(con, spec, {spec.column("bought_on").number: day_number(day(2019, 4, 1))})
    assert listed == (("bought on", "Monday 1 April 2019"),)
    assert told(desk, "asset", row)["Bought on"] == "1 Apr 2019"


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "field", "value", "words"),
    [
        ("attendance", "arrived", 455, "07:35"),
        ("permit", "closed_minute", 0, "00:00"),
        ("drill", "seconds", 200, "3 minutes and 20 seconds"),
        ("drill", "seconds", 60, "1 minute"),
        ("drill", "seconds", 0, "0 seconds"),
        ("asset", "price", 124000, "£1,240"),
        ("contractor", "insured_for", 500_000_000, "£5,000,000"),
        ("asset", "life_years", 1, "1 year"),
        ("asset", "kind", "lift", "Lift"),
        ("asset", "grade", "B", "B: sound"),
        ("asset", "priority", 1, "1: urgent, this year"),
        ("place", "floor_area", 1240, "1,240 m²"),
        ("school_check", "measure", 305, "30.5"),
        ("school_check", "lead_days", 28, "28 days"),
        ("school_check", "points_mode", "each", "Every point each time"),
        ("school_check", "rule", "every 6 months", "every 6 months"),
        ("check_record", "minutes", 95, "1 h 35 min"),
        ("check_record", "came_by", "paper", "From a sheet on paper"),
        ("permit", "kind", "hot works", "Hot work"),
        ("evidence_link", "about_table", "school_check", "check"),
        ("contractor", "barred", True, "yes"),
        ("asset", "place", b"x" * 16, "something not held here"),
        ("school_check", "deputy", b"x" * 16, "somebody not held here"),
    ],
)
def test_a_value_reads_as_people_say_it(table: str, field: str, value: object, words: str) -> None:
    assert said(table, field, value) == words


@pytest.mark.parametrize(
    ("table", "field", "value", "words"),
    [
        ("asset", "facts", {"load_kg": "630", "type": "passenger", "scheme": "yes"},
         "Safe load: 630 kg; Type: Passenger lift; Written scheme of examination: yes"),
        ("evidence_file", "files", [{"name": "a.pdf", "sha256": "00" * 32, "size": 5, "type": "pdf"}], "a.pdf"),
        ("sheet", "lines", [{"check": "x"}] * 12, "12 lines"),
        ("walk", "answers", [{"answer": "ok"}, {"answer": "no", "note": "Broken"}], "2 answers, 1 with a note"),
        ("edition", "taken", [f"FIRE-{n:02d}" for n in range(9)], "FIRE-00, FIRE-01, FIRE-02, FIRE-03 and 5 more"),
        ("setting", "value", [84, 28, 7], "84; 28; 7"),
        ("setting", "value", 10, "10"),
        ("school_check", "habit", {"which": "nth weekday", "nth": 2, "weekdays": [1]},
         "On the second Tuesday of the month."),
        ("school_check", "copied", {"edition": "2026.1", "title": "Lift examination", "rule": "6 months"},
         "Lift examination, edition 2026.1 of the checks"),
        ("check_record", "readings", [{"name": "Far tap", "value": 462, "unit": "°C"}], "Far tap 46.2 °C"),
    ],
)  # fmt: skip
def test_what_is_kept_as_a_structure_is_summed_up(table: str, field: str, value: object, words: str) -> None:
    assert said(table, field, json.dumps(value)) == words


@pytest.mark.parametrize("text", ["{", "[[[", "7", "null", '"x"', "[null]", '{"a":{}}'])
def test_an_odd_structure_from_elsewhere_stops_no_list(text: str) -> None:
    for table in registry.TABLES:
        for field in table.fields:
            if field.type == "json":
                assert isinstance(value_words(table.name, field, text, lambda _row: ""), str)


def test_rows_are_told_by_the_names_of_what_they_belong_to(desk: Desk, small: Small) -> None:
    room = write(desk, "place", kind="room", name="Boiler room")
    lift = write(desk, "asset", kind="lift", name="Main lift", place=room)
    paper = write(desk, "evidence", title="Lift certificate", kind="certificate")
    link = write(desk, "evidence_link", evidence=paper, about_table="asset", about=lift, said_by=DAWN)
    assert told(desk, "asset", lift)["Place"] == "Boiler room"
    assert told(desk, "asset", lift)["Kind"] == "Lift"
    changes = told(desk, "evidence_link", link)
    assert (changes["Evidence for"], changes["What it belongs to"]) == ("Main lift", "piece of equipment")
    names = {one.row_name for one in stories.story_of(desk, "evidence_link", link)[0].changes}
    assert names == {"Lift certificate"}


@pytest.mark.parametrize(
    ("table", "values", "kind", "name", "when"),
    [
        ("attendance", {"worker": "Sam Hart", "on_date": day(2026, 11, 18)}, "Contractor’s visit", "Sam Hart",
         "18 Nov 2026"),
        ("drill", {"kind": "fire", "on_date": day(2026, 11, 17)}, "Drill", "Fire drill", "17 Nov 2026"),
        ("permit", {"kind": "hot works", "number": "2026-A001", "on_date": day(2026, 11, 16)}, "Permit to work",
         "Hot work 2026-A001", "16 Nov 2026"),
        ("walk", {"kind": "premises", "on_date": day(2026, 11, 16)}, "Walk round", "Round the premises",
         "16 Nov 2026"),
        ("evidence", {"title": "Gas certificate", "dated": day(2026, 3, 2)}, "Document", "Gas certificate",
         "2 Mar 2026"),
        ("contractor", {"name": "Hart & Sons"}, "Contractor", "Hart & Sons", ""),
    ],
)  # fmt: skip
def test_the_bin_says_what_was_taken_out_by_name_and_day_and_brings_it_back(
    desk: Desk, table: str, values: dict[str, Any], kind: str, name: str, when: str
) -> None:
    row = write(desk, table, **values)
    history.take_out(desk, table, row, "Entered twice")
    (line,) = bins.listing(desk)
    assert (line.kind, line.name, line.about) == (kind, name, when)
    bins.restore(desk, line)
    assert bins.listing(desk) == ()


def test_equipment_is_not_deleted_because_its_records_stay(desk: Desk) -> None:
    row = write(desk, "asset", kind="lift", name="Main lift")
    with pytest.raises(UserError, match="cannot be taken out"):
        history.take_out(desk, "asset", row, "Gone")


# --- putting back ----------------------------------------------------------------------------------------------------


def first_value(desk: Desk, table: str, row: bytes, field: str) -> stories.Change:
    lines = stories.story_of(desk, table, row)
    return next(one for one in lines[-1].changes if one.field == field)


def test_equipment_gets_an_earlier_value_back_and_undo_takes_that_back(desk: Desk) -> None:
    row = write(desk, "asset", kind="lift", name="Main lift", removed_on=None)
    with desk.act(ActCode.CHANGE_ASSET, subject="lift") as act:
        act.set("asset", row, {"name": "East lift", "removed_on": FRIDAY, "removed_why": "Replaced"})
    newest = told(desk, "asset", row)
    assert newest == {"Name": "East lift", "Removed on": "20 Nov 2026", "Removed because": "Replaced"}
    change = first_value(desk, "asset", row, "Name")
    assert change.after_op is not None
    history.put_back(desk, "asset", row, change.column, change.after_op)
    assert told(desk, "asset", row) == {"Name": "Main lift"}
    history.undo(desk)
    assert told(desk, "asset", row) == {"Name": "East lift"}


def test_a_contractors_group_is_put_back_whole(desk: Desk) -> None:
    facts = contractors.Facts("Hart & Sons", body="Gas Safe", body_number="123", body_until=day(2027, 1, 31))
    line, _ = contractors.add(desk, facts)
    contractors.change(desk, line.row.id, {"body": "REFCOM", "body_number": "9", "body_until": day(2028, 1, 31)})
    change = first_value(desk, "contractor", line.row.id, "Registered with")
    assert change.after == "Gas Safe"
    assert change.after_op is not None
    history.put_back(desk, "contractor", line.row.id, change.column, change.after_op)
    now = contractors.get(desk, line.row.id).row
    assert (now.body, now.body_number, now.body_until) == ("Gas Safe", "123", day(2027, 1, 31))


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_what_stands_behind_a_pin_is_told_nowhere_and_not_put_back(desk: Desk, small: Small) -> None:
    pins.set_pin(desk, small.people[DAWN], "407183")
    with desk.store.connect() as con:
        row, secret = con.exec_driver_sql("SELECT id, secret FROM pin").one()
    assert secret
    lines = stories.story_of(desk, "pin", row)
    whole = [stories.details(desk, one) for one in stories.school_story(desk, limit=500).lines]
    assert secret not in repr((lines, whole))
    spec = registry.BY_NAME["pin"]
    with desk.store.connect() as con:
        listed = field_words.row_said(con, spec, {spec.column("secret").number: secret})
        assert field_words.said(con, spec.column("secret"), secret, "pin") == "not shown"
    assert listed == ()
    with pytest.raises(UserError, match="PIN is not put back"):
        history.put_back(desk, "pin", row, spec.column("secret").number, row)
