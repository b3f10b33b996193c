"""The work of a rescue: the log read twice, the tables written, and what could not be read said in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk import machine
from bursar_desk.domain import registry, words
from bursar_desk.domain.operations import Kind
from bursar_desk.domain.progress import Progress
from bursar_desk.services import rescue_cells as cells
from bursar_desk.services import rescue_files, rescue_index, rescue_story
from bursar_desk.services.rescue_index import Message
from bursar_desk.services.rescue_log import Line, Log, Opened, read_log
from bursar_desk.services.rescue_state import State
from bursar_desk.services.rescue_tables import Out, Shelf, Tables
from bursar_desk.services.rescue_walk import FARTHEST, Walk

if TYPE_CHECKING:
    from db.rescue import Door

_STEP: Final = 500
_LOCAL: Final = {
    "import_log": "Files taken in: when, from whom, what they brought",
    "fingerprint": "What each school's history was on a day, as papers and files said",
    "read_here": "Messages that were read at this desk",
    "blob": "Attachments whose content is here",
    "peer_want": "Attachments that others said they lack",
    "peer_have": "What others said they hold",
    "channel_sum": "Sums for comparing two desks",
    "school_key": "The short number of each school in this file",
    "stream": "Lines of history: whose they are",
    "chain": "Lines of history: from where to where they go",
}
"""Tables the register keeps for itself, and what they hold."""
_MACHINERY: Final = (
    "row_born", "cell_op", "superseded", "row_seen", "orphan", "hidden", "conflict", "held", "erased", "blob_ref",
    "commit_log", "statement", "meta", "alembic_version",
)  # fmt: skip
_META_WORDS: Final = ("kind",)
_META_NUMBERS: Final = ("derived", "stamp")
_META_IDS: Final = ("register", "namespace", "home", "writer", "epoch")
_KNOWN_META: Final = frozenset(
    (*_META_WORDS, *_META_NUMBERS, *_META_IDS, "practice", "written", "extract", "visit", "cover_channel")
)
_MOST_SENTENCES: Final = 50


class Work:
    """One rescue under way. Raises ``db.rescue.Broken`` when the file must be read in pieces after all."""

    def __init__(self, path: Path, door: Door, out: Out, progress: Progress) -> None:
        self.path, self.door, self.out, self.progress = path, door, out, progress
        self.log: Log = read_log(door)
        self.attachments = 0
        self._walk = Walk(self.log)
        self._state = State()
        self._wanted = rescue_files.Wanted()
        self._copied: rescue_files.Copied | None = None
        self._letters: list[tuple[bytes, Opened, dict[str, Any]]] = []
        self._shelf = Shelf(out)
        self._names: Tables | None = None
        self._pack_damaged = False

    @property
    def entries(self) -> int:
        """Return how many entries were found."""
        return self._walk.count

    @property
    def practice(self) -> bool:
        """Tell whether these are made-up records."""
        return self.log.meta.get("practice") == b"1"

    @property
    def is_nothing(self) -> bool:
        """Tell whether the file holds nothing of a register."""
        return not (self._walk.count or self.log.statements or any("tables/" in one.path for one in self.out.made))

    def run(self) -> None:
        """Read the log twice: first what it adds up to, then row by row into the tables."""
        for entry in self._entries(self._walk, "Reading the history"):
            self._state.add(entry)
        sound = not (self._walk.damaged or self._walk.unreadable or next(self._walk.missing(), None))
        compare = not self.door.whole or not sound
        tables = self._names = Tables(self._shelf, self.log, self._state, compare=compare)
        try:
            self._write_history(tables)
            tables.editable(self._lists() if compare else {})
            if compare:
                self._from_lists(tables)
            self._from_pack(tables)
            self._other_tables()
            self._shelf.close()
        finally:
            self._shelf.abandon()
        self._copied = rescue_files.copy_all(self.path, self._wanted, self.out, self.progress)
        self.attachments = self._copied.count
        self._write_messages(tables, self._copied)
        self._write_statements()

    def _entries(self, walk: Walk, told: str) -> Iterator[Opened]:
        total = max(1, sum(max(0, min(line.end - line.start + 1, 1 << 30)) for line in self.log.lines.values()))
        for n, entry in enumerate(walk.entries(self.door.entries())):
            if n % _STEP == 0:
                self.progress.step(told, min(n, total), total)
            yield entry

    def _write_history(self, tables: Tables) -> None:
        story = rescue_story.Story(self._shelf, self.log, tables.name, tables.computer)
        letters = registry.BY_NAME["message"]
        for entry in self._entries(Walk(self.log), "Writing the tables"):
            story.entry(entry)
            tables.facts_of(entry)
            for op in entry.ops:
                if op.kind == Kind.FACT and isinstance(op.values, list):
                    self._wanted.add(op, private=entry.private)
                    if op.table == letters.number and not entry.private:
                        named = {c.name: op.values[c.number] for c in letters.columns if c.number < len(op.values)}
                        self._letters.append((op.id, entry, named))

    # ------------------------------------------------------------ what is not in the log
    def _lists(self) -> dict[tuple[str, bytes], dict[str, Any]]:
        """Return the register's own rows of the tables that people edit."""
        found: dict[tuple[str, bytes], dict[str, Any]] = {}
        for table in registry.TABLES:
            if not table.is_fact:
                found.update(
                    {(table.name, row["id"]): row for row in self.door.rows(table.name) if "id" in row}
                )  # fmt: skip
        return found

    def _from_lists(self, tables: Tables) -> None:
        for table in registry.TABLES:
            for row in self.door.rows(table.name):
                if row.get("pos"):
                    tables.from_list(table, row)

    def _from_pack(self, tables: Tables) -> None:
        """A guest register holds what a cover pack brought beside its history."""
        import msgspec

        kept = self.log.meta.get("extract")
        if kept is None:
            return
        try:
            for name, rows in msgspec.msgpack.decode(kept).items():
                spec = registry.BY_NAME.get(name)
                for row, values in rows if spec is not None else ():
                    if spec is not None and isinstance(row, bytes) and isinstance(values, list):
                        tables.from_pack(spec, row, values)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, AttributeError, TypeError, ValueError):
            self._pack_damaged = True

    def _other_tables(self) -> None:
        known = {table.name for table in registry.TABLES}
        for name in self.door.tables():
            if name in known or name in _MACHINERY:
                continue
            private = name not in _LOCAL
            told = _LOCAL.get(name, "A table that only a newer Bursar Desk knows, as it is in the file")
            for row in self.door.rows(name):
                line = [cells.cell(value) for value in row.values()]
                heads = [cells.neutral(one) for one in row]
                self._shelf.put("register", machine.safe_file_name(name), heads, line, told, private=private)
        for key, value in self.log.meta.items():
            if key not in _KNOWN_META:
                line = [cells.neutral(key), value.hex()]
                told = "What the register says of itself that only a newer Bursar Desk knows"
                self._shelf.put("register", "meta", ("Name", "Value"), line, told, private=True)

    def _write_statements(self) -> None:
        told = "Who is who: keys, certificates, who may read, what was lent; all signed"
        self._write_json("statements.json", rescue_story.statements(self.log), len(self.log.statements), told)
        self._write_json("register/register.json", self._facts(), 1, "What the register says of itself")

    def _facts(self) -> dict[str, Any]:
        meta = self.log.meta
        said: dict[str, Any] = {"number of the log's shape": self.door.version}
        said.update({name: meta[name].decode(errors="replace") for name in _META_WORDS if name in meta})
        said.update({name: int.from_bytes(meta[name], "big") for name in _META_NUMBERS if name in meta})
        said.update({name: meta[name].hex() for name in _META_IDS if name in meta})
        return {**said, "practice": self.practice}

    def _write_json(self, name: str, value: Any, rows: int, told: str) -> None:
        path = self.out.place(*name.split("/"))
        path.write_text(cells.as_json(value, indent=2) + "\n", "utf-8")
        self.out.note(path, told, rows, private=False)

    def _write_messages(self, tables: Tables, copied: rescue_files.Copied) -> None:
        if self._letters:
            listed = [_message(row, entry, said, tables, copied) for row, entry, said in self._letters]
            path = self.out.place("messages.html")
            path.write_text(rescue_index.messages(listed), "utf-8", errors="backslashreplace")
            self.out.note(path, "The messages as a page to read, answers under questions", len(listed), private=False)

    # ------------------------------------------------------------ what to say
    def schools(self) -> tuple[str, ...]:
        """Return the names of the schools whose entries are here, the register's own first."""
        home = self.log.meta.get("home", b"")
        ids = {stream.school for stream in self.log.streams.values()} | ({home} if home else set())
        named = self._names.name if self._names else lambda _id: ""
        return tuple(named(one) or one.hex()[:8] for one in sorted(ids, key=lambda one: (one != home, named(one))))

    def notes(self) -> Iterator[str]:
        """Say what a reader should know that is no damage."""
        from db.raw import LOG_VERSION

        if self.door.version is not None and self.door.version > LOG_VERSION:
            yield (
                "This register was made by a newer Bursar Desk. What this version does not know is kept under its "
                "number: “Column 17”, “Table 30”; whole tables and channels it does not know count as private."
            )
        if self.log.held is None:
            yield (
                "Which entries have no effect was worked out anew from the entries themselves, because the register's "
                "own list of them could not be read."
            )
        if self.out.long_texts:
            yield (
                f"{words.count(self.out.long_texts, 'text')} in the tables have more than 32,767 letters. The files "
                "hold them whole; a spreadsheet program may show the beginning only."
            )

    def unreadable(self) -> list[str]:
        """Say in sentences what could not be read."""
        said = [*self._lost_of_file(), *self._lost_of_log()]
        copied = self._copied
        if copied is not None:
            told = (
                (copied.missing, "attachment named in messages is", "attachments named in messages are",
                 "not on this computer."),
                (copied.altered, "attachment is", "attachments are",
                 "not as it was when it was attached; its name begins “damaged”."),
                (copied.unreadable, "attachment", "attachments", "could not be read from the disk."),
            )  # fmt: skip
            said += [f"{words.count(count, one, many)} {rest}" for count, one, many, rest in told if count]
        if self._pack_damaged:
            said.append("What came with the cover pack could be read in part only.")
        more = len(said) - _MOST_SENTENCES
        return [*said[:_MOST_SENTENCES], f"And {words.count(more, 'more gap')} like these."] if more > 0 else said

    def _lost_of_file(self) -> Iterator[str]:
        lost = self.door.lost
        if lost.cut_off:
            yield f"The file is cut short: {words.number(lost.cut_off * lost.page_size // 1024)} KB are missing."
        if lost.pages:
            pieces = words.count(lost.pages, "piece")
            yield f"{pieces} of the file ({lost.page_size // 1024} KB each) could not be read."
        if lost.rows:
            yield f"{words.count(lost.rows, 'line')} in other pieces of the file could not be read."

    def _lost_of_log(self) -> Iterator[str]:
        walk = self._walk
        told = (
            (walk.unreadable, "entry of the history is there but", "entries of the history are there but",
             "cannot be read."),
            (walk.damaged, "entry is", "entries are",
             "damaged. What can be read is in the tables, and marked."),
            (walk.unchecked, "entry", "entries",
             "could not be checked, because the entry before is missing or damaged; what is in the tables is marked."),
        )  # fmt: skip
        yield from (f"{words.count(count, one, many)} {rest}" for count, one, many, rest in told if count)
        if self.log.bad_statements:
            yield f"{words.count(self.log.bad_statements, 'statement')} of who is who could not be read."
        for line, first, last in walk.missing():
            yield self._gap(line, first, last)
        for line in walk.broken_seals():
            yield f"A seal does not match: {self._whose(line)}. Somebody may have altered these entries, or the seal."

    def _gap(self, line: Line, first: int, last: int) -> str:
        if last - first >= FARTHEST:
            return f"How many entries are missing cannot be told: {self._whose(line)} (from number {first})."
        count = words.count(last - first + 1, "entry is missing", "entries are missing")
        which = f"number {first}" if first == last else f"numbers {first} to {last}"
        return f"{count}: {self._whose(line)} ({which})."

    def _whose(self, line: Line) -> str:
        if line.stream is None or self._names is None:
            return "a line of history of which nobody knows whose it is"
        school = self._names.name(line.stream.school) or "a school without a name"
        computer = self._names.computer(line.stream.writer)
        return f"{school}, {rescue_story.channel_words(line.stream.channel)}, written on {computer}"


def _message(row: bytes, entry: Opened, said: dict[str, Any], tables: Tables, copied: rescue_files.Copied) -> Message:
    def text(name: str) -> str:
        value = said.get(name)
        return value if isinstance(value, str) else "" if value is None else cells.as_json(value)

    answers = said.get("answers")
    more = {
        "Needed by": cells.day(said["needed_by"]) if isinstance(said.get("needed_by"), int) else "",
        **{name.capitalize(): text(name) for name in ("about", "why", "impact", "how")},
    }
    files = tuple(
        (name or sha256.hex()[:16], copied.places.get(sha256, ""))
        for sha256, name in rescue_files.named_files(said.get("enclosures"))
    )
    return Message(
        row, answers if isinstance(answers, bytes) else None, text("kind"), text("title"), text("words"),
        tables.name(entry.stream.school) if entry.stream else "", text("said_by"),
        cells.day(said["said_on"]) if isinstance(said.get("said_on"), int) else "",
        {name: value for name, value in more.items() if value}, files,
    )  # fmt: skip
