"""Which rows of the catalogue a site gets from its answers, and that nothing undecided is ever counted."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.catalogue import (
    NONE_OF_THIS,
    SiteKind,
    applies,
    presumed,
    reason,
    settled,
    starter_set,
    still_to_ask,
    typical_answers,
)
from bursar_desk.services import catalogue

LOADED = catalogue.load()
FEATURES = [feature.code for feature in LOADED.features]
ANSWERS = st.dictionaries(st.sampled_from(FEATURES), st.sampled_from([True, False, None]))


def usual(kind: SiteKind) -> dict[str, bool]:
    return typical_answers(LOADED.features, kind)


def test_every_question_decides_some_row_and_every_row_names_only_known_questions() -> None:
    used = {feature for row in LOADED.rows for feature in row.features}
    assert used == set(FEATURES)
    assert len(FEATURES) == len(set(FEATURES))


def test_the_questions_read_as_questions_and_the_first_page_is_short() -> None:
    assert [f.code for f in LOADED.features if not f.question.endswith("?") or not f.help or not f.label] == []
    assert sum(f.first_page for f in LOADED.features) == 11
    assert max(len(f.label) for f in LOADED.features) <= 32
    assert {kind for f in LOADED.features for kind in f.typical} <= {"primary", "secondary", "special", "nursery"}


def test_a_usual_primary_starts_with_61_checks_52_of_them_required() -> None:
    starts = starter_set(LOADED, usual("primary"))
    assert (len(starts), sum(row.required for row in starts)) == (61, 52)
    assert [row.spine for row in starts] == list(range(1, 62))
    assert Counter(row.area.name for row in starts) == {
        "Fire": 15, "Water": 10, "Gas and electrical": 7, "Lifting and work equipment": 3, "Asbestos": 3,
        "Play and grounds": 7, "First aid and accidents": 4, "Security": 4, "Kitchen": 5, "Training": 3,
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "count"), [("secondary", 80), ("special", 67), ("nursery", 51)])
def test_other_kinds_of_school_start_with_their_own_number(kind: SiteKind, count: int) -> None:
    assert len(starter_set(LOADED, usual(kind))) == count


def test_the_ranks_of_the_common_rows_run_without_a_gap() -> None:
    assert sorted(row.spine for row in LOADED.rows if row.spine is not None) == list(range(1, 62))


def test_every_row_follows_from_answers_or_from_being_a_school() -> None:
    """Nothing is left for which no question is asked: answered in full, no row waits."""
    assert [row.code for row in LOADED.rows if bool(row.features) == row.every_school] == []
    assert still_to_ask(LOADED, usual("primary")) == ()


@pytest.mark.parametrize(("kind", "count"), [("primary", 160), ("secondary", 193), ("special", 168), ("nursery", 137)])
def test_how_many_rows_apply_to_a_usual_school_of_each_kind(kind: SiteKind, count: int) -> None:
    assert sum(applies(row, usual(kind)) == "yes" for row in LOADED.rows) == count


def test_what_is_taken_for_granted_rules_nothing_out() -> None:
    for kind in ("primary", "secondary", "special", "nursery"):
        taken = presumed(LOADED.features, kind)
        assert set(taken.values()) == {True}
        assert {applies(row, taken) for row in LOADED.rows} == {"yes", "ask"}


def test_every_row_says_why_it_applies_or_not() -> None:
    labels = {feature.code: feature.label for feature in LOADED.features}
    answers = usual("primary")
    lift, pool, alarm = (LOADED.by_code(code) for code in ("LIFT-01", "POOL-01", "FIRE-01"))
    assert reason(lift, answers, labels) == "The site has this: lift that carries people."
    assert reason(pool, answers, labels) == NONE_OF_THIS + "swimming pool."
    assert reason(pool, {}, labels) == "Nobody has said yet: swimming pool?"
    assert reason(alarm, {}, labels) == "Every school has this."
    assert "CCTV" in reason(LOADED.by_code("SECU-03"), answers, labels)


def test_a_thing_that_needs_another_is_settled_by_its_no_but_never_against_a_persons_word() -> None:
    assert settled(LOADED.features, {"minibus": False})["tail_lift"] is False
    assert settled(LOADED.features, {"minibus": False, "tail_lift": True})["tail_lift"] is True
    assert settled(LOADED.features, {"minibus": None}).get("tail_lift") is None
    known = {feature.code for feature in LOADED.features}
    assert all(set(feature.only_with) <= known - {feature.code} for feature in LOADED.features)


def test_every_row_can_be_reached() -> None:
    """With every feature there every row applies; with none only those of every school."""
    everything, nothing = dict.fromkeys(FEATURES, True), dict.fromkeys(FEATURES, False)
    assert {applies(row, everything) for row in LOADED.rows} == {"yes"}
    for row in LOADED.rows:
        assert applies(row, nothing) == ("yes" if row.every_school else "no"), row.code
        if not row.every_school:
            assert {applies(row, {feature: True}) for feature in row.features} == {"yes"}, row.code


def test_a_question_not_yet_answered_or_answered_not_sure_asks() -> None:
    lift = LOADED.by_code("LIFT-01")
    assert applies(lift, {}) == "ask"
    assert applies(lift, {"lift": None}) == "ask"
    assert applies(lift, {"lift": True}) == "yes"
    assert applies(lift, {"lift": False}) == "no"


def test_one_yes_among_several_features_is_enough_and_one_open_answer_keeps_a_no_back() -> None:
    taps = LOADED.by_code("WATR-04")
    assert set(taps.features) == {"hot_water_cylinder", "cold_water_tank"}
    assert applies(taps, {"hot_water_cylinder": True}) == "yes"
    assert applies(taps, {"hot_water_cylinder": False}) == "ask"
    assert applies(taps, {"hot_water_cylinder": False, "cold_water_tank": False}) == "no"


def test_asbestos_follows_from_the_age_of_the_building() -> None:
    for code in ("ASBE-01", "ASBE-02", "ASBE-03", "ASBE-04"):
        assert applies(LOADED.by_code(code), {"built_before_2000": True}) == "yes"
    # Whether there is any that pupils can reach only the register of the building says.
    assert applies(LOADED.by_code("ASBE-05"), {"built_before_2000": True}) == "ask"
    assert applies(LOADED.by_code("ASBE-05"), settled(LOADED.features, {"built_before_2000": False})) == "no"


@given(ANSWERS)
def test_each_row_is_counted_asked_or_left_out_exactly_once(answers: dict[str, bool | None]) -> None:
    split = Counter(applies(row, answers) for row in LOADED.rows)
    assert split["yes"] >= len(starter_set(LOADED, answers))
    assert split["ask"] == len(still_to_ask(LOADED, answers))
    assert sum(split.values()) == len(LOADED.rows)


@given(ANSWERS, st.sampled_from(FEATURES))
def test_saying_yes_never_takes_a_check_away(answers: dict[str, bool | None], feature: str) -> None:
    before = settled(LOADED.features, answers)
    after = settled(LOADED.features, answers | {feature: True})
    assert all(applies(row, after) == "yes" for row in LOADED.rows if applies(row, before) == "yes")
