"""Opening an exchange file without trusting it: cheapest checks first, nothing written (exchange.md 7)."""

from __future__ import annotations

import hashlib
import io
import stat
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bursar_desk.exchange import envelope_format as layout
from bursar_desk.exchange.envelope_format import Header
from bursar_desk.exchange.envelope_refused import EnvelopeRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from bursar_desk.exchange.keys import BoxIdentity

_READ: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Peek:
    """The first part of a file, for a preview. Nothing in it is trusted.

    The signature has not been checked, so sender, kind and sizes may all be made up. Only ``size``, in bytes, is real.
    """

    header: Header
    size: int


class OpenedFile:
    """A file that passed every check: signed by ``header.sender``, for us, whole, and no larger inside than it says.

    Whose key ``header.sender`` is, is for the certificates to decide. ``sha256`` and ``size`` are of the whole file;
    ``addressed_to`` is the public X25519 key of ours it was opened with (None for a card). Use as a context manager.
    """

    def __init__(self, checked: Checked, addressed_to: bytes | None) -> None:
        self._checked = checked
        self.header = checked.header
        self.sha256 = checked.sha256
        self.size = checked.size
        self.addressed_to = addressed_to
        self.body = checked.stream()

    @property
    def sender(self) -> bytes:
        """The 32-byte Ed25519 key whose signature holds over the whole file."""
        return self.header.sender

    def reopen_body(self) -> BodyStream:
        """A second reading from the start, as ``body``; the earlier stream must not be used any more."""
        self.body = self._checked.stream()
        return self.body

    def close(self) -> None:
        """Let go of the file."""
        self._checked.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class BodyStream:
    """The unpacked body, a little at a time; memory stays at a few megabytes whatever the size of the file."""

    def __init__(self, chunks: _Chunks, plain: int) -> None:
        unpacker = zstandard.ZstdDecompressor(max_window_size=layout.MAX_WINDOW)
        self._reader = unpacker.stream_reader(chunks, read_size=layout.CHUNK, read_across_frames=True)  # type: ignore[arg-type]
        self._left = plain

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer only at the end. EnvelopeRefused if the file was changed meanwhile."""
        if size < 0:
            raise ValueError("say how much to read")
        parts: list[bytes] = []
        while size > 0:
            try:
                part = self._reader.read(min(size, _READ))
            except zstandard.ZstdError as why:
                raise EnvelopeRefused("bomb" if "too much memory" in str(why) else "damaged_body", str(why)) from None
            if not part:
                if self._left:
                    raise EnvelopeRefused("damaged_body", f"{self._left} bytes fewer than declared")
                break
            self._left -= len(part)
            if self._left < 0:
                raise EnvelopeRefused("bomb", "more bytes than declared")
            size -= len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def take(self, size: int) -> bytes:
        """Exactly ``size`` bytes, or 'damaged_content' if the body ends before."""
        if size > self._left:
            raise EnvelopeRefused("damaged_content", f"{size} bytes wanted, {self._left} left")
        return self.read(size)

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return self._left


class _Chunks:
    """The packed body, chunk by chunk, each authentic; a source for the unpacker."""

    def __init__(self, file: IO[bytes], at: int, header: Header, key: bytes | None, bind: bytes) -> None:
        self._file, self._at, self._header, self._bind = file, at, header, bind
        self._aead = ChaCha20Poly1305(key) if key is not None else None
        self._index = 0

    def read(self, _size: int = -1) -> bytes:
        """The next chunk, opened; nothing after the last one."""
        header, index = self._header, self._index
        if index == header.chunks:
            return b""
        last = index == header.chunks - 1
        length = (header.packed - index * layout.CHUNK if last else layout.CHUNK) + header.tag
        data = _exactly(self._file, length, self._at + index * (layout.CHUNK + header.tag))
        self._index += 1
        if self._aead is None:
            return data
        try:
            return self._aead.decrypt(layout.nonce(index, last), data, self._bind)
        except InvalidTag:
            raise EnvelopeRefused("damaged_chunk", f"chunk {index} of {header.chunks}") from None


class Checked:
    """An open handle with what the checks found out; reads the body as often as wanted."""

    def __init__(self, file: IO[bytes], front: bytes, header: Header, size: int) -> None:
        self.file, self.front, self.header, self.size = file, front, header, size
        self.held = ExitStack()
        self.sha256 = b""
        self.key: bytes | None = None
        self._bind = hashlib.sha256(front).digest()

    def chunks(self) -> _Chunks:
        return _Chunks(self.file, len(self.front), self.header, self.key, self._bind)

    def stream(self) -> BodyStream:
        return BodyStream(self.chunks(), self.header.plain)

    def close(self) -> None:
        self.held.close()


# ---------------------------------------------------------------- the public readers
def peek(path: Path) -> Peek:
    """What the first part of the file at ``path`` says, for a preview. Nothing in it is trusted (see ``Peek``).

    Checks size, magic, version, header and lengths, not the signature; ``EnvelopeRefused`` if one does not hold.
    """
    with _open(path) as file:
        _, header, size = _read_front(file)
    return Peek(header, size)


def open_file(path: Path, key_ring: Sequence[BoxIdentity]) -> OpenedFile:
    """Check the file at ``path`` whole and hand it out for reading; use the result in a ``with``.

    ``key_ring`` holds every receiving key of this computer (its own, the recovery key...); it may be empty for a card.
    Nothing is written anywhere. Raises ``EnvelopeRefused`` and nothing else, whatever the bytes are.
    """
    opener: list[bytes] = []

    def unlock(header: Header) -> bytes | None:
        return None if header.suite == layout.SUITE_OPEN else _unwrap(header, key_ring, opener)

    checked = check_whole(path, unlock)
    return OpenedFile(checked, opener[0] if opener else None)


def file_sha256(path: Path) -> bytes:
    """SHA-256 of all bytes of the file, its name in the import log. ``EnvelopeRefused`` ('unreadable', 'too_large')."""
    with _open(path) as file:
        _size(file)
        total = hashlib.sha256()
        try:
            while data := file.read(_READ):
                total.update(data)
        except OSError as why:
            raise EnvelopeRefused("unreadable", type(why).__name__) from None
        return total.digest()


def check_whole(path: Path, unlock: Callable[[Header], bytes | None]) -> Checked:
    """All checks in their order; ``unlock`` finds the file key once the signature holds. The caller closes."""
    with ExitStack() as stack:
        file = stack.enter_context(_open(path))
        front, header, size = _read_front(file)
        if header.suite == layout.SUITE_OPEN:  # a card has no tags of its own: what is checked must be what is read
            file = stack.enter_context(io.BytesIO(_exactly(file, size, 0)))
        checked = Checked(file, front, header, size)
        _check_needs(header)
        _check_signature(checked)
        checked.key = unlock(header)
        chunks = checked.chunks()
        while chunks.read():
            pass
        stream = checked.stream()
        while stream.read(_READ):
            pass
        checked.held = stack.pop_all()
    return checked


# ---------------------------------------------------------------- the checks
def _open(path: Path) -> IO[bytes]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would wait for ever
            raise EnvelopeRefused("unreadable", "not a file")
        return path.open("rb")
    except (OSError, ValueError) as why:  # ValueError: a name with a zero byte
        raise EnvelopeRefused("unreadable", type(why).__name__) from None


def _exactly(file: IO[bytes], length: int, at: int) -> bytes:
    try:
        file.seek(at)
        data = file.read(length)
    except OSError as why:  # the stick was pulled
        raise EnvelopeRefused("unreadable", type(why).__name__) from None
    if len(data) != length:
        raise EnvelopeRefused("truncated", "shorter than it was a moment ago")
    return data


def _size(file: IO[bytes]) -> int:
    try:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
    except OSError as why:
        raise EnvelopeRefused("unreadable", type(why).__name__) from None
    if size > layout.MAX_FILE:
        raise EnvelopeRefused("too_large", f"{size} bytes, at most {layout.MAX_FILE}")
    return size


def _read_front(file: IO[bytes]) -> tuple[bytes, Header, int]:
    """Check size, magic, version, header and lengths; the bytes before the chunks, the header and the size in bytes."""
    size = _size(file)
    start = _exactly(file, min(size, layout.START), 0)
    _check_magic(start[: len(layout.MAGIC)])
    if size < layout.START:
        raise EnvelopeRefused("truncated", f"{size} bytes")
    version, length = layout.FIXED.unpack(start[len(layout.MAGIC) :])
    if version > layout.VERSION:
        raise EnvelopeRefused("newer_version", f"version {version}")
    if version < layout.VERSION or length > layout.MAX_HEADER:
        raise EnvelopeRefused("header_damaged", f"version {version}, header of {length} bytes")
    if layout.START + length > size:
        raise EnvelopeRefused("truncated", f"{size} bytes")
    front = start + _exactly(file, length, layout.START)
    header = layout.read_header(front[layout.START :])
    expected = len(front) + header.body_length + layout.SIGNATURE
    if size != expected:
        raise EnvelopeRefused("truncated" if size < expected else "appended", f"{size} bytes, {expected} expected")
    return front, header, size


def _check_magic(magic: bytes) -> None:
    if magic == layout.MAGIC:
        return
    if layout.MAGIC.startswith(magic):
        raise EnvelopeRefused("truncated", f"{len(magic)} bytes")
    if b"BDX" in magic:  # line ends or the high bit were changed: sent as text
        raise EnvelopeRefused("changed_on_the_way", magic.hex())
    raise EnvelopeRefused("not_ours")


def _check_needs(header: Header) -> None:
    unknown = [each for each in header.needs if each not in layout.KNOWN_NEEDS]
    if header.suite not in (layout.SUITE_OPEN, layout.SUITE_SEALED):
        unknown.append(f"suite {header.suite}")
    if header.kind not in layout.KINDS:
        unknown.append(f"kind {header.kind}")
    if unknown:
        raise EnvelopeRefused("needs_update", ", ".join(unknown))


def _check_signature(checked: Checked) -> None:
    """One reading of the file: its hash, and the signature over what is before it."""
    signed, whole = hashlib.sha256(layout.SIGN_LABEL + checked.front), hashlib.sha256(checked.front)
    left = checked.header.body_length
    at = len(checked.front)
    while left:
        data = _exactly(checked.file, min(left, _READ), at)
        at += len(data)
        signed.update(data)
        whole.update(data)
        left -= len(data)
    signature = _exactly(checked.file, layout.SIGNATURE, at)
    whole.update(signature)
    checked.sha256 = whole.digest()
    if layout.is_weak_signing_key(checked.header.sender):
        raise EnvelopeRefused("altered", "anybody can sign with this key")
    try:
        Ed25519PublicKey.from_public_bytes(checked.header.sender).verify(signature, signed.digest())
    except (InvalidSignature, ValueError):
        raise EnvelopeRefused("altered") from None


def _unwrap(header: Header, key_ring: Sequence[BoxIdentity], opener: list[bytes]) -> bytes:
    addressed = False
    for box in key_ring:
        mine = layout.key_id(box.public)
        for wanted, wrapped in header.recipients:
            if wanted == mine:
                addressed = True
                key = layout.unwrap_key(wrapped, box, header.file_id)
                if key is not None:
                    opener.append(box.public)
                    return key
    raise EnvelopeRefused("key_damaged" if addressed else "not_addressed")
