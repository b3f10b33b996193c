"""Signing in at a shared PC: a PIN or words for each person, kept as a salted hash on the school's own computers.

A PIN says who is at the desk; it is not what keeps the register secret. Whoever may use this computer's account can
read its files. Wrong tries are counted in two small files, one beside the register and one in this computer's own
folder, and the worse of the two counts: starting again, or putting an older copy back, gives no new tries.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.pin_rules import LONGEST, MOST_WRONG, SHORTEST, is_digits, wait_after, wrong_with

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import PersonRow

COST: Final = 1 << 16
"""scrypt's n; with blocks of 8 it takes 64 MiB and about a fifth of a second."""
_BLOCK, _LANES, _BYTES = 8, 1, 32
_KIND: Final = "scrypt"
_LOCK_MINUTES: Final = "lock_minutes"
LOCK_MINUTES: Final = 10
"""Minutes without a key or a click after which the window locks, unless the school chose otherwise; 0 for never."""
MOST_MINUTES: Final = 240
_SAFE: Final = "Nothing was changed."
Ticks = Callable[[], float]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person of this school and how they sign in: ``digits`` by a PIN of ``length``, else by words; ``has_pin`` when
    they can.
    """

    person: bytes
    name: str
    job: str
    manages: bool
    has_pin: bool
    digits: bool
    length: int = 0
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try: ``ok``, or ``wait`` seconds until the next one counts, or ``locked``."""

    ok: bool
    wait: int = 0
    locked: bool = False
    sentence: str = ""


# --- who -------------------------------------------------------------------------------------------------------------


def in_use(desk: Desk) -> bool:
    """Tell whether anybody here signs in; while nobody does the register opens as it always did."""
    return not desk.is_guest and any(one.has_pin for one in listing(desk))


def listing(desk: Desk) -> tuple[SignIn, ...]:
    """Return the people who work here and how each signs in, by name."""
    from db.queries.people import people
    from db.queries.pins import pins

    if desk.is_guest:
        return ()
    with desk.store.connect() as con:
        kept = pins(con, desk.home)
        here = [one for one in people(con, desk.home) if one.here(desk.today)]
    counted = _Guesses.of(desk)
    return tuple(_sign_in(one, kept.get(one.id, ""), counted) for one in here)


def _sign_in(one: PersonRow, secret: str, counted: _Guesses) -> SignIn:
    job = one.job_title or one.role.capitalize()
    length = _length(secret)
    locked = counted.wrong(one.id) >= MOST_WRONG
    return SignIn(one.id, one.name, job, one.manages, bool(secret), not secret or length > 0, length, locked)


def _named(desk: Desk, person: bytes) -> SignIn:
    for one in listing(desk):
        if one.person == person:
            return one
    raise UserError("That person does not work here.", _SAFE, "Choose somebody from the list.")


# --- setting ---------------------------------------------------------------------------------------------------------


def set_pin(desk: Desk, person: bytes, pin: str) -> Changes:
    """Let somebody sign in by a PIN of 4 to 8 digits (6 to 8 for managers), or by words.

    Raises ``UserError`` for what is easy to guess, for whoever may not, and for a first PIN of somebody who does not
    manage: nobody could manage the register afterwards.
    """
    one = _named(desk, person)
    _may_set(desk, person)
    wrong = wrong_with(pin, manages=one.manages, names=(one.name, desk.name))
    if wrong:
        raise UserError(wrong, _SAFE, "Choose another one.")
    others = listing(desk)
    if not one.manages and not any(each.has_pin and each.manages for each in others):
        raise UserError(
            "Nobody who manages the register has a PIN yet.", _SAFE, "Set one for the business manager first."
        )
    changes = _keep(desk, one, _hashed(pin))
    _Guesses.of(desk).forget(person)
    return changes


def clear(desk: Desk, person: bytes) -> Changes:
    """Take somebody's PIN away; they cannot sign in until they have another, unless nobody needs one any more."""
    one = _named(desk, person)
    _may_set(desk, person)
    if not one.has_pin:
        raise UserError(f"{one.name} has no PIN.", _SAFE, "There is nothing to do.")
    rest = [each for each in listing(desk) if each.has_pin and each.person != person]
    if rest and not any(each.manages for each in rest):
        raise UserError(
            f"Only {one.name} manages the register and has a PIN.", _SAFE, "Take the other PINs away first."
        )
    return _keep(desk, one, None)


def _keep(desk: Desk, one: SignIn, secret: str | None) -> Changes:
    from db.queries.pins import pin_rows

    with desk.store.connect() as con:
        row = pin_rows(con, desk.home).get(one.person)
    with desk.act(ActCode.SET_PIN, subject=one.name if secret else f"none for {one.name}") as act:
        if row is not None:
            act.set("pin", row, {"secret": secret})
        else:
            whose = one.person.hex()
            named = act.session.derived(desk.home, "pin", whose)
            act.create("pin", {"whose": whose, "person": one.person, "secret": secret}, row=named)
    return Changes(frozenset(act.tables), act.note.act)


def _may_set(desk: Desk, person: bytes) -> None:
    acting = desk.person
    if acting is not None and not acting.manages and acting.id != person:
        raise UserError("Only someone who manages the register can do that.", _SAFE, "Ask the business manager.")


def unlock(desk: Desk, person: bytes) -> None:
    """Let somebody try again after ten wrong PINs; only whoever manages the register can."""
    acting = desk.person
    if acting is not None and not acting.manages:
        raise UserError("Only someone who manages the register can do that.", _SAFE, "Ask the business manager.")
    _Guesses.of(desk).forget(_named(desk, person).person)


# --- trying ----------------------------------------------------------------------------------------------------------


def check(desk: Desk, person: bytes, pin: str, *, ticks: Ticks = time.monotonic) -> Tried:
    """Try a PIN. A try is counted on the disk before it is looked at, so ending the program gives none back.

    ``ticks`` are seconds that only go forward: no change of the clock shortens a wait.
    """
    from db.queries.pins import pins

    with desk.store.connect() as con:
        secret = pins(con, desk.home).get(person, "")
    one = _named(desk, person)
    if not secret:
        return Tried(False, sentence=f"{one.name} has no PIN yet. Someone who manages the register can set one.")
    counted = _Guesses.of(desk, ticks)
    before = counted.wrong(person)
    if before >= MOST_WRONG:
        return _locked()
    wait = counted.wait(person)
    if wait > 0:
        return Tried(False, wait, sentence=f"Wait {_seconds(wait)}, then try again.")
    counted.count(person)
    if _matches(secret, pin):
        counted.forget(person)
        return Tried(True)
    if before + 1 >= MOST_WRONG:
        return _locked()
    return _refused(before + 1, digits=_length(secret) > 0)


def _refused(wrong: int, *, digits: bool) -> Tried:
    what = "That PIN does not match." if digits else "Those words do not match."
    wait = wait_after(wrong)
    if wait:
        left = MOST_WRONG - wrong
        last = f" {words.count(left, 'more try', 'more tries')} before it locks." if left <= 4 else ""
        return Tried(False, wait, sentence=f"{what} Wait {_seconds(wait)}, then try again.{last}")
    return Tried(False, sentence=f"{what} {words.count(3 - wrong, 'more try', 'more tries')}, then wait a minute.")


def _locked() -> Tried:
    said = "Locked after ten wrong tries. Someone who manages the register can unlock it."
    return Tried(False, locked=True, sentence=said)


def _seconds(wait: int) -> str:
    return words.count(wait, "second") if wait < 60 else words.count(math.ceil(wait / 60), "minute")


def _hashed(pin: str) -> str:
    salt = secrets.token_bytes(16)
    kind = str(len(pin)) if is_digits(pin) else "words"  # so that the last digit signs in by itself
    return "$".join((_KIND, str(COST), salt.hex(), _scrypt(_tidy(pin), salt, COST).hex(), kind))


def _length(secret: str) -> int:
    """Return how many digits a PIN has; 0 for words."""
    shape = secret.rpartition("$")[2]
    return int(shape) if is_digits(shape) and len(shape) == 1 else 0


def _matches(secret: str, pin: str) -> bool:
    try:
        kind, cost, salt, wanted, _shape = secret.split("$")
        n = int(cost)
        if kind != _KIND or not 1 < n <= 1 << 20 or n & (n - 1):
            return False
        return hmac.compare_digest(_scrypt(_tidy(pin), bytes.fromhex(salt), n), bytes.fromhex(wanted))
    except ValueError:
        return False  # a secret of a newer program, or a damaged one: nothing matches it


def _tidy(pin: str) -> bytes:
    return " ".join(pin.split()).encode()


def _scrypt(pin: bytes, salt: bytes, n: int) -> bytes:
    most = 128 * _BLOCK * n + (1 << 20)
    return hashlib.scrypt(pin, salt=salt, n=n, r=_BLOCK, p=_LANES, maxmem=most, dklen=_BYTES)


# --- wrong tries -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Guesses:
    """The wrong tries of each person on this computer, in two files of which the worse counts."""

    files: tuple[Path, ...]
    ticks: Ticks

    @classmethod
    def of(cls, desk: Desk, ticks: Ticks = time.monotonic) -> _Guesses:
        name = f"{desk.store.facts.register.hex()}.json"
        return cls((desk.store.path.with_suffix(".tries"), machine.local_folder() / "tries" / name), ticks)

    def wrong(self, person: bytes) -> int:
        """How many wrong tries in a row."""
        return max((_number(held.get("wrong")) for held in self._held(person)), default=0)

    def wait(self, person: bytes) -> int:
        """How many seconds until the next try counts."""
        return max((self._left(held) for held in self._held(person)), default=0)

    def _left(self, held: Mapping[str, Any]) -> int:
        now, at = self.ticks(), held.get("tick", 0.0)
        started = at if isinstance(at, int | float) and at <= now else 0.0  # ticks begin anew when the PC does
        return max(0, math.ceil(wait_after(_number(held.get("wrong"))) - (now - started)))

    def count(self, person: bytes) -> None:
        """Count a try as wrong, on the disk."""
        wrong = self.wrong(person) + 1
        self._write(person, {"wrong": wrong, "tick": self.ticks()})

    def forget(self, person: bytes) -> None:
        """Begin anew: the right PIN was given, or another was set."""
        if self.wrong(person):
            self._write(person, None)

    def _held(self, person: bytes) -> list[Mapping[str, Any]]:
        found = [_read(file).get(person.hex()) for file in self.files]
        return [one for one in found if isinstance(one, dict)]

    def _write(self, person: bytes, held: Mapping[str, Any] | None) -> None:
        kept = 0
        for file in self.files:
            every = {name: value for name, value in _read(file).items() if name != person.hex()}
            if held is not None:
                every[person.hex()] = dict(held)
            part = file.with_name(f"{file.name}.{os.getpid()}.part")
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                part.write_text(json.dumps(every), "utf-8")
                machine.replace_with_retry(part, file)
                kept += 1
            except OSError:
                part.unlink(missing_ok=True)
        if not kept:
            raise UserError(
                "This try cannot be counted: the disk takes nothing.", _SAFE, "Make room on the disk, then try again."
            )


def _number(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {}  # the other of the two files still counts
    return found if isinstance(found, dict) else {}


# --- locking by itself -----------------------------------------------------------------------------------------------


def lock_minutes(desk: Desk) -> int:
    """Return after how many minutes without a key or a click the window locks; 0 for never."""
    from bursar_desk.services import settings

    value = settings.value(desk, _LOCK_MINUTES)
    return value if isinstance(value, int) and 0 <= value <= MOST_MINUTES else LOCK_MINUTES


def set_lock_minutes(desk: Desk, minutes: int) -> Changes:
    """Choose after how many minutes the window locks, 1 to 240; 0 for never."""
    if not 0 <= minutes <= MOST_MINUTES:
        raise UserError("Choose 1 to 240 minutes, or 0 for never.", _SAFE, "Ten minutes suit most schools.")
    acting = desk.person
    if acting is not None and not acting.manages:
        raise UserError("Only someone who manages the register can do that.", _SAFE, "Ask the business manager.")
    from bursar_desk.services import settings

    said = f"lock after {words.count(minutes, 'minute')}" if minutes else "never lock by itself"
    return settings.choose(desk, _LOCK_MINUTES, minutes, subject=said)


__all__ = [
    "COST", "LOCK_MINUTES", "LONGEST", "MOST_WRONG", "SHORTEST", "SignIn", "Tried", "check", "clear", "in_use",
    "listing", "lock_minutes", "set_lock_minutes", "set_pin", "unlock",
]  # fmt: skip
