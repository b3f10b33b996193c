"""One message a week instead of a flood: what is late, what comes, and what should go to the head."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bursar_desk.domain import words
from bursar_desk.services.due_dates import DueDate, did_not_pass, due_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.desk import Desk

WEEK: Final = 7
AHEAD: Final = 28
ESCALATE_AFTER: Final = 14
"""Days after which a late required check goes to the head as well: two weekly messages were passed over."""
MOST_IN_A_LINK: Final = 1800
"""Characters of a mail link: mail programs on Windows cut longer ones off."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The message: ``text`` is plain, ready to paste; ``to_head`` are the lines the head should see as well.

    ``this_week`` counts what falls due in the seven days from today; ``failed`` what did not pass and is not late too.
    """

    subject: str
    text: str
    late: int
    this_week: int
    to_head: tuple[str, ...]
    failed: int = 0

    @property
    def mail_link(self) -> str:
        """Return a ``mailto:`` link with subject and text; a long text is cut at a line and says so."""
        body = self.text
        while len(quote(body)) > MOST_IN_A_LINK:
            body = body.rpartition("\n")[0]
        if body != self.text:
            body += "\n(cut short: copy the whole text instead)"
        return f"mailto:?subject={quote(self.subject)}&body={quote(body)}"


def digest(desk: Desk, *, school: bytes | None = None, person: bytes | None = None) -> Digest:
    """Return the week's message for everybody, or for what one person does or owns.

    Routine checks of the coming days are one line: they stand on the round sheet.
    """
    today = desk.today
    found = due_dates(desk, today, today + dt.timedelta(days=AHEAD), school=school, person=person)
    late = sorted((one for one in found if one.state == "late"), key=lambda one: one.legal or today)
    unknown = [one for one in found if one.state == "unknown"]
    coming = [one for one in found if one.state == "due" and not one.routine]
    dated = {one.line.id for one in late}
    failed = [line for line in did_not_pass(desk, school=school, person=person) if line.id not in dated]
    week_end = today + dt.timedelta(days=WEEK - 1)
    week, then = [one for one in coming if one.day <= week_end], [one for one in coming if one.day > week_end]
    routine = {one.line.id for one in found if one.routine and one.state == "due" and one.day <= week_end}
    shown = _Shown(desk, today, with_school=desk.is_office and school is None)
    parts = [
        shown.part(f"Late ({len(late)})", [shown.late(one) for one in late]),
        shown.part(f"Did not pass, and not put right ({len(failed)})", [shown.named(one) for one in failed]),
        shown.part(f"When was it last done? ({len(unknown)})", [shown.name(one) for one in unknown]),
        shown.part(f"The next seven days ({len(week)})", [shown.coming(one) for one in week]),
        shown.part(f"The three weeks after ({len(then)})", [shown.coming(one) for one in then]),
        f"{words.count(len(routine), 'daily or weekly check')}: see the round sheet." if routine else "",
    ]
    head = tuple(shown.late(one) for one in late if one.line.required and _days_late(one, today) > ESCALATE_AFTER)
    if head:
        parts.append(shown.part(f"More than {ESCALATE_AFTER} days late: for the head as well", list(head)))
    text = "\n\n".join([shown.heading(school), *(part for part in parts if part)])
    if not (found or failed):
        text += f"\n\n{_nothing(desk, school, person)}"
    told = [f"{len(late)} late", *([f"{len(failed)} did not pass"] if failed else []), f"{len(week)} in seven days"]
    subject = f"Checks, {words.short_date(today)}: {', '.join(told)}"
    return Digest(subject, text + "\n", len(late), len(week), head, len(failed))


def _nothing(desk: Desk, school: bytes | None, person: bytes | None) -> str:
    from bursar_desk.services.checks import listing

    if person is None and not listing(desk, school=school).lines:
        return "No checks are in this register yet. Merge the school’s file, or set up its checks."
    return "Nothing is late, and nothing is due in the next four weeks."


def _days_late(one: DueDate, today: dt.date) -> int:
    return (today - one.legal).days if one.legal else 0


class _Shown:
    """The lines of a message."""

    def __init__(self, desk: Desk, today: dt.date, *, with_school: bool):
        self._desk, self._today, self._with_school = desk, today, with_school

    def heading(self, school: bytes | None) -> str:
        name = self._desk.school_name(school) if school else self._desk.name
        practice = " Practice: made-up records." if self._desk.practice else ""
        return f"{name}, {words.long_date(self._today)}.{practice}"

    def part(self, title: str, lines: Sequence[str]) -> str:
        return "\n".join([title, *(f"- {one}" for one in lines)]) if lines else ""

    def name(self, one: DueDate) -> str:
        return self.named(one.line)

    def named(self, line: CheckLine) -> str:
        where = [line.school_name] if self._with_school else []
        who = [line.doer or line.owner] if line.doer or line.owner else ["nobody named yet"]
        return ", ".join([line.title, *where, *who])

    def late(self, one: DueDate) -> str:
        return f"{self.name(one)}: {words.count(_days_late(one, self._today), 'day')} late"

    def coming(self, one: DueDate) -> str:
        last = f" (last day {words.short_date(one.legal)})" if one.legal and one.legal != one.day else ""
        return f"{self.name(one)}: {words.weekday_date(one.day)}{last}"
