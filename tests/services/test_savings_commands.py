"""Savings, prices and papers about what is bought, by commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import neighbours
from tests.services.commands_kit import HOME, URNS, at, copied, done, make_practice, run
from tests.services.sample_fixture import STORY, register_of
from tests.services.small_school import without_waiting

ADD = (
    "saving", "add", "Photocopiers", "--before", "2400", "--after", "2,900.50", "--after-from", "Order 4", "--from",
    "1/9/2026", "--document", "Invoice 17", "--dated", "3/3/2026", "--service", "photocopiers",
)  # fmt: skip


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        without_waiting(patch)
        yield make_practice(tmp_path_factory.mktemp("savings"), patch)


@pytest.fixture
def folder(practice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    return copied(practice, tmp_path / "registers")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The register of a small school that has bought and saved nothing yet."""
    without_waiting(monkeypatch)
    return register_of(neighbours.copied(neighbours.founded(), tmp_path / "registers"), STORY).path


def test_a_saving_is_written_down_confirmed_and_changed(home: Path) -> None:
    made = done(*ADD, register=home)
    assert (made["before"], made["after"], made["each"], made["confidence"]) == (240_000, 290_050, -50_050, "estimate")
    assert made["words"] == "costs £500.50 more a year"
    assert sum(one["pence"] for one in made["years"]) == made["whole"]
    ran = run("saving", "confirm", "Photocopiers", "--by", made["said_by"], register=home)
    assert ran.code != 0
    assert "somebody else" in ran.err
    sure = done("saving", "confirm", "photocopiers", "--by", "Ian Frost", register=home)
    assert (sure["confidence"], sure["confirmed_by"]) == ("confirmed", "Ian Frost")
    later = done("saving", "change", made["saving"][:12], "--after", "2000", "--to", "31/8/2027", register=home)
    assert (later["each"], later["confidence"], later["to"]) == (40_000, "estimate", "2027-08-31")
    assert done("saving", "change", "photocopiers", "--goes-on", register=home)["to"] is None
    shown = done("saving", "show", "photocopiers", register=home)
    assert shown["saving"] == made["saving"]
    listed = done("saving", "list", register=home)
    assert [one["title"] for one in listed["savings"]] == ["Photocopiers"]
    assert listed["sums"]["a_year"] == 40_000
    text = run("saving", "list", register=home, as_json=False).out
    assert "saves £400 a year" in text
    assert "Invoice 17, 3 Mar 2026" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (ADD[:11], "No saving without a dated baseline document."),
        ((*ADD[:-1], "witchcraft"), "is not a service"),
        (("saving", "change", "nothing", "--after", "1"), "no saving here"),
        (("saving", "show", "nothing"), "no saving here"),
    ],
)  # fmt: skip
def test_what_makes_no_saving_is_refused_in_words(home: Path, words: tuple[str, ...], said: str) -> None:
    ran = run(*words, register=home)
    assert ran.code != 0
    assert said in ran.err


def test_what_contradicts_itself_is_told(home: Path) -> None:
    done(*ADD, register=home)
    for words in (
        ("saving", "change", "photocopiers"), ("saving", "change", "photocopiers", "--goes-on", "--to", "1/1/2028"),
    ):
        assert run(*words, register=home).code != 0


def test_prices_and_papers_of_the_cluster_once_its_schools_sent_their_files(folder: Path, tmp_path: Path) -> None:
    office = at(folder, "cluster-1")
    for urn in URNS:
        path = tmp_path / f"{urn}.bursar"
        done("export", path, "--to", "cluster", register=at(folder, urn))
        done("merge", path, register=office)
    found = done("contract", "prices", register=office)
    assert found["comparisons"], "the practice schools share suppliers"
    for one in found["comparisons"]:
        prices = [row["unit_price"] for row in one["schools"]]
        assert len(prices) > 1
        assert (prices[0], prices[-1]) == (one["lowest"], one["highest"])
        assert one["worth_at_lowest"] == sum(row["gain_at_lowest"] for row in one["schools"])
    said = run("contract", "prices", register=office, as_json=False).out
    assert "Estimate" in said or "nothing to gain" in said
    for name in ("contracts", "forward-plan", "savings", "services", "benefit"):
        figures = []
        for ending in ("pdf", "xlsx", "html"):
            made = done("report", name, "--out", tmp_path / f"{name}.{ending}", register=office)
            assert made["pages"] >= 1
            figures.append(made["figures"])
        assert figures[0] == figures[1] == figures[2]
    one = done("report", "contracts", "--out", tmp_path / "one.pdf", "--school", URNS[1], register=office)
    assert next(iter(one["figures"])) == "Contracts: rows"


def test_a_code_on_paper_leads_to_its_record(folder: Path, tmp_path: Path) -> None:
    home = at(folder, HOME)
    listed = done("contract", "list", register=home)
    page = tmp_path / "contracts.html"
    done("report", "contracts", "--out", page, register=home)
    codes = [part.split("</small>")[0] for part in page.read_text(encoding="utf-8").split("<small>")[1:]]
    followed = {done("follow", code, register=home)["records"][0]["id"] for code in codes}
    assert followed >= {one["contract"] for one in json.loads(json.dumps(listed))["contracts"]}
    assert run("follow", "AAA-AAA-A", register=home).code != 0
