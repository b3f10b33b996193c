"""The practice partnership reviews its services and the school of the pictures buys by quotes, all by the rules."""

from __future__ import annotations

import pytest

from bursar_desk.services import buying, service_reviews
from bursar_desk.services.desk import Desk
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, built, register_of


@pytest.mark.parametrize("urn", [STORY, NEIGHBOUR, THIRD, SECONDARY])
def test_every_practice_school_has_this_years_review_partly_decided(urn: str) -> None:
    with Desk.open(register_of(built(), urn).path, on=ON, read_only=True) as desk:
        made = service_reviews.review(desk)
        assert made.year == 2026
        assert 0 < made.undecided < len(made.lines)
        assert all(one.provider for one in made.lines)


def test_the_story_school_chose_the_best_value_and_buys_again() -> None:
    with Desk.open(register_of(built(), STORY).path, on=ON, read_only=True) as desk:
        running, finished = buying.views(desk)
    assert (running.line.stage, running.weights is not None, running.opened) == ("in", True, False)
    assert all(one.whole is None for one in running.quotes)
    assert finished.line.stage == "chosen"
    assert finished.needs_first == ()
    assert finished.late_weights == ()
    (chosen,) = [one for one in finished.quotes if one.chosen]
    assert [chosen] == list(finished.best)
    assert chosen not in finished.cheapest
    assert finished.line.row.chosen_why
