"""Writing what the record panel holds, on the database worker, and the sentence for the bar that takes it back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.ui.pages.record_draft import ACTIONS, FAIL, Draft, RecordCard
from bursar_desk.ui.widgets.outcomes import NOT_DONE

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording import Recorded


def next_dates(desk: Desk, check: bytes, day: date, outcome: str) -> tuple[date, ...]:
    """The next three dates if the check were recorded on a day."""
    from bursar_desk.services import recording

    return recording.next_dates_if(desk, check, day, outcome)


def write(desk: Desk, draft: Draft, card: RecordCard) -> tuple[Changes, str]:
    """Write the draft; return what changed and the sentence for the undo bar."""
    from bursar_desk.services import recording

    title = card.detail.line.title
    if draft.outcome == NOT_DONE:
        due = card.detail.line.legal_due
        changes = recording.not_done(desk, card.detail.line.id, reason=draft.reason, note=draft.note.strip(),
                                     on=draft.day, due_on=due, point=draft.point)  # fmt: skip
        return changes, f"{title}: noted as not done."
    if card.each:
        return _write_points(desk, draft, card)
    done: Recorded = recording.record(desk, draft.doing(card))
    how = {FAIL: "recorded as failed", ACTIONS: "recorded with actions"}.get(draft.outcome, "marked done")
    return done.changes, " ".join([f"{title} {how}.", *_more(done)])


def _write_points(desk: Desk, draft: Draft, card: RecordCard) -> tuple[Changes, str]:
    """Every point with its own result in one act; what was not done is left for later."""
    from bursar_desk.services import recording
    from bursar_desk.services.recording import PointResult

    results = [PointResult(point, how) for point, how in draft.points.items() if how != NOT_DONE]
    done = recording.record_points(desk, draft.doing(card), results)
    whole = len(card.detail.points)
    so_far = whole - len(card.asks.todo) + len(results)
    return done.changes, " ".join([f"{card.detail.line.title}: {words.out_of(so_far, whole)} done.", *_more(done)])


def _more(done: Recorded) -> list[str]:
    told = ["Fault reported." if len(done.defects) == 1 else f"{words.count(len(done.defects), 'fault')} reported."]
    return [*(told if done.defects else []), *done.told[:1]]
