"""The style sheet of the program, made from the tokens; what it cannot say is painted by the kit's own widgets."""

from __future__ import annotations

from bursar_desk.ui.tokens import ROLES, Tokens


def style_sheet(tokens: Tokens, scale: float) -> str:
    """Dress labels, fields, lists, menus and frames. Selectors are properties the kit sets (``kit``, ``role``...)."""
    return "\n".join((_labels(tokens, scale), _fields(tokens, scale), _frames(tokens), _lists(tokens), _menus(tokens)))


def _labels(tokens: Tokens, scale: float) -> str:
    """Type roles and ink colours of labels; the line height is kept as the least height of a label."""
    rules = [
        f'QLabel[role="{role}"] {{ font-size: {round(size * scale)}px; font-weight: {int(weight)};'
        f" min-height: {round(line * scale)}px; }}"
        for role, (size, line, weight) in ROLES.items()
    ]
    inks = ("text", "muted", "accent", "on_accent", "ok", "soon", "overdue", "unknown", "info")
    rules += [f'QLabel[ink="{ink}"] {{ color: {getattr(tokens, ink)}; }}' for ink in inks]
    rules.append(f"QLabel:disabled {{ color: {tokens.border}; }}")
    return "\n".join(rules)


def _fields(tokens: Tokens, scale: float) -> str:
    high = round(40 * max(1.0, scale)) - 2
    tall = round(64 * max(1.0, scale)) - 2
    low = round(32 * max(1.0, scale)) - 2
    return f"""
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox {{
    background: {tokens.surface}; color: {tokens.text}; border: 1px solid {tokens.border}; border-radius: 6px;
    padding: 0 10px; min-height: {high}px; selection-background-color: {tokens.accent};
    selection-color: {tokens.on_accent}; placeholder-text-color: {tokens.muted};
}}
QPlainTextEdit, QTextEdit {{ padding: 6px 8px; }}
QLineEdit[low="true"], QComboBox[low="true"] {{ min-height: {low}px; padding: 0 8px; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] {{
    border: 2px solid {tokens.overdue}; padding: 0 9px;
}}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QLineEdit:read-only {{
    background: {tokens.surface_2}; border-color: {tokens.hairline};
}}
QLineEdit[kit="reading"] {{
    font-size: {round(32 * scale)}px; font-weight: 600; min-height: {tall}px; padding: 0 14px;
}}
QComboBox {{ padding-right: 32px; }}
QComboBox::drop-down {{ border: none; width: 32px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
    background: {tokens.surface}; border: 1px solid {tokens.border}; padding: 4px; outline: none;
    selection-background-color: {tokens.tint}; selection-color: {tokens.text};
}}
QComboBox QAbstractItemView::item {{ min-height: {low}px; padding: 0 6px; }}
QCheckBox, QRadioButton {{ outline: none; }}
"""


def _frames(tokens: Tokens) -> str:
    line = tokens.border if tokens.high_contrast else tokens.hairline
    return f"""
QMainWindow, QDialog {{ background: {tokens.bg}; }}
QWidget[ground="bg"] {{ background: {tokens.bg}; }}
QWidget[ground="surface"] {{ background: {tokens.surface}; }}
QWidget[ground="surface-2"] {{ background: {tokens.surface_2}; }}
QFrame[kit="card"] {{ background: {tokens.surface}; border: 1px solid {line}; border-radius: 8px; }}
QFrame[kit="well"] {{ background: {tokens.surface_2}; border: none; border-radius: 6px; }}
QFrame[kit="hline"] {{ background: {line}; border: none; max-height: 1px; min-height: 1px; }}
QFrame[kit="vline"] {{ background: {line}; border: none; max-width: 1px; min-width: 1px; }}
QFrame[kit="header"][ground="surface"] {{ border: none; border-bottom: 1px solid {line}; }}
QFrame[kit="foot"] {{ border: none; border-top: 1px solid {line}; background: {tokens.surface}; }}
QFrame[kit="undo"] {{ background: {tokens.text}; border-radius: 8px; }}
QFrame[kit="undo"] QLabel {{ color: {tokens.surface}; }}
QFrame[kit="practice"] {{ background: {tokens.info_tint}; border: none; border-bottom: 1px solid {tokens.info}; }}
QWidget[kit="rail"] {{ background: {tokens.bg}; border: none; border-right: 1px solid {line}; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollArea > QWidget > QWidget[kit="scrolled"] {{ background: transparent; }}
QSplitter::handle {{ background: {tokens.surface}; }}
QSplitter::handle:horizontal {{ border-left: 1px solid {line}; }}
QStatusBar {{ background: {tokens.surface_2}; border-top: 1px solid {line}; min-height: 27px; }}
QStatusBar::item {{ border: none; }}
"""


def _lists(tokens: Tokens) -> str:
    return f"""
QAbstractItemView {{ outline: none; }}
QTableView, QListView, QTreeView {{ background: {tokens.surface}; border: none; gridline-color: {tokens.hairline}; }}
QTreeView::item:selected {{ background: {tokens.tint}; color: {tokens.text}; }}
QListView[ground="bg"] {{ background: {tokens.bg}; }}
QListView[ground="none"] {{ background: transparent; }}
QHeaderView {{ background: {tokens.surface}; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
QScrollBar::handle {{ background: {tokens.border}; border-radius: 4px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {tokens.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _menus(tokens: Tokens) -> str:
    return f"""
QMenuBar {{ background: {tokens.surface_2}; color: {tokens.text}; border-bottom: 1px solid {tokens.hairline}; }}
QMenuBar::item {{ padding: 6px 12px; background: transparent; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {tokens.tint}; }}
QMenu {{ background: {tokens.surface}; color: {tokens.text}; border: 1px solid {tokens.border}; padding: 4px; }}
QMenu::item {{ padding: 7px 28px 7px 20px; border-radius: 4px; }}
QMenu::item:selected {{ background: {tokens.tint}; color: {tokens.text}; }}
QMenu::item:disabled {{ color: {tokens.border}; }}
QMenu::separator {{ height: 1px; background: {tokens.hairline}; margin: 4px 8px; }}
QToolTip {{
    background: {tokens.surface}; color: {tokens.text}; border: 1px solid {tokens.border}; padding: 4px 6px;
}}
"""
