"""Colours, type, sizes and the style sheet: every look of the program is a token of this page, in light and in dark.

Widgets that paint themselves ask ``colour("accent")``, ``font("strong")`` and ``px(40)`` at paint time, so a change of
scheme or of text size needs nothing from them. Everything else is dressed by ``style_sheet()``.
"""

from __future__ import annotations

import enum
import sys
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

import resources
from bursar_desk.ui.style_sheet import style_sheet
from bursar_desk.ui.tokens import DARK, LIGHT, ROLES, Tokens


class Scheme(enum.Enum):
    """What a person chose: as the computer is set, or fixed."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


RESOURCES: Final = Path(resources.__file__).parent
"""A plain path, from source and frozen alike: importlib's reader would load the archive modules for it."""
BUNDLED_FAMILY: Final = "Source Sans 3"
_FONT_FILES: Final = ("SourceSans3-Regular", "SourceSans3-Semibold", "SourceSans3-Bold", "SourceSans3-It")
_TABULAR: Final = QFont.Tag("tnum")


class Watch(QObject):
    """Tells painters that cannot wait for the next repaint that the look has changed."""

    changed = Signal()


class _State:
    """The look in force; there is one per program, as there is one QApplication."""

    tokens: Tokens = LIGHT
    scheme: Scheme = Scheme.SYSTEM
    scale: float = 1.0
    fixed_scale: float | None = None
    family: str = ""
    listening: bool = False
    system_palette: QPalette | None = None
    watch: Watch | None = None


def apply(app: QApplication, scheme: Scheme = Scheme.SYSTEM, *, text_scale: float | None = None) -> None:
    """Dress the whole program. Call once before the first window, and again when a person changes the look.

    ``text_scale`` 1.0 is 100 %; ``None`` follows the text size the computer is set to.
    """
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    if _State.system_palette is None:
        _State.system_palette = QPalette(app.palette())
    _State.scheme = scheme
    _State.fixed_scale = text_scale
    _State.family = _State.family or _load_family()
    if not _State.listening:
        _State.listening = True
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(lambda _: _system_changed(app))
    _tell_the_title_bar(app, scheme)
    _State.scale = _system_text_scale(app) if text_scale is None else max(0.8, min(text_scale, 2.5))
    _State.tokens = _choose(app, scheme)
    app.setFont(font("body"))
    app.setPalette(make_palette(_State.tokens))
    app.setStyleSheet(style_sheet(_State.tokens, _State.scale))
    watch().changed.emit()


def _system_changed(app: QApplication) -> None:
    """The computer went dark or light: follow, unless the person fixed the look."""
    if _State.scheme is Scheme.SYSTEM and _choose(app, Scheme.SYSTEM) != _State.tokens:
        apply(app, Scheme.SYSTEM, text_scale=_State.fixed_scale)


def _tell_the_title_bar(app: QApplication, scheme: Scheme) -> None:
    """Let the window manager's own parts follow a fixed choice (no effect on some systems)."""
    hints = app.styleHints()
    if scheme is Scheme.SYSTEM:
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(Qt.ColorScheme.Dark if scheme is Scheme.DARK else Qt.ColorScheme.Light)


def _choose(app: QApplication, scheme: Scheme) -> Tokens:
    """The tokens for a choice: high contrast wins, then the fixed choice, then the computer's setting."""
    hints = app.styleHints()
    contrast = hints.accessibility().contrastPreference()
    if scheme is Scheme.SYSTEM and contrast == Qt.ContrastPreference.HighContrast and _State.system_palette is not None:
        return from_system(_State.system_palette)
    if scheme is Scheme.SYSTEM:
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if scheme is Scheme.DARK else LIGHT


def from_system(palette: QPalette) -> Tokens:
    """High contrast: the system's own colours only; every line becomes a full border."""
    role = QPalette.ColorRole
    ink, ground = palette.color(role.WindowText).name(), palette.color(role.Window).name()
    chosen, on_chosen = palette.color(role.Highlight).name(), palette.color(role.HighlightedText).name()
    grounds = ("bg", "surface", "surface_2", "tint")
    named = {field.name: ink for field in fields(Tokens) if field.name not in ("dark", "high_contrast")}
    named |= {name: ground for name in named if name in grounds or name.endswith("_tint")}
    named |= {"accent": chosen, "on_accent": on_chosen}
    return Tokens(**named, dark=palette.color(role.Window).lightness() < 128, high_contrast=True)


def _load_family() -> str:
    """Segoe UI where Windows has it, else the typeface that travels with the program."""
    if sys.platform == "win32" and "Segoe UI" in QFontDatabase.families():
        return "Segoe UI"
    folder = RESOURCES / "fonts"
    for name in _FONT_FILES:
        if QFontDatabase.addApplicationFontFromData((folder / f"{name}.ttf").read_bytes()) < 0:
            raise RuntimeError(f"the bundled typeface {name} cannot be loaded")
    return BUNDLED_FAMILY


def _system_text_scale(app: QApplication) -> float:
    """How much larger than usual the computer shows text (Windows: 9 pt is usual; elsewhere 96 dots an inch)."""
    if sys.platform == "win32":
        return max(1.0, min(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSizeF() / 9.0, 2.25))
    screen = app.primaryScreen()
    if sys.platform == "darwin" or screen is None:
        return 1.0
    return max(1.0, min(screen.logicalDotsPerInch() / 96.0, 2.25))


def watch() -> Watch:
    """The object whose ``changed`` signal follows every change of look."""
    if _State.watch is None:
        _State.watch = Watch()
    return _State.watch


def tokens() -> Tokens:
    """The colours in force."""
    return _State.tokens


def scheme() -> Scheme:
    """What the person chose (not what it came to)."""
    return _State.scheme


@cache
def _parsed(text: str) -> QColor:
    return QColor(text)


def colour(name: str) -> QColor:
    """The colour of a token by its name; text that starts with # is taken as it is. Do not change the answer."""
    return _parsed(name if name.startswith("#") else getattr(_State.tokens, name))


def scale() -> float:
    """How large text is, 1.0 at 100 %."""
    return _State.scale


def px(size: float) -> int:
    """A height or width that must grow with the text, in pixels; never smaller than at 100 %."""
    return round(size * max(1.0, _State.scale))


def line_height(role: str) -> int:
    """The line height of a type role in pixels at the text size in force."""
    return round(ROLES[role][1] * _State.scale)


@cache
def _font(role: str, family: str, factor: float, tabular: bool) -> QFont:
    size, _, weight = ROLES[role]
    made = QFont(family)
    made.setPixelSize(round(size * factor))
    made.setWeight(weight)
    if tabular:
        made.setFeature(_TABULAR, 1)
    return made


def font(role: str, *, tabular: bool = False) -> QFont:
    """The font of a type role (``ROLES``); ``tabular`` gives figures of one width, for grids."""
    return QFont(_font(role, _State.family or BUNDLED_FAMILY, _State.scale, tabular))


def make_palette(tokens: Tokens) -> QPalette:
    """The explicit palette under the style sheet, so that nothing is left to the platform's own colours."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for target, value in (
        (role.Window, tokens.bg),
        (role.WindowText, tokens.text),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.surface_2),
        (role.Text, tokens.text),
        (role.PlaceholderText, tokens.muted),
        (role.Button, tokens.surface),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.overdue),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Accent, tokens.accent),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.info),
        (role.ToolTipBase, tokens.surface),
        (role.ToolTipText, tokens.text),
        (role.Light, tokens.surface),
        (role.Midlight, tokens.surface_2),
        (role.Mid, tokens.hairline),
        (role.Dark, tokens.border),
        (role.Shadow, tokens.border),
    ):
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, target, QColor(tokens.border))
    return palette
