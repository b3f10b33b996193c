"""Naming people for a session: tick who goes, see what would be uncovered, then book."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import training_booking as service
from bursar_desk.services.training_booking import Candidate, Preview
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.training_forms import narrow
from bursar_desk.ui.widgets import MessageStrip, Picker, TickBox, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.training_places import SessionLine
    from bursar_desk.ui.pages.base import DeskContext


_LINES: Final = 4
"""So many lines of a gap stand above the button; all of them stand below the names."""


def _first_lines(lines: Sequence[str], most: int) -> str:
    """Return the first of what is uncovered, and how many more there are."""
    if len(lines) <= most:
        return "\n".join(lines)
    return "\n".join([*lines[:most], f"And {len(lines) - most} more, below the names."])


def _empty(column: QVBoxLayout) -> None:
    """Take everything out of a column."""
    while (item := column.takeAt(0)) is not None:
        part = item.widget()
        if part is not None:
            part.hide()
            part.deleteLater()


class BookPane(FormPane):
    """``saved(Changes)`` once people are named. A gap shows as soon as somebody is ticked, before anything is kept."""

    def __init__(self, context: DeskContext, sessions: Sequence[SessionLine], free: int):
        super().__init__(context, "Name people", "Book a place", width=352)
        self._sessions, self._free = {one.row.id: one for one in sessions}, free
        self.ticks: dict[bytes, TickBox] = {}
        self.preview: Preview | None = None
        self._asked = 0
        self.session = narrow(Picker([(one.row.id, f"{one.when}, {one.place}") for one in sessions]))
        self.session.picked.connect(lambda _key: self._begin())
        self._about = plain_label("", "body", "muted", wrap=True)
        self._list = QWidget()
        self._people = QVBoxLayout(self._list)
        self._people.setContentsMargins(0, 0, 0, 0)
        self._people.setSpacing(0)
        # what forbids it and what it leaves uncovered stands above the button, never below the fold
        self._told = QWidget()
        self._strips = QVBoxLayout(self._told)
        self._strips.setContentsMargins(20, 8, 20, 8)
        self._strips.setSpacing(8)
        self._told.hide()
        self._whole = plain_label("", wrap=True)
        self._whole.hide()
        row = self.form.add("session", "Session", self.session)
        row.setVisible(len(sessions) > 1)
        self.form.add_widget(self._about)
        self.form.add_widget(plain_label("Who goes", "strong"))
        self.form.add_widget(self._list)
        self.form.add_widget(self._whole)
        self.lay_out()
        outer = self.layout()
        if isinstance(outer, QVBoxLayout):
            outer.insertWidget(outer.indexOf(self._foot), self._told)
        self._begin()

    @property
    def chosen(self) -> list[bytes]:
        """Return who is ticked."""
        return [person for person, tick in self.ticks.items() if tick.isChecked()]

    @property
    def touched(self) -> bool:
        """Whether somebody is ticked."""
        return bool(self.chosen)

    @property
    def _session(self) -> bytes:
        key = self.session.key()
        return key if isinstance(key, bytes) else next(iter(self._sessions))

    def _begin(self) -> None:
        """Read who could go on the session chosen."""
        line = self._sessions[self._session]
        self.set_title(f"Name people for {words.month_short(line.row.first)} {line.row.first.year}")
        seats = "" if line.left is None else f" {words.count(line.left, 'seat')} left."
        only = "" if len(self._sessions) > 1 else f"{line.when}, {line.place}. "
        self._about.setText(f"{only}{words.count(self._free, 'place')} free at your school.{seats}")
        session = self._session
        self.context.run(self, lambda desk: service.candidates(desk, session), self._show_people, self.refused)
        self._ready()

    def _show_people(self, found: Sequence[Candidate]) -> None:
        kept = set(self.chosen)
        _empty(self._people)
        self.ticks = {}
        for one in found:
            tick = TickBox(one.person.name, size=28)
            tick.setEnabled(not one.cannot)
            tick.setChecked(one.person.id in kept and not one.cannot)
            tick.setAccessibleDescription(one.note)
            tick.toggled.connect(lambda _on: self._look())
            note = plain_label(one.note, "caption", "muted", wrap=True)
            note.setContentsMargins(34, 0, 0, 4)
            self.ticks[one.person.id] = tick
            self._people.addWidget(tick)
            self._people.addWidget(note)
        if not found:
            self._people.addWidget(plain_label("Nobody is entered on the People page.", "body", "muted", wrap=True))
        self._look()

    def _look(self) -> None:
        """Ask what booking those ticked would mean, before anything is booked."""
        self._asked += 1
        asked, session, people = self._asked, self._session, self.chosen
        self.preview = None
        self._ready()
        if not people:
            self._show_preview(None, asked)
            return
        self.context.run(
            self, lambda desk: service.preview(desk, session, people), lambda seen: self._show_preview(seen, asked),
            self.refused,
        )  # fmt: skip

    def _show_preview(self, seen: Preview | None, asked: int) -> None:
        if asked != self._asked:
            return  # somebody was ticked meanwhile
        self.preview = seen
        _empty(self._strips)
        for said in seen.refused if seen else ():
            self._strips.addWidget(MessageStrip("overdue", "This cannot be booked", said))
        uncovered = seen.uncovered if seen and not seen.refused else ()
        room = _LINES // max(1, len(uncovered))
        for one in uncovered:
            self._strips.addWidget(MessageStrip("soon", one.sentence, _first_lines(one.lines, room)))
        if seen is not None and not seen.refused and seen.needs_head and not uncovered:
            self._strips.addWidget(MessageStrip("info", "The head must still say yes", "Note it once they have."))
        self._told.setVisible(self._strips.count() > 0)
        many = [one for one in uncovered if len(one.lines) > room]
        self._whole.setText("\n".join(line for one in many for line in (f"{one.name}:", *one.lines)))
        self._whole.setVisible(bool(many))
        self._ready()

    def _ready(self) -> None:
        """Say on the button what it does now."""
        many = len(self.chosen)
        gap = self.preview is not None and self.preview.gap
        said = f"Book {words.count(max(1, many), 'place')}"
        self.save_button.set_words(f"{said} with the gap" if gap else said)
        self.save_button.setEnabled(self.preview is not None and not self.preview.refused)

    def save(self) -> None:
        """Book those ticked; the gap was on the screen."""
        seen = self.preview
        if seen is None or seen.refused:
            return
        session, people = self._session, self.chosen
        who = words.listing([one.name for one in seen.people])
        self.write(
            lambda desk: service.book(desk, session, people, gap_seen=seen.gap),
            f"{who} {words.is_are(len(people))} named for {self._sessions[session].when}.",
        )  # fmt: skip
