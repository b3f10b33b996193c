"""One made-up term at a real school, for the tests of the governors' report (figures agree with each other)."""

from __future__ import annotations

from datetime import date, datetime

from reports import governors as g


def story(**changes: object) -> g.GovernorsData:
    """Return Our Lady of Lourdes on 20 November 2026, with any field changed."""
    fields: dict[str, object] = {
        "school": "Our Lady of Lourdes RC Primary School",
        "term": "Autumn term 2026",
        "covers_from": date(2026, 9, 1),
        "covers_to": date(2026, 11, 20),
        "prepared_by": "Dawn Hill",
        "made_at": datetime(2026, 11, 20, 9, 15),  # noqa: DTZ001 - school time, as printed
        "stamp": "7QK4-M2XD-91TH",
        "areas": AREAS,
        "overdue": OVERDUE,
        "decisions": DECISIONS,
        "not_known": g.Counted(1, 1),
        "late_recorded": g.Counted(4, 7),
        "put_off": g.Counted(2, 3),
        "accidents": ACCIDENTS,
        "training": TRAINING,
        "cover": g.Cover(date(2026, 9, 1), COVER, 2356),
        "neighbours": (g.NeighbourHelp("St Gregory's", 12),),
        "contracts": CONTRACTS,
        "restore": g.RestorePractice(date(2026, 10, 16), "all records came back"),
        "recommended": g.Recommended(7, 9),
        "not_needed": g.NotNeeded(6, ("pool water", "passenger lift", "stage lighting")),
    }
    fields.update(changes)
    return g.GovernorsData(**fields)  # type: ignore[arg-type]


AREAS = (
    g.AreaRow("Fire", "Overdue", "red", 11, 13, "worse", 12, "Assessment and emergency lights", 13),
    g.AreaRow("Water", "Due soon", "amber", 9, 9, "better", 8, "Legionella review 14 December", 9),
    g.AreaRow("Gas and electrical", "Due soon", "amber", 6, 6, "same", 6, "Appliance test due 1 December", 6),
    g.AreaRow("Lifting and work equipment", "Overdue", "red", 3, 4, "worse", 4, "Platform lift not yet examined", 4),
    g.AreaRow("Asbestos", "Not known", "red", 2, 3, "same", 2, "No record of re-inspection", 3),
    g.AreaRow("Play and grounds", "Due soon", "amber", 5, 5, "better", 4, "Play check due 4 December", 5),
    g.AreaRow("First aid and accidents", "OK", "green", 4, 4, "same", 4, "Kits checked every six weeks", 4),
    g.AreaRow("Security", "OK", "green", 2, 2, "same", 2, "Lockdown drill held 7 October", 2),
    g.AreaRow("Kitchen", "OK", "green", 3, 3, "better", 2, "Extract cleaned in August", 3),
    g.AreaRow("Training", "Due soon", "amber", 3, 3, "better", 2, "Fire marshal renews 3 December", 3),
)
OVERDUE = (
    g.OverdueRow(
        "Fire risk assessment review", date(2026, 11, 10), 10, "Clare Brennan", "Assessor cancelled visit",
        date(2026, 11, 27),
    ),
    g.OverdueRow(
        "Platform lift examination", date(2026, 11, 13), 7, "Dawn Hill", "No earlier engineer date", date(2026, 11, 24)
    ),
    g.OverdueRow("Emergency lights, monthly test", date(2026, 11, 19), 1, "Terry Walsh", None, date(2026, 11, 20)),
)  # fmt: skip
DECISIONS = (
    g.DecisionRow(
        "Pay for the yearly asbestos re-inspection.", "There is no record that it was done in 2026.", 38500,
        date(2026, 12, 3), "once",
    ),
    g.DecisionRow(
        "Keep the grounds contract, or give notice.", "Joining the cluster deal would save £472.64 a year.", 261000,
        date(2026, 12, 3), "a year",
    ),
)  # fmt: skip
ACCIDENTS = g.Accidents(
    g.AccidentGroup(
        "Accidents to pupils and staff",
        (g.TermCount("Spring 2026", 31), g.TermCount("Summer 2026", 27), g.TermCount("Autumn to date", 19)),
        "230 pupils. None had to be reported to HSE.",
    ),
    g.AccidentGroup(
        "Near misses reported",
        (g.TermCount("Spring 2026", 3), g.TermCount("Summer 2026", 6), g.TermCount("Autumn to date", 9)),
        "More reports is good: we asked staff to tell us.",
    ),
)
TRAINING = (
    g.TrainingRow("Paediatric first aid", 3, 3, 3, 3, "same", 0, 0, date(2027, 2, 14)),
    g.TrainingRow("Emergency first aid", 6, 6, 5, 6, "better", 1, 0, date(2027, 9, 9)),
    g.TrainingRow("Fire marshal", 4, 4, 4, 4, "same", 1, 0, date(2026, 12, 8)),
    g.TrainingRow("Legionella awareness", 2, 2, 1, 2, "better", 0, 0, date(2029, 6, 11)),
    g.TrainingRow("IOSH Managing Safely", 1, 2, 0, 2, "better", 1, 2, None, runs_out=False),
)
COVER = (
    g.CoverRow("St Gregory's", 570, 120),
    g.CoverRow("St William of York", 195, 285),
    g.CoverRow("Mount St Joseph RC High", 0, 120),
)
CONTRACTS = g.Contracts(
    (
        g.ContractRow(
            "Grounds maintenance", date(2026, 12, 3), date(2026, 12, 18), 261000, "Cluster deal saves £472.64"
        ),
        g.ContractRow(
            "Payroll, Bolton Council", date(2026, 12, 3), date(2027, 1, 25), 498000, "Same price as last year"
        ),
        g.ContractRow("Photocopiers", date(2027, 2, 4), date(2027, 2, 22), 314400, "£212.00 more than last year"),
        g.ContractRow("Lift maintenance", date(2027, 2, 4), date(2027, 3, 23), 68400, "First break date"),
    ),
    122240,
    "Energy saves £1,046.40 against the 2025 invoices. Waste saves £272.00 against the quote of 4 March 2026. "
    "Broadband costs £96.00 more than the 2025 price.",
)
