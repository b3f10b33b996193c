"""The painted line of a term: shapes with words that never run into one another, keys, tooltips, both looks."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bursar_desk.ui import theme
from bursar_desk.ui.widgets.term_strip import DECIDE, END, KINDS, SAFE, TODAY, TermPoint, TermStrip

day = dt.date
GROUNDS = (
    TermPoint(TODAY, day(2026, 11, 20), "Today", "Today is Friday 20 November 2026"),
    TermPoint(DECIDE, day(2026, 12, 3), "Decide 3 Dec", "Decide by Thursday 3 December 2026"),
    TermPoint(SAFE, day(2026, 12, 18), "Last safe day 18 Dec", "Last safe day Friday 18 December 2026"),
    TermPoint(END, day(2027, 3, 31), "Ends 31 Mar", "Ends Wednesday 31 March 2027"),
)


@pytest.fixture
def strip(qapp: QApplication) -> Iterator[TermStrip]:
    made = TermStrip()
    made.set_points(GROUNDS)
    made.resize(296, made.heightForWidth(296))
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    yield made
    made.close()


def test_each_day_has_its_shape_in_order_and_its_words_where_the_design_puts_them(strip: TermStrip) -> None:
    assert [one.kind for one in strip.points] == [TODAY, DECIDE, SAFE, END]
    places = strip.places()
    assert places == sorted(places)
    rows = {one.text: one.row for one in strip.labels()}
    assert rows == {"Decide 3 Dec": -1, "Today": 0, "Last safe day 18 Dec": 0, "Ends 31 Mar": 0}
    assert strip.height() <= 60


def test_a_screen_reader_hears_every_day_in_full(strip: TermStrip) -> None:
    seen = QAccessible.queryAccessibleInterface(strip)
    assert seen.text(QAccessible.Text.Name) == "The term as a line"
    said = seen.text(QAccessible.Text.Description)
    for one in GROUNDS:
        assert f"{one.said}." in said


def test_left_and_right_go_from_day_to_day_and_stop_at_the_ends(strip: TermStrip) -> None:
    strip.setFocus()
    heard = []
    for key in (Qt.Key.Key_Home, *[Qt.Key.Key_Right] * 4, Qt.Key.Key_Left, Qt.Key.Key_End):
        QTest.keyClick(strip, key)
        heard.append(strip.said)
    order = [one.said for one in GROUNDS]
    assert heard == [order[0], order[1], order[2], order[3], order[3], order[2], order[3]]


def test_pointing_or_clicking_tells_of_the_nearest_day(strip: TermStrip) -> None:
    for place, one in zip(strip.places(), GROUNDS, strict=True):
        assert strip.said_at(place + 2) == one.said
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPointF(strip.places()[2], 20).toPoint())
    assert strip.said == GROUNDS[2].said


def colours_of(strip: TermStrip) -> set[str]:
    picture = strip.grab().toImage()
    return {QColor(picture.pixel(x, y)).name() for x in range(picture.width()) for y in range(picture.height())}


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_both_looks_paint_amber_before_and_red_after_the_last_safe_day(
    strip: TermStrip, qapp: QApplication, scheme: theme.Scheme
) -> None:
    theme.apply(qapp, scheme, text_scale=1.0)
    seen = colours_of(strip)
    for name in ("soon_tint", "overdue_tint", "overdue", "accent"):
        assert theme.colour(name).name() in seen, name


def test_without_a_last_safe_day_nothing_is_amber_or_red(strip: TermStrip) -> None:
    strip.set_points((GROUNDS[0], GROUNDS[3]))
    assert not {theme.colour("soon_tint").name(), theme.colour("overdue_tint").name()} & colours_of(strip)


def test_fewer_than_two_days_show_nothing(strip: TermStrip) -> None:
    strip.set_points(GROUNDS[:1])
    assert not strip.isVisible()


def test_a_day_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="party"):
        TermPoint("party", day(2026, 1, 1), "", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    offsets=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 1500)), min_size=2, max_size=7),
    width=st.integers(200, 700),
)
def test_however_days_fall_shapes_stay_apart_and_words_never_run_into_one_another(
    qapp: QApplication, offsets: list[tuple[str, int]], width: int
) -> None:
    made = TermStrip()
    made.set_points(
        [TermPoint(kind, day(2026, 1, 1) + dt.timedelta(days=n), f"{kind} {n}", f"{kind} {n}") for kind, n in offsets]
    )
    places = made.places(width)
    least = min(17.9, (width - 20) / (len(places) - 1) - 0.1)
    assert all(b - a >= least for a, b in itertools.pairwise(places))
    assert 0 <= places[0] <= places[-1] <= width
    labels = made.labels(width)
    assert len(labels) == len(offsets)
    for n, one in enumerate(labels):
        assert one.left >= 0
        for other in labels[n + 1 :]:
            if one.row == other.row and one.row < 3:
                assert one.left + one.wide <= other.left or other.left + other.wide <= one.left
    assert made.heightForWidth(width) >= 52
