"""Checks that are not needed, with who and why; what comes up for another look; and what a newer edition brings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import applies, editions
from bursar_desk.ui.widgets import Button, Card, Row, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.applies import SwitchedOff, ToReview
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.editions import EditionNews, RowNews
    from bursar_desk.ui.pages.base import DeskContext

_KINDS = {"added": "New", "changed": "Changed", "withdrawn": "No longer listed"}


def two_lines(title: str, note: str) -> QWidget:
    """A name with a quieter line below."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 8, 0, 8)
    column.setSpacing(2)
    column.addWidget(plain_label(title, "strong", wrap=True))
    column.addWidget(plain_label(note, "caption", "muted", wrap=True))
    return holder


def _row(words_part: QWidget, *buttons: QWidget) -> Row:
    row = Row(words_part, *buttons, high=56)
    row.line.setStretchFactor(words_part, 1)
    return row


class OffPane(QWidget):
    """To look at again first, then what a person ruled out, then what follows from an answer."""

    def __init__(self, context: DeskContext):
        super().__init__()
        self.context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.review = Card("Look at these again", "Their day has come.")
        self.single = Card("Ruled out one by one")
        self.following = Card("Not needed, as the site has none of it", "To change it, answer the question.")
        for card in (self.review, self.single, self.following):
            column.addWidget(card)

    def show_checks(self, off: Sequence[SwitchedOff], review: Sequence[ToReview]) -> None:
        """Show them."""
        for card in (self.review, self.single, self.following):
            card.clear()
        self.review.setVisible(bool(review))
        for due in review:
            self.review.add_row(self._again(due))
        single = [one for one in off if not one.by_answer]
        if not single:
            self.single.add_sentence("No check was ruled out by itself. Open a check to do so, with a reason.")
        for one in single:
            button = Button("Needed after all", size=32, on_click=partial(self._needed, one))
            button.setAccessibleName(f"Needed after all: {one.title}")
            self.single.add_row(_row(two_lines(one.title, self._said(one)), button))
        following = [one for one in off if one.by_answer]
        self.following.setVisible(bool(following))
        for one in following:
            self.following.add_row(_row(two_lines(one.title, self._said(one))))

    def _said(self, one: SwitchedOff) -> str:
        who = f" Said by {one.said_by}." if one.said_by else ""
        again = f" Looked at again {words.short_date(one.review_on)}." if one.review_on else ""
        return f"{words.sentence(one.why)}{who}{again}".strip()

    def _again(self, due: ToReview) -> Row:
        still = Button("Still not needed", size=32, on_click=partial(self._still, due))
        now = Button("Needed now", size=32, on_click=partial(self._now, due))
        for button in (still, now):
            button.setAccessibleName(f"{button.words()}: {due.title}")
        why = words.sentence(due.why) if due.why else "The site had none."
        note = f"{why} Said by {due.said_by}, to be looked at {words.short_date(due.review_on)}."
        return _row(two_lines(due.title, note), still, now)

    def _still(self, due: ToReview) -> None:
        def work(desk: Desk) -> Changes:
            if due.check is not None:
                return applies.say(desk, due.check, "no", why=due.why)
            return applies.answer(desk, {due.feature: False}, why=due.why, review_on=applies.year_on(desk.today))

        self._do(work, f"{due.title} is still not needed. It comes up again in a year.")

    def _now(self, due: ToReview) -> None:
        def work(desk: Desk) -> Changes:
            if due.check is not None:
                return applies.say(desk, due.check, "yes")
            return applies.answer(desk, {due.feature: True})

        self._do(work, f"{due.title} is needed now.")

    def _needed(self, one: SwitchedOff) -> None:
        self._do(lambda desk: applies.say(desk, one.check, "yes"), f"{one.title} is needed again.")

    def _do(self, work: object, sentence: str) -> None:
        self.context.run(self, work, lambda changes: self.context.acted(changes, sentence))  # type: ignore[arg-type]


class NewsPane(QWidget):
    """A row for each check that is new, changed or no longer listed; nothing changes before somebody says so."""

    def __init__(self, context: DeskContext):
        super().__init__()
        self.context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.all_button = Button("Take over all of it", size=32, on_click=self._all)
        self.card = Card("What is new in the list of checks", "", self.all_button)
        column.addWidget(self.card)
        self.news: EditionNews | None = None

    def show_news(self, news: EditionNews) -> None:
        """Show it."""
        self.news = news
        self.card.clear()
        self.card.set_title("What is new in the list of checks", f"Edition {news.edition}")
        self.all_button.setVisible(bool(news.rows))
        if not news.rows:
            self.card.add_sentence("Nothing is new. You have looked through this edition.")
        for one in news.rows:
            take = Button("Take it over", size=32, on_click=partial(self._take, one))
            leave = Button("Leave it", size=32, on_click=partial(self._leave, one))
            for button in (take, leave):
                button.setAccessibleName(f"{button.words()}: {one.title}")
            self.card.add_row(_row(two_lines(f"{_KINDS[one.kind]}: {one.title}", news_words(one)), leave, take))

    def _take(self, one: RowNews) -> None:
        self._do(lambda desk: editions.take(desk, [one.code]), f"{one.title} is taken over.")

    def _leave(self, one: RowNews) -> None:
        self._do(lambda desk: editions.leave(desk, [one.code]), f"{one.title} stays as it is here.")

    def _all(self) -> None:
        codes = [one.code for one in self.news.rows] if self.news else []
        self._do(lambda desk: editions.take(desk, codes), f"{words.count(len(codes), 'check')} taken over.")

    def _do(self, work: object, sentence: str) -> None:
        self.context.run(self, work, lambda changes: self.context.acted(changes, sentence))  # type: ignore[arg-type]


def news_words(one: RowNews) -> str:
    """Say what is new of a check."""
    if one.kind != "changed":
        return words.sentence(one.why)
    told = []
    for field in one.fields:
        yours = f" You have “{field.yours}”, which stays." if field.yours else ""
        told.append(f"{field.words.capitalize()}: “{field.was}” is now “{field.now}”.{yours}")
    return " ".join(told)
