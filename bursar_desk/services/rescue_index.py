"""The pages of a rescue that people read first: index.html, README.txt, messages. No scripts, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from urllib.parse import quote

from bursar_desk.domain import words
from bursar_desk.services.rescue_tables import Made

RULE: Final = (
    "In the tables a cell that begins with an apostrophe (') stands for the text behind it. One was put before every "
    "text that a spreadsheet program could take for a formula, and before every text that begins with one itself. "
    "Take one apostrophe away and you have the text exactly as it was typed."
)
READING: Final = (
    "The tables are CSV files: plain text, UTF-8, commas between the columns, quotation marks around cells that need "
    "them, one row a line (a cell may hold several lines). Dates are written 2027-03-26, times of day in UTC. "
    "Ids are names that only the register uses; the same id always means the same thing, in every table."
)
_STYLE: Final = """
body{font:16px/1.5 "Source Sans 3","Segoe UI",Arial,sans-serif;color:#1b2733;background:#fff;max-width:60rem;
margin:2rem auto;padding:0 1.5rem}
h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2rem 0 .5rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;
border-bottom:1px solid #d5dce3}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.note{border-left:4px solid #b25e00;padding:.4rem .9rem;background:#fff7ec}
.good{border-left:4px solid #1d7a46;padding:.4rem .9rem;background:#eef8f1}
.message{border-top:1px solid #d5dce3;padding:.6rem 0;white-space:pre-wrap}
.answer{margin-left:2rem}.small{color:#51606e;font-size:.9rem}a{color:#0b5394}
@media print{body{margin:0;max-width:none;font-size:11pt}a{color:inherit;text-decoration:none}tr{break-inside:avoid}}
"""
_HEAD: Final = (
    '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    '<meta name="viewport" content="width=device-width"><title>{title}</title><style>{style}</style></head><body>\n'
)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the first page says; ``left_out`` counts private things."""

    register: str
    schools: tuple[str, ...]
    made_at: str
    practice: bool
    sentence: str
    unreadable: tuple[str, ...]
    notes: tuple[str, ...]
    left_out: int
    files: tuple[Made, ...]


def index(summary: Summary) -> str:
    """Return the first page."""
    said = [_HEAD.format(title=escape(f"Rescue of {summary.register}"), style=_STYLE)]
    said.append(f"<h1>Everything that is in {escape(summary.register)}</h1>")
    said.append(f'<p class="small">Made on {escape(summary.made_at)}. {escape(_about(summary))}</p>')
    if summary.practice:
        said.append("<p><strong>Practice - made-up records</strong></p>")
    said.append(f"<p>{escape(summary.sentence)}</p>")
    said.append(_unreadable(summary.unreadable))
    if summary.left_out:
        said.append(f'<p class="note">{escape(left_out_words(summary.left_out))}</p>')
    said.extend(f'<p class="note">{escape(note)}</p>' for note in summary.notes)
    open_ones = [one for one in summary.files if not one.private]
    private = [one for one in summary.files if one.private]
    said.append("<h2>What is here</h2>" + _listed(open_ones))
    if private:
        said.append("<h2>Private - do not share</h2>")
        said.append("<p>Reasons for absence, and whatever this version of Bursar Desk does not know.</p>")
        said.append(_listed(private))
    said.append(f"<h2>How to read the tables</h2><p>{escape(READING)}</p><p>{escape(RULE)}</p>")
    said.append("<p>Open a table with any spreadsheet program. Keep this folder where only the school can read it.</p>")
    said.append("</body></html>\n")
    return "\n".join(said)


def _about(summary: Summary) -> str:
    if not summary.schools:
        return "Which school it belongs to could not be read."
    more = len(summary.schools) - 3
    named = ", ".join(summary.schools[:3]) + (f" and {words.count(more, 'more school')}" if more > 0 else "")
    return f"It holds records of {named}."


def _unreadable(sentences: Sequence[str]) -> str:
    if not sentences:
        return '<p class="good">Everything could be read, and every entry is as it was written.</p>'
    rows = "".join(f"<li>{escape(one)}</li>" for one in sentences)
    return f'<div class="note"><p>What could not be read:</p><ul>{rows}</ul></div>'


def _listed(files: Iterable[Made]) -> str:
    rows = [
        f'<tr><td>{_link(one.path)}</td><td>{escape(one.words)}</td><td class="n">{words.number(one.rows)}</td></tr>'
        for one in files
    ]
    return (
        '<table><thead><tr><th>File</th><th>What it holds</th><th class="n">Rows</th></tr></thead><tbody>'
        + "".join(rows)
        + "</tbody></table>"
    )


def _link(path: str) -> str:
    return escape(path) if path.endswith("/") else f'<a href="{quote(path)}">{escape(path)}</a>'


def left_out_words(count: int) -> str:
    """Say that private things were left out and how to have them."""
    held = words.count(count, "private record was", "private records were")
    return (
        f"{held} left out, such as reasons for absence. To have them too, in a folder of their own, make the rescue "
        "again and ask for private records."
    )


def readme(summary: Summary) -> str:
    """Return the same as plain text, for a computer without a browser."""
    said = [
        f"Everything that is in {summary.register}", f"Made on {summary.made_at} by Bursar Desk.", "",
        *(["Practice - made-up records", ""] if summary.practice else []), summary.sentence, "",
    ]  # fmt: skip
    if summary.unreadable:
        said += ["What could not be read:", *(f"- {one}" for one in summary.unreadable), ""]
    if summary.left_out:
        said += [left_out_words(summary.left_out), ""]
    said += [*summary.notes, ""] if summary.notes else []
    said += ["What is here:", *(f"- {one.path}: {one.words} ({words.number(one.rows)})" for one in summary.files), ""]
    said += ["How to read the tables:", READING, RULE, ""]
    return "\r\n".join(said)


# ---------------------------------------------------------------- messages
@dataclass(frozen=True, slots=True)
class Message:
    """A message between schools, with what it answers and where its attachments lie in the rescue."""

    id: bytes
    answers: bytes | None
    kind: str
    title: str
    words: str
    school: str
    said_by: str
    said_on: str
    more: Mapping[str, Any]
    attachments: tuple[tuple[str, str], ...]


def messages(listed: Sequence[Message]) -> str:
    """Return all messages as one page, answers under what they answer, in the order of their days."""
    by_id = {one.id: one for one in listed}
    below: dict[bytes, list[Message]] = {}
    tops = []
    for one in sorted(listed, key=lambda one: (one.said_on, one.id)):
        if one.answers is not None and one.answers in by_id and one.answers != one.id:
            below.setdefault(one.answers, []).append(one)
        else:
            tops.append(one)
    said = [_HEAD.format(title="Messages between schools", style=_STYLE), "<h1>Messages between schools</h1>"]
    shown: set[bytes] = set()
    waiting = [(one, 0) for one in reversed(tops)]
    while waiting:
        one, depth = waiting.pop()
        if one.id not in shown:
            shown.add(one.id)
            said.append(_message(one, answer=depth > 0))
            waiting.extend((answer, depth + 1) for answer in reversed(below.get(one.id, [])))
    said.extend(_message(one, answer=True) for one in listed if one.id not in shown)  # two that answer each other
    said.append("</body></html>\n")
    return "\n".join(said)


def _message(one: Message, *, answer: bool) -> str:
    more = "".join(f"\n<b>{escape(name)}:</b> {escape(str(value))}" for name, value in one.more.items())
    files = "".join(
        f'\nAttachment: <a href="{quote(place)}">{escape(name)}</a>' if place
        else f"\nAttachment: {escape(name)} (not here)"
        for name, place in one.attachments
    )  # fmt: skip
    return (
        f'<div class="message{" answer" if answer else ""}"><b>{escape(one.title)}</b>\n'
        f'<span class="small">{escape(", ".join(x for x in (one.kind, one.school, one.said_by, one.said_on) if x))}'
        f"</span>\n{escape(one.words)}{more}{files}</div>"
    )
