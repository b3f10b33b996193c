"""The quotes of a purchase, frozen into an offer as they lay side by side when it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


def frozen(desk: Desk, buying: bytes | None) -> list[dict[str, Any]]:
    """Return the quotes of a purchase held here: supplier, prices in pence, score in hundredths, rank, the chosen one.

    Empty without a purchase. Prices are there only once quotes were opened. Raises ``UserError`` for a purchase that
    is not held here.
    """
    if buying is None:
        return []
    from bursar_desk.services import buying as purchases

    found = []
    for one in purchases.show(desk, buying).quotes:
        row, scored = one.row, one.scored
        found.append({
            "quote": row.id.hex(), "supplier": one_line(one.name), "state": one.state, "yearly": row.yearly,
            "once": row.once, "vat_rate": row.vat_rate, "months": row.months, "whole": one.whole,
            "score": scored.total if scored else None, "price_score": scored.price if scored else None,
            "quality_score": scored.quality if scored else None, "rank": scored.rank if scored else None,
            "chosen": one.chosen,
        })  # fmt: skip
    return found
