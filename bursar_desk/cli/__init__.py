"""The services without a window: every command of `bursar-desk`, in words or as one JSON document.

Each command is a function that returns an ``Answer``; ``main`` alone prints, and turns what went wrong into one
sentence and an exit code. What a command needs is imported inside it, so that a word of help costs no start-up time.
"""

from __future__ import annotations

from bursar_desk.cli.frame import Doors
from bursar_desk.cli.running import main

__all__ = ["Doors", "main"]
