"""Names of firms: what counts as the same firm, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.firm_names import plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hague Grounds Ltd", "HAGUE GROUNDS LIMITED"),
        ("The Mill Catering Co. Ltd.", "Mill Catering Co"),
        ("Smith & Sons", "Smith and Sons LLP"),
        ("R.M. plc", "RM"),
        ("R M P.L.C.", "rm"),
        ("Wright’s Cleaning", "Wrights  Cleaning"),
        ("Bio-Clean", "Bio Clean (Ltd)"),
        ("Café Direct", "CAFE DIRECT"),
        ("A & B Lifts", "AB Lifts"),
        ("Council", "\tCouncil "),
    ],
)  # fmt: skip
def test_one_firm_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert plain(one) == plain(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hague Grounds", "Hague Ground Works"),
        ("Zurich", "Zurich Engineering"),
        ("Smith 1", "Smith 2"),
        ("Andover Lifts", "Over Lifts"),
        ("Theale Heating", "Ale Heating"),
        ("Limitedge", "Edge"),
    ],
)  # fmt: skip
def test_two_firms_stay_two(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_a_name_of_nothing_but_small_words_stays_whole() -> None:
    assert plain("The Limited") == "the limited"
    assert plain("P.L.C.") == "plc"
    assert plain(" – ") == ""


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert plain(plain(name)) == plain(name)


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=40))
def test_letter_case_tells_no_firms_apart(name: str) -> None:
    assert plain(name.upper()) == plain(name) == plain(name.lower())
