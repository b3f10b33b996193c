"""A purchase taken through its steps by hand, on a clock that moves: for the tests of buying and its page."""

from __future__ import annotations

from bursar_desk.clock import FixedClock
from bursar_desk.domain.scoring import Part
from bursar_desk.services import buying
from bursar_desk.services.desk import Desk

PARTS = (Part("Quality of work", 40), Part("Response", 20))
FIRMS = {"Hartwell Cleaning": 1_450_000, "Brightside": 1_320_000, "Acorn Services": 1_600_000}
MARKS = {"Hartwell Cleaning": (9, 8), "Brightside": (6, 6), "Acorn Services": (8, 9)}
JUDGES = ("Dawn Hill", "Ian Frost")
NEW = buying.NewBuying("Cleaning", "cleaning", yearly=1_400_000, months=36)


def tick(desk: Desk, minutes: int = 1) -> None:
    """Let time pass, so that what is said later is later in the log."""
    clock = desk.clock
    behind = getattr(clock, "behind", clock)
    assert isinstance(behind, FixedClock)
    behind.move_on(minutes * 60_000)


def started(desk: Desk, new: buying.NewBuying = NEW) -> bytes:
    """A purchase that is approved."""
    view, _ = buying.start(desk, new)
    buying.change(desk, view.line.row.id, {"approved_by": "Finance committee"})
    tick(desk)
    return view.line.row.id


def weighted(desk: Desk, row: bytes) -> None:
    """Price 40, work 40, response 20."""
    buying.set_weights(desk, row, 40, PARTS)
    tick(desk)


def quoted(desk: Desk, row: bytes, firms: tuple[str, ...] = tuple(FIRMS)) -> dict[str, bytes]:
    """Quotes that came today."""
    made = {}
    for name in firms:
        made[name] = buying.add_quote(desk, row, buying.NewQuote(name, came_on=desk.today))[0]
    tick(desk)
    return made


def opened(desk: Desk, row: bytes, quotes: dict[str, bytes]) -> None:
    """All opened at once beside the head."""
    prices = {one: buying.Price(FIRMS[name], vat_rate=2000) for name, one in quotes.items()}
    buying.open_quotes(desk, row, "Clare Brennan", prices)
    tick(desk)


def marked(desk: Desk, row: bytes, quotes: dict[str, bytes]) -> None:
    """Two judges mark everything and have nothing to declare."""
    for who in JUDGES:
        for name, one in quotes.items():
            work, response = MARKS[name]
            buying.mark(desk, one, {"Quality of work": work, "Response": response}, by=who)
        buying.declare(desk, row, who=who)
    tick(desk)


def ready(desk: Desk) -> tuple[bytes, dict[str, bytes]]:
    """A purchase of which a quote can be chosen: Hartwell is the best value, Brightside the cheapest."""
    row = started(desk)
    weighted(desk, row)
    quotes = quoted(desk, row)
    opened(desk, row, quotes)
    marked(desk, row, quotes)
    return row, quotes
