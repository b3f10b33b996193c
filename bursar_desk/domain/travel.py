"""What may leave a school, channel by channel: the one list. A column that is not in it cannot be written at all.

Whoever may read a channel receives every entry of it, so the decision falls before anything is written: ``db.session``
refuses a value for a column that no channel lists. The private channel goes to the school's own computers only. What
goes into a cover pack is cut down further by ``db.extract.ALLOWED``, and what comes back by ``registry.GRANTABLE``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bursar_desk.domain import registry
from bursar_desk.domain.operations import ADMIN, COMPLIANCE, LINK, PEOPLE, PRIVATE

TRAVELS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    COMPLIANCE: {
        "place": ("kind", "parent", "name", "sort", "note", "floor_area", "code", "removed_on"),
        "school_check": (
            "code", "title", "area", "rule+anchor+weekday", "standing_in_law", "applies", "why", "review_on", "owner",
            "doer", "place", "first_used_on", "measure", "points", "readings", "skill", "how_to", "asset", "deputy",
            "points_mode", "habit", "own_every+own_why+own_by", "copied", "measure_was+measure_changed", "lead_days",
            "evidence_needed", "second_person", "said_by", "ends_on",
        ),
        "check_record": (
            "check_id", "done_on", "done_minute", "utc_offset", "outcome", "done_by", "person", "on_behalf",
            "recorded_by", "point", "readings", "note", "printed_on", "evidence", "evidence_ref", "corrects", "asset",
            "second_by", "declared", "sheet", "sheet_line", "retest", "came_by", "minutes",
        ),
        "not_done": (
            "check_id", "said_on", "due_on", "reason", "note", "said_by", "person", "point", "sheet", "sheet_line",
        ),
        "put_off": ("check_id", "legal_due", "until", "reason", "said_by", "person", "said_on", "agreed_by"),
        "defect": (
            "check_id", "record", "place", "title", "risk", "state", "raised_on", "raised_by", "owner", "target_on",
            "stop_on", "note", "interim_control+interim_until", "closed_on", "closed_by", "cost",
            "asset", "contractor", "ordered_on", "minutes", "planned", "verified_on+verified_by", "told_on",
            "decided_why", "point",
        ),
        "feature": ("code", "answer", "why", "said_by", "said_on", "review_on"),
        "out_of_use": ("check_id", "since", "how", "said_by", "back_on"),
        "site_note": ("kind", "words", "place", "sort"),
        "asset": (
            "kind", "name", "number", "place", "facts", "make", "model", "serial", "supplier", "bought_on", "price",
            "warranty_until", "first_used_on", "grade", "priority", "life_years", "removed_on+removed_why", "replaces",
            "sort", "note",
        ),
        "contractor": (
            "name", "trade", "phone", "email", "insured_until", "insured_for", "body+body_number+body_until",
            "dbs_seen_on", "inducted_on", "asbestos_seen_on", "barred+barred_why", "note", "left_on",
        ),
        "attendance": (
            "contractor", "worker", "on_date", "arrived", "went", "purpose", "asbestos_signed", "defect", "said_by",
            "place",
        ),
        "evidence": ("title", "kind", "number", "dated", "expires_on", "owner", "note"),
        "evidence_file": ("evidence", "files", "said_by", "person", "said_on", "why"),
        "evidence_link": ("evidence", "about_table", "about", "said_by"),
        "drill": (
            "kind", "on_date", "minute", "seconds", "headcount", "missing", "route_blocked", "issues", "actions",
            "led_by", "said_by", "record",
        ),
        "sheet": ("code", "kind", "on_date", "lines", "said_by"),
        "edition": ("edition", "looked_on", "said_by", "taken", "left"),
        "permit": (
            "kind", "number", "place", "contractor", "defect", "on_date", "starts+ends", "work", "precautions",
            "issued_by", "closed_on", "closed_minute", "closed_by", "closed_note",
        ),
        "walk": ("kind", "on_date", "said_by", "person", "answers", "place", "sheet"),
        "setting": ("name", "value"),
        "sheet_return": ("code", "cover", "said_on", "said_by", "lines", "files", "filled_by"),
        "supplier": (
            "name", "also", "contact", "phone", "email", "account", "company_number", "insured_until", "insured_for",
            "contractor", "note", "left_on",
        ),
        "contract": (
            "title", "supplier", "service", "scope", "owner", "state", "reference", "first+last", "at_end",
            "renew_months", "options", "notice+notice_unit+notice_clear", "notice_by", "post_days", "notice_ends",
            "breaks", "yearly+vat_rate", "rise+rise_rate+rise_note", "unit+units+unit_price", "ending_charge",
            "service_level", "alerts", "body", "checks", "assets", "deal", "buying", "bought_how", "insured_until",
            "ceased_on+ceased_why", "said_by", "note", "came_from", "lease+lease_consent",
        ),
        "contract_term": (
            "contract", "first+last", "yearly+vat_rate", "rise_words", "tell_by", "source", "said_by",
        ),
        "contract_decision": (
            "contract", "term_end", "what", "said_on", "said_by", "person", "agreed_by", "minute_ref", "meeting_on",
            "served_on", "served_how", "ends_on", "until", "why",
        ),
        "contract_note": (
            "contract", "kind", "on_date", "words", "rating", "due_on", "done_on+done_by", "said_by",
        ),
        "meeting": (
            "body", "on_date", "minute", "paper_days", "note",
        ),
        "service_review": (
            "service", "title", "year", "provider", "supplier", "contract", "price+vat_rate", "priced_on+priced_from",
            "quality+quality_why", "route", "why", "decided_on+body+minute_ref", "opt_out_by", "said_by", "said_on",
            "review_on", "other_price+other_from",
        ),
        "buying": (
            "title", "service", "kind", "contract", "deal", "started_on",
            "yearly+months+option_months+once+vat_rate+open_ended", "route", "framework+framework_ref+framework_until",
            "framework_checked", "call_off", "quotes_by", "fewer_why", "approved_by+approved_on", "chosen+chosen_why",
            "awarded_on", "published", "order_ref", "state", "specification", "said_by", "note", "lease+lease_consent",
        ),
        "weights": (
            "buying", "price", "parts", "said_by", "said_on", "why",
        ),
        "quote": (
            "buying", "supplier", "supplier_name", "asked_on", "came_on", "came_how", "yearly+once+vat_rate", "months",
            "valid_until", "declined_on+declined_why", "files", "note", "unit_price",
        ),
        "opening": (
            "buying", "on_date", "said_by", "beside", "quotes",
        ),
        "mark": (
            "buying", "quote", "part", "score", "why", "said_by", "person", "said_on",
        ),
        "interest": (
            "about_table", "about", "who", "no_interest", "what", "steps", "said_on", "said_by",
        ),
        "saving": (
            "title", "service", "contract", "deal", "kind", "first+last", "before+before_on", "before_document",
            "after+after_from", "how", "said_by", "said_on", "confirmed_by+confirmed_on", "note",
        ),
    },
    PEOPLE: {
        "person": (
            "name", "role", "job_title", "days", "starts+ends", "unlocks", "locks", "key_holder", "offers_cover",
            "checks_confirmed_on", "phone", "left_on", "manages", "email", "offers", "shares+shares_on",
            "pattern", "week", "elsewhere", "opt_out", "young", "confirmed",
        ),
        "absence": ("person", "first+last", "state"),
        "cover": (
            "absence", "helper_school", "helper", "helper_person", "first+last", "starts+ends", "state", "grant_id",
            "checks", "duties", "answer_by", "note", "offer", "asked_by", "asked_on", "slots", "pays", "why",
        ),
        "training": (
            "person", "course", "passed_on", "expires_on", "provider", "number", "assessor", "session", "refresher",
            "note",
        ),
        "induction": (
            "person", "person_name", "on_date", "given_by", "kind", "points", "id_seen", "keys_signed",
        ),
        "cover_worked": (
            "cover_id", "on_date", "starts", "ends", "helper", "helper_school", "approved_by", "pause", "travel",
            "miles", "vehicle", "claim", "person", "approved_on", "note",
        ),
        "lead": ("kind", "person", "person_name", "person_school", "of_person", "first+last", "note"),
        "answer": (
            "about_table", "about", "about_school", "answer", "said_on", "said_by", "person", "why", "starts", "ends",
            "body", "minute_ref", "until", "conditions", "seen",
        ),
        "role_course": ("name", "role", "course", "need", "least", "why", "said_by"),
        "session": (
            "course", "provider", "first+last", "days", "starts+ends", "venue", "venue_school", "in_house", "seats",
            "price+price_per", "alone+alone_from", "name_by", "state", "wishes", "note",
        ),
        "place_lot": (
            "course", "for_school", "count", "bought_on", "price", "alone", "alone_from", "session", "lapses_on",
            "said_by", "note",
        ),
        "place_move": ("lot", "n", "after", "to_school", "price", "said_on", "said_by", "answer_by", "why"),
        "booking": (
            "session", "lot+n", "person", "state", "released_by+released_on", "cover", "why", "said_by", "said_on",
            "passed_on",
        ),
        "training_wish": ("course", "count", "by_date", "why", "state", "said_by", "said_on", "session"),
        "no_release": ("first+last", "said_by"),
        "cover_offer": ("person", "first+last", "days", "starts+ends", "state", "said_by", "note"),
        "cover_claim": ("on_date", "starts", "ends", "pause", "travel", "miles", "vehicle", "said_by", "note", "sheet"),
        "rate_card": (
            "role", "first", "hourly", "insurance", "pension", "overhead", "mileage", "agency", "said_by", "source",
            "for_support",
        ),
        "hours_entry": ("kind", "other", "minutes", "pence", "on_date", "why", "reference", "said_by"),
        "support_plan": (
            "title", "giver", "receiver", "first+last", "priorities", "activities", "lead", "monitoring", "budget",
            "standing_before", "standing_after", "state", "outcome", "said_by",
        ),
        "support_visit": (
            "plan", "on_date", "minutes", "travel", "miles", "vehicle", "role", "by_whom", "focus", "found",
            "actions", "next_on", "said_by",
        ),
        "support_review": ("plan", "kind", "on_date", "words", "standing_now", "actions", "said_by"),
    },
    ADMIN: {
        "school": (
            "name", "short_name", "urn", "phase", "type", "employer", "pupils", "easting", "northing", "address",
            "postcode", "town", "phone", "built_year", "cluster", "opens", "closes", "modelled_on", "sort_of",
        ),
        "calendar_block": ("kind", "name", "first+last", "term", "half"),
        "undone": ("stream", "first", "last", "head", "file", "words"),
        "remark": ("op", "word", "said_by", "person", "note"),
    },
    LINK: {
        "message": (
            "kind", "title", "words", "to", "answers", "said_by", "person", "said_on", "needed_by", "about", "why",
            "impact", "how", "enclosures",
        ),
        "deal": (
            "title", "service", "scope", "lead", "invited", "proposed_on", "decide_by", "said_by", "first+last",
            "at_end", "renew_months", "notice+notice_unit+notice_clear", "leave_notice+leave_unit", "join_rule",
            "leave_rule", "signed_on+signed_by+signed_ref", "ended_on+ended_why", "note", "buying", "unit", "review_on",
        ),
        "deal_offer": (
            "deal", "supplier_name", "yearly", "vat", "once", "months", "valid_until", "compared", "chosen_why",
            "buying", "said_on", "said_by", "why", "files",
        ),
        "deal_baseline": (
            "deal", "yearly", "vat", "dated", "document", "contract", "quality", "said_on", "said_by", "why", "files",
            "none_why",
        ),
        "sharing": (
            "about_table", "about", "offer", "total", "vat", "first+last", "parts", "members", "source", "said_on",
            "said_by", "why", "version",
        ),
        "deal_step": (
            "about_table", "about", "kind", "said_on", "from_day", "body", "minute_ref", "why", "said_by",
        ),
        "agreement": (
            "title", "kind", "deal", "parties", "contributions", "entitlements", "leave_notice+leave_unit",
            "first+last", "review_on", "purpose", "said_by", "said_on", "files", "ended_on+ended_why",
        ),
        "running_cost": (
            "title", "kind", "first+last", "pence+vat", "paid_by", "said_by", "said_on", "document", "note",
        ),
        "payment": (
            "about_table", "about", "to_school", "pence", "vat", "on_date", "reference", "said_by", "period",
        ),
    },
    PRIVATE: {
        "absence_reason": ("absence", "reason", "note"),
        "pin": ("whose", "person", "secret"),
        "contact": ("whose", "person", "phone", "email", "note"),
        "time_off": ("person", "cover", "minutes", "on_date", "use_by", "agreed_by", "note"),
        "spend": (
            "name", "called", "supplier", "contract", "count+pence+months", "first+last", "source", "said", "said_by",
            "said_on", "what",
        ),
    },
}


def listed(table: registry.Table, column: registry.Column) -> bool:
    """Tell whether a column may be written: its table's channel lists it by name."""
    return column.name in TRAVELS.get(table.channel, {}).get(table.name, ())
