"""What the pages of a desk share: the desk itself, work on the one database worker, telling and taking back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bursar_desk.clock import utc_offset_minutes
from bursar_desk.domain.operations import Changes
from bursar_desk.ui.jobs import Job, Jobs, manager
from bursar_desk.ui.widgets import pages
from bursar_desk.ui.widgets.pages import Command

if TYPE_CHECKING:
    from datetime import date

    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.desk import Desk

T = TypeVar("T")

__all__ = ["Command", "DeskContext", "DeskFacts", "Page", "minute_of", "time_words"]


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What stays the same while a desk is open: the window thread reads it here, never from the register."""

    name: str  # of the school or office
    who: str  # the acting person, for "Done by"
    role: str  # their job in words
    manages: bool
    office: bool
    guest: bool
    practice: bool
    person: bytes | None = None
    signs_in: bool = False  # somebody here has a PIN, so the window asks who is at the desk
    leads: bool = False  # leads at another school whose records are here

    @classmethod
    def of(cls, desk: Desk) -> DeskFacts:
        """Read them; on the database worker."""
        from bursar_desk.services import pins
        from bursar_desk.services.leads_felt import leads_elsewhere

        person = desk.person
        role = (person.job_title or person.role.capitalize()) if person else ""
        manages = not desk.is_guest and (person is None or person.manages)
        who = person.id if person else None
        asked = pins.in_use(desk)
        leads = leads_elsewhere(desk, who)
        return cls(
            desk.name, desk.who, role, manages, desk.is_office, desk.is_guest, desk.practice, who, asked, leads
        )  # fmt: skip


def minute_of(ms: int) -> int:
    """The time of day in school at ``ms`` milliseconds since 1970, in minutes after midnight."""
    return (ms // 60_000 + utc_offset_minutes(ms)) % 1440


def time_words(minute: int | None) -> str:
    """Minutes after midnight as 24-hour time; empty for none."""
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


class DeskContext(QObject):
    """The desk in a window. Pages read and write through ``run``; what they ask on the window thread is in ``facts``,
    ``today`` and ``home``.

    ``changed(Changes, origin)`` follows every act; ``told(sentence, act)`` is what the undo bar says, with the act it
    takes back, or None;
    ``page_wanted(key, focus)`` asks for another page, ``focus`` being a dict for its ``focus_on``;
    ``problem(UserError)`` shows above the page what could not be done; ``backed_up`` follows a new checked copy.
    """

    changed = Signal(object, object)
    told = Signal(str, object)
    page_wanted = Signal(str, object)
    problem = Signal(object)
    backed_up = Signal()

    def __init__(self, desk: Desk, facts: DeskFacts | None = None, parent: QObject | None = None):
        super().__init__(parent)
        self.desk = desk
        self.facts = facts or DeskFacts.of(desk)
        self.home = desk.home
        self._last_act: bytes | None = None
        self.pages: frozenset[str] = frozenset()  # the keys this person may open

    @property
    def jobs(self) -> Jobs:
        """All work under way."""
        return manager()

    @property
    def today(self) -> date:
        """The day the rules take as today."""
        return self.desk.today

    def minute_now(self) -> int:
        """The time of day in school, in minutes after midnight."""
        return minute_of(self.desk.clock.now_ms())

    def run(
        self,
        parent: QObject,
        work: Callable[[Desk], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[UserError], object] | None = None,
    ) -> Job[T]:
        """Do ``work(desk)`` on the database worker; then ``done(result)`` or ``failed(problem)`` here.

        Nothing is delivered once ``parent`` has gone. Without ``failed`` the problem is shown above the page.
        """
        return self.run_long(parent, lambda desk, _progress: work(desk), done, failed)

    def run_long(
        self,
        parent: QObject,
        work: Callable[[Desk, Progress], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[UserError], object] | None = None,
        *,
        progress: Callable[[str, int, int], object] | None = None,
        stopped: Callable[[], object] | None = None,
    ) -> Job[T]:
        """Like ``run`` for work that tells how far it is and can be stopped: ``run_long(...).stop()``."""
        job = Job(parent, lambda steps: work(self.desk, steps))
        job.on_error(failed or self.problem.emit)
        if done is not None:
            job.on_done(done)
        if progress is not None:
            job.on_progress(progress)
        if stopped is not None:
            job.on_stopped(stopped)
        return job.start()

    def acted(self, changes: Changes, sentence: str = "", *, origin: object = None, undo: bool = True) -> None:
        """Something was written: let every page that shows it read again, and say it with a way back."""
        self._last_act = changes.act
        self.changed.emit(changes, origin)
        if sentence:
            self.tell(sentence, undo=undo)

    def tell(self, sentence: str, undo: bool = True) -> None:
        """Say what was done at the foot of the page; ``undo`` offers to take the last act back."""
        self.told.emit(sentence, self._last_act if undo else None)

    def open_page(self, key: str, **focus: Any) -> None:
        """Go to a page and hand it what to show, for example ``open_page("checks", check=check_id)``."""
        self.page_wanted.emit(key, focus)


class Page(pages.Page):
    """Base of the pages. Give ``key``, ``title``, ``icon`` and ``interested_in`` (table names; empty for all).

    Override ``build`` (make the widgets, once), ``load(desk)`` (on the database worker; return frozen data) and
    ``fill(data)`` (on the window thread). ``reload`` ties them together: it runs when the page is first shown and
    whenever an act touched an interesting table; rows stay on the screen until the new ones come. ``focus_on(**what)``
    is what ``open_page`` handed over; it is called before the page reloads, so keep it until ``fill``.
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    interested_in: ClassVar[tuple[str, ...]] = ()
    scrolls: ClassVar[bool] = True

    rendered = Signal()

    def __init__(self, context: DeskContext, parent: QWidget | None = None):
        super().__init__(self.title, scrolls=self.scrolls, parent=parent)
        self.context = context
        self.data: Any = None
        self._loading: Job[Any] | None = None
        self._again = False
        self.build()

    def build(self) -> None:
        """Make the widgets of the page."""

    def load(self, desk: Desk) -> Any:  # noqa: ARG002 - for pages to fill
        """Read what the page shows; on the database worker, so touch no widget."""
        return None

    def fill(self, data: Any) -> None:
        """Show what was read."""

    def focus_on(self, **what: Any) -> None:
        """Show one thing, when another page leads here."""

    def unsaved(self) -> str:
        """What would be lost if the window closed now ("Fire alarm test"); empty for nothing."""
        return ""

    def reload(self) -> None:
        """Read again and show. While a reading is under way the next one waits; only the newest is shown."""
        if self._loading is not None:
            self._again = True
            return
        self._again = False
        self._loading = self.context.run(self, self.load, self._loaded, self._not_loaded)

    def refresh(self) -> None:
        """The kit's name for reading again."""
        self.reload()

    def wants(self, changes: object) -> bool:
        """Whether an act touched a table this page shows."""
        if not self.interested_in or not isinstance(changes, Changes):
            return True
        return changes.touches(*self.interested_in)

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Read again (F5) is answered by every page; add your own."""
        return {Command.REFRESH: self.reload}

    def _loaded(self, data: Any) -> None:
        self._loading = None
        if self._again:
            self.reload()
            return
        self.data = data
        self.fill(data)
        self.rendered.emit()

    def _not_loaded(self, problem: UserError) -> None:
        self._loading = None
        self.context.problem.emit(problem)
        if self._again:
            self.reload()
