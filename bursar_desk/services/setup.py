"""Setting up one school: its row, calendar, site, places, first people and the checks that follow from the answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import catalogue as rules
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.areas import AREAS
from bursar_desk.domain.catalogue import Answers, Applies, CatalogueCheck, SiteKind
from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.errors import UserError
from bursar_desk.services import catalogue, directory, registers
from bursar_desk.services.adopting import doer_roles, owner_role, values_of
from bursar_desk.services.setup_tables import PLACES, ROOMS, Room

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from bursar_desk.clock import Clock
    from bursar_desk.domain.calendar import Block
    from bursar_desk.domain.directory import DirectorySchool
    from db.session import Act
    from db.store import Bulk

WEEKDAYS: Final = 0b0011111
"""Monday to Friday, Monday as bit 0, as ``person.days`` keeps it."""
PRESUMED: Final = "Usual for a school of this kind. Nobody has said so yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolFacts:
    """What a school says of itself; every field is a column of its row. ``opens`` and ``closes`` in minutes of a day.

    ``easting`` and ``northing`` are metres on the national grid. ``modelled_on`` is set for made-up schools only.
    """

    name: str
    short_name: str = ""
    urn: str = ""
    phase: str = ""
    type: str = ""
    employer: str = ""
    pupils: int | None = None
    easting: int | None = None
    northing: int | None = None
    address: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    built_year: int | None = None
    cluster: str = ""
    opens: int | None = None
    closes: int | None = None
    modelled_on: str = ""
    sort_of: str = "school"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to begin with; the fields are columns. ``days`` has Monday as bit 0; times are minutes of the day."""

    name: str
    role: str
    job_title: str = ""
    days: int = WEEKDAYS
    starts: int | None = None
    ends: int | None = None
    unlocks: bool = False
    locks: bool = False
    key_holder: bool = False
    offers_cover: bool = False
    checks_confirmed_on: Any = None
    phone: str = ""
    manages: bool = False


@dataclass(frozen=True, slots=True)
class SchoolMade:
    """The ids of what was set up: people in the order given, checks by code, places by the key of their ``Room``."""

    school: bytes
    people: tuple[bytes, ...]
    checks: Mapping[str, bytes]
    places: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """All that is needed to set up one school.

    ``people``: at least one; the first one who ``manages`` owns the checks. ``blocks``: the school's calendar, none
    where its term dates are not known yet. ``answers``: feature code to yes, no or None for not sure. ``details``: for
    single codes, columns of the check that differ from the catalogue's (``measure`` is kept in tenths). ``owners``: for
    single codes, the role of the person who owns the check. ``presumed``: answers taken for granted, said by nobody.
    ``today``: the day from which "no" is looked at again after a year; without it no day is set. ``starter_only``: of
    the rows that apply only those of the starter set are counted, the others of every school wait to be asked about.
    """

    facts: SchoolFacts
    people: Sequence[NewPerson]
    answers: Answers
    blocks: Sequence[Block] = ()
    rooms: Sequence[Room] = ROOMS
    details: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    presumed: frozenset[str] = frozenset()
    today: dt.date | None = None
    starter_only: bool = False


def facts_of(row: DirectorySchool) -> SchoolFacts:
    """What the public register knows of a school."""
    return SchoolFacts(
        name=row.name, short_name=row.short_name, urn=str(row.urn), phase=row.phase, type=row.type,
        employer=row.employer, pupils=row.pupils, easting=row.easting, northing=row.northing,
        address=", ".join(part for part in (row.street, row.locality) if part), postcode=row.postcode, town=row.town,
        phone=row.telephone,
    )  # fmt: skip


def set_up_school(bulk: Bulk, plan: SetUp, *, at_ms: int | None = None) -> SchoolMade:
    """Write a whole school in named acts of one transaction; ``at_ms`` only for made-up histories.

    The school's row, its answers and its checks have ids derived from its own id and their code, so that two computers
    of the school may both enter them. Raises ``UserError`` when nobody is named who manages the register.
    """
    if not any(person.manages for person in plan.people):
        raise UserError(
            "Nobody is named to run the register.", "Nothing was set up.", "Name the business manager first."
        )
    writer = _Writer(bulk, plan, at_ms)
    writer.school()
    people = writer.people()
    writer.calendar()
    writer.features()
    places = writer.places()
    checks = writer.checks(people, places)
    return SchoolMade(bulk.session.home, people, checks, places)


def new_register(
    path: Path, *, urn: int | str | None = None, name: str | None = None, manager: str, practice: bool = False,
    clock: Clock, answers: Answers | None = None, entropy: Callable[[int], bytes] = secrets.token_bytes,
    seed: bytes | None = None, kind: SiteKind = "primary", team: Sequence[NewPerson] = (),
) -> registers.Founded:  # fmt: skip
    """Found a register and set the school up: looked up by its URN, or entered by its name alone.

    What ``answers`` do not say is taken to be what a school of its kind usually has, for its people to put right;
    ``kind`` counts for a school without a URN. ``seed`` belongs to a recovery sheet printed before; ``team``: who else
    works there.
    Raises ``UserError`` for a URN that is not held or is closed, and for a missing name; ``CannotOpen`` when the file
    exists.
    """
    if (urn is None) == (not (name or "").strip()) or not manager.strip():
        raise UserError(
            "A new register needs a school and a manager.", "Nothing was made.",
            "Give either the URN or the name of the school, and the name of its business manager.",
        )  # fmt: skip
    row = None if urn is None else _directory_row(urn)
    facts = facts_of(row) if row else SchoolFacts(name=(name or "").strip())
    taken = presumed_answers(row, kind)
    given = taken | dict(answers or {})
    # A school without a URN is named by chance: its id must be unlike that of every other such school.
    root = facts.urn or f"none-{entropy(8).hex()}"
    place = {"easting": facts.easting, "northing": facts.northing} if facts.easting is not None else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    made = registers.found(
        path, registers.Newcomer(facts.name, "school", root, facts=place), practice=practice, clock=clock,
        entropy=entropy, seed=seed,
    )  # fmt: skip
    first = NewPerson(name=manager.strip(), role="business manager", job_title="Business manager", manages=True)
    with made.store.bulk() as bulk:
        set_up_school(bulk, SetUp(
            facts=facts, people=(first, *team), answers=given, presumed=frozenset(taken) - frozenset(answers or ()),
            today=clock.today(),
        ))  # fmt: skip
    return made


def _directory_row(urn: int | str) -> DirectorySchool:
    text = str(urn).strip()
    row = directory.find(int(text)) if text.isdecimal() else None
    if row is None:
        raise UserError(
            f"We know no school with the URN “{text}”.", "Nothing was made.",
            "Check the number, or give the school’s name instead.",
        )  # fmt: skip
    if not row.is_open:
        raise UserError(
            f"{row.name} ({text}) has closed.", "Nothing was made.", "Look for the URN of the school that followed it."
        )
    return row


def presumed_answers(row: DirectorySchool | None, kind: SiteKind = "primary") -> dict[str, bool | None]:
    """What may be taken for granted of a school: the usual things of its kind, and what the public register says."""
    given: dict[str, bool | None] = dict(rules.presumed(catalogue.load().features, row.kind if row else kind))
    if row is not None:
        if row.employer == "proprietor":
            given["state_school"] = False
        if row.low_age is not None:
            given["under_11s"] = row.low_age < 11
            given["early_years"] = row.nursery or row.low_age <= 4
        if row.pupils is not None and row.pupils >= 200:
            given["crowd_200"] = True
    return given


def chosen_rows(answers: Answers, *, starter_only: bool = False) -> list[tuple[CatalogueCheck, Applies]]:
    """The catalogue rows a school starts with: those that apply, those its answers rule out, those it is not sure of.

    A row whose question nobody was asked stays in the catalogue until somebody answers it.
    """
    known = rules.settled(catalogue.load().features, answers)
    if starter_only:
        return [
            (row, rules.applies(row, known) if row.begins else "ask")
            for row in catalogue.load().rows
            if row.begins or row.every_school
        ]
    unsure = {code for code, said in answers.items() if said is None}
    found = [(row, rules.applies(row, known)) for row in catalogue.load().rows]
    return [(row, said) for row, said in found if said != "ask" or unsure.intersection(row.features)]


class _Writer:
    """Writes one school, act by act."""

    def __init__(self, bulk: Bulk, plan: SetUp, at_ms: int | None) -> None:
        self._bulk, self._plan, self._at = bulk, plan, at_ms
        self._who = next(person.name for person in plan.people if person.manages)
        self._person: bytes | None = None

    def _act(self, code: ActCode, subject: str = "") -> Any:
        return self._bulk.act(code, person=self._person, who=self._who, subject=subject, at_ms=self._at)

    def _derived(self, table: str, code: str) -> bytes:
        return self._bulk.session.derived(self._bulk.session.home, table, code)

    def school(self) -> None:
        facts = self._plan.facts
        values = {name: value for name, value in asdict(facts).items() if value not in (None, "")}
        with self._act(ActCode.SET_UP_SCHOOL, facts.name) as act:
            act.create("school", values, row=self._derived("school", ""))

    def people(self) -> tuple[bytes, ...]:
        """Add the manager in the first act of all: the longest known one acts when nobody is named."""
        made: dict[int, bytes] = {}
        order = sorted(range(len(self._plan.people)), key=lambda n: not self._plan.people[n].manages)
        for n in order:
            person = self._plan.people[n]
            values = {name: value for name, value in asdict(person).items() if value not in (None, "", False)}
            with self._act(ActCode.ADD_PERSON, person.name) as act:
                made[n] = act.create("person", values)
            self._person = self._person or made[n]
        return tuple(made[n] for n in range(len(made)))

    def calendar(self) -> None:
        if not self._plan.blocks:
            return
        with self._act(ActCode.SET_CALENDAR) as act:
            for block in self._plan.blocks:
                act.create("calendar_block", {
                    "kind": block.kind.value, "name": block.name, "first": block.first, "last": block.last,
                    "term": block.term, "half": block.half,
                })  # fmt: skip

    def features(self) -> None:
        """One row an answer: who said it and when to ask again, or that it was only taken for granted."""
        plan, words = self._plan, {True: "yes", False: "no", None: "ask"}
        with self._act(ActCode.ANSWER_FEATURES) as act:
            for code, said in plan.answers.items():
                values: dict[str, Any] = {"code": code, "answer": words[said]}
                if code in plan.presumed:
                    values["why"] = PRESUMED
                elif plan.today is not None:
                    values |= {"said_by": self._who, "said_on": plan.today}
                    values |= {"review_on": self._review()} if said is False else {}
                act.create("feature", values, row=self._derived("feature", code))

    def _review(self) -> dt.date | None:
        return add_months(self._plan.today, 12) if self._plan.today is not None else None

    def places(self) -> dict[str, bytes]:
        made: dict[str, bytes] = {}
        with self._act(ActCode.ADD_PLACE, "the site") as act:
            for room in self._plan.rooms:
                if room.feature and not any(self._plan.answers.get(one) for one in room.feature):
                    continue
                values = {"kind": room.kind, "name": room.name, "sort": 10 * len(made)}
                if room.inside:
                    values["parent"] = made[room.inside]
                made[room.key] = act.create("place", values)
        return made

    def checks(self, people: Sequence[bytes], places: Mapping[str, bytes]) -> dict[str, bytes]:
        """One act for each area: a short entry in the history that can be read, taken back and checked quickly."""
        known = rules.settled(catalogue.load().features, self._plan.answers)
        labels = {one.code: one.label for one in catalogue.load().features}
        chosen = chosen_rows(self._plan.answers, starter_only=self._plan.starter_only)
        made: dict[str, bytes] = {}
        for area in AREAS:
            with self._act(ActCode.ADD_CHECKS, area.name) as act:
                for row, said in chosen:
                    if row.area is not area:
                        continue
                    why = rules.reason(row, known, labels) if said == "no" else None
                    values = values_of(row, said, why, catalogue.load().edition)
                    if said == "yes":
                        values |= self._who_and_where(row, people, places)
                    elif said == "no" and self._plan.today is not None:
                        values |= {"said_by": self._who, "review_on": self._review()}
                    made[row.code] = self._create(act, row, values)
        return made

    def _create(self, act: Act, row: CatalogueCheck, values: dict[str, Any]) -> bytes:
        values |= self._plan.details.get(row.code, {})
        kept = {name: value for name, value in values.items() if value is not None}
        return act.create("school_check", kept, row=self._derived("school_check", row.code))

    def _who_and_where(
        self, row: CatalogueCheck, people: Sequence[bytes], places: Mapping[str, bytes]
    ) -> dict[str, Any]:
        role = self._plan.owners.get(row.code) or owner_role(row)
        place = next((places[key] for key in PLACES.get(row.code, ()) if key in places), None)
        return {
            "owner": self._one(people, (role,)) or self._person, "doer": self._one(people, doer_roles(row)),
            "place": place,
        }  # fmt: skip

    def _one(self, people: Sequence[bytes], roles: Sequence[str]) -> bytes | None:
        """The first person in one of these roles, the roles tried in turn."""
        return next(
            (people[n] for role in roles for n, person in enumerate(self._plan.people) if person.role == role), None
        )
