"""Key stores: what goes in comes out, only its owner can read it, and nothing is ever asked where nobody can answer."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring.backends.fail
import keyring.errors
import pytest

from bursar_desk.domain.errors import UserError
from bursar_desk.exchange import key_store
from bursar_desk.exchange.key_store import (
    FolderKeyStore,
    KeyStore,
    MemoryKeyStore,
    SystemKeyStore,
    choose_key_store,
)


class PretendStore:
    """The system's store, in memory: text under (service, entry), and deleting what is not there is refused."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, entry: str) -> str | None:
        return self.kept.get((service, entry))

    def set_password(self, service: str, entry: str, text: str) -> None:
        assert len(text.encode("utf-16-le")) <= 2560, "more than Windows keeps under one name"
        self.kept[service, entry] = text

    def delete_password(self, service: str, entry: str) -> None:
        if (service, entry) not in self.kept:
            raise keyring.errors.PasswordDeleteError(entry)
        del self.kept[service, entry]


@pytest.fixture(params=["memory", "folder", "system"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    made: dict[str, KeyStore] = {
        "memory": MemoryKeyStore(),
        "folder": FolderKeyStore(tmp_path / "keys"),
        "system": SystemKeyStore({}, backend=PretendStore()),
    }
    return made[request.param]


NAMES = ["register/00ff", "register/00FF", "../../escape", "CON", "a/b\\c:d", "naïve Ünïcode", "x" * 300, ""]


def test_what_is_kept_is_found_under_its_own_name_only(store: KeyStore) -> None:
    for number, name in enumerate(NAMES):
        assert store.load(name) is None
        store.save(name, bytes([number]) * 65)
    assert [store.load(name) for name in NAMES] == [bytes([number]) * 65 for number in range(len(NAMES))]
    assert store.names() == sorted(NAMES)
    store.save(NAMES[0], b"\x00 new \xff")
    assert store.load(NAMES[0]) == b"\x00 new \xff"
    assert store.names() == sorted(NAMES)


def test_what_is_deleted_is_gone_and_may_be_deleted_twice(store: KeyStore) -> None:
    store.save("one", b"1")
    store.save("two", b"2")
    store.delete("one")
    store.delete("one")
    store.delete("never there")
    assert store.load("one") is None
    assert store.names() == ["two"]


def test_an_empty_store_has_no_names(store: KeyStore) -> None:
    assert store.names() == []


@pytest.mark.parametrize("secret", [b"", b"x" * 513])
def test_a_secret_has_a_length(store: KeyStore, secret: bytes) -> None:
    with pytest.raises(ValueError):
        store.save("one", secret)
    assert store.names() == []


def test_the_keys_of_two_hundred_registers_fit_in_the_system_store() -> None:
    store = SystemKeyStore({}, backend=PretendStore())
    for number in range(200):
        store.save(f"register/{number:032x}", b"x" * 65)
    assert len(store.names()) == 200


# ---------------------------------------------------------------- the folder
@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights with the folder, not as modes")
def test_a_folder_of_keys_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    old = os.umask(0)
    try:
        FolderKeyStore(folder).save("one", b"secret")
    finally:
        os.umask(old)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert [stat.S_IMODE(each.stat().st_mode) for each in files] == [0o600]
    assert "one" not in files[0].name


def test_a_kill_while_saving_leaves_the_old_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderKeyStore(tmp_path)
    store.save("one", b"old")

    def stop(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(key_store, "replace_with_retry", stop)
    with pytest.raises(UserError, match="cannot be written"):
        store.save("one", b"new")
    monkeypatch.undo()
    assert store.load("one") == b"old"
    assert len(list(tmp_path.iterdir())) == 1
    next(tmp_path.iterdir()).with_suffix(".part").write_bytes(b"left by a kill")
    store.save("one", b"new")
    assert store.load("one") == b"new"
    assert store.names() == ["one"]


def test_a_damaged_key_file_is_said_in_words_and_never_read_as_a_key(tmp_path: Path) -> None:
    store = FolderKeyStore(tmp_path)
    store.save("one", b"secret")
    place = next(tmp_path.iterdir())
    whole = place.read_bytes()
    for bit in range(0, len(whole) * 8, 3):
        changed = bytearray(whole)
        changed[bit >> 3] ^= 1 << (bit & 7)
        place.write_bytes(bytes(changed))
        with pytest.raises(UserError, match="damaged"):
            store.load("one")
        with pytest.raises(UserError, match="damaged"):
            store.names()
    place.write_bytes(b"")
    with pytest.raises(UserError, match="damaged"):
        store.load("one")


def test_a_key_file_under_another_name_is_not_taken_for_it(tmp_path: Path) -> None:
    store = FolderKeyStore(tmp_path)
    store.save("one", b"1")
    first = next(tmp_path.iterdir())
    store.save("two", b"2")
    second = next(each for each in tmp_path.iterdir() if each != first)
    first.replace(second)
    with pytest.raises(UserError, match="damaged"):
        store.load("two")


def test_a_folder_that_is_a_file_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("not a folder")
    with pytest.raises(UserError, match="cannot be written"):
        FolderKeyStore(tmp_path / "keys").save("one", b"1")


# ---------------------------------------------------------------- the system
def test_nothing_is_asked_where_there_is_neither_screen_nor_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")

    def never() -> Any:
        raise AssertionError("the real store was reached")

    monkeypatch.setattr(keyring, "get_keyring", never)
    store = SystemKeyStore({}, terminal=False)
    uses: list[Callable[[], object]] = [
        lambda: store.load("x"),
        lambda: store.save("x", b"1"),
        store.names,
        lambda: store.delete("x"),
    ]
    for use in uses:
        with pytest.raises(UserError) as caught:
            use()
        assert "BURSAR_DESK_KEYS" in caught.value.remedy


@pytest.mark.parametrize(
    ("platform", "environ", "terminal"),
    [
        ("linux", {"DISPLAY": ":0"}, False),
        ("linux", {"WAYLAND_DISPLAY": "w"}, False),
        ("linux", {}, True),
        ("win32", {}, False),
        ("darwin", {}, False),
    ],
)
def test_a_computer_without_a_store_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch, platform: str, environ: dict[str, str], terminal: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    with pytest.raises(UserError) as caught:
        SystemKeyStore(environ, terminal=terminal).load("x")
    assert caught.value.title == "This computer has no key store we can use."
    assert "BURSAR_DESK_KEYS" in caught.value.remedy


def test_a_store_that_is_not_the_systems_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores that keep a file of their own may ask at the terminal, or keep keys unsealed."""
    monkeypatch.setattr(keyring, "get_keyring", PretendStore)
    with pytest.raises(UserError, match="no key store we can use"):
        SystemKeyStore({}, terminal=True).load("x")


@pytest.mark.parametrize("why", [keyring.errors.KeyringLocked("shut"), OSError("gone"), RuntimeError("odd")])
def test_a_store_that_does_not_answer_is_said_in_words(why: Exception) -> None:
    class Shut(PretendStore):
        def get_password(self, *_: str) -> str | None:
            raise why

    with pytest.raises(UserError) as caught:
        SystemKeyStore({}, backend=Shut()).load("x")
    assert "BURSAR_DESK_KEYS" in caught.value.remedy
    assert caught.value.__cause__ is why


def test_a_kill_between_name_and_secret_lists_nothing_that_is_not_there() -> None:
    class Dies(PretendStore):
        def set_password(self, service: str, entry: str, text: str) -> None:
            if entry.startswith("key "):
                raise OSError("killed")
            super().set_password(service, entry, text)

    store = SystemKeyStore({}, backend=Dies())
    with pytest.raises(UserError):
        store.save("one", b"1")
    assert store.names() == []


def test_a_damaged_entry_in_the_system_store_is_said_in_words() -> None:
    backend = PretendStore()
    store = SystemKeyStore({}, backend=backend)
    store.save("one", b"1")
    backend.kept["Bursar Desk", "key one"] = "not base64 !"
    with pytest.raises(UserError, match="damaged"):
        store.load("one")


# ---------------------------------------------------------------- which one
def test_the_folder_somebody_names_wins(tmp_path: Path) -> None:
    for practice in (True, False):
        chosen = choose_key_store(
            tmp_path / "a.desk", practice=practice, environ={"BURSAR_DESK_KEYS": str(tmp_path / "mine")}
        )
        chosen.save("one", b"1")
        assert len(list((tmp_path / "mine").iterdir())) == 1


def test_a_practice_register_keeps_its_keys_beside_it_and_a_real_one_in_the_system(tmp_path: Path) -> None:
    chosen = choose_key_store(tmp_path / "oakfield.desk", practice=True, environ={"BURSAR_DESK_KEYS": " "})
    chosen.save("one", b"1")
    assert [each.name for each in tmp_path.iterdir()] == ["oakfield.keys"]
    assert isinstance(choose_key_store(tmp_path / "oakfield.desk", practice=False, environ={}), SystemKeyStore)
