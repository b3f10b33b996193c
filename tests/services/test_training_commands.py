"""The commands of training, typed as people type them, from an empty history to a printed matrix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.services.commands_kit import HOME, ON, at, copied, done, make_practice, run


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        yield make_practice(tmp_path_factory.mktemp("training"), patch)


@pytest.fixture
def ours(practice: Path, tmp_path: Path) -> Path:
    return at(copied(practice, tmp_path / "copy"), HOME)


def test_a_course_is_added_shown_put_right_and_taken_out(ours: Path, tmp_path: Path) -> None:
    card = tmp_path / "card.png"
    Image.new("RGB", (40, 30), "white").save(card)
    made = done(
        "training", "add", "Terry Walsh", "PASMA", "--passed", "2026-11-02", "--number", "P 1", "--provider", "Tern",
        "--assessor", "K. Bell", "--certificate", card, register=ours,
    )["training"]  # fmt: skip
    assert (made["course"], made["ends"], made["state"]) == ("Mobile tower (PASMA)", "2031-11-02", "in date")
    shown = done("training", "show", made["training"], register=ours)
    assert (shown["training"]["number"], shown["training"]["assessor"]) == ("P 1", "K. Bell")
    assert [one["title"] for one in shown["certificates"]] == ["Certificate, Mobile tower (PASMA)"]
    right = done("training", "correct", made["training"][:20], "--expires", "2030-01-01", register=ours)["training"]
    assert (right["ends"], right["printed"]) == ("2030-01-01", "2030-01-01")
    listed = done("training", "list", "--course", "pasma", "--all", register=ours)["training"]
    assert [one["training"] for one in listed] == [right["training"]]
    done("training", "correct", right["training"], "--never-passed", register=ours)
    assert done("training", "list", "--course", "pasma", "--all", register=ours)["training"] == []


def test_the_matrix_the_gaps_and_the_paper_have_the_same_figures(ours: Path, tmp_path: Path) -> None:
    done("training", "need", "teacher", "First aid at work", "required", "--why", "The hall is far.", register=ours)
    matrix = done("training", "matrix", register=ours)
    gaps = done("training", "gaps", register=ours)
    assert gaps["gaps"] == matrix["gaps"]
    assert "Joe Lunt has no First aid at work." in [one["words"] for one in gaps["gaps"]]
    assert gaps["warnings"] == matrix["warnings"] != []
    figures = {one["course"]: one for one in matrix["courses"]}
    for form in (".pdf", ".xlsx"):
        told = done("report", "training", "--out", tmp_path / f"matrix{form}", register=ours)["figures"]
        assert told["gaps"] == str(len(gaps["gaps"]))
        assert told["people"] == str(len(matrix["people"]))
        for course, one in figures.items():
            assert told[course] == (f"{one['held']} of {one['needed']}" if one["needed"] else "advised")
    needs = done("training", "need", register=ours)["needs"]
    assert [one["why"] for one in needs if one["own"]] == ["The hall is far."]


def test_the_cluster_is_counted_and_reminders_are_told_once(ours: Path) -> None:
    cluster = done("training", "matrix", "--cluster", register=ours)
    assert len(cluster["schools"]) == 4
    assert cluster["total"]["Fire marshal"]["needed"] >= 4
    first = done("training", "reminders", "--said", register=ours)["groups"]
    assert "Fire marshal" in [one["course"] for one in first]
    assert done("training", "reminders", register=ours)["groups"] == []
    every = done("training", "reminders", "--all", register=ours)["groups"]
    assert {one["course"] for one in first} <= {one["course"] for one in every}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("training", "add", "Nobody Here", "IOSH", "--passed", "2026-01-01"), "We do not know who"),
        (("training", "add", "Terry Walsh", "IOSH", "--passed", "2027-01-01"), "has not come yet"),
        (("training", "correct", "zz", "--number", "1"), "names no course passed here"),
        (("training", "correct", "zz"), "Say what to put right"),
        (("training", "need", "head"), "Say the role"),
        (("training", "need", "wizard", "IOSH", "required"), "is not a role"),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(ours: Path, words: tuple[str, ...], said: str) -> None:
    before = done("training", "list", "--all", register=ours)
    ran = run(*words, register=ours)
    assert ran.code in (2, 3)
    assert said in ran.err
    assert done("training", "list", "--all", register=ours) == before


def test_people_read_it_as_lines(ours: Path) -> None:
    ran = run("training", "matrix", register=ours, as_json=False)
    assert ran.code == 0
    assert "Terry Walsh, caretaker" in ran.out
    listed = run("training", "list", "--person", "Joe Lunt", register=ours, on=ON, as_json=False)
    assert "Fire marshal" in listed.out
    assert "Renew by" in listed.out
