"""What the page of people reads, and who and what its forms offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.services import leads, pins
from bursar_desk.services.people_view import Directory, directory

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.leads import LeadLine


@dataclass(frozen=True, slots=True)
class PeopleData:
    """Everybody known here; ``checks`` of this school, with who does them now.

    ``leads`` of every school held here; ``pins``: people sign in here, so a new one may be given a PIN at once.
    """

    directory: Directory
    checks: tuple[tuple[bytes, str, str], ...]
    leads: tuple[LeadLine, ...]
    home: bytes
    pins: bool
    offices: frozenset[bytes] = frozenset()
    """Whose people are here but who are no school."""

    @property
    def asked(self) -> tuple[LeadLine, ...]:
        """Leads our governors owe a word."""
        return tuple(one for one in self.leads if one.decides and self.home in one.standing.waiting_for)

    @property
    def note(self) -> str:
        """How many there are, in words."""
        people = words.count(len(self.directory.lines), "person", "people")
        schools = sum(one not in self.offices for one, _name in self.directory.schools)
        return f"{people}, {words.count(schools, 'school')}" if schools > 1 else people

    @property
    def staff(self) -> list[tuple[object, str]]:
        """Our own people, to choose from."""
        return [(one.id, one.row.name) for one in self.directory.lines if one.ours]

    @property
    def everybody(self) -> list[tuple[object, str]]:
        """Everybody known here, to choose from."""
        return [
            (one.id, one.row.name if one.ours else f"{one.row.name}, {one.school_name}") for one in self.directory.lines
        ]


def read_people(desk: Desk) -> PeopleData:
    """Read it; on the database worker."""
    from db.queries.checks import checks
    from db.queries.people import people

    with desk.store.connect() as con:
        names = {one.id: one.name for one in people(con, desk.home)}
        listed = [] if desk.is_office else [one for one in checks(con, desk.home) if one.applies != "no"]
    rows = tuple(
        (one.id, one.title, names.get(one.doer or b"", ""))
        for one in sorted(listed, key=lambda one: (one.title.casefold(), one.id))
    )
    led = tuple(leads.listing(desk, every_school=True))
    offices = frozenset(school for school, root in desk.trust.roots.items() if not root.urn)
    return PeopleData(directory(desk, led=led), rows, led, desk.home, pins.in_use(desk), offices)
