"""Run in a process of its own: open a window, say when it was first painted and how long it ever stood still."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from pathlib import Path

BEGAN = float(sys.argv[1])


def bare() -> dict[str, float]:
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])

    class Window(QMainWindow):
        painted = 0.0

        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's shape
            super().paintEvent(event)
            if not self.painted:
                self.painted = time.time()
                QTimer.singleShot(0, app.quit)

    window = Window()
    window.resize(1366, 768)
    window.show()
    app.exec()
    return {"painted": window.painted - BEGAN}


def desk(register: Path, on: str) -> dict[str, float]:
    from bursar_desk import app as program  # noqa: I001 - the program first: it decides in which order Qt loads
    from PySide6.QtCore import QEvent, QObject, QTimer

    app = program.application()
    program.theme.apply(app, program.theme.Scheme.LIGHT)
    start = program.Start(register, dt.date.fromisoformat(on), None, program.theme.Scheme.LIGHT)
    seen: dict[str, float] = {"painted": 0.0, "stall": 0.0, "ready": 0.0}
    last = [0.0]

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's shape
            if event.type() == QEvent.Type.Paint and not seen["painted"]:
                seen["painted"] = time.time() - BEGAN
                last[0] = time.perf_counter()
                beat.start(5)
            return False

    def tick() -> None:
        now = time.perf_counter()
        if not seen["ready"]:
            seen["stall"] = max(seen["stall"], now - last[0])
        last[0] = now
        if start.problem is not None:
            raise start.problem
        if start.window is not None and not program.jobs.manager().running:
            idle[0] += 1
            seen["ready"] = seen["ready"] or time.time() - BEGAN
            if idle[0] > 40:
                app.quit()
        else:
            idle[0] = 0
            seen["ready"] = 0.0

    idle = [0]
    watch, beat = Watch(), QTimer()
    beat.timeout.connect(tick)
    start.frame.installEventFilter(watch)
    start.show()
    QTimer.singleShot(0, start.open)
    app.exec()
    start.close()
    return seen


if __name__ == "__main__":
    print(json.dumps(bare() if sys.argv[2] == "bare" else desk(Path(sys.argv[2]), sys.argv[3])))
