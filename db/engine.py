"""SQLAlchemy's door to a register: the same connection as the raw door, with transactions begun by hand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from db import raw

__all__ = ["Connection", "Engine", "in_memory", "make_engine", "reading"]


def make_engine(path: Path, *, read_only: bool = False, create: bool = False) -> Engine:
    """Return an engine over one register.

    The stock driver begins transactions behind one's back and so leaves half a schema after a failed step; here
    SQLAlchemy's "begin" sends it. Writers take the write lock at once, so two of them never meet half-way.
    """
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: raw.connect(path, read_only=read_only, create=create),
        poolclass=QueuePool,
        pool_size=2,
        max_overflow=2,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = read_only or connection.get_execution_options().get("bursar_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "handle_error")
    def _words(context: ExceptionContext) -> None:
        told = raw.in_words(context.original_exception, path)
        if told is not None:  # a full disk or a pulled stick is no fault of the program, and is said as what it is
            raise told from context.original_exception

    return engine


def reading(engine: Engine) -> Connection:
    """Return a connection whose transactions only read."""
    return engine.connect().execution_options(bursar_reading=True)


def in_memory() -> Engine:
    """Return an engine over memory, to build tables for comparison."""
    engine = create_engine(
        "sqlite+pysqlite://", creator=lambda: sqlite3.connect(":memory:", isolation_level=None), poolclass=StaticPool
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine
