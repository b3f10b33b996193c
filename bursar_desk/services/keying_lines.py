"""What a person types for one line of a sheet: its number, how it went, and if they like who, when and a note."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.checks import NotDoneReason
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_dates import read_date

if TYPE_CHECKING:
    from bursar_desk.services.sheets import SheetLine

PASS, FAIL, NOT_DONE, READ = "pass", "fail", "not done", "read"
YES, NO, NOT_HERE = "yes", "no", "does not apply"
RESULTS: Final[dict[str, str]] = {
    "p": PASS, "pass": PASS, "passed": PASS, "ok": PASS, "f": FAIL, "fail": FAIL, "failed": FAIL, "n": NOT_DONE,
    "not": NOT_DONE, "nd": NOT_DONE,
}  # fmt: skip
ANSWERS: Final[dict[str, str]] = {
    "y": YES,
    "yes": YES,
    "p": YES,
    "n": NO,
    "no": NO,
    "f": NO,
    "x": NOT_HERE,
    "na": NOT_HERE,
}
REASONS: Final[dict[str, NotDoneReason]] = {
    "access": NotDoneReason.NO_ACCESS, "closed": NotDoneReason.SITE_CLOSED, "away": NotDoneReason.STAFF_AWAY,
    "cancelled": NotDoneReason.CONTRACTOR_CANCELLED, "forgot": NotDoneReason.FORGOT, "off": NotDoneReason.PUT_OFF,
}  # fmt: skip
"""The words that may follow "n", for why."""
_NUMBER: Final = re.compile(r"[-\N{MINUS SIGN}+]?\d{1,7}(?:[.,]\d{1,3})?")
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAY: Final = re.compile(r"\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}")
_INITIALS: Final = re.compile(r"[A-Za-z]{2,3}")
_NUMERIC: Final = ("", "number", "meter")


class Unclear(UserError):  # noqa: N818 - it is a question, not a fault
    """A line that could be read in more than one way, or in none: the title says it, the remedy asks."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as it was keyed in. ``value``: what was read, a number or words; ``day`` only where it was typed."""

    line: int
    result: str
    value: Decimal | str | None = None
    by: str = ""
    minute: int | None = None
    day: dt.date | None = None
    note: str = ""
    reason: str = ""

    @property
    def said(self) -> str:
        """Return it in words, to be read back: "Pass", "46.2, Fail", "Not done"."""
        shown = {PASS: "Pass", FAIL: "Fail", NOT_DONE: "Not done", YES: "Yes", NO: "No", NOT_HERE: "Does not apply"}
        reason = NotDoneReason(self.reason).said if self.reason else ""
        value = "" if self.value is None else _plain(self.value)
        return ", ".join(part for part in (value, shown.get(self.result, ""), reason) if part)

    @property
    def more(self) -> str:
        """Return who, when and the note, in words."""
        at = f"{self.minute // 60:02d}:{self.minute % 60:02d}" if self.minute is not None else ""
        return ", ".join(part for part in (self.by, words.short_date(self.day), at, self.note) if part)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A line of a sheet as it is keyed in. ``own_day``: the day it is for, None where it is written by hand."""

    number: int
    check: bytes | None
    point: str
    step: str
    due: dt.date | None
    what: str
    place: str
    unit: str
    question: str
    kind: str
    low: Decimal | None
    high: Decimal | None
    choices: tuple[str, ...]
    sheet_day: dt.date | None
    legal: dt.date | None = None
    already: str = ""

    @classmethod
    def of(
        cls, number: int, line: SheetLine, step: Mapping[str, Any] | None, sheet_day: dt.date | None
    ) -> KeyLine:  # fmt: skip
        """Return a kept line with what its check asks for today; a step that is gone is read as a number."""
        asked = step or {}
        kind = str(asked.get("kind", "")) if line.step else "tick"
        choices = asked.get("choices")
        return cls(
            number, line.check, line.point, line.step, line.due, line.what, line.place, line.unit, line.question,
            kind, _limit(asked.get("low")), _limit(asked.get("high")),
            tuple(str(one) for one in choices) if isinstance(choices, list) else (), sheet_day, line.legal or line.due,
        )  # fmt: skip

    def day(self, on: dt.date | None) -> dt.date | None:
        """Return the day it counts for: the one chosen for the whole sheet, else its own."""
        return on or self.due or self.sheet_day

    @property
    def together(self) -> tuple[object, ...]:
        """Return what its lines have in common that make one record."""
        return (self.check, self.point, self.due)

    @property
    def numeric(self) -> bool:
        """Tell whether it asks for a number."""
        return bool(self.step) and self.kind in _NUMERIC

    @property
    def written(self) -> bool:
        """Tell whether it asks for words: free ones, or one of its choices."""
        return bool(self.step) and self.kind in ("text", "choice")

    def wrong(self, entry: Entry) -> str:
        """Return in words why a number is out of its limits: "46.2 °C is below 50 °C"; "" when it is good."""
        value = entry.value
        if not isinstance(value, Decimal):
            return ""
        for limit, far, said in ((self.low, -1, "below"), (self.high, 1, "above")):
            if limit is not None and (value - limit) * far > 0:
                return f"{self._with_unit(value)} is {said} {self._with_unit(limit)}"
        return ""

    def _with_unit(self, value: Decimal) -> str:
        return f"{_plain(value)} {self.unit}".strip()

    def kept_reading(self, entry: Entry) -> dict[str, Any]:
        """Return a reading as the register keeps it, numbers in tenths."""
        value = entry.value
        if isinstance(value, Decimal):
            return {"name": self.step, "value": _tenths(value), "unit": self.unit}
        return {"name": self.step, "value": value, "unit": self.unit}


def _tenths(value: Decimal) -> int:
    return int((value * 10).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _limit(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    found = _NUMBER.fullmatch(str(value).strip())
    return Decimal(str(value).strip().replace(words.MINUS, "-").replace(",", ".")) if found else None


def _plain(value: Decimal | str) -> str:
    if isinstance(value, str):
        return value
    return (f"{value.normalize():f}" if value else "0").replace("-", words.MINUS)


def read_line(
    lines: Sequence[KeyLine], typed: str, *, people: Sequence[str], today: dt.date, walk: bool = False
) -> Entry:
    """Read one line: "3 p", "4 f 46.2", "9 46.2 TW 7:45", "7 n access", "5 f - hinge broken", "2 p 24/11/2026".

    First the number of the line, then p, f or n (y, n or x on a walk) or the number read; then in any order initials,
    a time with a colon and a day with its year; words after a dash are a note. Raises ``Unclear`` with a question.
    """
    line, rest, note = _split(lines, typed)
    if line.already:
        raise Unclear(f"Line {line.number} is {line.already}.", "", "Go on to the next line.")
    if walk:
        return _answer(line, rest, note, people, today)
    if line.written:
        return _written(line, rest, note, people, today)
    result, value, reason, parts = "", None, "", []
    for word in rest:
        plain = word.casefold()
        if plain in RESULTS and not result:
            result = RESULTS[plain]
        elif result == NOT_DONE and plain in REASONS:
            reason = REASONS[plain].value
        elif _NUMBER.fullmatch(word) and value is None:
            value = Decimal(word.replace(words.MINUS, "-").replace(",", "."))
        else:
            parts.append(word)
    entry = _with_parts(Entry(line.number, result or READ, value, note=note, reason=reason), line, parts, people, today)
    return _must_fit(line, entry, result)


def _split(lines: Sequence[KeyLine], typed: str) -> tuple[KeyLine, list[str], str]:
    head, dash, note = typed.strip().partition(" - ")
    found = re.match(r"(\d{1,3})\s*(.*)", head.strip(), re.DOTALL)
    if not found:
        raise Unclear(
            f"{words.quoted(typed.strip())} does not start with a line number.", "", "Which line is it? Type 3 p."
        )
    number = int(found[1])
    line = next((one for one in lines if one.number == number), None)
    if line is None:
        last = max((one.number for one in lines), default=0)
        raise Unclear(f"The sheet has no line {number}.", "", f"Its lines go from 1 to {last}. Which one is it?")
    if found[2][:1] in (".", ","):
        raise Unclear(f"{words.quoted(head)} could be a line or a number.", "", f"Type {number}, a space, the number.")
    return line, found[2].split(), note.strip() if dash else ""


def _with_parts(
    entry: Entry, line: KeyLine, parts: Sequence[str], people: Sequence[str], today: dt.date
) -> Entry:  # fmt: skip
    by, minute, day = "", None, None
    for word in parts:
        if (time := _TIME.fullmatch(word)) is not None:
            minute = int(time[1]) * 60 + int(time[2])
        elif _DAY.fullmatch(word):
            day = _read_day(word, line, today)
        elif _INITIALS.fullmatch(word) and not by:
            by = _person(word, line, people)
        else:
            raise Unclear(
                f"{words.quoted(word)} on line {line.number} is not clear.", "",
                f"Type {'y, n or x' if line.question else 'p, f, n or the number'}. Put a dash before a note.",
            )  # fmt: skip
    wanted = day or line.due or line.sheet_day
    if wanted is None:
        raise Unclear(f"Line {line.number} has its day written on it.", "", "Which day? Add it, such as 24/11/2026.")
    if line.sheet_day is None and wanted > today:
        told = f"Line {line.number} is for {words.long_date(wanted)}, which has not come yet."
        raise Unclear(told, "", "Is it the right line?")
    return Entry(entry.line, entry.result, entry.value, by, minute, day, entry.note, entry.reason)


def _read_day(word: str, line: KeyLine, today: dt.date) -> dt.date:
    try:
        day = read_date(word, today=today, name=f"The day on line {line.number}")
    except UserError as problem:
        raise Unclear(problem.title, "", problem.remedy) from problem
    if day > today:
        raise Unclear(f"{words.long_date(day)} has not come yet.", "", f"Which day is on line {line.number}?")
    return day


def _person(typed: str, line: KeyLine, people: Sequence[str]) -> str:
    found = [one for one in people if words.initials(one) == typed.upper()]
    if len(found) != 1:
        several = "Several people here have" if found else "Nobody here has"
        raise Unclear(
            f"{several} the initials {typed.upper()}.", "", f"Leave them out, and name who did it: line {line.number}."
        )
    return found[0]


def _must_fit(line: KeyLine, entry: Entry, result: str) -> Entry:
    """Hold what was typed against what the line asks for."""
    n = line.number
    if line.numeric:
        if entry.value is None and result not in (FAIL, NOT_DONE):
            unit = f" in {line.unit}" if line.unit else ""
            raise Unclear(f"Line {n} asks for a number{unit}.", "", f"What is written there? Type {n} and the number.")
        wrong = line.wrong(entry)
        if wrong and result == PASS:
            raise Unclear(
                f"{wrong}, but Pass is typed.", "", f"Type {n} f {_plain(entry.value or '')} if the number is right."
            )
        return (
            entry
            if result
            else Entry(n, FAIL if wrong else PASS, entry.value, entry.by, entry.minute, entry.day, entry.note)
        )
    if entry.value is not None:
        raise Unclear(f"Line {n} asks for no number.", "", f"Did it pass? Type {n} p or {n} f.")
    if not result:
        raise Unclear(f"Line {n} has no result.", "", f"Type {n} p, {n} f or {n} n.")
    return entry


def _answer(line: KeyLine, rest: Sequence[str], note: str, people: Sequence[str], today: dt.date) -> Entry:
    if not rest or rest[0].casefold() not in ANSWERS:
        n = line.number
        raise Unclear(f"Line {n} has no answer.", "", f"Type {n} y, {n} n, or {n} x where it does not apply.")
    answer = ANSWERS[rest[0].casefold()]
    return _with_parts(Entry(line.number, answer, note=note), line, rest[1:], people, today)


def _written(line: KeyLine, rest: Sequence[str], note: str, people: Sequence[str], today: dt.date) -> Entry:
    n = line.number
    if not rest:
        raise Unclear(f"Line {n} asks for words.", "", f"What is written there? Type {n} and the words.")
    if rest[0].casefold() == "n" and len(rest) == 1:
        return _with_parts(Entry(n, NOT_DONE, note=note), line, (), people, today)
    typed = " ".join(rest)
    if line.kind == "choice":
        close = [one for one in line.choices if one.casefold().startswith(typed.casefold())]
        exact = [one for one in line.choices if one.casefold() == typed.casefold()]
        if len(exact or close) != 1:
            raise Unclear(
                f"{words.quoted(typed)} is not one of the choices.", "", f"It is {words.listing(line.choices, 'or')}."
            )
        typed = (exact or close)[0]
    return _with_parts(Entry(n, PASS, typed, note=note), line, (), people, today)
