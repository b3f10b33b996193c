"""Deals, agreements and running costs by commands, by four small schools: whole pence, dates and ids in JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services import neighbours
from tests.services.commands_kit import done, run
from tests.services.neighbours import URNS
from tests.services.sample_fixture import register_of
from tests.services.small_school import without_waiting


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_waiting(monkeypatch)
    return register_of(neighbours.copied(neighbours.founded(), tmp_path / "registers"), URNS[0]).path


def proposed(ours: Path) -> None:
    done("deal", "propose", "Window cleaning", "--schools", ",".join(URNS), "--service", "Window cleaning", "--lead",
         URNS[0], "--from", "2027-04-01", "--to", "2030-03-31", "--decide-by", "2027-01-29", register=ours)  # fmt: skip
    done("deal", "offer", "Window cleaning", "--supplier", "Clearview", "--yearly", "4,000.01", "--vat", "800.00",
         "--months", 36, register=ours)  # fmt: skip


def test_a_deal_from_proposal_to_contract(ours: Path) -> None:
    proposed(ours)
    ways = done("deal", "ways", "Window cleaning", register=ours)["ways"]
    assert len(ways) >= 4
    equal = next(one for one in ways if one["way"] == "equal")
    assert sum(one["net"] for one in equal["shares"]) == 400_001
    facts = done("deal", "share", "Window cleaning", "--by", "equal=25,pupils=75", "--source", "January census",
                 register=ours)  # fmt: skip
    assert facts["stage"] == "schools decide"
    assert facts["total"] == 400_001
    assert facts["versions"][0]["way"] == "A quarter equally, the rest by pupils"
    assert sum(one["would_pay"] for one in facts["rows"]) == 400_001
    assert sum(one["vat"] for one in facts["rows"]) == 80_000
    facts = done("deal", "baseline", "Window cleaning", "--yearly", "2500", "--document", "Invoice 4411", "--dated",
                 "2026-04-02", register=ours)  # fmt: skip
    mine = next(one for one in facts["rows"] if one["school"] == URNS[0])
    assert mine["baseline"]["documented"]
    assert mine["difference"] == 250_000 - mine["would_pay"]
    facts = done("deal", "decide", "Window cleaning", "yes", "--body", "Full governing body", "--minute", "4/2",
                 register=ours)  # fmt: skip
    assert facts["yes"] == 1
    refused = run("deal", "sign", "Window cleaning", "--by", "Dawn Hill", register=ours)
    assert refused.code == 3
    assert "had not agreed" in refused.err
    facts = done("deal", "share", "Window cleaning", "--by", "equal", "--member", URNS[0], "--member", URNS[1], "--why",
                 "Two schools said no", register=ours)  # fmt: skip
    assert [one["number"] for one in facts["versions"]] == [1, 2]
    assert next(one for one in facts["rows"] if one["school"] == URNS[0])["said"] == "yes to an earlier price"


def test_a_school_alone_signs_leaves_and_stays(ours: Path) -> None:
    proposed(ours)
    done("deal", "share", "Window cleaning", "--by", "equal", "--member", URNS[0], register=ours)
    done("deal", "decide", "Window cleaning", "yes", "--body", "Full governing body", "--minute", "4/2", register=ours)
    facts = done("deal", "sign", "Window cleaning", "--by", "Dawn Hill", register=ours)
    assert (facts["stage"], facts["signed_on"]) == ("signed", "2026-11-23")
    facts = done("deal", "leave", "Window cleaning", "--body", "Full governing body", "--minute", "5/1", register=ours)
    assert next(one for one in facts["rows"] if one["member"])["leaves_on"] == "2027-05-23"
    facts = done("deal", "stay", "Window cleaning", register=ours)
    assert next(one for one in facts["rows"] if one["member"])["leaves_on"] is None
    facts = done("deal", "end", "Window cleaning", "--why", "The firm closed", register=ours, on="2026-11-24")
    assert facts["ended_on"] == "2026-11-24"
    titles = [one["title"] for one in done("deal", "list", register=ours, on="2026-11-25")["deals"]]
    assert "Window cleaning" not in titles
    assert "Window cleaning" in [
        one["title"] for one in done("deal", "list", "--all", register=ours, on="2026-11-25")["deals"]
    ]


def test_what_is_typed_wrongly_changes_nothing(ours: Path) -> None:
    proposed(ours)
    for words in (
        ("deal", "share", "Window cleaning", "--by", "moon"),
        ("deal", "share", "Window cleaning", "--by", "equal=30,pupils=60"),
        ("deal", "share", "Window cleaning", "--by", "uses"),
        ("deal", "share", "Window cleaning", "--by", "pupils", "--number", "uses=4"),
        ("deal", "baseline", "Window cleaning", "--yearly", "12"),
        ("deal", "decide", "Window cleaning", "yes", "--body", "Full governing body"),
        ("deal", "pay", "Window cleaning", "0"),
        ("deal", "join", "Window cleaning", "--from", "2027-10-01", "--body", "B", "--minute", "1"),
        ("deal", "show", "Nothing of the kind"),
        ("deal", "contract", "Window cleaning"),
        ("agreement", "add", "Ours", "--schools", URNS[0]),
        ("running-cost", "add", "Travel", "--cost", "5", "--from", "2027-01-01", "--to", "2026-01-01"),
    ):
        ran = run(*words, register=ours)
        assert ran.code in (2, 3), (words, ran.code, ran.err)
        assert ran.err.strip()
    facts = done("deal", "show", "Window cleaning", register=ours)
    assert facts["versions"] == []
    assert facts["payments"] == []


def test_numbers_given_by_command_are_kept_with_the_version(ours: Path) -> None:
    proposed(ours)
    given = [word for n, urn in enumerate(URNS) for word in ("--number", f"{urn}:uses={n}")]
    facts = done("deal", "share", "Window cleaning", "--by", "uses", *given, register=ours)
    shares = {one["school"]: one["would_pay"] for one in facts["rows"]}
    assert shares[URNS[0]] == 0
    assert sum(shares.values()) == 400_001
    text = run("deal", "show", "Window cleaning", register=ours, as_json=False).out
    assert "The shares add up to £4,000.01 exactly." in text


def test_an_agreement_and_a_running_cost_by_command(ours: Path) -> None:
    facts = done("agreement", "add", "Cover between us", "--schools", ",".join(URNS[:2]), "--gives",
                 f"{URNS[0]}:2 hours a week", "--gives", f"{URNS[1]}:£500 a year", "--gets", f"{URNS[1]}:Cover",
                 "--review", "2027-09-01", register=ours)  # fmt: skip
    assert (facts["state"], len(facts["parties"]), len(facts["promises"])) == ("proposed", 2, 3)
    facts = done("agreement", "decide", "Cover between us", "yes", "--body", "Full governing body", "--minute", "7/1",
                 register=ours)  # fmt: skip
    assert facts["state"] == "waiting"
    assert [one["agreed"] for one in facts["parties"]] == [True, False]
    assert "Cover between us" in run("agreement", "list", register=ours, as_json=False).out
    facts = done("running-cost", "add", "Office travel", "--cost", "100.01", "--from", "2026-09-01", "--to",
                 "2027-08-31", "--kind", "travel", register=ours)  # fmt: skip
    assert facts["pence"] == 10_001
    facts = done("running-cost", "share", "Office travel", "--by", "equal", "--schools", ",".join(URNS), register=ours)
    assert sorted(one["net"] for one in facts["shares"]) == [2_500, 2_500, 2_500, 2_501]
    owed = done("running-cost", "list", register=ours)["owed"]
    assert {one["name"]: one["net"] for one in owed} == {
        "St Willibrord’s": 0, "St Frideswide’s Catholic Primary School": 2_500,
        "St Illtud’s Catholic Primary School": 2_500, "St Wilfrid’s Catholic High School": 2_500,
    }, "who wrote the cost down pays the bill and owes nobody"  # fmt: skip
