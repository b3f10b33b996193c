"""Bringing in what a school has: a spreadsheet shown as a preview, and brought in when ``--apply`` says so."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import NEEDS_A_PERSON, Answer, Misused, common, watching

if TYPE_CHECKING:
    from bursar_desk.services.importing_shapes import Doubt, Imported, Plan, PlanRow


_KINDS = "last-done, equipment, contractors, places, contracts, or ledger (payments)."


class Kind(StrEnum):
    """What a spreadsheet may hold."""

    LAST_DONE = "last-done"
    EQUIPMENT = "equipment"
    CONTRACTORS = "contractors"
    PLACES = "places"
    CONTRACTS = "contracts"
    LEDGER = "ledger"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(bring_in)


def _answers(typed: list[str]) -> dict[str, str]:
    """Read ``KEY=VALUE`` answers. Raises ``Misused``."""
    found = {}
    for one in typed:
        key, equals, value = one.rpartition("=")
        if not equals or not key or not value:
            raise Misused(f"“{one}” is no answer.", "Nothing was changed.", "Type it like order=dmy.")
        found[key] = value
    return found


def bring_in(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help=_KINDS)],
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A spreadsheet: .xlsx, .ods, .xls, .csv or text with tabs.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="JSON with columns, answers, sheet and key.")
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="Answer a question of the preview; may be repeated.")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Accept every answer that the preview offers.")] = False,
    sheet: Annotated[str, typer.Option(metavar="NAME", help="Which sheet of the workbook.")] = "",
    key: Annotated[str, typer.Option(metavar="FIELD", help="By which column a row is known again.")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Bring it in; else only the preview is shown.")] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Also change what is here already; contracts and ledgers always do.")
    ] = False,
    leave_out: Annotated[bool, typer.Option("--leave-out", help="Bring in the rest when rows are in doubt.")] = False,
    as_saved: Annotated[
        bool, typer.Option("--as-saved", help="Take figures from other files as they were saved in the workbook.")
    ] = False,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an empty spreadsheet to fill in, and stop.")
    ] = None,
) -> Answer:
    """Bring in a spreadsheet. Without --apply nothing is written: every row is shown with what would become of it."""
    from bursar_desk.services import importing

    shared = common(ctx)
    if template is not None:
        with shared.reading() as desk:
            made = importing.write_template(desk, kind.value, template)
        return Answer({"file": made}, f"The spreadsheet to fill in: {made}")
    if file is None:
        raise Misused("No spreadsheet was named.", "Nothing was changed.", "Name the file after the kind.")
    told: dict[str, Any] = importing.read_map(mapping) if mapping else {}
    answers = {**told.get("answers", {}), **_answers(answer or [])}
    with shared.desk() if apply else shared.reading() as desk:
        with watching() as bar:
            preview = importing.plan(
                desk, kind.value, file, told.get("columns"), answers, sheet=sheet or told.get("sheet", ""),
                key=key or told.get("key", ""), progress=bar, as_saved=as_saved,
            )  # fmt: skip
        while accept and (offered := _offered(preview)):
            preview = importing.again(desk, preview, {**preview.answers, **offered})
        if not apply:
            return _shown(preview)
        done = importing.apply(desk, preview, update=update, leave_out=leave_out)
    return Answer(_facts(preview) | _done(done), done.sentence)


def _offered(preview: Plan) -> dict[str, str]:
    """Return the offered answers that were not given yet."""
    return {one.key: one.default for one in preview.questions if one.default and one.key not in preview.answers}


def _done(done: Imported) -> dict[str, Any]:
    return {"applied": True, "added": done.added, "changed": done.changed, "left": done.left, "act": done.changes.act}


def _facts(preview: Plan) -> dict[str, Any]:
    """Return a preview as the JSON documents have it."""
    counts: dict[str, int] = {}
    for one in preview.rows:
        counts[one.state.value] = counts.get(one.state.value, 0) + 1
    columns = {one.field: None if one.column is None else preview.titles[one.column] for one in preview.headings}
    return {
        "kind": preview.kind, "file": preview.source.name, "sheet": preview.sheet, "columns": columns,
        "key": preview.key, "said": preview.said, "counts": counts, "questions": _questions(preview),
        "would_add": counts.get("add", 0), "would_change": counts.get("change", 0), "sentence": preview.sentence,
        "rows": [_row(one) for one in preview.rows], "applied": False,
    }  # fmt: skip


def _questions(preview: Plan) -> list[dict[str, Any]]:
    """Return every question, and every doubtful cell that no question settles: where it stands, what it says and why.

    A question about several cells stands once for each of them; what may be answered is said the first time only.
    """
    cells: dict[str, list[Doubt]] = {}
    loose: list[Doubt] = []
    for row in preview.rows:
        for one in row.doubts:
            (cells.setdefault(one.key, []) if one.key else loose).append(one)
    found: list[dict[str, Any]] = []
    for asked in preview.questions:
        answer = {
            "key": asked.key, "text": asked.text, "choices": {c.key: c.words for c in asked.choices},
            "default": asked.default, "takes_date": asked.takes_date, "takes_text": bool(asked.takes_text),
            "rows": asked.rows,
        }  # fmt: skip
        where = [_cell(one) for one in cells.pop(asked.key, ())] or [_of_rows(preview, asked.rows)]
        found += [answer | where[0], *({"key": asked.key} | one for one in where[1:])]
    rest = [one for several in cells.values() for one in several]
    return found + [{"key": one.key} | _cell(one) for one in (*rest, *loose)]


def _cell(one: Doubt) -> dict[str, Any]:
    return {"row": one.row, "sheet": one.sheet, "column": one.column, "found": one.found, "why": one.why}


def _of_rows(preview: Plan, rows: tuple[int, ...]) -> dict[str, Any]:
    """Return the cell of the first row a question is about."""
    row = next((one for one in preview.rows if one.row in rows), None)
    first = rows[0] if rows else None
    if row is None:
        return {"row": first, "sheet": "", "column": "", "found": "", "why": ""}
    return {"row": row.row, "sheet": row.sheet, "column": row.column, "found": row.found, "why": row.reason}


def _row(one: PlanRow) -> dict[str, Any]:
    changes = [{"field": each.field, "before": each.before, "after": each.after} for each in one.changes]
    return {
        "row": one.row, "state": one.state.value, "what": one.what, "column": one.column, "found": one.found,
        "day": one.day, "reason": one.reason, "changes": changes, "sheet": one.sheet,
        "doubts": [_cell(each) | {"field": each.field} for each in one.doubts],
    }  # fmt: skip


def _shown(preview: Plan) -> Answer:
    """Return the preview in words; exit code 1 while a person is needed."""
    from bursar_desk.services.importing_shapes import STATE_WORDS

    told = [preview.sentence, *preview.said]
    for one in preview.rows:
        parts = [
            f"  Row {one.row}{one.column and ' ' + one.column}",
            STATE_WORDS[one.state].lower(),
            one.what,
            one.said,
        ]
        sheet = f"  {one.sheet}:" if one.sheet else ""
        told.append(sheet + ", ".join(part for part in parts if part) + (f". {one.reason}" if one.reason else ""))
    for asked in preview.questions:
        offers = "; ".join(f"{each.key} = {each.words}" for each in asked.choices)
        told.append(f"? {asked.text} [--answer “{asked.key}=…”: {offers}{'; or a day' if asked.takes_date else ''}]")
    told.append("Nothing was written. Add --apply to bring it in.")
    return Answer(_facts(preview), "\n".join(told), NEEDS_A_PERSON if preview.doubtful else 0)
