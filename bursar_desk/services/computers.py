"""The computers of a school: who writes for it, letting a new one in, reporting one lost or handed back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bursar_desk.clock import school_day
from bursar_desk.domain import words
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import registers

if TYPE_CHECKING:
    from bursar_desk.clock import Clock
    from bursar_desk.exchange.keys import SigningIdentity
    from bursar_desk.exchange.sending import Sent
    from bursar_desk.services.desk import Desk
    from db.queries.computers import StreamUse
    from db.statements import Computer, Statement, TrustBook
    from db.store import Store

State = Literal["this one", "in use", "lost", "left", "waiting"]
_SAFE = "Nothing was changed."
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class ComputerLine:
    """One computer: its name, its state, what it wrote as far as it is held here, and a sentence on what is unusual.

    ``entries`` counts acts; ``last_entry_ms`` is 0 when there is none; ``epochs`` is under how many names it wrote;
    ``forks`` how often its history went two ways. ``sign`` names it for the other functions here.
    """

    school: bytes
    school_name: str
    sign: bytes
    label: str
    letter: str
    state: State
    entries: int
    last_entry_ms: int
    epochs: int
    forks: int
    sentence: str

    @property
    def state_words(self) -> str:
        """Return the state as people read it."""
        return STATE_WORDS[self.state]


STATE_WORDS: dict[State, str] = {
    "this one": "This computer", "in use": "In use", "lost": "Lost", "left": "Handed back",
    "waiting": "Not let in yet",
}  # fmt: skip


def listing(desk: Desk) -> list[ComputerLine]:
    """Return the computers of every school known here, our own first, each school's by letter."""
    from db.queries.computers import uses

    with desk.store.connect() as con:
        written = uses(con)
    by_writer: dict[bytes, list[StreamUse]] = {}
    for one in written:
        by_writer.setdefault(one.writer, []).append(one)
    trust = desk.trust
    lines = [
        _line(desk, trust, computer, by_writer.get(computer.sign, []))
        for computers in trust.computers.values()
        for computer in computers
    ]
    waiting = _waiting_line(desk)
    if waiting is not None:
        lines.append(waiting)
    return sorted(lines, key=lambda one: (one.school != desk.home, one.school_name, one.letter, one.label, one.sign))


def _line(desk: Desk, trust: TrustBook, computer: Computer, written: list[StreamUse]) -> ComputerLine:
    own = [one for one in written if not one.channel.startswith("cover/")] or written
    lost = trust.revoked.get((computer.school, computer.sign))
    state: State = "in use"
    if lost is not None:
        state = "left" if lost.reason == "left" else "lost"
    elif computer.sign == desk.store.facts.writer and computer.school == desk.home:
        state = "this one"
    said = []
    if lost is not None:
        day = words.long_date(school_day(lost.said))
        how = "Handed back" if state == "left" else "Reported lost"
        said.append(f"{how} on {day}. What it wrote before stands.")
    said.extend(_unusual(computer.label, own))
    return ComputerLine(
        computer.school, desk.school_name(computer.school), computer.sign, computer.label, computer.letter, state,
        sum(one.entries for one in written), max((one.last for one in written), default=0),
        len({one.epoch for one in own}), sum(bool(one.forked) for one in written), " ".join(said),
    )  # fmt: skip


def _unusual(label: str, written: list[StreamUse]) -> list[str]:
    """Say in words that a history went two ways, or began anew."""
    epochs: dict[bytes, tuple[int, int]] = {}
    for one in written:
        first, last = epochs.get(one.epoch, (one.first, one.last))
        epochs[one.epoch] = (min(first, one.first), max(last, one.last))
    spans = sorted(epochs.values())
    since = [one.forked for one in written if one.forked]
    since += [later[0] for n, later in enumerate(spans) if any(one[1] > later[0] for one in spans[:n])]
    if since:
        day = words.plain_date(school_day(min(since)))
        return [f"{label} has worked on two copies of the register since {day}. Both are kept; nothing is lost."]
    if len(spans) > 1:
        day = words.plain_date(school_day(spans[-1][0]))
        return [f"{label} began again under a new name on {day}, from a copy. Nothing is lost."]
    return []


def _waiting_line(desk: Desk) -> ComputerLine | None:
    """Return this computer while nobody has let it in."""
    asked = own_request(desk)
    mine = desk.store.facts.writer
    if asked is None or any(one.sign == mine for one in desk.trust.computers.get(desk.home, ())):
        return None
    said = "Take its request file to the computer with the main key. Then merge the welcome file here."
    label = str(asked.facts["label"])
    return ComputerLine(desk.home, desk.name, mine, label, "", "waiting", 0, 0, 0, 0, said)


def own_request(desk: Desk) -> Statement | None:
    """Return the request this computer made to be let in, if it made one."""
    from db.statements import REQUEST, stored

    with desk.store.connect() as con:
        found = [one for one in stored(con) if one.kind == REQUEST and one.signer == desk.store.facts.writer]
    return found[0] if found else None


def find(desk: Desk, named: str) -> Computer:
    """Return one of our computers by name or letter. Raises ``UserError`` naming those there are."""
    listed = desk.trust.computers.get(desk.home, [])
    wanted = named.casefold().strip()
    found = [one for one in listed if wanted in (one.label.casefold(), one.letter.casefold(), one.sign.hex())]
    if len(found) != 1:
        names = words.listing([f"{one.label} ({one.letter})" for one in sorted(listed, key=lambda one: one.letter)])
        raise UserError(f"“{named}” is not one of our computers.", _SAFE, f"They are: {names}.")
    return found[0]


# --- a new computer --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A new register that waits to be let in; both lots of words are compared on the phone."""

    store: Store
    school_name: str
    school_words: str
    words: str
    file: Path


def ask_to_join(
    path: Path, card: Path, label: str, out: Path, clock: Clock, entropy: Callable[[int], bytes] = secrets.token_bytes
) -> Asked:
    """Make a register on a new computer for the school of a card, and write the request to be let in.

    It has keys of its own; until its school lets it in, it can merge files but writes nothing.
    """
    from bursar_desk.exchange import open_letters
    from bursar_desk.exchange.keys import ComputerKeys, save_computer_keys
    from bursar_desk.exchange.receiving import receive
    from bursar_desk.exchange.word_code import words_for
    from db import statements as st
    from db.store import Founding, Store

    if not label.strip():
        raise UserError("The computer needs a name.", _SAFE, "Type a name such as OFFICE-2.")
    letter = open_letters.read(card)
    if letter.request is not None:
        raise Refused("This is a computer's request, not the school's card.", _SAFE, "Choose the card.")
    incoming = receive(card, [], [], letter.namespace, kinds=("card",))
    school = incoming.file.school
    root, namespace = incoming.trust.roots[school], letter.namespace
    keys, register = ComputerKeys.generate(entropy), entropy(16)
    facts = {"sign": keys.sign.public, "box": keys.box.public, "label": label.strip()}
    asked = st.make(st.REQUEST, namespace, school, facts, keys.sign)
    practice = namespace == registers.PRACTICE
    where = registers.key_store_for(path, practice=practice)
    known = (*incoming.file.statements, asked)
    founding = Founding(register, namespace, school, root.sort, practice, keys.sign.public, known)
    save_computer_keys(where, register, keys)
    store = Store.create(path, founding, registers.surroundings(where, register, clock, entropy))
    open_letters.write(out, keys, namespace, clock.now_ms(), [asked])
    return Asked(store, root.name, words_for(root.root), _words_of(asked), out)


def write_request(desk: Desk, out: Path) -> str:
    """Write the request of this computer once more; return its words."""
    from bursar_desk.exchange import open_letters

    asked = own_request(desk)
    if asked is None:
        raise UserError("This computer was let in from the start.", "Nothing was written.", "There is nothing to ask.")
    keys = registers.computer_keys(desk.store)
    open_letters.write(out, keys, desk.store.facts.namespace, desk.clock.now_ms(), [asked])
    return _words_of(asked)


def own_words(desk: Desk) -> str:
    """Return the words of this computer's own request; empty when it made none."""
    asked = own_request(desk)
    return _words_of(asked) if asked is not None else ""


def _words_of(asked: Statement) -> str:
    from bursar_desk.exchange.word_code import words_for

    return words_for(asked.facts["sign"] + asked.facts["box"])


@dataclass(frozen=True, slots=True)
class Request:
    """What a new computer asks: its name, and the words it shows on its own screen."""

    label: str
    words: str
    known: bool
    statement: Statement


def read_request(desk: Desk, path: Path) -> Request:
    """Read a request. Nothing is believed yet: compare the words with those on the new computer."""
    from bursar_desk.exchange import open_letters

    asked = open_letters.read(path).request
    if asked is None:
        raise Refused("This is not a computer's request.", _SAFE, "Choose the file the new computer wrote.")
    if asked.namespace != desk.store.facts.namespace or asked.school != desk.home:
        raise Refused(f"This computer asks another school, not {desk.name}.", _SAFE, "Make its request with our card.")
    known = any(one.sign == asked.facts["sign"] for one in desk.trust.computers.get(desk.home, ()))
    return Request(str(asked.facts["label"]), _words_of(asked), known, asked)


def let_in(desk: Desk, path: Path, said: str, out: Path, progress: Progress | None = None) -> Sent:
    """Let a computer write for us, and write the welcome file with everything for it.

    ``said`` are the words read out from its screen; they must be the request's. Doing it again only writes the file.
    """
    from bursar_desk.exchange.sending import send
    from bursar_desk.exchange.word_code import same_words

    request = read_request(desk, path)
    if not same_words(said, request.words):
        raise Refused(
            f"Those are not the words of this request: it says “{request.words}”.", _SAFE,
            "Read the words on the new computer's screen again. If they differ, do not let it in.",
        )  # fmt: skip
    sign = request.statement.facts["sign"]
    if (desk.home, sign) in desk.trust.revoked:
        raise Refused(f"{request.label} was reported lost or handed back.", _SAFE, "Let it ask again with new keys.")
    if not request.known:
        desk.store.add_statements([_certificate(desk, request)])
    keys = registers.computer_keys(desk.store)
    return send(desk.store, keys, out, [desk.home], progress or Silent(), everything=True)


def _certificate(desk: Desk, request: Request) -> Statement:
    from db import statements as st

    f = request.statement.facts
    facts = {
        "sign": f["sign"], "box": f["box"], "label": request.label, "letter": next_letter(desk.trust, desk.home),
        "asked": request.statement.raw,
    }  # fmt: skip
    return st.make(st.COMPUTER, desk.store.facts.namespace, desk.home, facts, registers.root_key(desk.store))


def next_letter(trust: TrustBook, school: bytes) -> str:
    """Return the letter of a school's next computer: A to Z, then AA and on."""
    used = {one.letter for one in trust.computers.get(school, ())}
    number = 0
    while True:
        number += 1
        left, name = number, ""
        while left:
            left, place = divmod(left - 1, 26)
            name = _LETTERS[place] + name
        if name not in used:
            return name


# --- lost, handed back -----------------------------------------------------------------------------------------------


def report(desk: Desk, sign: bytes, reason: Literal["lost", "left"]) -> str:
    """Say that one of our computers writes no longer. What is held here of it stands; what comes later is held back.

    Only the computer with the main key can say so. Returns the sentence to show.
    """
    one = next((each for each in desk.trust.current(desk.home) if each.sign == sign), None)
    if one is None:
        raise UserError("That computer is not in use.", _SAFE, "Look at the list of computers.")
    if sign == desk.store.facts.writer:
        raise UserError(
            "This is the computer you are working on.", _SAFE, "Report it on another computer with the main key."
        )
    said = revocation(desk.store, sign, reason, registers.root_key(desk.store), desk.clock.now_ms())
    desk.store.add_statements([said])
    how = "reported lost" if reason == "lost" else "handed back"
    return f"{one.label} is {how}. What it wrote before stands. Files made from now on cannot be opened on it."


def revocation(store: Store, sign: bytes, reason: str, root: SigningIdentity, said_ms: int) -> Statement:
    """Return the word that a computer writes no longer, with all that is held here of what it wrote and agreed."""
    from db import statements as st
    from db.queries.computers import heads_of_writer

    with store.connect() as con:
        seen = [list(head) for head in heads_of_writer(con, sign)]
        agreed = [one.hash for one in st.stored(con) if one.kind == st.GRANT and one.signer == sign]
    facts = {"sign": sign, "seen": seen, "reason": reason, "said": said_ms, "grants": agreed}
    return st.make(st.REVOKE, store.facts.namespace, store.facts.home, facts, root)


def withdraw(desk: Desk, cover: bytes) -> str:
    """End a cover we gave before its time. What was recorded till now stands; later entries wait to be confirmed.

    Any of our computers may say so. Returns the sentence to show.
    """
    from bursar_desk.domain.operations import cover_channel
    from bursar_desk.services import cover as cover_service
    from db import statements as st
    from db.queries.computers import heads_of_channel

    line = cover_service.get(desk, cover)
    grant = desk.trust.grants.get(line.grant) if line.grant else None
    if grant is None or grant.school != desk.home:
        raise UserError(f"No cover pack was made for {line.helper} yet.", _SAFE, "There is nothing to end.")
    if (desk.home, grant.id) not in desk.trust.withdrawn:
        with desk.store.connect() as con:
            seen = [list(head) for head in heads_of_channel(con, desk.home, cover_channel(grant.id))]
        facts = {"id": grant.id, "seen": seen, "said": desk.clock.now_ms()}
        keys = registers.computer_keys(desk.store)
        desk.store.add_statements([st.make(st.WITHDRAW, desk.store.facts.namespace, desk.home, facts, keys.sign)])
    return (
        f"The cover by {line.helper} is ended. What is here already stands; what comes later waits for you to confirm "
        f"it. Send {line.helper_school_name} a file so that they know."
    )


def is_ended(desk: Desk, grant: bytes | None) -> bool:
    """Tell whether a cover was ended before its time."""
    return grant is not None and (desk.home, grant) in desk.trust.withdrawn
