"""Real registers, random steps, files in any order and some twice: all desks end with one owner of every place."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bursar_desk.domain.errors import UserError
from bursar_desk.services import training_moves
from bursar_desk.services import training_places as places
from bursar_desk.services.desk import Desk
from bursar_desk.services.training_moves import Purchase
from tests.storage.workbench import Bench, is_sound

IOSH = "IOSH Managing Safely"


def step(rng: random.Random, desk: Desk, others: list[bytes]) -> None:
    """Something a person might do; what makes no sense just now is refused in words and changes nothing."""
    held = places.read(desk)
    ours = [one for one in held.moves if one.to_school == desk.home]
    mine = [one for one in held.moves if one.giver == desk.home]
    what = rng.choice(["buy", *["offer"] * 4, *["accept"] * 6, "decline", "withdraw"])
    before = held.stock
    try:
        if what == "buy":
            training_moves.buy(desk, Purchase(IOSH, 1, 27_000, 39_500))
        elif what == "offer":
            training_moves.offer(desk, IOSH, rng.choice(others))
        elif what == "withdraw" and mine:
            training_moves.withdraw(desk, rng.choice(mine).id)
        elif what == "accept" and ours:
            training_moves.accept(desk, rng.choice(ours).id)
        elif what == "decline" and ours:
            training_moves.decline(desk, rng.choice(ours).id)
    except UserError:
        assert places.read(desk).stock == before


@pytest.mark.parametrize("seed", range(3))
def test_no_place_appears_or_vanishes_between_real_registers(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    with Bench.open(tmp_path, monkeypatch) as bench:
        stores = [bench.school(name, f"90000{n}") for n, name in enumerate(("Oakfield", "Hollybank", "St Anne's"))]
        bench.introduce(*stores)
        desks = [Desk(store, bench.clock) for store in stores]
        for desk in desks:
            training_moves.buy(desk, Purchase(IOSH, 2, 27_000, 39_500))
        kept: list[tuple[int, Path]] = []
        for turn in range(40):
            n = rng.randrange(3)
            step(rng, desks[n], [one.home for one in desks if one.home != desks[n].home])
            assert places.read(desks[n]).stock.total.adds_up
            if rng.random() < 0.6:
                to = rng.choice([m for m in range(3) if m != n])
                file = bench.send(stores[n], [stores[to]], f"news-{turn}")
                kept.append((to, file))
            if kept and rng.random() < 0.8:  # files wait, overtake each other and come twice
                to, file = rng.choice(kept)
                bench.merge(stores[to], file)
                assert places.read(desks[to]).stock.total.adds_up
        bench.rounds(*stores, times=2)
        training_moves.buy(desks[0], Purchase(IOSH, 1))  # and one that surely goes over
        (offer,), _ = training_moves.offer(desks[0], IOSH, desks[1].home)
        bench.exchange(stores[0], stores[1])
        training_moves.accept(desks[1], offer)
        bench.rounds(*stores, times=2)
        found = [places.read(desk).stock for desk in desks]
        assert found[0].places
        assert found[0].places == found[1].places == found[2].places
        assert found[0].tallies == found[1].tallies == found[2].tallies
        assert all(one.adds_up for one in found[0].tallies.values())
        assert any(place.path for place in found[0].places)
        assert all(is_sound(store) for store in stores)
