"""History: everything that happened, how things stood on a past day, and the Bin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from bursar_desk.services import bin as bins
from bursar_desk.services import people, stories
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.bin import BinView
from bursar_desk.ui.pages.history_as_at import AsAtView
from bursar_desk.ui.pages.history_story import Asked, StoryView
from bursar_desk.ui.widgets import Segments, hline
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.services.bin import BinLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.stories import Line

_VIEWS = [("story", "What happened"), ("past", "A past day"), ("bin", "Bin")]


@dataclass(frozen=True, slots=True)
class HistoryData:
    """What the page shows: the lines asked for, whether there are older ones, who there is, and the Bin."""

    asked: Asked
    lines: tuple[Line, ...]
    more: bool
    people: tuple[str, ...]
    schools: tuple[tuple[bytes, str], ...]
    bin: tuple[BinLine, ...]


class HistoryPage(Page):
    """The story of a school, or of every school an office holds."""

    key: ClassVar[str] = "history"
    title: ClassVar[str] = "History"
    icon: ClassVar[str] = "history"
    interested_in: ClassVar[tuple[str, ...]] = ()
    scrolls: ClassVar[bool] = False

    def build(self) -> None:
        """Three views under one row of tabs."""
        self.views = Segments(_VIEWS, "Show")
        self.views.chosen.connect(self.show_view)
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 24, 12)
        line.addWidget(self.views)
        line.addStretch()
        self.story = StoryView(self.context)
        self.story.asked.connect(self.reload)
        self.past = AsAtView(self.context)
        self.past.noted.connect(self._note)
        self.bin = BinView(self.context)
        self.stack = QStackedWidget()
        for view in (self.story, self.past, self.bin):
            self.stack.addWidget(view)
        for part in (bar, hline(), self.stack):
            self.body.addWidget(part, 1 if part is self.stack else 0)
        self.show_view("story")

    def show_view(self, key: str) -> None:
        """Show one of the three."""
        self.views.set_key(key)
        shown = {"story": self.story, "past": self.past, "bin": self.bin}[key]
        show_only(self.stack, shown)
        self._note()

    def focus_on(self, **what: Any) -> None:
        """``check=id`` and ``name=`` tell the story of one check; ``view=`` opens a past day or the Bin."""
        self.show_view(str(what.get("view", "story")))
        if "check" in what:
            self.story.tell_of(what["check"], str(what.get("name", "")))

    def load(self, desk: Desk) -> HistoryData:
        """Read the page asked for."""
        asked = self.story.wanted
        if asked.check is not None:
            lines, more = stories.check_story(desk, asked.check), False
        else:
            page = stories.school_story(
                desk, school=asked.school, person=asked.person, first=asked.day, last=asked.day, kind=asked.kind,
                text=asked.text, limit=asked.limit,
            )  # fmt: skip
            lines, more = page.lines, page.older is not None
        names = tuple(sorted({one.name for one in people.listing(desk, left=True)}))
        schools = tuple(sorted(stories.schools_held(desk), key=lambda pair: pair[1]))
        return HistoryData(asked, lines, more, names, schools, bins.listing(desk))

    def fill(self, data: HistoryData) -> None:
        """Show it."""
        self.story.show_lines(data.asked, data.lines, more=data.more)
        self.story.set_choices(data.people, data.schools if self.context.facts.office else ())
        self.past.set_schools(data.schools)
        self.bin.show_lines(data.bin)
        self._note()

    def _note(self) -> None:
        notes = {"story": self.story.note, "past": self.past.note, "bin": self.bin.note}
        self.header.set_note(notes[self.views.key()])

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+F goes to the filter box."""
        return {**super().commands(), Command.FILTER: self._to_filter}

    def _to_filter(self) -> None:
        self.show_view("story")
        self.story.search.setFocus()
        self.story.search.selectAll()

    def panes(self) -> list[QWidget]:
        """The list, then its details."""
        shown = {"story": self.story.panes, "past": self.past.panes, "bin": self.bin.panes}[self.views.key()]
        return [*shown(), self.views, self.header]
