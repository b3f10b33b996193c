"""What else Home knows: faults, permits, firms and contracts that press, what to plan ahead. One row a subject."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeGuard, TypeVar

from bursar_desk.domain import contractors as firms
from bursar_desk.domain import defects as rules
from bursar_desk.domain import words
from bursar_desk.services import contract_alerts, home_bought, permits, reminders, training_reminders
from bursar_desk.services.due_dates import first_dates
from bursar_desk.services.evidence_lines import LEAD_DAYS
from bursar_desk.services.home_bought import NOTHING_BOUGHT, Bought
from bursar_desk.services.home_needs import NeedsRow
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.contract_alerts import Due
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.standing import CheckStanding
    from db.engine import Connection
    from db.queries.applies import FeatureRow
    from db.queries.checks import DefectRow
    from db.queries.contractors import ContractorRow
    from db.queries.evidence import EvidenceRow
    from db.queries.permits import PermitRow
    from db.queries.schools import SchoolRow

T = TypeVar("T")
NAMED: Final = 3
"""How many of a group are named in its row; the page it opens lists them all."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is asked for Home beside the checks: one question a subject, for all schools looked at at once.

    ``built`` is the year each school was built, which says whether an asbestos register must have been read; the
    ``answers`` about the site are asked for one school only.
    """

    faults: tuple[DefectRow, ...]
    firms: tuple[ContractorRow, ...]
    permits: tuple[PermitRow, ...]
    papers: tuple[EvidenceRow, ...]
    built: Mapping[bytes, int | None]
    answers: tuple[FeatureRow, ...] = ()
    contracts: tuple[Due, ...] = ()
    bought: Bought = NOTHING_BOUGHT


def ask(
    desk: Desk, con: Connection, school: bytes | None, schools: Iterable[SchoolRow],
    calendars: Mapping[bytes, SchoolCalendar] | None = None,
) -> Kept:  # fmt: skip
    """Ask for open faults, contractors, open permits, documents that run out and contracts of one school or of all."""
    from db.queries import applies, checks, contractors, evidence
    from db.queries import permits as permit_rows

    last = desk.today + dt.timedelta(days=LEAD_DAYS)
    papers = [one for one in evidence.evidence(con, school) if one.expires_on is not None and one.expires_on <= last]
    return Kept(
        tuple(one for one in checks.defects(con, school) if one.open),
        tuple(contractors.contractors(con, school)),
        tuple(one for one in permit_rows.permits(con, school) if one.open),
        tuple(sorted(papers, key=lambda one: (one.expires_on or last, one.title.casefold(), one.id))),
        {one.school: one.built_year for one in schools},
        tuple(applies.feature_rows(con, school)) if school is not None else (),
        contract_alerts.due(con, school, desk.today, calendars), home_bought.ask(desk, con),
    )


# --- what presses today ----------------------------------------------------------------------------------------------


def pressing(desk: Desk, kept: Kept, told: Iterable[bytes]) -> tuple[NeedsRow, ...]:
    """Return what somebody must see to today; ``told`` are the checks a row stands for already, with their faults.

    Who does not run the register sees the faults that are theirs.
    """
    person = desk.person
    manages = desk.is_office or person is None or person.manages
    seen = set(told)
    faults = [
        one for one in kept.faults
        if one.check not in seen and (manages or (person is not None and one.owner == person.id))
    ]  # fmt: skip
    faults.sort(key=lambda one: (_ends(one) or dt.date.max, one.title.casefold(), one.id))
    unsafe = [one for one in faults if rules.lapsed(one, desk.today) or _stopped(one, desk.today)]
    late = [one for one in faults if one not in unsafe and (end := _ends(one)) is not None and end < desk.today]
    rows = [*_unsafe(desk, unsafe), *_late(desk, late)]
    if manages:
        rows += [*_permits(desk, kept.permits), *_barred(desk, kept)]
    return (*rows, *contract_alerts.pressing(desk, kept.contracts), *kept.bought.pressing)


def _ends(one: DefectRow) -> dt.date | None:
    return min((day for day in (one.target_on, one.stop_on) if day is not None), default=None)


def _stopped(one: DefectRow, today: dt.date) -> bool:
    return one.stop_on is not None and one.stop_on < today


def _unsafe(desk: Desk, found: Sequence[DefectRow]) -> list[NeedsRow]:
    if not found:
        return []
    first = found[0]
    if len(found) > 1:
        title = f"{words.number(len(found))} faults are no longer made safe"
        return [_fault_row("Not safe", "red", title, _names(desk, found, _title), None)]
    why = f"{rules.state_words(first, desk.today)}. It is still open."
    if not _stopped(first, desk.today) and first.interim_until is not None:
        control = f" ({one_line(first.interim_control)})" if first.interim_control else ""
        why = f"It was made safe until {words.weekday_date(first.interim_until)}{control}, and is still open."
    return [_fault_row("Not safe", "red", _at_school(desk, first.school, _title(first)), why, first.id)]


def _late(desk: Desk, found: Sequence[DefectRow]) -> list[NeedsRow]:
    if not found:
        return []
    first = found[0]
    if len(found) > 1:
        title = f"{words.number(len(found))} faults are past their target date"
        return [_fault_row("Late", "red", title, _names(desk, found, _title), None)]
    day = words.weekday_date(_ends(first) or desk.today)
    why = f"This fault was to be put right by {day}."
    return [_fault_row("Late", "red", _at_school(desk, first.school, _title(first)), why, first.id)]


def _fault_row(chip: str, colour: str, title: str, why: str, one: bytes | None) -> NeedsRow:
    focus: dict[str, object] = {"part": "now"} if one is None else {"part": "open", "defect": one}
    button = "Open faults" if one is None else "Open fault"
    return NeedsRow(chip, colour, title, why, button, "open_page", page="faults", focus=focus)


def _title(one: DefectRow) -> str:
    return one_line(one.title) or "A fault"


def _permits(desk: Desk, open_ones: Iterable[PermitRow]) -> list[NeedsRow]:
    found = [one for one in open_ones if permits.past_time(desk, one)]
    if not found:
        return []
    first = found[0]
    if len(found) > 1:
        title = f"{words.number(len(found))} permits are past their time and not closed"
        why = _names(desk, found, lambda one: f"{firms.permit_words(one.kind)} {one.number}")
    else:
        title = _at_school(desk, first.school, f"Permit {first.number} is not closed")
        kind, work = firms.permit_words(first.kind), one_line(first.work)
        what = f"{kind}: {work}" if work else kind
        why = f"{words.sentence(what)} {words.sentence(permits.ended(desk, first))}"
    button = "Open permit" if len(found) == 1 else "Open permits"
    focus = {"permit": first.id}
    return [NeedsRow("Not closed", "red", title, why, button, "open_page", page="faults", focus=focus)]


def _barred(desk: Desk, kept: Kept) -> list[NeedsRow]:
    """Contractors with a job here who may not attend today."""
    found = [(one, may) for one in _working(desk, kept) if not (may := _may(one, kept, desk.today)).ok]
    if not found:
        return []
    first, may = found[0]
    if len(found) > 1:
        title = f"{words.number(len(found))} contractors with a job may not attend"
        why = _names(desk, [one for one, _ in found], lambda one: one_line(one.name))
    else:
        title = _at_school(desk, first.school, f"{one_line(first.name)} has a job and may not attend")
        why = " ".join(one_line(reason) for reason in may.reasons)
    return [
        NeedsRow("Not in order", "red", title, why, "Open contractor", "open_page", page="faults",
                 focus={"contractor": first.id})
    ]  # fmt: skip


def _working(desk: Desk, kept: Kept) -> list[ContractorRow]:
    busy = {one.contractor for one in kept.faults if one.contractor is not None}
    return [one for one in kept.firms if one.id in busy and (one.left_on is None or one.left_on > desk.today)]


def _may(one: ContractorRow, kept: Kept, today: dt.date) -> firms.MayAttend:
    built = kept.built.get(one.school)
    return firms.may_attend(one, today, asbestos=built is None or built <= firms.LAST_BUILT_WITH_ASBESTOS)


# --- what to plan ahead ----------------------------------------------------------------------------------------------


def ahead(
    desk: Desk, kept: Kept, found: Sequence[CheckStanding], lines: Mapping[bytes, CheckLine], after: int,
    asked: training_reminders.Asked,
) -> tuple[NeedsRow, ...]:  # fmt: skip
    """Return what to plan: papers and contractors that run out, reviews that are due, checks and courses to book.

    ``after`` days are told elsewhere on Home, so reminders begin beyond them. An office plans nothing for its schools:
    it sees what runs out.
    """
    rows = [*contract_alerts.ahead(desk, kept.contracts), *kept.bought.ahead]
    rows += [*_papers(desk, kept.papers), *_running_out(desk, kept)]
    if not desk.is_office:
        rows += [*_news(desk, found), *_reviews(desk, kept, found, lines), *_reminders(desk, found, lines, after)]
        rows += _courses(desk, asked)
    return tuple(rows)


def _papers(desk: Desk, found: Sequence[EvidenceRow]) -> list[NeedsRow]:
    if not found:
        return []
    gone = sum(one.expires_on is not None and one.expires_on < desk.today for one in found)
    first = found[0]
    if len(found) == 1 and first.expires_on is not None:
        verb, day = "ran out" if gone else "runs out", words.weekday_date(first.expires_on)
        title = f"{words.quoted(one_line(first.title) or 'A document')} {verb} on {day}"
        return [_ahead("Evidence", gone > 0, _at_school(desk, first.school, title), "", "evidence",
                       {"evidence": first.id})]  # fmt: skip
    title = f"{words.number(len(found) - gone)} documents run out in the next {LEAD_DAYS} days"
    if gone:
        have = words.count(gone, "document has", "documents have")
        title = f"{have} run out" + (f", {words.number(len(found) - gone)} will soon" if gone < len(found) else "")
    named = _names(desk, found, lambda one: one_line(one.title) or "a document")
    part = "soon" if not gone else "out" if gone == len(found) else "all"
    return [_ahead("Evidence", gone > 0, title, named, "evidence", {"part": part})]


def _running_out(desk: Desk, kept: Kept) -> list[NeedsRow]:
    """Contractors with a job who may attend today, and soon may not."""
    found = [
        (one, ends) for one in _working(desk, kept)
        if _may(one, kept, desk.today).ok and (ends := firms.runs_out(one, desk.today))
    ]  # fmt: skip
    if not found:
        return []
    first, ends = found[0]
    if len(found) > 1:
        title = f"The papers of {words.number(len(found))} contractors run out"
        why = _names(desk, [one for one, _ in found], lambda one: one_line(one.name))
    else:
        title = _at_school(desk, first.school, f"{one_line(first.name)} has a job here")
        why = words.listing([one_line(one) for one in ends])
    return [_ahead("Contractors", False, title, why, "faults", {"contractor": first.id})]


def _reviews(
    desk: Desk, kept: Kept, found: Iterable[CheckStanding], lines: Mapping[bytes, CheckLine]
) -> list[NeedsRow]:
    """What somebody said is not needed, to be looked at again by now: ``applies.to_review`` from what is asked already.

    A check that an answer about the site ruled out is not told beside that answer.
    """
    from bursar_desk.services import applies

    past: list[tuple[dt.date, str, str, bytes | None]] = [
        (day, lines[one.check.id].title, one.check.why, one.check.id) for one in found
        if one.check.applies == "no" and _come(day := one.check.review_on, desk.today) and applies.by_hand(one.check)
    ]  # fmt: skip
    labels = applies.labels()
    past += [
        (day, labels[one.code], one.why, None) for one in kept.answers
        if one.answer == "no" and one.code in labels and _come(day := one.review_on, desk.today)
    ]  # fmt: skip
    if not past:
        return []
    past.sort(key=lambda one: one[:2])
    _, first, reason, check = past[0]
    if len(past) > 1:
        title = f"{words.number(len(past))} things said not to be needed: look again"
        return [_ahead("Look again", False, title, _names(desk, past, lambda one: one[1]), "school", {"part": "off"})]
    title = f"Is it still not needed? {first}"
    page, focus = ("school", {"part": "site"}) if check is None else ("checks", {"check": check})
    return [_ahead("Look again", False, title, words.sentence(one_line(reason)), page, focus)]


def _news(desk: Desk, found: Sequence[CheckStanding]) -> list[NeedsRow]:
    """What a newer edition of the checks brings; it is compared only where a check was copied from an older one."""
    from bursar_desk.services import adopting, catalogue, editions

    shipped = editions.order(catalogue.load().edition)
    copies = {str(one.check.copied.get("edition") or adopting.FIRST_EDITION) for one in found}
    if all(editions.order(one) >= shipped for one in copies):
        return []
    news = editions.compare(desk)
    if not news.rows:
        return []
    return [
        _ahead(
            "New edition",
            False,
            news.sentence,
            _names(desk, news.rows, lambda one: one.title),
            "school",
            {"part": "news"},
        )
    ]


def _come(day: dt.date | None, today: dt.date) -> TypeGuard[dt.date]:
    return day is not None and day <= today


def _reminders(
    desk: Desk, found: Sequence[CheckStanding], lines: Mapping[bytes, CheckLine], after: int
) -> list[NeedsRow]:
    coming = first_dates(found, lines, desk.today, desk.today + dt.timedelta(days=reminders.MOST_DAYS))
    listed = [one for one in reminders.reached(desk, coming) if one.days > after]
    if not listed:
        return []
    first = listed[0]
    if len(listed) == 1:
        return [_ahead("To book", False, f"{first.title}: {words.until(first.due, desk.today)}",
                       f"Due on {words.weekday_date(first.due)}.", "checks", {"check": first.check})]  # fmt: skip
    title = f"{words.number(len(listed))} checks to plan or book"
    named = _names(desk, listed, lambda one: f"{one.title} ({words.short_day(one.due)})", 2)
    return [_ahead("To book", False, title, named, "calendar", {})]


def _courses(desk: Desk, asked: training_reminders.Asked) -> list[NeedsRow]:
    """Return courses to book, 6, 3 and 1 months ahead, until the page Training has told them."""
    found = training_reminders.reached(desk, asked)
    if not found:
        return []
    first = found[0]
    title = first.words.rstrip(".") if len(found) == 1 else f"{words.number(len(found))} courses to book"
    why = first.named if len(found) == 1 else " ".join(one.words for one in found[:2])
    return [_ahead("To book", any(one.out for one in found), title, why, "training", {})]


def _ahead(chip: str, gone: bool, title: str, why: str, page: str, focus: Mapping[str, object]) -> NeedsRow:
    return NeedsRow(chip, "red" if gone else "amber", title, why, "Open", "open_page", page=page, focus=focus)


# --- words -----------------------------------------------------------------------------------------------------------


def _names(desk: Desk, found: Sequence[T], name: Callable[[T], str], most: int = NAMED) -> str:
    """Return the first few by name and how many more; in an office how many at each school instead."""
    if desk.is_office:
        schools = Counter(desk.school_name(getattr(one, "school", b"")) for one in found).most_common()
        said = [f"{school}: {number}" for school, number in schools]
    else:
        said = [name(one) for one in found]
    if len(said) > most:
        return f"{', '.join(said[:most])} and {words.number(len(said) - most)} more."
    return f"{words.listing(said)}."


def _at_school(desk: Desk, school: bytes, text: str) -> str:
    return f"{desk.school_name(school)}: {text}" if desk.is_office else text
