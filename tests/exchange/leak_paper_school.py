"""A school whose records make sense on paper, with a mark wherever a person may type words."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from tests.exchange.leak_marks import Marks, filled
from tests.exchange.leak_paper_buying import put_what_is_bought
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small

if TYPE_CHECKING:
    from pathlib import Path

NEIGHBOUR = bytes(range(16))
LAST_WEEK = FRIDAY - dt.timedelta(days=7)


@dataclass
class PaperSchool:
    """A small school; what only the program chooses (outcomes, rules, states) is real, every other text is a mark."""

    small: Small
    marks: Marks = field(default_factory=Marks)
    cover: bytes = b""
    rows: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def found(cls, folder: Path) -> PaperSchool:
        made = cls(Small.found(folder))
        small = made.small
        for code in ("FIRE-04", "WATR-04"):
            where = ("a", "compliance", "school_check")
            typed = {name: made.marks.word(*where, name, code) for name in ("title", "why", "how_to")}
            small.add(code, doer=TERRY, points=[made.marks.word(*where, "points", code)], **typed)
        for name, given in made._sensible().items():
            made.rows[name] = made.put(name, "marked", given)
        for name, given in made._about_them().items():
            made.rows[name] = made.put(name, "marked", given)
        made._cover()
        made._owed()
        put_what_is_bought(made)
        return made

    def put(self, name: str, row: str, given: dict[str, Any]) -> bytes:
        """One row: what is given, and a mark in every other text."""
        table = registry.BY_NAME[name]
        values = filled(self.marks, "a", table, row, given=given)
        who = self.marks.word("a", table.channel, "act", "who", name)
        with self.small.act(ActCode.CHANGE_CHECK, FRIDAY) as act:
            act.note = type(act.note)(act.note.act, act.note.code, None, None, None, who, who)
            if table.is_fact:
                return act.fact(name, values)
            named = None
            if table.key is not None:
                named = act.session.derived(act.session.home, name, str(values[table.key]) if table.key else "")
            return act.create(name, values, row=named)

    def _sensible(self) -> dict[str, dict[str, Any]]:
        terry, fire, water = self.small.people[TERRY], self.small.checks["FIRE-04"], self.small.checks["WATR-04"]
        visit = {"first": FRIDAY, "last": FRIDAY + dt.timedelta(days=3)}
        return {
            "person": {"role": "caretaker", "left_on": None, "days": 31, "starts": 480, "ends": 900, "manages": False},
            "place": {"kind": "room", "parent": None, "removed_on": None},
            "check_record": {"check_id": fire, "done_on": LAST_WEEK, "outcome": "unsatisfactory", "corrects": None,
                             "person": terry, "evidence": "none", "utc_offset": 0, "done_minute": 600},
            "not_done": {"check_id": water, "said_on": LAST_WEEK, "due_on": LAST_WEEK, "reason": "no_access",
                         "person": terry},
            "put_off": {"check_id": water, "legal_due": LAST_WEEK, "until": FRIDAY + dt.timedelta(days=9),
                        "said_on": LAST_WEEK, "person": terry},
            "defect": {"check_id": fire, "record": None, "place": None, "risk": "danger", "state": "reported",
                       "raised_on": LAST_WEEK, "owner": self.small.people[DAWN], "closed_on": None, "cost": 125_00,
                       "interim_until": LAST_WEEK, "verified_on": None},
            "absence": {"person": terry, **visit, "state": "away"},
            "training": {"person": terry, "passed_on": LAST_WEEK, "expires_on": FRIDAY + dt.timedelta(days=9)},
            "induction": {"person": terry},
            "out_of_use": {"check_id": water, "since": LAST_WEEK, "back_on": None},
            "site_note": {"kind": "hazard", "place": None},
            "calendar_block": {"kind": "closed", "first": LAST_WEEK, "last": LAST_WEEK, "term": None},
            "feature": {"answer": "yes"},
            "message": {"kind": "notice", "to": None, "answers": None, "enclosures": None},
        }  # fmt: skip

    def _about_them(self) -> dict[str, dict[str, Any]]:
        """What belongs to the rows made before: equipment in the place, a contractor's visit and permit, evidence."""
        place, defect = self.rows["place"], self.rows["defect"]
        self.rows["contractor"] = self.put("contractor", "marked", {
            "insured_until": FRIDAY, "barred": False, "left_on": None, "insured_for": 500_000_000,
        })  # fmt: skip
        self.rows["evidence"] = self.put("evidence", "marked", {"kind": "certificate", "owner": None})
        firm = self.rows["contractor"]
        return {
            "asset": {"kind": "asbestos", "place": place, "facts": json.dumps({"product": self._fact()}), "grade": "B",
                      "removed_on": None, "removed_why": None, "replaces": None, "priority": 3, "life_years": 5},
            "attendance": {"contractor": firm, "on_date": LAST_WEEK, "arrived": 540, "went": 600, "defect": defect,
                           "place": place},
            "evidence_link": {"evidence": self.rows["evidence"], "about_table": "check_record",
                              "about": self.rows["check_record"]},
            "drill": {"kind": "fire", "on_date": LAST_WEEK, "minute": 600, "seconds": 180, "headcount": 210,
                      "missing": 0, "record": None},
            "permit": {"kind": "hot_works", "number": "2026-A001", "place": place, "contractor": firm,
                       "defect": defect, "on_date": FRIDAY, "starts": 540, "ends": 900, "closed_on": None,
                       "closed_minute": None},
            "walk": {"kind": "premises", "on_date": LAST_WEEK, "answers": "[]", "place": None},
        }  # fmt: skip

    def _fact(self) -> str:
        return self.marks.word("a", "compliance", "asset", "facts", "asbestos")

    def _cover(self) -> None:
        """Who was away and why, who came, and the hours: the reason is a row of its own, in the private channel."""
        with self.small.desk() as desk, desk.store.connect() as con:
            home = desk.home
            away = con.exec_driver_sql("SELECT id FROM absence").scalar_one()
        self.put("absence_reason", "marked", {"absence": away})
        days = {"first": FRIDAY, "last": FRIDAY + dt.timedelta(days=3)}
        self.cover = self.put("cover", "marked", {
            "absence": away, "helper_school": home, "state": "agreed", **days, "starts": 480, "ends": 600,
            "checks": json.dumps([self.small.checks["FIRE-04"].hex()]), "grant_id": None,
        })  # fmt: skip
        self.put("cover_worked", "marked", {
            "cover_id": self.cover, "on_date": FRIDAY, "starts": 480, "ends": 600, "helper_school": home,
        })  # fmt: skip

    def _owed(self) -> None:
        """Hours a neighbour worked here, an entry beside them, a rate, and a support plan with a visit and a review."""
        with self.small.desk() as desk:
            home = desk.home
        self.put("cover_worked", "neighbour", {
            "cover_id": self.cover, "on_date": FRIDAY, "starts": 480, "ends": 600, "helper_school": NEIGHBOUR,
            "pause": 10, "travel": 5, "miles": 20, "vehicle": "car",
        })  # fmt: skip
        self.put("hours_entry", "marked", {"kind": "opening", "other": NEIGHBOUR, "minutes": 60, "pence": 0,
                                            "on_date": LAST_WEEK})  # fmt: skip
        self.put("rate_card", "marked", {"role": "", "first": LAST_WEEK, "for_support": True, "hourly": 1369})
        doing = self.marks.word("a", registry.BY_NAME["support_plan"].channel, "support_plan", "activities", "marked")
        self.rows["support_plan"] = plan = self.put("support_plan", "marked", {
            "activities": json.dumps([{"what": doing, "who": doing}]),
            "giver": home, "receiver": NEIGHBOUR, "first": LAST_WEEK, "last": FRIDAY, "state": "",
            "standing_before": "amber", "standing_after": "green", "budget": 5000,
        })  # fmt: skip
        self.rows["support_visit"] = self.put("support_visit", "marked", {
            "plan": plan, "on_date": FRIDAY, "minutes": 90, "travel": 10, "miles": 20, "vehicle": "car", "role": "",
            "next_on": None,
        })  # fmt: skip
        self.put("support_review", "marked", {"plan": plan, "kind": "first", "on_date": FRIDAY,
                                               "standing_now": "amber"})  # fmt: skip
