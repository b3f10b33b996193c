"""A disk that refuses the k-th thing asked of it, once or from then on: for Python's files and for SQLite's alike.

What the program asks through Python (open, read, write, flush to the disk, rename, delete) is caught where it is asked.
SQLite asks the system itself: a thin layer below it, laid in through the library Python has loaded, counts and refuses
there. Both are counted together, kind by kind, and only for files below one folder.
"""

from __future__ import annotations

import _sqlite3
import builtins
import ctypes
import errno
import io
import os
import tempfile
from collections import Counter
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KINDS = ("open", "read", "write", "sync", "rename", "delete")
CODES = {
    "open": (errno.EACCES, errno.EIO), "read": (errno.EIO,), "write": (errno.ENOSPC, errno.EIO), "sync": (errno.EIO,),
    "rename": (errno.EACCES, errno.EIO), "delete": (errno.EACCES, errno.EIO),
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """Refuse the ``at``-th request of a kind (from 1), or that and every later one of the kind, with ``code``."""

    kind: str
    at: int
    lasting: bool
    code: int = 0

    @property
    def is_full(self) -> bool:
        """Whether the disk says that it is full."""
        return self.code == errno.ENOSPC

    def __str__(self) -> str:
        return f"{self.kind} {self.at}{' and after' if self.lasting else ''} ({errno.errorcode[self.code]})"


@dataclass
class Disk:
    """What was asked of the files below ``root``, by kind, and what is to be refused."""

    root: Path
    fault: Fault | None = None
    asked: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def refuses(self, kind: str) -> bool:
        """Count one request; tell whether it is refused."""
        self.asked[kind] += 1
        fault = self.fault
        if fault is None or kind != fault.kind or self.asked[kind] < fault.at:
            return False
        if self.asked[kind] > fault.at and not fault.lasting:
            return False
        self.refused += 1
        return True

    def ask(self, kind: str, path: object) -> None:
        """Count one request of Python's for a path; raise what the system would."""
        if self.holds(path) and self.refuses(kind):
            assert self.fault is not None
            raise OSError(self.fault.code, os.strerror(self.fault.code), str(path))

    def holds(self, path: object) -> bool:
        """Whether a path lies below the root."""
        return isinstance(path, str | os.PathLike) and Path(path).absolute().is_relative_to(self.root)


@contextmanager
def disk(root: Path, fault: Fault | None = None) -> Iterator[Disk]:
    """Let everything below ``root`` lie on a disk that counts and refuses."""
    made = Disk(root, fault)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(root / "scratch"))
        _PythonFiles(made).lay_in(patch)
        with _below_sqlite(made):
            yield made


# ---------------------------------------------------------------- what Python asks
class _PythonFiles:
    """The functions through which Python opens and changes files, each counted first."""

    def __init__(self, counted: Disk) -> None:
        self._disk = counted
        self._open = io.open
        self._by_handle: dict[int, str] = {}

    def lay_in(self, patch: pytest.MonkeyPatch) -> None:
        for module in (builtins, io):
            patch.setattr(module, "open", self._opened)
        patch.setattr(os, "open", self._opened_low(os.open))
        for name, kind in (("unlink", "delete"), ("remove", "delete"), ("mkdir", "write"), ("listdir", "read")):
            patch.setattr(os, name, self._on_path(getattr(os, name), kind))
        for name in ("replace", "rename"):
            patch.setattr(os, name, self._on_path(getattr(os, name), "rename"))
        for name, kind in (("write", "write"), ("ftruncate", "write"), ("fsync", "sync"), ("fdatasync", "sync")):
            if hasattr(os, name):
                patch.setattr(os, name, self._on_handle(getattr(os, name), kind))

    def _opened(self, file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if not self._disk.holds(file):
            return self._open(file, mode, *more, **named)
        self._disk.ask("open", file)
        inner = self._open(file, mode, *more, **named)
        self._by_handle[inner.fileno()] = str(file)
        return _File(inner, self._disk, str(file))

    def _opened_low(self, real: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, *more: Any, **named: Any) -> int:
            self._disk.ask("open", path)
            handle = real(path, *more, **named)
            self._by_handle[handle] = str(path)
            return handle

        return opened

    def _on_path(self, real: Callable[..., Any], kind: str) -> Callable[..., Any]:
        def called(path: Any = ".", *more: Any, **named: Any) -> Any:
            self._disk.ask(kind, path)
            return real(path, *more, **named)

        return called

    def _on_handle(self, real: Callable[..., Any], kind: str) -> Callable[..., Any]:
        def called(handle: int, *more: Any) -> Any:
            self._disk.ask(kind, self._by_handle.get(handle))
            return real(handle, *more)

        return called


class _File:
    """An open file whose reads and writes are counted."""

    def __init__(self, inner: Any, counted: Disk, path: str) -> None:
        self._inner, self._disk, self._path = inner, counted, path

    def read(self, *sizes: Any) -> Any:
        self._disk.ask("read", self._path)
        return self._inner.read(*sizes)

    def write(self, data: Any) -> Any:
        self._disk.ask("write", self._path)
        return self._inner.write(data)

    def flush(self) -> None:
        self._disk.ask("write", self._path)
        self._inner.flush()

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(self, *what: object) -> None:
        self._inner.__exit__(*what)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


# ---------------------------------------------------------------- what SQLite asks
class _Vfs(Structure):
    """``sqlite3_vfs`` up to its third version."""

    _fields_ = (
        ("version", c_int), ("file_size", c_int), ("longest_path", c_int), ("next", c_void_p), ("name", c_char_p),
        ("app", c_void_p), ("open", c_void_p), ("delete", c_void_p), ("rest", c_void_p * 14),
    )  # fmt: skip


class _Methods(Structure):
    """``sqlite3_io_methods`` up to its third version."""

    _fields_ = (
        ("version", c_int), ("close", c_void_p), ("read", c_void_p), ("write", c_void_p), ("truncate", c_void_p),
        ("sync", c_void_p), ("rest", c_void_p * 13),
    )  # fmt: skip


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_MOVE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)  # read and write
_CUT = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_OK, _FULL, _CANTOPEN, _IOERR = 0, 13, 14, 10
_READ_REFUSED, _WRITE_REFUSED, _SYNC_REFUSED = _IOERR | 1 << 8, _IOERR | 3 << 8, _IOERR | 4 << 8
_FOLDER_SYNC_REFUSED, _CUT_REFUSED, _DELETE_REFUSED = _IOERR | 5 << 8, _IOERR | 6 << 8, _IOERR | 10 << 8

try:
    _library: Any = ctypes.CDLL(_sqlite3.__file__)
    _library.sqlite3_vfs_find.restype = c_void_p
    _under = _library.sqlite3_vfs_find(None)
    BELOW_SQLITE = os.name == "posix" and bool(_under)
except (AttributeError, OSError):  # an SQLite built into Python without a door
    BELOW_SQLITE = False


class _Layer:
    """A layer between SQLite and the system, made once; it hands everything on while no disk is laid in."""

    def __init__(self) -> None:
        self.disk: Disk | None = None
        self.under = _Vfs.from_address(_under)
        self._kept: list[object] = []
        self._methods: dict[int, _Methods] = {}
        self._open_under, self._delete_under = _OPEN(self.under.open), _DELETE(self.under.delete)
        self.over = _Vfs.from_buffer_copy(self.under)
        self.over.name, self.over.next = b"counted", None
        self.over.open = self._keep(_OPEN(self._open))
        self.over.delete = self._keep(_DELETE(self._delete))

    def _keep(self, call: Any) -> Any:
        self._kept.append(call)
        return ctypes.cast(call, c_void_p).value

    def _refuses(self, kind: str) -> bool:
        return self.disk is not None and self.disk.refuses(kind)

    def _ours(self, name: int | None) -> bool:
        return self.disk is not None and bool(name) and self.disk.holds(os.fsdecode(ctypes.string_at(name or 0)))

    def _open(self, _vfs: int, name: int, file: int, flags: int, out: Any) -> int:
        counted = self._ours(name)
        if counted and self._refuses("open"):
            c_void_p.from_address(file).value = None  # no methods: there is nothing to close
            return _CANTOPEN
        code: int = self._open_under(ctypes.addressof(self.under), name, file, flags, out)
        methods = c_void_p.from_address(file)
        if code == _OK and counted and methods.value:
            methods.value = ctypes.addressof(self._counted(methods.value))
        return code

    def _delete(self, _vfs: int, name: int, folder_too: int) -> int:
        counted = self._ours(name)
        if counted and self._refuses("delete"):
            return _DELETE_REFUSED
        code: int = self._delete_under(ctypes.addressof(self.under), name, folder_too)
        if code == _OK and counted and folder_too and self._refuses("sync"):
            return _FOLDER_SYNC_REFUSED  # deleted, and nobody knows whether that outlives a power cut
        return code

    def _counted(self, address: int) -> _Methods:
        if address not in self._methods:
            under = _Methods.from_address(address)
            over = _Methods.from_buffer_copy(under)
            over.read = self._keep(_MOVE(self._before(_MOVE(under.read), "read", _READ_REFUSED)))
            over.write = self._keep(_MOVE(self._before(_MOVE(under.write), "write", _WRITE_REFUSED)))
            over.truncate = self._keep(_CUT(self._before(_CUT(under.truncate), "write", _CUT_REFUSED)))
            over.sync = self._keep(_SYNC(self._before(_SYNC(under.sync), "sync", _SYNC_REFUSED)))
            self._methods[address] = over
        return self._methods[address]

    def _before(self, real: Any, kind: str, refusal: int) -> Any:
        def call(*arguments: Any) -> int:
            if not self._refuses(kind):
                code: int = real(*arguments)
                return code
            fault = self.disk.fault if self.disk else None
            return _FULL if refusal == _WRITE_REFUSED and fault and fault.is_full else refusal

        return call


_layers: list[_Layer] = []


@contextmanager
def _below_sqlite(counted: Disk) -> Iterator[None]:
    if not BELOW_SQLITE:
        yield
        return
    if not _layers:
        _layers.append(_Layer())
    layer = _layers[0]
    layer.disk = counted
    _library.sqlite3_vfs_register(ctypes.byref(layer.over), 1)
    try:
        yield
    finally:
        _library.sqlite3_vfs_register(c_void_p(ctypes.addressof(layer.under)), 1)
        _library.sqlite3_vfs_unregister(ctypes.byref(layer.over))
        layer.disk = None
