"""The readings and other answers a check asks for, as rows to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from bursar_desk.domain.steps import Step, StepKind, parse_step
from bursar_desk.services.check_edit import spec_of
from bursar_desk.ui.pages.record_parts import column
from bursar_desk.ui.widgets import Button, FieldForm, IconButton, NumberField, Picker, hline

_KINDS: Final = (
    (StepKind.NUMBER, "A number"), (StepKind.TICK, "Pass or fail"), (StepKind.CHOICE, "One of some answers"),
    (StepKind.TEXT, "Words"), (StepKind.METER, "A meter"),
)  # fmt: skip


class StepRow(QWidget):
    """One reading: its name, what the answer is, the unit and the good range, or the answers to choose from."""

    changed = Signal()
    gone = Signal()

    def __init__(self, spec: Mapping[str, Any]):
        super().__init__()
        self._was = dict(spec)
        self.step = parse_step(spec)
        self.name, self.kind = QLineEdit(str(spec.get("name") or "")), Picker(_KINDS)
        self.kind.set_key(self.step.kind)
        self.unit, self.low, self.high = QLineEdit(self.step.unit), NumberField(), NumberField()
        self.low.set_value(self.step.low)
        self.high.set_value(self.step.high)
        self.choices = QLineEdit(", ".join(self.step.choices))
        self.form = FieldForm()
        self.form.add("name", "What is read", self.name)
        self.form.add("kind", "What the answer is", self.kind)
        self._unit = self.form.add("unit", "Unit", self.unit, optional=True)
        self._low = self.form.add("low", "Lowest good number", self.low, optional=True)
        self._high = self.form.add("high", "Highest good number", self.high, optional=True)
        self._choices = self.form.add("choices", "Answers", self.choices, "With a comma between them.")
        away = IconButton("x", "Take this reading away", on_click=self.gone.emit)
        line = QHBoxLayout()
        line.addWidget(self.form, 1)
        line.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)
        stack = column(self, 12)
        stack.addWidget(hline())
        stack.addLayout(line)
        self.kind.picked.connect(lambda _key: self._picked())
        for field in (self.name, self.unit, self.low, self.high, self.choices):
            field.textChanged.connect(lambda _text: self.changed.emit())
        self._show()

    def _picked(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        kind = StepKind(str(self.kind.key()))
        numeric = kind in (StepKind.NUMBER, StepKind.METER)
        for row in (self._unit, self._low, self._high):
            row.setVisible(numeric)
        self._choices.setVisible(kind is StepKind.CHOICE)

    def spec(self) -> dict[str, Any]:
        """The reading as the register keeps it; exactly as it was while nothing is changed."""
        was = self.step
        kind = StepKind(str(self.kind.key()))
        numeric = kind in (StepKind.NUMBER, StepKind.METER)
        choices = tuple(one.strip() for one in self.choices.text().split(",") if one.strip())
        now = Step(
            self.name.text().strip(), self.unit.text().strip() if numeric else "", self._limit(self.low, numeric),
            self._limit(self.high, numeric), kind, choices if kind is StepKind.CHOICE else (), was.photo,
            was.under if numeric else None, was.bad, was.advice,
        )  # fmt: skip
        return self._was if now == was and self._was else spec_of(now, self._was)

    @staticmethod
    def _limit(field: NumberField, numeric: bool) -> Decimal | None:
        return field.value() if numeric else None


class StepsEditor(QWidget):
    """Rows of readings; ``changed`` after every change."""

    changed = Signal()

    def __init__(self, specs: Sequence[Mapping[str, Any]]):
        super().__init__()
        self.rows: list[StepRow] = []
        self._stack = column(self, 12)
        self.add_button = Button("Add a reading", size=32, icon="plus", on_click=self._add)
        self._stack.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.add_button)
        for spec in specs:
            self._put(spec)

    def specs(self) -> tuple[dict[str, Any], ...]:
        """The readings as the register keeps them."""
        return tuple(row.spec() for row in self.rows)

    def _add(self) -> None:
        self._put({})
        self.rows[-1].name.setFocus()
        self.changed.emit()

    def _put(self, spec: Mapping[str, Any]) -> None:
        row = StepRow(spec)
        row.changed.connect(self.changed.emit)
        row.gone.connect(lambda: self._take(row))
        self._stack.insertWidget(len(self.rows), row)
        self.rows.append(row)

    def _take(self, row: StepRow) -> None:
        self.rows.remove(row)
        self._stack.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.add_button.setFocus()
        self.changed.emit()
