"""Files to other schools: cards, exports, who has what, the watched folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli import merging
from bursar_desk.cli.frame import Answer, Misused, common, lines, watching
from bursar_desk.cli.moments import moment

if TYPE_CHECKING:
    from bursar_desk.services.cluster_files import Holder, SchoolAge
    from bursar_desk.services.watched import Offer

__all__ = ["add_to", "moment"]
_MB = 1_000_000


def add_to(app: typer.Typer) -> None:
    """Add these commands, and those around merging."""
    app.command("card")(card)
    app.command("export")(export)
    app.command("who-has")(who_has)
    app.command("watch")(watch)
    merging.add_to(app)


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
    to: Annotated[
        list[str],
        typer.Option(metavar="SCHOOL", help="A URN, a name, “cluster” or “need-it”; may be given again."),
    ],
    everything: Annotated[bool, typer.Option("--everything", help="Also what they have already.")] = False,
    max_mb: Annotated[
        float | None, typer.Option("--max-mb", metavar="N", min=0.1, help="In parts of at most N MB, for e-mail.")
    ] = None,
    without_files: Annotated[bool, typer.Option("--without-files", help="Leave attached files for later.")] = False,
) -> Answer:
    """Write a file for other schools: what they may read and have not acknowledged yet."""
    from bursar_desk.domain import words
    from bursar_desk.services import sharing

    with common(ctx).reading() as desk, watching() as bar:
        sent = sharing.export(
            desk, file, sharing.receivers(desk, to), everything=everything, attachments=not without_files,
            max_bytes=int(max_mb * _MB) if max_mb is not None else None, progress=bar,
        )  # fmt: skip
    facts = {
        "file": sent.path, "entries": sent.entries, "recipients": sent.recipients, "size": sent.size,
        "parts": sent.parts, "files": sent.files, "left": sent.left,
    }  # fmt: skip
    told = [f"{words.count(sent.entries, 'entry', 'entries')} for {words.listing(list(sent.recipients))}:"]
    told += [str(part) for part in sent.parts or (sent.path,)]
    if sent.left:
        told.append(f"{words.count(sent.left, 'attached file')} will come with the next ones.")
    return Answer(facts, " ".join(told[:2]) if len(told) == 2 else "\n".join(told))


# --- who has what ----------------------------------------------------------------------------------------------------


def who_has(ctx: typer.Context) -> Answer:
    """List how old each school's records are here, and what the other computers lack."""
    from bursar_desk.services import cluster_files

    with common(ctx).reading() as desk:
        ages, found = cluster_files.schools(desk), cluster_files.who_has_what(desk)
        names = dict(found.schools)
    facts = {
        "schools": [_age(one) for one in ages],
        "holders": [_holder(one, names) for one in found.holders],
    }
    rows = [f"{one.name}: {one.sentence}{' (old: ask for a new file)' if one.stale else ''}" for one in ages]
    rows += [f"{one.name}, {one.computer}: {one.sentence}" for one in found.holders]
    return Answer(facts, lines(rows, "No other school is known here yet."))


def _age(one: SchoolAge) -> dict[str, Any]:
    return {
        "school": one.name, "made": moment(one.last_file_made_ms) if one.last_file_made_ms is not None else None,
        "merged": moment(one.last_merged_ms) if one.last_merged_ms is not None else None, "days_old": one.days_old,
        "stale": one.stale, "receipt": one.number, "sentence": one.sentence,
    }  # fmt: skip


def _holder(one: Holder, names: dict[bytes, str]) -> dict[str, Any]:
    return {
        "school": one.name, "computer": one.computer, "state": one.state, "lacks": one.lacks,
        "heard": moment(one.heard_ms) if one.heard_ms is not None else None,
        "by_school": {names[school]: number for school, number in one.by_school.items()}, "sentence": one.sentence,
    }  # fmt: skip


# --- the watched folder ----------------------------------------------------------------------------------------------


def watch(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="FOLDER|list|stop", help="The folder, or “list”, or “stop”.")],
) -> Answer:
    """Watch a folder, for example on a shared drive: its files are listed with what they are, never merged unasked."""
    from bursar_desk.services import watched

    with common(ctx).reading() as desk, watching() as bar:
        if what == "list":
            return _listed(watched.chosen(desk), watched.offered(desk, bar))
        if what == "stop":
            was = watched.chosen(desk)
            watched.stop(desk)
            return Answer({"folder": None, "was": was}, "No folder is watched any more.")
        chosen = watched.choose(desk, Path(what))
    return Answer({"folder": chosen}, f"Watching {chosen}. What arrives there is offered; nothing is merged unasked.")


def _listed(folder: Path | None, found: list[Offer]) -> Answer:
    facts = {"folder": folder, "files": [_offer(one) for one in found]}
    nothing = "No share files are there." if folder else "No folder is watched. Choose one with “watch FOLDER”."
    return Answer(facts, lines([one.sentence for one in found], nothing))


def _offer(one: Offer) -> dict[str, Any]:
    return {
        "file": one.path, "from": one.sender, "made": moment(one.made_ms), "size": one.size, "state": one.state,
        "same_as": one.same_as, "sentence": one.sentence,
    }  # fmt: skip
