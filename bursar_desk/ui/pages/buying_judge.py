"""The forms in which quotes are opened, marked and chosen, and interests declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import words
from bursar_desk.services import buying
from bursar_desk.ui.pages.buying_forms import months_field
from bursar_desk.ui.pages.contracts_typed import ReadField, money_field
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import hundredths_typed, narrow
from bursar_desk.ui.widgets import DateField, NoteBox, Picker, TickBox, Well, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.buying_shapes import BuyingView, QuoteLine
    from bursar_desk.ui.pages.base import DeskContext

LATER = "Enter it once you have read it."


class OpenForm(FormPane):
    """Open the quotes that are here, with a witness; each one's price is typed from its paper."""

    def __init__(self, context: DeskContext, view: BuyingView, waiting: tuple[QuoteLine, ...]):
        super().__init__(context, "Open the quotes", "Open quotes", width=408)
        self._row = view.line.row.id
        self.beside = QLineEdit()
        self.form.add("beside", "Who is with you", self.beside, "Quotes are opened by two people.")
        self.vat = QLineEdit("20")
        self.yearly: dict[bytes, ReadField] = {}
        self.once: dict[bytes, ReadField] = {}
        for line in waiting:
            self.form.add_widget(hline())
            row = line.row.id
            self.yearly[row] = money_field(f"The price of {line.name}")
            self.once[row] = money_field(f"The sum of {line.name}", "{} once, without VAT")
            self.form.add(f"yearly {row.hex()}", f"{line.name}, a year", self.yearly[row], optional=True)
            self.form.add(f"once {row.hex()}", f"{line.name}, once", self.once[row], optional=True)
        self.form.add("vat", "VAT, per cent", self.vat, "Prices are compared without it.")
        fixed = f"Judged by: {view.weights_words}. " if view.weights_words else ""
        self.lay_out(Well(f"{fixed}From now on that stays as it is."))

    def save(self) -> None:
        """Write the opening and the prices, all in one."""
        problems = {f"yearly {row.hex()}": said for row, one in self.yearly.items() if (said := one.problem())}
        problems |= {f"once {row.hex()}": said for row, one in self.once.items() if (said := one.problem())}
        problems |= {} if self.beside.text().strip() else {"beside": "Name who is with you."}
        vat = hundredths_typed(self.vat.text())
        problems |= {"vat": "Type per cent like 20 or 5."} if vat is None else {}
        if not self.form.show_problems(problems):
            return
        prices = {
            row: buying.Price(self.yearly[row].value(), self.once[row].value(), vat) for row in self.yearly
            if self.yearly[row].value() is not None or self.once[row].value() is not None
        }  # fmt: skip
        beside = self.beside.text()
        said = f"{words.count(len(self.yearly), 'quote')} opened with {beside.strip()}."
        self.write(lambda desk: (None, buying.open_quotes(desk, self._row, beside, prices)), said)


class PriceForm(FormPane):
    """The price of one opened quote."""

    def __init__(self, context: DeskContext, line: QuoteLine):
        super().__init__(context, f"Price of {line.name}", "Save price", width=392)
        row = line.row
        self._row = row.id
        self.yearly, self.once = money_field(), money_field("The sum", "{} once, without VAT")
        for field, pence in ((self.yearly, row.yearly), (self.once, row.once)):
            field.set_text("" if pence is None else words.money_exact(pence).removeprefix("£"))
        self.vat = QLineEdit("20" if row.vat_rate is None else str(row.vat_rate // 100))
        self.length = months_field()
        self.valid = DateField("Holds until", lambda: context.today, needed=False)
        self.valid.set_day(row.valid_until)
        self.form.add("yearly", "A year", self.yearly, optional=True)
        self.form.add("once", "Once", self.once, optional=True)
        self.form.add("vat", "VAT, per cent", self.vat)
        self.form.add("months", "The price is fixed for", self.length, optional=True)
        self.form.add("valid", "Holds until", self.valid, optional=True)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        fields = {"yearly": self.yearly, "once": self.once, "months": self.length}
        problems |= {key: said for key, one in fields.items() if (said := one.problem())}
        vat = hundredths_typed(self.vat.text())
        problems |= {"vat": "Type per cent like 20 or 5."} if vat is None else {}
        if self.yearly.value() is None and self.once.value() is None:
            problems.setdefault("yearly", "Type a price, a year or once.")
        if self.form.show_problems(problems):
            price = buying.Price(self.yearly.value(), self.once.value(), vat, self.length.value(), self.valid.day())
            self.write(lambda desk: (None, buying.set_price(desk, self._row, price)), "The price is entered.")


class MarkForm(FormPane):
    """One person's marks for one quote, part by part."""

    def __init__(self, context: DeskContext, view: BuyingView, line: QuoteLine, by: str = ""):
        super().__init__(context, f"Mark {line.name}", "Save marks", width=392)
        self._row = line.row.id
        self.by = QLineEdit(by or context.facts.who)
        self.form.add("by", "Who marks", self.by, "One person at a time.")
        marks = [(None, "Choose"), *((n, str(n)) for n in range(11))]
        parts = view.weights.parts if view.weights else ()
        self.scores = {one.name: narrow(Picker(marks)) for one in parts}
        for n, (name, picker) in enumerate(self.scores.items()):
            weight = parts[n].weight
            self.form.add(name, name, picker, f"0 none, 10 all we could want. Weight {weight}.")
        self.why = NoteBox(lines=2)
        self.form.add("why", "Why", self.why, optional=True)
        self.lay_out()

    def save(self) -> None:
        """Write them."""
        problems = {name: "Choose a mark from 0 to 10." for name, one in self.scores.items() if one.key() is None}
        problems |= {} if self.by.text().strip() else {"by": "Say who marks."}
        if self.form.show_problems(problems):
            scores = {name: int(str(one.key())) for name, one in self.scores.items()}
            who, why = self.by.text(), self.why.toPlainText()
            self.write(lambda desk: (None, buying.mark(desk, self._row, scores, by=who, why=why)),
                       f"The marks of {who.strip()} are in.")  # fmt: skip


class DeclareForm(FormPane):
    """Somebody declares an interest and what is done about it, or that there is none."""

    def __init__(self, context: DeskContext, view: BuyingView, who: str = ""):
        super().__init__(context, "Declare interests", "Note declaration", width=392)
        self._row = view.line.row.id
        self.who = QLineEdit(who or context.facts.who)
        self.nothing = TickBox("Nothing to declare")
        self.what, self.steps = NoteBox(lines=2), NoteBox(lines=2)
        self.form.add("who", "Who declares", self.who)
        self.form.add_widget(self.nothing)
        self.form.add("what", "What the interest is", self.what, "Family, work, gifts, shares.", optional=True)
        self.form.add("steps", "What is done about it", self.steps, "For example: does not mark that quote.",
                      optional=True)  # fmt: skip
        for one in view.interests:
            said = "nothing to declare" if one.no_interest and not one.what else f"{one.what}. {one.steps}"
            self.form.add_widget(plain_label(f"{one.who}: {said}", "caption", "muted", wrap=True))
        self.lay_out(Well("Everybody who marks says it before a quote is chosen."))

    def save(self) -> None:
        """Write it."""
        who, what, steps = self.who.text().strip(), self.what.toPlainText().strip(), self.steps.toPlainText().strip()
        problems = {} if who else {"who": "Say who declares."}
        if self.nothing.isChecked() == bool(what):
            problems["what"] = "Tick “Nothing to declare”, or say what the interest is."
        if what and not steps:
            problems["steps"] = "Say what is done about it."
        if self.form.show_problems(problems):
            self.write(lambda desk: (None, buying.declare(desk, self._row, who=who, what=what, steps=steps)),
                       f"The declaration of {who} is noted.")  # fmt: skip


class ChooseForm(FormPane):
    """Choose a quote. A reason is needed unless it is both the best value and the cheapest."""

    def __init__(self, context: DeskContext, view: BuyingView):
        super().__init__(context, "Choose a quote", "Choose quote", width=408)
        self._view = view
        named = [(one.row.id, one.name) for one in view.quotes if one.live and one.whole is not None]
        self.quote = narrow(Picker(named))
        self.quote.picked.connect(lambda _key: self._reason())
        if view.best:
            self.quote.set_key(view.best[0].row.id)
        self.on = DateField("Chosen on", lambda: context.today)
        self.on.set_day(context.today)
        self.why = NoteBox(lines=4)
        self.wanted = plain_label("", "strong", wrap=True)
        self.form.add("quote", "Quote", self.quote)
        self.form.add_widget(self.wanted)
        self.form.add("why", "Why this one", self.why)
        self.form.add("on", "Chosen on", self.on)
        self.lay_out(*[Well(text) for text in side_by_side(view)])
        self._reason()

    def _reason(self) -> None:
        needed = self.reasons()
        said = f"A reason is needed: {words.listing(list(needed))}." if needed else "Best value and cheapest at once."
        self.wanted.setText(said if self._view.result is not None or needed else "")
        self.wanted.setVisible(bool(self.wanted.text()))

    def reasons(self) -> tuple[str, ...]:
        """Why the quote picked needs a reason."""
        key = self.quote.key()
        return buying.reasons_for(self._view, key) if isinstance(key, bytes) else ()

    def save(self) -> None:
        """Write it."""
        problems, key, why = self.form.unread_dates(), self.quote.key(), self.why.toPlainText().strip()
        if self.reasons() and not why:
            problems["why"] = "Write the reason in a sentence."
        if not self.form.show_problems(problems) or not isinstance(key, bytes):
            return
        row, day, name = self._view.line.row.id, self.on.day(), self.quote.currentText()
        self.write(lambda desk: buying.award(desk, row, key, why, day), f"{name} is chosen.")


def side_by_side(view: BuyingView) -> tuple[str, ...]:
    """Best value and cheapest in a sentence each."""
    said = []
    for title, found in (("Best value", view.best), ("Cheapest", view.cheapest)):
        if found:
            names = words.listing([one.name for one in found])
            one = found[0]
            marks = f", {marks_words(one.scored.total)} marks" if one.scored and one.scored.total is not None else ""
            price = f", {words.money(one.whole)}" if one.whole is not None else ""
            said.append(f"{title}: {names}{price}{marks}.")
    return tuple(said)


def marks_words(hundredths: int | None) -> str:
    """Hundredths of a mark as people read them: ``83.25``."""
    return "" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


class StopForm(FormPane):
    """Stop a purchase and say why."""

    def __init__(self, context: DeskContext, view: BuyingView):
        super().__init__(context, f"Stop {view.line.title}", "Stop purchase", width=392)
        self._row = view.line.row.id
        self.why = NoteBox(lines=3)
        self.form.add("why", "Why it stops", self.why, "For example: we stay with the council.")
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        why = self.why.toPlainText().strip()
        if self.form.show_problems({} if why else {"why": "Say why in a few words."}):
            self.write(lambda desk: (None, buying.stop(desk, self._row, why)), "The purchase is stopped.")


class DeclineForm(FormPane):
    """A supplier declined, or withdrew its quote."""

    def __init__(self, context: DeskContext, line: QuoteLine):
        came = line.row.came_on is not None
        super().__init__(context, f"{line.name} {'withdraws' if came else 'declines'}", "Note it", width=392)
        self._row = line.row.id
        self.why = NoteBox(lines=2)
        self.form.add("why", "Why", self.why, optional=True)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        why = self.why.toPlainText()
        self.write(lambda desk: (None, buying.decline(desk, self._row, why)), "It is noted.")


class ContractForm(FormPane):
    """Make the contract from the quote chosen, as a draft to be filled in on the Contracts page."""

    def __init__(self, context: DeskContext, view: BuyingView):
        super().__init__(context, "Make the contract", "Make draft contract", width=392)
        self._row = view.line.row.id
        self.first = DateField("Begins on", lambda: context.today)
        self.form.add("first", "Begins on", self.first)
        self.lay_out(Well("Supplier, price, length and options come from the quote. The notice is in the paper."))

    def save(self) -> None:
        """Write it."""
        day = self.first.day()
        problems = self.form.unread_dates()
        if self.form.show_problems(problems) and day is not None:
            self.write(lambda desk: buying.make_contract(desk, self._row, day), "The draft contract is made.")
