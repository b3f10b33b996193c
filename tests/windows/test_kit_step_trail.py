"""The trail of steps: what it shows, what a screen reader is told, and that nothing is cut where it gets narrow."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from bursar_desk.ui import theme
from bursar_desk.ui.widgets.step_trail import StepTrail, TrailStep, spoken

DEAL = (
    TrailStep("Proposed", "done"), TrailStep("Quotes, 3 of 3", "done"), TrailStep("Schools decide", "now"),
    TrailStep("Signed", "later"), TrailStep("Running", "later"),
)  # fmt: skip


def trail(qtbot: QtBot, width: int = 830) -> StepTrail:
    made = StepTrail("Steps of the deal")
    qtbot.addWidget(made)
    made.set_steps(DEAL)
    made.resize(width, made.heightForWidth(width))
    made.show()
    QApplication.processEvents()
    return made


def parts(made: StepTrail) -> list[tuple[int, int, str]]:
    """Line, left edge and words of each step, in reading order."""
    labels = [one for one in made.findChildren(QLabel) if one.isVisible()]
    found = [(one.parentWidget().y(), one.parentWidget().x(), one.text()) for one in labels]
    return sorted(found)


def test_all_steps_stand_in_one_line_in_their_order(qtbot: QtBot) -> None:
    made = trail(qtbot)
    assert [text for _, _, text in parts(made)] == [one.text for one in DEAL]
    assert {top for top, _, _ in parts(made)} == {0}
    assert made.sizeHint().height() == 28


def test_a_screen_reader_is_told_where_it_stands_and_each_step_its_state(qtbot: QtBot) -> None:
    made = trail(qtbot)
    seen = QAccessible.queryAccessibleInterface(made)
    assert seen.text(QAccessible.Text.Name) == "Steps of the deal"
    assert seen.text(QAccessible.Text.Description) == (
        "Step 3 of 5: Schools decide. Done: Proposed; Quotes, 3 of 3. Still to come: Signed; Running."
    )
    names = [one.accessibleName() for one in made.children() if hasattr(one, "step")]
    assert names[0] == "Step 1 of 5: Proposed, done"
    assert names[2] == "Step 3 of 5: Schools decide, now"
    assert names[4] == "Step 5 of 5: Running, still to come"


def test_all_done_and_stopped_are_said_in_words() -> None:
    assert spoken([TrailStep("Proposed", "done"), TrailStep("Running", "done")]) == "All 2 steps are done."
    assert "Step 2 of 2: Quotes, stopped here." in spoken([TrailStep("Proposed", "done"),
                                                           TrailStep("Quotes", "stopped")])  # fmt: skip
    assert spoken([]) == ""
    with pytest.raises(ValueError, match="cannot be"):
        TrailStep("Proposed", "perhaps")


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [640, 330, 250])
def test_steps_go_on_below_where_it_is_narrow_and_none_is_cut_or_covered(
    qtbot: QtBot, qapp: QApplication, width: int, scale: float
) -> None:
    theme.apply(qapp, theme.Scheme.LIGHT, text_scale=scale)
    made = trail(qtbot, width)
    steps = [one for one in made.children() if hasattr(one, "step")]
    for one in steps:
        assert one.width() >= one.sizeHint().width()
        assert one.geometry().right() < max(width, made.minimumSizeHint().width())
        assert one.geometry().bottom() < made.heightForWidth(width)
        assert not any(one is not other and one.geometry().intersects(other.geometry()) for other in steps)
    assert [text for _, _, text in parts(made)] == [one.text for one in DEAL]


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_the_present_step_is_filled_and_the_later_ones_are_not(
    qtbot: QtBot, qapp: QApplication, scheme: theme.Scheme
) -> None:
    theme.apply(qapp, scheme, text_scale=1.0)
    made = trail(qtbot)
    picture = made.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    left = {text: x for _, x, text in parts(made)}
    accent = theme.colour("accent").rgb()

    def filled(text: str) -> bool:
        return picture.pixelColor(left[text] + 4, 14).rgb() == accent

    assert filled("Schools decide")
    assert not filled("Proposed")
    assert not filled("Signed")


def test_other_steps_replace_the_ones_before(qtbot: QtBot) -> None:
    made = trail(qtbot)
    made.set_steps([TrailStep("Proposed", "now"), TrailStep("Quotes", "later")])
    QApplication.processEvents()
    assert [text for _, _, text in parts(made)] == ["Proposed", "Quotes"]
    assert [one.state for one in made.steps] == ["now", "later"]
