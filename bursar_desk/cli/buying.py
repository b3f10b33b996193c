"""Purchases by command: value and rule, weights, quotes, opening, marks, interests, the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, named_one, short

if TYPE_CHECKING:
    from bursar_desk.services.buying import BuyingView
    from bursar_desk.services.desk import Desk

buying = typer.Typer(help="Purchases: the rule for their value, weights, quotes, marks, and the choice.")
Which = Annotated[str, typer.Argument(metavar="PURCHASE", help="Its id from “buying list”, or a word of its title.")]
Pounds = Annotated[str | None, typer.Option(metavar="POUNDS")]


# --- reading what was typed ------------------------------------------------------------------------------------------


def one_purchase(desk: Desk, typed: str) -> bytes:
    """Return the purchase somebody named. Raises ``UserError`` when it is not just one."""
    from bursar_desk.services import buying as service

    known = [(one.row.id, one.title) for one in service.listing(desk, every=True)]
    return named_one(typed, known, "purchase", "buying list --all")


def pounds(typed: str | None, name: str) -> int | None:
    """Read a sum in pounds as pence."""
    from bursar_desk.domain.typed_money import read_money

    return None if typed is None else read_money(typed, name=name)


def per_cent(typed: str, name: str) -> int:
    """Read per cent like 20 or 5.5 as hundredths. Raises ``Misused``."""
    whole, _point, rest = typed.strip().removesuffix("%").partition(".")
    typed_well = whole.isascii() and whole.isdecimal() and len(whole) < 4 and len(rest) < 3
    if not typed_well or (rest and not rest.isdecimal()):
        raise Misused(f"{name} could not be read as per cent.", "Nothing was changed.", "Type it like 20 or 5.5.")
    return int(whole) * 100 + int(rest.ljust(2, "0") if rest else 0)


def service_code(typed: str) -> str:
    """Return the code of a service that was typed; "" for none. Raises ``Misused`` naming some."""
    from bursar_desk.domain.service_kinds import KINDS, of_words

    if not typed.strip():
        return ""
    found = of_words(typed)
    if found is None:
        names = ", ".join(one.said for one in KINDS[:8])
        raise Misused(f"“{typed}” is not a service.", "Nothing was changed.", f"Use “other”, or one like: {names}.")
    return found


# --- what is said ----------------------------------------------------------------------------------------------------


def facts_of(view: BuyingView) -> dict[str, Any]:
    """Return a purchase as one JSON document; prices are null until quotes are opened."""
    row, judged = view.line.row, view.judged
    return {
        "purchase": row.id, "school": view.line.school_name, "title": row.title, "service": row.service,
        "kind": row.kind, "started_on": row.started_on, "net": judged.net_pence, "with_vat": judged.gross_pence,
        "figure": judged.figure.pence if judged.figure else None, "reaches_figure": judged.reaches,
        "over": judged.over if judged.figure else None, "rule": view.line.rule_words, "route": row.route,
        "quotes_needed": view.line.needed, "quotes_held": view.line.held, "fewer_why": row.fewer_why,
        "approved_by": row.approved_by, "approver": view.band.approver, "stage": view.line.stage,
        "next": view.line.next_words, "needs_first": view.needs_first, "warnings": view.warnings,
        "weights": None if view.weights is None else {
            "price": view.weights.price, "parts": {one.name: one.weight for one in view.weights.parts},
        },
        "late_weights": view.late_weights,
        "opened": [{"on": one.on_date, "by": one.said_by, "beside": one.beside} for one in view.openings],
        "quotes": [_quote_facts(one) for one in view.quotes],
        "best_value": [one.row.id for one in view.best], "cheapest": [one.row.id for one in view.cheapest],
        "missing_marks": [] if view.result is None else [
            {"who": one.who, "quote": one.quote, "part": one.part} for one in view.result.missing
        ],
        "interests": [{"who": one.who, "nothing": one.no_interest, "what": one.what, "steps": one.steps}
                      for one in view.interests],
        "chosen": row.chosen, "chosen_why": row.chosen_why, "awarded_on": row.awarded_on,
        "published": row.published, "order": row.order_ref, "contract": row.contract, "deal": row.deal,
    }  # fmt: skip


def _quote_facts(one: Any) -> dict[str, Any]:
    score = one.scored
    return {
        "quote": one.row.id, "supplier": one.name, "state": one.state, "came_on": one.row.came_on,
        "valid_until": one.row.valid_until, "past": one.past, "whole": one.whole,
        "yearly": one.row.yearly if one.whole is not None else None,
        "once": one.row.once if one.whole is not None else None, "files": [file.name for file in one.files],
        "rank": score.rank if score else None, "price_marks": score.price if score else None,
        "quality_marks": score.quality if score else None, "marks": score.total if score else None,
        "parts": {part.name: part.hundredths for part in score.parts} if score else {}, "chosen": one.chosen,
    }  # fmt: skip


def words_of(view: BuyingView) -> str:
    """Return a purchase for people."""
    line = view.line
    rows = [f"{line.title}, {line.school_name}: {line.stage_words}. Next: {line.next_words}."]
    rows += [*view.value_lines, view.judged.sentence, f"Rule: {line.rule_words}.", *view.route_lines]
    rows += [f"How quotes are judged: {view.weights_words}."] if view.weights_words else []
    rows += view.late_weights
    for one in view.quotes:
        parts = [f"{short(one.row.id)}  {one.name} ({one.state})"]
        parts += [one.price_words] if one.price_words else []
        parts += [f"{hundredths_words(one.scored.total)} marks"] if one.scored and one.scored.total is not None else []
        parts += ["best value"] if one in view.best else []
        parts += ["cheapest"] if one in view.cheapest else []
        parts += ["chosen"] if one.chosen else []
        rows.append(", ".join(parts))
    rows += [f"Reason: {line.row.chosen_why}"] if line.row.chosen_why else []
    rows += [f"To do first: {one}" for one in view.needs_first] if line.stage not in ("chosen", "stopped") else []
    rows += [f"Look at this: {one}" for one in view.warnings]
    return "\n".join(rows)


def hundredths_words(value: int) -> str:
    """Return hundredths of a mark: ``83.25``."""
    return f"{value // 100}.{value % 100:02d}"


def answer(desk: Desk, row: bytes, act: bytes | None) -> Answer:
    """Return a purchase as it stands after an act."""
    from bursar_desk.services import buying as service

    view = service.show(desk, row)
    return Answer(facts_of(view) | {"act": act}, words_of(view))


# --- commands --------------------------------------------------------------------------------------------------------


@buying.command("list")
def list_purchases(
    ctx: typer.Context,
    school: Annotated[str | None, typer.Option(metavar="URN", help="Another school held here.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are chosen or stopped.")] = False,
) -> Answer:
    """List purchases: what each is worth, what the rule asks for, how far it is."""
    from bursar_desk.services import buying as service

    with common(ctx).reading() as desk:
        found = service.listing(desk, desk.find_school(school) if school else None, every=every)
    facts = {"purchases": [
        {"purchase": one.row.id, "school": one.school_name, "title": one.title, "service": one.row.service,
         "stage": one.stage, "next": one.next_words, "rule": one.rule_words, "quotes_held": one.held,
         "quotes_needed": one.needed} for one in found
    ]}  # fmt: skip
    rows = [
        f"{short(one.row.id)}  {one.title}, {one.school_name}: {one.value_words} with VAT, {one.rule_words}. "
        f"{one.stage_words}. Next: {one.next_words}." for one in found
    ]  # fmt: skip
    return Answer(facts, lines(rows, "Nothing is being bought."))


@buying.command("show")
def show(ctx: typer.Context, which: Which) -> Answer:
    """Show one purchase: the sum, the rule, quotes side by side, what is to do first."""
    with common(ctx).reading() as desk:
        return answer(desk, one_purchase(desk, which), None)


@buying.command("start")
def start(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What is to be bought; with --contract it may be “-”.")],
    service: Annotated[str, typer.Option(metavar="SERVICE", help="For example cleaning.")] = "",
    kind: Annotated[str, typer.Option(help="goods and services, works or light touch.")] = "goods and services",
    yearly: Pounds = None,
    months: Annotated[int | None, typer.Option(min=0, max=1200, help="The first length.")] = None,
    option_months: Annotated[int | None, typer.Option("--options", min=0, max=1200, help="Options, months.")] = None,
    once: Annotated[str | None, typer.Option(metavar="POUNDS", help="Paid once, beside it.")] = None,
    vat: Annotated[str | None, typer.Option(metavar="PERCENT", help="Else 20.")] = None,
    no_end: Annotated[bool, typer.Option("--no-end", help="No end date: 48 months are counted.")] = False,
    route: Annotated[str, typer.Option(help="direct, quotes, tender or framework; else as the rule asks.")] = "",
    contract: Annotated[str | None, typer.Option(metavar="CONTRACT", help="Fill it in from a contract.")] = None,
    quotes_by: Annotated[str | None, typer.Option("--quotes-by", metavar="DATE")] = None,
    deal: Annotated[str | None, typer.Option(metavar="DEAL", help="The group deal it is for.")] = None,
) -> Answer:
    """Start a purchase, from nothing or from a contract that ends; sums are without VAT."""
    from dataclasses import replace

    from bursar_desk.services import buying as rules

    shared = common(ctx)
    with shared.desk() as desk:
        if contract:
            from bursar_desk.services import contracts

            new = rules.from_contract(desk, contracts.find(desk, contract).row.id)
            new = replace(new, title=new.title if title.strip() == "-" else title)
        else:
            new = rules.NewBuying(title)
        given: dict[str, Any] = {
            "service": service_code(service) or None, "kind": kind if not contract else None,
            "yearly": pounds(yearly, "--yearly"), "months": months,
            "option_months": option_months, "once": pounds(once, "--once"),
            "vat_rate": per_cent(vat, "--vat") if vat else None, "open_ended": no_end or None, "route": route or None,
            "quotes_by": shared.day_or_none(quotes_by, "--quotes-by"), "started_on": desk.today,
        }  # fmt: skip
        if deal:
            from bursar_desk.cli.deals_facts import one_deal

            given["deal"] = one_deal(desk, deal)
        new = replace(new, **{name: value for name, value in given.items() if value is not None})
        view, changes = rules.start(desk, new)
        return Answer(facts_of(view) | {"act": changes.act}, words_of(view))


@buying.command("change")
def change(
    ctx: typer.Context,
    which: Which,
    route: Annotated[str | None, typer.Option()] = None,
    fewer_why: Annotated[str | None, typer.Option("--fewer-why", metavar="T", help="Why fewer quotes.")] = None,
    approved_by: Annotated[str | None, typer.Option("--approved-by", metavar="WHO")] = None,
    framework: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    reference: Annotated[str | None, typer.Option("--framework-ref", metavar="REF")] = None,
    until: Annotated[str | None, typer.Option("--framework-until", metavar="DATE")] = None,
    checked: Annotated[list[str] | None, typer.Option("--checked", help="school, value or end date; repeat.")] = None,
    call_off: Annotated[str | None, typer.Option("--call-off", help="direct award or mini competition.")] = None,
    published: Annotated[str | None, typer.Option(metavar="T", help="Where a notice stands.")] = None,
    order: Annotated[str | None, typer.Option(metavar="REF", help="The number of the order.")] = None,
    stop: Annotated[str | None, typer.Option(metavar="WHY", help="Stop it without choosing.")] = None,
) -> Answer:
    """Note approval, framework, publication or the order of a purchase; or stop it."""
    from bursar_desk.services import buying as rules

    shared = common(ctx)
    with shared.desk() as desk:
        row = one_purchase(desk, which)
        if stop is not None:
            return answer(desk, row, rules.stop(desk, row, stop).act)
        given = {
            "route": route, "fewer_why": fewer_why, "approved_by": approved_by, "framework": framework,
            "framework_ref": reference, "framework_until": shared.day_or_none(until, "--framework-until"),
            "framework_checked": checked or None, "call_off": call_off, "published": published, "order_ref": order,
        }  # fmt: skip
        values = {name: value for name, value in given.items() if value is not None}
        if not values:
            raise Misused("Say what is different.", "Nothing was changed.", "See “buying change --help”.")
        return answer(desk, row, rules.change(desk, row, values)[1].act)


@buying.command("bands")
def bands(
    ctx: typer.Context,
    band: Annotated[list[str] | None, typer.Option(
        "--band", metavar="POUNDS=QUOTES=WHO", help="From this sum on, so many quotes, approved by; repeat.")] = None,
) -> Answer:
    """Show this school’s rules for quotes by value, or set them anew."""
    from bursar_desk.domain.quote_rules import Band, band_words
    from bursar_desk.services import buying as rules

    act = None
    if band:
        made = []
        for one in band:
            first, _, rest = one.partition("=")
            quotes, _, who = rest.partition("=")
            if not quotes.strip().isdecimal():
                raise Misused("--band could not be read.", "Nothing was changed.", "Type it like “2000=2=Head”.")
            made.append(Band(pounds(first, "--band") or 0, int(quotes), who.strip()))
        with common(ctx).desk() as desk:
            act = rules.choose_bands(desk, made).act
            found, own = rules.bands(desk), rules.own_bands(desk)
    else:
        with common(ctx).reading() as desk:
            found, own = rules.bands(desk), rules.own_bands(desk)
    facts = {"bands": [one.facts() for one in found], "own": own, "act": act}
    return Answer(facts, "\n".join(band_words(found)))
