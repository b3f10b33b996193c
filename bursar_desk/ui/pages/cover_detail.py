"""The pane beside the week board: one school's day, from the gap to the return of what was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from bursar_desk.domain import cover_stage, words
from bursar_desk.ui.pages import cover_sections as parts
from bursar_desk.ui.pages.cover_data import balance_words
from bursar_desk.ui.widgets import Button, DetailPane, MessageStrip, Picker, ProgressBar, Well, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine, Helper, OfferLine
    from bursar_desk.services.guests import PackMade
    from bursar_desk.services.merging import MergeResult
    from bursar_desk.ui.pages.cover_data import Beside
    from bursar_desk.ui.widgets.buttons import Kind


class CoverWishes(QObject):
    """What the person asked for in the pane; the page does it."""

    ask = Signal(object, object)  # a Helper and the day to answer by
    said = Signal(object, str, str)  # a CoverLine of another school, yes, no or taken back, and why
    withdraw = Signal(object)  # an OfferLine
    owed = Signal()
    answered = Signal(object, str)  # a CoverLine and agreed, declined, cancelled or done
    pack = Signal(object)  # a CoverLine
    take_in = Signal()
    open_pack = Signal()
    report = Signal(object)  # the day
    take_back = Signal(object)  # an AbsenceLine
    another = Signal(object)  # the id of another absence of the day
    private = Signal(object)  # an AbsenceLine: show what was noted in private
    hours = Signal(object, object, int, int)  # a CoverLine, the day, from, to in minutes


class CoverDetail(DetailPane):
    """Shows a ``Beside``. Its loudest button is the next step; ``first_action`` is where Enter on the board goes."""

    def __init__(self, today: Callable[[], dt.date], *, owed: bool = False) -> None:
        super().__init__("Cover", width=352)
        self._today = today
        self.wishes = CoverWishes(self)
        self._shown: list[QWidget] = []
        self._first: Button | None = None
        self._owes = plain_label("", "body", wrap=True)
        self._made_of = plain_label("", "caption", "muted", wrap=True)
        self.owed_link = Button("See the hours owed", "text", size=32, on_click=self.wishes.owed.emit)
        self._may_open_owed = owed
        self.add_to_foot(parts.column(self._owes, self._made_of, parts.line(self.owed_link, 1), spacing=0), 1)
        self._progress = ProgressBar()
        self._progress_words = plain_label("", "strong", wrap=True)
        self._busy = parts.column(self._progress_words, self._progress, spacing=8)
        self._busy.hide()
        self.body.addWidget(self._busy)
        self.body.addStretch()

    # --- what is shown ---

    def show_beside(self, beside: Beside, told: QWidget | None = None) -> None:
        """Show a day; ``told`` is what came of the last step (a pack made, a return taken in)."""
        had_focus = self._holds_focus()
        self._clear()
        self.set_title(f"{beside.row.name}, {words.WEEKDAYS[beside.cell.day.weekday()]}")
        self._fill(beside, told)
        owes, made_of = balance_words(beside)
        self._owes.setText(owes)
        self._made_of.setText(made_of)
        self.owed_link.setVisible(self._may_open_owed and beside.owed_here)
        if had_focus:
            self.focus_first()

    def show_progress(self, text: str, done: int, total: int) -> None:
        """How far a file being read is."""
        self._busy.setVisible(done < total)
        self._progress_words.setText(text)
        self._progress.set_value(done, total)

    def end_progress(self) -> None:
        """The file is read, or was not."""
        self._busy.hide()

    def focus_first(self) -> None:
        """Go to the next step."""
        (self._first or self.close_button).setFocus()

    @property
    def first_action(self) -> Button | None:
        """The next step, if there is one."""
        return self._first

    def _holds_focus(self) -> bool:
        now = QApplication.focusWidget()
        return now is not None and self.isAncestorOf(now)

    def _clear(self) -> None:
        self._first = None
        for widget in self._shown:
            self.body.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown.clear()

    def _add(self, widget: QWidget) -> QWidget:
        """Put a part above the stretch at the end."""
        self.body.insertWidget(self.body.count() - 1, widget)
        self._shown.append(widget)
        return widget

    def _step(self, button: Button) -> Button:
        self._first = self._first or button
        return button

    def _buttons(self, *buttons: Button) -> None:
        """Buttons under each other as wide as the pane, so that long words fit."""
        self._add(parts.column(*buttons, spacing=8))

    # --- the states of a day ---

    def _fill(self, beside: Beside, told: QWidget | None) -> None:
        self._add(plain_label(words.long_date(beside.cell.day), "body", "muted", wrap=True))
        if told is not None:
            self._add(told)
        if len(beside.away) > 1:
            self._who_is_away(beside)
        asked = beside.cover
        if beside.asks_us and asked is not None and not beside.own:
            self._they_ask_us(asked)
        elif beside.absence is None:
            self._nobody_away(beside)
        elif asked is None:
            self._gap(beside)
        elif asked.stage in cover_stage.OPEN:
            self._asked(beside, asked)
        else:
            self._agreed(beside, asked)
        away = beside.absence
        if beside.has_private and away is not None:
            show = Button("Show the private note", "text", size=32, on_click=lambda: self.wishes.private.emit(away))
            self._add(show)

    def _who_is_away(self, beside: Beside) -> None:
        picker = Picker([(one.id, f"{one.name}, {one.when}") for one in beside.away], low=True)
        picker.setAccessibleName("Who is away")
        picker.set_key(beside.absence.id if beside.absence else None)
        picker.picked.connect(self.wishes.another)
        self._add(picker)

    def _nobody_away(self, beside: Beside) -> None:
        cell = beside.cell
        for one in beside.offers:
            self._offer(beside, one)
        if cell.state == "closed":
            said = f"The school is closed on this day: {cell.title}. Nobody has to unlock."
        elif cell.state == "offer" and not beside.own:
            said = "Ask them from the day you need somebody: report the absence, and they are listed."
        elif beside.own:
            said = "Nobody is away. Tell us when somebody is, and we show what is left uncovered."
        elif cell.state == "covered" and not cell.words:
            said = "Covered. Nobody has told us that they need help."
        else:
            title = cell.title[:1].upper() + cell.title[1:]
            said = " ".join(words.sentence(text) for text in (title, cell.words) if text)
            said += " They ask from their own desk; nobody has asked you."
        self._add(Well(said))
        if beside.own and beside.may_ask and cell.state != "closed":
            day = cell.day
            report = Button("Report absence", "filled", on_click=lambda: self.wishes.report.emit(day))
            self._buttons(self._step(report))

    def _offer(self, beside: Beside, offer: OfferLine) -> None:
        times = parts.times(offer.starts, offer.ends)
        self._add(MessageStrip("info", f"{offer.name} offers {times}", offer.sentence))
        if beside.may_ask:
            self._buttons(Button("Take this offer back", size=32, on_click=lambda: self.wishes.withdraw.emit(offer)))

    def _they_ask_us(self, asked: CoverLine) -> None:
        """Another school asks for one of our people: the answer is given under the board, what comes then is here."""
        what = {
            cover_stage.ACCEPTED: (f"You said yes to {asked.school_name}", "They have yet to confirm."),
            cover_stage.AGREED: (f"{asked.school_name} has {asked.helper}", "They send a cover pack."),
            cover_stage.DONE: (f"{asked.helper} has covered this", ""),
        }.get(asked.stage)
        days = f"{_days(asked)}."
        if what is None:
            waits = "They wait for your answer. You can say no under the board."
            self._add(MessageStrip("soon", f"{asked.school_name} asks for {asked.helper}", f"{days} {waits}"))
            yes = Button("Accept request", "filled", on_click=lambda: self.wishes.said.emit(asked, "yes", ""))
            self._buttons(self._step(yes))
            return
        self._add(MessageStrip("ok", what[0], f"{days} {what[1]}".strip()))
        button = Button("Open a cover pack", "filled", icon="folder-open", on_click=self.wishes.open_pack.emit)
        self._buttons(self._step(button))

    def _gap(self, beside: Beside) -> None:
        if beside.cell.state == "gap":
            said = ", ".join(part for part in (beside.cell.title, beside.cell.hours) if part)
            self._add(plain_label(said, "strong", wrap=True))
        if beside.gaps is not None:
            self._add(Well(parts.left_words(beside.gaps)))
        for one in beside.declined:
            self._add(plain_label(_said_no(one), "body", "muted", wrap=True))
        if beside.helpers is None:
            return
        self._who_can(beside)
        if beside.helpers.cannot:
            self._add(hline())
            self._add(parts.cannot_help(beside.helpers.cannot))
        self._add(hline())
        self._add(parts.uncovered(beside.helpers.gaps))
        self._take_back(beside)

    def _who_can(self, beside: Beside) -> None:
        """Who can help, each with a button to ask, and until when they are asked to answer."""
        said_no = {(one.helper, one.helper_school) for one in beside.declined}
        found = beside.helpers.can if beside.helpers else ()
        can = [one for one in found if not one.asked and (one.name, one.school) not in said_no]
        by = parts.answer_by_field(beside.answer_by, self._today) if beside.may_ask and can else None

        def ask(helper: Helper) -> None:
            self.wishes.ask.emit(helper, by.day() if by else None)

        helpers = parts.HelperList(can, ask if beside.may_ask else None)
        self._add(helpers)
        if by is not None:
            self._add(parts.labelled("Ask for an answer by", by))
        for button in helpers.buttons:
            self._step(button)
        if not beside.may_ask and can:
            self._add(plain_label(f"{beside.row.name} asks from its own desk. Ring them.", "body", "muted", wrap=True))

    def _asked(self, beside: Beside, asked: CoverLine) -> None:
        when = ", ".join(part for part in (_days(asked), asked.hours_words) if part)
        where = words.sentence(f"{asked.helper_school_name}. {when}")
        if asked.stage == cover_stage.ACCEPTED:
            self._accepted(beside, asked, words.sentence(when))
        else:
            self._waiting(beside, asked, where)
        for said in asked.overlaps:
            self._add(MessageStrip("soon", "Asked twice for the same time", said))
        if beside.gaps is not None:
            self._add(parts.uncovered(beside.gaps))

    def _accepted(self, beside: Beside, asked: CoverLine, where: str) -> None:
        self._add(MessageStrip("ok", f"{asked.helper_school_name} said yes to {asked.helper}", where))
        if beside.may_ask:
            yes = Button("Confirm this cover", "filled", icon="check", on_click=self._answer(asked, "agreed"))
            back = Button("Take the request back", "text", on_click=self._answer(asked, "cancelled"))
            self._buttons(self._step(yes), back)

    def _waiting(self, beside: Beside, asked: CoverLine, where: str) -> None:
        late = asked.stage == cover_stage.NO_ANSWER
        title = f"No answer about {asked.helper} yet" if late else f"Asked {asked.helper}"
        by = f" They were asked to answer by {words.weekday_date(asked.answer_by)}." if asked.answer_by else ""
        self._add(MessageStrip("overdue" if late else "soon", title, where + by))
        if not beside.may_ask:
            return
        self._add(plain_label("Note what they answer.", "body", "muted"))
        yes = Button("They said yes", "filled", on_click=self._answer(asked, "agreed"))
        no = Button("They said no", on_click=self._answer(asked, "declined"))
        back = Button("Take the request back", "text", on_click=self._answer(asked, "cancelled"))
        self._buttons(self._step(yes), no, back)

    def _agreed(self, beside: Beside, asked: CoverLine) -> None:
        name = parts.first_name(asked.helper)
        where = words.sentence(f"{asked.helper_school_name}. {_days(asked)}")
        if asked.stage == cover_stage.DONE:
            self._add(MessageStrip("ok", f"{asked.helper} has covered this", where))
        elif beside.came_back:
            self._add(MessageStrip("ok", f"What {name} did has come back", where))
        elif asked.grant is not None:
            self._add(MessageStrip("ok", f"{name} said yes and the pack is made", where))
        else:
            self._add(MessageStrip("ok", f"{asked.helper} said yes", where))
        if asked.noted_here and asked.stage == cover_stage.AGREED:
            self._add(plain_label("You noted their yes. Their own answer has not come.", "caption", "muted", wrap=True))
        for said in asked.overlaps:
            self._add(MessageStrip("soon", "Two covers for the same time", said))
        if beside.may_ask:
            self._agreed_steps(beside, asked)
        self._add(hline())
        self._add(parts.pack_contents(beside, asked))
        self._add(hline())
        self._add(parts.before_the_start(beside.chosen_helper, asked))
        if beside.may_ask:
            self._add(hline())
            note = self.wishes.hours
            self._add(parts.HoursWorked(asked, lambda day, a, b: note.emit(asked, day, a, b)))
            if asked.stage == cover_stage.AGREED:
                self._add(hline())
                self._add(Button("Cancel this cover", "text", size=32, on_click=self._answer(asked, "cancelled")))

    def _agreed_steps(self, beside: Beside, asked: CoverLine) -> None:
        packed = asked.grant is not None
        make = Button(
            "Make the pack again" if packed else "Make the pack", "outlined" if packed else "filled", icon="package",
            on_click=lambda: self.wishes.pack.emit(asked),
        )  # fmt: skip
        if not packed:
            self._buttons(self._step(make))
            return
        steps = [self._step(self._done_button(asked))] if beside.came_back and asked.stage == cover_stage.AGREED else []
        kind: Kind = "outlined" if beside.came_back else "filled"
        take = Button("Take the return in", kind, icon="inbox", on_click=self.wishes.take_in.emit)
        self._buttons(*steps, self._step(take), make)
        said = "You can also drop the file they sent back onto this page."
        self._add(plain_label(said, "caption", "muted", wrap=True))

    def _done_button(self, asked: CoverLine) -> Button:
        return Button("Mark this cover as done", "filled", icon="check", on_click=self._answer(asked, "done"))

    def show_private(self, said: tuple[str, ...]) -> None:
        """Show what was noted in private about the absence, until another day is looked at."""
        for text in said:
            self._add(MessageStrip("info", text, "Only the business manager and the head can see this."))

    def _take_back(self, beside: Beside) -> None:
        away = beside.absence
        if away is None or not beside.may_ask:
            return
        self._add(hline())
        text = f"{parts.first_name(away.name)} is not away after all"
        self._add(Button(text, "text", size=32, on_click=lambda: self.wishes.take_back.emit(away)))

    def _answer(self, asked: CoverLine, state: str) -> Callable[[], None]:
        return lambda: self.wishes.answered.emit(asked, state)


def _said_no(one: CoverLine) -> str:
    """Who said no or took a yes back, with the reason they gave."""
    why = f" {words.sentence(one.answer_why)}" if one.answer_why else ""
    if one.stage == cover_stage.TAKEN_BACK:
        return f"{one.helper_school_name} took their yes for {one.helper} back.{why}"
    return f"{one.helper} was asked and said no.{why}"


def _days(asked: CoverLine) -> str:
    if asked.first == asked.last:
        return words.long_date(asked.first)
    return f"{words.weekday_date(asked.first)} to {words.long_date(asked.last)}"


def pack_told(made: PackMade) -> MessageStrip:
    """What to say once a pack was written: where it is, what is in it, who can open it, what to do with it."""
    who = words.listing(made.recipients)
    return MessageStrip(
        "ok",
        f"Cover pack saved as {made.file.name}",
        f"It holds {words.listing(made.items)}. Only {who} can open it. Send it to them by email or on a stick.",
    )


def return_told(result: MergeResult) -> QWidget:
    """The receipt of files taken in: a strip for each file, and every entry of it by name."""
    shown: list[QWidget] = []
    for one in result.files:
        if not one.accepted:
            shown.append(MessageStrip("overdue", f"{one.path.name} was not taken in", one.refused_because))
            continue
        strip = MessageStrip("ok", one.sentence, " ".join(one.notes))
        shown.append(strip)
        for entry in one.entries:
            held = f", held back: {entry.held}" if entry.held else ""
            said = plain_label(f"{entry.what}: {entry.subject}", "body", wrap=True, select=True)
            who = plain_label(f"{entry.who}{held}", "caption", "muted", wrap=True)
            shown.append(parts.column(said, who, spacing=0))
    return parts.column(*shown, spacing=8)
