"""Names of firms as registers and ledgers write them: when two are the same, several in one cell, names of people."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final

from bursar_desk.domain.date_cells import as_text
from bursar_desk.domain.firm_names import plain as folded
from bursar_desk.domain.import_rows import plain

_FORMS: Final = frozenset({"ltd", "plc", "llp", "cic", "inc", "lp", "cio", "llc"})
NOBODY: Final = frozenset({
    "", "n a", "na", "none", "nil", "tbc", "tba", "tbd", "to be confirmed", "unknown", "not known", "not applicable",
    "various", "no supplier", "not awarded", "see contract", "supplier tbc", "to be appointed", "vacant",
})  # fmt: skip
"""What stands in a supplier's cell, as compared, where no supplier is named."""
HIDDEN: Final = re.compile(
    r"\b(?:redact\w*|personal data|name withheld|withheld|confidential|private individual|third party|individual)\b"
)
_COMPANY: Final = frozenset({
    "ltd", "plc", "llp", "cic", "inc", "lp", "cio", "co", "bros", "group", "services", "service", "solutions",
    "systems", "trust", "council", "school", "schools", "academy", "academies", "college", "university", "church",
    "diocese", "nhs", "hospital", "bank", "insurance", "energy", "gas", "water", "power", "electric", "electrical",
    "building", "builders", "construction", "contractors", "consultants", "consulting", "consultancy", "associates",
    "partnership", "partners", "recruitment", "training", "education", "educational", "software", "computers",
    "technology", "technologies", "communications", "telecom", "security", "cleaning", "catering", "foods", "food",
    "transport", "travel", "coaches", "motors", "garage", "hotel", "press", "media", "print", "printing", "design",
    "studio", "studios", "supplies", "products", "equipment", "engineering", "engineers", "fire", "safety", "waste",
    "environmental", "environment", "landscapes", "gardens", "garden", "trees", "play", "sports", "sport", "leisure",
    "music", "theatre", "arts", "books", "publishing", "photography", "charity", "foundation", "association", "society",
    "club", "centre", "center", "office", "agency", "authority", "borough", "county", "city", "town", "parish", "uk",
    "international", "global", "national", "direct", "online", "property", "properties", "housing", "homes", "care",
    "healthcare", "health", "medical", "solicitors", "legal", "accountants", "finance", "management", "maintenance",
    "repairs", "installations", "heating", "plumbing", "roofing", "windows", "doors", "flooring", "furniture", "hire",
    "sons", "son", "and", "t a", "trading", "com", "fund", "police", "royal", "mail", "federation", "union",
    "enterprises", "holdings", "industries", "logistics", "store", "stores", "shop", "market", "farm", "nursery",
    "company", "limited", "developments", "architects", "surveyors", "surveying", "scaffolding", "joinery",
})  # fmt: skip
_TITLES: Final = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "revd", "cllr", "councillor", "sir", "lady",
})  # fmt: skip


def shown_name(value: object) -> str:
    """Return a firm's name as it is shown: on one line, ``&amp;`` and its like as the letters they stand for."""
    text = as_text(value)
    for _ in range(2):  # some were written out twice
        text = html.unescape(text)
    return as_text(text).strip(" ,;")


@lru_cache(maxsize=65_536)
def _same(name: str) -> str:
    return folded(shown_name(name))


def same_name(value: object) -> str:
    """Return a firm's name as compared: Ltd or Limited or neither, plc, & or and, The, case and signs do not matter."""
    return _same(as_text(value))


def is_nobody(value: object) -> bool:
    """Whether a supplier's cell names none."""
    return plain(shown_name(value)) in NOBODY


def split_names(value: object) -> tuple[str, ...]:
    """Return the firms one cell seems to name: divided by lines, semicolons, upright lines, or commas without a blank.

    A comma with a blank after it divides only where every part is a firm by its words, for many firms have commas.
    """
    raw = html.unescape(html.unescape(value)) if isinstance(value, str) else as_text(value)
    parts = re.split(r"[\r\n]+|[;|]|,(?=\S)(?!\d{3}\b)|\s/\s", raw)
    names = [one for part in parts for one in _by_commas(part)]
    found = [name for one in names if (name := shown_name(one)) and not is_nobody(name)]
    kept: dict[str, str] = {}
    for one in found:
        kept.setdefault(same_name(one), one)
    return tuple(kept.values())


def _by_commas(text: str) -> list[str]:
    parts = re.split(r",\s+", text)
    forms = [set(plain(one).split()) & (_FORMS | {"limited"}) for one in parts]
    bare = [len(plain(one).split()) > 1 for one in parts]
    return parts if len(parts) > 1 and all(forms) and all(bare) else [text]


def may_be_person(value: object) -> bool:
    """Whether a name may be a person's: a title before it, or two or three plain words of which none is a firm's."""
    named = shown_name(value)
    words = plain(named).split()
    if HIDDEN.search(named.casefold()):
        return True
    if not words:
        return False
    if set(words) & _COMPANY or "&" in named or any(any(c.isdigit() for c in one) for one in words):
        return words[0] in _TITLES and not set(words) & {"ltd", "limited", "plc", "llp"}
    if words[0] in _TITLES:
        return True
    return 2 <= len(words) <= 4 and all(one.isalpha() for one in words)
