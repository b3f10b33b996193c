"""The registry's tables of contracts, buying and group deals: whole pence, rates in hundredths of a per cent.

A school's own contracts and buying travel with its checks. What schools agree together (deals, offers, how a cost is
shared, baselines, payments, memoranda) travels on the link, so that every member can follow every figure.
"""

from __future__ import annotations

from typing import Final

from bursar_desk.domain.operations import COMPLIANCE, LINK, PRIVATE
from bursar_desk.domain.registry_shapes import Table, cells, earlier

BUYING_TABLES: Final[tuple[Table, ...]] = (
    # whom we buy from; `contractor` is the same firm where it also attends the site, `also` its other names
    Table(
        54, "supplier", COMPLIANCE, False,
        cells(
            "name", "also:json", "contact", "phone", "email", "account", "company_number", "insured_until:date",
            "insured_for:int", "contractor:id", "note", "left_on:date",
        ),
    ),
    # `first+last` is the first term; `at_end` "ends", "renews", "rolls" or "option", by `renew_months` each time;
    # `notice_by` "served" or "received"; `checks` and `assets` list what it serves as ids in hex
    Table(
        55, "contract", COMPLIANCE, False,
        cells(
            "title", "supplier:id", "service", "scope", "owner:id", "state", "reference", "first:date+last:date",
            "at_end", "renew_months:int", "options:int", "notice:int+notice_unit+notice_clear:bool",
            "notice_by", "post_days:int", "notice_ends", "breaks:json", "yearly:int+vat_rate:int",
            "rise+rise_rate:int+rise_note", "unit+units:int+unit_price:int", "ending_charge:int", "service_level",
            "alerts:json", "body", "checks:json", "assets:json", "deal:id", "buying:id", "bought_how",
            earlier("insured_until:date"), "ceased_on:date+ceased_why", "said_by", "note", "came_from",
            "lease+lease_consent",
        ),
    ),
    # one term as it really was or will be: its price, and the date a letter gives for telling them
    Table(
        56, "contract_term", COMPLIANCE, False,
        cells(
            "contract:id", "first:date+last:date", "yearly:int+vat_rate:int", "rise_words", earlier("tell_by:date"),
            "source", "said_by",
        ),
    ),
    # what was decided for the end of one term, and how and when they were told; `until` of what is put off
    Table(
        57, "contract_decision", COMPLIANCE, True,
        cells(
            "contract:id", "term_end:date", "what", "said_on:date", "said_by", "person:id", "agreed_by", "minute_ref",
            "meeting_on:date", "served_on:date", "served_how", "ends_on:date", "until:date", "why",
        ),
    ),
    # how a contract goes: performance, disputes, steps of leaving it
    Table(
        58, "contract_note", COMPLIANCE, False,
        cells(
            "contract:id", "kind", "on_date:date", "words", "rating:int", "due_on:date", "done_on:date+done_by",
            "said_by",
        ),
    ),
    # when governors or a committee meet; `paper_days` before it papers are due
    Table(
        59, "meeting", COMPLIANCE, False, cells("body", "on_date:date", "minute:int", "paper_days:int", "note"),
    ),
    # one service in one yearly review: what it is worth staying with; `year` is the year it begins in
    Table(
        60, "service_review", COMPLIANCE, False,
        cells(
            "service", "title", "year:int", "provider", "supplier:id", "contract:id", "price:int+vat_rate:int",
            "priced_on:date+priced_from", "quality:int+quality_why", "route", "why", "decided_on:date+body+minute_ref",
            earlier("opt_out_by:date"), "said_by", "said_on:date", "review_on:date", "other_price:int+other_from",
        ),
    ),
    # one purchase; value is whole life: `yearly` net for `months`, `option_months` more, `once` beside it
    Table(
        61, "buying", COMPLIANCE, False,
        cells(
            "title", "service", "kind", "contract:id", "deal:id", "started_on:date",
            "yearly:int+months:int+option_months:int+once:int+vat_rate:int+open_ended:bool", "route",
            "framework+framework_ref+framework_until:date", "framework_checked:json", "call_off", "quotes_by:date",
            "fewer_why", "approved_by+approved_on:date", "chosen:id+chosen_why", "awarded_on:date", "published",
            "order_ref", "state", "specification", "said_by", "note", "lease+lease_consent",
        ),
    ),
    # how quotes will be judged, said before any is opened: `parts` name and weight, weights add up to 100
    Table(62, "weights", COMPLIANCE, True, cells("buying:id", "price:int", "parts:json", "said_by", "said_on:date",
                                                 "why")),
    # a quote as it came; its prices are entered when quotes are opened
    Table(
        63, "quote", COMPLIANCE, False,
        cells(
            "buying:id", "supplier:id", "supplier_name", "asked_on:date", "came_on:date", "came_how",
            "yearly:int+once:int+vat_rate:int", "months:int", "valid_until:date", "declined_on:date+declined_why",
            "files:json", "note", "unit_price:int",
        ),
    ),
    Table(64, "opening", COMPLIANCE, True, cells("buying:id", "on_date:date", "said_by", "beside", "quotes:json")),
    # one person's mark out of 10 for one part of one quote
    Table(
        65, "mark", COMPLIANCE, True,
        cells("buying:id", "quote:id", "part", "score:int", "why", "said_by", "person:id", "said_on:date"),
    ),
    # somebody declares an interest, or that there is none
    Table(
        66, "interest", COMPLIANCE, True,
        cells("about_table", "about:id", "who", "no_interest:bool", "what", "steps", "said_on:date", "said_by"),
    ),
    # money saved against a dated document, or lost: `kind` "recurring" (a year) or "once"
    Table(
        67, "saving", COMPLIANCE, False,
        cells(
            "title", "service", "contract:id", "deal:id", "kind", "first:date+last:date", "before:int+before_on:date",
            "before_document", "after:int+after_from", "how", "said_by", "said_on:date",
            "confirmed_by+confirmed_on:date", "note",
        ),
    ),
    # payments to one supplier by a ledger, of the school's own computers only: a ledger may name a person
    Table(
        68, "spend", PRIVATE, False,
        cells("name", "called", "supplier:id", "contract:id", "count:int+pence:int+months:int",
              "first:date+last:date", "source", "said", "said_by", "said_on:date", "what"),
        key="name",
    ),
    # a group deal; `invited` lists schools as ids in hex; `lead` the school that signs
    Table(
        69, "deal", LINK, False,
        cells(
            "title", "service", "scope", "lead:id", "invited:json", "proposed_on:date", "decide_by:date", "said_by",
            "first:date+last:date", "at_end", "renew_months:int", "notice:int+notice_unit+notice_clear:bool",
            "leave_notice:int+leave_unit", "join_rule", "leave_rule", "signed_on:date+signed_by+signed_ref",
            "ended_on:date+ended_why", "note", "buying:id", "unit", "review_on:date",
        ),
    ),
    # a price for the whole group, a year; `compared` the quotes side by side as the governors saw them
    Table(
        70, "deal_offer", LINK, True,
        cells(
            "deal:id", "supplier_name", "yearly:int", "vat:int", "once:int", "months:int", "valid_until:date",
            "compared:json", "chosen_why", "buying:id", "said_on:date", "said_by", "why", "files:json",
        ),
    ),
    # what a school pays today, said by itself and frozen: a later one is a new version with its reason
    Table(
        71, "deal_baseline", LINK, True,
        cells(
            "deal:id", "yearly:int", "vat:int", "dated:date", "document", "contract:id", "quality:int", "said_on:date",
            "said_by", "why", "files:json", "none_why",
        ),
    ),
    # one version of how a cost is shared: `parts` of the mixture, `members` with their inputs as they were that day
    Table(
        72, "sharing", LINK, True,
        cells(
            "about_table", "about:id", "offer:id", "total:int", "vat:int", "first:date+last:date", "parts:json",
            "members:json", "source", "said_on:date", "said_by", "why", "version:int",
        ),
    ),
    # a school joins late or gives notice to leave
    Table(
        73, "deal_step", LINK, True,
        cells(
            "about_table", "about:id", "kind", "said_on:date", "from_day:date", "body", "minute_ref", "why", "said_by",
        ),
    ),
    # a memorandum of understanding or a data-sharing agreement, as data
    Table(
        74, "agreement", LINK, False,
        cells(
            "title", "kind", "deal:id", "parties:json", "contributions:json", "entitlements:json",
            "leave_notice:int+leave_unit", "first:date+last:date", "review_on:date", "purpose", "said_by",
            "said_on:date", "files:json", "ended_on:date+ended_why",
        ),
    ),
    # what it costs to run the cluster: one line for a stretch of days, shared like a deal
    Table(
        75, "running_cost", LINK, False,
        cells("title", "kind", "first:date+last:date", "pence:int+vat:int", "paid_by:id", "said_by", "said_on:date",
              "document", "note"),
    ),
    # money one school paid another for a deal, a memorandum or the cluster's costs
    Table(
        76, "payment", LINK, True,
        cells("about_table", "about:id", "to_school:id", "pence:int", "vat:int", "on_date:date", "reference",
              "said_by", "period"),
    ),
)  # fmt: skip
