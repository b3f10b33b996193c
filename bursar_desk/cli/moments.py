"""Moments as commands print them."""

from __future__ import annotations


def moment(at_ms: int) -> str:
    """Return a moment in ISO, in the time of schools in England."""
    import datetime as dt
    from zoneinfo import ZoneInfo

    from bursar_desk.clock import SCHOOL_ZONE

    return dt.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(SCHOOL_ZONE)).isoformat(timespec="seconds")
