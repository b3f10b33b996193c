"""Making a practice set: one register for each school and each cluster office, all of them introduced to each other."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.directory import clusters, distance_km
from bursar_desk.domain.errors import CannotOpen, Refused
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import directory, meeting, registers
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import (
    away,
    bought,
    buying,
    cast,
    deal,
    estate,
    names,
    records,
    second,
    shared_work,
    talk,
    years,
)
from bursar_desk.services.sample.meeting_neighbours import exchange
from bursar_desk.services.sample.scene import (
    BEHIND,
    EXCELLENT,
    STEADY,
    STORY,
    Character,
    Crew,
    Scene,
    Worker,
    stamp_ms,
    write_events,
)
from bursar_desk.services.sample.wants import wants_of
from bursar_desk.services.setup import SetUp, chosen_rows, facts_of, set_up_school

if TYPE_CHECKING:
    from bursar_desk.clock import Clock
    from bursar_desk.domain.directory import DirectorySchool
    from db.store import Store

Role = Literal["school", "cluster", "second"]
MOST_YEARS: Final = 10


@dataclass(frozen=True, slots=True)
class SampleRegister:
    """One register of a practice set. ``urn`` is the row the school was modelled on, empty for a cluster office."""

    school_id: bytes
    school: str
    urn: str
    role: Role
    path: Path


@dataclass(frozen=True, slots=True)
class SampleMade:
    """What was made: schools by URN, each second computer after its first, then the cluster offices."""

    registers: tuple[SampleRegister, ...]


def make_sample(
    folder: Path, *, partnership: str = "boscep", schools: Sequence[int | str] | None = None, years: int = 2,
    seed: int = 1, on: dt.date, clock: Clock, progress: Progress | None = None,
) -> SampleMade:  # fmt: skip
    """Make a whole partnership of made-up schools whose history ends the day before ``on``.

    ``schools`` keeps only those URNs and one cluster office. ``years`` of history, 1 to 10. Everything but ids, keys
    and salts follows from ``seed``. What was begun is taken away again when it cannot be finished or is stopped.
    Raises ``Refused`` for an unknown partnership or URN or too many years, ``CannotOpen`` when registers lie there.
    """
    if not 1 <= years <= MOST_YEARS:
        raise Refused(
            f"A practice set cannot have {years} years.", "Nothing was made.", f"Choose 1 to {MOST_YEARS} years."
        )
    making = _Making(folder, partnership.casefold(), schools, years, seed, on, clock, progress or Silent())
    if any(path.exists() for path in making.paths()):
        raise CannotOpen(
            "There are practice registers in that folder already.", "They were not touched.", "Choose another folder."
        )
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with making.stack:
            return making.run()
    except BaseException:
        making.take_away()
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


class _Making:
    """One practice set on its way."""

    def __init__(
        self, folder: Path, partnership: str, schools: Sequence[int | str] | None, years: int, seed: int, on: dt.date,
        clock: Clock, progress: Progress,
    ) -> None:  # fmt: skip
        self._folder, self._partnership, self._seed = folder, partnership, seed
        self._years, self._on, self._clock, self._progress = years, on, clock, progress
        self._all = directory.partnership(partnership)
        self._rows = _chosen(self._all, schools)
        self._one_office = schools is not None
        self._scenes: list[Scene] = []
        self._stores: dict[int, Store] = {}
        self._done: list[SampleRegister] = []
        self._offices: list[tuple[str, Path, list[int]]] = []
        self.stack = ExitStack()
        self._plan()

    # --- what there will be ---

    def _rng(self, topic: str) -> random.Random:
        return random.Random(f"{self._seed}/{self._partnership}/{topic}")

    def _path(self, stem: str) -> Path:
        return self._folder / f"{stem}.register"

    def paths(self) -> list[Path]:
        """Return every file that will be made."""
        made = [self._path(str(scene.row.urn)) for scene in self._scenes]
        made += [self._path(f"{scene.row.urn}-second") for scene in self._scenes if scene.two_computers]
        return made + [path for _, path, _ in self._offices]

    def _plan(self) -> None:
        called = names.school_names(self._all, self._rng("names"))
        groups = clusters(self._all)
        place_of = {
            row.urn: called[(group.centre or group.schools[0]).urn].place for group in groups for row in group.schools
        }
        given = names.PeopleNames((*cast.STORY_PEOPLE, cast.HELPER_NAME, cast.OFFICE_NAME))
        for row, (character, helps) in zip(self._rows, self._characters(), strict=True):
            self._scenes.append(self._scene(row, called[row.urn], character, helps, place_of[row.urn], given))
        self._choose_two_computers()
        self._plan_offices(place_of)

    def _characters(self) -> list[tuple[Character, bool]]:
        """The story school, its nearest neighbour, one that is behind; the others are steady or very good."""
        rng, rows = self._rng("characters"), self._rows
        story = next((row for row in rows if row.kind == "primary"), rows[0])
        others = [row for row in rows if row is not story]
        near = min(others, key=lambda row: (distance_km(story, row), row.urn), default=None)
        rest = [row for row in others if row is not near]
        behind = rng.choice(rest) if rest else None

        def character(row: DirectorySchool) -> Character:
            very_good = rng.random() < 0.2
            if row is story:
                return STORY
            if row is near or (very_good and row is not behind):
                return EXCELLENT
            return BEHIND if row is behind else STEADY

        return [(character(row), row is near) for row in rows]

    def _scene(
        self, row: DirectorySchool, name: names.SchoolName, character: Character, helps: bool, cluster: str,
        given: names.PeopleNames,
    ) -> Scene:  # fmt: skip
        rng = random.Random(f"{self._seed}/{row.urn}/cast")
        start = add_months(self._on, -12 * self._years)
        blocks = years.blocks_for(start, self._on, random.Random(f"{self._seed}/{row.urn}/calendar"))
        calendar = years.calendar_for(blocks)
        while not calendar.site_open(start):
            start += dt.timedelta(days=1)
        built = cast.built_in(character, rng)
        answers = cast.answers_of(row, character, built, rng)
        facts = _facts(row, name, built, cluster)
        people = cast.people_of(row, character, helps, self._on, given, rng)
        owners = {"FIRE-01": "head"} if character is STORY else {}
        plan = SetUp(
            facts=facts, people=people, answers=answers, blocks=blocks, details=cast.details_of(row, rng),
            owners=owners, starter_only=True,
        )  # fmt: skip
        applies = frozenset(one.code for one, said in chosen_rows(answers, starter_only=True) if said == "yes")
        return Scene(row, name, self._seed, start, self._on, character, calendar, plan, applies=applies)

    def _choose_two_computers(self) -> None:
        rank = {STEADY: 0, BEHIND: 1, EXCELLENT: 2, STORY: 3}
        min(self._scenes, key=lambda scene: (rank[scene.character], scene.row.urn)).two_computers = True

    def _plan_offices(self, place_of: dict[int, str]) -> None:
        story = next(scene for scene in self._scenes if scene.is_story)
        by_place: dict[str, list[int]] = {}
        for scene in self._scenes:
            place = place_of[story.row.urn] if self._one_office else place_of[scene.row.urn]
            by_place.setdefault(place, []).append(scene.row.urn)
        for n, (place, urns) in enumerate(by_place.items(), 1):
            self._offices.append((f"{place} cluster office", self._path(f"cluster-{n}"), urns))

    # --- making it ---

    def run(self) -> SampleMade:
        """Make everything; the caller takes it away again when this raises."""
        total = 2 * len(self._scenes) + len(self._offices)
        births: dict[int, dict[str, list[bytes]]] = {}
        for n, scene in enumerate(self._scenes):
            self._progress.step(f"Setting up {scene.name.short}", n, total)
            self._set_up(scene)
            if scene.two_computers:
                births[scene.row.urn] = second.births_of(self._stores[scene.row.urn], scene)
        for scene in self._scenes:
            scene.neighbours = away.helpers_near(scene, self._scenes)
        hubs, offices = self._open_offices(total)
        seconds = {}
        for n, scene in enumerate(self._scenes, len(self._scenes)):
            self._progress.step(f"Writing the history of {scene.name.short}", n, total)
            self._live(scene)
            if scene.two_computers:
                seconds[scene.row.urn] = self._second(scene, births[scene.row.urn])
        for scene in self._scenes:
            shared_work.add_answers(scene, self._cluster_of(scene))
            self._write(scene)
        everybody = [*self._stores.values(), *seconds.values(), *offices]
        readers = [office.facts.home for office in offices]
        meeting.introduce_all(everybody, hubs, settles=True, progress=self._progress, offices=readers)
        for led, leader in shared_work.led_schools(self._scenes, self._cluster_of):
            desk = Desk(self._stores[led.row.urn], self._clock)
            meeting.let_read(desk, shared_work.school_of(leader), channels=meeting.HUB_CHANNELS)
        clusters = [[self._stores[urn] for urn in urns] for _, _, urns in self._offices]
        exchange(clusters, offices, FixedClock.at(self._on - dt.timedelta(days=1), 16), self._progress)
        return SampleMade(tuple(self._done))

    def _keep(self, store: Store, name: str, urn: str, role: Role) -> Store:
        self.stack.callback(store.close)
        self._done.append(SampleRegister(store.facts.home, name, urn, role, store.path))
        return store

    def _set_up(self, scene: Scene) -> None:
        facts = scene.plan.facts
        place = {"easting": facts.easting, "northing": facts.northing}
        who = registers.Newcomer(facts.name, "school", facts.urn, facts=place)
        founded = registers.found(self._path(facts.urn), who, practice=True, clock=self._clock)
        store = self._keep(founded.store, facts.name, facts.urn, "school")
        self._stores[scene.row.urn] = store
        with store.bulk() as bulk:
            scene.made = set_up_school(bulk, scene.plan, at_ms=stamp_ms(scene.start, 540))
        people = zip(scene.plan.people, scene.made.people, strict=True)
        scene.crew = Crew([Worker(person.name, one, person) for person, one in people])

    def _live(self, scene: Scene) -> None:
        talk.add_sample_messages(scene, self._cluster_of(scene))
        away.add_absences(scene)
        away.add_inductions(scene)
        cast.add_training(scene)
        cast.add_leaver(scene)
        cast.add_site_sheet(scene)
        estate.add_estate(scene)
        records.add_checks(scene, wants_of(scene))
        estate.add_drills(scene)
        if scene.two_computers:
            second.add_first_side(scene)
        shared_work.add_shared_work(scene, self._cluster_of(scene))
        bought.add_contracts(scene)
        buying.add_buying(scene)
        deal.add_deals(scene, self._cluster_of(scene))
        self._write(scene)

    def _write(self, scene: Scene) -> None:
        if not scene.events:
            return
        with self._stores[scene.row.urn].bulk() as bulk:
            write_events(bulk, scene)
        scene.events.clear()

    def _cluster_of(self, scene: Scene) -> list[Scene]:
        urns = next(u for _, _, u in self._offices if scene.row.urn in u)
        return [one for one in self._scenes if one.row.urn in urns]

    def _second(self, scene: Scene, births: dict[str, list[bytes]]) -> Store:
        path = self._path(f"{scene.row.urn}-second")
        first = self._stores[scene.row.urn]
        store = registers.second_computer(first, path, label=second.LABEL, letter="B", clock=self._clock)
        self._keep(store, scene.plan.facts.name, scene.plan.facts.urn, "second")
        second.write_second_side(store, scene, births)
        return store

    def _open_offices(self, total: int) -> tuple[dict[bytes, bytes], list[Store]]:
        hubs: dict[bytes, bytes] = {}
        made: list[Store] = []
        given = names.PeopleNames(person.name for scene in self._scenes for person in scene.plan.people)
        rng = self._rng("offices")
        start = stamp_ms(self._scenes[0].start, 540)
        for n, (name, path, urns) in enumerate(self._offices):
            self._progress.step(f"Opening the {name}", total - len(self._offices) + n, total)
            founded = registers.found(
                path, registers.Newcomer(name, "office", label="CLUSTER-1"), practice=True, clock=self._clock
            )
            store = self._keep(founded.store, name, "", "cluster")
            made.append(store)
            manager = cast.OFFICE_NAME if n == 0 else given.next(rng)
            person: dict[str, Any] = {
                "name": manager, "role": "cluster manager", "job_title": "Cluster SBM", "days": 31, "manages": True,
            }  # fmt: skip
            with store.bulk() as bulk, bulk.act(ActCode.OPEN_OFFICE, who=manager, subject=name, at_ms=start) as act:
                act.create("person", person)
            cluster = [scene for scene in self._scenes if scene.row.urn in urns]
            deal.open_last_year(store, cluster, self._on, manager)
            shared_work.open_courses(store, cluster, self._on, manager, self._rng(f"courses {n}"))
            deal.open_deals(store, cluster, self._on, manager)
            hubs |= {self._stores[urn].facts.home: store.facts.home for urn in urns}
        return hubs, made

    def take_away(self) -> None:
        """Remove what was made of a set that could not be finished."""
        for path in self.paths():
            for file in (path, path.with_name(f"{path.name}-journal")):
                file.unlink(missing_ok=True)
            shutil.rmtree(path.with_suffix(".keys"), ignore_errors=True)


def _chosen(rows: Sequence[DirectorySchool], urns: Sequence[int | str] | None) -> list[DirectorySchool]:
    if urns is None:
        return list(rows)
    wanted = {str(urn).strip() for urn in urns}
    found = [row for row in rows if str(row.urn) in wanted]
    missing = sorted(wanted - {str(row.urn) for row in found})
    if missing or not found:
        raise Refused(
            f"That partnership has no open school with the URN {missing[0] if missing else '(none was given)'}.",
            "Nothing was made.",
            "Check the number and the partnership.",
        )
    return found


def _facts(row: DirectorySchool, name: names.SchoolName, built: int, cluster: str) -> Any:
    """What the register says of a made-up school: the real row's shape under an invented name and address."""
    from dataclasses import replace

    return replace(
        facts_of(row), name=name.name, short_name=name.short, address=name.street, postcode=name.postcode,
        town=name.place, phone=name.phone, built_year=built, cluster=f"{cluster} cluster", opens=465, closes=1080,
        modelled_on=str(row.urn), pupils=row.pupils,
    )  # fmt: skip
