"""Files between schools: cards, exports, merges, differences, receipts; and taking back what was done here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, Misused, common, lines, watching
from bursar_desk.domain.errors import Cancelled, UserError

if TYPE_CHECKING:
    from bursar_desk.services.conflicts import Difference, Rival
    from bursar_desk.services.merging import Entry, FileResult, MergeResult

conflicts = typer.Typer(help="List and settle what two people wrote differently.", invoke_without_command=True)
receipts = typer.Typer(help="List what was merged, and what each file brought.", invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("card")(card)
    app.command("export")(export)
    app.command("merge")(merge)
    app.add_typer(conflicts, name="conflicts")
    app.add_typer(receipts, name="receipts")
    app.command("undo")(undo)
    app.command("redo")(redo)


def card(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write this school's card.")] = None,
    accept: Annotated[Path | None, typer.Option(metavar="FILE", help="Take in another school's card.")] = None,
    said: Annotated[str | None, typer.Option("--words", metavar="W", help="What they read out on the phone.")] = None,
) -> Answer:
    """Introduce this school to another desk; the words are compared on the phone."""
    from bursar_desk.services import meeting

    shared = common(ctx)
    if (out is None) == (accept is None):
        raise Misused("Give either --out or --accept.", "Nothing was changed.")
    if out is not None:
        with shared.reading() as desk:
            made = meeting.write_card(desk, out)
        told = f"Send {out}. Then read these words out on the phone: {made.words}"
    else:
        with shared.desk() as desk:
            made = meeting.accept_card(desk, accept or Path(), said)
        told = f"{made.name} is known here now. Its words: {made.words}"
        if said is None:
            told += ". Compare them on the phone before you rely on it."
    facts = {"school": made.name, "school_id": made.school, "words": made.words, "known": made.known}
    return Answer(facts, told)


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    to: Annotated[list[str], typer.Option(metavar="SCHOOL", help="A URN, a name or “cluster”; may be given again.")],
    everything: Annotated[bool, typer.Option("--everything", help="Also what they have already.")] = False,
) -> Answer:
    """Write a file for other schools: what they may read and have not acknowledged yet."""
    from bursar_desk.domain import words
    from bursar_desk.services import sharing

    with common(ctx).reading() as desk, watching() as bar:
        sent = sharing.export(desk, file, sharing.receivers(desk, to), everything=everything, progress=bar)
    facts = {"file": sent.path, "entries": sent.entries, "recipients": sent.recipients, "size": sent.size}
    entries = words.count(sent.entries, "entry", "entries")
    return Answer(facts, f"{entries} for {words.listing(list(sent.recipients))}: {sent.path}")


# --- merging ---------------------------------------------------------------------------------------------------------


def merge(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders.")],
    preview: Annotated[bool, typer.Option("--preview", help="Say what would come; change nothing.")] = False,
) -> Answer:
    """Merge files: each on its own, all of it or nothing. Files are neither moved nor changed."""
    from bursar_desk.services import merging

    shared = common(ctx)
    with shared.reading() if preview else shared.desk() as desk, watching() as bar:
        result = merging.preview(desk, paths, bar) if preview else merging.merge(desk, paths, bar)
        waiting = _waiting(desk) if not preview else 0
    if result.stopped and not result.files:
        raise Cancelled
    return Answer(_merged(result, waiting), _told(result), NEEDS_A_PERSON if result.refused or result.stopped else DONE)


def _waiting(desk: Any) -> int:
    from bursar_desk.services import conflicts as service

    return len(service.listing(desk))


def _merged(result: MergeResult, waiting: int) -> dict[str, Any]:
    totals = {name: result.total(name) for name in ("came", "added", "already", "held", "conflicts")}
    totals |= {
        "files": len(result.files), "accepted": result.accepted, "refused": len(result.refused),
        "ignored": totals["held"], "to_settle": waiting,
    }  # fmt: skip
    return {"files": [_file(one) for one in result.files], "totals": totals, "stopped": result.stopped}


def _file(one: FileResult) -> dict[str, Any]:
    return {
        "file": one.path, "from": one.sender, "made": moment(one.made_ms) if one.made_ms else None,
        "accepted": one.accepted, "refused_because": one.refused_because or None, "came": one.came,
        "added": one.added, "already": one.already, "conflicts": one.conflicts, "ignored": one.held,
        "held": one.held, "seen_before": one.seen_before, "receipt": one.number or None, "notes": one.notes,
        "entries": [_entry(entry) for entry in one.entries], "sentence": one.sentence,
    }  # fmt: skip


def _entry(one: Entry) -> dict[str, Any]:
    return {"what": one.what, "who": one.who, "subject": one.subject, "at": moment(one.at_ms)}


def _told(result: MergeResult) -> str:
    told = []
    for one in result.files:
        told.append(one.sentence)
        told += [f"  {note}" for note in one.notes]
        if len(one.entries) <= 20:
            told += [f"  {entry_words(entry)}" for entry in one.entries]
    if result.stopped:
        told.append("Stopped. The files above are merged; the others were left as they are.")
    return "\n".join(told)


def entry_words(one: Entry) -> str:
    """Return one line of a receipt."""
    subject = f": {one.subject}" if one.subject else ""
    return f"{one.who or 'Somebody'}: {one.what.lower()}{subject}"


def moment(at_ms: int) -> str:
    """Return a moment in ISO, in the time of schools in England."""
    import datetime as dt
    from zoneinfo import ZoneInfo

    from bursar_desk.clock import SCHOOL_ZONE

    return dt.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(SCHOOL_ZONE)).isoformat(timespec="seconds")


@receipts.callback(invoke_without_command=True)
def list_receipts(ctx: typer.Context) -> Answer | None:
    """List every file that was merged, newest first."""
    if ctx.invoked_subcommand is not None:
        return None
    from bursar_desk.domain import words
    from bursar_desk.services import merging

    with common(ctx).reading() as desk:
        found = merging.receipts(desk)
    facts = [
        {"receipt": one.number, "at": moment(one.at_ms), "from": one.sender, "made": moment(one.made_ms)}
        | {name: one.counts.get(name) for name in ("came", "added", "known", "held", "conflicts")}
        for one in found
    ]
    rows = [
        f"{one.number:5}  {moment(one.at_ms)[:16].replace('T', ' ')}  {one.sender}: "
        f"{words.count(int(one.counts.get('added', 0)), 'new entry', 'new entries')}"
        for one in found
    ]
    return Answer({"receipts": facts}, lines(rows, "Nothing was merged here yet."))


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


# --- differences -----------------------------------------------------------------------------------------------------


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "id": one.id, "school": one.school_name, "what": one.what, "field": one.field, "table": one.table,
        "rivals": [_rival(rival) for rival in one.rivals], "sentence": one.sentence,
    }  # fmt: skip


def _rival(one: Rival) -> dict[str, Any]:
    return {
        "op": one.op, "said": one.said, "who": one.who, "at": moment(one.at_ms), "computer": one.computer,
        "school": one.school, "ours": one.ours, "shown": one.shown,
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
    keep: Annotated[str, typer.Option(help="ours, theirs, or the first letters of one value's id.")],
) -> Answer:
    """Keep one of the values. It travels like any change."""
    from bursar_desk.domain import words
    from bursar_desk.services import conflicts as service

    with common(ctx).desk() as desk:
        changes = service.settle(desk, difference, keep)
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
