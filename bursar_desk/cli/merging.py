"""Merging by command: files, receipts, differences, and taking back what was done here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli import deciding
from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, Misused, common, lines, watching
from bursar_desk.cli.moments import moment
from bursar_desk.domain.errors import Cancelled, UserError

if TYPE_CHECKING:
    from bursar_desk.services.conflicts import Difference, Rival
    from bursar_desk.services.merging import Entry, FileResult, MergeResult
    from bursar_desk.services.merging_preview import FilePreview

conflicts = typer.Typer(help="List and settle what two people wrote differently.", invoke_without_command=True)
receipts = typer.Typer(help="List what was merged, what each file brought; undo one.", invoke_without_command=True)
_FEW = 20


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("merge")(merge)
    app.add_typer(conflicts, name="conflicts")
    app.add_typer(receipts, name="receipts")
    deciding.add_to(app)
    app.command("undo")(undo)
    app.command("redo")(redo)


def merge(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders.")],
    preview: Annotated[bool, typer.Option("--preview", help="Say what would come; change nothing.")] = False,
    agree: Annotated[bool, typer.Option("--agree", help="Also files that change much of what a school has.")] = False,
) -> Answer:
    """Merge files: each on its own, all of it or nothing. Files are neither moved nor changed."""
    from bursar_desk.services import merging

    if preview and agree:
        raise Misused("--preview changes nothing, so there is nothing to agree to.", "Nothing was changed.")
    with common(ctx).desk() as desk, watching() as bar:
        result = merging.preview(desk, paths, bar) if preview else merging.merge(desk, paths, bar, agree_all=agree)
        waiting = 0 if preview else _waiting(desk)
    if result.stopped and not result.files:
        raise Cancelled
    person = result.refused or result.stopped or result.waiting
    return Answer(_merged(result, waiting), _told(result, preview=preview), NEEDS_A_PERSON if person else DONE)


def _waiting(desk: Any) -> int:
    from bursar_desk.services import conflicts as service

    return len(service.listing(desk))


def _merged(result: MergeResult, waiting: int) -> dict[str, Any]:
    names = ("came", "added", "already", "held", "conflicts", "differences")
    totals = {name: result.total(name) for name in names}
    totals |= {
        "files": len(result.files), "accepted": result.accepted, "refused": len(result.refused),
        "waiting": len(result.waiting), "ignored": totals["held"], "to_settle": waiting,
        "missing": max((one.missing for one in result.files), default=0),
    }  # fmt: skip
    return {
        "files": [_file(one) for one in result.files], "totals": totals, "stopped": result.stopped,
        "sentence": result.sentence,
    }  # fmt: skip


def _file(one: FileResult) -> dict[str, Any]:
    guard = one.guard
    return {
        "file": one.path, "from": one.sender, "made": moment(one.made_ms) if one.made_ms else None,
        "accepted": one.accepted, "refused_because": one.refused_because or None, "came": one.came,
        "added": one.added, "already": one.already, "conflicts": one.conflicts, "ignored": one.held,
        "held": one.held, "differences": one.differences, "missing": one.missing, "seen_before": one.seen_before,
        "older_than": one.older_than or None, "same_as": one.same_as, "damaged": one.damaged,
        "guard": {"school": guard.school_name, "changed": guard.changed, "of": guard.of} if guard else None,
        "receipt": one.number or None, "notes": one.notes, "entries": [_entry(entry) for entry in one.entries],
        "preview": _preview(one.preview) if one.preview is not None else None, "sentence": one.sentence,
    }  # fmt: skip


def _preview(one: FilePreview) -> dict[str, Any]:
    return {
        "rows": {row.table: row.count for row in one.rows}, "more_changes": one.more_changes,
        "changes": [
            {
                "school": change.school_name, "what": change.what, "field": change.field, "before": change.before,
                "after": change.after, "settle": change.settle,
            }
            for change in one.changes
        ],
    }  # fmt: skip


def _entry(one: Entry) -> dict[str, Any]:
    return {
        "what": one.what, "who": one.who, "subject": one.subject, "at": moment(one.at_ms), "held": one.held or None,
    }


def _told(result: MergeResult, *, preview: bool) -> str:
    told = []
    for one in result.files:
        told.append(one.sentence)
        told += [f"  {note}" for note in one.notes]
        if one.preview is not None:
            told += [f"  {line}" for line in one.preview.lines]
            told += [f"  {change.sentence}" for change in one.preview.changes[:_FEW]]
        if len(one.entries) <= _FEW:
            told += [f"  {entry_words(entry)}" for entry in one.entries]
    told.append("Nothing was changed: this was a preview." if preview else result.sentence)
    return "\n".join(told)


def entry_words(one: Entry) -> str:
    """Return one line of a receipt."""
    subject = f": {one.subject}" if one.subject else ""
    held = f" (held back: {one.held})" if one.held else ""
    return f"{one.who or 'Somebody'}: {one.what.lower()}{subject}{held}"


# --- receipts --------------------------------------------------------------------------------------------------------


@receipts.callback(invoke_without_command=True)
def list_receipts(ctx: typer.Context) -> Answer | None:
    """List every file that was merged, newest first."""
    if ctx.invoked_subcommand is not None:
        return None
    from bursar_desk.domain import words
    from bursar_desk.services import merging

    with common(ctx).reading() as desk:
        found, kept = merging.receipts(desk), merging.refused(desk)
    facts = [
        {
            "receipt": one.number, "at": moment(one.at_ms), "from": one.sender, "made": moment(one.made_ms),
            "undone": one.undone,
        }
        | {name: one.counts.get(name) for name in ("came", "added", "known", "held", "conflicts")}
        for one in found
    ]  # fmt: skip
    aside = [
        {"file": one.path, "name": one.name, "at": moment(one.at_ms), "from": one.sender, "why": one.why}
        for one in kept
    ]  # fmt: skip
    rows = [
        f"{one.number:5}  {moment(one.at_ms)[:16].replace('T', ' ')}  {one.sender}: "
        f"{words.count(int(one.counts.get('added', 0)), 'new entry', 'new entries')}{', undone' if one.undone else ''}"
        for one in found
    ]
    rows += [f"    -  {moment(one.at_ms)[:16].replace('T', ' ')}  {one.name}, refused: {one.why}" for one in kept]
    return Answer({"receipts": facts, "refused": aside}, lines(rows, "Nothing was merged here yet."))


@receipts.command("show")
def show_receipt(ctx: typer.Context, number: Annotated[int, typer.Argument(metavar="N")]) -> Answer:
    """List what one file brought."""
    from bursar_desk.services import merging

    with common(ctx).reading() as desk:
        if number not in {one.number for one in merging.receipts(desk)}:
            raise UserError(f"There is no receipt {number}.", "Nothing was changed.", "See “receipts”.")
        found = merging.receipt_entries(desk, number)
    facts = {"receipt": number, "entries": [_entry(one) for one in found]}
    return Answer(facts, lines([entry_words(one) for one in found], "That file brought nothing new."))


@receipts.command("undo")
def undo_receipt(ctx: typer.Context, number: Annotated[int, typer.Argument(metavar="N")]) -> Answer:
    """Undo a whole merge within 30 days: what the file brought has no effect any more. It can be put back."""
    from bursar_desk.services import undo_merge

    with common(ctx).desk() as desk:
        plan = undo_merge.can_undo(desk, number)
        changes = undo_merge.undo_merge(desk, number)
    facts = {"receipt": number, "from": plan.sender, "entries": plan.entries, "act": changes.act}
    return Answer(facts, f"Undone. {plan.sentence.replace('would have', 'have')}")


@receipts.command("put-back")
def put_receipt_back(ctx: typer.Context, number: Annotated[int, typer.Argument(metavar="N")]) -> Answer:
    """Let a merge that was undone count again."""
    from bursar_desk.services import undo_merge

    with common(ctx).desk() as desk:
        changes = undo_merge.put_back(desk, number)
    return Answer({"receipt": number, "act": changes.act}, "Put back: what that file brought counts again.")


# --- differences -----------------------------------------------------------------------------------------------------


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "id": one.id, "school": one.school_name, "what": one.what, "field": one.field, "table": one.table,
        "rivals": [_rival(rival) for rival in one.rivals], "takes": one.takes or None, "choices": one.choices,
        "both_text": one.both_text, "sentence": one.sentence,
    }  # fmt: skip


def _rival(one: Rival) -> dict[str, Any]:
    return {
        "op": one.op, "said": one.said, "who": one.who, "at": moment(one.at_ms), "computer": one.computer,
        "school": one.school, "ours": one.ours, "shown": one.shown, "clock_wrong": one.clock_wrong,
    }  # fmt: skip


@conflicts.callback(invoke_without_command=True)
def all_conflicts(ctx: typer.Context) -> Answer | None:
    """List what is to settle."""
    return None if ctx.invoked_subcommand is not None else _conflicts(ctx)


@conflicts.command("list")
def list_conflicts(ctx: typer.Context) -> Answer:
    """List what is to settle."""
    return _conflicts(ctx)


def _conflicts(ctx: typer.Context) -> Answer:
    from bursar_desk.services import conflicts as service

    with common(ctx).reading() as desk:
        found = service.listing(desk)
    rows = [f"{one.id}\n  {one.sentence}" for one in found]
    return Answer({"conflicts": [_difference(one) for one in found]}, lines(rows, "Nothing is to settle."))


@conflicts.command("settle")
def settle(
    ctx: typer.Context,
    difference: Annotated[str, typer.Argument(metavar="ID", help="Its id, or the first letters of it.")],
    keep: Annotated[
        str | None, typer.Option(help="ours, theirs, both (texts), or the first letters of one value's id.")
    ] = None,
    value: Annotated[str | None, typer.Option(metavar="V", help="Write this instead of either.")] = None,
) -> Answer:
    """Keep one of the values, both texts, or another one. It travels like any change."""
    from bursar_desk.domain import words
    from bursar_desk.services import conflicts as service

    if (keep is None) == (value is None):
        raise Misused("Give either --keep or --value.", "Nothing was changed.")
    with common(ctx).desk() as desk:
        if keep is not None:
            changes = service.settle(desk, difference, keep)
        else:
            changes = service.settle_value(desk, difference, value or "")
        left = service.listing(desk)
    facts = {"settled": difference, "left": len(left), "act": changes.act}
    return Answer(facts, f"Settled. {words.count(len(left), 'difference')} left.")


# --- taking back -----------------------------------------------------------------------------------------------------


def undo(
    ctx: typer.Context,
    act: Annotated[str | None, typer.Argument(metavar="ACT", help="The id of an act; else the last one.")] = None,
) -> Answer:
    """Take back the last act of this computer, or a named one."""
    from bursar_desk.services import history

    with common(ctx).desk() as desk:
        said, changes = history.undo(desk, act)
    return Answer({"undone": said, "act": changes.act, "changed": sorted(changes.tables)}, f"Taken back: {said}.")


def redo(ctx: typer.Context) -> Answer:
    """Bring back what the last undo took back."""
    from bursar_desk.services import history

    with common(ctx).desk() as desk:
        said, changes = history.redo(desk)
    return Answer({"redone": said, "act": changes.act, "changed": sorted(changes.tables)}, f"Brought back: {said}.")
