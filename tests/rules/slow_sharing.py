"""Sharing a cost the slow way, from rules.md section 13 alone: pennies dealt out one by one, exact fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

Taker = tuple[str, Mapping[str, int], Fraction]
"""School code, inputs by method, part of the year."""


def weights(parts: Sequence[tuple[str, int]], takers: Sequence[Taker]) -> list[Fraction]:
    """What part of the rest each taker carries; they add up to one."""
    carried = [Fraction(0)] * len(takers)
    for method, share in parts:
        if method == "fixed" or share == 0:
            continue
        own = [Fraction(1 if method == "equal" else inputs[method]) * time for _, inputs, time in takers]
        for n, one in enumerate(own):
            carried[n] += Fraction(share, 10_000) * one / sum(own)
    return carried


def deal_out(pence: int, exact: Sequence[Fraction], codes: Sequence[str]) -> list[int]:
    """Floor every exact share, then hand out what is left a penny at a time to whoever is furthest below."""
    got = [int(one) if one.denominator == 1 else one.numerator // one.denominator for one in exact]
    while sum(got) < pence:
        waiting = [n for n in range(len(got)) if got[n] == exact[n].numerator // exact[n].denominator]
        best = max(waiting, key=lambda n: (exact[n] - got[n], [-ord(letter) for letter in codes[n]]))
        got[best] += 1
    return got


def share(
    total: int, vat: int, parts: Sequence[tuple[str, int]], takers: Sequence[Taker]
) -> dict[str, tuple[int, int]]:
    """Net and VAT of every school by its code."""
    listed = sorted(takers, key=lambda one: one[0])
    codes = [one[0] for one in listed]
    has_fixed = any(method == "fixed" for method, _ in parts)
    fixed = [one[1].get("fixed", 0) if has_fixed else 0 for one in listed]
    rest = total - sum(fixed)
    carried = weights(parts, listed)
    net = [a + b for a, b in zip(fixed, deal_out(rest, [rest * one for one in carried], codes), strict=True)]
    exact_net = [own + rest * one for own, one in zip(fixed, carried, strict=True)]
    of_vat = [Fraction(vat) * one / total for one in exact_net] if total else [vat * one for one in carried]
    return dict(zip(codes, zip(net, deal_out(vat, of_vat, codes), strict=True), strict=True))
