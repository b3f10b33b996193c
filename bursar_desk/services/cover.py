"""Cover, task by task: what is left undone, who could help, asking and answering, and hours that are offered."""

from __future__ import annotations

from bursar_desk.services.cover_find import Helper, Helpers, find
from bursar_desk.services.cover_gaps import CheckGap, Gaps, calendar_of, days_due, duties_of, gaps
from bursar_desk.services.cover_offers import OfferLine, add_offer, offers, withdraw_offer
from bursar_desk.services.cover_requests import (
    OPEN_STATES,
    CoverLine,
    answer,
    confirm,
    get,
    incoming,
    listing,
    reply,
    request,
    take_back,
)

__all__ = [
    "OPEN_STATES", "CheckGap", "CoverLine", "Gaps", "Helper", "Helpers", "OfferLine", "add_offer", "answer",
    "calendar_of", "confirm", "days_due", "duties_of", "find", "gaps", "get", "incoming", "listing", "offers", "reply",
    "request", "take_back", "withdraw_offer",
]  # fmt: skip
