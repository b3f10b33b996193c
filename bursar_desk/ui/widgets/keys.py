"""Alt + letter for every visible field and button, given out by the kit so that pages need not think of it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QWidget

MENU_LETTERS = "FEVH"  # File, Edit, View, Help


@runtime_checkable
class Lettered(Protocol):
    """A label that can take a letter for its field."""

    words: str

    def set_letter(self, letter: str) -> None:
        """Use Alt + this letter."""


class _Shown:
    """Whether Alt is held, so that the letters are underlined; one keyboard, one answer."""

    now = False


def letters_shown() -> bool:
    """Whether shortcut letters are underlined at this moment."""
    return _Shown.now


def show_letters(window: QWidget, *, shown: bool) -> None:
    """Underline the letters while Alt is held."""
    if _Shown.now != shown:
        _Shown.now = shown
        window.update()
        for child in window.findChildren(QWidget):
            if child.isVisible() and (isinstance(child, QAbstractButton) or child.inherits("QLabel")):
                child.update()


def literal(text: str) -> str:
    """Text in which an ampersand stands for itself, for button and menu words."""
    return text.replace("&", "&&")


def with_letter(text: str, letter: str) -> str:
    """Plain words marked so that Qt underlines the first ``letter`` in them."""
    place = text.lower().find(letter.lower()) if letter else -1
    if place < 0:
        return literal(text)
    return f"{literal(text[:place])}&{literal(text[place:])}"


def give_letters(root: QWidget, taken: str = MENU_LETTERS) -> dict[str, str]:
    """Give each visible, lettered thing under ``root`` a free letter from its own words; returns letter -> words.

    A shortcut a page has set itself is kept and its letter left alone.
    """
    used = dict.fromkeys(taken.upper(), "")
    waiting: list[tuple[str, QWidget]] = []
    for child in root.findChildren(QWidget):
        if not child.isVisibleTo(root):
            continue
        if isinstance(child, Lettered):
            waiting.append((child.words, child))
        elif isinstance(child, QAbstractButton) and child.property("letters") == "auto":
            waiting.append((face(child.text()), child))
        elif isinstance(child, QAbstractButton) and child.shortcut().toString().startswith("Alt+"):
            used[child.shortcut().toString()[-1]] = face(child.text())
    for text, widget in waiting:
        letter = _free_letter(text, used)
        used |= {letter: text} if letter else {}
        if isinstance(widget, QAbstractButton):
            widget.setShortcut(QKeySequence(f"Alt+{letter}") if letter else QKeySequence())
        elif isinstance(widget, Lettered):
            widget.set_letter(letter)
    return {letter: text for letter, text in used.items() if text}


def face(text: str) -> str:
    """The words of a button as seen, without shortcut signs."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _free_letter(text: str, used: dict[str, str]) -> str:
    """The first letter of a word that is free, else any free letter, else none."""
    candidates: list[str] = [word[0] for word in text.split()] + list(text)
    for letter in candidates:
        if letter.isascii() and letter.isalpha() and letter.upper() not in used:
            return letter.upper()
    return ""
