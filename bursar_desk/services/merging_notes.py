"""What a person should know after a merge: forks, wrong clocks, checks done twice, cover work that has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.services.key_notices import new_main_key

if TYPE_CHECKING:
    from bursar_desk.exchange.receiving import Incoming
    from bursar_desk.services.desk import Desk
    from db.take_in import Receipt


def notes_of(desk: Desk, incoming: Incoming, receipt: Receipt) -> tuple[str, ...]:
    """Return what a person should know of one merged file, beside its counts."""
    from bursar_desk.services import done_twice

    name = incoming.sender_name
    notes = []
    if receipt.forked:
        notes.append(f"{name} has worked on two copies of its register. Both are kept; nothing is lost. Tell them.")
    if receipt.clock_wrong:
        notes.append(f"The clock of a computer at {name} looks wrong. Their entries are all here.")
    if receipt.rewritten:
        notes.append(
            f"What {name} holds is not what was written down before: part of a history was written anew. Both are "
            "kept. Ring them, then check the history for damage."
        )
    notes.extend(map(new_main_key, incoming.news))
    if receipt.missing:
        notes.append(f"{words.count(receipt.missing, 'attached file')} not here yet. Their next file will bring more.")
    if receipt.fresh:
        notes.extend(done_twice.note_of(desk, receipt.number, receipt.records))
    notes.extend(arrived_words(desk, incoming))
    return tuple(notes)


def arrived_words(desk: Desk, incoming: Incoming) -> list[str]:
    """Say which of the cover work done by us has arrived at its school, as the sender's file acknowledges.

    A guest register whose work has all arrived is erased once the last day of the cover is over.
    """
    from bursar_desk.services import guests

    arrived = guests.acknowledged(desk.store.path, incoming.file.have or ())
    over = {one.path for one in guests.listing(desk) if one.last < desk.today} if arrived else set()
    done = [one.path for one in arrived if one.path in over]
    gone = {one.path for one in guests.erase_finished(desk, done)} if done else set()
    return [
        f"What {one.holder} recorded for {incoming.sender_name} has arrived there: "
        f"{words.count(one.entries, 'entry', 'entries')}."
        f"{' The cover is over, so its copy here was erased.' if one.path in gone else ''}"
        for one in arrived
    ]
