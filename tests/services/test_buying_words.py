"""What history says of buying reads as people say it: codes, weights, sums, years."""

from __future__ import annotations

from pathlib import Path

import pytest

from bursar_desk.domain import registry
from bursar_desk.services import buying, service_reviews, stories
from bursar_desk.services.service_reviews import NewReview
from bursar_desk.services.value_words import value_words
from tests.services import buying_kit as kit
from tests.services.small_school import Small, without_waiting


def said(table: str, field: str, value: object) -> str:
    found = next(one for one in registry.BY_NAME[table].fields if one.name == field)
    return value_words(table, found, value, lambda _row: "")


@pytest.mark.parametrize(("table", "field", "value", "wanted"), [
    ("weights", "price", 40, "40"), ("weights", "parts", '[{"name": "Work", "weight": 60}]', "Work 60"),
    ("buying", "once", 150_000, "£1,500"), ("buying", "yearly", 150_050, "£1,500.50"),
    ("buying", "vat_rate", 2000, "20 per cent"), ("buying", "route", "quotes", "Ask for quotes"),
    ("buying", "service", "hr", "Human resources"), ("buying", "state", "awarded", "Chosen"),
    ("service_review", "route", "cluster", "Buy as a cluster"), ("service_review", "year", 2026, "2026"),
    ("service_review", "other_price", 900_00, "£900"), ("setting", "name", "buying_bands", "Rules for quotes"),
    ("setting", "value", '[{"from": 200000, "quotes": 2, "approver": "Head"}]', "from £2,000 2"),
])  # fmt: skip
def test_a_value_of_buying_reads_as_people_say_it(table: str, field: str, value: object, wanted: str) -> None:
    assert said(table, field, value) == wanted


def test_the_story_of_a_purchase_and_a_service_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    with Small.found(tmp_path).desk(write=True) as desk:
        row, _quotes = kit.ready(desk)
        service = service_reviews.add(desk, NewReview("hr", 2026, price=5))[0].row.id
        service_reviews.decide(desk, service, "market", body="Governors", minute_ref="6.2")
        told = "\n".join(
            one.after for table, about in (("buying", row), ("service_review", service))
            for line in stories.story_of(desk, table, about) for one in line.changes
        )  # fmt: skip
        assert "Go to market" in told
        assert "Finance committee" in told
        assert "_" not in told
        assert buying.show(desk, row).line.stage == "ready"
