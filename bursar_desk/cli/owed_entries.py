"""What stands beside the hours worked: opening balances, write-offs, payments, rates, and time off in lieu."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.cover import cover, one_cover
from bursar_desk.cli.frame import Answer, Misused, common, lines, one_of
from bursar_desk.cli.support import hours_and_minutes

if TYPE_CHECKING:
    from bursar_desk.domain.rates import Card
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.owed import EntryLine

entry = typer.Typer(help="Opening balances, write-offs and payments; both schools agree.")
rate = typer.Typer(help="What an hour of our people costs.")
time_off = typer.Typer(help="Time off in lieu: between a person and their own school.")
Row = Annotated[str, typer.Argument(metavar="ENTRY", help="Its id.")]


class Kind(StrEnum):
    """What can stand beside the hours worked."""

    OPENING = "opening"
    WRITE_OFF = "write-off"
    PAID = "paid"


def add_to(app: typer.Typer) -> None:
    """Add these commands; all but time off stand under ``cover``."""
    cover.add_typer(entry, name="entry")
    cover.add_typer(rate, name="rate")
    app.add_typer(time_off, name="time-off")


def _entry(one: EntryLine) -> dict[str, Any]:
    row = one.row
    return {
        "entry": row.id, "kind": row.kind, "written_by": one.school_name, "other": one.other_name,
        "minutes": row.minutes, "pence": row.pence, "on": row.on, "why": row.why, "reference": row.reference,
        "state": one.state, "sentence": one.sentence,
    }  # fmt: skip


def _entry_words(one: EntryLine) -> str:
    said = {"waiting": f"waits for {one.other_name}", "agreed": "agreed", "refused": f"refused: {one.why_not}"}
    return f"{one.row.id.hex()[:12]}  {one.title}: {one.sentence} ({said[one.state]})"


@entry.command("add")
def add_entry(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="opening, write-off or paid.")],
    school: Annotated[str, typer.Argument(metavar="SCHOOL", help="The other school.")],
    they_owe: Annotated[bool, typer.Option("--they-owe/--we-owe", help="Whose debt it is, or was.")],
    time: Annotated[str, typer.Option("--hours", metavar="H:MM")] = "0",
    money: Annotated[str | None, typer.Option(metavar="POUNDS", help="What was paid, or is owed in money.")] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Else today.")] = None,
    why: Annotated[str, typer.Option(metavar="T")] = "",
    reference: Annotated[str, typer.Option(metavar="T", help="The number of an invoice or transfer.")] = "",
) -> Answer:
    """Write an opening balance, a write-off or a payment; it counts once the other school agrees."""
    from bursar_desk.domain.typed_money import read_money
    from bursar_desk.services import owed_entries

    shared = common(ctx)
    with shared.desk() as desk:
        new = owed_entries.NewEntry(
            kind.value, desk.find_school(school), they_owe, hours_and_minutes(time, "--hours"),
            read_money(money, name="--money") if money else 0, shared.day_or_none(on, "--on"), why, reference,
        )  # fmt: skip
        made, changes = owed_entries.add(desk, new)
        return Answer(_entry(made) | {"act": changes.act}, _entry_words(made))


@entry.command("agree")
def agree_entry(ctx: typer.Context, which: Row) -> Answer:
    """Agree to what another school wrote: it counts from now on."""
    return _answer_entry(ctx, which, "yes", "")


@entry.command("refuse")
def refuse_entry(ctx: typer.Context, which: Row, why: Annotated[str, typer.Option(metavar="T")]) -> Answer:
    """Say no to what another school wrote."""
    return _answer_entry(ctx, which, "no", why)


def _answer_entry(ctx: typer.Context, which: str, said: str, why: str) -> Answer:
    from bursar_desk.services import owed_entries

    with common(ctx).desk() as desk:
        made, changes = owed_entries.answer(desk, _one_entry(desk, which), said, why)
        return Answer(_entry(made) | {"act": changes.act}, _entry_words(made))


def _one_entry(desk: Desk, typed: str) -> bytes:
    from bursar_desk.services import owed_entries

    return one_of(typed, [one.row.id for one in owed_entries.listing(desk)], "entry", "cover entry list")


@entry.command("withdraw")
def withdraw_entry(ctx: typer.Context, which: Row) -> Answer:
    """Take back an entry of ours."""
    from bursar_desk.services import owed_entries

    with common(ctx).desk() as desk:
        changes = owed_entries.withdraw(desk, _one_entry(desk, which))
    return Answer({"act": changes.act}, "The entry is taken back and counts nowhere.")


@entry.command("list")
def list_entries(ctx: typer.Context) -> Answer:
    """List what was written beside the hours, and whether both agree."""
    from bursar_desk.services import owed_entries

    with common(ctx).reading() as desk:
        found = owed_entries.listing(desk)
    rows = [_entry_words(one) for one in found]
    return Answer({"entries": [_entry(one) for one in found]}, lines(rows, "Nothing stands beside the hours worked."))


# --- rates ------------------------------------------------------------------------------------------------------------


def _hundredths(typed: str, name: str) -> int:
    whole, point, rest = typed.strip().removesuffix("%").partition(".")
    if whole.isascii() and whole.isdecimal() and len(whole) < 4 and (not point or (rest.isdecimal() and len(rest) < 3)):
        return int(whole) * 100 + int(rest.ljust(2, "0") if rest else 0)
    raise Misused(f"{name} could not be read.", "Nothing was changed.", "Type per cent like 15 or 20.5.")


def _card(one: Card) -> dict[str, Any]:
    return {
        "rate": one.id, "role": one.role, "from": one.first, "hourly": one.hourly, "insurance": one.insurance,
        "pension": one.pension, "overhead": one.overhead, "mileage": one.mileage, "agency": one.agency,
        "for_support": one.for_support, "said_by": one.said_by, "source": one.source,
    }  # fmt: skip


@rate.command("add")
def add_rate(
    ctx: typer.Context,
    hourly: Annotated[str, typer.Option(metavar="POUNDS", help="Pay an hour.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="In force from this day.")],
    role: Annotated[str, typer.Option(help="For one role; else for everybody.")] = "",
    insurance: Annotated[str, typer.Option("--ni", metavar="PER CENT", help="Employer’s national insurance.")] = "0",
    pension: Annotated[str, typer.Option(metavar="PER CENT", help="Employer’s pension.")] = "0",
    overhead: Annotated[str, typer.Option(metavar="PER CENT", help="Agreed, on pay with on-costs.")] = "0",
    mileage: Annotated[int | None, typer.Option(metavar="PENCE", help="A mile by contract; else HMRC’s.")] = None,
    agency: Annotated[str | None, typer.Option(metavar="POUNDS", help="What an agency asks an hour.")] = None,
    source: Annotated[str, typer.Option(metavar="T", help="Where it is from.")] = "",
    support: Annotated[bool, typer.Option("--support", help="For support visits, not for cover.")] = False,
) -> Answer:
    """Set what an hour of our people costs, from a day on."""
    from bursar_desk.domain.rates import card_words
    from bursar_desk.domain.typed_money import read_money
    from bursar_desk.services import rates

    shared = common(ctx)
    with shared.desk() as desk:
        made, changes = rates.add(desk, rates.NewRate(
            read_money(hourly, name="--hourly"), shared.day(first, "--from"), role, _hundredths(insurance, "--ni"),
            _hundredths(pension, "--pension"), _hundredths(overhead, "--overhead"), mileage,
            read_money(agency, name="--agency") if agency else None, source, support,
        ))  # fmt: skip
    return Answer(_card(made) | {"act": changes.act}, f"{rates.role_words(made)}: {card_words(made)}.")


@rate.command("list")
def list_rates(
    ctx: typer.Context, school: Annotated[str | None, typer.Option(metavar="URN", help="Another school.")] = None
) -> Answer:
    """List the rates of a school, latest first."""
    from bursar_desk.domain import words
    from bursar_desk.domain.rates import card_words
    from bursar_desk.services import rates

    with common(ctx).reading() as desk:
        found = rates.listing(desk, school=desk.find_school(school) if school else None)
    rows = [f"{words.short_date(one.first)}  {rates.role_words(one)}: {card_words(one)}" for one in found]
    return Answer({"rates": [_card(one) for one in found]}, lines(rows, "No rates are set yet."))


# --- time off ---------------------------------------------------------------------------------------------------------


@time_off.command("add")
def add_time_off(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="One of our own people.")],
    time: Annotated[str, typer.Option("--hours", metavar="H:MM")],
    on: Annotated[str, typer.Option(metavar="DATE", help="The day of the shift, or the day it is taken.")],
    taken: Annotated[bool, typer.Option("--taken/--earned", help="Whether it is taken now.")] = False,
    use_by: Annotated[str | None, typer.Option("--use-by", metavar="DATE", help="Else the next half term.")] = None,
    agreed_by: Annotated[str, typer.Option("--agreed-by", metavar="PERSON", help="Else you.")] = "",
    which: Annotated[str | None, typer.Option("--cover", metavar="COVER", help="For which shift.")] = None,
) -> Answer:
    """Note time off earned for a shift elsewhere, or taken. It stays in this school."""
    from bursar_desk.services import time_off as service

    shared = common(ctx)
    with shared.desk() as desk:
        length = hours_and_minutes(time, "--hours")
        line, late, changes = service.add(
            desk, desk.find_person(person).id, -length if taken else length, shared.day(on, "--on"),
            use_by=shared.day_or_none(use_by, "--use-by"), agreed_by=agreed_by,
            cover=one_cover(desk, which) if which else None,
        )  # fmt: skip
    facts = {"person": line.name, "left": line.left, "lapsed": line.lapsed, "use_by": line.use_by, "act": changes.act}
    return Answer(facts, " ".join(one for one in (line.sentence, late) if one))


@time_off.command("list")
def list_time_off(ctx: typer.Context) -> Answer:
    """List the time off our own people have left."""
    from bursar_desk.services import time_off as service

    with common(ctx).reading() as desk:
        found = service.listing(desk)
    facts = [
        {"person": one.name, "left": one.left, "lapsed": one.lapsed, "use_by": one.use_by,
         "entries": [{"on": row.on, "minutes": row.minutes, "use_by": row.use_by, "agreed_by": row.agreed_by}
                     for row in one.rows]}
        for one in found
    ]  # fmt: skip
    return Answer({"time_off": facts}, lines([one.sentence for one in found], "No time off is noted."))
