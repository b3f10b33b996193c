"""The story that the program is for, told with the services alone: away, asked, packed, done, home, in the report."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.errors import UserError
from bursar_desk.services import absences, cover, cover_hours, digests, guests, merging, recording, reporting, sharing
from bursar_desk.services.desk import Desk

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.cover import CoverLine, Helper
    from bursar_desk.services.merging import MergeResult
    from db.queries.people import PersonRow

FEW_SCHOOLS: Final = (105219, 105220, 105221, 105223)
"""Four schools of the sample that are near each other: enough for the story."""
_KEEPERS: Final = ("caretaker", "site manager", "site staff")
_DAYS: Final = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What the story left: two registers, the files that went between them, the report, and its lines in words."""

    home: Path
    neighbour: Path
    day: dt.date
    files: tuple[Path, ...]
    pack: Path
    pdf: Path
    html: Path
    merged: int
    same: bool
    lines: tuple[str, ...]


def tell(schools: Sequence[Path], folder: Path, on: dt.date, progress: Progress) -> Told:
    """Play the story on copies of practice registers, the first of ``schools`` being the one with somebody away.

    The copies lie in ``folder`` beside everything that is made; the registers themselves are only read. Raises
    ``UserError`` where the story cannot be told: nobody can help, or fewer than three checks fall due.
    """
    shelf = folder / "registers"
    home, files = copy_practice(schools[0], shelf), folder / "files"
    files.mkdir(parents=True)
    lines: list[str] = []
    asked, day = _ask(home, on, lines)
    near = copy_practice(next(path for path in schools[1:] if _home_of(path) == asked.helper_school), shelf)
    pack = files / "1 Cover pack.bursar"
    with Desk.open(home, on=on) as desk:
        made = guests.make_pack(desk, asked.id, pack, progress)
    lines.append(f"The pack for {made.recipients[0]} holds {', '.join(made.items)}.")
    returned = files / "2 What was done.bursar"
    guest = _carry_out(near, pack, returned, day, lines, progress)
    merged = _bring_home(home, returned, day, lines)
    same = _same(home, guest)
    lines.append(f"The fingerprints of what both hold are {'equal' if same else 'NOT equal'}.")
    pdf, html = folder / "Governors.pdf", folder / "Governors.html"
    with Desk.open(home, on=day) as desk:
        cover_hours.log_hours(desk, asked.id, day, 405, 480)
        report = reporting.write(desk, "governors", pdf)
        reporting.write(desk, "governors", html)
    lines.append(f"The governors' report has {report.pages} pages: {pdf.name}, {html.name}.")
    lines.append(_tell_neighbour(home, near, files / "3 News for the neighbour.bursar", day, progress))
    return Told(
        home, near, day, tuple(sorted(files.iterdir())), pack, pdf, html, merged.total("added"), same, tuple(lines)
    )


def gather(cluster: Path, files: Path, folder: Path, on: dt.date, progress: Progress) -> tuple[Path, str]:
    """Let a copy of a Cluster SBM's register merge a folder of the schools' files; say what came."""
    office = copy_practice(cluster, folder / "registers")
    with Desk.open(office, on=on) as desk:
        result = merging.merge(desk, [files], progress)
        came = f"{result.total('added'):,} entries from {result.accepted} files"
        return office, f"{desk.name} merged {came}, {result.total('conflicts')} of them to settle."


def copy_practice(register: Path, into: Path) -> Path:
    """Copy a practice register with the keys beside it; the copy writes under a name of its own."""
    from bursar_desk.clock import SystemClock
    from bursar_desk.services import backups

    made = backups.back_up(register, into, SystemClock())
    path = into / register.name
    made.file.rename(path)
    keys = register.with_name(register.stem + ".keys")
    if keys.is_dir():
        shutil.copytree(keys, into / keys.name)
    return path


def _home_of(path: Path) -> bytes:
    with Desk.open(path, read_only=True) as desk:
        return desk.home


def _ask(home: Path, on: dt.date, lines: list[str]) -> tuple[CoverLine, dt.date]:
    """Somebody is away from the next school day on; the nearest who can help is asked and agrees."""
    with Desk.open(home, on=on) as desk:
        day = _next_school_day(desk, on)
        for person in _keepers(desk):
            line, _ = absences.add(desk, person.id, day, day + dt.timedelta(days=_DAYS - 1))
            found = cover.find(desk, line.id)
            if found.can and len(found.can[0].checks) >= 3:
                lines.append(found.gaps.sentence)
                return _agree(desk, line.id, found.can[0], lines), day
            absences.cancel(desk, line.id)
        raise UserError(
            "The story cannot be told here: nobody can help.", "The registers are as they were.",
            "Make the practice set with more schools.",
        )  # fmt: skip


def _next_school_day(desk: Desk, on: dt.date) -> dt.date:
    from bursar_desk.domain.calendar import NO_CALENDAR
    from bursar_desk.services.standing import calendars

    with desk.store.connect() as con:
        calendar = calendars(con, desk.home).get(desk.home, NO_CALENDAR)
    return calendar.next_school_day(on)


def _keepers(desk: Desk) -> list[PersonRow]:
    from bursar_desk.services import people

    return [one for role in _KEEPERS for one in people.listing(desk) if one.role == role]


def _agree(desk: Desk, absence: bytes, helper: Helper, lines: list[str]) -> CoverLine:
    asked, _ = cover.request(desk, absence, helper)
    far = f", {helper.km:.1f} km away" if helper.km is not None else ""
    lines.append(f"{helper.name} of {helper.school_name}{far} is asked and agrees.")
    return cover.answer(desk, asked.id, "agreed")[0]


def _carry_out(
    near: Path, pack: Path, returned: Path, day: dt.date, lines: list[str], progress: Progress
) -> Path:  # fmt: skip
    """At the neighbour's: open the pack, record three checks, one of which fails, and write the return."""
    with Desk.open(near, on=day) as desk:
        guest = guests.open_pack(desk, pack)
    with Desk.open(guest.path, on=day) as desk:
        for n, line in enumerate(lent(desk)[:3]):
            made = recording.record(desk, doing(line, day, guest.holder, fails=n == 1))
            lines.append(f"{guest.holder} at {guest.school_name}: {made.sentence}")
        sent = guests.send_return(desk, returned, progress)
    lines.append(f"{sent.entries} entries are sent home.")
    return guest.path


def lent(desk: Desk) -> list[CheckLine]:
    """Return the checks of a guest register in the order of their codes."""
    from bursar_desk.services import checks

    return sorted(checks.listing(desk).lines, key=lambda line: line.code)


def doing(line: CheckLine, day: dt.date, by: str, *, fails: bool) -> recording.Doing:
    """Return a check as it was done, with readings where the check asks for them."""
    outcome = Outcome.UNSATISFACTORY if fails else Outcome.SATISFACTORY
    readings = tuple(
        {"name": spec["name"], "value": _good(spec), "unit": spec.get("unit", "")} for spec in line.readings
    )
    note = "Does not do what it should; the office knows." if fails else ""
    return recording.Doing(
        line.id, day, by, outcome.value, minute=430, point=line.next_point, readings=readings, note=note
    )


def _good(spec: dict[str, object]) -> int:
    """Return a reading inside its limits, in tenths."""
    low, high = spec.get("low"), spec.get("high")
    if isinstance(low, int | float):
        return round(10 * low) + 20
    return round(10 * high) - 20 if isinstance(high, int | float) else 200


def _bring_home(home: Path, returned: Path, day: dt.date, lines: list[str]) -> MergeResult:
    with Desk.open(home, on=day) as desk:
        result = merging.merge(desk, [returned])
    for file in result.files:
        lines.append(file.sentence)
        lines += [f"  {entry.who}: {entry.what.lower()}, {entry.subject}" for entry in file.entries]
    return result


def _same(home: Path, guest: Path) -> bool:
    """Tell whether home and guest hold the same of the one channel that both should hold."""
    with Desk.open(home, read_only=True) as desk, Desk.open(guest, read_only=True) as away:
        channel = away.store.cover_channel or ""
        ours, theirs = digests.digests(desk, desk.home), digests.digests(away)
    held = [held[channel] for found in (ours, theirs) for held in found.by_school.values() if channel in held]
    return len(held) == 2 and held[0] == held[1]


def _tell_neighbour(home: Path, near: Path, file: Path, day: dt.date, progress: Progress) -> str:
    """Send the next file home to neighbour: it says that the work has arrived."""
    there = _home_of(near)
    with Desk.open(home, on=day) as desk:
        sharing.export(desk, file, [there], progress=progress)
    with Desk.open(near, on=day) as desk:
        result = merging.merge(desk, [file])
    return " ".join(note for one in result.files for note in one.notes) or "The neighbour was told nothing."
