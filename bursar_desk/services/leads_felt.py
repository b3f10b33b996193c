"""Whose work is felt: the schools where somebody leads today, with what is late and due there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import leads as rules
from bursar_desk.domain import words
from bursar_desk.services.leads import listing

if TYPE_CHECKING:
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.desk import Desk
    from db.engine import Connection

DUE_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class SiteLed:
    """A school where somebody leads today; ``late`` and ``due`` (in fourteen days) are its checks.

    ``held``: its checks are held here at all; without them nothing can be said about them.
    """

    school: bytes
    school_name: str
    kinds: tuple[str, ...]
    late: tuple[CheckLine, ...]
    due: tuple[CheckLine, ...]
    held: bool = True

    @property
    def title(self) -> str:
        """What the person is there."""
        if rules.PREMISES in self.kinds:
            return f"You lead the premises staff of {self.school_name}"
        named = {
            rules.DUTY_HOLDER: "duty holder",
            rules.RESPONSIBLE: "responsible person",
            rules.MANAGER: "line manager",
        }
        return f"You are {words.listing([named.get(one, one) for one in self.kinds])} at {self.school_name}"

    @property
    def why(self) -> str:
        """How much there is to do: "2 late, 5 due in 14 days"; or what keeps it from being seen."""
        if not self.held:
            return "Its checks are not here: ask them to let our school read their checks."
        late = f"{words.number(len(self.late))} late" if self.late else "Nothing late"
        return f"{late}, {words.number(len(self.due))} due in {DUE_DAYS} days."


def sites_led_by(desk: Desk, person: bytes | None, *, elsewhere: bool = False) -> tuple[SiteLed, ...]:
    """Return the schools this desk holds where a person leads today, with what is late and due there, by name.

    ``elsewhere`` leaves out this desk's own school. What is only proposed, refused, ended or ran out gives nothing.
    """
    if person is None or desk.is_guest:
        return ()
    led: dict[bytes, list[str]] = {}
    for one in listing(desk, every_school=True):
        if one.row.person == person and one.now and not (elsewhere and one.school == desk.home):
            led.setdefault(one.school, []).append(one.row.kind)
    found = [_site(desk, school, tuple(dict.fromkeys(kinds))) for school, kinds in led.items()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.school_name.casefold()))


def premises_words(desk: Desk, school: bytes, day: dt.date) -> str:
    """Say who leads the premises staff of a school on a day, and who agreed; empty while nobody is named."""
    for one in listing(desk, school=school, on=day):
        if one.now and one.row.kind == rules.PREMISES:
            who = f"{one.name} of {one.employer_name}" if one.employer_name else one.name
            agreed = f" {one.state_words}" if one.employer_name else ""
            return f"{who} leads the premises staff.{agreed}"
    return ""


def leads_elsewhere(desk: Desk, person: bytes | None) -> bool:
    """Tell whether a person leads at another school held here today; quick, for the rail."""
    from db.queries.schools import schools

    if person is None or desk.is_guest or desk.is_office:
        return False
    with desk.store.connect() as con:
        if not named_elsewhere(con, person, desk.home):
            return False
    found = {one.school for one in listing(desk, every_school=True) if one.row.person == person and one.now} - {
        desk.home
    }
    if not found:
        return False
    with desk.store.connect() as con:
        return any(one.school in found for one in schools(con))


def named_elsewhere(con: Connection, person: bytes | None, home: bytes) -> bool:
    """Tell in one question whether a person is named as a lead at another school at all: most people are not."""
    from db.queries.people_more import leads

    return person is not None and any(one.person == person and one.school != home for one in leads(con))


def _site(desk: Desk, school: bytes, kinds: tuple[str, ...]) -> SiteLed | None:
    from bursar_desk.services.checks import line_of, names_for
    from bursar_desk.services.home import due_soon
    from bursar_desk.services.reporting_reasons import is_late, late_since
    from bursar_desk.services.standing import standings

    with desk.store.connect() as con:
        names = names_for(desk, con)
        if school not in names.schools:
            return None
        found = standings(con, school, desk.today)
    lines = {one.check.id: line_of(one, names) for one in found}
    late = sorted((one for one in found if is_late(one)), key=lambda one: (late_since(one, desk.today), one.check.id))
    overdue = {one.check.id for one in late}
    due = tuple(line for line in due_soon(found, lines, desk.today) if line.id not in overdue)
    return SiteLed(
        school, names.school(school)[0], kinds, tuple(lines[one.check.id] for one in late), due, held=bool(found)
    )
