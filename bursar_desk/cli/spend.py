"""Whom we pay and have no contract for, as ledgers show it; and what a person says to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, one_of

if TYPE_CHECKING:
    from bursar_desk.services.spend import Spend

spend = typer.Typer(help="Suppliers we pay: what ledgers show, and which have no contract. On own computers only.")
Name = Annotated[str, typer.Argument(metavar="SUPPLIER", help="Its name, as the ledger has it.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(spend, name="spend")


def _facts(one: Spend) -> dict[str, Any]:
    return {
        "key": one.key, "name": one.called, "payments": one.count, "paid": one.pence, "yearly": one.yearly,
        "months": one.months, "first": one.first, "last": one.last, "what": one.what, "service": one.service,
        "may_be_a_person": one.person, "why": one.why, "said": one.said, "supplier": one.supplier,
        "contract": one.contract, "suggested": one.suggested, "files": one.sources,
    }  # fmt: skip


def _told(one: Spend) -> str:
    from bursar_desk.services.spend import SAID_WORDS

    service = f" Perhaps {one.service_words.lower()}." if one.service else ""
    said = f" {SAID_WORDS.get(one.said, one.said)}." if one.said else ""
    return f"  {one.called}: {one.yearly_words} in a year.{' ' if one.why else ''}{one.why}{service}{said}"


@spend.command("list")
def listing(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="All suppliers paid, not only those suggested.")] = False,
    people: Annotated[bool, typer.Option("--people", help="Also those whose name may be a person’s.")] = False,
) -> Answer:
    """List the suppliers we pay and have no contract for."""
    from bursar_desk.services import spend as service

    with common(ctx).reading() as desk:
        found = service.spending(desk, people=people)
    chosen = [one for one in found.suppliers if people or not one.person] if every else found.suggestions
    told = [found.sentence, *(_told(one) for one in chosen)]
    if found.hidden:
        told.append(f"{found.hidden} more may name people. Add --people to see them.")
    facts = {
        "suppliers": [_facts(one) for one in chosen], "hidden": found.hidden, "files": found.files,
        "period": found.period,
    }  # fmt: skip
    return Answer(facts, lines(told, ""))


@spend.command("say")
def say(
    ctx: typer.Context,
    supplier: Name,
    no_contract: Annotated[bool, typer.Option("--not-a-contract", help="These payments belong to none.")] = False,
    contract: Annotated[str, typer.Option("--contract", metavar="ID", help="They belong to this contract.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Make a draft contract of them.")] = False,
    again: Annotated[bool, typer.Option("--ask-again", help="Take back what was said.")] = False,
) -> Answer:
    """Say what payments to a supplier are: one of the four."""
    from bursar_desk.services import spend as service

    if sum((no_contract, bool(contract), draft, again)) != 1:
        raise Misused("Say one thing about it.", "Nothing was changed.", "Use --not-a-contract, --contract or --draft.")
    made: bytes | None = None
    with common(ctx).desk() as desk:
        if draft:
            made, changes = service.draft_contract(desk, supplier)
        elif contract:
            from db.queries.contracts import contracts

            with desk.store.connect() as con:
                ids = [one.id for one in contracts(con, desk.home)]
            made = one_of(contract, ids, "contract", "contract list")
            changes = service.belongs_to(desk, supplier, made)
        else:
            changes = service.not_a_contract(desk, supplier) if no_contract else service.ask_again(desk, supplier)
    said = "A draft contract was made." if draft else "Noted."
    return Answer({"supplier": supplier, "contract": made, "act": changes.act}, said)
