"""The forms about one place: offering it, letting somebody else go, and how it went."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import training_places as rules
from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_money import read_money
from bursar_desk.services import training_booking, training_moves, training_swap
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.training_forms import narrow
from bursar_desk.ui.widgets import Button, DateField, MessageStrip, NoteBox, NumberField, Picker, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.services.training_booking import Candidate
    from bursar_desk.services.training_places import Held
    from bursar_desk.services.training_swap import Swap
    from bursar_desk.ui.pages.base import DeskContext
    from db.queries.training_places import BookingRow


class OfferForm(FormPane):
    """Places are offered to a school, or to the cluster: for how much, answered by when."""

    def __init__(self, context: DeskContext, course: str, school: bytes | None, name: str, free: int):
        super().__init__(context, f"Offer to {name}", "Offer 1 place", width=352)
        self._course, self._school, self._name, self._free = course, school, name, free
        self.count = NumberField("places", low=Decimal(1), high=Decimal(free))
        self.count.set_value(Decimal(1))
        self.price, self.by = QLineEdit(), DateField("Answer by", lambda: context.today, needed=False)
        self.why = NoteBox("We have one person only", lines=2)
        if free > 1:
            self.form.add("count", "How many", self.count, f"{words.count(free, 'place')} can be offered.")
            self.count.changed.connect(lambda _value: self._count())
        self.form.add("price", "Price of each in pounds", self.price, "Empty means free of charge.", optional=True)
        self.form.add("by", "Answer by", self.by, optional=True)
        self.form.add("why", "Why", self.why, "Other schools read this.", optional=True)
        said = "A place stays yours until they say yes. The offer travels with your next share file."
        self.lay_out(plain_label(said, "body", "muted", wrap=True))

    def _many(self) -> int:
        value = self.count.value()
        return int(value) if value is not None and value == value.to_integral_value() else 0

    def _count(self) -> None:
        self.save_button.set_words(f"Offer {words.count(max(1, self._many()), 'place')}")

    def save(self) -> None:
        """Check, then write."""
        problems, price = self.form.unread_dates(), None
        try:
            price = read_money(self.price.text(), name="The price") if self.price.text().strip() else None
        except UserError as problem:
            problems["price"] = f"{problem.title} {problem.remedy}"
        count = self._many()
        if not 1 <= count <= self._free:
            problems["count"] = f"Enter 1 to {self._free}."
        if not self.form.show_problems(problems):
            return
        terms = training_moves.Offer(price, self.by.day(), self.why.toPlainText())
        course, school = self._course, self._school
        self.write(
            lambda desk: training_moves.offer(desk, course, school, terms, count=count),
            f"{words.count(count, 'place')} {words.is_are(count)} offered to {self._name}. "
            "It travels with your next share file.",
        )  # fmt: skip


_ENDS: Final = (
    (rules.PASSED, "Passed"), (rules.ATTENDED, "Went, no result yet"), (rules.FAILED, "Went and did not pass"),
    (rules.NOT_ATTENDED, "Did not go"),
)  # fmt: skip


class OutcomeForm(FormPane):
    """How a course went for somebody; a pass is kept with its certificate number and the expiry printed on it."""

    def __init__(self, context: DeskContext, row: BookingRow, held: Held):
        who = held.person(row.person)
        super().__init__(context, f"How it went: {who}", "Save result", width=352)
        self._booking, self._who = row.id, who
        session = held.sessions.get(row.session or b"")
        self.outcome = narrow(Picker([one for one in _ENDS if one[0] != row.state]))
        self.outcome.picked.connect(lambda _key: self._show())
        self.on = DateField("Passed on", lambda: context.today)
        self.on.set_day(min(session.last, held.today) if session else held.today)
        self.number = QLineEdit()
        self.expires = DateField("Expiry printed on it", lambda: context.today, needed=False)
        self.form.add("outcome", "How it went", self.outcome)
        self._pass = [
            self.form.add("on", "Passed on", self.on),
            self.form.add("number", "Certificate number", self.number, optional=True),
            self.form.add(
                "expires", "Expiry printed on it", self.expires, "Leave empty when none is printed.", optional=True
            ),
        ]
        self.lay_out()
        self._show()

    def _show(self) -> None:
        for row in self._pass:
            row.setVisible(self.outcome.key() == rules.PASSED)

    def save(self) -> None:
        """Check, then write."""
        booking, state = self._booking, str(self.outcome.key())
        if state != rules.PASSED:
            said = dict(_ENDS)[state]
            self.write(
                lambda desk: (None, training_booking.attended(desk, booking, state)),
                f"{self._who}: {said[0].lower()}{said[1:]}.",
            )
            return
        day = self.on.day()
        if not self.form.show_problems(self.form.unread_dates()) or day is None:
            return
        result = training_booking.Result(day, self.number.text(), self.expires.day())
        self.write(lambda desk: (None, training_booking.passed(desk, booking, result)), f"{self._who} passed.")


class SwapForm(FormPane):
    """Somebody else goes on the same place; a gap it would leave stands above the button before it is kept."""

    def __init__(self, context: DeskContext, row: BookingRow, held: Held):
        who = held.person(row.person)
        super().__init__(context, f"Instead of {who}", "Swap people", width=352)
        self._row, self._who = row, who
        self.seen: Swap | None = None
        self.person = narrow(Picker([]))
        self.person.picked.connect(lambda _key: self._look())
        self._strip = MessageStrip("soon", "")
        self._strip.hide()
        self.form.add("person", "Who goes", self.person)
        self.form.add_widget(self._strip)
        self.save_button.setEnabled(False)
        self.off_button = Button("Take off", size=32, on_click=self._take_off)
        self.off_button.setAccessibleName(f"Take off: {who}")
        self.form.add_widget(self.off_button)
        self.lay_out(plain_label("The head is asked anew.", "body", "muted", wrap=True))
        session = row.session or b""
        context.run(self, lambda desk: training_booking.candidates(desk, session), self._show, self.refused)

    def _show(self, found: Sequence[Candidate]) -> None:
        self.person.set_choices([(one.person.id, one.person.name) for one in found if not one.cannot])
        self._look()

    def _take_off(self) -> None:
        booking = self._row.id
        said = f"{self._who} is not named any more."
        self.write(lambda desk: (None, training_booking.cancel(desk, booking)), said)

    def _look(self) -> None:
        person, booking = self.person.key(), self._row.id
        self.seen = None
        self._strip.hide()
        self.save_button.setEnabled(False)
        if not isinstance(person, bytes):
            self._strip.set_text("Nobody else can go then", "Take the booking off, or ask again later.")
            self._strip.show()
            return
        self.context.run(
            self, lambda desk: training_swap.preview(desk, booking, person), self._show_seen, self.refused
        )  # fmt: skip

    def _show_seen(self, seen: Swap) -> None:
        if seen.new.id != self.person.key():
            return  # somebody else was chosen meanwhile
        self.seen = seen
        if seen.refused:
            self._strip.set_text("This cannot be done", seen.refused[0])
        elif seen.gap is not None:
            self._strip.set_text(seen.gap.sentence, "\n".join(seen.gap.lines))
        self._strip.setVisible(bool(seen.refused) or seen.gap is not None)
        self.save_button.set_words("Swap people with the gap" if seen.gap and not seen.refused else "Swap people")
        self.save_button.setEnabled(not seen.refused)

    def save(self) -> None:
        """Write what was seen."""
        seen = self.seen
        if seen is None or seen.refused:
            return
        booking, person, gap = self._row.id, seen.new.id, seen.gap is not None
        self.write(
            lambda desk: training_swap.swap(desk, booking, person, gap_seen=gap),
            f"{seen.new.name} goes instead of {self._who}.",
        )
