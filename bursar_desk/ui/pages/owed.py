"""Hours owed: how we stand with every school, what waits for an answer, our rates, and the statement of a term."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.services import cover_hours, owed, owed_entries, owed_papers, recharge
from bursar_desk.ui import theme
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.owed_data import Owed, WithSchool, read_owed, read_school
from bursar_desk.ui.pages.owed_detail import SchoolPane
from bursar_desk.ui.pages.owed_forms import EntryPane, RatePane, RefusePane
from bursar_desk.ui.pages.owed_rows import balance_row, claim_row, entry_row, rate_row
from bursar_desk.ui.widgets import (
    Button,
    Card,
    EmptyState,
    Picker,
    Row,
    Scroller,
    SplitPane,
    give_letters,
    ground,
    plain_label,
)
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk

if TYPE_CHECKING:
    from bursar_desk.services.cover_hours import ClaimLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.owed import BalanceLine, EntryLine
    from bursar_desk.ui.pages.faults_form import FormPane
    from reports.saving import Written

FOLDER = "statements"
KINDS = f"{PDF_FILES};;Workbook (*.xlsx)"


class OwedPage(Page):
    """Cards one under the other; a school, a form or a reason opens beside them."""

    key: ClassVar[str] = "owed"
    title: ClassVar[str] = "Hours owed"
    icon: ClassVar[str] = "scale"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "cover_worked", "cover_claim", "cover", "hours_entry", "answer", "rate_card", "time_off", "person", "school",
        "calendar_block", "setting",
    )  # fmt: skip

    def build(self) -> None:
        """Header, cards, and the place beside them."""
        self.files = FileAsk(self)
        self._term: str | None = None
        self._school: bytes | None = None
        self._wanted = False
        self.term = Picker([(None, "This term")])
        self.term.setAccessibleName("Term")
        self.term.setMinimumWidth(theme.px(208))
        self.term.picked.connect(self._pick_term)
        self.support_button = Button(
            "Support plans", icon="hand-helping", on_click=lambda: self.context.open_page("support")
        )
        self.add_button = Button("Add to a balance", size=32, on_click=lambda: self.add_entry(None))
        self.statement_button = Button("Make statement", "filled", icon="file-text", on_click=self.make_statement)
        for part in (self.term, self.support_button, self.statement_button):
            self.header.add(part)
        self.waiting, self.balances, self.others = (
            Card("Waiting for you"),
            Card("Balances", "", self.add_button),
            Card("Waiting for others"),
        )
        self.rate_button = Button("Set a rate", size=32, on_click=self.set_rate)
        self.rates = Card("Our rates", "", self.rate_button)
        self.fairness, self.time_off = Card("Fairness"), Card("Time off in lieu", "stays in this school")
        self._nothing = EmptyState(
            "No hours yet",
            "When a neighbour covers here, or one of us covers there, the hours agreed stand on this page.",
            "Show cover", lambda: self.context.open_page("cover"), icon="scale",
        )  # fmt: skip
        scroller = Scroller()
        for card in (self.waiting, self.balances, self._nothing, self.others, self.rates, self.fairness, self.time_off):
            scroller.body.addWidget(card)
        scroller.body.addStretch(1)
        holder = ground(QWidget(), "bg")
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(scroller)
        self.split = SplitPane(holder)
        self.body.addWidget(self.split)

    # --- reading and showing ---

    def load(self, desk: Desk) -> Owed:
        """Read balances, claims, entries and rates."""
        return read_owed(desk, self._term, manages=self.context.facts.manages)

    def fill(self, data: Owed) -> None:
        """Show them."""
        self.term.set_choices([(one.key, one.words) for one in reversed(data.terms)])
        self.term.set_key(data.term.key)
        self.header.set_note(data.sentence)
        self.add_button.setVisible(not data.office)
        self.support_button.setVisible("support" in self.context.pages)
        self.rate_button.setVisible(not data.office)
        self._fill_waiting(data)
        self.balances.clear()
        self.balances.set_title("Balances", f"on {words.short_date(data.term.last)}")
        for line in data.balances:
            self.balances.add_row(balance_row(line, self._shower(line), office=data.office))
        if not data.balances:
            self.balances.add_sentence("An opening balance from before can be added here.")
        self._nothing.setVisible(not data.balances)
        self._fill_rates(data)
        self._fill_fairness(data)
        self.time_off.clear()
        for one in data.time_off:
            self.time_off.add_row(Row(plain_label(one.sentence, "body", wrap=True), high=44))
        self.time_off.setVisible(bool(data.time_off))
        shown = next((one for one in data.balances if one.school == self._school), None)
        if shown is not None and (self._wanted or isinstance(self.split.detail, SchoolPane)):
            self.show_school(shown)
        self._wanted = False
        if self.isVisible():
            give_letters(self)

    def _shower(self, line: BalanceLine) -> Callable[[], None]:
        return lambda: self.show_school(line)

    def _fill_waiting(self, data: Owed) -> None:
        self.waiting.clear()
        for claim in data.claims:
            self.waiting.add_row(claim_row(claim, self._approver(claim), self._claim_refuser(claim)))
        for entry in data.for_us:
            self.waiting.add_row(entry_row(
                entry, ("Agree", True, self._agreer(entry)), ("Refuse", False, self._entry_refuser(entry))
            ))  # fmt: skip
        self.waiting.set_title("Waiting for you", words.number(data.needs_us) if data.needs_us else "")
        self.waiting.setVisible(data.needs_us > 0)
        self.others.clear()
        for entry in data.for_others:
            back = [("Take back", False, self._withdrawer(entry))] if entry.ours else []
            self.others.add_row(entry_row(entry, *back))
        self.others.setVisible(bool(data.for_others))

    def _fill_rates(self, data: Owed) -> None:
        self.rates.clear()
        self.rates.set_title("Rates of all schools" if data.office else "Our rates")
        for card in data.cards:
            self.rates.add_row(rate_row(card, self.context.desk.school_name(card.school) if data.office else ""))
        if not data.cards:
            self.rates.add_sentence("No rate is set, so hours are counted but not what they cost.")

    def _fill_fairness(self, data: Owed) -> None:
        self.fairness.clear()
        self.fairness.setVisible(bool(data.fairness))
        before: int | None = None
        rows = []
        for one in data.fairness:
            moved = "" if before is None else words.TREND_WORDS[(one.per_cent > before) - (one.per_cent < before)]
            rows.append((one, moved))
            before = one.per_cent
        for one, moved in reversed(rows[-4:]):
            said = f"{one.per_cent} per cent, {words.count(one.schools, 'school')}" + (f", {moved}" if moved else "")
            self.fairness.add_row(Row(plain_label(one.term, "body"), 1, plain_label(said, "strong")))
        self.fairness.add_sentence(owed.FAIR_WORDS)

    def _pick_term(self, key: object) -> None:
        self._term = str(key) if key else None
        self.reload()

    def focus_on(self, **what: Any) -> None:
        """Open with a school beside: ``school``."""
        self._school = what.get("school")
        self._wanted = self._school is not None
        if self._wanted and self.data is not None:
            self.reload()

    # --- one school ---

    def show_school(self, line: BalanceLine) -> None:
        """Show the shifts of a school beside the list."""
        self._school = line.school
        term = self.data.term.key
        self.context.run(self, lambda desk: read_school(desk, line, term), self._show_pane)

    def _show_pane(self, data: WithSchool) -> None:
        if data.line.school != self._school:
            return
        pane = SchoolPane(data, may_write=not self.context.facts.office)
        pane.statement_wanted.connect(lambda: self._ask_file(data.line.school, data.line.name))
        pane.entry_wanted.connect(lambda: self.add_entry(data.line.school))
        pane.settle_wanted.connect(lambda how: self._settle(data.line, how))
        self._open(pane)

    def _settle(self, line: BalanceLine, how: str) -> None:
        done = f"Money with {line.name} goes by {how}."
        self.context.run(
            self, lambda desk: recharge.settle_how(desk, line.school, how),
            lambda changes: self.context.acted(changes, done),
        )  # fmt: skip

    # --- answers ---

    def _approver(self, claim: ClaimLine) -> Callable[[], None]:
        done = f"{words.hours(max(0, claim.worked.minutes))} agreed for {claim.helper}."
        return lambda: self._do(lambda desk: cover_hours.approve(desk, claim.id), done)

    def _claim_refuser(self, claim: ClaimLine) -> Callable[[], None]:
        about = f"{claim.helper}, {words.long_date(claim.worked.on)}. {claim.compared}"
        return lambda: self._form(RefusePane(
            self.context, f"Refuse the hours of {claim.helper}", about,
            lambda desk, why: cover_hours.refuse(desk, claim.id, why), f"The hours of {claim.helper} are refused.",
        ))  # fmt: skip

    def _agreer(self, entry: EntryLine) -> Callable[[], None]:
        row = entry.row.id
        return lambda: self._do(
            lambda desk: owed_entries.answer(desk, row, "yes"), f"Agreed with {entry.school_name}. It counts now."
        )

    def _entry_refuser(self, entry: EntryLine) -> Callable[[], None]:
        row = entry.row.id
        return lambda: self._form(RefusePane(
            self.context, f"Refuse what {entry.school_name} wrote", entry.sentence,
            lambda desk, why: owed_entries.answer(desk, row, "no", why), f"{entry.school_name} is told no.",
        ))  # fmt: skip

    def _withdrawer(self, entry: EntryLine) -> Callable[[], None]:
        row = entry.row.id
        return lambda: self._do(lambda desk: (None, owed_entries.withdraw(desk, row)), "The entry is taken back.")

    def _do(self, work: Callable[[Desk], tuple[Any, Any]], said: str) -> None:
        self.context.run(self, work, lambda made: self.context.acted(made[1], said))

    # --- forms and papers ---

    def add_entry(self, school: bytes | None) -> None:
        """Open the form for an opening balance, a write-off or a payment."""
        self._form(EntryPane(self.context, self.data.schools if self.data else (), school))

    def set_rate(self) -> None:
        """Open the form for a rate."""
        self._form(RatePane(self.context))

    def _form(self, pane: FormPane) -> None:
        pane.saved.connect(lambda _changes: self.split.hide_detail())
        self._open(pane, focus=True)

    def _open(self, pane: QWidget, *, focus: bool = False) -> None:
        self.split.show_detail(pane, focus=focus)
        if self.isVisible():
            give_letters(self)

    def make_statement(self) -> None:
        """Save the statement of the term with every school."""
        self._ask_file(None, "all schools")

    def _ask_file(self, other: bytes | None, name: str) -> None:
        term: owed.TermDays = self.data.term
        suggested = machine.safe_file_name(f"Statement of cover {name} {term.words}.pdf")

        def written(made: Written) -> None:
            self.context.tell(f"{made.file.name} is saved, {words.count(made.pages, 'page')}.", undo=False)

        def write(path: Path) -> None:
            keep_folder(FOLDER, path)
            self.context.run(self, lambda desk: owed_papers.write_statement(desk, path, other, term.key), written)

        self.files.save("Save the statement", kept_folder(FOLDER) / suggested, KINDS, write)

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N adds to the hours owed, Ctrl+P makes the statement."""
        found = super().commands()
        found[Command.PRINT] = self.make_statement
        if not self.context.facts.office:
            found[Command.NEW] = lambda: self.add_entry(None)
        return found

    def unsaved(self) -> str:
        """A form half typed."""
        pane = self.split.detail
        return pane.title if isinstance(pane, EntryPane | RatePane | RefusePane) and pane.touched else ""
