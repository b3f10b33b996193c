"""What a merge has to say: a sentence for each file, and one for all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words

if TYPE_CHECKING:
    from bursar_desk.services.merging import FileResult

DAMAGED: Final = frozenset(
    {
        "changed_on_the_way", "header_damaged", "truncated", "appended", "altered", "key_damaged", "damaged_chunk",
        "bomb", "damaged_body", "damaged_content", "not_ours",
    }
)  # fmt: skip
NOT_HERE_YET: Final = "not_here_yet"


def of_file(one: FileResult) -> str:
    """Return what happened to one file in one sentence."""
    if one.waits and one.guard is not None:
        return one.guard.sentence
    if not one.accepted:
        return f"{one.path.name}: {one.refused_because}"
    if one.same_as is not None:
        return f"{one.path.name} is the same file as {one.same_as.name}. Nothing was left to do."
    if one.seen_before:
        return f"{one.sender}: this file was merged before. Nothing was left to do."
    if one.older_than:
        return f"This file is older than the one you already have ({one.older_than}). Nothing was left to do."
    parts = _parts(one)
    if not parts:
        return f"{one.sender}: nothing new. You had all {one.came} of its entries."
    if one.already:
        parts.insert(1 if one.added else 0, f"{words.number(one.already)} you had already")
    return f"{one.sender}: {words.listing(parts)}."


def _parts(one: FileResult) -> list[str]:
    parts = [words.count(one.added, "new entry", "new entries")] if one.added else []
    if one.held:
        parts.append(f"{words.number(one.held)} held back for you to look at")
    if one.conflicts:
        parts.append(f"{words.count(one.conflicts, 'entry', 'entries')} with something to settle")
    return parts


def of_all(files: Sequence[FileResult], *, stopped: bool) -> str:
    """Return what happened to all files, in the fewest sentences that name whoever must do something."""
    told = [*_up_to_date(files), *_skipped(files), *_waiting(files), *_refused(files)]
    if stopped:
        told.append("Stopped. The files above are merged; the others were left as they are.")
    return " ".join(told) or "Nothing was merged."


def _up_to_date(files: Sequence[FileResult]) -> list[str]:
    schools = {one.sender for one in files if one.accepted and not one.older_than}
    told = [f"{words.count(len(schools), 'school')} up to date."] if schools else []
    settle = sum(one.differences for one in files)
    if settle:
        told.append(f"{words.count(settle, 'difference')} to settle.")
    held = sum(one.held for one in files)
    if held:
        told.append(f"{words.count(held, 'entry', 'entries')} held back for you to look at.")
    missing = max((one.missing for one in files), default=0)
    if missing:
        told.append(f"{words.count(missing, 'attached file')} not here yet.")
    return told


def _skipped(files: Sequence[FileResult]) -> list[str]:
    older = [one for one in files if one.older_than]
    if not older:
        return []
    named = "; ".join(one.older_than for one in older)
    if len(older) == 1:
        return [f"1 file is older than the one you already have ({named}): skipped."]
    return [f"{words.count(len(older), 'file')} are older than those you already have ({named}): skipped."]


def _waiting(files: Sequence[FileResult]) -> list[str]:
    return [one.guard.sentence for one in files if one.waits and one.guard is not None]


def _refused(files: Sequence[FileResult]) -> list[str]:
    groups: dict[str, list[FileResult]] = {}
    for one in files:
        if not one.accepted and not one.waits:
            groups.setdefault(_group(one), []).append(one)
    told = []
    for group, some in groups.items():
        names = words.listing([one.sender or one.path.name for one in some])
        told.append(_SAID[group](words.count(len(some), "file"), words.is_are(len(some)), names))
    return told


def _group(one: FileResult) -> str:
    if one.code in DAMAGED:
        return "damaged"
    return one.code if one.code in _SAID else "other"


_SAID: Final = {
    "damaged": lambda files, are, names: f"{files} {are} damaged ({names}): ask them to send it again.",
    NOT_HERE_YET: lambda files, are, names: f"{files} {are} not whole yet ({names}): wait, then try again.",
    "not_addressed": lambda files, are, names: f"{files} {are} not for this computer ({names}).",
    "other": lambda files, are, names: f"{files} {are} not taken in ({names}): see why below.",
}
