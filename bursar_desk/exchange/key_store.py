"""Where the private keys of this computer are kept: never in a register, so copying one does not copy the identity."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from bursar_desk.domain.errors import UserError
from bursar_desk.exchange import safe_unpack
from bursar_desk.exchange.envelope_refused import EnvelopeRefused
from bursar_desk.machine.files import fsync_folder, replace_with_retry

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER_VARIABLE: Final = "BURSAR_DESK_KEYS"
MAX_SECRET: Final = 512  # bytes; Windows keeps at most 1,280 letters under one name
_SAFE: Final = "Your registers are as they were."
_REMEDY: Final = f"Set {FOLDER_VARIABLE} to a folder only you can read, then start again."


class KeyStore(Protocol):
    """Secrets by name. Names are any text; secrets are 1 to 512 bytes. ``UserError`` when the store cannot be used."""

    def save(self, name: str, secret: bytes) -> None:
        """Keep ``secret`` under ``name``, instead of what was there."""

    def load(self, name: str) -> bytes | None:
        """The secret, or None if there is none under this name."""

    def delete(self, name: str) -> None:
        """Forget it; nothing happens if there is none."""

    def names(self) -> list[str]:
        """Every name that holds a secret, in order."""


def _check_secret(secret: bytes) -> bytes:
    if not 1 <= len(secret) <= MAX_SECRET:
        raise ValueError("a secret has 1 to 512 bytes")
    return secret


class MemoryKeyStore:
    """Keys that end with the program; for tests."""

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}

    def save(self, name: str, secret: bytes) -> None:
        """Keep ``secret`` until the program ends."""
        self._secrets[name] = _check_secret(secret)

    def load(self, name: str) -> bytes | None:
        """The secret, or None."""
        return self._secrets.get(name)

    def delete(self, name: str) -> None:
        """Forget it."""
        self._secrets.pop(name, None)

    def names(self) -> list[str]:
        """Every name, in order."""
        return sorted(self._secrets)


class FolderKeyStore:
    """One small file for each secret, in a folder that only its owner may read.

    On Linux and macOS folder and files get the modes 0700 and 0600. Windows has no such modes: there the files inherit
    the rights of the folder they are in, which inside a person's own profile are that person's, the system's and the
    administrators'. File names are hashes, so a name can hold any letters; the name itself stands in the file.
    """

    SUFFIX: Final = ".key"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _place(self, name: str) -> Path:
        return self._folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + self.SUFFIX)

    def save(self, name: str, secret: bytes) -> None:
        """Write beside, make durable, rename: a kill leaves the old secret or the new one."""
        place = self._place(name)
        scratch = place.with_suffix(".part")
        record = [1, name, _check_secret(secret)]
        content = safe_unpack.encode([*record, hashlib.sha256(safe_unpack.encode(record)).digest()])
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            scratch.unlink(missing_ok=True)
            handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            replace_with_retry(scratch, place)
            fsync_folder(self._folder)
        except OSError as why:
            with suppress(OSError):
                scratch.unlink()
            raise self._unusable("cannot be written") from why

    def load(self, name: str) -> bytes | None:
        """The secret, or None; ``UserError`` if its file cannot be read or is damaged."""
        place = self._place(name)
        if not place.exists():
            return None
        found, secret = self._read(place)
        if found != name:
            raise self._damaged(place)
        return secret

    def delete(self, name: str) -> None:
        """Remove its file."""
        try:
            self._place(name).unlink(missing_ok=True)
        except OSError as why:
            raise self._unusable("cannot be changed") from why

    def names(self) -> list[str]:
        """Every name in the folder, in order; ``UserError`` for a damaged file rather than a shorter list."""
        if not self._folder.exists():
            return []
        return sorted(self._read(each)[0] for each in self._folder.glob("*" + self.SUFFIX))

    def _read(self, place: Path) -> tuple[str, bytes]:
        try:
            with place.open("rb") as file:
                data = file.read(64 * 1024)
        except OSError as why:
            raise self._unusable("cannot be read") from why
        try:
            version, name, secret, check = safe_unpack.decode(data)
            record = [version, name, secret]
            if version == 1 and hashlib.sha256(safe_unpack.encode(record)).digest() == check:
                return str(name), bytes(secret)
        except (EnvelopeRefused, TypeError, ValueError):
            pass
        raise self._damaged(place)

    def _unusable(self, what: str) -> UserError:
        return UserError(
            f"The folder for keys {what}: {self._folder}.", _SAFE, "Check that the folder is yours to use."
        )

    def _damaged(self, place: Path) -> UserError:
        return UserError(
            f"A key file is damaged: {place.name}.", _SAFE, "Put it back from a backup, or use the recovery sheet."
        )


class SystemKeyStore:
    """The operating system's own store, through the ``keyring`` library, which is loaded when first used.

    Only stores that belong to the system are accepted, none that keeps its own file or asks at the terminal. Where the
    system could only ask on a screen and there is neither screen nor terminal, nothing is asked: the person is told
    about ``BURSAR_DESK_KEYS`` instead. The store cannot list its names, so 16 small lists are kept in it as well.
    """

    SERVICE: Final = "Bursar Desk"

    def __init__(self, environ: Mapping[str, str], *, backend: Any = None, terminal: bool | None = None) -> None:
        self._environ = environ
        self._backend = backend
        self._terminal = terminal

    def save(self, name: str, secret: bytes) -> None:
        """Keep ``secret``; its name goes on the list first, so a kill never leaves a secret off the list."""
        _check_secret(secret)
        self._list(name, present=True)
        self._call("set_password", self._entry(name), base64.b64encode(secret).decode())

    def load(self, name: str) -> bytes | None:
        """The secret, or None."""
        found = self._call("get_password", self._entry(name))
        if found is None:
            return None
        try:
            return base64.b64decode(str(found), validate=True)
        except ValueError:
            raise UserError("A key in the key store is damaged.", _SAFE, "Use the recovery sheet.") from None

    def delete(self, name: str) -> None:
        """Forget the secret, then its name."""
        if self._call("get_password", self._entry(name)) is not None:
            self._call("delete_password", self._entry(name))
        self._list(name, present=False)

    def names(self) -> list[str]:
        """Every name that holds a secret, in order."""
        listed = [name for shard in range(16) for name in self._shard(f"{shard:x}")]
        return sorted(name for name in listed if self._call("get_password", self._entry(name)) is not None)

    @staticmethod
    def _entry(name: str) -> str:
        return "key " + name

    def _shard(self, shard: str) -> list[str]:
        found = self._call("get_password", "names " + shard)
        return [str(each) for each in json.loads(str(found))] if found else []

    def _list(self, name: str, *, present: bool) -> None:
        shard = hashlib.sha256(name.encode()).hexdigest()[0]
        listed = self._shard(shard)
        if (name in listed) != present:
            wanted = sorted({*listed, name} if present else {*listed} - {name})
            self._call("set_password", "names " + shard, json.dumps(wanted))

    def _call(self, method: str, entry: str, *more: str) -> object:
        backend = self._ready()
        try:
            return getattr(backend, method)(self.SERVICE, entry, *more)
        except Exception as why:  # each system has its own kinds of failure, not all of them KeyringError
            raise UserError("This computer's key store did not answer.", _SAFE, _REMEDY) from why

    def _ready(self) -> Any:
        if self._backend is None:
            if not self._may_ask():
                raise UserError("The key store cannot ask for its password here.", _SAFE, _REMEDY)
            import keyring

            backend = keyring.get_keyring()
            home = type(backend).__module__
            if not home.startswith("keyring.backends.") or home.endswith((".fail", ".null")):
                raise UserError("This computer has no key store we can use.", _SAFE, _REMEDY)
            self._backend = backend
        return self._backend

    def _may_ask(self) -> bool:
        """Whether a locked store could put its question to anybody; Windows and macOS stores are open after sign-in."""
        if sys.platform in ("win32", "darwin"):
            return True
        screen = self._environ.get("DISPLAY") or self._environ.get("WAYLAND_DISPLAY")
        terminal = sys.stdin is not None and sys.stdin.isatty() if self._terminal is None else self._terminal
        return bool(screen) or terminal


def choose_key_store(register_path: Path, *, practice: bool, environ: Mapping[str, str]) -> KeyStore:
    """The store for the keys of one register.

    ``BURSAR_DESK_KEYS`` in ``environ`` names a folder and wins; a practice register keeps its keys in
    ``<register stem>.keys`` beside it; a real one in the operating system's store (decisions.md, "Identity and trust").
    """
    folder = environ.get(FOLDER_VARIABLE, "").strip()
    if folder:
        return FolderKeyStore(Path(folder).expanduser())
    if practice:
        return FolderKeyStore(register_path.with_name(register_path.stem + ".keys"))
    return SystemKeyStore(environ)
