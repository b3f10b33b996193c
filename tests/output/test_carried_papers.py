"""The papers people carry: the round sheet, the cover pack and the chase list."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, time, timedelta
from pathlib import Path

import pypdfium2
import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_reader import about, boxes, texts
from round_story import LINES, SITE, chase_list, cover_pack, friday_round

from bursar_desk.domain.errors import UserError
from reports import chase, flow, paper, round_sheet
from reports import cover_pack as packs

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)
MONDAY = date(2026, 11, 23)
NUMBERED = re.compile(r"Tap (\d+) warm")


def test_the_round_sheet_is_one_page_in_walking_order_with_places_last_results_and_code() -> None:
    pages = texts(round_sheet.make_pdf(friday_round()))
    assert len(pages) == 1
    order = [
        "Friday round", "Friday 20 November 2026", "17 lines, in walking order", "Done by", "Start and end time",
        friday_round().code, "Main entrance lobby", "1 Fire alarm panel Green light, no fault Normal 19 Nov",
        "Hall and kitchen", "6 Emergency lights, 11 All lit 11 of 11, 19 Oct of 11", "Boiler room",
        "9 Tap 1, hot 50 °C or more, 1 min 56.2, 20 Oct °C", "17 Exits 8 and 9",
        "Notes and faults (write the line number first)", "If a hot tap is below 50 °C",
        "Printed 20 November 2026 at 07:05 for Terry Walsh", "Page 1 of 1",
    ]  # fmt: skip
    places = [pages[0].find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)


def test_the_sheet_has_three_five_millimetre_boxes_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []
    real = paper.Pen.box

    def box(self: paper.Pen, x: float, y: float, width: float, height: float, radius: float = 0) -> None:
        drawn.append((width, height))
        real(self, x, y, width, height, radius)

    monkeypatch.setattr(paper.Pen, "box", box)
    round_sheet.make_pdf(friday_round())
    assert len(drawn) == 3 * len(LINES)
    assert {(round(w / flow.MM, 6), round(h / flow.MM, 6)) for w, h in drawn} == {(5.0, 5.0)}
    assert round(flow.PEN_ROW / flow.MM, 6) == 8.0


def test_the_qr_square_on_paper_is_the_one_of_the_payload() -> None:
    sheet = replace(friday_round(), qr="BURSAR DESK 1 R4K-73E-H")
    document = pypdfium2.PdfDocument(round_sheet.make_pdf(sheet))
    scale = 6
    image = document[0].render(scale=scale).to_pil().convert("L")
    document.close()
    matrix = segno.make(sheet.qr, error="m", micro=False).matrix
    step = round_sheet.QR / len(matrix)
    left, top = paper.WIDTH - paper.MARGIN - round_sheet.QR, paper.MARGIN - 9
    seen = [
        [image.getpixel((int((left + (x + 0.5) * step) * scale), int((top + (y + 0.5) * step) * scale))) < 128
         for x in range(len(matrix))]
        for y in range(len(matrix))
    ]  # fmt: skip
    assert seen == [[bool(dark) for dark in row] for row in matrix]


@pytest.mark.parametrize("count", [0, 1, 24, 40, 120])
def test_no_line_of_a_long_round_is_left_out(count: int) -> None:
    lines = tuple(
        round_sheet.RoundLine(f"Place {n // 7}", f"Tap {n} warm", "50 °C or more", "", "°C")
        for n in range(1, count + 1)
    )
    pages = texts(round_sheet.make_pdf(friday_round(lines)))
    assert [int(n) for page in pages for n in NUMBERED.findall(page)] == list(range(1, count + 1))
    assert len(pages) == 1 or count > 24
    # A page that starts in the middle of a place says which place.
    assert all("continued" in page or "Place" in page for page in pages[1:])
    assert all(friday_round().code in page for page in pages)


def test_the_pack_has_everything_to_carry_on_two_pages() -> None:
    pages = texts(packs.make_pdf(cover_pack()))
    assert len(pages) == 2
    for words in (
        "Cover pack", "Monday 23 November 2026", "06:45 to 08:00", "For Terry Walsh",
        "Report to Ruth Patel, from 07:30", "Park Staff car park, left gate", "Keys Collect in person, Friday 15:30",
        "Alarm code Given in person, never printed", "1 Unlock", "Pass Fail Not done",
        "Fire 999, then assembly point B",
        "The library door closer is loose. Made safe.", "Read the register with Ruth before any drilling.",
        cover_pack().code,
    ):  # fmt: skip
        assert words in pages[0], words
    for words in (
        "Site sheet", "Water Boiler room, left of the door", "Meters", "Keyholders", "Contractors on call",
        "Boiler Hartley Heating, 01204 555 0134", "The kitchen roof is fragile", "Hours worked, to sign and hand in",
        "Mon 23 Nov, 06:45 to 08:00", "Signed by Terry Walsh, date", "For St Gregory's RC Primary School, date",
    ):  # fmt: skip
        assert words in pages[1], words


def test_a_week_of_cover_is_three_pages_and_has_every_check_once() -> None:
    days = [MONDAY + timedelta(step) for step in range(5)]
    checks = tuple(
        packs.PackCheck(day, f"Tap {number * 6 + n} warm", "50 °C or more", "°C")
        for number, day in enumerate(days)
        for n in range(6)
    )
    pages = texts(packs.make_pdf(cover_pack(checks, tuple(packs.Shift(day, time(6, 45), time(8)) for day in days))))
    assert len(pages) == 3
    assert [int(n) for page in pages for n in NUMBERED.findall(page)] == list(range(30))
    assert all(f"{name} {n} November" in " ".join(pages) for name, n in (("Monday", 23), ("Friday", 27)))


def test_no_field_of_a_pack_can_hold_a_reason_an_alarm_code_a_home_or_a_pupil() -> None:
    kinds = (packs.CoverPackPaper, packs.SiteSheet, packs.Shift, packs.PackCheck, packs.Contractor)
    names = {field.name for kind in kinds for field in fields(kind)}
    assert not [name for name in names if re.search("reason|absen|away|sick|health|pupil|home|alarm_code|pin", name)]


def test_the_site_sheet_stands_alone_on_one_page(tmp_path: Path) -> None:
    written = packs.write_site_sheet(SITE, tmp_path / "site.pdf", cover_pack().made_at, practice=True)
    pages = texts(written.file.read_bytes())
    assert written.pages == len(pages) == 1
    assert "Panel Main entrance lobby, behind the door" in pages[0]
    assert "Practice - made-up records" in pages[0]


def test_the_chase_list_says_what_how_late_and_the_last_reason_for_each_person() -> None:
    pages = texts(chase.make_pdf(chase_list()))
    assert len(pages) == 1
    assert "4 late checks, 3 people" in pages[0]
    for words in ("Clare Brennan", "Fire risk assessment review Whole site 10 days late due 10 Nov 2026", "Staff away"):
        assert words in pages[0]
    assert "None given yet" in pages[0]
    assert "Nothing is late" in texts(chase.make_pdf(chase_list(())))[0]


PERSON = st.builds(
    chase.ChasePerson,
    ANY_TEXT,
    st.lists(
        st.builds(chase.ChaseItem, ANY_TEXT, ANY_TEXT, st.dates(), st.integers(0, 10**6), ANY_TEXT), max_size=8
    ).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PERSON, max_size=9).map(tuple))
def test_the_chase_list_is_one_page_and_counts_what_is_not_on_it(people: tuple[chase.ChasePerson, ...]) -> None:
    late = sum(len(person.items) for person in people)
    pdf, shown = chase._draw(chase_list(people))
    pages = boxes(pdf)
    assert len(pages) == 1
    assert all(bottom >= paper.HEIGHT - paper.FOOT - 24 for _, bottom, _, _ in pages[0])
    if shown < late:
        assert f"and {late - shown:,} more on the list" in texts(pdf)[0]


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT | st.text("Ww𝕏\u202e\ud800 ", min_size=200, max_size=1000))
def test_hostile_text_in_every_field_still_makes_every_paper(text: str) -> None:
    line = round_sheet.RoundLine(text, text, text, text, text)
    sheet = replace(
        friday_round((line,) * 3), title=text, school=text, printed_for=text, warning=text, warning_lead=text
    )
    assert len(texts(round_sheet.make_pdf(sheet))) == 1
    pairs = ((text, text),) * 3
    site = packs.SiteSheet(text, pairs, pairs, pairs, pairs, (text,), (packs.Contractor(text, text, text),), text)
    pack = replace(
        cover_pack((packs.PackCheck(MONDAY, text, text, text),)),
        site=site, for_whom=text, address=text, report_to=text, school_phone=text, parking=text, keys=text,
        map_words=text, if_alarm_sounds=text, faults=(text,), know_before=(text,),
    )  # fmt: skip
    assert 2 <= len(texts(packs.make_pdf(pack))) <= 4
    person = chase.ChasePerson(text, (chase.ChaseItem(text, text, MONDAY, 3, text),))
    assert len(texts(chase.make_pdf(replace(chase_list((person,)), school=text)))) == 1


MAKERS: dict[str, Callable[[Path], object]] = {
    "round": lambda path: round_sheet.write_pdf(friday_round(), path),
    "pack": lambda path: packs.write_pdf(cover_pack(), path),
    "chase": lambda path: chase.write_pdf(chase_list(), path),
}


@pytest.mark.parametrize("name", MAKERS)
def test_each_paper_is_titled_repeats_to_the_byte_and_tells_when_it_cannot_be_saved(name: str, tmp_path: Path) -> None:
    MAKERS[name](tmp_path / "one.pdf")
    MAKERS[name](tmp_path / "two.pdf")
    pdf = (tmp_path / "one.pdf").read_bytes()
    assert pdf == (tmp_path / "two.pdf").read_bytes()
    assert about(pdf)["Title"]
    assert re.search(rb"/Lang\s*\(en-GB\)", pdf)
    with pytest.raises(UserError, match="is not there"):
        MAKERS[name](tmp_path / "gone" / "one.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.pdf", "two.pdf"]
