"""Knowing a contract of a register again: what it was brought in from, what that said, and what changed since."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import service_kinds, words
from bursar_desk.domain.import_rows import plain
from bursar_desk.domain.supplier_names import same_name
from bursar_desk.services.importing_shapes import Difference

if TYPE_CHECKING:
    from db.queries.contracts import ContractRow, SupplierRow

FIELDS: Final = {
    "title": "Title", "supplier": "Supplier", "reference": "Reference", "service": "Service", "first": "Starts",
    "last": "Ends", "at_end": "At its end", "renew_months": "Renews for, months", "options": "Options left",
    "notice": "Notice", "notice_unit": "Notice counted in", "notice_clear": "Clear days", "yearly": "Price a year",
    "vat_rate": "Rate of VAT", "owner": "Owner", "scope": "What it covers", "note": "Note",
}  # fmt: skip
"""What a register may say of a contract, with the words for it."""
GROUPS: Final = (
    ("title",), ("supplier",), ("reference",), ("service",), ("first", "last"), ("at_end",), ("renew_months",),
    ("options",), ("notice", "notice_unit", "notice_clear"), ("yearly", "vat_rate"), ("owner",), ("scope",), ("note",),
)  # fmt: skip
"""Fields that are written together."""
_MARK: Final = " · "
NEW_SUPPLIER: Final = "new supplier "
"""How a supplier that the same act makes is named until it has an id."""
SAME_AS: Final = "same_as"
"""The other name by which a person said that a supplier of ours goes."""


def source_words(came_from: str) -> str:
    """Return what a contract was brought in from, for people: the file and its row."""
    return came_from.partition(_MARK)[0]


@dataclass(frozen=True, slots=True)
class Origin:
    """What is kept of where a contract came from: whom it is known by, and a mark of each value as it was read."""

    file: str
    row: str
    known_by: str
    looks: str
    read: Mapping[str, str] = field(default_factory=dict)

    def packed(self) -> str:
        """Return it as one text: first the words for people, then the marks."""
        marks = {"by": self.known_by, "like": self.looks, **self.read}
        return f"{self.file}, row {self.row}{_MARK}{json.dumps(marks, separators=(',', ':'), sort_keys=True)}"

    @classmethod
    def of(cls, came_from: str) -> Origin | None:
        """Read it back; None for a contract that came another way, or whose text is odd."""
        said, mark, packed = came_from.partition(_MARK)
        try:
            found = json.loads(packed) if mark else None
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, dict) or not isinstance(found.get("by"), str):
            return None
        file, _, row = said.rpartition(", row ")
        marks = {str(key): str(value) for key, value in found.items()}
        return cls(file, row, marks.pop("by"), marks.pop("like", ""), marks)


def mark_of(value: object) -> str:
    """Return a short mark of a value, the same for the same value on every desk."""
    if isinstance(value, bytes):
        text = value.hex()
    elif isinstance(value, dt.date):
        text = value.isoformat()
    else:
        text = str(value)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def known_by(reference: str, title: str, names: Sequence[str], first: dt.date | None) -> tuple[str, str]:
    """Return by what a contract is known again, and what it merely looks like: title and supplier without its day."""
    looks = f"{plain(title)}|{'|'.join(sorted(same_name(one) for one in names))}"
    if reference:
        return mark_of(f"ref:{plain(reference)}"), mark_of(looks)
    return mark_of(f"{looks}|{first.isoformat() if first else ''}"), mark_of(looks)


@dataclass(slots=True)
class Book:
    """The contracts of this school as they are, to be found by what they are known by."""

    contracts: Sequence[ContractRow]
    suppliers: Mapping[bytes, SupplierRow]
    by: dict[str, list[ContractRow]] = field(default_factory=dict)
    like: dict[str, list[ContractRow]] = field(default_factory=dict)
    taken: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        for one in self.contracts:
            origin = Origin.of(one.came_from)
            firm = self.suppliers.get(one.supplier or b"")
            name = firm.name if firm else ""
            by, looks = known_by(one.reference, one.title, [name] if name else [], one.first)
            self.by.setdefault(origin.known_by if origin else by, []).append(one)
            for key in {looks, origin.looks if origin else looks}:
                self.like.setdefault(key, []).append(one)

    def find(self, by: str, looks: str, *, alone: bool, referred: bool) -> ContractRow | None:
        """Return the contract a line stands for: known by the same; or the only one like it, the line being alone too.

        ``referred``: the line has a reference, so only the same reference is the same contract.
        """
        here = [one for one in self.by.get(by, ()) if one.id not in self.taken]
        if not here and alone and not referred:
            here = [one for one in self.like.get(looks, ()) if one.id not in self.taken]
        if len(here) != 1:
            return None
        self.taken.add(here[0].id)
        return here[0]


@dataclass(frozen=True, slots=True)
class Against:
    """A line against the contract here: what would change, and what both sides changed."""

    changes: dict[str, Any]
    told: tuple[Difference, ...]
    disputed: tuple[tuple[str, Difference], ...]


def compare(old: ContractRow, values: Mapping[str, Any], answers: Mapping[str, str], key: str,
            shown: Mapping[bytes, str]) -> Against:  # fmt: skip
    """Compare field by field: what the file says as before never overwrites what a person changed here since.

    ``answers`` to ``keep:KEY:FIELD`` say "file" or "ours" where both changed. A blank cell changes nothing.
    """
    origin = Origin.of(old.came_from)
    read = origin.read if origin else {}
    changes: dict[str, Any] = {}
    told: list[Difference] = []
    disputed: list[tuple[str, Difference]] = []
    for name, value in values.items():
        now = getattr(old, name)
        if _same(name, now, value) or read.get(name) == mark_of(value):
            continue
        difference = Difference(FIELDS[name], shown_value(name, now, shown), shown_value(name, value, shown))
        untouched = (now in (None, "", False) and name not in read) or read.get(name) == mark_of(now)
        answer = answers.get(f"keep:{key}:{name}", "")
        if untouched or answer == "file":
            changes[name] = value
            told.append(difference)
        elif answer != "ours" and name != "note":
            disputed.append((name, difference))
    return Against(changes, tuple(told), tuple(disputed))


def _same(name: str, now: object, value: object) -> bool:
    if name in ("title", "reference") and plain(now) == plain(value):
        return True  # only written in another way
    return (now or None) == (value or None)


def shown_value(name: str, value: object, shown: Mapping[bytes, str]) -> str:
    """Return a value of a contract in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.date):
        return words.short_date(value)
    if isinstance(value, bytes):
        return shown.get(value, "somebody")
    if name == "yearly" and isinstance(value, int):
        return words.money_exact(value)
    if name == "vat_rate" and isinstance(value, int):
        return f"{value // 100} %"
    if name == "service":
        return service_kinds.words_of(str(value))
    if name == "at_end":
        return {"ends": "It ends", "renews": "It renews", "rolls": "It rolls on", "option": "It may be extended"}.get(
            str(value), str(value)
        )
    return str(value).removeprefix(NEW_SUPPLIER)


def whole_groups(changes: Mapping[str, Any], now: ContractRow | None) -> dict[str, Any]:
    """Return changes with the rest of every group that is written whole, as it is now."""
    found: dict[str, Any] = {}
    for group in GROUPS:
        if not set(group) & set(changes):
            continue
        for name in group:
            value = changes[name] if name in changes else getattr(now, name, None)
            if value is not None and value != "":
                found[name] = value
        if len(group) > 1:
            found |= {name: None for name in group if name not in found}
    return found
