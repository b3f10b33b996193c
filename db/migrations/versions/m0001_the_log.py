"""The first shape of the log.

A shipped step is never edited and never looks at today's table classes: it spells out what it makes.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    "CREATE TABLE meta (k TEXT PRIMARY KEY, v BLOB) STRICT, WITHOUT ROWID",
    "CREATE TABLE school_key (sid INTEGER PRIMARY KEY, school BLOB NOT NULL UNIQUE) STRICT",
    "CREATE TABLE statement (hash BLOB PRIMARY KEY, kind TEXT NOT NULL, school BLOB NOT NULL, body BLOB NOT NULL,"
    " arrived INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE stream (sno INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, meta BLOB NOT NULL, sid INTEGER NOT NULL,"
    " channel TEXT NOT NULL, writer BLOB NOT NULL) STRICT",
    "CREATE TABLE chain (cid INTEGER PRIMARY KEY, sno INTEGER NOT NULL, start_seq INTEGER NOT NULL,"
    " start_prev BLOB NOT NULL, head_seq INTEGER NOT NULL, head BLOB NOT NULL, seal BLOB,"
    " fork INTEGER NOT NULL) STRICT",
    "CREATE INDEX ix_chain_stream ON chain (sno)",
    "CREATE TABLE commit_log (pos INTEGER PRIMARY KEY, hash BLOB NOT NULL, body BLOB NOT NULL,"
    " arrived INTEGER NOT NULL, level INTEGER NOT NULL) STRICT",
    "CREATE TABLE peer_have (peer BLOB NOT NULL, stream BLOB NOT NULL, head BLOB NOT NULL, seq INTEGER NOT NULL,"
    " PRIMARY KEY (peer, stream, head)) STRICT, WITHOUT ROWID",
    "CREATE TABLE import_log (ino INTEGER PRIMARY KEY, file BLOB NOT NULL UNIQUE, at INTEGER NOT NULL,"
    " sender BLOB NOT NULL, school BLOB NOT NULL, made INTEGER NOT NULL, counts TEXT NOT NULL) STRICT",
    "CREATE TABLE channel_sum (sid INTEGER NOT NULL, channel TEXT NOT NULL, total BLOB NOT NULL,"
    " commits INTEGER NOT NULL, PRIMARY KEY (sid, channel)) STRICT, WITHOUT ROWID",
)


def upgrade() -> None:
    """Make the log's tables."""
    for statement in STATEMENTS:
        op.execute(statement)
