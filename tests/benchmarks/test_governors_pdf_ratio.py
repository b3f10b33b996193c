"""What the governors' PDF costs against the very same pages drawn by bare canvas calls."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from reports import governors, paper

sys.path.insert(0, str(Path(__file__).parents[1] / "output"))
from governors_story import OVERDUE, story

LIMIT = 4.0
ROUNDS = 25
CALLS = (
    "setFont", "drawString", "line", "rect", "roundRect", "circle", "drawPath", "setFillColorRGB", "setStrokeColorRGB",
    "setLineWidth", "setLineCap", "setLineJoin", "setDash", "saveState", "restoreState", "translate", "showPage",
    "bookmarkHorizontal", "addOutlineEntry", "setTitle", "setAuthor", "setCreator", "setSubject",
    "setViewerPreference",
)  # fmt: skip

Call = tuple[str, tuple[Any, ...], dict[str, Any]]


def recording(calls: list[Call]) -> type[Canvas]:
    """Return a canvas that writes down each call made on it from outside, and not the calls it makes on itself."""

    class Recorder(Canvas):
        pass

    depth = [0]

    def noted(name: str) -> Callable[..., Any]:
        real = getattr(Canvas, name)

        def call(self: Canvas, *args: Any, **named: Any) -> Any:
            if not depth[0]:
                calls.append((name, args, named))
            depth[0] += 1
            try:
                return real(self, *args, **named)
            finally:
                depth[0] -= 1

        return call

    for name in CALLS:
        setattr(Recorder, name, noted(name))
    return Recorder


def by_hand(calls: list[Call]) -> bytes:
    """Draw the written-down strings, lines and shapes at the same places with the same fonts, and nothing else."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, lang="en-GB", pageCompression=1, initialFontName=paper.REGULAR)
    for name, args, named in calls:
        getattr(canvas, name)(*args, **named)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.bench
def test_the_governors_pdf_costs_at_most_four_times_the_bare_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = story(overdue=OVERDUE * 3)
    calls: list[Call] = []
    with monkeypatch.context() as patch:
        patch.setattr(paper, "Canvas", recording(calls))
        recorded = governors.make_pdf(data)
    ours = governors.make_pdf(data)
    # The yardstick is honest only if it makes the same document to the byte.
    assert recorded == ours == by_hand(calls)
    assert sum(name == "drawString" for name, _, _ in calls) > 150

    best = {"ours": 9.0, "bare": 9.0}
    for _ in range(ROUNDS):
        for name, make in (("ours", lambda: governors.make_pdf(data)), ("bare", lambda: by_hand(calls))):
            started = time.perf_counter()
            make()
            best[name] = min(best[name], time.perf_counter() - started)
    ratio = best["ours"] / best["bare"]
    print(
        f"\ngovernors' PDF {best['ours'] * 1000:.1f} ms, bare canvas {best['bare'] * 1000:.1f} ms, "
        f"ratio {ratio:.2f} (limit {LIMIT}, aim 2)"
    )
    assert ratio <= LIMIT
