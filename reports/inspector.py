"""The inspector's log: every due day of a check in a period, what was done on it, and the gaps as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports.paper import Frame
from reports.plain_book import PlainSheet, write_book
from reports.saving import Written, save
from reports.tables import Table, TableCell, TablesPaper
from reports.tables import make_pdf as tables_pdf
from reports.wording import clean, made
from reports.workbook import Typed

_MARK: Final = {"on time": "tick", "late": "triangle", "missed": "slash", "overdue": "square", "again": "dash"}
_HEADS: Final = (
    ("Was due", 62.0), ("How it went", 88.0), ("Done", 60.0), ("Done by", 68.0), ("Result and readings", 134.0),
    ("Entered", 55.0), ("Evidence", 50.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """One due day, or one record. ``how`` says its state in words; ``reason`` is why it was late or missed."""

    due: date | None
    state: str
    how: str
    done: date | None = None
    by: str = ""
    result: str = ""
    entered: date | None = None
    entered_words: str = ""
    evidence: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LogCheck:
    """One check with its slots, oldest first; ``law`` says who asks for it, ``total`` counts in a sentence."""

    code: str
    title: str
    place: str
    every: str
    law: str
    total: str
    slots: tuple[Slot, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InspectorLog:
    """The log of one or more checks from ``first`` to ``last``, both included."""

    school: str
    title: str
    first: date
    last: date
    checks: tuple[LogCheck, ...]
    made_at: datetime
    stamp: str = ""
    as_at: str = ""
    practice: bool = False

    @property
    def period(self) -> str:
        """The period in words."""
        return f"{words.short_date(self.first)} to {words.short_date(self.last)}"


HONEST: Final = (
    "Every due day of the period is listed, also those on which nothing was done. "
    "A reason stands only where somebody gave one. What was entered on a later day says so."
)


def write_pdf(log: InspectorLog, path: Path) -> Written:
    """Save the log at ``path``. Raises UserError when it cannot be saved."""
    pdf, pages = make_pdf(log)
    save(path, pdf)
    return Written(path, pages, _figures(log))


def _figures(log: InspectorLog) -> dict[str, str]:
    return {one.code or one.title: one.total for one in log.checks}


def make_pdf(log: InspectorLog) -> tuple[bytes, int]:
    """Return the log as a PDF and its number of pages."""
    frame = Frame(
        f"Inspector’s log, {log.title}, {log.school}, {log.period}", log.school,
        f"Made from records on {made(log.made_at)}", f"Stamp {log.stamp}" if log.stamp else "", log.practice,
        log.as_at,
    )  # fmt: skip
    tables = tuple(_table(one, starts_page=n > 0) for n, one in enumerate(log.checks))
    given = TablesPaper(
        f"Inspector’s log: {log.title}", log.school, (log.period, "Every due day is listed"), tables, frame
    )
    return tables_pdf(given)


def _table(one: LogCheck, *, starts_page: bool) -> Table:
    rows = tuple(_row(slot) for slot in one.slots)
    about = ". ".join(part for part in (one.place, _sentence(one.every), one.law) if part)
    return Table(
        f"{one.title} ({one.code})" if one.code else one.title, _HEADS, rows, (f"{about}.", one.total, *one.notes),
        "Nothing was due and nothing was recorded in this period.", starts_page, (HONEST,),
    )  # fmt: skip


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row(slot: Slot) -> tuple[TableCell, ...]:
    loud = slot.state in ("missed", "overdue")
    how = slot.how if not slot.reason else f"{slot.how}. {slot.reason}"
    return (
        TableCell(words.short_date(slot.due), strong=loud),
        TableCell(how, _MARK.get(slot.state, "dash"), strong=loud),
        TableCell(words.short_date(slot.done)), TableCell(slot.by), TableCell(slot.result),
        TableCell(slot.entered_words), TableCell(slot.evidence),
    )  # fmt: skip


def write_xlsx(log: InspectorLog, path: Path) -> Written:
    """Save the log as a workbook, one sheet a check."""
    heads = (
        ("Was due", 14.0), ("How it went", 24.0), ("Done", 14.0), ("Done by", 22.0), ("Result and readings", 44.0),
        ("Entered", 14.0), ("Evidence", 30.0), ("Reason", 40.0),
    )  # fmt: skip
    sheets = []
    for n, one in enumerate(log.checks, 1):
        rows: tuple[tuple[Typed, ...], ...] = tuple(
            (slot.due, slot.how, slot.done, slot.by, slot.result, slot.entered, slot.evidence, slot.reason)
            for slot in one.slots
        )
        above = (f"{one.title}, {log.school}", log.period, one.total, f"Stamp {log.stamp}" if log.stamp else HONEST)
        sheets.append(PlainSheet(f"{n} {one.code}".strip(), above, heads, rows))
    sheets = sheets or [PlainSheet("Log", (log.title, log.period), heads, ())]
    return write_book(path, f"Inspector’s log, {log.title}", sheets, log.made_at, practice=log.practice)


def write_html(log: InspectorLog, path: Path) -> Written:
    """Save the log as one web page that screen readers can read."""
    save(path, make_html(log).encode())
    return Written(path, 1, _figures(log))


def make_html(log: InspectorLog) -> str:
    """Return the web page; every text is escaped, nothing is loaded from elsewhere."""

    def text(given: str) -> str:
        return escape(clean(given))

    parts = [f"<h1>Inspector’s log: {text(log.title)}</h1><p>{text(log.school)}, {text(log.period)}</p>"]
    if log.practice:
        parts.insert(0, "<p><strong>Practice - made-up records</strong></p>")
    heads = "".join(f'<th scope="col">{head}</th>' for head, _ in _HEADS)
    for one in log.checks:
        rows = "".join("<tr>" + "".join(f"<td>{text(c.text)}</td>" for c in _row(slot)) + "</tr>" for slot in one.slots)
        parts.append(f"<h2>{text(one.title)} {text(one.code)}</h2><p>{text(one.total)}</p>")
        parts.append(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
    parts.append(f"<p>{HONEST} Made from records on {made(log.made_at)}. {text(log.stamp)}</p>")
    style = (
        "body{font-family:sans-serif;max-width:70em}td,th{border-bottom:1px solid #999;text-align:left;padding:2px 8px}"
    )
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Inspector’s log</title>'
        f"<style>{style}</style></head><body>{''.join(parts)}</body></html>"
    )
