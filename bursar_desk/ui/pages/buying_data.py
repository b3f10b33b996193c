"""What the page of buying shows, read once on the database worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.services import buying, buying_choices, service_reviews

if TYPE_CHECKING:
    from bursar_desk.domain.quote_rules import Band
    from bursar_desk.services.buying_shapes import BuyingView, ReviewLine, YearReview
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class BuyingData:
    """A year's review of services, and every purchase; ``firms`` our suppliers and ``contracts`` those that run."""

    review: YearReview
    purchases: tuple[BuyingView, ...]
    bands: tuple[Band, ...]
    own_bands: bool
    firms: tuple[tuple[object, str], ...]
    contracts: tuple[tuple[object, str], ...]
    years: tuple[tuple[object, str], ...]
    this_year: int
    office: bool

    def purchase(self, row: bytes) -> BuyingView | None:
        """Return one purchase as it was read."""
        return next((one for one in self.purchases if one.line.row.id == row), None)

    def service(self, row: bytes) -> ReviewLine | None:
        """Return one service of the year shown."""
        return next((one for one in self.review.lines if one.row.id == row), None)

    @property
    def running(self) -> str:
        """Return how much is being bought, in words."""
        count = sum(one.line.stage not in ("chosen", "stopped") for one in self.purchases)
        return f"{words.count(count, 'purchase')} under way" if self.purchases else ""


def read_buying(desk: Desk, year: int | None) -> BuyingData:
    """Read it for a year of services (the latest by default) and all purchases."""
    made = service_reviews.review(desk, year)
    this = service_reviews.this_year(desk)
    years = sorted({*made.years, made.year, this, this + 1}, reverse=True)
    return BuyingData(
        made, buying.views(desk), buying.bands(desk), buying.own_bands(desk),
        buying_choices.firms(desk), buying_choices.contracts_that_run(desk),
        tuple((one, service_reviews.year_words(one)) for one in years), this, desk.is_office,
    )  # fmt: skip
