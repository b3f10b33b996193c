"""A paper of tables saved as PDF, workbook or web page by its file's ending: the same figures in each."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from bursar_desk.domain.errors import UserError
from reports.contract_tables import Cell, Column, Part, TablesPaper, make_pdf
from reports.governors_html import STYLE, safe
from reports.paper import PRACTICE
from reports.plain_book import PlainSheet, write_book
from reports.saving import Written, save
from reports.workbook import Typed

FORMS = (".pdf", ".html", ".htm", ".xlsx")


def write(given: TablesPaper, path: Path, pdf: tuple[bytes, int] | None = None) -> Written:
    """Save a paper in the form its file's ending asks for; ``pdf`` where its pages are drawn in a way of their own.

    Raises UserError for another ending, and when it cannot be saved; nothing is left behind then.
    """
    ending = path.suffix.lower()
    if ending == ".xlsx":
        return _write_xlsx(given, path)
    if ending in (".html", ".htm"):
        save(path, make_html(given))
        return Written(path, 1, figures(given))
    if ending != ".pdf":
        raise UserError(
            f"This paper is not made as “{ending or path.name}”.", "Nothing was made.",
            f"Let the file’s name end in one of: {', '.join(FORMS)}.",
        )  # fmt: skip
    content, pages = pdf or make_pdf(given)
    save(path, content)
    return Written(path, pages, figures(given))


def figures(given: TablesPaper) -> dict[str, str]:
    """Return the totals of the paper as printed."""
    found = {}
    for part in given.parts:
        found[f"{part.title}: rows"] = str(len(part.rows))
        for column, cell in zip(part.columns, part.total, strict=False):
            if cell.value is not None:
                found[f"{part.title}: {column.head}"] = cell.text
    return found


# --- the workbook -----------------------------------------------------------------------------------------------------


def _write_xlsx(given: TablesPaper, path: Path) -> Written:
    above = (f"{given.title}, {given.school}", *(line for line in (*given.right, given.lead, given.foot) if line))
    sheets = [PlainSheet("About", above, (), ())]
    taken = {"about"}
    for part in given.parts:
        name = sheet_name(part.sheet or part.title or given.title, taken)
        texts = (part.title or given.title, *part.notes, *((part.nothing,) if not part.rows and part.nothing else ()))
        heads = tuple((_head(column), max(10.0, column.width / 5)) for column in part.columns)
        rows = [tuple(_typed(column, cell) for column, cell in zip(part.columns, row, strict=True))
                for row in (*part.rows, *((part.total,) if part.rows and part.total else ()))]  # fmt: skip
        rows += [(text,) for text in part.after]
        coded = any(cell.code for row in part.rows for cell in row)
        if coded:
            heads = (*heads, ("Records", 24.0))
            codes = [", ".join(cell.code for cell in row if cell.code) for row in part.rows]
            rows = [(*row, codes[n]) if n < len(codes) else row for n, row in enumerate(rows)]
        sheets.append(PlainSheet(name, tuple(one for one in texts if one), heads, tuple(rows)))
    done = write_book(path, above[0], sheets, given.made_at, practice=given.practice)
    return Written(done.file, done.pages, figures(given))


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name a workbook takes: no signs it forbids, 31 characters, none twice."""
    plain = " ".join("".join(" " if one in "[]:*?/\\'" else one for one in wanted).split())[:31] or "Sheet"
    name, n = plain, 2
    while name.casefold() in taken:
        name, n = f"{plain[:27]} {n}", n + 1
    taken.add(name.casefold())
    return name


def _head(column: Column) -> str:
    return f"{column.head}, pounds" if column.kind == "money" else column.head


def _typed(column: Column, cell: Cell) -> Typed:
    """Return the value behind a figure; its words where there is none."""
    if cell.value is None:
        return cell.text or None
    if isinstance(cell.value, dt.date):
        return cell.value
    return Decimal(cell.value).scaleb(-2) if column.kind == "money" else cell.value


# --- the web page -----------------------------------------------------------------------------------------------------


def make_html(given: TablesPaper) -> bytes:
    """Return the paper as one plain web page for screen readers: no scripts, nothing read as markup."""
    practice = f'<p class="practice" role="note">{safe(PRACTICE)}</p>' if given.practice else ""
    head = (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{safe(given.title)}, {safe(given.school)}</title>\n"
        f"<style>{STYLE}small{{color:#4a5360}}.loss{{color:#8c0f2b;font-weight:600}}</style>\n</head>\n<body>\n"
    )
    about = " ".join(f"{line.rstrip('.')}." for line in (given.school, *given.right) if line)
    start = f"<header>{practice}<h1>{safe(given.title)}</h1>\n<p>{safe(about)}</p></header>\n<main>\n"
    if given.lead:
        start += f'<p class="sentence">{safe(given.lead)}</p>\n'
    parts = "".join(_section(n, part) for n, part in enumerate(given.parts))
    end = f"</main>\n<footer><p>{safe(given.foot)}.</p></footer>\n</body>\n</html>\n"
    return (head + start + parts + end).encode("utf-8")


def _section(n: int, part: Part) -> str:
    notes = "".join(f"<p>{safe(text)}</p>\n" for text in part.notes)
    after = "".join(f"<p>{safe(text)}</p>\n" for text in part.after)
    body = _table(n, part) if part.rows else f"<p>{safe(part.nothing)}</p>\n" if part.nothing else ""
    return f'<section aria-labelledby="s{n}">\n<h2 id="s{n}">{safe(part.title)}</h2>\n{notes}{body}{after}</section>\n'


def _table(n: int, part: Part) -> str:
    heads = "".join(f'<th scope="col"{_side(one)}>{safe(one.head)}</th>' for one in part.columns)
    rows = "".join(f"<tr>{_cells(part, row)}</tr>\n" for row in part.rows)
    total = f"<tfoot>\n<tr>{_cells(part, part.total)}</tr>\n</tfoot>\n" if part.total else ""
    return (
        f'<table aria-labelledby="s{n}">\n<thead>\n<tr>{heads}</tr>\n</thead>\n'
        f"<tbody>\n{rows}</tbody>\n{total}</table>\n"
    )


def _cells(part: Part, row: tuple[Cell, ...]) -> str:
    found = []
    for at, (column, cell) in enumerate(zip(part.columns, row, strict=True)):
        text = safe(cell.text)
        if cell.loud:
            text = f'<span class="loss">{text}</span>'
        if cell.code:
            text += f" <small>{safe(cell.code)}</small>"
        found.append(f'<th scope="row">{text}</th>' if at == 0 else f"<td{_side(column)}>{text}</td>")
    return "".join(found)


def _side(column: Column) -> str:
    return ' class="r"' if column.right else ""
