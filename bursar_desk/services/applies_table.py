"""The whole catalogue for one school: which rows apply, which do not, which wait for an answer, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import catalogue as rules
from bursar_desk.services import catalogue
from bursar_desk.services.adopting import answers_in
from bursar_desk.services.applies import labels
from bursar_desk.services.setup import presumed_answers

if TYPE_CHECKING:
    from bursar_desk.domain.catalogue import Applies
    from bursar_desk.domain.directory import DirectorySchool
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the catalogue for one school: yes, no or ask, and why. ``held`` is what its own register says."""

    code: str
    title: str
    area: str
    required: bool
    applies: Applies
    why: str
    held: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """All rows for one school and how many there are of each; ``by_reason`` counts those that apply."""

    name: str
    lines: tuple[Line, ...]

    def count(self, said: str) -> int:
        """How many rows apply, do not, or wait for an answer."""
        return sum(one.applies == said for one in self.lines)

    @property
    def required(self) -> int:
        """How many of those that apply stand on law or approved code."""
        return sum(one.applies == "yes" and one.required for one in self.lines)

    @property
    def by_reason(self) -> tuple[tuple[str, int], ...]:
        """Each reason why rows apply with their number, the commonest first."""
        found: dict[str, int] = {}
        for one in self.lines:
            if one.applies == "yes":
                found[one.why] = found.get(one.why, 0) + 1
        return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def table_of(name: str, answers: rules.Answers, held: Mapping[str, str] | None = None) -> Table:
    """Return which rows of the catalogue apply to a site with these answers, and why."""
    shipped, named = catalogue.load(), labels()
    known = rules.settled(shipped.features, answers)
    return Table(name, tuple(
        Line(row.code, row.title, row.area.code, row.required, rules.applies(row, known),
             rules.reason(row, known, named), (held or {}).get(row.code, ""))
        for row in shipped.rows
    ))  # fmt: skip


def table_of_school(row: DirectorySchool) -> Table:
    """Return it for a school of the public register, of which only the usual is known."""
    return table_of(row.name, presumed_answers(row))


def table(desk: Desk, school: bytes | None = None) -> Table:
    """Return it for a school held here, with what its register says of each row (empty where it has none)."""
    from db.queries.applies import feature_rows
    from db.queries.checks import checks

    whose = school or desk.home
    with desk.store.connect() as con:
        answers = answers_in(feature_rows(con, whose))
        held = {one.code: one.applies for one in checks(con, whose) if one.asset is None}
    return table_of(desk.school_name(whose), answers, held)
