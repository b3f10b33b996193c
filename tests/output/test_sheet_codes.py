"""Short codes on paper: no look-alikes, every slip of the pen noticed, the likely right one named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reports.sheet_code import ALPHABET, check_letter, likely_code, read_code, short_code

PAYLOADS = st.binary(max_size=80)


def test_no_two_characters_of_the_alphabet_are_taken_for_one_another() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 23
    for group in ("0OQD"[:3], "1IL", "2Z", "5S", "8B"):
        assert not set(group) & set(ALPHABET)
    assert not {"U", "V"} <= set(ALPHABET)


@given(PAYLOADS)
def test_a_payload_always_has_the_same_code_that_reads_back_and_ends_in_a_letter(payload: bytes) -> None:
    code = short_code(payload)
    assert code == short_code(payload)
    assert read_code(code) == code
    assert read_code(f" {code.lower().replace('-', ' ')} ") == code
    assert code[-1].isalpha()
    assert len(code) == 9


@given(PAYLOADS, st.integers(0, 6), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(payload: bytes, place: int, wrong: str) -> None:
    plain = short_code(payload).replace("-", "")
    typed = plain[:place] + wrong + plain[place + 1 :]
    assert (read_code(typed) is None) == (typed != plain)


@given(PAYLOADS, st.integers(0, 6), st.integers(0, 6))
def test_two_swapped_characters_are_always_noticed(payload: bytes, one: int, other: int) -> None:
    letters = list(short_code(payload).replace("-", ""))
    plain = "".join(letters)
    letters[one], letters[other] = letters[other], letters[one]
    typed = "".join(letters)
    assert (read_code(typed) is None) == (typed != plain)


@given(st.text(max_size=30))
def test_anything_typed_is_read_or_refused_and_never_fails(typed: str) -> None:
    code = read_code(typed)
    assert code is None or check_letter(code.replace("-", "")[:6]) == code[-1]
    likely_code(typed, ["R4K-73E-H"])


def test_a_wrong_code_names_the_one_likely_sheet_and_nothing_when_two_are_as_near() -> None:
    known = [short_code(b"monday"), short_code(b"tuesday"), short_code(b"friday")]
    for code in known:
        assert likely_code(code[:2] + "0" + code[3:], known) == code
        assert likely_code(code[:-1], known) == code
    assert likely_code("R4K-73E-X", ["R4K-73E-H", "R4K-73E-J"]) is None
    assert likely_code("XXX-XXX-X", ["R4K-73E-H"]) is None
    assert likely_code("R4K-73E-H", []) is None


def test_codes_of_many_sheets_differ() -> None:
    assert len({short_code(f"105227 round {number}".encode()) for number in range(3000)}) == 3000
