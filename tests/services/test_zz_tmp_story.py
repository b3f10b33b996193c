import os
from pathlib import Path
import pytest
from bursar_desk.cli import Doors
from tests.services.commands_kit import run
def test_it(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False); monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("BURSAR_DESK_TRACE","1")
    ran = run("desk", "--sample", as_json=False, doors=Doors(pictures=lambda f,r,o: []))
    assert ran.code==0
