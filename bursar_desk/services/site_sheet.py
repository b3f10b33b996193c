"""The emergency sheet of a site, line by line: where to turn off, whom to ring, what to beware of; one A4 page.

Never on it: alarm codes, home addresses, names of pupils (safety bar F3). What looks like one is refused in words.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.schools import SiteNoteRow
    from reports.cover_pack import SiteSheet
    from reports.saving import Written

SAFE: Final = "Nothing was changed."
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class NoteKind:
    """A kind of line: its heading, and an example of how it is written."""

    code: str
    heading: str
    example: str


KINDS: Final = (
    NoteKind("isolation", "Turn off here", "Water: boiler room, left of the door"),
    NoteKind("emergency", "If this happens", "Gas smell: 0800 111 999, then out"),
    NoteKind("alarm_panel", "Alarm panel", "Main entrance, right-hand wall"),
    NoteKind("meter", "Meters", "Electricity: cupboard by the kitchen"),
    NoteKind("keyholder", "Keyholders", "Dawn Hill: 07700 900123"),
    NoteKind("contractor", "Contractors on call", "Plumber: Hart & Sons, 0161 496 0111"),
    NoteKind("hazard", "Beware of", "Fragile roof over the link corridor"),
    NoteKind("keys", "Keys", "Signed out at the office"),
    NoteKind("arrival", "Arriving", "Report to: school office, main entrance"),
    NoteKind("parking", "Parking", "Staff car park, gate on Mill Lane"),
)  # fmt: skip
BY_CODE: Final[Mapping[str, NoteKind]] = {one.code: one for one in KINDS}
NEEDED: Final = ("isolation", "emergency", "alarm_panel", "keyholder")

_CODE: Final = re.compile(
    r"\b(?:code|pin|combination|pass\s?code|password)\b\W{0,12}(?:is\W{1,4})?[\d*#][\d*#\s-]{2,}", re.IGNORECASE
)
_DIGITS: Final = re.compile(r"(?<![\d+/.-])(?<!\d )\d{4,8}(?![\d/.-])(?! \d)")
_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE)
_HOUSE: Final = re.compile(
    r"\b(?:lives? at|home address|\d{1,4}[a-z]?\s+(?:[A-Z][\w’']+\s+){1,3}"
    r"(?:Road|Street|Lane|Avenue|Close|Drive|Way|Crescent|Grove|Place|Terrace|Gardens|Court)\b)", re.IGNORECASE
)  # fmt: skip
_PUPIL: Final = re.compile(r"\b(?i:pupils?)\s+(?:called\s+|named\s+)?[A-Z][a-z]+\s+[A-Z][a-z]+")


def refusal(kind: str, words: str) -> str:
    """Return why a line may not stand on the sheet; empty when it may."""
    if kind not in BY_CODE:
        return f"Choose a kind: {', '.join(BY_CODE)}"
    if not words.strip():
        return "Write what the line says"
    if len(words.strip()) > LONGEST:
        return f"The line is longer than {LONGEST} letters"
    if _CODE.search(words) or (kind in ("alarm_panel", "keys") and _DIGITS.search(words)):
        return "That looks like a code. Codes are given in person and never written here"
    if kind == "keyholder" and (_POSTCODE.search(words) or _HOUSE.search(words)):
        return "That looks like a home address. Give a telephone number only"
    if _PUPIL.search(words):
        return "That looks like the name of a pupil. Leave it out"
    return ""


def lines(desk: Desk, *, site: bytes | None = None) -> list[SiteNoteRow]:
    """Return the lines in order; ``site``: those of one site and those that are for all."""
    from db.queries.schools import site_notes

    with desk.store.connect() as con:
        found = site_notes(con, desk.home)
    return [one for one in found if site is None or one.place in (None, site)]


def add(desk: Desk, kind: str, words: str, *, site: bytes | None = None) -> tuple[SiteNoteRow, Changes]:
    """Add a line at the end of its kind. Raises ``UserError`` for what may not stand there."""
    said = _said(kind, words)
    known = lines(desk)
    if any((one.kind, one.words.casefold(), one.place) == (kind, said.casefold(), site) for one in known):
        raise UserError("That line is there already.", SAFE, "Change it instead.")
    values = {"kind": kind, "words": said, "place": site, "sort": max((one.sort for one in known), default=0) + 10}
    with desk.act(ActCode.SITE_SHEET, subject=BY_CODE[kind].heading) as act:
        row = act.create("site_note", {name: value for name, value in values.items() if value is not None})
    return _get(desk, row), Changes(frozenset(act.tables), act.note.act)


def change(desk: Desk, note: bytes, words: str) -> tuple[SiteNoteRow, Changes]:
    """Say a line in other words."""
    here = _get(desk, note)
    said = _said(here.kind, words)
    if said == here.words:
        return here, Changes(frozenset(), None)
    with desk.act(ActCode.SITE_SHEET, subject=BY_CODE[here.kind].heading) as act:
        act.set("site_note", note, {"words": said})
    return _get(desk, note), Changes(frozenset(act.tables), act.note.act)


def remove(desk: Desk, note: bytes) -> Changes:
    """Take a line away; it waits in the Bin."""
    here = _get(desk, note)
    with desk.act(ActCode.SITE_SHEET, subject=BY_CODE[here.kind].heading if here.kind in BY_CODE else here.kind) as act:
        act.delete("site_note", note)
    return Changes(frozenset(act.tables), act.note.act)


def missing(found: Sequence[SiteNoteRow]) -> list[str]:
    """Return the headings without which nobody should be alone on the site."""
    have = {one.kind for one in found}
    return [BY_CODE[kind].heading for kind in NEEDED if kind not in have]


def paper(desk: Desk, site: bytes | None = None) -> SiteSheet:
    """Return the sheet of one site, or of the school."""
    from dataclasses import replace

    from bursar_desk.services.places import node, tree
    from bursar_desk.services.reporting_packs import site_sheet_of

    made = site_sheet_of(desk.name, lines(desk, site=site))
    if site is None:
        return made
    name = node(tree(desk), site).row.name
    return replace(made, school=f"{desk.name}, {name}")


def write(desk: Desk, out: Path, site: bytes | None = None) -> Written:
    """Write the sheet as PDF; ``pages`` says whether it still fits one."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.cover_pack import write_site_sheet

    return write_site_sheet(paper(desk, site), out, school_time(desk), practice=desk.practice)


def pages(desk: Desk, site: bytes | None = None) -> int:
    """Return on how many pages the sheet would stand; more than one is too many for a wall."""
    with tempfile.TemporaryDirectory(prefix="site-sheet-") as folder:
        return write(desk, Path(folder) / "sheet.pdf", site).pages


def _said(kind: str, words: str) -> str:
    why = refusal(kind, words)
    if why:
        raise UserError(f"{why}.", SAFE, "Put it right, then save again.")
    return " ".join(words.split())


def _get(desk: Desk, note: bytes) -> Any:
    found = next((one for one in lines(desk) if one.id == note), None)
    if found is None:
        raise UserError("That line is not on the sheet.", SAFE, "Choose it from the list.")
    return found
