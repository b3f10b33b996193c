"""Which pages a person has: what the rail shows of each, and where the page itself is found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bursar_desk.ui.pages.base import DeskContext


@dataclass(frozen=True, slots=True)
class Entry:
    """A page the rail may show; ``module`` of ``ui.pages`` is loaded when the page is first opened."""

    key: str
    title: str
    icon: str
    module: str
    page: str
    group: int = 0  # -1: not in the rail, another page leads there

    def make(self, context: DeskContext) -> QWidget:
        """Load the page and make it."""
        made: Any = getattr(import_module(f"bursar_desk.ui.pages.{self.module}"), self.page)
        widget: QWidget = made(context)
        return widget


_HOME: Final = Entry("home", "Home", "house", "home", "HomePage")
_TODAY: Final = Entry("today", "Today", "list-checks", "today", "TodayPage")
_CHECKS: Final = Entry("checks", "Checks", "clipboard-check", "checks", "ChecksPage")
_CALENDAR: Final = Entry("calendar", "Calendar", "calendar-days", "calendar", "CalendarPage")
_FAULTS: Final = Entry("faults", "Faults and jobs", "triangle-alert", "faults", "FaultsPage")
_EVIDENCE: Final = Entry("evidence", "Evidence", "file-check", "evidence", "EvidencePage")
_PINS: Final = Entry("pins", "PINs and locking", "key-round", "sign_in_people", "PinsPage", group=-1)
_PEOPLE: Final = Entry("people", "People", "users", "people", "PeoplePage")
_TRAINING: Final = Entry("training", "Training", "graduation-cap", "training", "TrainingPage")
_LED: Final = Entry("led", "Sites I lead", "school", "led", "LedPage")
_PLACES: Final = Entry("places", "Places", "building-2", "places", "PlacesPage")
_COVER: Final = Entry("cover", "Cover", "repeat", "cover", "CoverPage")
_OWED: Final = Entry("owed", "Hours owed", "scale", "owed", "OwedPage", group=-1)
_SUPPORT: Final = Entry("support", "Support plans", "hand-helping", "support", "SupportPage", group=-1)
_CONTRACTS: Final = Entry("contracts", "Contracts", "file-clock", "contracts", "ContractsPage")
_CONTRACTS_IN: Final = Entry(
    "contractsin", "Bring in contracts", "file-spreadsheet", "contracts_import", "ContractsImportPage", group=-1
)
_BUYING: Final = Entry("buying", "Buying", "coins", "buying", "BuyingPage")
_DEALS: Final = Entry("deals", "Group deals", "handshake", "deals", "DealsPage")
_HOURS: Final = Entry("hours", "My hours", "clock", "cover_slip", "HoursSlipPage")
_MESSAGES: Final = Entry("messages", "Messages", "message-square", "messages", "MessagesPage")
_CLUSTER: Final = Entry("cluster", "Cluster", "network", "cluster", "ClusterPage")
_COMPUTERS: Final = Entry("computers", "Computers", "monitor-check", "computers", "ComputersPage")
_REPORTS: Final = Entry("reports", "Reports", "file-text", "reports", "ReportsPage")
_HISTORY: Final = Entry("history", "History", "history", "history", "HistoryPage")
_KEY_IN: Final = Entry("keyin", "Key in", "keyboard", "key_in", "KeyInPage")
_SCHOOL: Final = Entry("school", "School", "school", "school_settings", "SchoolPage")
_LAST_DONE: Final = Entry("lastdone", "When was it last done?", "calendar-check", "last_done", "LastDonePage", group=-1)


def entries(*, office: bool, guest: bool, manages: bool, leads: bool = False) -> tuple[Entry, ...]:
    """The pages of a person, in the order of the rail; the first one opens.

    Under cover there is nothing but the checks that were lent and the hours slip. Who does not run
    the register has no Home and sends no
    files. An office does no checks of its own, so it has no Today. Who ``leads`` at another school, agreed by both
    governing bodies, sees what is late and due there.
    """
    if guest:
        return (_TODAY, _CHECKS, _HOURS)
    elsewhere = (_LED,) if leads else ()
    if office:
        return (
            _HOME, _CHECKS, _CALENDAR, _FAULTS, _EVIDENCE, _PEOPLE, _TRAINING, _COVER, _CONTRACTS, _BUYING, _DEALS,
            _MESSAGES, _CLUSTER, _COMPUTERS, _REPORTS, _HISTORY, _OWED, _SUPPORT,
        )  # fmt: skip
    if manages:
        return (
            _HOME, _TODAY, _CHECKS, _CALENDAR, _FAULTS, _PLACES, _EVIDENCE, _KEY_IN, *elsewhere, _PEOPLE,
            _TRAINING, _COVER, _CONTRACTS, _BUYING, _DEALS, _MESSAGES, _CLUSTER, _COMPUTERS, _REPORTS, _HISTORY,
            _SCHOOL, _LAST_DONE, _PINS, _OWED, _SUPPORT, _CONTRACTS_IN,
        )  # fmt: skip
    return (_TODAY, _CHECKS, _FAULTS, *elsewhere, _COVER, replace(_KEY_IN, group=-1))
