"""The registry of permanent numbers: every table and column that can travel, and how rivals of a cell are shown.

A number is never used again and never changes its meaning; a change of meaning is a new number. The column number is
its position among a row's values. ``tests/storage/test_registry_is_permanent.py`` compares this file with the kept
snapshot of the last release.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bursar_desk.domain.operations import ADMIN, COMPLIANCE, LINK, PEOPLE, PRIVATE
from bursar_desk.domain.registry_buying import BUYING_TABLES
from bursar_desk.domain.registry_shapes import Column, Field, Table, cells, earlier, safer

__all__ = [
    "BY_NAME", "BY_NUMBER", "ENCLOSING", "GRANTABLE", "RECORD", "REGISTRY_VERSION", "REMARK", "SET_ASIDE", "STANDING",
    "STANDS", "TABLES", "UNDONE", "Column", "Field", "Table", "snapshot",
]  # fmt: skip

REGISTRY_VERSION: Final = 5
STANDING: Final = 255
"""The column number of ``standing``: the one editable cell of a fact, which stands or is set aside."""
STANDS: Final = "stands"
SET_ASIDE: Final = "set aside"

_RISKS = ("danger", "high", "medium", "low")
_STATES = ("reported", "made safe", "ordered", "done", "verified", "rejected")


TABLES: Final[tuple[Table, ...]] = (
    Table(
        1, "school", ADMIN, False,
        cells(
            "name", "short_name", "urn", "phase", "type", "employer", "pupils:int", "easting:int", "northing:int",
            "address", "postcode", "town", "phone", "built_year:int", "cluster", "opens:int", "closes:int",
            "modelled_on", "sort_of",
        ),
        key="",
    ),
    Table(
        2, "person", PEOPLE, False,
        cells(
            "name", "role", "job_title", "days:int", "starts:int+ends:int", "unlocks:bool", "locks:bool",
            "key_holder:bool", "offers_cover:bool", "checks_confirmed_on:date", "phone", "left_on:date",
            "manages:bool", "email", "offers:json", "shares:bool+shares_on:date", "pattern:json", "week:int",
            "elsewhere:int", "opt_out:bool", "young:bool", "confirmed:json",
        ),
    ),
    Table(
        3,
        "place",
        COMPLIANCE,
        False,
        cells("kind", "parent:id", "name", "sort:int", "note", "floor_area:int", "code", "removed_on:date"),
    ),
    Table(
        4, "school_check", COMPLIANCE, False,
        cells(
            "code", "title", "area", "rule+anchor+weekday:int", "standing_in_law", "applies", "why", "review_on:date",
            "owner:id", "doer:id", "place:id", "first_used_on:date", "measure:int", "points:json", "readings:json",
            "skill", "how_to", "asset:id", "deputy:id", "points_mode", "habit:json", "own_every+own_why+own_by",
            "copied:json", "measure_was:int+measure_changed:date", "lead_days:int", "evidence_needed",
            "second_person:bool", "said_by", "ends_on:date",
        ),
        key="code",
    ),
    Table(
        5, "check_record", COMPLIANCE, True,
        cells(
            "check_id:id", "done_on:date", "done_minute:int", "utc_offset:int", "outcome", "done_by", "person:id",
            "on_behalf", "recorded_by", "point", "readings:json", "note", "printed_on:date", "evidence",
            "evidence_ref", "corrects:id", "asset:id", "second_by", "declared", "sheet", "sheet_line:int",
            "retest:bool", "came_by", "minutes:int",
        ),
    ),
    Table(
        6, "not_done", COMPLIANCE, True,
        cells(
            "check_id:id", "said_on:date", "due_on:date", "reason", "note", "said_by", "person:id", "point", "sheet",
            "sheet_line:int",
        ),
    ),
    Table(
        7, "put_off", COMPLIANCE, True,
        cells(
            "check_id:id", "legal_due:date", "until:date", "reason", "said_by", "person:id", "said_on:date",
            "agreed_by",
        ),
    ),
    Table(
        8, "defect", COMPLIANCE, False,
        cells(
            "check_id:id", "record:id", "place:id", "title", safer("risk", _RISKS), safer("state", _STATES),
            "raised_on:date", "raised_by", "owner:id", earlier("target_on:date"), earlier("stop_on:date"), "note",
            "interim_control+interim_until:date", "closed_on:date", "closed_by", "cost:int", "asset:id",
            "contractor:id", "ordered_on:date", "minutes:int", "planned:bool", "verified_on:date+verified_by",
            "told_on:date", "decided_why", "point",
        ),
    ),
    Table(9, "absence", PEOPLE, False, cells("person:id", "first:date+last:date", "state")),
    Table(10, "absence_reason", PRIVATE, False, cells("absence:id", "reason", "note")),
    Table(
        11, "cover", PEOPLE, False,
        cells(
            "absence:id", "helper_school:id", "helper", "helper_person:id", "first:date+last:date",
            "starts:int+ends:int", "state", "grant_id:id", "checks:json", "duties", "answer_by:date", "note",
            "offer:id", "asked_by", "asked_on:date", "slots:json", "pays", "why",
        ),
    ),
    Table(
        12, "training", PEOPLE, True,
        cells(
            "person:id", "course", "passed_on:date", "expires_on:date", "provider", "number", "assessor", "session:id",
            "refresher:bool", "note",
        ),
    ),
    # `kind` is "" for a whole site induction, "brief" for the short one of a visit; `points`: what was gone through
    Table(
        13, "induction", PEOPLE, True,
        cells("person:id", "person_name", "on_date:date", "given_by", "kind", "points:json", "id_seen:bool",
              "keys_signed:bool"),
    ),
    Table(14, "calendar_block", ADMIN, False, cells("kind", "name", "first:date+last:date", "term", "half:int")),
    Table(
        15,
        "feature",
        COMPLIANCE,
        False,
        cells("code", "answer", "why", "said_by", "said_on:date", "review_on:date"),
        key="code",
    ),
    Table(16, "out_of_use", COMPLIANCE, False, cells("check_id:id", "since:date", "how", "said_by", "back_on:date")),
    Table(17, "site_note", COMPLIANCE, False, cells("kind", "words", "place:id", "sort:int")),
    Table(
        18, "cover_worked", PEOPLE, True,
        cells(
            "cover_id:id", "on_date:date", "starts:int", "ends:int", "helper", "helper_school:id", "approved_by",
            "pause:int", "travel:int", "miles:int", "vehicle", "claim:id", "person:id", "approved_on:date", "note",
        ),
    ),
    # a run of entries that has no effect any more, because the merge that brought it was undone: entries `first` to
    # `last` of a stream, walking down from the one whose hash is `head` (hex); `file` is the SHA-256 (hex) it came in
    Table(19, "undone", ADMIN, True, cells("stream:id", "first:int", "last:int", "head", "file", "words")),
    # what a person decided about one entry: `word` is adopted, declined or confirmed, `op` the operation it is about
    Table(20, "remark", ADMIN, True, cells("op:id", "word", "said_by", "person:id", "note")),
    # what schools say to each other; `kind` is notice, question, answer, help or practice
    Table(
        21, "message", LINK, True,
        cells(
            "kind", "title", "words", "to:json", "answers:id", "said_by", "person:id", "said_on:date",
            "needed_by:date", "about", "why", "impact", "how", "enclosures:json",
        ),
    ),
    # plant and whatever else is examined one by one; `facts` holds what the kind asks for (domain.assets)
    Table(
        22, "asset", COMPLIANCE, False,
        cells(
            "kind", "name", "number", "place:id", "facts:json", "make", "model", "serial", "supplier",
            "bought_on:date", "price:int", "warranty_until:date", "first_used_on:date", "grade", "priority:int",
            "life_years:int", "removed_on:date+removed_why", "replaces:id", "sort:int", "note",
        ),
    ),
    Table(
        23, "contractor", COMPLIANCE, False,
        cells(
            "name", "trade", "phone", "email", "insured_until:date", "insured_for:int",
            "body+body_number+body_until:date", "dbs_seen_on:date", "inducted_on:date", "asbestos_seen_on:date",
            "barred:bool+barred_why", "note", "left_on:date",
        ),
    ),
    # one visit of a contractor's worker; times are minutes of the day
    Table(
        24, "attendance", COMPLIANCE, True,
        cells(
            "contractor:id", "worker", "on_date:date", "arrived:int", "went:int", "purpose", "asbestos_signed:bool",
            "defect:id", "said_by", "place:id",
        ),
    ),
    # a document or photo: what it is; its content and every revision of it are facts of their own
    Table(
        25,
        "evidence",
        COMPLIANCE,
        False,
        cells("title", "kind", "number", "dated:date", "expires_on:date", "owner:id", "note"),
    ),
    Table(
        26,
        "evidence_file",
        COMPLIANCE,
        True,
        cells("evidence:id", "files:json", "said_by", "person:id", "said_on:date", "why"),
    ),
    # `about_table` is a table's name, `about` the row it is evidence for
    Table(27, "evidence_link", COMPLIANCE, True, cells("evidence:id", "about_table", "about:id", "said_by")),
    # evacuation and headcount of a drill; `seconds` from alarm to everybody at the assembly point
    Table(
        28, "drill", COMPLIANCE, True,
        cells(
            "kind", "on_date:date", "minute:int", "seconds:int", "headcount:int", "missing:int", "route_blocked",
            "issues", "actions", "led_by", "said_by", "record:id",
        ),
    ),
    # a sheet as it was printed; `lines` are what each line asks for, in order
    Table(29, "sheet", COMPLIANCE, False, cells("code", "kind", "on_date:date", "lines:json", "said_by"), key="code"),
    # an edition of the catalogue that was looked through; `taken` and `left` list codes
    Table(
        30,
        "edition",
        COMPLIANCE,
        False,
        cells("edition", "looked_on:date", "said_by", "taken:json", "left:json"),
        key="edition",
    ),
    Table(
        31, "permit", COMPLIANCE, False,
        cells(
            "kind", "number", "place:id", "contractor:id", "defect:id", "on_date:date", "starts:int+ends:int", "work",
            "precautions", "issued_by", "closed_on:date", "closed_minute:int", "closed_by", "closed_note",
        ),
    ),
    # walking round with a list: what was looked at and what was found; `answers` line by line
    Table(
        32,
        "walk",
        COMPLIANCE,
        True,
        cells("kind", "on_date:date", "said_by", "person:id", "answers:json", "place:id", "sheet"),
    ),
    # the secret behind a person's PIN, never the PIN; of the school's own computers only
    Table(33, "pin", PRIVATE, False, cells("whose", "person:id", "secret"), key="whose"),
    # what a school settled for itself: the digest's reader, lead times, name of the sheet's round
    Table(34, "setting", COMPLIANCE, False, cells("name", "value:json"), key="name"),
    # how somebody is reached, of the school's own computers only; what may be passed on stands in `person` itself
    Table(35, "contact", PRIVATE, False, cells("whose", "person:id", "phone", "email", "note"), key="whose"),
    # who leads what at a school, from day to day: duty holder, responsible person, line manager, premises lead
    Table(
        36, "lead", PEOPLE, False,
        cells("kind", "person:id", "person_name", "person_school:id", "of_person:id", "first:date+last:date", "note"),
    ),
    # what one party says to what another wrote: yes, no, or taken back; a governing body's with its meeting
    Table(
        37, "answer", PEOPLE, True,
        cells(
            "about_table", "about:id", "about_school:id", "answer", "said_on:date", "said_by", "person:id", "why",
            "starts:int", "ends:int", "body", "minute_ref", "until:date", "conditions", "seen:id",
        ),
    ),
    # which courses a role needs here, where it differs from the usual; `name` is "role/course"
    Table(
        38, "role_course", PEOPLE, False, cells("name", "role", "course", "need", "least:int", "why", "said_by"),
        key="name",
    ),
    # one run of a course that was bought: money in pence, times in minutes of the day, `days` every date of it
    Table(
        39, "session", PEOPLE, False,
        cells(
            "course", "provider", "first:date+last:date", "days:json", "starts:int+ends:int", "venue",
            "venue_school:id", "in_house:bool", "seats:int", "price:int+price_per", "alone:int+alone_from",
            "name_by:date", "state", "wishes:json", "note",
        ),
    ),
    # places bought for a school: `count` of them at `price` pence each, `alone` what one costs bought alone
    Table(
        40, "place_lot", PEOPLE, True,
        cells(
            "course", "for_school:id", "count:int", "bought_on:date", "price:int", "alone:int", "alone_from",
            "session:id", "lapses_on:date", "said_by", "note",
        ),
    ),
    # place `n` of a lot goes to another school once that school says yes; `after` is the move it came by, if any
    Table(
        41, "place_move", PEOPLE, True,
        cells("lot:id", "n:int", "after:id", "to_school:id", "price:int", "said_on:date", "said_by", "answer_by:date",
              "why"),
    ),
    Table(
        42, "booking", PEOPLE, False,
        cells(
            "session:id", "lot:id+n:int", "person:id", "state", "released_by+released_on:date", "cover:id", "why",
            "said_by", "said_on:date", "passed_on:date",
        ),
    ),
    # a school asks for places or a course: the waiting list, and what the cluster buys from
    Table(
        43, "training_wish", PEOPLE, False,
        cells("course", "count:int", "by_date:date", "why", "state", "said_by", "said_on:date", "session:id"),
    ),
    # days on which a school can let nobody go; there is no place for why
    Table(44, "no_release", PEOPLE, False, cells("first:date+last:date", "said_by")),
    # hours a person could help elsewhere: on weekdays (Monday is bit 0) of a stretch of days
    Table(
        45, "cover_offer", PEOPLE, False,
        cells("person:id", "first:date+last:date", "days:int", "starts:int+ends:int", "state", "said_by", "note"),
    ),
    # hours a covering person says they worked, written under the grant; they count once the school agrees
    Table(
        46, "cover_claim", PEOPLE, True,
        cells("on_date:date", "starts:int", "ends:int", "pause:int", "travel:int", "miles:int", "vehicle", "said_by",
              "note", "sheet"),
    ),
    # what an hour of somebody costs the lender from a day on: pence, and hundredths of a per cent on top
    Table(
        47, "rate_card", PEOPLE, False,
        cells(
            "role", "first:date", "hourly:int", "insurance:int", "pension:int", "overhead:int", "mileage:int",
            "agency:int", "said_by", "source", "for_support:bool",
        ),
    ),
    # beside the hours worked: opening balance, write-off, payment; minutes and pence the other school owes this one
    Table(
        48, "hours_entry", PEOPLE, True,
        cells("kind", "other:id", "minutes:int", "pence:int", "on_date:date", "why", "reference", "said_by"),
    ),
    Table(
        49, "support_plan", PEOPLE, False,
        cells(
            "title", "giver:id", "receiver:id", "first:date+last:date", "priorities:json", "activities:json", "lead",
            "monitoring", "budget:int", "standing_before", "standing_after", "state", "outcome", "said_by",
        ),
    ),
    Table(
        50, "support_visit", PEOPLE, True,
        cells(
            "plan:id", "on_date:date", "minutes:int", "travel:int", "miles:int", "vehicle", "role", "by_whom", "focus",
            "found", "actions:json", "next_on:date", "said_by",
        ),
    ),
    Table(
        51, "support_review", PEOPLE, True,
        cells("plan:id", "kind", "on_date:date", "words", "standing_now", "actions:json", "said_by"),
    ),
    # a filled-in cover sheet that came back: every line as it was typed and what became of it, and the file itself
    Table(
        52, "sheet_return", COMPLIANCE, True,
        cells("code", "cover:id", "said_on:date", "said_by", "lines:json", "files:json", "filled_by"),
    ),
    # time off for a shift elsewhere, earned (above nought) or taken: between a person and their own school alone
    Table(
        53, "time_off", PRIVATE, True,
        cells("person:id", "cover:id", "minutes:int", "on_date:date", "use_by:date", "agreed_by", "note"),
    ),
    *BUYING_TABLES,
)  # fmt: skip

BY_NUMBER: Final[Mapping[int, Table]] = {table.number: table for table in TABLES}
BY_NAME: Final[Mapping[str, Table]] = {table.name: table for table in TABLES}

UNDONE: Final = BY_NAME["undone"].number
REMARK: Final = BY_NAME["remark"].number
RECORD: Final = BY_NAME["check_record"].number
ENCLOSING: Final[Mapping[str, str]] = {
    "message": "enclosures", "evidence_file": "files", "sheet_return": "files",
    "quote": "files", "deal_offer": "files", "deal_baseline": "files", "agreement": "files",
}  # fmt: skip
"""Columns that name files by the SHA-256 of their content, by table: ``[{"name", "sha256", "size", "type"}, ...]``."""

GRANTABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "check_record": (
        "check_id", "done_on", "done_minute", "utc_offset", "outcome", "done_by", "person", "on_behalf",
        "recorded_by", "point", "readings", "note", "printed_on", "evidence", "evidence_ref", "corrects",
        "second_by", "declared", "sheet", "sheet_line", "retest", "came_by", "minutes",
    ),
    "not_done": (
        "check_id", "said_on", "due_on", "reason", "note", "said_by", "person", "point", "sheet", "sheet_line",
    ),
    "defect": ("check_id", "record", "place", "title", "risk", "state", "raised_on", "raised_by", "note", "point"),
    "cover_claim": (
        "on_date", "starts", "ends", "pause", "travel", "miles", "vehicle", "said_by", "note", "sheet",
    ),
}  # fmt: skip
"""What a covering person may add, by table and column; a new column is out of reach until it is listed here."""


def snapshot() -> list[str]:
    """Return one line a column, as kept in the tests to notice any number that changed its meaning."""
    return [
        f"{table.number} {table.name} {table.channel} {'fact' if table.is_fact else 'editable'} key={table.key!r} "
        f"{column.number} {'+'.join(f'{field.name}:{field.type}' for field in column.fields)} "
        f"{column.shown} {','.join(column.cautious)}".rstrip()
        for table in TABLES
        for column in table.columns
    ]
