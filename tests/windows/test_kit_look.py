"""The look: contrast and colour-blind distance of every pair, both schemes, high contrast, type and icons."""

from __future__ import annotations

import itertools
import math
from importlib.resources import files

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontInfo, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication

from bursar_desk.domain import words
from bursar_desk.ui import icons, status_marks, theme
from bursar_desk.ui.style_sheet import style_sheet
from bursar_desk.ui.tokens import DARK, LIGHT, ROLES, Tokens

SCHEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
TEXT = [
    *((ink, ground) for ink in ("text", "muted", "accent") for ground in ("bg", "surface", "surface_2")),
    *((ink, "tint") for ink in ("text", "muted")),
    ("on_accent", "accent"),
    *((tone, f"{tone}_tint") for tone in ("ok", "soon", "overdue", "unknown", "info")),
    *((tone, "surface") for tone in ("ok", "soon", "overdue", "unknown", "info")),
    *(("text", f"{tone}_tint") for tone in ("ok", "soon", "overdue", "unknown", "info")),
    ("overdue", "bg"),
    ("soon", "tint"),
    ("overdue", "tint"),
    ("accent", "tint"),
    ("surface", "text"),  # the undo bar
]
PARTS = [("border", "bg"), ("border", "surface"), ("border", "surface_2"), ("accent", "bg"), ("accent", "tint")]
PARTS += [("focus", ground) for ground in ("bg", "surface", "surface_2", "tint")] + [("ok", "surface")]
# Full-strength matrices of Machado, Oliveira and Fernandes (2009), for linear RGB.
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(text: str) -> tuple[float, float, float]:
    parts = [int(text[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return r, g, b


def contrast(one: str, other: str) -> float:
    light, dark = sorted(
        (0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other))), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: tuple[float, ...]) -> tuple[float, float, float]:
    r, g, b = (min(1.0, max(0.0, c)) for c in rgb)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@SCHEMES
@pytest.mark.parametrize("pair", TEXT, ids="-on-".join)
def test_text_can_be_read_on_its_ground(tokens: Tokens, pair: tuple[str, str]) -> None:
    assert contrast(*(getattr(tokens, name) for name in pair)) >= 4.5


@SCHEMES
@pytest.mark.parametrize("pair", PARTS, ids="-on-".join)
def test_parts_stand_out_from_their_ground(tokens: Tokens, pair: tuple[str, str]) -> None:
    assert contrast(*(getattr(tokens, name) for name in pair)) >= 3


@SCHEMES
@pytest.mark.parametrize("kind", BLINDNESS)
def test_ok_soon_and_overdue_differ_for_colour_blind_eyes(tokens: Tokens, kind: str) -> None:
    def blind(name: str) -> tuple[float, float, float]:
        rgb = linear(getattr(tokens, name))
        return lab(tuple(sum(a * b for a, b in zip(row, rgb, strict=True)) for row in BLINDNESS[kind]))

    seen = [blind(name) for name in ("ok", "soon", "overdue")]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert math.dist(seen[one], seen[other]) >= 15


def test_the_look_follows_the_choice_and_tells_painters(qapp: QApplication) -> None:
    told: list[str] = []
    listener = theme.watch().changed.connect(lambda: told.append(theme.tokens().bg))
    try:
        theme.apply(qapp, theme.Scheme.DARK, text_scale=1.0)
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.bg)
        theme.apply(qapp, theme.Scheme.LIGHT, text_scale=1.0)
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.bg)
        assert told == [DARK.bg, LIGHT.bg]
    finally:
        theme.watch().changed.disconnect(listener)


def test_without_a_wish_of_the_computer_the_look_is_light(qapp: QApplication) -> None:
    theme.apply(qapp, theme.Scheme.SYSTEM)
    assert theme.tokens() in (LIGHT, DARK)
    assert theme.tokens().dark == (qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark)


def test_high_contrast_uses_the_systems_colours_only() -> None:
    palette = QPalette(QColor("#000000"))
    palette.setColor(QPalette.ColorRole.Window, QColor("#000000"))
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#FFFF00"))
    palette.setColor(QPalette.ColorRole.Highlight, QColor("#00FFFF"))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("#000001"))
    tokens = theme.from_system(palette)
    used = {value for value in (getattr(tokens, name) for name in Tokens.__slots__) if isinstance(value, str)}
    assert used == {"#000000", "#ffff00", "#00ffff", "#000001"}
    assert tokens.hairline == "#ffff00"
    assert tokens.high_contrast
    assert tokens.dark
    assert LIGHT.hairline not in style_sheet(tokens, 1.0)


def test_the_bundled_typeface_has_both_weights_and_text_grows(qapp: QApplication) -> None:
    theme.apply(qapp, theme.Scheme.LIGHT, text_scale=1.5)
    for role, (size, _, weight) in ROLES.items():
        info = QFontInfo(theme.font(role))
        assert info.family() in (theme.BUNDLED_FAMILY, "Segoe UI")
        assert info.pixelSize() == round(size * 1.5)
        assert abs(info.weight() - int(weight)) < 100
    assert theme.px(40) == 60


def test_figures_in_grids_have_one_width() -> None:
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(theme.font("body", tabular=True))
    assert len({metrics.horizontalAdvance(figure * 10) for figure in "0123456789"}) == 1


def test_every_icon_can_be_drawn_in_a_token_and_carries_its_licence() -> None:
    folder = files("resources") / "icons"
    names = [path.name.removesuffix(".svg") for path in folder.iterdir() if path.name.endswith(".svg")]
    assert len(names) > 100
    for name in names:
        assert not icons.pixmap(name, "accent", 20).isNull()
    assert "ISC License" in (folder / "LICENSE").read_text(encoding="utf-8")


def test_an_icon_takes_the_colour_asked_for_and_is_sharp_at_double_size() -> None:
    image = icons.pixmap("circle-check", "#FF0000", 20, 2.0).toImage()
    assert (image.width(), image.height()) == (40, 40)
    inked = [image.pixelColor(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 200]
    assert inked
    assert all(colour.red() > 200 and colour.green() < 40 for colour in inked)


def test_an_icon_that_is_not_there_is_named() -> None:
    with pytest.raises(LookupError, match="no-such-icon"):
        icons.pixmap("no-such-icon")


@pytest.mark.parametrize("size", [14, 16, 20])
def test_every_mark_is_told_from_the_others_by_shape_alone(size: int) -> None:
    def drawn(mark: status_marks.Mark) -> QImage:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(QColor("#FFFFFF"))
        painter = QPainter(image)
        status_marks.paint_mark(painter, QRectF(0, 0, size, size), mark, QColor("#000000"), QColor("#FFFFFF"))
        painter.end()
        return image

    def differing(one: QImage, other: QImage) -> int:
        cells = [(x, y) for x in range(size) for y in range(size)]
        return sum(abs(one.pixelColor(*c).lightness() - other.pixelColor(*c).lightness()) > 96 for c in cells)

    pictures = {mark: drawn(mark) for mark in status_marks.Mark}
    for (one, first), (other, second) in itertools.combinations(pictures.items(), 2):
        assert differing(first, second) >= 4, (one, other)


def test_every_status_word_has_a_shape_and_a_colour() -> None:
    assert status_marks.LOOKS.keys() == words.STATUS_WORDS.keys()
    for look in status_marks.LOOKS.values():
        assert look.ink.isValid()
        assert look.ground.isValid()
