"""Taking a row of the catalogue over as a school's own check: its columns, and the row as it stood when copied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.services.setup_tables import DOERS, PLACES, READINGS, ROOMS, SKILLS

if TYPE_CHECKING:
    from bursar_desk.domain.catalogue import Applies, CatalogueCheck
    from bursar_desk.services.desk import Desk
    from db.queries.applies import EditionRow, FeatureRow
    from db.queries.checks import CheckRow
    from db.queries.people import PersonRow
    from db.queries.schools import PlaceRow
    from db.session import Act

FIRST_EDITION: Final = "2026.1"
SITE_ROLES: Final = ("caretaker", "site manager", "site staff")


def as_copied(row: CatalogueCheck, edition: str) -> dict[str, str]:
    """Return a row as ``school_check.copied`` keeps it: what a later edition is compared with."""
    return {
        "edition": edition, "title": row.title, "rule": row.rule, "anchor": row.anchor.value,
        "standing": row.standing.value, "authority": row.authority, "applies_when": row.applies_when,
    }  # fmt: skip


def copied_text(row: CatalogueCheck, edition: str) -> str:
    """Return the same as the text of the cell."""
    return json.dumps(as_copied(row, edition), ensure_ascii=False)


def values_of(row: CatalogueCheck, said: Applies, why: str | None, edition: str) -> dict[str, Any]:
    """Return the columns of a new check that was copied from a row; ``why`` only where it is not needed."""
    spec = READINGS.get(row.code)
    return {
        "code": row.code, "title": row.title, "area": row.area.code, "rule": row.rule, "anchor": row.anchor.value,
        "weekday": None, "standing_in_law": row.standing.value, "applies": said, "why": why,
        "readings": json.dumps(spec, ensure_ascii=False) if spec else None, "skill": SKILLS.get(row.code),
        "copied": copied_text(row, edition),
    }  # fmt: skip


def owner_role(row: CatalogueCheck) -> str:
    """Return who answers for a check where nobody else is named."""
    return "head" if row.usual_doer == "head" else "business manager"


def doer_roles(row: CatalogueCheck) -> Sequence[str]:
    """Return who usually does a check, the likeliest first."""
    if row.usual_doer != "site staff":
        return (row.usual_doer,)
    return DOERS.get(row.code) or SITE_ROLES


def who_and_where(
    row: CatalogueCheck, people: Sequence[PersonRow], places: Sequence[PlaceRow], manager: bytes | None
) -> dict[str, bytes | None]:
    """Return owner, doer and place for a check added to a school that works already."""
    by_name = {one.name: one.id for one in places}
    rooms = {room.key: room.name for room in ROOMS}
    place = next((by_name[rooms[key]] for key in PLACES.get(row.code, ()) if rooms[key] in by_name), None)
    owner = _one(people, (owner_role(row),)) or manager
    return {"owner": owner, "doer": _one(people, doer_roles(row)), "place": place}


def _one(people: Sequence[PersonRow], roles: Sequence[str]) -> bytes | None:
    return next((one.id for role in roles for one in people if one.role == role and one.left_on is None), None)


def put(act: Act, table: str, code: str, values: Mapping[str, Any]) -> bytes:
    """Make the row that a code names; where its making was taken back, the same row comes into being again."""
    from db.queries.applies import is_there

    row = act.session.derived(act.session.home, table, code)
    if is_there(act.session.connection, table, row):
        act.set(table, row, values)
        return row
    return act.create(table, {name: value for name, value in values.items() if value is not None}, row=row)


@dataclass(frozen=True, slots=True)
class Held:
    """What a school holds that rows of the catalogue are compared with. ``hidden``: checks not shown, by code."""

    desk: Desk
    features: Mapping[str, FeatureRow]
    checks: Mapping[str, list[CheckRow]]
    hidden: Mapping[str, tuple[bytes, ...]]
    editions: Mapping[str, EditionRow]
    people: list[PersonRow]
    places: list[PlaceRow]

    @classmethod
    def read(cls, desk: Desk) -> Held:
        """Read it all from one moment."""
        from db.queries import applies as ask
        from db.queries import checks, people, schools

        by_code: dict[str, list[CheckRow]] = {}
        with desk.store.connect() as con:
            for one in checks.checks(con, desk.home):
                by_code.setdefault(one.code, []).append(one)
            return cls(
                desk, {one.code: one for one in ask.feature_rows(con, desk.home)}, by_code,
                ask.hidden_checks(con, desk.home), {one.edition: one for one in ask.edition_rows(con, desk.home)},
                people.people(con, desk.home), schools.places(con, desk.home),
            )  # fmt: skip

    @property
    def answers(self) -> dict[str, bool | None]:
        """The answers about the site."""
        return answers_in(self.features.values())

    def thrown_away(self, code: str) -> bool:
        """Tell whether a person put the check of this code into the Bin: it does not come back by itself."""
        from db.queries.applies import thrown_away

        rows = self.hidden.get(code, ())
        if not rows:
            return False
        with self.desk.store.connect() as con:
            return bool(thrown_away(con, self.desk.home, frozenset(rows)))

    def add(self, act: Act, row: CatalogueCheck, said: Applies, why: str | None, edition: str) -> bytes:
        """Add a row of the catalogue as a check of the school, with who usually does it and where."""
        values = values_of(row, said, why, edition)
        if said == "yes":
            values |= who_and_where(row, self.people, self.places, self.manager)
        return put(act, "school_check", row.code, values)

    @property
    def manager(self) -> bytes | None:
        """Who answers for what nobody else does."""
        return self.desk.person.id if self.desk.person else None


def answers_in(rows: Iterable[FeatureRow]) -> dict[str, bool | None]:
    """Return rows of answers as the rules read them."""
    return {one.code: {"yes": True, "no": False}.get(one.answer) for one in rows}


@cache
def first_edition() -> Mapping[str, Mapping[str, str]]:
    """Return the rows of edition 2026.1 by code, for checks set up before copies were kept beside them."""
    text = files("resources").joinpath("catalogue", "edition-2026.1.json").read_text("utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found
