"""The school's main key without an IT department: a new one by the recovery sheet, and work again on a new computer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import backup_files, backups, computers, registers

if TYPE_CHECKING:
    from bursar_desk.clock import Clock
    from bursar_desk.exchange.keys import ComputerKeys, RecoveryKey, SigningIdentity
    from bursar_desk.services.desk import Desk
    from db.register_facts import RegisterFacts
    from db.statements import Statement, TrustBook
    from db.store import Store

SHEET_LINES = 8
_SAFE = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Renewed:
    """A new main key: its words for the phone, and the new recovery sheet to print. The old sheet is to be torn up."""

    name: str
    words: str
    sheet: tuple[str, ...]
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A register that works again on a new computer."""

    register: Path
    label: str
    entries: int
    key: Renewed


def sheet_lines(text: str) -> list[str]:
    """Pick the eight lines out of a typed or saved sheet; other lines of it do not matter."""
    rows = [line.strip() for line in text.splitlines() if line.strip()]
    numbered = [row for row in rows if row[0].isdigit()]
    return numbered if len(numbered) == SHEET_LINES else rows


def read_sheet(trust: TrustBook, school: bytes, lines: Sequence[str]) -> RecoveryKey:
    """Return the recovery key of the sheet that counts for a school now. Raises ``UserError`` that says which it is."""
    from bursar_desk.exchange.keys import RecoveryKey, from_blocks

    recovery = RecoveryKey.from_seed(from_blocks(lines))
    line, name = trust.lines[school], trust.roots[school].name
    if recovery.sign.public == line.current.recovery_sign:
        return recovery
    if recovery.sign.public in line.sheets:
        raise Refused(f"This is an older recovery sheet of {name}.", _SAFE, "Look for the newest one in the safe.")
    raise Refused(
        f"This is not the recovery sheet of {name} that we know.", _SAFE,
        "Check the name on the sheet. If it was printed later, use a newer backup.",
    )  # fmt: skip


def renew(
    desk: Desk, lines: Sequence[str] | None = None, *, lost: bytes | None = None,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
) -> Renewed:  # fmt: skip
    """Give our school a new main key, held by this computer, and a new recovery sheet.

    ``lines`` are those of the sheet; without them the main key of before must be held here. ``lost`` names one of our
    computers to be reported lost in the same step. Everybody who merges our next file is told to ring us.
    """
    facts = desk.store.facts
    if not any(one.sign == facts.writer for one in desk.trust.current(desk.home)):
        raise UserError("This computer has not been let in yet.", _SAFE, "Do this on one that is in use.")
    if lost == facts.writer:
        raise UserError("This is the computer you are working on.", _SAFE, "Name the computer that is lost.")
    by = registers.root_key(desk.store) if lines is None else read_sheet(desk.trust, desk.home, lines).sign
    change = _Change.drawn(entropy)
    said = change.statements(desk.store, by, desk.clock.now_ms(), lost)
    where = registers.key_store_for(desk.store.path, practice=desk.practice)
    held = registers.held_root(desk.store)
    if held is not None:  # a change that was cut off may have left it in the place of the next one
        registers.settle_root(where, facts.register, held)
    registers.save_next_root(where, facts.register, change.root)
    desk.store.add_statements(said)
    registers.settle_root(where, facts.register, change.root)
    return change.renewed(desk.trust, desk.home, lost)


@dataclass(frozen=True, slots=True)
class _Change:
    """A new main key and the seed of the sheet that goes with it."""

    root: SigningIdentity
    seed: bytes

    @classmethod
    def drawn(cls, entropy: Callable[[int], bytes]) -> _Change:
        from bursar_desk.exchange.keys import SigningIdentity

        return cls(SigningIdentity.generate(entropy), entropy(32))

    def statements(
        self, store: Store, by: SigningIdentity, now_ms: int, lost: bytes | None, *extra: Statement
    ) -> list[Statement]:
        """Return the change, every computer in use certified by the new key, and the lost one reported."""
        from bursar_desk.exchange.keys import RecoveryKey
        from db import statements as st

        recovery, facts = RecoveryKey.from_seed(self.seed), store.facts
        said = {
            "root": self.root.public, "recovery_sign": recovery.sign.public, "recovery_box": recovery.box.public,
            "reason": "lost" if lost else "renewed", "said": now_ms,
        }  # fmt: skip
        out = [st.make(st.ROOT_CHANGE, facts.namespace, facts.home, said, by), *extra]
        for one in store.trust.current(facts.home):
            if one.sign != lost:
                again = dict(st.read(one.statement).facts)
                out.append(st.make(st.COMPUTER, facts.namespace, facts.home, again, self.root))
        if lost is not None:
            out.append(computers.revocation(store, lost, st.LOST, self.root, now_ms))
        return out

    def renewed(self, trust: TrustBook, school: bytes, lost: bytes | None) -> Renewed:
        from bursar_desk.exchange.keys import to_blocks
        from bursar_desk.exchange.word_code import words_for

        label = next((one.label for one in trust.computers.get(school, ()) if one.sign == lost), "")
        return Renewed(trust.roots[school].name, words_for(self.root.public), tuple(to_blocks(self.seed)), label)


# --- a new computer, a backup, the sheet -----------------------------------------------------------------------------


def recover(
    copy: Path, register: Path, lines: Sequence[str], *, label: str, lost: bool, clock: Clock,
    progress: Progress | None = None, entropy: Callable[[int], bytes] = secrets.token_bytes,
) -> Recovered:  # fmt: skip
    """Work again on a new computer with a backup and the printed sheet alone.

    The register gets an identity of its own: new computer keys, a new main key introduced by the sheet, a new sheet.
    ``lost`` reports the computer the backup was made on as lost. A kill leaves a whole register or none.
    """
    from bursar_desk import machine
    from bursar_desk.exchange.keys import ComputerKeys, RecoveryKey, from_blocks, save_computer_keys

    from_blocks(lines)  # a slip in typing is said before anything is copied
    if register.exists():
        raise Refused(f"{register.name} exists already.", "It was not touched.", "Choose another name.")
    new = _New(ComputerKeys.generate(entropy), _Change.drawn(entropy), entropy(16), label.strip(), lost)
    with backups.fresh_copy(copy, register, progress or Silent()) as (part, copied):
        if copied.facts.kind == "guest":
            raise Refused("That is the copy of a cover pack.", _SAFE, "Choose a backup of the school's register.")
        where = registers.key_store_for(register, practice=copied.facts.practice)
        around = registers.surroundings(where, new.number, clock, entropy)
        renewed = _make_ours(part, copied.facts, lines, new, around)
        save_computer_keys(where, new.number, new.keys)
        registers.keep_sheet_box(where, new.number, RecoveryKey.from_seed(from_blocks(lines)))
        registers.settle_root(where, new.number, new.change.root)
        backup_files.bring(copy, part, register)
        machine.replace_with_retry(part, register)
        machine.fsync_folder(register.parent)
    return Recovered(register, renewed[1], copied.entries, renewed[0])


@dataclass(frozen=True, slots=True)
class _New:
    """The identity a recovered register gets."""

    keys: ComputerKeys
    change: _Change
    number: bytes
    label: str
    lost: bool


def _make_ours(part: Path, old: RegisterFacts, lines: Sequence[str], new: _New, around: Any) -> tuple[Renewed, str]:
    """Give an unfinished copy its new identity; return the new key and the name of this computer."""
    from db.new_identity import take_identity
    from db.store import Store

    Store.open(part, around).close()  # a copy of an earlier release is brought up first
    take_identity(part, new.number, new.keys.sign.public)
    store = Store.open(part, around)
    try:
        recovery = read_sheet(store.trust, old.home, lines)
        label = new.label or _free_label(store.trust, old.home)
        letter = computers.next_letter(store.trust, old.home)
        own = registers.certify(old.namespace, old.home, new.change.root, new.keys, label, letter)
        lost = old.writer if new.lost else None
        said = new.change.statements(store, recovery.sign, around.clock.now_ms(), lost, own)
        store.add_statements(said)
        backup_files.erase_again(store, old.register)
        store.witness.file.unlink(missing_ok=True)
        return new.change.renewed(store.trust, old.home, lost), label
    finally:
        store.close()


def _free_label(trust: TrustBook, school: bytes) -> str:
    used = {one.label for one in trust.computers.get(school, ())}
    number = 1
    while f"OFFICE-{number}" in used:
        number += 1
    return f"OFFICE-{number}"
