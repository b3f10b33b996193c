"""Typed steps of a check: what is asked, which answers are good, and the sentence about one that is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from bursar_desk.domain import words

_TENTHS: Final = Decimal(10)


class StepKind(StrEnum):
    """What an answer is: a number within limits, a tick, free text, one of some words, or a meter that counts up."""

    NUMBER = "number"
    TICK = "tick"
    TEXT = "text"
    CHOICE = "choice"
    METER = "meter"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer is good; ``sentence`` says why not, ``advice`` what to do; both empty where all is well."""

    good: bool
    sentence: str = ""
    advice: str = ""


GOOD: Final = Verdict(True)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a check asks for.

    ``low`` and ``high`` are the lowest and highest good value; ``under`` must not even be reached ("below 20 °C").
    ``bad`` are the choices that count as a fail; ``photo``: a picture belongs to the answer.
    """

    name: str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    kind: StepKind = StepKind.NUMBER
    choices: tuple[str, ...] = ()
    photo: bool = False
    under: Decimal | None = None
    bad: frozenset[str] = frozenset()
    advice: str = ""

    @property
    def numeric(self) -> bool:
        """Tell whether the answer is a number."""
        return self.kind in (StepKind.NUMBER, StepKind.METER)

    @property
    def should_be(self) -> str:
        """Return ``50 °C or more``, ``below 20 °C``, ``between 41 and 43 °C``; empty where any answer is good."""
        unit = f" {self.unit}" if self.unit else ""
        if self.under is not None:
            low = f"{plain(self.low)}{unit} or more and " if self.low is not None else ""
            return f"{low}below {plain(self.under)}{unit}"
        if self.low is not None and self.high is not None:
            return f"between {plain(self.low)} and {plain(self.high)}{unit}"
        if self.low is not None:
            return f"{plain(self.low)}{unit} or more"
        return f"{plain(self.high)}{unit} or less" if self.high is not None else ""

    def said(self, value: Decimal) -> str:
        """Return a value with its unit: ``46 °C``."""
        return f"{plain(value)} {self.unit}".rstrip()

    def judge(self, answer: object, before: Decimal | None = None) -> Verdict:
        """Judge an answer: a ``Decimal`` for numbers and meters, a bool for ticks, text for the rest; None is unjudged.

        ``before`` is what the meter stood at last time. A meter that went down is not good without a note.
        """
        if answer is None:
            return GOOD
        if self.numeric and isinstance(answer, Decimal):
            return self._judge_number(answer, before)
        if self.kind is StepKind.TICK and answer is False:
            return Verdict(False, f"“{self.name}” did not pass.", self.advice)
        if self.kind is StepKind.CHOICE and answer in self.bad:
            return Verdict(False, f"{self.name}: {answer}.", self.advice)
        return GOOD

    def _judge_number(self, value: Decimal, before: Decimal | None) -> Verdict:
        if self.kind is StepKind.METER and before is not None and value < before:
            return Verdict(False, f"{self.said(value)} is less than last time, {self.said(before)}.", METER_DOWN)
        if self.low is not None and value < self.low:
            return Verdict(False, f"{self.said(value)} is below {self.said(self.low)}.", self.advice)
        if self.under is not None and value >= self.under:
            how = "is not below" if value == self.under else "is above"
            return Verdict(False, f"{self.said(value)} {how} {self.said(self.under)}.", self.advice)
        if self.high is not None and value > self.high:
            return Verdict(False, f"{self.said(value)} is above {self.said(self.high)}.", self.advice)
        return GOOD


METER_DOWN: Final = "Read it again. If the meter was changed, say so in the note."


def plain(value: Decimal | None) -> str:
    """A number as people write it, with a true minus: 46, 46.2, −15."""
    if value is None:
        return ""
    text = f"{value.normalize():f}" if value else "0"
    return text.replace("-", words.MINUS)


def in_tenths(value: Decimal) -> int:
    """A value as the register keeps it: 46.2 is 462; halves are rounded away from nothing."""
    return int((value * _TENTHS).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_tenths(value: object) -> Decimal | None:
    """A value from how the register keeps it; None for what is no whole number."""
    return Decimal(value) / _TENTHS if isinstance(value, int) and not isinstance(value, bool) else None


def read_number(text: str) -> Decimal | None:
    """A number as people type it, with one decimal at most; None for anything else."""
    try:
        found = Decimal(text.strip().replace(words.MINUS, "-"))
    except InvalidOperation:
        return None
    if not found.is_finite() or found * _TENTHS != (found * _TENTHS).to_integral_value() or abs(found) >= 10**9:
        return None
    return found


def parse_step(spec: Mapping[str, Any]) -> Step:
    """Read a step as the register keeps it. Never raises: what a newer program wrote is read as far as it is known."""
    kind = str(spec.get("kind") or StepKind.NUMBER)
    choices, bad = _choices(spec.get("choices"))
    return Step(
        str(spec.get("name") or "Reading"), str(spec.get("unit") or ""), _limit(spec.get("low")),
        _limit(spec.get("high")), StepKind(kind) if kind in set(StepKind) else StepKind.TEXT, choices,
        spec.get("photo") is True, _limit(spec.get("under")), bad, str(spec.get("advice") or ""),
    )  # fmt: skip


def parse_steps(specs: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Read all steps of a check, in their order."""
    return tuple(map(parse_step, specs))


def _limit(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _choices(given: Any) -> tuple[tuple[str, ...], frozenset[str]]:
    """Choices are words, or ``{"word": "Blocked", "bad": true}`` for one that counts as a fail."""
    if not isinstance(given, list | tuple):
        return (), frozenset()
    pairs = [(str(one.get("word", "")), one.get("bad") is True) if isinstance(one, Mapping) else (str(one), False)
             for one in given]  # fmt: skip
    return tuple(word for word, _ in pairs), frozenset(word for word, bad in pairs if bad)


# --- answers as a record keeps them ----------------------------------------------------------------------------------


def kept(step: Step, answer: object) -> dict[str, Any]:
    """An answer as a record keeps it; only numbers have a ``value``, in tenths: no list mistakes a tick for one.

    ``{"name": "Hot", "value": 462, "unit": "°C"}``, ``{"name": "Bell heard", "kind": "tick", "ok": true}``,
    ``{"name": "Route", "kind": "choice", "text": "Clear"}``.
    """
    made: dict[str, Any] = {"name": step.name}
    if isinstance(answer, Decimal):
        made |= {"value": in_tenths(answer), "unit": step.unit}
        return made | ({"kind": step.kind.value} if step.kind is StepKind.METER else {})
    if isinstance(answer, bool):
        return made | {"kind": step.kind.value, "ok": answer}
    return made | {"kind": step.kind.value, "text": str(answer)}


def answer_in(reading: Mapping[str, Any]) -> Decimal | bool | str | None:
    """The answer that a record keeps."""
    if isinstance(reading.get("ok"), bool):
        return bool(reading["ok"])
    if isinstance(reading.get("text"), str):
        return str(reading["text"])
    return from_tenths(reading.get("value"))


def answer_words(reading: Mapping[str, Any]) -> str:
    """An answer for people: ``46.2 °C``, ``Pass``, ``Clear``; empty for none."""
    answer = answer_in(reading)
    if isinstance(answer, Decimal):
        return f"{plain(answer)} {reading.get('unit') or ''}".rstrip()
    if isinstance(answer, bool):
        return "Pass" if answer else "Fail"
    return answer or ""


def named(steps: Sequence[Step], name: str) -> Step | None:
    """The step of that name, however it is written."""
    return next((one for one in steps if one.name.casefold() == name.strip().casefold()), None)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One answer that is not good: which step, and its verdict."""

    step: Step
    verdict: Verdict

    @property
    def sentence(self) -> str:
        """Return it as one sentence: ``Staff kitchen, hot: 46 °C is below 50 °C.``"""
        if not self.step.numeric:
            return self.verdict.sentence
        return f"{self.step.name}: {self.verdict.sentence}"


def wrong_in(
    steps: Sequence[Step], readings: Sequence[Mapping[str, Any]], before: Mapping[str, Decimal] | None = None
) -> tuple[Wrong, ...]:
    """The answers of a record that are not good, in the order of the steps. ``before``: meters last time, by name."""
    given = {str(one.get("name", "")).casefold(): answer_in(one) for one in readings}
    found = ((step, step.judge(given.get(step.name.casefold()), (before or {}).get(step.name))) for step in steps)
    return tuple(Wrong(step, verdict) for step, verdict in found if not verdict.good)
