"""Every row and worked example of section 10 of the rules (training), by name; a list says that none is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bursar_desk.domain import courses as c
from bursar_desk.domain.courses import State, Why, course_of, last_day, standing
from tests.rules.passes import Passed

EXAMPLES: dict[str, tuple[Callable[[], object], object]] = {}


def day(text: str) -> date:
    return date.fromisoformat(text)


def example(name: str, found: Callable[[], object], expected: object) -> None:
    assert name not in EXAMPLES, name
    EXAMPLES[f"section-10-{name}"] = found, expected


def ends(course: str, passed: str = "2024-03-14", printed: str = "") -> str:
    return str(last_day(course, day(passed), day(printed) if printed else None))


def states(course: str, passed: str, whens: str, printed: str = "") -> str:
    card = day(printed) if printed else None
    return ", ".join(standing(course, day(passed), card, day(when)).state.value for when in whens.split())


# --- the table, row by row: what is written on it, when it runs out, whose word it is ---------------------------------

ROWS = {
    "first-aid-at-work": ("First aid at work", "2027-03-14", Why.GUIDANCE),
    "emergency-first-aid": ("Emergency first aid", "2027-03-14", Why.GUIDANCE),
    "paediatric-first-aid": ("Paediatric first aid", "2027-03-14", Why.LAW),
    "fire-marshal": ("Fire marshal", "2027-03-14", Why.PRACTICE),
    "fire-safety-all-staff": ("Fire safety, all staff", "2025-03-14", Why.LAW),
    "asbestos-awareness": ("Asbestos awareness", "2025-03-14", Why.LAW),
    "legionella-awareness": ("Legionella awareness", "2027-03-14", Why.PRACTICE),
    "manual-handling": ("Manual handling", "2027-03-14", Why.PRACTICE),
    "people-handling": ("People handling", "2025-03-14", Why.PRACTICE),
    "ladders": ("Ladders", "2027-03-14", Why.PRACTICE),
    "tower": ("PASMA", "2029-03-14", Why.SCHEME),
    "platform": ("IPAF", "2029-03-14", Why.SCHEME),
    "iosh-managing-safely": ("IOSH Managing Safely", "None", Why.PRACTICE),
    "midas-minibus": ("MiDAS minibus", "2028-03-14", Why.SCHEME),
    "food-hygiene": ("Food hygiene level 2", "2027-03-14", Why.PRACTICE),
    "safeguarding": ("Safeguarding", "2025-03-14", Why.LAW),
    "lifeguard": ("Lifeguard", "2026-03-14", Why.SCHEME),
}
for name, (course, expires, why) in ROWS.items():
    example(name, lambda course=course: (ends(course), course_of(course).why), (expires, why))

# --- what is said below the table ----------------------------------------------------------------------------------

example("first-aid", lambda: states("First aid at work", "2024-03-14", "2026-12-13 2026-12-14 2027-03-14 2027-03-15"),
        "in date, due soon, due soon, run out")  # fmt: skip
example("first-aid-dates", lambda: (
    standing("First aid at work", day("2024-03-14"), None, day("2026-11-20")).amber_from,
    standing("First aid at work", day("2024-03-14"), None, day("2026-11-20")).red_from,
), (day("2026-12-14"), day("2027-03-15")))  # fmt: skip
example("printed-date-first", lambda: ends("First aid at work", "2024-03-14", "2027-03-01"), "2027-03-01")
example("printed-date-later", lambda: ends("Asbestos awareness", "2024-03-14", "2026-03-14"), "2026-03-14")
example("no-printed-date", lambda: ends("First aid at work", "2024-02-29"), "2027-02-28")
example("booked-60-days-ahead", lambda: states("Fire marshal", "2024-03-14", "2027-01-12 2027-01-13 2027-03-15"),
        "in date, due soon, run out")  # fmt: skip
example("booked-90-days-ahead", lambda: {one.name for one in c.COURSES if one.lead == 90},
        {c.FIRST_AID, c.EMERGENCY_AID, c.PAEDIATRIC})  # fmt: skip
example("iosh-amber-at-3-years", lambda: states("IOSH Managing Safely", "2023-11-20", "2026-11-19 2026-11-20"),
        "in date, due soon")  # fmt: skip
example("iosh-never-red", lambda: states("TRNG-10", "1999-01-04", "2026-11-20 2099-01-01", "2002-01-04"),
        "due soon, due soon")  # fmt: skip
example("iosh-managing-safety", lambda: course_of("IOSH Managing Safety").name, "IOSH Managing Safely")
example("iosh-working-safely-is-another", lambda: course_of("IOSH Working Safely").never_red, False)
example("first-aid-yearly-half-day", lambda: (
    course_of("First aid at work").yearly,
    c.latest([Passed(course="First aid at work", on="2024-03-14"),
              Passed(course="First aid at work", on="2026-03-14", refresher=True)],
             day("2026-11-20"))[b"p", c.FIRST_AID].passed_on,
), ("half-day refresher advised", day("2024-03-14")))  # fmt: skip
example("fire-marshal-yearly-brief", lambda: course_of("Fire marshal").yearly, "brief in house")
example("one-valid-holder-left", lambda: [one.words for one in c.cover_warnings(
    [Passed(person=b"a", course="First aid at work", on="2024-03-14"),
     Passed(person=b"b", course="Emergency first aid", on="2026-03-14")],
    [b"a", b"b"], day("2026-11-20"), day("2027-05-20"))],
    ["Only one in-date first aider is left from 15 Mar 2027, until 14 Mar 2029."])  # fmt: skip
example("last-first-aider-runs-out", lambda: [one.words for one in c.cover_warnings(
    [Passed(person=b"a", course="First aid at work", on="2024-03-14")], [b"a"], day("2026-11-20"), day("2027-05-20"))],
    ["Only one in-date first aider is left, until 14 Mar 2027.",
     "From 15 Mar 2027 nobody is an in-date first aider."])  # fmt: skip
example("requalified-in-time", lambda: [one.left for one in c.cover_warnings(
    [Passed(person=b"a", course="First aid at work", on="2024-03-14"),
     Passed(person=b"a", course="First aid at work", on="2027-03-14"),
     Passed(person=b"b", course="First aid at work", on="2026-09-01")],
    [b"a", b"b"], day("2027-03-14"), day("2027-09-14"))], [])  # fmt: skip
example("dbs-is-no-training-item", lambda: [one.name for one in c.COURSES if "dbs" in one.name.casefold()], [])

BELOW = {
    "first-aid", "first-aid-dates", "printed-date-first", "printed-date-later", "no-printed-date",
    "booked-60-days-ahead", "booked-90-days-ahead", "iosh-amber-at-3-years", "iosh-never-red", "iosh-managing-safety",
    "iosh-working-safely-is-another", "first-aid-yearly-half-day", "fire-marshal-yearly-brief",
    "one-valid-holder-left", "last-first-aider-runs-out", "requalified-in-time", "dbs-is-no-training-item",
}  # fmt: skip


def test_no_example_of_the_training_rules_is_missing() -> None:
    assert set(EXAMPLES) == {f"section-10-{name}" for name in (*ROWS, *BELOW)}
    assert len(EXAMPLES) == 34


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_worked_example_of_training(name: str) -> None:
    found, expected = EXAMPLES[name]
    assert found() == expected


def test_the_states_have_their_own_words() -> None:
    assert [one.value for one in State] == ["in date", "due soon", "run out", "none"]
