"""Savings that follow from group deals: each school's frozen baseline against its share of the price in force."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import apportion_rows, words
from bursar_desk.domain import savings_rules as rules
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.mileage import half_up
from bursar_desk.domain.service_kinds import words_of
from bursar_desk.services import deals_facts, deals_money
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.domain.apportion import Member
    from bursar_desk.domain.apportion_rows import Stored
    from bursar_desk.services.deals_facts import OneDeal
    from bursar_desk.services.desk import Desk
    from db.queries.deals import BaselineRow, SharingRow

NO_BASELINE: Final = "No price before is written down with a dated document, so no saving is claimed."


@dataclass(frozen=True, slots=True)
class DealSaving:
    """What one school saves by one version of a deal in net pence, a year or ``once``; ``why_not``: it does not count.

    ``records`` are the rows it follows from: the baseline, and the version of how the cost is shared.
    """

    id: bytes
    school: bytes
    deal: bytes
    title: str
    service: str
    kind: str
    first: dt.date
    last: dt.date | None
    before: int
    before_on: dt.date
    before_document: str
    after: int
    after_from: str
    said_by: str
    said_on: dt.date | None
    contract: bytes | None
    records: tuple[bytes, ...]
    why_not: str = ""


def deal_savings(desk: Desk, day: dt.date) -> list[DealSaving]:
    """Return what schools save or lose by deals signed by a day, each measured against its own frozen baseline.

    Only schools that are bound count, from the day they are in to the day they leave. A version of how the cost is
    shared counts from its first day until a later one begins.
    """
    found: list[DealSaving] = []
    for _, one in deals_facts.all_deals(desk, day):
        if one.row.signed_on is None or one.row.signed_on > day:
            continue
        for n, (sharing, stored) in enumerate(one.versions):
            stretch = _stretch(one, n)
            if stored.split is not None and stretch is not None:
                found += _of_version(one, n, sharing, stored, *stretch)
    return found


def _stretch(one: OneDeal, n: int) -> tuple[dt.date, dt.date | None] | None:
    """Return the days on which a version is in force; nothing for one a later version takes the place of."""
    first = one.versions[n][0].first or one.row.first
    if first is None:
        return None
    ends = [one.row.last, one.row.ended_on]
    offer = one.offer
    if one.row.last is None and offer is not None and offer.months and 0 < offer.months < 1200 and one.row.first:
        ends.append(add_days(add_months(one.row.first, offer.months), -1))
    for later, _ in one.versions[n + 1 :]:
        ends.append(add_days(later.first or one.row.first or first, -1))
    last = min((end for end in ends if end is not None), default=None)
    return (first, last) if last is None or first <= last else None


def _of_version(
    one: OneDeal, n: int, sharing: SharingRow, stored: Stored, first: dt.date, last: dt.date | None
) -> list[DealSaving]:
    members = {member.school: member for member in stored.members}
    shares = list(stored.split.shares) if stored.split else []
    offer = next((row for row in one.offers if row.id == sharing.offer), one.offer)
    once = max(0, offer.once or 0) if offer is not None and n == 0 else 0
    fees = deals_money.once_shares(once, [share.net for share in shares])
    found = []
    for share, fee in zip(shares, fees, strict=True):
        place = one.standing.places.get(share.school)
        if place is None or not place.bound:
            continue
        begin = max(first, place.joins_on or first)
        ends = [end for end in (last, place.leaves_on) if end is not None]
        if ends and min(ends) < begin:
            continue
        a_year = _a_year(share.net, members[share.school], sharing)
        made = _Making(one, n, sharing, share.school, begin, min(ends, default=None))
        found.append(made.saving(rules.RECURRING, a_year))
        if fee:
            found.append(made.saving(rules.ONCE, fee))
    return found


def _a_year(net: int, member: Member, sharing: SharingRow) -> int:
    """Return what a share for part of a period is a year."""
    if member.days is not None and member.days > 0:
        return half_up(net * apportion_rows.days_of(sharing.first, sharing.last), member.days)
    return half_up(net * 12, member.months) if member.months is not None and 0 < member.months < 12 else net


@dataclass(frozen=True, slots=True)
class _Making:
    """One school’s part of a version on its way."""

    one: OneDeal
    n: int
    sharing: SharingRow
    school: bytes
    first: dt.date
    last: dt.date | None

    def saving(self, kind: str, after: int) -> DealSaving:
        """Return its line; one-off money of a deal was not paid before."""
        base: BaselineRow | None = self.one.counted(self.school)
        row = self.one.row
        title = one_line(row.title) or words_of(row.service) or "A group deal"
        version = f"Version {self.n + 1} of how the deal is shared"
        said = f"{version}, {words.short_date(self.sharing.said_on)}" if self.sharing.said_on else version
        document = one_line(base.document) if base else ""
        stated = rules.Stated(
            kind, self.first, self.last, base.yearly if base else None, base.dated if base else None, document, after,
            said,
        )  # fmt: skip
        why = rules.lacks(stated)
        return DealSaving(
            _id(kind, self.sharing.id, self.school), self.school, row.id,
            title if kind == rules.RECURRING else f"{title}: to be paid once", row.service, kind, self.first,
            self.last if kind == rules.RECURRING else None,
            (base.yearly or 0) if base and kind == rules.RECURRING else 0, (base.dated if base else None) or self.first,
            document, after, said, one_line(base.said_by) if base else "", base.said_on if base else None,
            base.contract if base else None, ((base.id,) if base else ()) + (self.sharing.id,),
            NO_BASELINE if "baseline" in why else why,
        )  # fmt: skip


def _id(kind: str, version: bytes, school: bytes) -> bytes:
    """Return an id for a line that no row stands for, always the same for the same facts."""
    return hashlib.sha256(b"saving " + kind.encode() + version + school).digest()[:16]
