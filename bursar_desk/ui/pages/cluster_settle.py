"""To settle: what two schools wrote differently, side by side; nothing is chosen for the person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services.conflicts import clock_words
from bursar_desk.ui import theme
from bursar_desk.ui.pages.cluster_settle_list import BACK, SettleDelegate, SettleLine, SettleModel, field_words
from bursar_desk.ui.status_marks import INFO, OK, OVERDUE, PUT_OFF, MarkView, StatusChip
from bursar_desk.ui.widgets import Button, Card, Reflow, Row, Scroller, ground, hline, plain_label, vline

if TYPE_CHECKING:
    from bursar_desk.services.conflicts import Difference, Rival
    from bursar_desk.ui.pages.cluster_words import Fact

_LOOKS: Final = {"ok": OK, "soon": PUT_OFF, "overdue": OVERDUE, "info": INFO}


class SettleView(QFrame):
    """The list at the left, the two cards at the right. ``wanted(difference, rival, again)`` for one choice,
    ``all_wanted(difference, ids)`` for "use theirs for all" of its school, ``both_wanted(difference)`` to keep two
    texts, ``left`` when the person is done.
    """

    wanted = Signal(object, object, bool)
    all_wanted = Signal(object, object)
    both_wanted = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        ground(self, "bg")
        self._chosen: dict[str, str] = {}
        self._order: list[Difference] = []
        self._pending: set[str] = set()
        self._acts: dict[str, bytes] = {}
        self._settles: Collection[bytes] = ()
        self._sides: list[Button] = []
        self.model = SettleModel(self)
        self.list = QListView()
        self.list.setAccessibleName("Things to settle")
        self.list.setProperty("own_focus", True)
        self.list.setTabKeyNavigation(False)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setModel(self.model)
        self.list.setItemDelegate(SettleDelegate(self.list))
        self.list.selectionModel().currentChanged.connect(lambda now, _before: self._show(now))
        self._head = plain_label("", "strong")
        self._sub = plain_label("", "body", "muted")
        self._scroller = Scroller((24, 20, 24, 20), 12)
        self._shown: list[QWidget] = []
        self.later = Button("Decide later", hint="Alt+L", on_click=self.decide_later)
        _own_key(self.later, "Alt+L")
        self.all_theirs = Button("", "text", on_click=self._use_all)
        self.both = Button("Keep both", on_click=self._keep_both)
        self._facts = Reflow(spacing=24)
        self._lay_out()

    def _lay_out(self) -> None:
        side = ground(QWidget(), "surface")
        side.setFixedWidth(theme.px(304))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        inner = QVBoxLayout(head)
        inner.setContentsMargins(20, 12, 20, 12)
        inner.setSpacing(0)
        inner.addWidget(self._head)
        inner.addWidget(self._sub)
        foot = QWidget()
        below = QVBoxLayout(foot)
        below.setContentsMargins(20, 12, 20, 12)
        below.addWidget(plain_label("Ctrl+Z takes back your last choice.", "body", "muted", wrap=True))
        for part, stretch in ((head, 0), (hline(), 0), (self.list, 1), (hline(), 0), (foot, 0)):
            column.addWidget(part, stretch)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._scroller, 1)
        right.addWidget(hline())
        note = "The value you do not choose stays in History. “Decide later” keeps what is shown and asks again."
        said = Row(plain_label(note, "body", "muted", wrap=True), high=48)
        said.line.setContentsMargins(24, 8, 24, 8)
        right.addWidget(said)
        self._scroller.body.addStretch()
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(side)
        across.addWidget(vline())
        across.addLayout(right, 1)
        self._told = ground(QWidget(), "surface")
        top = QVBoxLayout(self._told)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(0)
        self._facts.line.setContentsMargins(24, 12, 24, 12)
        top.addWidget(self._facts)
        top.addWidget(hline())
        self._told.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._told)
        whole.addLayout(across, 1)

    # --- what is shown ---

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """What the merge before told, in one line above; nothing when the person came from the schools."""
        while self._facts.line.count():
            item = self._facts.line.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        said = [fact for fact in facts if fact.text]
        for fact in said:
            self._facts.line.addWidget(_FactView(fact))
        self._facts.line.addStretch(1)
        self._told.setVisible(bool(said))

    def set_differences(
        self, pending: Sequence[Difference], taken_back: Collection[bytes] = (), settles: Collection[bytes] = ()
    ) -> None:
        """Show what is to settle; what was settled in this sitting stays, ticked, and opens again when taken back.

        ``settles`` are the schools whose differences this desk may settle.
        """
        self._settles = settles
        gone = [one for one in self._order if self._acts.get(one.id) in taken_back and one.id in self._chosen]
        back = [one for one in gone if self._chosen[one.id] != BACK]
        self._chosen |= {one.id: BACK for one in back}
        self._pending = {one.id for one in (*pending, *gone)}
        by_id = {one.id: one for one in pending}
        known = {one.id for one in self._order}
        kept = [by_id.get(one.id, one) for one in self._order if one.id in by_id or one.id in self._chosen]
        self._order = kept + [one for one in pending if one.id not in known]
        here = self.current()
        self.model.set_lines([SettleLine(one, self._chosen.get(one.id, "")) for one in self._order])
        self._head.setText(f"{words.count(len(self._order), 'thing')} to settle")
        left = len(self._pending)
        self._sub.setText(f"{words.number(len(self._order) - left)} settled, {words.number(left)} to go")
        wanted = back[0].id if back else here.id if here and here.id in self._pending else self._next(here)
        self._go_to(wanted)

    def forget(self) -> None:
        """A new sitting: ticked ones go, put-off ones are asked again."""
        self._chosen.clear()
        self._acts.clear()
        self._order = []

    def current(self) -> Difference | None:
        """The difference shown."""
        index = self.list.currentIndex()
        return self.model.lines[index.row()].difference if index.isValid() else None

    @property
    def sides(self) -> list[Button]:
        """The buttons that choose, left to right."""
        return self._sides

    def _next(self, here: Difference | None) -> str | None:
        """What comes after: the next one nobody decided, else one put off, else nothing."""
        ids = [one.id for one in self._order]
        start = ids.index(here.id) + 1 if here is not None and here.id in ids else 0
        turn = ids[start:] + ids[:start]
        open_ones = [one for one in turn if one in self._pending]
        undecided = [one for one in open_ones if self._chosen.get(one, BACK) == BACK]
        return next(iter(undecided or open_ones), None)

    def _go_to(self, wanted: str | None) -> None:
        for place, line in enumerate(self.model.lines):
            if line.difference.id == wanted:
                self.list.setCurrentIndex(self.model.index(place, 0))
                return
        self._clear()
        self._all_settled()

    def _show(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        line = self.model.lines[index.row()]
        held = any(side.hasFocus() for side in self._sides) or self.later.hasFocus()
        self._clear()
        self._cards(line)
        if held and self._sides:
            self._sides[0].setFocus()

    def _cards(self, line: SettleLine) -> None:
        one = line.difference
        self._add(plain_label(one.school_name, "body", "muted", wrap=True))
        self._add(plain_label(f"{one.what}: {field_words(one)}", "subtitle", wrap=True, select=True))
        open_now = one.id in self._pending
        mine = one.school in self._settles
        said = "Both were written without knowing of the other. Everyone will see what you choose."
        if not mine:
            said = f"Only {one.school_name} can settle this. Tell them, or leave it to them."
        elif not open_now:
            said = f"Settled: {line.chosen}."
        elif line.chosen == BACK:
            said = "Your choice was taken back. Choose again, or leave it as it was."
        self._add(plain_label(said, "body", wrap=True))
        pair = Reflow(spacing=16)
        for number, rival in enumerate(one.rivals):
            pair.line.addWidget(self._card(one, rival, number, open_now=open_now and mine), 1)
        self._add(pair)
        if open_now:
            same = self._all_of(one)
            self.all_theirs.set_words(f"{_all_words(one)} for all {words.number(len(same))} from {one.school_name}")
            some_theirs = any(not rival.ours for rival in one.rivals)
            self.all_theirs.setVisible(len(same) > 1 and some_theirs and mine)
            self._add(Reflow(self.all_theirs, 1, self.both, self.later, spacing=12))
            self.later.show()
            self.both.setVisible(one.both_text and mine)

    def _card(self, one: Difference, rival: Rival, number: int, *, open_now: bool) -> Card:
        card = Card()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(8)
        title = (
            "You have" if rival.ours else "They sent" if any(r.ours for r in one.rivals) else f"{rival.school} wrote"
        )
        one_school = all(other.school == rival.school for other in one.rivals)
        owner = rival.school == one.school_name and not one_school
        if one_school and not rival.ours:
            title = f"{rival.computer or 'Your other computer'} has"
        head = Row(plain_label(title, "strong"), 1, high=28)
        head.line.setContentsMargins(0, 0, 0, 0)
        if owner:
            head.line.addWidget(StatusChip(INFO, "Your own record" if rival.ours else "Their own record"))
        column.addWidget(head)
        role = "title" if len(rival.said) <= 26 else "subtitle"
        column.addWidget(plain_label(rival.said, role, wrap=True, select=True))
        who = f"You, {rival.who}" if rival.ours else ", ".join(part for part in (rival.who, rival.school) if part)
        facts = (("Changed by", who), ("On", clock_words(rival.at_ms)), ("Computer", rival.computer))
        for label, value in facts:
            column.addWidget(hline())
            column.addWidget(_fact(label, value or "not known"))
        if rival.clock_wrong:
            said = "The clock of that computer looks wrong. The day may be too."
            column.addWidget(plain_label(said, "caption", "soon", wrap=True))
        column.addSpacing(4)
        if open_now:
            column.addWidget(self._choose_button(one, rival, number, loud=owner))
        column.addStretch()
        card.add(inner)
        return card

    def _choose_button(self, one: Difference, rival: Rival, number: int, *, loud: bool) -> Button:
        """Keep ours (Alt+K), Use theirs (Alt+U); a third value has no key of its own."""
        some_ours = any(other.ours for other in one.rivals)
        ours_side = rival.ours or (not some_ours and number == 0)
        where = rival.school if len({other.school for other in one.rivals}) > 1 else rival.computer or rival.who
        text = "Keep ours" if rival.ours else "Use theirs" if some_ours else f"Use what {where or 'they'} wrote"
        key = ("Alt+K" if ours_side else "Alt+U") if number < 2 else ""
        chosen = "kept ours" if rival.ours else "used theirs" if some_ours else f"used {where or 'theirs'}"
        button = Button(
            text, "filled" if loud else "outlined", size=48, hint=key,
            on_click=lambda: self._choose(one, rival, chosen),
        )  # fmt: skip
        button.setAccessibleName(f"{text}: {rival.said}")
        if key:
            _own_key(button, key)
        self._sides.append(button)
        return button

    def _all_settled(self) -> None:
        self._add(plain_label("All is settled", "subtitle"))
        self._add(plain_label("Your choices travel with your next file.", "body", "muted", wrap=True))
        finish = Button("Finish", "filled", on_click=self.left.emit)
        self._add(Reflow(finish, 1))
        if self.isVisible():
            finish.setFocus()

    # --- choosing ---

    def _choose(self, one: Difference, rival: Rival, chosen: str) -> None:
        before = self._chosen.get(one.id)
        self._chosen[one.id] = chosen
        self.wanted.emit(one, rival, before == BACK)

    def _keep_both(self) -> None:
        here = self.current()
        if here is not None and here.id in self._pending:
            self._chosen[here.id] = "kept both"
            self.both_wanted.emit(here)

    def settled(self, ids: Sequence[str], act: bytes | None) -> None:
        """Remember by which act differences were settled, to notice when it is taken back."""
        self._acts |= {one: act for one in ids if act is not None}

    def not_settled(self, one: Difference) -> None:
        """The choice could not be written: it is open again."""
        self._chosen.pop(one.id, None)

    def decide_later(self) -> None:
        """Keep what is shown and go on to the next."""
        here = self.current()
        if here is None or here.id not in self._pending:
            return
        self._chosen[here.id] = "later"
        wanted = self._next(here)
        self.model.set_lines([SettleLine(one, self._chosen.get(one.id, "")) for one in self._order])
        self._go_to(wanted)

    def _all_of(self, here: Difference) -> list[Difference]:
        """What is open of the same school, but for choices taken back: those are chosen one by one."""
        mine = [one for one in self._order if one.school == here.school and one.id in self._pending]
        return [one for one in mine if self._chosen.get(one.id) != BACK]

    def _use_all(self) -> None:
        here = self.current()
        if here is None:
            return
        mine = [one.id for one in self._all_of(here)]
        self._chosen |= dict.fromkeys(mine, _all_words(here).lower().replace("use", "used"))
        self.all_wanted.emit(here, mine)

    def _clear(self) -> None:
        self._sides = []
        for kept in (self.later, self.all_theirs, self.both):
            kept.setParent(self)
            kept.hide()
        for widget in self._shown:
            self._scroller.body.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown.clear()

    def _add(self, widget: QWidget) -> None:
        self._scroller.body.insertWidget(self._scroller.body.count() - 1, widget)
        self._shown.append(widget)


def _all_words(one: Difference) -> str:
    """What "theirs" is, where none of the values is ours: the one written last."""
    return "Use theirs" if any(rival.ours for rival in one.rivals) else "Use the later one"


class _FactView(QWidget):
    """A mark and a sentence of the summary."""

    def __init__(self, fact: Fact):
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(MarkView(_LOOKS[fact.tone]), 0, Qt.AlignmentFlag.AlignVCenter)
        label = plain_label(fact.text, "strong" if fact.tone == "ok" else "body", wrap=len(fact.text) > 60)
        line.addWidget(label, 1)


def _fact(label: str, value: str) -> QWidget:
    name = plain_label(label, "body", "muted")
    name.setFixedWidth(theme.px(96))
    said = plain_label(value, "body", wrap=True, select=True)
    said.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    row = Row(name, said, high=36)
    row.line.setContentsMargins(0, 4, 0, 4)
    row.line.setStretch(1, 1)
    return row


def _own_key(button: Button, key: str) -> None:
    """A key of its own, which the kit's giving out of letters leaves alone."""
    button.setProperty("letters", "own")
    button.setShortcut(QKeySequence(key))
