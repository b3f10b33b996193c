"""What schools say to each other: list, show, write, answer, mark as read, withdraw, print, save what was attached."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, one_of
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.enclosures import Enclosure
    from bursar_desk.services.messages import Message, Thread, Written

message = typer.Typer(help="Notices, questions, requests for help and what worked, inside the share files.")
Which = Annotated[str, typer.Argument(metavar="MESSAGE", help="The first letters of its id.")]
Words = Annotated[str, typer.Option(metavar="T", help="What you want to say; for “practice” what you did.")]
Attach = Annotated[list[Path], typer.Option(metavar="FILE", help="A file to send with it; may be given again.")]


class Kind(StrEnum):
    """What a message can begin as."""

    NOTICE = "notice"
    QUESTION = "question"
    HELP = "help"
    PRACTICE = "practice"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(message, name="message")


# --- as documents ----------------------------------------------------------------------------------------------------


def _facts(one: Message) -> dict[str, Any]:
    said: dict[str, Any] = {
        "message": one.id, "school": one.school, "school_name": one.school_name, "kind": one.kind, "title": one.title,
        "words": one.words, "to": one.to, "to_names": one.to_names, "answers": one.answers, "said_by": one.said_by,
        "said_on": one.said_on, "needed_by": one.needed_by, "about": one.about, "read": one.read, "ours": one.ours,
        "withdrawn": one.withdrawn,
    }  # fmt: skip
    if one.withdrawn:
        said |= {"title": "", "words": ""}
        return said | {"files": []}
    good = {"why": one.why, "impact": one.impact, "how": one.how}
    files = [each.facts() | {"here": each.here} for each in one.enclosures]
    return said | {name: text for name, text in good.items() if text} | {"files": files}


def _thread(one: Thread) -> dict[str, Any]:
    from bursar_desk.services.messages import state_words

    return {
        "thread": one.root, "title": one.title, "kind": one.kind, "school": one.school,
        "school_name": one.school_name, "unread": one.unread, "waiting_for_us": one.waiting_for_us,
        "answered": one.answered, "state": one.state, "stands_in": one.stands_in, "status": state_words(one)[1],
        "messages": [_facts(each) for each in one.messages],
    }  # fmt: skip


def _line(one: Thread) -> str:
    from bursar_desk.services import messages as service

    status = service.state_words(one)[1]
    what = service.kind_words(one.kind)
    return f"{one.root.hex()[:16]}  {one.title} ({what}, {one.school_name}){f': {status}' if status else ''}"


def _told(one: Message, today: Any) -> list[str]:
    from bursar_desk.services import messages as service

    if one.withdrawn:
        return [f"{one.school_name}: this message was withdrawn."]
    told = [f"{one.said_by}, {one.school_name}, {service.when_words(one, today)} ({service.kind_words(one.kind)})"]
    told += [f"  {line}" for line in one.words.split("\n")]
    for label, text in (("Why", one.why), ("What it changed", one.impact), ("How you can use it", one.how)):
        told += [f"  {label}: {text}"] if text else []
    told += [f"  {n}. {each.name} ({each.words}) {each.missing}".rstrip() for n, each in enumerate(one.enclosures, 1)]
    return told


def _which(desk: Desk, typed: str) -> bytes:
    from bursar_desk.services import messages as service

    known = [one for thread in service.threads(desk) for one in (thread.root, *(each.id for each in thread.messages))]
    return one_of(typed, known, "message", "message list")


# --- reading ---------------------------------------------------------------------------------------------------------


@message.command("list")
def list_messages(
    ctx: typer.Context,
    kind: Annotated[Kind | None, typer.Option(help="One kind only.")] = None,
    unread: Annotated[bool, typer.Option("--unread", help="What nobody read at this desk.")] = False,
    text: Annotated[str, typer.Option(metavar="T", help="Only those with these words in them.")] = "",
) -> Answer:
    """List what schools said to each other, newest first; answers stand with what they answer."""
    from bursar_desk.services import messages as service

    with common(ctx).reading() as desk:
        found = service.threads(desk, kind.value if kind else None, unread, text)
        waiting = service.unread_count(desk)
    facts = {"threads": [_thread(one) for one in found], "unread": waiting}
    return Answer(facts, lines([_line(one) for one in found], "There are no messages like that."))


@message.command("show")
def show(ctx: typer.Context, which: Which) -> Answer:
    """Show a message with all that belongs to it. It stays new until “message read”."""
    from bursar_desk.services import messages as service

    with common(ctx).reading() as desk:
        thread = service.thread_of(desk, _which(desk, which))
        today = desk.today
    told = [_line(thread), *([thread.stands_in + "."] if thread.stands_in else [])]
    for one in thread.messages:
        told += ["", *_told(one, today)]
    return Answer(_thread(thread), "\n".join(told))


@message.command("read")
def read(
    ctx: typer.Context,
    which: Annotated[list[str] | None, typer.Argument(metavar="MESSAGE...", help="Their ids.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every message held.")] = False,
    unread: Annotated[bool, typer.Option("--unread", help="The other way: they are new again.")] = False,
) -> Answer:
    """Mark messages as read, at this desk alone."""
    from bursar_desk.domain import words
    from bursar_desk.services import messages as service

    if bool(which) == every:
        raise Misused("Give either messages or --all.", "Nothing was changed.")
    with common(ctx).desk() as desk:
        ids = [one.id for one in service.listing(desk)] if every else [_which(desk, one) for one in which or ()]
        (service.mark_unread if unread else service.mark_read)(desk, ids)
        left = service.unread_count(desk)
    told = f"{words.count(left, 'message')} {'is' if left == 1 else 'are'} new at this desk."
    return Answer({"unread": left, "messages": ids}, told)


# --- writing ---------------------------------------------------------------------------------------------------------


def _taken(desk: Desk, files: list[Path]) -> tuple[Enclosure, ...]:
    from bursar_desk.services import enclosures

    return tuple(enclosures.take(desk, file) for file in files)


def _written(made: Written, goes: str) -> Answer:
    return Answer({"message": made.id, "act": made.changes.act}, f"{made.sentence}\n{goes}")


@message.command("write")
def write(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What it is about, in a few words.")],
    words: Words,
    kind: Annotated[Kind, typer.Option(help="What it is.")] = Kind.NOTICE,
    to: Annotated[list[str], typer.Option(metavar="SCHOOL", help="Whose turn it is; else anybody’s.")] = [],  # noqa: B006
    needed_by: Annotated[str | None, typer.Option("--needed-by", metavar="DATE")] = None,
    about: Annotated[str, typer.Option(metavar="T", help="Which check or job it is about.")] = "",
    why: Annotated[str, typer.Option(metavar="T", help="For “practice”: why you did it.")] = "",
    impact: Annotated[str, typer.Option(metavar="T", help="For “practice”: what it changed.")] = "",
    how: Annotated[str, typer.Option(metavar="T", help="For “practice”: how others can use it.")] = "",
    attach: Attach = [],  # noqa: B006
) -> Answer:
    """Write to the other schools. Every school and office we share with can read it."""
    from bursar_desk.services import messages as service

    shared = common(ctx)
    day = shared.day_or_none(needed_by, "--needed-by")
    with shared.desk() as desk:
        named = tuple(desk.find_school(one) for one in to)
        draft = service.Draft(kind.value, title, words, named, day, about, why, impact, how)
        wrong = service.problems(draft, desk.today)
        if wrong:
            raise UserError(next(iter(wrong.values())), "Nothing was sent.", "Put it right, then send it again.")
        made = service.write(desk, service.Draft(
            kind.value, title, words, named, day, about, why, impact, how, _taken(desk, attach)
        ))  # fmt: skip
        return _written(made, service.where_it_goes(desk))


@message.command("answer")
def answer(
    ctx: typer.Context,
    which: Which,
    words: Words,
    ask: Annotated[bool, typer.Option("--ask", help="Ask back: it waits for their answer.")] = False,
    attach: Attach = [],  # noqa: B006
) -> Answer:
    """Answer a message. Every school and office we share with can read the answer as well."""
    from bursar_desk.services import messages as service

    with common(ctx).desk() as desk:
        one = _which(desk, which)
        kind = service.QUESTION if ask else service.ANSWER
        made = service.answer(desk, one, words, kind=kind, enclosures=_taken(desk, attach))
        return _written(made, service.where_it_goes(desk))


@message.command("withdraw")
def withdraw(ctx: typer.Context, which: Which) -> Answer:
    """Withdraw a message of this school; where it was read already it goes when the next share file arrives."""
    from bursar_desk.services import messages as service

    with common(ctx).desk() as desk:
        one = _which(desk, which)
        changes = service.withdraw(desk, one)
    return Answer({"message": one, "act": changes.act}, "The message is withdrawn. “undo” brings it back.")


# --- files -----------------------------------------------------------------------------------------------------------


@message.command("print")
def print_it(
    ctx: typer.Context, which: Which,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Ends in .pdf or .html.")],
) -> Answer:  # fmt: skip
    """Write a message with all that belongs to it on paper."""
    from bursar_desk.domain import words
    from bursar_desk.services import message_paper

    with common(ctx).reading() as desk:
        made = message_paper.print_thread(desk, _which(desk, which), out)
    facts = {"file": made.file, "pages": made.pages, "figures": made.figures}
    return Answer(facts, f"{words.count(made.pages, 'page')}: {made.file}")


@message.command("save")
def save(
    ctx: typer.Context,
    which: Which,
    to: Annotated[Path, typer.Option(metavar="PATH", help="A file, or a folder to save it in under its own name.")],
    file: Annotated[int, typer.Option(metavar="N", min=1, help="Which of the attached files.")] = 1,
) -> Answer:
    """Save a copy of an attached file. Nothing is opened here."""
    from bursar_desk.services import enclosures
    from bursar_desk.services import messages as service

    with common(ctx).reading() as desk:
        found = service.get(desk, _which(desk, which)).enclosures
        if file > len(found):
            raise UserError("That message has no such file.", "Nothing was saved.", "See “message show”.")
        one = found[file - 1]
        made = enclosures.save_copy(desk, one, to / one.name if to.is_dir() else to)
    return Answer({"file": made.file, "name": one.name, "size": one.size}, f"{one.name}: {made.file}")
