"""Files that anybody may read: a school's card, and a new computer's request to be let in. Signed, never sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bursar_desk.domain.errors import Refused
from bursar_desk.exchange import body, envelope
from bursar_desk.exchange.envelope import EnvelopeRefused
from db import statements as st

if TYPE_CHECKING:
    from bursar_desk.exchange.keys import ComputerKeys

KIND = "card"
MOST_FRAMES = 64


def write(path: Path, keys: ComputerKeys, namespace: bytes, made_ms: int, statements: Sequence[st.Statement]) -> None:
    """Write statements into an open file signed by a computer."""
    frames = [
        body.frame("made", made_ms),
        body.frame("have", []),
        body.frame("statements", [one.raw for one in statements]),
        body.frame("end", 0, 0, 0),
    ]
    envelope.write(path, kind=KIND, sender=keys.sign, certificate=b"", namespace=namespace, recipients=[], body=frames)


@dataclass(frozen=True, slots=True)
class Letter:
    """What an open file holds; nothing of it is believed yet, but every signature in it is its signer's."""

    sender: bytes
    namespace: bytes
    statements: tuple[st.Statement, ...]

    @property
    def request(self) -> st.Statement | None:
        """Return the request in it, made by whoever signed the file; nothing when it is a card."""
        found = [one for one in self.statements if one.kind == st.REQUEST]
        good = len(found) == 1 and found[0].signer == self.sender == found[0].facts["sign"]
        return found[0] if good and found[0].namespace == self.namespace else None


def read(path: Path) -> Letter:
    """Read an open file. Raises ``Refused`` for any other file, and for one that makes no sense."""
    with envelope.open_file(path, []) as opened:
        if opened.header.kind != KIND:
            raise Refused("This is another kind of file.", "Nothing was changed.", "Choose a card or a request.")
        raws: list[object] = []
        for number, frame in enumerate(body.frames(opened.body)):
            if number >= MOST_FRAMES:
                raise EnvelopeRefused("damaged_content", "too many frames for a card")
            match frame:
                case ["statements", list(listed)]:
                    raws.extend(listed)
        sender, namespace = opened.sender, opened.header.namespace
    return Letter(sender, namespace, tuple(_statement(raw, namespace) for raw in raws))


def _statement(raw: object, namespace: bytes) -> st.Statement:
    try:
        one = st.read(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError):
        raise EnvelopeRefused("damaged_content", "a statement") from None
    if not st.well_formed(one) or not st.signed(one) or one.namespace != namespace:
        raise EnvelopeRefused("altered", "a statement")
    return one
