"""Tables that never travel: read marks, what a peer asked for, files held, and fingerprints of the days.

A shipped step is never edited and never looks at today's table classes: it spells out what it makes.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "CREATE TABLE read_here (row BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE peer_want (peer BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (peer, hash)) STRICT, WITHOUT ROWID",
    "CREATE TABLE blob (hash BLOB PRIMARY KEY, size INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE fingerprint (school BLOB NOT NULL, day INTEGER NOT NULL, code TEXT NOT NULL, heads BLOB NOT NULL,"
    " PRIMARY KEY (school, day, code)) STRICT, WITHOUT ROWID",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
