"""A share, a synced folder or a stick is recognised as such on each system, from faked mounts and drives."""

from __future__ import annotations

import sys
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from bursar_desk.machine.places import Place, is_shared_or_synced, where_it_lies

_LINUX = r"""
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/export /srv/office nfs4 rw,vers=4.2 0 0
//nas/share /mnt/school\040files cifs rw 0 0
ada@host:/ /home/ada/far fuse.sshfs rw 0 0
/dev/sdb1 /srv/office/local ext4 rw 0 0
/dev/sdc1 /media/ada/STICK vfat rw 0 0
"""
_MACOS = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//ada@server/office on /Volumes/office (smbfs, nodev, nosuid, mounted by ada)
/dev/disk4s1 on /Volumes/STICK (msdos, local, nodev, nosuid, noowners)
"""
_ONEDRIVE = {"OneDriveCommercial": r"D:\Work\Cloud"}
_DRIVES = {"C:\\": 3, "D:\\": 3, "H:\\": 4, "E:\\": 2}


@pytest.mark.parametrize(
    ("platform", "path", "kind", "by"),
    [
        ("win32", r"\\server\office\register", "shared", "a network share"),
        ("win32", r"\\?\UNC\server\office\register", "shared", "a network share"),
        ("win32", "//server/office/register", "shared", "a network share"),
        ("win32", r"H:\register", "shared", "a network drive (H:)"),
        ("win32", r"E:\register", "removable", "a removable disk (E:)"),
        ("win32", r"\\?\H:\register", "shared", "a network drive (H:)"),
        ("win32", r"C:\Users\ada\OneDrive - St Bede's\register", "synced", "OneDrive"),
        ("win32", r"d:\work\cloud\register", "synced", "OneDrive"),
        ("win32", r"C:\Users\ada\Dropbox (School)\register", "synced", "Dropbox"),
        ("win32", r"C:\Users\ada\iCloudDrive\register", "synced", "iCloud Drive"),
        ("win32", r"C:\My Drive\register", "synced", "Google Drive"),
        ("win32", r"C:\Users\ada\AppData\Local\BursarDesk\register", "local", ""),
        ("win32", r"\\?\C:\Users\ada\register", "local", ""),
        ("win32", r"D:\Work\Cloudy\register", "local", ""),
        ("darwin", "/Volumes/office/register", "shared", "a network drive"),
        ("darwin", "/Volumes/STICK/register", "removable", "a removable disk"),
        ("darwin", "/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/register", "synced", "iCloud Drive"),
        ("darwin", "/Users/ada/Library/CloudStorage/GoogleDrive-ada@school.uk/register", "synced", "Google Drive"),
        ("darwin", "/Users/ada/Library/CloudStorage/Pail/register", "synced", "a file service"),
        ("darwin", "/Users/ada/Library/Application Support/BursarDesk/register", "local", ""),
        ("linux", "/srv/office/register", "shared", "a network drive"),
        ("linux", "/srv/office/local/register", "local", ""),
        ("linux", "/mnt/school files/register", "shared", "a network drive"),
        ("linux", "/home/ada/far/away/register", "shared", "a network drive"),
        ("linux", "/media/ada/STICK/register", "removable", "a removable disk"),
        ("linux", "/home/ada/Dropbox/register", "synced", "Dropbox"),
        ("linux", "/home/ada/dropboxes/register", "local", ""),
        ("linux", "/home/ada/.local/share/BursarDesk/register", "local", ""),
    ],
)
def test_a_place_that_is_not_this_computers_own_disk_is_recognised(
    platform: str, path: str, kind: str, by: str
) -> None:
    pure: PurePath = PureWindowsPath(path) if platform == "win32" else PurePosixPath(path)
    mounts = {"linux": _LINUX, "darwin": _MACOS, "win32": ""}[platform]
    place = where_it_lies(pure, _ONEDRIVE, platform, mounts, lambda root: _DRIVES.get(root.upper(), 0))
    assert place.kind == kind
    assert place.by.startswith(by) if by else place == Place("local")


@pytest.mark.skipif(sys.platform == "win32", reason="links need special rights on Windows")
def test_a_link_into_a_synced_folder_counts_as_that_folder(tmp_path: Path) -> None:
    kept = tmp_path / "Dropbox"
    kept.mkdir()
    (tmp_path / "plain").symlink_to(kept)
    assert is_shared_or_synced(tmp_path / "plain" / "register")
    assert not is_shared_or_synced(tmp_path / "elsewhere" / "register")
