"""Made-up contracts, a forward plan and savings ledgers for the tests of papers, with every sum worked out by hand."""

from __future__ import annotations

import datetime as dt

from reports.contract_plan import Deadline, MeetingDay
from reports.contract_register import Entry, SchoolContracts
from reports.deal_paper import DealPaper, QuoteShown, SchoolShare
from reports.savings_statement import Ledger, Line

AT = dt.datetime(2026, 11, 20, 9, 15)  # noqa: DTZ001 - as the services hand it in, in school time
ON = dt.date(2026, 11, 20)


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


ENTRIES = (
    Entry("Grounds maintenance", "Hague Grounds Ltd", 261000, 52200, d("2027-03-31"), "", d("2026-12-31"),
          d("2026-12-18"), d("2026-12-03"), "", "Dawn Hill", "Decide soon", "due_soon", 2, "R4K-73E-H", waits=True),
    Entry("Photocopiers", "Copyline", 184000, 36800, d("2026-11-30"), "", d("2026-09-01"), d("2026-07-20"), None,
          "No meeting is known", "Dawn Hill", "Rolled over", "overdue", 1, "7TA-6GX-C",
          "Photocopiers ran on. Nobody told them by 1 September 2026, so it runs to Tuesday 30 November 2027.",
          waits=True),
    Entry("Broadband", "Northlink Fibre", 118750, 23750, d("2028-08-31"), "", d("2028-05-31"), d("2028-05-23"), None,
          "No meeting is known", "Clare Brennan", "Live", "ok", 0, "W4D-K93-M"),
    Entry("Water coolers", "", None, None, None, "Any time", None, None, None, "Any time", "", "Live", "ok", 0,
          "9CV-AA4-T"),
    Entry("Old telephones", "Telco", 50000, 10000, d("2026-03-31"), "", None, None, None, "", "Dawn Hill", "Ceased",
          "not_needed", 0, "H6M-XJ3-N", live=False),
)  # fmt: skip
OAKFIELD = SchoolContracts("Oakfield Primary School", ENTRIES)
ST_ANNES = SchoolContracts("St Anne’s RC Primary School", ENTRIES[:1])

DEADLINES = (
    Deadline(d("2026-10-20"), "Catering", "Mill Catering", "Oakfield", None, "No meeting is known before that day",
             "Runs on to 31 March 2028", 3650000, "", "XX4-943-K"),
    Deadline(d("2026-12-18"), "Grounds maintenance", "Hague Grounds Ltd", "Oakfield", d("2026-12-03"),
             "Finance committee", "Runs on to 31 March 2028", 261000, "", "R4K-73E-H"),
    Deadline(d("2027-03-24"), "Window cleaning", "Bright", "Oakfield", d("2027-03-11"), "Full governing body",
             "Ends on 31 August 2027: nobody cleans them then", 0, "", "P3P-HJ7-A"),
    Deadline(d("2027-03-29"), "Photocopiers", "Copyline", "Oakfield", d("2027-03-11"), "Full governing body",
             "Runs on to 30 November 2028", 184000, "Notice given", "7TA-6GX-C"),
    Deadline(d("2028-05-23"), "Broadband", "Northlink Fibre", "Oakfield", None, "No meeting is known before that day",
             "Runs on to 31 August 2029", 118750, "", "W4D-K93-M"),
    Deadline(d("2030-01-01"), "Far away", "Later", "Oakfield", None, "", "", 1, "", "F4R-A43-M"),
)  # fmt: skip
MEETINGS = (
    MeetingDay("Finance committee", d("2026-12-03")), MeetingDay("Full governing body", d("2027-03-11")),
    MeetingDay("Finance committee", d("2027-02-04")), MeetingDay("Finance committee", d("2026-10-08")),
)  # fmt: skip

_YEAR, _NEXT = "2026-27 (April to March)", "2027-28 (April to March)"
GAIN = Line("Grounds maintenance", False, 261000, "Invoice of Hague Grounds, 2 Apr 2026", 213736,
            "Share of the deal “Grounds 2027”", 47264, d("2026-09-01"), d("2027-08-31"), 11816, 47264,
            "Worked out from the deal", "R4K-73E-H", ((_YEAR, 27571), (_NEXT, 19693)))  # fmt: skip
LOSS = Line("Broadband", False, 100000, "Invoice 1182, 1 Mar 2026", 118750, "Order of 1 Sep 2026", -18750,
            d("2026-09-01"), None, -4688, -10938, "Estimate", "W4D-K93-M", ((_YEAR, -10938),))  # fmt: skip
FEE = Line("Set-up fee not paid", True, 50000, "Price list, 5 Jan 2026", 0, "Letter of 3 Feb 2026", 50000,
           d("2026-09-01"), None, 50000, 50000, "Confirmed by Clare Brennan, 1 Oct 2026", "P3P-HJ7-A",
           ((_YEAR, 50000),))  # fmt: skip
LEDGER = Ledger(
    "Oakfield", (GAIN, LOSS, FEE), (("Paper", "It has no baseline."),), ((_YEAR, 66633), (_NEXT, 19693)), 28514, 50000,
    57128, 86326,
)  # fmt: skip
LOSING = Ledger("St Anne’s", (LOSS,), (), ((_YEAR, -10938),), -18750, 0, -4688, -10938)


# --- a deal -----------------------------------------------------------------------------------------------------------

_ROWS = (
    ("Mount St Joseph RC High", "901", 798000, 837289), ("Our Lady of Lourdes", "230", 261000, 213736),
    ("St Ethelbert’s", "217", 239500, 201656), ("St Gregory’s", "191", 224000, 177494),
    ("St Peter and St Paul", "206*", 242000, 191433), ("St Teresa’s", "118", 146500, 109656),
    ("St William of York", "230", 268000, 213736),
)  # fmt: skip
SHARES = tuple(
    SchoolShare(name, name.startswith("Our Lady"), pupils, now, then, then // 5, now - then,
                "Yes, 10 Nov" if n % 2 else "Not yet", "tick" if n % 2 else "question", f"R4K-73E-{n}",
                "9CV-AA4-T" if n % 2 else "")
    for n, (name, pupils, now, then) in enumerate(_ROWS)
)  # fmt: skip
QUOTES = (
    QuoteShown("Redvale Grounds", 5835000, "54.0", "36.0", "90.0", True, False, True, "7TA-6GX-C"),
    QuoteShown("Hague Grounds Ltd", 5700000, "60.0", "24.0", "84.0", False, True, False, "W4D-K93-M"),
    QuoteShown("GreenGo", None, "", "", "", False, False, False, "9CV-AA4-T"),
)  # fmt: skip
DEAL = DealPaper(
    "Grounds maintenance 2027", "Our Lady of Lourdes RC Primary School", "governing body", ON,
    "Joining would save us £472.64 a year. One of the 7 schools would pay more than now.",
    ("Mount St Joseph RC High proposes that 7 schools buy grounds maintenance together from Redvale Grounds, for three "
     "years from Thursday 1 April 2027.",
     "Grass, hedges, pitches and winter work, with a visit every two weeks in term."),
    (("Today, by invoice 1182 of 2 Apr 2026", 261000, 52200, "H6M-XJ3-N"),
     ("In the deal, version 2 of how it is shared", 213736, 42747, "XX4-943-K"),
     ("We would save", 47264, 9453, "")),
    ("Over the three years of the first term this saves £1,417.92 net.",
     "By our money year 2027-28 (April to March): £2,137.36 net, £427.47 VAT."),
    SHARES, "Pupils",
    ("Shared by pupils, from the January census, fixed on Monday 2 November 2026. The shares add up to £19,450.00 "
     "exactly. Three leftover pennies went to the largest remainders.",
     "* Number given by the school, because the register has none.",
     "Mount St Joseph RC High would pay £392.89 more than now. Their price today is £7,980.00, invoice of 2 Apr 2026."),
    QUOTES,
    ("Best value: Redvale Grounds. Cheapest: Hague Grounds Ltd, £1,350.00 less over the whole term.",
     "Weights were fixed on Friday 2 October 2026, before quotes were opened on Monday 12 October 2026: price 60, "
     "quality 30, local work 10.",
     "Why Redvale Grounds: two visits a month and winter work are in the price."),
    ("Angela Moss, 1 Oct 2026: nothing to declare.", "Dr A. Lee, 2 Oct 2026: a cousin works for GreenGo. Took no part "
     "in marking."),
    (("Term", "1 Apr 2027 to 31 Mar 2030, then renews for 12 months each time", "R4K-73E-H"),
     ("Notice to the supplier", "6 months, given by Mount St Joseph RC High for all", ""),
     ("If we leave early", "6 months’ notice to the lead school", "")),
    ("If notice to leave were given on the first day, Thursday 1 April 2027, we would still owe £1,068.68 net and "
     "£213.74 VAT: our share to Thursday 30 September 2027.",),
    ("To join the group deal “Grounds maintenance 2027” at £2,137.36 a year net and £427.47 VAT.",
     "To answer by Friday 18 December 2026."),
    "F4R-A43-M", AT, "7QK4-M2XD-91TH",
)  # fmt: skip
