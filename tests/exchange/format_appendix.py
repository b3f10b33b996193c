"""The parts of docs/ that are made from the code: `python -m tests.exchange.format_appendix` writes them anew.

A test compares them, so that the papers can never say something else than the program does.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Table

from bursar_desk.domain import registry
from bursar_desk.domain.acts import WORDS
from db import derived
from db.extract import ALLOWED
from db.log_tables import log_metadata

DOCS: Final = Path(__file__).parents[2] / "docs"
FORMAT, REGISTER = DOCS / "FORMAT.md", DOCS / "REGISTER.md"


def appendix() -> str:
    """The appendices of FORMAT.md."""
    parts = [
        "## Appendix A: tables and columns\n",
        "One line a column: number of the table, its name, its channel, whether its rows are facts or can be edited,",
        "the column its derived row ids are made of (`''`: none needed, `None`: ids are op ids), number of the column,",
        "its values as name:type (several joined by `+` are a group), the rule by which one of several rivals is",
        "shown, and for `safer` the order. Column 255, `standing`, belongs to every fact.\n",
        "```registry",
        *registry.snapshot(),
        "```\n",
        "## Appendix B: columns that name attached files\n",
        *[f"- `{table}.{column}`" for table, column in registry.ENCLOSING.items()],
        "\n## Appendix C: acts\n",
        *[f"- {int(code)}: {words}" for code, words in sorted(WORDS.items())],
        "\n## Appendix D: what a grant allows\n",
        *[f"- `{table}`: {', '.join(columns)}" for table, columns in registry.GRANTABLE.items()],
        "\n## Appendix E: what a pack may hold\n",
        *[f"- `{table}`: {', '.join(columns)}" for table, columns in ALLOWED.items()],
    ]
    return "\n".join(parts)


def log_tables() -> str:
    """The log's tables as a register has them."""
    lines = ["| table | columns | what it holds |", "|---|---|---|"]
    for table in log_metadata.sorted_tables:
        names = ", ".join(f"{column.name}{'*' if column.primary_key else ''}" for column in table.columns)
        lines.append(f"| `{table.name}` | {names} | {_told(table)} |")
    return "\n".join([*lines, "\n`*` marks the key. `alembic_version` says which migrations ran."])


def _told(table: Table) -> str:
    return (table.comment or _UNSAID[table.name]).replace("|", "\\|")


_UNSAID: Final = {
    "stream": "lines of history: who writes for which school in which channel; meta is the stream's packed name",
    "import_log": "files taken in: SHA-256, when (moment), sender's key, school, when it was made, counts as JSON",
}


def derived_tables() -> str:
    """The derived tables that are not in the registry."""
    with closing(sqlite3.connect(":memory:")) as con:
        for sql in derived._MACHINERY:
            con.execute(sql)
        lines = ["| table | columns | what it holds |", "|---|---|---|"]
        for name in derived.MACHINERY_TABLES:
            names = ", ".join(row[1] for row in con.execute(f"PRAGMA table_info({name})"))
            lines.append(f"| `{name}` | {names} | {_DERIVED[name]} |")
    return "\n".join(lines)


_DERIVED: Final = {
    "row_born": "which operations made a row that people edit",
    "cell_op": "every value a cell was ever set to",
    "superseded": "which values were knowingly replaced",
    "row_seen": "what the person who deleted a row had seen of it",
    "orphan": "changes to rows that have not arrived yet",
    "hidden": "rows that are deleted",
    "conflict": "cells with several current values",
    "held": "operations without effect (held) or to be confirmed (confirm), and why",
    "erased": "operations whose content was removed for good",
    "blob_ref": "which rows name which attached files",
}


def filled(text: str, name: str, made: str) -> str:
    """A paper with one of its parts made anew."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, rest = text.split(begin)
    return f"{before}{begin}\n\n{made}\n\n{end}{rest.split(end)[1]}"


def papers() -> dict[Path, str]:
    """Both papers as they must be."""
    register = filled(REGISTER.read_text("utf-8"), "log tables", log_tables())
    return {
        FORMAT: filled(FORMAT.read_text("utf-8"), "appendix", appendix()),
        REGISTER: filled(register, "derived tables", derived_tables()),
    }


if __name__ == "__main__":
    for paper, text in papers().items():
        paper.write_text(text, "utf-8")
