"""The kit every page is built from; ``from bursar_desk.ui.widgets import Button, Card, ...``."""

from __future__ import annotations

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
