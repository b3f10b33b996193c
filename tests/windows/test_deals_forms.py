"""The forms of group deals by their real widgets: proposing, prices, sharing, signing, leaving, paying."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from bursar_desk.domain.deal_stage import Stage
from bursar_desk.services import deals
from bursar_desk.ui.pages.deals_forms import BaselinePane, OfferForm
from bursar_desk.ui.pages.deals_forms_share import OWN, ShareForm
from bursar_desk.ui.pages.deals_forms_steps import LeavePane, ProposePane, SignPane
from bursar_desk.ui.pages.deals_payments import PaymentsPane, PayPane
from bursar_desk.ui.pages.deals_share import SharingPane
from bursar_desk.ui.pages.faults_form import FormPane
from tests.services import neighbours
from tests.services.sample_fixture import SECONDARY, STORY, register_of
from tests.services.small_school import without_waiting
from tests.windows import deals_kit as kit
from tests.windows.deals_kit import deals_page, steps, take
from tests.windows.desk_bench import press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, desk_of, nameless, press_button, words_of


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


def test_a_deal_is_proposed_in_the_form_and_stands_in_the_list(tmp_path: Path) -> None:
    made = neighbours.copied(neighbours.founded(), tmp_path / "registers")
    with window_on(desk_of(made, STORY)) as shown:
        page = deals_page(shown)
        assert "No group deals yet" in words_of(page)
        press_button(page, "Propose a deal")
        form = page.split.detail
        assert isinstance(form, ProposePane)
        form.save()
        assert "Give it a short name." in words_of(form)
        form.name.setText("Payroll 2027")
        form.service.set_key("payroll")
        form.decide_by.set_day(dt.date(2027, 1, 29))
        form.save()
        settle()
        assert page.split.detail is None
        (line,) = deals.listing(shown.desk)
        assert (line.title, line.service_words, line.schools) == ("Payroll 2027", "Payroll", 4)
        assert line.row.lead == register_of(made, STORY).school_id


def test_what_we_pay_today_needs_its_document_and_its_date_and_keeps_the_file(tmp_path: Path) -> None:
    found = kit.offered(tmp_path)
    paper = tmp_path / "invoice.txt"
    paper.write_text("Invoice 4471, grass, £2,610.00\n", encoding="utf-8")
    with window_on(desk_of(found.registers, STORY)) as shown:
        page = deals_page(shown, found.deal)
        form = take(page, "Say what we pay today")
        assert isinstance(form, BaselinePane)
        form.save()
        assert "Type what you pay a year" in words_of(form)
        assert "Name the bill, contract or letter" in words_of(form)
        form.yearly.setText("2,610.00")
        form.vat.setText("522")
        form.document.setText("Invoice 4471")
        form.dated.set_day(dt.date(2026, 4, 2))
        form.picker.take([paper])
        form.save()
        settle()
        ours = deals.show(shown.desk, found.deal).school(shown.desk.home)
        assert ours is not None
        assert ours.baseline is not None
        assert (ours.pays_now, ours.baseline.document, ours.baseline.vat) == (261_000, "Invoice 4471", 52_200)
        page.acts.school(shown.desk.home)  # type: ignore[union-attr]  # a deal is open
        settle()
        chosen = Chosen(tmp_path / "saved")
        (tmp_path / "saved").mkdir()
        page.files = chosen  # type: ignore[assignment]  # stands for the dialogs
        press_button(page.split.detail, "Save a copy of invoice.txt")  # type: ignore[arg-type]  # the school's pane
        assert chosen.saved[0].read_bytes() == paper.read_bytes()


def test_no_price_today_is_said_with_its_reason(tmp_path: Path) -> None:
    found = kit.proposed(tmp_path)
    with window_on(desk_of(found.registers, SECONDARY)) as shown:
        page = deals_page(shown, found.deal)
        form = take(page, "Say what we pay today")
        assert isinstance(form, BaselinePane)
        form.none.setChecked(True)
        form.save()
        assert "Say why in a few words." in words_of(form)
        assert "Say why it is said again." in words_of(form)
        assert not form.form.row("yearly").isVisible()


def test_an_offer_is_entered_shared_by_a_mixture_and_tried_before_it_is_fixed(tmp_path: Path) -> None:
    found = kit.proposed(tmp_path)
    with window_on(desk_of(found.registers, SECONDARY)) as shown:
        page = deals_page(shown, found.deal)
        form = take(page, "Enter an offer")
        assert isinstance(form, OfferForm)
        form.fields["supplier"].setText("Redvale Grounds")
        form.fields["yearly"].setText("ten")
        form.save()
        assert "Type it like 120 or 472.64." in words_of(form)
        for key, text in (("yearly", "14500"), ("vat", "2900"), ("months", "36")):
            form.fields[key].setText(text)
        form.save()
        settle()
        share = take(page, "Fix how it is shared")
        assert isinstance(share, ShareForm)
        share.way.set_key(OWN)
        share.way.picked.emit(OWN)
        share.mixture.set_parts([("equal", 2500), ("pupils", 7500)])
        share.mixture.rows[0][0].picked.emit("equal")
        for urn, count in kit.PUPILS.items():
            share.cells[(found.school(urn), "pupils")].setText(str(count))
        share.try_it()
        settle()
        assert "A quarter equally, the rest by pupils: only tried" in words_of(share)
        assert deals.show(shown.desk, found.deal).version is None
        share.save()
        assert "Say where the numbers are from." in words_of(share)
        share.source.setText("January census")
        share.save()
        settle()
        version = deals.show(shown.desk, found.deal).version
        assert version is not None
        assert (version.way_words, version.source) == ("A quarter equally, the rest by pupils", "January census")
        assert sum(one[2] for one in version.shares) == kit.PRICE
        again = take(page, "Fix how it is shared")
        assert isinstance(again, ShareForm)
        again.save()
        assert "Say why it is shared anew." in words_of(again)


def test_a_deal_is_signed_only_once_all_agreed(tmp_path: Path) -> None:
    found = kit.answered(tmp_path, ours=True)
    with window_on(desk_of(found.registers, SECONDARY)) as shown:
        page = deals_page(shown, found.deal)
        assert "Sign the deal" not in steps(page)
        kit.decide(shown.desk, found.deal)
        page.reload()
        settle()
        form = take(page, "Sign the deal")
        assert isinstance(form, SignPane)
        form.reference.setText("RG-2027")
        form.save()
        settle()
        line = deals.show(shown.desk, found.deal).line
        assert line.stage is Stage.SIGNED
        assert line.row.signed_ref == "RG-2027"
        assert [one.state for one in page.one.trail.steps][3] == "now"  # type: ignore[union-attr]  # a deal is open


def test_leaving_shows_the_last_day_and_what_is_still_to_pay_before_anything_is_saved(
    tmp_path: Path
) -> None:
    found = kit.signed(tmp_path)
    with window_on(desk_of(found.registers, STORY)) as shown:
        page = deals_page(shown, found.deal)
        form = take(page, "Leave early")
        assert isinstance(form, LeavePane)
        settle()
        assert "We pay until Thursday 20 May 2027." in words_of(form)
        assert "Still to be paid:" in words_of(form)
        form.wished.set_day(dt.date(2027, 12, 31))
        settle()
        # nine whole months of £2,166.99
        assert "We pay until Friday 31 December 2027." in words_of(form)
        assert "our share is £1,625.24" in words_of(form)
        before = deals.show(shown.desk, found.deal)
        assert before.school(shown.desk.home).leaves_on is None  # type: ignore[union-attr]  # our row
        form.save()
        assert "Leaving is decided by governors." in words_of(form)
        form.minute.setText("8/1")
        form.save()
        settle()
        ours = deals.show(shown.desk, found.deal).school(shown.desk.home)
        assert ours is not None
        assert ours.leaves_on == dt.date(2027, 12, 31)
        assert "Stay in the deal" in steps(page)
        assert "Leave early" not in steps(page)


def test_a_payment_is_noted_by_who_paid_and_answered_by_who_got_it(tmp_path: Path) -> None:
    found = kit.signed(tmp_path)
    with window_on(desk_of(found.registers, STORY)) as shown:
        page = deals_page(shown, found.deal)
        pane = take(page, "Payments")
        assert isinstance(pane, PaymentsPane)
        press_button(pane, "Note a payment")
        form = page.split.detail
        assert isinstance(form, PayPane)
        form.save()
        assert "Type what was paid." in words_of(form)
        form.pence.setText("2166.99")
        form.vat.setText("433.40")
        form.save()
        settle()
        (line,) = deals.show(shown.desk, found.deal).payments
        assert (line.pence, line.vat, line.state) == (216_699, 43_340, "said")
        ours = deals.show(shown.desk, found.deal).school(shown.desk.home)
        assert ours is not None
        assert ours.left == 0
    kit.send(found.registers, STORY, (SECONDARY,))
    with window_on(desk_of(found.registers, SECONDARY)) as shown:
        page = deals_page(shown, found.deal)
        pane = take(page, "Payments")
        press_button(pane, "It came")
        assert [one.state for one in deals.show(shown.desk, found.deal).payments] == ["received"]
        assert isinstance(page.split.detail, PaymentsPane)
        assert "It came" not in buttons(page.split.detail)


def test_every_form_of_a_deal_has_named_fields_and_goes_away_on_escape(tmp_path: Path) -> None:
    found = kit.answered(tmp_path)
    with window_on(desk_of(found.registers, SECONDARY)) as shown:
        page = deals_page(shown, found.deal)
        for words in sorted(steps(page)):
            form = take(page, words)
            assert isinstance(form, FormPane)
            assert nameless(form) == [], words
            press(form, Qt.Key.Key_Escape)
            assert isinstance(page.split.detail, SharingPane), words
