"""A school's bands of value: how many quotes a purchase needs there, and who approves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import quote_rules
from bursar_desk.domain.quote_rules import Band
from bursar_desk.services import settings

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk

_SETTING: Final = "buying_bands"


def bands(desk: Desk, school: bytes | None = None) -> tuple[Band, ...]:
    """Return the bands of a school (home by default); the usual ones until it sets its own."""
    if school is None or school == desk.home:
        return quote_rules.bands_of(settings.value(desk, _SETTING))
    from db.queries.settings import settings as kept

    with desk.store.connect() as con:
        return quote_rules.bands_of(kept(con, school).get(_SETTING, (b"", None))[1])


def own_bands(desk: Desk) -> bool:
    """Tell whether this school has set bands of its own."""
    return settings.value(desk, _SETTING) is not None


def choose_bands(desk: Desk, chosen: Sequence[Band]) -> Changes:
    """Set this school's bands. Raises ``UserError`` when they make no sense."""
    from bursar_desk.services.people import must_manage

    must_manage(desk)
    checked = quote_rules.checked(chosen)
    return settings.choose(desk, _SETTING, [one.facts() for one in checked], subject="rules for quotes")
