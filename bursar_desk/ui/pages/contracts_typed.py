"""What people type from a letter, read strictly and read back: notice, months, sums, break dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.contract_terms import Notice
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_dates import NotADate, read_date
from bursar_desk.domain.typed_money import NotMoney, read_money
from bursar_desk.ui import theme
from bursar_desk.ui.widgets import mark_wrong, plain_label, set_ink

NOT_KNOWN: Final = ("tbc", "tba", "tbd", "n/a", "na", "?", "??", "-", "--", "ongoing", "on going", "unknown",
                    "not known")  # fmt: skip
"""What stands in registers for nothing: never read as a date, a sum or a length of time."""
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "eighteen": 18,
}  # fmt: skip
_NONE: Final = ("none", "no", "no notice", "nil", "0")
_UNITS: Final = {"day": "days", "week": "weeks", "month": "months", "wk": "weeks", "mth": "months"}
_NOTICE: Final = re.compile(
    r"(?P<count>\d{1,4}|[a-z]+)\s*(?:full\s+)?(?P<clear>clear\s+)?(?P<work>working\s+|business\s+)?"
    r"(?P<unit>day|week|month|wk|mth|year)s?['’]?s?(?:\s+notice)?"
)
_SAFE: Final = "Nothing was changed."


class NotRead(UserError):  # noqa: N818 - it names what was typed, not a fault of the program
    """What was typed cannot be read as one certain thing; the title says why."""


def says_nothing(typed: str) -> bool:
    """Whether somebody wrote that it is not known, in one of the usual ways."""
    return " ".join(typed.casefold().strip(" .").split()) in NOT_KNOWN


def leave_empty(typed: str, what: str) -> str:
    """The sentence for a field that says nothing: ``“TBC” is no date. Leave it empty until you know.``"""
    return f"{words.quoted(typed.strip())} is no {what}. Leave it empty until you know."


def read_notice(typed: str) -> Notice:
    """Read a length of notice: 3 months, 90 days, 6 weeks, 30 clear days, 20 working days, a month, 1 year, none.

    Raises ``NotRead`` with a plain sentence for anything else.
    """
    text = " ".join(typed.casefold().strip(" .").split())
    if says_nothing(text):
        raise NotRead(leave_empty(typed, "length of notice"), _SAFE)
    if text in _NONE:
        return Notice(0)
    if text.isdecimal():
        raise NotRead(f"Is it {text} days, weeks or months?", _SAFE, f"Type it like {text} months.")
    found = _NOTICE.fullmatch(text)
    count = None
    if found is not None:
        count = int(found["count"]) if found["count"].isdecimal() else _NUMBERS.get(found["count"])
    if found is None or count is None:
        raise NotRead("The notice could not be read.", _SAFE, "Type it like 3 months, 90 days or 6 weeks.")
    if found["unit"] == "year":
        count, unit = count * 12, "months"
    else:
        unit = _UNITS[found["unit"]]
    if found["work"]:
        if unit != "days":
            raise NotRead("Only days can be working days.", _SAFE, "Type it like 20 working days.")
        unit = "working days"
    made = Notice(count, unit, clear=bool(found["clear"]))
    if made.number != count:
        raise NotRead(f"{words.number(count)} {unit} of notice cannot be right.", _SAFE, "Look at the letter again.")
    return made


def read_pence(typed: str, name: str = "The price") -> int:
    """Read a sum in whole pence. Raises ``NotRead`` or ``NotMoney`` with a plain sentence."""
    if says_nothing(typed):
        raise NotRead(leave_empty(typed, "sum"), _SAFE)
    return read_money(typed, name=name)


def read_months(typed: str) -> int:
    """Read a length of time in months: 12, 12 months, 1 year, 3 years. Raises ``NotRead`` for anything else."""
    found = re.fullmatch(r"(\d{1,3}|[a-z]+)\s*(month|year|mth)?s?", " ".join(typed.casefold().split()))
    count = None
    if found is not None:
        count = int(found[1]) if found[1].isdecimal() else _NUMBERS.get(found[1])
    if says_nothing(typed) or count is None or found is None:
        raise NotRead("The length could not be read.", _SAFE, "Type it like 12 months or 2 years.")
    return count * 12 if found[2] == "year" else count


def read_breaks(typed: str, today: dt.date) -> tuple[dict[str, Any], ...]:
    """Read break dates, one on a line: ``1/10/2027`` or ``1/10/2027: 6 months``. Raises ``UserError``."""
    made: list[dict[str, Any]] = []
    for line in typed.splitlines():
        if not line.strip():
            continue
        day, _colon, notice = line.partition(":")
        one: dict[str, Any] = {"on": read_date(day, today=today, name=f"The break date “{day.strip()}”").isoformat()}
        if notice.strip():
            read = read_notice(notice)
            one |= {"notice": read.count, "unit": read.unit}
        made.append(one)
    return tuple(made)


def breaks_text(breaks: Any) -> str:
    """Break dates as they are typed, one on a line; what cannot be read is left out."""
    lines = []
    for one in breaks:
        try:
            day = words.short_date(dt.date.fromisoformat(str(one["on"])))
        except (ValueError, TypeError, KeyError):
            continue
        notice = f": {one['notice']} {one.get('unit', 'months')}" if one.get("notice") is not None else ""
        lines.append(f"{day}{notice}")
    return "\n".join(lines)


def read_days(typed: str, today: dt.date, name: str = "The date") -> tuple[dt.date, ...]:
    """Read several days, one on a line or parted by semicolons or commas. Raises ``NotADate``."""
    parts = [one.strip() for one in re.split(r"[\n;,]", typed)]
    return tuple(dict.fromkeys(read_date(one, today=today, name=f"{name} “{one}”") for one in parts if one))


class ReadField(QWidget):
    """A line read strictly as something: what was understood stands below it, and on leaving also what was not.

    ``reader`` returns what was typed, or raises ``UserError``; ``said`` puts it into words. ``value()`` is None while
    the field is empty or cannot be read; ``problem()`` says why.
    """

    changed = Signal(object)

    def __init__(
        self, reader: Callable[[str], Any], said: Callable[[Any], str], *, example: str = "", needed: str = "",
        width: int = 220,
    ):  # fmt: skip
        super().__init__()
        self._reader, self._told, self._needed = reader, said, needed
        self._value: Any = None
        self.edit = QLineEdit(self)
        self.edit.setPlaceholderText(example)
        self.edit.setMaximumWidth(theme.px(width))
        self._said = plain_label("", "caption", "muted", wrap=True)
        self._said.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.edit)
        column.addWidget(self._said)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(lambda _text: self._read(final=False))
        self.edit.editingFinished.connect(lambda: self._read(final=True))

    def value(self) -> Any:
        """What was read, None for nothing."""
        return self._value

    def set_text(self, text: str) -> None:
        """Show something as if it had been typed."""
        self.edit.setText(text)

    @property
    def said(self) -> str:
        """What stands below the field."""
        return self._said.text()

    def problem(self) -> str:
        """Why nothing was read, in words; empty when all is well."""
        if not self.edit.text().strip():
            return self._needed
        try:
            self._reader(self.edit.text())
        except UserError as wrong:
            return " ".join(part for part in (wrong.title, wrong.remedy) if part)
        return ""

    def _read(self, *, final: bool) -> None:
        wrong, value = "", None
        if self.edit.text().strip():
            try:
                value = self._reader(self.edit.text())
            except UserError as problem:
                wrong = " ".join(part for part in (problem.title, problem.remedy) if part)
        if value is not None:
            self._say(self._told(value), wrong=False)
        elif wrong and final:
            self._say(wrong, wrong=True)
        elif not wrong or not self.edit.property("wrong"):
            self._say("", wrong=False)
        if value != self._value:
            self._value = value
            self.changed.emit(value)

    def _say(self, text: str, *, wrong: bool) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))
        set_ink(self._said, "overdue" if wrong else "muted")
        self.edit.setAccessibleDescription(text)
        mark_wrong(self.edit, wrong=wrong)


def money_field(name: str = "The price", said: str = "{} a year") -> ReadField:
    """A field for a sum, read back with its pence."""
    return ReadField(
        lambda text: read_pence(text, name), lambda pence: said.format(words.money_exact(pence)), example="2,610.00",
        width=160,
    )  # fmt: skip


__all__ = [
    "NotADate", "NotMoney", "NotRead", "ReadField", "breaks_text", "leave_empty", "money_field", "read_breaks",
    "read_days", "read_months", "read_notice", "read_pence", "says_nothing",
]  # fmt: skip
