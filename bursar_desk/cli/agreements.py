"""Agreements between schools and what the cluster costs, from the command line."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.deals import WAYS, Body, MetOn, Minute, Said, Why, numbers_of, pounds
from bursar_desk.cli.deals_facts import parts_of, payment_facts, years_facts
from bursar_desk.cli.frame import Answer, Misused, common, lines, named_one, short

if TYPE_CHECKING:
    from bursar_desk.services.agreements import NewPromise
    from bursar_desk.services.agreements_shapes import AgreementView, RunningCostView
    from bursar_desk.services.desk import Desk

agreement = typer.Typer(help="Memoranda and data-sharing agreements: who agreed, and whether they are kept to.")
running = typer.Typer(help="What it costs to run the cluster, and how that is shared.")
Which = Annotated[str, typer.Argument(metavar="AGREEMENT", help="Its id, or its title.")]
Cost = Annotated[str, typer.Argument(metavar="COST", help="Its id, or its title.")]


class Kind(StrEnum):
    """The kinds of agreement."""

    MEMORANDUM = "memorandum"
    DATA_SHARING = "data-sharing"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(agreement, name="agreement")
    app.add_typer(running, name="running-cost")


def _one(desk: Desk, typed: str) -> bytes:
    from bursar_desk.services import agreements

    known = [(one.id, one.title) for one in agreements.listing(desk, every=True)]
    return named_one(typed, known, "agreement", "agreement list --all")


def _facts(desk: Desk, one: AgreementView) -> dict[str, Any]:
    return {
        "agreement": one.id, "title": one.title, "kind": one.kind, "state": one.state, "state_words": one.state_words,
        "from": one.first, "to": one.last, "review_on": one.review_on, "deal": one.deal, "notice": one.notice_words,
        "parties": [
            {"name": each.name, "state": each.state, "agreed": each.agreed, "words": each.words,
             "decision": each.decision, "leaves_on": each.leaves_on}
            for each in one.parties
        ],
        "promises": [
            {"name": each.name, "gives": each.gives, "words": each.words, "unit": each.unit, "promised": each.promised,
             "really": each.really, "kept": each.kept}
            for each in one.promises
        ],
        "findings": [each.words for each in one.findings],
        "payments": [payment_facts(desk, each) for each in one.payments],
    }  # fmt: skip


def _told(one: AgreementView) -> str:
    said = [f"{short(one.id)}  {one.title} ({one.kind_words}): {one.state_words}"]
    said += [f"  {each.name}: {each.words}" for each in one.parties]
    said += [f"  {each.name} {'gives' if each.gives else 'gets'} {each.words}"
             f"{f': {each.result}' if each.promised is not None else ''}" for each in one.promises]
    waiting = "no decision yet."  # stands beside the name of the school already
    said += [f"  ! {each.words} {'' if each.detail == waiting else each.detail}".rstrip() for each in one.findings]
    return "\n".join(said)


@agreement.command("list")
def list_agreements(
    ctx: typer.Context, every: Annotated[bool, typer.Option("--all", help="Ended ones as well.")] = False
) -> Answer:
    """List agreements, how they stand and what does not keep to them."""
    from bursar_desk.services import agreements

    with common(ctx).reading() as desk:
        found = agreements.listing(desk, every=every)
        return Answer({"agreements": [_facts(desk, one) for one in found]},
                      lines([_told(one) for one in found], "No agreements yet."))  # fmt: skip


@agreement.command("show")
def show_agreement(ctx: typer.Context, which: Which) -> Answer:
    """Show one agreement."""
    from bursar_desk.services import agreements

    with common(ctx).reading() as desk:
        one = agreements.get(desk, _one(desk, which))
        return Answer(_facts(desk, one), _told(one))


@agreement.command("add")
def add_agreement(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    schools: Annotated[str, typer.Option(metavar="A,B,…", help="Its parties: URNs or names.")],
    kind: Annotated[Kind, typer.Option()] = Kind.MEMORANDUM,
    purpose: Annotated[str, typer.Option()] = "",
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="Else today.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
    review: Annotated[str | None, typer.Option("--review", metavar="DATE", help="When it is looked at again.")] = None,
    leave_months: Annotated[int, typer.Option("--leave-months")] = 3,
    gives: Annotated[
        list[str] | None, typer.Option(metavar="SCHOOL:WHAT", help="“105219:2 hours a week”. Repeatable.")
    ] = None,
    gets: Annotated[
        list[str] | None, typer.Option(metavar="SCHOOL:WHAT", help="“105220:£500 a year”. Repeatable.")
    ] = None,
) -> Answer:
    """Write an agreement down; it holds once every party’s governing body has said yes."""
    from bursar_desk.services import agreements

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = agreements.add(desk, agreements.NewAgreement(
            title, kind.value.replace("-", " "),
            tuple(desk.find_school(one) for one in schools.split(",") if one.strip()), purpose,
             shared.day_or_none(first, "--from"), shared.day_or_none(last, "--to"),
            shared.day_or_none(review, "--review"), leave_months,
            contributions=tuple(_promise(desk, one) for one in gives or ()),
            entitlements=tuple(_promise(desk, one) for one in gets or ()),
        ))  # fmt: skip
        return Answer(_facts(desk, view) | {"act": changes.act}, _told(view))


def _promise(desk: Desk, typed: str) -> NewPromise:
    """Read ``105219:2 hours a week``, ``105219:£500 a year``, or words."""
    import re

    from bursar_desk.domain.typed_money import read_money
    from bursar_desk.services.agreements import NewPromise

    school, colon, rest = typed.partition(":")
    if not colon or not rest.strip():
        raise Misused("What a party gives could not be read.", "Nothing was changed.", "Type 105219:2 hours a week.")
    found = re.fullmatch(r"\s*(£?[0-9][0-9,.]*)\s*(hours?)?\s+an?\s+(week|month|term|year)\s*", rest)
    if found is None or (found[2] is None and not found[1].startswith("£")):
        return NewPromise(desk.find_school(school), rest.strip())
    if found[2]:
        if not found[1].isdecimal() or len(found[1]) > 5:
            raise Misused("Hours are whole numbers.", "Nothing was changed.", "Type 105219:2 hours a week.")
        return NewPromise(desk.find_school(school), "", "minutes", int(found[1]) * 60, found[3])
    return NewPromise(desk.find_school(school), "", "pence", read_money(found[1], name="The sum"), found[3])


@agreement.command("decide")
def decide_agreement(
    ctx: typer.Context,
    which: Which,
    answer: Annotated[Said, typer.Argument(metavar="ANSWER", help="yes, no or taken-back.")],
    body: Body,
    minute: Minute = "",
    on: MetOn = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="The last day it holds for.")] = None,
    why: Why = "",
) -> Answer:
    """Note what our governing body decided about an agreement."""
    from bursar_desk.services import agreements

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = agreements.decide(
            desk, _one(desk, which), answer.value.replace("-", " "), body=body, minute_ref=minute,
            on=shared.day_or_none(on, "--met-on"), until=shared.day_or_none(until, "--until"), why=why,
        )  # fmt: skip
        return Answer(_facts(desk, view) | {"act": changes.act}, _told(view))


@agreement.command("leave")
def leave_agreement(
    ctx: typer.Context, which: Which, body: Body, minute: Minute, on: MetOn = None, why: Why = ""
) -> Answer:
    """Give notice to leave an agreement."""
    from bursar_desk.services import agreements

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = agreements.leave(
            desk, _one(desk, which), body=body, minute_ref=minute, on=shared.day_or_none(on, "--met-on"), why=why
        )
        return Answer(_facts(desk, view) | {"act": changes.act}, _told(view))


@agreement.command("end")
def end_agreement(
    ctx: typer.Context,
    which: Which,
    why: Annotated[str, typer.Option(help="Read by its parties.")],
    on: Annotated[str | None, typer.Option("--last", metavar="DATE", help="Its last day; else today.")] = None,
) -> Answer:
    """End an agreement of ours."""
    from bursar_desk.services import agreements

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = agreements.end(desk, _one(desk, which), why=why, on=shared.day_or_none(on, "--last"))
        return Answer(_facts(desk, view) | {"act": changes.act}, _told(view))


# --- running costs ----------------------------------------------------------------------------------------------------


def _cost(one: RunningCostView, desk: Desk) -> dict[str, Any]:
    return {
        "cost": one.id, "title": one.title, "kind": one.kind, "from": one.first, "to": one.last, "pence": one.pence,
        "vat": one.vat, "paid_by": one.paid_by_name, "way": one.way_words, "why_not": one.why_not,
        "shares": [
            {"school": each.urn, "name": each.name, "net": each.net, "vat": each.vat, "paid": each.paid,
             "left": each.left, "left_vat": each.left_vat, "years": years_facts(each.years)}
            for each in one.shares
        ],
        "payments": [payment_facts(desk, each) for each in one.payments],
    }  # fmt: skip


def _cost_told(one: RunningCostView) -> str:
    from bursar_desk.domain import words

    said = [f"{short(one.id)}  {one.words} {one.way_words or one.why_not}"]
    said += [f"  {each.name}: {words.money_exact(each.net)} and {words.money_exact(each.vat)} VAT, "
             f"{words.money_exact(each.left + each.left_vat)} left to pay" for each in one.shares]  # fmt: skip
    return "\n".join(said)


def _one_cost(desk: Desk, typed: str) -> bytes:
    from bursar_desk.services import running_costs

    known = [(one.id, one.title) for one in running_costs.listing(desk)]
    return named_one(typed, known, "cost", "running-cost list")


@running.command("list")
def list_costs(ctx: typer.Context) -> Answer:
    """List what the cluster costs, each school’s share, and who owes what."""
    from bursar_desk.domain import words
    from bursar_desk.services import running_costs

    with common(ctx).reading() as desk:
        found, owed = running_costs.listing(desk), running_costs.owed(desk)
        said = [_cost_told(one) for one in found]
        left = [(name, net + vat) for _, name, net, vat in owed if net + vat > 0]
        said += [f"{name} has {words.money_exact(pence)} left to pay." for name, pence in left]
        facts = {"costs": [_cost(one, desk) for one in found],
                 "owed": [{"name": name, "net": net, "vat": vat} for _, name, net, vat in owed]}  # fmt: skip
        return Answer(facts, lines(said, "No running costs yet."))


@running.command("add")
def add_cost(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    cost: Annotated[str, typer.Option(metavar="POUNDS", help="Without VAT.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE")],
    last: Annotated[str, typer.Option("--to", metavar="DATE")],
    vat: Annotated[str, typer.Option(metavar="POUNDS")] = "0",
    kind: Annotated[str, typer.Option(help="pay, software, insurance, travel, training, meetings or other.")] = "other",
    paid_by: Annotated[str, typer.Option("--paid-by", metavar="SCHOOL", help="Else we pay it.")] = "",
    document: Annotated[str, typer.Option()] = "",
) -> Answer:
    """Write down a line of what the cluster costs."""
    from bursar_desk.services import running_costs

    shared = common(ctx)
    with shared.desk() as desk:
        view, changes = running_costs.add(desk, running_costs.NewCost(
            title, pounds(cost, "--cost") or 0, shared.day(first, "--from"), shared.day(last, "--to"), kind,
            pounds(vat, "--vat") or 0, desk.find_school(paid_by) if paid_by else None, document,
        ))  # fmt: skip
        return Answer(_cost(view, desk) | {"act": changes.act}, _cost_told(view))


@running.command("share")
def share_cost(
    ctx: typer.Context,
    which: Cost,
    by: Annotated[str, typer.Option(metavar="WAY", help=WAYS)],
    schools: Annotated[str, typer.Option(metavar="A,B,…", help="Who shares it: URNs or names.")],
    source: Annotated[str, typer.Option()] = "",
    why: Why = "",
    number: Annotated[
        list[str] | None, typer.Option(metavar="SCHOOL:WAY=N", help="A number given. Repeatable.")
    ] = None,
) -> Answer:
    """Write how a line is shared; again needs --why."""
    from bursar_desk.services import running_costs

    with common(ctx).desk() as desk:
        view, changes = running_costs.share(desk, _one_cost(desk, which), running_costs.NewCostSharing(
            parts_of(by), tuple(desk.find_school(one) for one in schools.split(",") if one.strip()), source, why,
            numbers_of(desk, number or []),
        ))  # fmt: skip
        return Answer(_cost(view, desk) | {"act": changes.act}, _cost_told(view))


@running.command("pay")
def pay_cost(
    ctx: typer.Context,
    which: Cost,
    sum_: Annotated[str, typer.Argument(metavar="POUNDS", help="Without VAT.")],
    vat: Annotated[str, typer.Option(metavar="POUNDS")] = "0",
    on: Annotated[str | None, typer.Option("--paid-on", metavar="DATE", help="Else today.")] = None,
    reference: Annotated[str, typer.Option(metavar="REF")] = "",
) -> Answer:
    """Note what our school paid of a line."""
    from bursar_desk.services import deals, running_costs

    shared = common(ctx)
    with shared.desk() as desk:
        one = _one_cost(desk, which)
        changes = deals.pay(
            desk, one, pence=pounds(sum_, "The sum") or 0, vat=pounds(vat, "--vat") or 0,
            on=shared.day_or_none(on, "--paid-on"), reference=reference, about_table="running_cost",
        )  # fmt: skip
        view = running_costs.get(desk, one)
        return Answer(_cost(view, desk) | {"act": changes.act}, _cost_told(view))
