"""Contracts: the one door to what lists, forms and commands do with them."""

from __future__ import annotations

from bursar_desk.services.contracts_cells import AT_END, COLUMNS, NOTICE_BY, NOTICE_ENDS, RISES
from bursar_desk.services.contracts_decide import WHAT_WORDS, decide
from bursar_desk.services.contracts_read import board, find, listing, show, would_orphan
from bursar_desk.services.contracts_write import (
    NOTE_KINDS,
    add,
    add_note,
    add_term,
    cease,
    change,
    change_term,
    finish_note,
    go_live,
    remove,
    remove_term,
    set_served,
)

__all__ = [
    "AT_END", "COLUMNS", "NOTE_KINDS", "NOTICE_BY", "NOTICE_ENDS", "RISES", "WHAT_WORDS", "add", "add_note",
    "add_term", "board", "cease", "change", "change_term", "decide", "find", "finish_note", "go_live", "listing",
    "remove", "remove_term", "set_served", "show", "would_orphan",
]  # fmt: skip
