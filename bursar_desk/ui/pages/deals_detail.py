"""Beside a deal: where a figure comes from. A school with its records, the offer, and every version of the sharing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from bursar_desk.domain import apportion, words
from bursar_desk.services import deals_quotes
from bursar_desk.services.enclosures import Enclosure
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.pages.deals_table import (
    BASIS,
    DIFFERENCE,
    GOVERNORS,
    NOW,
    SCHOOL,
    WOULD,
    look_of,
    money_or_not,
)
from bursar_desk.ui.status_marks import OVERDUE, Look, StatusChip
from bursar_desk.ui.widgets import Button, DetailPane, Reflow, Well, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.deals_shapes import (
        BaselineLine,
        DealSchool,
        DealView,
        DecisionLine,
        OfferLine,
        VersionLine,
        YearPart,
    )

_ORDER: Final = (NOW, WOULD, DIFFERENCE, BASIS, GOVERNORS)


def small(text: str) -> QWidget:
    """A quieter line that can be copied."""
    return plain_label(text, "caption", "muted", wrap=True, select=True)


def figure(title: str, value: str, *lines: str, ink: str = "text") -> list[QWidget]:
    """A figure with its title, and below it where it comes from."""
    parts: list[QWidget] = [plain_label(title, "strong"), plain_label(value, "subtitle", ink, wrap=True, select=True)]
    return [*parts, *(plain_label(one, "body", wrap=True, select=True) for one in lines if one)]


def said_by(who: str, day: Any, extra: str = "") -> str:
    """Who wrote a record down, and when."""
    on = f" on {words.long_date(day)}" if day is not None else ""
    who = who or "somebody who is not named"
    return f"Written down by {who}{on}." + (f" {words.sentence(extra)}" if extra else "")


def files_of(files: Sequence[Mapping[str, Any]], save: Callable[[Mapping[str, Any]], object]) -> list[QWidget]:
    """A button for each file a record names; a copy is saved, never opened in here."""
    made: list[QWidget] = []
    for one in files:
        name = str(one.get("name") or "file")
        button = Button(f"Save a copy of {name}", "text", icon="download", size=32, left=True,
                        on_click=partial(save, one))  # fmt: skip
        made.append(button)
    return made


def enclosure_of(facts: Mapping[str, Any]) -> Enclosure | None:
    """The file a record names; None where what it names cannot be one."""
    try:
        sha = bytes.fromhex(str(facts.get("sha256", "")))
        size = int(facts.get("size", 0))
    except (TypeError, ValueError):
        return None
    name = str(facts.get("name") or "file")
    return Enclosure(name, sha, size, str(facts.get("type") or "")) if len(sha) == 32 else None


class SchoolDealPane(DetailPane):
    """One school of a deal: each figure with the record it came from; the one clicked stands first."""

    baseline_wanted = Signal()
    decide_wanted = Signal()
    met_wanted = Signal(object)
    file_wanted = Signal(object)

    def __init__(self, view: DealView, school: DealSchool, first: str = NOW, *, may_decide: bool = False):
        super().__init__(school.name, width=400, padding=20)
        self.view, self.school, self.first = view, school, first
        self._may_decide = may_decide
        self.body.addWidget(StatusChip(look_of(school.governors_look), school.governors_words or "Not yet"))
        if school.sentence:
            self.body.addWidget(plain_label(school.sentence, wrap=True, select=True))
        order = [first, *(one for one in _ORDER if one != first)] if first in _ORDER else list(_ORDER)
        sections = {NOW: self._now, WOULD: self._would, DIFFERENCE: self._difference, BASIS: self._basis,
                    GOVERNORS: self._governors}  # fmt: skip
        for key in order:
            parts = sections[key]()
            if parts:
                self.body.addWidget(hline())
                self.body.addWidget(column(*parts))
        self._paid()
        self.body.addStretch()

    def _now(self) -> list[QWidget]:
        found = self.school.baseline
        parts = figure("Pays now", money_or_not(self.school.pays_now), found.words if found else "")
        if found is None:
            parts.append(plain_label("The school has not said what it pays today.", "body", "muted", wrap=True))
        else:
            parts += self._record(found)
        for one in self.school.baselines:
            if found is None or one.id != found.id:
                parts.append(small(f"Beside it: {one.words} {said_by(one.said_by, one.said_on, one.why)}"))
                parts += files_of(one.files, self.file_wanted.emit)
        if self.school.decides_here and self._may_decide:
            told = "Say it again, with a reason" if found else "Say what we pay today"
            parts.append(Reflow(Button(told, size=32, on_click=self.baseline_wanted.emit), 1))
        return parts

    def _record(self, found: BaselineLine) -> list[QWidget]:
        vat = f"VAT on it {words.money_exact(found.vat)} a year." if found.vat is not None else ""
        parts = [small(vat)] if vat else []
        if not found.documented:
            parts.append(plain_label("No dated document, so no saving is counted.", "strong", "soon", wrap=True))
        parts.append(small(said_by(found.said_by, found.said_on, found.why)))
        return [*parts, *files_of(found.files, self.file_wanted.emit)]

    def _would(self) -> list[QWidget]:
        version = self.view.version
        if version is None or self.school.would_pay is None:
            why = "Nobody has fixed how the cost is shared." if version is None else "It is not in this version."
            return [plain_label("Would pay", "strong"), plain_label(why, "body", "muted", wrap=True)]
        part, whole = self.school.basis, self.view.totals.basis
        by = f" {part} of {whole} {self.view.basis_title.lower()}." if part and whole else ""
        how = f"{version.way_words}, of {words.money_exact(version.total)} a year.{by}"
        vat = f"VAT on it {words.money_exact(self.school.vat or 0)}, shared on its own." if version.vat else ""
        once = f"Once: {words.money_exact(self.school.once)}." if self.school.once else ""
        parts = figure("Would pay", words.money_exact(self.school.would_pay), how, vat, once,
                       words.sentence(self.school.time_words))  # fmt: skip
        parts.append(small(f"Version {version.number}. {said_by(version.said_by, version.said_on, version.why)}"))
        return [*parts, *self._years(self.school.years)]

    def _years(self, years: Mapping[str, tuple[YearPart, ...]]) -> list[QWidget]:
        """By money year: the school’s own sort where it is known, else both."""
        shown = [self.school.money_year] if self.school.money_year in years else list(years)
        parts: list[QWidget] = []
        for kind in shown:
            said = "; ".join(f"{one.year.words}: {words.money_exact(one.net)}" for one in years[kind])
            if said:
                parts.append(small(f"By money year: {said}."))
        return parts

    def _difference(self) -> list[QWidget]:
        if self.school.difference is None:
            return []
        ink = OVERDUE.tone if self.school.dearer else "text"
        how = f"{money_or_not(self.school.pays_now)} now, less {money_or_not(self.school.would_pay)}."
        return figure("Difference", words.sentence(self.school.difference_words).rstrip("."), how, ink=ink)

    def _basis(self) -> list[QWidget]:
        version = self.view.version
        lines = [f"{_INPUT.get(key, key)}: {_amount(key, value)}" for key, value in self.school.inputs.items()]
        if not lines and not self.school.basis:
            return []
        parts = figure(self.view.basis_title or "What it rests on", self.school.basis or "not known")
        parts += [small(one) for one in lines]
        if self.school.given:
            parts.append(small("Given by the school, because the register has none."))
        if version is not None:
            parts.append(small(f"{words.sentence(version.source)} {said_by(version.said_by, version.said_on)}".strip()))
        return parts

    def _governors(self) -> list[QWidget]:
        found = self.school.decision
        parts: list[QWidget] = [plain_label("Governors", "strong")]
        if found is None:
            parts.append(plain_label("No decision is recorded.", "body", "muted", wrap=True))
        else:
            parts += self._decision(found)
        for one in self.school.decisions:
            if found is None or one.id != found.id:
                parts.append(small(f"Before: {words.sentence(one.words)}"))
        if self.school.decides_here and self._may_decide:
            parts.append(Reflow(Button("Record a decision", "filled", size=32, on_click=self.decide_wanted.emit), 1))
        return parts

    def _decision(self, one: DecisionLine) -> list[QWidget]:
        parts: list[QWidget] = [plain_label(words.sentence(one.words), wrap=True, select=True)]
        if one.seen_words:
            parts.append(small(words.sentence(one.seen_words)))
        if one.conditions:
            parts.append(Well(f"Conditions: {one.conditions}"))
            met = f"Met: {one.conditions_met}" if one.conditions_met else "Nobody has noted that this is done."
            parts.append(small(words.sentence(met)))
            if self.view.ours and not one.conditions_met:
                parts.append(Reflow(Button("Note that it is done", size=32,
                                           on_click=lambda: self.met_wanted.emit(one)), 1))  # fmt: skip
        parts.append(small(said_by(one.said_by, one.said_on)))
        return parts

    def _paid(self) -> None:
        one = self.school
        if one.step_words:
            self.body.addWidget(hline())
            self.body.addWidget(plain_label(words.sentence(one.step_words), wrap=True, select=True))
        if one.paid or one.paid_vat:
            self.body.addWidget(hline())
            left = f", {words.money_exact(one.left)} still to pay" if one.left is not None else ""
            self.body.addWidget(plain_label(f"Paid {words.money_exact(one.paid)}{left}.", wrap=True, select=True))


_INPUT: Final = {
    "pupils": "Pupils", "area": "Floor area", "uses": "Uses", "sites": "Sites", "percent": "Per cent agreed",
    "fixed": "Fixed amount",
}  # fmt: skip


def _amount(key: str, value: int) -> str:
    if key == apportion.FIXED:
        return words.money_exact(value)
    if key == apportion.PERCENT:
        return apportion.per_cent(value)
    return f"{words.number(value)} m²" if key == apportion.AREA else words.number(value)


class OfferPane(DetailPane):
    """The offer that counts and those before it, with the quotes as the governors saw them."""

    file_wanted = Signal(object)

    def __init__(self, view: DealView):
        super().__init__("The offer", width=424, padding=20)
        self.view = view
        for one in sorted(view.offers, key=lambda one: not one.current):
            self.body.addWidget(column(*self._offer(one)))
            self.body.addWidget(hline())
        if not view.offers:
            self.body.addWidget(plain_label("There is no offer yet.", "body", "muted", wrap=True))
        self.body.addStretch()

    def _offer(self, one: OfferLine) -> list[QWidget]:
        title = one.supplier_name if one.current else f"Before: {one.supplier_name}"
        parts = figure(title, f"{words.money_exact(one.yearly)} a year", words.sentence(one.words))
        terms = [f"For {words.count(one.months, 'month')}." if one.months else "",
                 f"It stands until {words.long_date(one.valid_until)}." if one.valid_until else ""]  # fmt: skip
        parts += [small(said) for said in terms if said]
        if one.compared:
            parts.append(plain_label("Quotes side by side", "strong"))
            parts += [_quote(quote) for quote in one.compared]
            weighed = deals_quotes.weighed_words(one.compared)
            parts += [small(weighed)] if weighed else []
        if one.chosen_why:
            parts.append(Well(f"Why this one: {one.chosen_why}"))
        parts.append(small(said_by(one.said_by, one.said_on, one.why)))
        return [*parts, *files_of(one.files, self.file_wanted.emit)]


def _quote(quote: Mapping[str, Any]) -> QWidget:
    """One quote as it was frozen; parts a newer program wrote are left out."""
    name = str(quote.get("supplier") or quote.get("name") or "A supplier")
    yearly = quote.get("yearly")
    price = words.money_exact(yearly) if isinstance(yearly, int) and not isinstance(yearly, bool) else "no price"
    chosen = ", chosen" if quote.get("chosen") is True else ""
    head = Reflow(plain_label(f"{name}{chosen}", "strong" if chosen else "body", wrap=True), 1, plain_label(price))
    found = [str(quote[key]) for key in ("words", "why", "note") if isinstance(quote.get(key), str) and quote[key]]
    found = [one for one in (deals_quotes.marks_words(quote), *found) if one]
    return column(head, *(small(words.sentence(one)) for one in found), spacing=0)


class VersionsPane(DetailPane):
    """Every version of how the cost is shared, the one that counts first; each adds up by itself."""

    def __init__(self, view: DealView):
        super().__init__("How the cost was shared", width=424, padding=20)
        for one in sorted(view.versions, key=lambda one: (not one.current, -one.number)):
            self.body.addWidget(column(*_version(one)))
            self.body.addWidget(hline())
        if not view.versions:
            self.body.addWidget(plain_label("Nobody has fixed how the cost is shared.", "body", "muted", wrap=True))
        self.body.addStretch()


def _version(one: VersionLine) -> list[QWidget]:
    now = ", the one that counts" if one.current else ""
    parts = figure(f"Version {one.number}{now}", one.way_words, f"{words.money_exact(one.total)} a year, VAT "
                   f"{words.money_exact(one.vat)}.")  # fmt: skip
    if one.odd:
        parts.append(plain_label(one.odd, "strong", "overdue", wrap=True))
    for _school, name, net, vat in one.shares:
        cost = words.money_exact(net) + (f", VAT {words.money_exact(vat)}" if vat else "")
        parts.append(Reflow(plain_label(name, "body"), 1, plain_label(cost)))
    if one.leftover_words:
        parts.append(small(one.leftover_words))
    parts.append(small(f"{words.sentence(one.source)} {said_by(one.said_by, one.said_on, one.why)}".strip()))
    return parts


def chip(look: Look, text: str) -> StatusChip:
    """A chip of the width lists use."""
    return StatusChip(look, text, width=132)


__all__ = [
    "SCHOOL", "OfferPane", "SchoolDealPane", "VersionsPane", "chip", "enclosure_of", "figure", "files_of", "said_by",
    "small",
]  # fmt: skip
