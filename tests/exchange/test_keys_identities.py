"""Keys of a computer and of the recovery sheet: they come back the same, and slips on the sheet are caught by line."""

from __future__ import annotations

import hashlib
import itertools
import random
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.errors import UserError
from bursar_desk.exchange import recovery_sheet
from bursar_desk.exchange.envelope_format import unwrap_key, wrap_key
from bursar_desk.exchange.keys import (
    BoxIdentity,
    ComputerKeys,
    MemoryKeyStore,
    RecoveryKey,
    SigningIdentity,
    from_blocks,
    load_computer_keys,
    save_computer_keys,
    to_blocks,
)

SEEDS = st.binary(min_size=32, max_size=32)


def test_a_signature_holds_for_its_key_and_its_words_only() -> None:
    one = SigningIdentity(b"1" * 32)
    Ed25519PublicKey.from_public_bytes(one.public).verify(one.sign(b"words"), b"words")
    assert one.sign(b"words") != SigningIdentity(b"2" * 32).sign(b"words")


def test_generated_keys_take_what_they_are_given_and_differ_otherwise() -> None:
    stream = iter([b"s" * 32, b"b" * 32])
    keys = ComputerKeys.generate(lambda _: next(stream))
    assert (keys.sign.secret, keys.box.secret) == (b"s" * 32, b"b" * 32)
    assert ComputerKeys.generate().sign.public != ComputerKeys.generate().sign.public


def test_a_secret_never_shows_in_a_printout() -> None:
    keys = ComputerKeys(SigningIdentity(b"s" * 32), BoxIdentity(b"b" * 32))
    shown = f"{keys!r} {keys} {keys.sign} {keys.box}"
    assert keys.sign.public.hex()[:16] in shown
    for secret in (b"s" * 32, b"b" * 32):
        assert secret.hex()[:16] not in shown
        assert repr(secret)[2:10] not in shown


def test_the_keys_of_two_registers_are_kept_apart() -> None:
    store = MemoryKeyStore()
    one, two = ComputerKeys.generate(), ComputerKeys.generate()
    save_computer_keys(store, b"\x01" * 16, one)
    save_computer_keys(store, b"\x02" * 16, two)
    found = load_computer_keys(store, b"\x01" * 16)
    assert found is not None
    assert found.to_secret() == one.to_secret()
    assert load_computer_keys(store, b"\x03" * 16) is None
    with pytest.raises(ValueError):
        save_computer_keys(store, b"", one)


@pytest.mark.parametrize("secret", [b"", b"\x01" * 64, b"\x02" + b"x" * 64, b"\x01" * 66])
def test_keys_in_a_form_we_do_not_know_are_said_in_words(secret: bytes) -> None:
    with pytest.raises(UserError, match="do not know"):
        ComputerKeys.from_secret(secret)


# ---------------------------------------------------------------- the recovery sheet
def test_a_recovery_key_is_always_made_the_same_way() -> None:
    key = RecoveryKey.from_seed(bytes(range(32)))
    again = RecoveryKey.from_seed(bytes(range(32)))
    assert (key.sign.public, key.box.public) == (again.sign.public, again.box.public)
    pinned = hashlib.sha256(key.sign.public + key.box.public).hexdigest()[:16]
    assert pinned == "04491e201a8bf1f6"
    assert len({key.sign.secret, key.box.secret, bytes(range(32))}) == 3
    with pytest.raises(ValueError):
        RecoveryKey.from_seed(b"short")


def test_the_recovery_key_opens_what_was_wrapped_for_it() -> None:
    key = RecoveryKey.from_seed(b"r" * 32)
    wrapped = wrap_key(b"f" * 32, key.box.public, b"i" * 16)
    assert unwrap_key(wrapped, key.box, b"i" * 16) == b"f" * 32
    assert unwrap_key(wrapped, key.box, b"j" * 16) is None
    assert unwrap_key(wrapped, BoxIdentity(b"o" * 32), b"i" * 16) is None


def test_the_lines_of_a_sheet_are_pinned() -> None:
    assert to_blocks(bytes(range(32)))[:2] == ["1  AAAC ADAE JW", "2  AFAH AJAK NF"]


@given(SEEDS)
def test_a_sheet_typed_back_gives_the_same_key(seed: bytes) -> None:
    lines = to_blocks(seed)
    assert from_blocks(lines) == seed
    assert len(lines) == 8
    for number, line in enumerate(lines, start=1):
        assert re.fullmatch(rf"{number}  [ACDEFHJKMNPRTWXY]{{4}} [ACDEFHJKMNPRTWXY]{{4}} [ACDEFHJKMNPRTWXY]{{2}}", line)
    assert from_blocks([each[3:].lower().replace(" ", " - ") for each in lines]) == seed
    assert from_blocks(["", *(each.replace(" ", "") for each in lines), "  "]) == seed


def test_no_letter_on_a_sheet_looks_like_another_or_like_a_figure() -> None:
    assert len(set(recovery_sheet.LETTERS)) == 16
    assert not set(recovery_sheet.LETTERS) & set("IL1O0QSZ52B8GUV6")


def test_every_wrong_letter_and_every_swap_of_two_letters_is_caught_and_its_line_is_named() -> None:
    lines = to_blocks(random.Random(9).randbytes(32))
    letters = list(lines[3][3:].replace(" ", ""))
    slips = []
    for at, other in itertools.product(range(10), recovery_sheet.LETTERS):
        slips.append([*letters[:at], other, *letters[at + 1 :]])
    for one, two in itertools.combinations(range(10), 2):
        swapped = list(letters)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        slips.append(swapped)
    caught = 0
    for slip in slips:
        if slip != letters:
            with pytest.raises(UserError, match=r"Line 4 does not match the sheet\."):
                from_blocks([*lines[:3], "".join(slip), *lines[4:]])
            caught += 1
    assert caught > 150


def test_any_two_wrong_letters_in_a_line_are_caught() -> None:
    line = to_blocks(random.Random(10).randbytes(32))[0][3:].replace(" ", "")
    for one, two in itertools.combinations(range(10), 2):
        for first, second in itertools.product(recovery_sheet.LETTERS, repeat=2):
            slip = list(line)
            slip[one], slip[two] = first, second
            if "".join(slip) != line:
                with pytest.raises(UserError):
                    recovery_sheet.read_line(1, "".join(slip))


@given(SEEDS)
def test_a_line_in_another_lines_place_is_caught(seed: bytes) -> None:
    lines = to_blocks(seed)
    for one, two in itertools.permutations(range(8), 2):
        with pytest.raises(UserError, match=f"Line {two + 1} does not match"):
            recovery_sheet.read_line(two + 1, lines[one][3:])
        with pytest.raises(UserError, match=f"This is line {one + 1}"):
            recovery_sheet.read_line(two + 1, lines[one])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "10 letters, not 0"),
        ("ACDE FHJK M", "10 letters, not 9"),
        ("ACDE FHJK MNP", "not 11"),
        ("ACDE FHIK MN", "“I”"),
    ],
)
def test_a_line_of_the_wrong_length_or_with_a_strange_letter_says_which(typed: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        recovery_sheet.read_line(5, typed)
    assert caught.value.title == "Line 5 does not match the sheet."
    assert said in caught.value.remedy


def test_a_sheet_with_a_line_left_out_says_how_many_there_are() -> None:
    with pytest.raises(UserError, match=r"8 lines\. You typed 7"):
        from_blocks(to_blocks(b"x" * 32)[1:])


def test_the_printed_sheet_holds_every_line_and_the_name() -> None:
    text = recovery_sheet.sheet_text("Hollybank Primary", b"x" * 32, "Friday 26 March 2027")
    assert all(line in text for line in to_blocks(b"x" * 32))
    assert "Hollybank Primary" in text
    assert "Friday 26 March 2027" in text
