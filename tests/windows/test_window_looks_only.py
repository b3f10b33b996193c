"""A register that is open elsewhere can be looked at from here; the question says who has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bursar_desk import app as program
from bursar_desk import machine
from bursar_desk.ui import theme
from bursar_desk.ui.widgets.question import Question
from tests.services.sample_fixture import copy_of, register_of


def test_a_register_in_use_is_offered_to_be_looked_at(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    register = register_of(copy_of(tmp_path)).path
    lock = machine.RegisterLock(register)
    lock.acquire("Dawn Hill", "OFFICE-2", 1_795_000_000_000)
    start = program.Start(register, None, None, theme.Scheme.LIGHT)
    try:
        start.show()
        start.open()
        qtbot.waitUntil(lambda: start.problem is not None, timeout=20_000)
        question = next(one for one in start.frame.findChildren(Question))
        assert "Dawn Hill" in question.accessibleName()
        question.buttons["look"].click()
        qtbot.waitUntil(lambda: start.window is not None, timeout=20_000)
        assert start.desk is not None
        assert start.desk.store.read_only
    finally:
        start.close()
        lock.release()
