"""Beside a contract: the forms for notice given, renewing, putting off, its end, a term, and how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import words
from bursar_desk.domain.contract_state import latest_put_off
from bursar_desk.domain.date_math import add_days
from bursar_desk.services import contracts
from bursar_desk.services.contracts_shapes import (
    END,
    ENDS,
    EXTEND,
    LET_RUN,
    NOTICE_GIVEN,
    OPTION,
    PUT_OFF,
    RENEW,
    RENEWS,
    ROLLS,
    TAKEN_BACK,
    TO_MARKET,
    Deciding,
    NewTerm,
)
from bursar_desk.services.contracts_write import NOTE_KINDS
from bursar_desk.ui.pages.contracts_typed import leave_empty, money_field, says_nothing
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import narrow
from bursar_desk.ui.widgets import DateField, MessageStrip, NoteBox, Picker, Well, give_letters

if TYPE_CHECKING:
    import datetime as dt

    from PySide6.QtWidgets import QWidget

    from bursar_desk.services.contracts_shapes import ContractView
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

HOW: Final = ("by letter", "by signed-for letter", "by e-mail", "by hand", "on their website", "by e-mail and letter")
_RATINGS: Final = (
    (None, "Not rated"), (5, "5, very good"), (4, "4, good"), (3, "3, fair"), (2, "2, poor"), (1, "1, bad"),
)  # fmt: skip


class DecisionPane(FormPane):
    """What forms about a decision share: the contract, the end they are about, who agreed to it."""

    def __init__(self, context: DeskContext, view: ContractView, title: str, button: str):
        super().__init__(context, f"{title}: {view.line.title}", button)
        self.view = view
        self.safe = view.line.standing.last_safe
        self.agreed = QLineEdit()
        self.minute = QLineEdit()

    def add_agreed(self, *, needed: bool = False) -> None:
        """Who agreed, and where it is minuted."""
        help_text = "For example: Finance committee."
        self.form.add("agreed_by", "Who agreed to it", self.agreed, help_text, optional=not needed)
        self.form.add("minute", "Minute", self.minute, "For example: FC 3/12/26, item 7.", optional=True)

    def date_field(self, name: str, *, needed: bool = True) -> DateField:
        """A day as people type it."""
        return DateField(name, lambda: self.context.today, needed=needed)

    def left_over(self) -> list[QWidget]:
        """What nobody looks after once it ends."""
        found = self.view.orphans
        if not found:
            return []
        named = words.listing([one.title for one in found[:6]])
        more = f" and {len(found) - 6} more" if len(found) > 6 else ""
        return [MessageStrip("soon", f"If it ends, {self.view.line.orphans_words}", f"{named}{more}.")]

    def decide(self, what: str, given: Deciding, said: str) -> None:
        """Write it down."""
        contract = self.view.line.id
        self.write(lambda desk: (None, contracts.decide(desk, contract, what, given)), said)


class NoticePane(DecisionPane):
    """They were told: on which day and how. Today stands there already."""

    def __init__(self, context: DeskContext, view: ContractView):
        super().__init__(context, view, "Notice given", "Save notice given")
        self.served = self.date_field("Told on")
        self.served.set_day(context.today)
        self.how = narrow(Picker([(one, one[:1].upper() + one[1:]) for one in HOW]))
        self.ends = self.date_field("It ends on", needed=False)
        self.form.add("served_on", "Told on", self.served)
        self.form.add("how", "How", self.how)
        self.add_agreed()
        help_text = "Only where they confirmed another day."
        self.form.add("ends_on", "It ends on", self.ends, help_text, optional=True)
        self.lay_out(*self._opening(), *self.left_over())

    def _opening(self) -> list[QWidget]:
        if self.safe is None:
            return [Well("Keep a copy of the letter and their answer with the documents.")]
        said = f"It then ends on {words.long_date(self.safe.end)}."
        return [Well(f"{said} Keep a copy of the letter and their answer with the documents.")]

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        day = self.served.day()
        if day is not None and day > self.context.today:
            problems["served_on"] = f"{words.long_date(day)} has not come yet."
        if self.safe is None and self.ends.day() is None and not self.view.line.standing.ends_on:
            self.ends.setFocus()
        if not self.form.show_problems(problems):
            return
        given = Deciding(
            agreed_by=self.agreed.text().strip(), minute_ref=self.minute.text().strip(), served_on=day,
            served_how=str(self.how.key()), ends_on=self.ends.day(),
        )  # fmt: skip
        self.decide(NOTICE_GIVEN, given, f"Notice given: {self.view.line.title}.")


def ways_of(view: ContractView) -> list[tuple[str, str]]:
    """What can be decided besides giving notice, for what happens at its end."""
    end = view.line.row.at_end
    made = {
        RENEWS: [(RENEW, "Renewing: we agreed to stay"), (LET_RUN, "Let it run on")],
        ROLLS: [(LET_RUN, "Let it run on"), (RENEW, "Renewing: we agreed a new term")],
        OPTION: [(EXTEND, "Extend it, as the contract allows"), (RENEW, "Renewing on new terms")],
    }.get(end, [(RENEW, "Renewing on new terms")])
    return [*made, (TO_MARKET, "Take it to market: ask for quotes"), (END, "End it: they are still to be told")]


class RenewPane(DecisionPane):
    """To stay, to extend, to let it run, to ask for quotes or to leave: who agreed, and the new price."""

    def __init__(self, context: DeskContext, view: ContractView):
        super().__init__(context, view, "Decide", "Save decision")
        self.what = narrow(Picker(ways_of(view)))
        self.price = money_field("The new price")
        self.until = self.date_field("The new term runs to", needed=False)
        self.why = NoteBox(lines=2)
        self.form.add("what", "What was decided", self.what)
        self.add_agreed(needed=True)
        if self.safe is not None:
            self.until.set_day(self.safe.runs_to)
        self.form.add("until", "The new term runs to", self.until)
        self.form.add("price", "New price a year", self.price, "Where they named one. Without VAT.", optional=True)
        self.form.add("why", "Why", self.why, optional=True)
        self.what.picked.connect(lambda _key: self._turned())
        self.lay_out(*self._opening())
        self._turned()

    def _opening(self) -> list[QWidget]:
        if self.safe is None:
            return []
        runs = f" It would run to {words.long_date(self.safe.runs_to)}." if self.safe.runs_to else ""
        return [Well(f"This is about its end on {words.long_date(self.safe.end)}.{runs}")]

    @property
    def _end(self) -> dt.date | None:
        """The end that is decided: the one that was missed, the one at stake, or the end of the term."""
        standing = self.view.line.standing
        found = standing.asked
        return found.end if found is not None else standing.term.last if standing.term is not None else None

    def _turned(self) -> None:
        stays = self.what.key() in (RENEW, EXTEND, LET_RUN) and self._end is not None
        self.form.row("price").setVisible(stays)
        self.form.row("until").setVisible(stays and self.what.key() == RENEW)
        if self.isVisible():
            give_letters(self.window())

    def _new_term(self, problems: dict[str, str]) -> NewTerm | None:
        """The new term, where its price or its end is given."""
        end, what = self._end, self.what.key()
        if end is None or what not in (RENEW, EXTEND, LET_RUN):
            return None
        until = self.until.day() if what == RENEW else None
        if what == RENEW and until is None and self.view.line.row.at_end in (ENDS, ""):
            problems.setdefault("until", "Say until when the new term runs.")
        if until is not None and until <= end:
            problems["until"] = f"The new term begins on {words.long_date(add_days(end, 1))}. Look at the day again."
        pence = self.price.value()
        if until is None and pence is None:
            return None
        return NewTerm(add_days(end, 1), until, pence, self.view.line.row.vat_rate)

    def save(self) -> None:
        """Write it."""
        problems = {key: text for key, text in self.form.unread_dates().items() if not self.form.row(key).isHidden()}
        if self.price.problem():
            problems["price"] = self.price.problem()
        what = str(self.what.key())
        if what in (RENEW, EXTEND, LET_RUN, END) and not self.agreed.text().strip():
            problems["agreed_by"] = "Say who agreed to it, for example the finance committee."
        term = self._new_term(problems)
        if not self.form.show_problems(problems):
            return
        given = Deciding(
            agreed_by=self.agreed.text().strip(), minute_ref=self.minute.text().strip(),
            why=self.why.toPlainText().strip(), term=term,
        )  # fmt: skip
        self.decide(what, given, f"Decided: {self.view.line.title}.")


class PutOffPane(DecisionPane):
    """Put the decision off, never past the day it must be taken."""

    def __init__(self, context: DeskContext, view: ContractView):
        super().__init__(context, view, "Put off", "Put the decision off")
        self.until = self.date_field("Ask again on")
        self.why = NoteBox(lines=2)
        most = f"No later than {words.long_date(latest_put_off(self.safe))}." if self.safe is not None else ""
        self.form.add("until", "Ask again on", self.until, most)
        self.form.add("why", "Why", self.why)
        self.lay_out(Well("It leaves Home until then. Its last safe day stays where it is."))

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        until, why = self.until.day(), self.why.toPlainText().strip()
        last = latest_put_off(self.safe) if self.safe is not None else None
        if until is not None and until <= self.context.today:
            problems["until"] = "Choose a day after today."
        elif until is not None and last is not None and until > last:
            problems["until"] = (
                f"It cannot be put off past {words.long_date(last)}: after that nobody could decide in time."
            )
        if not why:
            problems["why"] = "Say why in a few words."
        if self.form.show_problems(problems):
            self.decide(PUT_OFF, Deciding(until=until, why=why), f"Put off: {self.view.line.title}.")


class BackPane(DecisionPane):
    """Take a decision back, with a reason; the contract waits for one again."""

    def __init__(self, context: DeskContext, view: ContractView):
        super().__init__(context, view, "Take back", "Take the decision back")
        self.why = NoteBox(lines=2)
        self.form.add("why", "Why", self.why)
        stands = [one.words for one in view.decisions if one.stands]
        self.lay_out(*[Well(stands[-1])] if stands else [])

    def save(self) -> None:
        """Write it."""
        why = self.why.toPlainText().strip()
        if self.form.show_problems({} if why else {"why": "Say why in a few words."}):
            self.decide(TAKEN_BACK, Deciding(why=why), f"The decision on {self.view.line.title} is taken back.")


class EndedPane(DecisionPane):
    """It is over: since when and why."""

    def __init__(self, context: DeskContext, view: ContractView):
        super().__init__(context, view, "It has ended", "Save its end")
        self.on = self.date_field("Last day")
        ends = view.line.standing.ends_on
        self.on.set_day(ends if ends is not None and ends <= context.today else context.today)
        self.why = NoteBox(lines=2)
        self.form.add("on", "Last day", self.on)
        self.form.add("why", "Why", self.why, optional=True)
        self.lay_out(*self.left_over(), Well("Its history, prices and documents stay, under “Ended”."))

    def save(self) -> None:
        """Write it."""
        if not self.form.show_problems(self.form.unread_dates()):
            return
        day, why, contract = self.on.day() or self.context.today, self.why.toPlainText().strip(), self.view.line.id
        self.write(lambda desk: (None, contracts.cease(desk, contract, day, why)), f"{self.view.line.title} has ended.")


class TermPane(FormPane):
    """A term as it was or will be: its days, its price, and the date their letter gives."""

    def __init__(self, context: DeskContext, view: ContractView):
        super().__init__(context, f"Add a term: {view.line.title}", "Save term")
        self.view = view

        def day(name: str, *, needed: bool = False) -> DateField:
            return DateField(name, lambda: context.today, needed=needed)

        self.first, self.last, self.tell_by = day("First day", needed=True), day("Last day"), day("Tell us by")
        self.price, self.rise, self.source = money_field(), QLineEdit(), QLineEdit()
        safe = view.line.standing.last_safe
        if safe is not None:
            self.first.set_day(add_days(safe.end, 1))
            self.last.set_day(safe.runs_to)
        self.form.add("first", "First day", self.first)
        self.form.add("last", "Last day", self.last, "Leave it empty where there is no fixed end.")
        self.form.add("yearly", "Price a year", self.price, "Without VAT.", optional=True)
        self.form.add("rise", "How the price came about", self.rise, "For example: 3.2 per cent with CPI.",
                      optional=True)  # fmt: skip
        self.form.add("tell_by", "The letter says: tell us by", self.tell_by, optional=True)
        self.form.add("source", "Where it stands", self.source, "For example: letter of 12 January 2027.",
                      optional=True)  # fmt: skip
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        for key, field in {"first": self.first, "last": self.last, "tell_by": self.tell_by}.items():
            if says_nothing(field.edit.text()):
                problems[key] = leave_empty(field.edit.text(), "date")
        if self.price.problem():
            problems["yearly"] = self.price.problem()
        first = self.first.day()
        if not self.form.show_problems(problems) or first is None:
            return
        term = NewTerm(
            first, self.last.day(), self.price.value(), self.view.line.row.vat_rate, self.rise.text().strip(),
            self.tell_by.day(), self.source.text().strip(),
        )  # fmt: skip
        contract = self.view.line.id
        said = f"The term of {self.view.line.title} is kept."
        self.write(lambda desk: contracts.add_term(desk, contract, term), said)


class NotePane(FormPane):
    """How it goes, a dispute, or a step of leaving it."""

    def __init__(self, context: DeskContext, view: ContractView):
        super().__init__(context, f"Add a note: {view.line.title}", "Save note")
        self.view = view
        self.kind = Picker(tuple(NOTE_KINDS.items()))
        self.said, self.rating = NoteBox(lines=4), Picker(_RATINGS)
        self.due = DateField("To be done by", lambda: context.today, needed=False)
        self.form.add("kind", "What it is", self.kind)
        self.form.add("said", "What is there to say", self.said)
        self.form.add("rating", "How it goes", self.rating)
        self.form.add("due", "To be done by", self.due)
        self.kind.picked.connect(lambda _key: self._turned())
        self.lay_out()
        self._turned()

    def _turned(self) -> None:
        goes = self.kind.key() == "performance"
        self.form.row("rating").setVisible(goes)
        self.form.row("due").setVisible(not goes)

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        said, kind = self.said.toPlainText().strip(), str(self.kind.key())
        if not said:
            problems["said"] = "Write a few words."
        goes = kind == "performance"
        due = None if goes else self.due.day()
        if kind == "exit step" and due is None:
            problems.setdefault("due", "Say by when the step is to be done.")
        if not self.form.show_problems(problems):
            return
        rating = self.rating.key() if goes else None
        contract = self.view.line.id

        def work(desk: Desk) -> tuple[object, object]:
            return contracts.add_note(
                desk, contract, kind, said, rating=rating if isinstance(rating, int) else None, due_on=due
            )

        self.write(work, "The note is kept.")  # type: ignore[arg-type]  # an id and what changed
