"""Windows are tested without a screen, in the bundled typeface, light unless a test says otherwise."""

from __future__ import annotations

import builtins
import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_plain_import = builtins.__import__

from PySide6.QtWidgets import QApplication  # noqa: E402 - the platform has to be chosen first

# PySide6 puts an import hook in place that keeps the source of every later module; put the plain one back.
builtins.__import__ = _plain_import

from bursar_desk.ui import jobs, theme  # noqa: E402


@pytest.fixture(autouse=True)
def light_look(qapp: QApplication) -> Iterator[None]:
    """Start every window test in the light look at 100 %, and leave no job behind."""
    if theme.tokens() is not theme.LIGHT or theme.scale() != 1.0 or not qapp.styleSheet():
        theme.apply(qapp, theme.Scheme.LIGHT, text_scale=1.0)
    yield
    assert jobs.wait_all(10), "a test left a job running"
