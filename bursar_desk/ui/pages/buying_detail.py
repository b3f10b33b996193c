"""Beside the purchases: one of them, its sum and rule, its steps, and the quotes side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from bursar_desk.domain import scoring, words
from bursar_desk.services.buying_shapes import DONE, NOW, STOPPED
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import Column
from bursar_desk.ui.pages.buying_judge import marks_words
from bursar_desk.ui.pages.cover_sections import column, line
from bursar_desk.ui.status_marks import INFO, NOT_NEEDED, OK, SOON, UNKNOWN, Look, MarkView, StatusChip
from bursar_desk.ui.widgets import Button, DetailPane, MessageStrip, Reflow, Well, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.buying_shapes import BuyingView, QuoteLine, StepLine

STAGE_LOOKS: Final[dict[str, Look]] = {
    "started": INFO, "waiting": INFO, "in": SOON, "opened": SOON, "ready": SOON, "chosen": OK, STOPPED: NOT_NEEDED,
}  # fmt: skip
_STATES: Final = {
    "asked": "Asked, not here yet", "came": "", "came late": "Came late", "declined": "Declined",
    "withdrawn": "Withdrawn",
}  # fmt: skip
_NEXT: Final = {
    "weights": ("Fix the weights", "weights"), "quotes": ("Enter a quote", "quote"),
    "open": ("Open the quotes", "open"), "marks": ("Mark a quote", "mark"),
    "declare": ("Declare interests", "declare"), "choose": ("Choose a quote", "choose"),
}  # fmt: skip
WIDE: Final = 568


def purchase_columns(*, schools: bool) -> list[Column[BuyingView]]:
    """The columns of the purchases."""
    school = Column["BuyingView"]("School", lambda one: one.line.school_name, 140, ink="muted",
                                  tip=lambda one: one.line.school_name,
                                  sort=lambda one: one.line.school_name.casefold())  # fmt: skip
    return [
        Column("Purchase", lambda one: one.line.title, 160, lead=True, stretch=True, tip=lambda one: one.line.title,
               sort=lambda one: one.line.title.casefold()),
        *([school] if schools else []),
        Column("With VAT", lambda one: one.line.value_words, 88, right=True, sort=lambda one: one.judged.gross),
        Column("Quotes", lambda one: f"{one.line.held} of {max(1, one.line.needed)}", 64,
               sort=lambda one: one.line.held),
        Column("How far", lambda one: one.line.stage_words, 148, status=lambda one: STAGE_LOOKS[one.line.stage],
               sort=lambda one: one.line.stage_words),
    ]  # fmt: skip


class PurchasePane(DetailPane):
    """A purchase. ``wanted(step, quote)``: what a person wants to do, with the quote it is about or None."""

    wanted = Signal(str, object)

    def __init__(self, view: BuyingView, *, may_write: bool):
        super().__init__(view.line.title, width=WIDE)
        self.view, self._writes = view, may_write and view.line.stage != STOPPED
        stage = view.line.stage
        about = ", ".join(one for one in (view.line.school_name, view.line.service_words) if one)
        self.body.addWidget(Reflow(
            StatusChip(STAGE_LOOKS[stage], view.line.stage_words), plain_label(about, "caption", "muted"), 1
        ))  # fmt: skip
        for text in view.warnings:
            self.body.addWidget(MessageStrip("soon", text))
        self._side_by_side()
        self._steps()
        self._value()
        self._declared()
        if self._writes and stage != "chosen":
            stop = Button("Stop purchase", "text", size=32, on_click=lambda: self.wanted.emit("stop", None))
            self.body.addWidget(line(stop, 1))
        self.body.addStretch()
        if may_write:
            self._foot_buttons()

    # --- best value beside the cheapest ---

    def _side_by_side(self) -> None:
        view = self.view
        if not view.opened:
            return
        sides = (("Best value", view.best, False), ("Cheapest", view.cheapest, True))
        boxes = [_box(title, found, price_first=price_first) for title, found, price_first in sides if found]
        if boxes:
            row = Reflow(*boxes, spacing=12)
            for n in range(len(boxes)):
                row.line.setStretch(n, 1)
            self.body.addWidget(row)
        chosen = next((one for one in view.quotes if one.chosen), None)
        if chosen is not None:
            why = view.line.row.chosen_why
            self.body.addWidget(MessageStrip(
                "ok", f"{chosen.name} is chosen, {words.short_date(view.line.row.awarded_on, 'no date')}.", why
            ))  # fmt: skip

    # --- steps ---

    def _steps(self) -> None:
        for step in self.view.steps:
            self.body.addWidget(hline())
            self.body.addWidget(_step(step))
            if step.key == "quotes" and self.view.quotes:
                self.body.addWidget(self._quotes())
            if step.key == "weights":
                for text in self.view.late_weights:
                    self.body.addWidget(plain_label(text, "caption", "overdue", wrap=True))
        running = self.view.line.stage not in ("chosen", STOPPED)
        if running and self.view.opened and self.view.needs_first:
            self.body.addWidget(MessageStrip("soon", "To do before a quote can be chosen",
                                             " ".join(self.view.needs_first)))  # fmt: skip

    def _quotes(self) -> QWidget:
        """The quotes under each other, what they cost and gave side by side in columns."""
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(theme.px(28), 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(4))
        grid.setColumnStretch(0, 1)
        judged = self.view.result is not None
        heads = ("Quote", "Whole price", *(("Price", "Quality", "Marks") if judged else ()))
        for n, text in enumerate(heads):
            head = plain_label(text, "caption", "muted")
            grid.addWidget(_right(head) if n else head, 0, n)
        for place, one in enumerate(self.view.quotes):
            n = 2 * place + 1
            grid.addWidget(self._name(one), n, 0)
            if self._writes and self.view.line.stage != "chosen" and one.state not in ("declined", "withdrawn"):
                grid.addWidget(self._ways(one), n + 1, 0, 1, len(heads))
            unknown = "Hidden" if not self.view.opened else "None yet"
            price = words.money(one.whole) if one.whole is not None else unknown if one.live else ""
            strong = one in self.view.cheapest
            grid.addWidget(_right(plain_label(price, "strong" if strong else "body")), n, 1)
            if judged and one.scored is not None:
                best = one in self.view.best
                for at, value in ((2, one.scored.price), (3, one.scored.quality), (4, one.scored.total)):
                    role = "strong" if at == 4 and best else "body"
                    grid.addWidget(_right(plain_label(marks_words(value) or "to come", role)), n, at)
        return holder

    def _name(self, one: QuoteLine) -> QWidget:
        notes = [_STATES.get(one.state, ""), one.valid_words if one.live else "", _parts(one)]
        state = [plain_label(text, "caption", "overdue" if one.past and text == one.valid_words else "muted", wrap=True)
                 for text in notes if text]  # fmt: skip
        parts: list[QWidget] = [plain_label(one.name, "strong", wrap=True), *state]
        if self.view.opened:
            for n, file in enumerate(one.files):
                button = Button(file.name, "text", icon="paperclip", size=32)
                button.setToolTip("" if file.here else file.missing)
                button.clicked.connect(lambda _checked=False, row=one.row.id, at=n: self.wanted.emit(f"file {at}", row))
                parts.append(button)
        elif one.files:
            parts.append(plain_label(f"{words.count(len(one.files), 'file')}, closed", "caption", "muted"))
        holder = column(*parts, spacing=2)
        holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return holder

    def _ways(self, one: QuoteLine) -> QWidget:
        """What can be done about one quote."""
        opened = one.row.id.hex() in {str(row) for each in self.view.openings for row in each.quotes}
        ways = []
        if not opened:
            ways.append(("Note arrival" if one.state == "asked" else "Change quote", "change quote"))
        elif one.live:
            ways.append(("Enter price" if one.whole is None else "Correct price", "price"))
            if self.view.weights is not None and self.view.weights.parts:
                ways.append(("Mark quote", "mark"))
        ways.append(("Note refusal" if one.state == "asked" else "Note withdrawal", "decline"))
        made = []
        for text, step in ways:
            button = Button(text, "text", size=32)
            button.setAccessibleName(f"{text}: {one.name}")
            button.clicked.connect(lambda _checked=False, what=step: self.wanted.emit(what, one.row.id))
            made.append(button)
        return line(*made, 1, spacing=4)

    # --- value, interests ---

    def _value(self) -> None:
        view = self.view
        self.body.addWidget(hline())
        self.body.addWidget(plain_label("What it is worth", "strong"))
        for text in view.value_lines:
            self.body.addWidget(plain_label(text, "body", wrap=True, select=True))
        self.body.addWidget(Well(view.judged.sentence))
        for text in (*view.route_lines, *([f"In place of: {view.contract_title}."] if view.contract_title else [])):
            self.body.addWidget(plain_label(text, "body", "muted", wrap=True, select=True))
        if view.line.row.approved_by:
            day = words.short_date(view.line.row.approved_on)
            said = ", ".join(one for one in (f"Approved by {view.line.row.approved_by}", day) if one)
            self.body.addWidget(plain_label(f"{said}.", "body", "muted", wrap=True))
        if self._writes:
            route = Button("Say how it is bought", size=32, on_click=lambda: self.wanted.emit("route", None))
            self.body.addWidget(line(route, 1))

    def _declared(self) -> None:
        if not self.view.interests and not self.view.marks:
            return
        self.body.addWidget(hline())
        self.body.addWidget(plain_label("Interests declared", "strong"))
        for one in self.view.interests:
            said = "nothing to declare" if one.no_interest and not one.what else f"{one.what}. {one.steps}"
            day = words.short_date(one.said_on)
            self.body.addWidget(plain_label(f"{one.who}: {said}", "body", wrap=True, select=True))
            self.body.addWidget(plain_label(day, "caption", "muted"))
        if not self.view.interests:
            self.body.addWidget(plain_label("Nobody yet.", "body", "muted"))
        if self.view.result is not None:
            self.body.addWidget(plain_label(scoring.ROUNDING, "caption", "muted", wrap=True))

    # --- foot ---

    def next_step(self) -> tuple[str, str] | None:
        """The words and the step of the main button."""
        view = self.view
        if view.line.stage == STOPPED:
            return None
        if view.line.stage == "chosen":
            return "Make the contract", "contract"
        now = next((one.key for one in view.steps if one.state == NOW), "choose")
        if now == "choose" and any("must say" in one for one in view.needs_first):
            now = "declare"
        if now == "quotes" and view.opened:
            return "Say how it is bought", "route"
        if now == "choose" and view.needs_first and view.opened:
            return "Say how it is bought", "route"
        return _NEXT.get(now)

    def _foot_buttons(self) -> None:
        found = self.next_step()
        if found is not None:
            self.next_button = Button(found[0], "filled", on_click=lambda: self.wanted.emit(found[1], None))
            self.add_to_foot(self.next_button, 1)
        stage = self.view.line.stage
        if stage in ("chosen", STOPPED):
            return
        if self.view.line.held and not self.view.opened and found is not None and found[1] != "open":
            self.add_to_foot(Button("Open the quotes", on_click=lambda: self.wanted.emit("open", None)))
        elif found is not None and found[1] != "quote":
            self.add_to_foot(Button("Enter a quote", on_click=lambda: self.wanted.emit("quote", None)))


def _right(label: QWidget) -> QWidget:
    label.setProperty("align", "right")
    set_alignment = getattr(label, "setAlignment", None)
    if set_alignment is not None:
        set_alignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return label


def _parts(one: QuoteLine) -> str:
    """What each part of quality gave: ``Quality of work 34.00 of 40``."""
    if one.scored is None:
        return ""
    return ", ".join(f"{part.name} {marks_words(part.hundredths)} of {part.weight}" for part in one.scored.parts
                     if part.hundredths is not None)  # fmt: skip


def _box(title: str, found: tuple[QuoteLine, ...], *, price_first: bool) -> QWidget:
    one = found[0]
    names = words.listing([each.name for each in found])
    marks = f"{marks_words(one.scored.total)} marks" if one.scored and one.scored.total is not None else ""
    price = words.money(one.whole) if one.whole is not None else ""
    box = Well()
    layout = box.body
    layout.addWidget(plain_label(title, "caption", "muted"))
    layout.addWidget(plain_label(names, "strong", wrap=True))
    said = [price, marks] if price_first else [marks, price]
    layout.addWidget(plain_label(", ".join(text for text in said if text), "body", wrap=True))
    return box


def _step(step: StepLine) -> QWidget:
    """One step: its mark, its name, what was said."""
    look = OK if step.state == DONE else SOON if step.state == NOW else UNKNOWN
    word = {DONE: "done", NOW: "now"}.get(step.state, "later")
    mark = MarkView(look)
    mark.setAccessibleName(f"{step.title}: {word}")
    title = plain_label(step.title, "strong", "text" if step.state != "later" else "muted")
    state = plain_label(word, "caption", "muted")
    told = column(line(title, state, 1), plain_label(step.words, "body", "muted", wrap=True), spacing=0)
    holder = line(mark, spacing=12)
    layout = holder.layout()
    if layout is not None:
        layout.addWidget(told)
        told.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return holder



