"""What one cell of a money column says: whole pence, with or without VAT, for how long; or why it is no certain sum."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bursar_desk.domain.date_cells import as_text

MOST: Final = 10_000_000_000_00
"""The largest sum taken, in pence: ten thousand million pounds. A longer number is a reference or a telephone."""


class Money(StrEnum):
    """What became of a cell."""

    READ = "read"
    EMPTY = "empty"
    NONE = "none"  # it says that there is no sum, or that it is not known yet
    ASK = "ask"  # a person could mean several things by it
    REFUSED = "refused"  # it is no sum


@dataclass(frozen=True, slots=True)
class MoneyCell:
    """One cell. ``pence`` is what stands there, below zero for a refund; ``vat`` says whether VAT is in it.

    ``vat``: "net" (without), "gross" (with), "none" (there is none) or "" (not said). ``per``: "year", "month",
    "quarter", "term", "week", "once" or "" (not said). ``why`` says what is doubtful, or what was done to read it.
    """

    found: str
    state: Money
    pence: int | None = None
    vat: str = ""
    per: str = ""
    why: str = ""

    @property
    def unknown(self) -> bool:
        """Whether it says that there is a sum and that it is not known yet."""
        return self.why == _NOT_KNOWN


_NOT_KNOWN: Final = "It says that the sum is not known."
_NOTHING: Final = frozenset({
    "n/a", "na", "n.a.", "none", "nil", "-", "--", "–", "—", "not applicable", "no charge", "free", "x",
    "no cost", "£-", "£ -", "£nil",
})  # fmt: skip
_UNKNOWN: Final = frozenset({
    "tbc", "tba", "tbd", "to be confirmed", "to be agreed", "?", "??", "unknown", "not known", "pending", "awaited",
    "£tbc", "see contract", "various", "variable", "varies", "see invoice", "as used",
})  # fmt: skip
_ABOUT: Final = re.compile(
    r"(?:^|(?<=[\s(]))(?:c\.?|ca\.?|circa|approx(?:imate(?:ly)?)?\.?|about|around|roughly|est(?:imate[d]?)?\.?|up to"
    r"|max(?:imum)?\.?|min(?:imum)?\.?|from|over|under|less than|more than|at least)(?=[\s£\d)]|$)|[~<>±]"
)
_FOREIGN: Final = re.compile(r"[€$¥]|\b(?:eur|euros?|usd|dollars?)\b")
_MARK: Final = r"(?:£|gbp|pounds?)"
_NUMBER: Final = r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<part>\.\d+)?"
_SUM: Final = re.compile(rf"{_MARK}?\s*{_NUMBER}\s*(?P<scale>thousand|million|mil|mn|bn|k|m)?\s*{_MARK}?(?:/-)?")
_VAT: Final[tuple[tuple[str, str], ...]] = (
    (r"no vat|vat exempt|exempt (?:from|of) vat|zero[- ]rated|vat free|outside (?:the )?scope(?: of vat)?", "none"),
    (r"(?:\+|plus|and|&)\s*v\.?a\.?t\.?(?:\s*(?:at|@)\s*20(?:\.0+)?\s*%)?", "net"),
    (r"(?:ex(?:c(?:l(?:uding|usive(?: of)?)?)?)?\.?|without|before|net of|net)\s*(?:of\s*)?v\.?a\.?t\.?", "net"),
    (r"(?:inc(?:l(?:uding|usive(?: of)?|udes)?)?\.?|with|after|gross of|gross inc\.?)\s*(?:of\s*)?v\.?a\.?t\.?",
     "gross"),
    (r"v\.?a\.?t\.?\s*(?:inc(?:luded|l)?|inclusive)\.?", "gross"),
    (r"v\.?a\.?t\.?\s*(?:exc(?:luded|l)?|exclusive|extra)\.?", "net"),
    (r"net", "net"), (r"gross", "gross"),
)  # fmt: skip
_EACH: Final = r"(?:per|a|an|each|every|/)\s*"
_PER: Final[tuple[tuple[str, str], ...]] = (
    (rf"p\.?\s?a\.?|{_EACH}(?:annum|year|yr)|annually|annual|yearly|p/a", "year"),
    (rf"p\.?c\.?m\.?|p\.?\s?m\.?|{_EACH}(?:calendar )?(?:month|mth)|monthly|p/m", "month"),
    (rf"p\.?\s?q\.?|{_EACH}(?:quarter|qtr)|quarterly", "quarter"),
    (rf"{_EACH}(?:term|school term)|termly", "term"),
    (rf"p\.?\s?w\.?|{_EACH}(?:week|wk)|weekly", "week"),
    (r"one[- ]?off|once|total|in total|lump sum|one[- ]time", "once"),
)  # fmt: skip
_SCALES: Final = {"k": 1000, "thousand": 1000, "m": 10**6, "mil": 10**6, "mn": 10**6, "million": 10**6, "bn": 10**9}


def read_money_cell(value: object, *, zero_is_none: bool = False) -> MoneyCell:
    """Read one cell strictly; never raises, whatever stands there.

    ``zero_is_none``: a register that writes 0 for a sum it does not have. Nothing is rounded but a spreadsheet's own
    number with parts of a penny, and ``why`` says so.
    """
    found = as_text(value)
    if not found:
        return MoneyCell("", Money.EMPTY)
    if isinstance(value, bool | date | time):
        return MoneyCell(found, Money.REFUSED, why="That is no sum of money.")
    if isinstance(value, int | float):
        return _checked(found, _of_number(value), "", "", zero_is_none)
    return _of_text(found, zero_is_none)


def _of_number(value: float) -> tuple[Decimal, str]:
    """Return the pence of a spreadsheet's number and what was done: a float of a sum in pennies is exact again."""
    if not math.isfinite(value):
        return Decimal("NaN"), ""
    exact = Decimal(repr(value)) * 100
    whole = exact.quantize(Decimal(1)) if abs(exact) < 10**15 else exact
    near = abs(exact - whole) < Decimal("0.0001")
    return (whole, "") if near else (whole, "It has parts of a penny, so it was rounded to the nearest.")


def _of_text(found: str, zero_is_none: bool) -> MoneyCell:
    text = found.casefold().replace("\u2212", "-").strip()
    if text.rstrip(".") in _NOTHING or text in _NOTHING:
        return MoneyCell(found, Money.NONE, why="It says that there is no sum.")
    if text.rstrip(".") in _UNKNOWN or text in _UNKNOWN:
        return MoneyCell(found, Money.NONE, why=_NOT_KNOWN)
    if text[0] in "=@" or (text[0] in "+-" and re.match(r"[+-]\s*[a-z@=]", text)):
        return MoneyCell(found, Money.REFUSED, why="That is a formula, not a sum.")
    if _FOREIGN.search(text):
        return MoneyCell(found, Money.ASK, why="It is not in pounds.")
    body, vat = _taken(text, _VAT)
    body, per = _taken(body, _PER)
    if vat is None or per is None:
        return MoneyCell(found, Money.ASK, why="It says two things at once.")
    body, sign = _signed(body)
    body = " ".join(body.strip(" ,;:").split())
    if _ABOUT.search(body):
        return MoneyCell(found, Money.ASK, vat=vat, per=per, why="It is not an exact sum.")
    one = _SUM.fullmatch(body)
    if one is None or (not body.isascii() and "£" not in body):
        why = "It could be several sums." if len(re.findall(r"\d+", body)) > 1 else "It could not be read as a sum."
        return MoneyCell(found, Money.ASK if re.search(r"\d", body) else Money.REFUSED, vat=vat, per=per, why=why)
    return _scaled(found, one, sign, vat, per, zero_is_none)


def _scaled(found: str, one: re.Match[str], sign: int, vat: str, per: str, zero_is_none: bool) -> MoneyCell:
    """Work out the pence of figures as people write them; parts of a penny are a question."""
    part, scale = one["part"] or "", one["scale"] or ""
    times = _SCALES.get(scale, 1)
    if not scale and len(part) > 3 and part.strip("0.") == "":
        part = ""  # 1200.0000, as programs write it
    if not scale and len(part) == 4:
        why = "The point could divide thousands, or pounds from pence."
        return MoneyCell(found, Money.ASK, vat=vat, per=per, why=why)
    pence = Decimal((one["whole"].replace(",", "") or "0") + part) * 100 * times * sign
    if pence != pence.to_integral_value():
        if not scale and len(part) > 4 and not set("£,") & set(found):  # a number as programs write it
            return _checked(found, (pence.quantize(Decimal(1)), _ROUNDED), vat, per, zero_is_none)
        return MoneyCell(found, Money.ASK, vat=vat, per=per, why="It has parts of a penny.")
    return _checked(found, (pence, ""), vat, per, zero_is_none)


_ROUNDED: Final = "It has parts of a penny, so it was rounded to the nearest."


def _checked(found: str, read: tuple[Decimal, str], vat: str, per: str, zero_is_none: bool) -> MoneyCell:
    pence, why = read
    if not pence.is_finite() or abs(pence) > MOST:
        return MoneyCell(found, Money.REFUSED, why="That number is no sum of money.")
    if pence == 0 and zero_is_none:
        return MoneyCell(found, Money.NONE, why="It says 0, which stands for no sum.")
    return MoneyCell(found, Money.READ, int(pence), vat, per, why)


def _taken(text: str, kinds: tuple[tuple[str, str], ...]) -> tuple[str, str | None]:
    """Take words such as "inc VAT" or "pa" out of a text; None when it says two different ones."""
    said: set[str] = set()
    for pattern, meaning in kinds:
        bounded = rf"[\s(,;\-]*(?<![a-z])(?:{pattern})(?![a-z%])[)\s.,;]*"
        shorter = re.sub(bounded, " ", text)
        if shorter != text:
            said.add(meaning)
            text = shorter
    return text, None if len(said) > 1 else next(iter(said), "")


def _signed(text: str) -> tuple[str, int]:
    """Take the sign of a refund: a minus before or behind, brackets round it, or CR behind it."""
    body = text.strip()
    if one := re.fullmatch(r"\(\s*(.*?\d.*?)\s*\)", body):
        return one[1], -1
    if one := re.fullmatch(r"(£?)\s*-\s*(£?)\s*(\d.*)", body):
        return "£" + one[3], -1
    if one := re.fullmatch(r"(.*\d)\s*(?:-|cr\.?)", body):
        return one[1], -1
    return body, 1
