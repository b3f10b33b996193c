"""A thread made ready for paper: who said what when, good practice with its questions, files by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import messages
from bursar_desk.services.messages import PRACTICE, Message, Thread

if TYPE_CHECKING:
    import datetime as dt

    from bursar_desk.services.desk import Desk
    from reports.messages import Said, ThreadPaper
    from reports.saving import Written

FORMS = (".pdf", ".html", ".htm")


def thread_paper(desk: Desk, message: bytes) -> ThreadPaper:
    """Return the thread a message is in, ready to print. Raises ``UserError`` when it is not here."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.messages import ThreadPaper

    thread = messages.thread_of(desk, message)
    return ThreadPaper(
        title=thread.title, lead=_lead(thread, desk.today), printed_by=desk.name,
        said=tuple(_said(one, thread) for one in thread.messages if not one.withdrawn),
        made_at=school_time(desk), note=words.sentence(thread.stands_in), practice=desk.practice,
    )  # fmt: skip


def _lead(thread: Thread, today: dt.date) -> str:
    first = thread.first
    here = not thread.stands_in
    said = f"{messages.kind_words(thread.kind)} {'at' if thread.kind == PRACTICE else 'from'} {first.school_name}"
    if here and first.to_names:
        said += f" for {words.listing(list(first.to_names))}"
    if here and first.needed_by is not None:
        said += f", needed by {words.long_date(first.needed_by)}"
        if thread.asks and not thread.answered:
            said += f" ({words.until(first.needed_by, today)})"
    turn = ("Answered." if thread.answered else "No answer yet.") if thread.asks else ""
    return f"{words.sentence(said)} {turn}".strip()


def _said(one: Message, thread: Thread) -> Said:
    from reports.messages import Said

    good = one.kind == PRACTICE
    parts = [("What we did" if good else "", one.words)]
    parts += [("Why", one.why), ("What it changed", one.impact), ("How you can use it", one.how)]
    parts.append(("About", one.about))
    if one.needed_by is not None and one.id != thread.root:
        parts.append(("Needed by", words.long_date(one.needed_by)))
    kind = "" if one.id == thread.root else messages.kind_words(one.kind)
    files = tuple(f"{each.name} ({each.words})" for each in one.enclosures)
    return Said(one.said_by, one.school_name, _day(one), kind, tuple(part for part in parts if part[1]), files)


def _day(one: Message) -> str:
    from bursar_desk.clock import school_day

    return words.long_date(one.said_on or school_day(one.written_ms))


def print_thread(desk: Desk, message: bytes, out: Path) -> Written:
    """Save a thread as PDF or web page, by the ending of ``out``. Raises ``UserError`` when it cannot be made."""
    from reports.messages import write_html, write_pdf

    if out.suffix.lower() not in FORMS:
        raise UserError(
            f"Messages are not printed as “{out.suffix or out.name}”.", "Nothing was made.",
            "Let the file’s name end in .pdf or .html.",
        )  # fmt: skip
    ready = thread_paper(desk, message)
    return write_pdf(ready, out) if out.suffix.lower() == ".pdf" else write_html(ready, out)


def paper_name(thread: Thread) -> str:
    """Return a good name for the file of a thread."""
    from bursar_desk.machine import safe_file_name

    title = "".join(one if one.isalnum() else " " for one in thread.title)
    return safe_file_name(f"{messages.kind_words(thread.kind)} - {' '.join(title.split())}"[:80].strip(" -")) + ".pdf"
