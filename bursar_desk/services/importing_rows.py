"""Equipment, contractors and places out of a table: what is new, what differs, what is known; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.date_cells import LEAVE_OUT, as_text
from bursar_desk.domain.date_column import Choice, ColumnReading, Question, Read, read_column
from bursar_desk.domain.import_rows import KINDS, Table, Wanted, match, pence, plain, whole_number
from bursar_desk.services.importing_shapes import Difference, PlanRow, State, letter
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

Rows = Sequence[tuple[int, Sequence[Any]]]
TABLES: Final[Mapping[str, str]] = {"equipment": "asset", "contractors": "contractor", "places": "place"}
NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    "equipment": ("piece of equipment", "pieces of equipment"), "contractors": ("contractor", "contractors"),
    "places": ("place", "places"), "last-done": ("date", "dates"),
}  # fmt: skip
_LONGEST: Final = {"note": 1000}
PLACE_NAME: Final = "place named "
"""How a place that the same table brings in is named until it has an id."""


@dataclass(slots=True)
class _Work:
    """One run over the rows of one kind."""

    kind: str
    table: Table
    wanted: tuple[Wanted, ...]
    existing: list[Any]
    places: list[tuple[bytes, str, str]]
    people: Mapping[bytes, str]
    answers: Mapping[str, str]
    dates: dict[str, ColumnReading] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    new_places: set[str] = field(default_factory=set)

    def cell(self, row: Sequence[Any], name: str) -> Any:
        """What stands in a field of a row."""
        place = self.table.columns.get(name)
        return row[place] if place is not None and place < len(row) else None


class _Doubt(Exception):  # noqa: N818 - it names what a cell is
    """A cell that cannot be taken: the state of its row, the field, what stands there and why."""

    def __init__(self, state: State, name: str, found: str, reason: str) -> None:
        self.state, self.name, self.found, self.reason = state, name, found, reason
        super().__init__(reason)


def plan_rows(
    desk: Desk, kind: str, table: Table, rows: Rows, key: str, epoch: int | None, answers: Mapping[str, str]
) -> tuple[list[PlanRow], list[str], list[Question]]:
    """Return the rows as they would come in, what was understood, and what only a person can say."""
    work = _start(desk, kind, table, answers)
    said, asked = _read_dates(work, desk.today, rows, epoch)
    if kind == "places":
        work.new_places = {plain(as_text(work.cell(row, "name"))) for _number, row in rows}
    by_key = {plain(getattr(one, key)): one for one in work.existing if getattr(one, key)}
    twice = {name for name in by_key if sum(plain(getattr(one, key)) == name for one in work.existing) > 1}
    made = [one for number, row in rows if (one := _row(work, number, row, key, by_key, twice)) is not None]
    doubtful = {one.row for one in made if one.state in (State.ASK, State.REFUSED)}
    for reading in work.dates.values():
        asked += [one.question for one in reading.cells if one.question is not None and one.row in doubtful]
    return made, said, [*asked, *work.questions.values()]


def _start(desk: Desk, kind: str, table: Table, answers: Mapping[str, str]) -> _Work:
    from db.queries import assets, contractors, people, schools

    with desk.store.connect() as con:
        places = [one for one in schools.places(con, desk.home) if one.removed_on is None]
        existing: list[Any] = list(places)
        if kind == "equipment":
            existing = list(assets.assets(con, desk.home))
        elif kind == "contractors":
            existing = [one for one in contractors.contractors(con, desk.home) if one.left_on is None]
        names = {one.id: one.name for one in people.people(con, desk.home)}
    named = [(one.id, one.code, one.name) for one in places]
    return _Work(kind, table, KINDS[kind], existing, named, names, answers)


def _read_dates(work: _Work, today: dt.date, rows: Rows, epoch: int | None) -> tuple[list[str], list[Question]]:
    """Read every column of dates; a later one takes the order of the first that shows one."""
    said: list[str] = []
    asked: list[Question] = []
    inherit = ""
    for one in work.wanted:
        if one.type not in ("date", "done") or one.name not in work.table.columns:
            continue
        cells = [(number, work.cell(row, one.name)) for number, row in rows]
        reading = read_column(
            cells, today=today, name=one.title, past=one.type == "done", epoch=epoch, answers=work.answers,
            inherit=inherit, key=f"{one.name}:",
        )  # fmt: skip
        inherit = inherit or (reading.order if reading.order != "mixed" else "")
        work.dates[one.name] = reading
        said += [line for line in reading.said if line not in said]
        asked += reading.questions
    return said, asked


def _row(
    work: _Work, number: int, row: Sequence[Any], key: str, by_key: Mapping[str, Any], twice: set[str]
) -> PlanRow | None:
    """Judge one row: its values, what it is known by, what differs."""
    title = one_line(as_text(work.cell(row, "name")))
    filled = [one for one in work.wanted if as_text(work.cell(row, one.name))]
    if not filled:
        return None
    try:
        values = _values(work, number, row)
    except _Doubt as doubt:
        column = letter(work.table.columns[doubt.name])
        return PlanRow(number, doubt.state, title, doubt.found, doubt.reason, column)
    known_by = plain(as_text(work.cell(row, key))) or (plain(title) if key != "name" else "")
    if not title and not (known_by and known_by in by_key):
        if len(filled) == 1:
            return PlanRow(number, State.LEFT, as_text(work.cell(row, filled[0].name)), reason="It has no name.")
        return PlanRow(number, State.REFUSED, "", reason="It has no name.", column=letter(_place(work, "name")))
    return _against(work, number, title, values, known_by, by_key, twice)


def _place(work: _Work, name: str) -> int:
    return work.table.columns.get(name, 0)


def _against(
    work: _Work, number: int, title: str, values: dict[str, Any], known_by: str, by_key: Mapping[str, Any],
    twice: set[str],
) -> PlanRow:  # fmt: skip
    before = work.seen.setdefault(known_by, number)
    if before != number:
        return PlanRow(number, State.REFUSED, title, title, f"Row {before} stands for the same one.", "")
    if known_by in twice:
        return PlanRow(number, State.REFUSED, title, title, "Two of ours go by this, so it is not known which.", "")
    old = by_key.get(known_by)
    if old is None and work.kind == "equipment" and not values.get("kind"):
        values["kind"] = "other"
    if old is None and work.kind == "places" and not values.get("kind"):
        values["kind"] = "room"
    if old is None:
        return PlanRow(number, State.ADD, title, values=values)
    changes = {name: value for name, value in values.items() if _differs(name, getattr(old, name), value)}
    if not changes:
        return PlanRow(number, State.KNOWN, title or old.name, reason="All of it is here already.", target=old.id)
    told = tuple(
        Difference(_title(work, name), _shown(work, name, getattr(old, name)), _shown(work, name, value))
        for name, value in changes.items()
    )
    reason = "; ".join(f"{one.field}: {one.before or 'nothing'} becomes {one.after}" for one in told)
    return PlanRow(number, State.CHANGE, title or old.name, reason=reason, target=old.id, values=changes, changes=told)


def _differs(name: str, old: Any, new: Any) -> bool:
    if name in ("name", "number", "code") and plain(old) == plain(new):
        return False  # only written in another way; by these a row is known again
    return (old or None) != (new or None)


def _title(work: _Work, name: str) -> str:
    return next(one.title for one in work.wanted if one.name == name)


def _shown(work: _Work, name: str, value: Any) -> str:
    """A value in words."""
    kind = next(one.type for one in work.wanted if one.name == name)
    if value is None or value == "":
        return ""
    if isinstance(value, dt.date):
        return words.short_date(value)
    if kind == "money":
        return words.money(value)
    if isinstance(value, bytes):
        return next((title for row, _code, title in work.places if row == value), "a place")
    if kind == "kind":
        return _kind_words(work.kind).get(str(value), str(value))
    return str(value).removeprefix(PLACE_NAME)


# --- the cells of a row ----------------------------------------------------------------------------------------------


def _values(work: _Work, number: int, row: Sequence[Any]) -> dict[str, Any]:
    """Return what a row says, by column of the register; blank cells say nothing. Raises ``_Doubt``."""
    found: dict[str, Any] = {}
    for one in work.wanted:
        cell = work.cell(row, one.name)
        text = one_line(as_text(cell))
        if not text:
            continue
        if one.type in ("date", "done"):
            value: Any = _date(work, one, number)
        elif one.type == "place":
            value = _place_of(work, one, text)
        elif one.type == "kind":
            value = _kind(work, one, text)
        elif one.type == "money":
            value = _figure(one, text, pence(cell), "an amount of money")
        elif one.type == "number":
            value = _figure(one, text, whole_number(cell), "a number")
        else:
            value = text[: _LONGEST.get(one.name, 200)]
        if value is not None:
            found[one.name] = value
    return found


def _figure(one: Wanted, text: str, value: int | None, what: str) -> int:
    if value is None:
        raise _Doubt(State.REFUSED, one.name, text, f"“{one.title}” is not {what}.")
    return value


def _date(work: _Work, one: Wanted, number: int) -> dt.date | None:
    cell = next(each for each in work.dates[one.name].cells if each.row == number)
    if cell.state in (Read.LEFT, Read.EMPTY):
        return None
    if cell.state is not Read.READ:
        state = State.REFUSED if cell.state is Read.REFUSED else State.ASK
        raise _Doubt(state, one.name, cell.found, f"{one.title}: {cell.why}")
    return cell.day


def _place_of(work: _Work, one: Wanted, text: str) -> Any:
    """Find the place a row names; a table of places may also name one of its own."""
    if work.kind == "places" and plain(text) in work.new_places:
        exact = [row for row, _code, title in work.places if plain(title) == plain(text)]
        return exact[0] if len(exact) == 1 else PLACE_NAME + text
    found = match(text, [(code, title) for _row, code, title in work.places])
    if found.index is not None and not found.how:
        return work.places[found.index][0]
    key = f"place:{plain(text)}"
    answer = work.answers.get(key, "")
    if answer == LEAVE_OUT:
        return None
    chosen = [row for row, _code, _title in work.places if row.hex() == answer]
    if chosen:
        return chosen[0]
    likely = found.likely if found.index is None else (found.index,)
    choices = [Choice(work.places[n][0].hex(), work.places[n][2]) for n in likely]
    choices.append(Choice(LEAVE_OUT, "Leave the place blank"))
    work.questions.setdefault(key, Question(key, f"Which place is “{text[:120]}”?", tuple(choices)))
    raise _Doubt(State.ASK, one.name, text, f"We know no place “{text[:120]}”.")


def _kind_words(kind: str) -> dict[str, str]:
    if kind == "places":
        from bursar_desk.domain.place_tree import KIND_WORDS

        return {code: said for code, said in KIND_WORDS.items() if code not in ("cluster", "school")}
    from bursar_desk.domain.asset_kinds import KINDS as ASSET_KINDS

    return {one.code: one.one for one in ASSET_KINDS}


def _kind(work: _Work, one: Wanted, text: str) -> str:
    """Find the kind a word means, exactly; anything else is asked once for all rows that say so."""
    named = _kind_words(work.kind)
    wanted = plain(text)
    exact = [code for code, said in named.items() if wanted in (plain(code), plain(said), plain(words.plural(said)))]
    if exact:
        return exact[0]
    key = f"kind:{wanted}"
    answer = work.answers.get(key, "")
    if answer in named:
        return answer
    likely = match(text, [(said,) for said in named.values()])
    places = likely.likely if likely.index is None else (likely.index, *likely.likely)
    codes = list(dict.fromkeys([*(list(named)[n] for n in places), list(named)[-1]]))
    choices = tuple(Choice(code, named[code]) for code in codes)
    work.questions.setdefault(key, Question(key, f"What kind is “{text[:120]}”?", choices, choices[-1].key))
    raise _Doubt(State.ASK, one.name, text, f"“{text[:120]}” is no kind we know.")
