"""Jobs: one worker in order, results on the window thread or nowhere, Stop, and no fault swallowed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.domain.progress import Progress
from bursar_desk.ui import jobs
from bursar_desk.ui.jobs import BugReport, Job


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[QWidget]:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_work_is_done_elsewhere_and_handed_over_here(page: QWidget) -> None:
    where: list[object] = []
    here = threading.get_ident()

    def work(_: Progress) -> tuple[str, int]:
        return "rows", threading.get_ident()

    Job(page, work).on_done(lambda got: where.extend([*got, threading.get_ident()])).start()
    assert where == [], "nothing is handed over before the caller is ready"
    assert jobs.wait_all(5)
    assert where[0] == "rows"
    assert where[1] != here
    assert where[2] == here


def test_the_window_goes_on_while_a_job_works(page: QWidget, qtbot: QtBot) -> None:
    go = threading.Event()
    got: list[bool] = []
    Job(page, lambda _: go.wait(5)).on_done(got.append).start()
    qtbot.wait(20)
    assert got == []
    go.set()
    qtbot.waitUntil(lambda: got == [True])


def test_one_lane_keeps_the_order_and_never_runs_two_at_once(page: QWidget) -> None:
    running: list[int] = []
    most: list[int] = []
    order: list[int] = []

    def work(number: int) -> int:
        running.append(number)
        most.append(len(running))
        threading.Event().wait(0.002)
        running.remove(number)
        return number

    for number in range(20):
        Job(page, lambda _, number=number: work(number)).on_done(order.append).start()
    assert jobs.wait_all(10)
    assert order == list(range(20))
    assert max(most) == 1


def test_a_job_started_by_a_job_is_waited_for_too(page: QWidget) -> None:
    got: list[str] = []
    second = Job(page, lambda _: "second").on_done(got.append)
    Job(page, lambda _: "first").on_done(lambda text: (got.append(text), second.start())).start()
    assert jobs.wait_all(5)
    assert got == ["first", "second"]


def test_an_expected_problem_arrives_with_its_three_parts(page: QWidget) -> None:
    def work(_: Progress) -> None:
        raise Refused("The file is damaged.", "Nothing was changed.", "Ask them to send it again.")

    told: list[UserError] = []
    Job(page, work).on_done(lambda _: pytest.fail("it was not done")).on_error(told.append).start()
    assert jobs.wait_all(5)
    assert isinstance(told[0], Refused)
    assert (told[0].title, told[0].safe, told[0].remedy) == (
        "The file is damaged.",
        "Nothing was changed.",
        "Ask them to send it again.",
    )


def test_a_fault_of_ours_becomes_a_report_and_is_logged(page: QWidget, caplog: pytest.LogCaptureFixture) -> None:
    def work(_: Progress) -> None:
        {}["gone"]

    told: list[UserError] = []
    with caplog.at_level(logging.ERROR):
        Job(page, work).on_error(told.append).start()
        assert jobs.wait_all(5)
    assert isinstance(told[0], BugReport)
    assert "KeyError: 'gone'" in told[0].details
    assert "in work" in told[0].details
    assert told[0].title
    assert told[0].safe
    assert told[0].remedy
    assert any(record.exc_info for record in caplog.records)


def test_a_problem_nobody_takes_goes_to_the_default(page: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[UserError] = []
    monkeypatch.setattr(jobs.manager(), "default_error", told.append)

    def work(_: Progress) -> None:
        raise Refused("The disk is full.")

    Job(page, work).start()
    assert jobs.wait_all(5)
    assert [problem.title for problem in told] == ["The disk is full."]


def test_nothing_is_delivered_once_the_parent_is_gone(qtbot: QtBot) -> None:
    parent = QObject()
    go = threading.Event()
    done = threading.Event()
    got: list[object] = []

    def work(progress: Progress) -> str:
        go.wait(5)
        progress.step("Reading", 1, 1)
        done.set()
        return "late"

    job = Job(parent, work).on_done(got.append).on_error(got.append).on_progress(lambda *a: got.append(a)).start()
    with qtbot.waitSignal(parent.destroyed):
        parent.deleteLater()
    go.set()
    assert jobs.wait_all(5)
    qtbot.wait(10)
    assert done.is_set(), "the work itself is finished, so that nothing is left half written"
    assert got == []
    assert job.future is not None


def test_stop_takes_hold_at_the_next_step_and_says_nothing(page: QWidget) -> None:
    started, go = threading.Event(), threading.Event()
    said: list[str] = []

    def work(progress: Progress) -> None:
        progress.step("Reading", 1, 3)
        started.set()
        go.wait(5)
        progress.step("Reading", 2, 3)
        said.append("went on")

    job = Job(page, work).on_error(lambda _: said.append("told off")).on_stopped(lambda: said.append("stopped")).start()
    assert started.wait(5)
    job.stop()
    go.set()
    assert jobs.wait_all(5)
    assert said == ["stopped"]


def test_a_job_stopped_before_its_turn_never_begins(page: QWidget) -> None:
    go = threading.Event()
    said: list[str] = []
    Job(page, lambda _: go.wait(5)).start()
    waiting = Job(page, lambda _: said.append("began")).on_stopped(lambda: said.append("stopped")).start()
    waiting.stop()
    go.set()
    assert jobs.wait_all(5)
    assert said == ["stopped"]


def test_progress_is_throttled_but_the_first_and_last_always_come(page: QWidget) -> None:
    seen: list[tuple[str, int, int]] = []

    def work(progress: Progress) -> None:
        for number in range(1, 5001):
            progress.step("Reading files", number, 5000)

    Job(page, work).on_progress(lambda *step: seen.append(step)).start()
    assert jobs.wait_all(20)
    assert seen[0] == ("Reading files", 1, 5000)
    assert seen[-1] == ("Reading files", 5000, 5000)
    assert len(seen) < 500


def test_waiting_gives_up_in_time_and_says_so(page: QWidget) -> None:
    go = threading.Event()
    Job(page, lambda _: go.wait(5)).start()
    assert not jobs.wait_all(0.02)
    go.set()
    assert jobs.wait_all(5)
    assert jobs.manager().running == 0


def test_busy_is_told_only_when_work_takes_long(page: QWidget, qtbot: QtBot) -> None:
    told: list[bool] = []
    jobs.manager().busy_changed.connect(told.append)
    try:
        Job(page, lambda _: None).start()
        assert jobs.wait_all(5)
        qtbot.wait(jobs.BUSY_AFTER_MS + 50)
        assert told == []
        go = threading.Event()
        Job(page, lambda _: go.wait(5)).start()
        qtbot.waitUntil(lambda: told == [True])
        go.set()
        qtbot.waitUntil(lambda: told == [True, False])
    finally:
        jobs.manager().busy_changed.disconnect(told.append)


def test_the_lanes_close_and_open_again(page: QWidget) -> None:
    got: list[int] = []
    Job(page, lambda _: 1).start()
    assert jobs.close(5)
    Job(page, lambda _: 2).on_done(got.append).start()
    assert jobs.wait_all(5)
    assert got == [2]


def test_a_job_is_started_once(page: QWidget) -> None:
    job = Job(page, lambda _: None).start()
    with pytest.raises(RuntimeError):
        job.start()
    assert jobs.wait_all(5)
