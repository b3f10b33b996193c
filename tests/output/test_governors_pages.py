"""The governors' report: always two pages, every figure on it, the same as a web page, safe with any text."""

from __future__ import annotations

import errno
import html.parser
import os
import re
import sys
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from governors_story import ACCIDENTS, AREAS, CONTRACTS, COVER, DECISIONS, OVERDUE, TRAINING, story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_reader import about, bookmarks, boxes, texts

from bursar_desk.domain.errors import UserError
from reports import governors as g
from reports import paper, saving
from reports.governors_content import content_of, figures_of
from reports.marks import MARK_OF_WORD

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
COUNTS = st.integers(0, 10**7)
PENCE = st.integers(-(10**9), 10**9)
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
TRENDS = st.sampled_from(["better", "same", "worse", None])


def test_page_one_says_what_the_story_says_in_the_promised_order() -> None:
    first = texts(g.make_pdf(story()))[0]
    order = [
        "Health and safety report", "Our Lady of Lourdes RC Primary School", "Autumn term 2026",
        "Covers 1 September to 20 November 2026", "Prepared by Dawn Hill for the governing body",
        "48 of 52 required checks are up to date. 3 are overdue and 1 has no record. We ask you for 2 decisions.",
        "How each area stands", "Fire Overdue 11 of 13 Worse 12", "Water Due soon 9 of 9 Better 8",
        "All areas 48 of 52 Better 46 3 overdue, 1 not known", "Required means by law or an approved code.",
        "Recommended checks, not counted above: 7 of 9 up to date.",
        "6 checks are not needed here: pool water, passenger lift and stage lighting.",
        "Overdue: 3 checks", "Fire risk assessment review 10 November, 10 days Clare Brennan Assessor cancelled visit "
        "27 November", "None given yet", "Decisions we ask of you", "Pay for the yearly asbestos re-inspection.",
        "£385 once", "Made from records on 20 November 2026 at 09:15", "Stamp 7QK4-M2XD-91TH", "Page 1 of 2",
    ]  # fmt: skip
    places = [first.find(words) for words in order]
    assert -1 not in places, [words for words, place in zip(order, places, strict=True) if place < 0]
    assert sorted(places[6:]) == places[6:]


def test_page_two_says_what_the_story_says_in_the_promised_order() -> None:
    second = texts(g.make_pdf(story()))[1]
    order = [
        "Accidents and near misses", "31", "27", "19", "fewer than 5", "Training: people in date of people needed",
        "IOSH Managing Safely 1 of 2 0 of 2 Better 1 booked, 2 spare Does not run out",
        "Cover between schools, since 1 September", "St Gregory's 9 h 30 min 2 h £176.70 We are owed 7 h 30 min",
        "All schools 12 h 45 min 8 h 45 min £94.24 We are owed 4 h",
        "12 checks were kept up by St Gregory's site staff while ours was away.",
        "Contracts to decide in the next six months", "Savings this financial year: £1,222.40.",
        "Can you trust these figures?", "7 last term", "16 October", "all records came back",
        "Chair of governors, date", "Minute number", "Page 2 of 2",
    ]  # fmt: skip
    places = [second.find(words) for words in order]
    assert -1 not in places, [words for words, place in zip(order, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_title_language_author_and_bookmarks_are_set_and_no_foreign_font_is_used() -> None:
    pdf = g.make_pdf(story())
    assert about(pdf)["Title"] == "Health and safety report, Our Lady of Lourdes RC Primary School, Autumn term 2026"
    assert about(pdf)["Author"] == "Dawn Hill"
    assert re.search(rb"/Lang\s*\(en-GB\)", pdf)
    assert b"DisplayDocTitle" in pdf
    assert bookmarks(pdf)[:4] == [
        "Health and safety report", "How each area stands", "Overdue: 3 checks", "Decisions we ask of you"
    ]  # fmt: skip
    assert b"Helvetica" not in pdf
    assert set(re.findall(rb"SourceSans3-[A-Za-z]+", pdf)) >= {b"SourceSans3-Regular", b"SourceSans3-Semibold"}


def test_the_same_records_give_the_same_bytes() -> None:
    assert g.make_pdf(story()) == g.make_pdf(story())
    assert g.make_pdf(story()) != g.make_pdf(story(put_off=g.Counted(5, 3)))


def test_every_page_of_practice_records_says_so_and_real_ones_do_not(tmp_path: Path) -> None:
    assert all("Practice - made-up records" in page for page in texts(g.make_pdf(story(practice=True))))
    assert not any("Practice" in page for page in texts(g.make_pdf(story())))
    g.write_html(story(practice=True), tmp_path / "r.html")
    assert "Practice - made-up records" in (tmp_path / "r.html").read_text("utf-8")


def test_parts_not_kept_yet_say_so_in_plain_words() -> None:
    empty = g.GovernorsData(
        "Oakfield", "Spring term 2027", date(2027, 1, 4), date(2027, 3, 26), "R. Patel",
        datetime(2027, 3, 26, 8, 0), "7QK4", (),  # noqa: DTZ001 - school time
    )  # fmt: skip
    pages = texts(g.make_pdf(empty))
    assert len(pages) == 2
    for words in ("Accidents are", "Training is", "Cover between schools is", "Contracts are"):
        assert f"{words} not kept in Bursar Desk yet." in pages[1]
    assert "No practice restore is written down yet." in pages[1]
    assert "No required checks are kept here yet. We ask you for no decision this time." in pages[0]


def test_six_overdue_checks_are_shown_oldest_statutory_first_and_the_rest_are_counted() -> None:
    late = tuple(
        g.OverdueRow(f"Check {n}", date(2026, 11, 1 + n), 19 - n, "Dawn Hill", None, None, statutory=n != 0)
        for n in range(9)
    )
    first = texts(g.make_pdf(story(overdue=tuple(reversed(late)))))[0]
    assert "Overdue: 9 checks" in first
    assert re.findall(r"Check \d", first) == [f"Check {n}" for n in range(1, 7)]
    assert "and 3 more on the list" in first


def test_counts_of_people_below_five_stand_in_no_output(tmp_path: Path) -> None:
    few = g.AccidentGroup("Accidents", (g.TermCount("Spring 2026", 4), g.TermCount("Summer 2026", 0)))
    data = story(accidents=g.Accidents(few, ACCIDENTS.near_misses))
    sections = content_of(data).sections
    assert [row[1].text for row in sections["accidents"].rows] == ["fewer than 5", "fewer than 5"]
    assert [row[1].value for row in sections["accidents"].rows] == [None, None]
    assert "Spring 2026 fewer than 5 Summer 2026 fewer than 5" in texts(g.make_pdf(data))[1]
    g.write_html(data, tmp_path / "r.html")
    assert '<th scope="row">Spring 2026</th><td>fewer than 5</td>' in (tmp_path / "r.html").read_text("utf-8")


def test_no_field_of_the_report_can_hold_why_somebody_was_away() -> None:
    def names(kind: type) -> set[str]:
        return {field.name for field in fields(kind)}

    everything = names(g.GovernorsData) | names(g.Cover) | names(g.CoverRow) | names(g.NeighbourHelp)
    assert not [name for name in everything if re.search("reason|absen|sick|health|pupil", name)]


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_web_page_has_the_same_figures_headers_language_and_no_scripts(tmp_path: Path) -> None:
    paper_figures = g.write_pdf(story(), tmp_path / "r.pdf").figures
    web = g.write_html(story(), tmp_path / "r.html")
    reader = _Reader()
    reader.feed((tmp_path / "r.html").read_text("utf-8"))
    pages = " ".join(texts((tmp_path / "r.pdf").read_bytes()))
    for name, figure in paper_figures.items():
        assert web.figures[name] == figure
        assert figure in reader.words, name
        assert figure in pages, name
    assert ("html", {"lang": "en-GB"}) in reader.tags
    assert not [tag for tag, _ in reader.tags if tag in ("script", "img", "link", "iframe", "a")]
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in reader.tags if tag == "th")
    levels = [tag for tag, _ in reader.tags if tag in ("h1", "h2", "h3")]
    assert levels[0] == "h1"
    assert set(levels[1:]) == {"h2"}


def test_markup_in_a_name_stays_words_in_the_web_page(tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>\" onload='x' &amp;"
    data = story(school=bad, prepared_by=bad, areas=(replace(AREAS[0], area=bad, comment=bad),), narrative=bad)
    g.write_html(data, tmp_path / "r.html")
    reader = _Reader()
    reader.feed((tmp_path / "r.html").read_text("utf-8"))
    assert not [tag for tag, attrs in reader.tags if tag == "script" or "onload" in attrs]
    assert bad in reader.words


def test_welsh_length_text_fits_without_being_cut() -> None:
    def longer(text: str) -> str:
        return f"{text} {'aelwyd bryn dŵr '[: max(1, int(len(text) * 0.4) - 1)].strip()}"

    data = story(
        areas=tuple(replace(row, area=longer(row.area), comment=longer(row.comment)) for row in AREAS),
        overdue=tuple(replace(row, what=longer(row.what), owner=longer(row.owner)) for row in OVERDUE),
        decisions=tuple(replace(row, what=longer(row.what), why=longer(row.why)) for row in DECISIONS),
        training=tuple(replace(row, course=longer(row.course)) for row in TRAINING),
        cover=g.Cover(date(2026, 9, 1), tuple(replace(row, school=longer(row.school)) for row in COVER), 2356),
        contracts=replace(
            CONTRACTS, rows=tuple(replace(r, contract=longer(r.contract), note=longer(r.note)) for r in CONTRACTS.rows)
        ),
    )
    assert "…" not in " ".join(texts(g.make_pdf(data)))


def test_a_character_without_a_shape_is_shown_by_its_code_and_a_ligature_by_its_letters() -> None:
    first = texts(g.make_pdf(story(school="St 中\u202e\x07 School, o\ufb03ce\u200b")))[0]
    assert "St [U+4E2D][U+202E][U+0007] School, office" in first


@st.composite
def any_report(draw: st.DrawFn) -> g.GovernorsData:
    def some(strategy: st.SearchStrategy[object], most: int) -> tuple[object, ...]:
        return tuple(draw(st.lists(strategy, max_size=most)))

    maybe_count, maybe_day = st.none() | COUNTS, st.none() | DAYS
    group = st.builds(
        g.AccidentGroup, ANY_TEXT, st.lists(st.builds(g.TermCount, ANY_TEXT, COUNTS), max_size=4).map(tuple), ANY_TEXT
    )
    area = st.builds(
        g.AreaRow, ANY_TEXT, st.sampled_from(list(MARK_OF_WORD)) | ANY_TEXT,
        st.sampled_from(["red", "amber", "green", "grey"]), COUNTS, COUNTS, TRENDS, maybe_count, ANY_TEXT, maybe_count,
    )  # fmt: skip
    not_kept = st.builds(g.NotKept, ANY_TEXT)
    course = st.builds(
        g.TrainingRow, ANY_TEXT, COUNTS, COUNTS, maybe_count, maybe_count, TRENDS, COUNTS, COUNTS, maybe_day,
        st.booleans(),
    )  # fmt: skip
    cover = st.builds(
        g.Cover, DAYS, st.lists(st.builds(g.CoverRow, ANY_TEXT, COUNTS, COUNTS), max_size=25).map(tuple),
        st.none() | COUNTS,
    )  # fmt: skip
    contract = st.builds(g.ContractRow, ANY_TEXT, DAYS, DAYS, st.none() | PENCE, ANY_TEXT)
    counted = st.builds(g.Counted, COUNTS, maybe_count)
    return story(
        school=draw(ANY_TEXT), term=draw(ANY_TEXT), prepared_by=draw(ANY_TEXT), stamp=draw(ANY_TEXT),
        areas=some(area, 14),
        overdue=some(st.builds(g.OverdueRow, ANY_TEXT, DAYS, COUNTS, ANY_TEXT, st.none() | ANY_TEXT, maybe_day), 12),
        decisions=some(st.builds(g.DecisionRow, ANY_TEXT, ANY_TEXT, st.none() | PENCE, maybe_day, ANY_TEXT), 8),
        not_known=draw(counted), late_recorded=draw(counted), put_off=draw(counted),
        accidents=draw(not_kept | st.builds(g.Accidents, group, group)),
        training=draw(not_kept | st.lists(course, max_size=12).map(tuple)), cover=draw(not_kept | cover),
        neighbours=some(st.builds(g.NeighbourHelp, ANY_TEXT, COUNTS), 5),
        contracts=draw(
            not_kept
            | st.builds(g.Contracts, st.lists(contract, max_size=12).map(tuple), st.none() | PENCE, ANY_TEXT)
        ),
        restore=draw(not_kept | st.builds(g.RestorePractice, DAYS, ANY_TEXT)),
        recommended=draw(st.none() | st.builds(g.Recommended, COUNTS, COUNTS)),
        not_needed=draw(st.none() | st.builds(g.NotNeeded, COUNTS, st.lists(ANY_TEXT, max_size=4).map(tuple))),
        narrative=draw(ANY_TEXT), practice=draw(st.booleans()),
    )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_report())
def test_any_report_has_exactly_two_pages_with_all_text_on_them(data: g.GovernorsData) -> None:
    pdf = g.make_pdf(data)
    found = boxes(pdf)
    assert len(found) == 2
    for page in found:
        assert page
        for left, bottom, right, top in page:
            assert 0 <= left <= right <= paper.WIDTH
            assert paper.HEIGHT - paper.FOOT - 24 <= bottom <= top <= paper.HEIGHT
            # Between the last block and the footer's rule nothing may stand: that would be two texts on one spot.
            assert not (bottom < paper.HEIGHT - paper.FOOT < top)
    figures_of(content_of(data))


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(codec=None), max_size=400) | st.text("Ww𝕏ﷺ\u0301\u202e…\ud800", min_size=200, max_size=3000)
)
def test_a_hostile_string_in_every_field_still_gives_two_pages(text: str) -> None:
    data = story(
        school=text, term=text, prepared_by=text, prepared_for=text, stamp=text, narrative=text,
        areas=tuple(replace(row, area=text, word=text, comment=text) for row in AREAS[:3]),
        overdue=tuple(replace(row, what=text, owner=text, reason=text) for row in OVERDUE[:2]),
        decisions=(g.DecisionRow(text, text, 1, None, text),), training=g.NotKept(text),
        contracts=replace(CONTRACTS, savings_words=text), neighbours=(g.NeighbourHelp(text, 3),),
        restore=g.RestorePractice(date(2026, 1, 1), text),
    )  # fmt: skip
    assert len(texts(g.make_pdf(data))) == 2


class _Watch:
    """An audit hook that can be switched off again; Python keeps hooks for good."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in ("open", "socket.connect", "socket.bind"):
            self.seen.append(f"{event} {arguments[0]}")


def test_making_the_pages_reads_no_file_and_opens_no_connection() -> None:
    g.make_pdf(story())  # the fonts are read once, before
    watch = _Watch()
    sys.addaudithook(watch)
    watch.on = True
    try:
        g.make_pdf(story(school="file:///etc/passwd", narrative='<img src="http://example.org/x.png"/>'))
    finally:
        watch.on = False
    assert watch.seen == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "You may not save"), (errno.EIO, "was not saved")],
)
def test_a_failed_save_says_so_in_three_parts_and_leaves_the_old_file_alone(
    number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.pdf"
    target.write_bytes(b"last term")

    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(saving.os, "fsync", fail)
    for write in (g.write_pdf, g.write_html):
        with pytest.raises(UserError, match=words) as told:
            write(story(), target)
        assert told.value.title
        assert told.value.safe
        assert told.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]
    assert target.read_bytes() == b"last term"


def test_a_missing_folder_or_a_folder_in_the_way_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there"):
        g.write_pdf(story(), tmp_path / "gone" / "report.pdf")
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(UserError, match="is a folder"):
        g.write_pdf(story(), tmp_path / "report.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_a_saved_report_replaces_the_old_one_and_is_described(tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    target.write_bytes(b"last term")
    written = g.write_pdf(story(), target)
    assert written.file == target
    assert written.pages == 2
    assert written.figures["areas 1 / Fire / Done of required"] == "11 of 13"
    assert target.read_bytes() == g.make_pdf(story())
