"""The words of the story: what rows, cells and values are called by people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry, words
from bursar_desk.services.field_words import kind_words
from bursar_desk.services.value_words import UNSAID, is_coded, value_words

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection

NOTHING: Final = "Nothing"
_NAMED: Final = {
    "attendance": ("worker",), "permit": ("kind", "number"), "drill": ("kind",), "walk": ("kind",),
    "edition": ("edition",), "feature": ("code",), "setting": ("name",), "site_note": ("words",),
}  # fmt: skip
"""Tables whose rows go by columns of their own."""
_OF: Final = {"evidence_file": "evidence", "evidence_link": "evidence"}
"""Tables whose rows go by the row they belong to."""
_DAYS: Final = {
    "attendance": "on_date", "drill": "on_date", "permit": "on_date", "walk": "on_date", "sheet": "on_date",
    "evidence": "dated", "edition": "looked_on",
}  # fmt: skip
"""The column with the day a row tells of, where ``db.as_at`` names none."""


def fields_of(table: registry.Table, number: int, value: Any) -> list[tuple[registry.Field, Any]]:
    """Return the values of one cell with their fields, a group laid out; without those that say nothing to people."""
    if number == registry.STANDING:
        return [(registry.Field("standing", "text"), value)]
    column = table.column_numbered(number)
    if column is None:
        return []
    values = value if column.is_group and isinstance(value, list) else [value] * len(column.fields)
    if column.is_group and not isinstance(value, list):
        values = [None] * len(column.fields)
    return [(f, v) for f, v in zip(column.fields, values, strict=False) if f.name not in UNSAID]


def says_again(table: registry.Table, field: str, value: Any) -> bool:
    """Tell whether a new row's value says what its name or another value of it says already."""
    names = {one.name for one in table.fields}
    if field == "person":
        return not names.isdisjoint({"done_by", "said_by", "person_name"})
    return (field == "check_id" and table.name in ("check_record", "not_done", "put_off")) or value == "none"


class Speaker:
    """Puts values into words; names of rows are looked up once."""

    def __init__(self, desk: Desk, con: Connection) -> None:
        self._desk, self._con = desk, con
        self._names: dict[bytes, str] = {}

    def row(self, table: registry.Table, row: bytes) -> str:
        """Return what people call a row: its title or name, else what it is about."""
        return self.name(row, table.name) or kind_words(table.name)

    def when(self, table: registry.Table, row: bytes) -> str:
        """Return the day a row tells of, in words; nothing where it names none."""
        from db.as_at import ASSERTED
        from db.derived import date_of
        from db.queries.stories import first_value

        named = ASSERTED.get(table.name) or _DAYS.get(table.name)
        if named is None:
            return ""
        day = first_value(self._con, table, row, table.column(named).fields[0].name)
        return words.short_date(date_of(day)) if isinstance(day, int) else ""

    def name(self, row: bytes, table: str = "") -> str:
        """Return the name of any row, or nothing when it is not held here."""
        if row not in self._names:
            self._names[row] = self._look_up(row, table)
        return self._names[row]

    def _look_up(self, row: bytes, table: str) -> str:
        from db.queries.stories import call_name, first_value

        if row in self._desk.trust.roots:
            return self._desk.school_name(row)
        found = call_name(self._con, row, table)
        if found is None:
            return ""
        if found.table in _NAMED:
            return self._own_words(registry.BY_NAME[found.table], row)
        about = found.about
        if found.table in _OF:
            value = first_value(self._con, registry.BY_NAME[found.table], row, _OF[found.table])
            about = value if isinstance(value, bytes) else None
        return found.name or (self.name(about) if about is not None else "")

    def _own_words(self, table: registry.Table, row: bytes) -> str:
        from db.queries.stories import first_value

        fields = {one.name: one for one in table.fields}
        said = [
            value_words(table.name, fields[name], first_value(self._con, table, row, name), self.name)
            for name in _NAMED[table.name]
        ]
        return " ".join(one for one in said if one)

    def value(self, table: registry.Table, field: registry.Field, value: Any) -> str:
        """Return a value in words; ``NOTHING`` for none."""
        said = value_words(table.name, field, value, self.name)
        return (said[:1].upper() + said[1:] if is_coded(table.name, field) else said) or NOTHING
