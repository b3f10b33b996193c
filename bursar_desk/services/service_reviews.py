"""The yearly review of every service a school buys, from the council or elsewhere: keep it, market, cluster or stop.

The way of the Darlaston schools: what each service costs and how good it is, by a document; then a decision of the
governing body with its minute. Nothing counts as decided without one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import money_years, service_kinds, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.buying_shapes import ReviewLine, ServiceAcross, YearReview
from bursar_desk.services.people import must_manage
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.buying import ReviewRow

TABLES: Final = ("service_review", "contract", "contract_term", "supplier", "school")
KEEP, MARKET, CLUSTER, STOP = "keep", "market", "cluster", "stop"
ROUTES: Final = (KEEP, MARKET, CLUSTER, STOP)
ROUTE_WORDS: Final = {
    KEEP: "Keep", MARKET: "Go to market", CLUSTER: "Buy as a cluster", STOP: "Stop",
}  # fmt: skip
QUALITY_WORDS: Final = {1: "poor", 2: "below what we need", 3: "what we need", 4: "good", 5: "excellent"}
OPT_OUT_SOON: Final = 60
MOST_PENCE: Final = 10**12
YEARS: Final = range(2000, 2101)
_SAFE: Final = "Nothing was changed."
_GROUPS: Final = (
    ("price", "vat_rate"), ("priced_on", "priced_from"), ("quality", "quality_why"),
    ("decided_on", "body", "minute_ref"), ("other_price", "other_from"),
)  # fmt: skip
COLUMNS: Final = (
    "service", "title", "provider", "supplier", "contract", "price", "vat_rate", "priced_on", "priced_from", "quality",
    "quality_why", "opt_out_by", "review_on", "other_price", "other_from", "why",
)  # fmt: skip
"""What can be changed of a review without a decision, by name."""


def year_words(year: int) -> str:
    """Return a year as people write it: ``2026-27``."""
    return f"{year}-{(year + 1) % 100:02d}"


def is_decided(row: ReviewRow) -> bool:
    """Tell whether a decision stands: what, which body, on what day, under which minute."""
    return row.route in ROUTES and row.decided_on is not None and bool(row.body and row.minute_ref)


# --- reading ---------------------------------------------------------------------------------------------------------


def rows(desk: Desk, school: bytes | None = None) -> list[ReviewRow]:
    """Return reviews held here: of one school, of this school, or of all for an office. Rows without a year are odd."""
    from db.queries.buying import reviews

    whose = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        return [one for one in reviews(con, whose) if one.year is not None and one.year in YEARS]


def this_year(desk: Desk) -> int:
    """Return the year today lies in, counted from April as councils do."""
    return money_years.year_of(money_years.MAINTAINED, desk.today).first.year


def review(desk: Desk, year: int | None = None, school: bytes | None = None) -> YearReview:
    """Return a year's review, the latest one by default: undecided services first, then by name."""
    found = rows(desk, school)
    years = tuple(sorted({one.year or 0 for one in found}, reverse=True))
    chosen = year if year is not None else (years[0] if years else this_year(desk))
    lines = [line_of(desk, one) for one in found if one.year == chosen]
    lines.sort(key=lambda one: (one.decided, one.service_words, one.school_name, one.row.id))
    total = sum(max(0, one.row.price or 0) for one in lines)
    nags = tuple(f"{one.service_words}: {nag}" for one in lines for nag in one.nags)
    return YearReview(chosen, years, tuple(lines), sentence(chosen, lines), nags, total)


def sentence(year: int, lines: Sequence[ReviewLine]) -> str:
    """Return how far a year's review is, in a sentence."""
    if not lines:
        return f"No services are listed for {year_words(year)} yet."
    open_ones = sum(not one.decided for one in lines)
    said = f"{words.count(len(lines), 'service')}, "
    said += "all decided" if not open_ones else f"{open_ones} not decided"
    counts = [
        f"{n} {told}"
        for route, told in ((KEEP, "kept"), (MARKET, "to market"), (CLUSTER, "as a cluster"), (STOP, "to stop"))
        if (n := sum(one.decided and one.row.route == route for one in lines))
    ]
    return f"{said}: {words.listing(counts)}." if counts else f"{said}."


def line_of(desk: Desk, row: ReviewRow) -> ReviewLine:
    """Return one service in words; what another computer sent that makes no sense is said as not known."""
    decided = is_decided(row)
    price = row.price if row.price is not None and 0 <= row.price <= MOST_PENCE else None
    minute = f"{row.body}, minute {row.minute_ref}" if decided else ""
    decision = ROUTE_WORDS.get(row.route, row.route) if row.route else "Not decided"
    if row.route and not decided:
        decision = f"{decision}, no minute yet"
    quality = QUALITY_WORDS.get(row.quality or 0, "")
    from_words = ", ".join(one for one in (row.priced_from, words.short_date(row.priced_on)) if one)
    return ReviewLine(
        row, desk.school_name(row.school), row.title or service_kinds.words_of(row.service) or "A service",
        row.provider,
        "" if price is None else f"{words.money(price)} a year", from_words,
        f"{row.quality} of 5, {quality}" if quality else "", ROUTE_WORDS.get(row.route, row.route), decision,
        f"{minute}, {words.short_date(row.decided_on)}" if decided else "",
        words.short_date(row.opt_out_by), decided, _nags(row, desk.today, decided=decided, priced=price is not None),
        row.opt_out_by,
    )  # fmt: skip


def _nags(row: ReviewRow, today: dt.date, *, decided: bool, priced: bool) -> tuple[str, ...]:
    said = []
    if not decided:
        by = row.opt_out_by
        if by is not None and by < today:
            said.append(f"the day to opt out was {words.short_date(by)}, and nothing is decided")
        elif by is not None and (by - today).days <= OPT_OUT_SOON:
            said.append(f"decide by {words.short_date(by)}, {words.until(by, today)}")
        elif row.route:
            said.append("note the body, the day and the minute of the decision")
        else:
            said.append("not decided yet")
    if row.review_on is not None and row.review_on <= today:
        said.append(f"look at it again, as was agreed for {words.short_date(row.review_on)}")
    if not priced:
        said.append("no price yet")
    elif not (row.priced_from and row.priced_on):
        said.append("the price has no dated document")
    return tuple(said)


def get(desk: Desk, row: bytes) -> ReviewLine:
    """Return one service of a review. Raises ``UserError`` when it is not held here."""
    from db.queries.buying import reviews

    with desk.store.connect() as con:
        found = next((one for one in reviews(con) if one.id == row), None)
    if found is None:
        raise UserError("That service is not in a review held here.", _SAFE, "Choose one from the list.")
    return line_of(desk, found)


def across(desk: Desk, year: int | None = None) -> tuple[ServiceAcross, ...]:
    """Return every service with all schools side by side; most schools to market or cluster first."""
    found = rows(desk) if desk.is_office else [one for one in _all(desk) if one.year is not None]
    years = sorted({one.year or 0 for one in found})
    chosen = year if year is not None else (years[-1] if years else this_year(desk))
    lines = [line_of(desk, one) for one in found if one.year == chosen]
    schools = {one.row.school: one.school_name for one in lines}
    made = []
    for service in sorted({one.row.service for one in lines}):
        mine = sorted((one for one in lines if one.row.service == service), key=lambda x: (x.school_name, x.row.id))
        here = {one.row.school for one in mine}
        missing = tuple(sorted(name for school, name in schools.items() if school not in here))
        moving = sum(one.row.route in (MARKET, CLUSTER) for one in mine)
        total = sum(max(0, one.row.price or 0) for one in mine)
        made.append(ServiceAcross(service, service_kinds.words_of(service) or "A service", tuple(mine), missing, moving,
                                  total))  # fmt: skip
    return tuple(sorted(made, key=lambda one: (-one.to_market, -len(one.lines), one.words)))


def _all(desk: Desk) -> list[ReviewRow]:
    from db.queries.buying import reviews

    with desk.store.connect() as con:
        return [one for one in reviews(con) if one.year is not None and one.year in YEARS]


def nags(desk: Desk, made: YearReview | None = None) -> tuple[str, ...]:
    """Return what this school's latest review still needs, for Home: at most one sentence of each kind.

    ``made`` is that review where somebody has read it already.
    """
    made = made or review(desk)
    said = []
    soon = [(one.opt_out_by, one.service_words) for one in made.lines if not one.decided and one.opt_out_by is not None
            and (one.opt_out_by - desk.today).days <= OPT_OUT_SOON]  # fmt: skip
    if soon:
        by, service = min(soon)
        said.append(f"{service}: decide by {words.long_date(by)}." if by >= desk.today else
                    f"{service}: the day to opt out was {words.long_date(by)}.")  # fmt: skip
    if made.undecided:
        said.append(f"{words.count(made.undecided, 'service')} we buy {words.is_are(made.undecided)} not decided for "
                    f"{year_words(made.year)}.")  # fmt: skip
    again = sum(one.row.review_on is not None and one.row.review_on <= desk.today for one in made.lines)
    if again:
        said.append(f"{words.count(again, 'service')} we buy {'was' if again == 1 else 'were'} to be looked at again.")
    return tuple(said)


# --- writing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewReview:
    """A service to review: ``price`` net pence a year, ``quality`` 1 to 5; ``more`` other columns by name."""

    service: str
    year: int
    title: str = ""
    provider: str = ""
    price: int | None = None
    vat_rate: int | None = None
    priced_on: dt.date | None = None
    priced_from: str = ""
    quality: int | None = None
    quality_why: str = ""
    opt_out_by: dt.date | None = None
    contract: bytes | None = None
    supplier: bytes | None = None
    more: Mapping[str, Any] | None = None


def _tidy(values: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """Return columns as they are written. Raises ``UserError`` for what cannot be."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name not in COLUMNS:
            raise UserError(f"A review has no “{name}”.", _SAFE, "Choose one of its fields.")
        tidy = paragraphs(value) if name == "why" else one_line(value) if isinstance(value, str) else value
        made[name] = tidy if tidy != "" else None
    if made.get("service") and made["service"] not in service_kinds.BY_CODE:
        raise UserError("That service is not in the list.", _SAFE, "Choose one, or “Something else”.")
    for name in ("price", "other_price"):
        if made.get(name) is not None and not 0 <= made[name] <= MOST_PENCE:
            raise UserError("A price is not less than nothing.", _SAFE, "Correct it, then save again.")
    if made.get("vat_rate") is not None and not 0 <= made["vat_rate"] <= 10_000:
        raise UserError("VAT is 0 to 100 per cent.", _SAFE, "Correct it, then save again.")
    if made.get("quality") is not None and made["quality"] not in QUALITY_WORDS:
        raise UserError("Quality is 1 (poor) to 5 (excellent).", _SAFE, "Correct it, then save again.")
    if made.get("priced_on") is not None and made["priced_on"] > today:
        raise UserError("The document is dated after today.", _SAFE, "Look at its date again.")
    return made


def add(desk: Desk, new: NewReview) -> tuple[ReviewLine, Changes]:
    """Add a service to a year's review of this school. Raises ``UserError`` for what cannot be so."""
    _may_write(desk)
    if new.year not in YEARS or not new.service:
        raise UserError("Say which service and which year.", _SAFE, "For example: cleaning, 2026.")
    fields = ("service", "title", "provider", "price", "vat_rate", "priced_on", "priced_from", "quality", "quality_why",
              "opt_out_by", "contract", "supplier")  # fmt: skip
    values = _tidy({name: getattr(new, name) for name in fields} | dict(new.more or {}), desk.today)
    with desk.act(ActCode.REVIEW_SERVICE, subject=values.get("title") or service_kinds.words_of(new.service)) as act:
        row = act.create("service_review", _given(values | _said(desk) | {"year": new.year}))
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def _said(desk: Desk) -> dict[str, Any]:
    return {"said_by": desk.who, "said_on": desk.today}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _may_write(desk: Desk) -> None:
    must_manage(desk)
    if desk.is_office:
        raise UserError("An office buys no services of its own here.", _SAFE, "Let the school itself do it.")


def _own(desk: Desk, row: bytes) -> ReviewLine:
    _may_write(desk)
    line = get(desk, row)
    if line.row.school != desk.home:
        raise UserError(f"That is {line.school_name}’s review.", _SAFE, "Only they can change it.")
    return line


def change(desk: Desk, row: bytes, values: Mapping[str, Any]) -> tuple[ReviewLine, Changes]:
    """Change what is said about a service, by column name (``COLUMNS``)."""
    line = _own(desk, row)
    made = _tidy(values, desk.today)
    if not made or ("service" in made and not made["service"]):
        raise UserError("Nothing is different.", _SAFE, "Say what has changed.")
    for together in _GROUPS:
        if set(made) & set(together):
            made = {name: getattr(line.row, name) or None for name in together} | made
    with desk.act(ActCode.REVIEW_SERVICE, subject=line.service_words) as act:
        act.set("service_review", row, made)
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def decide(
    desk: Desk, row: bytes, route: str, *, body: str, minute_ref: str, on: dt.date | None = None, why: str = "",
    review_on: dt.date | None = None,
) -> tuple[ReviewLine, Changes]:  # fmt: skip
    """Note what was decided about a service: keep, market, cluster or stop, by which body, when, under which minute.

    Raises ``UserError`` without body or minute, for a day to come, or a day to look again that is not after it.
    """
    line, day = _own(desk, row), on or desk.today
    if route not in ROUTES:
        raise UserError(f"“{route}” is not a decision.", _SAFE, f"Say {words.listing(ROUTES, 'or')}.")
    who, minute = one_line(body), one_line(minute_ref)
    if not who:
        raise UserError("Say which body decided.", _SAFE, "For example: Finance committee.")
    if not minute:
        raise UserError("Name the minute, so that it can be looked up.", _SAFE, "For example: 6.2 of 12 November.")
    if day > desk.today:
        raise UserError("That meeting is still to come.", _SAFE, "Note it once they have decided.")
    if review_on is not None and review_on <= day:
        raise UserError("The day to look again is not after the decision.", _SAFE, "Choose a later day.")
    values: dict[str, Any] = {"route": route, "decided_on": day, "body": who, "minute_ref": minute}
    values |= {"why": paragraphs(why) or None} if why else {}
    values |= {"review_on": review_on} if review_on or line.row.review_on else {}
    with desk.act(ActCode.REVIEW_SERVICE, subject=line.service_words) as act:
        act.set("service_review", row, values)
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def remove(desk: Desk, row: bytes) -> Changes:
    """Take a service out of a review; the Bin keeps it."""
    line = _own(desk, row)
    with desk.act(ActCode.REVIEW_SERVICE, subject=line.service_words) as act:
        act.delete("service_review", row)
    return Changes(frozenset(act.tables), act.note.act)
