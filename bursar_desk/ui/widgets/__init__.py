"""The kit every page is built from; ``from bursar_desk.ui.widgets import Button, Card, ...``.

Each name is loaded when it is first asked for: the first window needs only a few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bursar_desk.ui.status_marks import MarkView, StatusChip
    from bursar_desk.ui.widgets.buttons import Button, Choice, IconButton, TickBox
    from bursar_desk.ui.widgets.cards import Avatar, Card, Row, Well
    from bursar_desk.ui.widgets.fields import DateField, NoteBox, NumberField, Picker, SearchBox, mark_wrong
    from bursar_desk.ui.widgets.forms import FieldForm, FieldRow
    from bursar_desk.ui.widgets.headers import PageHeader
    from bursar_desk.ui.widgets.icon_view import IconView
    from bursar_desk.ui.widgets.keys import give_letters, literal
    from bursar_desk.ui.widgets.labels import ground, hline, plain_label, set_ink, set_role, vline
    from bursar_desk.ui.widgets.messages import EmptyState, MessageStrip, ProgressBar, ProgressCard, UndoBar, announce
    from bursar_desk.ui.widgets.pages import Command, Page
    from bursar_desk.ui.widgets.panes import DetailPane, Scroller, SplitPane
    from bursar_desk.ui.widgets.reflow import Columns, Reflow
    from bursar_desk.ui.widgets.segments import Segments
    from bursar_desk.ui.widgets.strips import Box, BoxKey, StripBoxes
    from bursar_desk.ui.widgets.tables import CellDelegate, TableView

_WHERE: Final = {
    "bursar_desk.ui.status_marks": (
        "MarkView",
        "StatusChip",
    ),
    "bursar_desk.ui.widgets.buttons": (
        "Button",
        "Choice",
        "IconButton",
        "TickBox",
    ),
    "bursar_desk.ui.widgets.cards": (
        "Avatar",
        "Card",
        "Row",
        "Well",
    ),
    "bursar_desk.ui.widgets.fields": (
        "DateField",
        "NoteBox",
        "NumberField",
        "Picker",
        "SearchBox",
        "mark_wrong",
    ),
    "bursar_desk.ui.widgets.forms": (
        "FieldForm",
        "FieldRow",
    ),
    "bursar_desk.ui.widgets.headers": ("PageHeader",),
    "bursar_desk.ui.widgets.icon_view": ("IconView",),
    "bursar_desk.ui.widgets.keys": (
        "give_letters",
        "literal",
    ),
    "bursar_desk.ui.widgets.labels": (
        "ground",
        "hline",
        "plain_label",
        "set_ink",
        "set_role",
        "vline",
    ),
    "bursar_desk.ui.widgets.messages": (
        "EmptyState",
        "MessageStrip",
        "ProgressBar",
        "ProgressCard",
        "UndoBar",
        "announce",
    ),
    "bursar_desk.ui.widgets.pages": (
        "Command",
        "Page",
    ),
    "bursar_desk.ui.widgets.panes": (
        "DetailPane",
        "Scroller",
        "SplitPane",
    ),
    "bursar_desk.ui.widgets.reflow": (
        "Columns",
        "Reflow",
    ),
    "bursar_desk.ui.widgets.segments": ("Segments",),
    "bursar_desk.ui.widgets.strips": (
        "Box",
        "BoxKey",
        "StripBoxes",
    ),
    "bursar_desk.ui.widgets.tables": (
        "CellDelegate",
        "TableView",
    ),
}
_HOME: Final = {name: module for module, names in _WHERE.items() for name in names}


def __getattr__(name: str) -> object:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"the kit has no {name}")
    found: object = getattr(import_module(module), name)
    globals()[name] = found
    return found


__all__ = [
    "Avatar",
    "Box",
    "BoxKey",
    "Button",
    "Card",
    "CellDelegate",
    "Choice",
    "Columns",
    "Command",
    "DateField",
    "DetailPane",
    "EmptyState",
    "FieldForm",
    "FieldRow",
    "IconButton",
    "IconView",
    "MarkView",
    "MessageStrip",
    "NoteBox",
    "NumberField",
    "Page",
    "PageHeader",
    "Picker",
    "ProgressBar",
    "ProgressCard",
    "Reflow",
    "Row",
    "Scroller",
    "SearchBox",
    "Segments",
    "SplitPane",
    "StatusChip",
    "StripBoxes",
    "TableView",
    "TickBox",
    "UndoBar",
    "Well",
    "announce",
    "give_letters",
    "ground",
    "hline",
    "literal",
    "mark_wrong",
    "plain_label",
    "set_ink",
    "set_role",
    "vline",
]
