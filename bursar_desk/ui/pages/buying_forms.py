"""The forms of a purchase: starting it, how it is bought, the school's bands, weights, quotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import leases, quote_rules, service_kinds, thresholds, words
from bursar_desk.domain.quote_rules import Band
from bursar_desk.domain.scoring import Part
from bursar_desk.services import buying
from bursar_desk.ui.pages.contracts_typed import ReadField, money_field, read_months
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import hundredths_typed, narrow
from bursar_desk.ui.widgets import Button, DateField, Picker, Reflow, TickBox, Well, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.buying_shapes import BuyingView, QuoteLine
    from bursar_desk.ui.pages.base import DeskContext

MOST_PARTS: Final = 4
_USUAL_PARTS: Final = ("Quality of work", "Service and response", "", "")
_USUAL_WEIGHTS: Final = ("40", "20", "", "")


def months_field() -> ReadField:
    """A field for a length of time."""
    return ReadField(read_months, lambda months: words.count(months, "month"), example="3 years", width=140)


def pounds_text(pence: int | None) -> str:
    """Pence as they are typed."""
    return "" if pence is None else words.money_exact(pence).removeprefix("£")


class StartForm(FormPane):
    """Start a purchase: what, for how long, what it may cost; the rule follows from that."""

    def __init__(self, context: DeskContext, contracts: Sequence[tuple[object, str]], *, service: str = "",
                 title: str = "", contract: bytes | None = None, yearly: int | None = None):  # fmt: skip
        super().__init__(context, "Start a purchase", "Start purchase", width=408)
        self.name = QLineEdit(title)
        self.service = narrow(Picker([("", "Not in the list"), *((one.code, one.said) for one in service_kinds.KINDS
                                                                if one.code != service_kinds.OTHER)]))  # fmt: skip
        self.service.set_key(service)
        self.kind = narrow(Picker([(one, thresholds.KIND_WORDS[one]) for one in thresholds.KINDS]))
        self.contract = narrow(Picker([(None, "None"), *contracts]))
        self.contract.set_key(contract)
        self.yearly = money_field("The price a year")
        self.once = money_field("The sum paid once", "{} once, without VAT")
        self.yearly.set_text(pounds_text(yearly))
        self.length, self.options = months_field(), months_field()
        self.length.set_text("3 years")
        self.no_end = TickBox("It has no end date (48 months are counted)")
        self.vat = QLineEdit("20")
        self.route = narrow(Picker([("", "As our rule asks"), *quote_rules.ROUTE_WORDS.items()]))
        self.by = DateField("Quotes in by", lambda: context.today, needed=False)
        for key, label, field, said, optional in (
            ("title", "What you want to buy", self.name, "", False), ("service", "Service", self.service, "", False),
            ("kind", "Kind", self.kind, "", False),
            ("contract", "In place of which contract", self.contract, "", True),
            ("yearly", "What it may cost a year", self.yearly, "An estimate, without VAT.", True),
            ("once", "What is paid once", self.once, "", True), ("months", "First length", self.length, "", True),
            ("option_months", "Options after that", self.options, "They count, used or not.", True),
        ):  # fmt: skip
            self.form.add(key, label, field, said, optional=optional)
        self.form.add_widget(self.no_end)
        self.form.add("vat_rate", "VAT, per cent", self.vat)
        self.form.add("route", "Way to buy", self.route)
        self.form.add("by", "Quotes in by", self.by, optional=True)
        self.lay_out(Well("The whole life counts: every year, options and VAT. Group purchases count all schools."))

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        fields = {"yearly": self.yearly, "once": self.once, "months": self.length, "option_months": self.options}
        problems |= {key: said for key, field in fields.items() if (said := field.problem())}
        vat = hundredths_typed(self.vat.text())
        problems |= {"vat_rate": "Type per cent like 20 or 5."} if vat is None else {}
        contract = self.contract.key()
        new = buying.NewBuying(
            self.name.text(), str(self.service.key() or ""), str(self.kind.key()), self.yearly.value() or 0,
            self.length.value() or 0, self.options.value() or 0, self.once.value() or 0, vat or 0,
            self.no_end.isChecked(), str(self.route.key() or ""), None, self.by.day(),
            contract if isinstance(contract, bytes) else None,
        )  # fmt: skip
        if self.form.show_problems(buying.problems(new) | problems):
            self.write(lambda desk: buying.start(desk, new), f"{new.title.strip()} is started.")


class RouteForm(FormPane):
    """How it is bought: way, framework, approval, publication, order, lease."""

    def __init__(self, context: DeskContext, view: BuyingView):
        super().__init__(context, "How it is bought", "Save", width=408)
        row = view.line.row
        self._row = row
        self.route = narrow(Picker(list(quote_rules.ROUTE_WORDS.items())))
        self.route.set_key(row.route)
        self.route.setEnabled(not view.opened)
        self.fields = {
            name: QLineEdit(getattr(row, name)) for name in
            ("approved_by", "fewer_why", "framework", "framework_ref", "published", "order_ref")
        }  # fmt: skip
        self.until = DateField("It ends on", lambda: context.today, needed=False)
        self.until.set_day(row.framework_until)
        self.checks = {one: TickBox(quote_rules.CHECKED_WORDS[one]) for one in quote_rules.CHECKED}
        for one, tick in self.checks.items():
            tick.setChecked(one in row.framework_checked)
        self.call_off = narrow(Picker([("", "Not said yet"), *quote_rules.CALL_OFF_WORDS.items()]))
        self.call_off.set_key(row.call_off)
        self.lease = narrow(Picker([("", "No lease"), *((one.code, one.said) for one in leases.KINDS)]))
        self.lease.set_key(row.lease)
        self.consent = narrow(Picker(list(leases.CONSENTS.items())))
        self.consent.set_key(row.lease_consent)
        self.form.add("route", "Way to buy", self.route)
        self.form.add("approved_by", "Approved by", self.fields["approved_by"], f"Our rule: {view.band.approver}."
                      if view.band.approver else "", optional=True)  # fmt: skip
        self.form.add("fewer_why", "Why there are fewer quotes", self.fields["fewer_why"], optional=True)
        self.form.add("framework", "Framework", self.fields["framework"], optional=True)
        self.form.add("framework_ref", "Its reference", self.fields["framework_ref"], optional=True)
        self.form.add("until", "It ends on", self.until, optional=True)
        for tick in self.checks.values():
            self.form.add_widget(tick)
        self.form.add("call_off", "How it is used", self.call_off)
        self.form.add("published", "Where the notice was published", self.fields["published"], optional=True)
        self.form.add("order_ref", "Number of the order", self.fields["order_ref"], optional=True)
        self.form.add("lease", "Is it a lease", self.lease)
        self.form.add("lease_consent", "Consent to the lease", self.consent)
        self.lay_out()

    def save(self) -> None:
        """Write what is different."""
        if not self.form.show_problems(self.form.unread_dates()):
            return
        row = self._row
        typed: dict[str, Any] = {name: field.text().strip() for name, field in self.fields.items()}
        typed |= {"call_off": self.call_off.key() or "", "lease": self.lease.key() or "",
                  "lease_consent": self.consent.key() or "", "framework_until": self.until.day()}  # fmt: skip
        typed |= {"route": self.route.key()} if self.route.isEnabled() else {}
        values = {name: value for name, value in typed.items() if value != getattr(row, name)}
        ticked = tuple(one for one, tick in self.checks.items() if tick.isChecked())
        if set(ticked) != {one for one in row.framework_checked if isinstance(one, str)}:
            values["framework_checked"] = ticked
        if not values:
            self.form.show_problems({"route": "Nothing is different."})
            return
        self.write(lambda desk: buying.change(desk, row.id, values), "How it is bought is noted.")


class BandsForm(FormPane):
    """The school's own rule: from which value on how many quotes, and who approves."""

    def __init__(self, context: DeskContext, bands: Sequence[Band]):
        super().__init__(context, "Rules for quotes", "Save rules", width=408)
        self.rows: list[tuple[QLineEdit, QLineEdit, QLineEdit]] = []
        shown = [*bands, *([Band(0, 0)] * max(0, 4 - len(bands)))]
        for n, one in enumerate(shown):
            fields = (QLineEdit(words.number(one.first // 100) if one.quotes else ""),
                      QLineEdit(str(one.quotes or "")), QLineEdit(one.approver))  # fmt: skip
            for field, name in zip(fields, ("From, pounds", "Quotes", "Who approves"), strict=True):
                field.setAccessibleName(f"{name}, band {n + 1}")
            fields[0].setMaximumWidth(96)
            fields[1].setMaximumWidth(56)
            self.rows.append(fields)
            self.form.add(f"band{n}", f"Band {n + 1}: from pounds, quotes, who approves", Reflow(*fields, spacing=8))
        usual = "Three quotes is not the law: it stands in local finance rules. Values are whole life, without VAT. "
        self.lay_out(Well(f"{usual}From the figure of the Procurement Act on it is a tender."))

    def save(self) -> None:
        """Write them; an empty line is left out."""
        made, problems = [], {}
        for n, (first, quotes, who) in enumerate(self.rows):
            pounds, count = first.text().strip().replace(",", "").removeprefix("£"), quotes.text().strip()
            if not pounds and not count:
                continue
            if not (pounds.isascii() and pounds.isdecimal() and len(pounds) < 10 and count.isascii()
                    and count.isdecimal() and len(count) < 3):  # fmt: skip
                problems[f"band{n}"] = "Type whole pounds and a number of quotes."
                continue
            made.append(Band(int(pounds) * 100, int(count), " ".join(who.text().split())))
        if self.form.show_problems(problems):
            self.write(lambda desk: (None, buying.choose_bands(desk, made)), "The rules for quotes are set.")


class WeightsForm(FormPane):
    """How quotes are judged, fixed before any is opened."""

    def __init__(self, context: DeskContext, view: BuyingView):
        super().__init__(context, "How quotes are judged", "Fix the weights", width=408)
        self._row = view.line.row.id
        held = view.weights
        self.price = QLineEdit(str(held.price) if held else "40")
        self.price.setMaximumWidth(72)
        self.parts: list[tuple[QLineEdit, QLineEdit]] = []
        self.form.add("price", "Weight of the price", self.price)
        for n in range(MOST_PARTS):
            known = held is not None and n < len(held.parts)
            name = held.parts[n].name if held and known else "" if held else _USUAL_PARTS[n]
            weight = str(held.parts[n].weight) if held and known else "" if held else _USUAL_WEIGHTS[n]
            fields = (QLineEdit(name), QLineEdit(weight))
            fields[0].setAccessibleName(f"Part {n + 1}")
            fields[1].setAccessibleName(f"Weight of part {n + 1}")
            fields[1].setMaximumWidth(72)
            for field in fields:
                field.textChanged.connect(lambda _text: self._add_up())
            self.parts.append(fields)
            self.form.add(f"part{n}", f"Part {n + 1} of quality, and its weight", Reflow(*fields, spacing=8),
                          optional=n > 0)  # fmt: skip
        self.price.textChanged.connect(lambda _text: self._add_up())
        self.total = plain_label("", "strong")
        self.form.add_widget(self.total)
        self._add_up()
        self.lay_out(Well("Fixed before any quote is opened. Once one is open they stay as they are, for good."))

    def _add_up(self) -> None:
        typed = [self.price.text(), *(weight.text() for _name, weight in self.parts)]
        numbers = [int(one) for one in typed if one.strip().isascii() and one.strip().isdecimal() and len(one) < 4]
        total = sum(numbers)
        self.total.setText(f"Together {total} of 100" + ("" if total == 100 else ": they must be 100"))

    def save(self) -> None:
        """Write them."""
        problems, parts = {}, []
        if not _whole(self.price.text()):
            problems["price"] = "Type a whole number, 0 to 100."
        for n, (name, weight) in enumerate(self.parts):
            if not name.text().strip() and not weight.text().strip():
                continue
            if not name.text().strip() or not _whole(weight.text()):
                problems[f"part{n}"] = "Give the part a name and a whole number."
                continue
            parts.append(Part(name.text().strip(), int(weight.text())))
        if self.form.show_problems(problems):
            price = int(self.price.text())
            self.write(lambda desk: (None, buying.set_weights(desk, self._row, price, parts)), "The weights are fixed.")


def _whole(typed: str) -> bool:
    text = typed.strip()
    return text.isascii() and text.isdecimal() and len(text) < 4


class QuoteForm(FormPane):
    """A quote asked for, or one that came, with its files; its price stays closed until quotes are opened."""

    def __init__(
        self, context: DeskContext, view: BuyingView, firms: Sequence[tuple[object, str]],
        choose: Callable[[Callable[[Sequence[Path]], object]], None], line: QuoteLine | None = None,
    ):  # fmt: skip
        super().__init__(context, f"Quote of {line.name}" if line else "Enter a quote", "Save quote", width=392)
        self._row, self._line = view.line.row.id, line
        self._files: list[Path] = []
        self.firm = narrow(Picker([(None, "Not in our list"), *firms]))
        self.name = QLineEdit()
        self.asked = DateField("Asked on", lambda: context.today, needed=False)
        self.came = DateField("Came on", lambda: context.today, needed=False)
        self.came.set_day(line.row.came_on if line else context.today)
        self.how = QLineEdit(line.row.came_how if line else "")
        self.valid = DateField("Holds until", lambda: context.today, needed=False)
        self.valid.set_day(line.row.valid_until if line else None)
        if line is None:
            self.form.add("firm", "Supplier", self.firm)
            self.form.add("name", "Or their name", self.name, optional=True)
            self.form.add("asked", "Asked on", self.asked, optional=True)
        self.form.add("came", "Came on", self.came, "Leave it empty while you wait for it.", optional=True)
        self.form.add("how", "How it came", self.how, "Sealed letter, e-mail, portal.", optional=True)
        self.form.add("valid", "Holds until", self.valid, optional=True)
        self.attached = plain_label("", "caption", "muted", wrap=True)
        self.attach = Button("Attach the quote", icon="paperclip", size=32, on_click=lambda: choose(self._take))
        self.form.add_widget(self.attach)
        self.form.add_widget(self.attached)
        self.lay_out(Well("Prices are entered when quotes are opened, with a witness."))

    def _take(self, paths: Sequence[Path]) -> None:
        self._files += paths
        self.attached.setText(words.listing([one.name for one in self._files]))

    def save(self) -> None:
        """Write it."""
        firm = self.firm.key()
        problems = self.form.unread_dates()
        if self._line is None and firm is None and not self.name.text().strip():
            problems["name"] = "Say who the quote is from."
        if not self.form.show_problems(problems):
            return
        line, files = self._line, tuple(self._files)
        came, how, valid = self.came.day(), self.how.text(), self.valid.day()
        if line is not None:
            self.write(lambda desk: (None, buying.change_quote(
                desk, line.row.id, came_on=came, came_how=how, valid_until=valid, files=files
            )), f"The quote of {line.name} is noted.")  # fmt: skip
            return
        named = self.name.text().strip() or self.firm.currentText()
        new = buying.NewQuote(named, firm if isinstance(firm, bytes) else None, self.asked.day(), came, how, valid, "",
                              files)  # fmt: skip
        self.write(lambda desk: buying.add_quote(desk, self._row, new), f"The quote of {named} is entered.")
