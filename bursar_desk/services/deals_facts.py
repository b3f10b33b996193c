"""Everything held here about group deals, read once: rows as the rules take them, names, numbers of the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bursar_desk.domain import apportion_rows, deal_stage
from bursar_desk.domain.apportion import AREA, PUPILS, SITES
from bursar_desk.domain.apportion_rows import Stored
from bursar_desk.domain.deal_stage import Baseline, DealFacts, Move, Standing, Version, Word
from bursar_desk.domain.money_years import kind_of
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.answers import AnswerRow
    from db.queries.contracts import MeetingRow
    from db.queries.deals import BaselineRow, DealRow, OfferRow, PaymentRow, SharingRow, StepRow
    from db.queries.schools import PlaceRow, SchoolRow

Row = TypeVar("Row", "BaselineRow", "OfferRow")
UNKNOWN = "a school we have not met"


@dataclass(frozen=True, slots=True)
class Schools:
    """What is known here of schools: names, codes, numbers of the register, which money year is theirs."""

    rows: Mapping[bytes, SchoolRow]
    roots: Mapping[bytes, tuple[str, str]]
    """Name and URN by the school's own card."""
    areas: Mapping[bytes, int]
    sites: Mapping[bytes, int]

    def name(self, school: bytes | None) -> str:
        """Return what a school is called."""
        row = self.rows.get(school or b"")
        root = self.roots.get(school or b"")
        return one_line((row.short_name or row.name if row else "") or (root[0] if root else "")) or UNKNOWN

    def urn(self, school: bytes) -> str:
        """Return its code in the public register."""
        row, root = self.rows.get(school), self.roots.get(school)
        return one_line((root[1] if root else "") or (row.urn if row else ""))

    def numbers(self, school: bytes) -> dict[str, int]:
        """Return the numbers a cost can be shared by, as far as the register has them."""
        found = {SITES: self.sites.get(school, 1)}
        pupils = self.pupils(school)
        if pupils is not None:
            found[PUPILS] = pupils
        if school in self.areas:
            found[AREA] = self.areas[school]
        return found

    def pupils(self, school: bytes) -> int | None:
        """Return the number of pupils, from the school's own register or the public one."""
        row = self.rows.get(school)
        if row is not None and row.pupils is not None and row.pupils >= 0:
            return row.pupils
        return _public_pupils(self.urn(school))

    def money_year(self, school: bytes) -> str:
        """Return "maintained", "academy" or "" where nobody has noted it."""
        row = self.rows.get(school)
        return kind_of(row.employer) if row else ""


def _public_pupils(urn: str) -> int | None:
    from bursar_desk.services import directory

    found = directory.find(int(urn)) if urn.isascii() and urn.isdecimal() else None
    return found.pupils if found else None


def read_schools(desk: Desk, con: Connection) -> Schools:
    """Read what is known here of schools."""
    from db.queries.schools import places, schools

    rows = {one.school: one for one in schools(con)}
    roots = {school: (root.name, root.urn) for school, root in desk.trust.roots.items()}
    areas, sites = _measured(places(con))
    return Schools(rows, roots, areas, sites)


def _measured(found: Iterable[PlaceRow]) -> tuple[dict[bytes, int], dict[bytes, int]]:
    areas: dict[bytes, int] = {}
    sites: dict[bytes, int] = {}
    for one in found:
        if one.removed_on is not None:
            continue
        if one.kind == "building" and one.floor_area is not None and one.floor_area > 0:
            areas[one.school] = areas.get(one.school, 0) + one.floor_area
        if one.kind == "site":
            sites[one.school] = sites.get(one.school, 0) + 1
    return areas, sites


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of deals, each kind once; ``answers`` are what governing bodies said of deals."""

    deals: Sequence[DealRow]
    offers: Sequence[OfferRow]
    baselines: Sequence[BaselineRow]
    sharings: Sequence[SharingRow]
    steps: Sequence[StepRow]
    payments: Sequence[PaymentRow]
    answers: Sequence[AnswerRow]
    notes: Sequence[AnswerRow]
    receipts: Sequence[AnswerRow]
    meetings: Sequence[MeetingRow]
    schools: Schools


def read(desk: Desk) -> Held:
    """Read everything held here about deals."""
    from db.queries import deals as rows
    from db.queries.answers import answers
    from db.queries.contracts import meetings

    with desk.store.connect() as con:
        return Held(
            rows.deals(con), rows.offers(con), rows.baselines(con), rows.sharings(con), rows.steps(con),
            rows.payments(con), answers(con, "deal"), answers(con, "answer"), answers(con, "payment"), meetings(con),
            read_schools(desk, con),
        )  # fmt: skip


def facts_of(row: DealRow) -> DealFacts:
    """Return a deal as the rules read it."""
    return DealFacts(
        row.id, row.school, apportion_rows.read_ids(row.invited), row.first, row.last, row.at_end, row.leave_notice,
        row.leave_unit, row.leave_rule, row.signed_on, row.ended_on, row.buying,
    )  # fmt: skip


def word_of(row: AnswerRow) -> Word:
    """Return an answer as the rules read it."""
    return Word(
        row.id, row.school, row.about, row.answer, row.said_on, row.body, row.minute_ref, row.until, row.conditions,
        row.seen,
    )  # fmt: skip


def stored_of(row: SharingRow) -> Stored:
    """Work a stored version out anew."""
    days = apportion_rows.days_of(row.first, row.last)
    return apportion_rows.read_stored(row.total, row.vat, row.parts, row.members, period_days=days)


def version_of(row: SharingRow, stored: Stored) -> Version:
    """Return a version as the rules read it."""
    shares = {one.school: (one.net, one.vat) for one in stored.split.shares} if stored.split else {}
    schools = tuple(one.school for one in stored.members)
    return Version(row.id, row.offer, max(0, row.version or 0), row.said_on, shares, schools)


@dataclass(frozen=True, slots=True)
class OneDeal:
    """One deal with everything about it that counts, and how it stands."""

    row: DealRow
    facts: DealFacts
    standing: Standing
    offers: tuple[OfferRow, ...]
    versions: tuple[tuple[SharingRow, Stored], ...]
    """In the order that counts; the last one is the one that counts."""
    baselines: tuple[BaselineRow, ...]
    steps: tuple[StepRow, ...]
    answers: tuple[AnswerRow, ...]
    met: Mapping[bytes, AnswerRow]
    """The keeper's note about an answer whose conditions are met."""
    payments: tuple[PaymentRow, ...]
    read_versions: tuple[Version, ...]

    @property
    def version(self) -> tuple[SharingRow, Stored] | None:
        """The version that counts."""
        return self.versions[-1] if self.versions else None

    @property
    def offer(self) -> OfferRow | None:
        """The offer that is shared; before anything is shared the last one."""
        if self.version is not None:
            return next((one for one in self.offers if one.id == self.version[0].offer), None)
        return self.offers[-1] if self.offers else None

    @property
    def newer(self) -> OfferRow | None:
        """An offer after the one that is shared."""
        last = self.offers[-1] if self.offers else None
        return last if self.version is not None and last is not None and last != self.offer else None

    def counted(self, school: bytes) -> BaselineRow | None:
        """Return the baseline a school is measured by."""
        found = deal_stage.counted_baseline(map(_baseline, self.baselines), school)
        return next((one for one in self.baselines if found is not None and one.id == found.id), None)


def _baseline(row: BaselineRow) -> Baseline:
    return Baseline(row.id, row.school, row.yearly, row.dated, row.document, row.said_on)


def one_deal(held: Held, row: DealRow, on: dt.date) -> OneDeal:
    """Put together what is held about a deal. Offers and versions count only from whoever keeps it."""
    facts = facts_of(row)
    offers = tuple(one for one in _ordered(held.offers) if one.deal == row.id and one.school == row.school)
    sharings = {
        one.id: one for one in held.sharings
        if one.about == row.id and one.about_table == "deal" and one.school == row.school
    }  # fmt: skip
    read_in = {one.id: stored_of(one) for one in sharings.values()}
    versions = deal_stage.versions_in_order(version_of(one, read_in[one.id]) for one in sharings.values())
    answers = tuple(one for one in held.answers if one.about == row.id)
    said = {one.id for one in answers}
    notes = [one for one in held.notes if one.about in said and one.school == row.school]
    met_ids = deal_stage.conditions_met(map(word_of, notes), row.school)
    met = {one.about: one for one in notes if one.about in met_ids and one.answer == deal_stage.YES}
    steps = tuple(one for one in held.steps if one.about == row.id and one.about_table == "deal")
    standing = deal_stage.judge(
        facts, versions, map(word_of, answers), met_ids, map(move_of, steps), on, offered=bool(offers)
    )  # fmt: skip
    return OneDeal(
        row, facts, standing, offers, tuple((sharings[one.id], read_in[one.id]) for one in versions),
        tuple(one for one in _ordered(held.baselines) if one.deal == row.id), steps, answers, met,
        tuple(one for one in held.payments if one.about == row.id and one.about_table == "deal"), tuple(versions),
    )  # fmt: skip


def move_of(row: StepRow) -> Move:
    """Return a step as the rules read it."""
    return Move(row.id, row.school, row.kind, row.said_on, row.from_day, row.body, row.minute_ref)


def _ordered(found: Sequence[Row]) -> list[Row]:
    return sorted(found, key=lambda one: (one.said_on or dt.date.min, one.id))


def all_deals(desk: Desk, on: dt.date | None = None) -> list[tuple[Held, OneDeal]]:
    """Return every deal held here as it stands on a day."""
    held = read(desk)
    return [(held, one_deal(held, row, on or desk.today)) for row in held.deals]


def get(desk: Desk, deal: bytes, on: dt.date | None = None) -> tuple[Held, OneDeal]:
    """Return one deal. Raises ``UserError`` when it is not here."""
    from bursar_desk.domain.errors import UserError

    held = read(desk)
    for row in held.deals:
        if row.id == deal:
            return held, one_deal(held, row, on or desk.today)
    raise UserError("That group deal is not in this register.", "Nothing was changed.", "See “deal list”.")
