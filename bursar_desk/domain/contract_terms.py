"""The terms of a contract: the first, what follows at its end, breaks, and what a letter says instead (rules 12)."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bursar_desk.domain.date_math import add_days, add_months, days_in_month

AtEnd = Literal["ends", "renews", "rolls", "option"]
Kind = Literal["first", "renewal", "option", "rolling"]

UNITS: Final = ("days", "weeks", "months", "working days")
_MOST: Final = {"days": 3660, "weeks": 520, "months": 120, "working days": 2600}
_MOST_TERMS: Final = 1500
_USUAL_MONTHS: Final = {"renews": 12, "option": 12, "rolls": 1}
POST_DAYS: Final = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before an end they must be told; ``count`` nothing where nobody wrote it down.

    ``unit`` is one of ``UNITS`` (anything else counts as months, the longest). ``clear``: both ends are left out.
    ``by`` "received" allows ``post_days`` working days for the post, "served" none.
    """

    count: int | None = None
    unit: str = "months"
    clear: bool = False
    by: str = "received"
    post_days: int = POST_DAYS

    @property
    def number(self) -> int:
        """Return the count within what makes sense; 0 for an unknown or a negative one."""
        return max(0, min(self.count or 0, _MOST[self.measure]))

    @property
    def measure(self) -> str:
        """Return the unit that is counted in."""
        return self.unit if self.unit in UNITS else "months"

    @property
    def post(self) -> int:
        """Return the working days allowed for the post."""
        return 0 if self.by == "served" else max(0, min(self.post_days, 60))

    @property
    def words(self) -> str:
        """Return it as people say it: "3 months' notice", "30 clear days' notice"."""
        unit = self.measure if self.number != 1 else self.measure.removesuffix("s")
        mark = "’" if unit.endswith("s") else "’s"
        return f"{self.number:,} {'clear ' if self.clear else ''}{unit}{mark} notice"


@dataclass(frozen=True, slots=True)
class Break:
    """A day on which the contract can end early, with the notice for it."""

    on: date
    notice: Notice


@dataclass(frozen=True, slots=True)
class Written:
    """What is known of one term as it really was or will be; ``tell_by`` is the date a letter gives for telling them.

    ``yearly`` net pence, ``vat_rate`` in hundredths of a per cent; what is not known is nothing.
    """

    first: date | None = None
    last: date | None = None
    tell_by: date | None = None
    yearly: int | None = None
    vat_rate: int | None = None
    id: bytes = b""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says of its time. ``first`` to ``last`` is the first term; without ``last`` it has no fixed end.

    ``options`` is how many times it may still be extended after the first term, each by ``renew_months``.
    ``notice_ends`` says when a rolling contract ends after notice: "any day", "month end" or "period end".
    """

    first: date | None
    last: date | None
    at_end: str = "ends"
    renew_months: int | None = None
    options: int = 0
    notice: Notice = Notice()
    notice_ends: str = "any day"
    breaks: tuple[Break, ...] = ()
    written: tuple[Written, ...] = ()

    @property
    def months(self) -> int:
        """Return the length of a renewal, an option or a rolling period; the usual one where nobody wrote it down."""
        known = self.renew_months or 0
        return min(known, 1200) if known > 0 else _USUAL_MONTHS.get(self.at_end, 12)


@dataclass(frozen=True, slots=True)
class Term:
    """One term, both days included; ``last`` nothing where it goes on until somebody gives notice.

    ``n`` counts from 1. ``written`` is what was entered for this very term. ``tell_by`` is the date a letter gives for
    leaving at its end; a letter about the following term gives it too (see ``_offered_by``).
    """

    n: int
    first: date | None
    last: date | None
    kind: Kind
    written: Written | None = None
    tell_by: date | None = None

    @property
    def yearly(self) -> int | None:
        """Return the price of a year of this term in net pence, where it was entered."""
        return self.written.yearly if self.written else None


@dataclass(frozen=True, slots=True)
class _Series:
    """Where terms meet: ``start`` is the first day after the first term, ``day`` the day of the month it falls on."""

    start: date
    day: int
    months: int

    def starts(self, number: int) -> date:
        """Return the first day of the term ``number`` places on, counted from the original date (rule D4)."""
        return add_months(self.start, number * self.months, self.day)


def _series(first: date | None, last: date, months: int) -> _Series:
    """Go on from the day after ``last``; a short month does not move the day of the month for good."""
    start = add_days(last, 1)
    short = start.day == days_in_month(start.year, start.month)
    whole = first is not None and short and first.day > start.day
    return _Series(start, first.day if whole and first is not None else start.day, months)


def terms_of(terms: Terms, *, through: date) -> tuple[Term, ...]:
    """Return the terms in order, up to and with the one that ``through`` lies in.

    A term that goes on without an end is the last. Options are listed as if each were taken. A written term takes the
    place of the one it overlaps; where it ends on another day the following terms are counted from there.
    """
    if terms.first is None and terms.last is None and not terms.written:
        return (Term(1, None, None, _kind(terms, 1)),) if terms.at_end == "rolls" else ()
    return tuple(_Walk(terms, through).all())


def _kind(terms: Terms, n: int) -> Kind:
    if terms.at_end == "rolls" and (n > 1 or terms.last is None):
        return "rolling"
    if n == 1:
        return "first"
    return {"option": "option", "rolls": "rolling"}.get(terms.at_end, "renewal")  # type: ignore[return-value]


class _Walk:
    """One pass through the terms of a contract."""

    def __init__(self, terms: Terms, through: date) -> None:
        self.terms, self.through = terms, through
        self.left = _usable(terms.written)
        self.made: list[Term] = []
        self.series: _Series | None = None
        self.place = 0
        self.options = max(0, min(terms.options, 100))

    def all(self) -> list[Term]:
        step = self._next()
        while step is not None and len(self.made) < _MOST_TERMS:
            self.made.append(term := self._written_over(*step))
            if term.last is None or term.last >= self.through or term.last >= date.max:
                break
            step = self._next()
        return self.made

    def _next(self) -> tuple[date | None, date | None] | None:
        """Return the days of the following term as the contract has them; nothing where it ends by itself."""
        terms = self.terms
        if not self.made:
            first, last = terms.first, terms.last
            if last is not None and first is not None and last < first:
                last = None
            if last is None and first is not None and _steps(terms):
                self.series = _Series(first, first.day, terms.months)
                last = add_days(self.series.starts(1), -1)
                self.place = 1
            return first, last
        before = self.made[-1].last
        if before is None:
            return None
        if self.series is None:
            self.series, self.place = _series(terms.first, before, terms.months), 0
        start = add_days(before, 1)
        following = self._first_written_after(before)
        taken = sum(one.kind == "option" for one in self.made)
        if terms.at_end == "ends" or (terms.at_end == "option" and taken >= self.options):
            return (following.first or start, following.last) if following else None
        if terms.at_end == "rolls" and not _steps(terms):
            return start, None
        if terms.at_end not in ("renews", "rolls", "option"):
            return None
        self.place += 1
        return start, add_days(self.series.starts(self.place), -1)

    def _first_written_after(self, day: date) -> Written | None:
        return next((one for one in self.left if one.first is not None and one.first > day), None)

    def _written_over(self, first: date | None, last: date | None) -> Term:
        n = len(self.made) + 1
        kind = _kind(self.terms, n)
        found = next((one for one in self.left if _meets(one, first, last)), None)
        if found is None:
            return Term(n, first, last, kind, None, self._letter(None, last))
        self.left.remove(found)
        start = found.first or first
        if self.made and start is not None and self.made[-1].last is not None and start <= self.made[-1].last:
            start = first
        end = found.last or last
        if start is not None and end is not None and end < start:
            start, end = first, last
        if end != last and end is not None:
            self.series, self.place = _series(start, end, self.terms.months), 0
        return Term(n, start, end, kind, found, self._letter(found, end))

    def _letter(self, own: Written | None, end: date | None) -> date | None:
        """Return the date a letter gives for leaving at an end: the earlier where two letters give one."""
        following = next((one for one in self.left if end is not None and one.first == add_days(end, 1)), None)
        said = [own.tell_by] if own is not None and not (self.made and self._offered_by(own)) else []
        said += [following.tell_by] if following is not None and self._offered_by(following) else []
        return min((one for one in said if one is not None), default=None)

    def _offered_by(self, one: Written) -> bool:
        """Tell whether a letter offers its term: answered before it begins, it is about the end of the one before.

        Not where the notice is so long that the contract's own last day for that term lies before it as well.
        """
        if one.first is None or one.tell_by is None or one.tell_by >= one.first:
            return False
        last = one.last or add_days(add_months(one.first, self.terms.months), -1)
        count, unit = self.terms.notice.number, self.terms.notice.measure
        days = {"days": 1, "weeks": 7, "working days": 2}.get(unit)
        return (add_months(last, -count) if days is None else add_days(last, -count * days)) >= one.first


def _steps(terms: Terms) -> bool:
    """Tell whether a rolling contract goes on by periods at whose ends it can be left."""
    return terms.at_end == "rolls" and terms.notice_ends == "period end"


def _usable(written: tuple[Written, ...]) -> list[Written]:
    """Return written terms in order; of several for the same days the one entered last counts."""
    by_days: dict[date, Written] = {}
    for one in sorted(written, key=lambda one: one.id):
        day = one.first or one.last or one.tell_by
        if day is not None and not (one.first and one.last and one.last < one.first):
            by_days[day] = one
    return [by_days[day] for day in sorted(by_days)]


def _meets(one: Written, first: date | None, last: date | None) -> bool:
    """Tell whether a written term is about these days: it begins, or else ends, or else asks to be told, in them."""
    day = one.first or one.last or one.tell_by
    if day is None:
        return False
    if one.first is not None and first is not None and one.first < first:
        return one.last is not None and one.last >= first  # begun a little before, and still the same term
    return (first is None or day >= first) and (last is None or day <= last)


def term_on(terms: Terms, day: date) -> Term | None:
    """Return the term a day lies in; the first one before it begins, the last one after it ended.

    Nothing where no date is known at all.
    """
    found = terms_of(terms, through=day)
    if not found:
        return None
    ends = [one.last or date.max for one in found]
    return found[min(bisect_left(ends, day), len(found) - 1)]


def breaks_in(terms: Terms, term: Term) -> tuple[Break, ...]:
    """Return the break dates of a term, earliest first; a break on its last day is no break."""
    return tuple(
        one for one in sorted(set(terms.breaks), key=lambda one: (one.on, one.notice.number))
        if (term.first is None or one.on >= term.first) and (term.last is None or one.on < term.last)
    )  # fmt: skip
