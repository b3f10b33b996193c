"""Decisions on the Cluster page by its real widgets: a file that changes much, held entries, done twice, no right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import checks, conflicts, held, merging, sharing
from bursar_desk.services.sample import SampleMade
from tests.services.merging_kit import TODAY, Cluster, cluster, lent
from tests.services.sample_fixture import STORY, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.cluster_bench import cluster_page, files_of_four, rivals_between_computers
from tests.windows.desk_bench import press, settle, window_on
from tests.windows.page_bench import buttons, desk_of, drop, nameless, press_button, words_of


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as four:
        yield four


# --- the guard ---


@pytest.fixture
def much(made: SampleMade, tmp_path: Path) -> Path:
    """A folder with the first files of two schools merged already, and a file that deletes much of one of them."""
    folder = files_of_four(made, tmp_path / "First files")
    with desk_of(made, role="cluster") as office:
        merging.merge(office, [folder / "0.bursar", folder / "1.bursar"])
    later = tmp_path / "Later files"
    later.mkdir()
    with desk_of(made, STORY) as desk:
        with desk.act(ActCode.CHANGE_CHECK, subject="all checks") as act:
            for line in checks.listing(desk).lines:
                act.set("school_check", line.id, {"title": f"Once {line.title}"})
            with desk.store.connect() as con:
                made_rows = [row[0] for row in con.exec_driver_sql("SELECT id FROM check_record LIMIT 60")]
        with desk.act(ActCode.UNDO, subject="records") as act:
            for row in made_rows:
                act.set_aside("check_record", row)
        sharing.export(desk, later / "0.bursar", sharing.receivers(desk, ["cluster"]))
    (folder / "2.bursar").rename(later / "2.bursar")
    return later


def test_a_file_that_changes_much_asks_in_one_card_and_is_merged_only_when_agreed(
    made: SampleMade, much: Path
) -> None:
    name = register_of(made, STORY).school
    with window_on(desk_of(made, role="cluster")) as office:
        page = cluster_page(office)
        drop(page, much)
        assert "1 file would change much of what you have, and will ask first." in words_of(page.merge)
        press_button(page.merge, "Merge 2 files")
        said = words_of(page.merge)
        assert "1 school is up to date" in said
        guard = page.merge.run.asking[0].guard
        assert guard is not None
        part = f"{guard.changed:,} of {guard.of:,}"
        assert f"This file would change {part} records of {name}." in said
        assert "Nothing of it is merged yet." in said
        words = {row.name: row.words for row in page.merge.rows.model.rows}
        assert words[name] == "Asks first"
        assert len(merging.receipts(office.desk)) == 3
        assert buttons(page.merge)["See what would change"].hasFocus(), "looking comes before agreeing"
        press_button(page.merge, "See what would change")
        changes = [line.change for line in page.receipt.changes.rows]
        assert {one.school_name for one in changes} == {name}
        assert any(one.after == f"Once {one.before}" for one in changes), "field by field"
        press_button(page.receipt, "Go back")
        press_button(page.merge, "Merge it anyway")
        assert "2 schools are up to date" in words_of(page.merge)
        assert len(merging.receipts(office.desk)) == 4
        titles = [line.title for line in checks.listing(office.desk, every_school=True).lines]
        assert any(title.startswith("Once ") for title in titles)


def test_a_file_left_out_stays_where_it_is_and_nothing_of_it_is_here(made: SampleMade, much: Path) -> None:
    with window_on(desk_of(made, role="cluster")) as office:
        page = cluster_page(office)
        drop(page, much)
        press_button(page.merge, "Merge 2 files")
        assert nameless(page.merge) == []
        leave = buttons(page.merge)["Leave it out"]
        leave.setFocus()
        press(leave, Qt.Key.Key_Return)
        words = {row.name: row.words for row in page.merge.rows.model.rows}
        assert words[register_of(made, STORY).school] == "Left out"
        assert "Merge it anyway" not in buttons(page.merge)
        titles = [line.title for line in checks.listing(office.desk, every_school=True).lines]
        assert [title for title in titles if title.startswith("Once ")] == []
        assert (much / "0.bursar").is_file()
        press_button(page.merge, "See receipt")
        assert page.receipt.files.rows[0].short == "Left out"
        assert "Nothing of this file is in your register." in words_of(page.receipt)


# --- held entries ---


def _held_at_home(c: Cluster) -> None:
    """An entry about a check that was not lent, back home."""
    cover = lent(c, c.check(c.one))
    other = c.check(c.one, "Boiler check")
    with cover.act() as act:
        act.fact(
            "check_record",
            {"check_id": other, "done_on": TODAY, "outcome": "satisfactory", "done_by": "Sam Adeyemi"},
        )
    cover.give_back()


def test_a_held_entry_is_looked_at_and_taken_over_by_keyboard(c: Cluster) -> None:
    _held_at_home(c)
    with window_on(c.one) as shown:
        page = cluster_page(shown)
        assert "1 entry to look at" in words_of(page.overview)
        press_button(page.overview, "Decide about them")
        said = words_of(page.held)
        for text in ("New record of a check, Boiler check", "Not one of the checks lent.", "It has no effect yet.",
                     "Sam Adeyemi, St Anne", "Pass"):  # fmt: skip
            assert text in said
        assert nameless(page.held) == []
        take = buttons(page.held)["Take it over"]
        take.setFocus()
        press(take, Qt.Key.Key_Return)
        assert held.listing(c.one) == []
        assert c.count(c.one, "SELECT count(*) FROM check_record WHERE standing='stands'") == 1
        assert "All is looked at" in words_of(page.held)
        shown.window.undo()
        settle()
        assert len(page.held.entries.rows) == 1, "taking it back asks again"


def test_leaving_an_entry_out_asks_for_a_reason_beside_the_field(c: Cluster) -> None:
    _held_at_home(c)
    with window_on(c.one) as shown:
        page = cluster_page(shown)
        page.focus_on(held=True)
        settle()
        press_button(page.held, "Leave it out")
        assert "Say why it is left out. A few words are enough." in words_of(page.held)
        assert page.held.reason.hasFocus()
        assert len(held.listing(c.one)) == 1
        page.held.reason.setText("The boiler was off")
        press(page.held.reason, Qt.Key.Key_Return)
        assert held.listing(c.one) == []
        assert c.count(c.one, "SELECT count(*) FROM check_record WHERE standing='stands'") == 0


def test_work_after_the_end_of_a_cover_is_confirmed(c: Cluster) -> None:
    cover = lent(c, c.check(c.one))
    cover.end()
    with cover.act() as act:
        act.fact(
            "check_record",
            {"check_id": cover.grant.checks[0], "done_on": TODAY, "outcome": "satisfactory", "done_by": "Sam Adeyemi"},
        )
    cover.give_back()
    with window_on(c.one) as shown:
        page = cluster_page(shown)
        press_button(page.overview, "Decide about them")
        assert "It counts already." in words_of(page.held)
        assert "Take it over" not in buttons(page.held)
        press_button(page.held, "Confirm")
        assert held.listing(c.one) == []
        press_button(page.held, "Back to the schools")
        assert page.split.isVisible()


def test_an_office_sees_a_held_entry_and_is_told_who_decides(c: Cluster) -> None:
    _held_at_home(c)
    c.send(c.one, c.office)
    with window_on(c.office) as shown:
        page = cluster_page(shown)
        press_button(page.overview, "Look at them")
        assert "Oakfield decides about it. Tell them." in words_of(page.held)
        assert not {"Take it over", "Leave it out", "Confirm"} & buttons(page.held).keys()


def test_a_check_done_twice_is_shown_and_asks_nothing(c: Cluster) -> None:
    check = c.check(c.one)
    c.send(c.one, c.two)
    c.record(c.one, check, by="Terry Walsh")
    c.record(c.two, check, by="Jo Marsh")
    c.send(c.two, c.one)
    with window_on(c.one) as shown:
        page = cluster_page(shown)
        assert "1 check done twice" in words_of(page.overview)
        assert "Both count. Nothing has to be decided." in words_of(page.overview)
        press_button(page.overview, "Look at them")
        said = words_of(page.held)
        assert "Fire alarm test was done twice on Monday 12 January 2026, by" in said


# --- a difference that is not ours to settle ---


def test_a_desk_that_may_not_settle_is_told_who_can(made: SampleMade, tmp_path: Path) -> None:
    theirs, _named = rivals_between_computers(made, tmp_path)
    urn = register_of(made, role="second").urn
    with desk_of(made, urn) as first:
        sharing.export(first, tmp_path / "ours.bursar", sharing.receivers(first, ["cluster"]))
    with desk_of(made, role="cluster") as office:
        merging.merge(office, [theirs, tmp_path / "ours.bursar"])
        assert conflicts.listing(office)
    with window_on(desk_of(made, role="cluster")) as shown:
        page = cluster_page(shown)
        page.focus_on(settle=True)
        page.settle.set_differences(page.data.differences, (), ())  # as at an office that was given no such right
        page.settle.list.setCurrentIndex(page.settle.model.index(1, 0))
        settle()
        said = words_of(page.settle)
        assert f"Only {register_of(made, urn).school} can settle this." in said
        assert buttons(page.settle).keys() == {"Decide later"}


