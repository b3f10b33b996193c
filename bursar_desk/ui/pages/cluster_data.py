"""What the Cluster page reads on the database worker: how old each school's file is, who lacks what, what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import cluster_files, conflicts, done_twice, held, history, merging, watched
from bursar_desk.services.cluster_files import STALE_DAYS

if TYPE_CHECKING:
    from pathlib import Path

    from bursar_desk.services.cluster_files import Holder, SchoolAge
    from bursar_desk.services.conflicts import Difference
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.done_twice import Twice
    from bursar_desk.services.held import HeldEntry
    from bursar_desk.services.merging import PastReceipt

RECENT: Final = 200
OLD: Final = "Old news"


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """A school or office we exchange files with: the age of what it sent, and what its computers lack.

    ``state``: "fresh", "stale", "none" (no file yet) or "reads" (it reads ours and sends nothing).
    """

    school: bytes
    name: str
    state: str
    received: str
    lacks: int
    computers: tuple[Holder, ...] = ()
    own: bool = False

    @property
    def note(self) -> str:
        """How old the newest file is: "As received 03/03/2027, 18 days ago"."""
        return words.sentence(self.received).removesuffix(".")

    @property
    def lacks_words(self) -> str:
        """What it does not have: "lacks 31 entries"; empty when it has all it may read."""
        return f"lacks {words.count(self.lacks, 'entry', 'entries')}" if self.lacks else ""

    @property
    def tag(self) -> str:
        """The word on the hatched plate of what is old."""
        return OLD if self.state == "stale" else ""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody a file may be for; a hub is a cluster office, ``own`` our own other computer."""

    school: bytes
    name: str
    hub: bool
    lacks: int = 0
    own: bool = False


@dataclass(frozen=True, slots=True)
class Cluster:
    """All that the page shows before anything is merged."""

    schools: tuple[SchoolLine, ...]
    differences: tuple[Difference, ...]
    receivers: tuple[Receiver, ...]
    ticked: tuple[bytes, ...]
    receipts: tuple[PastReceipt, ...]
    held: tuple[HeldEntry, ...]
    twice: tuple[Twice, ...]
    folder: Path | None
    taken_back: frozenset[bytes] = frozenset()
    settles: frozenset[bytes] = frozenset()  # the schools whose differences may be settled here

    @property
    def sentence(self) -> str:
        """How fresh it all is, in a sentence. What is old is never counted as fresh."""
        senders = [one for one in self.schools if one.state != "reads"]
        fresh = sum(one.state == "fresh" for one in senders)
        weeks = f"{'two' if STALE_DAYS == 14 else words.number(STALE_DAYS // 7)} weeks"
        if not senders:
            return f"{words.count(len(self.schools), 'school or office', 'schools and offices')} may read your records"
        if fresh == len(senders):
            who = "The one school" if fresh == 1 else f"All {words.number(fresh)} schools"
            return f"{who} sent a file in the last {weeks}"
        if not fresh:
            return f"No school has sent a file in the last {weeks}"
        return f"{words.out_of(fresh, len(senders))} schools sent a file in the last {weeks}"

    @property
    def note(self) -> str:
        """What is missing, in a sentence; empty when nothing is."""
        stale = sum(one.state == "stale" for one in self.schools)
        none = sum(one.state == "none" for one in self.schools)
        parts = [f"{words.count(stale, 'file')} {words.is_are(stale)} old news"] if stale else []
        parts += [f"{words.count(none, 'school')} sent nothing yet"] if none else []
        said = words.sentence(words.listing(parts))
        need = len(self.need_it)
        if need:
            lack = f"{words.count(need, 'receiver')} {'lacks' if need == 1 else 'lack'} something you have."
            said = f"{said} {lack}".strip()
        return said

    @property
    def need_it(self) -> tuple[bytes, ...]:
        """Who lacks something that is here, and may be sent it."""
        return tuple(one.school for one in self.receivers if one.lacks)


def read_cluster(desk: Desk) -> Cluster:
    """Read who sends here, how old their files are, what waits for a decision, and who may receive ours."""
    holders = _by_school(cluster_files.who_has_what(desk).holders)
    return Cluster(
        schools=tuple(_lines(desk, cluster_files.schools(desk), holders)),
        differences=tuple(conflicts.listing(desk)),
        receivers=tuple(_receivers(desk, holders)),
        ticked=tuple(cluster_files.last_receivers(desk)),
        receipts=tuple(merging.receipts(desk)),
        held=tuple(held.listing(desk)),
        twice=tuple(done_twice.listing(desk)),
        folder=watched.chosen(desk),
        taken_back=_taken_back(desk),
        settles=_settles(desk),
    )


def _settles(desk: Desk) -> frozenset[bytes]:
    """Our own school, and those that said that this desk may settle for them."""
    trust = desk.trust
    ours = [one for school in trust.roots for one in trust.readers_of(school) if one.subject == desk.home]
    return frozenset({desk.home, *(one.school for one in ours if one.settles)})


def _by_school(holders: Sequence[Holder]) -> dict[bytes, list[Holder]]:
    found: dict[bytes, list[Holder]] = {}
    for one in holders:
        found.setdefault(one.school, []).append(one)
    return found


def _lacks(computers: Sequence[Holder]) -> int:
    """What a file for a school would bring it: what the computer that lacks most does not have."""
    return max((one.lacks for one in computers), default=0)


def _lines(desk: Desk, ages: Sequence[SchoolAge], holders: Mapping[bytes, list[Holder]]) -> list[SchoolLine]:
    lines = []
    for age in ages:
        state = "none" if age.made is None else "stale" if age.stale else "fresh"
        said = age.sentence if age.made is None else f"{age.sentence}, {words.ago(age.made, desk.today)}"
        computers = tuple(holders.get(age.school, ()))
        lines.append(SchoolLine(age.school, age.name, state, said, _lacks(computers), computers))
    known = {one.school for one in lines}
    for school, computers_of in holders.items():
        if school not in known:
            own = school == desk.home
            name = "Our other computers" if own else desk.school_name(school)
            said = "same school" if own else "reads what you send"
            lines.append(SchoolLine(school, name, "reads", said, _lacks(computers_of), tuple(computers_of), own))
    order = {"stale": 0, "none": 1, "fresh": 2, "reads": 3}
    return sorted(lines, key=lambda one: (order[one.state], one.name, one.school))


def _receivers(desk: Desk, holders: Mapping[bytes, list[Holder]]) -> list[Receiver]:
    hubs = {one.subject for one in desk.trust.readers_of(desk.home, "hub")}
    made = [
        Receiver(
            school, "Our other computers" if school == desk.home else desk.school_name(school), school in hubs,
            _lacks(computers), school == desk.home,
        )
        for school, computers in holders.items()
    ]  # fmt: skip
    return sorted(made, key=lambda one: (not one.hub, one.own, not one.lacks, one.name))


def _taken_back(desk: Desk) -> frozenset[bytes]:
    """Which of the last acts of this computer are taken back now; an undo that was undone counts as none."""
    deed: dict[bytes, bytes] = {}
    gone: dict[bytes, bool] = {}
    for past in reversed(history.recent(desk, RECENT)):
        undoes = past.note.undoes
        if past.note.code == ActCode.UNDO and undoes is not None:
            deed[past.note.act] = deed.get(undoes, undoes)
            gone[deed[past.note.act]] = not gone.get(deed[past.note.act], False)
    return frozenset(act for act, is_gone in gone.items() if is_gone)
