"""Which messages belong together: a pure reading of all that are held, the same in whatever order they arrived."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from bursar_desk.services.enclosures import Enclosure

NOTICE: Final = "notice"
QUESTION: Final = "question"
ANSWER: Final = "answer"
HELP: Final = "help"
PRACTICE: Final = "practice"
ASKS: Final = (QUESTION, HELP)
"""Kinds that wait for somebody."""

RootState = Literal["here", "missing", "withdrawn", "erased"]
NOT_HERE: Final[dict[str, str]] = {
    "missing": "An answer to a message that has not arrived yet",
    "withdrawn": "An answer to a message that was withdrawn",
    "erased": "An answer to a message that was erased",
}
"""What stands in place of a message that has answers here and is not here itself."""
NO_TITLE: Final = "A message without a title"


@dataclass(frozen=True, slots=True)
class Message:
    """One message, its text cleaned. ``read``: at this desk, or written by this school. Moments are milliseconds
    since 1970; ``sent_ms`` is when it was written, but never before what it answers; ``arrived_ms`` is 0 for one
    made here.
    """

    id: bytes
    school: bytes
    school_name: str
    kind: str
    title: str
    words: str
    said_by: str
    said_on: dt.date | None
    written_ms: int
    to: tuple[bytes, ...] = ()
    to_names: tuple[str, ...] = ()
    answers: bytes | None = None
    needed_by: dt.date | None = None
    about: str = ""
    why: str = ""
    impact: str = ""
    how: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    ours: bool = False
    read: bool = False
    withdrawn: bool = False
    sent_ms: int = 0
    arrived_ms: int = 0

    @property
    def heading(self) -> str:
        """Return the title, or the beginning of the words where there is none."""
        return self.title or _beginning(self.words) or NO_TITLE


@dataclass(frozen=True, slots=True)
class Thread:
    """Messages that belong together, in the order they were sent. ``root`` is the id of the first, even where that
    one is not here; ``state`` says whether it is. ``asks``: it is a question or a request for help, ``answered`` tells
    whether another school has answered, ``waiting_for_us`` that it is this school's turn.
    """

    root: bytes
    title: str
    kind: str
    school: bytes
    school_name: str
    started_ms: int
    last_ms: int
    unread: int
    waiting_for_us: bool
    messages: tuple[Message, ...]
    state: RootState = "here"
    asks: bool = False
    answered: bool = False

    @property
    def first(self) -> Message:
        """Return the first message that can be shown."""
        return next((one for one in self.messages if not one.withdrawn), self.messages[0])

    @property
    def stands_in(self) -> str:
        """Return what to say in place of a first message that is not here; nothing when it is."""
        return NOT_HERE.get(self.state, "")

    @property
    def answers(self) -> int:
        """Return how many messages follow the first."""
        return sum(not one.withdrawn for one in self.messages if one.id != self.root)

    @property
    def listed_ms(self) -> int:
        """Return when its newest message was sent, or came here where a clock says that this was later."""
        live = (one for one in self.messages if not one.withdrawn)
        return max(min(one.sent_ms, one.arrived_ms or one.sent_ms) for one in live)

    def holds(self, text: str) -> bool:
        """Tell whether every word typed stands somewhere in the thread."""
        found = " ".join(_searched(one) for one in self.messages if not one.withdrawn).casefold()
        return all(word in found for word in text.casefold().split())


@dataclass(slots=True)
class _Tree:
    """The messages by what they answer."""

    by_id: dict[bytes, Message]
    roots: dict[bytes, bytes] = field(default_factory=dict)
    sent: dict[bytes, tuple[int, int]] = field(default_factory=dict)

    def parent(self, one: bytes) -> bytes | None:
        return self.by_id[one].answers if one in self.by_id else None


def threads_of(messages: Iterable[Message], home: bytes, erased: frozenset[bytes] = frozenset()) -> list[Thread]:
    """Return every thread that has something to show, by the id of its first message.

    ``erased``: ids of first messages whose words are gone for good. A ring of answers, which no honest desk can make,
    hangs together at its smallest id.
    """
    tree = _Tree({one.id: one for one in messages})
    for one in tree.by_id:
        _find_root(tree, one)
    together: dict[bytes, list[Message]] = defaultdict(list)
    for one, root in tree.roots.items():
        if one in tree.by_id:
            together[root].append(tree.by_id[one])
    made = (_thread(tree, root, members, home, erased) for root, members in sorted(together.items()))
    return [one for one in made if one is not None]


def _find_root(tree: _Tree, start: bytes) -> None:
    """Walk up from a message to the first of its thread; note for all on the way its root, when sent and how deep."""
    way: dict[bytes, None] = {}
    here: bytes | None = start
    while here is not None and here not in tree.roots and here not in way:
        way[here] = None
        here = tree.parent(here)
    path = list(way)
    if here is not None and here not in tree.roots:  # a ring: cut it above its smallest id
        begins = path.index(here)
        ring = path[begins:]
        cut = ring.index(min(ring)) + 1
        _note_way(tree, ring[cut:] + ring[:cut], None)
        path = path[:begins]
    _note_way(tree, path, here)


def _note_way(tree: _Tree, path: Sequence[bytes], above: bytes | None) -> None:
    """Note messages from the last, which answers ``above`` (nothing for the first of a thread), down to the first."""
    if not path:
        return
    root = tree.roots[above] if above is not None else path[-1]
    when, depth = tree.sent[above] if above is not None else (0, -1)
    for one in reversed(path):
        written = tree.by_id[one].written_ms if one in tree.by_id else 0
        when, depth = max(when, written), depth + 1
        tree.roots[one], tree.sent[one] = root, (when, depth)


def _thread(
    tree: _Tree, root: bytes, members: Sequence[Message], home: bytes, erased: frozenset[bytes]
) -> Thread | None:
    ordered = sorted(members, key=lambda one: (*tree.sent[one.id], one.id))
    shown = [replace(one, sent_ms=tree.sent[one.id][0]) for one in _worth_showing(ordered)]
    live = [one for one in shown if not one.withdrawn]
    if not live:
        return None
    top = tree.by_id.get(root)
    state: RootState = "here"
    if top is None:
        state = "erased" if root in erased else "missing"
    elif top.withdrawn:
        state = "withdrawn"
    first = live[0]
    kind = first.kind if state == "here" else ANSWER
    title = "A message that was withdrawn" if state == "withdrawn" else first.heading
    waiting, asks, answered = _turns(live, home)
    return Thread(
        root, title, kind, first.school, first.school_name, shown[0].sent_ms, live[-1].sent_ms,
        sum(not one.read for one in live), waiting, tuple(shown), state, asks, answered,
    )  # fmt: skip


def _worth_showing(ordered: Sequence[Message]) -> list[Message]:
    """Leave out what was withdrawn, except where somebody answered it."""
    needed: set[bytes] = set()
    kept = []
    for one in reversed(ordered):
        if not one.withdrawn or one.id in needed:
            kept.append(one)
            if one.answers is not None:
                needed.add(one.answers)
    return kept[::-1]


def _turns(live: Sequence[Message], home: bytes) -> tuple[bool, bool, bool]:
    """Return whether it is our turn, whether anything was asked, and whether all of that was answered by somebody."""
    waiting, asks, answered = False, False, True
    after: set[bytes] = set()
    for one in reversed(live):
        if one.kind in ASKS:
            others = after - {one.school} if len(after) < 2 else after
            asks, answered = True, answered and bool(others)
            if one.school != home:
                waiting = waiting or (home in one.to and home not in after) or (not one.to and not others)
        after.add(one.school)
    return waiting, asks, asks and answered


def _beginning(text: str) -> str:
    line = text.split("\n", 1)[0].strip()
    return line if len(line) <= 80 else line[:79].rstrip() + "…"


def _searched(one: Message) -> str:
    files = " ".join(enclosure.name for enclosure in one.enclosures)
    parts = (one.title, one.words, one.about, one.why, one.impact, one.how, one.said_by, one.school_name, files)
    return "\n".join(parts)


def counts(threads: Iterable[Thread]) -> Mapping[str, int]:
    """Return how many threads there are of each kind, and under "all", "unread" and "waiting"."""
    found: dict[str, int] = {"all": 0, "unread": 0, "waiting": 0, QUESTION: 0, HELP: 0, NOTICE: 0, PRACTICE: 0}
    for one in threads:
        found["all"] += 1
        found["unread"] += one.unread > 0
        found["waiting"] += one.waiting_for_us
        if one.kind in found:
            found[one.kind] += 1
    return found
