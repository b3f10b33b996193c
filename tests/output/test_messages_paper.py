"""Messages on paper: a thread and a good-practice note, whole however long, the same words as PDF and web page."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_reader import about, boxes, texts

from bursar_desk.domain.errors import UserError
from reports import messages, paper
from reports.messages import Said, ThreadPaper

AT = dt.datetime(2026, 11, 20, 9, 15)  # noqa: DTZ001 - as the services hand it in, in school time
QUESTION = ThreadPaper(
    "Who examines your lift?", "Question from Oakfield Primary School, answered, for Hollybank Primary School.",
    "Oakfield Primary School", (
        Said("Dawn Hill", "Oakfield Primary School", "Tuesday 10 November 2026", "",
             (("", "Our firm has closed.\nWho do you use, and are they on time?"),), ("Letter.pdf (PDF, 40 KB)",)),
        Said("Ruth Patel", "Hollybank Primary School", "Thursday 12 November 2026", "Answer",
             (("", "Hartley Lifts, every May and November."),)),
    ), AT, practice=True,
)  # fmt: skip
GOOD = ThreadPaper(
    "Flushing taps on the register round", "What worked from St Anne's.", "St Anne's", (
        Said("Ann Lee", "St Anne's", "Monday 2 November 2026", "", (
            ("What we did", "The register monitor runs the tap."), ("Why", "It was forgotten in busy weeks."),
            ("What it changed", "No week missed since Easter."), ("How you can use it", "Put it on the round."),
        )),
    ), AT,
)  # fmt: skip


def test_a_thread_is_one_page_with_every_message_in_order() -> None:
    (page,) = texts(messages.make_pdf(QUESTION))
    order = [
        "Practice - made-up records", "Who examines your lift?", "Question from Oakfield Primary School, answered",
        "Dawn Hill, Oakfield Primary School", "Tuesday 10 November 2026", "Our firm has closed.",
        "Who do you use, and are they on time?", "Attached", "Letter.pdf (PDF, 40 KB)",
        "Ruth Patel, Hollybank Primary School", "Answer, Thursday 12 November 2026",
        "Hartley Lifts, every May and November.", "Made from records on 20 November 2026 at 09:15", "Page 1 of 1",
    ]  # fmt: skip
    places = [page.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_good_practice_note_answers_its_four_questions() -> None:
    (page,) = texts(messages.make_pdf(GOOD))
    for label, text in GOOD.said[0].parts:
        assert f"{label} {text}" in page


def test_the_web_page_has_the_same_words_as_the_paper() -> None:
    for thread in (QUESTION, GOOD):
        page = messages.make_html(thread).decode()
        plain = " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page)).split())
        for one in thread.said:
            for text in (one.who, one.school, one.when, *(line for part in one.parts for line in part[1].split("\n"))):
                assert text in plain
        assert "<script" not in page
        assert "default-src 'none'" in page


def test_what_is_not_here_is_said_on_both() -> None:
    note = "An answer to a message that has not arrived yet."
    thread = replace(QUESTION, note=note)
    assert note in texts(messages.make_pdf(thread))[0]
    assert note in messages.make_html(thread).decode()


def test_no_line_of_a_long_talk_is_left_out_and_each_page_says_who_goes_on() -> None:
    said = tuple(
        replace(QUESTION.said[0], who=f"Writer {n}", parts=(("", "\n".join(f"line {n}-{k}." for k in range(40))),))
        for n in range(5)
    )
    pages = texts(messages.make_pdf(replace(QUESTION, said=said)))
    assert re.findall(r"line (\d-\d+)\.", " ".join(pages)) == [f"{n}-{k}" for n in range(5) for k in range(40)]
    assert all("continued" in page or page.find("Writer") < page.find("line") for page in pages[1:])


ANY_TEXT = st.text(st.characters(codec=None), max_size=400) | st.text("Ww𝕏\u202e\ud800 \n<>&", max_size=1500)


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT)
def test_hostile_text_in_every_field_still_makes_both_and_stays_on_the_page(text: str) -> None:
    said = Said(text, text, text, text, (("", text), (text, text)), (text,))
    thread = ThreadPaper(text, text, text, (said, said), AT, text)
    for page in boxes(messages.make_pdf(thread)):
        assert all(left >= 0 and right <= paper.WIDTH for left, _, right, _ in page)
        assert all(bottom >= paper.HEIGHT - paper.FOOT - 24 for _, bottom, _, _ in page)
    page_text = messages.make_html(thread).decode()
    inside = page_text[page_text.index("<body>") :]
    assert set(re.findall(r"</?([a-z0-9]+)", inside)) <= {
        "body", "header", "h1", "h2", "p", "main", "article", "dl", "dt", "dd", "footer", "html",
    }  # fmt: skip


@pytest.mark.parametrize("write", [messages.write_pdf, messages.write_html])
def test_it_is_titled_repeats_to_the_byte_and_tells_when_it_cannot_be_saved(write: object, tmp_path: Path) -> None:
    assert callable(write)
    one, two = tmp_path / "one", tmp_path / "two"
    assert write(QUESTION, one).figures == {"messages": "2"}
    write(QUESTION, two)
    assert one.read_bytes() == two.read_bytes()
    with pytest.raises(UserError, match="is not there"):
        write(QUESTION, tmp_path / "gone" / "one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_the_pdf_is_titled() -> None:
    assert about(messages.make_pdf(GOOD))["Title"] == "Flushing taps on the register round"
