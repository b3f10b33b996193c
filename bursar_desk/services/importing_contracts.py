"""A register of contracts out of a spreadsheet: each contract a draft with what is doubtful in its note; no writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.date_cells import LEAVE_OUT, as_text
from bursar_desk.domain.date_column import Choice, Question
from bursar_desk.domain.import_buying import ADDS_UP, BUYING
from bursar_desk.domain.import_rows import plain
from bursar_desk.domain.supplier_likeness import near
from bursar_desk.domain.supplier_names import same_name, shown_name, split_names
from bursar_desk.services.importing_contracts_cells import Said, Work, ongoing_cells, read_line
from bursar_desk.services.importing_contracts_known import (
    NEW_SUPPLIER,
    SAME_AS,
    Book,
    Origin,
    compare,
    known_by,
    mark_of,
)
from bursar_desk.services.importing_sections import Line, Lines, lines_of, read_dates
from bursar_desk.services.importing_shapes import Doubt, Heading, Plan, PlanRow, State

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.importing_read import Book as Read
    from db.queries.contracts import SupplierRow

NEW: Final = "new"
_ENDED: Final = ("withdrawn", "cancelled", "canceled", "abandoned")
_MOST_BUYERS: Final = 12
_TITLES: Final = {one.name: one.title for one in BUYING["contracts"]}


@dataclass(slots=True)
class _Suppliers:
    """The suppliers of this school by their names as compared, and new ones this file brings."""

    here: Mapping[bytes, SupplierRow]
    names: dict[str, list[bytes]] = field(default_factory=dict)
    numbers: dict[str, list[bytes]] = field(default_factory=dict)
    fresh: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.here.values():
            for name in (one.name, *(str(other) for other in one.also)):
                ids = self.names.setdefault(same_name(name), [])
                if one.id not in ids:
                    ids.append(one.id)
            if plain(one.company_number):
                self.numbers.setdefault(plain(one.company_number), []).append(one.id)


def plan_contracts(
    desk: Desk, source: Read, mapping: Mapping[str, object], answers: Mapping[str, str], sheet: str = "",
    progress: Progress | None = None,
) -> Plan:  # fmt: skip
    """Work out what bringing in a register would do; nothing is written. Raises as ``lines_of`` does."""
    lines = lines_of(source, "contracts", mapping, sheet)
    work, suppliers, book = _start(desk, lines, answers, progress)
    groups = _groups(work)
    kept = _of_buyers(work, groups)
    said = [_said_of(work, group) for group in kept]
    seen: dict[str, int] = {}
    for one in said:
        looks = _identity(one)[1]
        seen[looks] = seen.get(looks, 0) + 1
    rows: list[PlanRow] = []
    earlier: dict[str, Said] = {}
    for number, one in enumerate(said):
        if progress is not None and number % 50 == 0:
            progress.step("Looking for contracts we know", number, len(said))
        rows.append(_row(work, suppliers, book, one, earlier, alone=seen[_identity(one)[1]] == 1))
    used = {doubt.key for row in rows for doubt in row.doubts}
    asked = [
        *(one for read in work.dates.values() for one in read.questions),
        *(one for key, one in work.questions.items() if key in used or not one.takes_date or key in _open(rows)),
    ]
    sections = lines.sections[0]
    headings = tuple(
        Heading(one.name, one.title, sections.table.columns.get(one.name), one.needed) for one in BUYING["contracts"]
    )
    about = [*source.said, *lines.said, *(line for read in work.dates.values() for line in read.said)]
    return Plan(
        "contracts", source, sheet, headings, titles_of_lines(lines), tuple(dict.fromkeys(about)), _unique(asked),
        tuple(rows), "reference", dict(mapping), dict(answers),
    )  # fmt: skip


def _open(rows: Sequence[PlanRow]) -> set[str]:
    return {doubt.key for row in rows for doubt in row.doubts}


def _unique(asked: Sequence[Question]) -> tuple[Question, ...]:
    """Return each question once, those that settle most rows first."""
    found = {one.key: one for one in asked}
    return tuple(sorted(found.values(), key=lambda one: -len(one.rows)))


def titles_of_lines(lines: Lines) -> tuple[str, ...]:
    from bursar_desk.services.importing_shapes import letter

    width = max((len(line.cells) for line in lines.lines), default=0)
    titles = [*lines.sections[0].table.titles, *[""] * width][: max(width, len(lines.sections[0].table.titles))]
    return tuple(title or f"Column {letter(number)}" for number, title in enumerate(titles))


def _start(
    desk: Desk, lines: Lines, answers: Mapping[str, str], progress: Progress | None
) -> tuple[Work, _Suppliers, Book]:
    from db.queries.contracts import contracts, suppliers
    from db.queries.people import people

    with desk.store.connect() as con:
        here = {one.id: one for one in suppliers(con, desk.home) if one.left_on is None}
        held = contracts(con, desk.home)
        names = {one.name.casefold(): one.id for one in people(con, desk.home)}
    dates = {}
    inherit = ""
    away = ongoing_cells(lines)
    for name, title in (("first", "Starts"), ("last", "Ends")):
        dates[name] = read_dates(
            lines, name, title, today=desk.today, answers=answers, past=False, inherit=inherit,
            blank=away if name == "last" else (), progress=progress,
        )  # fmt: skip
        inherit = inherit or (dates[name].order if dates[name].order != "mixed" else "")
    return Work(lines, answers, desk.today, dates, names), _Suppliers(here), Book(held, here)


# --- lines that are one contract -------------------------------------------------------------------------------------


def _groups(work: Work) -> list[list[Line]]:
    """Put lines together that are one contract: the same reference and the same of all else but the supplier."""
    found: dict[tuple[str, ...], list[Line]] = {}
    for line in work.lines.lines:
        if not any(as_text(work.lines.cell(line, one.name)) for one in BUYING["contracts"]):
            continue
        reference = plain(work.lines.cell(line, "reference"))
        rest = tuple(plain(work.lines.cell(line, name)) for name in ("title", "value", "first", "last", "buyer"))
        key = (reference, *rest) if reference else (f"{line.section}.{line.row}",)
        found.setdefault(key, []).append(line)
    return list(found.values())


def _of_buyers(work: Work, groups: list[list[Line]]) -> list[list[Line]]:
    """Narrow a register of several buyers to the one a person said; without an answer all of it is shown."""
    buyers: dict[str, str] = {}
    for group in groups:
        name = shown_name(work.lines.cell(group[0], "buyer"))
        if name:
            buyers.setdefault(same_name(name), name)
    answer = work.answers.get("buyer", "every")
    if len(buyers) > 1 and "buyer" not in work.answers:
        offered = [Choice(key, name) for key, name in list(buyers.items())[:_MOST_BUYERS]]
        choices = (*offered, Choice("every", "Bring in the contracts of all of them"))
        told = f"The register names {words.count(len(buyers), 'buyer')}. Whose contracts are wanted?"
        work.ask("buyer", told, choices, default="every")
    if answer == "every":
        return groups
    return [one for one in groups if same_name(work.lines.cell(one[0], "buyer")) == answer]


def _said_of(work: Work, group: list[Line]) -> Said:
    said = read_line(work, group[0])
    names: dict[str, str] = {}
    for line in group:
        for name in split_names(work.lines.cell(line, "supplier")):
            names.setdefault(same_name(name), name)
    said.names = tuple(names.values())
    if "title" not in said.values:
        said.values["title"] = _title_for(said)
    if len(group) > 1:
        said.notes.append(f"Rows {words.listing([str(one.row) for one in group[:6]])} are the same contract.")
    return said


def _title_for(said: Said) -> str:
    scope = said.values.get("scope", "")
    if scope:
        return str(scope)[:80].rstrip()
    if said.names:
        return f"Contract with {said.names[0]}"[:120]
    return f"Contract {said.values['reference']}"[:120] if "reference" in said.values else ""


def _identity(said: Said) -> tuple[str, str]:
    values = said.values
    return known_by(values.get("reference", ""), values["title"], said.names, values.get("first"))


# --- one row ---------------------------------------------------------------------------------------------------------


def _row(
    work: Work, suppliers: _Suppliers, book: Book, said: Said, earlier: dict[str, Said], *, alone: bool
) -> PlanRow:
    """Judge one contract: new, known, changed, in doubt."""
    line, title = said.line, said.values["title"]
    blank = PlanRow(line.row, State.LEFT, title, sheet=work.lines.sheet(line))
    status = plain(work.lines.cell(line, "status"))
    if status in _ENDED:
        return replace(blank, reason=f"It says “{status}”, so there is no contract.", found=status,
                       column=work.lines.column(line, "status"))  # fmt: skip
    bare = not said.names and not {"first", "last", "reference", "notice"} & set(said.values)
    if bare and ADDS_UP.fullmatch(plain(title)):
        return replace(blank, reason="It adds up other rows.", found=title)
    if (
        not said.names
        and "reference" not in said.values
        and not work.text(line, "title")
        and "scope" not in said.values
    ):
        if len([one for one in BUYING["contracts"] if work.text(line, one.name)]) <= 1:
            return replace(blank, reason="It names no contract.")
        return replace(blank, state=State.REFUSED, reason="It names no contract and no supplier.")
    by, looks = _identity(said)
    twin = _twin(work, said, earlier, by, blank)
    if isinstance(twin, PlanRow):
        return twin
    by = twin
    unsure = _supplier(work, suppliers, said)
    said.values["note"] = _note(said)
    old = book.find(by, looks, alone=alone, referred="reference" in said.values)
    doubts = tuple(said.doubts)
    if unsure is not None:
        return replace(blank, state=State.ASK, found=unsure.found, reason=unsure.why, column=unsure.column,
                       doubts=(*doubts, unsure), target=old.id if old else None)  # fmt: skip
    reason = _summary(said)
    origin = Origin(work.lines.book.name, work.lines.key(line), by, looks, _marks(said))
    values = {**said.values, "came_from": origin.packed()}
    if old is None:
        return replace(blank, state=State.ADD, reason=reason, values=values, doubts=doubts)
    shown: dict[bytes, str] = {one.id: one.name for one in suppliers.here.values()}
    shown |= {who: name for name, who in work.people.items()}
    return _against(work, replace(blank, reason=reason, doubts=doubts, target=old.id), old, said, values, shown)


def _summary(said: Said) -> str:
    """Say in a line what was read of a contract, and what is to be completed."""
    first, last = said.values.get("first"), said.values.get("last")
    parts = [f"{words.money(said.values['yearly'])} a year"] if "yearly" in said.values else []
    parts += [f"from {words.short_date(first)}"] if first else []
    parts += [f"until {words.short_date(last)}"] if last else []
    told = words.sentence(", ".join(parts)) if parts else ""
    if said.doubts:
        cells = " ".join(f"“{one.found}”: {one.why}" for one in said.doubts)
        told = f"{told} {words.count(len(said.doubts), 'cell')} to complete. {cells}".strip()
    return told


def _marks(said: Said) -> dict[str, str]:
    return {name: mark_of(value) for name, value in said.values.items()}


def _against(
    work: Work, row: PlanRow, old: Any, said: Said, values: dict[str, Any], shown: Mapping[bytes, str]
) -> PlanRow:
    """A contract that is here already: what would change, and what both sides changed since."""
    key = work.lines.key(said.line)
    compared = {name: value for name, value in values.items() if name not in ("came_from", SAME_AS)}
    found = compare(old, compared, work.answers, key, shown)
    disputes = []
    for name, one in found.disputed:
        asked = f"keep:{key}:{name}"
        why = f"It was changed here to {one.before or 'nothing'}, and the file says {one.after}."
        choices = (Choice("ours", f"Keep {one.before or 'it blank'}"), Choice("file", f"Take {one.after}"))
        work.ask(asked, f"Row {row.row}, {one.field.lower()}: {why}", choices, default="ours", line=said.line)
        column = work.lines.column(said.line, "value" if name in ("yearly", "vat_rate") else name)
        disputes.append(Doubt(row.row, column, one.after, why, name, asked, row.sheet))
    row = replace(row, doubts=(*row.doubts, *disputes))
    if not found.changes:
        reason = "; ".join(one.why for one in disputes) or "All of it is here already."
        return replace(row, state=State.KNOWN, reason=reason)
    reason = "; ".join(f"{one.field}: {one.before or 'nothing'} becomes {one.after}" for one in found.told)
    beside: dict[str, Any] = {name: values[name] for name in ("came_from", SAME_AS) if name in values}
    kept = {**found.changes, **beside}
    return replace(row, state=State.CHANGE, reason=reason, values=kept, changes=found.told)


def _twin(work: Work, said: Said, earlier: dict[str, Said], by: str, blank: PlanRow) -> str | PlanRow:
    """Return by what the line is known; or its row where an earlier line stands for the same, or only its reference."""
    before = earlier.setdefault(by, said)
    if before is said:
        return by
    at = f"Row {before.line.row}"
    if "reference" not in said.values:
        return replace(blank, reason=f"{at} stands for the same one.")
    column, found = work.lines.column(said.line, "reference"), str(said.values["reference"])
    key = f"twin:{work.lines.key(said.line)}"
    answer = work.answers.get(key, "")
    if answer == "other":
        own = mark_of(f"{by}|{_identity(replace_reference(said))[0]}")
        return own if earlier.setdefault(own, said) is said else replace(blank, reason="Another row is the same.")
    if answer == LEAVE_OUT:
        return replace(blank, reason="You left it out.")
    why = f"{at} has this reference too, and says something else."
    choices = (Choice("other", "It is another contract"), Choice(LEAVE_OUT, "Leave this row out"))
    work.ask(key, f"Row {said.line.row}: {why}", choices, line=said.line)
    doubt = Doubt(said.line.row, column, found, why, "reference", key, blank.sheet)
    return replace(blank, state=State.ASK, found=found, reason=why, column=column, doubts=(doubt,))


def replace_reference(said: Said) -> Said:
    """Return a line as if it had no reference."""
    values = {name: value for name, value in said.values.items() if name != "reference"}
    return Said(said.line, values, said.doubts, said.notes, said.names)


def _note(said: Said) -> str:
    """Return the note: what the register says beside, and each doubtful cell until it is completed."""
    told = list(dict.fromkeys(said.notes))
    if said.doubts:
        told.append(
            "To complete: "
            + " ".join(f"{_TITLES.get(one.field, one.field)} “{one.found}”: {one.why}" for one in said.doubts)
        )
    return "\n".join(told)[:3000]


# --- suppliers -------------------------------------------------------------------------------------------------------


def _supplier(work: Work, suppliers: _Suppliers, said: Said) -> Doubt | None:
    """Put the supplier into the values; return the doubt that keeps the row out until a person said who it is."""
    if not said.names:
        raw = work.text(said.line, "supplier")
        if "supplier" in work.lines.sections[said.line.section].table.columns:
            said.doubt(work, "supplier", raw, "No supplier is named.")
        return None
    name = said.names[0]
    if len(said.names) > 1:
        chosen = _one_of(work, said)
        if not chosen:
            return None
        name = chosen
    key = same_name(name)
    number = plain(work.lines.cell(said.line, "company_number"))
    known = suppliers.names.get(key, []) or suppliers.numbers.get(number, [])
    if len(known) == 1:
        said.values["supplier"] = known[0]
        return None
    return _like_one(work, suppliers, said, name, known)


def _one_of(work: Work, said: Said) -> str:
    """Several are named: a person says with which the contract is; until then the supplier stays blank."""
    key = f"which:{work.lines.key(said.line)}"
    answer = work.answers.get(key, "")
    if answer == LEAVE_OUT:
        said.notes.append(f"Suppliers: {'; '.join(said.names)[:600]}.")
        return ""
    whole = shown_name(work.lines.cell(said.line, "supplier"))
    if answer == "whole":
        return whole
    chosen = next((one for one in said.names if same_name(one) == answer), "")
    if chosen:
        return chosen
    named = words.count(len(said.names), "supplier")
    choices = [Choice(same_name(one), one) for one in said.names[:8]]
    if len(split_names(whole)) == len(said.names):
        choices.append(Choice("whole", f"It is one firm: {whole[:120]}"))
    choices.append(Choice(LEAVE_OUT, "All of them: leave the supplier blank"))
    work.ask(key, f"Row {said.line.row} seems to name {named}. Which is ours?", tuple(choices), line=said.line)
    said.doubt(work, "supplier", "; ".join(said.names)[:300], f"It seems to name {named}.", key)
    return ""


def _like_one(work: Work, suppliers: _Suppliers, said: Said, name: str, known: list[bytes]) -> Doubt | None:
    """A name that is like one of ours is asked about; any other is a new supplier."""
    key = f"supplier:{same_name(name)}"
    answer = work.answers.get(key, "")
    chosen = next((one for one in suppliers.here if answer == one.hex()), None)
    if chosen is not None:
        said.values["supplier"] = chosen
        said.values[SAME_AS] = name
        return None
    likely = known or [
        ids[0] for other, ids in suppliers.names.items() if near(name, other)
    ]  # fmt: skip
    if answer == NEW or not likely:
        fresh = suppliers.fresh.setdefault(same_name(name), name)
        said.values["supplier"] = NEW_SUPPLIER + fresh
        return None
    choices = [Choice(one.hex(), f"Same as {suppliers.here[one].name}") for one in dict.fromkeys(likely[:5])]
    choices.append(Choice(NEW, "A new supplier"))
    work.ask(key, f"Is “{name[:120]}” a supplier we have?", tuple(choices), line=said.line)
    named = words.listing([f"“{suppliers.here[one].name}”" for one in dict.fromkeys(likely[:3])], "or")
    column = work.lines.column(said.line, "supplier")
    why = f"It may be {named}."
    return Doubt(said.line.row, column, name, why, "supplier", key, work.lines.sheet(said.line))
