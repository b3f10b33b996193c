"""Savings: the ledger of a school or of all, writing one down, confirming it; and prices like for like."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.buying import service_code
from bursar_desk.cli.checks import School, school_of
from bursar_desk.cli.frame import Answer, Misused, common, lines, named_one, short

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.prices_shapes import Comparison, SchoolPrice
    from bursar_desk.services.savings_shapes import SavingLine, SchoolSavings, Sums

saving = typer.Typer(help="What was saved or lost, each against a dated document.")
Which = Annotated[str, typer.Argument(metavar="SAVING", help="Its id, or its title.")]


class Kind(StrEnum):
    """Whether it comes every year."""

    RECURRING = "recurring"
    ONCE = "once"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(saving, name="saving")


def add_prices_to(contract: typer.Typer) -> None:
    """Add the comparison of prices to the commands of contracts."""
    contract.command("prices")(prices)


def _facts(one: SavingLine) -> dict[str, Any]:
    return {
        "saving": one.id, "title": one.title, "school": one.school, "school_name": one.school_name,
        "service": one.service, "kind": one.kind, "from": one.first, "to": one.last, "before": one.before,
        "before_on": one.before_on, "before_document": one.before_document, "after": one.after,
        "after_from": one.after_from, "each": one.each, "so_far": one.so_far, "whole": one.whole,
        "through": one.through, "confidence": one.confidence, "said_by": one.said_by,
        "confirmed_by": one.confirmed_by or None, "confirmed_on": one.confirmed_on, "how": one.how, "note": one.note,
        "deal": one.deal, "contract": one.contract, "worked_out": one.derived, "records": list(one.records),
        "years": [{"year": year.words, "pence": pence} for year, pence in one.years], "words": one.words,
    }  # fmt: skip


def _sums(sums: Sums) -> dict[str, Any]:
    return {
        "a_year": sums.a_year, "once": sums.once, "so_far": sums.so_far, "whole": sums.whole,
        "confirmed": sums.confirmed, "estimated": sums.estimated, "worked_out": sums.worked_out,
        "years": [{"year": year.words, "pence": pence} for year, pence in sums.years],
    }  # fmt: skip


def _ledger(one: SchoolSavings) -> dict[str, Any]:
    return {
        "school": one.school, "name": one.name, "sums": _sums(one.sums),
        "savings": [_facts(line) for line in one.lines],
        "not_counted": [{"id": left.id, "title": left.title, "why": left.why} for left in one.left_out],
        "loses": one.loses,
    }  # fmt: skip


def _told(one: SavingLine) -> str:
    said = f"{short(one.id)}  {one.title}: {one.words}, {one.when}. {one.confidence_words}."
    return f"{said} Before: {one.baseline_words}. Now: {one.after_from}."


def _ledger_told(one: SchoolSavings) -> list[str]:
    return [
        one.sentence, *(f"  {_told(line)}" for line in one.lines),
        *(f"  Not counted: {left.title}. {left.why}" for left in one.left_out),
    ]  # fmt: skip


def one_saving(desk: Desk, typed: str) -> bytes:
    """Return the saving that was named by its id or its title."""
    from bursar_desk.services import savings

    schools = savings.cluster(desk).schools
    held = [(one.id, one.title, one.school) for ledger in schools for one in ledger.lines]
    held += [(one.id, one.title, one.school) for ledger in schools for one in ledger.left_out]
    wanted = " ".join(typed.casefold().split())
    ours = [(row, title) for row, title, school in held if school == desk.home and title.casefold() == wanted]
    return named_one(typed, ours or [(row, title) for row, title, _ in held], "saving", "saving list")


@saving.command("list")
def list_savings(
    ctx: typer.Context,
    school: School = None,
    cluster: Annotated[bool, typer.Option("--cluster", help="Every school known here, and their sum.")] = False,
) -> Answer:
    """List savings; losses stand among them."""
    from bursar_desk.domain import words
    from bursar_desk.services import savings

    with common(ctx).reading() as desk:
        if cluster or (desk.is_office and school is None):
            view = savings.cluster(desk)
            told = [line for one in view.schools for line in _ledger_told(one)]
            once = f", {words.saving(view.sums.once)} once" if view.sums.once else ""
            told.append(f"All together: {words.saving(view.sums.a_year)} a year{once}.")
            facts = {"sums": _sums(view.sums), "schools": [_ledger(one) for one in view.schools]}
            return Answer(facts, "\n".join(told))
        ledger = savings.school_savings(desk, school_of(desk, school))
        return Answer(_ledger(ledger), "\n".join(_ledger_told(ledger)))


@saving.command("show")
def show(ctx: typer.Context, which: Which) -> Answer:
    """Show one saving, by money year as well."""
    from bursar_desk.domain import words
    from bursar_desk.services import savings

    with common(ctx).reading() as desk:
        line = savings.get(desk, one_saving(desk, which))
        years = [f"  {year.words}: {words.money_exact(pence)}" for year, pence in line.years]
        return Answer(_facts(line), "\n".join([_told(line), *years]))


@saving.command("add")
def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="WHAT", help="What is saved, in a few words.")],
    before: Annotated[str, typer.Option(metavar="POUNDS", help="The price before, net of VAT.")],
    after: Annotated[str, typer.Option(metavar="POUNDS", help="The price now, net of VAT.")],
    after_from: Annotated[str, typer.Option("--after-from", metavar="T", help="Where the price now is from.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="Its first day.")],
    document: Annotated[str, typer.Option(metavar="T", help="The bill or contract that shows the price before.")] = "",
    dated: Annotated[str | None, typer.Option(metavar="DATE", help="The date on that document.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Its last day; else it goes on.")] = None,
    kind: Annotated[Kind, typer.Option(help="recurring: prices of a year. once: prices in all.")] = Kind.RECURRING,
    service: Annotated[str, typer.Option(help="Which service, as “Photocopiers”.")] = "",
    how: Annotated[str, typer.Option(metavar="T", help="How it was saved.")] = "",
    note: Annotated[str, typer.Option(metavar="T")] = "",
) -> Answer:
    """Write a saving down, or a loss. Without a dated baseline document there is none."""
    from bursar_desk.domain.typed_money import read_money
    from bursar_desk.services import savings

    shared = common(ctx)
    with shared.desk() as desk:
        line, changes = savings.add(desk, savings.NewSaving(
            title, kind.value, read_money(before, name="--before"), shared.day_or_none(dated, "--dated"), document,
            read_money(after, name="--after"), after_from, shared.day(first, "--from"),
            shared.day_or_none(last, "--to"), service_code(service), how=how, note=note,
        ))  # fmt: skip
        return Answer(_facts(line) | {"act": changes.act}, _told(line))


@saving.command("change")
def change(
    ctx: typer.Context,
    which: Which,
    title: Annotated[str | None, typer.Option(metavar="T")] = None,
    before: Annotated[str | None, typer.Option(metavar="POUNDS")] = None,
    after: Annotated[str | None, typer.Option(metavar="POUNDS")] = None,
    after_from: Annotated[str | None, typer.Option("--after-from", metavar="T")] = None,
    document: Annotated[str | None, typer.Option(metavar="T")] = None,
    dated: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
    goes_on: Annotated[bool, typer.Option("--goes-on", help="Take its last day out.")] = False,
    how: Annotated[str | None, typer.Option(metavar="T")] = None,
    note: Annotated[str | None, typer.Option(metavar="T")] = None,
) -> Answer:
    """Change a saving; a confirmation goes when its figures change."""
    from bursar_desk.domain.typed_money import read_money
    from bursar_desk.services import savings

    shared = common(ctx)
    if goes_on and last:
        raise Misused("--goes-on and --to contradict each other.", "Nothing was changed.", "Give one of them.")
    news: dict[str, Any] = {
        "title": title, "before": read_money(before, name="--before") if before else None,
        "after": read_money(after, name="--after") if after else None, "after_from": after_from,
        "before_document": document, "before_on": shared.day_or_none(dated, "--dated"),
        "first": shared.day_or_none(first, "--from"), "last": shared.day_or_none(last, "--to"), "how": how,
        "note": note,
    }  # fmt: skip
    given = {name: value for name, value in news.items() if value is not None}
    given |= {"last": None} if goes_on else {}
    if not given:
        raise Misused("Nothing to change was named.", "Nothing was changed.", "Name at least one thing, as --after.")
    with shared.desk() as desk:
        line, changes = savings.change(desk, one_saving(desk, which), **given)
        return Answer(_facts(line) | {"act": changes.act}, _told(line))


@saving.command("confirm")
def confirm(
    ctx: typer.Context,
    which: Which,
    by: Annotated[str, typer.Option(metavar="PERSON", help="Who looked at both documents; else you.")] = "",
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Else today.")] = None,
) -> Answer:
    """Confirm a saving that somebody else wrote down."""
    from bursar_desk.services import savings

    shared = common(ctx)
    with shared.desk() as desk:
        line, changes = savings.confirm(desk, one_saving(desk, which), by, shared.day_or_none(on, "--on"))
        return Answer(_facts(line) | {"act": changes.act}, _told(line))


# --- like for like ----------------------------------------------------------------------------------------------------


def prices(ctx: typer.Context) -> Answer:
    """Compare what schools pay the same supplier for the same service, by the same unit, net of VAT."""
    from bursar_desk.services.prices import like_for_like

    with common(ctx).reading() as desk:
        found = like_for_like(desk)
        told = [line for one in found.comparisons for line in _compared_told(one)]
        told += [f"Not compared: {one.school_name}, {one.title}. {one.why}" for one in found.left_out]
        nothing = "No two schools known here buy the same service from the same supplier."
        facts = {
            "comparisons": [_compared(one) for one in found.comparisons],
            "not_compared": [
                {"contract": one.contract, "school": one.school, "title": one.title, "why": one.why}
                for one in found.left_out
            ],
        }  # fmt: skip
        return Answer(facts, lines(told, nothing))


def _compared(one: Comparison) -> dict[str, Any]:
    return {
        "supplier": one.supplier, "service": one.service, "unit": one.unit, "lowest": one.lowest, "middle": one.middle,
        "highest": one.highest, "worth_at_lowest": one.worth_lowest, "worth_at_middle": one.worth_middle,
        "estimate": True, "dearer_at_middle": list(one.dearer), "terms_differ": list(one.terms_differ),
        "schools": [_price(row) for row in one.rows],
    }  # fmt: skip


def _price(row: SchoolPrice) -> dict[str, Any]:
    return {
        "school": row.school, "name": row.name, "contracts": list(row.contracts), "yearly": row.yearly,
        "units": row.units, "units_from": row.units_from, "unit_price": row.unit_pence, "ends": row.ends,
        "notice": row.notice_words, "gain_at_lowest": row.lowest_gain, "gain_at_middle": row.middle_gain,
    }  # fmt: skip


def _compared_told(one: Comparison) -> list[str]:
    from bursar_desk.domain import words

    rows = [
        f"  {row.name}: {words.money_exact(row.unit_pence)} {one.unit_words}, {words.money_exact(row.yearly)} a year "
        f"for {words.number(row.units)}. Ends: {row.ends_words}. Notice: {row.notice_words}."
        for row in one.rows
    ]
    return [f"{one.service_words}, {one.supplier}. {one.spread_words}", *rows, f"  {one.worth_words}"]
