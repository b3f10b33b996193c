"""Services we buy: the columns of the yearly review, and beside it one service with its price, quality and decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from bursar_desk.domain import service_kinds, words
from bursar_desk.services import service_reviews
from bursar_desk.ui.models.table import Column
from bursar_desk.ui.pages.contracts_typed import money_field
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import narrow
from bursar_desk.ui.status_marks import INFO, NOT_NEEDED, OK, OVERDUE, SOON, UNKNOWN, Look, StatusChip
from bursar_desk.ui.widgets import (
    Button,
    DateField,
    DetailPane,
    MessageStrip,
    NoteBox,
    Picker,
    Reflow,
    hline,
    plain_label,
)

if TYPE_CHECKING:
    from bursar_desk.services.buying_shapes import ReviewLine
    from bursar_desk.ui.pages.base import DeskContext

NOT_DECIDED = "Not decided"


def look_of(line: ReviewLine) -> Look:
    """How a service shows: late to opt out, to decide soon, waiting, or decided by its way."""
    if not line.decided:
        if any("was" in one and "opt out" in one for one in line.nags):
            return OVERDUE
        return SOON if any("decide by" in one or "note the body" in one for one in line.nags) else UNKNOWN
    if any("look at it again" in one for one in line.nags):
        return SOON
    return {"keep": OK, "stop": NOT_NEEDED}.get(line.row.route, INFO)


def service_columns(*, schools: bool) -> list[Column[ReviewLine]]:
    """The columns of the review; an office sees whose it is."""
    school = Column[Any]("School", lambda one: one.school_name, 150, ink="muted", tip=lambda one: one.school_name,
                         sort=lambda one: one.school_name.casefold())  # fmt: skip
    return [
        Column("Service", lambda one: one.service_words, 156, lead=True, stretch=True,
               tip=lambda one: one.service_words, sort=lambda one: one.service_words.casefold()),
        *([school] if schools else []),
        Column("Provider", lambda one: one.provider, 138, ink="muted", tip=lambda one: one.provider,
               sort=lambda one: one.provider.casefold() or None),
        Column("A year", lambda one: words.money_exact(one.row.price or 0) if one.price_words else "", 84, right=True,
               sort=lambda one: one.row.price),
        Column("Quality", lambda one: one.quality_words.partition(",")[0], 68, tip=lambda one: one.quality_words,
               sort=lambda one: one.row.quality),
        Column("Decision", lambda one: one.route_words if one.decided else NOT_DECIDED, 142, status=look_of,
               tip=lambda one: one.decision_words, sort=lambda one: (one.decided, one.decision_words)),
        Column("Minute", lambda one: one.row.minute_ref if one.decided else "", 116, ink="muted",
               tip=lambda one: one.minute_words),
        Column("Opt out by", lambda one: one.opt_out_words, 94, sort=lambda one: one.opt_out_by,
               strong=lambda one: not one.decided and bool(one.opt_out_words)),
    ]  # fmt: skip


class ServicePane(DetailPane):
    """One service of a review; ``wanted(line, step)`` with "decide", "change" or "buy"."""

    wanted = Signal(object, str)

    def __init__(self, line: ReviewLine, *, may_write: bool):
        super().__init__(line.service_words, width=392)
        self.line = line
        row = line.row
        self.body.addWidget(StatusChip(look_of(line), line.decision_words))
        self.body.addWidget(plain_label(
            f"{line.school_name}, {service_reviews.year_words(row.year or 0)}", "caption", "muted", wrap=True
        ))  # fmt: skip
        if line.nags:
            urgent = look_of(line) is OVERDUE
            self.body.addWidget(MessageStrip(
                "overdue" if urgent else "soon", words.sentence(line.nags[0]),
                " ".join(words.sentence(one) for one in line.nags[1:]),
            ))  # fmt: skip
        self._fact("Service", service_kinds.words_of(row.service) if row.title else "")
        self._fact("Provider", line.provider)
        vat = f"{line.price_words}, without VAT" if line.price_words else "Not known yet"
        self._fact("Price today", vat, f"By: {line.priced_words}" if line.priced_words else "No dated document yet")
        self._fact("Quality", line.quality_words or "Not said yet", row.quality_why)
        if row.other_price is not None:
            self._fact("Elsewhere", f"{words.money(row.other_price)} a year", self._against(line), row.other_from)
        self._fact("Opt out by", words.long_date(line.opt_out_by) if line.opt_out_by else "")
        self.body.addWidget(hline())
        if line.decided:
            self._fact("Decided", line.route_words, line.minute_words, row.why)
        self._fact("Look again", words.long_date(row.review_on) if row.review_on else "")
        if not line.decided:
            self.body.addWidget(plain_label("Nothing counts as decided without body, day and minute.", "body", "muted",
                                            wrap=True))  # fmt: skip
        self.body.addStretch()
        if may_write:
            first = "Note the decision" if not line.decided else "Decide anew"
            self.decide_button = Button(first, "filled", on_click=lambda: self.wanted.emit(line, "decide"))
            self.add_to_foot(self.decide_button, 1)
            self.add_to_foot(Button("Change service", on_click=lambda: self.wanted.emit(line, "change")))
            if line.decided and row.route == service_reviews.MARKET:
                self.add_to_foot(Button("Start buying", on_click=lambda: self.wanted.emit(line, "buy")))

    def _against(self, line: ReviewLine) -> str:
        if line.row.price is None or line.row.other_price is None:
            return ""
        return words.sentence(f"That {words.saving(line.row.price - line.row.other_price)} a year")

    def _fact(self, name: str, said: str, *notes: str) -> None:
        if said:
            more: list[QWidget] = [plain_label(one, "caption", "muted", wrap=True, select=True) for one in notes if one]
            label = plain_label(said, "body", wrap=True, select=True)
            self.body.addWidget(column(Reflow(plain_label(name, "caption", "muted")), label, *more, spacing=0))


class ServiceForm(FormPane):
    """Add a service to a year's review, or change what is said about one."""

    def __init__(self, context: DeskContext, year: int, line: ReviewLine | None = None):
        title = f"Change {line.service_words}" if line else f"Add a service to {service_reviews.year_words(year)}"
        super().__init__(context, title, "Save service" if line else "Add service", width=408)
        self._year, self._line = year, line
        row = line.row if line else None
        self.service = narrow(Picker([(one.code, one.said) for one in service_kinds.KINDS]))
        self.name, self.provider = QLineEdit(row.title if row else ""), QLineEdit(row.provider if row else "")
        self.price = money_field()
        self.document = QLineEdit(row.priced_from if row else "")
        self.dated = DateField("Date of the document", lambda: context.today, needed=False)
        self.quality = Picker([(None, "Not said yet"), *((n, f"{n}, {said}") for n, said in
                                                        service_reviews.QUALITY_WORDS.items())])  # fmt: skip
        self.because = NoteBox(lines=2)
        self.other = money_field("The other price")
        self.opt_out = DateField("Opt out by", lambda: context.today, needed=False)
        for key, label, field, said, optional in (
            ("service", "Service", self.service, "", False), ("title", "Its own name", self.name, "", True),
            ("provider", "Provider", self.provider, "The council, or a firm.", True),
            ("price", "Price a year", self.price, "What you pay today, without VAT.", True),
            ("priced_from", "By which document", self.document, "Invoice, letter or contract.", True),
            ("priced_on", "Date of the document", self.dated, "", True),
            ("quality", "Quality", self.quality, "", True), ("quality_why", "Why that quality", self.because, "", True),
            ("other_price", "What it costs elsewhere", self.other, "", True),
            ("opt_out_by", "Opt out by", self.opt_out, "By the council’s letter.", True),
        ):  # fmt: skip
            self.form.add(key, label, field, said, optional=optional)
        if row is not None:
            self.service.set_key(row.service)
            self.service.setEnabled(False)
            self.quality.set_key(row.quality)
            self.because.setPlainText(row.quality_why)
            self.because.document().setModified(False)
            self.dated.set_day(row.priced_on)
            self.opt_out.set_day(row.opt_out_by)
            for field, pence in ((self.price, row.price), (self.other, row.other_price)):
                field.set_text("" if pence is None else words.money_exact(pence).removeprefix("£"))
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        problems |= {key: said for key, field in (("price", self.price), ("other_price", self.other))
                     if (said := field.problem())}  # fmt: skip
        if not self.form.show_problems(problems):
            return
        values: dict[str, Any] = {
            "title": self.name.text(), "provider": self.provider.text(), "price": self.price.value(),
            "priced_from": self.document.text(), "priced_on": self.dated.day(), "quality": self.quality.key(),
            "quality_why": self.because.toPlainText(), "other_price": self.other.value(),
            "opt_out_by": self.opt_out.day(),
        }  # fmt: skip
        line = self._line
        if line is not None:
            self.write(lambda desk: service_reviews.change(desk, line.row.id, values), "The service is changed.")
            return
        new = service_reviews.NewReview(str(self.service.key()), self._year, more=values)
        self.write(lambda desk: service_reviews.add(desk, new), f"{self.service.currentText()} is added.")


class DecideForm(FormPane):
    """What was decided about a service, by which body, when, under which minute."""

    def __init__(self, context: DeskContext, line: ReviewLine):
        super().__init__(context, f"Decide about {line.service_words}", "Note decision", width=392)
        self._line = line
        self.route = Picker([(key, service_reviews.ROUTE_WORDS[key]) for key in service_reviews.ROUTES])
        self.route.set_key(line.row.route or service_reviews.KEEP)
        self.who = QLineEdit(line.row.body)
        self.minute = QLineEdit()
        self.on = DateField("Decided on", lambda: context.today)
        self.again = DateField("Look again on", lambda: context.today, needed=False)
        self.why = NoteBox(lines=3)
        self.form.add("route", "Decision", self.route)
        self.form.add("body", "Who decided", self.who, "For example: Finance committee.")
        self.form.add("minute", "Minute", self.minute, "So that it can be looked up: 6.2.")
        self.form.add("on", "Decided on", self.on)
        self.form.add("why", "Why", self.why, optional=True)
        self.form.add("again", "Look again on", self.again, optional=True)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        problems |= {} if self.who.text().strip() else {"body": "Say which body decided."}
        problems |= {} if self.minute.text().strip() else {"minute": "Name the minute."}
        if not self.form.show_problems(problems):
            return
        row, route = self._line.row.id, str(self.route.key())
        body, minute, on, why = self.who.text(), self.minute.text(), self.on.day(), self.why.toPlainText()
        again, said = self.again.day(), f"{self._line.service_words}: {self.route.currentText().lower()}."
        self.write(lambda desk: service_reviews.decide(
            desk, row, route, body=body, minute_ref=minute, on=on, why=why, review_on=again
        ), said)  # fmt: skip
