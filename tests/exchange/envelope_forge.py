"""A second writer of exchange files, made from exchange.md section 7 alone, that can also write what ours never would.

It shares no code with the program: msgpack comes from the library, HPKE from RFC 9180 on bare X25519, HKDF and AEAD.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bursar_desk.exchange.keys import ComputerKeys

SENDER = ComputerKeys.from_secret(b"\x01" + bytes(range(32)) + bytes(range(32, 64)))
READER = ComputerKeys.from_secret(b"\x01" + bytes(range(64, 96)) + bytes(range(96, 128)))
STRANGER = ComputerKeys.from_secret(b"\x01" + bytes(range(128, 160)) + bytes(range(160, 192)))
NAMESPACE = b"practice-space-1"
CERTIFICATE = b"a certificate, not looked into here"
CHUNK = 262144


# ---------------------------------------------------------------- HPKE base mode (RFC 9180)
KEM_ID = b"KEM\x00\x20"
SUITE_ID = b"HPKE\x00\x20\x00\x01\x00\x03"


def _extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + material, "sha256")


def _expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, labelled + b"\x01", "sha256")[:length]


def hpke_shared_secret(shared_point: bytes, enc: bytes, recipient: bytes) -> bytes:
    prk = _extract(KEM_ID, b"", b"eae_prk", shared_point)
    return _expand(KEM_ID, prk, b"shared_secret", enc + recipient, 32)


def hpke_key_schedule(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Key and base nonce."""
    context = b"\x00" + _extract(SUITE_ID, b"", b"psk_id_hash", b"") + _extract(SUITE_ID, b"", b"info_hash", info)
    secret = _extract(SUITE_ID, shared_secret, b"secret", b"")
    return _expand(SUITE_ID, secret, b"key", context, 32), _expand(SUITE_ID, secret, b"base_nonce", context, 12)


def hpke_seal(plain: bytes, recipient: bytes, info: bytes, ephemeral: X25519PrivateKey, aad: bytes = b"") -> bytes:
    enc = ephemeral.public_key().public_bytes_raw()
    point = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    key, nonce = hpke_key_schedule(hpke_shared_secret(point, enc, recipient), info)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plain, aad)


def hpke_open(sealed: bytes, private: X25519PrivateKey, info: bytes, aad: bytes = b"") -> bytes:
    enc = sealed[:32]
    point = private.exchange(X25519PublicKey.from_public_bytes(enc))
    shared = hpke_shared_secret(point, enc, private.public_key().public_bytes_raw())
    key, nonce = hpke_key_schedule(shared, info)
    return ChaCha20Poly1305(key).decrypt(nonce, sealed[32:], aad)


# ---------------------------------------------------------------- the file
@dataclass
class Forge:
    """One file in the making; every part can be set to something no honest writer writes."""

    plain: bytes = b"the register of a made-up school " * 40
    packed: bytes | None = None
    kind: str = "exchange"
    suite: int = 1
    needs: list[str] = field(default_factory=list)
    sizes: list[int] | None = None
    recipients: list[Any] | None = None
    to: tuple[bytes, ...] = (READER.box.public,)
    file_id: bytes = b"0123456789abcdef"
    file_key: bytes = b"k" * 32
    signer: ComputerKeys = SENDER
    sender: bytes | None = None
    version: int = 1
    certificate: bytes = CERTIFICATE
    namespace: bytes = NAMESPACE
    extra: list[Any] = field(default_factory=list)
    header: bytes | None = None
    header_length: int | None = None
    swap: tuple[int, int] | None = None
    last_flag: bool = True
    chunk_key: bytes | None = None

    def but(self, **changes: Any) -> Forge:
        return replace(self, **changes)

    def pack(self) -> bytes:
        return zstandard.ZstdCompressor(level=3).compress(self.plain) if self.packed is None else self.packed

    def wrapped(self, public: bytes) -> list[bytes]:
        ephemeral = X25519PrivateKey.from_private_bytes(hashlib.sha256(b"ephemeral" + public).digest())
        sealed = hpke_seal(self.file_key, public, b"bursar.filekey.1" + self.file_id, ephemeral)
        return [hashlib.sha256(public).digest()[:8], sealed]

    def fields(self) -> list[Any]:
        packed = self.pack()
        count = max(1, -(-len(packed) // CHUNK))
        recipients = [] if self.suite == 0 else [self.wrapped(each) for each in self.to]
        return [
            self.file_id,
            self.kind,
            self.signer.sign.public if self.sender is None else self.sender,
            self.certificate,
            self.needs,
            self.suite,
            [len(self.plain), len(packed), count, 0] if self.sizes is None else self.sizes,
            recipients if self.recipients is None else self.recipients,
            self.namespace,
            *self.extra,
        ]

    def front(self) -> bytes:
        header = msgspec.msgpack.encode(self.fields()) if self.header is None else self.header
        length = len(header) if self.header_length is None else self.header_length
        return b"\x89BDX\r\n\x1a\n" + struct.pack(">HI", self.version, length) + header

    def chunks(self, front: bytes) -> list[bytes]:
        packed, bind = self.pack(), hashlib.sha256(front).digest()
        plain = [packed[at : at + CHUNK] for at in range(0, len(packed), CHUNK)] or [b""]
        if self.suite == 0:
            return plain
        aead, last = ChaCha20Poly1305(self.chunk_key or self.file_key), len(plain) - 1
        sealed = [
            aead.encrypt(struct.pack(">QI", i, int(i == last and self.last_flag)), each, bind)
            for i, each in enumerate(plain)
        ]
        if self.swap:
            one, two = self.swap
            sealed[one], sealed[two] = sealed[two], sealed[one]
        return sealed

    def unsigned(self) -> bytes:
        front = self.front()
        return front + b"".join(self.chunks(front))

    def bytes(self) -> bytes:
        return sign(self.unsigned(), self.signer)


def sign(unsigned: bytes, signer: ComputerKeys = SENDER) -> bytes:
    digest = hashlib.sha256(b"bursar.file.1" + unsigned).digest()
    return unsigned + Ed25519PrivateKey.from_private_bytes(signer.sign.secret).sign(digest)


def resigned(data: bytes, signer: ComputerKeys = SENDER) -> bytes:
    """``data`` with its last 64 bytes replaced by a signature that holds."""
    return sign(data[:-64], signer)
