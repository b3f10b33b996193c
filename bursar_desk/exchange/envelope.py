"""The exchange file, as the rest of the program sees it: write one, peek at one, open one (exchange.md section 7)."""

from __future__ import annotations

from bursar_desk.exchange.envelope_format import (
    KINDS,
    MAX_FILE,
    MAX_HEADER,
    MAX_PLAIN,
    MAX_RATIO,
    MAX_RECIPIENTS,
    MAX_WINDOW,
    RATIO_SLACK,
    VERSION,
    Header,
    is_weak_signing_key,
    key_id,
)
from bursar_desk.exchange.envelope_read import BodyStream, OpenedFile, Peek, file_sha256, open_file, peek
from bursar_desk.exchange.envelope_refused import WORDS, EnvelopeRefused
from bursar_desk.exchange.envelope_write import Written, write

__all__ = [
    "KINDS",
    "MAX_FILE",
    "MAX_HEADER",
    "MAX_PLAIN",
    "MAX_RATIO",
    "MAX_RECIPIENTS",
    "MAX_WINDOW",
    "RATIO_SLACK",
    "VERSION",
    "WORDS",
    "BodyStream",
    "EnvelopeRefused",
    "Header",
    "OpenedFile",
    "Peek",
    "Written",
    "file_sha256",
    "is_weak_signing_key",
    "key_id",
    "open_file",
    "peek",
    "write",
]
