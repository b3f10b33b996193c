"""The raw door for rescues: the rows of any register file, whole, damaged or made by a newer program. It never writes.

A file that SQLite finds sound is read through SQLite, as of one moment. Any other is read page by page
(``db.rescue_pages``). Neither way needs the derived tables, SQLAlchemy or a key, and the log's number is only told.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from bursar_desk.domain.errors import CannotOpen
from db.rescue_pages import INNER_INDEX, INNER_TABLE, LEAF_INDEX, LEAF_TABLE, PageFile, PageReader, Row

COMPANIONS: Final = ("-journal", "-wal")
_BUSY_SECONDS: Final = 5.0
_STEP: Final = 512  # pages or rows between two looks at the Stop button

RowDict = dict[str, Any]
Tick = Callable[[int, int], None]


class Broken(Exception):  # noqa: N818 - read as a sentence
    """SQLite stopped in the middle: read the file in pieces instead."""


class Entry(NamedTuple):
    """One entry of the log as it is kept: place, hash, bytes, and the number of the file that brought it."""

    pos: int
    hash: bytes
    body: bytes
    arrived: int


@dataclass(slots=True)
class Lost:
    """What of a file could not be read: pages of ``page_size`` bytes, single rows, and pages cut off at the end."""

    pages: int = 0
    rows: int = 0
    cut_off: int = 0
    page_size: int = 4096

    def __bool__(self) -> bool:
        return bool(self.pages or self.rows or self.cut_off)


class Door(Protocol):
    """A way into a register file. Names of tables and columns are those of the file, whoever made it."""

    version: int | None
    whole: bool

    @property
    def lost(self) -> Lost:
        """Return what could not be read of the file."""

    def tables(self) -> list[str]:
        """Return the names of all tables that can be found."""

    def rows(self, table: str) -> Iterator[RowDict]:
        """Yield what can be read of a table; nothing for one that is not there. Raises ``Broken``."""

    def entries(self) -> Iterator[Entry]:
        """Yield the log's entries in order of their places. Raises ``Broken``."""

    def close(self) -> None:
        """Let go of the file."""


def open_door(path: Path, scratch: Path, tick: Tick, *, in_pieces: bool = False) -> Door:
    """Open a register file the best way it can be opened; ``scratch`` is a private folder for a working copy.

    A copy is made only where a write was cut off, because undoing that would change the file. Raises ``CannotOpen``
    when there is no such file or it cannot be read at all.
    """
    if not path.is_file():
        raise CannotOpen(
            f"There is no register at {path.name}.", "Nothing was changed.", "Check the folder and the name."
        )
    if not in_pieces:
        found = _sound(path) if not _companions(path) else _sound(_copy(path, scratch), alone=True)
        if found is not None:
            return found
    try:
        return PiecesDoor(path, tick)
    except OSError as problem:
        raise CannotOpen(
            f"{path.name} cannot be read: {problem.strerror}.", "Nothing was changed.",
            "Check that you may read the file, or copy it to another disk first.",
        ) from problem  # fmt: skip


def _companions(path: Path) -> list[Path]:
    found = [path.with_name(path.name + ending) for ending in COMPANIONS]
    return [one for one in found if one.is_file() and one.stat().st_size > 0]


def _copy(path: Path, scratch: Path) -> Path:
    copy = scratch / "copy.register"
    shutil.copyfile(path, copy)
    for one in _companions(path):
        shutil.copyfile(one, copy.with_name(copy.name + one.name.removeprefix(path.name)))
    return copy


def _sound(path: Path, *, alone: bool = False) -> WholeDoor | None:
    """Open a file through SQLite if it finds nothing wrong with it; ``alone`` says that the file is ours to mend."""
    con: sqlite3.Connection | None = None
    try:
        con = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'rw' if alone else 'ro'}", uri=True, isolation_level=None,
            timeout=_BUSY_SECONDS, check_same_thread=False,
        )  # fmt: skip
        con.execute("PRAGMA trusted_schema=OFF")
        con.execute("PRAGMA cell_size_check=ON")
        con.execute("BEGIN")
        if [row[0] for row in con.execute("PRAGMA quick_check(1)")] == ["ok"]:
            return WholeDoor(con)
    except (sqlite3.Error, UnicodeDecodeError):  # even the words it finds damage in may be damaged
        pass  # read in pieces then
    if con is not None:
        con.close()
    return None


class WholeDoor:
    """A sound file, read through SQLite as of the moment it was opened."""

    whole = True

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self.version: int | None = con.execute("PRAGMA user_version").fetchone()[0]

    @property
    def lost(self) -> Lost:
        """Return nothing: a sound file has nothing to lose."""
        return Lost()

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._con.close()

    def tables(self) -> list[str]:
        """Return the names of all tables; none that would run something while it is read."""
        sql = "SELECT name FROM sqlite_master WHERE type='table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        return [row[0] for row in self._asked(sql) if not row[0].startswith("sqlite_")]

    def rows(self, table: str) -> Iterator[RowDict]:
        """Yield the rows of a table."""
        if table not in self.tables():
            return
        quoted = table.replace('"', '""')
        names = [row[1] for row in self._asked(f'PRAGMA table_info("{quoted}")')]
        listed = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
        for row in self._asked(f'SELECT {listed} FROM "{quoted}"'):  # noqa: S608 - names of the file itself, quoted
            yield dict(zip(names, row, strict=True))

    def entries(self) -> Iterator[Entry]:
        """Yield the log's entries in order."""
        if "commit_log" not in self.tables():
            return
        for row in self._asked("SELECT pos, hash, body, arrived FROM commit_log ORDER BY pos"):
            if isinstance(row[1], bytes) and isinstance(row[2], bytes):
                yield Entry(*row)

    def _asked(self, sql: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._con.execute(sql)
        except (sqlite3.Error, UnicodeDecodeError) as problem:
            raise Broken from problem


# ---------------------------------------------------------------- in pieces
@dataclass(frozen=True, slots=True)
class _Shape:
    """How a table lies in a file: its columns in stored order, and which of them is the row's number."""

    columns: tuple[str, ...]
    number: str | None = None

    def read(self, row: Row) -> RowDict:
        """Name a row's values; values without a name are named by their place."""
        extra = [f"column {n}" for n in range(len(self.columns), len(row.values))]
        named: RowDict = dict(zip([*self.columns, *extra], row.values, strict=False))
        if self.number is not None:
            named[self.number] = row.number
        return named


NUMBERED: Final = {
    "commit_log": _Shape(("pos", "hash", "body", "arrived", "level"), "pos"),
    "stream": _Shape(("sno", "key", "meta", "sid", "channel", "writer"), "sno"),
    "chain": _Shape(("cid", "sno", "start_seq", "start_prev", "head_seq", "head", "seal", "fork"), "cid"),
    "school_key": _Shape(("sid", "school"), "sid"),
    "import_log": _Shape(("ino", "file", "at", "sender", "school", "made", "counts"), "ino"),
}
"""The log's tables whose rows have numbers, as every release so far keeps them (a later one may add columns)."""
KEYED: Final = {
    "statement": _Shape(("hash", "kind", "school", "body", "arrived")),
    "meta": _Shape(("k", "v")),
}
"""Those of the others that can be told by their looks when the way to them is lost."""
_SCHEMA: Final = _Shape(("type", "name", "tbl_name", "rootpage", "sql"))

_LOOKS: Final[dict[str, str]] = {
    # n nothing, i whole number, t text, b bytes, B 32 bytes, k 16 bytes, s 64 bytes or nothing
    "commit_log": "nBbii", "stream": "nkbitB", "chain": "niiBiBsi", "school_key": "nk", "import_log": "nBiBkit",
    "schema": "tttit", "statement": "Btkbi", "meta": "tb",
}  # fmt: skip
_TESTS: Final[dict[str, Callable[[Any], bool]]] = {
    "n": lambda value: value is None,
    "i": lambda value: isinstance(value, int),
    "t": lambda value: isinstance(value, str),
    "b": lambda value: isinstance(value, bytes),
    "B": lambda value: isinstance(value, bytes) and len(value) == 32,
    "k": lambda value: isinstance(value, bytes) and len(value) == 16,
    "s": lambda value: value is None or (isinstance(value, bytes) and len(value) == 64),
}


def looks_like(name: str, row: Row) -> bool:
    """Tell whether a row could be one of that table: the types and lengths of its values."""
    looks = _LOOKS[name]
    return len(row.values) >= len(looks) and all(_TESTS[c](v) for c, v in zip(looks, row.values, strict=False))


@dataclass(slots=True)
class _Map:
    """Which pages hold which table."""

    numbered: dict[str, list[int]] = field(default_factory=dict)
    keyed: dict[str, list[int]] = field(default_factory=dict)
    shapes: dict[str, _Shape] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)


class PiecesDoor:
    """A file read page by page."""

    whole = False

    def __init__(self, path: Path, tick: Tick) -> None:
        self._file = PageFile(path)
        self._reader = PageReader(self._file)
        self.version = self._file.user_version
        try:
            self._map = self._look_around(tick)
        except BaseException:
            self._file.close()
            raise
        self._free = self._file.free()

    @property
    def lost(self) -> Lost:
        """Say what could not be read so far; all of it is known when everything was asked for."""
        pages = len(self._map.broken - self._free - self._reader.continued) + self._reader.damage.pages
        return Lost(pages, self._reader.damage.rows, self._file.missing, self._file.size)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def tables(self) -> list[str]:
        """Return the names of the tables that were found."""
        return sorted({*self._map.numbered, *self._map.keyed, *self._map.shapes} - {"schema"})

    def rows(self, table: str) -> Iterator[RowDict]:
        """Yield what can be read of a table."""
        shape = self._map.shapes.get(table) or NUMBERED.get(table) or KEYED.get(table)
        if shape is None:
            return
        for page in [*self._map.numbered.get(table, []), *self._map.keyed.get(table, [])]:
            for _, row in self._reader.rows(page):
                if table not in _LOOKS or looks_like(table, row):
                    yield shape.read(row)

    def entries(self) -> Iterator[Entry]:
        """Yield the log's entries in order: a page holds neighbours, so the pages are put in order and read once."""
        for page in self._map.numbered.get("commit_log", []):
            for _, row in self._reader.rows(page):
                if row.number is not None and looks_like("commit_log", row):
                    values: tuple[Any, ...] = row.values
                    yield Entry(row.number, values[1], values[2], values[3])

    def _look_around(self, tick: Tick) -> _Map:
        """Read every page once: what kind it is, and for pages of numbered rows whose rows they look like."""
        found, order, keyed = _Map(), dict[int, int](), set[int]()
        for number in range(1, self._file.count + 1):
            if number % _STEP == 0:
                tick(number, self._file.count)
            kind = self._reader.kind(number)
            if kind == LEAF_TABLE:
                self._place_numbered(found, order, number)
            elif kind in (LEAF_INDEX, INNER_INDEX):
                keyed.add(number)
            elif kind != INNER_TABLE and not any(self._file.page(number)):
                found.broken.add(number)
        found.numbered.get("commit_log", []).sort(key=lambda page: order[page])
        self._follow_schema(found, keyed)
        return found

    def _place_numbered(self, found: _Map, order: dict[int, int], number: int) -> None:
        rows = [row for _, row in self._reader.rows(number)]
        for name in (*NUMBERED, "schema"):
            fitting = sorted(row.number or 0 for row in rows if looks_like(name, row))
            if fitting:
                found.numbered.setdefault(name, []).append(number)
                order[number] = fitting[len(fitting) // 2]  # the middle one: a damaged number must not misplace a page
                return

    def _follow_schema(self, found: _Map, keyed: set[int]) -> None:
        """Follow each table from its first page down; what no way leads to is told by its looks where that can be."""
        claimed: set[int] = set()
        for page in found.numbered.pop("schema", []):
            for _, row in self._reader.rows(page):
                if looks_like("schema", row):
                    self._claim(found, keyed, claimed, _SCHEMA.read(row))
        for page in sorted(keyed - claimed):
            for _, row in self._reader.rows(page):
                name = next((name for name in KEYED if looks_like(name, row)), None)
                if name is not None:
                    found.keyed.setdefault(name, []).append(page)
                    break

    def _claim(self, found: _Map, keyed: set[int], claimed: set[int], said: RowDict) -> None:
        name, shape = said["name"], shape_of(said["sql"])
        if said["type"] != "table" or name in NUMBERED or shape is None or name.startswith("sqlite_"):
            return
        found.shapes[name] = shape
        pages = found.keyed.setdefault(name, [])
        waiting = [said["rootpage"]]
        while waiting:
            page = waiting.pop()
            if not 0 < page <= self._file.count or page in claimed:
                continue
            claimed.add(page)
            kind = self._reader.kind(page)
            if kind in (INNER_INDEX, INNER_TABLE):
                waiting.extend(reversed(self._reader.children(page)))
            if page in keyed or kind == LEAF_TABLE:
                pages.append(page)
            elif kind != INNER_TABLE:
                found.broken.add(page)


_PLAIN_TABLE: Final = re.compile(r'CREATE TABLE ("?)[\w ]+\1 ?\((?!\s*SELECT).*\)[\w\s,]*', re.DOTALL | re.IGNORECASE)


def shape_of(sql: str) -> _Shape | None:
    """Return how a table made by this sentence lies in a file; nothing for a sentence that does anything else.

    The sentence is given to an empty SQLite in memory that may do nothing but make a table.
    """
    if not _PLAIN_TABLE.fullmatch(sql) or re.search(r"\bAS\s*\(?\s*SELECT\b", sql, re.IGNORECASE):
        return None
    with closing(sqlite3.connect(":memory:")) as con:
        con.set_authorizer(_only_making_a_table)
        try:
            con.execute(sql)
            name = con.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchone()[0]
            told = con.execute(f'PRAGMA table_info("{name}")').fetchall()
        except (sqlite3.Error, UnicodeDecodeError, ValueError, TypeError):
            return None
    keys = [row[1] for row in sorted((row for row in told if row[5]), key=lambda row: row[5])]
    if "WITHOUT ROWID" in sql.upper():
        return _Shape((*keys, *(row[1] for row in told if not row[5])))
    own = keys[0] if len(keys) == 1 and next(r for r in told if r[1] == keys[0])[2].upper() == "INTEGER" else None
    return _Shape(tuple(row[1] for row in told), own)


def _only_making_a_table(action: int, *_about: object) -> int:
    harmless = (
        sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_CREATE_INDEX, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_REINDEX,
        sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_FUNCTION,
    )  # fmt: skip
    return sqlite3.SQLITE_OK if action in harmless else sqlite3.SQLITE_DENY
