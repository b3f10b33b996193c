"""The words of the story: what rows, cells and values are called by people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry, words
from bursar_desk.domain.checks import NotDoneReason

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection

KINDS: Final = {
    "school": "School", "person": "Person", "place": "Place", "school_check": "Check", "check_record": "Record",
    "not_done": "Not done", "put_off": "Put off", "defect": "Fault", "absence": "Absence",
    "absence_reason": "Reason for an absence", "cover": "Cover", "training": "Training", "induction": "Induction",
    "calendar_block": "School calendar", "feature": "What the site has", "out_of_use": "Out of use",
    "site_note": "Site sheet", "cover_worked": "Cover hours", "undone": "Merge undone", "remark": "Decision",
    "message": "Message",
}  # fmt: skip
_FIELDS: Final = {
    "name": "Name", "short_name": "Short name", "urn": "URN", "phase": "Phase", "type": "Kind of school",
    "employer": "Employer", "pupils": "Pupils", "address": "Address", "postcode": "Postcode", "town": "Town",
    "phone": "Phone", "built_year": "Year built", "cluster": "Cluster", "opens": "Opens at", "closes": "Closes at",
    "role": "Role", "job_title": "Job", "days": "Works on", "starts": "From", "ends": "To", "unlocks": "Unlocks",
    "locks": "Locks up", "key_holder": "Holds keys", "offers_cover": "Offers cover",
    "checks_confirmed_on": "Checks on the person confirmed", "left_on": "Left on", "manages": "Runs this register",
    "kind": "Kind", "parent": "Inside", "sort": "Order", "note": "Note", "code": "Code", "title": "Name",
    "area": "Area", "rule": "How often", "anchor": "Counted from", "weekday": "Day of the week",
    "standing_in_law": "Standing in law", "applies": "Needed here", "why": "Why", "review_on": "Look again on",
    "owner": "Who answers for it", "doer": "Who does it", "place": "Place", "first_used_on": "First used on",
    "measure": "Measure", "points": "Points in turn", "readings": "Readings", "skill": "Course it needs",
    "how_to": "How to do it", "check_id": "Check", "done_on": "Done on", "done_minute": "Time", "outcome": "Result",
    "done_by": "Done by", "person": "Person", "on_behalf": "On behalf of", "recorded_by": "Recorded by",
    "point": "Point", "printed_on": "Date on the paper", "evidence": "Paper", "evidence_ref": "Paper held",
    "corrects": "Puts right", "said_on": "Said on", "due_on": "Was due on", "reason": "Reason", "said_by": "Said by",
    "legal_due": "Due by law", "until": "Put off to", "record": "Found at", "risk": "Risk", "state": "State",
    "raised_on": "Reported on", "raised_by": "Reported by", "target_on": "To be done by", "stop_on": "Stop using on",
    "interim_control": "Until then", "interim_until": "Until", "closed_on": "Put right on",
    "closed_by": "Put right by", "cost": "Cost", "first": "First day", "last": "Last day", "absence": "Absence",
    "helper_school": "School that helps", "helper": "Who helps", "helper_person": "Who helps", "checks": "Checks",
    "duties": "Duties", "answer_by": "Answer by", "course": "Course", "passed_on": "Passed on",
    "expires_on": "Runs out on", "provider": "Provider", "person_name": "Person", "on_date": "Day",
    "given_by": "Given by", "term": "Term", "half": "Half", "answer": "Answer", "since": "Since", "how": "How",
    "back_on": "Back on", "words": "Words", "cover_id": "Cover", "approved_by": "Agreed by", "standing": "Counts",
    "word": "Decision", "to": "To", "answers": "Answers", "needed_by": "Needed by", "about": "About",
    "impact": "What it means", "enclosures": "Enclosed",
}  # fmt: skip
_UNSAID: Final = frozenset(
    {
        "easting", "northing", "modelled_on", "sort_of", "utc_offset", "grant_id", "op", "stream", "head", "file",
        "secret", "whose",
    }
)  # fmt: skip
"""Values that say nothing to people."""
_MINUTES: Final = frozenset({"starts", "ends", "opens", "closes", "done_minute"})
_SAID: Final = {
    ("check_record", "outcome"): words.OUTCOME_WORDS,
    ("check_record", "evidence"): {"none": "No paper", "held": "Held", "awaited": "Awaited"},
    ("not_done", "reason"): {one.value: one.said for one in NotDoneReason},
    ("school_check", "applies"): {"yes": "Yes", "no": "No", "ask": "Not answered"},
    ("school_check", "standing_in_law"): {
        "statutory": "Required by law", "approved_code_or_standard": "Required by an approved code",
        "recommended": "Recommended",
    },
}  # fmt: skip
STANDING_WORDS: Final = {registry.STANDS: "Yes", registry.SET_ASIDE: "No, it was taken out"}
NOTHING: Final = "Nothing"


def field_words(name: str) -> str:
    """Return what people call a value; a newer one is named as it stands."""
    return _FIELDS.get(name) or name.replace("_", " ").capitalize()


def fields_of(table: registry.Table, number: int, value: Any) -> list[tuple[registry.Field, Any]]:
    """Return the values of one cell with their fields, a group laid out; without those that say nothing to people."""
    if number == registry.STANDING:
        return [(registry.Field("standing", "text"), value)]
    column = table.column_numbered(number)
    if column is None:
        return []
    values = value if column.is_group and isinstance(value, list) else [value] * len(column.fields)
    if column.is_group and not isinstance(value, list):
        values = [None] * len(column.fields)
    return [(f, v) for f, v in zip(column.fields, values, strict=False) if f.name not in _UNSAID]


def says_again(table: registry.Table, field: str, value: Any) -> bool:
    """Tell whether a new row's value says what its name or another value of it says already."""
    names = {one.name for one in table.fields}
    if field == "person":
        return not names.isdisjoint({"done_by", "said_by", "person_name"})
    return (field == "check_id" and table.name in ("check_record", "not_done", "put_off")) or value == "none"


class Speaker:
    """Puts values into words; names of rows are looked up once."""

    def __init__(self, desk: Desk, con: Connection) -> None:
        self._desk, self._con = desk, con
        self._names: dict[bytes, str] = {}

    def row(self, table: registry.Table, row: bytes) -> str:
        """Return what people call a row: its title or name, else what it is about."""
        return self.name(row, table.name) or KINDS.get(table.name, "Entry")

    def when(self, table: registry.Table, row: bytes) -> str:
        """Return the day a row tells of, in words; nothing where it names none."""
        from db.as_at import ASSERTED
        from db.derived import date_of
        from db.queries.stories import first_value

        if table.name not in ASSERTED:
            return ""
        day = first_value(self._con, table, row, table.column(ASSERTED[table.name]).fields[0].name)
        return words.short_date(date_of(day)) if isinstance(day, int) else ""

    def name(self, row: bytes, table: str = "") -> str:
        """Return the name of any row, or nothing when it is not held here."""
        if row not in self._names:
            self._names[row] = self._look_up(row, table)
        return self._names[row]

    def _look_up(self, row: bytes, table: str) -> str:
        from db.queries.stories import call_name

        if row in self._desk.trust.roots:
            return self._desk.school_name(row)
        found = call_name(self._con, row, table)
        if found is None:
            return ""
        return found.name or (self.name(found.about) if found.about is not None else "")

    def value(self, table: registry.Table, field: registry.Field, value: Any) -> str:
        """Return a value in words; ``NOTHING`` for none."""
        from db.derived import date_of

        if value is None or value == "":
            return NOTHING
        if field.name == "standing":
            return STANDING_WORDS.get(value, str(value))
        said = _SAID.get((table.name, field.name))
        if said is not None and isinstance(value, str):
            return said.get(value, value)
        if field.type == "date" and isinstance(value, int):
            return words.short_date(date_of(value))
        if field.type == "id" and isinstance(value, bytes):
            return self.name(value) or "Something not held here"
        if field.type == "bool":
            return "Yes" if value else "No"
        if field.type == "json" and isinstance(value, str):
            return self._listed(value)
        if isinstance(value, int):
            return _number(field.name, value)
        if field.name == "rule":
            return _rule(str(value))
        return _area(str(value)) if field.name == "area" else _capital(field.name, str(value))

    def _listed(self, text: str) -> str:
        try:
            found = json.loads(text)
        except ValueError:
            return text
        parts = found if isinstance(found, list) else [found]
        return "; ".join(said for one in parts if (said := self._one(one))) or NOTHING

    def _one(self, one: Any) -> str:
        if isinstance(one, dict):
            value = one.get("value")
            if isinstance(value, int):  # a reading, in tenths
                return f"{one.get('name', '')} {_tenths(value)} {one.get('unit', '')}".strip()
            return str(one.get("name", ""))
        if isinstance(one, str) and len(one) == 32 and all(letter in "0123456789abcdef" for letter in one):
            return self.name(bytes.fromhex(one)) or "something not held here"
        return str(one)


def _tenths(value: int) -> str:
    whole, odd = divmod(abs(value), 10)
    return f"{words.MINUS if value < 0 else ''}{whole}{f'.{odd}' if odd else ''}"


def _number(name: str, value: int) -> str:
    if name in _MINUTES and 0 <= value <= 1440:
        return f"{value // 60:02d}:{value % 60:02d}"
    if name == "days":
        return words.listing([day for n, day in enumerate(words.WEEKDAYS) if value >> n & 1]) or NOTHING
    if name == "weekday" and 0 <= value < 7:
        return words.WEEKDAYS[value]
    if name == "cost":
        return words.money(value)
    return str(value) if name == "built_year" else words.number(value)


def _rule(text: str) -> str:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.intervals import describe, parse_rule

    try:
        return describe(parse_rule(text))
    except UserError:
        return text


def _area(code: str) -> str:
    from bursar_desk.domain import areas

    return next((one.name for one in areas.AREAS if one.code == code), code)


def _capital(name: str, text: str) -> str:
    coded = ("state", "risk", "kind", "role", "word", "anchor", "employer")
    return text[:1].upper() + text[1:] if name in coded else text
