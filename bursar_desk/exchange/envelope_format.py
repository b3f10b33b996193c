"""The layout of an exchange file, version 1: its numbers, its first part and its arithmetic (exchange.md section 7).

Offset 0: 8 bytes ``MAGIC``; 8: version, u16; 10: length of the header, u32; 14: the header; then the chunks of the
packed body, each an AEAD with SHA-256 of all bytes before the first chunk as associated data; last 64 bytes: Ed25519 by
the sender over SHA-256("bursar.file.1" | everything before). All numbers big-endian.

The header is one msgpack list: file id, kind, sender's signing key, sender's certificate, needs, suite,
[plain, packed, chunks, blobs], [[key id, wrapped file key], ...], namespace. A later program may add values after the
last one that an older reader need not know; whatever it must know is named in ``needs``.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from bursar_desk.exchange import safe_unpack
from bursar_desk.exchange.envelope_refused import EnvelopeRefused

if TYPE_CHECKING:
    from bursar_desk.exchange.keys import BoxIdentity

MAGIC: Final = bytes.fromhex("894244580d0a1a0a")
VERSION: Final = 1
FIXED: Final = struct.Struct(">HI")
START: Final = len(MAGIC) + FIXED.size  # where the header begins
SIGNATURE: Final = 64
CHUNK: Final = 256 * 1024  # bytes of packed body in every chunk but the last
TAG: Final = 16

MAX_FILE: Final = 1024**3
MAX_HEADER: Final = 256 * 1024
MAX_RECIPIENTS: Final = 1024
MAX_PLAIN: Final = 2 * 1024**3
MAX_CARD: Final = 4 * 1024**2  # plain and packed: a card is read whole into memory
MAX_RATIO: Final = 200
RATIO_SLACK: Final = 64 * 1024
MAX_WINDOW: Final = 8 * 1024**2
MAX_CERTIFICATE: Final = 64 * 1024
MAX_WRAPPED: Final = 4 * 1024  # room for a hybrid post-quantum wrap; suite 1 uses WRAPPED
MAX_NEEDS: Final = 64
MAX_NAME: Final = 64  # characters of a kind or of one need

SUITE_OPEN: Final = 0  # signed, packed, readable by anybody: kind 'card'
SUITE_SEALED: Final = 1  # X25519, HKDF-SHA-256, ChaCha20-Poly1305
WRAPPED: Final = 32 + 32 + TAG
KINDS: Final = ("exchange", "pack", "return", "card")
KNOWN_NEEDS: Final[frozenset[str]] = frozenset()

SIGN_LABEL: Final = b"bursar.file.1"
WRAP_LABEL: Final = b"bursar.filekey.1"
# y coordinates (sign bit left out) of the points of small order, two of them in their longer spelling as well: under
# such a "key" anybody can make a signature that holds, so none may speak for a school
_WEAK: Final = frozenset(
    bytes.fromhex(each)
    for each in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
_HPKE: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_HEADER_LIMITS: Final = safe_unpack.Limits(
    depth=3, items=16 + 3 * MAX_RECIPIENTS + MAX_NEEDS + 64, text=MAX_NAME * 4, binary=MAX_CERTIFICATE, size=MAX_HEADER
)


@dataclass(frozen=True, slots=True)
class Header:
    """What the first part of a file says of itself. Sizes in bytes; ``blobs`` counts attachments.

    Nothing here is trusted before the signature over the whole file has been checked, and then it is only what the
    holder of ``sender`` says: whose key that is, the certificates decide.
    """

    file_id: bytes
    kind: str
    sender: bytes
    certificate: bytes
    needs: tuple[str, ...]
    suite: int
    plain: int
    packed: int
    chunks: int
    blobs: int
    recipients: tuple[tuple[bytes, bytes], ...]
    namespace: bytes

    @property
    def tag(self) -> int:
        """Bytes each chunk grows by: none in an open file, 16 in every other suite of version 1, known to us or not."""
        return 0 if self.suite == SUITE_OPEN else TAG

    @property
    def body_length(self) -> int:
        """Bytes of all chunks together, as they stand in the file."""
        return self.packed + self.chunks * self.tag

    def to_bytes(self) -> bytes:
        """The msgpack list of this header."""
        return safe_unpack.encode(
            [
                self.file_id,
                self.kind,
                self.sender,
                self.certificate,
                list(self.needs),
                self.suite,
                [self.plain, self.packed, self.chunks, self.blobs],
                [list(each) for each in self.recipients],
                self.namespace,
            ]
        )


def chunk_count(packed: int) -> int:
    """How many chunks hold ``packed`` bytes; always one at least, so that there is a last one."""
    return max(1, -(-packed // CHUNK))


def plain_limit(packed: int) -> int:
    """The most a body of ``packed`` bytes may unpack to."""
    return min(MAX_PLAIN, packed * MAX_RATIO + RATIO_SLACK)


def front(header: bytes) -> bytes:
    """Everything before the first chunk."""
    return MAGIC + FIXED.pack(VERSION, len(header)) + header


def nonce(index: int, last: bool) -> bytes:
    """12 bytes: index of the chunk as u64, three zero bytes, 1 for the last chunk. A file key serves one file only."""
    return struct.pack(">Q3xB", index, last)


def key_id(public: bytes) -> bytes:
    """8 bytes that tell a reader which wrapped key to try; two keys may share one, so all that match are tried."""
    return hashlib.sha256(public).digest()[:8]


def wrap_key(file_key: bytes, public: bytes, file_id: bytes) -> bytes:
    """``file_key`` for the holder of the X25519 key ``public``; ``ValueError`` if that is no usable key."""
    return _HPKE.encrypt(file_key, X25519PublicKey.from_public_bytes(public), info=WRAP_LABEL + file_id)


def unwrap_key(wrapped: bytes, box: BoxIdentity, file_id: bytes) -> bytes | None:
    """The 32-byte file key, or None if ``wrapped`` was not made for ``box`` and this file."""
    try:
        key = _HPKE.decrypt(wrapped, box.private, info=WRAP_LABEL + file_id)
    except (InvalidTag, ValueError):
        return None
    return key if len(key) == 32 else None


def is_weak_signing_key(public: bytes) -> bool:
    """Whether ``public`` is an Ed25519 key under which anybody can sign; root statements should refuse it too."""
    return public[:31] + bytes([public[31] & 0x7F]) in _WEAK


# ---------------------------------------------------------------- reading the first part
def read_header(data: bytes) -> Header:
    """The header in ``data``, types and limits checked: 'header_damaged', 'too_large' or 'bomb'."""
    try:
        values = safe_unpack.decode(data, _HEADER_LIMITS)
    except EnvelopeRefused as why:
        raise EnvelopeRefused("header_damaged", why.detail) from None
    header = _typed(values)
    _check_sizes(header)
    return header


def _demand(condition: bool, what: str) -> None:
    if not condition:
        raise EnvelopeRefused("header_damaged", what)


def _bytes(value: Any, low: int, high: int, what: str) -> bytes:
    if not isinstance(value, bytes) or not low <= len(value) <= high:
        raise EnvelopeRefused("header_damaged", what)
    return value


def _name(value: Any, what: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_NAME or not value.isascii() or not value.isprintable():
        raise EnvelopeRefused("header_damaged", what)
    return value


def _list(value: Any, low: int, high: int, what: str) -> list[Any]:
    if not isinstance(value, list) or not low <= len(value) <= high:
        raise EnvelopeRefused("header_damaged", what)
    return value


def _number(value: Any, what: str) -> int:
    if type(value) is not int or value < 0:
        raise EnvelopeRefused("header_damaged", what)
    return value


def _typed(values: Any) -> Header:
    file_id, kind, sender, certificate, needs, suite, sizes, recipients, namespace = _list(values, 9, 32, "parts")[:9]
    plain, packed, chunks, blobs = (_number(each, "sizes") for each in _list(sizes, 4, 4, "sizes"))
    wrapped = [_list(each, 2, 2, "recipient") for each in _list(recipients, 0, MAX_RECIPIENTS, "recipients")]
    header = Header(
        _bytes(file_id, 16, 16, "file id"),
        _name(kind, "kind"),
        _bytes(sender, 32, 32, "sender"),
        _bytes(certificate, 0, MAX_CERTIFICATE, "certificate"),
        tuple(_name(each, "need") for each in _list(needs, 0, MAX_NEEDS, "needs")),
        _number(suite, "suite"),
        plain,
        packed,
        chunks,
        blobs,
        tuple((_bytes(one, 8, 8, "key id"), _bytes(two, 1, MAX_WRAPPED, "wrapped key")) for one, two in wrapped),
        _bytes(namespace, 16, 16, "namespace"),
    )
    if header.suite == SUITE_SEALED:
        _demand(all(len(each) == WRAPPED for _, each in header.recipients), "wrapped key")
    _demand(bool(header.recipients) == (header.suite != SUITE_OPEN), "recipients do not fit the suite")
    if header.kind in KINDS:  # a kind we do not know is refused later, as something newer
        _demand((header.kind == "card") == (header.suite == SUITE_OPEN), "kind does not fit the suite")
    return header


def _check_sizes(header: Header) -> None:
    _demand(header.packed > 0 and header.chunks == chunk_count(header.packed), "chunks do not fit the size")
    if header.plain > MAX_PLAIN or header.packed > MAX_FILE:
        raise EnvelopeRefused("too_large", f"{header.plain} bytes unpacked")
    if header.suite == SUITE_OPEN and max(header.plain, header.packed) > MAX_CARD:
        raise EnvelopeRefused("too_large", f"a card of {header.plain} bytes")
    if header.plain > plain_limit(header.packed):
        raise EnvelopeRefused("bomb", f"{header.packed} bytes said to unpack to {header.plain}")
