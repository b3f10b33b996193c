"""Messages between real registers through real files: threads, read marks that stay, withdrawing, attachments."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.services import enclosures, history, messages
from bursar_desk.services.desk import Desk
from bursar_desk.services.messages import HELP, NOTICE, PRACTICE, QUESTION, Draft
from db.store import Store
from tests.storage.workbench import Bench, commits_in, is_sound, plain_body, tables_of

NAMES = ("Oakfield", "Hollybank", "St Anne's")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def stores(bench: Bench) -> list[Store]:
    made = [bench.school(name, f"90000{n}") for n, name in enumerate(NAMES)]
    bench.introduce(*made)
    return made


@pytest.fixture
def desks(bench: Bench, stores: list[Store]) -> list[Desk]:
    return [Desk(store, bench.clock) for store in stores]


def shape(desk: Desk) -> list[object]:
    """What a desk shows, without what is its own: whose messages they are and which were read there."""
    return [
        (one.root, one.title, one.kind, one.state, [(each.id, each.words, each.withdrawn) for each in one.messages])
        for one in sorted(messages.threads(desk), key=lambda one: one.root)
    ]


def picture(path: Path, size: tuple[int, int] = (64, 48)) -> Path:
    Image.new("RGB", size, (90, 120, 20)).save(path, "JPEG")
    return path


def test_a_question_travels_is_answered_and_the_answer_comes_home(
    bench: Bench, stores: list[Store], desks: list[Desk]
) -> None:
    oak, holly, _ = desks
    asked = messages.write(oak, Draft(QUESTION, "Lift examination", "Who does yours?", (holly.home,)))
    assert "next share file" in asked.sentence
    bench.exchange(stores[0], stores[1])
    (thread,) = messages.threads(holly, unread=True)
    assert (thread.waiting_for_us, thread.unread, thread.school_name) == (True, 1, "Oakfield")
    assert thread.messages[0].to_names == ("our school",)
    messages.answer(holly, asked.id, "Hartley, every\nMay and November.")
    assert not messages.threads(holly)[0].waiting_for_us
    bench.exchange(stores[1], stores[0])
    (home,) = messages.threads(oak)
    assert [one.words for one in home.messages] == ["Who does yours?", "Hartley, every\nMay and November."]
    assert home.answered
    assert home.messages[1].to_names == ("our school",)
    assert messages.unread_count(oak) == 1
    assert all(is_sound(store) for store in stores)


def test_who_reads_an_answer_first_sees_that_its_question_has_not_arrived(
    bench: Bench, stores: list[Store], desks: list[Desk]
) -> None:
    asked = messages.write(desks[0], Draft(QUESTION, "Grit", "Where do you buy it?"))
    bench.exchange(stores[0], stores[1])
    messages.answer(desks[1], asked.id, "From the depot.")
    bench.exchange(stores[1], stores[2])
    (waiting,) = messages.threads(desks[2])
    assert waiting.stands_in == "An answer to a message that has not arrived yet"
    assert waiting.title == "Grit", "an answer carries what it is about"
    bench.exchange(stores[0], stores[2])
    (joined,) = messages.threads(desks[2])
    assert (joined.state, joined.answers, joined.root) == ("here", 1, waiting.root)


def _talk(bench: Bench, stores: list[Store], desks: list[Desk]) -> list[Path]:
    """A lively talk; one file of everything after every step."""
    files: list[Path] = []

    def sent(place: int) -> None:
        others = [store for store in stores if store is not stores[place]]
        files.append(bench.send(stores[place], others, everything=True))
        for other in others:
            bench.merge(other, files[-1])

    first = messages.write(desks[0], Draft(QUESTION, "Grit", "Where do you buy it?"))
    sent(0)
    second = messages.answer(desks[1], first.id, "From the depot.")
    sent(1)
    messages.answer(desks[2], second.id, "How much is it?", kind=QUESTION)
    sent(2)
    wrong = messages.answer(desks[0], second.id, "Thanks, and where is that?")
    sent(0)
    messages.answer(desks[2], wrong.id, "Behind the garage.")
    sent(2)
    messages.withdraw(desks[0], wrong.id)
    messages.write(desks[0], Draft(NOTICE, "Road closed", "On Friday."))
    sent(0)
    return files


@pytest.mark.parametrize("seed", range(4))
def test_files_in_any_order_give_every_desk_the_same_threads(
    bench: Bench, stores: list[Store], desks: list[Desk], seed: int
) -> None:
    files = _talk(bench, stores, desks)
    want = shape(desks[2])
    assert len(want) == 2
    assert [state for *_, state, _ in want] == ["here", "here"]
    late = bench.school(f"Late {seed}", f"91000{seed}")
    bench.introduce(*stores, late)
    everybody = [bench.send(store, [late], everything=True) for store in stores]
    order = [*everybody, *everybody]
    random.Random(seed).shuffle(order)
    desk = Desk(late, bench.clock)
    for path in order:
        bench.merge(late, path)
    assert shape(desk) == want
    assert len(files) == 6


def test_every_order_of_single_files_leads_to_the_same_threads(bench: Bench, stores: list[Store]) -> None:
    desks = [Desk(store, bench.clock) for store in stores]
    asked = messages.write(desks[0], Draft(QUESTION, "Grit", "Where?"))
    bench.exchange(stores[0], stores[1])
    answered = messages.answer(desks[1], asked.id, "At the depot.")
    bench.exchange(stores[1], stores[2])
    messages.answer(desks[2], answered.id, "Which one?", kind=QUESTION)
    seen = []
    for n, order in enumerate(itertools.permutations(stores)):
        late = bench.school(f"Late {n}", f"92000{n}")
        bench.introduce(*stores, late)
        for sender in order:
            bench.merge(late, bench.send(sender, [late], everything=True))
        seen.append(shape(Desk(late, bench.clock)))
    assert all(one == seen[0] for one in seen)
    assert len(seen[0]) == 1


def test_what_was_read_stays_at_the_desk_that_read_it(
    bench: Bench, stores: list[Store], desks: list[Desk]
) -> None:
    asked = messages.write(desks[0], Draft(NOTICE, "Road closed", "On Friday."))
    bench.exchange(stores[0], stores[1])
    bench.exchange(stores[0], stores[2])
    before, commits = tables_of(stores[1]), commits_in(stores[1])
    changes = messages.mark_read(desks[1], [asked.id])
    assert changes.touches(messages.READ)
    assert messages.mark_read(desks[1], [asked.id]).tables == frozenset(), "it was read already"
    assert (messages.unread_count(desks[1]), messages.unread_count(desks[2])) == (0, 1)
    assert tables_of(stores[1]) == before
    assert commits_in(stores[1]) == commits, "nothing of it is in the log"
    path = bench.send(stores[1], [stores[0]], everything=True)
    assert asked.id not in plain_body(path, bench.keys_of(stores[0]).box)
    assert messages.mark_unread(desks[1], [asked.id]).touches(messages.READ)
    assert messages.unread_count(desks[1]) == 1


def test_a_read_mark_outlives_the_tables_being_made_anew(bench: Bench, stores: list[Store], desks: list[Desk]) -> None:
    from bursar_desk.domain.progress import Silent
    from db.rebuild import rebuild

    asked = messages.write(desks[0], Draft(NOTICE, "Road closed", "On Friday."))
    bench.exchange(stores[0], stores[1])
    messages.mark_read(desks[1], [asked.id])
    with stores[1].writing() as con:
        rebuild(con, Silent())
    assert messages.unread_count(desks[1]) == 0
    assert [one.title for one in messages.threads(desks[1])] == ["Road closed"]


def test_our_own_message_is_never_new_to_us(desks: list[Desk]) -> None:
    messages.write(desks[0], Draft(NOTICE, "Road closed", "On Friday."))
    assert messages.unread_count(desks[0]) == 0
    assert messages.threads(desks[0], unread=True) == []


def test_a_withdrawn_message_goes_where_the_withdrawal_arrives(
    bench: Bench, stores: list[Store], desks: list[Desk]
) -> None:
    asked = messages.write(desks[0], Draft(NOTICE, "Road closed", "On Friday."))
    bench.exchange(stores[0], stores[1])
    assert len(messages.threads(desks[1])) == 1
    messages.withdraw(desks[0], asked.id)
    bench.exchange(stores[0], stores[1])
    assert messages.threads(desks[1]) == []
    assert messages.unread_count(desks[1]) == 0
    with pytest.raises(UserError, match="withdrawn"):
        messages.answer(desks[1], asked.id, "Which road?")
    with pytest.raises(UserError, match="withdrawn already"):
        messages.withdraw(desks[0], asked.id)


def test_only_its_own_school_withdraws_a_message(bench: Bench, stores: list[Store], desks: list[Desk]) -> None:
    asked = messages.write(desks[0], Draft(NOTICE, "Road closed", "On Friday."))
    bench.exchange(stores[0], stores[1])
    with pytest.raises(UserError, match="Only they can withdraw"):
        messages.withdraw(desks[1], asked.id)
    assert len(messages.threads(desks[1])) == 1


def test_undo_takes_a_message_back_and_redo_sends_it_again(desks: list[Desk]) -> None:
    messages.write(desks[0], Draft(NOTICE, "Road closed", "On Friday."))
    told, changes = history.undo(desks[0])
    assert told == "write to other schools, Road closed"
    assert changes.touches("message")
    assert messages.threads(desks[0]) == []
    history.redo(desks[0])
    assert [one.title for one in messages.threads(desks[0])] == ["Road closed"]


def test_good_practice_is_kept_whole_and_found_by_any_word_of_it(desks: list[Desk]) -> None:
    messages.write(desks[0], Draft(NOTICE, "Road closed", "On Friday."))
    messages.write(desks[0], Draft(
        PRACTICE, "Tap flushing by the register round", "The caretaker flushes on the way.", about="Legionella flush",
        why="It was forgotten.", impact="No week missed since Easter.", how="Put the taps on the register round.",
    ))  # fmt: skip
    for words in ("easter", "LEGIONELLA flushing", "forgotten round", "caretaker"):
        (found,) = messages.threads(desks[0], PRACTICE, text=words)
        assert found.messages[0].impact == "No week missed since Easter."
    assert messages.threads(desks[0], PRACTICE, text="boiler") == []
    assert len(messages.threads(desks[0], text="  ")) == 2


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(NOTICE, " \u200b\n ", "Words"), "title"), (Draft(NOTICE, "T", "\u202e \x00"), ""),
        (Draft(NOTICE, "T", "  \n "), "words"), (Draft(NOTICE, "x" * 121, "Words"), "title"),
        (Draft(NOTICE, "T", "x" * 6001), "words"), (Draft(PRACTICE, "T", "W", how="x" * 2001), "how"),
        (Draft(HELP, "T", "W", needed_by=dt.date(2026, 1, 11)), "needed_by"), (Draft("shout", "T", "W"), "kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_said_beside_its_field_and_nothing_is_written(
    desks: list[Desk], draft: Draft, field: str
) -> None:
    found = messages.problems(draft, desks[0].today)
    assert list(found) == ([field] if field else [])
    if field:
        with pytest.raises(UserError) as refused:
            messages.write(desks[0], draft)
        assert (refused.value.title, refused.value.safe) == (found[field], "Nothing was sent.")
        assert messages.threads(desks[0]) == []


def test_a_message_as_long_as_may_be_travels(bench: Bench, stores: list[Store], desks: list[Desk]) -> None:
    wide = "\N{MUSICAL SYMBOL G CLEF}"
    long = {name: wide * most for name, most in messages.LONGEST.items()}
    sent = messages.write(desks[0], Draft(PRACTICE, to=(desks[1].home,), **long))
    bench.exchange(stores[0], stores[1])
    got = messages.get(desks[1], sent.id)
    assert {name: getattr(got, name) for name in long} == long


def test_hostile_text_from_elsewhere_is_shown_tame(bench: Bench, stores: list[Store], desks: list[Desk]) -> None:
    odd = {
        "kind": "no\u202etice", "title": "Pay\u202e now\x07\nsecond line\u200b", "words": "a\tb\r\n\u202ec\x00d",
        "said_by": "Dawn\u2066 Hill", "to": '[1, "zz", null]', "enclosures": '[{"name": 4}, {"name": "x"}, 7]',
        "answers": b"\xff" * 16,
    }  # fmt: skip
    with stores[0].act(ActCode.SEND_MESSAGE) as act:
        row = act.fact("message", odd)
        act.fact("message", {"to": "{", "enclosures": "[" * 3000})
    bench.exchange(stores[0], stores[1])
    assert len(messages.threads(desks[1])) == 2
    got = messages.get(desks[1], row)
    assert (got.title, got.words, got.said_by) == ("Pay now second line", "a b\n[U+202E]cd", "Dawn Hill")
    assert (got.to, got.enclosures) == ((), ())
    assert messages.kind_words("somewhat") == "Message of a newer kind"


def test_nobody_is_named_who_does_not_read_us(bench: Bench, desks: list[Desk]) -> None:
    stranger = bench.school("Stranger", "930000").facts.home
    with pytest.raises(UserError, match="does not read our messages"):
        messages.write(desks[0], Draft(QUESTION, "T", "W", (stranger,)))
    alone = Desk(bench.school("Alone", "930001"), bench.clock)
    assert messages.audience(alone) == ()
    assert messages.where_it_goes(alone).startswith("Nobody reads our messages yet.")
    assert "waits for a reader" in messages.write(alone, Draft(NOTICE, "T", "W")).sentence
    assert [one.name for one in messages.audience(desks[0])] == ["Hollybank", "St Anne's"]


def test_an_attachment_comes_with_its_message_and_one_that_is_not_here_says_so(
    bench: Bench, stores: list[Store], desks: list[Desk], tmp_path: Path
) -> None:
    photo = enclosures.take(desks[0], picture(tmp_path / "Gate.JPG"))
    sent = messages.write(desks[0], Draft(HELP, "Gate", "It hangs.", enclosures=(photo,)))
    (kept,) = messages.get(desks[0], sent.id).enclosures
    assert (kept.name, kept.type, kept.here, kept.missing) == ("Gate.jpg", "jpeg", True, "")
    path = enclosures.save_copy(desks[0], kept, tmp_path / "copy.jpg").file
    assert Image.open(io.BytesIO(path.read_bytes())).size == (64, 48)
    bench.exchange(stores[0], stores[1])
    (came,) = messages.get(desks[1], sent.id).enclosures
    assert enclosures.save_copy(desks[1], came, tmp_path / "came").file.read_bytes() == path.read_bytes()
    stores[1].blobs.path_of(photo.sha256).unlink()
    (lacking,) = messages.get(desks[1], sent.id).enclosures
    assert lacking.missing == "This file is not here yet; it is asked for with your next share file."
    with pytest.raises(UserError, match="is not here yet"):
        enclosures.save_copy(desks[1], lacking, tmp_path / "none.jpg")
    assert not (tmp_path / "none.jpg").exists()
    with pytest.raises(UserError, match="no longer here"):
        messages.write(desks[1], Draft(HELP, "Gate", "Again.", enclosures=(photo,)))


def test_a_damaged_copy_is_not_saved(desks: list[Desk], tmp_path: Path) -> None:
    photo = enclosures.take(desks[0], picture(tmp_path / "a.jpg"))
    desks[0].store.blobs.path_of(photo.sha256).write_bytes(b"\xff\xd8\xff other")
    with pytest.raises(UserError, match="damaged"):
        enclosures.save_copy(desks[0], photo, tmp_path / "b.jpg")
    assert not (tmp_path / "b.jpg").exists()


def test_content_that_may_not_be_attached_is_not_saved_whoever_sent_it(desks: list[Desk], tmp_path: Path) -> None:
    digest = desks[0].store.blobs.put(b"MZ\x90\x00 a program")
    odd = enclosures.Enclosure("letter.pdf", digest, 12, "pdf")
    with pytest.raises(UserError, match="can be attached"):
        enclosures.save_copy(desks[0], odd, tmp_path / "letter.pdf")
    text = enclosures.Enclosure("letter.pdf", desks[0].store.blobs.put(b"plain words"), 11, "pdf")
    assert enclosures.save_copy(desks[0], text, tmp_path / "letter.pdf").file.name == "letter.pdf.txt"


def test_the_room_of_a_school_is_counted_once_a_file_and_has_an_end(
    desks: list[Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = enclosures.take(desks[0], picture(tmp_path / "a.jpg"))
    for n in range(2):
        messages.write(desks[0], Draft(NOTICE, f"T {n}", "W", enclosures=(photo,)))
    assert enclosures.room_used(desks[0]) == photo.size
    assert enclosures.room_words(desks[0]).endswith("of 2 GB used")
    monkeypatch.setattr(enclosures, "MOST_SCHOOL_BYTES", photo.size + 10)
    with pytest.raises(Refused, match="is the most"):
        enclosures.take(desks[0], picture(tmp_path / "b.jpg", (80, 80)))


def test_home_says_how_many_are_new_and_how_many_wait(bench: Bench, stores: list[Store], desks: list[Desk]) -> None:
    assert messages.home_lines(desks[1]) == ()
    messages.write(desks[0], Draft(QUESTION, "Grit", "Where?", (desks[1].home,)))
    messages.write(desks[0], Draft(NOTICE, "Road closed", "On Friday."))
    bench.exchange(stores[0], stores[1])
    assert messages.home_lines(desks[1]) == (
        "2 new messages from other schools.", "1 message waits for our answer.",
    )  # fmt: skip


def test_a_clock_decades_ahead_does_not_keep_its_message_on_top(
    bench: Bench, stores: list[Store], desks: list[Desk]
) -> None:
    now = bench.clock.ms
    bench.clock.ms = now + 70 * 365 * 86_400_000
    messages.write(desks[0], Draft(NOTICE, "From the future", "W"))
    bench.clock.ms = now
    bench.exchange(stores[0], stores[1])
    bench.clock.ms = now + 3 * 86_400_000
    messages.write(desks[1], Draft(NOTICE, "Later", "W"))
    assert [one.title for one in messages.threads(desks[1])] == ["Later", "From the future"]


def test_messages_are_in_the_channel_that_every_reader_reads() -> None:
    assert registry.BY_NAME["message"].channel == "link"
