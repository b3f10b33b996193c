"""Five plain words to compare over the phone when two schools first meet (safety-bar.md C7)."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Final

WORDS: Final = 5
LIST_LENGTH: Final = 1024  # 10 bits a word, 50 bits a code
_LABEL: Final = b"bursar.words.1"
_ROUNDS: Final = 100_000  # about 2^17 times the work for whoever searches for a key with the same words


@cache
def word_list() -> tuple[str, ...]:
    """The 1,024 words, in the order that gives them their numbers. The file must never change: old codes name it."""
    text = resources.files("resources").joinpath("words", "short_words.txt").read_text(encoding="ascii")
    words = tuple(text.split())
    if len(set(words)) != LIST_LENGTH:
        raise RuntimeError("the list of words is not whole")
    return words


@lru_cache(maxsize=256)
def words_for(fingerprint: bytes) -> str:
    """Five words for a key or its hash, such as "acorn bridge candle dolphin easel"; the same on every computer.

    50 bits, stretched by PBKDF2-HMAC-SHA-256, so that making a key whose words match costs about 2^66 hashes. Takes
    some hundredths of a second.
    """
    if not fingerprint:
        raise ValueError("nothing to make words of")
    number = int.from_bytes(hashlib.pbkdf2_hmac("sha256", fingerprint, _LABEL, _ROUNDS, 7), "big") >> 6
    words = word_list()
    return " ".join(words[number >> 10 * place & 1023] for place in reversed(range(WORDS)))


def same_words(one: str, two: str) -> bool:
    """Whether two codes are the same words in the same order; capitals, spaces, hyphens and commas do not matter."""
    letters = _letters(one)
    return bool(letters) and letters == _letters(two)


def _letters(text: str) -> str:
    kept = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in kept if unicodedata.category(each)[0] not in "ZPC")
