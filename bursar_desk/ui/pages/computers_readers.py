"""Who may read our register: the question that is asked, and the row of somebody we know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.services import meeting
from bursar_desk.ui.status_marks import INFO
from bursar_desk.ui.widgets import Button, Row, StatusChip, plain_label
from bursar_desk.ui.widgets.question import Question

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.computers_data import Known

_ANSWERS: Final = (
    ("hub", "Checks and people, as our Cluster SBM"), ("neighbour", "People and cover"), ("member", "Messages only"),
    ("nothing", "Nothing more"), ("stay", "Leave it as it is"),
)  # fmt: skip


def known_row(known: Known, on_change: Callable[[Known], object] | None) -> QWidget:
    """A school or office with its words and what it reads; with the way to change that where the main key is."""
    said = QWidget()
    column = QVBoxLayout(said)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(plain_label(known.name, "strong", wrap=True))
    column.addWidget(plain_label(f"{known.note} {known.reads}", "caption", "muted", wrap=True))
    label = plain_label(known.words, "body", "text", wrap=True, select=True)
    parts: list[QWidget] = [StatusChip(INFO, "Known", width=108), said, label]
    if on_change is not None:
        change = Button("What they read", "text", size=32, on_click=lambda: on_change(known))
        change.setAccessibleName(f"Change what {known.name} reads")
        parts.append(change)
    row = Row(*parts, high=56)
    row.line.setStretch(1, 1)
    row.line.setStretch(2, 1)
    return row


def ask(parent: QWidget, known: Known, answered: Callable[[str], object]) -> Question:
    """Ask what somebody may read from now on; "stay" changes nothing."""
    text = (
        f"{known.reads} The next file for them holds what you choose. What they have already stays with them. "
        "Accidents and reasons for absence are never among it."
    )
    question = Question(parent, f"What may {known.name} read?", text, list(_ANSWERS))
    question.answered.connect(answered)
    question.open()
    return question


def change(desk: Desk, school: bytes, answer: str) -> str:
    """On the database worker: say it, and return the sentence for the person."""
    name = desk.school_name(school)
    if answer == "nothing":
        return meeting.stop_reading(desk, school)
    meeting.let_read(desk, school, role=answer)
    now = next(one for one in meeting.readers(desk) if one.school == school)
    return f"{name} may read: {now.words}."
