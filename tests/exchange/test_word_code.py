"""Words to compare on the phone: the same everywhere, easily told apart, and forgiving in how they are typed."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.exchange import word_code
from bursar_desk.exchange.word_code import same_words, word_list, words_for


def one_slip(one: str, two: str) -> bool:
    """Whether two words differ by one letter changed, added or left out, or by two neighbours swapped."""
    if len(one) == len(two):
        apart = [at for at in range(len(one)) if one[at] != two[at]]
        swapped = len(apart) == 2 and one[apart[0]] + one[apart[1]] == two[apart[1]] + two[apart[0]]
        return len(apart) <= 1 or (swapped and apart[1] == apart[0] + 1)
    short, long = sorted((one, two), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def test_the_list_is_the_one_every_computer_has() -> None:
    text = "\n".join(word_list())
    assert (
        hashlib.sha256(text.encode()).hexdigest() == "22c9bee6a48ed55a48ace9ca17288ee5cba2d5deb60fc7920b90f7f121cacc92"
    )


def test_the_words_are_plain_short_and_in_order() -> None:
    words = word_list()
    assert len(words) == 1024
    assert list(words) == sorted(set(words))
    assert all(4 <= len(each) <= 8 and each.isascii() and each.isalpha() and each.islower() for each in words)


def test_no_two_words_are_one_slip_apart_and_none_begins_another() -> None:
    words = word_list()
    for at, one in enumerate(words):
        for two in words[at + 1 :]:
            assert not two.startswith(one), (one, two)
            if abs(len(one) - len(two)) <= 1:
                assert not one_slip(one, two), (one, two)


def test_a_fingerprint_always_has_the_same_five_words() -> None:
    assert words_for(bytes(range(32))) == "eager tablet signal bulb hedge"
    assert len(words_for(b"x").split()) == 5
    with pytest.raises(ValueError):
        words_for(b"")


def test_one_changed_bit_gives_other_words() -> None:
    codes = set()
    for bit in range(24):
        changed = bytearray(range(32))
        changed[bit >> 3] ^= 1 << (bit & 7)
        codes.add(words_for(bytes(changed)))
    assert len(codes) == 24


def test_every_place_uses_the_whole_list() -> None:
    codes = [words_for(n.to_bytes(4, "big")).split() for n in range(60)]
    for place in range(5):
        assert len(Counter(code[place] for code in codes)) > 50


CODE = "acorn bridge candle dolphin easel"


@pytest.mark.parametrize(
    "typed",
    ["Acorn Bridge CANDLE dolphin easel", "acorn-bridge-candle-dolphin-easel",
     "  acorn,bridge , candle\tdolphin\neasel. ",
     "acornbridgecandledolphineasel", "acorn – bridge‑candle dol phin easel"],
)  # fmt: skip
def test_capitals_spaces_and_hyphens_do_not_matter(typed: str) -> None:
    assert same_words(CODE, typed)
    assert same_words(typed, CODE)


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "acorn bridge candle dolphin", "bridge acorn candle dolphin easel",
     "acorn bridge candle dolphin easels",
     "acorn bridge candle dolphin easel 1", "acorn bridge candle dolphin diesel"],
)  # fmt: skip
def test_other_words_are_other_words(typed: str) -> None:
    assert not same_words(CODE, typed)
    assert not same_words(typed, CODE)


def test_nothing_is_not_the_same_as_nothing() -> None:
    assert not same_words("", " - ")


@given(st.text(), st.text())
def test_any_text_can_be_compared(one: str, two: str) -> None:
    assert same_words(one, two) == same_words(two, one)
    assert same_words(f"{CODE} {one}", f"{one} {CODE}") in (True, False)
    assert not same_words(CODE, word_code.words_for(b"another"))
