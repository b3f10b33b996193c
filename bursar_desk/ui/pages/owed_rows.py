"""The rows of the page of hours owed: a balance, something that waits, a rate, time off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.rates import card_words
from bursar_desk.services.rates import role_words
from bursar_desk.ui import theme
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.status_marks import INFO, OK, SOON, Look, StatusChip
from bursar_desk.ui.widgets import Button, Row, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.rates import Card
    from bursar_desk.services.cover_hours import ClaimLine
    from bursar_desk.services.owed import BalanceLine, EntryLine

STATES: Final[dict[str, tuple[Look, str]]] = {
    "theirs": (INFO, "They owe us"), "ours": (SOON, "We owe them"), "even": (OK, "Even"),
}  # fmt: skip
_OF_ALL: Final = {"theirs": (INFO, "Is owed"), "ours": (SOON, "Owes"), "even": (OK, "Even")}
CHIP: Final = 132


def chip_of(line: BalanceLine, *, office: bool = False) -> StatusChip:
    """How a balance stands, as word and shape."""
    look, text = (_OF_ALL if office else STATES)[line.state]
    return StatusChip(look, text, width=CHIP)


def said(title: str, *notes: str, ink: str = "muted") -> QWidget:
    """A line with quieter ones under it."""
    parts = [plain_label(title, "strong", wrap=True)]
    parts += [plain_label(text, "caption", ink, wrap=True) for text in notes if text]
    holder = column(*parts, spacing=0)
    holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    holder.setMinimumWidth(theme.px(200))
    layout = holder.layout()
    if isinstance(layout, QVBoxLayout):  # few words stand close together in the middle of a high row
        layout.insertStretch(0, 1)
        layout.addStretch(1)
    return holder


def _row(*parts: QWidget | int) -> Row:
    row = Row(*parts, high=60)
    for n in range(row.line.count()):
        item = row.line.itemAt(n)
        widget = item.widget() if item is not None else None
        if widget is not None and widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Expanding:
            row.line.setStretch(n, 1)
    return row


def balance_row(line: BalanceLine, show: Callable[[], object], *, office: bool) -> Row:
    """One school: the chip, what was given and received, what is owed and what that is worth."""
    one = line.account
    what = f"Given {words.hours(one.given)}, received {words.hours(one.received)}"
    settled = one.minutes - one.given + one.received
    if settled:
        what += f", agreed beside it {words.hours(settled)}"
    owed = plain_label(words.hours(abs(one.minutes)), "strong")
    worth = plain_label(f"Worth {line.worth}", "caption", "muted")
    for label in (owed, worth):
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    right = column(owed, worth, spacing=0)
    right.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    parts: list[QWidget | int] = [chip_of(line, office=office), said(line.name, what), right]
    if not office:
        button = Button("Show shifts", size=32, on_click=show)
        button.setAccessibleName(f"Show shifts with {line.name}")
        parts.append(button)
    return _row(*parts)


def claim_row(line: ClaimLine, agree: Callable[[], object], refuse: Callable[[], object]) -> Row:
    """Hours somebody claims: what was agreed beside what is claimed, and the two answers."""
    one = line.worked
    times = f"{one.starts // 60:02d}:{one.starts % 60:02d} to {one.ends // 60:02d}:{one.ends % 60:02d}"
    where = f", {line.helper_school_name}" if line.helper_school_name else ""
    told = said(f"{line.helper}{where}", f"{words.short_date(one.on)}, {times}. {line.compared}", one.note, *line.odd)
    yes = Button("Approve hours", "filled", size=32, on_click=agree)
    yes.setAccessibleName(f"Approve the hours of {line.helper} on {words.short_date(one.on)}")
    yes.setEnabled(line.cover is not None)
    no = Button("Refuse", size=32, on_click=refuse)
    no.setAccessibleName(f"Refuse the hours of {line.helper} on {words.short_date(one.on)}")
    look = SOON if line.odd else INFO
    return _row(StatusChip(look, "Look at this" if line.odd else "Hours claimed", width=CHIP), told, yes, no)


def entry_row(line: EntryLine, *buttons: tuple[str, bool, Callable[[], object]]) -> Row:
    """An entry that waits, with the ways on: (words, filled, what it does)."""
    made = []
    for text, filled, act in buttons:
        button = Button(text, "filled" if filled else "outlined", size=32, on_click=act)
        button.setAccessibleName(f"{text}: {line.sentence}")
        made.append(button)
    written = f"Written by {line.school_name} on {words.long_date(line.row.on)}."
    told = said(line.sentence, f"{line.title}. {written}", line.row.why)
    look, state = (SOON, "Waits for you") if line.for_us else (INFO, "Waits for them")
    return _row(StatusChip(look, state, width=CHIP), told, *made)


def rate_row(card: Card, who: str = "") -> Row:
    """A rate card."""
    name = f"{who}: {role_words(card)}" if who else role_words(card)
    since = f"In force from {words.long_date(card.first)}" + (f". {card.source}" if card.source else "")
    return _row(said(name, words.sentence(card_words(card)), words.sentence(since)))
