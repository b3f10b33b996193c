"""The governors' report as one plain web page for screen readers: the same words and figures, no scripts."""

from __future__ import annotations

from html import escape

from bursar_desk.domain import words
from reports.governors_content import Content, Section
from reports.governors_data import GovernorsData
from reports.governors_pages import TITLE
from reports.grid import Cell, Column
from reports.paper import PRACTICE
from reports.wording import clean, made

STYLE = (
    "body{font:1rem/1.5 'Source Sans 3','Segoe UI',sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1f24;background:#fff}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid #767f8c;"
    "overflow-wrap:anywhere}thead th{color:#4a5360;border-bottom:2px solid #1b1f24}td.r,th.r{text-align:right}"
    "tfoot th,tfoot td{font-weight:600;border-bottom:2px solid #1b1f24}.sentence{font-size:1.4rem;font-weight:600}"
    ".practice{border:2px solid;padding:.5rem 1rem;font-weight:700}footer{border-top:1px solid #767f8c;color:#4a5360}"
)


def safe(text: str) -> str:
    """Return people's text ready to stand in the page: cleaned as on paper, and nothing in it read as markup."""
    return escape(clean(text), quote=True)


def page(data: GovernorsData, content: Content) -> bytes:
    """Return the whole page as UTF-8. Lists are complete here; paper may leave rows to the full list."""
    practice = f'<p class="practice" role="note">{safe(PRACTICE)}</p>' if data.practice else ""
    past = f'<p class="practice" role="note">{safe(data.as_at)}</p>' if data.as_at else ""
    covers = f"{words.plain_date(data.covers_from)} to {words.plain_date(data.covers_to)}"
    title = f"{TITLE}, {data.school}, {data.term}"
    head = (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="author" content="{safe(data.prepared_by)}">\n'
        f"<title>{safe(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )
    start = (
        f"<header>{practice}{past}<h1>{safe(TITLE)}</h1>\n<p>{safe(data.school)}. {safe(data.term)}. Covers {covers}. "
        f"Prepared by {safe(data.prepared_by)} for {safe(data.prepared_for)}.</p></header>\n<main>\n"
        f'<p class="sentence">{safe(content.sentence)}</p>\n'
    )
    parts = "".join(_section(section) for section in content.sections.values() if section.words or section.columns)
    end = (
        f"</main>\n<footer><p>Made from records on {made(data.made_at)}. Stamp {safe(data.stamp)}.</p></footer>\n"
        "</body>\n</html>\n"
    )
    return (head + start + parts + end).encode("utf-8")


def _section(section: Section) -> str:
    name = f"s-{section.key}"
    body = f"<p>{safe(section.words)}</p>\n" if section.words else _table(section, name)
    notes = "".join(f"<p>{safe(note)}</p>\n" for note in section.notes)
    heading = f'<h2 id="{name}">{safe(section.heading)}</h2>\n'
    return f'<section aria-labelledby="{name}">\n{heading}{body}{notes}</section>\n'


def _table(section: Section, name: str) -> str:
    heads = "".join(f'<th scope="col"{_side(column)}>{safe(column.title)}</th>' for column in section.columns)
    rows = "".join(f"<tr>{_row(section.columns, row)}</tr>\n" for row in section.rows)
    total = f"<tfoot>\n<tr>{_row(section.columns, section.total)}</tr>\n</tfoot>\n" if section.total else ""
    return (
        f'<table aria-labelledby="{name}">\n<thead>\n<tr>{heads}</tr>\n</thead>\n'
        f"<tbody>\n{rows}</tbody>\n{total}</table>\n"
    )


def _row(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> str:
    first = f'<th scope="row">{safe(row[0].text)}</th>'
    rest = (f"<td{_side(column)}>{safe(cell.text)}</td>" for column, cell in zip(columns[1:], row[1:], strict=True))
    return first + "".join(rest)


def _side(column: Column) -> str:
    return ' class="r"' if column.right else ""
