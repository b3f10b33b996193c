"""A group deal as one script of commands: eight real schools, their files in any order, every figure followed."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.services import directory
from bursar_desk.services.record_codes import code_of
from tests.services.commands_kit import Ran, done, run
from tests.storage.deal_world import ETHELBERT, GREGORY, LEAD, LOURDES, MARY, PAYS, PETER, TERESA, URNS, WILLIAM
from tests.storage.workbench import Bench

OFFICE = "office"
HEARING = (LEAD, PETER, WILLIAM, OFFICE)
"""The desks that hear everything; that all nine come to one picture is held by tests/storage/test_deals_travel.py."""
AUTUMN, LATER, NEXT_AUTUMN = "2026-11-20", "2026-12-04", "2027-09-01"
TITLE = "Grounds maintenance 2027"
BODY = ("--body", "Full governing body")
CODE = re.compile(r"\b[34679ACDEFGHJKMNPRTVWXY]{3}-[34679ACDEFGHJKMNPRTVWXY]{3}-[A-Z]\b")
SHARES = {LEAD: 837_289, LOURDES: 213_736, ETHELBERT: 201_656, GREGORY: 177_494, PETER: 191_433, TERESA: 109_656,
          WILLIAM: 213_736}  # fmt: skip
"""What seven schools pay of £19,450 by their pupils, worked by hand with largest remainders."""


@dataclass
class Partnership:
    """Eight schools and an office: one register each, and a folder of the files they send."""

    folder: Path
    chance: random.Random
    on: str = AUTUMN
    files: list[Path] = field(default_factory=list)

    def at(self, name: str) -> Path:
        return self.folder / f"{name}.register"

    def does(self, name: str, *words: object) -> Any:
        """One command that succeeds."""
        return done(*words, register=self.at(name), on=self.on)

    def refuses(self, name: str, *words: object, code: int = 3) -> str:
        """One command that is refused in one sentence and changes nothing; the sentence."""
        before = self._written(name)
        ran: Ran = run(*words, register=self.at(name), on=self.on)
        assert (ran.code, ran.err.count("\n")) == (code, 1), (words, ran.code, ran.err)
        assert self._written(name) == before, words
        return ran.err

    def _written(self, name: str) -> int:
        with closing(sqlite3.connect(self.at(name))) as con:
            return int(con.execute("SELECT COUNT(*) FROM commit_log").fetchone()[0])

    def sends(self, name: str) -> Path:
        """A file from one of them to all the others."""
        path = self.folder / f"{name}-{len(self.files)}.bursar"
        to = [word for other in (*URNS, OFFICE) if other != name
              for word in ("--to", "cluster" if other == OFFICE else other)]  # fmt: skip
        self.does(name, "export", path, *to)
        self.files.append(path)
        return path

    def meet(self, sender: str, to: Sequence[str] = (*URNS, OFFICE)) -> None:
        """One sends; the others merge what came."""
        self.deliver([self.sends(sender)], to)

    def deliver(self, sent: list[Path], to: Sequence[str]) -> None:
        for name in to:
            mine = [one for one in sent if not one.name.startswith(f"{name}-")]
            if mine:
                told = self.does(name, "merge", *self.chance.sample(mine, len(mine)))
                assert told["totals"]["accepted"] == len(mine)

    def shown(self, name: str) -> Any:
        return self.does(name, "deal", "show", TITLE)

    def row(self, name: str, urn: str) -> dict[str, Any]:
        return dict(next(one for one in self.shown(name)["rows"] if one["school"] == urn))


@pytest.fixture
def schools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Partnership]:
    with Bench.open(tmp_path, monkeypatch) as bench:
        bench.clock.ms = FixedClock.at(dt.date(2025, 1, 6)).ms
        stores = []
        for urn in URNS:
            found = directory.find(int(urn))
            assert found is not None
            stores.append(bench.school(found.name, urn))
        office = bench.office(OFFICE)
        bench.introduce(*stores, hub=office)
        for urn, store in zip(URNS, stores, strict=True):
            store.close()
            store.path.rename(bench.path(urn))
        office.close()
        bench.stores.clear()
        yield Partnership(tmp_path, random.Random(2027))


def _proposes(all_: Partnership) -> None:
    all_.does(LEAD, "deal", "propose", TITLE, "--schools", ",".join(URNS), "--service", "grounds", "--lead", LEAD,
              "--from", "1 April 2027", "--to", "2030-03-31", "--decide-by", "2027-01-29")  # fmt: skip
    all_.meet(LEAD)
    for urn in URNS:
        if urn in PAYS:
            all_.does(urn, "deal", "baseline", TITLE, "--yearly", f"{PAYS[urn] / 100:.2f}", "--document", "Invoice",
                      "--dated", "2026-04-02")  # fmt: skip
        else:
            all_.does(urn, "deal", "baseline", TITLE, "--none", "The caretaker cuts the grass.")


def _buys(all_: Partnership) -> str:
    """Weights, three quotes, opened, marked by two, the best value chosen; every step too early is refused."""
    lead, mow = LEAD, "Grounds for eight"
    made = all_.does(lead, "buying", "start", mow, "--service", "grounds", "--yearly", "19,450", "--months", 36,
                     "--deal", TITLE)  # fmt: skip
    said = all_.refuses(lead, "buying", "weights", mow, "--price", 40, "--part", "Quality=50")
    assert "add up to 90, not 100" in said
    all_.does(lead, "buying", "weights", mow, "--price", 40, "--part", "Quality=60")
    for firm in ("Redvale Grounds", "Greenway", "Mow & Co"):
        all_.does(lead, "buying", "quote", mow, firm, "--came", AUTUMN)
    assert "not opened yet" in all_.refuses(lead, "buying", "quote", mow, "Greenway", "--yearly", "20,100")
    shown = all_.does(lead, "buying", "show", made["purchase"][:20])
    assert [one["yearly"] for one in shown["quotes"]] == [None] * 3, "prices stay hidden until quotes are opened"
    assert "Open the quotes" in all_.refuses(lead, "buying", "award", mow, "Redvale", "--why", "Nice people")
    all_.refuses(lead, "buying", "open", mow, "--beside", "Clare Brennan", "--price", "Redvale=TBC", code=2)
    all_.does(lead, "buying", "open", mow, "--beside", "Clare Brennan", "--price", "Redvale=19450", "--price",
              "Greenway=20,100.00", "--price", "Mow=19000")  # fmt: skip
    assert "stays as it was" in all_.refuses(lead, "buying", "weights", mow, "--price", 10, "--part", "Quality=90")
    assert "0 to 10" in all_.refuses(lead, "buying", "mark", mow, "Redvale", "--score", "Quality=11")
    for who in ("Dawn Hill", "Ian Frost"):
        for firm, mark in (("Redvale", 9), ("Greenway", 9), ("Mow", 4)):
            all_.does(lead, "buying", "mark", mow, firm, "--score", f"Quality={mark}", "--by", who)
        all_.does(lead, "buying", "declare", mow, "--who", who)
    all_.does(lead, "buying", "change", mow, "--approved-by", "Full governing body")
    return str(made["purchase"])


def _awards(all_: Partnership, purchase: str) -> None:
    """The dearer one of better quality is best value: choosing it needs a reason, and a wrong day chooses nothing."""
    words = ("buying", "award", purchase[:20], "Redvale")
    assert all_.does(LEAD, "buying", "show", purchase)["best_value"] != []
    all_.refuses(LEAD, *words)
    all_.refuses(LEAD, *words, "--why", "Best value", "--contract-from", "2027-13-13", code=2)
    all_.does(LEAD, *words, "--why", "Best value: better work for little more.")
    all_.does(LEAD, "undo")
    assert all_.does(LEAD, "buying", "show", purchase)["chosen"] is None
    all_.does(LEAD, *words, "--why", "Best value: better work for little more.")


def _offers(all_: Partnership, purchase: str) -> None:
    all_.does(LEAD, "deal", "offer", TITLE, "--supplier", "Redvale Grounds", "--yearly", "19450", "--vat", "3890",
              "--months", 36, "--chosen-because", "Best value of three.", "--buying", purchase[:20])  # fmt: skip
    all_.refuses(LEAD, "deal", "share", TITLE, "--by", "uses")
    all_.refuses(LEAD, "deal", "share", TITLE, "--by", "equal=30,pupils=60")
    all_.refuses(LEAD, "deal", "share", TITLE, "--by", "moonlight", code=2)
    facts = all_.does(LEAD, "deal", "share", TITLE, "--by", "pupils", "--source", "January census", "--number",
                      f"{PETER}:pupils=206")  # fmt: skip
    assert sum(one["would_pay"] for one in facts["rows"]) == facts["total"] == 1_945_000
    assert len(facts["offers"][0]["compared"]) == 3


def _decide(all_: Partnership, urns: tuple[str, ...], turn: int) -> None:
    for urn in all_.chance.sample(urns, len(urns)):
        answer = "no" if urn == MARY else "yes"
        more = ("--conditions", "The hedge is cut twice.") if urn == TERESA else ()
        all_.does(urn, "deal", "decide", TITLE, answer, *BODY, "--minute", f"{turn}/{URNS.index(urn)}", *more)


def _nobody_decides_for_another(all_: Partnership) -> None:
    decide = ("deal", "decide", TITLE, "yes")
    assert "minute" in all_.refuses(PETER, *decide, *BODY)
    assert "which body" in all_.refuses(PETER, *decide, "--body", " ", "--minute", "3/1")
    assert "still to come" in all_.refuses(PETER, *decide, *BODY, "--minute", "3/1", "--met-on", "2027-01-15")
    assert "no governing body" in all_.refuses(OFFICE, *decide, *BODY, "--minute", "3/1")
    assert "keeps that" in all_.refuses(PETER, "deal", "sign", TITLE, "--by", "Somebody")
    assert "had not agreed" in all_.refuses(LEAD, "deal", "sign", TITLE, "--by", "Angela Moss")


def _picture(all_: Partnership, name: str) -> tuple[str, Any, Any]:
    """What a register says of the deal, in JSON and in words, and the fingerprint of what it holds of each school."""
    ran = run("deal", "show", TITLE, register=all_.at(name), on=all_.on)
    return ran.err, ran.facts, all_.does(name, "digest")["by_school"]


def _in_any_order(all_: Partnership, name: str, senders: Sequence[str], to: Sequence[str] = HEARING) -> None:
    """Two copies of a register take the same files one by one, in another order and some of them twice: both agree."""
    sent = [all_.sends(one) for one in senders]
    mixed = all_.chance.sample(sent, len(sent))
    orders = (sent, [*mixed[::-1], mixed[0]])
    copies = []
    for n, order in enumerate(orders):
        copy = f"{name}-copy-{n}"
        shutil.copyfile(all_.at(name), all_.at(copy))
        for path in order:
            all_.does(copy, "merge", path)
        copies.append(_picture(all_, copy))
    assert copies[0] == copies[1]
    all_.deliver(sent, to)
    assert all_.shown(name) == copies[0][1]


def _everybody(all_: Partnership, of: Callable[[Any], object]) -> object:
    """What every desk that heard of it says of the deal; it must be one thing."""
    said = [of(all_.shown(one)) for one in HEARING]
    assert all(one == said[0] for one in said)
    return said[0]


def _follows_every_figure(all_: Partnership, name: str, out: Path) -> None:
    """Every code on the paper leads to a record, and every record the deal names stands on the paper by its code."""
    facts = all_.shown(name)
    all_.does(name, "report", "deal", "--deal", facts["deal"][:20], "--out", out)
    printed = set(CODE.findall(out.read_text(encoding="utf-8")))
    found = {}
    for code in sorted(printed):
        (record,) = all_.does(name, "follow", code)["records"]
        found[record["id"]] = record
    now = next(one for one in facts["versions"] if one["current"])
    for row in (one for one in facts["rows"] if one["member"]):
        price, word = found[row["baseline"]["baseline"]], found[row["decision"]["answer_id"]]
        assert (price["table"], word["table"]) == ("deal_baseline", "answer")
        assert price["school"] == word["school"], "a school’s price and its governors’ word are its own records"
        assert {"school": row["school"], "net": row["would_pay"], "vat": row["vat"]} in now["shares"]
    assert {found[now["version"]]["table"], found[now["offer"]]["table"]} == {"sharing", "deal_offer"}
    assert all(code_of(bytes.fromhex(one)) in printed for one in found)
    wrong = next(iter(printed))[:-1] + "4"
    assert "not a code of a record" in all_.refuses(name, "follow", wrong)


def test_a_deal_of_eight_schools_as_a_script_of_commands(schools: Partnership, tmp_path: Path) -> None:
    all_ = schools
    _proposes(all_)
    purchase = _buys(all_)
    _awards(all_, purchase)
    _offers(all_, purchase)
    all_.meet(LEAD)
    _nobody_decides_for_another(all_)

    # The first price: eight governing bodies, one of them says no; the others pay more without it and decide again.
    _decide(all_, URNS, 1)
    _in_any_order(all_, OFFICE, URNS, to=(LEAD, OFFICE))
    for name in (LEAD, OFFICE):
        facts = all_.shown(name)
        assert (facts["yes"], facts["schools"]) == (6, 8), "a yes with a condition waits"
    all_.refuses(LEAD, "deal", "share", TITLE, "--by", "pupils")
    all_.does(LEAD, "deal", "share", TITLE, "--by", "pupils", "--source", "January census", "--why", "St Mary’s said "
              "no.", *(word for urn in URNS if urn != MARY for word in ("--member", urn)), "--number",
              f"{PETER}:pupils=206")  # fmt: skip
    all_.meet(LEAD)
    assert all_.row(PETER, PETER)["said"] == "yes to an earlier price"
    all_.on = LATER
    _decide(all_, tuple(one for one in URNS if one != MARY), 2)
    _in_any_order(all_, PETER, tuple(one for one in URNS if one not in (PETER, MARY)))
    all_.meet(PETER, HEARING)
    all_.refuses(LEAD, "deal", "sign", TITLE, "--by", "Angela Moss")
    all_.does(LEAD, "deal", "condition-met", TITLE, TERESA, "--how", "It is in the specification.")
    all_.does(LEAD, "deal", "sign", TITLE, "--by", "Angela Moss", "--reference", "C-17")
    all_.meet(LEAD, (*HEARING, MARY, TERESA))

    facts = all_.shown(PETER)
    assert (facts["stage"], facts["signed_on"], facts["yes"], facts["total"]) == ("signed", LATER, 7, 1_945_000)
    assert {one["school"]: one["would_pay"] for one in facts["rows"] if one["member"]} == SHARES
    assert [one["school"] for one in facts["rows"] if one["dearer"]] == [LEAD], "who would pay more is shown so"
    assert facts["difference"] == sum(PAYS.values()) - 1_945_000
    _follows_every_figure(all_, PETER, tmp_path / "deal.html")

    # Each has a contract of its own from it; a year on one leaves and pays to the day, another was never in it.
    made = all_.does(WILLIAM, "deal", "contract", TITLE)["contract"]
    contract = all_.does(WILLIAM, "contract", "show", made[:20])["contract"]
    assert (contract["yearly"], contract["first"], contract["in_deal"]) == (SHARES[WILLIAM], "2027-04-01", True)
    all_.refuses(MARY, "deal", "contract", TITLE)
    all_.on = NEXT_AUTUMN
    all_.refuses(MARY, "deal", "leave", TITLE, *BODY, "--minute", "9/4")
    left = all_.does(WILLIAM, "deal", "leave", TITLE, *BODY, "--minute", "9/4")
    assert next(one for one in left["rows"] if one["school"] == WILLIAM)["leaves_on"] == "2028-03-01"
    all_.does(WILLIAM, "undo")
    assert all_.row(WILLIAM, WILLIAM)["leaves_on"] is None
    all_.does(WILLIAM, "deal", "leave", TITLE, *BODY, "--minute", "9/4")
    all_.does(TERESA, "deal", "pay", TITLE, "100", "--vat", "20", "--reference", "BACS 7")
    _in_any_order(all_, LEAD, (WILLIAM, TERESA))
    assert _everybody(all_, lambda one: [(row["leaves_on"], row["paid"]) for row in one["rows"]])
    story = run("history", "list", register=all_.at(WILLIAM), on=all_.on, as_json=False).out
    for said in ("Note a governing body’s decision", "Join or leave a group deal", TITLE):
        assert said in story
