"""The printed directory: from the people known here to ready rows. Only what was agreed to be passed on is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bursar_desk.services import leads
from bursar_desk.services.people_view import PersonLine, directory, who_can_help

if TYPE_CHECKING:
    from pathlib import Path

    from bursar_desk.services.desk import Desk
    from reports.people_list import PeoplePaper
    from reports.saving import Written

_HOLD: Final = "\N{NO-BREAK SPACE}"


def paper(desk: Desk, *, school: bytes | None = None) -> PeoplePaper:
    """Return the directory of one school, or of all known here."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.people_list import LeadPrinted, PeoplePaper, PersonPrinted

    listed = directory(desk, school=school).lines
    led = leads.listing(desk, school=school, every_school=school is None)
    people = [
        PersonPrinted(
            one.school_name, one.row.name, one.job, one.days, "; ".join(_held(course.said) for course in one.courses),
            one.can_help, _reach(one),
        )
        for one in listed
    ]  # fmt: skip
    helps = [
        (offer, "; ".join(f"{one.row.name}, {one.school_name}" for one in some)) for offer, some in who_can_help(listed)
    ]
    lines = [
        LeadPrinted(
            one.school_name, one.kind_words, f"{one.name}, {one.employer_name}" if one.employer_name else one.name,
            one.when, " ".join([one.state_words, *(one.said if one.standing.said else ())]),
        )
        for one in led
    ]  # fmt: skip
    name = desk.school(school).name if school is not None else desk.name
    return PeoplePaper(name, tuple(people), tuple(helps), tuple(lines), school_time(desk), desk.practice)


def _held(said: str) -> str:
    """A course whose date stays on one line."""
    name, colon, date = said.rpartition(": ")
    first, comma, rest = date.partition(",")
    return f"{name}{colon}{first.replace(' ', _HOLD)}{comma}{rest}"


def _reach(one: PersonLine) -> str:
    """Only what its owner agreed to: what is kept at this school alone stays off paper that is handed round."""
    if one.row.shares and (one.row.phone or one.row.email):
        return ", ".join(part for part in (one.row.phone.replace(" ", _HOLD), one.row.email) if part)
    return f"School: {one.school_phone.replace(' ', _HOLD)}" if one.school_phone else "Through the school"


def write(desk: Desk, out: Path, *, school: bytes | None = None) -> Written:
    """Write the directory as PDF."""
    from reports.people_list import write_pdf

    return write_pdf(paper(desk, school=school), out)
