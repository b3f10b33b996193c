"""Facts about checks that the papers of the field fix code by code: closures, legal class, lead times, outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.intervals import Interval, Span, Unit
from bursar_desk.domain.periods import DayKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Outcome(StrEnum):
    """How a check ended. In all three it was done, so its interval starts again; only the last turns a row red."""

    SATISFACTORY = "satisfactory"
    SATISFACTORY_WITH_ACTIONS = "satisfactory_with_actions"
    UNSATISFACTORY = "unsatisfactory"

    @property
    def said(self) -> str:
        """Pass, Pass with actions or Fail."""
        return words.outcome_words(self.value)


class NotDoneReason(StrEnum):
    """Why a check was not done. A reason never moves a due date, except that of a shut site (``may_close``)."""

    NO_ACCESS = "no_access"
    SITE_CLOSED = "site_closed"
    STAFF_AWAY = "staff_away"
    CONTRACTOR_CANCELLED = "contractor_cancelled"
    FORGOT = "forgot"
    PUT_OFF = "put_off"
    OTHER = "other"

    @property
    def said(self) -> str:
        """The reason for people."""
        return _REASON_WORDS[self]


_REASON_WORDS: Final[Mapping[NotDoneReason, str]] = {
    NotDoneReason.NO_ACCESS: "No access",
    NotDoneReason.SITE_CLOSED: "School closed",
    NotDoneReason.STAFF_AWAY: "Staff away",
    NotDoneReason.CONTRACTOR_CANCELLED: "Contractor cancelled",
    NotDoneReason.FORGOT: "Forgot",
    NotDoneReason.PUT_OFF: "Put off",
    NotDoneReason.OTHER: "Other",
}


class Standing(StrEnum):
    """Whether the duty is law, the interval comes from a code or standard, or it is good practice (rules section 1)."""

    STATUTORY = "statutory"
    APPROVED = "approved_code_or_standard"
    RECOMMENDED = "recommended"


class LegalClass(StrEnum):
    """What being late means in law (rules section 3)."""

    STOP_USING = "A"
    BREACH_BY_DATE = "B"
    REVIEW_DUTY = "C"
    STANDARD = "D"


@dataclass(frozen=True, slots=True)
class Completion:
    """One time a check was done. ``printed`` is the next date on the report or certificate; ``minute`` of the day.

    ``retest`` marks a second look after a failure: it can clear the failure but does not move the interval.
    """

    done: date
    outcome: Outcome
    printed: date | None = None
    minute: int | None = None
    retest: bool = False


# --- closures (rules section 4) --------------------------------------------------------------------------------------

# User checks that nobody can do on a shut site. FIRE-18 goes with the alarm bell of FIRE-04.
CLOSED_SITE: Final = frozenset({
    "FIRE-03", "FIRE-04", "FIRE-06", "FIRE-07", "FIRE-10", "FIRE-18", "FIRE-21",
    "PLAY-03", "VENT-03", "FOOD-03", "DTSC-02",
})  # fmt: skip
CLOSED_SITE_IF_LOCKED_AWAY: Final = frozenset({"FAID-03"})  # a defibrillator inside; not one the public can reach
NEVER_EXCUSED: Final = frozenset({"WATR-03", "FIRE-26", "LIFT-09", "GASH-02", "TRAN-03", "HSMG-14"})
TERM_WEEKS_ONLY: Final = frozenset({"VENT-03", "DTSC-02", "WATR-17"})  # and before first use after a holiday
DRILLS: Final = frozenset({"FIRE-19", "SECU-07"})
LIFE_SAFETY: Final[Mapping[str, str]] = {
    **dict.fromkeys(("FIRE-03", "FIRE-04", "FIRE-05"), "fire alarm"),
    **dict.fromkeys(("FIRE-06", "FIRE-07", "FIRE-08", "FIRE-09"), "emergency lighting"),
    **dict.fromkeys(("FIRE-16", "FIRE-17", "FIRE-18", "FIRE-21"), "escape doors"),
    **dict.fromkeys(("FIRE-26", "FIRE-27"), "sprinklers"),
}


def may_close(code: str, *, locked_away: bool = False) -> bool:
    """Tell whether a check may be marked ``site closed``: user checks on the list only, never an examination."""
    return code in CLOSED_SITE or (locked_away and code in CLOSED_SITE_IF_LOCKED_AWAY)


# Which days ask for a ``daily school days`` check; every other code asks on school days only (rules section 5).
_BUILDING_USED: Final = frozenset({DayKind.SCHOOL_DAY, DayKind.INSET, DayKind.LETTING})
_PUPILS_IN: Final = frozenset({DayKind.SCHOOL_DAY})
_DAILY: Final[Mapping[str, frozenset[DayKind]]] = {
    "FIRE-03": _BUILDING_USED,
    "FIRE-06": _BUILDING_USED,
    "FIRE-21": _BUILDING_USED,
    "HSMG-20": frozenset({DayKind.SCHOOL_DAY, DayKind.INSET}),
}


def daily_kinds(code: str, *, food_on_inset: bool = False) -> frozenset[DayKind]:
    """The kinds of day that ask for a daily check. ``food_on_inset``: the kitchen serves food on INSET days."""
    if code == "FOOD-03" and food_on_inset:
        return frozenset({DayKind.SCHOOL_DAY, DayKind.INSET})
    return _DAILY.get(code, _PUPILS_IN)


# Rows counted "for N months beginning with" a date: the last day is one less (rule D7).
BEGINNING_WITH: Final = frozenset({"ENER-01", "ENER-02"})
# ``each school year`` rows that name a day: month and day.
NAMED_DAYS: Final[Mapping[str, tuple[int, int]]] = {"GRND-09": (10, 31), "FIRE-22": (10, 31)}
# Rows done once by a day that stands in the catalogue, and after that only when something happens.
SET_DAYS: Final[Mapping[str, date]] = {"ELEC-12": date(2027, 1, 31)}
# Work that is noisy or stops lessons; it is planned for holidays (rules section 5).
DISRUPTIVE: Final = frozenset({
    "ELEC-01", "ELEC-06", "ELEC-07", "ELEC-11", "FIRE-24", "FIRE-32",
    "GASH-01", "GASH-03", "GASH-04", "GASH-07", "GASH-08", "GASH-10", "GASH-11", "GASH-14", "PRES-01", "PRES-03",
    "LIFT-01", "LIFT-02", "LIFT-05", "VENT-01", "VENT-02", "VENT-04", "VENT-05", "WATR-07", "WATR-08",
    "GRND-01", "WAHT-06", "WAHT-07", "ASBE-04", "POOL-04", "FABR-03",
})  # fmt: skip
NEVER_RED_FOR_AGE: Final = frozenset({"TRNG-10"})  # the certificate does not expire (rules section 10)


# --- what late means in law (rules section 3) ------------------------------------------------------------------------

_STOP_USING: Final = frozenset({
    "LIFT-01", "LIFT-02", "LIFT-03", "LIFT-04", "LIFT-05", "LIFT-06", "LIFT-07", "WAHT-08", "WAHT-03",
    "PRES-01", "PRES-04", "PRES-05", "GASH-14", "TRAN-03", "TRAN-04", "TRAN-05", "NOTI-02", "DTSC-08",
})  # fmt: skip
_BREACH: Final = frozenset({
    "VENT-01", "VENT-02", "VENT-07", "VENT-08", "ENER-01", "ENER-02", "GASH-02", "HSMG-14", "FABR-07", "NOTI-06",
    "FAID-07",
})  # fmt: skip
_REVIEW: Final = frozenset({
    "FIRE-01", "WATR-01", "ASBE-01", "FAID-01", "DTSC-09", "DTSC-10",
    "HSMG-04", "HSMG-05", "HSMG-06", "HSMG-07", "HSMG-08", "HSMG-09", "HSMG-10", "HSMG-21", "HSMG-22",
})  # fmt: skip

_STOP_WORDS: Final[Mapping[str, str]] = {
    "TRAN-03": "It may not go on the road, except to a booked test.",
    "TRAN-04": "No charge of any kind may be taken for a trip until there is a permit.",
    "TRAN-05": "It may not be driven until it is insured.",
    "NOTI-02": "Each day without this insurance is an offence.",
    "WAHT-03": "Nobody may climb it until it has been inspected.",
    "DTSC-08": "Radioactive sources may not be kept without registration.",
}
_CLASS_WORDS: Final[Mapping[LegalClass, str]] = {
    LegalClass.STOP_USING: "Treat any use as unlawful until it has been examined.",
    LegalClass.BREACH_BY_DATE: "The law sets this date, so each day late is a breach.",
    LegalClass.REVIEW_DUTY: "The law asks for an up-to-date assessment; the date is the school's own limit.",
    LegalClass.STANDARD: "No offence by date, but a missed date counts against the school and may affect insurance.",
}


@dataclass(frozen=True, slots=True)
class OverdueWords:
    """What may be said beside an overdue row, and whether to offer ``Take out of use now``."""

    legal_class: LegalClass
    sentence: str
    offer_take_out_of_use: bool


def legal_class(code: str) -> LegalClass:
    """The class of a catalogue code; a school's own checks are class D."""
    if code in _STOP_USING:
        return LegalClass.STOP_USING
    if code in _BREACH:
        return LegalClass.BREACH_BY_DATE
    return LegalClass.REVIEW_DUTY if code in _REVIEW else LegalClass.STANDARD


def overdue_words(code: str) -> OverdueWords:
    """The words for an overdue check; only class A offers to take the thing out of use."""
    kind = legal_class(code)
    sentence = _STOP_WORDS.get(code, _CLASS_WORDS[kind])
    return OverdueWords(kind, sentence, kind is LegalClass.STOP_USING)


# --- lead times (rules section 6) ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lead:
    """Days before the due date from which a row is amber and by which a contractor is booked (``None``: nobody is)."""

    amber: int
    book: int | None


_DAY_LEADS: Final = ((70, Lead(14, 28)), (29, Lead(5, None)), (14, Lead(2, None)))
_MONTH_LEADS: Final = (
    (60, Lead(180, 240)),
    (24, Lead(90, 120)),
    (12, Lead(42, 84)),
    (6, Lead(28, 42)),
    (3, Lead(14, 28)),
    (1, Lead(5, None)),
)
_PERIOD_BOOK: Final[Mapping[Span, int | None]] = {Span.HALF_TERM: None, Span.TERM: 28, Span.SCHOOL_YEAR: 42}
_CERTIFICATE: Final = Lead(60, 60)
_COURSE: Final = Lead(90, 90)


def lead_for(interval: Interval | None, *, code: str = "", expires: bool = False) -> Lead:
    """The lead of an interval. An interval between two lines of the table takes the shorter line's lead.

    ``expires``: the date is printed on a certificate, permit or policy of a year or more. Courses have 90 days.
    """
    if code.startswith("TRNG-"):
        return _COURSE
    if interval is None:
        return _CERTIFICATE if expires else Lead(0, None)
    if expires and interval.days_about >= 364:
        return _CERTIFICATE
    if interval.unit in (Unit.DAY, Unit.WEEK):
        days = int(interval.days_about)
        return next((lead for floor, lead in _DAY_LEADS if days >= floor), Lead(0, None))
    return next(lead for floor, lead in _MONTH_LEADS if interval.months >= floor)


def season_days(due: date, lead: Lead) -> int:
    """28 more days when it falls 1 to 20 September or 1 to 10 January: the slots before it sell out.

    Only for work that is booked; a weekly check by own staff needs no slot.
    """
    crowded = (due.month == 9 and due.day <= 20) or (due.month == 1 and due.day <= 10)
    return 28 if crowded and lead.book is not None else 0


def book_by(due: date, interval: Interval | None, *, code: str = "", expires: bool = False) -> date | None:
    """The day by which to book a contractor; ``None`` where nobody is booked that far ahead."""
    lead = lead_for(interval, code=code, expires=expires)
    return None if lead.book is None else add_days(due, -lead.book - season_days(due, lead))


def period_book_by(due: date, span: Span) -> date | None:
    """The day by which to book a contractor for a check of a period; ``None`` for half terms."""
    days = _PERIOD_BOOK[span]
    return None if days is None else add_days(due, -days)
