"""Who is away, who could help, and the pack that goes out and comes home."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, one_of, watching
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from bursar_desk.services.absences import AbsenceLine
    from bursar_desk.services.cover import CoverLine, Helper, Helpers
    from bursar_desk.services.desk import Desk

absence = typer.Typer(help="Say who is away.")
cover = typer.Typer(help="Find cover, ask, send the pack, bring it home.")
Absence = Annotated[str, typer.Argument(metavar="ABSENCE", help="Its id, or the name of who is away.")]
Cover = Annotated[str, typer.Argument(metavar="COVER", help="Its id, or the name of who helps.")]


class Said(StrEnum):
    """What became of a request."""

    AGREED = "agreed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    DONE = "done"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(absence, name="absence")
    app.add_typer(cover, name="cover")


def _clock(minute: int | None) -> str | None:
    return None if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


# --- absences --------------------------------------------------------------------------------------------------------


def _away(line: AbsenceLine) -> dict[str, Any]:
    """Return an absence as the JSON documents have it: there is no place for a reason."""
    return {"absence": line.id, "person": line.person, "name": line.name, "from": line.first, "to": line.last}


@absence.command("add")
def add_absence(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who is away.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day.")],
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; else the first.")] = None,
    reason: Annotated[str, typer.Option(help="Optional. It never leaves this school.")] = "",
    note: Annotated[str, typer.Option(help="Optional, private. It never leaves this school.")] = "",
) -> Answer:
    """Record that somebody is away."""
    from bursar_desk.services import absences

    shared = common(ctx)
    from_day = shared.day(first, "--from")
    with shared.desk() as desk:
        who = desk.find_person(person)
        line, changes = absences.add(
            desk, who.id, from_day, shared.day(last, "--to") if last else from_day, reason=reason, note=note
        )
    return Answer(_away(line) | {"act": changes.act}, f"{line.name} is away: {line.when}.")


@absence.command("list")
def list_absences(
    ctx: typer.Context, every: Annotated[bool, typer.Option("--all", help="Past ones as well.")] = False
) -> Answer:
    """List who is away from today on."""
    from bursar_desk.services import absences

    with common(ctx).reading() as desk:
        found = absences.listing(desk, every=every)
    rows = [f"{line.id.hex()[:12]}  {line.name}: {line.when}" for line in found]
    return Answer({"absences": [_away(line) for line in found]}, lines(rows, "Nobody is away."))


def _absence(desk: Desk, typed: str) -> bytes:
    """Return the absence that was named by its id or by the one person it is of."""
    from bursar_desk.services import absences

    found = absences.listing(desk, every=True)
    soon = [line for line in found if line.last >= desk.today and line.name.casefold() == typed.casefold().strip()]
    if len(soon) == 1:
        return soon[0].id
    return one_of(typed, [line.id for line in found], "absence", "absence list")


# --- finding and asking ----------------------------------------------------------------------------------------------


@cover.command("gaps")
def gaps(ctx: typer.Context, which: Absence) -> Answer:
    """List what an absence leaves uncovered."""
    from bursar_desk.domain import words
    from bursar_desk.services import cover as service

    with common(ctx).reading() as desk:
        left = service.gaps(desk, _absence(desk, which))
    checks = [
        {
            "check": gap.line.id, "code": gap.line.code, "title": gap.line.title, "place": gap.line.place,
            "days": gap.days, "skill": gap.skill, "status": gap.line.word, "because": gap.line.because,
        }
        for gap in left.checks
    ]  # fmt: skip
    duties = [
        {"day": duty.day, "what": duty.what, "from": _clock(duty.starts), "to": _clock(duty.ends)}
        for duty in left.duties
    ]
    told = [left.sentence]
    told += [f"  {gap.line.title}: {words.listing([words.short_day(day) for day in gap.days])}" for gap in left.checks]
    told += [f"  {words.short_day(duty.day)} {_clock(duty.starts)} {duty.what}" for duty in left.duties]
    told += [f"  {said}" for said in (*left.lone, *left.keys)]
    facts = {
        "absence": _away(left.absence), "checks": checks, "duties": duties, "sentence": left.sentence,
        "lone": left.lone, "keys": left.keys,
    }  # fmt: skip
    return Answer(facts, "\n".join(told))


def _helper(one: Helper) -> dict[str, Any]:
    return {
        "person": one.person, "name": one.name, "school": one.school, "school_name": one.school_name, "km": one.km,
        "can": one.can, "checks": one.checks, "cannot_do": one.fit.cannot_do, "reasons": one.fit.reasons,
        "warnings": one.fit.warnings, "notes": one.fit.notes, "sentence": one.sentence,
    }  # fmt: skip


def _look(desk: Desk, which: str, most_km: float | None) -> Helpers:
    from bursar_desk.services import cover as service

    return service.find(desk, _absence(desk, which), most_km=most_km)


@cover.command("find")
def find(
    ctx: typer.Context,
    which: Absence,
    most_km: Annotated[float | None, typer.Option("--most-km", metavar="KM", min=0, help="No further.")] = None,
) -> Answer:
    """Look for cover among the neighbours, nearest and best first; who cannot is named with the reason."""
    with common(ctx).reading() as desk:
        found = _look(desk, which, most_km)
        urns = {root.school: root.urn for root in desk.trust.roots.values()}
    facts = {
        "can": [_helper(one) | {"urn": urns.get(one.school, "")} for one in found.can],
        "cannot": [_helper(one) | {"urn": urns.get(one.school, "")} for one in found.cannot],
    }
    rows = [f"  {one.name}, {one.school_name}{_far(one)}: {one.sentence}" for one in found.can]
    rows += [f"  Not {one.name}, {one.school_name}: {one.sentence}" for one in found.cannot]
    return Answer(facts, lines([found.gaps.sentence, *rows], "Nobody is known here who could help."))


def _far(one: Helper) -> str:
    return f" ({one.km:.1f} km)" if one.km is not None else ""


def _cover(line: CoverLine) -> dict[str, Any]:
    return {
        "cover": line.id, "absence": line.absence, "away": line.away_name, "school": line.school_name,
        "helper": line.helper, "helper_school": line.helper_school_name, "from": line.first, "to": line.last,
        "starts": _clock(line.starts), "ends": _clock(line.ends), "state": line.state, "checks": line.checks,
        "duties": line.duties, "grant": line.grant, "stage": line.stage, "answer_by": line.answer_by,
        "noted_here": line.noted_here, "overlaps": line.overlaps,
    }  # fmt: skip


@cover.command("request")
def request(
    ctx: typer.Context,
    which: Absence,
    helper: Annotated[str, typer.Option(metavar="PERSON", help="Who to ask: a name or id from “cover find”.")],
    note: Annotated[str, typer.Option(metavar="T")] = "",
    answer_by: Annotated[str | None, typer.Option("--answer-by", metavar="DATE", help="They answer by then.")] = None,
) -> Answer:
    """Ask a neighbour for cover."""
    from bursar_desk.services import cover as service

    by = common(ctx).day_or_none(answer_by, "--answer-by")
    with common(ctx).desk() as desk:
        found = _look(desk, which, None)
        wanted = helper.casefold().strip()
        everybody = [*found.can, *found.cannot]
        named = [one for one in everybody if wanted in (one.name.casefold(), one.person.hex())]
        if len(named) != 1:
            names = "; ".join(f"{one.name}, {one.school_name}" for one in found.can) or "nobody can"
            raise UserError(f"“{helper}” is not one neighbour we know.", "Nobody was asked.", f"Who can: {names}.")
        line, changes = service.request(desk, _absence(desk, which), named[0], note=note, answer_by=by)
    return Answer(_cover(line) | {"act": changes.act}, f"{line.helper} of {line.helper_school_name} is asked.")


@cover.command("confirm")
def confirm(
    ctx: typer.Context,
    which: Cover,
    answer: Annotated[Said, typer.Option(help="What became of it.")] = Said.AGREED,
) -> Answer:
    """Note that the neighbour agreed, or another answer."""
    from bursar_desk.services import cover as service

    with common(ctx).desk() as desk:
        line, changes = service.answer(desk, one_cover(desk, which), answer.value)
    return Answer(_cover(line) | {"act": changes.act}, " ".join([f"{line.helper}: {line.state}.", *line.overlaps]))


@cover.command("list")
def list_cover(ctx: typer.Context) -> Answer:
    """List what was asked and what became of it, and the guest registers open here."""
    from bursar_desk.domain import words
    from bursar_desk.services import cover as service
    from bursar_desk.services import guests

    with common(ctx).reading() as desk:
        found = service.listing(desk)
        open_here = [] if desk.is_guest else guests.listing(desk)
    rows = [
        f"{line.id.hex()[:12]}  {line.stage:10}  {line.helper}, {line.helper_school_name}, for {line.away_name}: "
        f"{words.short_date(line.first)} to {words.short_date(line.last)}"
        for line in found
    ]
    rows += [f"Open here: {one.school_name}, {one.holder}, return by {one.return_by}: {one.path}" for one in open_here]
    there = [
        {"register": one.path, "school": one.school_name, "holder": one.holder, "from": one.first, "to": one.last,
         "return_by": one.return_by, "checks": one.checks}
        for one in open_here
    ]  # fmt: skip
    facts = {"cover": [_cover(line) for line in found], "guests": there}
    return Answer(facts, lines(rows, "No cover was asked for."))


def one_cover(desk: Desk, typed: str) -> bytes:
    """Return the request that was named by its id or by the one neighbour it asks."""
    from bursar_desk.services import cover as service

    found = [line for line in service.listing(desk) if line.school == desk.home]
    soon = [line for line in found if line.last >= desk.today and line.helper.casefold() == typed.casefold().strip()]
    if len(soon) == 1:
        return soon[0].id
    return one_of(typed, [line.id for line in found], "request for cover", "cover list")


# --- the pack --------------------------------------------------------------------------------------------------------


@cover.command("pack")
def pack(
    ctx: typer.Context,
    which: Cover,
    to: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    sheet: Annotated[bool, typer.Option("--sheet", help="As a spreadsheet to fill in without Bursar Desk.")] = False,
) -> Answer:
    """Write the pack for the neighbour who agreed; only their school can open it. With --sheet anybody can."""
    from bursar_desk.cli.cover_sheet import make_sheet
    from bursar_desk.domain import words
    from bursar_desk.services import guests

    with common(ctx).desk() as desk, watching() as bar:
        if sheet:
            return make_sheet(desk, one_cover(desk, which), to)
        made = guests.make_pack(desk, one_cover(desk, which), to, bar)
        line = next(one for one in _lines(desk) if one.id == one_cover(desk, which))
    facts = {"file": made.file, "recipients": made.recipients, "items": made.items, "grant": line.grant}
    told = f"The pack for {words.listing(list(made.recipients))} holds {words.listing(list(made.items))}: {made.file}"
    return Answer(facts, told)


def _lines(desk: Desk) -> list[CoverLine]:
    from bursar_desk.services import cover as service

    return service.listing(desk)


@cover.command("open")
def open_pack(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="PACK", help="The file that came.")]
) -> Answer:
    """Open a pack as a guest register beside your own, and say where it is."""
    from bursar_desk.domain import words
    from bursar_desk.services import guests

    with common(ctx).desk() as desk:
        guest = guests.open_pack(desk, file)
    facts = {
        "register": guest.path, "school": guest.school_name, "holder": guest.holder, "from": guest.first,
        "to": guest.last, "return_by": guest.return_by, "checks": guest.checks,
    }  # fmt: skip
    told = (
        f"{guest.school_name}: {words.count(guest.checks, 'check')} for {guest.holder}, to be sent home by "
        f"{words.long_date(guest.return_by)}. Record them with --register {guest.path}"
    )
    return Answer(facts, told)


@cover.command("return")
def send_return(
    ctx: typer.Context,
    to: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
) -> Answer:
    """Write what was done under a pack into a file for the school it was done for."""
    from bursar_desk.domain import words
    from bursar_desk.services import guests

    shared = common(ctx)
    with shared.reading() as desk:
        open_here = [] if desk.is_guest else guests.listing(desk)
    if len(open_here) == 1:
        shared.register = open_here[0].path
    elif open_here:
        names = "; ".join(f"{one.school_name}: {one.path}" for one in open_here)
        raise Misused("Several packs are open here.", "Nothing was written.", f"Say which with --register: {names}.")
    with shared.reading() as desk, watching() as bar:
        sent = guests.send_return(desk, to, bar)
    facts = {"file": sent.path, "entries": sent.entries, "recipients": sent.recipients}
    entries = words.count(sent.entries, "entry", "entries")
    return Answer(facts, f"{entries} to send home to {words.listing(list(sent.recipients))}: {sent.path}")
