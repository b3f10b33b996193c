"""A copy of a register that goes on as another computer's own: its number and its writer are other ones from now on."""

from __future__ import annotations

from pathlib import Path

from db import register_facts
from db.engine import make_engine


def take_identity(path: Path, register: bytes, writer: bytes) -> None:
    """Let an unfinished copy be register ``register`` (16 bytes), written by ``writer`` (32); history stays as it is.

    The witness of this machine has never seen it, so a new epoch begins at the first write by itself.
    """
    engine = make_engine(path)
    try:
        with engine.begin() as con:
            register_facts.put(con, register=register, writer=writer)
    finally:
        engine.dispose()
