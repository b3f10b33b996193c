"""Certificates, reports and photos: list, show, add, link, revise, save copies, what runs out, sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, one_of

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.evidence import EvidenceLine

evidence = typer.Typer(help="Certificates, reports and photos, each linked to what it proves.")
Which = Annotated[str, typer.Argument(metavar="EVIDENCE", help="The first letters of its id.")]
About = Annotated[
    list[str], typer.Option("--about", metavar="WHAT", help="A check’s code, or an id of a record or fault; repeat it.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(evidence, name="evidence")


def _facts(one: EvidenceLine) -> dict[str, Any]:
    return {
        "evidence": one.id, "school": one.school, "school_name": one.school_name, "title": one.title, "kind": one.kind,
        "number": one.number, "dated": one.dated, "entered_on": one.entered_on, "said_by": one.said_by,
        "expires_on": one.expires_on, "owner": one.owner, "owner_name": one.owner_name, "note": one.note,
        "state": one.state, "here": one.here,
        "about": [{"table": each.table, "row": each.row, "words": each.words} for each in one.about],
        "revisions": [
            {"files": [file.facts() | {"here": file.here} for file in each.files], "said_by": each.said_by,
             "entered_on": each.entered_on, "why": each.why}
            for each in one.revisions
        ],
    }  # fmt: skip


def _line(one: EvidenceLine, *, with_school: bool = False) -> str:
    from bursar_desk.domain import words

    ends = f", runs out {words.short_date(one.expires_on)}" if one.expires_on else ""
    for_what = f", for {words.listing([each.words for each in one.about])}" if one.about else ""
    waits = "" if one.here else " (not here yet)"
    where = f", {one.school_name}" if with_school else ""
    return f"{one.id.hex()[:16]}  {one.title} ({one.kind_words.lower()}){for_what}{ends}{where}{waits}"


def _which(desk: Desk, typed: str) -> bytes:
    from bursar_desk.services import evidence as service

    return one_of(typed, [one.id for one in service.listing(desk, every_school=True)], "document", "evidence list")


def _rows(desk: Desk, typed: list[str]) -> list[tuple[str, bytes]]:
    """What is meant by codes of checks and ids of records, faults, equipment and the like."""
    from bursar_desk.services import evidence as service

    found = []
    for words in typed:
        pairs = service.rows_named(desk, words)
        if len(pairs) != 1:
            why = "is nothing in this register" if not pairs else "is the beginning of more than one id"
            raise Misused(f"“{words}” {why}.", "Nothing was changed.", "Type a check’s code, or more of the id.")
        found.append(pairs[0])
    return found


@evidence.command("list")
def list_evidence(
    ctx: typer.Context,
    text: Annotated[str, typer.Option(metavar="T", help="Only those with these words in them.")] = "",
    every: Annotated[bool, typer.Option("--every-school", help="Of every school held.")] = False,
) -> Answer:
    """List documents, newest first."""
    from bursar_desk.services import evidence as service

    with common(ctx).reading() as desk:
        every = every or desk.is_office
        found = service.listing(desk, every_school=every, text=text)
    rows = [_line(one, with_school=every) for one in found]
    return Answer({"evidence": [_facts(one) for one in found]}, lines(rows, "Nothing is kept."))


@evidence.command("running-out")
def running_out(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(min=0, max=3650, help="How many days ahead.")] = 60,
) -> Answer:
    """List documents that ran out or will soon, the earliest first."""
    from bursar_desk.services import evidence as service

    with common(ctx).reading() as desk:
        found = service.running_out(desk, lead=days, every_school=desk.is_office)
        rows = [f"{_line(one, with_school=desk.is_office)}: {one.runs_out(desk.today)}" for one in found]
    return Answer({"evidence": [_facts(one) for one in found]}, lines(rows, "Nothing runs out."))


@evidence.command("show")
def show(ctx: typer.Context, which: Which) -> Answer:
    """Show a document: what it proves, its dates and every revision."""
    from bursar_desk.domain import words
    from bursar_desk.services import evidence as service

    with common(ctx).reading() as desk:
        one = service.get(desk, _which(desk, which))
    told = [one.title, f"  {one.kind_words}{f', No. {one.number}' if one.number else ''}"]
    told += [f"  Dated {words.long_date(one.dated)}"] if one.dated else []
    told += [f"  Entered {words.long_date(one.entered_on)} by {one.said_by}"]
    told += [f"  Runs out {words.long_date(one.expires_on)}"] if one.expires_on else []
    told += [f"  {one.owner_name} looks after it"] if one.owner_name else []
    told += [f"  For {each.words}" for each in one.about]
    for n, each in enumerate(one.revisions, 1):
        names = words.listing([f"{file.name} ({file.words})" for file in each.files])
        told.append(
            f"  Revision {n}, {words.short_date(each.entered_on)}: {names}{f' ({each.why})' if each.why else ''}"
        )
    return Answer(_facts(one), "\n".join(told))


@evidence.command("add")
def add(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="PDF, photo, DOCX, XLSX, text or e-mail.")],
    about: About = [],  # noqa: B006 - typer's way
    title: Annotated[str, typer.Option(metavar="T", help="Else the file's name.")] = "",
    kind: Annotated[
        str, typer.Option(help="certificate, report, photo, invoice, mail, sheet, permit, ...")
    ] = "certificate",
    number: Annotated[str, typer.Option(metavar="N", help="The number on it.")] = "",
    dated: Annotated[str | None, typer.Option(metavar="DATE", help="The date on it.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", metavar="DATE", help="When it runs out.")] = None,
    owner: Annotated[str | None, typer.Option(metavar="PERSON", help="Who looks after it.")] = None,
    note: Annotated[str, typer.Option(metavar="T")] = "",
) -> Answer:
    """Keep a file in the register and link it to what it proves."""
    from bursar_desk.services import evidence as service

    shared = common(ctx)
    on, ends = shared.day_or_none(dated, "--dated"), shared.day_or_none(expires, "--expires")
    with shared.desk() as desk:
        who = desk.find_person(owner).id if owner else None
        rows = _rows(desk, about)
        kept = service.keep(desk, file)
        made = service.add(
            desk,
            kept,
            title=title,
            kind=kind,
            about=rows,
            number=number,
            dated=on,
            expires_on=ends,
            owner=who,
            note=note,
        )
    words = f"{made.sentence} {kept.told}".strip()
    return Answer({"evidence": made.id, "already": kept.already}, f"{words}\n{made.id.hex()[:16]}")


@evidence.command("link")
def link(
    ctx: typer.Context,
    which: Which,
    about: About,
    away: Annotated[bool, typer.Option("--away", help="Take these links away instead.")] = False,
) -> Answer:
    """Let one document prove several checks, records or faults; nothing is copied."""
    from bursar_desk.services import evidence as service

    with common(ctx).desk() as desk:
        row, pairs = _which(desk, which), _rows(desk, about)
        (service.unlink if away else service.link)(desk, row, pairs)
        one = service.get(desk, row)
    return Answer(_facts(one), _line(one))


@evidence.command("revise")
def revise(
    ctx: typer.Context,
    which: Which,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    why: Annotated[str, typer.Option(metavar="T", help="What changed.")],
) -> Answer:
    """Put a new revision in the place of the last one, which stays."""
    from bursar_desk.services import evidence as service

    with common(ctx).desk() as desk:
        row = _which(desk, which)
        service.revise(desk, row, file, why)
        one = service.get(desk, row)
    return Answer(_facts(one), f"{one.title}: revision {len(one.revisions)} is kept.")


@evidence.command("export")
def export(
    ctx: typer.Context,
    which: Which,
    to_folder: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where to save the copies.")],
    revision: Annotated[int | None, typer.Option(min=1, help="Which revision; else the newest.")] = None,
) -> Answer:
    """Save copies of a document's files."""
    from bursar_desk.services import evidence as service

    with common(ctx).reading() as desk:
        saved = service.export(desk, _which(desk, which), to_folder, revision=revision)
    names = [str(one.file) for one in saved]
    return Answer({"files": names}, lines(names, "It has no files."))


@evidence.command("sweep")
def sweep(ctx: typer.Context) -> Answer:
    """Take away files older than a day that nothing names: left by forms never saved, or erased since."""
    from bursar_desk.domain import words
    from bursar_desk.services import evidence as service

    with common(ctx).desk() as desk:
        swept = service.sweep(desk)
    said = (
        f"{words.count(swept.files, 'file')} taken away, {words.file_size(swept.size)}."
        if swept.files
        else "Nothing to do."
    )
    return Answer({"files": swept.files, "size": swept.size}, said)
