"""The short codes papers print beside a figure, and the way back from a code to its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import registry_buying
from bursar_desk.domain.errors import UserError
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bursar_desk.services.desk import Desk
    from db.queries.deals import OfferRow

TABLES: Final = (*(one.name for one in registry_buying.BUYING_TABLES), "answer")
"""Where a figure of a paper about contracts, deals and savings can come from."""
_CALLED: Final = {
    "supplier": "Supplier", "contract": "Contract", "contract_term": "Term of a contract",
    "contract_decision": "Decision on a contract", "contract_note": "Note on a contract", "meeting": "Meeting",
    "service_review": "Service in a review", "buying": "Purchase", "weights": "Weights of a purchase",
    "quote": "Quote", "opening": "Opening of quotes", "mark": "Mark for a quote", "interest": "Interest declared",
    "saving": "Saving", "spend": "Payments by a ledger", "deal": "Group deal", "deal_offer": "Offer for a deal",
    "deal_baseline": "Price before a deal", "sharing": "How a cost is shared", "deal_step": "Joining or leaving",
    "agreement": "Agreement", "running_cost": "Cost of the cluster", "payment": "Payment", "answer": "Decision",
}  # fmt: skip
_NAMES: Final = ("title", "name", "supplier_name", "document", "body", "who", "reference", "what", "part", "words")


@dataclass(frozen=True, slots=True)
class Followed:
    """A record a code leads to: what it is, of which school, and what it is called."""

    table: str
    id: bytes
    school: bytes
    school_name: str
    called: str
    title: str

    @property
    def words(self) -> str:
        """It in a line."""
        return ", ".join(part for part in (f"{self.called}: {self.title}" if self.title else self.called,
                                           self.school_name) if part)  # fmt: skip


def code_of(record: bytes | None) -> str:
    """Return the code of a record, such as "TP4-JYT-W"; "" for none. It always follows from the record’s id."""
    from reports.sheet_code import short_code

    return short_code(b"record " + record) if record else ""


def _quotes_in_offers(offers: Iterable[OfferRow], code: str) -> Iterator[tuple[bytes, bytes, str]]:
    """Yield offers a quote was put into: the quote itself stays at the school that buys, its figures travel here."""
    from bursar_desk.domain.apportion_rows import read_id

    for offer in offers:
        for one in offer.compared:
            if code_of(read_id(one.get("quote"))) == code:
                yield offer.id, offer.school, one_line(one.get("supplier")) or "a supplier"


def follow(desk: Desk, typed: str) -> list[Followed]:
    """Return the records a code on a paper leads to. Raises ``UserError`` for a code that leads nowhere here."""
    from db import derived
    from db.queries.base import rows, with_school
    from db.queries.deals import offers
    from reports.sheet_code import read_code

    code = read_code(typed)
    if code is None:
        raise UserError(
            f"“{typed}” is not a code of a record.", "Nothing was changed.", "Type it as it is printed: TP4-JYT-W."
        )
    found = []
    with desk.store.connect() as con:
        for name in TABLES:
            t = derived.table(name)
            for row in rows(con, with_school(t)):
                if code_of(row.id) == code:
                    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
                    title = next((one_line(values[one]) for one in _NAMES if values.get(one)), "")
                    found.append(
                        Followed(name, row.id, row.school, desk.school_name(row.school), _CALLED[name], title)
                    )
        found = found or [
            Followed("deal_offer", row, school, desk.school_name(school), _CALLED["deal_offer"], f"quote of {who}")
            for row, school, who in _quotes_in_offers(offers(con), code)
        ]
    if not found:
        raise UserError(
            f"No record here has the code {code}.", "Nothing was changed.",
            "It may stand in another school’s register, or its file has not come yet.",
        )  # fmt: skip
    return found
