"""Home: what is true in one sentence, what needs you, who is late with what, what comes next, and if it is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bursar_desk.domain import words
from bursar_desk.services import home as service
from bursar_desk.ui.pages import home_cards as cards
from bursar_desk.ui.pages.backup_facts import last_backup_ms
from bursar_desk.ui.pages.base import Page
from bursar_desk.ui.pages.home_led import led_card
from bursar_desk.ui.pages.today import empty_column
from bursar_desk.ui.widgets import Button, Columns, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.backups import BackUp
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.home import HomeView
    from bursar_desk.services.home_needs import NeedsRow


class HomePage(Page):
    """For whoever runs a register: a school's, or a cluster office's with all its schools."""

    key: ClassVar[str] = "home"
    title: ClassVar[str] = "Home"
    icon: ClassVar[str] = "house"

    def build(self) -> None:
        """The date at the right, two columns of cards below."""
        self.data: HomeView | None = None
        self.header.add(plain_label(words.long_date(self.context.today), "body", "muted"))
        self.columns = Columns((750, 344))
        self.body.addWidget(self.columns)
        self.body.addStretch()
        self.buttons: list[Button] = []
        self._begun = False
        self._all_needs = False

    def load(self, desk: Desk) -> HomeView:
        """Everything on the page."""
        return service.view(desk, last_backup_ms=last_backup_ms(desk.store.path))

    def fill(self, data: HomeView) -> None:
        """Make the cards anew."""
        self.data = data
        self.header.set_title(data.sentence)
        focused = self._begun and any(button.hasFocus() for button in self.buttons)
        for column in (self.columns.main, self.columns.side):
            empty_column(column)
        self._fill_main(data)
        self._fill_side(data)
        if self.buttons and self.isVisible() and (focused or not self._begun):
            self.buttons[0].setFocus()
        self._begun = True

    def _fill_main(self, data: HomeView) -> None:
        main = self.columns.main
        more = None if self._all_needs else self._show_needs
        needs, self.buttons = cards.needs_card(data, self._act, own=not self.context.facts.office, more=more)
        main.addWidget(needs)
        if data.led and "led" in self.context.pages:
            main.addWidget(led_card(data.led, self._go))
        if data.schools:
            main.addWidget(cards.schools_card(data.schools, self._go))
        if data.to_date:
            main.addWidget(cards.dates_card(data.to_date, self._go))
        if data.overdue or not data.new_school:
            chase = self._chase if "reports" in self.context.pages else None
            main.addWidget(cards.overdue_card(data, self._go, chase))
        main.addWidget(cards.due_card(data, self._go))
        if data.ahead:
            main.addWidget(cards.ahead_card(data.ahead, self._act))
        main.addStretch()

    def _fill_side(self, data: HomeView) -> None:
        side = self.columns.side
        side.addWidget(cards.required_card(data.required, self._go))
        side.addWidget(cards.cover_card(data.cover, self._go))
        side.addWidget(cards.training_card(data.training, data.empty["training"]))
        if data.arrived:
            side.addWidget(cards.news_card(data.arrived))
        card, self.backup_button = cards.backup_card(data, self._back_up)
        side.addWidget(card)
        side.addStretch()

    # --- where things lead ---

    def _go(self, page: str, focus: dict[str, object]) -> None:
        if focus.get("part") == "not_known" and "lastdone" in self.context.pages:
            page, focus = "lastdone", {}
        self.context.open_page(page, **{name: value for name, value in focus.items() if value is not None})

    def _act(self, row: NeedsRow) -> None:
        """Do the one thing a row offers."""
        check = row.line.id if row.line is not None else row.target
        if row.action == "open_page":
            self._go(row.page, dict(row.focus))
        elif row.action == "open_cover":
            self._go("cover", {"absence": row.target})
        elif row.action == "settle":
            self._go("cluster", {"settle": True})
        elif row.action == "last_done":
            self._go("checks", {"part": "not_known"})
        elif row.action in ("record", "take_out_of_use") and not self.context.facts.office:
            self._go("checks", {"check": check, "do": "record" if row.action == "record" else "out_of_use"})
        else:
            self._go("checks", {"check": check})

    def _show_needs(self) -> None:
        """Show every row of "Needs you", and go on from where the first ones end."""
        self._all_needs = True
        if self.data is not None:
            self.fill(self.data)
        if len(self.buttons) > cards.MOST_NEEDS:
            self.buttons[cards.MOST_NEEDS].setFocus()

    def _chase(self) -> None:
        self.context.open_page("reports", report="chase")

    def _back_up(self) -> None:
        """Make a checked copy on this computer."""
        self.backup_button.setEnabled(False)
        self.backup_button.set_words("Backing up…")

        def work(desk: Desk, progress: Progress) -> BackUp:
            from bursar_desk.services import backups

            return backups.back_up(desk.store.path, None, desk.clock, progress)

        def made(copy: BackUp) -> None:
            said = f"Backed up: {copy.file.name}, {words.file_size(copy.size)}, checked."
            self.context.tell(said, undo=False)
            self.context.backed_up.emit()
            self.reload()

        self.context.run_long(self, work, made, self._not_backed_up)

    def _not_backed_up(self, problem: Exception) -> None:
        self.backup_button.setEnabled(True)
        self.backup_button.set_words("Back up now")
        self.context.problem.emit(problem)
