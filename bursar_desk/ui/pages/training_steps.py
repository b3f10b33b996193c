"""What can be done about a place: naming, the head's yes, how it went, offering, answering; each is one act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from bursar_desk.domain.training_places import BOOKED
from bursar_desk.services import training_booking, training_moves, training_sessions
from bursar_desk.services.training_places import Held
from bursar_desk.ui.widgets.question import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.training_places import Demand
    from bursar_desk.services.training_school import OfferLine
    from bursar_desk.ui.pages.training import TrainingPage
    from bursar_desk.ui.pages.training_sessions import SessionPane


class Steps(QObject):
    """The steps of the page; all writing goes through here."""

    def __init__(self, page: TrainingPage):
        super().__init__(page)
        self._page = page
        self._context = page.context

    def take(self, what: str, about: Any) -> None:
        """Do what a button of the school's pane says."""
        if what == "name":
            self._page.name_people()
        elif what == "offer":
            self._offer(about)
        elif what in ("withdraw", "accept", "decline", "ask"):
            self._answer(what, about)
        elif what == "release":
            self._release(about)
        elif what == "end wish":
            self._end_wish(about)
        else:
            self._outcome(what, about)

    def _do(self, work: Callable[[Desk], Changes], said: str) -> None:
        context = self._context
        context.run(self, work, lambda changes: context.acted(changes, said, origin=self._page))

    def _offer(self, school: bytes | None) -> None:
        from bursar_desk.ui.pages.training_asks import OfferForm

        page, data = self._page, self._page.data
        whom = data.school(school) if school and isinstance(data, Held) else "the cluster"
        free = page.to_offer(school)
        if free:
            page.open_form(OfferForm(self._context, page.chosen_course(), school, whom, free))

    def _end_wish(self, asked: Demand) -> None:
        rows = asked.wishes
        self._do(lambda desk: training_moves.end_wishes(desk, rows), "Your request is taken back.")

    def _release(self, bookings: Sequence[bytes]) -> None:
        """Note the head's yes; a school with two heads is asked which."""
        data = self._page.data
        found = training_booking.heads(data) if isinstance(data, Held) else []
        if len(found) < 2:
            self._do(lambda desk: training_booking.release(desk, bookings), "The head’s yes is noted.")
            return
        answers = [(one.id.hex(), one.name) for one in found]
        asked = Question(self._page, "Which head said yes?", "Their name is kept.", [*answers, ("", "Note nothing")])
        asked.answered.connect(lambda key: self._released(bookings, key))
        asked.open()

    def _released(self, bookings: Sequence[bytes], key: str) -> None:
        if key:
            self._do(
                lambda desk: training_booking.release(desk, bookings, bytes.fromhex(key)), "The head’s yes is noted."
            )  # fmt: skip

    def _answer(self, what: str, offer: OfferLine) -> None:
        move, course = offer.move.id, self._page.chosen_course()
        if what == "withdraw":
            self._do(lambda desk: training_moves.withdraw(desk, move), "The offer is taken back.")
        elif what == "accept":
            self._do(lambda desk: training_moves.accept(desk, move), f"The place of {offer.giver} is yours.")
        elif what == "decline":
            self._do(lambda desk: training_moves.decline(desk, move), f"You said no to {offer.giver}.")
        else:
            why = f"For the place {offer.giver} offers."
            self._do(
                lambda desk: training_moves.wish(desk, course, why=why)[1],
                f"{offer.giver} reads it with your next share file.",
            )

    def _outcome(self, what: str, booking: bytes) -> None:
        data = self._page.data
        row = next((one for one in data.bookings if one.id == booking), None) if isinstance(data, Held) else None
        if row is None:
            return
        from bursar_desk.ui.pages.training_asks import OutcomeForm, SwapForm

        who = data.person(row.person)
        if what == "outcome":
            self._page.open_form(OutcomeForm(self._context, row, data))
        elif what == "swap":
            self._page.open_form(SwapForm(self._context, row, data))
        elif what == "cancel":
            self._do(lambda desk: training_booking.cancel(desk, booking), f"{who} is not named any more.")

    # --- sessions ---

    def session(self, what: str) -> None:
        """Change or cancel the session shown."""
        pane: SessionPane = self._page.pane  # type: ignore[assignment]  # only the session's pane leads here
        line = pane.line
        if line is None:
            return
        if what == "change":
            self._page.open_session_form(line.row.course, (), line)
            return
        data = self._page.data
        booked = sum(
            one.session == line.row.id and one.state == BOOKED for one in data.bookings
        ) if isinstance(data, Held) else 0  # fmt: skip
        places = "1 place is" if booked == 1 else f"{booked} places are"
        many = f"{places} spare again, and who was named needs telling." if booked else "Nobody is booked on it."
        asked = Question(
            self._page, "Cancel this session?", many, [("cancel", "Cancel session"), ("keep", "Keep session")]
        )
        row = line.row.id
        asked.answered.connect(lambda key: self._cancel_session(row) if key == "cancel" else None)
        asked.open()

    def _cancel_session(self, row: bytes) -> None:
        context = self._context
        context.run(
            self, lambda desk: training_sessions.cancel(desk, row),
            lambda made: context.acted(made[1], made[0], origin=self._page),
        )  # fmt: skip

    # --- the plan ---

    def plan(self) -> None:
        """Look for the best plan and show it beside."""
        from bursar_desk.ui.pages.training_plan import PlanPane

        self._page.open_form(PlanPane(self._context, self._page.chosen_course()))
