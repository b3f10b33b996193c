"""What the page Computers shows: our words, our computers, who we know. Read on the database worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.clock import school_day
from bursar_desk.domain import words
from bursar_desk.services import computers, meeting, registers

if TYPE_CHECKING:
    from bursar_desk.services.computers import ComputerLine
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Known:
    """Another school or office: its words, and a line about its computers."""

    school: bytes
    name: str
    words: str
    note: str
    reads: str


@dataclass(frozen=True, slots=True)
class Computers:
    """The whole page. ``own_words`` are this computer's own while it waits to be let in, else empty."""

    name: str
    words: str
    holds_main_key: bool
    lines: tuple[ComputerLine, ...]
    known: tuple[Known, ...]
    own_words: str = ""

    @property
    def sentence(self) -> str:
        """How many computers are in use."""
        used = sum(one.state in ("this one", "in use") for one in self.lines)
        return f"{words.count(used, 'computer')} in use"


def read_computers(desk: Desk) -> Computers:
    """Read it all."""
    from bursar_desk.exchange.word_code import words_for

    listed = computers.listing(desk)
    own = tuple(one for one in listed if one.school == desk.home)
    others: dict[bytes, list[ComputerLine]] = {}
    for one in listed:
        if one.school != desk.home:
            others.setdefault(one.school, []).append(one)
    trust = desk.trust
    reading = {one.school: one.words for one in meeting.readers(desk)}
    known = [
        Known(
            school, root.name, words_for(root.root), _note(others.get(school, [])), _reads(reading.get(school, ""))
        )
        for school, root in trust.roots.items()
        if school != desk.home
    ]
    waiting = any(one.state == "waiting" for one in own)
    return Computers(
        desk.name, words_for(trust.roots[desk.home].root), registers.held_root(desk.store) is not None, own,
        tuple(sorted(known, key=lambda one: (one.name, one.school))), computers.own_words(desk) if waiting else "",
    )  # fmt: skip


def _reads(what: str) -> str:
    return f"Reads our {what}." if what else "Reads nothing of ours."


def _note(lines: list[ComputerLine]) -> str:
    used = sum(one.state == "in use" for one in lines)
    said = [words.count(used, "computer") + " in use." if lines else "No computer known yet."]
    said += [f"{one.label}: {one.sentence}" for one in lines if one.state in ("lost", "left")]
    said += [one.sentence for one in lines if one.state == "in use" and one.sentence]
    return " ".join(said)


def line_words(one: ComputerLine) -> str:
    """The second line of one of our computers."""
    if one.sentence:
        return one.sentence
    if not one.entries:
        return "Nothing recorded on it yet."
    day = words.plain_date(school_day(one.last_entry_ms))
    return f"{words.count(one.entries, 'entry', 'entries')}, the last on {day}."
