"""What is typed at the commands about contracts and buying: ids as printed, several of a name, sums, wrong words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.commands_kit import done, run
from tests.services.small_school import Small, without_waiting

ON = "2026-11-20"


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_waiting(monkeypatch)
    return Small.found(tmp_path).path


def told(*words: object, register: Path) -> str:
    ran = run(*words, register=register, on=ON, as_json=False)
    assert ran.code == 0, (words, ran.err)
    return ran.out


def test_every_line_of_a_list_can_be_typed_as_it_is_printed(ours: Path) -> None:
    """Rows of one act share the time their ids begin with, so what is printed must reach beyond it."""
    for title in ("Cleaning", "Payroll", "Broadband"):
        done("contract", "add", title, "--supplier", f"{title} Ltd", "--service", title, "--from", "2026-04-01", "--to",
             "2027-03-31", "--notice", "3 months", "--yearly", "1200", register=ours, on=ON)  # fmt: skip
    done("service", "start-year", register=ours, on=ON)
    for noun, act in (("service", ("review", "--quality", "3")), ("contract", ("show",)), ("supplier", ("show",))):
        rows = [word for line in told(noun, "list", register=ours).splitlines() for word in line.split()]
        ids = [word for word in rows if len(word) == 20 and set(word) <= set("0123456789abcdef")]
        assert len(set(ids)) == 3
        for one in ids:
            done(noun, act[0], one, *act[1:], register=ours, on=ON)


def test_a_name_of_several_is_refused_with_the_ids_to_choose_from(ours: Path) -> None:
    made = [done("buying", "start", "Benches", "--once", "900", register=ours, on=ON)["purchase"] for _ in range(2)]
    ran = run("buying", "show", "bench", register=ours, on=ON)
    assert ran.code == 3
    assert all(one[:20] in ran.err for one in made)
    assert "more than one purchase" in run("buying", "show", made[0][:4], register=ours, on=ON).err
    assert "no purchase" in run("buying", "show", "piano", register=ours, on=ON).err


@pytest.mark.parametrize("sum_", ["TBC", "-5", "1.234", "12 or 13"])
def test_a_sum_that_cannot_be_read_is_a_command_used_wrongly_as_a_date_is(ours: Path, sum_: str) -> None:
    for words in (
        ("contract", "add", "X", "--supplier", "Y", "--yearly", sum_),
        ("buying", "start", "X", "--yearly", sum_),
    ):
        ran = run(*words, register=ours, on=ON)
        assert (ran.code, ran.facts) == (2, None)
        assert ran.err == "--yearly must be pounds and pence. Nothing was changed. Type it like 120 or 472.64.\n"


def test_a_service_nobody_knows_is_refused_with_some_to_choose_from(ours: Path) -> None:
    for words in (("contract", "add", "X", "--draft"), ("buying", "start", "X"), ("contract", "change", "X")):
        ran = run(*words, "--service", "moonbase", register=ours, on=ON)
        assert ran.code in (2, 3)
        assert "moonbase" in ran.err or words[1] == "change"
    assert done("contract", "list", "--all", register=ours, on=ON)["contracts"] == []


def test_an_apostrophe_of_the_keyboard_finds_a_school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)
    path = Small.found(tmp_path, "St Agnes’s School").path
    assert done("contract", "list", "--school", "st agnes's", register=path, on=ON)["contracts"] == []
