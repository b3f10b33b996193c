"""The first start: what was answered so far, what it would make, and setting the school up at the end.

Nothing is founded before the last step. Answers are kept in this computer's own folder until then, so that a person can
stop and go on later; the recovery sheet and PINs are never kept there.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk import machine, paths
from bursar_desk.domain import areas
from bursar_desk.domain.errors import UserError
from bursar_desk.services import applies_table, catalogue, directory
from bursar_desk.services.setup import NewPerson, new_register, presumed_answers

if TYPE_CHECKING:
    from bursar_desk.clock import Clock
    from bursar_desk.domain.catalogue import SiteKind
    from bursar_desk.domain.directory import DirectorySchool
    from bursar_desk.domain.progress import Progress

STEPS: Final = ("Welcome", "School", "Buildings", "You", "Safety net", "Site team")
MINUTES_LEFT: Final = (5, 4, 3, 2, 2, 1)
KINDS: Final[Mapping[str, str]] = {
    "primary": "Primary", "secondary": "Secondary", "special": "Special", "nursery": "Nursery",
}  # fmt: skip
BUILT: Final = "built_before_2000"
SAFE: Final = "Nothing was set up yet."
LINES_BACK: Final = 2
MOST_TEAM: Final = 6
_NOTE: Final = "first-run.json"


@dataclass(slots=True)
class Draft:
    """What was answered so far. ``built``: yes, no or ask; ``have``: the things that were ticked, once asked."""

    step: int = 0
    urn: str = ""
    name: str = ""
    kind: str = "primary"
    built: str = ""
    have: list[str] = field(default_factory=list)
    ticked: bool = False
    manager: str = ""
    backup: str = ""
    team: list[str] = field(default_factory=list)


def load() -> Draft:
    """Return the answers kept on this computer, or none at all."""
    try:
        found = json.loads(_file().read_text("utf-8"))
    except (OSError, ValueError):
        return Draft()
    if not isinstance(found, dict):
        return Draft()
    plain = Draft()
    for one in fields(Draft):
        value = found.get(one.name)
        if type(value) is type(getattr(plain, one.name)):
            setattr(plain, one.name, value)
    plain.step = max(0, min(plain.step, len(STEPS) - 1))
    plain.have = [str(one) for one in plain.have]
    plain.team = [str(one) for one in plain.team][:MOST_TEAM]
    return plain


def save(draft: Draft) -> None:
    """Keep the answers on this computer. Raises ``OSError``."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_text(json.dumps(asdict(draft), ensure_ascii=False), "utf-8")
    machine.replace_with_retry(part, file)


def clear() -> None:
    """Forget the answers."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return machine.local_folder() / _NOTE


# --- the school ------------------------------------------------------------------------------------------------------


def suggestions(typed: str, most: int = 6) -> tuple[DirectorySchool, ...]:
    """Return schools of the public register by name, town, postcode or URN; none for fewer than three letters."""
    return directory.search(typed, most) if len(typed.strip()) > 2 else ()


def school_words(row: DirectorySchool) -> str:
    """Say which school it is: "Our Lady of Lourdes RC Primary School, Farnworth, BL4 0BP"."""
    return ", ".join(part for part in (row.name, row.town, row.postcode) if part)


def employer_words(row: DirectorySchool) -> str:
    """Say who carries the duty for health and safety there."""
    who = {
        "local authority": "The council employs the staff", "governing body": "The governing body employs the staff",
        "academy trust": "The academy trust employs the staff", "proprietor": "The owner employs the staff",
        "college corporation": "The college employs the staff",
    }  # fmt: skip
    said = who.get(row.employer)
    if not said:
        return "The public register does not say who employs the staff."
    return f"{said}, so it carries the duty for health and safety."


def row_of(draft: Draft) -> DirectorySchool | None:
    """Return the row of the public register that was chosen."""
    return directory.find(int(draft.urn)) if draft.urn.isdecimal() else None


def choose(draft: Draft, row: DirectorySchool) -> None:
    """Take a school of the register; what is ticked begins anew with what such a school usually has."""
    if draft.urn != str(row.urn):
        draft.urn, draft.name, draft.kind, draft.ticked = str(row.urn), row.name, row.kind, False


def site_kind(draft: Draft) -> SiteKind:
    """Return the kind of school."""
    kind: SiteKind = draft.kind if draft.kind in KINDS else "primary"  # type: ignore[assignment]  # looked up just now
    return kind


# --- the buildings ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing to tick."""

    code: str
    label: str
    icon: str
    help: str


def tiles() -> tuple[Tile, ...]:
    """Return the things of the first page, the age of the building apart."""
    return tuple(
        Tile(one.code, one.label, one.icon, one.help)
        for one in catalogue.load().features
        if one.first_page and one.code != BUILT
    )


def begin_ticks(draft: Draft) -> None:
    """Tick what such a school usually has, unless the person was here before."""
    if not draft.ticked:
        usual = presumed_answers(row_of(draft), site_kind(draft))
        draft.have = [one.code for one in tiles() if usual.get(one.code)]
        draft.ticked = True


def said(draft: Draft) -> dict[str, bool | None]:
    """Return what the person answered about the site; a thing left unticked is not there."""
    given: dict[str, bool | None] = {one.code: one.code in draft.have for one in tiles()} if draft.ticked else {}
    if draft.built:
        given[BUILT] = {"yes": True, "no": False}.get(draft.built)
    return given


@dataclass(frozen=True, slots=True)
class Counts:
    """How many checks the answers make, how many of them are required, and by area in the order of the report."""

    total: int
    required: int
    by_area: tuple[tuple[str, int], ...]


def counts(draft: Draft) -> Counts:
    """Return what the answers so far would set up."""
    answers = presumed_answers(row_of(draft), site_kind(draft)) | said(draft)
    table = applies_table.table_of(draft.name, answers)
    held = [one for one in table.lines if one.applies == "yes"]
    by_area = tuple((area.name, sum(one.area == area.code for one in held)) for area in areas.AREAS)
    return Counts(len(held), table.required, by_area)


# --- the safety net --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """A recovery sheet that is not founded yet: its secret and the eight lines to print. Held in memory only."""

    seed: bytes = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)


def new_sheet() -> Sheet:
    """Return a fresh sheet; one that was printed before and never used opens nothing."""
    from bursar_desk.exchange.recovery_sheet import to_blocks

    seed = secrets.token_bytes(32)
    return Sheet(seed, tuple(to_blocks(seed)))


def print_sheet(sheet: Sheet, draft: Draft, path: Path, clock: Clock) -> Path:
    """Write the sheet as a PDF to print. Raises ``UserError`` when it cannot be saved."""
    from reports.recovery_sheet import write

    return write(path, draft.name, sheet.lines, clock.today())


def typed_back(sheet: Sheet, number: int, typed: str) -> str:
    """Return what is wrong with a line typed back from paper; nothing when it is right."""
    from bursar_desk.exchange.recovery_sheet import read_line

    try:
        right = read_line(number, typed) == sheet.seed[4 * number - 4 : 4 * number]
    except UserError as problem:
        return f"{problem.title} {problem.remedy}".strip()
    return "" if right else f"Line {number} of your sheet says something else."


def asked_lines(sheet: Sheet) -> tuple[int, ...]:
    """Return which lines are to be typed back: two of them, by chance but the same for one sheet."""
    first = sheet.seed[0] % 8
    return tuple(sorted((first + 1, (first + 1 + sheet.seed[1] % 7) % 8 + 1)))


# --- the end ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finished:
    """The register that was set up, its first backups, and what could not be done beside it."""

    register: Path
    backups: tuple[Path, ...]
    notices: tuple[str, ...]


def problems(draft: Draft) -> dict[str, str]:
    """Return what is still missing, by field."""
    found = {}
    if not " ".join(draft.name.split()):
        found["school"] = "Choose your school or type its name."
    if not " ".join(draft.manager.split()):
        found["manager"] = "Enter your name."
    return found


def finish(
    draft: Draft, sheet: Sheet, clock: Clock, pins: Mapping[str, str] | None = None, progress: Progress | None = None
) -> Finished:  # fmt: skip
    """Set the school up: the register with its checks, the team, the first backups; then forget the answers.

    ``pins``: a PIN by the name of the person. Raises ``UserError`` when something is missing; a backup folder that
    cannot be written or a PIN that does not do is told in ``notices`` and stops nothing.
    """
    missing = problems(draft)
    if missing:
        raise UserError(next(iter(missing.values())), SAFE, "Go back to that step.")
    path = _free_path(draft.name)
    manager = " ".join(draft.manager.split())
    names = _team(draft, manager)
    team = tuple(NewPerson(name=one, role="site staff", job_title="Site team") for one in names)
    named: dict[str, Any] = {"urn": draft.urn} if draft.urn else {"name": " ".join(draft.name.split())}
    if progress is not None:
        progress.step("Setting up the checks", 0, 2)
    made = new_register(
        path, manager=manager, clock=clock, answers=said(draft), seed=sheet.seed, kind=site_kind(draft), team=team,
        **named,
    )  # fmt: skip
    made.store.close()
    notices = [*_set_pins(path, clock, pins or {}, manager)]
    if progress is not None:
        progress.step("Making the first backup", 1, 2)
    kept, told = _back_up(path, draft, clock)
    from bursar_desk.services import own_desk

    own_desk.remember(path)
    clear()
    return Finished(path, kept, (*notices, *told))


def _team(draft: Draft, manager: str) -> list[str]:
    found: dict[str, str] = {}
    for one in draft.team:
        name = " ".join(one.split())
        if name and name.casefold() != manager.casefold():
            found.setdefault(name.casefold(), name)
    return list(found.values())[:MOST_TEAM]


def _free_path(name: str) -> Path:
    folder = paths.registers_folder()
    stem, number = machine.safe_file_name(name) or "school", 1
    while True:
        path = folder / (f"{stem}.register" if number == 1 else f"{stem} {number}.register")
        if not path.exists():
            return path
        number += 1


def _set_pins(path: Path, clock: Clock, pins: Mapping[str, str], manager: str) -> list[str]:
    """Set the PINs that were typed; the manager's first, for nobody else can have one before."""
    typed = {name: pin.strip() for name, pin in pins.items() if pin.strip()}
    if not typed:
        return []
    from bursar_desk.services import pins as service
    from bursar_desk.services.desk import Desk

    told = []
    with Desk.open(path, clock=clock) as desk:
        for name in sorted(typed, key=lambda one: one != manager):
            try:
                service.set_pin(desk, desk.find_person(name).id, typed[name])
            except UserError as problem:
                told.append(f"{name} has no PIN yet. {problem.title}")
    return told


def _back_up(path: Path, draft: Draft, clock: Clock) -> tuple[tuple[Path, ...], list[str]]:
    from bursar_desk.services import backups

    kept, told = [], []
    for folder in (None, Path(draft.backup) if draft.backup else None)[: 2 if draft.backup else 1]:
        try:
            kept.append(backups.back_up(path, folder, clock).file)
        except UserError as problem:
            told.append(f"No backup was made in {folder or paths.backups_folder()}. {problem.title}")
    return tuple(kept), told
