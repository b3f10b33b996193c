"""School: what the site has, the term dates, the checks that are not needed, and what a newer list brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bursar_desk.domain import words
from bursar_desk.services import applies, editions, term_dates
from bursar_desk.ui.pages.base import Page
from bursar_desk.ui.pages.school_settings_off import NewsPane, OffPane
from bursar_desk.ui.pages.school_settings_questions import QuestionsPane
from bursar_desk.ui.pages.school_settings_terms import TermsPane
from bursar_desk.ui.widgets import Segments

if TYPE_CHECKING:
    from bursar_desk.services.applies import Question, SwitchedOff, ToReview
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.editions import EditionNews
    from db.queries.schools import BlockRow

PARTS = (("site", "The site"), ("terms", "Term dates"), ("off", "Not needed"), ("news", "New checks"))


@dataclass(frozen=True, slots=True)
class SchoolData:
    """Everything on the page."""

    questions: tuple[Question, ...]
    blocks: tuple[BlockRow, ...]
    missing: str
    off: tuple[SwitchedOff, ...]
    review: tuple[ToReview, ...]
    news: EditionNews


class SchoolPage(Page):
    """One part at a time, chosen at the top right."""

    key: ClassVar[str] = "school"
    title: ClassVar[str] = "School"
    icon: ClassVar[str] = "school"
    interested_in: ClassVar[tuple[str, ...]] = ("feature", "school_check", "calendar_block", "edition")

    def build(self) -> None:
        """The parts, the first one shown."""
        self.data: SchoolData | None = None
        self.segments = Segments(PARTS, "Part of the page")
        self.segments.chosen.connect(self.show_part)
        self.header.add(self.segments)
        self.site = QuestionsPane(self.context)
        self.terms = TermsPane(self.context)
        self.off = OffPane(self.context)
        self.news = NewsPane(self.context)
        self.panes_by_key = {"site": self.site, "terms": self.terms, "off": self.off, "news": self.news}
        for key, pane in self.panes_by_key.items():
            if key != "site":
                pane.hide()
            self.body.addWidget(pane)
        self.body.addStretch()

    def load(self, desk: Desk) -> SchoolData:
        """Read all parts."""
        return SchoolData(
            applies.questions(desk), tuple(term_dates.listing(desk)), term_dates.missing(desk),
            applies.switched_off(desk), applies.to_review(desk), editions.compare(desk),
        )  # fmt: skip

    def fill(self, data: SchoolData) -> None:
        """Show them."""
        self.data = data
        self.site.show_questions(data.questions)
        self.terms.show_blocks(data.blocks, data.missing)
        self.off.show_checks(data.off, data.review)
        self.news.show_news(data.news)
        waiting = sum(one.answer == "ask" for one in data.questions)
        self.segments.set_counts({"site": waiting, "off": len(data.off), "news": len(data.news.rows)})
        self._note()

    def focus_on(self, **what: Any) -> None:
        """Show one part."""
        if what.get("part") in self.panes_by_key:
            self.segments.set_key(str(what["part"]))
            self.show_part(str(what["part"]))

    def unsaved(self) -> str:
        """What is typed for the calendar and not added yet."""
        return "a day for the calendar" if self.terms.typed else ""

    def show_part(self, key: str) -> None:
        """Show a part."""
        for name, pane in self.panes_by_key.items():
            pane.setVisible(name == key)
        self._note()

    def _note(self) -> None:
        if self.data is None:
            return
        waiting = sum(one.answer == "ask" for one in self.data.questions)
        notes = {
            "site": f"{words.count(waiting, 'question')} not answered yet" if waiting else "Every question is answered",
            "terms": "",
            "off": words.count(len(self.data.off), "check"),
            "news": f"Edition {self.data.news.edition}",
        }
        self.header.set_note(notes[self.segments.key()])
