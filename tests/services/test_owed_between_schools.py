"""What is owed, through real registers that exchange files: both sides show the same balance with opposite sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.hours_ledger import OPENING, PAID, WRITE_OFF
from bursar_desk.services import cover_hours, owed, owed_entries, rates, recharge, time_off
from bursar_desk.services.desk import Desk
from bursar_desk.services.owed_entries import NewEntry
from tests.services.merging_kit import TODAY, Cluster, Lent, cluster, lent
from tests.storage.workbench import plain_body

MARK = "quillwort-77c1"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as one:
        yield one


def agreed_cover(
    made: Cluster, *, pays: str = "", grant: bytes | None = None, days: int = 0, slots: str | None = None
) -> bytes:  # fmt: skip
    """Oakfield has Sam Adeyemi of St Anne from 06:45 to 13:15."""
    with made.one.act(ActCode.CONFIRM_COVER, subject="Sam Adeyemi") as act:
        return act.create("cover", {
            "helper_school": made.anne.home, "helper": "Sam Adeyemi", "first": TODAY,
            "last": TODAY + dt.timedelta(days=days), "starts": 405, "ends": 795, "state": "agreed",
            "pays": pays or None, "grant_id": grant, "slots": slots,
        })  # fmt: skip


def swap(made: Cluster) -> None:
    """Files both ways."""
    made.send(made.one, made.anne)
    made.send(made.anne, made.one)


def balance(desk: Desk, other: Desk) -> tuple[int, int]:
    account = owed.read(desk).book.account(desk.home, other.home)
    return account.minutes, account.pence


def card(made: Cluster) -> None:
    """St Anne sets the rates of the worked example."""
    rates.add(made.anne, rates.NewRate(1369, TODAY, "", 1500, 2050, agency=2450))


def test_both_sides_show_the_same_balance_with_opposite_sign(made: Cluster) -> None:
    card(made)
    cover = agreed_cover(made)
    cover_hours.log_hours(made.one, cover, TODAY, 405, 765, travel=30, miles=184, vehicle="car")
    swap(made)
    assert balance(made.one, made.anne) == (-390, -(12058 + 828))  # 45p a mile in January 2026
    assert balance(made.anne, made.one) == (390, 12058 + 828)
    for desk in (made.one, made.anne, made.office):
        totals = owed.read(desk).book.totals()
        assert sum(one.minutes for one in totals.values()) == 0
        assert sum(one.pence for one in totals.values()) == 0


def test_an_entry_of_one_side_waits_and_counts_once_the_other_agrees(made: Cluster) -> None:
    entry, _ = owed_entries.add(made.anne, NewEntry(OPENING, made.one.home, they_owe=True, minutes=300))
    assert entry.state == "waiting"
    assert balance(made.anne, made.one) == (0, 0)
    with pytest.raises(UserError, match="answers that entry"):
        owed_entries.answer(made.anne, entry.row.id, "yes")
    swap(made)
    (seen,) = owed_entries.listing(made.one)
    assert (seen.state, seen.for_us) == ("waiting", True)
    owed_entries.answer(made.one, entry.row.id, "yes")
    assert balance(made.one, made.anne) == (-300, 0)
    assert balance(made.anne, made.one) == (0, 0)  # their file has not come back yet
    swap(made)
    assert balance(made.anne, made.one) == (300, 0)
    made.bench.clock.ms += 60_000  # of two words on one day the later counts
    owed_entries.answer(made.one, entry.row.id, "taken back")
    swap(made)
    assert balance(made.anne, made.one) == balance(made.one, made.anne) == (0, 0)


def test_a_write_off_and_a_payment_take_from_the_debt_and_an_entry_taken_back_counts_nowhere(made: Cluster) -> None:
    first, _ = owed_entries.add(made.anne, NewEntry(OPENING, made.one.home, they_owe=True, minutes=300))
    off, _ = owed_entries.add(made.anne, NewEntry(WRITE_OFF, made.one.home, they_owe=True, minutes=60, why="Goodwill"))
    paid, _ = owed_entries.add(made.one, NewEntry(PAID, made.anne.home, they_owe=False, minutes=120, pence=4000))
    swap(made)
    for desk, row in ((made.one, first), (made.one, off), (made.anne, paid)):
        owed_entries.answer(desk, row.row.id, "yes")
    swap(made)
    assert balance(made.anne, made.one) == (120, -4000)
    assert balance(made.one, made.anne) == (-120, 4000)
    owed_entries.withdraw(made.anne, off.row.id)
    swap(made)
    assert balance(made.one, made.anne) == (-180, 4000)
    assert {one.state for one in owed_entries.listing(made.one)} == {"agreed"}


def test_what_the_other_school_wrote_already_is_agreed_to_and_not_written_twice(made: Cluster) -> None:
    owed_entries.add(made.anne, NewEntry(OPENING, made.one.home, they_owe=True, minutes=300))
    with pytest.raises(UserError, match="written already"):
        owed_entries.add(made.anne, NewEntry(OPENING, made.one.home, they_owe=True, minutes=300))
    swap(made)
    with pytest.raises(UserError, match="St Anne has written that already"):
        owed_entries.add(made.one, NewEntry(OPENING, made.anne.home, they_owe=False, minutes=300))


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (NewEntry("gift", b"x", they_owe=True, minutes=1), "Use one of"),
        (NewEntry(OPENING, b"x", they_owe=True), "Enter the hours"),
        (NewEntry(WRITE_OFF, b"x", they_owe=True, minutes=1), "Say why"),
        (NewEntry(OPENING, b"x", they_owe=True, minutes=1, on=TODAY + dt.timedelta(days=1)), "not come yet"),
        (NewEntry(OPENING, b"x", they_owe=True, minutes=1), "Choose the other school"),
    ],
)
def test_an_entry_that_cannot_be_right_is_refused_in_words(made: Cluster, new: NewEntry, said: str) -> None:
    with pytest.raises(UserError, match=said):
        owed_entries.add(made.one, new)
    assert owed_entries.listing(made.one) == []


# --- claims -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def under_cover(made: Cluster) -> Lent:
    return lent(made, made.check(made.one))


def claim_it(under_cover: Lent, **more: int | str) -> None:
    values = {"on_date": TODAY, "starts": 405, "ends": 765, "travel": 30, "miles": 184, "vehicle": "car"}
    with under_cover.act(ActCode.CLAIM_HOURS, "Hours") as act:
        act.fact("cover_claim", {**values, "said_by": "Sam Adeyemi", **more})


def test_a_claim_under_the_grant_comes_home_waits_and_counts_once_approved(made: Cluster, under_cover: Lent) -> None:
    cover = agreed_cover(made, grant=under_cover.grant.id)
    claim_it(under_cover)
    result = under_cover.give_back()
    assert result.accepted, result.refused_because
    (line,) = cover_hours.claims(made.one)
    assert (line.cover, line.helper, line.planned, line.worked.minutes) == (cover, "Sam Adeyemi", 390, 390)
    assert line.compared.startswith("Claims 6 h, 30 min less than agreed (6 h 30 min), with travel 30 min and 18.4")
    assert balance(made.one, made.anne) == (0, 0)
    cover_hours.approve(made.one, line.id)
    assert cover_hours.claims(made.one) == []
    assert balance(made.one, made.anne)[0] == -390
    swap(made)
    assert balance(made.anne, made.one)[0] == 390
    with pytest.raises(UserError, match="agreed already"):
        cover_hours.approve(made.one, line.id)


def test_a_claim_approved_on_two_computers_counts_once_everywhere(made: Cluster, under_cover: Lent) -> None:
    agreed_cover(made, grant=under_cover.grant.id)
    claim_it(under_cover)
    under_cover.give_back()
    made.send(made.one, made.two)
    for desk in (made.one, made.two):
        (line,) = cover_hours.claims(desk)
        cover_hours.approve(desk, line.id)
    made.send(made.two, made.one)
    made.send(made.one, made.two)
    swap(made)
    assert balance(made.one, made.anne)[0] == balance(made.two, made.anne)[0] == -390
    assert balance(made.anne, made.one)[0] == 390
    (line,) = cover_hours.ledger(made.one)
    assert (line.given, line.received) == (0, 390)


def test_a_claim_can_be_corrected_or_refused_with_why(made: Cluster, under_cover: Lent) -> None:
    agreed_cover(made, grant=under_cover.grant.id)
    claim_it(under_cover)
    claim_it(under_cover, starts=800, ends=860, travel=0, miles=0)
    under_cover.give_back()
    first, second = cover_hours.claims(made.one)
    with pytest.raises(UserError, match="Say why"):
        cover_hours.refuse(made.one, second.id, " ")
    refused, _ = cover_hours.refuse(made.one, second.id, "Nobody was asked for the afternoon")
    assert refused.state == "refused"
    shorter = cover_hours.Worked(TODAY, 405, 700)
    cover_hours.approve(made.one, first.id, shorter)
    assert balance(made.one, made.anne)[0] == -295
    assert cover_hours.claims(made.one) == []
    assert [one.state for one in cover_hours.claims(made.one, every=True)] == ["approved", "refused"]


def test_an_odd_claim_is_shown_with_what_is_odd_and_never_counts_by_itself(made: Cluster, under_cover: Lent) -> None:
    claim_it(under_cover, starts=800, ends=700)
    claim_it(under_cover)
    claim_it(under_cover, ends=766)
    under_cover.give_back()
    lines = cover_hours.claims(made.one)
    no_break = "More than six hours without a break of 20 minutes."
    assert [one.worked.ends for one in lines if no_break in one.odd] == [766]
    assert {"No cover of ours fits this claim."} <= {text for one in lines for text in one.odd}
    assert any("Its hours make no sense." in one.odd for one in lines)
    for one in lines:
        with pytest.raises(UserError, match="No cover of ours"):
            cover_hours.approve(made.one, one.id)
    cover = agreed_cover(made, grant=under_cover.grant.id)
    cover_hours.log_hours(made.one, cover, TODAY, 420, 480)
    again = [one for one in cover_hours.claims(made.one) if one.worked.ends == 765]
    assert "Hours at that time are agreed already." in again[0].odd


# --- the statement ----------------------------------------------------------------------------------------------------


def test_the_statement_ties_to_the_ledger_to_the_minute_on_both_sides(made: Cluster) -> None:
    card(made)
    cover = agreed_cover(made, pays="recharge", days=2)
    for n, ends in enumerate((765, 767, 771)):
        cover_hours.log_hours(made.one, cover, TODAY + dt.timedelta(days=n), 405, ends, pause=n)
    entry, _ = owed_entries.add(made.anne, NewEntry(OPENING, made.one.home, they_owe=True, minutes=37))
    swap(made)
    owed_entries.answer(made.one, entry.row.id, "yes")
    swap(made)
    made.bench.clock.ms += 3 * 86_400_000
    here, there = (
        recharge.statement(made.one, made.anne.home), recharge.statement(made.anne, made.one.home)
    )  # fmt: skip
    for one, desk, other in ((here, made.one, made.anne), (there, made.anne, made.one)):
        assert one.ties
        assert one.closing.minutes == balance(desk, other)[0]
        assert len(one.shifts) == 3
    assert here.closing.minutes == -there.closing.minutes == -(360 + 361 + 364 + 37)
    (bill,) = here.recharges
    (same,) = there.recharges
    assert (bill.lender, bill.receiver, bill.minutes) == (made.anne.home, made.one.home, 1085)
    assert bill.pence == same.pence == sum(one.cost.total for one in here.shifts if one.cost)
    assert here.in_hours == 0
    (saved,) = here.saved
    assert saved.agency == 3 * 2450 * 6
    assert any("Against an agency" in text for text in saved.sentences)


def test_hours_without_a_rate_count_in_the_ledger_and_are_said_to_have_none(made: Cluster) -> None:
    cover = agreed_cover(made, pays="recharge")
    cover_hours.log_hours(made.one, cover, TODAY, 405, 465)
    one = recharge.statement(made.one, made.anne.home)
    (bill,) = one.recharges
    assert (bill.pence, bill.unpriced, bill.minutes) == (0, 1, 60)
    assert one.ties
    (line,) = owed.balances(owed.read(made.one), made.one.home)
    assert line.worth == "not known, 1 h without a rate"


def test_schools_of_two_kinds_see_both_money_years_and_one_group_is_asked_about(made: Cluster) -> None:
    card(made)
    for desk, kind in ((made.one, "Voluntary aided school"), (made.anne, "Academy converter")):
        with desk.act(ActCode.SET_UP_SCHOOL) as act:
            row = act.session.derived(desk.home, "school", "")
            act.create("school", {"name": desk.name, "type": kind}, row=row)
    cover = agreed_cover(made, pays="recharge")
    cover_hours.log_hours(made.one, cover, TODAY, 405, 795)
    swap(made)
    (bill,) = recharge.statement(made.one, made.anne.home).recharges
    assert bill.route.how == "invoice"
    assert [(who, year.words) for who, year, _ in bill.years] == [
        ("St Anne", "2025-26 (September to August)"), ("Oakfield", "2025-26 (April to March)"),
    ]  # fmt: skip
    assert {pence for _, _, pence in bill.years} == {bill.pence}
    recharge.settle_how(made.one, made.anne.home, "transfer")
    (bill,) = recharge.statement(made.one, made.anne.home).recharges
    assert bill.route.how == "transfer"
    assert "no VAT" in bill.route.vat


def test_planned_minutes_are_those_of_the_slots_and_odd_slots_never_crash(made: Cluster) -> None:
    slots = '[{"day":"2026-01-12","starts":405,"ends":465},{"day":"2026-01-12","starts":1080,"ends":1110},7,{"day":3}]'
    cover = agreed_cover(made, slots=slots)
    cover_hours.log_hours(made.one, cover, TODAY, 405, 465)
    (line,) = owed.read(made.one).shifts.values()
    assert line.planned == 90


def test_hours_that_cannot_be_right_are_not_logged(made: Cluster) -> None:
    cover = agreed_cover(made)
    for wrong in ({"pause": 61}, {"travel": 721}, {"miles": 10_001}, {"pause": -1}):
        with pytest.raises(UserError):
            cover_hours.log_hours(made.one, cover, TODAY, 405, 465, **wrong)
    with pytest.raises(UserError, match="outside the agreed days"):
        cover_hours.log_hours(made.one, cover, TODAY + dt.timedelta(days=1), 405, 465)
    assert owed.read(made.one).shifts == {}


# --- time off ---------------------------------------------------------------------------------------------------------


def keeper(desk: Desk) -> bytes:
    with desk.act(ActCode.ADD_PERSON, subject="Terry Walsh") as act:
        return act.create("person", {"name": "Terry Walsh", "role": "caretaker"})


def test_time_off_stays_in_the_school_and_reaches_its_own_computers_only(made: Cluster) -> None:
    terry = keeper(made.one)
    line, late, _ = time_off.add(made.one, terry, 150, TODAY, agreed_by=MARK, note=MARK)
    assert (line.left, late) == (150, "")
    for to in (made.anne, made.office):
        assert MARK.encode() not in plain_body(made.file(made.one, to), made.bench.keys_of(to.store).box)
    made.send(made.one, made.two)
    assert [one.left for one in time_off.listing(made.two)] == [150]
    made.send(made.one, made.anne)
    assert time_off.listing(made.anne) == []
    assert made.count(made.anne, "SELECT count(*) FROM time_off") == 0
    with pytest.raises(UserError, match="own school"):
        time_off.listing(made.office)


def test_time_off_is_used_up_by_its_last_day_and_cannot_be_taken_twice(made: Cluster) -> None:
    terry = keeper(made.one)
    soon = TODAY + dt.timedelta(days=7)
    time_off.add(made.one, terry, 60, TODAY, use_by=soon)
    time_off.add(made.one, terry, 120, TODAY, use_by=TODAY + dt.timedelta(days=40))
    line, _, _ = time_off.add(made.one, terry, -90, TODAY)
    assert (line.left, line.lapsed) == (90, 0)
    with pytest.raises(UserError, match="not that much"):
        time_off.add(made.one, terry, -91, TODAY)
    time_off.add(made.one, terry, 30, TODAY + dt.timedelta(days=1), use_by=soon)
    made.bench.clock.ms += 8 * 86_400_000
    (line,) = time_off.listing(made.one)
    assert (line.left, line.lapsed) == (90, 30)
    _, late, _ = time_off.add(made.one, terry, 15, TODAY)
    assert late.startswith("Agree time off before the shift")
