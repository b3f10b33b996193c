"""Services by their codes, their words and what gives them away."""

from __future__ import annotations

import pytest

from bursar_desk.domain import service_kinds as kinds


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Window cleaning, quarterly", "window cleaning"), ("Cleaning of the school", "cleaning"),
        ("FIRE ALARM maintenance contract", "fire alarm"), ("Lift maintenance", "lift"),
        ("Water hygiene", "water hygiene"),
        ("Legionella risk visits", "water hygiene"), ("Staff absence insurance", "supply insurance"),
        ("Grounds maintenance", "grounds"), ("Gift vouchers", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_most_exact_hint_gives_a_service_away(text: str, code: str) -> None:
    assert kinds.guess(text) == code


def test_codes_and_words_are_each_there_once_and_lead_to_each_other() -> None:
    assert len(kinds.BY_CODE) == len(kinds.KINDS) == len({one.said.casefold() for one in kinds.KINDS})
    for one in kinds.KINDS:
        assert kinds.of_words(one.code) == kinds.of_words(one.said.upper()) == one.code
        assert kinds.words_of(one.code) == one.said


def test_a_code_of_a_newer_program_reads_as_it_stands() -> None:
    assert (kinds.words_of("robots"), kinds.words_of("")) == ("Robots", "")
    assert kinds.of_words("robots") is None
