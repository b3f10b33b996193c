"""What a school buys, alone and with others, put into the school of the papers: a mark wherever a person may type."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import registry
from tests.services.small_school import DAWN, FRIDAY

if TYPE_CHECKING:
    from tests.exchange.leak_paper_school import PaperSchool

LAST_WEEK = FRIDAY - dt.timedelta(days=7)
BEGAN, YEAR_END = dt.date(2025, 9, 1), dt.date(2027, 8, 31)
NEXT = {"first": dt.date(2027, 9, 1), "last": dt.date(2030, 8, 31)}
MONEY = {"yearly": 120_000, "vat_rate": 2000}
NEIGHBOUR = bytes(range(16))


def put_what_is_bought(school: PaperSchool) -> None:
    """Fill every table of contracts, buying and deals, each row about the one before."""
    with school.small.desk() as desk:
        home = desk.home
    for name in (_of_contracts, _of_buying, _of_deals):
        name(school, home)


def _put(school: PaperSchool, name: str, row: str = "marked", /, **given: Any) -> bytes:
    school.rows[name] = made = school.put(name, row, given)
    return made


def _word(school: PaperSchool, table: str, field: str) -> str:
    return school.marks.word("a", registry.BY_NAME[table].channel, table, field, "marked")


def _of_contracts(school: PaperSchool, home: bytes) -> None:
    supplier = _put(school, "supplier", contractor=school.rows["contractor"], insured_until=FRIDAY, left_on=None)
    contract = _put(
        school, "contract", supplier=supplier, service="grounds", state="live", owner=school.small.people[DAWN],
        first=BEGAN, last=YEAR_END, at_end="renews", renew_months=12, options=None, notice=3, notice_unit="months",
        notice_by="received", post_days=None, notice_ends="", breaks="[]", rise="", rise_rate=None, unit="visit",
        units=12, unit_price=None, alerts="[]", body="", checks="[]", assets="[]", deal=None, buying=None,
        ceased_on=None, lease="", **MONEY,
    )  # fmt: skip
    _put(school, "contract_term", contract=contract, first=dt.date(2026, 9, 1), last=YEAR_END,
         tell_by=dt.date(2027, 4, 30), **MONEY)  # fmt: skip
    _put(school, "contract_decision", contract=contract, term_end=YEAR_END, what="put off", said_on=LAST_WEEK,
         served_on=None, ends_on=None, until=dt.date(2027, 1, 8), meeting_on=None)  # fmt: skip
    _put(school, "contract_note", contract=contract, kind="performance", due_on=None, done_on=None)
    _put(school, "meeting", on_date=dt.date(2027, 2, 3), minute=1080)
    _put(school, "service_review", service="grounds", year=2026, supplier=supplier, contract=contract, route="keep",
         decided_on=LAST_WEEK, said_on=LAST_WEEK, price=120_000, vat_rate=2000, quality=4,
         opt_out_by=dt.date(2027, 1, 8))  # fmt: skip


def _of_buying(school: PaperSchool, home: bytes) -> None:
    buying = _put(
        school, "buying", service="grounds", kind="goods and services", contract=school.rows["contract"], deal=None,
        started_on=LAST_WEEK, months=36, option_months=0, once=0, open_ended=False, route="quotes", chosen=None,
        awarded_on=None, state="", lease="", **MONEY,
    )  # fmt: skip
    part = _word(school, "weights", "parts")
    _put(school, "weights", buying=buying, price=60, parts=json.dumps([{"name": part, "weight": 40}]))
    quote = _put(school, "quote", buying=buying, supplier=school.rows["supplier"], came_on=LAST_WEEK,
                 asked_on=LAST_WEEK, once=0, months=36, declined_on=None, files="[]", **MONEY)  # fmt: skip
    _put(school, "opening", buying=buying, on_date=LAST_WEEK, quotes=json.dumps([quote.hex()]))
    _put(school, "mark", buying=buying, quote=quote, part=part, score=8)
    _put(school, "interest", about_table="buying", about=buying, no_interest=False)
    _put(school, "saving", service="grounds", contract=school.rows["contract"], deal=None, kind="recurring",
         first=dt.date(2026, 9, 1), last=YEAR_END, before=150_000, before_on=LAST_WEEK, after=120_000)  # fmt: skip
    values = {"supplier": None, "contract": None, "count": 9, "pence": 90_000, "months": 9, "first": BEGAN,
              "last": LAST_WEEK, "said": "", "what": ""}  # fmt: skip
    _put(school, "spend", **values)
    _put(school, "running_cost", kind="pay", first=dt.date(2026, 4, 1), last=dt.date(2027, 3, 31), pence=50_000,
         vat=0, paid_by=home)  # fmt: skip
    _share(school, "running_cost", home, None, 50_000, first=dt.date(2026, 4, 1), last=dt.date(2027, 3, 31))


def _of_deals(school: PaperSchool, home: bytes) -> None:
    both = [home.hex(), NEIGHBOUR.hex()]
    deal = _put(
        school, "deal", service="grounds", lead=home, invited=json.dumps(both), decide_by=dt.date(2027, 1, 29),
        at_end="renews", renew_months=12, notice=6, notice_unit="months", leave_notice=6, leave_unit="months",
        join_rule="month start", leave_rule="any day", signed_on=None, ended_on=None, buying=school.rows["buying"],
        review_on=None, unit="", **NEXT,
    )  # fmt: skip
    compared = [{"supplier": _word(school, "deal_offer", "compared"), "whole": 600_000, "score": 9000,
                 "price_score": 5400, "quality_score": 3600, "chosen": True, "quote": school.rows["quote"].hex(),
                 "note": _word(school, "deal_offer", "more of compared")}]  # fmt: skip
    offer = _put(school, "deal_offer", deal=deal, yearly=200_000, vat=40_000, once=1000, months=36,
                 compared=json.dumps(compared), buying=school.rows["buying"], files="[]")  # fmt: skip
    _put(school, "deal_baseline", deal=deal, yearly=120_000, vat=24_000, contract=school.rows["contract"], files="[]",
         none_why="")  # fmt: skip
    _share(school, "deal", home, offer, 200_000, vat=40_000, **NEXT)
    _put(school, "interest", "of the deal", about_table="deal", about=deal, no_interest=False)
    _put(school, "deal_step", about_table="deal", about=deal, kind="join", from_day=NEXT["first"])
    _put(school, "payment", about_table="deal", about=deal, to_school=NEIGHBOUR, pence=1000, vat=200)
    _put(school, "agreement", kind="memorandum", deal=deal, first=LAST_WEEK, last=YEAR_END, ended_on=None,
         parties=json.dumps([{"school": one} for one in both]), leave_unit="months", files="[]")  # fmt: skip
    _put(school, "answer", "of the deal", about_table="deal", about=deal, about_school=home, answer="yes",
         said_on=LAST_WEEK, until=None, seen=school.rows["sharing"], starts=None, ends=None)  # fmt: skip


def _share(school: PaperSchool, about: str, home: bytes, offer: bytes | None, total: int, **more: Any) -> None:
    members = [{"school": one.hex(), "urn": str(n), "name": _word(school, "sharing", "members"),
                "inputs": {"pupils": 100}, "months": None, "days": None}
               for n, one in enumerate((home, NEIGHBOUR))]  # fmt: skip
    _put(school, "sharing", f"of a {about}", about_table=about, about=school.rows[about], offer=offer, total=total,
         parts=json.dumps([{"method": "pupils", "share": 10_000}]), members=json.dumps(members), version=1,
         **{"vat": 0, **more})  # fmt: skip
