"""The governors' report as sections of words and typed figures: one content for paper, web page and workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bursar_desk.domain import words
from reports.governors_data import (
    AccidentGroup,
    AreaRow,
    Contracts,
    Counted,
    Cover,
    CoverRow,
    GovernorsData,
    NeighbourHelp,
    NotKept,
    RestorePractice,
    TrainingRow,
    Trend,
)
from reports.grid import Cell, Column
from reports.marks import LOUD, TRENDS, mark_for
from reports.wording import near_day, possessive

FEWEST_SHOWN = 5  # counts of people's accidents below this are not printed (safety bar F4)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with a table, or with plain ``words`` where there is none; ``key`` never changes between terms."""

    key: str
    heading: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    total: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    lead: str = ""  # the start of the first note, to be read first
    words: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """The whole report in reading order."""

    sentence: str
    sections: Mapping[str, Section]


def content_of(data: GovernorsData) -> Content:
    """Return the report's sections, always the same ones in the same order."""
    made = [
        _areas(data), _overdue(data), _decisions(data), *_accidents(data), _training(data), _cover(data),
        _contracts(data), _narrative(data), _trust(data),
    ]  # fmt: skip
    return Content(sentence_of(data), {section.key: section for section in made})


def figures_of(content: Content, shown: Mapping[str, int] | None = None) -> dict[str, str]:
    """Return every figure as printed, keyed "areas / Fire / Done of required"; ``shown`` cuts lists as paper does."""
    figures = {"sentence": content.sentence}
    for key, section in content.sections.items():
        rows = section.rows[: (shown or {}).get(key, len(section.rows))]
        for number, row in enumerate([*rows, section.total] if section.total else rows, 1):
            for column, cell in zip(section.columns, row, strict=True):
                if column.kind != "words" and cell.text:
                    figures[f"{key} {number} / {row[0].text} / {column.title}"] = cell.text
    return figures


def sentence_of(data: GovernorsData) -> str:
    """Return the one sentence a governor reads first."""
    done, required = sum(row.done for row in data.areas), sum(row.required for row in data.areas)
    if not required:
        start = "No required checks are kept here yet."
    else:
        start = f"{words.out_of(done, required)} required checks are up to date."
    late, unknown, asked = len(data.overdue), data.not_known.now, len(data.decisions)
    parts = [f"{words.number(late)} {words.is_are(late)} overdue"] if late else []
    if unknown:
        parts.append(f"{words.number(unknown)} {'has' if unknown == 1 else 'have'} no record")
    middle = f"{words.listing(parts)}. " if parts else "None is overdue. " if required else ""
    end = f"We ask you for {words.count(asked, 'decision')}." if asked else "We ask you for no decision this time."
    return f"{start} {middle}{end}"


def _said(part: NotKept) -> str:
    return part.words.strip() or "This is not kept in Bursar Desk yet."


def _trend(trend: Trend | None) -> Cell:
    return Cell(TRENDS[trend], trend, trend) if trend else Cell("First time")


def _areas(data: GovernorsData) -> Section:
    columns = (
        Column("Area", 134), Column("Status", 77, "status"),
        Column("Done of required", 57, "of", parts=("Done", "Required")),
        Column("Since last term", 61, "trend"), Column("Last term", 36, "count"), Column("Comment", 152),
    )  # fmt: skip
    rows = tuple(_area(row) for row in data.areas)
    notes = ["Required means by law or an approved code."]
    if data.recommended:
        got = words.out_of(data.recommended.up_to_date, data.recommended.total)
        notes.append(f"Recommended checks, not counted above: {got} up to date.")
    if data.not_needed and data.not_needed.count:
        number, examples = data.not_needed.count, words.listing(data.not_needed.examples)
        needed = f"{words.count(number, 'check')} {words.is_are(number)} not needed here"
        notes.append(f"{needed}{f': {examples}' if examples else ''}.")
    return Section("areas", "How each area stands", columns, rows, _all_areas(data), tuple(notes))


def _area(row: AreaRow) -> tuple[Cell, ...]:
    mark = mark_for(row.word, row.colour)
    return (
        Cell(row.area), Cell(row.word, row.word, mark, strong=mark in LOUD),
        Cell(words.out_of(row.done, row.required), (row.done, row.required)), _trend(row.trend),
        Cell("None") if row.last_term is None else Cell(words.number(row.last_term), row.last_term),
        Cell(row.comment),
    )  # fmt: skip


def _all_areas(data: GovernorsData) -> tuple[Cell, ...]:
    done, required = sum(row.done for row in data.areas), sum(row.required for row in data.areas)
    lasts = [row.last_term for row in data.areas]
    last = None if None in lasts or not lasts else sum(number or 0 for number in lasts)
    parts = [f"{words.number(len(data.overdue))} overdue", f"{words.number(data.not_known.now)} not known"]
    return (
        Cell("All areas"), Cell(""), Cell(words.out_of(done, required), (done, required)),
        _trend(_overall(data.areas, done - required, done, last)),
        Cell("None") if last is None else Cell(words.number(last), last), Cell(", ".join(parts)),
    )  # fmt: skip


def _overall(areas: Sequence[AreaRow], gap: int, done: int, last: int | None) -> Trend | None:
    """Compare what is missing now with what was missing, where last term's totals are known; else what is done."""
    if last is None:
        return None
    totals = [row.last_required for row in areas]
    change = done - last
    if None not in totals:
        change = gap - (last - sum(number or 0 for number in totals))
    return "better" if change > 0 else "worse" if change < 0 else "same"


def _overdue(data: GovernorsData) -> Section:
    now = data.made_at.date()
    columns = (
        Column("What", 152), Column("Since", 109, "since", parts=("Since", "Days late")), Column("Who owns it", 76),
        Column("Why", 118), Column("New date", 62, "day"),
    )  # fmt: skip
    # Statutory first, oldest first (rules.md section 6): what a governor must see is never the part that is cut.
    ordered = sorted(data.overdue, key=lambda row: (not row.statutory, row.since, row.what))
    rows = tuple(
        (
            Cell(row.what), Cell(f"{near_day(row.since, now)}, {words.count(row.days, 'day')}", (row.since, row.days)),
            Cell(row.owner or "Nobody yet"), Cell(row.reason or "None given yet"),
            Cell(near_day(row.new_date, now), row.new_date) if row.new_date else Cell("None yet"),
        )
        for row in ordered
    )  # fmt: skip
    if not rows:
        return Section("overdue", "Overdue", words="No required check is overdue.")
    return Section("overdue", f"Overdue: {words.count(len(rows), 'check')}", columns, rows)


def _decisions(data: GovernorsData) -> Section:
    columns = (Column("What", 150), Column("Why", 158), Column("Cost", 90, "money"), Column("By when", 92, "day"))
    rows = tuple(
        (
            Cell(row.what), Cell(row.why), Cell(_cost(row.cost_pence, row.how_often), row.cost_pence),
            Cell(words.plain_date(row.by_when), row.by_when) if row.by_when else Cell("No date set"),
        )
        for row in data.decisions
    )  # fmt: skip
    if not rows:
        return Section("decisions", "Decisions we ask of you", words="None this time.")
    return Section("decisions", "Decisions we ask of you", columns, rows)


def _cost(pence: int | None, how_often: str) -> str:
    if pence is None:
        return "Not priced yet"
    return f"{words.money(pence)} {how_often}".strip() if pence else "No cost"


def _accidents(data: GovernorsData) -> tuple[Section, ...]:
    if isinstance(data.accidents, NotKept):
        return (Section("accidents", "Accidents and near misses", words=_said(data.accidents)),)
    groups = (("accidents", data.accidents.accidents), ("near_misses", data.accidents.near_misses))
    return tuple(_bars(key, group) for key, group in groups)


def _bars(key: str, group: AccidentGroup) -> Section:
    """Only the words go on: a count too small to print is not in the cell at all, so no writer can show it."""
    rows = tuple(
        (
            Cell(term.term),
            Cell(words.number(term.count), term.count)
            if term.count >= FEWEST_SHOWN
            else Cell(f"fewer than {FEWEST_SHOWN}"),
        )
        for term in group.terms[-3:]
    )
    columns = (Column("Term", 80), Column("How many", 80, "count"))
    notes = (group.note,) if group.note else ()
    return Section(key, group.title, columns, rows, notes=notes)


def _training(data: GovernorsData) -> Section:
    heading = "Training: people in date of people needed"
    if isinstance(data.training, NotKept):
        return Section("training", heading, words=_said(data.training))
    if not data.training:
        return Section("training", heading, words="No required course is on the list yet.")
    columns = (
        Column("Role", 128), Column("Now", 60, "of", parts=("In date", "Needed")),
        Column("Last term", 62, "of", parts=("In date last term", "Needed last term")), Column("Trend", 65, "trend"),
        Column("Places held", 102), Column("Next one runs out", 100, "day"),
    )  # fmt: skip
    return Section("training", heading, columns, tuple(_course(row) for row in data.training))


def _course(row: TrainingRow) -> tuple[Cell, ...]:
    last = Cell("None")
    if row.last_held is not None and row.last_required is not None:
        last = Cell(words.out_of(row.last_held, row.last_required), (row.last_held, row.last_required))
    held = [f"{words.number(row.places_booked)} booked"] if row.places_booked else []
    if row.places_spare:
        held.append(f"{words.number(row.places_spare)} spare")
    runs_out = Cell("None on record") if row.runs_out else Cell("Does not run out")
    if row.next_expiry is not None:
        runs_out = Cell(words.plain_date(row.next_expiry), row.next_expiry)
    return (
        Cell(row.course), Cell(words.out_of(row.held, row.required), (row.held, row.required)), last,
        _trend(row.trend), Cell(", ".join(held) or ("Not kept yet" if row.places_spare is None else "None")), runs_out,
    )  # fmt: skip


def _cover(data: GovernorsData) -> Section:
    notes = tuple(note for note in (data.premises_lead, _neighbours(data.neighbours), _beside(data.cover)) if note)
    if isinstance(data.cover, NotKept):
        return Section("cover", "Cover between schools", words=" ".join((_said(data.cover), *notes)))
    heading = f"Cover between schools, since {near_day(data.cover.since, data.made_at.date())}"
    if not data.cover.rows:
        return Section("cover", heading, words=" ".join(("No hours were given or received.", *notes)))
    rate = data.cover.rate_pence
    worth = () if rate is None else (Column(f"At {words.money_exact(rate)}/hour", 110, "money", right=True),)
    columns = (
        Column("School", 136), Column("Given", 70, "minutes"), Column("Received", 70, "minutes"), *worth,
        Column("Balance", 131 + (0 if worth else 110), "minutes"),
    )  # fmt: skip
    rows = tuple(_hours(row.school, row, _worth(row, rate)) for row in data.cover.rows)
    return Section("cover", heading, columns, rows, _all_hours(data.cover), notes)


def _beside(cover: Cover | NotKept) -> str:
    """Return why a balance is not what was given less what was received; empty where it is."""
    if isinstance(cover, NotKept):
        return ""
    if all(row.owed_minutes == row.given_minutes - row.received_minutes for row in cover.rows):
        return ""
    return "The balance counts hours of earlier terms too, and what both schools agreed beside the hours."


def _worth(row: CoverRow, rate_pence: int | None) -> int | None:
    """Return the balance in pence, half a penny away from nought (rules.md section 14, 7)."""
    if rate_pence is None:
        return None
    sixtieths = row.owed_minutes * rate_pence
    return (abs(sixtieths) + 30) // 60 * (1 if sixtieths >= 0 else -1)


def _hours(name: str, row: CoverRow, worth: int | None) -> tuple[Cell, ...]:
    owed = row.owed_minutes
    balance = "Even" if not owed else f"{'We are owed' if owed > 0 else 'We owe'} {words.hours(abs(owed))}"
    return (
        Cell(name), Cell(words.hours(row.given_minutes), row.given_minutes),
        Cell(words.hours(row.received_minutes), row.received_minutes),
        *(() if worth is None else (Cell(words.money_exact(worth), worth),)), Cell(balance, owed),
    )  # fmt: skip


def _all_hours(cover: Cover) -> tuple[Cell, ...]:
    every = CoverRow(
        "", sum(row.given_minutes for row in cover.rows), sum(row.received_minutes for row in cover.rows),
        sum(row.owed_minutes for row in cover.rows),
    )  # fmt: skip
    # The sum of the printed amounts, so that the column adds up to the penny.
    worth = None if cover.rate_pence is None else sum(_worth(row, cover.rate_pence) or 0 for row in cover.rows)
    return _hours("All schools", every, worth)


def _neighbours(helps: Sequence[NeighbourHelp]) -> str:
    """Return the sentence on checks kept up by others; it says that our site staff were away, never why."""
    helps = [one for one in helps if one.checks]
    if not helps:
        return ""
    total = sum(one.checks for one in helps)
    start = f"{words.count(total, 'check')} {'was' if total == 1 else 'were'} kept up by"
    if len(helps) == 1:
        return f"{start} {possessive(helps[0].school)} site staff while ours was away."
    each = words.listing([f"{one.school} {words.number(one.checks)}" for one in helps])
    return f"{start} other schools’ site staff while ours was away: {each}."


def _contracts(data: GovernorsData) -> Section:
    heading = "Contracts to decide in the next six months"
    if isinstance(data.contracts, NotKept):
        return Section("contracts", heading, words=_said(data.contracts))
    lead, rest = _savings(data.contracts)
    savings = f"{lead} {rest}".strip()
    if not data.contracts.rows:
        return Section("contracts", heading, words=f"None. {savings}".strip())
    columns = (
        Column("Contract", 122), Column("Decide by", 95, "day"), Column("Last safe day", 95, "day"),
        Column("A year", 78, "money", right=True), Column("Note", 127),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(row.contract), Cell(words.plain_date(row.decide_by), row.decide_by),
            Cell(words.plain_date(row.last_safe_day), row.last_safe_day),
            Cell("Not known") if row.yearly_pence is None
            else Cell(words.money_exact(row.yearly_pence), row.yearly_pence),
            Cell(row.note),
        )
        for row in data.contracts.rows
    )  # fmt: skip
    return Section("contracts", heading, columns, rows, notes=(savings,) if savings else (), lead=lead)


def _savings(part: Contracts) -> tuple[str, str]:
    """Return the amount in words, and against what it was worked out."""
    rest = part.savings_words.strip()
    if part.savings_pence is None:
        return "", rest
    amount = words.money_exact(abs(part.savings_pence))
    if part.savings_pence < 0:
        return f"This financial year costs {amount} more.", rest
    return f"Savings this financial year: {amount}.", rest


def _narrative(data: GovernorsData) -> Section:
    return Section("narrative", "In our own words", words=data.narrative.strip())


def _trust(data: GovernorsData) -> Section:
    columns = (Column("Figure", 132, "count"), Column("What it is", 385))
    if isinstance(data.restore, RestorePractice):
        when = Cell(near_day(data.restore.on, data.made_at.date()), data.restore.on)
        last = (when, Cell(f"last practice restore, {data.restore.words}"))
    else:
        last = (Cell("None"), Cell(_said(data.restore)))
    rows = (
        _tile(data.late_recorded, "record made late", "records made late"),
        _tile(data.put_off, "check put off", "checks put off"),
        _tile(data.not_known, "check not known", "checks not known"), last,
    )  # fmt: skip
    return Section("trust", "Can you trust these figures?", columns, rows)


def _tile(figure: Counted, one: str, many: str) -> tuple[Cell, ...]:
    before = "no figure last term" if figure.last_term is None else f"{words.number(figure.last_term)} last term"
    return Cell(words.number(figure.now), figure.now), Cell(f"{one if figure.now == 1 else many}, {before}")
