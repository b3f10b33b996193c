"""Alembic's entry: the connection and its transaction are handed in by db.migrations.upgrade."""

from __future__ import annotations

from alembic import context

from db.log_tables import log_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=log_metadata,
    render_as_batch=True,
    transaction_per_migration=False,
    transactional_ddl=False,
)
context.run_migrations()
