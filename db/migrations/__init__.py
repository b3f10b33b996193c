"""Migrations of the log's own tables, run only when the number in the file differs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from db.raw import APPLICATION_ID, LOG_VERSION


def upgrade(connection: Connection) -> None:
    """Bring the log's tables to this release inside the caller's transaction, and note the number in the file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={LOG_VERSION}")
