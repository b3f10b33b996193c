"""The named acts: permanent numbers, and the words for what each did."""

from __future__ import annotations

from enum import IntEnum


class ActCode(IntEnum):
    """What a person did; the numbers are permanent and never used again."""

    UNDO = 1
    SET_UP_SCHOOL = 2
    ADD_PERSON = 3
    CHANGE_PERSON = 4
    ADD_PLACE = 5
    ADD_CHECKS = 6
    CHANGE_CHECK = 7
    RECORD_CHECK = 8
    RECORD_ROUND = 9
    NOT_DONE = 10
    PUT_OFF = 11
    REPORT_DEFECT = 12
    CHANGE_DEFECT = 13
    ADD_ABSENCE = 14
    CHANGE_ABSENCE = 15
    ASK_COVER = 16
    ANSWER_COVER = 17
    CONFIRM_COVER = 18
    SEND_PACK = 19
    LOG_COVER = 20
    SETTLE = 21
    SET_CALENDAR = 22
    ADD_TRAINING = 23
    TAKE_OUT_OF_USE = 24
    PUT_BACK = 25
    ANSWER_FEATURES = 26
    CORRECT = 27
    SITE_SHEET = 28
    OPEN_OFFICE = 29
    UNDO_MERGE = 30
    ADOPT = 31
    DECLINE = 32
    CONFIRM_ENTRY = 33
    ERASE = 34
    SEND_MESSAGE = 35
    ADD_ASSET = 36
    CHANGE_ASSET = 37
    CHANGE_PLACE = 38
    ADD_CONTRACTOR = 39
    CHANGE_CONTRACTOR = 40
    LOG_VISIT = 41
    ADD_EVIDENCE = 42
    CHANGE_EVIDENCE = 43
    LINK_EVIDENCE = 44
    LOG_DRILL = 45
    PRINT_SHEET = 46
    KEY_IN = 47
    LOOK_AT_EDITION = 48
    ISSUE_PERMIT = 49
    CHANGE_PERMIT = 50
    LOG_WALK = 51
    SET_PIN = 52
    CHANGE_SETTING = 53
    IMPORT_DATES = 54
    IMPORT_ROWS = 55
    BACK_IN_USE = 56
    CHANGE_CONTACT = 57
    SET_LEAD = 58
    ANSWER_SCHOOL = 59
    DECIDE = 60
    SET_ROLE_COURSE = 61
    CHANGE_TRAINING = 62
    PLAN_SESSION = 63
    CHANGE_SESSION = 64
    BUY_PLACES = 65
    MOVE_PLACE = 66
    BOOK_PLACE = 67
    CHANGE_BOOKING = 68
    ASK_TRAINING = 69
    BLOCK_RELEASE = 70
    OFFER_COVER = 71
    CLAIM_HOURS = 72
    APPROVE_HOURS = 73
    SET_RATE = 74
    LEDGER_ENTRY = 75
    PLAN_SUPPORT = 76
    LOG_SUPPORT = 77
    REVIEW_SUPPORT = 78
    PLAN_COVER = 79
    SHEET_BACK = 80
    LEAVE = 81
    BRIEF_VISITOR = 82
    TIME_OFF = 83
    ADD_SUPPLIER = 84
    CHANGE_SUPPLIER = 85
    ADD_CONTRACT = 86
    CHANGE_CONTRACT = 87
    DECIDE_CONTRACT = 88
    GIVE_NOTICE = 89
    NOTE_CONTRACT = 90
    SET_MEETING = 91
    REVIEW_SERVICE = 92
    START_BUYING = 93
    CHANGE_BUYING = 94
    SET_WEIGHTS = 95
    ADD_QUOTE = 96
    OPEN_QUOTES = 97
    MARK_QUOTE = 98
    DECLARE_INTEREST = 99
    AWARD = 100
    ADD_SAVING = 101
    CHANGE_SAVING = 102
    PROPOSE_DEAL = 103
    CHANGE_DEAL = 104
    OFFER_DEAL = 105
    SET_BASELINE = 106
    SHARE_COST = 107
    JOIN_OR_LEAVE = 108
    ADD_AGREEMENT = 109
    CHANGE_AGREEMENT = 110
    ADD_RUNNING_COST = 111
    NOTE_PAYMENT = 112
    SORT_SPEND = 113
    IMPORT_CONTRACTS = 114


WORDS: dict[int, str] = {
    ActCode.UNDO: "Undo",
    ActCode.SET_UP_SCHOOL: "Set up the school",
    ActCode.ADD_PERSON: "Add a person",
    ActCode.CHANGE_PERSON: "Change a person",
    ActCode.ADD_PLACE: "Add a place",
    ActCode.ADD_CHECKS: "Add checks",
    ActCode.CHANGE_CHECK: "Change a check",
    ActCode.RECORD_CHECK: "Record a check",
    ActCode.RECORD_ROUND: "Record a round",
    ActCode.NOT_DONE: "Say why a check was not done",
    ActCode.PUT_OFF: "Put off a check",
    ActCode.REPORT_DEFECT: "Report a fault",
    ActCode.CHANGE_DEFECT: "Change a fault",
    ActCode.ADD_ABSENCE: "Report an absence",
    ActCode.CHANGE_ABSENCE: "Change an absence",
    ActCode.ASK_COVER: "Ask for cover",
    ActCode.ANSWER_COVER: "Answer a request for cover",
    ActCode.CONFIRM_COVER: "Agree cover",
    ActCode.SEND_PACK: "Make a cover pack",
    ActCode.LOG_COVER: "Log cover hours",
    ActCode.SETTLE: "Settle a difference",
    ActCode.SET_CALENDAR: "Set term dates",
    ActCode.ADD_TRAINING: "Add training",
    ActCode.TAKE_OUT_OF_USE: "Take out of use",
    ActCode.PUT_BACK: "Put back",
    ActCode.ANSWER_FEATURES: "Say what the site has",
    ActCode.CORRECT: "Correct an entry",
    ActCode.SITE_SHEET: "Change the site sheet",
    ActCode.OPEN_OFFICE: "Open the cluster office",
    ActCode.UNDO_MERGE: "Undo a merge",
    ActCode.ADOPT: "Take over an entry",
    ActCode.DECLINE: "Leave an entry out",
    ActCode.CONFIRM_ENTRY: "Confirm an entry",
    ActCode.ERASE: "Erase personal data",
    ActCode.SEND_MESSAGE: "Write to other schools",
    ActCode.ADD_ASSET: "Add equipment",
    ActCode.CHANGE_ASSET: "Change equipment",
    ActCode.CHANGE_PLACE: "Change a place",
    ActCode.ADD_CONTRACTOR: "Add a contractor",
    ActCode.CHANGE_CONTRACTOR: "Change a contractor",
    ActCode.LOG_VISIT: "Log a contractor’s visit",
    ActCode.ADD_EVIDENCE: "Add evidence",
    ActCode.CHANGE_EVIDENCE: "Change evidence",
    ActCode.LINK_EVIDENCE: "Link evidence",
    ActCode.LOG_DRILL: "Log a drill",
    ActCode.PRINT_SHEET: "Print a sheet",
    ActCode.KEY_IN: "Key in a sheet",
    ActCode.LOOK_AT_EDITION: "Look through a new edition of the checks",
    ActCode.ISSUE_PERMIT: "Issue a permit",
    ActCode.CHANGE_PERMIT: "Change a permit",
    ActCode.LOG_WALK: "Log a walk round",
    ActCode.SET_PIN: "Set a PIN",
    ActCode.CHANGE_SETTING: "Change a setting",
    ActCode.IMPORT_DATES: "Bring in last done dates",
    ActCode.IMPORT_ROWS: "Bring in rows from a spreadsheet",
    ActCode.BACK_IN_USE: "Bring back into use",
    ActCode.CHANGE_CONTACT: "Change how somebody is reached",
    ActCode.SET_LEAD: "Say who leads",
    ActCode.ANSWER_SCHOOL: "Answer another school",
    ActCode.DECIDE: "Note a governing body’s decision",
    ActCode.SET_ROLE_COURSE: "Say which courses a role needs",
    ActCode.CHANGE_TRAINING: "Change training",
    ActCode.PLAN_SESSION: "Add a course session",
    ActCode.CHANGE_SESSION: "Change a course session",
    ActCode.BUY_PLACES: "Buy training places",
    ActCode.MOVE_PLACE: "Offer a training place to a school",
    ActCode.BOOK_PLACE: "Book a training place",
    ActCode.CHANGE_BOOKING: "Change a booking",
    ActCode.ASK_TRAINING: "Ask for training",
    ActCode.BLOCK_RELEASE: "Say when nobody can be released",
    ActCode.OFFER_COVER: "Offer hours to other schools",
    ActCode.CLAIM_HOURS: "Note hours worked",
    ActCode.APPROVE_HOURS: "Agree hours worked",
    ActCode.SET_RATE: "Set a rate",
    ActCode.LEDGER_ENTRY: "Add to the hours owed",
    ActCode.PLAN_SUPPORT: "Plan support for a school",
    ActCode.LOG_SUPPORT: "Log a support visit",
    ActCode.REVIEW_SUPPORT: "Review support",
    ActCode.PLAN_COVER: "Plan cover",
    ActCode.SHEET_BACK: "Bring in a filled-in cover sheet",
    ActCode.LEAVE: "Note a leaver",
    ActCode.BRIEF_VISITOR: "Brief somebody on the site",
    ActCode.TIME_OFF: "Note time off in lieu",
    ActCode.ADD_SUPPLIER: "Add a supplier",
    ActCode.CHANGE_SUPPLIER: "Change a supplier",
    ActCode.ADD_CONTRACT: "Add a contract",
    ActCode.CHANGE_CONTRACT: "Change a contract",
    ActCode.DECIDE_CONTRACT: "Decide on a contract",
    ActCode.GIVE_NOTICE: "Record notice given",
    ActCode.NOTE_CONTRACT: "Note how a contract goes",
    ActCode.SET_MEETING: "Enter a governors’ meeting",
    ActCode.REVIEW_SERVICE: "Review a service we buy",
    ActCode.START_BUYING: "Start buying",
    ActCode.CHANGE_BUYING: "Change what we are buying",
    ActCode.SET_WEIGHTS: "Fix how quotes are judged",
    ActCode.ADD_QUOTE: "Add a quote",
    ActCode.OPEN_QUOTES: "Open quotes",
    ActCode.MARK_QUOTE: "Mark a quote",
    ActCode.DECLARE_INTEREST: "Declare an interest",
    ActCode.AWARD: "Choose a quote",
    ActCode.ADD_SAVING: "Add a saving",
    ActCode.CHANGE_SAVING: "Change a saving",
    ActCode.PROPOSE_DEAL: "Propose a group deal",
    ActCode.CHANGE_DEAL: "Change a group deal",
    ActCode.OFFER_DEAL: "Enter an offer for a group deal",
    ActCode.SET_BASELINE: "Say what we pay today",
    ActCode.SHARE_COST: "Share a cost",
    ActCode.JOIN_OR_LEAVE: "Join or leave a group deal",
    ActCode.ADD_AGREEMENT: "Add an agreement between schools",
    ActCode.CHANGE_AGREEMENT: "Change an agreement between schools",
    ActCode.ADD_RUNNING_COST: "Add a cost of the cluster",
    ActCode.NOTE_PAYMENT: "Note a payment",
    ActCode.SORT_SPEND: "Sort what a ledger shows",
    ActCode.IMPORT_CONTRACTS: "Bring in contracts",
}


def words_of(code: int) -> str:
    """Return the words for an act; a newer program's act is named as that."""
    return WORDS.get(code, "Something a newer version of Bursar Desk did")
