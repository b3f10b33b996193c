"""What the windows say and how they are made: no banned words, plain labels only, nothing that blocks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bursar_desk

PROJECT = Path(bursar_desk.__file__).parent
SCREENS = [
    *sorted((PROJECT / "ui").rglob("*.py")),
    PROJECT / "domain" / "words.py",
    PROJECT / "domain" / "typed_dates.py",
]
BANNED = (
    "asset|assets|entity|entities|sync|instance|record set|valid|invalid|error|illegal|oops|please|sorry|fail to|null|"
    "checksum|decrypt|occurrence"
)
# Kit parts that replace them stand in ui/widgets; everywhere else these would bring back markup, blocking or the wheel.
FORBIDDEN_CALLS = {
    "QLabel": "plain_label",
    "QMessageBox": "MessageStrip or the undo bar",
    "QComboBox": "Picker",
    "QSpinBox": "NumberField",
    "QDoubleSpinBox": "NumberField",
    "QDateEdit": "DateField",
    "QPushButton": "Button",
    "QCheckBox": "TickBox",
    "QRadioButton": "Choice",
    "QTableWidget": "TableModel and TableView",
    "QListWidget": "a model",
    "QTreeWidget": "a model",
    "QSortFilterProxyModel": "SQL, or TableModel.sort",
    "processEvents": "a Job",
    "QEventLoop": "a Job",
}


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string a person could see: no docstrings, no keys, no style sheets."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            text = node.value
            spoken = " " in text.strip() or text[:1].isupper()
            if spoken and not re.search(r"[{};]\s*\n|px;|: #|\[\w+=", text):
                yield node.lineno, text


def banned_in(source: str) -> list[str]:
    found = []
    for line, text in literals(ast.parse(source)):
        hit = re.search(rf"\b({BANNED})\b", text, re.IGNORECASE)
        if hit:
            found.append(f"line {line}: “{hit.group()}” in “{text}”")
    return found


def forbidden_in(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in FORBIDDEN_CALLS:
            found.append(f"line {node.lineno}: {name}; use {FORBIDDEN_CALLS[name]}")
        if name in ("exec", "exec_") and isinstance(node.func, ast.Attribute):
            found.append(f"line {node.lineno}: a nested event loop; use open() or popup()")
    return found


def test_no_banned_word_stands_on_a_screen() -> None:
    found = {str(path.relative_to(PROJECT)): banned_in(path.read_text(encoding="utf-8")) for path in SCREENS}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_pages_use_the_kit_and_nothing_that_blocks() -> None:
    own = PROJECT / "ui" / "widgets"
    found = {
        str(path.relative_to(PROJECT)): [
            hit
            for hit in forbidden_in(path.read_text(encoding="utf-8"))
            if not (path.parent == own and path.name in ("labels.py", "buttons.py", "fields.py") and "loop" not in hit)
        ]
        for path in sorted((PROJECT / "ui").rglob("*.py"))
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_the_word_test_can_fail() -> None:
    assert banned_in('title = "Invalid date"')
    assert banned_in('say("An error occurred")')
    assert not banned_in('"""An error in a docstring."""\nkey = "error"')


def test_the_kit_test_can_fail() -> None:
    assert forbidden_in("label = QLabel('x')")
    assert forbidden_in("dialog.exec()")
    assert forbidden_in("QApplication.processEvents()")
    assert not forbidden_in("plain_label('x')\nmenu.popup(where)")


def test_words_never_lean_on_the_computers_own_date_words() -> None:
    for path in SCREENS:
        calls = {
            node.func.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not calls & {"strftime", "monthName", "dayName"}, path.name
