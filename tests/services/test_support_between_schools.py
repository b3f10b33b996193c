"""Support from school to school: agreed by both, priced by the day, reviewed three times, with its papers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import owed_papers, rates, support
from bursar_desk.services.support import FINAL, FIRST, SECOND, NewPlan, NewVisit, PlanLine
from tests.services.merging_kit import TODAY, Cluster, cluster

LATER = TODAY + dt.timedelta(days=90)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as one:
        yield one


def planned(made: Cluster, **more: object) -> PlanLine:
    values = {
        "title": "Legionella records", "receiver": made.anne.home, "first": TODAY - dt.timedelta(days=60),
        "last": LATER, "priorities": ("Weekly flushing", "Outlets labelled"),
        "activities": (("Walk the outlets", "Terry Walsh"),), "budget": 50_000, "before": "red",
    }  # fmt: skip
    line, _ = support.plan(made.one, NewPlan(**(values | more)))  # type: ignore[arg-type]  # the names are its own
    return line


def there(made: Cluster, line: PlanLine) -> PlanLine:
    return support.get(made.anne, line.row.id)


def test_a_plan_counts_as_agreed_once_the_helped_school_says_yes_and_that_travels(made: Cluster) -> None:
    line = planned(made)
    assert line.state == "waiting"
    with pytest.raises(UserError, match="answers that plan"):
        support.answer(made.one, line.row.id, "yes")
    made.send(made.one, made.anne)
    assert there(made, line).row.priorities == ("Weekly flushing", "Outlets labelled")
    support.answer(made.anne, line.row.id, "yes")
    made.send(made.anne, made.one)
    assert support.get(made.one, line.row.id).state == "agreed"
    made.bench.clock.ms += 60_000
    support.answer(made.anne, line.row.id, "no", "Not this term")
    made.send(made.anne, made.one)
    again = support.get(made.one, line.row.id)
    assert (again.state, again.why) == ("refused", "Not this term")


def test_a_visit_costs_what_the_card_said_on_its_day_and_the_budget_falls(made: Cluster) -> None:
    rates.add(made.one, rates.NewRate(3000, TODAY - dt.timedelta(days=60), "", 1500, 0, for_support=True))
    rates.add(made.one, rates.NewRate(4000, TODAY - dt.timedelta(days=5), "", 1500, 0, for_support=True))
    rates.add(made.one, rates.NewRate(9900, TODAY - dt.timedelta(days=60)))  # of cover, not of support
    line = planned(made)
    before, after = TODAY - dt.timedelta(days=6), TODAY - dt.timedelta(days=5)
    support.visit(made.one, line.row.id, NewVisit(before, 120, "First walk", travel=60))
    line, _ = support.visit(made.one, line.row.id, NewVisit(after, 60, "Second walk", miles=100, vehicle="car"))
    assert [one.cost.total for one in line.visits if one.cost] == [9000 + 1350, 4000 + 600 + 450]
    assert line.spent == 15_400
    assert line.left == 34_600
    assert line.budget_words == "Spent £154.00 of £500.00, £346.00 left."
    made.send(made.one, made.anne)
    assert there(made, line).spent == line.spent
    with pytest.raises(UserError, match="keeps that plan"):
        support.visit(made.anne, line.row.id, NewVisit(TODAY, 60, "Our own"))


def test_a_visit_without_a_rate_is_counted_as_one_without(made: Cluster) -> None:
    line = planned(made)
    line, _ = support.visit(made.one, line.row.id, NewVisit(TODAY, 60, "First walk"))
    assert (line.spent, line.unpriced) == (0, 1)
    assert "1 visit without a rate" in line.budget_words


def test_missing_reviews_are_shown_and_the_order_is_told_not_forced(made: Cluster) -> None:
    line = planned(made)
    assert line.missing == (FIRST, SECOND, FINAL)
    assert any("first interim review was due" in text for text in line.warnings)
    line, _ = support.review(made.one, line.row.id, SECOND, TODAY - dt.timedelta(days=3), "Half way", standing="amber")
    assert line.missing == (FIRST, FINAL)
    assert "The first interim review was left out." in line.warnings
    line, _ = support.review(made.one, line.row.id, FIRST, TODAY, "Late", actions=("Label taps",))
    assert "The reviews were not held in their order." in line.warnings
    made.send(made.one, made.anne)
    line, _ = support.review(made.anne, line.row.id, FINAL, TODAY, "Done, from our side")
    assert line.missing == ()
    for wrong, said in (("fourth", "is not a review"), (FINAL, "has not come yet")):
        with pytest.raises(UserError, match=said):
            support.review(made.one, line.row.id, wrong, TODAY + dt.timedelta(days=1), "x")


def test_odd_values_from_another_school_never_crash_the_list(made: Cluster) -> None:
    with made.anne.act(ActCode.PLAN_SUPPORT) as act:
        plan = act.create("support_plan", {
            "title": "Odd", "giver": made.anne.home, "receiver": made.one.home, "first": TODAY, "last": LATER,
            "priorities": "{broken", "activities": json.dumps([3, {"what": 7}, "x"]), "state": "strange",
        })  # fmt: skip
        act.fact("support_visit", {"plan": plan, "on_date": TODAY, "minutes": -5, "miles": -7, "actions": "7"})
        act.fact("support_review", {"plan": plan, "kind": "ninth", "on_date": TODAY, "standing_now": "purple"})
        act.fact("support_visit", {"plan": plan})
    made.send(made.anne, made.one)
    (line,) = support.listing(made.one)
    assert len(line.visits) == 1
    paper = owed_papers.plan_paper(made.one, line)
    assert paper.activities == (("7", ""),)
    owed_papers.write_support(made.one, line.row.id, made.bench.folder / "odd.pdf")


def test_a_plan_is_ended_with_its_outcome_and_both_papers_are_made(made: Cluster, tmp_path: Path) -> None:
    line = planned(made)
    line, _ = support.visit(made.one, line.row.id, NewVisit(TODAY, 90, "Walk", actions=("Label taps",)))
    line, _ = support.end(made.one, line.row.id, "All outlets are known.", "green")
    assert (line.state, line.row.after) == ("ended", "green")
    for about in (line.row.id, line.visits[0].row.id):
        made_file = owed_papers.write_support(made.one, about, tmp_path / f"{about.hex()}.pdf")
        assert made_file.pages == 1
        assert made_file.file.read_bytes().startswith(b"%PDF")
    with pytest.raises(UserError, match="not here"):
        owed_papers.write_support(made.one, b"?" * 16, tmp_path / "none.pdf")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"title": " "}, "what the support is about"), ({"last": dt.date(2020, 1, 1)}, "before the first"),
        ({"before": "blue"}, "red, amber or green"), ({"budget": -1}, "nought or more"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_right_is_refused_in_words(made: Cluster, more: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        planned(made, **more)
    assert support.listing(made.one) == []
