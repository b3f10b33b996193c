"""Noting a leaver on one screen: the last day, and who takes what they have in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.services import people_leaving as service
from bursar_desk.services.people_leaving import HandOver, Owned
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.people_parts import TakesOver
from bursar_desk.ui.widgets import Button, DateField, MessageStrip, Picker, Well, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.people_leaving import HandedOver
    from bursar_desk.ui.pages.base import DeskContext

_NOBODY = None
_SAME = b""
_SHOWN = 5


class LeavePane(FormPane):
    """Last day, one successor for all of it, others for single things; one button, one act, one undo."""

    def __init__(self, context: DeskContext, has: Owned, staff: Sequence[tuple[object, str]]):
        super().__init__(context, f"{has.person.name} leaves", "Hand over and note the leaver")
        self.has = has
        others = [(key, name) for key, name in staff if key != has.person.id]
        self.last = DateField("Last day", lambda: context.today)
        self.last.set_day(has.person.left_on or context.today)
        self.to = Picker([(_NOBODY, "Nobody yet"), *others])
        self.form.add("last", "Last day", self.last)
        self.form.add("to", "Who takes over", self.to, "Records keep the name of who did them.")
        singles = [*others, (_NOBODY, "Nobody yet")]
        self.keys = self._single(has.keys, "The keys", singles)
        self.leads = self._single(", ".join(one.kind_words for one in has.leads), "What they lead", singles)
        self.booked = self._single(", ".join(one.course for one in has.booked), "Course places booked", singles)
        self.checks = {
            one.id: TakesOver(one.title, one.said.capitalize(), singles, "The same person") for one in has.checks
        }
        self._list_checks()
        strips = [MessageStrip("info", line) for line in has.tell]
        self.lay_out(Well(has.sentence), *strips)

    def _single(self, said: str, title: str, choices: Sequence[tuple[object, str]]) -> TakesOver | None:
        if not said:
            return None
        row = TakesOver(title, said[:1].upper() + said[1:], choices, "The same person")
        self.form.add_widget(row)
        return row

    def _list_checks(self) -> None:
        if not self.checks:
            return
        self.form.add_widget(plain_label(words.count(len(self.checks), "check").capitalize(), "strong"))
        for number, row in enumerate(self.checks.values()):
            self.form.add_widget(row)
            row.setVisible(number < _SHOWN)
        rest = len(self.checks) - _SHOWN
        if rest > 0:
            self.more = Button(f"Show {words.number(rest)} more checks", "text", size=32, on_click=self._show_all)
            self.form.add_widget(self.more)

    def _show_all(self) -> None:
        for row in self.checks.values():
            row.show()
        self.more.hide()
        list(self.checks.values())[_SHOWN].picker.setFocus()

    def save(self) -> None:
        """Hand it over."""
        last = self.last.day()
        if not self.form.show_problems(self.form.unread_dates()) or last is None:
            return
        heir = self.to.key()
        rest = heir if isinstance(heir, bytes) else None

        def taken(row: TakesOver | None) -> bytes | None:
            key = row.picker.key() if row is not None else _SAME
            return rest if key == _SAME else key if isinstance(key, bytes) else None

        apart = {check: taken(row) for check, row in self.checks.items() if row.picker.key() != _SAME}
        over = HandOver(
            checks=rest, keys=taken(self.keys), leads=taken(self.leads), booked=taken(self.booked), apart=apart
        )
        person = self.has.person.id
        self.save_button.setEnabled(False)

        def work(desk: Desk) -> tuple[HandedOver, Changes]:
            return service.leave(desk, person, last, over)

        def written(made: tuple[HandedOver, Changes]) -> None:
            self.context.acted(made[1], made[0].sentence, origin=self)
            self.saved.emit(made[1])

        self.context.run(self, work, written, self.refused)
