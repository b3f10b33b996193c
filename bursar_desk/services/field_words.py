"""What people call the tables and columns of the registry: the one table of it, for lists, the story and the Bin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry, words
from bursar_desk.services import field_words_buying as buying
from bursar_desk.services.value_words import SECRET, UNSAID, value_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.engine import Connection

TABLES: Final[dict[str, tuple[str, str]]] = {
    "school": ("school’s details", "schools’ details"),
    "person": ("person", "people"),
    "place": ("place", "places"),
    "school_check": ("check", "checks"),
    "check_record": ("record of a check", "records of checks"),
    "not_done": ("reason for a check not done", "reasons for checks not done"),
    "put_off": ("check put off", "checks put off"),
    "defect": ("fault", "faults"),
    "absence": ("absence", "absences"),
    "absence_reason": ("reason for an absence", "reasons for absences"),
    "cover": ("cover", "covers"),
    "training": ("training record", "training records"),
    "induction": ("induction", "inductions"),
    "calendar_block": ("calendar entry", "calendar entries"),
    "feature": ("answer about the site", "answers about the site"),
    "out_of_use": ("check out of use", "checks out of use"),
    "site_note": ("line of the site sheet", "lines of the site sheet"),
    "cover_worked": ("cover worked", "covers worked"),
    "undone": ("stretch of a merge undone", "stretches of a merge undone"),
    "remark": ("decision about an entry", "decisions about entries"),
    "message": ("message", "messages"),
    "asset": ("piece of equipment", "pieces of equipment"),
    "contractor": ("contractor", "contractors"),
    "attendance": ("contractor’s visit", "contractors’ visits"),
    "evidence": ("document", "documents"),
    "evidence_file": ("file of a document", "files of documents"),
    "evidence_link": ("link to a document", "links to documents"),
    "drill": ("drill", "drills"),
    "sheet": ("printed sheet", "printed sheets"),
    "edition": ("edition looked through", "editions looked through"),
    "permit": ("permit to work", "permits to work"),
    "walk": ("walk round", "walks round"),
    "pin": ("PIN", "PINs"),
    "setting": ("setting", "settings"),
    "contact": ("phone number kept here", "phone numbers kept here"),
    "lead": ("lead", "leads"),
    "answer": ("answer to another school", "answers to other schools"),
    "role_course": ("course a role needs", "courses roles need"),
    "session": ("course session", "course sessions"),
    "place_lot": ("purchase of training places", "purchases of training places"),
    "place_move": ("training place offered", "training places offered"),
    "booking": ("booking of a training place", "bookings of training places"),
    "training_wish": ("request for training", "requests for training"),
    "no_release": ("time nobody can be released", "times nobody can be released"),
    "cover_offer": ("offer of hours", "offers of hours"),
    "cover_claim": ("claim for hours", "claims for hours"),
    "rate_card": ("rate", "rates"),
    "hours_entry": ("entry of the hours owed", "entries of the hours owed"),
    "support_plan": ("support plan", "support plans"),
    "support_visit": ("support visit", "support visits"),
    "support_review": ("review of support", "reviews of support"),
    "sheet_return": ("cover sheet that came back", "cover sheets that came back"),
    "time_off": ("time off in lieu", "times off in lieu"),
    **buying.TABLES,
}
"""Each table as one and as many."""

FIELDS: Final[dict[str, str]] = {
    **buying.FIELDS,
    "about": "what it is about", "about_table": "what it belongs to", "absence": "absence", "actions": "what follows",
    "address": "address", "agreed_by": "agreed by", "anchor": "counted from", "answer": "answer",
    "answer_by": "answer by", "answers": "answers", "applies": "needed here", "approved_by": "agreed by",
    "area": "area", "arrived": "arrived at", "asbestos_seen_on": "asbestos register read on",
    "asbestos_signed": "signed for the asbestos register", "asset": "equipment", "back_on": "back in use on",
    "barred": "barred", "barred_why": "barred because", "body": "registered with", "body_number": "registration number",
    "body_until": "registered until", "bought_on": "bought on", "built_year": "year built", "came_by": "how it came in",
    "check_id": "check", "checks": "checks", "checks_confirmed_on": "checks on the person confirmed",
    "closed_by": "closed by", "closed_minute": "closed at", "closed_note": "how it ended", "closed_on": "closed on",
    "closes": "closes at", "cluster": "cluster", "code": "code", "contractor": "contractor",
    "copied": "copied from", "corrects": "what it puts right", "cost": "cost", "course": "course", "cover_id": "cover",
    "dated": "date on it", "days": "works on", "dbs_seen_on": "DBS check seen on", "decided_why": "why it was decided",
    "declared": "what was declared", "defect": "fault", "deputy": "who stands in", "doer": "who does it",
    "done_by": "done by", "done_minute": "time", "done_on": "done on", "due_on": "was due on", "duties": "duties",
    "easting": "map position, east", "edition": "edition", "email": "e-mail", "employer": "employer", "ends": "to",
    "enclosures": "files with it", "ends_on": "ends on", "evidence": "document", "evidence_needed": "paper it needs",
    "evidence_ref": "where the paper is", "expires_on": "runs out on", "facts": "facts", "file": "file",
    "files": "files", "first": "first day", "first_used_on": "first used on", "floor_area": "floor area",
    "given_by": "given by", "grade": "condition", "grant_id": "permission", "habit": "when it repeats here",
    "half": "half", "head": "last entry", "headcount": "people counted", "helper": "who covers",
    "helper_person": "who covers", "helper_school": "school that helps", "how": "how", "how_to": "how to do it",
    "impact": "what it means", "inducted_on": "induction on", "insured_for": "insured for",
    "insured_until": "insured until", "interim_control": "made safe by", "interim_until": "safe until",
    "issued_by": "issued by", "issues": "what went wrong", "job_title": "job", "key_holder": "holds keys",
    "kind": "kind", "last": "last day", "lead_days": "warn ahead by", "led_by": "led by", "left": "left out",
    "left_on": "left on", "legal_due": "due by law", "life_years": "expected life", "lines": "lines",
    "locks": "locks up", "looked_on": "looked through on", "make": "make", "manages": "runs this register",
    "measure": "measure", "measure_changed": "measure changed on", "measure_was": "measure before", "minute": "time",
    "minutes": "time it took", "missing": "people missing", "model": "model", "modelled_on": "modelled on",
    "name": "name", "needed_by": "needed by", "northing": "map position, north", "note": "note", "number": "number",
    "offers_cover": "offers cover", "on_behalf": "on behalf of", "on_date": "day", "op": "entry", "opens": "opens at",
    "ordered_on": "ordered on", "outcome": "result", "own_by": "own interval decided by",
    "own_every": "own interval", "own_why": "reason for the own interval", "owner": "who answers for it",
    "parent": "part of", "passed_on": "passed on", "person": "person", "person_name": "person", "phase": "phase",
    "phone": "phone", "place": "place", "planned": "planned job", "point": "point", "points": "points to test",
    "points_mode": "how the points are tested", "postcode": "postcode", "precautions": "precautions",
    "price": "price", "printed_on": "date on the paper", "priority": "priority", "provider": "provider",
    "pupils": "pupils", "purpose": "purpose", "raised_by": "reported by", "raised_on": "reported on",
    "readings": "readings", "reason": "reason", "record": "record of the check", "recorded_by": "entered by",
    "removed_on": "removed on", "removed_why": "removed because", "replaces": "takes the place of",
    "retest": "test after a repair", "review_on": "look again on", "risk": "risk", "role": "role",
    "route_blocked": "way out that was blocked", "rule": "how often", "said_by": "said by", "said_on": "said on",
    "second_by": "second person", "second_person": "needs a second person", "seconds": "time to get out",
    "secret": "PIN", "serial": "serial number", "sheet": "sheet", "sheet_line": "line of the sheet",
    "short_name": "short name", "since": "since", "skill": "course it needs", "sort": "order",
    "sort_of": "sort of school", "standing": "counts", "standing_in_law": "standing in law", "starts": "from",
    "state": "state", "stop_on": "stop using on", "stream": "line of history", "supplier": "supplier",
    "taken": "taken over", "target_on": "target date", "term": "term", "title": "name", "to": "for",
    "told_on": "reporter told on", "town": "town", "trade": "trade", "type": "type", "unlocks": "opens up",
    "until": "until", "urn": "URN", "utc_offset": "clock", "value": "value", "verified_by": "work looked at by",
    "verified_on": "work looked at on", "warranty_until": "guarantee until", "weekday": "day of the week",
    "went": "left at", "whose": "whose", "why": "why", "word": "decision", "words": "words", "work": "work",
    "worker": "who came",
    "activities": "what will be done", "after": "move before it", "agency": "agency’s hourly rate",
    "alone": "price bought alone", "alone_from": "where that price is from", "asked_by": "asked by",
    "asked_on": "asked on", "approved_on": "agreed on", "assessor": "assessor", "budget": "most it may cost",
    "by_date": "wanted by", "by_whom": "who came", "claim": "hours claimed", "conditions": "conditions",
    "confirmed": "checks confirmed in writing", "count": "how many", "cover": "cover",
    "elsewhere": "hours in other jobs",
    "filled_by": "filled in by", "focus": "what it was about", "for_school": "school",
    "for_support": "for support visits",
    "found": "what was found", "giver": "school that helps", "hourly": "hourly pay", "id_seen": "photo card looked at",
    "in_house": "in house", "insurance": "national insurance", "keys_signed": "keys signed for",
    "lapses_on": "lapses on",
    "lead": "who leads it", "least": "at least", "lot": "place", "mileage": "rate a mile", "miles": "miles",
    "minute_ref": "minute", "monitoring": "how it is watched", "n": "place number", "name_by": "names needed by",
    "next_on": "next visit", "of_person": "who is led", "offer": "hours offered", "offers": "can help with",
    "opt_out": "signed out of the 48-hour week", "other": "other school", "overhead": "overhead",
    "pattern": "hours by day",
    "pause": "break", "pays": "how it is settled", "pence": "money", "pension": "pension",
    "person_school": "employed by",
    "plan": "support plan", "priorities": "priorities", "receiver": "school that is helped", "reference": "reference",
    "refresher": "refresher", "seats": "seats", "session": "session", "shares": "agrees that contact is shared",
    "shares_on": "agreed on", "slots": "days and times", "source": "where it is from",
    "standing_after": "standing after",
    "standing_before": "standing before", "standing_now": "standing now", "to_school": "for school",
    "travel": "travelling time", "use_by": "use by", "vehicle": "travelled by", "venue": "where",
    "venue_school": "school it is held at", "week": "hours a week", "wishes": "requests it answers",
    "young": "under 18",
    "about_school": "school it is about", "released_by": "released by", "released_on": "released on",
    "price_per": "price for", "need": "how much it is needed",
    # groups of columns that only make sense together
    "shares+shares_on": "agrees that contact is shared", "price+price_per": "price", "alone+alone_from": "price alone",
    "lot+n": "place", "released_by+released_on": "released",
    "barred+barred_why": "barred", "body+body_number+body_until": "registration", "first+last": "days",
    "interim_control+interim_until": "made safe until then by", "measure_was+measure_changed": "measure before",
    "own_every+own_why+own_by": "own interval", "removed_on+removed_why": "removed",
    "rule+anchor+weekday": "how often", "starts+ends": "hours", "verified_on+verified_by": "work looked at",
}  # fmt: skip
"""Each column, or group of columns, as people call it."""

OF_TABLE: Final[dict[tuple[str, str], str]] = {
    **buying.OF_TABLE,
    ("message", "title"): "title", ("message", "answers"): "what it answers", ("message", "said_by"): "written by",
    ("message", "said_on"): "written on", ("check_record", "evidence"): "paper", ("school", "type"): "kind of school",
    ("defect", "closed_on"): "put right on", ("defect", "closed_by"): "put right by",
    ("put_off", "until"): "put off to", ("evidence", "owner"): "who looks after it", ("evidence", "title"): "title",
    ("evidence_link", "about"): "evidence for", ("evidence_file", "why"): "why it was renewed",
    ("school_check", "first_used_on"): "counted from the day",
    ("defect", "record"): "found at", ("drill", "record"): "record of the check", ("person", "left_on"): "left on",
    ("contractor", "left_on"): "no longer used since", ("feature", "code"): "question", ("setting", "name"): "setting",
    ("answer", "body"): "governing body", ("person", "days"): "works on", ("session", "days"): "dates",
    ("place_lot", "alone"): "price alone", ("support_review", "words"): "how it stands",
    ("cover", "why"): "why it ended", ("time_off", "minutes"): "minutes", ("hours_entry", "minutes"): "time owed",
    ("sheet", "said_by"): "printed by", ("sheet", "on_date"): "for the day", ("undone", "first"): "first entry",
    ("undone", "last"): "last entry", ("school_check", "ends_on"): "no longer needed after",
}  # fmt: skip
"""Where one table calls a column something of its own."""

_HIDDEN: Final = UNSAID | {"sort"}


def table_words(name: str, number: int = 1) -> str:
    """Return what so many rows of a table are called; a newer table’s are entries."""
    one, many = TABLES.get(name, ("entry", "entries"))
    return one if number == 1 else many


def kind_words(table: str) -> str:
    """Return what one row of a table is, as a heading: "Fault", "Record of a check"."""
    return _heading(table_words(table))


def field_words(name: str, table: str = "") -> str:
    """Return what a column or group is called; a newer one is named as it stands."""
    return OF_TABLE.get((table, name)) or FIELDS.get(name) or name.replace("_", " ")


def heading(name: str, table: str = "") -> str:
    """Return what a column or group is called, with a capital: "Reported on"."""
    return _heading(field_words(name, table))


def _heading(text: str) -> str:
    return text[:1].upper() + text[1:]


def said(con: Connection, column: registry.Column, value: Any, table: str = "") -> str:
    """Return a cell's value as people read it; a group's values in one line."""
    called = _caller(con)
    if column.is_group:
        cells = value if isinstance(value, list) else []
        pairs = zip(column.fields, cells, strict=False)
        told = [value_words(table, f, v, called, day=words.long_date) for f, v in pairs if v is not None]
        return ", ".join(one for one in told if one) or "nothing"
    field = column.fields[0]
    if field.name in SECRET:  # what stands behind a PIN is for nobody to read
        return "not shown" if value else "nothing"
    return value_words(table, field, value, called, day=words.long_date) or "nothing"


def _caller(con: Connection) -> Callable[[bytes], str]:
    from db.queries.exchange import called

    return lambda row: called(con, row, kind_words)


def row_words(con: Connection, table: registry.Table, row: bytes) -> str:
    """Return what people call a row: its name or title, else what it belongs to and its day, else its kind."""
    from db.queries.exchange import name_of

    return name_of(con, table, row, kind=kind_words(table.name))


def row_said(con: Connection, table: registry.Table, cells: dict[int, Any]) -> tuple[tuple[str, str], ...]:
    """Return (column, value) in words for those cells that say something."""
    out = []
    for column in table.columns:
        value = cells.get(column.number)
        if value in (None, "", []) or column.name in _HIDDEN:
            continue
        out.append((field_words(column.name, table.name), said(con, column, value, table.name)))
    return tuple(out)
