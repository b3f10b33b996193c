"""The steps of the Cover page that write: each one act, told in the undo bar, after which the board is read anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.services import absences, cover, cover_hours

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine, Helper, OfferLine
    from bursar_desk.ui.pages.absence_form import NewAbsence
    from bursar_desk.ui.pages.base import Page
    from bursar_desk.ui.pages.cover_offer_form import NewOffer


class CoverSteps:
    """Writes for ``page``; ``added`` and ``offered`` are told what was made, to go there."""

    def __init__(
        self, page: Page, added: Callable[[absences.AbsenceLine, Any], object],
        offered: Callable[[OfferLine], object],
    ):  # fmt: skip
        self._page, self._added, self._offered = page, added, offered
        self._context = page.context

    def add_absence(self, new: NewAbsence) -> None:
        """Record that somebody is away."""
        self._context.run(
            self._page,
            lambda desk: absences.add(desk, new.person, new.first, new.last, reason=new.reason, note=new.note),
            lambda made: self._added(*made),
        )  # fmt: skip

    def take_back_absence(self, away: absences.AbsenceLine) -> None:
        """They are not away after all."""
        done = f"{away.name} is not away after all."
        self._context.run(
            self._page, lambda desk: absences.cancel(desk, away.id), lambda changes: self.acted(changes, done)
        )

    def show_private(self, away: absences.AbsenceLine, show: Callable[[tuple[str, ...]], object]) -> None:
        """Read what was noted in private about an absence; the service says who may."""
        self._context.run(self._page, lambda desk: absences.private(desk, away.id), show)

    def ask(self, absence: bytes, helper: Helper, answer_by: dt.date | None) -> None:
        """Ask a neighbour for cover."""
        self._context.run(
            self._page, lambda desk: cover.request(desk, absence, helper, answer_by=answer_by),
            lambda made: self.acted(made[1], f"{helper.name} was asked."),
        )  # fmt: skip

    def answer(self, asked: CoverLine, state: str) -> None:
        """Note what became of a request of ours."""
        back = "cover by" if asked.state == "agreed" else "request to"
        said = {
            "agreed": f"{asked.helper} said yes.",
            "declined": f"{asked.helper} said no.",
            "cancelled": f"The {back} {asked.helper} was taken back.",
            "done": f"The cover by {asked.helper} is done.",
        }[state]
        self._context.run(
            self._page, lambda desk: cover.answer(desk, asked.id, state), lambda made: self.acted(made[1], said)
        )

    def reply(self, asked: CoverLine, word: str, why: str) -> None:
        """Answer another school that asks for one of our people: yes, no or taken back."""
        said = {
            "yes": f"You said yes to {asked.school_name} for {asked.helper}.",
            "no": f"You said no to {asked.school_name} for {asked.helper}.",
            "taken back": f"Your yes to {asked.school_name} is taken back.",
        }[word]

        def write(desk: Any) -> tuple[CoverLine, Any]:
            if word == "taken back":
                return cover.take_back(desk, asked.id, why)
            return cover.reply(desk, asked.id, word == "yes", why=why)

        tail = " Send them a share file, so that they see it."
        self._context.run(self._page, write, lambda made: self.acted(made[1], said + tail))

    def offer(self, new: NewOffer) -> None:
        """Offer hours of one of our people."""

        def told(made: tuple[OfferLine, Any]) -> None:
            self._offered(made[0])
            self.acted(made[1], f"{made[0].name} offers {words.count(new.days.bit_count(), 'day')} a week.")

        self._context.run(
            self._page,
            lambda desk: cover.add_offer(desk, new.person, new.first, new.last, new.days, new.starts, new.ends), told,
        )  # fmt: skip

    def withdraw(self, offer: OfferLine) -> None:
        """Take an offer of ours back."""
        said = f"The offer of {offer.name} is taken back."
        self._context.run(
            self._page, lambda desk: cover.withdraw_offer(desk, offer.id), lambda changes: self.acted(changes, said)
        )

    def note_hours(self, asked: CoverLine, day: dt.date, starts: int, ends: int) -> None:
        """Note hours that were really worked."""
        said = f"{words.hours(ends - starts)} of {asked.helper} noted for {words.weekday_date(day)}."
        self._context.run(
            self._page, lambda desk: cover_hours.log_hours(desk, asked.id, day, starts, ends),
            lambda changes: self.acted(changes, said),
        )  # fmt: skip

    def acted(self, changes: Any, said: str, *, undo: bool = True) -> None:
        """Tell what was done; every page that shows it reads anew."""
        self._context.acted(changes, said, origin=self._page, undo=undo)
