"""The raw measures of the look: colours of both schemes and the type scale. ``theme`` is the door to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QFont


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme as ``#RRGGBB``; a tint is the ground its ink is written on."""

    bg: str
    surface: str
    surface_2: str
    text: str
    muted: str
    border: str
    hairline: str
    accent: str
    on_accent: str
    tint: str
    focus: str
    ok: str
    ok_tint: str
    soon: str
    soon_tint: str
    overdue: str
    overdue_tint: str
    unknown: str
    unknown_tint: str
    info: str
    info_tint: str
    dark: bool = False
    high_contrast: bool = False


LIGHT: Final = Tokens(
    bg="#F6F7F9",
    surface="#FFFFFF",
    surface_2="#EEF1F5",
    text="#1B1F24",
    muted="#4A5360",
    border="#767F8C",
    hairline="#D3D9E0",
    accent="#0B5CAD",
    on_accent="#FFFFFF",
    tint="#E3EEFA",
    focus="#1B1F24",
    ok="#00706A",
    ok_tint="#DDF3F1",
    soon="#8F5200",
    soon_tint="#FFF1D6",
    overdue="#8C0F2B",
    overdue_tint="#FCE4E8",
    unknown="#4A5360",
    unknown_tint="#E9ECF0",
    info="#5B3A9E",
    info_tint="#EEE8FA",
)
DARK: Final = Tokens(
    bg="#14171B",
    surface="#1D2126",
    surface_2="#262B31",
    text="#F1F3F5",
    muted="#B6BEC8",
    border="#8A94A1",
    hairline="#3A414A",
    accent="#7DB7F5",
    on_accent="#0B1A2B",
    tint="#15304D",
    focus="#FFFFFF",
    ok="#5CD6D0",
    ok_tint="#0C3736",
    soon="#FFD479",
    soon_tint="#3D2F08",
    overdue="#FF8FA3",
    overdue_tint="#4D1523",
    unknown="#C3CAD3",
    unknown_tint="#2E343B",
    info="#C9B3F5",
    info_tint="#2E2348",
    dark=True,
)

# Type scale: pixel size, line height and weight at 100 %.
ROLES: Final[dict[str, tuple[int, int, QFont.Weight]]] = {
    "caption": (12, 16, QFont.Weight.Normal),
    "caption-strong": (12, 16, QFont.Weight.DemiBold),
    "body": (14, 20, QFont.Weight.Normal),
    "strong": (14, 20, QFont.Weight.DemiBold),
    "large": (16, 24, QFont.Weight.Normal),
    "large-strong": (16, 24, QFont.Weight.DemiBold),
    "subtitle": (20, 28, QFont.Weight.DemiBold),
    "title": (28, 36, QFont.Weight.DemiBold),
    "number": (32, 40, QFont.Weight.DemiBold),
}
