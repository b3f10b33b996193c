"""What a check asks for before it can be recorded, for the windows that ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.items import EACH
from bursar_desk.domain.steps import parse_steps
from bursar_desk.services.recording_rules import meters_in, needs_document

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.checks import CheckRow


@dataclass(frozen=True, slots=True)
class Asked:
    """``evidence``: none, note, file, or file and number; ``meters``: what each stood at last, by step."""

    evidence: str
    document: bool
    second_person: bool
    each: bool
    failed: bool
    meters: Mapping[str, Decimal] = field(default_factory=dict)


def asks_of(desk: Desk, check: bytes) -> Asked:
    """Return what one check asks for."""
    from db.queries.checks import checks, latest_records

    with desk.store.connect() as con:
        row = checks(con, ids=[check])[0]
        past = latest_records(con, row.school, desk.today, 30, [check]).get(check, [])
    real = [one for one in past if not one.retest]
    return Asked(
        row.evidence_needed, needs_document(row), row.second_person, row.points_mode == EACH,
        bool(real) and real[-1].outcome == Outcome.UNSATISFACTORY, meters_in(parse_steps(row.readings), past),
    )  # fmt: skip


def is_quick(row: CheckRow) -> bool:
    """Tell whether a pass of it is one tick: nothing to read, nobody else to ask, no paper to add."""
    return not (row.readings or row.second_person or row.evidence_needed or needs_document(row))
