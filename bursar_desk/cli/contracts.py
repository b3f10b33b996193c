"""Contracts: what runs, by when each supplier must be told, what was decided, and who agreed to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli import contracts_more
from bursar_desk.cli.contracts_facts import line_facts, line_words, one_told, view_facts, view_words
from bursar_desk.cli.contracts_given import given_columns
from bursar_desk.cli.frame import Answer, Misused, common, lines

if TYPE_CHECKING:
    from bursar_desk.cli.frame import Common
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.contracts_shapes import Deciding
    from bursar_desk.services.desk import Desk

contract = typer.Typer(help="Contracts: by when each supplier must be told, what was decided, and by whom.")
Which = Annotated[str, typer.Argument(metavar="CONTRACT", help="Its title, part of it, or its id.")]
Text = Annotated[str | None, typer.Option(metavar="T")]
Date = Annotated[str | None, typer.Option(metavar="DATE")]
Pounds = Annotated[str | None, typer.Option(metavar="POUNDS", help="Net of VAT.")]
PerCent = Annotated[str | None, typer.Option("--vat", metavar="PER-CENT", help="0 for none.")]
First = Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day of the first term.")]
Last = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Its last day.")]
AtEnd = Annotated[
    str | None,
    typer.Option("--at-end", metavar="WORD", help="ends, renews, rolls or option; a new one that needs notice renews."),
]
Renews = Annotated[int | None, typer.Option("--renews", metavar="MONTHS", help="How long each renewal or option is.")]
Options = Annotated[int | None, typer.Option(metavar="N", help="How many options are left.")]
Notice = Annotated[str | None, typer.Option(metavar="T", help="Like “3 months”, “90 days”, “30 clear days”.")]
By = Annotated[str | None, typer.Option("--notice-by", metavar="WORD", help="received (usual) or served.")]
NoticeEnds = Annotated[str | None, typer.Option(metavar="T", help="any day, month end or period end.")]
Firm = Annotated[str | None, typer.Option("--supplier", metavar="NAME", help="A new name is added.")]
Owner = Annotated[str | None, typer.Option(metavar="PERSON", help="Who looks after it.")]
Body = Annotated[str | None, typer.Option(metavar="T", help="Which meeting decides; else any.")]
Breaks = Annotated[
    list[str] | None, typer.Option("--break", metavar="DATE[,NOTICE]", help="A day it can end early; repeat it.")
]
Alerts = Annotated[str | None, typer.Option(metavar="DAYS", help="Its own lead times, like 120,30.")]
Lease = Annotated[str | None, typer.Option(metavar="WORD", help="What is leased: it, furniture, vehicle, ...")]
Consent = Annotated[str | None, typer.Option("--lease-consent", metavar="WORD", help="class, asked or given.")]
Units = Annotated[str | None, typer.Option(metavar="N UNIT", help="What the price is for, like “6 device”.")]
Rise = Annotated[str | None, typer.Option(metavar="T", help="none, per cent, cpi, rpi, pay award or other.")]
RiseRate = Annotated[str | None, typer.Option(metavar="PER-CENT")]
AgreedBy = Annotated[str, typer.Option(metavar="WHO", help="Who agreed: a body or a person.")]
Minute = Annotated[str, typer.Option("--minute", metavar="REF", help="Under what it is minuted.")]
Meeting = Annotated[str | None, typer.Option(metavar="DATE", help="The meeting that agreed.")]
Day = Annotated[str | None, typer.Option("--day", metavar="DATE", help="The day it was decided; else today.")]
Why = Annotated[str, typer.Option(metavar="T")]
End = Annotated[str | None, typer.Option("--for", metavar="DATE", help="The end it is for; else the next one.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    contracts_more.add_to(contract)
    app.add_typer(contract, name="contract")


# --- looking ----------------------------------------------------------------------------------------------------------


@contract.command("list")
def list_contracts(
    ctx: typer.Context,
    school: Annotated[str | None, typer.Option(metavar="URN", help="Another school held here.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    waiting: Annotated[bool, typer.Option("--to-decide", help="Only those that need a decision.")] = False,
) -> Answer:
    """List contracts by the day to decide by: what is too late first."""
    from bursar_desk.domain import words
    from bursar_desk.services import contracts

    with common(ctx).reading() as desk:
        board = contracts.board(desk, desk.find_school(school) if school else None, every=every)
        with_school = desk.is_office
    found = [one for one in board.lines if one.waits or not waiting]
    told = [board.heading, *(line_words(one, with_school=with_school) for one in found)]
    if found:
        told.append(f"{words.count(len(board.lines), 'contract')}, {words.money_exact(board.yearly)} a year.")
    told += board.ran_on
    facts = {
        "heading": board.heading, "to_decide": board.to_decide, "ends_this_year": board.ends_this_year,
        "yearly": board.yearly, "vat": board.vat, "without_price": board.unpriced,
        "contracts": [line_facts(one) for one in found], "ran_on": board.ran_on,
    }  # fmt: skip
    return Answer(facts, lines(told, ""))


@contract.command("show")
def show(ctx: typer.Context, which: Which) -> Answer:
    """Show one contract: by when to tell them, how that was worked out, its terms, decisions and notes."""
    from bursar_desk.services import contracts

    with common(ctx).reading() as desk:
        view = contracts.show(desk, contracts.find(desk, which).id)
    return Answer({"contract": view_facts(view)}, view_words(view))


# --- entering ---------------------------------------------------------------------------------------------------------


@contract.command("add")
def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="For example: Grounds maintenance.")],
    supplier: Firm = None, service: Text = None, first: First = None, last: Last = None,
    months: Annotated[int | None, typer.Option(metavar="N", help="Length of the first term, with --from.")] = None,
    at_end: AtEnd = None, renews: Renews = None, options: Options = None, notice: Notice = None,
    notice_by: By = None, notice_ends: NoticeEnds = None, yearly: Pounds = None, vat: PerCent = None,
    tell_by: Annotated[str | None, typer.Option(metavar="DATE", help="The date their letter gives.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Keep it until more is known.")] = False,
    scope: Text = None, owner: Owner = None, reference: Text = None, body: Body = None, breaks: Breaks = None,
    alerts: Alerts = None, units: Units = None, rise: Rise = None, rise_rate: RiseRate = None, lease: Lease = None,
    lease_consent: Consent = None, service_level: Text = None, ending_charge: Pounds = None, note: Text = None,
) -> Answer:  # fmt: skip
    """Add a contract from what its letter says; the last safe day to tell them follows."""
    from bursar_desk.services import contracts
    from bursar_desk.services.contracts_shapes import RENEWS, NewContract

    shared = common(ctx)
    with shared.desk() as desk:
        given = given_columns(
            shared, desk, service=service, first=first, last=last, at_end=at_end, renew_months=renews, options=options,
            notice=notice, notice_by=notice_by, notice_ends=notice_ends, yearly=yearly, vat_rate=vat, scope=scope,
            owner=owner, reference=reference, body=body, breaks=breaks, alerts=alerts, units=units, rise=rise,
            rise_rate=rise_rate, lease=lease, lease_consent=lease_consent, service_level=service_level,
            ending_charge=ending_charge, note=note,
        )  # fmt: skip
        if "at_end" not in given and given.get("notice"):
            given["at_end"] = RENEWS  # it asks for notice, so unless told otherwise it runs on: too early is safe
        own = {name: given.pop(name) for name in list(given) if name in NewContract.__dataclass_fields__}
        new = NewContract(
            title, supplier_name=supplier or "", months=months, tell_by=shared.day_or_none(tell_by, "--tell-by"),
            draft=draft, more=given, **own,
        )  # fmt: skip
        row, changes = contracts.add(desk, new)
        view = contracts.show(desk, row)
    told = one_told(view, f"{view.line.title} is kept as a draft." if draft else f"{view.line.title} is added.")
    return Answer({"contract": view_facts(view), "act": changes.act}, told)


@contract.command("change")
def change(
    ctx: typer.Context,
    which: Which,
    title: Text = None, supplier: Firm = None, service: Text = None, first: First = None, last: Last = None,
    at_end: AtEnd = None, renews: Renews = None, options: Options = None, notice: Notice = None,
    notice_by: By = None, notice_ends: NoticeEnds = None, yearly: Pounds = None, vat: PerCent = None,
    scope: Text = None, owner: Owner = None, reference: Text = None, body: Body = None, breaks: Breaks = None,
    alerts: Alerts = None, units: Units = None, rise: Rise = None, rise_rate: RiseRate = None, lease: Lease = None,
    lease_consent: Consent = None, service_level: Text = None, ending_charge: Pounds = None,
    insured_until: Date = None, note: Text = None,
) -> Answer:  # fmt: skip
    """Change what a contract says; an empty value takes it out. The history keeps what stood before."""
    from bursar_desk.services import contracts

    shared = common(ctx)
    with shared.desk() as desk:
        row = contracts.find(desk, which).id
        given = given_columns(
            shared, desk, title=title, supplier=supplier, service=service, first=first, last=last, at_end=at_end,
            renew_months=renews, options=options, notice=notice, notice_by=notice_by, notice_ends=notice_ends,
            yearly=yearly, vat_rate=vat, scope=scope, owner=owner, reference=reference, body=body, breaks=breaks,
            alerts=alerts, units=units, rise=rise, rise_rate=rise_rate, lease=lease, lease_consent=lease_consent,
            service_level=service_level, ending_charge=ending_charge, insured_until=insured_until, note=note,
        )  # fmt: skip
        if not given:
            raise Misused("Say what to change.", "Nothing was changed.", "For example --to 2027-08-31.")
        return _after(desk, row, contracts.change(desk, row, given), "Changed.")


def _after(desk: Desk, row: bytes, changes: Changes, said: str) -> Answer:
    from bursar_desk.services import contracts

    view = contracts.show(desk, row)
    return Answer({"contract": view_facts(view), "act": changes.act}, one_told(view, said))


@contract.command("live")
def live(ctx: typer.Context, which: Which) -> Answer:
    """Let a draft count from now on, or one again that was said to be over."""
    from bursar_desk.services import contracts

    with common(ctx).desk() as desk:
        row = contracts.find(desk, which).id
        return _after(desk, row, contracts.go_live(desk, row), "It counts from now on.")


@contract.command("cease")
def cease(ctx: typer.Context, which: Which, day: Day = None, why: Why = "") -> Answer:
    """Say that a contract is over; what it served alone is named."""
    from bursar_desk.domain import words
    from bursar_desk.services import contracts

    shared = common(ctx)
    with shared.desk() as desk:
        line = contracts.find(desk, which)
        left = contracts.would_orphan(desk, line.id)
        on = shared.day_or_none(day, "--day") or desk.today
        changes = contracts.cease(desk, line.id, on, why)
        answer = _after(desk, line.id, changes, f"{line.title} is over since {words.plain_date(on)}.")
    told = [answer.words, *(f"Nobody supplies this any more: {one.title}." for one in left)]
    facts = answer.facts | {"orphans": [{"table": one.table, "row": one.id, "title": one.title} for one in left]}
    return Answer(facts, "\n".join(told))


@contract.command("remove")
def remove(ctx: typer.Context, which: Which) -> Answer:
    """Take out a draft that was entered by mistake."""
    from bursar_desk.services import contracts

    with common(ctx).desk() as desk:
        line = contracts.find(desk, which)
        changes = contracts.remove(desk, line.id)
    return Answer({"contract": line.id, "act": changes.act}, f"{line.title} is taken out.")


# --- deciding ---------------------------------------------------------------------------------------------------------


def _deciding(shared: Common, agreed_by: str, minute: str, meeting: str | None, day: str | None, why: str,
              end: str | None) -> dict[str, Any]:  # fmt: skip
    return {
        "on": shared.day_or_none(day, "--day"), "agreed_by": agreed_by, "minute_ref": minute,
        "meeting_on": shared.day_or_none(meeting, "--meeting"), "why": why,
        "term_end": shared.day_or_none(end, "--for"),
    }  # fmt: skip


def _decide(ctx: typer.Context, which: str, what: str, given: Deciding, said: str) -> Answer:
    from bursar_desk.services import contracts

    with common(ctx).desk() as desk:
        row = contracts.find(desk, which).id
        return _after(desk, row, contracts.decide(desk, row, what, given), said)


@contract.command("decide")
def decide(
    ctx: typer.Context,
    which: Which,
    what: Annotated[str, typer.Argument(metavar="WHAT", help="let run, to market, end, put off or taken back.")],
    agreed_by: AgreedBy = "", minute: Minute = "", meeting: Meeting = None, day: Day = None, why: Why = "",
    until: Annotated[str | None, typer.Option(metavar="DATE", help="With “put off”.")] = None, end: End = None,
) -> Answer:  # fmt: skip
    """Record a decision for the end that comes next. For notice and renewals see “contract notice” and “renew”."""
    from bursar_desk.services.contracts import WHAT_WORDS
    from bursar_desk.services.contracts_shapes import Deciding

    shared = common(ctx)
    known = _deciding(shared, agreed_by, minute, meeting, day, why, end)
    given = Deciding(until=shared.day_or_none(until, "--until"), **known)
    return _decide(ctx, which, what, given, f"{WHAT_WORDS.get(what, what)}: recorded.")


@contract.command("notice")
def notice_given(
    ctx: typer.Context,
    which: Which,
    served: Annotated[str | None, typer.Option(metavar="DATE", help="The day they were told; else today.")] = None,
    how: Annotated[str, typer.Option(metavar="T", help="For example: by recorded post.")] = "",
    ends: Annotated[str | None, typer.Option(metavar="DATE", help="Where they confirmed another end.")] = None,
    agreed_by: AgreedBy = "", minute: Minute = "", meeting: Meeting = None, day: Day = None, why: Why = "",
    end: End = None,
) -> Answer:  # fmt: skip
    """Record that notice was given; the day it ends follows."""
    from bursar_desk.services.contracts_shapes import NOTICE_GIVEN, Deciding

    shared = common(ctx)
    given = Deciding(
        served_on=shared.day_or_none(served, "--served") or shared.today, served_how=how,
        ends_on=shared.day_or_none(ends, "--ends"), **_deciding(shared, agreed_by, minute, meeting, day, why, end),
    )  # fmt: skip
    return _decide(ctx, which, NOTICE_GIVEN, given, "Notice given: recorded.")


@contract.command("renew")
def renew(
    ctx: typer.Context,
    which: Which,
    agreed_by: AgreedBy = "", minute: Minute = "", meeting: Meeting = None, day: Day = None, why: Why = "",
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="Else the day after the end.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Else as the contract says.")] = None,
    yearly: Pounds = None, vat: PerCent = None, end: End = None,
    extend: Annotated[bool, typer.Option("--extend", help="By an option of the contract.")] = False,
) -> Answer:  # fmt: skip
    """Record that a contract is renewed or extended, with its new term and price."""
    from bursar_desk.cli.buying import per_cent, pounds
    from bursar_desk.domain.date_math import add_days
    from bursar_desk.services import contracts
    from bursar_desk.services.contracts_shapes import EXTEND, RENEW, Deciding, NewTerm

    shared = common(ctx)
    known = _deciding(shared, agreed_by, minute, meeting, day, why, end)
    with shared.desk() as desk:
        line = contracts.find(desk, which)
        term = None
        if first or last or yearly or vat:
            asked = line.standing.asked
            over = known["term_end"] or (asked.end if asked else line.ends)
            begins = shared.day_or_none(first, "--from") or (add_days(over, 1) if over else desk.today)
            term = NewTerm(
                begins, shared.day_or_none(last, "--to"), pounds(yearly, "--yearly"),
                per_cent(vat, "--vat") if vat else None,
            )  # fmt: skip
        changes = contracts.decide(desk, line.id, EXTEND if extend else RENEW, Deciding(term=term, **known))
        return _after(desk, line.id, changes, "Extended: recorded." if extend else "Renewed: recorded.")
