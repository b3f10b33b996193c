"""Long work off the window thread: one database worker, results back on the window thread, Stop at every step."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, Generic, TypeVar, cast

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

from bursar_desk.domain.errors import Cancelled, UserError
from bursar_desk.domain.progress import Progress

T = TypeVar("T")
log = logging.getLogger(__name__)

BUSY_AFTER_MS: Final = 300
STEP_EVERY_S: Final = 0.05


class BugReport(UserError):  # noqa: N818 - it names what the person may send, and no line of it is for them to read
    """A fault of the program itself, worded for the person; ``details`` is for whoever helps them."""

    def __init__(self, details: str) -> None:
        super().__init__(
            "Something went wrong in this window.",
            "Everything saved before is safe.",
            "Try once more. If it happens again, save a report for help.",
        )
        self.details = details


class Lane:
    """One worker thread, first come first served. The register has one lane, so the order of writing is certain."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._pool: ThreadPoolExecutor | None = None

    def submit(self, work: Callable[[], None]) -> Future[None]:
        """Queue work."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self.name)
        return self._pool.submit(work)

    def close(self) -> None:
        """Let the thread go once idle; the lane opens again when used again."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=False)
            self._pool = None


DATABASE: Final = Lane("register")
PAPER: Final = Lane("paper")  # PDF, workbooks and reading files: no register may be touched here


class _Post(QObject):
    """Carries what the workers say to the window thread. It lives as long as the program, so it is never sent to late.

    Jobs themselves hold no Qt object of their own: a worker may drop the last reference to one.
    """

    finished = Signal(object, object, object)  # job, result, problem
    stepped = Signal(object, str, int, int)  # job, words, done, total

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.finished.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self.stepped.connect(self._news, Qt.ConnectionType.QueuedConnection)

    def _arrived(self, job: Job[Any], result: object, problem: object) -> None:
        job.deliver(result, problem)

    def _news(self, job: Job[Any], words: str, done: int, total: int) -> None:
        job.tell(words, done, total)


class _Steps:
    """The ``Progress`` of a job: throttled news, and the place where Stop takes hold."""

    def __init__(self, send: Callable[[str, int, int], None], stop: threading.Event) -> None:
        self._send, self._stop = send, stop
        self._last = 0.0

    def step(self, words: str, done: int, total: int) -> None:
        """Tell the window (20 times a second at most; the first and the last always); raise ``Cancelled`` on Stop."""
        if self._stop.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - self._last >= STEP_EVERY_S or done >= total:
            self._last = now
            self._send(words, done, total)


def _told(fault: Exception) -> Exception:
    """Say what the disk or the memory refused as what it is; anything else is a fault of ours."""
    from bursar_desk.services import trouble

    told = trouble.told(fault)
    if told is not None:
        return told
    log.error("a job failed", exc_info=fault)
    return BugReport("".join(traceback.format_exception(fault)))


class Job(Generic[T]):
    """``Job(page, lambda progress: service.read()).on_done(page.show_rows).start()``

    ``work(progress)`` runs on the worker and must not touch a widget; what it returns should be frozen. ``on_done``,
    ``on_error`` (a ``UserError``; a ``BugReport`` for a fault of ours), ``on_progress(words, done, total)`` and
    ``on_stopped`` run on the window thread, and not at all once ``parent`` is gone. Without ``on_error`` the problem
    goes to ``set_default_error``'s handler, never nowhere.
    """

    def __init__(self, parent: QObject, work: Callable[[Progress], T], *, lane: Lane = DATABASE) -> None:
        self._parent: QObject | None = parent
        self._work: Callable[[Progress], T] | None = work
        self._lane = lane
        self._done: list[Callable[[T], object]] = []
        self._error: list[Callable[[UserError], object]] = []
        self._stopped: list[Callable[[], object]] = []
        self._progress: list[Callable[[str, int, int], object]] = []
        self._stop = threading.Event()
        self._post = manager().post
        self.future: Future[None] | None = None

    def on_done(self, call: Callable[[T], object]) -> Job[T]:
        """Call with the result."""
        self._done.append(call)
        return self

    def on_error(self, call: Callable[[UserError], object]) -> Job[T]:
        """Call with what could not be done: ``title``, ``safe``, ``remedy``."""
        self._error.append(call)
        return self

    def on_stopped(self, call: Callable[[], object]) -> Job[T]:
        """Call when the person pressed Stop and it took hold."""
        self._stopped.append(call)
        return self

    def on_progress(self, call: Callable[[str, int, int], object]) -> Job[T]:
        """Call with how far it is."""
        self._progress.append(call)
        return self

    def start(self) -> Job[T]:
        """Queue the work; once only. Call on the window thread."""
        if self.future is not None:
            raise RuntimeError("a job is started once")
        manager().began(self)
        self.future = self._lane.submit(self._run)
        return self

    def stop(self) -> None:
        """Ask the work to stop at its next step; what it had begun is rolled back."""
        self._stop.set()

    def _run(self) -> None:
        """On the worker: do the work and send what came of it."""
        result: object = None
        problem: Exception | None = None
        if self._stop.is_set() or self._work is None:
            problem = Cancelled()
        else:
            try:
                result = self._work(_Steps(self._say, self._stop))
            except (Cancelled, UserError) as told:
                problem = told.with_traceback(None)
            except Exception as fault:  # noqa: BLE001 - the boundary: whatever it is reaches the window as words
                problem = _told(fault)
        self._post.finished.emit(self, result, problem)

    def _say(self, words: str, done: int, total: int) -> None:
        self._post.stepped.emit(self, words, done, total)

    def tell(self, words: str, done: int, total: int) -> None:
        """On the window thread: pass on how far it is."""
        if self._parent is not None and shiboken6.isValid(self._parent):
            for call in self._progress:
                call(words, done, total)

    def deliver(self, result: object, problem: object) -> None:
        """On the window thread: hand over, unless the parent has gone; then let go of everything."""
        manager().ended(self)
        alive = self._parent is not None and shiboken6.isValid(self._parent)
        done, errors, stopped = self._done, self._error or [manager().default_error], self._stopped
        self._parent = self._work = None
        self._done, self._error, self._stopped, self._progress = [], [], [], []
        if not alive:
            if isinstance(problem, UserError):
                log.warning("a job ended after its window had gone: %s", problem)
        elif problem is None:
            for call in done:
                call(cast("T", result))
        elif isinstance(problem, UserError):
            for tell in errors:
                tell(problem)
        else:
            for told in stopped:
                told()


class Jobs(QObject):
    """All jobs under way. ``busy_changed(True)`` after 0.3 s of work, so quick work shows nothing."""

    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.post = _Post(self)
        self._running: set[Job[Any]] = set()
        self._busy = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BUSY_AFTER_MS)
        self._timer.timeout.connect(lambda: self._set_busy(busy=bool(self._running)))
        self.default_error: Callable[[UserError], object] = _raise

    @property
    def running(self) -> int:
        """How many jobs have not delivered yet."""
        return len(self._running)

    def began(self, job: Job[Any]) -> None:
        """A job was queued."""
        self._running.add(job)
        if not self._timer.isActive():
            self._timer.start()

    def ended(self, job: Job[Any]) -> None:
        """A job is about to be delivered."""
        self._running.discard(job)
        if not self._running:
            self._timer.stop()
            self._set_busy(busy=False)

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)

    def stop_all(self) -> None:
        """Ask every job to stop at its next step."""
        for job in tuple(self._running):
            job.stop()

    def wait_all(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds until all jobs are done and delivered, those they start included.

        Runs no event loop: it waits for the workers, then hands over what they posted. For tests and for closing.
        """
        end = time.monotonic() + timeout
        while self._running:
            left = end - time.monotonic()
            if left <= 0:
                return False
            for job in tuple(self._running):
                future = job.future
                if future is None:
                    continue
                if not _settled(future, max(0.0, end - time.monotonic())):
                    return False
                QCoreApplication.sendPostedEvents(self.post, 0)
        return True


def _settled(future: Future[None], seconds: float) -> bool:
    try:
        future.result(seconds)
    except TimeoutError:
        return False
    return True


def _raise(problem: UserError) -> None:
    raise problem


_manager: list[Jobs] = []


def manager() -> Jobs:
    """The one keeper of jobs; made at first use, on the window thread, and gone with the application."""
    if not _manager or not shiboken6.isValid(_manager[0]):
        _manager[:] = [Jobs(QCoreApplication.instance())]
    return _manager[0]


def set_default_error(call: Callable[[UserError], object]) -> None:
    """Where problems go that a page does not take itself (the frame shows them)."""
    manager().default_error = call


def wait_all(timeout: float = 10.0) -> bool:
    """Wait for all jobs; see ``Jobs.wait_all``."""
    return manager().wait_all(timeout)


def close(timeout: float = 10.0) -> bool:
    """When the program ends: ask all to stop, wait, let the threads go. False if something is still at work."""
    manager().stop_all()
    finished = manager().wait_all(timeout)
    DATABASE.close()
    PAPER.close()
    return finished
