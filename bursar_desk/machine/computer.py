"""What is known of this computer: its screen, its own folder, its name."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def has_screen(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a person can see a window here. Qt told to draw into memory counts as no screen on every system."""
    if environ.get("QT_QPA_PLATFORM", "").split(":")[0] in {"offscreen", "minimal", "vnc"}:
        return False
    if platform in {"win32", "darwin"}:
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def local_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The program's folder on this computer, which does not roam with the person's profile. Nothing is created.

    ``BURSAR_DESK_LOCAL`` names another one.
    """
    if chosen := environ.get("BURSAR_DESK_LOCAL"):
        return Path(chosen)
    import platformdirs

    return platformdirs.user_data_path("BursarDesk", appauthor=False, roaming=False)


def machine_id(
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    raw_id: Callable[[str], str] | None = None,
    folder: Path | None = None,
) -> str:
    """32 hexadecimal digits that stay the same on one computer and differ between two.

    What the system calls the computer is never shown or stored as it stands, only a sum of it (machine-id(5) asks for
    that). Where the system has no such name, a random one is made once and kept in the local folder. Cloned disks share
    their name: this tells computers apart, it proves nothing. ``BURSAR_DESK_MACHINE`` stands for the system's name.
    """
    raw = environ.get("BURSAR_DESK_MACHINE") or (raw_id or _systems_name)(platform)
    if not raw:
        raw = _kept_name(folder or local_folder(environ))
    return hashlib.sha256(b"bursar-desk machine\0" + raw.encode()).hexdigest()[:32]


def _systems_name(platform: str) -> str:
    """The operating system's own name for this computer; empty where it has none or does not tell."""
    try:
        if platform == "win32":
            return _windows_name()
        if platform == "darwin":
            command = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
            told = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout
            return macos_name(told)
    except (OSError, subprocess.SubprocessError):
        return ""
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        with contextlib.suppress(OSError, UnicodeDecodeError):
            name = Path(path).read_text("ascii").strip()
            if re.fullmatch(r"[0-9a-f]{32}", name):  # "uninitialized" stands there while a system image is prepared
                return name
    return ""


def macos_name(told: str) -> str:
    """The hardware id within what ``ioreg`` prints; empty if it is not there."""
    found = re.search(r'"IOPlatformUUID"\s*=\s*"([0-9A-Fa-f-]+)"', told)
    return found[1] if found else ""


def _windows_name() -> str:
    if sys.platform == "win32":
        import winreg

        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY  # the same name for a 32-bit Python
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography", 0, access) as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    return ""


def _kept_name(folder: Path) -> str:
    """The random name kept in ``folder``, made by whichever program comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "machine-id"
    with contextlib.suppress(FileNotFoundError):
        if name := kept.read_text("ascii").strip():
            return name
        kept.unlink()  # emptied by a power cut
    mine = folder / f"machine-id.{secrets.token_hex(8)}"
    mine.write_text(secrets.token_hex(16), "ascii")
    try:
        kept.hardlink_to(mine)  # fails if another program was first, where a replacement would undo its work
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        kept.write_text(mine.read_text("ascii"), "ascii")
    mine.unlink()
    return kept.read_text("ascii").strip()
