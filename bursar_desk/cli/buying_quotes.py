"""Quotes by command: how they are judged, what came, opening, marks, interests, and the choice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bursar_desk.cli.buying import Pounds, Which, answer, buying, facts_of, one_purchase, per_cent, pounds, words_of
from bursar_desk.cli.frame import Answer, Misused, common, named_one

if TYPE_CHECKING:
    from bursar_desk.services.buying import BuyingView, Price

Quote = Annotated[str, typer.Argument(metavar="QUOTE", help="Its id, or a word of the supplier’s name.")]


def add_to(app: typer.Typer) -> None:
    """Add all commands about purchases."""
    app.add_typer(buying, name="buying")


def _one_quote(view: BuyingView, typed: str) -> bytes:
    return named_one(typed, [(one.row.id, one.name) for one in view.quotes], "quote", "buying show")


def _pairs(typed: list[str], name: str) -> list[tuple[str, int]]:
    """Read ``NAME=NUMBER``. Raises ``Misused``."""
    made = []
    for one in typed:
        part, sign, number = one.rpartition("=")
        if not sign or not part.strip() or not (number.strip().isascii() and number.strip().isdecimal()):
            raise Misused(f"{name} could not be read.", "Nothing was changed.", "Type it like “Quality of work=40”.")
        made.append((part.strip(), int(number)))
    return made


@buying.command("weights")
def weights(
    ctx: typer.Context,
    which: Which,
    price: Annotated[int, typer.Option(min=0, max=100, help="The weight of the price.")],
    part: Annotated[list[str] | None, typer.Option("--part", metavar="NAME=WEIGHT", help="Quality; repeat.")] = None,
) -> Answer:
    """Fix how quotes are judged, before any is opened: price and parts of quality, 100 in all."""
    from bursar_desk.domain.scoring import Part
    from bursar_desk.services import buying as rules

    with common(ctx).desk() as desk:
        row = one_purchase(desk, which)
        parts = [Part(name, weight) for name, weight in _pairs(part or [], "--part")]
        return answer(desk, row, rules.set_weights(desk, row, price, parts).act)


@buying.command("quote")
def quote(
    ctx: typer.Context,
    which: Which,
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="Who it is from.")],
    asked: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    came: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    how: Annotated[str, typer.Option(metavar="T", help="Letter, e-mail, portal.")] = "",
    valid: Annotated[str | None, typer.Option("--holds-until", metavar="DATE")] = None,
    file: Annotated[list[Path] | None, typer.Option("--file", help="A file that came with it; repeat.")] = None,
    declined: Annotated[str | None, typer.Option(metavar="WHY", help="They declined, or withdrew it.")] = None,
    yearly: Pounds = None,
    once: Pounds = None,
    vat: Annotated[str | None, typer.Option(metavar="PERCENT")] = None,
) -> Answer:
    """Enter a quote or note what is new about one; its price only once it is opened."""
    from bursar_desk.services import buying as rules

    shared = common(ctx)
    with shared.desk() as desk:
        row = one_purchase(desk, which)
        view = rules.show(desk, row)
        wanted = supplier.strip().casefold()
        held = [one.row.id for one in view.quotes if wanted == one.name.casefold()
                or one.row.id.hex().startswith(wanted)]  # fmt: skip
        day, until = shared.day_or_none(came, "--came"), shared.day_or_none(valid, "--holds-until")
        if declined is not None and held:
            changes = rules.decline(desk, held[0], declined)
        elif held and (yearly is not None or once is not None):
            changes = rules.set_price(desk, held[0], _price(yearly, once, vat))
        elif held:
            changes = rules.change_quote(desk, held[0], came_on=day, came_how=how or None, valid_until=until,
                                         files=file or ())  # fmt: skip
        elif yearly is not None or once is not None or declined is not None:
            raise Misused("That quote is not here yet.", "Nothing was changed.", "Enter it first, then open it.")
        else:
            asked_on = shared.day_or_none(asked, "--asked")
            new = rules.NewQuote(supplier, None, asked_on, day, how, until, "", tuple(file or ()))
            changes = rules.add_quote(desk, row, new)[1]
        return answer(desk, row, changes.act)


def _price(yearly: str | None, once: str | None, vat: str | None) -> Price:
    from bursar_desk.services.buying import Price

    rate = per_cent(vat, "--vat") if vat else None
    return Price(pounds(yearly, "--yearly"), pounds(once, "--once"), rate)


@buying.command("open")
def open_quotes(
    ctx: typer.Context,
    which: Which,
    beside: Annotated[str, typer.Option(metavar="WHO", help="Who is the witness.")],
    price: Annotated[list[str] | None, typer.Option(
        "--price", metavar="QUOTE=POUNDS", help="A year’s price without VAT; repeat.")] = None,
    once: Annotated[list[str] | None, typer.Option("--once", metavar="QUOTE=POUNDS", help="Paid once; repeat.")] = None,
    vat: Annotated[str, typer.Option(metavar="PERCENT")] = "20",
) -> Answer:
    """Open the quotes that came, with a witness; weights stay as they are from then on."""
    from bursar_desk.services import buying as rules

    with common(ctx).desk() as desk:
        row = one_purchase(desk, which)
        view = rules.show(desk, row)
        yearly, single = _priced(view, price, "--price"), _priced(view, once, "--once")
        rate = per_cent(vat, "--vat")
        prices = {one: rules.Price(yearly.get(one), single.get(one), rate) for one in {**yearly, **single}}
        return answer(desk, row, rules.open_quotes(desk, row, beside, prices).act)


def _priced(view: BuyingView, typed: list[str] | None, name: str) -> dict[bytes, int]:
    made = {}
    for one in typed or []:
        who, sign, sum_typed = one.rpartition("=")
        if not sign:
            raise Misused(f"{name} could not be read.", "Nothing was changed.", "Type it like “Hartwell=4200”.")
        made[_one_quote(view, who)] = pounds(sum_typed, name) or 0
    return made


@buying.command("mark")
def mark(
    ctx: typer.Context,
    which: Which,
    quote_typed: Quote,
    score: Annotated[list[str], typer.Option("--score", metavar="PART=MARK", help="0 to 10; repeat for each part.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who marks; else whoever acts.")] = "",
    why: Annotated[str, typer.Option(metavar="T")] = "",
) -> Answer:
    """Enter one person’s marks for a quote that was opened."""
    from bursar_desk.services import buying as rules

    with common(ctx).desk() as desk:
        row = one_purchase(desk, which)
        chosen = _one_quote(rules.show(desk, row), quote_typed)
        return answer(desk, row, rules.mark(desk, chosen, dict(_pairs(score, "--score")), by=by, why=why).act)


@buying.command("declare")
def declare(
    ctx: typer.Context,
    which: Which,
    who: Annotated[str, typer.Option(metavar="WHO", help="Who declares; else whoever acts.")] = "",
    what: Annotated[str, typer.Option(metavar="T", help="The interest; leave out for none.")] = "",
    steps: Annotated[str, typer.Option(metavar="T", help="What is done about it.")] = "",
) -> Answer:
    """Declare an interest in a purchase, or that there is none."""
    from bursar_desk.services import buying as rules

    with common(ctx).desk() as desk:
        row = one_purchase(desk, which)
        return answer(desk, row, rules.declare(desk, row, who=who, what=what, steps=steps).act)


@buying.command("award")
def award(
    ctx: typer.Context,
    which: Which,
    quote_typed: Quote,
    why: Annotated[str, typer.Option(metavar="T", help="Needed unless it is both best value and cheapest.")] = "",
    on: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    contract_from: Annotated[str | None, typer.Option(
        "--contract-from", metavar="DATE", help="Also make a draft of the contract, beginning that day.")] = None,
) -> Answer:
    """Choose a quote; a reason is needed unless it is both the best value and the cheapest."""
    from bursar_desk.services import buying as rules

    shared = common(ctx)
    day, first = shared.day_or_none(on, "--on"), shared.day_or_none(contract_from, "--contract-from")
    with shared.desk() as desk:
        row = one_purchase(desk, which)
        chosen = _one_quote(rules.show(desk, row), quote_typed)
        view, changes = rules.award(desk, row, chosen, why, day)
        made = rules.make_contract(desk, row, first)[0] if first else None
        facts = facts_of(view) | {"act": changes.act, "made_contract": made}
        return Answer(facts, words_of(view) + ("\nThe contract is made as a draft." if made else ""))
