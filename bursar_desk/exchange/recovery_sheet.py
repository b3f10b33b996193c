"""The printed recovery sheet: 32 bytes as eight lines of letters, each with letters that catch a slip.

Sixteen letters stand for four bits each; none looks like another or like a figure. A line is eight of them and two
check letters, a Reed-Solomon code over GF(16) of the line's number and its eight letters: one wrong letter, two wrong
letters, two swapped letters and a line typed in another line's place are always caught, other slips 255 times in 256.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

LETTERS: Final = "ACDEFHJKMNPRTWXY"
LINES: Final = 8
_SAFE: Final = "Nothing was changed."


def _powers() -> tuple[list[int], list[int]]:
    """Powers of the generator of GF(16) (polynomial x^4 + x + 1) and their logarithms."""
    power, log, value = [0] * 30, [0] * 16, 1
    for exponent in range(15):
        power[exponent] = power[exponent + 15] = value
        log[value] = exponent
        value = value << 1 ^ (0b10011 if value & 8 else 0)
    return power, log


_POWER, _LOG = _powers()


def _times(one: int, two: int) -> int:
    return _POWER[_LOG[one] + _LOG[two]] if one and two else 0


def _check_letters(line: int, nibbles: Sequence[int]) -> tuple[int, int]:
    """The remainder of the line's polynomial, shifted by two places, modulo (x - a)(x - a^2)."""
    high, low = _POWER[1] ^ _POWER[2], _times(_POWER[1], _POWER[2])
    first = second = 0
    for value in (line, *nibbles):
        lead = first ^ value
        first, second = second ^ _times(lead, high), _times(lead, low)
    return first, second


def to_blocks(seed: bytes) -> list[str]:
    """Eight lines such as ``"1  ACDE FHJK MN"``: the line's number, eight letters in two blocks, two check letters."""
    if len(seed) != 32:
        raise ValueError("a recovery seed has 32 bytes")
    lines = []
    for number in range(1, LINES + 1):
        nibbles = [half for byte in seed[4 * number - 4 : 4 * number] for half in (byte >> 4, byte & 15)]
        text = "".join(LETTERS[each] for each in (*nibbles, *_check_letters(number, nibbles)))
        lines.append(f"{number}  {text[:4]} {text[4:8]} {text[8:]}")
    return lines


def read_line(number: int, typed: str) -> bytes:
    """The four bytes of line ``number`` (1 to 8) as typed back; capitals, spaces, hyphens and the number do not matter.

    ``UserError`` that names the line if it does not match, so that set-up can ask for single lines.
    """
    letters = [each for each in typed.upper() if not each.isspace() and each not in "-‐‑–."]
    if letters and letters[0].isdigit():
        if letters[0] != str(number):
            raise _no_match(number, f"This is line {letters[0]}.")
        letters = letters[1:]
    strange = next((each for each in letters if each not in LETTERS), None)
    if strange is not None:
        raise _no_match(number, f"“{strange}” is never used on the sheet.")
    if len(letters) != 10:
        raise _no_match(number, f"It should have 10 letters, not {len(letters)}.")
    values = [LETTERS.index(each) for each in letters]
    if _check_letters(number, values[:8]) != (values[8], values[9]):
        raise _no_match(number, "Look at each letter again.")
    return bytes(values[at] << 4 | values[at + 1] for at in range(0, 8, 2))


def from_blocks(lines: Sequence[str]) -> bytes:
    """The 32-byte seed from the eight lines as typed; ``UserError`` names the first line that does not match."""
    kept = [each for each in lines if each.strip()]
    if len(kept) != LINES:
        raise UserError(f"The sheet has 8 lines. You typed {len(kept)}.", _SAFE, "Type all 8 lines in order.")
    return b"".join(read_line(number, typed) for number, typed in enumerate(kept, start=1))


def sheet_text(register: str, seed: bytes, made: str) -> str:
    """The whole sheet as plain text; ``register`` is the name people know it by, ``made`` a date already in words."""
    return "\n".join(
        [
            f"Recovery sheet for {register}",
            f"Made on {made}",
            "",
            *to_blocks(seed),
            "",
            "Keep this sheet in the safe. Show it to nobody.",
            "With a backup and this sheet you can work on again on a new computer.",
            "The last two letters of each line catch typing slips.",
            "Nobody, including us, can open a lost register without this sheet or a password.",
        ]
    )


def _no_match(number: int, why: str) -> UserError:
    return UserError(f"Line {number} does not match the sheet.", _SAFE, f"{why} Then type line {number} again.")
