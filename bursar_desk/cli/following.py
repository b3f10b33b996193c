"""From the small grey code beside a figure on paper to the record behind it."""

from __future__ import annotations

from typing import Annotated

import typer

from bursar_desk.cli.frame import Answer, common, short


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("follow")(follow)


def follow(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="As printed beside a figure: TP4-JYT-W.")],
) -> Answer:
    """Find the record behind a figure on a paper about contracts, deals or savings."""
    from bursar_desk.services import record_codes

    with common(ctx).reading() as desk:
        found = record_codes.follow(desk, code)
        facts = [
            {"table": one.table, "id": one.id, "school": one.school, "school_name": one.school_name, "title": one.title}
            for one in found
        ]
        return Answer({"records": facts}, "\n".join(f"{short(one.id)}  {one.words}" for one in found))
