"""Hours worked for other schools, what they cost, what is owed, and how it is settled."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli import owed_entries
from bursar_desk.cli.cover import cover, one_cover
from bursar_desk.cli.frame import Answer, Misused, common, lines, minutes, one_of
from bursar_desk.cli.support import hours_and_minutes, tenths_of_miles

if TYPE_CHECKING:
    from bursar_desk.services.cover_hours import ClaimLine, Worked
    from bursar_desk.services.owed import ShiftLine

Travel = Annotated[str, typer.Option(metavar="MIN", help="Time between the sites; it counts as work.")]
Pause = Annotated[str, typer.Option("--break", metavar="MIN", help="The break; it does not count.")]
Miles = Annotated[str, typer.Option(metavar="MILES", help="Driven between the sites.")]
Vehicle = Annotated[str, typer.Option(help="car, van, motorcycle or bicycle.")]
Passengers = Annotated[int, typer.Option(min=0, max=8, help="Others in the car.")]


class Pay(StrEnum):
    """How money goes between two schools."""

    TRANSFER = "transfer"
    INVOICE = "invoice"


def add_to(app: typer.Typer) -> None:
    """Add these commands; those about hours stand under ``cover``."""
    owed_entries.add_to(app)


# --- hours ------------------------------------------------------------------------------------------------------------


@cover.command("log")
def log_hours(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="COVER", help="Its id, or the name of who helps.")],
    day: Annotated[str, typer.Option(metavar="DATE", help="The day that was worked.")],
    starts: Annotated[str, typer.Option("--from", metavar="HH:MM")],
    ends: Annotated[str, typer.Option("--to", metavar="HH:MM")],
    pause: Pause = "0",
    travel: Travel = "0",
    miles: Miles = "0",
    vehicle: Vehicle = "",
    passengers: Passengers = 0,
    note: Annotated[str, typer.Option(metavar="T")] = "",
) -> Answer:
    """Log the hours a neighbour really worked here."""
    from bursar_desk.domain import words
    from bursar_desk.services import cover as service
    from bursar_desk.services import cover_hours

    shared = common(ctx)
    with shared.desk() as desk:
        line = service.get(desk, one_cover(desk, which))
        one = cover_hours.Worked(
            shared.day(day, "--day"), minutes(starts, "--from"), minutes(ends, "--to"),
            hours_and_minutes(pause, "--break"), hours_and_minutes(travel, "--travel"), tenths_of_miles(miles),
            _vehicle(vehicle, passengers), note,
        )  # fmt: skip
        changes = cover_hours.log_hours(
            desk, line.id, one.on, one.starts, one.ends, pause=one.pause, travel=one.travel, miles=one.miles,
            vehicle=one.vehicle, note=one.note,
        )  # fmt: skip
    facts = {"cover": line.id, "helper": line.helper, "day": one.on, "minutes": one.minutes, "act": changes.act}
    return Answer(facts, f"{words.hours(one.minutes)} logged for {line.helper}.")


def _vehicle(typed: str, passengers: int) -> str:
    from bursar_desk.domain.mileage import VEHICLES, vehicle_text

    kind = typed.casefold().strip() or ("car" if passengers else "")
    if kind and kind not in VEHICLES:
        raise Misused(f"“{typed}” is not a vehicle.", "Nothing was changed.", f"Use one of: {', '.join(VEHICLES)}.")
    return vehicle_text(kind, passengers)


def _shift(one: ShiftLine, names: dict[bytes, str]) -> dict[str, Any]:
    cost = one.cost
    return {
        "worked": one.id, "cover": one.cover, "on": one.on, "given_by": names.get(one.giver, ""),
        "received_by": names.get(one.receiver, ""), "helper": one.helper, "planned": one.planned,
        "from": _clock(one.starts), "to": _clock(one.ends), "break": one.pause, "travel": one.travel,
        "minutes": one.minutes, "miles": one.miles, "pays": one.pays, "approved_by": one.approved_by,
        "paid_minutes": cost.paid if cost else None, "hourly": cost.card.hourly if cost else None,
        "pay": cost.pay if cost else None, "insurance": cost.insurance if cost else None,
        "pension": cost.pension if cost else None, "overhead": cost.overhead if cost else None,
        "mileage": cost.mileage if cost else None, "total": cost.total if cost else None,
    }  # fmt: skip


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _claim(one: ClaimLine) -> dict[str, Any]:
    return {
        "claim": one.id, "cover": one.cover, "helper": one.helper, "helper_school": one.helper_school_name,
        "on": one.worked.on, "from": _clock(one.worked.starts), "to": _clock(one.worked.ends),
        "break": one.worked.pause, "travel": one.worked.travel, "miles": one.worked.miles,
        "minutes": one.worked.minutes, "planned": one.planned, "state": one.state, "why": one.why, "odd": one.odd,
    }  # fmt: skip


@cover.command("hours")
def hours(
    ctx: typer.Context,
    term: Annotated[str | None, typer.Option(metavar="T", help="As 2026/autumn; else the present one.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every term, and claims settled before.")] = False,
) -> Answer:
    """List hours agreed beside hours worked, and the claims that wait for us."""
    from bursar_desk.domain import words
    from bursar_desk.services import cover_hours, owed

    with common(ctx).reading() as desk:
        ledger = owed.read(desk)
        days = owed.term_of(desk, term, None, ledger)
        ours = [one for one in ledger.shifts.values() if desk.is_office or desk.home in (one.giver, one.receiver)]
        found = sorted((s for s in ours if every or days.first <= s.on <= days.last), key=lambda s: (s.on, s.id))
        claimed = [] if desk.is_office else cover_hours.claims(desk, every=every)
    rows = [
        f"{words.short_date(one.on)}  {one.helper}, {ledger.name(one.giver)} for {ledger.name(one.receiver)}: "
        f"{one.times}, {words.hours(one.minutes)} worked, {_agreed(one.planned)}, "
        f"{words.money_exact(one.cost.total) if one.cost else 'no rate'}"
        for one in found
    ]
    rows += [
        f"{one.id.hex()[:12]}  {one.state}: {one.helper}, {words.short_date(one.worked.on)}. {one.compared} "
        f"{' '.join(one.odd)}".rstrip()
        for one in claimed
    ]
    names = dict(ledger.names)
    facts = {"shifts": [_shift(one, names) for one in found], "claims": [_claim(one) for one in claimed]}
    return Answer(facts, lines(rows, "No hours in this term, and no claims wait."))


def _agreed(planned: int | None) -> str:
    from bursar_desk.domain import words

    return "no times agreed" if planned is None else f"{words.hours(planned)} agreed"


@cover.command("approve")
def approve(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="CLAIM", help="Its id from “cover hours”.")],
    starts: Annotated[str | None, typer.Option("--from", metavar="HH:MM", help="Where the claim is not right.")] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="HH:MM")] = None,
    pause: Annotated[str | None, typer.Option("--break", metavar="MIN")] = None,
    travel: Annotated[str | None, typer.Option(metavar="MIN")] = None,
    miles: Annotated[str | None, typer.Option(metavar="MILES")] = None,
    refuse: Annotated[str, typer.Option("--refuse", metavar="WHY", help="Do not agree, and say why.")] = "",
) -> Answer:
    """Agree to hours a covering person claims, as they are or corrected; or refuse them."""
    from bursar_desk.domain import words
    from bursar_desk.services import cover_hours

    with common(ctx).desk() as desk:
        ids = [one.id for one in cover_hours.claims(desk, every=True)]
        row = one_of(which, ids, "claim", "cover hours")
        if refuse:
            line, changes = cover_hours.refuse(desk, row, refuse)
            return Answer(_claim(line) | {"act": changes.act}, f"The hours of {line.helper} are not agreed.")
        worked = _corrected(cover_hours.claim(desk, row).worked, starts, ends, pause, travel, miles)
        line, changes = cover_hours.approve(desk, row, worked)
        told = f"{words.hours(worked.minutes)} agreed for {line.helper}, {words.long_date(worked.on)}."
        return Answer(_claim(line) | {"approved": worked.minutes, "act": changes.act}, told)


def _corrected(
    one: Worked, starts: str | None, ends: str | None, pause: str | None, travel: str | None, miles: str | None
) -> Worked:
    from dataclasses import replace

    return replace(
        one, starts=minutes(starts, "--from") if starts else one.starts,
        ends=minutes(ends, "--to") if ends else one.ends,
        pause=hours_and_minutes(pause, "--break") if pause else one.pause,
        travel=hours_and_minutes(travel, "--travel") if travel else one.travel,
        miles=tenths_of_miles(miles) if miles else one.miles,
    )  # fmt: skip


# --- the ledger -------------------------------------------------------------------------------------------------------


@cover.command("ledger")
def ledger(
    ctx: typer.Context,
    school: Annotated[str | None, typer.Option(metavar="URN", help="Another school held here.")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
) -> Answer:
    """List the hours given to and received from each other school, what is owed, and what it is worth."""
    from bursar_desk.domain import words
    from bursar_desk.services import owed

    shared = common(ctx)
    with shared.reading() as desk:
        whose = desk.find_school(school) if school else desk.home
        whole = owed.read(desk)
        terms = owed.terms(desk, whose, whole)
        begin, end = shared.day_or_none(first, "--from"), shared.day_or_none(last, "--to")
        accounts = whole.book.between(begin, end).accounts(whose)
        fair = owed.fairness(whole, terms)
        waiting = [one for one in whole.entries if one.state == "waiting" and whose in (one.row.school, one.row.other)]
        found = [owed.BalanceLine(other, desk.school_name(other), one) for other, one in accounts.items()]
    found.sort(key=lambda one: one.name)
    facts = {
        "schools": [
            {"school": one.school, "name": one.name, "given": one.account.given, "received": one.account.received,
             "owed": one.account.minutes, "worth": one.account.pence, "without_rate": one.account.unpriced}
            for one in found
        ],
        "waiting": len(waiting),
        "fairness": [{"term": one.term, "per_cent": one.per_cent, "schools": one.schools} for one in fair],
    }  # fmt: skip
    rows = [
        f"{one.name}: given {words.hours(one.account.given)}, received {words.hours(one.account.received)}; "
        f"{one.words()} Worth {one.worth}."
        for one in found
    ]
    rows += [f"{words.count(len(waiting), 'entry', 'entries')} not agreed yet, and not counted."] if waiting else []
    rows += [f"Fairness, {fair[-1].term}: {fair[-1].per_cent} per cent. {owed.FAIR_WORDS}"] if fair else []
    return Answer(facts, lines(rows, "No hours are logged yet."))


# --- statements -------------------------------------------------------------------------------------------------------


@cover.command("statement")
def statement(
    ctx: typer.Context,
    school: Annotated[str, typer.Argument(metavar="SCHOOL", help="The other school.")],
    term: Annotated[str | None, typer.Option(metavar="T", help="As 2026/autumn; else the present one.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Ends in .pdf or .xlsx; else only shown.")] = None,
) -> Answer:
    """Show or write the termly statement with one school; it ties to the ledger to the minute."""
    from bursar_desk.services import owed, owed_papers, recharge

    with common(ctx).reading() as desk:
        other = desk.find_school(school)
        whole = owed.read(desk)
        made = recharge.statement(desk, other, term, ledger=whole)
        written = owed_papers.write_statement(desk, out, other, term) if out else None
    names = dict(whole.names)
    facts: dict[str, Any] = {
        "school": made.other_name, "term": made.term.words, "from": made.term.first, "to": made.term.last,
        "opening": made.opening.minutes, "given_less_received": made.shift_minutes, "entries": made.entry_minutes,
        "closing": made.closing.minutes, "worth": made.closing.pence, "ties": made.ties, "in_hours": made.in_hours,
        "shifts": [_shift(one, names) for one in made.shifts],
        "recharges": [
            {"lender": one.lender_name, "receiver": one.receiver_name, "shifts": one.shifts, "minutes": one.minutes,
             "pence": one.pence, "without_rate": one.unpriced, "how": one.route.how, "sentence": one.route.sentence,
             "vat": one.route.vat, "ask": one.route.ask,
             "years": [{"school": who, "year": year.words, "pence": pence} for who, year, pence in one.years]}
            for one in made.recharges
        ],
        "saved": [text for one in made.saved for text in one.sentences], "file": written.file if written else None,
        "pages": written.pages if written else None,
    }  # fmt: skip
    told = [owed_papers.closing_words(made), *owed_papers.money_words(made), *facts["saved"]]
    told += [f"Saved: {written.file}"] if written else []
    return Answer(facts, "\n".join(told))


@cover.command("settle")
def settle(
    ctx: typer.Context,
    school: Annotated[str, typer.Argument(metavar="SCHOOL", help="The other school.")],
    how: Annotated[Pay, typer.Option("--by", help="transfer within one trust or VAT group; else invoice.")],
) -> Answer:
    """Note how money goes between us and a school."""
    from bursar_desk.services import recharge

    with common(ctx).desk() as desk:
        other = desk.find_school(school)
        changes = recharge.settle_how(desk, other, how.value)
        name = desk.school_name(other)
    return Answer({"school": name, "by": how.value, "act": changes.act}, f"Money with {name} goes by {how.value}.")
