"""What the record panel is given and what a person has put into it so far; words and rules without a window."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.ui.pages.base import minute_of
from bursar_desk.ui.widgets.outcomes import NOT_DONE
from bursar_desk.ui.widgets.readings import Reading, TrendPoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bursar_desk.services.checks import CheckDetail, HistoryLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording import Doing

PASS, ACTIONS, FAIL = "satisfactory", "satisfactory_with_actions", "unsatisfactory"
RISKS = (
    ("low", "Low: it can wait"),
    ("medium", "Medium: put it right soon"),
    ("high", "High: put it right this week"),
    ("danger", "Danger: stop using it now"),
)
_TENTHS = Decimal(10)


@dataclass(frozen=True, slots=True)
class RecordCard:
    """What the panel shows, read on the database worker. ``minute`` is the time of day in school."""

    detail: CheckDetail
    readings: tuple[Reading, ...]
    who: str
    minute: int
    people: tuple[str, ...]

    @property
    def point(self) -> str:
        """The call point, outlet or exit whose turn it is."""
        return self.detail.line.next_point


def load_card(desk: Desk, check: bytes) -> RecordCard:
    """Read what the panel of one check needs; on the database worker."""
    from bursar_desk.services import checks, people

    detail = checks.detail(desk, check)
    minute = minute_of(desk.clock.now_ms())
    names = () if desk.is_guest else tuple(one.name for one in people.listing(desk))
    return RecordCard(detail, tuple(map(reading_of, detail.readings)), desk.who, minute, names)


def reading_of(spec: Mapping[str, Any]) -> Reading:
    """A reading from how the register describes it."""
    return Reading(
        str(spec.get("name", "Reading")), str(spec.get("unit", "")), _limit(spec.get("low")), _limit(spec.get("high"))
    )


def _limit(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def last_values(history: Sequence[HistoryLine], name: str, today: date, most: int = 5) -> list[TrendPoint]:
    """The last values of one reading, oldest first, for the trend and for "last time"."""
    found: list[TrendPoint] = []
    for line in history:
        for one in line.readings:
            if one.get("name") == name and isinstance(one.get("value"), int):
                day = "Today" if line.on == today else f"{line.on.day} {words.month_short(line.on)}"
                found.append(TrendPoint(Decimal(one["value"]) / _TENTHS, day))
        if len(found) >= most:
            break
    return found[:most][::-1]


def in_tenths(value: Decimal) -> int:
    """A value as the register keeps it: 46.2 is 462."""
    return int((value * _TENTHS).quantize(Decimal(1), rounding=ROUND_HALF_UP))


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

    @classmethod
    def of(cls, card: RecordCard, today: date) -> Draft:
        """A fresh one: today, now, by whoever is at the desk, at the point whose turn it is."""
        return cls(today, card.minute, card.who, values=[None] * len(card.readings), point=card.point)

    def out_of_range(self, card: RecordCard) -> list[str]:
        """What is out of range, one sentence each: "Staff kitchen, hot: 46 °C is below 50 °C"."""
        pairs = zip(card.readings, self.values, strict=True)
        said = [(one.name, one.wrong(value)) for one, value in pairs if value is not None]
        return [f"{name}: {wrong}" for name, wrong in said if wrong]

    def propose(self, card: RecordCard) -> None:
        """Let the readings say how it went, until the person says so: all good is a pass, one out of range a fail."""
        if self.by_hand or not card.readings:
            return
        if self.out_of_range(card):
            self.outcome = FAIL
        else:
            self.outcome = PASS if None not in self.values else ""

    def offers_fault(self, card: RecordCard) -> bool:
        """Whether a fault may be reported along with it."""
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

    def problems(self, today: date) -> dict[str, str]:
        """What has to be put right before it can be saved, by field."""
        found: dict[str, str] = {}
        missing = sum(value is None for value in self.values)
        if not self.outcome:
            found["outcome"] = "Choose how it went."
        if self.outcome == NOT_DONE:
            return found if self.reason else found | {"reason": "Choose why it was not done."}
        if missing and self.outcome and not self.note.strip():
            found["note"] = f"{words.count(missing, 'reading')} {words.is_are(missing)} missing. Enter it, or say why."
        if not self.by.strip():
            found["by"] = "Enter who did the check."
        if self.day > today:
            found["day"] = f"{words.long_date(self.day)} has not come yet."
        return found

    def doing(self, card: RecordCard) -> Doing:
        """The record to write."""
        from bursar_desk.services.recording import Doing, NewDefect

        fault = None
        if self.reports_fault(card):
            fault = NewDefect(self.fault_title(card), self.fault_risk(card), self.note.strip())
        pairs = zip(card.readings, self.values, strict=True)
        readings = tuple(
            {"name": one.name, "value": in_tenths(value), "unit": one.unit} for one, value in pairs if value is not None
        )
        return Doing(
            card.detail.line.id, self.day, self.by.strip(), self.outcome, self.minute, self.point, readings,
            self.note.strip(), self.printed, self.evidence, self.evidence_ref.strip(), defect=fault,
        )  # fmt: skip


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
