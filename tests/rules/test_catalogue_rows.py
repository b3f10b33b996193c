"""The shipped catalogue: every row is there, whole, readable by the rules and worded for people."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from datetime import date
from importlib.resources import files

import msgspec
import pytest

from bursar_desk.domain.catalogue import CatalogueCheck
from bursar_desk.domain.checks import Standing
from bursar_desk.domain.intervals import Form
from bursar_desk.domain.recurrence import Anchor, parse_rule
from bursar_desk.domain.tolerances import Slack, tolerance_for
from bursar_desk.services import catalogue

LOADED = catalogue.load()
MAY_BE_EMPTY = {"anchor_note", "notes", "confidence_why", "in_force_note"}


def test_all_rows_of_the_edition_load_with_the_standings_they_were_checked_with() -> None:
    assert (LOADED.edition, LOADED.checked) == ("2026.1", date(2026, 11, 21))
    assert len(LOADED.rows) == 269
    assert Counter(row.standing for row in LOADED.rows) == {
        Standing.STATUTORY: 88,
        Standing.APPROVED: 108,
        Standing.RECOMMENDED: 73,
    }
    assert Counter(row.anchor for row in LOADED.rows) == {
        Anchor.LAST_DONE: 176,
        Anchor.CALENDAR_PERIOD: 43,
        Anchor.EXPIRY_DATE: 21,
        Anchor.EVENT: 17,
        Anchor.FIXED_DATE: 12,
    }
    assert Counter(row.confidence for row in LOADED.rows) == {"high": 154, "medium": 113, "low": 2}
    assert Counter(row.in_house for row in LOADED.rows) == {"no": 113, "yes": 108, "trained": 48}


def test_codes_are_unique_and_four_letters_with_two_digits() -> None:
    codes = [row.code for row in LOADED.rows]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch(r"[A-Z]{4}-\d\d", code)] == []
    assert all(LOADED.by_code(code).code == code for code in codes)
    assert LOADED.get("FIRE-99") is None
    with pytest.raises(KeyError):
        LOADED.by_code("FIRE-99")


def test_every_file_holds_one_category_and_nothing_that_no_field_takes() -> None:
    folder = files("resources").joinpath("catalogue")
    index = json.loads(folder.joinpath("index.json").read_text(encoding="utf-8"))
    shipped = {entry.name for entry in folder.iterdir() if entry.name.endswith(".json")}
    assert shipped == {*index["files"], "index.json", "features.json", "edition-2026.1.json"}
    assert len(index["files"]) == 23
    fields = {field.name for field in dataclasses.fields(CatalogueCheck)}
    for name in index["files"]:
        data = json.loads(folder.joinpath(name).read_text(encoding="utf-8"))
        assert {row["category"] for row in data["rows"]} == {data["category"]}
        assert {key for row in data["rows"] for key in row} <= fields


def test_no_text_of_a_row_is_missing_or_carries_stray_space() -> None:
    for row in LOADED.rows:
        for field, value in msgspec.to_builtins(row).items():
            if isinstance(value, str):
                assert value or field in MAY_BE_EMPTY, (row.code, field)
                assert value == " ".join(value.split()), (row.code, field)
        assert row.confidence == "high" or row.confidence_why, row.code


def test_titles_are_short_and_no_two_rows_share_one() -> None:
    titles = [row.title for row in LOADED.rows]
    assert max(map(len, titles)) <= 60
    assert [title for title, count in Counter(titles).items() if count > 1] == []


def test_sentences_end_with_a_full_stop() -> None:
    for row in LOADED.rows:
        for text in (row.tolerance, row.overdue_words, row.if_failed, row.notes):
            assert not text or text.endswith("."), (row.code, text)


def test_words_that_people_should_not_meet_are_not_used() -> None:
    banned = re.compile(
        r"\b(assets?|entit(y|ies)|sync\w*|instance|(in)?valid|errors?|illegal|oops|please|sorry|null|\w+\.md)\b",
        re.IGNORECASE,
    )
    for row in LOADED.rows:
        for field, value in msgspec.to_builtins(row).items():
            assert not (isinstance(value, str) and banned.search(value)), (row.code, field, value)


def test_every_rule_is_read_by_the_interval_grammar() -> None:
    forms = {row.code: parse_rule(row.rule).form for row in LOADED.rows}
    assert set(forms.values()) == set(Form)
    assert forms["VENT-08"] is Form.BY_VALUE


def test_event_anchors_have_rules_without_a_timetable() -> None:
    for row in LOADED.rows:
        if row.anchor is Anchor.EVENT:
            assert row.rule in ("on event", "before use"), row.code


def test_slack_is_named_for_exactly_the_rows_whose_arithmetic_has_it() -> None:
    named = {row.code: row.tolerance_code for row in LOADED.rows if row.tolerance_code != "none"}
    assert named == {
        "GASH-02": "gas_landlord",
        "TRAN-03": "mot",
        "FIRE-05": "alarm_5_to_7",
        "FIRE-11": "plus_minus_month",
        "FIRE-12": "plus_minus_month",
        "FIRE-14": "plus_minus_month",
    }
    slack = {"gas_landlord": Slack.LANDLORD_GAS, "mot": Slack.MOT}
    for code, tolerance in named.items():
        assert tolerance_for(code).kind is slack.get(tolerance, Slack.MONTHS)


def test_rows_with_one_date_for_each_thing_say_for_what() -> None:
    assert LOADED.by_code("WATR-05").per == "outlet"
    assert LOADED.by_code("GRND-01").per == "zone"
    assert LOADED.by_code("GRND-01").also_on_event
    assert LOADED.by_code("FIRE-01").per == ""
    assert not LOADED.by_code("FIRE-01").also_on_event


def test_an_examination_by_an_outsider_asks_for_a_document() -> None:
    assert LOADED.by_code("LIFT-01").needs_document
    assert not LOADED.by_code("FIRE-19").needs_document  # statutory, but done by the school
    assert not LOADED.by_code("FIRE-05").needs_document  # by a firm, but no statute names it


def test_a_duty_not_yet_in_force_carries_its_first_possible_day() -> None:
    waiting = {row.code: row.in_force_from for row in LOADED.rows if row.in_force_note}
    assert waiting == {"SECU-08": date(2027, 4, 3), "FAID-07": None}


def test_loading_twice_gives_the_same_catalogue() -> None:
    assert catalogue.load() is LOADED


def test_every_picture_named_by_a_row_or_a_question_is_shipped() -> None:
    shipped = {entry.name for entry in files("resources").joinpath("icons").iterdir()}
    named = {row.icon for row in LOADED.rows} | {feature.icon for feature in LOADED.features}
    assert {f"{icon}.svg" for icon in named} <= shipped
