"""What only a person can decide, by command: entries that wait, and erasing personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, one_of
from bursar_desk.cli.moments import moment

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.erasing import ErasePlan
    from bursar_desk.services.held import HeldEntry

held = typer.Typer(help="Entries held back: take them over, leave them out, or confirm them.", no_args_is_help=True)
_ENTRY = Annotated[str, typer.Argument(metavar="ID", help="The first letters of its id.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(held, name="held")
    app.command("erase")(erase)


@held.command("list")
def held_list(ctx: typer.Context) -> Answer:
    """List what waits for a person, oldest first, and checks that were done twice."""
    from bursar_desk.services import done_twice
    from bursar_desk.services import held as service

    with common(ctx).reading() as desk:
        found, twice = service.listing(desk), done_twice.listing(desk)
    facts = {
        "held": [_entry(one) for one in found],
        "done_twice": [{"school": one.school_name, "check": one.title, "done": one.done_on} for one in twice],
    }
    rows = [f"{one.op.hex()[:20]}  {one.sentence}" for one in found]
    return Answer(facts, lines([*rows, *(one.sentence for one in twice)], "Nothing waits for you."))


def _entry(one: HeldEntry) -> dict[str, Any]:
    return {
        "id": one.op, "school": one.school_name, "what": one.what, "who": one.who, "at": moment(one.at_ms),
        "reason": one.reason, "state": one.state, "fields": dict(one.fields), "can_decide": one.can_decide,
        "can_be_adopted": one.adoptable, "sentence": one.sentence,
    }  # fmt: skip


def _named(desk: Desk, typed: str) -> bytes:
    from bursar_desk.services import held as service

    return one_of(typed, [one.op for one in service.listing(desk)], "entry", "held list")


@held.command("adopt")
def held_adopt(
    ctx: typer.Context, entry: _ENTRY, reason: Annotated[str, typer.Option(metavar="WHY", help="Why.")] = ""
) -> Answer:
    """Take an entry over as this school's own."""
    from bursar_desk.services import held as service

    with common(ctx).desk() as desk:
        op = _named(desk, entry)
        changes = service.adopt(desk, op, reason)
    return Answer({"adopted": op, "act": changes.act}, "Taken over. It counts as this school's own entry.")


@held.command("decline")
def held_decline(
    ctx: typer.Context, entry: _ENTRY, reason: Annotated[str, typer.Option(metavar="WHY", help="Why; it is kept.")]
) -> Answer:
    """Leave an entry out, with a reason."""
    from bursar_desk.services import held as service

    with common(ctx).desk() as desk:
        op = _named(desk, entry)
        changes = service.decline(desk, op, reason)
    return Answer({"declined": op, "act": changes.act}, "Left out. It stays in the history and has no effect.")


@held.command("confirm")
def held_confirm(ctx: typer.Context, entry: _ENTRY) -> Answer:
    """Confirm an entry that counts already."""
    from bursar_desk.services import held as service

    with common(ctx).desk() as desk:
        op = _named(desk, entry)
        changes = service.confirm(desk, op)
    return Answer({"confirmed": op, "act": changes.act}, "Confirmed.")


def erase(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="PERSON", help="A person's name, or TABLE:ID for one record.")],
    reason: Annotated[str | None, typer.Option(metavar="WHY", help="Without names: it stays for good.")] = None,
    authority: Annotated[str | None, typer.Option(metavar="WHO", help="On whose word; without names.")] = None,
) -> Answer:
    """Say what erasing would take away; with --reason and --authority, do it. It cannot be taken back."""
    from bursar_desk.services import erasing

    if (reason is None) != (authority is None):
        raise Misused("Give both --reason and --authority, or neither to look only.", "Nothing was changed.")
    shared = common(ctx)
    with shared.reading() if reason is None else shared.desk() as desk:
        table, row = _what(desk, what)
        plan = erasing.propose(desk, table, row)
        changes = erasing.erase(desk, plan, reason or "", authority or "") if reason is not None else None
    facts = _plan(plan) | {"erased": changes is not None, "act": changes.act if changes else None}
    told = [*plan.words, plan.sentence, *(f"  {one}" for one in (*plan.mentions, *plan.kept))]
    told.append("Nothing was erased yet: add --reason and --authority." if changes is None else "Erased.")
    return Answer(facts, "\n".join(told))


def _what(desk: Desk, typed: str) -> tuple[str, bytes]:
    table, colon, ident = typed.partition(":")
    if not colon:
        return "person", desk.find_person(typed).id
    try:
        return table, bytes.fromhex(ident)
    except ValueError:
        raise Misused(f"“{ident}” is not an id.", "Nothing was changed.", "See the lists for ids.") from None


def _plan(plan: ErasePlan) -> dict[str, Any]:
    return {
        "entries": len(plan.ops), "lines": len(plan.acts), "rewritten": plan.rewritten, "received": plan.received,
        "mentions": plan.mentions, "kept": plan.kept, "words": plan.words, "sentence": plan.sentence,
    }  # fmt: skip
