"""What can be done with a deal here and now: only steps that this desk may take, the next one first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.deal_stage import Said, Stage

if TYPE_CHECKING:
    from bursar_desk.services.deals_shapes import DealSchool, DealView
    from bursar_desk.ui.pages.base import DeskFacts

DECIDE, BASELINE, OFFER, SHARE, SIGN, JOIN, LEAVE, STAY, UNASK, PAYMENTS, CONTRACT, END, CHANGE = (
    "decide", "baseline", "offer", "share", "sign", "join", "leave", "stay", "unask", "payments", "contract", "end",
    "change",
)  # fmt: skip
WORDS: Final = {
    DECIDE: "Record a decision", BASELINE: "Say what we pay today", OFFER: "Enter an offer",
    SHARE: "Fix how it is shared", SIGN: "Sign the deal", JOIN: "Join late", LEAVE: "Leave early",
    STAY: "Stay in the deal", UNASK: "Take back our wish to join", PAYMENTS: "Payments",
    CONTRACT: "Write our contract", END: "End the deal", CHANGE: "Change the deal",
}  # fmt: skip
_OVER: Final = (Stage.ENDED,)
_SIGNED: Final = (Stage.SIGNED, Stage.RUNNING)


@dataclass(frozen=True, slots=True)
class Steps:
    """``open``: steps in the order they are wanted; ``others``: who does what cannot be done here, in sentences."""

    open: tuple[str, ...]
    others: str


def ours(view: DealView) -> DealSchool | None:
    """The row of the school at this desk, None at an office or where it is not asked."""
    return next((one for one in view.rows if one.decides_here), None)


def steps_of(view: DealView, facts: DeskFacts) -> Steps:
    """What may be done at this desk."""
    if not facts.manages:
        return Steps((), "Who runs the register writes down what is decided.")
    stage = view.line.stage
    if stage in _OVER:
        return Steps((PAYMENTS,), "This deal has ended.")
    me = ours(view)
    found = _before(view, me) if stage not in _SIGNED else _after(view, me, office=facts.office)
    return Steps(tuple(found), _others(view, me))


def _before(view: DealView, me: DealSchool | None) -> list[str]:
    found: list[str] = []
    if view.ours and view.offer is None:
        found.append(OFFER)
    elif view.ours and view.version is None:
        found.append(SHARE)
    if _ready(view):
        found.insert(0, SIGN)
    if me is not None and me.baseline is None:
        found.append(BASELINE)
    if view.ours:
        found += [one for one in (SHARE if view.offer is not None else "", OFFER) if one and one not in found]
        found.append(CHANGE)
    if me is not None and me.baseline is not None:
        found.append(BASELINE)
    return [*found, END] if view.ours else found


def _after(view: DealView, me: DealSchool | None, *, office: bool) -> list[str]:
    found = [PAYMENTS]
    if me is None and not office:
        found.append(JOIN)
    if me is not None:
        inside = me.member and me.agreed
        found.append(STAY if me.leaves_on is not None else LEAVE if inside else UNASK if me.asks else JOIN)
        if inside and view.contract is None:
            found.append(CONTRACT)
    if view.ours:
        found += [SHARE, OFFER, END]
    return found


def _ready(view: DealView) -> bool:
    """Whether every school that shares the price has agreed."""
    inside = [one for one in view.rows if one.member]
    return view.ours and view.version is not None and bool(inside) and all(one.said == Said.YES for one in inside)


def _others(view: DealView, me: DealSchool | None) -> str:
    keeper = "" if view.ours else f"{view.line.lead_name} enters offers, fixes how the cost is shared, and signs. "
    own = "" if me is not None else "Each school’s own register says what it pays today and what its governors decided."
    if me is not None and len(view.rows) > 1:
        own = "The other schools record their own decisions, and send them with their share files."
    return (keeper + own).strip()


def may_decide(view: DealView, facts: DeskFacts) -> bool:
    """Whether a decision of governors can be recorded here."""
    return facts.manages and ours(view) is not None and view.line.stage not in _OVER
