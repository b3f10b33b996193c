"""Qt's Python side is compiled once and kept; Python's own ways are back afterwards."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest

from bursar_desk.ui.quick_qt import quick_qt


def _values(code: object) -> dict[str, object]:
    import types

    assert isinstance(code, types.CodeType)
    made = types.FunctionType(code, {})
    made()
    return made.__globals__


def test_what_was_compiled_once_is_kept_and_means_the_same(tmp_path: Path) -> None:
    kept = tmp_path / "kept.marshal"
    plain, plain_import = builtins.compile, builtins.__import__
    with quick_qt(kept):
        first = compile("x = 6 * 7", "<a>", "exec")
    assert kept.is_file()
    before = kept.read_bytes()
    with quick_qt(kept):
        again = compile("x = 6 * 7", "<a>", "exec")
        other = compile("x = 6 * 8", "<a>", "exec")
        asked = compile("6 * 9", "<a>", "eval")
    assert builtins.compile is plain
    assert builtins.__import__ is plain_import
    assert (first.co_consts, again.co_consts) == ((42, None), (42, None))
    assert _values(other)["x"] == 48
    assert asked.co_consts == (54,)
    assert kept.read_bytes() != before


def test_a_damaged_or_foreign_file_is_passed_over(tmp_path: Path) -> None:
    kept = tmp_path / "kept.marshal"
    for content in (b"", b"\x00", b"not marshal at all", b"\xff" * 64):
        kept.write_bytes(content)
        with quick_qt(kept):
            assert compile("x = 1", "<a>", "exec").co_consts == (1, None)


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, no folder"
    blocked.write_bytes(b"")
    with quick_qt(blocked / "kept.marshal"):
        assert compile("x = 2", "<a>", "exec").co_consts == (2, None)


def test_what_goes_wrong_inside_is_passed_on_and_everything_put_back(tmp_path: Path) -> None:
    plain = builtins.compile
    with pytest.raises(LookupError), quick_qt(tmp_path / "kept.marshal"):
        raise LookupError
    assert builtins.compile is plain
