"""The commands about messages, as a person would type them, and the talk of the made-up schools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.services.commands_kit import done, run
from tests.services.sample_fixture import NEIGHBOUR, STORY, THIRD, built, copy_of, register_of

ON = "2026-11-20"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return register_of(copy_of(tmp_path), STORY).path.parent


def at(folder: Path, urn: str) -> Path:
    return folder / f"{urn}.register"


def did(*words: object, register: Path) -> Any:
    return done(*words, register=register, on=ON)


def sent(folder: Path, sender: str, to: str) -> Path:
    """A share file from one school to another, merged there."""
    file = folder / f"{sender}-{to}-{len(list(folder.glob('*.bursar')))}.bursar"
    did("export", file, "--to", to, register=at(folder, sender))
    did("merge", file, register=at(folder, to))
    return file


def threads(register: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = did("message", "list", *words, register=register)["threads"]
    return found


def test_a_question_is_asked_answered_read_and_printed_by_command(folder: Path) -> None:
    ours, theirs = at(folder, STORY), at(folder, NEIGHBOUR)
    asked = did(
        "message", "write", "A spare kiln?", "--words", "Ours is broken.", "--kind", "question", "--to", NEIGHBOUR,
        "--needed-by", "27 November 2026", register=ours,
    )["message"]  # fmt: skip
    sent(folder, STORY, NEIGHBOUR)
    (new,) = [one for one in threads(theirs, "--unread") if one["thread"] == asked]
    assert (new["waiting_for_us"], new["status"], new["unread"]) == (True, "Waits for us", 1)
    assert new["messages"][0]["needed_by"] == "2026-11-27"
    shown = run("message", "show", asked[:16], register=theirs, on=ON, as_json=False)
    assert "Ours is broken." in shown.out
    assert [one["unread"] for one in threads(theirs) if one["thread"] == asked] == [1], "showing marks nothing"
    before = did("message", "list", register=theirs)["unread"]
    assert did("message", "read", asked, register=theirs)["unread"] == before - 1
    assert did("message", "read", asked, "--unread", register=theirs)["unread"] == before
    assert did("message", "read", "--all", register=theirs)["unread"] == 0
    did("message", "answer", asked, "--words", "On Tuesdays.", register=theirs)
    sent(folder, NEIGHBOUR, STORY)
    (home,) = threads(ours, "--text", "tuesdays kiln")
    assert (home["answered"], [one["kind"] for one in home["messages"]]) == (True, ["question", "answer"])
    for ending in ("pdf", "html"):
        out = folder / f"thread.{ending}"
        assert did("message", "print", asked, "--out", out, register=ours)["figures"] == {"messages": "2"}
        assert out.stat().st_size > 500
    assert run("message", "print", asked, "--out", folder / "a.doc", register=ours, on=ON).code == 3


def test_a_file_goes_with_a_message_and_is_saved_at_the_other_school(folder: Path) -> None:
    picture = folder / "Gate.JPG"
    Image.new("RGB", (320, 200), (80, 80, 10)).save(picture, "JPEG")
    written = did(
        "message", "write", "Gate hangs", "--words", "See the photo.", "--kind", "help", "--attach", picture,
        register=at(folder, STORY),
    )["message"]  # fmt: skip
    sent(folder, STORY, NEIGHBOUR)
    theirs = at(folder, NEIGHBOUR)
    (file,) = did("message", "show", written, register=theirs)["messages"][0]["files"]
    assert (file["name"], file["type"], file["here"]) == ("Gate.jpg", "jpeg", True)
    out = folder / "out"
    out.mkdir()
    saved = Path(did("message", "save", written, "--to", out, register=theirs)["file"])
    assert saved == out / "Gate.jpg"
    with Image.open(saved) as picture_saved:
        assert picture_saved.size == (320, 200)
    assert run("message", "save", written, "--to", out, "--file", "2", register=theirs, on=ON).code == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("write", "T"), 2, "Missing option"), (("write", " ", "--words", "W"), 3, "what it is about"),
        (("write", "T", "--words", "W", "--to", "Nowhere School"), 3, "not one school"),
        (("write", "T", "--words", "W", "--kind", "shout"), 2, "shout"),
        (("write", "T", "--words", "W", "--needed-by", "2026-11-19"), 3, "has passed already"),
        (("write", "T", "--words", "W", "--attach", "gone.pdf"), 3, "is not a file"),
        (("read",), 2, "either messages or --all"), (("show", "ffffffff"), 3, "no message"),
        (("answer", "ffffffff", "--words", "W"), 3, "no message"), (("withdraw", "ffffffff"), 3, "no message"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path, words: tuple[str, ...], code: int, said: str) -> None:
    before = threads(at(folder, STORY))
    ran = run("message", *words, register=at(folder, STORY), on=ON)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert threads(at(folder, STORY)) == before


def test_a_message_is_withdrawn_and_undo_brings_it_back(folder: Path) -> None:
    ours = at(folder, STORY)
    written = did("message", "write", "Road closed", "--words", "On Friday.", register=ours)["message"]
    did("message", "withdraw", written, register=ours)
    assert not [one for one in threads(ours) if one["thread"] == written]
    did("undo", register=ours)
    assert [one["title"] for one in threads(ours) if one["thread"] == written] == ["Road closed"]


def test_good_practice_is_written_with_its_four_answers_and_found_by_words(folder: Path) -> None:
    ours = at(folder, STORY)
    did(
        "message", "write", "Signs by the door", "--words", "They hang there.", "--kind", "practice", "--why", "Falls.",
        "--impact", "None since.", "--how", "Buy two.", "--about", "Wet floors", register=ours,
    )  # fmt: skip
    (found,) = threads(ours, "--kind", "practice", "--text", "wet falls signs")
    one = found["messages"][0]
    assert (one["why"], one["impact"], one["how"], one["about"]) == ("Falls.", "None since.", "Buy two.", "Wet floors")


def test_the_made_up_schools_talk_to_each_other() -> None:
    from bursar_desk.services import messages
    from tests.windows.page_bench import desk_of

    made = built()
    with desk_of(made, STORY) as desk:
        found = messages.threads(desk)
        assert {one.kind for one in found} == {"question", "help", "notice", "practice"}
        assert {one.state for one in found} == {"here"}
        assert len({each.school for one in found for each in one.messages}) >= 3
        question = next(one for one in found if one.kind == "question")
        assert (question.answers, question.answered) == (2, True)
        assert any(one.waiting_for_us for one in found)
        assert messages.unread_count(desk) >= 3
    with desk_of(made, THIRD) as desk:
        assert {one.root for one in messages.threads(desk)} == {one.root for one in found}
