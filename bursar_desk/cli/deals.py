"""Group deals from the command line: proposing, prices, shares, what governing bodies decide, signing and paying."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bursar_desk.cli.deals_facts import deal_facts, line_facts, one_deal, parts_of, told, way_facts, yes_words
from bursar_desk.cli.frame import Answer, Misused, common, lines, short

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

deal = typer.Typer(help="Buy together: deals, what each governing body decided, how the cost is shared.")
Which = Annotated[str, typer.Argument(metavar="DEAL", help="Its id, or its title.")]
Minute = Annotated[str, typer.Option(metavar="REF", help="The minute it can be looked up under.")]
Body = Annotated[str, typer.Option(help="Which body decided, for example “Full governing body”.")]
MetOn = Annotated[str | None, typer.Option("--met-on", metavar="DATE", help="Day of the meeting; else today.")]
WAYS = "equal, pupils, area, uses, sites, percent or fixed; or a mixture: “equal=25,pupils=75”."
Why = Annotated[str, typer.Option(help="Read by the other schools.")]


class Said(StrEnum):
    """What a governing body decides."""

    YES = "yes"
    NO = "no"
    TAKEN_BACK = "taken-back"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(deal, name="deal")


def pounds(typed: str | None, name: str) -> int | None:
    """Read a sum as pence, or nothing where it is left out."""
    from bursar_desk.domain.typed_money import read_money

    return read_money(typed, name=name) if typed else None


@deal.command("list")
def list_deals(
    ctx: typer.Context, every: Annotated[bool, typer.Option("--all", help="Ended ones as well.")] = False
) -> Answer:
    """List the deals known here, what schools decide first."""
    from bursar_desk.services import deals

    with common(ctx).reading() as desk:
        found = deals.listing(desk, every=every)
        facts = [line_facts(desk, one) for one in found]
        said = [f"{short(one.id)}  {one.title}: {one.stage_words}, {one.yearly_words}, "
                f"{yes_words(one.yes_words, one.difference_words)}" for one in found]  # fmt: skip
    return Answer({"deals": facts}, lines(said, "No group deals yet."))


@deal.command("show")
def show(ctx: typer.Context, which: Which) -> Answer:
    """Show one deal: each school’s price today, its share, its governors, and what is not as it should be."""
    from bursar_desk.services import deals

    with common(ctx).reading() as desk:
        view = deals.show(desk, one_deal(desk, which))
        return Answer(deal_facts(desk, view), told(view))


@deal.command("propose")
def propose(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    schools: Annotated[str, typer.Option(metavar="A,B,…", help="Who is asked: URNs or names.")],
    service: Annotated[str, typer.Option(help="What is bought, for example “grounds”.")] = "other",
    lead: Annotated[str, typer.Option(metavar="SCHOOL", help="Who signs; else each school pays by itself.")] = "",
    first: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
    decide_by: Annotated[str | None, typer.Option("--decide-by", metavar="DATE")] = None,
    scope: Annotated[str, typer.Option(help="What is in it.")] = "",
    leave_months: Annotated[int, typer.Option("--leave-months", help="Notice to leave early.")] = 6,
    join_rule: Annotated[str, typer.Option("--join", help="month start, any day or year start.")] = "month start",
    leave_rule: Annotated[str, typer.Option("--leave", help="any day, month end or year end.")] = "any day",
    note: Annotated[str, typer.Option()] = "",
) -> Answer:
    """Propose a deal to schools."""
    from bursar_desk.domain import service_kinds
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        code = service_kinds.of_words(service) or service
        view, changes = deals.propose(desk, deals.NewDeal(
            title, code, tuple(desk.find_school(one) for one in schools.split(",") if one.strip()),
            desk.find_school(lead) if lead else None, scope, shared.day_or_none(decide_by, "--decide-by"),
            shared.day_or_none(first, "--from"), shared.day_or_none(last, "--to"), leave_notice=leave_months,
            join_rule=join_rule, leave_rule=leave_rule, note=note,
        ))  # fmt: skip
        return Answer(deal_facts(desk, view) | {"act": changes.act}, told(view))


@deal.command("offer")
def offer(
    ctx: typer.Context,
    which: Which,
    supplier: Annotated[str, typer.Option(help="Whose price it is.")],
    yearly: Annotated[str, typer.Option(metavar="POUNDS", help="A year, without VAT.")],
    vat: Annotated[str, typer.Option(metavar="POUNDS", help="VAT on it.")] = "0",
    once: Annotated[str | None, typer.Option(metavar="POUNDS", help="What comes once.")] = None,
    months: Annotated[int | None, typer.Option(help="How long it is for.")] = None,
    valid: Annotated[str | None, typer.Option("--valid-until", metavar="DATE")] = None,
    chosen: Annotated[str, typer.Option("--chosen-because", help="Why this one of the quotes.")] = "",
    why: Why = "",
    buying: Annotated[str, typer.Option(metavar="PURCHASE", help="The purchase whose quotes are kept with it.")] = "",
) -> Answer:
    """Put a price before the schools; a second one needs --why."""
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = deals.offer(desk, one_deal(desk, which), deals.NewOffer(
            supplier, pounds(yearly, "--yearly") or 0, pounds(vat, "--vat") or 0, pounds(once, "--once") or 0, months,
            shared.day_or_none(valid, "--valid-until"), chosen_why=chosen, why=why,
            buying=_buying(desk, buying) if buying else None,
        ))  # fmt: skip
        return Answer(deal_facts(desk, view) | {"act": changes.act}, told(view))


def _buying(desk: Desk, typed: str) -> bytes:
    from bursar_desk.cli.buying import one_purchase

    return one_purchase(desk, typed)


@deal.command("baseline")
def baseline(
    ctx: typer.Context,
    which: Which,
    yearly: Annotated[str | None, typer.Option(metavar="POUNDS", help="What we pay a year, without VAT.")] = None,
    vat: Annotated[str | None, typer.Option(metavar="POUNDS")] = None,
    document: Annotated[str, typer.Option(help="What shows it: “Invoice 4411”.")] = "",
    dated: Annotated[str | None, typer.Option(metavar="DATE", help="The date on it.")] = None,
    none_why: Annotated[str, typer.Option("--none", metavar="WHY", help="Why no price today is known.")] = "",
    why: Why = "",
) -> Answer:
    """Say what our school pays today. The first price counts; another one needs --why."""
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = deals.baseline(desk, one_deal(desk, which), deals.NewBaseline(
            pounds(yearly, "--yearly"), pounds(vat, "--vat"), shared.day_or_none(dated, "--dated"), document,
            why=why, none_why=none_why,
        ))  # fmt: skip
        return Answer(deal_facts(desk, view) | {"act": changes.act}, told(view))


@deal.command("ways")
def ways(ctx: typer.Context, which: Which) -> Answer:
    """Try every way to share the price; nothing is saved."""
    from bursar_desk.services import deals

    with common(ctx).reading() as desk:
        found = deals.ways(desk, one_deal(desk, which))
        said = [f"{'* ' if one.chosen else '  '}{one.words}: {one.hint}" for one in found]
        return Answer({"ways": [way_facts(desk, one) for one in found]}, lines(said, "There is no price yet."))


@deal.command("share")
def share(
    ctx: typer.Context,
    which: Which,
    by: Annotated[str, typer.Option(metavar="WAY", help=WAYS)],
    source: Annotated[str, typer.Option(help="Where the numbers are from: “January census”.")] = "",
    why: Why = "",
    member: Annotated[list[str] | None, typer.Option(metavar="SCHOOL", help="Who shares it. May be repeated.")] = None,
    number: Annotated[
        list[str] | None, typer.Option(metavar="SCHOOL:WAY=N", help="A number given: “105219:uses=12”. Repeatable.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day of the year shared.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
) -> Answer:
    """Write how the cost is shared, with the numbers as they are today; again needs --why."""
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = deals.share(desk, one_deal(desk, which), deals.NewSharing(
            parts_of(by), source, why, tuple(desk.find_school(one) for one in member or ()),
            numbers_of(desk, number or []), first=shared.day_or_none(first, "--from"),
            last=shared.day_or_none(last, "--to"),
        ))  # fmt: skip
        return Answer(deal_facts(desk, view) | {"act": changes.act}, told(view))


def numbers_of(desk: Desk, typed: list[str]) -> dict[bytes, dict[str, int]]:
    """Read numbers like ``105219:uses=12``; fixed amounts as pounds, per cents as per cents. Raises ``Misused``."""
    from bursar_desk.domain.apportion import FIXED, METHODS, PERCENT
    from bursar_desk.domain.typed_money import read_money

    found: dict[bytes, dict[str, int]] = {}
    for one in typed:
        school, colon, rest = one.rpartition(":")
        method, equals, value = rest.partition("=")
        if not colon or not equals or method.strip() not in METHODS:
            raise Misused("--number could not be read.", "Nothing was changed.", "Type it like 105219:uses=12.")
        named = method.strip()
        if named in (FIXED, PERCENT):
            amount = read_money(value, name="--number")
        elif value.strip().isascii() and value.strip().isdecimal() and len(value.strip()) < 10:
            amount = int(value)
        else:
            raise Misused("--number could not be read.", "Nothing was changed.", "Type a whole number after the =.")
        found.setdefault(desk.find_school(school), {})[named] = amount
    return found


@deal.command("decide")
def decide(
    ctx: typer.Context,
    which: Which,
    answer: Annotated[Said, typer.Argument(metavar="ANSWER", help="yes, no or taken-back.")],
    body: Body,
    minute: Annotated[str, typer.Option(metavar="REF", help="Its minute; a yes or no needs one.")] = "",
    on: MetOn = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="The last day it holds for.")] = None,
    conditions: Annotated[str, typer.Option(help="On what condition.")] = "",
    why: Why = "",
) -> Answer:
    """Note what our governing body decided of the price as it stands."""
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = deals.decide(
            desk, one_deal(desk, which), answer.value.replace("-", " "), body=body, minute_ref=minute,
            on=shared.day_or_none(on, "--met-on"), until=shared.day_or_none(until, "--until"), conditions=conditions,
            why=why,
        )  # fmt: skip
        mine = view.school(desk.home)
        return Answer(deal_facts(desk, view) | {"act": changes.act}, mine.sentence if mine else told(view))


@deal.command("condition-met")
def condition_met(
    ctx: typer.Context,
    which: Which,
    school: Annotated[str, typer.Argument(metavar="SCHOOL")],
    how: Annotated[str, typer.Option(help="How it is met; their governors read it.")],
) -> Answer:
    """Note that what a school’s governors asked for is done: their yes then counts."""
    from bursar_desk.services import deals

    with common(ctx).desk() as desk:
        view, changes = deals.conditions_met(desk, one_deal(desk, which), desk.find_school(school), how)
        return Answer(deal_facts(desk, view) | {"act": changes.act}, told(view))


@deal.command("join")
def join(
    ctx: typer.Context,
    which: Which,
    from_day: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")],
    body: Body,
    minute: Minute,
    on: MetOn = None,
    why: Why = "",
) -> Answer:
    """Ask to join a signed deal; the next version has us in it."""
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = deals.join(
            desk, one_deal(desk, which), from_day=shared.day(from_day, "--from"), body=body, minute_ref=minute,
            on=shared.day_or_none(on, "--met-on"), why=why,
        )  # fmt: skip
        mine = view.school(desk.home)
        return Answer(deal_facts(desk, view) | {"act": changes.act}, mine.sentence if mine else told(view))


@deal.command("leave")
def leave(
    ctx: typer.Context,
    which: Which,
    body: Body,
    minute: Minute,
    on: MetOn = None,
    from_day: Annotated[str | None, typer.Option("--last", metavar="DATE", help="A later last day.")] = None,
    why: Why = "",
) -> Answer:
    """Give notice to leave; the last day we pay for is worked out."""
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = deals.leave(
            desk, one_deal(desk, which), body=body, minute_ref=minute, on=shared.day_or_none(on, "--met-on"),
            from_day=shared.day_or_none(from_day, "--last"), why=why,
        )  # fmt: skip
        mine = view.school(desk.home)
        return Answer(deal_facts(desk, view) | {"act": changes.act}, mine.sentence if mine else told(view))


@deal.command("stay")
def stay(ctx: typer.Context, which: Which, why: Why = "") -> Answer:
    """Take back our notice to leave, or our wish to join."""
    from bursar_desk.services import deals

    with common(ctx).desk() as desk:
        view, changes = deals.stay(desk, one_deal(desk, which), why=why)
        return Answer(deal_facts(desk, view) | {"act": changes.act}, told(view))


@deal.command("sign")
def sign(
    ctx: typer.Context,
    which: Which,
    by: Annotated[str, typer.Option(metavar="PERSON", help="Who signed.")],
    on: Annotated[str | None, typer.Option("--signed-on", metavar="DATE", help="Else today.")] = None,
    reference: Annotated[str, typer.Option(metavar="REF")] = "",
) -> Answer:
    """Note that a deal was signed; every school that shares it must have agreed."""
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = deals.sign(
            desk, one_deal(desk, which), by=by, on=shared.day_or_none(on, "--signed-on"), reference=reference
        )
        return Answer(deal_facts(desk, view) | {"act": changes.act}, told(view))


@deal.command("end")
def end(
    ctx: typer.Context,
    which: Which,
    why: Annotated[str, typer.Option(help="Read by the other schools.")],
    on: Annotated[str | None, typer.Option("--last", metavar="DATE", help="Its last day; else today.")] = None,
) -> Answer:
    """End a deal of ours."""
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = deals.end(desk, one_deal(desk, which), why=why, on=shared.day_or_none(on, "--last"))
        return Answer(deal_facts(desk, view) | {"act": changes.act}, told(view))


@deal.command("pay")
def pay(
    ctx: typer.Context,
    which: Which,
    sum_: Annotated[str, typer.Argument(metavar="POUNDS", help="Without VAT.")],
    vat: Annotated[str, typer.Option(metavar="POUNDS")] = "0",
    to: Annotated[str, typer.Option(metavar="SCHOOL", help="Else the school that signs.")] = "",
    on: Annotated[str | None, typer.Option("--paid-on", metavar="DATE", help="Else today.")] = None,
    reference: Annotated[str, typer.Option(metavar="REF")] = "",
) -> Answer:
    """Note what our school paid for a deal."""
    from bursar_desk.services import deals

    shared = common(ctx)
    with shared.desk() as desk:
        one = one_deal(desk, which)
        changes = deals.pay(
            desk, one, pence=pounds(sum_, "The sum") or 0, vat=pounds(vat, "--vat") or 0,
            to_school=desk.find_school(to) if to else None, on=shared.day_or_none(on, "--paid-on"), reference=reference,
        )  # fmt: skip
        view = deals.show(desk, one)
        said = lines([each.words for each in view.payments], "Nothing was paid yet.")
        return Answer(deal_facts(desk, view) | {"act": changes.act}, said)


@deal.command("contract")
def contract(ctx: typer.Context, which: Which) -> Answer:
    """Write our own contract from a signed deal we are in."""
    from bursar_desk.services import deals

    with common(ctx).desk() as desk:
        made, changes = deals.own_contract(desk, one_deal(desk, which))
        return Answer({"contract": made, "act": changes.act}, "Our contract is written. See “contract list”.")
