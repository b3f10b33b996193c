"""Names that never change: of schools, of rows, of operations."""

from __future__ import annotations

import hashlib

ID_BYTES = 16
DIGEST_BYTES = 32
_MS_BYTES = 6


def _hashed(label: bytes, *parts: bytes) -> bytes:
    """Hash parts with their lengths, so that no two different lists of parts can run together into one."""
    whole = hashlib.sha256(label)
    for part in parts:
        whole.update(len(part).to_bytes(4, "big"))
        whole.update(part)
    return whole.digest()[:ID_BYTES]


def school_id(namespace: bytes, urn: str) -> bytes:
    """Return the 16-byte id of a school from its URN at founding; a later URN is only an attribute."""
    return _hashed(b"bursar.school.1", namespace, urn.encode())


def office_id(namespace: bytes, root_key: bytes) -> bytes:
    """Return the 16-byte id of a Cluster SBM's office, which has no URN: it is named by its root key."""
    return _hashed(b"bursar.office.1", namespace, root_key)


def derived_row(namespace: bytes, school: bytes, table: str, code: str) -> bytes:
    """Return the row id of a thing two computers of one school may both enter, such as a catalogue check.

    The school is part of it: without that, twenty-one schools would share one row.
    """
    return _hashed(b"bursar.row.1", namespace, school, table.encode(), code.encode())


def operation_id(stamp: int, digest: bytes) -> bytes:
    """Return the 16-byte id of an operation: six bytes of milliseconds, then ten of its digest.

    Time first keeps the index of a large register tight; the digest makes it unguessable.
    """
    return (stamp >> 16).to_bytes(_MS_BYTES, "big") + digest[: ID_BYTES - _MS_BYTES]


def stream_key(meta: bytes) -> bytes:
    """Return the 16-byte key of a stream from the packed (namespace, school, channel, writer, epoch)."""
    return hashlib.sha256(b"bursar.stream.1" + meta).digest()[:ID_BYTES]
