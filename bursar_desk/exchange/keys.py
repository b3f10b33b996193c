"""The keys of one computer and of a school's recovery sheet (exchange.md section 2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bursar_desk.domain.errors import UserError
from bursar_desk.exchange.key_store import (
    FOLDER_VARIABLE,
    FolderKeyStore,
    KeyStore,
    MemoryKeyStore,
    SystemKeyStore,
    choose_key_store,
)
from bursar_desk.exchange.recovery_sheet import from_blocks, to_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "FOLDER_VARIABLE",
    "BoxIdentity",
    "ComputerKeys",
    "FolderKeyStore",
    "KeyStore",
    "MemoryKeyStore",
    "RecoveryKey",
    "SigningIdentity",
    "SystemKeyStore",
    "choose_key_store",
    "from_blocks",
    "load_computer_keys",
    "save_computer_keys",
    "to_blocks",
]


_STORED_AS: Final = b"\x01"  # first byte of stored computer keys: the form that follows


class SigningIdentity:
    """An Ed25519 key pair. ``secret`` and ``public`` are 32 bytes each; the secret never shows in a printout."""

    __slots__ = ("_private", "public")

    def __init__(self, secret: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self.public: Final = self._private.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, entropy: Callable[[int], bytes] = secrets.token_bytes) -> SigningIdentity:
        """A new pair from 32 bytes of ``entropy``."""
        return cls(entropy(32))

    @property
    def secret(self) -> bytes:
        """The private half, for a key store and nowhere else."""
        return self._private.private_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """64 bytes of Ed25519 over ``data``."""
        return self._private.sign(data)

    def __repr__(self) -> str:
        return f"SigningIdentity({self.public.hex()[:16]})"


class BoxIdentity:
    """An X25519 key pair, to receive with. ``secret`` and ``public`` are 32 bytes each."""

    __slots__ = ("private", "public")

    def __init__(self, secret: bytes) -> None:
        self.private: Final = X25519PrivateKey.from_private_bytes(secret)
        self.public: Final = self.private.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, entropy: Callable[[int], bytes] = secrets.token_bytes) -> BoxIdentity:
        """A new pair from 32 bytes of ``entropy``."""
        return cls(entropy(32))

    @property
    def secret(self) -> bytes:
        """The private half, for a key store and nowhere else."""
        return self.private.private_bytes_raw()

    def __repr__(self) -> str:
        return f"BoxIdentity({self.public.hex()[:16]})"


@dataclass(frozen=True, slots=True)
class ComputerKeys:
    """The two pairs of one installation: ``sign`` to write with, ``box`` to receive with."""

    sign: SigningIdentity
    box: BoxIdentity

    @classmethod
    def generate(cls, entropy: Callable[[int], bytes] = secrets.token_bytes) -> ComputerKeys:
        """New pairs; the signing one is drawn first."""
        return cls(SigningIdentity.generate(entropy), BoxIdentity.generate(entropy))

    def to_secret(self) -> bytes:
        """65 bytes for a key store."""
        return _STORED_AS + self.sign.secret + self.box.secret

    @classmethod
    def from_secret(cls, secret: bytes) -> ComputerKeys:
        """The keys kept as ``secret``; ``UserError`` if it is in a form this program does not know."""
        if len(secret) != 65 or secret[:1] != _STORED_AS:
            raise UserError(
                "The keys kept for this register are in a form we do not know.",
                "The register is as it was.",
                "Update Bursar Desk, or use the recovery sheet.",
            )
        return cls(SigningIdentity(secret[1:33]), BoxIdentity(secret[33:]))


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The key of a school's recovery sheet: it can name the next root key and open every file the school was sent."""

    sign: SigningIdentity
    box: BoxIdentity

    @classmethod
    def from_seed(cls, seed: bytes) -> RecoveryKey:
        """Both pairs from the 32 bytes printed on the sheet, by HKDF-SHA-256 with a label for each."""
        if len(seed) != 32:
            raise ValueError("a recovery seed has 32 bytes")
        return cls(
            SigningIdentity(_derive(seed, b"bursar.recovery.sign.1")),
            BoxIdentity(_derive(seed, b"bursar.recovery.box.1")),
        )


def _derive(seed: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(seed)


def _name(register_id: bytes) -> str:
    if not register_id:
        raise ValueError("a register id is not empty")
    return "register/" + register_id.hex()


def save_computer_keys(store: KeyStore, register_id: bytes, keys: ComputerKeys) -> None:
    """Keep this computer's keys for the register ``register_id``."""
    store.save(_name(register_id), keys.to_secret())


def load_computer_keys(store: KeyStore, register_id: bytes) -> ComputerKeys | None:
    """This computer's keys for the register, or None: it is then a copy from elsewhere, or new."""
    secret = store.load(_name(register_id))
    return None if secret is None else ComputerKeys.from_secret(secret)
