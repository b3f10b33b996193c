"""The one place for what differs between Windows, macOS and Linux, and for what is known of this computer."""

from __future__ import annotations

from bursar_desk.machine.computer import has_screen, local_folder, machine_id
from bursar_desk.machine.disk import disk_full, free_bytes, in_words, last_moment, no_answer, room_for
from bursar_desk.machine.files import fsync_folder, mark_from_elsewhere, replace_with_retry, safe_file_name, sweep
from bursar_desk.machine.lock import Holder, InUse, RegisterLock, held_by
from bursar_desk.machine.places import Place, is_shared_or_synced, where_it_lies

__all__ = [
    "Holder",
    "InUse",
    "Place",
    "RegisterLock",
    "disk_full",
    "free_bytes",
    "fsync_folder",
    "has_screen",
    "held_by",
    "in_words",
    "is_shared_or_synced",
    "last_moment",
    "local_folder",
    "machine_id",
    "mark_from_elsewhere",
    "no_answer",
    "replace_with_retry",
    "room_for",
    "safe_file_name",
    "sweep",
    "where_it_lies",
]
