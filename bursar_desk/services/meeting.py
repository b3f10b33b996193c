"""Meeting another school for the first time: cards, and the words compared over the phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words as said_words
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.domain.operations import COMPLIANCE, INCIDENTS, PEOPLE
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import registers

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.statements import TrustBook
    from db.store import Store

HUB_CHANNELS = (COMPLIANCE, PEOPLE)
NEIGHBOUR_CHANNELS = (PEOPLE,)


@dataclass(frozen=True, slots=True)
class Card:
    """A school's card: who it says it is, and the words to compare on the phone."""

    school: bytes
    name: str
    words: str
    known: bool


def write_card(desk: Desk, path: Path) -> Card:
    """Write this school's card: its root statement and its computers, signed, readable by anybody."""
    from bursar_desk.exchange import open_letters
    from db.statements import COMPUTER, REVOKE, ROOT, ROOT_CHANGE, stored

    kinds = (ROOT, ROOT_CHANGE, COMPUTER, REVOKE)
    with desk.store.connect() as con:
        own = [one for one in stored(con) if one.school == desk.home and one.kind in kinds]
    keys = registers.computer_keys(desk.store)
    open_letters.write(path, keys, desk.store.facts.namespace, desk.clock.now_ms(), own)
    return _card(desk.trust, desk.home, known=True)


def _card(trust: TrustBook, school: bytes, *, known: bool) -> Card:
    from bursar_desk.exchange.word_code import words_for

    root = trust.roots[school]
    return Card(school, root.name, words_for(root.root), known)


def read_card(desk: Desk, path: Path) -> Card:
    """Read a card and return its words; nothing is believed yet."""
    incoming = _open_card(desk, path)
    return _card(incoming.trust, incoming.file.school, known=incoming.file.school in desk.trust.roots)


def _open_card(desk: Desk, path: Path) -> Any:
    from bursar_desk.exchange.receiving import receive
    from db.statements import stored

    with desk.store.connect() as con:
        known = stored(con)
    try:
        return receive(path, [], known, desk.store.facts.namespace, kinds=("card",))
    except Refused:
        if _is_request(path):
            raise Refused(
                "This is the request of a new computer, not a school's card.", "Nothing was changed.",
                "Open it with “Let a computer in” on the Computers page.",
            ) from None  # fmt: skip
        raise


def _is_request(path: Path) -> bool:
    from bursar_desk.exchange import open_letters

    try:
        return open_letters.read(path).request is not None
    except Refused:
        return False


def accept_card(desk: Desk, path: Path, words: str | None = None) -> Card:
    """Believe a card from now on. ``words`` are what the other school read out; they must be the card's."""
    from bursar_desk.exchange.word_code import same_words

    incoming = _open_card(desk, path)
    card = _card(incoming.trust, incoming.file.school, known=incoming.file.school in desk.trust.roots)
    if words is not None and not same_words(words, card.words):
        raise Refused(
            f"Those are not the words on this card: it says “{card.words}”.",
            "Nothing was changed.",
            f"Ring {card.name} on a number you know, and compare again.",
        )
    desk.store.add_statements(incoming.file.statements)
    return card


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """Who may read what of ours: ``channels`` as they are named in files, ``words`` as people say it."""

    school: bytes
    name: str
    role: str
    channels: tuple[str, ...]
    settles: bool
    words: str


ROLES: Final = {"hub": HUB_CHANNELS, "neighbour": NEIGHBOUR_CHANNELS, "member": NEIGHBOUR_CHANNELS}
_SAYS: Final = {COMPLIANCE: "checks and faults", PEOPLE: "people and cover", INCIDENTS: "accidents"}


def readers(desk: Desk) -> list[ReaderLine]:
    """Return who may read this register, by name."""
    found = [
        ReaderLine(
            one.subject, desk.school_name(one.subject), one.role, one.channels, one.settles,
            said_words.listing([_SAYS.get(channel, channel) for channel in one.channels] or ["messages only"]),
        )
        for one in desk.trust.readers_of(desk.home)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.name)


def let_read(
    desk: Desk, reader: bytes, *, channels: Sequence[str] | None = None, role: str = "neighbour", settles: bool = False
) -> None:
    """Let another school or office read channels of ours: a hub checks and people, a neighbour people, by default.

    It replaces what was said of that reader before. Only the computer with the main key can say so.
    """
    if role not in ROLES:
        raise UserError(f"“{role}” is no role.", "Nothing was changed.", f"Say one of: {', '.join(ROLES)}.")
    if reader not in desk.trust.roots:
        raise UserError("We have not met that school yet.", "Nothing was changed.", "Exchange cards with them first.")
    allowed = ROLES[role] if channels is None else channels
    odd = [one for one in allowed if one not in _SAYS]
    if odd:
        raise UserError(
            f"“{odd[0]}” is nothing others may read.", "Nothing was changed.", f"Say one of: {', '.join(_SAYS)}."
        )
    _say(desk, reader, allowed, role, settles=settles)


def stop_reading(desk: Desk, reader: bytes) -> str:
    """Let a school or office read nothing more of ours; return the sentence for the person.

    What they received already stays with them, and what they settled for us stays settled.
    """
    if not any(one.subject == reader for one in desk.trust.readers_of(desk.home)):
        raise UserError(f"{desk.school_name(reader)} reads nothing of ours.", "Nothing was changed.")
    from db.certificates import FORMER

    _say(desk, reader, (), FORMER, settles=False)
    return f"{desk.school_name(reader)} receives nothing more of ours. What they have already stays with them."


def _say(desk: Desk, reader: bytes, channels: Sequence[str], role: str, *, settles: bool) -> None:
    earlier = [one.said for one in desk.trust.readers if (one.school, one.subject) == (desk.home, reader)]
    said = max(desk.clock.now_ms(), max(earlier, default=0) + 1)  # the latest word counts, also by a slow clock
    desk.store.add_statements(
        [_reader(desk.store, desk.trust, reader, channels, role, settles=settles, said=said)]
    )


def _reader(
    store: Store, trust: TrustBook, reader: bytes, channels: Sequence[str], role: str, *, settles: bool, said: int = 0
) -> Any:
    from db import statements as st

    facts = {
        "subject": reader,
        "subject_root": trust.roots[reader].root,
        "channels": list(channels),
        "settles": settles,
        "role": role,
        **({"said": said} if said else {}),
    }
    return st.make(st.READER, store.facts.namespace, store.facts.home, facts, registers.root_key(store))


def introduce_all(
    stores: Sequence[Store],
    hubs: dict[bytes, bytes],
    *,
    settles: bool,
    progress: Progress | None = None,
    offices: Sequence[bytes] = (),
) -> None:
    """Let a whole partnership know each other: neighbours read each other's people, a hub also the checks.

    ``hubs`` names for each school id the office that may read it and perhaps settle; ``offices`` may read every
    school. For partnerships that were set up together, as the practice ones are; real schools meet by cards.
    """
    from db import statements as st
    from db.statements import TrustBook, stored

    watch = progress or Silent()
    by_school: dict[bytes, Store] = {}
    known = {}
    for store in stores:
        by_school.setdefault(store.facts.home, store)
        with store.connect() as con:
            known.update({one.hash: one for one in stored(con)})
    everybody = TrustBook.of(known.values())
    homes = [school for school in by_school if everybody.roots[school].sort == "school"]
    for owner in homes:
        store = by_school[owner]
        for other in homes:
            if other != owner:
                one = _reader(store, everybody, other, NEIGHBOUR_CHANNELS, "neighbour", settles=False)
                known[one.hash] = one
        own = hubs.get(owner)
        for office in dict.fromkeys([*([own] if own else []), *offices]):
            one = _reader(store, everybody, office, HUB_CHANNELS, "hub", settles=settles and office == own)
            known[one.hash] = one
            if office in by_school:  # the courses it bought for its schools reach them
                one = _reader(by_school[office], everybody, owner, NEIGHBOUR_CHANNELS, "member", settles=False)
                known[one.hash] = one
    said = list(known.values())
    for n, store in enumerate(stores, 1):
        watch.step("Introducing the schools to each other", n, len(stores))
        store.add_statements([one for one in said if _concerns(one, st, store.facts.home)])


def _concerns(one: Any, kinds: Any, home: bytes) -> bool:
    """A register keeps who everybody is, what it said itself, and what it may read."""
    public = (kinds.ROOT, kinds.ROOT_CHANGE, kinds.COMPUTER, kinds.REVOKE)
    return bool(one.kind in public or one.school == home or one.facts.get("subject") == home)
