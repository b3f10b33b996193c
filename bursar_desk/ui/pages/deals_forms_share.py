"""Beside a deal: the form that fixes how its cost is shared, with each school's numbers, tried before it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.apportion import AREA, EQUAL, FIXED, METHODS, PERCENT, PUPILS, SITES, USES, WHOLE
from bursar_desk.services import deals
from bursar_desk.ui import theme
from bursar_desk.ui.pages.deals_forms import pence_typed, whole_typed
from bursar_desk.ui.pages.deals_forms_steps import SchoolTicks
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import hundredths_typed, narrow
from bursar_desk.ui.widgets import Button, DateField, NoteBox, Picker, Reflow, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.deals_shapes import DealView, VersionLine, WayLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

METHOD_WORDS: Final = {
    EQUAL: "Equally", PUPILS: "By pupils", AREA: "By floor area", USES: "By uses", SITES: "By sites",
    PERCENT: "By agreed per cent", FIXED: "A fixed amount each",
}  # fmt: skip
NUMBER_WORDS: Final = {
    PUPILS: "Pupils", AREA: "Square metres", USES: "Uses", SITES: "Sites", PERCENT: "Per cent", FIXED: "Pounds",
}  # fmt: skip
OWN: Final = "own"
PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class SharingSchool:
    """A school that may share a cost, with the numbers known of it."""

    school: bytes
    name: str
    inputs: Mapping[str, int]
    given: bool = False
    inside: bool = True


class MixtureRows(QWidget):
    """Up to three parts of a mixture: a way and its per cent; a fixed amount has none."""

    def __init__(self) -> None:
        super().__init__()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        self.rows: list[tuple[Picker, QLineEdit]] = []
        choices = [(one, METHOD_WORDS[one]) for one in METHODS]
        for n in range(PARTS):
            how = narrow(Picker(choices if n == 0 else [("", "Nothing more"), *choices]))
            how.setAccessibleName(f"Way {n + 1}")
            share = QLineEdit("100" if n == 0 else "")
            share.setAccessibleName(f"Per cent of way {n + 1}")
            share.setPlaceholderText("per cent")
            share.setFixedWidth(theme.px(88))
            across = QHBoxLayout()
            across.setSpacing(8)
            across.addWidget(how, 1)
            across.addWidget(share)
            lines.addLayout(across)
            self.rows.append((how, share))
        self.setFocusProxy(self.rows[0][0])

    def parts(self) -> tuple[tuple[str, int], ...] | None:
        """The parts typed; None where a per cent cannot be read."""
        found = []
        for how, share in self.rows:
            key = str(how.key() or "")
            if not key:
                continue
            size = 0 if key == FIXED else hundredths_typed(share.text())
            if size is None:
                return None
            found.append((key, size))
        return tuple(found)

    def set_parts(self, parts: Sequence[tuple[str, int]]) -> None:
        """Show a mixture."""
        for n, (how, share) in enumerate(self.rows):
            key, size = parts[n] if n < len(parts) else ("", 0)
            how.set_key(key)
            share.setText("" if not key or key == FIXED else f"{size / 100:g}")


class SharingForm(FormPane):
    """What deals and running costs share: the way, who takes part, their numbers, and a trial before saving.

    ``tries`` tells whether ``tried`` can work it out without saving.
    """

    tries: ClassVar[bool] = True

    def __init__(self, context: DeskContext, title: str, schools: Sequence[SharingSchool],
                 ways: Sequence[WayLine], chosen: WayLine | None, *, again: bool):  # fmt: skip
        super().__init__(context, title, "Fix it this way", width=440)
        self._schools, self._again = tuple(schools), again
        self._ways = {one.code: one.parts for one in ways}
        listed = [(one.code, one.words) for one in ways] or [
            (one, METHOD_WORDS[one]) for one in METHODS if one != FIXED
        ]
        if not ways:
            self._ways = {key: ((key, WHOLE),) for key, _ in listed}
        self.way = narrow(Picker([*listed, (OWN, "A mixture of our own")]))
        fixed = next((one.code for one in ways if one.chosen), None)
        self.way.set_key(chosen.code if chosen else fixed or listed[0][0])
        self.mixture = MixtureRows()
        self.mixture.set_parts(self._ways.get(str(self.way.key()), ((EQUAL, WHOLE),)))
        self.members = SchoolTicks([(one.school, one.name) for one in schools], [one.school for one in schools
                                                                               if one.inside])  # fmt: skip
        self.numbers = QWidget()
        self._grid = QGridLayout(self.numbers)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self.cells: dict[tuple[bytes, str], QLineEdit] = {}
        self._typed: dict[tuple[bytes, str], str] = {}
        self.source, self.why = QLineEdit(), NoteBox(lines=2)
        self.first, self.last = (
            DateField("First day of the year shared", lambda: context.today, needed=False),
            DateField("Last day of the year shared", lambda: context.today, needed=False),
        )
        self.result = QWidget()
        self._lines = QVBoxLayout(self.result)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        self._fields()

    def _fields(self) -> None:
        self.form.add("way", "How it is shared", self.way)
        self.form.add("mixture", "The parts, in per cent of 100", self.mixture)
        self.form.add("members", "Who takes part", self.members)
        self.form.add("numbers", "The numbers it rests on", self.numbers, "They are fixed with this version.")
        self.form.add("source", "Where the numbers are from", self.source, "For example January census 2027.")
        self.form.add("first", "First day of the year shared", self.first, optional=True)
        self.form.add("last", "Last day of the year shared", self.last, optional=True)
        if self._again:
            self.form.add("why", "Why it is shared anew", self.why, "A change makes a new version with a reason.")
        if self.tries:
            self.try_button = Button("Try it first", size=32, on_click=self.try_it)
            self.form.add_widget(Reflow(self.try_button, 1))
            self.form.add_widget(self.result)
        self.lay_out()
        self.way.picked.connect(lambda _key: self._way_picked())
        for how, _share in self.mixture.rows:
            how.picked.connect(lambda _key: self._show_numbers())
        for box in self.members.ticks.values():
            box.toggled.connect(lambda _on: self._show_numbers())
        self._way_picked()

    def _way_picked(self) -> None:
        own = self.way.key() == OWN
        self.form.row("mixture").setVisible(own)
        if not own:
            self.mixture.set_parts(self._ways[str(self.way.key())])
        self._show_numbers()

    def parts(self) -> tuple[tuple[str, int], ...] | None:
        """How it is shared as chosen now; None where a per cent cannot be read."""
        return self.mixture.parts() if self.way.key() == OWN else self._ways[str(self.way.key())]

    def _needed(self) -> list[str]:
        return [key for key, _size in dict(self.parts() or ()).items() if key != EQUAL]

    def _show_numbers(self) -> None:
        """The numbers each way needs, for each school that takes part; what was typed stays."""
        self._typed |= {key: cell.text() for key, cell in self.cells.items()}
        while self._grid.count():
            item = self._grid.takeAt(0)
            gone = item.widget() if item is not None else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.cells = {}
        needed, inside = self._needed(), set(self.members.chosen())
        heads = [NUMBER_WORDS[key] for key in needed]
        for n, head in enumerate(heads):
            self._grid.addWidget(plain_label(head, "caption-strong", "muted"), 0, n + 1)
        shown = [one for one in self._schools if one.school in inside]
        for row, one in enumerate(shown, 1):
            self._grid.addWidget(plain_label(one.name, wrap=True), row, 0)
            for n, key in enumerate(needed):
                self._grid.addWidget(self._cell(one, key), row, n + 1)
        self.form.row("numbers").setVisible(bool(heads) and bool(shown))

    def _cell(self, one: SharingSchool, key: str) -> QLineEdit:
        cell = QLineEdit(self._typed.get((one.school, key), shown_number(key, one)))
        cell.setAccessibleName(f"{NUMBER_WORDS[key]}, {one.name}")
        cell.setFixedWidth(theme.px(92))
        self.cells[(one.school, key)] = cell
        return cell

    def read(self, problems: dict[str, str]) -> deals.NewSharing:
        """Read the form; what has to be put right goes into ``problems``."""
        parts = self.parts()
        if parts is None:
            problems["mixture"] = "Type per cent like 25 or 12.5."
        inputs: dict[bytes, dict[str, int]] = {}
        known = {one.school: one for one in self._schools}
        for (school, key), cell in self.cells.items():
            value = self._number(key, cell.text(), problems)
            if value is None:
                continue
            one = known[school]
            if one.given or one.inputs.get(key) != value:
                inputs.setdefault(school, {})[key] = value
        if self._again and not self.why.toPlainText().strip():
            problems["why"] = "Say why it is shared anew."
        return deals.NewSharing(
            parts or (), self.source.text().strip(), self.why.toPlainText().strip(), self.members.chosen(), inputs,
            first=self.first.day(), last=self.last.day(),
        )  # fmt: skip

    def _number(self, key: str, text: str, problems: dict[str, str]) -> int | None:
        if key == FIXED:
            return pence_typed(text, "numbers", problems, "A fixed amount")
        if key != PERCENT:
            return whole_typed(text, "numbers", problems)
        found = hundredths_typed(text) if text.strip() else None
        if text.strip() and found is None:
            problems["numbers"] = "Type per cent like 25 or 12.5."
        return found

    def try_it(self) -> None:
        """Work it out as it stands, without saving."""
        problems = self.form.unread_dates()
        new = self.read(problems)
        problems.pop("why", None)
        if self.form.show_problems(problems):
            self.problem.hide()
            self.context.run(self, lambda desk: self.tried(desk, new), self._show, self.refused)

    def _show(self, version: VersionLine) -> None:
        while self._lines.count():
            item = self._lines.takeAt(0)
            gone = item.widget() if item is not None else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self._lines.addWidget(plain_label(f"{version.way_words}: only tried", "strong", wrap=True))
        for _school, name, net, vat in version.shares:
            cost = words.money_exact(net) + (f", VAT {words.money_exact(vat)}" if vat else "")
            self._lines.addWidget(Reflow(plain_label(name), 1, plain_label(cost)))
        if version.leftover_words:
            self._lines.addWidget(plain_label(version.leftover_words, "caption", "muted", wrap=True))

    def tried(self, desk: Desk, new: deals.NewSharing) -> VersionLine:
        """Work it out; on the database worker."""
        raise NotImplementedError

    def written(self, desk: Desk, new: deals.NewSharing) -> tuple[object, Changes]:
        """Write it; on the database worker."""
        raise NotImplementedError

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        new = self.read(problems)
        if self._needed() and not self.source.text().strip():
            problems["source"] = "Say where the numbers are from."
        if self.form.show_problems(problems):
            self.write(lambda desk: self.written(desk, new), "How the cost is shared is fixed.")


def shown_number(key: str, one: SharingSchool) -> str:
    """A number as it is typed."""
    value = one.inputs.get(key)
    if value is None:
        return ""
    if key in (PERCENT, FIXED):
        whole, odd = divmod(value, 100)
        return f"{whole}.{odd:02d}" if odd or key == FIXED else str(whole)
    return str(value)


class ShareForm(SharingForm):
    """Fixes how a deal is shared."""

    def __init__(self, context: DeskContext, view: DealView, chosen: WayLine | None = None):
        self._deal = view.line.id
        schools = [
            SharingSchool(
                one.school, one.name, one.inputs, one.given,
                (one.member or bool(one.steps)) if view.version is not None else one.said not in ("no", "taken back"),
            )
            for one in view.rows
        ]  # fmt: skip
        super().__init__(context, "Fix how it is shared", schools, view.ways, chosen, again=bool(view.versions))
        version = view.version
        if version is not None:
            self.source.setText(version.source)
        self.first.set_day(version.first if version else view.row.first)
        self.last.set_day(version.last if version else None)

    def tried(self, desk: Desk, new: deals.NewSharing) -> VersionLine:
        """Work it out."""
        return deals.try_way(desk, self._deal, new)

    def written(self, desk: Desk, new: deals.NewSharing) -> tuple[object, Changes]:
        """Write it."""
        return deals.share(desk, self._deal, new)
