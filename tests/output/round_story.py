"""A made-up Friday round, a cover pack and a chase list, for the tests of the sheets people carry."""

from __future__ import annotations

from datetime import date, datetime, time

from reports.chase import ChaseItem, ChaseList, ChasePerson
from reports.cover_pack import Contractor, CoverPackPaper, PackCheck, Shift, SiteSheet
from reports.round_sheet import RoundLine, RoundSheet, short_code

LINES = (
    RoundLine("Main entrance lobby", "Fire alarm panel", "Green light, no fault", "Normal 19 Nov"),
    RoundLine("Main entrance lobby", "Front doors and exit 1", "Open fully, way clear", "Passed 19 Nov"),
    RoundLine("Hall and kitchen", "Call point 7, Hall corridor", "Heard everywhere", "Point 6, 13 Nov"),
    RoundLine("Hall and kitchen", "Hall fire doors, 3", "Let go and shut fully", "3 of 3, 13 Nov"),
    RoundLine("Hall and kitchen", "Exits 2 and 3", "Open fully, way clear", "Passed 19 Nov"),
    RoundLine("Hall and kitchen", "Emergency lights, 11", "All lit", "11 of 11, 19 Oct", "of 11"),
    RoundLine("Classrooms and stairs", "Emergency lights, 17", "All lit", "17 of 17, 19 Oct", "of 17"),
    RoundLine("Classrooms and stairs", "Exits 4 to 7", "Open fully, way clear", "Passed 19 Nov"),
    RoundLine("Boiler room", "Tap 1, hot", "50 °C or more, 1 min", "56.2, 20 Oct", "°C"),
    RoundLine("Boiler room", "Tap 2, cold", "Below 20 °C, 2 min", "9.8, 20 Oct", "°C"),
    RoundLine("Boiler room", "Boiler room look", "No leaks, no smell", "Passed 21 Oct"),
    RoundLine("Staff kitchen and nursery", "Tap 3, hot, staff kitchen", "50 °C or more, 1 min", "50.8, 20 Oct", "°C"),
    RoundLine("Staff kitchen and nursery", "Tap 4, cold, staff kitchen", "Below 20 °C, 2 min", "11.4, 20 Oct", "°C"),
    RoundLine("Staff kitchen and nursery", "Tap 5, hot, nursery", "50 °C or more, 1 min", "52.6, 20 Oct", "°C"),
    RoundLine("Staff kitchen and nursery", "Tap 6, cold, nursery", "Below 20 °C, 2 min", "12.0, 20 Oct", "°C"),
    RoundLine("Staff kitchen and nursery", "Emergency lights, 6", "All lit", "6 of 6, 19 Oct", "of 6"),
    RoundLine("Staff kitchen and nursery", "Exits 8 and 9", "Open fully, way clear", "Passed 19 Nov"),
)


def friday_round(lines: tuple[RoundLine, ...] = LINES, *, practice: bool = False) -> RoundSheet:
    """Return the round of 20 November 2026."""
    return RoundSheet(
        title="Friday round",
        school="Our Lady of Lourdes RC Primary School",
        on=date(2026, 11, 20),
        lines=lines,
        code=short_code(b"105227 friday 2026-11-20"),
        printed_at=datetime(2026, 11, 20, 7, 5),  # noqa: DTZ001 - school time, as printed
        printed_for="Terry Walsh",
        warning_lead="If a hot tap is below 50 °C or a cold tap is 20 °C or more:",
        warning="write the reading, tick Fail and tell the office today.",
        practice=practice,
    )


SITE = SiteSheet(
    school="St Gregory's RC Primary School",
    isolation=(
        ("Water", "Boiler room, left of the door"),
        ("Gas", "Outside wall, yellow box"),
        ("Electric", "Cupboard by the office"),
    ),
    emergencies=(
        ("Fire", "999, then assembly point B"),
        ("No heating", "Ring 01204 555 0134"),
        ("Lift stuck", "Ring the school office"),
    ),
    meters=(("Water", "Pavement cover by the gate"), ("Gas", "Yellow box, top shelf")),
    keyholders=(("Ruth Patel", "01204 555 0102"), ("Security firm", "01204 555 0199")),
    hazards=("Asbestos in the boiler room ceiling.", "The kitchen roof is fragile: do not step on it."),
    contractors=(
        Contractor("Boiler", "Hartley Heating", "01204 555 0134"),
        Contractor("Lift", "Rise Lifts", "01204 555 0177"),
        Contractor("Glass", "Bolton Glaziers", "01204 555 0111"),
    ),
    alarm_panel="Main entrance lobby, behind the door",
)


def cover_pack(checks: tuple[PackCheck, ...] | None = None, shifts: tuple[Shift, ...] | None = None) -> CoverPackPaper:
    """Return Terry Walsh's pack for Monday 23 November 2026 at St Gregory's."""
    monday = date(2026, 11, 23)
    return CoverPackPaper(
        site=SITE,
        for_whom="Terry Walsh",
        shifts=(Shift(monday, time(6, 45), time(8, 0)),) if shifts is None else shifts,
        address="Presto Street, Farnworth, BL4 8AJ",
        report_to="Ruth Patel, from 07:30",
        school_phone="01204 332658",
        parking="Staff car park, left gate",
        keys="Collect in person, Friday 15:30",
        code=short_code(b"105230 pack 2026-11-23"),
        made_at=datetime(2026, 11, 20, 8, 41),  # noqa: DTZ001 - school time, as printed
        checks=(
            PackCheck(monday, "Unlock", "Front gate, main door, exits 1 to 6"),
            PackCheck(monday, "Fire alarm panel", "Green light, no fault"),
            PackCheck(monday, "Fire alarm test", "Call point 4, library"),
            PackCheck(monday, "Exits walk", "All six open fully"),
        )
        if checks is None
        else checks,
        faults=("The library door closer is loose. Made safe.", "Hall light 3 is out. Made safe."),
        know_before=("Asbestos: boiler room ceiling. Read the register with Ruth before any drilling.",),
    )


def chase_list(people: tuple[ChasePerson, ...] | None = None) -> ChaseList:
    """Return the list of 20 November 2026."""
    late = (
        ChasePerson(
            "Clare Brennan",
            (
                ChaseItem(
                    "Fire risk assessment review", "Whole site", date(2026, 11, 10), 10, "Assessor cancelled visit"
                ),
            ),
        ),
        ChasePerson("Dawn Hill", (ChaseItem("Platform lift examination", "Hall", date(2026, 11, 13), 7, ""),)),
        ChasePerson(
            "Terry Walsh",
            (
                ChaseItem("Emergency lights, monthly test", "All buildings", date(2026, 11, 19), 1, "Staff away"),
                ChaseItem("Shower heads", "Changing rooms", date(2026, 11, 18), 2, "Waiting for parts"),
            ),
        ),
    )
    return ChaseList(
        "Our Lady of Lourdes RC Primary School",
        late if people is None else people,
        datetime(2026, 11, 20, 9, 15),  # noqa: DTZ001 - school time, as printed
    )
