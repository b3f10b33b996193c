"""Founding and opening registers: a school's first computer, its next one, a cluster office; and the keys of each."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk import machine
from bursar_desk.domain.errors import CannotOpen, UserError
from bursar_desk.domain.identity import office_id, school_id

if TYPE_CHECKING:
    from bursar_desk.clock import Clock
    from bursar_desk.exchange.keys import BoxIdentity, ComputerKeys, KeyStore, RecoveryKey, SigningIdentity
    from db.statements import Statement
    from db.store import Store

REAL: Final = hashlib.sha256(b"bursar.namespace.schools.england").digest()[:16]
PRACTICE: Final = hashlib.sha256(b"bursar.namespace.practice").digest()[:16]
"""Practice registers live in a namespace of their own and can never merge with a real school's."""
_ROOT: Final = "root"
_NEXT: Final = ".next"
_SHEET: Final = ".sheet"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who a register is founded for; ``facts`` are public (name, urn, position) and go into the root statement."""

    name: str
    sort: str  # "school" or "office"
    urn: str = ""
    label: str = "OFFICE-1"
    letter: str = "A"
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Founded:
    """A new register, open, with the recovery sheet to print and put in the safe."""

    store: Store
    recovery: tuple[str, ...]


def key_store_for(path: Path, *, practice: bool) -> KeyStore:
    """Return where a register's keys are kept on this computer."""
    import os

    from bursar_desk.exchange.keys import choose_key_store

    return choose_key_store(path, practice=practice, environ=os.environ)


def found(
    path: Path,
    newcomer: Newcomer,
    *,
    practice: bool,
    clock: Clock,
    keys: KeyStore | None = None,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
    seed: bytes | None = None,
) -> Founded:
    """Found a school or an office: root key, recovery key, this computer's keys, and an empty register.

    ``seed``: the 32 bytes behind a recovery sheet that was printed before; without it a new sheet comes back.
    """
    from bursar_desk.exchange.keys import ComputerKeys, RecoveryKey, SigningIdentity, save_computer_keys, to_blocks
    from db import statements as st
    from db.store import Founding, Store

    namespace = PRACTICE if practice else REAL
    root, computer = SigningIdentity.generate(entropy), ComputerKeys.generate(entropy)
    seed = seed or entropy(32)
    recovery = RecoveryKey.from_seed(seed)
    home = school_id(namespace, newcomer.urn) if newcomer.sort == "school" else office_id(namespace, root.public)
    facts = {
        **(newcomer.facts or {}),
        "name": newcomer.name,
        "sort": newcomer.sort,
        "urn": newcomer.urn,
        "recovery_sign": recovery.sign.public,
        "recovery_box": recovery.box.public,
        "founded": clock.now_ms(),
    }
    said = (
        st.make(st.ROOT, namespace, home, facts, root),
        certify(namespace, home, root, computer, newcomer.label, newcomer.letter),
    )
    register = entropy(16)
    where = keys or key_store_for(path, practice=practice)
    founding = Founding(register, namespace, home, newcomer.sort, practice, computer.sign.public, said)
    save_computer_keys(where, register, computer)
    where.save(_root_name(register), root.secret)
    store = Store.create(path, founding, surroundings(where, register, clock, entropy))
    return Founded(store, tuple(to_blocks(seed)))


def _root_name(register: bytes) -> str:
    return f"{register.hex()}.{_ROOT}"


def certify(
    namespace: bytes, home: bytes, root: SigningIdentity, computer: ComputerKeys, label: str, letter: str
) -> Statement:  # its own first computer, or one in the same hands; others ask (services.computers.let_in)
    """Let a school's root key say that a computer writes for it."""
    from db import statements as st

    facts = {"sign": computer.sign.public, "box": computer.box.public, "label": label, "letter": letter}
    return st.make(st.COMPUTER, namespace, home, facts, root)


def second_computer(first: Store, path: Path, *, label: str, letter: str, clock: Clock) -> Store:
    """Make the register of a school's next computer: its own keys, certified by the first one's root key.

    It holds nothing yet but who it is; the first exported file brings the rest.
    """
    from bursar_desk.exchange.keys import ComputerKeys, save_computer_keys
    from db.store import Founding, Store

    facts = first.facts
    root = root_key(first)
    computer = ComputerKeys.generate()
    said = certify(facts.namespace, facts.home, root, computer, label, letter)
    first.add_statements([said])
    with first.connect() as con:
        from db.statements import stored

        known = tuple(stored(con))
    register = secrets.token_bytes(16)
    where = key_store_for(path, practice=facts.practice)
    save_computer_keys(where, register, computer)
    founding = Founding(register, facts.namespace, facts.home, facts.kind, facts.practice, computer.sign.public, known)
    return Store.create(path, founding, surroundings(where, register, clock, secrets.token_bytes))


def root_key(store: Store) -> SigningIdentity:
    """Return the school's present main key. Raises ``UserError`` on a computer that does not hold it."""
    found = held_root(store)
    if found is None:
        raise UserError(
            "This computer does not hold the school's main key.",
            "Nothing was changed.",
            "Do this on the computer that holds it, or bring the main key here with the recovery sheet.",
        )
    return found


def held_root(store: Store) -> SigningIdentity | None:
    """Return the main key that counts now, if this computer holds it."""
    from bursar_desk.exchange.keys import SigningIdentity

    where = key_store_for(store.path, practice=store.facts.practice)
    root = store.trust.roots.get(store.facts.home)
    for name in (_root_name(store.facts.register), _root_name(store.facts.register) + _NEXT):
        secret = where.load(name)
        if secret is not None and root is not None:
            identity = SigningIdentity(secret)
            if identity.public == root.root:
                return identity
    return None


def save_next_root(where: KeyStore, register: bytes, root: SigningIdentity) -> None:
    """Keep a main key that is about to count; the one before it stays until ``settle_root``."""
    where.save(_root_name(register) + _NEXT, root.secret)


def settle_root(where: KeyStore, register: bytes, root: SigningIdentity) -> None:
    """Let a main key take the place of the one before it on this computer."""
    where.save(_root_name(register), root.secret)
    where.delete(_root_name(register) + _NEXT)


def computer_keys(store: Store) -> ComputerKeys:
    """Return this computer's keys for a register."""
    return _computer_keys(key_store_for(store.path, practice=store.facts.practice), store.facts.register)


def keep_sheet_box(where: KeyStore, register: bytes, recovery: RecoveryKey) -> None:
    """Keep what opens the files that were sealed to a sheet that is used up; it signs nothing."""
    where.save(register.hex() + _SHEET, recovery.box.secret)


def boxes(store: Store) -> list[BoxIdentity]:
    """Return all that opens files on this computer: its own key, and that of the sheet it was brought back with.

    Neighbours who do not know of the new computer yet seal to the old one and to the sheet of that time.
    """
    from bursar_desk.exchange.keys import BoxIdentity

    where = key_store_for(store.path, practice=store.facts.practice)
    old = where.load(store.facts.register.hex() + _SHEET)
    return [computer_keys(store).box, *([BoxIdentity(old)] if old is not None else [])]


def _computer_keys(where: KeyStore, register: bytes) -> ComputerKeys:
    from bursar_desk.exchange.keys import load_computer_keys

    found_keys = load_computer_keys(where, register)
    if found_keys is None:
        raise CannotOpen(
            "This computer's keys for the register are missing.",
            "Nothing was changed.",
            "If the register was copied here, open it where it came from and add this computer there.",
        )
    return found_keys


def surroundings(where: KeyStore, register: bytes, clock: Clock, entropy: Callable[[int], bytes]) -> Any:
    """Return what a store is handed from outside."""
    from db.store import Surroundings

    kept: list[ComputerKeys] = []

    def keys() -> ComputerKeys:
        """Read at the first write, and kept as long as the register is open."""
        if not kept:
            kept.append(_computer_keys(where, register))
        return kept[0]

    return Surroundings(
        clock=clock,
        signer=lambda: keys().sign,
        local=machine.local_folder(),
        machine=machine.machine_id(),
        entropy=entropy,
    )


def open_store(path: Path, *, clock: Clock, read_only: bool = False) -> Store:
    """Open a register with the keys of this computer, which are read at the first write."""
    from db import raw
    from db.store import Store, raw_facts

    with raw.said(path):
        if not read_only and path.with_name(path.name + "-journal").exists():
            raw.connect(path).close()  # a write that was cut off is rolled back before anything is read
        facts = raw_facts(path)
        where = key_store_for(path, practice=facts.practice)
        return Store.open(path, surroundings(where, facts.register, clock, secrets.token_bytes), read_only=read_only)
