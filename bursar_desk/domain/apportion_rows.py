"""Stored versions of how a cost is shared, read strictly: what is odd is said, never guessed at and never a crash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bursar_desk.domain.apportion import EQUAL, METHODS, CannotShare, Member, Part, Split, apportion
from bursar_desk.domain.date_math import add_days, add_months

ID_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it was read. ``split`` is None and ``odd`` says why where it cannot be worked out."""

    parts: tuple[Part, ...]
    members: tuple[Member, ...]
    split: Split | None
    odd: str


def read_id(text: object) -> bytes | None:
    """Return the id that JSON holds as hex, or nothing."""
    if not isinstance(text, str) or len(text) != 2 * ID_LENGTH:
        return None
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def read_ids(texts: Iterable[object]) -> tuple[bytes, ...]:
    """Return the ids of a list, each once, in its order; what is not one is left out."""
    return tuple(dict.fromkeys(one for one in map(read_id, texts) if one is not None))


def read_stored(
    total: int | None, vat: int | None, parts: Iterable[Any], members: Iterable[Any], *, period_days: int
) -> Stored:
    """Work a stored version out anew; it gives the same split on every desk."""
    listed = tuple(parts)
    people = tuple(members)
    read_parts_ = tuple(_part(one) for one in listed)
    read_members_ = tuple(_member(one) for one in people)
    mixture = tuple(one for one in read_parts_ if one is not None)
    schools = tuple(one for one in read_members_ if one is not None)
    if total is None or len(mixture) != len(listed) or len(schools) != len(people):
        return Stored(mixture, schools, None, "Some of its numbers cannot be read.")
    try:
        split = apportion(total, vat or 0, mixture, schools, period_days=period_days)
    except CannotShare as why:
        return Stored(mixture, schools, None, why.title)
    return Stored(mixture, schools, split, "")


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _part(one: Any) -> Part | None:
    if not isinstance(one, Mapping) or one.get("method") not in METHODS:
        return None
    share = _whole(one.get("share", 0))
    return Part(one["method"], share) if share is not None else None


def _member(one: Any) -> Member | None:
    if not isinstance(one, Mapping):
        return None
    school, inputs = read_id(one.get("school")), one.get("inputs", {})
    if school is None or not isinstance(inputs, Mapping):
        return None
    numbers = {str(name): _whole(value) for name, value in inputs.items() if value is not None}
    months, days = one.get("months"), one.get("days")
    if None in numbers.values() or any(value is not None and _whole(value) is None for value in (months, days)):
        return None
    kept = {name: value for name, value in numbers.items() if value is not None}
    return Member(school, _text(one.get("urn")), kept, months, days, _text(one.get("name")))


def _text(value: object) -> str:
    return " ".join(value.split())[:120] if isinstance(value, str) else ""


def given_by(members: Iterable[Any]) -> dict[bytes, frozenset[str]]:
    """Return which numbers each school gave itself because the register has none."""
    found = {}
    for one in members:
        school = read_id(one.get("school")) if isinstance(one, Mapping) else None
        given = one.get("given") if isinstance(one, Mapping) else None
        if school is not None and isinstance(given, list):
            found[school] = frozenset(name for name in given if isinstance(name, str))
    return found


def written(members: Iterable[Member], given: Mapping[bytes, frozenset[str]]) -> list[dict[str, Any]]:
    """Return members as a version keeps them."""
    return [
        {
            "school": one.school.hex(), "urn": one.urn, "name": one.name, "inputs": dict(sorted(one.inputs.items())),
            "months": one.months, "days": one.days,
            **({"given": sorted(given[one.school])} if given.get(one.school) else {}),
        }
        for one in members
    ]  # fmt: skip


# --- part of a year ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Time:
    """How much of a period a school takes part in: ``months`` where it begins and ends with one, else ``days``."""

    months: int | None
    days: int


def time_in(first: dt.date, last: dt.date, begins: dt.date | None, ends: dt.date | None) -> Time:
    """Return how much of a period lies between two days, both included (none: all of it)."""
    begin = max(first, begins or first)
    end = min(last, ends or last)
    if end < begin:
        return Time(0, 0)
    days = (end - begin).days + 1
    start, stop = _month_of(first, begin), _month_of(first, add_days(end, 1))
    return Time(stop - start if start is not None and stop is not None else None, days)


def _month_of(first: dt.date, day: dt.date) -> int | None:
    """Return how many whole months a day lies after the first of a period; nothing within a month."""
    count = (day.year - first.year) * 12 + day.month - first.month
    for n in (count - 1, count, count + 1):
        if add_months(first, n) == day:
            return n
    return None


def days_of(first: dt.date | None, last: dt.date | None) -> int:
    """Return the days of a period; 365 where it is not known."""
    if first is None or last is None or last < first:
        return 365
    return (last - first).days + 1


def main_method(parts: Iterable[Part]) -> str:
    """Return the method most of a cost goes by, which a table shows the numbers of."""
    return max(parts, key=lambda one: (one.share, -METHODS.index(one.method)), default=Part(EQUAL, 0)).method
