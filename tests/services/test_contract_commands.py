"""Contracts and suppliers by commands, end to end on the practice partnership: J12, decisions, terms, the office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.commands_kit import HOME, at, copied, make_practice, run
from tests.services.commands_kit import done as done_on
from tests.services.small_school import without_waiting

ON = "2026-11-23"


def done(*words: object, register: Path) -> dict:  # type: ignore[type-arg]
    return done_on(*words, register=register, on=ON)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        without_waiting(patch)
        yield make_practice(tmp_path_factory.mktemp("contracts"), patch)


@pytest.fixture
def folder(practice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    return copied(practice, tmp_path / "registers")


CLEANING = ("contract", "add", "Deep clean", "--supplier", "Sparkle Ltd", "--from", "1/9/2024", "--months", "36",
            "--notice", "6 months", "--notice-by", "served", "--yearly", "21360", "--vat", "20")  # fmt: skip


def test_a_contract_from_a_letter_says_by_when_to_tell_them(folder: Path) -> None:
    home = at(folder, HOME)
    ran = run(*CLEANING, register=home, on=ON)
    assert ran.code == 0, ran.err
    told = run("contract", "show", "deep clean", register=home, on=ON, as_json=False).out
    assert "Tell them by Friday 26 February 2027." in told
    assert "Take off 6 months’ notice: Sunday 28 February 2027" in told
    assert "How we worked it out" in told
    one = ran.facts["contract"]
    assert (one["tell_by"], one["yearly"], one["vat"]) == ("2027-02-26", 2_136_000, 427_200)
    assert one["last"] == "2027-08-31"
    assert [step["words"] for step in one["last_safe"]["steps"]][-2:] == ["Last safe day", "Decide by"]
    words = run(*(["contract", "add", "Windows", *CLEANING[3:]]), register=home, on=ON, as_json=False).out
    assert words.startswith("Windows is added. Tell them by Friday 26 February 2027. Or pay £21,360.00 more, to 31 ")


def test_the_list_begins_with_what_is_too_late_and_adds_up(folder: Path) -> None:
    home = at(folder, HOME)
    facts = done("contract", "list", register=home)
    assert facts["contracts"][0]["state"] == "rolled over"
    assert facts["yearly"] == sum(one["yearly"] for one in facts["contracts"])
    assert facts["to_decide"] == len(done("contract", "list", "--to-decide", register=home)["contracts"]) > 0
    assert facts["ran_on"][0].startswith("Broadband ran on. Nobody told them by ")
    told = run("contract", "list", register=home, on=ON, as_json=False).out
    assert told.splitlines()[0] == facts["heading"]


def test_notice_renewal_and_decisions_by_command(folder: Path) -> None:
    home = at(folder, HOME)
    noticed = done("contract", "notice", "grounds", "--served", "2026-11-20", "--how", "e-mail", "--minute", "F 1",
                   register=home)["contract"]  # fmt: skip
    assert noticed["state"] == "notice given"
    back = done("contract", "decide", "grounds", "taken back", register=home)["contract"]
    assert back["waits"]
    renewed = done("contract", "renew", "grounds", "--agreed-by", "Finance committee", "--yearly", "2700", "--vat", "0",
                   register=home)["contract"]  # fmt: skip
    assert (renewed["state"], renewed["terms"][-1]["yearly"]) == ("agreed", 270_000)
    put_off = run("contract", "decide", "payroll", "put off", "--until", "2027-05-01", register=home, on=ON)
    assert put_off.code == 3
    assert "at the latest" in put_off.err
    extended = done("contract", "renew", "cleaning", "--extend", "--agreed-by", "Head", register=home)["contract"]
    assert extended["state"] == "agreed"
    told = run("contract", "show", "grounds", register=home, on=ON, as_json=False).out
    assert "Notice given (taken back): for the end on " in told


def test_changing_serving_noting_and_ending_by_command(folder: Path) -> None:
    home = at(folder, HOME)
    changed = done("contract", "change", "grounds", "--notice", "30 clear days", "--break", "2027-01-29, 1 month",
                   "--alerts", "120,30", "--units", "1,900 m2", "--owner", "Dawn Hill", "--note", "Ask for two prices",
                   "--rise", "cpi", "--lease", "grounds", "--lease-consent", "class",
                   register=home)["contract"]  # fmt: skip
    assert (changed["notice"], changed["notice_unit"], changed["notice_clear"]) == (30, "days", True)
    assert changed["breaks"] == [{"on": "2027-01-29", "notice": 1, "unit": "months"}]
    assert changed["owner_name"] == "Dawn Hill"
    emptied = done("contract", "change", "grounds", "--note", "", "--rise", "", register=home)["contract"]
    assert (emptied["note"], emptied["rise"]) == ("", "")
    served = done("contract", "serves", "grounds", "--check", "FIRE-04", register=home)["contract"]
    assert [(one["code"], one["orphan"]) for one in served["serves"]] == [("FIRE-04", True)]
    noted = done("contract", "note", "grounds", "dispute", "Charged twice", register=home)
    finished = done("contract", "done", "grounds", noted["note"], register=home)["contract"]
    assert finished["notes"][-1]["done_on"] == ON
    term = done("contract", "term", "add", "energy", "--from", "2028-10-01", "--to", "2029-09-30", "--yearly", "30000",
                "--tell-by", "2028-03-01", "--source", "Letter", register=home)["term"]  # fmt: skip
    done("contract", "term", "change", "energy", term, "--yearly", "31000", register=home)
    gone = done("contract", "term", "remove", "energy", term, register=home)["contract"]
    assert all(one["yearly"] != 3_100_000 for one in gone["terms"])
    ended = done("contract", "cease", "grounds", "--day", "2026-11-20", "--why", "They gave up", register=home)
    assert [one["title"] for one in ended["orphans"]] == ["Fire alarm test"]
    assert ended["contract"]["state"] == "ceased"
    again = done("contract", "live", "grounds", register=home)["contract"]
    assert again["state"] != "ceased"
    done("contract", "add", "Idea", "--draft", register=home)
    assert done("contract", "remove", "idea", register=home)["act"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("contract", "add", "Idea"), 3, "Say who supplies it."),
        (("contract", "show", "nothing like it"), 3, "is not one contract here"),
        (("contract", "change", "grounds"), 2, "Say what to change."),
        (("contract", "change", "grounds", "--notice", "soon"), 2, "--notice could not be read."),
        (("contract", "change", "grounds", "--alerts", "often"), 2, "--alerts could not be read as days."),
        (("contract", "change", "grounds", "--units", "many"), 2, "--units could not be read."),
        (("contract", "serves", "grounds"), 2, "Say what it serves."),
        (("contract", "decide", "grounds", "renew"), 3, "Say who agreed to it."),
        (("contract", "term", "change", "grounds", "ffffff", "--yearly", "1"), 3, "names no term here"),
        (("contract", "meeting", "remove", "ffffffff"), 3, "names no meeting here"),
        (("supplier", "change", "greenway"), 2, "Say what to change."),
        (("supplier", "change", "greenway", "--left"), 3, "still has 1 contract here"),
        (("supplier", "add", "Greenway Grounds Limited"), 3, "is here already with that name"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    folder: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    home = at(folder, HOME)
    before = done("history", "list", register=home)
    ran = run(*words, register=home, on=ON)
    assert ran.code in (2, 3)
    assert ran.code == code, ran.err
    assert said in ran.err
    assert done("history", "list", register=home) == before


def test_suppliers_and_meetings_by_command(folder: Path) -> None:
    home = at(folder, HOME)
    added = done("supplier", "add", "Inkwell", "--company-number", "1234567", "--insured-until", "2027-03-31",
                 "--insured-for", "5,000,000", "--also", "IOM", register=home)["supplier"]  # fmt: skip
    assert (added["company_number"], added["insured_for"], added["also"]) == ("01234567", 500_000_000, ["IOM"])
    linked = done("supplier", "change", "inkwell", "--contractor", "Clearwell", register=home)["supplier"]
    assert linked["contractor_name"] == "Clearwell Water Hygiene"
    joined = done("supplier", "same", "inkwell", "marlow", register=home)["supplier"]
    assert joined["titles"] == ["Photocopiers"]
    shown = done("supplier", "show", "marlow copiers", register=home)
    assert [one["title"] for one in shown["contracts"]] == ["Photocopiers"]
    listed = done("supplier", "list", register=home)
    assert listed["yearly"] == done("contract", "list", register=home)["yearly"]
    made = done("contract", "meeting", "add", "Premises committee", "2026-12-07", "14/1/2027", "--at", "17:30",
                "--papers", "5", register=home)["meetings"]  # fmt: skip
    assert [one["on"] for one in made] == ["2026-12-07", "2027-01-14"]
    assert [one["papers_by"] for one in made] == ["2026-12-02", "2027-01-09"]
    moved = done("contract", "meeting", "change", made[0]["meeting"], "--to", "2026-12-08", register=home)["meeting"]
    assert moved["on"] == "2026-12-08"
    done("contract", "meeting", "remove", made[1]["meeting"], register=home)
    left = [one for one in done("contract", "meeting", "list", register=home)["meetings"]
            if one["body"] == "Premises committee"]  # fmt: skip
    assert [one["on"] for one in left] == ["2026-12-08"]


def test_the_days_the_office_is_open_in_the_holidays_are_said_and_forgotten(folder: Path) -> None:
    home = at(folder, HOME)

    def told_by() -> str:
        shown = done("contract", "show", "grounds maintenance", register=home)["contract"]
        return str(shown["last_safe"]["tell_by"])

    assert told_by() == "2026-12-18"
    assert done("contract", "office-open", register=home)["office_open"] == []
    said = done("contract", "office-open", "--from", "21/12/2026", "--to", "2026-12-23", register=home)
    assert said["office_open"] == [{"from": "2026-12-21", "to": "2026-12-23"}]
    assert told_by() == "2026-12-22"
    assert run("contract", "office-open", "--from", "2027-04-01", register=home, on=ON).code == 2
    said = done("contract", "office-open", "--clear", "--from", "2027-03-29", "--to", "2027-04-01", register=home)
    assert said["office_open"] == [{"from": "2027-03-29", "to": "2027-04-01"}]
    assert done("contract", "office-open", "--clear", register=home)["office_open"] == []
    assert told_by() == "2026-12-18"


def test_the_office_reads_all_contracts_of_its_schools_from_their_files(folder: Path) -> None:
    home, office = at(folder, HOME), at(folder, "cluster-1")
    path = folder / "home.bursar"
    done("export", path, "--to", "cluster", register=home)
    assert done("contract", "list", register=office)["contracts"] == []
    done("merge", path, register=office)
    theirs = done("contract", "list", register=office)
    ours = done("contract", "list", register=home)
    assert [one["title"] for one in theirs["contracts"]] == [one["title"] for one in ours["contracts"]]
    assert theirs["yearly"] == ours["yearly"]
    assert done("contract", "list", "--school", HOME, register=office)["heading"] == ours["heading"]
    shown = done("contract", "show", "waste", register=office)["contract"]
    assert shown["decisions"][0]["what"] == "notice given"
    refused = run("contract", "decide", "waste", "taken back", register=office, on=ON)
    assert refused.code == 3
    assert "another school’s" in refused.err
