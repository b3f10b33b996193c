"""What can be done about a place: naming, the head's yes, how it went, offering, answering; each is one act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from bursar_desk.domain import training_places as rules
from bursar_desk.services import training_booking, training_moves, training_sessions
from bursar_desk.services.training_places import Held
from bursar_desk.ui.widgets.question import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
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
            self._do(lambda desk: training_booking.release(desk, about), "The head’s yes is noted.")
        else:
            self._outcome(what, about)

    def _do(self, work: Callable[[Desk], Changes], said: str) -> None:
        context = self._context
        context.run(self, work, lambda changes: context.acted(changes, said, origin=self._page))

    def _offer(self, school: bytes | None) -> None:
        course = self._page.chosen_course()
        data = self._page.data
        whom = data.school(school) if school and isinstance(data, Held) else "the cluster"
        self._do(
            lambda desk: training_moves.offer(desk, course, school)[1],
            f"1 place is offered to {whom}. It travels with your next share file.",
        )

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
        who = data.person(row.person)
        if what == "passed":
            session = data.sessions.get(row.session or b"")
            day = min(session.last, data.today) if session else data.today
            result = training_booking.Result(day)
            self._do(lambda desk: training_booking.passed(desk, booking, result), f"{who} passed.")
        elif what == "absent":
            self._do(
                lambda desk: training_booking.attended(desk, booking, rules.NOT_ATTENDED), f"{who} did not go."
            )  # fmt: skip
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
        many = f"{line.taken} booked here have a spare place again." if line.taken else "Nobody is booked on it."
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
