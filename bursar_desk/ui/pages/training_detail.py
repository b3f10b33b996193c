"""One school's places beside the table: until when to name people, who is named, where the places went, who asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import training_places as rules
from bursar_desk.domain import words
from bursar_desk.ui.widgets import Button, DetailPane, MessageStrip, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.training_ledger import LedgerLine
    from bursar_desk.services.training_places import Demand, SessionLine
    from bursar_desk.services.training_school import NamedLine, OfferLine, SchoolDetail
    from bursar_desk.ui.pages.base import DeskContext

AGREE = "A place moves only when both schools agree. The move stays in this list."


class SchoolPane(DetailPane):
    """``wanted(what, about)``: name, offer (a school, None for the cluster), withdraw, accept, decline, ask, release,
    outcome, swap, cancel, end wish.
    """

    wanted = Signal(str, object)

    def __init__(self, context: DeskContext):
        super().__init__("", width=336)
        self.context = context
        self.detail: SchoolDetail | None = None
        self._note = plain_label("", "body", "muted", wrap=True)
        self._parts: list[QWidget] = []
        self.body.addWidget(self._note)
        self.body.addStretch()
        self.name_button = Button("Name people", "filled", on_click=lambda: self.wanted.emit("name", None))
        self.add_to_foot(self.name_button, 1)

    def show_school(
        self, detail: SchoolDetail, free_here: int, free_for_all: int, session: SessionLine | None
    ) -> None:  # fmt: skip
        """Show a school; so many places of ours could be offered to a school, so many to the whole cluster.

        People are named for ``session``.
        """
        self.detail = detail
        self.set_title(detail.row.name)
        self._note.setText(detail.note)
        for part in self._parts:
            self.body.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = [part for part in self._sections(detail, free_here, free_for_all) if part is not None]
        for n, part in enumerate(self._parts, start=1):
            self.body.insertWidget(n, part)
        can = detail.ours and detail.free > 0 and session is not None
        if session is not None:
            first = session.row.first
            self.name_button.set_words(f"Name people for {words.month_short(first)} {first.year}")
        self._foot.setVisible(can)

    def _sections(self, detail: SchoolDetail, free_here: int, free_for_all: int) -> list[QWidget | None]:
        ledger = [
            _ledger(detail.ledger, detail.row.tally.spare),
            plain_label(detail.saved, "body", "muted", wrap=True) if detail.saved else None,
        ]  # fmt: skip
        between = [self._given_out(detail), self._asked(detail, free_here, free_for_all), self._our_wish(detail)]
        # what can be done stands in sight: the ledger goes below it once people are named
        rest = [*between, *ledger] if detail.named and detail.ours else [*ledger, *between]
        return [
            self._deadline(detail), *[MessageStrip("overdue", "Put this right", said) for said in detail.odd],
            self._offered_to_us(detail), self._named(detail), *rest, plain_label(AGREE, "body", "muted", wrap=True),
        ]  # fmt: skip

    @staticmethod
    def _deadline(detail: SchoolDetail) -> QWidget | None:
        found = detail.deadline
        return MessageStrip("soon", found.title, found.lost) if found is not None else None

    # --- who is named ---

    def _named(self, detail: SchoolDetail) -> QWidget | None:
        if not detail.named:
            return None
        box, column = _section("Who is named" if detail.ours else "Places used")
        waiting = [one.row.id for one in detail.named if one.needs_head and not one.over]
        for one in detail.named:
            column.addWidget(self._named_row(one, ours=detail.ours))
        if detail.ours and waiting:
            said = "Note the head’s yes" if len(waiting) == 1 else f"Note the head’s yes for {len(waiting)}"
            button = Button(said, size=32, on_click=partial(self.wanted.emit, "release", waiting))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    def _named_row(self, one: NamedLine, *, ours: bool) -> QWidget:
        steps: list[tuple[str, str]] = []
        if ours and one.over and one.row.state in (rules.BOOKED, rules.ATTENDED):
            steps = [("outcome", "Say how it went")]
        elif ours and one.row.state == rules.BOOKED:
            steps = [("swap", "Change")]
        if ours and one.no_place:
            steps = [("cancel", "Take off")] if one.row.state == rules.BOOKED else []
        buttons = [
            Button(said, size=32, on_click=partial(self.wanted.emit, what, one.row.id)) for what, said in steps
        ]  # fmt: skip
        for button in buttons:
            button.setAccessibleName(f"{button.words()}: {one.name}")
        return _line(one.name, one.words, *buttons)

    # --- between schools ---

    def _offered_to_us(self, detail: SchoolDetail) -> QWidget | None:
        if not detail.ours or not (detail.offered_to_us or detail.open_to_all or detail.lost):
            return None
        box, column = _section("Offered to your school")
        for one in detail.offered_to_us:
            column.addWidget(_line(
                one.giver, one.words,
                Button("Take it", size=32, on_click=partial(self.wanted.emit, "accept", one)),
                Button("Say no", size=32, on_click=partial(self.wanted.emit, "decline", one)),
            ))  # fmt: skip
        for one in detail.lost:
            clear = Button("Clear", size=32, on_click=partial(self.wanted.emit, "decline", one))
            clear.setAccessibleName(f"Clear the offer of {one.giver}")
            column.addWidget(_line(one.giver, f"You said yes, but {one.to} had the place first", clear))
        for one in detail.open_to_all:
            ask = Button("Ask for it", size=32, on_click=partial(self.wanted.emit, "ask", one))
            ask.setEnabled(detail.own_wish is None)
            column.addWidget(_line(one.giver, f"{one.words}, for whoever asks", ask))
        return box

    def _given_out(self, detail: SchoolDetail) -> QWidget | None:
        if not detail.given_out:
            return None
        box, column = _section("Offered, no answer yet")
        for one in detail.given_out:
            back = Button("Take back", size=32, on_click=partial(self.wanted.emit, "withdraw", one))
            column.addWidget(_line(f"To {one.to}", one.words, *([back] if detail.ours else [])))
        return box

    def _our_wish(self, detail: SchoolDetail) -> QWidget | None:
        if not detail.ours or detail.own_wish is None:
            return None
        box, column = _section("Your school asked for more")
        back = Button("Take back", size=32, on_click=partial(self.wanted.emit, "end wish", detail.own_wish))
        back.setAccessibleName("Take back what your school asked for")
        by = f", by {words.short_date(detail.own_wish.by)}" if detail.own_wish.by else ""
        column.addWidget(_line(f"{words.count(detail.own_wish.count, 'person', 'people')} waiting{by}", "", back))
        return box

    def _asked(self, detail: SchoolDetail, free_here: int, free_for_all: int) -> QWidget | None:
        if not detail.ours:
            return self._their_wish(detail, free_here)
        if not detail.asked and not free_for_all:
            return None
        box, column = _section("Schools that asked for more" if detail.asked else "Offer what you do not need")
        for one in detail.asked:
            column.addWidget(_line(one.name, one.words, *self._offer(one, free_here)))
        if free_for_all:
            button = Button("Offer a place", size=32, on_click=partial(self.wanted.emit, "offer", None))
            button.setAccessibleName("Offer a place to the whole cluster")
            column.addWidget(_line("The whole cluster", "Whoever asks first", button))
        return box

    def _their_wish(self, detail: SchoolDetail, free_here: int) -> QWidget | None:
        if detail.own_wish is None:
            return None
        box, column = _section("They asked for more")
        column.addWidget(_line(detail.row.name, detail.own_wish.words, *self._offer(detail.own_wish, free_here)))
        return box

    def _offer(self, one: Demand, free_here: int) -> list[Button]:
        if not free_here:
            return []
        button = Button("Offer a place", size=32, on_click=partial(self.wanted.emit, "offer", one.school))
        button.setAccessibleName(f"Offer a place to {one.name}")
        return [button]


def offer_words(one: OfferLine) -> str:
    """Return an offer as the undo bar says it."""
    return f"1 place of {one.giver}"


def _section(title: str) -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 4, 0, 0)
    column.setSpacing(6)
    column.addWidget(plain_label(title, "strong"))
    return box, column


def _line(title: str, note: str, *buttons: Button) -> QWidget:
    """A line of two rows of words with what can be done at the right, a hairline below."""
    box = QWidget()
    outer = QVBoxLayout(box)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.setSpacing(6)
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    said = QVBoxLayout()
    said.setSpacing(0)
    said.addWidget(plain_label(title, wrap=True))
    if note:
        said.addWidget(plain_label(note, "caption", "muted", wrap=True))
    line.addLayout(said, 1)
    for button in buttons:
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
    outer.addLayout(line)
    outer.addWidget(hline())
    return box


def _ledger(lines: tuple[LedgerLine, ...], left: int) -> QWidget | None:
    if not lines:
        return None
    box, column = _section("Where the places went")
    inner = QWidget()
    grid = QGridLayout(inner)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    for n, one in enumerate(lines):
        change = f"{'+' if one.change > 0 else words.MINUS if one.change < 0 else ''}{abs(one.change)}"
        grid.addWidget(plain_label(words.short_date(one.on), "body", "muted"), n, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(plain_label(one.words, wrap=True), n, 1)
        grid.addWidget(plain_label(change, "strong"), n, 2, right)
    last = len(lines)
    grid.addWidget(hline(), last, 0, 1, 3)
    grid.addWidget(plain_label("Today", "body", "muted"), last + 1, 0)
    grid.addWidget(plain_label("Places left", "strong"), last + 1, 1)
    grid.addWidget(plain_label(str(left), "strong"), last + 1, 2, right)
    column.addWidget(inner)
    return box
