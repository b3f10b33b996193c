"""How many quotes a purchase needs: a school's own bands of value, and who approves in each.

Three quotes is not the law: it stands in the advice of the Department for Education and in local finance rules, so
every school sets its own (rules.md section 12). What is usual stands here until it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError

DIRECT, QUOTES, TENDER, FRAMEWORK = "direct", "quotes", "tender", "framework"
ROUTES: Final = (DIRECT, QUOTES, TENDER, FRAMEWORK)
ROUTE_WORDS: Final = {
    DIRECT: "Buy direct", QUOTES: "Ask for quotes", TENDER: "Tender", FRAMEWORK: "Use a framework",
}  # fmt: skip
CHECKED: Final = ("school", "value", "end date")
"""What is checked about a framework: that it covers the school and the value, and has not ended."""
CHECKED_WORDS: Final = {
    "school": "It covers our school", "value": "It covers this value", "end date": "It has not ended",
}  # fmt: skip
CALL_OFFS: Final = ("direct award", "mini competition")
CALL_OFF_WORDS: Final = {"direct award": "Direct award", "mini competition": "Mini competition"}
MOST_QUOTES: Final = 9
MOST_PENCE: Final = 10**12
_SAFE: Final = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Band:
    """From ``first`` pence (whole life, without VAT) on: how many quotes, who approves, and whether it is a tender."""

    first: int
    quotes: int
    approver: str = ""
    tender: bool = False

    @property
    def words(self) -> str:
        """Return what it asks for."""
        if self.tender:
            return "Tender"
        return "Buy direct" if self.quotes < 2 else f"{words.count(self.quotes, 'quote')}"

    def facts(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"from": self.first, "quotes": self.quotes, "approver": self.approver}


USUAL: Final = (
    Band(0, 1, "Budget holder"), Band(200_000, 2, "Head teacher"), Band(1_000_000, 3, "Finance committee"),
)  # fmt: skip
TENDER_APPROVER: Final = "Full governing body"


def bands_of(kept: object) -> tuple[Band, ...]:
    """Return bands as they were kept; the usual ones where what was kept makes no sense."""
    if not isinstance(kept, list) or not kept:
        return USUAL
    made = []
    for one in kept:
        if not isinstance(one, Mapping):
            return USUAL
        first, quotes, approver = one.get("from"), one.get("quotes"), one.get("approver", "")
        if not (_whole(first) and _whole(quotes) and isinstance(approver, str)):
            return USUAL
        made.append(Band(int(first), int(quotes), approver))  # type: ignore[arg-type]  # both are whole numbers
    try:
        return checked(made)
    except UserError:
        return USUAL


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_PENCE


def checked(bands: Sequence[Band]) -> tuple[Band, ...]:
    """Return bands in order. Raises ``UserError`` unless the first begins at nothing and each asks for no less."""
    found = sorted(bands, key=lambda one: one.first)
    if not found or found[0].first != 0:
        raise UserError("The first band must begin at £0.", _SAFE, "Say what is needed for the smallest purchases.")
    if len({one.first for one in found}) != len(found):
        raise UserError("Two bands begin at the same sum.", _SAFE, "Give each band a sum of its own.")
    if any(not 1 <= one.quotes <= MOST_QUOTES or one.first > MOST_PENCE for one in found):
        raise UserError("A band asks for 1 to 9 quotes.", _SAFE, "Type 1 for buying direct.")
    if any(b.quotes < a.quotes for a, b in pairwise(found)):
        raise UserError("A higher band asks for fewer quotes.", _SAFE, "Let the number of quotes rise with the value.")
    return tuple(found)


def band_for(bands: Sequence[Band], net: Fraction | int, *, reaches: bool | None) -> Band:
    """Return the band of a value: a tender once the figure of the Procurement Act is reached, whatever the bands say.

    ``net`` is the whole-life value without VAT in pence; ``reaches`` compares the value with VAT.
    """
    found = [one for one in bands if one.first <= net]
    last = found[-1] if found else bands[0]
    if reaches:
        return Band(last.first, last.quotes, TENDER_APPROVER, tender=True)
    return last


def band_words(bands: Sequence[Band]) -> tuple[str, ...]:
    """Return each band in a line."""
    lines = []
    for n, one in enumerate(bands):
        until = bands[n + 1].first if n + 1 < len(bands) else None
        if n == 0:
            span = f"Under {words.money(until)}" if until is not None else "Any value"
        else:
            span = f"From {words.money(one.first)}" + (f" to under {words.money(until)}" if until is not None else "")
        who = f", {one.approver} approves" if one.approver else ""
        lines.append(f"{span}: {one.words.lower()}{who}")
    lines.append(f"From the figure of the Procurement Act: tender, {TENDER_APPROVER.lower()} approves")
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Held:
    """What a purchase shows against its band: quotes held, the reason for fewer, who approved."""

    held: int
    needed: int
    fewer_why: str
    approved_by: str
    approver: str
    route: str

    @property
    def enough(self) -> bool:
        """Tell whether there are enough quotes, or a reason why there are fewer."""
        return self.held >= self.needed or bool(self.fewer_why.strip())

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what is missing before a quote may be chosen."""
        said = []
        if not self.enough:
            has = "none is" if self.held == 0 else f"only {self.held} {words.is_are(self.held)}"
            said.append(f"The rule asks for {words.count(self.needed, 'quote')} and {has} here: "
                        "get more, or say why there are fewer.")  # fmt: skip
        if self.needed > 1 and not self.approved_by.strip():
            said.append(f"Say who approved it: {self.approver or 'the person your rules name'}.")
        return tuple(said)


def framework_missing(reference: str, until_is_past: bool, checked_parts: Sequence[object]) -> tuple[str, ...]:
    """Return what is missing before a framework may be used."""
    said = []
    if not reference.strip():
        said.append("Note the reference of the framework.")
    if until_is_past:
        said.append("The framework has ended.")
    said += [f"Check the framework: “{CHECKED_WORDS[one]}” is not ticked." for one in CHECKED
             if one not in checked_parts]  # fmt: skip
    return tuple(said)
