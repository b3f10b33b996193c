"""People: everybody known in the cluster, who can help with what, and beside the list one person or a form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.machine import safe_file_name
from bursar_desk.services import people as service
from bursar_desk.services import people_leaving, people_paper
from bursar_desk.services.people_view import TRAINING_WORDS, PersonLine, narrowed
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.narrow_table import NarrowTable
from bursar_desk.ui.pages.people_data import PeopleData, read_people
from bursar_desk.ui.pages.people_detail import PersonPane, SiteLeadsPane
from bursar_desk.ui.pages.people_forms import ChangePane, ConfirmPane, ContactPane, JoinPane
from bursar_desk.ui.pages.people_leads import DecidePane, EndLeadPane, LeadPane
from bursar_desk.ui.pages.people_leaving import LeavePane
from bursar_desk.ui.widgets import Button, MessageStrip, Picker, SearchBox, SplitPane, ground, hline
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk
from bursar_desk.ui.widgets.panes import DetailPane, focus_into
from bursar_desk.ui.widgets.reflow import Reflow

if TYPE_CHECKING:
    from pathlib import Path

    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from reports.saving import Written

FOLDER = "people"
_LEAVES_OUT = ("Days", "School", "Job", "Can help with")


def columns() -> list[Column[PersonLine]]:
    """The columns of the list."""
    return [
        Column("Name", lambda one: one.row.name, 150, lead=True, stretch=True,
               sort=lambda one: one.row.name.casefold()),
        Column("Job", lambda one: one.job, 148, ink="muted", tip=lambda one: one.job,
               sort=lambda one: one.job.casefold()),
        Column("School", lambda one: one.school_name, 120, ink="muted", tip=lambda one: one.school_name,
               sort=lambda one: (not one.ours, one.school_name.casefold())),
        Column("Days", lambda one: one.days, 150, ink="muted", tip=lambda one: one.days),
        Column("Training", lambda one: TRAINING_WORDS[one.training], 128, status=lambda one: one.training,
               sort=lambda one: TRAINING_WORDS[one.training]),
        Column("Can help with", lambda one: one.can_help, 168, tip=lambda one: one.can_help,
               sort=lambda one: one.can_help.casefold() or None),
    ]  # fmt: skip


class PeoplePage(Page):
    """The list, and beside it a person or a form; nothing opens on top."""

    key: ClassVar[str] = "people"
    title: ClassVar[str] = "People"
    icon: ClassVar[str] = "users"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "person", "contact", "lead", "answer", "training", "induction", "school", "school_check", "pin",
    )  # fmt: skip

    def build(self) -> None:
        """Header with filter and the first step, the list, its details beside it."""
        self.files = FileAsk(self)
        self._wanted: bytes | None = None
        self._first = True
        self.search = SearchBox("Who can help with…", hint="Ctrl+F", width=248)
        self.search.searched.connect(lambda _text: self._narrow())
        self.add_button = Button("Add person", "filled", icon="user-plus", on_click=self.begin)
        self.header.add(self.search)
        self.header.add(self.add_button)
        self.schools = Picker([(None, "Every school")])
        self.schools.setAccessibleName("School")
        self.schools.picked.connect(lambda _key: self._narrow())
        self.leads_button = Button("Who leads", "text", icon="flag", size=32, on_click=self.show_leads)
        self.leave_button = Button("Note a leaver", "text", icon="log-out", size=32, on_click=self.note_leaver)
        self.print_button = Button("Print directory", "text", icon="printer", size=32, on_click=self.print_list)
        self.model: TableModel[PersonLine] = TableModel(columns(), lambda one: one.id, self)
        self.table = NarrowTable(self.model, "People", _LEAVES_OUT, least=144)
        self.table.row_chosen.connect(self._chosen)
        self.table.opened.connect(lambda _row: self._show(into=True))
        self.asked = MessageStrip("soon", "")
        self.asked.hide()
        self._asked_button = Button("Show", size=32, on_click=self._show_asked)
        self.asked.add_button(self._asked_button)
        self.split = SplitPane(self._make_left())
        self.split.detail_closed.connect(self._closed)
        self.body.addWidget(self.split, 1)

    def _make_left(self) -> QWidget:
        bar = Reflow(self.schools, 1, self.leads_button, self.leave_button, self.print_button, spacing=8)
        bar.line.setContentsMargins(24, 12, 24, 8)
        left = ground(QWidget(), "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (bar, self.asked, hline(), self.table):
            column.addWidget(part, 1 if part is self.table else 0)
        return left

    @property
    def writes(self) -> bool:
        """Whether anything about our people may be changed here: an office looks only."""
        return self.context.facts.manages and not self.context.facts.office

    # --- reading and showing ---

    def load(self, desk: Desk) -> PeopleData:
        """Read everybody."""
        return read_people(desk)

    def fill(self, data: PeopleData) -> None:
        """Show the list; who was chosen stays chosen and is shown as they are now."""
        self.header.set_note(data.note)
        self.schools.set_choices([(None, "Every school"), *data.directory.schools])
        self.asked.setVisible(bool(data.asked) and self.writes)
        if data.asked:
            many = words.count(len(data.asked), "lead waits for our governors", "leads wait for our governors")
            first = f"{data.asked[0].name} for {data.asked[0].school_name}."
            self.asked.set_text(many, f"{first} It counts for nothing until they decide.")
        self._narrow()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._go_to(wanted)
        elif self._first and self.model.rows and not self._narrow_window():
            self.table.choose(self.model.identity(0))
            if self.isVisible():
                self.table.setFocus()
        elif isinstance(self.split.detail, PersonPane):
            self._show()
        elif isinstance(self.split.detail, SiteLeadsPane):
            self.split.detail.show_leads(data.leads)
        self._first = False
        self._buttons()

    def _narrow(self) -> None:
        if not isinstance(self.data, PeopleData):
            return
        school, text = self.schools.key(), self.search.text()
        shown = narrowed(self.data.directory.lines, text, school if isinstance(school, bytes) else None)
        self.table.set_empty(
            f"Nobody matches “{text.strip()}”. Press Esc in the find box to see everybody."
            if text.strip() else "Nobody is entered yet."
        )  # fmt: skip
        self.model.set_rows(shown)

    def _narrow_window(self) -> bool:
        return self.split.width() < theme.px(SplitPane.NARROW)

    def _buttons(self) -> None:
        self.add_button.setVisible(self.writes)
        self.leave_button.setVisible(self.writes)
        self.add_button.set_kind("outlined" if isinstance(self.split.detail, FormPane) else "filled")

    def focus_on(self, **what: Any) -> None:
        """``person=id`` shows somebody; ``text=`` and ``school=`` narrow the list; ``new=1`` adds a person."""
        if "text" in what:
            self.search.setText(str(what["text"]))
        if "school" in what:
            self.schools.set_key(what["school"])
        wanted = what.get("person")
        self._wanted = wanted if isinstance(wanted, bytes) else None
        if isinstance(self.data, PeopleData):
            self.fill(self.data)
            if what.get("new"):
                self.begin()

    def open_record(self, record_id: object) -> None:
        """The kit's name for showing one person."""
        self.focus_on(person=record_id)

    def _go_to(self, person: bytes) -> None:
        if self.model.place_of(person) < 0:
            self.search.clear()
            self.schools.set_key(None)
            self._narrow()
        if self.table.choose(person):
            self.table.setFocus()
            self._show()

    def _show_asked(self) -> None:
        if isinstance(self.data, PeopleData) and self.data.asked:
            self.open(DecidePane(self.context, self.data.asked[0]), focus=True)

    # --- beside the list ---

    def _chosen(self, row: PersonLine | None) -> None:
        if row is None or (self._narrow_window() and self.split.detail is None):
            return
        if isinstance(self.split.detail, FormPane) and self.split.detail.touched:
            return  # a form somebody typed in stays while they look along the list
        self._show()

    def _show(self, *, into: bool = False) -> None:
        row = self.table.chosen()
        if row is None:
            return
        pane = self.split.detail
        if not isinstance(pane, PersonPane):
            pane = PersonPane(self.context)
            pane.wanted.connect(self._step)
        pane.show_person(row)
        self.open(pane, focus=into)

    def show_leads(self) -> None:
        """Show who leads what at the school chosen, else at ours; an office sees every school."""
        if not isinstance(self.data, PeopleData):
            return
        school = self.schools.key() or (None if self.context.facts.office else self.context.home)
        named = dict(self.data.directory.schools).get(school) if isinstance(school, bytes) else None
        pane = SiteLeadsPane(
            self.context, school if isinstance(school, bytes) else None, f"Who leads at {named or 'every school'}"
        )
        pane.wanted.connect(self._lead_step)
        pane.show_leads(self.data.leads)
        self.open(pane, focus=True)

    def _lead_step(self, what: str, about: object) -> None:
        if not isinstance(self.data, PeopleData):
            return
        if what == "lead":
            self.open(LeadPane(self.context, self.data), focus=True)
            return
        lead = next(one for one in self.data.leads if one.id == about)
        self.open(DecidePane(self.context, lead) if what == "decide" else EndLeadPane(self.context, lead), focus=True)

    def open(self, pane: DetailPane, *, focus: bool = False) -> None:
        """Open a pane beside the list at its own width."""
        if self.split.detail is not pane:
            if isinstance(pane, FormPane):
                pane.saved.connect(lambda _changes: self.back())
            self.split.show_detail(pane)
            wide = min(pane.sizeHint().width(), self.split.width() * 55 // 100)
            self.split.setSizes([max(1, self.split.width() - wide), wide])
        self._buttons()
        if focus:
            focus_into(pane.inside)

    def back(self) -> None:
        """Leave a form for the person chosen."""
        self.split.hide_detail()
        self._show()

    def _closed(self) -> None:
        if self.isVisible():
            self.table.setFocus()
        self._buttons()

    # --- steps ---

    def _step(self, what: str, about: object) -> None:
        pane = self.split.detail
        if not isinstance(pane, PersonPane) or pane.shown is None or not isinstance(self.data, PeopleData):
            return
        line = pane.shown
        forms: dict[str, Callable[[], FormPane]] = {
            "change": lambda: ChangePane(self.context, line), "contact": lambda: ContactPane(self.context, line),
            "confirm": lambda: ConfirmPane(self.context, line),
            "lead": lambda: LeadPane(self.context, self.data, line.id),
        }  # fmt: skip
        if what in forms:
            self.open(forms[what](), focus=True)
        elif what == "leave":
            self._leave(line.id)
        elif what in ("agree", "disagree"):
            self._agree(line, agrees=what == "agree")
        else:
            self._lead_step(what, about)

    def _agree(self, line: PersonLine, *, agrees: bool) -> None:
        said = "agrees that phone and e-mail are passed on" if agrees else "keeps phone and e-mail at this school"
        done: Callable[[Changes], None] = partial(self._acted, f"{line.row.name} {said}.")
        self.context.run(self, lambda desk: service.consent(desk, line.id, agrees=agrees), done)

    def _acted(self, said: str, changes: Changes) -> None:
        self.context.acted(changes, said, origin=self)

    def begin(self) -> None:
        """Open the form for somebody new."""
        if isinstance(self.data, PeopleData) and self.writes:
            self.open(JoinPane(self.context, self.data), focus=True)

    def note_leaver(self) -> None:
        """Open the hand-over of whoever is chosen."""
        row = self.table.chosen()
        if row is None or not row.ours or row.row.left_on is not None:
            self.context.tell("Choose one of our own people in the list first.", undo=False)
            return
        self._leave(row.id)

    def _leave(self, person: bytes) -> None:
        staff = self.data.staff
        self.context.run(
            self, lambda desk: people_leaving.owned(desk, person),
            lambda has: self.open(LeavePane(self.context, has, staff), focus=True),
        )  # fmt: skip

    def print_list(self) -> None:
        """Ask where the directory goes as PDF: of the school chosen, or of everybody."""
        school = self.schools.key()
        whose = school if isinstance(school, bytes) else None
        name = self.schools.currentText() if whose else self.context.facts.name
        suggested = kept_folder(FOLDER) / f"{safe_file_name(f'People - {name}')}.pdf"

        def save(path: Path) -> None:
            keep_folder(FOLDER, path)
            self.context.run(self, lambda desk: people_paper.write(desk, path, school=whose), self._printed)

        self.files.save("Save as PDF", suggested, PDF_FILES, save)

    def _printed(self, saved: Written) -> None:
        self.context.tell(f"{saved.file.name} is saved.", undo=False)

    # --- menu, F6 ---

    def unsaved(self) -> str:
        """A form begun and not saved."""
        pane = self.split.detail
        return pane.title if isinstance(pane, FormPane) and pane.touched else ""

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N adds a person, Ctrl+F finds, Ctrl+P prints the directory."""
        found = {**super().commands(), Command.FILTER: self._to_search, Command.PRINT: self.print_list}
        if self.writes:
            found[Command.NEW] = self.begin
        return found

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def panes(self) -> list[QWidget]:
        """The list, its details, header."""
        return [self.table, *([self.split.detail] if self.split.detail is not None else []), self.header]
