"""The quotes of a purchase, frozen into an offer as they lay side by side when it was made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import scoring, words
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.buying_shapes import BuyingView
    from bursar_desk.services.desk import Desk


def frozen(desk: Desk, buying: bytes | None) -> list[dict[str, Any]]:
    """Return the quotes of a purchase held here: supplier, prices in pence, score in hundredths, rank, the chosen one.

    Empty without a purchase. Prices are there only once quotes were opened. Raises ``UserError`` for a purchase that
    is not held here.
    """
    if buying is None:
        return []
    from bursar_desk.services import buying as purchases

    view = purchases.show(desk, buying)
    weights = _weights(desk, view)
    found = []
    for one in view.quotes:
        row, scored = one.row, one.scored
        found.append({
            "quote": row.id.hex(), "supplier": one_line(one.name), "state": one.state, "yearly": row.yearly,
            "once": row.once, "vat_rate": row.vat_rate, "months": row.months, "whole": one.whole,
            "score": scored.total if scored else None, "price_score": scored.price if scored else None,
            "quality_score": scored.quality if scored else None, "rank": scored.rank if scored else None,
            "chosen": one.chosen, **({"weights": weights} if weights else {}),
        })  # fmt: skip
    return found


def _weights(desk: Desk, view: BuyingView) -> dict[str, Any]:
    """Return how the quotes were weighed, so that schools that do not hold the purchase can read it too."""
    from db.queries.buying import weights

    if view.weights is None:
        return {}
    with desk.store.connect() as con:
        fixed = next((one for one in weights(con, buying=[view.line.row.id]) if one.id == view.weights.id), None)
    opened = min((one.on_date for one in view.openings if one.on_date is not None), default=None)
    made = {
        "id": view.weights.id.hex(), "price": view.weights.price,
        "parts": [{"name": one_line(one.name), "weight": one.weight} for one in view.weights.parts],
        "said_on": fixed.said_on.isoformat() if fixed is not None and fixed.said_on else None,
        "opened_on": opened.isoformat() if opened else None,
    }  # fmt: skip
    return {name: value for name, value in made.items() if value is not None}


def weighed_words(compared: Sequence[Mapping[str, Any]]) -> str:
    """Say how the quotes of an offer were weighed, as it was frozen with them; "" where that is not, or is odd."""
    found = next((one["weights"] for one in compared if isinstance(one.get("weights"), Mapping)), None)
    if found is None:
        return ""
    parts = found.get("parts")
    rows = [one for one in parts if isinstance(one, Mapping)] if isinstance(parts, list) else []
    made = scoring.weights_of(b"", found.get("price"), rows)
    if made is None:
        return ""
    tidy = replace(made, parts=tuple(replace(one, name=one_line(one.name)) for one in made.parts))
    fixed, opened = _day(found.get("said_on")), _day(found.get("opened_on"))
    on = f" on {words.long_date(fixed)}" if fixed else ""
    before = f", before quotes were opened on {words.long_date(opened)}" if opened else ""
    return f"Weights were fixed{on}{before}: {tidy.words}."


def marks_words(one: Mapping[str, Any]) -> str:
    """Return "Score 87.20: price 60.00, quality 27.20" of a frozen quote; scores are in hundredths."""
    total, *rest = (_score(one.get(name)) for name in ("score", "price_score", "quality_score"))
    named = [f"{name} {said}" for name, said in zip(("price", "quality"), rest, strict=True) if said]
    return f"Score {total}{': ' if named else ''}{', '.join(named)}" if total else ""


def _score(value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**6:
        return ""
    return f"{value // 100}.{value % 100:02d}"


def _day(text: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
