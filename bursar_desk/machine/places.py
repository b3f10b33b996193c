"""Whether a folder is this computer's own, or shared, kept elsewhere by a service, or on a disk that can be pulled out.

A live register belongs on a disk of this computer (safety bar A8): file locks and safe writing cannot be relied on
elsewhere, and a service that copies a file while it is written makes damaged copies.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Kind = Literal["local", "shared", "synced", "removable"]

# File systems that lie on another computer, as /proc/mounts and `mount` on macOS name them. fuse.X is looked up as X.
_NETWORK = re.compile(
    r"nfs[34]?|cifs|smb[23]?|smbfs|smbnetfs|ncpf?s?|afpfs|afs|webdav|davfs2?|sshfs|rclone|ceph|glusterfs|lustre|beegfs"
    r"|ocfs2|gfs2|vboxsf|vmhgfs(-fuse)?|gvfsd-fuse|s3fs|gcsfuse|google-drive-ocamlfuse|onedriver"
)
# Names of folders that services keep; the words after them are the person's or the school's.
_SYNCED = (
    (re.compile(r"onedrive(?: ?-.*)?", re.IGNORECASE), "OneDrive"),
    (re.compile(r"dropbox(?: ?\(.*\))?", re.IGNORECASE), "Dropbox"),
    (re.compile(r"google ?drive(?:-.*| ?\(.*\))?|my drive|shared drives", re.IGNORECASE), "Google Drive"),
    (re.compile(r"icloud ?drive(?:-.*)?|mobile documents|com~apple~clouddocs", re.IGNORECASE), "iCloud Drive"),
    (re.compile(r"box sync|nextcloud\d*|owncloud|syncthing", re.IGNORECASE), "a file service"),
)
_WINDOWS_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_WINDOWS_REMOVABLE, _WINDOWS_REMOTE = 2, 4  # what GetDriveTypeW answers


@dataclass(frozen=True)
class Place:
    """What kind of place a folder is; ``by`` names the share or the service in words for people (empty: local)."""

    kind: Kind
    by: str = ""


def is_shared_or_synced(path: Path) -> bool:
    """Whether ``path`` is on a share or in a folder that a service keeps: no place for a live register."""
    return where_it_lies(path).kind in {"shared", "synced"}


def where_it_lies(
    path: PurePath,
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    mounts: str | None = None,
    drive_type: Callable[[str], int] | None = None,
) -> Place:
    """What kind of place ``path`` is in; the file itself need not exist.

    ``mounts`` is the text of /proc/mounts (Linux) or of ``mount`` (macOS), ``drive_type`` Windows' GetDriveTypeW for a
    root such as ``H:\\``; both are asked of the system when not given.
    """
    real = Path(os.path.realpath(path)) if isinstance(path, Path) else path  # a link into a share counts as the share
    if platform == "win32":
        windows = PureWindowsPath(real)
        return _windows_share(windows, drive_type or _drive_type) or _service(windows, environ) or _LOCAL
    posix = PurePosixPath(real)
    table = (_linux_mounts if platform.startswith("linux") else _macos_mounts)(
        _told_mounts(platform) if mounts is None else mounts
    )
    return _mounted(posix, table) or _service(posix, environ) or _removable(posix, platform) or _LOCAL


_LOCAL = Place("local")


def _windows_share(path: PureWindowsPath, drive_type: Callable[[str], int]) -> Place | None:
    drive = path.drive
    verbatim = re.match(r"\\\\[?.]\\(?:(UNC)\\|([A-Za-z]:))", str(path) + "\\", re.IGNORECASE)
    if drive.startswith("\\\\") and not (verbatim and verbatim[2]):
        return Place("shared", f"a network share ({drive})")
    letter = (verbatim[2] if verbatim else drive)[:2]
    kind = drive_type(letter + "\\") if letter else 0
    if kind == _WINDOWS_REMOTE:
        return Place("shared", f"a network drive ({letter})")
    if kind == _WINDOWS_REMOVABLE:
        return Place("removable", f"a removable disk ({letter})")
    return None


def _service(path: PurePath, environ: Mapping[str, str]) -> Place | None:
    """The service that keeps ``path``, by the system's own variables or by the name of a folder above it."""
    if isinstance(path, PureWindowsPath):
        kept = (environ.get(name, "") for name in _WINDOWS_VARIABLES)
        if any(root and path.is_relative_to(PureWindowsPath(root)) for root in kept):
            return Place("synced", "OneDrive")
    for part in path.parts:
        for pattern, service in _SYNCED:
            if pattern.fullmatch(part):
                return Place("synced", service)
    if "CloudStorage" in path.parts and "Library" in path.parts:  # where macOS puts every service's folder
        return Place("synced", "a file service")
    return None


def _mounted(path: PurePosixPath, table: list[tuple[PurePosixPath, str]]) -> Place | None:
    """Whether the file system that ``path`` is on, the one mounted deepest above it, lies on another computer."""
    above = [(len(point.parts), nth, kind) for nth, (point, kind) in enumerate(table) if path.is_relative_to(point)]
    if not above:
        return None
    kind = max(above)[2]  # of two mounted on one folder the later one covers the first
    return Place("shared", "a network drive") if _NETWORK.fullmatch(kind.removeprefix("fuse.")) else None


def _removable(path: PurePosixPath, platform: str) -> Place | None:
    roots = ("/Volumes",) if platform == "darwin" else ("/media", "/run/media")
    if any(path.is_relative_to(root) and path != PurePosixPath(root) for root in roots):
        return Place("removable", "a removable disk")
    return None


def _linux_mounts(text: str) -> list[tuple[PurePosixPath, str]]:
    """Mount points and kinds from /proc/mounts, where blanks in names are written as octal numbers."""
    rows = (line.split(" ") for line in text.splitlines())
    return [(PurePosixPath(_unescape(row[1])), row[2]) for row in rows if len(row) > 2]


def _unescape(name: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), name)


def _macos_mounts(text: str) -> list[tuple[PurePosixPath, str]]:
    """Mount points and kinds from lines such as ``//ada@server/office on /Volumes/office (smbfs, nodev)``."""
    found = (re.fullmatch(r".*? on (/.*) \((\w+)[^()]*\)", line) for line in text.splitlines())
    return [(PurePosixPath(row[1]), row[2]) for row in found if row]


def _told_mounts(platform: str) -> str:
    try:
        if platform.startswith("linux"):
            return Path("/proc/mounts").read_text("utf-8", "surrogateescape")
        return subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _drive_type(root: str) -> int:
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.kernel32.GetDriveTypeW(root))
    return 0
