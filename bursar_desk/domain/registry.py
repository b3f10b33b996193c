"""The registry of permanent numbers: every table and column that can travel, and how rivals of a cell are shown.

A number is never used again and never changes its meaning; a change of meaning is a new number. The column number is
its position among a row's values. ``tests/storage/test_registry_is_permanent.py`` compares this file with the kept
snapshot of the last release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bursar_desk.domain.operations import ADMIN, COMPLIANCE, LINK, PEOPLE, PRIVATE

REGISTRY_VERSION: Final = 2
STANDING: Final = 255
"""The column number of ``standing``: the one editable cell of a fact, which stands or is set aside."""
STANDS: Final = "stands"
SET_ASIDE: Final = "set aside"

ColumnType = Literal["text", "int", "date", "id", "bool", "json"]
"""``date`` travels as days since 1970-01-01, ``bool`` as true or false, ``json`` as its text."""
Shown = Literal["latest", "safer", "earlier"]


@dataclass(frozen=True, slots=True)
class Field:
    """One value on disk: its name and type."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True)
class Column:
    """One cell: a single value, or a group of values that only make sense together and travel as one."""

    number: int
    fields: tuple[Field, ...]
    shown: Shown = "latest"
    cautious: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name a cell is set by: its field's, or for a group the names joined."""
        return "+".join(field.name for field in self.fields)

    @property
    def is_group(self) -> bool:
        """Tell whether several values travel as one."""
        return len(self.fields) > 1


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of row: where it travels, whether its cells can be edited, and what its derived id is made of."""

    number: int
    name: str
    channel: str
    is_fact: bool
    columns: tuple[Column, ...]
    key: str | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the values on disk in order, groups laid out flat."""
        return tuple(field for column in self.columns for field in column.fields)

    @property
    def has_groups(self) -> bool:
        """Tell whether values must be laid out flat before they are stored."""
        return any(column.is_group for column in self.columns)

    def column(self, name: str) -> Column:
        """Return a column by its name; ``KeyError`` when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def column_numbered(self, number: int) -> Column | None:
        """Return a column by its permanent number, or nothing when this release does not know it."""
        return self.columns[number] if 0 <= number < len(self.columns) else None


_RISKS = ("danger", "high", "medium", "low")
_STATES = ("reported", "made safe", "ordered", "done", "verified", "rejected")


def _cells(*specs: str | Column) -> tuple[Column, ...]:
    """Number columns by position; "name:type" is a single value, "a:type+b:type" a group."""
    made = []
    for number, spec in enumerate(specs):
        if isinstance(spec, Column):
            made.append(Column(number, spec.fields, spec.shown, spec.cautious))
        else:
            made.append(Column(number, _fields(spec)))
    return tuple(made)


def _fields(spec: str) -> tuple[Field, ...]:
    fields = []
    for part in spec.split("+"):
        name, _, kind = part.partition(":")
        fields.append(Field(name, kind or "text"))  # type: ignore[arg-type]  # the literal is checked by a test
    return tuple(fields)


def _safer(spec: str, order: tuple[str, ...]) -> Column:
    return Column(0, _fields(spec), "safer", order)


def _earlier(spec: str) -> Column:
    return Column(0, _fields(spec), "earlier")


TABLES: Final[tuple[Table, ...]] = (
    Table(
        1,
        "school",
        ADMIN,
        False,
        _cells(
            "name",
            "short_name",
            "urn",
            "phase",
            "type",
            "employer",
            "pupils:int",
            "easting:int",
            "northing:int",
            "address",
            "postcode",
            "town",
            "phone",
            "built_year:int",
            "cluster",
            "opens:int",
            "closes:int",
            "modelled_on",
            "sort_of",
        ),
        key="",
    ),
    Table(
        2,
        "person",
        PEOPLE,
        False,
        _cells(
            "name",
            "role",
            "job_title",
            "days:int",
            "starts:int+ends:int",
            "unlocks:bool",
            "locks:bool",
            "key_holder:bool",
            "offers_cover:bool",
            "checks_confirmed_on:date",
            "phone",
            "left_on:date",
            "manages:bool",
        ),
    ),
    Table(3, "place", COMPLIANCE, False, _cells("kind", "parent:id", "name", "sort:int", "note")),
    Table(
        4,
        "school_check",
        COMPLIANCE,
        False,
        _cells(
            "code",
            "title",
            "area",
            "rule+anchor+weekday:int",
            "standing_in_law",
            "applies",
            "why",
            "review_on:date",
            "owner:id",
            "doer:id",
            "place:id",
            "first_used_on:date",
            "measure:int",
            "points:json",
            "readings:json",
            "skill",
            "how_to",
        ),
        key="code",
    ),
    Table(
        5,
        "check_record",
        COMPLIANCE,
        True,
        _cells(
            "check_id:id",
            "done_on:date",
            "done_minute:int",
            "utc_offset:int",
            "outcome",
            "done_by",
            "person:id",
            "on_behalf",
            "recorded_by",
            "point",
            "readings:json",
            "note",
            "printed_on:date",
            "evidence",
            "evidence_ref",
            "corrects:id",
        ),
    ),
    Table(
        6,
        "not_done",
        COMPLIANCE,
        True,
        _cells(
            "check_id:id",
            "said_on:date",
            "due_on:date",
            "reason",
            "note",
            "said_by",
            "person:id",
        ),
    ),
    Table(
        7,
        "put_off",
        COMPLIANCE,
        True,
        _cells(
            "check_id:id",
            "legal_due:date",
            "until:date",
            "reason",
            "said_by",
            "person:id",
            "said_on:date",
        ),
    ),
    Table(
        8,
        "defect",
        COMPLIANCE,
        False,
        _cells(
            "check_id:id",
            "record:id",
            "place:id",
            "title",
            _safer("risk", _RISKS),
            _safer("state", _STATES),
            "raised_on:date",
            "raised_by",
            "owner:id",
            _earlier("target_on:date"),
            _earlier("stop_on:date"),
            "note",
            "interim_control+interim_until:date",
            "closed_on:date",
            "closed_by",
            "cost:int",
        ),
    ),
    Table(9, "absence", PEOPLE, False, _cells("person:id", "first:date+last:date", "state")),
    Table(10, "absence_reason", PRIVATE, False, _cells("absence:id", "reason")),
    Table(
        11,
        "cover",
        PEOPLE,
        False,
        _cells(
            "absence:id",
            "helper_school:id",
            "helper",
            "helper_person:id",
            "first:date+last:date",
            "starts:int+ends:int",
            "state",
            "grant_id:id",
            "checks:json",
            "duties",
            "answer_by:date",
            "note",
        ),
    ),
    Table(12, "training", PEOPLE, True, _cells("person:id", "course", "passed_on:date", "expires_on:date", "provider")),
    Table(13, "induction", PEOPLE, True, _cells("person:id", "person_name", "on_date:date", "given_by")),
    Table(14, "calendar_block", ADMIN, False, _cells("kind", "name", "first:date+last:date", "term", "half:int")),
    Table(15, "feature", COMPLIANCE, False, _cells("code", "answer"), key="code"),
    Table(16, "out_of_use", COMPLIANCE, False, _cells("check_id:id", "since:date", "how", "said_by", "back_on:date")),
    Table(17, "site_note", COMPLIANCE, False, _cells("kind", "words", "place:id", "sort:int")),
    Table(
        18,
        "cover_worked",
        PEOPLE,
        True,
        _cells(
            "cover_id:id",
            "on_date:date",
            "starts:int",
            "ends:int",
            "helper",
            "helper_school:id",
            "approved_by",
        ),
    ),
    # a run of entries that has no effect any more, because the merge that brought it was undone: entries `first` to
    # `last` of a stream, walking down from the one whose hash is `head` (hex); `file` is the SHA-256 (hex) it came in
    Table(19, "undone", ADMIN, True, _cells("stream:id", "first:int", "last:int", "head", "file", "words")),
    # what a person decided about one entry: `word` is adopted, declined or confirmed, `op` the operation it is about
    Table(20, "remark", ADMIN, True, _cells("op:id", "word", "said_by", "person:id", "note")),
    # what schools say to each other; `kind` is notice, question, answer, help or practice
    Table(
        21,
        "message",
        LINK,
        True,
        _cells(
            "kind",
            "title",
            "words",
            "to:json",
            "answers:id",
            "said_by",
            "person:id",
            "said_on:date",
            "needed_by:date",
            "about",
            "why",
            "impact",
            "how",
            "enclosures:json",
        ),
    ),
)

BY_NUMBER: Final[Mapping[int, Table]] = {table.number: table for table in TABLES}
BY_NAME: Final[Mapping[str, Table]] = {table.name: table for table in TABLES}

UNDONE: Final = BY_NAME["undone"].number
REMARK: Final = BY_NAME["remark"].number
RECORD: Final = BY_NAME["check_record"].number
ENCLOSING: Final[Mapping[str, str]] = {"message": "enclosures"}
"""Columns that name files by the SHA-256 of their content, by table: ``[{"name", "sha256", "size", "type"}, ...]``."""

GRANTABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "check_record": (
        "check_id", "done_on", "done_minute", "utc_offset", "outcome", "done_by", "person", "on_behalf",
        "recorded_by", "point", "readings", "note", "printed_on", "evidence", "evidence_ref", "corrects",
    ),
    "not_done": (
        "check_id", "said_on", "due_on", "reason", "note", "said_by", "person",
    ),
    "defect": ("check_id", "record", "place", "title", "risk", "state", "raised_on", "raised_by", "note"),
}  # fmt: skip
"""What a covering person may add, by table and column; a new column is out of reach until it is listed here."""


def snapshot() -> list[str]:
    """Return one line a column, as kept in the tests to notice any number that changed its meaning."""
    return [
        f"{table.number} {table.name} {table.channel} {'fact' if table.is_fact else 'editable'} key={table.key!r} "
        f"{column.number} {'+'.join(f'{field.name}:{field.type}' for field in column.fields)} "
        f"{column.shown} {','.join(column.cautious)}".rstrip()
        for table in TABLES
        for column in table.columns
    ]
