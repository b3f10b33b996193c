"""Writing an exchange file: packed, sealed, signed, read back, then put in its place (exchange.md 7)."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bursar_desk.domain.errors import UserError
from bursar_desk.exchange import envelope_format as layout
from bursar_desk.exchange.envelope_format import Header
from bursar_desk.exchange.envelope_read import check_whole
from bursar_desk.exchange.envelope_refused import EnvelopeRefused
from bursar_desk.machine.disk import last_moment
from bursar_desk.machine.files import fsync_folder, replace_with_retry, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bursar_desk.exchange.keys import SigningIdentity

LEVEL: Final = 8
"""How hard files are packed: a twentieth smaller than by the usual 3, for milliseconds, read with as little memory."""
SKIPPABLE: Final = b"\x50\x2a\x4d\x18"  # a zstd frame that readers pass over
LEFT_OVER: Final = r"\.bursar-[0-9a-f]{32}\.part"
"""The name of a file under way; one older than a day was left by a killed program."""
_SLICE: Final = 1024 * 1024
_IN_MEMORY: Final = 32 * layout.CHUNK
_SAFE: Final = "Your register is as it was."
_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


@dataclass(frozen=True, slots=True)
class Written:
    """What came of ``write``; sizes in bytes, ``plain`` and ``packed`` of the body before and after packing."""

    file_id: bytes
    size: int
    packed: int
    sha256: bytes
    plain: int


def write(
    path: Path,
    *,
    kind: str,
    sender: SigningIdentity,
    certificate: bytes,
    namespace: bytes,
    recipients: Sequence[bytes],
    body: Iterable[bytes],
    needs: Sequence[str] = (),
    blobs: int = 0,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
) -> Written:
    """Write one file at ``path``, replacing what is there only after the new one was read back and checked whole.

    ``recipients`` are X25519 public keys of 32 bytes (none for a card, at least one otherwise; a key twice counts
    once). ``body`` is read once; memory stays at a few megabytes. ``blobs`` is the number of attachments, for previews.
    ``entropy`` gives file id, file key and, for a large body, the key of the scratch file, in this order; every
    recipient's key wrap draws on the operating system besides. What ``body`` raises comes through. ``UserError`` when
    the disk is full, gone or closed to us, or the body is over the limits; no half file is left in any of these cases.
    """
    _check_arguments(kind, certificate, namespace, recipients, needs)
    file_id, file_key = _draw(entropy, 16), _draw(entropy, 32)
    with _Spool(entropy) as spool:
        plain = _pack(body, spool, layout.MAX_CARD if kind == "card" else layout.MAX_PLAIN)
        header = Header(
            file_id=file_id,
            kind=kind,
            sender=sender.public,
            certificate=certificate,
            needs=tuple(needs),
            suite=layout.SUITE_OPEN if kind == "card" else layout.SUITE_SEALED,
            plain=plain,
            packed=spool.size,
            chunks=layout.chunk_count(spool.size),
            blobs=blobs,
            recipients=_wrap(file_key, file_id, recipients),
            namespace=namespace,
        )
        front = layout.front(header.to_bytes())
        size = len(front) + header.body_length + layout.SIGNATURE
        if size > layout.MAX_FILE or (kind == "card" and spool.size > layout.MAX_CARD):
            raise _too_large()
        parts = _parts(front, header, file_key if kind != "card" else None, spool)
        sha256 = _put(path, file_id, size, _signed(parts, sender), lambda found: file_key if found.recipients else None)
    return Written(file_id, size, header.packed, sha256, plain)


# ---------------------------------------------------------------- what goes in
def _check_arguments(
    kind: str, certificate: bytes, namespace: bytes, recipients: Sequence[bytes], needs: Sequence[str]
) -> None:
    """``ValueError`` for what only a fault of the program can bring about."""
    if kind not in layout.KINDS or (kind == "card") == bool(recipients):
        raise ValueError(f"{len(recipients)} recipients for a file of kind {kind!r}")
    if any(len(each) != 32 for each in recipients) or len(namespace) != 16 or len(certificate) > layout.MAX_CERTIFICATE:
        raise ValueError("a key, the namespace or the certificate has a wrong length")
    if len(needs) > layout.MAX_NEEDS or not set(needs) <= layout.KNOWN_NEEDS:
        raise ValueError("needs are features this program can read itself")
    if len(set(recipients)) > layout.MAX_RECIPIENTS:
        raise UserError(
            f"A share file can go to {layout.MAX_RECIPIENTS} computers at most.",
            _SAFE,
            "Choose fewer and make two files.",
        )


def _draw(entropy: Callable[[int], bytes], size: int) -> bytes:
    drawn = entropy(size)
    if len(drawn) != size:
        raise ValueError("entropy gave another number of bytes than asked for")
    return drawn


def _wrap(file_key: bytes, file_id: bytes, recipients: Sequence[bytes]) -> tuple[tuple[bytes, bytes], ...]:
    try:
        return tuple(
            (layout.key_id(each), layout.wrap_key(file_key, each, file_id)) for each in dict.fromkeys(recipients)
        )
    except ValueError:  # a key of small order from a strange card
        raise UserError(
            "One of the computers this file is for has a key that cannot be used.",
            _SAFE,
            "Ask that school for a new card, then make the file again.",
        ) from None


def _too_large() -> UserError:
    return UserError(
        "There is too much to send in one file.", _SAFE, "Send it in smaller parts, with fewer photos each."
    )


class _Spool:
    """The packed body while its size is not known yet: in memory, then in a scratch file nobody else can read.

    The scratch file is sealed with a key that is never written down, so a killed program leaves nothing legible.
    """

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy
        self._chunks: list[bytes] = []
        self._tail = bytearray()
        self._file: IO[bytes] | None = None
        self._aead: ChaCha20Poly1305 | None = None
        self._spilt = 0  # chunks in the scratch file; they come first
        self.size = 0

    def add(self, data: bytes) -> None:
        self.size += len(data)
        self._tail += data
        while len(self._tail) >= layout.CHUNK:
            self._chunks.append(bytes(self._tail[: layout.CHUNK]))
            del self._tail[: layout.CHUNK]
        if len(self._chunks) * layout.CHUNK >= _IN_MEMORY:
            self._spill()

    def _spill(self) -> None:
        try:
            if self._file is None or self._aead is None:
                self._aead = ChaCha20Poly1305(_draw(self._entropy, 32))
                self._file = tempfile.TemporaryFile(prefix="bursar-desk-")  # noqa: SIM115 - closed by __exit__
            for chunk in self._chunks:
                self._file.write(self._aead.encrypt(layout.nonce(self._spilt, False), chunk, None))
                self._spilt += 1
        except OSError as why:
            raise _cannot_write(why, Path(tempfile.gettempdir()), self.size) from None
        self._chunks.clear()

    def chunks(self) -> Iterator[bytes]:
        """Every chunk in order, all of ``CHUNK`` bytes but the last, which is never empty."""
        if self._file is not None and self._aead is not None:
            self._file.seek(0)
            for index in range(self._spilt):
                sealed = self._file.read(layout.CHUNK + layout.TAG)
                try:
                    yield self._aead.decrypt(layout.nonce(index, False), sealed, None)
                except InvalidTag:
                    raise OSError(errno.EIO, "the scratch file came back changed") from None
        yield from self._chunks
        if self._tail:
            yield bytes(self._tail)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _pack(body: Iterable[bytes], spool: _Spool, limit: int) -> int:
    """Pack ``body`` into ``spool``; the number of plain bytes."""
    packer = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compressobj()
    plain = 0
    for part in body:
        plain += len(part)
        if plain > limit or spool.size > layout.MAX_FILE:
            raise _too_large()
        view = memoryview(part)
        for at in range(0, len(view), _SLICE):
            spool.add(packer.compress(view[at : at + _SLICE]))
    spool.add(packer.flush())
    missing = -(-(plain - layout.RATIO_SLACK) // layout.MAX_RATIO) - spool.size
    if missing > 0:  # so even a body that packs better than readers believe possible can be opened
        filler = max(0, missing - 8)
        spool.add(SKIPPABLE + filler.to_bytes(4, "little"))
        for at in range(0, filler, _SLICE):
            spool.add(bytes(min(_SLICE, filler - at)))
    return plain


# ---------------------------------------------------------------- how it is laid down
def _parts(front: bytes, header: Header, key: bytes | None, spool: _Spool) -> Iterator[bytes]:
    yield front
    bind = hashlib.sha256(front).digest()
    aead = ChaCha20Poly1305(key) if key is not None else None
    for index, chunk in enumerate(spool.chunks()):
        last = index == header.chunks - 1
        yield chunk if aead is None else aead.encrypt(layout.nonce(index, last), chunk, bind)


def _signed(parts: Iterable[bytes], sender: SigningIdentity) -> Iterator[bytes]:
    total = hashlib.sha256(layout.SIGN_LABEL)
    for part in parts:
        total.update(part)
        yield part
    yield sender.sign(total.digest())


def _put(
    path: Path, file_id: bytes, size: int, parts: Iterable[bytes], unlock: Callable[[Header], bytes | None]
) -> bytes:
    """Temp beside ``path``, made durable, read back, renamed; the SHA-256 of the whole file."""
    scratch = path.with_name(f".bursar-{file_id.hex()}.part")
    total = hashlib.sha256()
    try:
        try:
            with scratch.open("xb") as file:
                sweep(scratch, LEFT_OVER, layout.MAGIC)
                for part in parts:
                    total.update(part)
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
                _forget_cached(file)
            _read_back(scratch, unlock, total.digest())
            replace_with_retry(scratch, path)
        except OSError as why:
            raise _cannot_write(why, path.parent, size) from None
        except EnvelopeRefused as why:
            raise UserError(
                "The file could not be read back after it was saved, so it was taken away again.",
                _SAFE,
                "Try another folder or another USB stick.",
            ) from why
    except BaseException:  # also a stop by the person: nothing half done is left behind
        with suppress(OSError):
            scratch.unlink()
        raise
    try:
        fsync_folder(path.parent)
    except OSError as why:
        look = f"look whether {path.name} is there, or make it again"
        raise last_moment(path.parent, _SAFE, look) from why
    return total.digest()


def _read_back(scratch: Path, unlock: Callable[[Header], bytes | None], sha256: bytes) -> None:
    """Every check a reader makes, and that the bytes are those meant."""
    with closing(check_whole(scratch, unlock)) as checked:
        if checked.sha256 != sha256:
            raise EnvelopeRefused("altered", "read back differently")


def _forget_cached(file: IO[bytes]) -> None:
    """Let the reading back come from the disk rather than from memory, where the system can be asked for that."""
    advise = getattr(os, "posix_fadvise", None)
    if advise is not None:
        with suppress(OSError):
            advise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _cannot_write(why: OSError, folder: Path, size: int) -> UserError:
    if why.errno in _FULL:
        room = max(1, -(-size // 1_000_000))
        return UserError(
            "The disk is full, so the file was not made.", _SAFE, f"Free {room} MB in {folder}, then make it again."
        )
    if why.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UserError(f"We may not save in {folder}.", _SAFE, "Choose another folder, or ask who looks after it.")
    if why.errno in (errno.EISDIR, errno.ENOTDIR):
        return UserError("There is a folder where the file should go.", _SAFE, "Choose another name for the file.")
    if why.errno == errno.ENOENT:
        return UserError(
            f"The folder {folder} is not there.", _SAFE, "Put the USB stick back in, or choose another folder."
        )
    return UserError(
        f"{folder} stopped answering, so the file was not made.", _SAFE, "Put the USB stick back in and make it again."
    )
