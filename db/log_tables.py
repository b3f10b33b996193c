"""The log's own tables, which alone need migrations; everything else is derived and can be rebuilt."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

log_metadata = MetaData()

meta = Table(
    "meta",
    log_metadata,
    Column("k", Text, primary_key=True),
    Column("v", LargeBinary),
    sqlite_with_rowid=False,
    comment="the register's own facts: id, namespace, home, epoch",
)
school_key = Table(
    "school_key",
    log_metadata,
    Column("sid", Integer, primary_key=True),
    Column("school", LargeBinary, nullable=False, unique=True),
    comment="a small local number for each school id",
)
statement = Table(
    "statement",
    log_metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("school", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("arrived", Integer, nullable=False),
    sqlite_with_rowid=False,
    comment="signed statements: roots, certificates, grants",
)
stream = Table(
    "stream",
    log_metadata,
    Column("sno", Integer, primary_key=True),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("meta", LargeBinary, nullable=False),
    Column("sid", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("writer", LargeBinary, nullable=False),
)
chain = Table(
    "chain",
    log_metadata,
    Column("cid", Integer, primary_key=True),
    Column("sno", Integer, nullable=False),
    Column("start_seq", Integer, nullable=False),
    Column("start_prev", LargeBinary, nullable=False),
    Column("head_seq", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("seal", LargeBinary),
    Column("fork", Integer, nullable=False),
    comment="one straight line of history; a fork is a second line that starts inside the first",
)
Index("ix_chain_stream", chain.c.sno)
commit_log = Table(
    "commit_log",
    log_metadata,
    Column("pos", Integer, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("arrived", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    comment="append only; pos = cid << 40 | seq; arrived = the import that brought it, 0 for made here",
)
peer_have = Table(
    "peer_have",
    log_metadata,
    Column("peer", LargeBinary, primary_key=True),
    Column("stream", LargeBinary, primary_key=True),
    Column("head", LargeBinary, primary_key=True),
    Column("seq", Integer, nullable=False),
    sqlite_with_rowid=False,
    comment="what a peer said it holds; replaced by each of its files, never maximised",
)
import_log = Table(
    "import_log",
    log_metadata,
    Column("ino", Integer, primary_key=True),
    Column("file", LargeBinary, nullable=False, unique=True),
    Column("at", Integer, nullable=False),
    Column("sender", LargeBinary, nullable=False),
    Column("school", LargeBinary, nullable=False),
    Column("made", Integer, nullable=False),
    Column("counts", Text, nullable=False),
)
channel_sum = Table(
    "channel_sum",
    log_metadata,
    Column("sid", Integer, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("total", LargeBinary, nullable=False),
    Column("commits", Integer, nullable=False),
    sqlite_with_rowid=False,
    comment="sum of commit hashes modulo 2^256 for each school and channel",
)
read_here = Table(
    "read_here",
    log_metadata,
    Column("row", LargeBinary, primary_key=True),
    Column("at", Integer, nullable=False),
    sqlite_with_rowid=False,
    comment="which messages were read at this desk, and when (milliseconds); it never travels",
)
peer_want = Table(
    "peer_want",
    log_metadata,
    Column("peer", LargeBinary, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
    comment="files a peer said it lacks; replaced by each of its share files",
)
blob = Table(
    "blob",
    log_metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    sqlite_with_rowid=False,
    comment="files whose content lies beside this register",
)
fingerprint = Table(
    "fingerprint",
    log_metadata,
    Column("school", LargeBinary, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("heads", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
    comment="what a school's history was on a day, as its papers and files said: notices a history written anew",
)
