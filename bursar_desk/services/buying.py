"""Buying: one door to everything about purchases, quotes and the rules for them."""

from __future__ import annotations

from bursar_desk.services.buying_judge import award, contract_of, declare, make_contract, mark, reasons_for
from bursar_desk.services.buying_quotes import (
    NewQuote,
    Price,
    add_quote,
    change_quote,
    decline,
    open_quotes,
    set_price,
)
from bursar_desk.services.buying_read import TABLES, listing, show, views
from bursar_desk.services.buying_rules import bands, choose_bands, own_bands
from bursar_desk.services.buying_shapes import BuyingLine, BuyingView, QuoteLine, StepLine
from bursar_desk.services.buying_steps import (
    COLUMNS,
    NewBuying,
    change,
    from_contract,
    problems,
    set_weights,
    start,
    stop,
)

__all__ = [
    "COLUMNS", "TABLES", "BuyingLine", "BuyingView", "NewBuying", "NewQuote", "Price", "QuoteLine", "StepLine",
    "add_quote", "award", "bands", "change", "change_quote", "choose_bands", "contract_of", "declare", "decline",
    "from_contract", "listing", "make_contract", "mark", "open_quotes", "own_bands", "problems", "reasons_for",
    "set_price", "set_weights", "show", "start", "stop", "views",
]  # fmt: skip
