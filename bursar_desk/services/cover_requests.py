"""Asking for cover and answering: the asking school's row, the lender's answer, and where the two of them stand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import cover_stage, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.cover_stage import Said, Stage
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.cover_gaps import gaps
from bursar_desk.services.cover_offers import clock
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.domain.cover import Duty
    from bursar_desk.services.cover_find import Helper
    from bursar_desk.services.cover_gaps import Gaps
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.answers import AnswerRow
    from db.queries.people import CoverRow, PersonRow

OPEN_STATES = ("asked", "agreed")
_SAFE = "Nothing was changed."
_ASKED = Stage(cover_stage.ASKED, None, noted_here=False)


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A request for cover and what became of it. ``state`` is what the asking school wrote, ``at`` where it stands."""

    id: bytes
    school: bytes
    school_name: str
    absence: bytes | None
    away_name: str
    helper: str
    helper_school: bytes | None
    helper_school_name: str
    first: dt.date
    last: dt.date
    starts: int | None
    ends: int | None
    state: str
    grant: bytes | None
    checks: tuple[bytes, ...]
    duties: str
    at: Stage = _ASKED
    answer_by: dt.date | None = None
    overlaps: tuple[str, ...] = ()
    slots: tuple[Mapping[str, Any], ...] = ()
    note: str = ""
    why: str = ""
    person: bytes | None = field(default=None)

    @property
    def stage(self) -> str:
        """Return where it stands: asked, accepted, agreed, declined, no answer, cancelled, done or taken back."""
        return self.at.stage

    @property
    def stage_words(self) -> str:
        """Return where it stands in words."""
        return self.at.words + (", noted here" if self.at.noted_here else "")

    @property
    def spells(self) -> tuple[tuple[int, int], ...]:
        """Return the hours asked for on a day, those apart by themselves; odd values from elsewhere are left out."""
        found = sorted(
            (one["starts"], one["ends"]) for one in self.slots
            if type(one.get("starts")) is int and type(one.get("ends")) is int and 0 <= one["starts"] < one["ends"]
        )  # fmt: skip
        if not found and self.starts is not None and self.ends is not None:
            return ((self.starts, self.ends),)
        return joined(found)

    @property
    def hours_words(self) -> str:
        """Return the hours in words: "06:45 to 07:45 and 18:00 to 18:45"."""
        return words.listing([f"{clock(starts)} to {clock(ends)}" for starts, ends in self.spells])

    @property
    def noted_here(self) -> bool:
        """Tell whether the lender's answer was only noted by the asking school, as after a telephone call."""
        return self.at.noted_here

    @property
    def answer_why(self) -> str:
        """Return the reason the lender gave."""
        return one_line(self.at.said.why) if self.at.said else ""


def joined(spells: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return sorted spells of time with those that touch made one."""
    out: list[tuple[int, int]] = []
    for starts, ends in spells:
        if out and starts <= out[-1][1]:
            out[-1] = (out[-1][0], max(ends, out[-1][1]))
        else:
            out.append((starts, ends))
    return tuple(out)


def listing(desk: Desk, *, every_school: bool = False) -> list[CoverLine]:
    """Return requests for cover of this school, or of every school held, earliest first."""
    from db.queries.people import people

    with desk.store.connect() as con:
        return read(con, desk, None if every_school or desk.is_office else desk.home, people(con))


def read(con: Connection, desk: Desk, school: bytes | None, staff: Sequence[PersonRow]) -> list[CoverLine]:
    """Return requests for cover of one school or of all, for whoever has a connection and the people already."""
    from db.queries.answers import answers
    from db.queries.people import absences, covers

    rows = covers(con, school)
    names = {one.id: one.name for one in staff}
    away = {one.id: names.get(one.person, "") for one in absences(con)}
    said = answers(con, "cover")
    stages = {row.id: stage_of(row, said, desk.today) for row in rows}
    return [
        replace(
            _cover_line(desk, row, away.get(row.absence or b"", "")), at=stages[row.id],
            overlaps=_overlaps(row, rows, stages),
        )
        for row in rows
    ]  # fmt: skip


def stage_of(row: CoverRow, said: Sequence[AnswerRow], today: dt.date) -> Stage:
    """Work out where a request stands; only the school that was asked can answer it."""
    theirs = [
        Said(one.id, one.answer, one.said_on, one.why, one.said_by)
        for one in said
        if one.about == row.id and row.helper_school is not None and one.school == row.helper_school
    ]
    return cover_stage.stage(row.state, theirs, row.answer_by, today)


_HOLDS = (cover_stage.ASKED, cover_stage.ACCEPTED, cover_stage.AGREED)


def _overlaps(row: CoverRow, rows: Sequence[CoverRow], stages: Mapping[bytes, Stage]) -> tuple[str, ...]:
    """Say what else is asked or agreed for the same absence, or of the same person, on the same days."""
    if stages[row.id].stage not in _HOLDS:
        return ()
    told = []
    for one in rows:
        if one.id == row.id or stages[one.id].stage not in _HOLDS or one.last < row.first or one.first > row.last:
            continue
        how = "has agreed" if stages[one.id].stage == cover_stage.AGREED else (
            "has said yes" if stages[one.id].stage == cover_stage.ACCEPTED else "is asked"
        )  # fmt: skip
        if one.absence is not None and one.absence == row.absence and _same_hours(one, row):
            told.append(f"{one.helper} {how} for the same days. Cancel one of the two.")
        elif (one.helper_person and one.helper_person == row.helper_person) and _same_hours(one, row):
            told.append(f"{one.helper} {how} elsewhere at the same time.")
    return tuple(dict.fromkeys(told))


def _same_hours(a: CoverRow, b: CoverRow) -> bool:
    """Tell whether two requests are for the same time; planned ones say which days and hours each takes."""
    if a.slots and b.slots:
        mine = {(one.get("day"), one.get("what"), one.get("starts")) for one in a.slots}
        return any((one.get("day"), one.get("what"), one.get("starts")) in mine for one in b.slots)
    if None in (a.starts, a.ends, b.starts, b.ends):
        return True
    return (a.starts or 0) < (b.ends or 0) and (b.starts or 0) < (a.ends or 0)


def _cover_line(desk: Desk, row: CoverRow, away: str) -> CoverLine:
    theirs = desk.school_name(row.helper_school) if row.helper_school else ""
    return CoverLine(
        row.id, row.school, desk.school_name(row.school), row.absence, away, row.helper, row.helper_school, theirs,
        row.first, row.last, row.starts, row.ends, row.state, row.grant, row.checks, row.duties,
        answer_by=row.answer_by, slots=row.slots, note=row.note, why=row.why, person=row.helper_person,
    )  # fmt: skip


def get(desk: Desk, cover: bytes) -> CoverLine:
    """Return one request for cover of any school held. Raises ``UserError`` when it is not here."""
    for line in listing(desk, every_school=True):
        if line.id == cover:
            return line
    raise UserError("That request for cover is not in this register.", _SAFE, "See “cover list”.")


def incoming(desk: Desk) -> list[CoverLine]:
    """Return what other schools asked of our people, what waits for our answer first."""
    mine = [one for one in listing(desk, every_school=True) if one.helper_school == desk.home != one.school]
    return sorted(mine, key=lambda one: (not waits_for_us(desk, one), one.first, one.id))


def waits_for_us(desk: Desk, line: CoverLine) -> bool:
    """Tell whether another school still waits for our answer about one of our people."""
    ours = line.helper_school == desk.home != line.school
    return ours and line.stage in (cover_stage.ASKED, cover_stage.NO_ANSWER) and line.last >= desk.today


# --- the asking school ------------------------------------------------------------------------------------------------


def request(
    desk: Desk, absence: bytes, helper: Helper, *, note: str = "", answer_by: dt.date | None = None,
    offer: bytes | None = None,
) -> tuple[CoverLine, Changes]:  # fmt: skip
    """Ask a neighbour: what they can do of what is uncovered, between the times it falls.

    Whoever is not free for all of it is asked for the times they are free, which the request then names one by one.
    Raises ``UserError`` for somebody who cannot, or who is asked already.
    """
    if not helper.can:
        raise UserError(f"{helper.name} cannot: {helper.fit.reasons[0]}", "Nobody was asked.", "Choose somebody else.")
    _not_twice(desk, absence, helper)
    left = gaps(desk, absence)
    times = helper.times or left.duties
    starts = min((duty.starts for duty in times), default=None)
    ends = max((duty.ends for duty in times), default=None)
    duties = words.listing([f"{duty.what} {words.short_day(duty.day)}" for duty in times])
    by_name = len(times) < len(left.duties) or _apart(times)
    part = _slots(left, times, helper.checks) if by_name else None
    with desk.act(ActCode.ASK_COVER, subject=helper.name) as act:
        row = act.create("cover", {
            "absence": absence, "helper_school": helper.school, "helper": helper.name, "helper_person": helper.person,
            "first": left.absence.first, "last": left.absence.last, "starts": starts, "ends": ends, "state": "asked",
            "checks": json.dumps([check.hex() for check in helper.checks]), "duties": duties or None,
            "note": note or None, "answer_by": answer_by, "offer": offer, "asked_by": desk.who,
            "asked_on": desk.today, "slots": part,
        })  # fmt: skip
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def _not_twice(desk: Desk, absence: bytes, helper: Helper) -> None:
    holds = (*_HOLDS, cover_stage.NO_ANSWER)
    for one in listing(desk):
        same = one.person == helper.person if one.person else (one.helper, one.helper_school) == (
            helper.name, helper.school
        )  # fmt: skip
        if one.absence == absence and same and one.stage in holds:
            told = words.sentence(f"{helper.name}: {one.stage_words}")
            raise UserError(told, "Nobody was asked.", "Take that request back first, or ask somebody else.")


def _apart(times: Sequence[Duty]) -> bool:
    """Tell whether somebody may go home between two times of a day: the hours between are not agreed, nor owed."""
    days: dict[dt.date, list[Duty]] = {}
    for one in times:
        days.setdefault(one.day, []).append(one)
    return any(
        later.starts > max(one.ends for one in some[:n])
        for some in (sorted(found, key=lambda one: one.starts) for found in days.values())
        for n, later in enumerate(some) if n
    )  # fmt: skip


def _slots(left: Gaps, times: Sequence[Duty], checks: Sequence[bytes]) -> str:
    """Return the times asked for, and the days on which one of the checks falls, as the request keeps them."""
    slots: list[dict[str, Any]] = [
        {"day": duty.day.isoformat(), "what": duty.what, "starts": duty.starts, "ends": duty.ends} for duty in times
    ]
    for gap in left.checks:
        if gap.line.id in checks:
            slots += [{"day": day.isoformat(), "what": gap.line.title} for day in gap.days]
    return json.dumps(sorted(slots, key=lambda one: (one["day"], one.get("starts", 24 * 60))), ensure_ascii=False)


def confirm(desk: Desk, cover: bytes) -> tuple[CoverLine, Changes]:
    """Agree to what the neighbour's school said yes to, or note a yes that came by telephone."""
    return answer(desk, cover, "agreed")


def answer(desk: Desk, cover: bytes, state: str, *, why: str = "") -> tuple[CoverLine, Changes]:
    """Note what became of a request of ours: agreed, declined, cancelled or done.

    Raises ``UserError`` for another school's request, and for agreeing to what the lender said no to.
    """
    if state not in ("agreed", "declined", "cancelled", "done"):
        raise UserError(f"“{state}” is not an answer.", _SAFE, "Say agreed, declined, cancelled or done.")
    line = get(desk, cover)
    if line.school != desk.home:
        raise UserError(
            f"{line.school_name} asked for this cover.", _SAFE, "Say yes or no to it with “cover answer”."
        )
    if line.state == state:
        return line, Changes(frozenset())
    if state == "agreed" and line.stage in (cover_stage.DECLINED, cover_stage.TAKEN_BACK) and line.at.said:
        said = "said no" if line.stage == cover_stage.DECLINED else "took their yes back"
        raise UserError(f"{line.helper_school_name} {said}.", _SAFE, "Ask somebody else, or ring them and ask again.")
    code = ActCode.CONFIRM_COVER if state == "agreed" else ActCode.ANSWER_COVER
    with desk.act(code, subject=line.helper) as act:
        act.set("cover", cover, {"state": state, **({"why": why.strip()} if why.strip() else {})})
    return get(desk, cover), Changes(frozenset(act.tables), act.note.act)


# --- the school that is asked -----------------------------------------------------------------------------------------


def reply(desk: Desk, cover: bytes, yes: bool, *, why: str = "") -> tuple[CoverLine, Changes]:
    """Answer another school's request for one of our people."""
    line = _theirs(desk, cover)
    if line.stage in (cover_stage.CANCELLED, cover_stage.DONE):
        raise UserError(f"{line.school_name} does not need this any more.", _SAFE, "There is nothing to answer.")
    return _say(desk, line, "yes" if yes else "no", why)


def take_back(desk: Desk, cover: bytes, why: str) -> tuple[CoverLine, Changes]:
    """Take a yes back, with the reason the other school is told."""
    line = _theirs(desk, cover)
    if line.at.said is None or line.at.said.answer != "yes":
        raise UserError("You have not said yes to this.", _SAFE, "Say no instead.")
    if not why.strip():
        raise UserError("They need to know why.", _SAFE, "Give a reason that may be passed on.")
    return _say(desk, line, "taken back", why)


def _theirs(desk: Desk, cover: bytes) -> CoverLine:
    line = get(desk, cover)
    if line.helper_school != desk.home or line.school == desk.home:
        raise UserError("Nobody of this school is asked there.", _SAFE, "See “cover list”.")
    return line


def _say(desk: Desk, line: CoverLine, word: str, why: str) -> tuple[CoverLine, Changes]:
    with desk.act(ActCode.ANSWER_SCHOOL, subject=f"{line.school_name}, {line.helper}") as act:
        act.fact("answer", {
            "about_table": "cover", "about": line.id, "about_school": line.school, "answer": word,
            "said_on": desk.today, "said_by": desk.who, "why": one_line(why) or None,
        })  # fmt: skip
    return get(desk, line.id), Changes(frozenset(act.tables), act.note.act)
