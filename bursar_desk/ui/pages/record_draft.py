"""What the record panel is given and what a person has put into it so far; words and rules without a window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.steps import METER_DOWN, Step, StepKind, Wrong, from_tenths, kept, parse_steps
from bursar_desk.ui.pages.base import minute_of
from bursar_desk.ui.widgets.outcomes import NOT_DONE
from bursar_desk.ui.widgets.readings import Reading, TrendPoint

if TYPE_CHECKING:
    from bursar_desk.services.checks import CheckDetail, HistoryLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording import Doing
    from bursar_desk.ui.pages.evidence_files import Tray

PASS, ACTIONS, FAIL = "satisfactory", "satisfactory_with_actions", "unsatisfactory"
RISKS = (
    ("low", "Low: it can wait"),
    ("medium", "Medium: put it right soon"),
    ("high", "High: put it right this week"),
    ("danger", "Danger: stop using it now"),
)


def _tray() -> Tray:
    from bursar_desk.ui.pages.evidence_files import Tray

    return Tray()


@dataclass(frozen=True, slots=True)
class Asks:
    """What this check asks for beyond how it went.

    ``evidence``: none, note, file, or file and number. ``document``: an examination whose paper is on file or awaited.
    ``turn``: whose turn it is, in words; ``turns`` proves that all had theirs, or names the one that waits too long.
    ``missed``: days before this one with no reason. ``failed``: last time it failed. ``meters``: by step, last time.
    """

    evidence: str = ""
    document: bool = False
    second_person: bool = False
    each: bool = False
    turn: str = ""
    turns: str = ""
    gap: bool = False
    todo: tuple[str, ...] = ()
    missed: tuple[date, ...] = ()
    failed: bool = False
    meters: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordCard:
    """What the panel shows, read on the database worker. ``minute`` is the time of day in school."""

    detail: CheckDetail
    readings: tuple[Reading, ...]
    who: str
    minute: int
    people: tuple[str, ...]
    asks: Asks = field(default_factory=Asks)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Everything the check asks for, numbers and the rest."""
        return parse_steps(self.detail.readings)

    @property
    def numbers(self) -> tuple[Step, ...]:
        """The steps answered by a number, in the order of ``readings``."""
        return tuple(one for one in self.steps if one.numeric)

    @property
    def others(self) -> tuple[Step, ...]:
        """The steps answered by a tick, a choice or words."""
        return tuple(one for one in self.steps if not one.numeric)

    @property
    def each(self) -> bool:
        """Whether every point has its own result each time."""
        return self.asks.each and len(self.detail.points) > 1 and not self.detail.readings

    @property
    def point(self) -> str:
        """The call point, outlet or exit whose turn it is."""
        if self.asks.each and self.asks.todo:
            return self.asks.todo[0]
        return self.detail.line.next_point


def load_card(desk: Desk, check: bytes) -> RecordCard:
    """Read what the panel of one check needs; on the database worker."""
    from bursar_desk.services import checks, people

    detail = checks.detail(desk, check)
    minute = minute_of(desk.clock.now_ms())
    names = () if desk.is_guest else tuple(one.name for one in people.listing(desk))
    numbers = tuple(reading_of(one) for one in parse_steps(detail.readings) if one.numeric)
    return RecordCard(detail, numbers, desk.who, minute, names, _asks(desk, check, detail))


def _asks(desk: Desk, check: bytes, detail: CheckDetail) -> Asks:
    from bursar_desk.services import coverage, recording_asks

    found = recording_asks.asks_of(desk, check)
    turns = coverage.grid(desk, check, 1) if len(detail.points) > 1 else None
    return Asks(
        found.evidence, found.document, found.second_person, found.each,
        coverage.turn_words(detail.points, detail.line.next_point) if not found.each else "",
        "" if turns is None else turns.gaps[0].sentence if turns.gaps else turns.sentence,
        bool(turns is not None and turns.gaps),
        detail.progress.todo if found.each and detail.progress is not None else detail.points,
        tuple(one.due for one in detail.missed if not one.reason), found.failed, found.meters,
    )  # fmt: skip


def reading_of(step: Step) -> Reading:
    """What the large number field and the trend need of a step."""
    high = step.high if step.under is None else step.under - Decimal("0.1")
    return Reading(step.name, step.unit, step.low, high, step.under)


def last_values(history: Sequence[HistoryLine], name: str, today: date, most: int = 5) -> list[TrendPoint]:
    """The last values of one reading, oldest first, for the trend and for "last time"."""
    found: list[TrendPoint] = []
    for line in history:
        for one in line.readings:
            value = from_tenths(one.get("value")) if one.get("name") == name else None
            if value is not None:
                day = "Today" if line.on == today else f"{line.on.day} {words.month_short(line.on)}"
                found.append(TrendPoint(value, day))
        if len(found) >= most:
            break
    return found[:most][::-1]


@dataclass(slots=True)
class Draft:
    """What was put in so far. ``by_hand``: the outcome was chosen, not proposed by the readings."""

    day: date
    minute: int | None
    by: str
    outcome: str = ""
    by_hand: bool = False
    values: list[Decimal | None] = field(default_factory=list)
    point: str = ""
    note: str = ""
    report: bool | None = None  # None until the person touches the tick
    fault: str = ""  # what is wrong, as typed; empty for the proposal
    risk: str = ""
    reason: str = ""
    evidence: str = "none"
    evidence_ref: str = ""
    printed: date | None = None
    touched: bool = False  # something would be lost
    answers: dict[str, bool | str] = field(default_factory=dict)  # ticks, choices and words, by the step's name
    points: dict[str, str] = field(default_factory=dict)  # how each point went, where each has its own result
    tray: Tray = field(default_factory=_tray)
    number: str = ""
    second_by: str = ""
    declared: str = ""
    retest: bool = False
    missed_reason: str = ""

    @classmethod
    def of(cls, card: RecordCard, today: date) -> Draft:
        """A fresh one: today, now, by whoever is at the desk, at the point whose turn it is."""
        return cls(
            today, card.minute, card.who, values=[None] * len(card.readings), point="" if card.each else card.point,
            points=dict.fromkeys(card.asks.todo, PASS) if card.each else {},
            outcome=PASS if card.each else "", evidence="awaited" if card.asks.document else "none",
        )  # fmt: skip

    def wrong(self, card: RecordCard) -> list[Wrong]:
        """The answers that are not good."""
        pairs = [(step, value) for step, value in zip(card.numbers, self.values, strict=True)]
        found = [Wrong(step, step.judge(value, card.asks.meters.get(step.name))) for step, value in pairs]
        found += [Wrong(step, step.judge(self.answers.get(step.name))) for step in card.others]
        return [one for one in found if not one.verdict.good]

    def out_of_range(self, card: RecordCard) -> list[str]:
        """What is out of range, one sentence each: "Staff kitchen, hot: 46 °C is below 50 °C"."""
        return [one.sentence.rstrip(".") for one in self.wrong(card)]

    def left(self, card: RecordCard) -> int:
        """How many points are left for later, where each has its own result."""
        return sum(one == NOT_DONE for one in self.points.values()) if card.each else 0

    def missing(self, card: RecordCard) -> int:
        """How many answers are still to be given; free words may be left out."""
        asked = [one for one in card.others if one.kind is not StepKind.TEXT]
        return sum(value is None for value in self.values) + sum(one.name not in self.answers for one in asked)

    def propose(self, card: RecordCard) -> None:
        """Let the answers say how it went, until the person says so: all good is a pass, one out of range a fail."""
        if card.each:
            self.outcome = worst(self.points.values())
            return
        if self.by_hand or not card.steps:
            return
        if self.out_of_range(card):
            self.outcome = FAIL
        else:
            self.outcome = PASS if not self.missing(card) else ""

    def offers_fault(self, card: RecordCard) -> bool:
        """Whether a fault may be reported along with it; each failed point has one by itself."""
        if card.each:
            return False
        return self.outcome in (ACTIONS, FAIL) or (self.outcome != NOT_DONE and bool(self.out_of_range(card)))

    def reports_fault(self, card: RecordCard) -> bool:
        """Whether one will be: a fail always opens one; for the rest the tick decides, and it begins ticked."""
        if not self.offers_fault(card):
            return False
        return self.outcome == FAIL or self.report is not False

    def fault_title(self, card: RecordCard) -> str:
        """What the fault is called: as typed, else from the readings, else from the check."""
        if self.fault.strip():
            return self.fault.strip()
        wrong = self.out_of_range(card)
        if wrong:
            return words.listing(wrong)
        return f"{card.detail.line.title}: {'failed' if self.outcome == FAIL else 'something to put right'}"

    def fault_risk(self, card: RecordCard) -> str:
        """How bad it is: as chosen, else high for a fail and anything out of range."""
        return self.risk or ("high" if self.outcome == FAIL or self.out_of_range(card) else "medium")

    def problems(self, card: RecordCard, today: date) -> dict[str, str]:
        """What has to be put right before it can be saved, by field."""
        found: dict[str, str] = {}
        missing = self.missing(card)
        if card.each and self.left(card) == len(self.points):
            return {"outcome": "Every one is left for later. Press one that was done."}
        if not self.outcome:
            found["outcome"] = "Choose how it went."
        if self.outcome == NOT_DONE:
            return found if self.reason else found | {"reason": "Choose why it was not done."}
        if missing and self.outcome and not self.note.strip():
            found["note"] = f"{words.count(missing, 'answer')} {words.is_are(missing)} missing. Enter it, or say why."
        if card.asks.evidence == "note" and not self.note.strip():
            found["note"] = "This check needs a note."
        if any(one.step.kind is StepKind.METER for one in self.wrong(card)) and not self.note.strip():
            found["note"] = METER_DOWN
        found |= self._second_problems(card)
        if card.asks.evidence == "file and number" and self.tray.count and not self.number.strip():
            found["number"] = "Enter the number on the paper."
        if not self.by.strip():
            found["by"] = "Enter who did the check."
        if self.day > today:
            found["day"] = f"{words.long_date(self.day)} has not come yet."
        return found

    def _second_problems(self, card: RecordCard) -> dict[str, str]:
        if not card.asks.second_person:
            return {}
        if not self.second_by.strip():
            return {"second": "Enter who looked at it as well."}
        if self.second_by.strip().casefold() == self.by.strip().casefold():
            return {"second": "The second person has to be somebody else."}
        return {} if self.declared.strip() else {"declared": "Let them type what they saw."}

    def readings(self, card: RecordCard) -> tuple[dict[str, Any], ...]:
        """The answers as the record keeps them, in the order of the steps."""
        given: dict[str, object] = {
            step.name: value for step, value in zip(card.numbers, self.values, strict=True) if value is not None
        }
        given |= {name: answer for name, answer in self.answers.items() if answer != ""}
        return tuple(kept(step, given[step.name]) for step in card.steps if step.name in given)

    def doing(self, card: RecordCard) -> Doing:
        """The record to write; on the database worker, where the files put in before are kept by now."""
        from bursar_desk.services.recording import Doing, NewDefect

        fault = None
        if self.reports_fault(card) and not card.each:
            fault = NewDefect(self.fault_title(card), self.fault_risk(card), self.note.strip())
        return Doing(
            card.detail.line.id, self.day, self.by.strip(), self.outcome, self.minute, self.point, self.readings(card),
            self.note.strip(), self.printed, self.evidence, self.evidence_ref.strip(), defect=fault,
            second_by=self.second_by.strip(), declared=self.declared.strip(), retest=self.retest,
            kept=tuple(self.tray.files()), number=self.number.strip(), missed_reason=self.missed_reason,
        )  # fmt: skip


def worst(outcomes: Iterable[str]) -> str:
    """The outcome of the whole from those of its points; what was not done says nothing."""
    found = [one for one in outcomes if one != NOT_DONE]
    return max(found, key=(PASS, ACTIONS, FAIL).index) if found else ""


def read_time(text: str) -> int | None:
    """Minutes after midnight of "15:52", "15.52" or "1552"; None when it is no time of day."""
    figures = text.strip().replace(".", ":").replace(" ", "")
    if ":" not in figures and figures.isdecimal() and len(figures) in (3, 4):
        figures = f"{figures[:-2]}:{figures[-2:]}"
    hours, sign, minutes = figures.partition(":")
    if not (sign and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and len(hours) < 3):
        return None
    total = int(hours) * 60 + int(minutes)
    return total if int(minutes) < 60 and total < 1440 else None
