"""The communication link: notices, questions, answers, requests for help, good practice, inside the share files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.clock import school_day
from bursar_desk.domain import words as say
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import LINK, Changes
from bursar_desk.services.message_threads import (
    ANSWER,
    ASKS,
    HELP,
    NOTICE,
    PRACTICE,
    QUESTION,
    Message,
    Thread,
    counts,
    threads_of,
)
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.enclosures import Enclosure
    from db.queries.messages import MessageRow

KINDS: Final = (NOTICE, QUESTION, HELP, PRACTICE)
"""What a message can begin as, in the order the form asks; an answer always has something it answers."""
KIND_WORDS: Final = {
    NOTICE: "Notice", QUESTION: "Question", ANSWER: "Answer", HELP: "Request for help", PRACTICE: "What worked",
}  # fmt: skip
NEWER_KIND: Final = "Message of a newer kind"
OPEN_TO_ALL: Final = "Every school and office we share with can read this."
READ: Final = "read_here"
"""What ``Changes`` names when something was marked as read: a note of this desk alone."""
LONGEST: Final = {"title": 120, "about": 200, "words": 6000, "why": 2000, "impact": 2000, "how": 2000}
"""The most characters of each text. Together they stay below what one entry may hold."""
MOST_FILES: Final = 10
MOST_NAMED: Final = 100
_SAFE: Final = "Nothing was sent."
_CALLED: Final = {
    "title": "What it is about", "about": "The check or job", "words": "The message", "why": "Why",
    "impact": "What it changed", "how": "How others can use it",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be written. ``to``: whose turn it is, empty for anybody; everybody we share with can read it all.

    ``why``, ``impact`` and ``how`` are for good practice, where ``words`` says what was done.
    """

    kind: str
    title: str
    words: str
    to: tuple[bytes, ...] = ()
    needed_by: dt.date | None = None
    about: str = ""
    why: str = ""
    impact: str = ""
    how: str = ""
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A message that is in the register now: its id, what changed, and where it goes in a sentence."""

    id: bytes
    changes: Changes
    sentence: str


# --- who can read it -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reader:
    """A school or office that reads what this one writes."""

    school: bytes
    name: str
    office: bool = False


def audience(desk: Desk) -> tuple[Reader, ...]:
    """Return the schools and offices that read what we write, by name."""
    trust = desk.trust
    found = [
        Reader(school, one_line(root.name), root.sort == "office") for school, root in trust.roots.items()
        if school != desk.home and trust.may_read(school, desk.home, LINK)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.school)))


def where_it_goes(desk: Desk) -> str:
    """Return where a message goes, in sentences: nothing leaves this computer until a share file is sent."""
    many = audience(desk)
    if not many:
        return "Nobody reads our messages yet. It waits here until cards are exchanged on the Cluster page."
    names = [one.name for one in many]
    if len(many) > 2:
        offices = sum(one.office for one in many)
        counted = ((len(many) - offices, "school"), (offices, "office"))
        names = [say.count(number, what) for number, what in counted if number]
    return f"{OPEN_TO_ALL} It goes to {say.listing(names)} with the next share file you send them."


# --- writing ---------------------------------------------------------------------------------------------------------


def problems(draft: Draft, today: dt.date) -> dict[str, str]:
    """Return what to put right before a message can be sent, by the name of the field; empty when all is well."""
    found: dict[str, str] = {}
    tidy = _tidy(draft)
    if tidy.kind not in (*KINDS, ANSWER):
        found["kind"] = "Choose what kind of message it is."
    if not tidy.title and tidy.kind != ANSWER:
        found["title"] = "Say in a few words what it is about."
    if not tidy.words:
        found["words"] = "Say what was done." if tidy.kind == PRACTICE else "Write the message."
    for name, most in LONGEST.items():
        length = len(getattr(tidy, name))
        if length > most:
            over = say.count(length - most, "character")
            found[name] = f"{_CALLED[name]} is {over} too long: {say.number(most)} is the most."
    if tidy.needed_by is not None and tidy.needed_by < today:
        found["needed_by"] = f"{say.long_date(tidy.needed_by)} has passed already."
    if len(tidy.enclosures) > MOST_FILES:
        found["enclosures"] = f"{MOST_FILES} files are the most for one message."
    if len(tidy.to) > MOST_NAMED:
        found["to"] = f"Name {MOST_NAMED} schools at most, or nobody, so that anybody can answer."
    return found


def _tidy(draft: Draft) -> Draft:
    good = draft.kind == PRACTICE
    return replace(
        draft, title=one_line(draft.title), about=one_line(draft.about), to=tuple(dict.fromkeys(draft.to)),
        words=paragraphs(draft.words), why=paragraphs(draft.why) if good else "",
        impact=paragraphs(draft.impact) if good else "", how=paragraphs(draft.how) if good else "",
    )  # fmt: skip


def write(desk: Desk, draft: Draft) -> Written:
    """Write a message that begins a thread. Raises ``UserError`` for the first thing to put right."""
    if draft.kind == ANSWER:
        raise UserError("An answer needs a message to answer.", _SAFE, "Open that message first.")
    named = {one.school: one.name for one in audience(desk)}
    for school in draft.to:
        if school not in named:
            raise UserError(
                f"{desk.school_name(school)} does not read our messages.", _SAFE, "Choose another school, or anybody."
            )
    return _send(desk, draft, None)


def answer(
    desk: Desk, message: bytes, words: str, *, kind: str = ANSWER, needed_by: dt.date | None = None,
    enclosures: Sequence[Enclosure] = (),
) -> Written:  # fmt: skip
    """Answer a message, or ask back with another ``kind``. Raises ``UserError`` when it is not here any more."""
    asked = get(desk, message)
    if asked.withdrawn:
        raise UserError("That message was withdrawn.", _SAFE, "Write a new message instead.")
    title = asked.title or thread_of(desk, message).title
    to = () if asked.ours else (asked.school,)
    title = title[: LONGEST["title"]]
    return _send(desk, Draft(kind, title, words, to, needed_by, enclosures=tuple(enclosures)), message)


def _send(desk: Desk, draft: Draft, answers: bytes | None) -> Written:
    wrong = problems(draft, desk.today)
    if wrong:
        raise UserError(next(iter(wrong.values())), _SAFE, "Put it right, then send it again.")
    tidy = _tidy(draft)
    for one in tidy.enclosures:
        if not desk.store.blobs.has(one.sha256):
            raise UserError(f"“{one.name}” is no longer here.", _SAFE, "Attach it again.")
    person = desk.person
    values: dict[str, Any] = {
        "kind": tidy.kind, "title": tidy.title, "words": tidy.words, "said_by": one_line(desk.who),
        "said_on": desk.today, "needed_by": tidy.needed_by, "answers": answers, "about": tidy.about or None,
        "why": tidy.why or None, "impact": tidy.impact or None, "how": tidy.how or None,
        "person": person.id if person else None,
        "to": json.dumps([one.hex() for one in tidy.to]) if tidy.to else None,
        "enclosures": json.dumps([one.facts() for one in tidy.enclosures]) if tidy.enclosures else None,
    }  # fmt: skip
    with desk.act(ActCode.SEND_MESSAGE, subject=tidy.title) as act:
        row = act.fact("message", values)
    what = KIND_WORDS[tidy.kind]
    said = "is ready and waits for a reader." if not audience(desk) else "goes with the next share file."
    sentence = f"{what}: {say.quoted(tidy.title)} {said}" if tidy.title else f"{what} {said}"
    return Written(row, Changes(frozenset(act.tables), act.note.act), sentence)


def withdraw(desk: Desk, message: bytes) -> Changes:
    """Withdraw a message of this school: it counts for nothing from then on, here and where the withdrawal arrives."""
    one = get(desk, message)
    if not one.ours:
        raise UserError(f"{one.school_name} wrote that message.", "Nothing was changed.", "Only they can withdraw it.")
    if one.withdrawn:
        raise UserError("That message was withdrawn already.", "Nothing was changed.", "There is nothing to do.")
    with desk.act(ActCode.SEND_MESSAGE, subject=f"withdrawn: {one.heading}") as act:
        act.set_aside("message", message)
    return Changes(frozenset(act.tables), act.note.act)


# --- reading ---------------------------------------------------------------------------------------------------------


def listing(desk: Desk) -> list[Message]:
    """Return every message held, withdrawn ones too, its text cleaned, by id."""
    from db.local_notes import read_rows
    from db.queries.messages import messages

    with desk.store.connect() as con:
        rows, read = messages(con), read_rows(con)
    return [_message(desk, row, row.id in read) for row in rows]


def _message(desk: Desk, row: MessageRow, read: bool) -> Message:
    from bursar_desk.services import enclosures

    ours = row.school == desk.home
    names = tuple("our school" if one == desk.home else one_line(desk.school_name(one)) for one in row.to)
    return Message(
        id=row.id, school=row.school, school_name=one_line(desk.school_name(row.school)), kind=one_line(row.kind),
        title=one_line(row.title), words=paragraphs(row.words), said_by=one_line(row.said_by) or "Somebody",
        said_on=row.said_on, written_ms=row.written_ms, to=row.to, to_names=names, answers=row.answers,
        needed_by=row.needed_by, about=one_line(row.about), why=paragraphs(row.why), impact=paragraphs(row.impact),
        how=paragraphs(row.how), enclosures=enclosures.of_rows(desk, row.enclosures), ours=ours, read=ours or read,
        withdrawn=row.withdrawn, arrived_ms=row.arrived_ms,
    )  # fmt: skip


def _all_threads(desk: Desk) -> list[Thread]:
    from db.queries.messages import erased_among

    held = listing(desk)
    here = {one.id for one in held}
    gone = {one.answers for one in held if one.answers is not None} - here
    erased: frozenset[bytes] = frozenset()
    if gone:
        with desk.store.connect() as con:
            erased = erased_among(con, sorted(gone))
    return sorted(threads_of(held, desk.home, erased), key=lambda one: (-one.listed_ms, one.root))


def threads(desk: Desk, kind: str | None = None, unread: bool = False, text: str = "") -> list[Thread]:
    """Return threads, newest first: all, or of one kind, unread, or holding words."""
    return narrowed(_all_threads(desk), kind, unread, text)


def narrowed(found: Iterable[Thread], kind: str | None = None, unread: bool = False, text: str = "") -> list[Thread]:
    """Return those of some threads that are of a kind, unread, and hold every word typed."""
    return [
        one for one in found
        if (kind is None or one.kind == kind) and (not unread or one.unread) and (not text.strip() or one.holds(text))
    ]  # fmt: skip


def get(desk: Desk, message: bytes) -> Message:
    """Return one message. Raises ``UserError`` when it is not here."""
    for one in listing(desk):
        if one.id == message:
            return one
    raise UserError("That message is not in this register.", "Nothing was changed.", "See “message list”.")


def thread_of(desk: Desk, message: bytes) -> Thread:
    """Return the thread a message is in, or begins. Raises ``UserError`` when there is none."""
    for one in _all_threads(desk):
        if one.root == message or any(each.id == message for each in one.messages):
            return one
    raise UserError("That message is not in this register.", "Nothing was changed.", "See “message list”.")


def unread_count(desk: Desk) -> int:
    """Return how many messages of others were not read at this desk."""
    from db.queries.messages import unread_count as ask

    with desk.store.connect() as con:
        return ask(con, desk.home)


def mark_read(desk: Desk, ids: Iterable[bytes]) -> Changes:
    """Note at this desk alone that messages were read."""
    from db import local_notes

    with desk.store.writing() as con:
        changed = local_notes.mark(con, ids, desk.clock.now_ms())
    return Changes(frozenset([READ] if changed else []))


def mark_unread(desk: Desk, ids: Iterable[bytes]) -> Changes:
    """Take the notes back: the messages count as new again, at this desk alone."""
    from db import local_notes

    with desk.store.writing() as con:
        changed = local_notes.unmark(con, ids)
    return Changes(frozenset([READ] if changed else []))


def home_lines(desk: Desk) -> tuple[str, ...]:
    """Return what Home says about messages: how many are new, and how many wait for this school."""
    found = _all_threads(desk)
    unread, waiting = sum(one.unread for one in found), sum(one.waiting_for_us for one in found)
    lines = []
    if unread:
        lines.append(f"{say.count(unread, 'new message')} from other schools.")
    if waiting:
        lines.append(f"{say.count(waiting, 'message')} {'waits' if waiting == 1 else 'wait'} for our answer.")
    return tuple(lines)


# --- words -----------------------------------------------------------------------------------------------------------


def kind_words(kind: str) -> str:
    """Return what kind of message it is, in words."""
    return KIND_WORDS.get(kind, NEWER_KIND)


def state_words(thread: Thread) -> tuple[str, str]:
    """Return how a thread stands as (colour class, words): "soon" it waits for us, "info" new, "ok" answered."""
    if thread.waiting_for_us:
        return "soon", "Waits for us"
    if thread.unread:
        return "info", "New"
    if thread.asks:
        return ("ok", "Answered") if thread.answered else ("unknown", "No answer yet")
    return "", ""


def when_words(message: Message, today: dt.date) -> str:
    """Return when a message was written: its own day, with the time where the clock of its desk says the same day."""
    day = message.said_on or school_day(message.written_ms)
    near = {0: "today", 1: "yesterday"}.get((today - day).days)
    return near or say.long_date(day)


__all__ = [
    "ANSWER", "ASKS", "HELP", "KINDS", "KIND_WORDS", "NOTICE", "PRACTICE", "QUESTION", "Draft", "Message", "Reader",
    "Thread", "Written", "answer", "audience", "counts", "get", "home_lines", "kind_words", "listing", "mark_read",
    "mark_unread", "narrowed", "problems", "state_words", "thread_of", "threads", "unread_count", "when_words",
    "where_it_goes", "withdraw", "write",
]  # fmt: skip
