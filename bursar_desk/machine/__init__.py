"""The one place for what differs between Windows, macOS and Linux, and for what is known of this computer."""

from __future__ import annotations

from bursar_desk.machine.computer import has_screen, local_folder, machine_id
from bursar_desk.machine.files import fsync_folder, replace_with_retry, safe_file_name
from bursar_desk.machine.lock import Holder, InUse, RegisterLock, held_by
from bursar_desk.machine.places import Place, is_shared_or_synced, where_it_lies

__all__ = [
    "Holder",
    "InUse",
    "Place",
    "RegisterLock",
    "fsync_folder",
    "has_screen",
    "held_by",
    "is_shared_or_synced",
    "local_folder",
    "machine_id",
    "replace_with_retry",
    "safe_file_name",
    "where_it_lies",
]
