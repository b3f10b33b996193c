"""Every way to share a cost, tried without saving: who would pay more, and who lacks a number it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bursar_desk.domain import apportion, words
from bursar_desk.domain.apportion import AREA, EQUAL, FIXED, PERCENT, PUPILS, SITES, USES, WHOLE, Member, Part, Split
from bursar_desk.services.deals_shapes import WayLine

WAYS: Final[tuple[tuple[str, tuple[Part, ...]], ...]] = (
    ("pupils", (Part(PUPILS, WHOLE),)),
    ("quarter", (Part(EQUAL, 2500), Part(PUPILS, 7500))),
    ("equal", (Part(EQUAL, WHOLE),)),
    ("area", (Part(AREA, WHOLE),)),
    ("half area", (Part(AREA, 5000), Part(PUPILS, 5000))),
    ("uses", (Part(USES, WHOLE),)),
    ("sites", (Part(SITES, WHOLE),)),
    ("percent", (Part(PERCENT, WHOLE),)),
)
"""The ways that are tried by themselves; the first four always, the others where their numbers are known."""
ALWAYS: Final = 4
OWN: Final = "as shared"


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be shared, by whom, and what each pays now (None where that is not known or not documented)."""

    total: int
    vat: int
    members: Sequence[Member]
    now: Mapping[bytes, int]
    names: Mapping[bytes, str]
    period_days: int


def tried(trial: Trial, chosen: tuple[Part, ...]) -> list[WayLine]:
    """Return every way, the one that counts first if it is none of the usual ones."""
    listed = [(code, parts) for n, (code, parts) in enumerate(WAYS) if n < ALWAYS or _known(trial.members, parts)]
    if chosen and not any(_same(parts, chosen) for _, parts in listed):
        listed.insert(0, (OWN, chosen))
    return [_way(trial, code, parts, _same(parts, chosen)) for code, parts in listed]


def _known(members: Iterable[Member], parts: Iterable[Part]) -> bool:
    """Tell whether a way that few use has its numbers: nobody is asked for sites where each school has one."""
    listed = list(members)
    needed = [part.method for part in parts if part.method not in (EQUAL, FIXED)]
    if needed == [SITES]:
        return len({one.inputs.get(SITES) for one in listed}) > 1 and all(SITES in one.inputs for one in listed)
    return all(method in one.inputs for method in needed for one in listed) and bool(listed)


def _same(a: Iterable[Part], b: Iterable[Part]) -> bool:
    return sorted((one.method, one.share) for one in a) == sorted((one.method, one.share) for one in b)


def _way(trial: Trial, code: str, parts: tuple[Part, ...], chosen: bool) -> WayLine:
    said = tuple((one.method, one.share) for one in parts)
    title = apportion.way_words(parts)
    try:
        split = apportion.apportion(trial.total, trial.vat, parts, trial.members, period_days=trial.period_days)
    except apportion.CannotShare as why:
        lacking = tuple(trial.names.get(one, "A school") for one in why.lacking)
        return WayLine(code, title, _lacks(why, parts, lacking), said, (), 0, lacking, chosen)
    return _line(trial, code, title, said, split, chosen)


def _lacks(why: apportion.CannotShare, parts: Iterable[Part], lacking: Sequence[str]) -> str:
    if not lacking:
        return why.title
    what = next((one.method for one in parts if one.method not in (EQUAL, FIXED)), "")
    noun = {AREA: "area", PUPILS: "pupil number"}.get(what, apportion.INPUT_WORDS.get(what, "number"))
    verb = "has" if len(lacking) == 1 else "have"
    who = lacking[0] if len(lacking) == 1 else words.count(len(lacking), "school")
    return f"{who} {verb} no {noun} recorded"


def _line(
    trial: Trial, code: str, title: str, said: tuple[tuple[str, int], ...], split: Split, chosen: bool
) -> WayLine:
    shares = tuple(
        (one.school, one.net, one.vat, trial.now[one.school] - one.net if one.school in trial.now else None)
        for one in split.shares
    )
    more = [(school, -gap) for school, _, _, gap in shares if gap is not None and gap < 0]
    if not trial.now:
        hint = "No price today is known"
    elif not more:
        hint = "No school would pay more" if len(trial.now) == len(shares) else "None of those known would pay more"
    elif len(more) == 1 and not chosen:
        hint = f"{trial.names.get(more[0][0], 'A school')} pays {words.money_exact(more[0][1])} more"
    else:
        hint = f"{words.count(len(more), 'school')} would pay more"
    return WayLine(code, title, hint, said, shares, len(more), (), chosen)


def with_inputs(members: Iterable[Member], more: Mapping[bytes, Mapping[str, int]]) -> list[Member]:
    """Return members with numbers given beside those they have."""
    return [replace(one, inputs={**one.inputs, **more.get(one.school, {})}) for one in members]
