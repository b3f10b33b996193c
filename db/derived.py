"""The derived tables, made from the registry: as SQL to build them and as SQLAlchemy tables to ask them."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from bursar_desk.domain import registry

_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()


def day_number(day: datetime.date) -> int:
    """Return a date as days since 1970-01-01, as it is stored and travels."""
    return day.toordinal() - _EPOCH


def date_of(number: int) -> datetime.date:
    """Return the date of a day number; what lies outside 0001 to 9999 is brought to the nearest end."""
    return datetime.date.fromordinal(max(1, min(number + _EPOCH, datetime.date.max.toordinal())))


class Day(TypeDecorator[datetime.date]):
    """A date kept as its day number."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime.date | None, dialect: Any) -> int | None:  # noqa: ARG002 - SQLAlchemy's shape
        """Turn a date into its number."""
        return None if value is None else day_number(value)

    def process_result_value(self, value: Any | None, dialect: Any) -> datetime.date | None:  # noqa: ARG002
        """Turn a number into its date."""
        return date_of(value) if isinstance(value, int) else None


_SQL_TYPES: Final = {
    "text": "TEXT",
    "int": "INTEGER",
    "date": "INTEGER",
    "id": "BLOB",
    "bool": "INTEGER",
    "json": "TEXT",
}
_SA_TYPES: Final[dict[str, type[TypeEngine[Any]]]] = {
    "text": Text,
    "int": Integer,
    "date": Day,
    "id": LargeBinary,
    "bool": Boolean,
    "json": Text,
}
INDEXES: Final = {
    "check_record": ("check_id", "done_on"),
    "not_done": ("check_id", "said_on"),
    "put_off": ("check_id", "legal_due"),
    "defect": ("check_id", "state"),
    "remark": ("op", "word"),
    "message": ("answers", "said_on"),
    "attendance": ("contractor", "on_date"),
    "evidence_file": ("evidence", "said_on"),
    "evidence_link": ("about", "evidence"),
    "answer": ("about", "said_on"),
    "cover_worked": ("cover_id", "on_date"),
    "place_move": ("lot", "said_on"),
    "contract_term": ("contract", "first"),
    "contract_decision": ("contract", "said_on"),
    "quote": ("buying", "supplier_name"),
    "mark": ("buying", "said_on"),
    "deal_offer": ("deal", "said_on"),
    "deal_baseline": ("deal", "said_on"),
    "sharing": ("about", "said_on"),
    "deal_step": ("about", "said_on"),
    "payment": ("about", "on_date"),
}
"""One index a table that is asked by something else than its id, each with what it is asked in order of."""

_MACHINERY: Final = (
    "CREATE TABLE row_born (row BLOB NOT NULL, op BLOB NOT NULL, stamp INTEGER NOT NULL, pos INTEGER NOT NULL,"
    " tab INTEGER NOT NULL, sid INTEGER NOT NULL, PRIMARY KEY (row, op)) STRICT, WITHOUT ROWID",
    "CREATE TABLE cell_op (row BLOB NOT NULL, cell INTEGER NOT NULL, op BLOB NOT NULL, stamp INTEGER NOT NULL,"
    " value ANY, pos INTEGER NOT NULL, PRIMARY KEY (row, cell, op)) STRICT, WITHOUT ROWID",
    "CREATE TABLE superseded (row BLOB NOT NULL, cell INTEGER NOT NULL, op BLOB NOT NULL, PRIMARY KEY (row, cell, op))"
    " STRICT, WITHOUT ROWID",
    "CREATE TABLE row_seen (row BLOB NOT NULL, cell INTEGER NOT NULL, op BLOB NOT NULL, PRIMARY KEY (row, cell, op))"
    " STRICT, WITHOUT ROWID",
    "CREATE TABLE orphan (row BLOB NOT NULL, cell INTEGER NOT NULL, PRIMARY KEY (row, cell)) STRICT, WITHOUT ROWID",
    "CREATE TABLE hidden (row BLOB PRIMARY KEY, tab INTEGER NOT NULL, sid INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE conflict (row BLOB NOT NULL, tab INTEGER NOT NULL, col INTEGER NOT NULL, sid INTEGER NOT NULL,"
    " heads BLOB NOT NULL, PRIMARY KEY (row, tab, col)) STRICT, WITHOUT ROWID",
    "CREATE TABLE held (pos INTEGER NOT NULL, n INTEGER NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL,"
    " PRIMARY KEY (pos, n)) STRICT, WITHOUT ROWID",
    "CREATE TABLE erased (op BLOB NOT NULL, sid INTEGER NOT NULL, PRIMARY KEY (op, sid)) STRICT, WITHOUT ROWID",
    "CREATE TABLE blob_ref (row BLOB NOT NULL, hash BLOB NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY (hash, row))"
    " STRICT, WITHOUT ROWID",
)
MACHINERY_TABLES: Final = tuple(sql.split()[2] for sql in _MACHINERY)


def columns_of(table: registry.Table) -> list[str]:
    """Return the names of a derived table's columns in order."""
    standing = ["standing"] if table.is_fact else []
    return ["id", "sid", "pos", *[field.name for field in table.fields], *standing]


def _ddl(table: registry.Table) -> list[str]:
    cells = [f'"{field.name}" {_SQL_TYPES[field.type]}' for field in table.fields]
    if table.is_fact:
        cells.append(f"standing TEXT NOT NULL DEFAULT '{registry.STANDS}'")
    body = ", ".join(["id BLOB PRIMARY KEY", "sid INTEGER NOT NULL", "pos INTEGER NOT NULL", *cells])
    made = [f"CREATE TABLE {table.name} ({body}) STRICT, WITHOUT ROWID"]
    if table.name in INDEXES:
        made.append(f"CREATE INDEX ix_{table.name} ON {table.name} ({', '.join(INDEXES[table.name])})")
    return made


def _all_ddl() -> tuple[str, ...]:
    return (*_MACHINERY, *(sql for table in registry.TABLES for sql in _ddl(table)))


def build(connection: Connection) -> None:
    """Make every derived table, empty."""
    for sql in _all_ddl():
        connection.exec_driver_sql(sql)


def make_empty(connection: Connection) -> None:
    """Leave every derived table there and empty: emptied where their shape is today's, made anew where it is not."""
    made = _made(connection)
    if {sql for _, sql in made} != set(_all_ddl()):
        drop(connection)
        build(connection)
        return
    for name, sql in made:
        if sql.startswith("CREATE TABLE"):
            connection.exec_driver_sql(f'DELETE FROM "{name}"')  # noqa: S608 - our own names


def _made(connection: Connection) -> list[tuple[str, str]]:
    """Return the name and the text of every table and index that is not the log's own."""
    from db.log_tables import log_metadata

    own = {*log_metadata.tables, "alembic_version"}
    found = connection.exec_driver_sql("SELECT name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return [(name, sql) for name, table, sql in found if table not in own and not name.startswith("sqlite_")]


def drop(connection: Connection) -> None:
    """Throw every derived table away, those of an earlier release included."""
    from db.log_tables import log_metadata

    own = {*log_metadata.tables, "alembic_version"}
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'").scalars().all()
    for name in names:
        if name not in own and not name.startswith("sqlite_"):
            connection.exec_driver_sql(f'DROP TABLE "{name}"')


derived_metadata = MetaData()
conflict = Table(
    "conflict",
    derived_metadata,
    Column("row", LargeBinary, primary_key=True),
    Column("tab", Integer, primary_key=True),
    Column("col", Integer, primary_key=True),
    Column("sid", Integer),
    Column("heads", LargeBinary),
)
hidden = Table(
    "hidden",
    derived_metadata,
    Column("row", LargeBinary, primary_key=True),
    Column("tab", Integer),
    Column("sid", Integer),
)
held = Table(
    "held",
    derived_metadata,
    Column("pos", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("reason", Text),
    Column("state", Text),
)


@cache
def table(name: str) -> Table:
    """Return a derived table for SQLAlchemy by the registry's name for it."""
    spec = registry.BY_NAME[name]
    cells = [Column(field.name, _SA_TYPES[field.type]) for field in spec.fields]
    standing = [Column("standing", Text)] if spec.is_fact else []
    return Table(
        name,
        derived_metadata,
        Column("id", LargeBinary, primary_key=True),
        Column("sid", Integer),
        Column("pos", Integer),
        *cells,
        *standing,
    )
