"""Loads Qt's Python side faster: what it compiles anew at every start is compiled once and kept.

PySide6 carries a package of signatures as source text in an archive, and compiles it whenever it is imported: a sixth
of the time to a bare window. While Qt is being imported, ``compile`` is answered from a file beside this module's own
compiled form, named by Python and by every text it holds; anything else about the import stays as it is. Where the
file cannot be written, nothing is kept and nothing is lost.
"""

from __future__ import annotations

import builtins
import hashlib
import marshal
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent / "__pycache__" / f"qt-signatures.{sys.implementation.cache_tag}.marshal"


class _Kept:
    """The compiled forms kept, by a fingerprint of the text, its name and how it was to be compiled."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.plain = builtins.compile
        self.forms: dict[bytes, Any] = {}
        self.fresh = False
        with suppress(OSError, ValueError, EOFError, TypeError):
            version, forms = marshal.loads(file.read_bytes())  # noqa: S302 - our own file, like any compiled module
            if version == sys.version and isinstance(forms, dict):
                self.forms = forms

    def compile(self, source: Any, filename: Any, mode: str, *more: Any, **named: Any) -> Any:
        """Answer as ``compile`` does; only plain texts that make whole modules are kept."""
        if not isinstance(source, str | bytes) or mode != "exec" or more or named:
            return self.plain(source, filename, mode, *more, **named)
        text = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
        key = hashlib.sha256(repr((str(filename), type(source).__name__)).encode() + b"\0" + text).digest()
        if key not in self.forms:
            self.forms[key] = self.plain(source, filename, mode)
            self.fresh = True
        return self.forms[key]

    def save(self) -> None:
        """Keep what is new, for the next start."""
        if not self.fresh:
            return
        part = self.file.with_suffix(f".{os.getpid()}.part")
        with suppress(OSError, ValueError):
            self.file.parent.mkdir(exist_ok=True)
            part.write_bytes(marshal.dumps((sys.version, self.forms)))
            part.replace(self.file)


@contextmanager
def quick_qt(file: Path = FILE) -> Iterator[None]:
    """Import PySide6 inside this; afterwards ``compile`` and ``__import__`` are Python's own again.

    PySide6 replaces ``__import__`` and from then on keeps the source text of every module loaded: later imports get
    slower and the program heavier. Nothing here needs what it looks for.
    """
    kept, plain_import = _Kept(file), builtins.__import__
    builtins.compile = kept.compile
    try:
        yield
    finally:
        builtins.compile = kept.plain
        builtins.__import__ = plain_import
        kept.save()
