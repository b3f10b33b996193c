"""Messages on paper: a whole thread or one good-practice note, as PDF pages and as one plain web page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports import paper
from reports.flow import Piece, draw_pieces, pages_of
from reports.marks import MUTED
from reports.paper import (
    BODY,
    FOOT,
    LEADING,
    MARGIN,
    PRACTICE,
    REGULAR,
    ROOM,
    STRONG,
    WIDTH,
    Frame,
    Pen,
    cut,
    wrap,
)
from reports.saving import Written, save
from reports.wording import clean, made

MOST_LINES: Final = 400
LABEL: Final = 112.0
_WHEN_ROOM: Final = 170.0
_TITLE: Final = 17.0
STYLE: Final = (
    "body{font:1rem/1.5 'Source Sans 3','Segoe UI',sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1f24;background:#fff;overflow-wrap:anywhere}article{border-top:1px solid #767f8c;padding:.5rem 0 1rem}"
    "h2{font-size:1rem;margin:.5rem 0 0}.when,.note,dt{color:#4a5360}dt{margin-top:.75rem}dd{margin:0}"
    ".practice{border:2px solid;padding:.5rem 1rem;font-weight:700}footer{border-top:1px solid #767f8c;color:#4a5360}"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who said it, of which school, when in words; ``parts`` are labelled texts, the first may have no
    label; ``files`` name what was attached. A line break in a text begins a new paragraph.
    """

    who: str
    school: str
    when: str
    kind: str
    parts: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadPaper:
    """A thread as it is printed. ``lead`` says what it is and for whom; ``note`` what is not here, or nothing."""

    title: str
    lead: str
    printed_by: str
    said: tuple[Said, ...]
    made_at: datetime
    note: str = ""
    practice: bool = False


def make_pdf(thread: ThreadPaper) -> bytes:
    """Return the thread as a PDF; however long it is, nothing is left out."""
    return _draw(thread)[0]


def write_pdf(thread: ThreadPaper, path: Path) -> Written:
    """Save the PDF at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = _draw(thread)
    save(path, pdf)
    return Written(path, pages, {"messages": words.number(len(thread.said))})


def write_html(thread: ThreadPaper, path: Path) -> Written:
    """Save the same as a web page without scripts, for screen readers. Raises UserError when it cannot be saved."""
    save(path, make_html(thread))
    return Written(path, 1, {"messages": words.number(len(thread.said))})


# --- paper -----------------------------------------------------------------------------------------------------------


def _draw(thread: ThreadPaper) -> tuple[bytes, int]:
    paper.load_fonts()
    pieces = [*_top(thread), *(piece for one in thread.said for piece in _said(one))]
    room = FOOT - MARGIN - 8
    pages = pages_of(pieces, lambda _page: room)
    frame = Frame(
        thread.title, thread.printed_by, f"Made from records on {made(thread.made_at)}", "", thread.practice
    )
    return paper.build(frame, [partial(_page, page) for page in pages]), len(pages)


def _page(pieces: list[Piece], pen: Pen) -> None:
    draw_pieces(pen, pieces, MARGIN)


def _top(thread: ThreadPaper) -> Iterator[Piece]:
    title = wrap(thread.title, STRONG, _TITLE, ROOM, 3)

    def head(pen: Pen, top: float) -> None:
        pen.bookmark(thread.title, 0, top)
        pen.lines(MARGIN, top + 13, title, STRONG, _TITLE, leading=21)

    yield Piece(21.0 * len(title) + 2, head, stays=True)
    for text in (thread.lead, thread.note):
        if text:
            yield from _lines(text, MARGIN, ROOM, grey=True, stays=True)
    yield Piece(8.0, lambda _pen, _top: None, stays=True)


def _said(one: Said) -> Iterator[Piece]:
    who = f"{one.who}, {one.school}"
    away = "" if not one.kind else f"{one.kind}, "

    def head(pen: Pen, top: float) -> None:
        pen.rule(top)
        pen.text(MARGIN, top + 17, cut(who, STRONG, BODY, ROOM - _WHEN_ROOM - 12), STRONG)
        pen.right(WIDTH - MARGIN, top + 17, cut(f"{away}{one.when}", REGULAR, BODY, _WHEN_ROOM + 60), colour=MUTED)

    again = Piece(24.0, lambda pen, top: _continued(pen, top, who), stays=True)
    yield Piece(24.0, head, stays=True)
    for label, text in one.parts:
        if label:
            yield from _labelled(label, text, again)
        else:
            yield from _lines(text, MARGIN, ROOM, again=again)
    for name in one.files:
        yield from _labelled("Attached", name, again)
    yield Piece(10.0, lambda _pen, _top: None)


def _continued(pen: Pen, top: float, who: str) -> None:
    pen.text(MARGIN, top + 11, cut(f"{who}, continued", STRONG, BODY, ROOM), STRONG, colour=MUTED)


def _labelled(label: str, text: str, again: Piece) -> Iterator[Piece]:
    name = cut(label, REGULAR, BODY, LABEL - 8)
    first = True
    for piece in _lines(text, MARGIN + LABEL, ROOM - LABEL, again=again):
        if first:
            yield _with_label(piece, name)
            first = False
        else:
            yield piece


def _with_label(piece: Piece, name: str) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        pen.text(MARGIN, top + 14, name, colour=MUTED)
        piece.draw(pen, top + 3)

    return Piece(piece.height + 3, draw, again=piece.again)


def _lines(
    text: str, left: float, width: float, *, grey: bool = False, stays: bool = False, again: Piece | None = None
) -> Iterator[Piece]:
    """Return one piece for each line, so that a page may end anywhere within a long text."""
    for paragraph in text.split("\n"):
        for line in wrap(paragraph, REGULAR, BODY, width, MOST_LINES):
            yield _line(line, left, grey=grey, stays=stays, again=again)


def _line(line: str, left: float, *, grey: bool, stays: bool, again: Piece | None) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        if grey:
            pen.text(left, top + 11, line, colour=MUTED)
        else:
            pen.text(left, top + 11, line)

    return Piece(LEADING, draw, stays=stays, again=again)


# --- web page --------------------------------------------------------------------------------------------------------


def make_html(thread: ThreadPaper) -> bytes:
    """Return the thread as one web page in UTF-8: nothing in anybody's text is read as markup."""
    practice = f'<p class="practice" role="note">{_safe(PRACTICE)}</p>\n' if thread.practice else ""
    note = f'<p class="note">{_safe(thread.note)}</p>\n' if thread.note else ""
    head = (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="author" content="{_safe(thread.printed_by)}">\n'
        f"<title>{_safe(thread.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header>{practice}<h1>{_safe(thread.title)}</h1>\n<p>{_safe(thread.lead)}</p>\n{note}</header>\n<main>\n"
    )
    end = (
        f"</main>\n<footer><p>Made from records on {made(thread.made_at)}, {_safe(thread.printed_by)}.</p></footer>\n"
        "</body>\n</html>\n"
    )
    return (head + "".join(_article(one) for one in thread.said) + end).encode("utf-8")


def _article(one: Said) -> str:
    away = f"{one.kind}, {one.when}" if one.kind else one.when
    plain = "".join(_html_text(text) for label, text in one.parts if not label)
    labelled = [(label, text) for label, text in one.parts if label] + [("Attached", name) for name in one.files]
    listed = "".join(f"<dt>{_safe(label)}</dt><dd>{_html_text(text)}</dd>\n" for label, text in labelled)
    return (
        f'<article>\n<h2>{_safe(one.who)}, {_safe(one.school)}</h2>\n<p class="when">{_safe(away)}</p>\n{plain}'
        + (f"<dl>\n{listed}</dl>\n" if listed else "")
        + "</article>\n"
    )


def _html_text(text: str) -> str:
    return "".join(f"<p>{_safe(line)}</p>\n" for line in text.split("\n") if line.strip())


def _safe(text: str) -> str:
    return escape(clean(text), quote=True)


__all__ = ["Said", "ThreadPaper", "make_html", "make_pdf", "write_html", "write_pdf"]
