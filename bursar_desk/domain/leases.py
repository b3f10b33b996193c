"""What a school may lease, and whose consent it needs: one plain sentence (rules.md section 12, Leases)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bursar_desk.domain.money_years import ACADEMY, MAINTAINED


@dataclass(frozen=True, slots=True)
class LeaseKind:
    """A kind of thing leased: its code, its words, and whether the 2024 class consent covers it."""

    code: str
    said: str
    covered: bool


KINDS: Final = (
    LeaseKind("it", "Computers, copiers, cameras and whiteboards", True),
    LeaseKind("telephony", "Telephones", True),
    LeaseKind("catering", "Catering and cleaning equipment", True),
    LeaseKind("furniture", "Furniture", True),
    LeaseKind("bathroom", "Bathroom and sanitary items", True),
    LeaseKind("gym", "Gym equipment", True),
    LeaseKind("grounds", "Grounds equipment", True),
    LeaseKind("led", "LED lighting by a route the Department for Education names", True),
    LeaseKind("vehicle", "A minibus or another vehicle", False),
    LeaseKind("plant", "A boiler, solar panels or other plant", False),
    LeaseKind("building", "Land, a building or a cabin", False),
    LeaseKind("other", "Something else", False),
)
BY_CODE: Final = {one.code: one for one in KINDS}
CONSENTS: Final = {
    "": "Nobody has looked yet", "class": "Covered by the class consent", "asked": "Asked, no answer yet",
    "given": "Given in writing",
}  # fmt: skip
"""What is known of consent, by code."""


def warning(code: str, consent: str, employer: str) -> str:
    """Say what a lease still needs, or "" when it needs nothing more.

    ``employer`` is a kind of money year ("maintained" or "academy"); for another one nothing is claimed. Maintained
    schools: since 1 April 2024 every lease is borrowing. Academies: operating leases are allowed but for land and
    buildings; finance leases of the kinds listed have consent since 1 September 2024.
    """
    if not code or consent == "given" or employer not in (MAINTAINED, ACADEMY):
        return ""
    kind = BY_CODE.get(code)
    covered = kind is not None and kind.covered
    if covered:
        return ""
    waits = " It was asked for; wait for the answer." if consent == "asked" else ""
    if employer == MAINTAINED:
        return f"This lease needs the consent of the Secretary of State: the class consent does not cover it.{waits}"
    if code == "building":
        return f"A lease of land or buildings needs the consent of the Secretary of State.{waits}"
    return (
        f"A finance lease of this kind needs the consent of the Secretary of State; an operating lease does not. "
        f"A trust under notice to improve asks first.{waits}"
    )
