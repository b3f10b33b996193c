"""Undoing a whole merge from its receipt: what would happen in words, one button, and afterwards "Put back"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from bursar_desk.domain import words
from bursar_desk.services import undo_merge
from bursar_desk.ui.widgets import Button, MessageStrip

if TYPE_CHECKING:
    from bursar_desk.services.merging import PastReceipt
    from bursar_desk.services.undo_merge import UndoPlan
    from bursar_desk.ui.pages.base import DeskContext
    from bursar_desk.ui.pages.cluster_receipt_lines import FileLine


class UndoPart(MessageStrip):
    """One strip under a receipt's sums. ``acted(Changes, sentence)`` when a merge was undone or put back."""

    acted = Signal(object, str)

    def __init__(self, context: DeskContext):
        super().__init__("unknown", "")
        self._context = context
        self._line: FileLine | None = None
        self._plan: UndoPlan | None = None
        self.undo_button = Button("Undo this merge", size=32, on_click=self._undo)
        self.back_button = Button("Put back", size=32, on_click=self._put_back)
        self.add_button(self.undo_button)
        self.add_button(self.back_button)
        self.hide()

    def show_for(self, line: FileLine | None) -> None:
        """Show what can be undone of a file; nothing for a preview or a file that was not taken in."""
        same = self._line is not None and line is not None and self._line.number == line.number
        self._line, self._plan = line, None
        nothing = line is None or not line.number or (line.file is not None and not line.file.fresh)
        if nothing or not same:
            self.hide()  # read again for the same file it stays, and so does the focus
        if line is None or nothing:
            return
        number = line.number
        self._context.run(self, lambda desk: undo_merge.can_undo(desk, number), self._show)

    def follow(self, receipts: Mapping[int, PastReceipt]) -> None:
        """Read again for the file shown."""
        if self._line is not None and self._line.number in receipts:
            self.show_for(self._line)

    def _show(self, plan: UndoPlan) -> None:
        if self._line is None or plan.number != self._line.number:
            return  # meanwhile another file was chosen
        self._plan = plan
        undone = plan.undone_by_act is not None
        self.set_tone("soon" if undone else "unknown")
        if undone:
            self.set_text("This merge is undone", "Its entries stay in the history and have no effect. Put them back?")
        elif plan.possible:
            left = words.count(plan.still_days, "day")
            self.set_text(f"This merge can be undone for {left} more", plan.sentence)
        else:
            self.set_text("This merge cannot be undone", plan.refused_because)
        held = self.undo_button.hasFocus() or self.back_button.hasFocus()
        self.undo_button.setVisible(plan.possible and not undone)
        self.back_button.setVisible(undone)
        self.show()
        if held:
            (self.back_button if undone else self.undo_button).setFocus()

    def _undo(self) -> None:
        plan = self._plan
        if plan is None or not plan.possible:
            return
        said = f"The merge of the file from {plan.sender} is undone."
        self._context.run(
            self, lambda desk: undo_merge.undo_merge(desk, plan.number), lambda done: self.acted.emit(done, said)
        )

    def _put_back(self) -> None:
        plan = self._plan
        if plan is None or plan.undone_by_act is None:
            return
        said = f"The file from {plan.sender} counts again."
        self._context.run(
            self, lambda desk: undo_merge.put_back(desk, plan.number), lambda done: self.acted.emit(done, said)
        )
