"""Every way a file can be wrong has its own code and sentence, in a fixed order of checks, and changes nothing."""

from __future__ import annotations

import os
import random
import struct
import threading
import tracemalloc
from pathlib import Path

import msgspec
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bursar_desk.exchange import envelope
from bursar_desk.exchange.envelope import EnvelopeRefused
from tests.exchange.envelope_forge import CHUNK, READER, SENDER, STRANGER, Forge, resigned, sign


def refusal(path: Path, data: bytes, ring: tuple[object, ...] = (READER.box,)) -> EnvelopeRefused:
    """Why ``data`` is not taken in; the folder and the file must be as they were before."""
    path.write_bytes(data)
    before = (sorted(path.parent.iterdir()), path.stat().st_mtime_ns)
    with pytest.raises(EnvelopeRefused) as caught, envelope.open_file(path, ring):  # type: ignore[arg-type]
        pass
    assert (sorted(path.parent.iterdir()), path.stat().st_mtime_ns) == before
    assert path.read_bytes() == data
    return caught.value


def code(path: Path, data: bytes) -> str:
    return refusal(path, data).code


def packed(plain: bytes, **settings: object) -> bytes:
    return zstandard.ZstdCompressor(**settings).compress(plain)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the order of the checks
FAULTS = (
    "too_large", "not_ours", "newer_version", "header_length", "header_types", "truncated", "needs_update", "altered",
    "not_addressed", "key_damaged", "damaged_chunk", "damaged_body",
)  # fmt: skip


def _forged(faults: set[str]) -> Forge:
    forge = Forge()
    if "damaged_body" in faults:
        forge = forge.but(packed=b"not zstd at all")
    if "damaged_chunk" in faults:
        forge = forge.but(chunk_key=b"x" * 32)
    if "key_damaged" in faults:
        forge = forge.but(recipients=[[forge.wrapped(READER.box.public)[0], b"x" * 80]])
    if "not_addressed" in faults:
        forge = forge.but(recipients=[forge.wrapped(STRANGER.box.public)])
    if "altered" in faults:
        forge = forge.but(sender=STRANGER.sign.public)
    if "needs_update" in faults:
        forge = forge.but(needs=["moon phases"])
    if "header_types" in faults:
        forge = forge.but(namespace=b"short")
    if "newer_version" in faults:
        forge = forge.but(version=2)
    if "header_length" in faults:
        forge = forge.but(header_length=envelope.MAX_HEADER + 1)
    return forge


def _with_faults(path: Path, faults: set[str]) -> None:
    """One file that has all of ``faults`` at once."""
    data = _forged(faults).bytes()
    if "truncated" in faults:
        data = data[:-10]
    if "not_ours" in faults:
        data = b"%PDF-1.7" + data[8:]
    path.write_bytes(data)
    if "too_large" in faults:
        os.truncate(path, envelope.MAX_FILE + 1)


def test_the_cheapest_check_that_fails_is_the_one_that_speaks(tmp_path: Path) -> None:
    path, found = tmp_path / "f", []
    for first in range(len(FAULTS)):
        _with_faults(path, set(FAULTS[first:]))
        with pytest.raises(EnvelopeRefused) as caught:
            envelope.open_file(path, [READER.box])
        found.append(caught.value.code)
    expected = ["header_damaged" if each.startswith("header") else each for each in FAULTS]
    assert found == expected
    _with_faults(path, set())
    with envelope.open_file(path, [READER.box]) as opened:
        assert opened.body.read(1 << 20) == Forge().plain


def test_every_refusal_has_words_of_its_own_and_none_says_a_forbidden_one() -> None:
    titles = [EnvelopeRefused(each).title for each in envelope.WORDS]
    assert len(set(titles)) == len(titles)
    for each in envelope.WORDS:
        why = EnvelopeRefused(each)
        said = f" {why} ".lower()
        for word in ("invalid", "valid", "error", "illegal", "oops", "please", "sorry", "checksum", "decrypt", "sync"):
            assert word not in said
        assert why.safe == "Nothing was changed."
        assert why.remedy
        assert all(len(part.split()) <= 20 for part in (why.title, why.remedy))


def test_a_refusal_can_name_the_school_once_it_is_known() -> None:
    why = EnvelopeRefused("damaged_chunk", "chunk 3").naming("St Anne's")
    assert str(why) == "The file from St Anne's is damaged. Nothing was changed. Ask them to send it again."
    assert (why.code, why.detail) == ("damaged_chunk", "chunk 3")


# ---------------------------------------------------------------- lengths
def test_a_file_cut_at_any_boundary_says_it_is_cut_short(tmp_path: Path) -> None:
    data = Forge(plain=random.Random(3).randbytes(CHUNK + 100)).bytes()
    front = 14 + struct.unpack(">I", data[10:14])[0]
    ends = [0, 1, 7, 8, 9, 10, 13, 14, 15, front - 1, front, front + 1, front + CHUNK, front + CHUNK + 16]
    ends += [len(data) - 64 - 1, len(data) - 64, len(data) - 63, len(data) - 1]
    assert {end: code(tmp_path / "f", data[:end]) for end in ends} == dict.fromkeys(ends, "truncated")


@pytest.mark.parametrize("more", [b"\0", b"\r\n", b"x" * 64, b"x" * CHUNK])
def test_a_file_with_something_after_its_end_is_refused(tmp_path: Path, more: bytes) -> None:
    assert code(tmp_path / "f", Forge().bytes() + more) == "appended"
    assert code(tmp_path / "f", sign(Forge().bytes()[:-64] + more)) == "appended"


def test_a_stripped_signature_leaves_a_file_that_is_cut_short(tmp_path: Path) -> None:
    assert code(tmp_path / "f", Forge().bytes()[:-64]) == "truncated"


def test_a_signature_of_zeros_does_not_hold(tmp_path: Path) -> None:
    assert code(tmp_path / "f", Forge().bytes()[:-64] + bytes(64)) == "altered"


@pytest.mark.parametrize("sign_bit", [0, 0x80])
def test_a_key_under_which_anybody_can_sign_speaks_for_nobody(tmp_path: Path, sign_bit: int) -> None:
    weak = b"\x01" + bytes(30) + bytes([sign_bit])
    anything = b"\x01" + bytes(63)
    Ed25519PublicKey.from_public_bytes(b"\x01" + bytes(31)).verify(anything, b"the library lets this hold")
    why = refusal(tmp_path / "f", Forge(sender=weak).unsigned() + anything)
    assert (why.code, why.detail) == ("altered", "anybody can sign with this key")


@pytest.mark.parametrize("magic", [b"\x89BDX\n\x1a\n\0", b"\tBDX\r\n\x1a\n", b"?BDX\r\n\x1a\n", b"\x89BDX\r\r\n\x1a"])
def test_a_file_sent_as_text_says_that_it_was_changed_on_its_way(tmp_path: Path, magic: bytes) -> None:
    assert code(tmp_path / "f", magic + Forge().bytes()[8:]) == "changed_on_the_way"


@pytest.mark.parametrize("data", [b"%PDF-1.7 and so on", b"PK\x03\x04" + bytes(100), b"x", b"SQLite format 3\0" * 20])
def test_any_other_file_is_not_ours(tmp_path: Path, data: bytes) -> None:
    assert code(tmp_path / "f", data) == "not_ours"


def test_version_nought_is_no_version(tmp_path: Path) -> None:
    assert code(tmp_path / "f", Forge(version=0).bytes()) == "header_damaged"
    assert code(tmp_path / "f", Forge(version=65535).bytes()) == "newer_version"


def test_a_missing_file_a_folder_and_a_pipe_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    places = [tmp_path / "missing", tmp_path / "folder", Path("/dev/zero"), tmp_path / "zero\0byte"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")  # nobody writes to it: opening it would wait for ever
        places.append(tmp_path / "pipe")
    for place in places:
        for read in (lambda p: envelope.open_file(p, []), envelope.peek, envelope.file_sha256):
            with pytest.raises(EnvelopeRefused) as caught:
                read(place)
            assert caught.value.code == "unreadable"


# ---------------------------------------------------------------- the header
@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, b"short"), (0, "0123456789abcdef"), (1, b"exchange"), (1, ""), (1, "e" * 65), (1, "exch\0nge"), (1, "card"),
        (2, b"x" * 31), (2, None), (3, "text"), (3, b"c" * 65537), (4, "needs"), (4, ["a"] * 65), (4, [7]),
        (4, ["a\nb"]),
        (5, -1), (5, True), (5, 1.0), (5, "1"), (5, 0), (6, [1, 2, 3]), (6, [1, 2, 3, 4, 5]), (6, None),
        (6, [1, 100, 2, 0]), (6, [1, 0, 1, 0]), (6, [-1, 100, 1, 0]), (6, [1.0, 100, 1, 0]), (6, [1, True, 1, 0]),
        (6, [1, 100, 1, -1]), (7, []), (7, None), (7, [[b"k" * 8]]), (7, [[b"k" * 8, b""]]),
        (7, [[b"k" * 8, b"w" * 79]]),
        (7, [[b"k" * 7, b"w" * 80]]), (7, [[b"k" * 8, b"w" * 80, 1]]), (7, [{}]), (7, [[b"k" * 8, b"w" * 80]] * 1025),
        (8, b"n" * 17), (8, "practice-space-1"),
    ],
)  # fmt: skip
def test_a_header_value_of_the_wrong_kind_is_refused(tmp_path: Path, place: int, value: object) -> None:
    forge = Forge()
    fields = forge.fields()
    fields[place] = value
    assert code(tmp_path / "f", forge.but(header=msgspec.msgpack.encode(fields)).bytes()) == "header_damaged"


@pytest.mark.parametrize(
    "header",
    [
        b"", b"\xc0", b"\x90", b"\x98" + b"\xc0" * 8, b"\x80", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\x91" * 200_000, b"\x81" * 200_000, b"\xc1" * 9,
        b"\xff" * 1000,
        b"\x99" + b"\xcf" + b"\xff" * 8 + b"\xc0" * 8, b"\x99" + b"\xcb\x7f\xf8" + bytes(6) + b"\xc0" * 8,
        b"\xdc\x00\xff" + b"\xc0" * 255, b"\x99\xd4\x01\x01" + b"\xc0" * 8,
    ],
)  # fmt: skip
def test_a_header_that_is_no_header_is_refused_in_little_memory(tmp_path: Path, header: bytes) -> None:
    tracemalloc.start()
    try:
        assert code(tmp_path / "f", Forge(header=header).bytes()) == "header_damaged"
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_what_a_later_program_needs_is_named_in_the_detail_and_not_in_the_sentence(tmp_path: Path) -> None:
    for forge in (Forge(needs=["<b>moon</b>"]), Forge(kind="moon"), Forge(kind="moon", suite=0), Forge(suite=7)):
        why = refusal(tmp_path / "f", forge.bytes())
        assert why.code == "needs_update"
        assert "moon" in why.detail or "suite 7" in why.detail
        assert "moon" not in str(why)


def test_a_card_cannot_be_sealed_and_nothing_else_can_be_open(tmp_path: Path) -> None:
    assert code(tmp_path / "f", Forge(kind="card").bytes()) == "header_damaged"
    for kind in ("exchange", "pack", "return"):
        assert code(tmp_path / "f", Forge(kind=kind, suite=0).bytes()) == "header_damaged"


# ---------------------------------------------------------------- who wrote it, and for whom
def test_a_file_for_somebody_else_says_so(tmp_path: Path) -> None:
    assert code(tmp_path / "f", Forge(to=(STRANGER.box.public,)).bytes()) == "not_addressed"
    assert refusal(tmp_path / "f", Forge().bytes(), ()).code == "not_addressed"


def test_any_key_on_the_ring_opens_its_files(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(Forge().bytes())
    with envelope.open_file(tmp_path / "f", [STRANGER.box, READER.box]) as opened:
        assert opened.addressed_to == READER.box.public


def test_a_file_cannot_be_readdressed_as_the_senders(tmp_path: Path) -> None:
    """A reader who passes a file on may wrap its key for a third, but not keep the first sender's name on it."""
    data, forge = Forge().bytes(), Forge()
    again = forge.but(recipients=[forge.wrapped(READER.box.public), forge.wrapped(STRANGER.box.public)])
    assert code(tmp_path / "f", again.unsigned() + data[-64:]) == "altered"
    assert code(tmp_path / "f", sign(again.unsigned(), STRANGER)) == "altered"


def test_another_sender_cannot_take_over_a_sealed_body(tmp_path: Path) -> None:
    """Somebody who cannot open the file puts their own name on it: the chunks belong to the old first part."""
    data = Forge().bytes()
    old = struct.unpack(">I", data[10:14])[0]
    front = Forge(sender=STRANGER.sign.public).front()
    assert code(tmp_path / "f", sign(front + data[14 + old : -64], STRANGER)) == "damaged_chunk"


def test_the_header_of_one_file_does_not_fit_the_body_of_another(tmp_path: Path) -> None:
    one, two = Forge(file_id=b"1" * 16, file_key=b"1" * 32), Forge(file_id=b"2" * 16, file_key=b"2" * 32)
    front = one.front()
    body = b"".join(two.chunks(two.front()))
    assert code(tmp_path / "f", front + body + one.bytes()[-64:]) == "altered"
    assert code(tmp_path / "f", sign(front + body)) == "damaged_chunk"


def test_a_wrapped_key_of_another_file_does_not_open_this_one(tmp_path: Path) -> None:
    stolen = Forge(file_id=b"2" * 16).wrapped(READER.box.public)
    assert code(tmp_path / "f", Forge(recipients=[stolen]).bytes()) == "key_damaged"


# ---------------------------------------------------------------- the chunks
def _three_chunks() -> Forge:
    return Forge(plain=random.Random(5).randbytes(3 * CHUNK - 100))


def test_swapped_chunks_are_noticed(tmp_path: Path) -> None:
    for swap in ((0, 1), (1, 0)):
        assert code(tmp_path / "f", _three_chunks().but(swap=swap).bytes()) == "damaged_chunk"


def test_a_missing_last_flag_is_noticed(tmp_path: Path) -> None:
    assert code(tmp_path / "f", _three_chunks().but(last_flag=False).bytes()) == "damaged_chunk"


def test_a_chunk_left_out_is_noticed_even_if_the_sizes_agree(tmp_path: Path) -> None:
    """The sender's own program could only do this on purpose: fewer chunks than were sealed."""
    forge = _three_chunks()
    packed_size = len(forge.pack())
    forge = forge.but(sizes=[len(forge.plain), packed_size - CHUNK, 2, 0])
    front = forge.front()
    sealed = forge.chunks(front)
    assert code(tmp_path / "f", sign(front + sealed[0] + sealed[2])) == "damaged_chunk"


def test_one_changed_bit_in_a_sealed_chunk_is_noticed_behind_a_good_signature(tmp_path: Path) -> None:
    data = bytearray(Forge().bytes())
    data[-70] ^= 1
    assert code(tmp_path / "f", resigned(bytes(data))) == "damaged_chunk"


def test_every_chunk_is_found_authentic_before_the_first_is_unpacked(tmp_path: Path) -> None:
    data = bytearray(Forge(packed=b"not zstd" * CHUNK, sizes=[1, 8 * CHUNK, 8, 0]).bytes())
    assert code(tmp_path / "f", bytes(data)) == "damaged_body"
    data[-70] ^= 1
    assert code(tmp_path / "f", resigned(bytes(data))) == "damaged_chunk"


# ---------------------------------------------------------------- bombs
def test_a_body_that_says_it_is_enormous_is_refused_by_its_header(tmp_path: Path) -> None:
    tight = packed(bytes(50_000_000))
    assert code(tmp_path / "f", Forge(packed=tight, sizes=[50_000_000, len(tight), 1, 0]).bytes()) == "bomb"
    assert code(tmp_path / "f", Forge(packed=tight, sizes=[(2 << 30) + 1, len(tight), 1, 0]).bytes()) == "too_large"
    card = Forge(kind="card", suite=0, plain=random.Random(1).randbytes(5_000_000))
    assert code(tmp_path / "f", card.bytes()) == "too_large"


def test_a_body_that_unpacks_to_more_than_it_says_is_stopped_in_little_memory(tmp_path: Path) -> None:
    tight = packed(bytes(400_000_000))
    data = Forge(packed=tight, sizes=[len(tight) * 200, len(tight), 1, 0]).bytes()
    tracemalloc.start()
    try:
        assert code(tmp_path / "f", data) == "bomb"
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_body_that_needs_a_large_window_is_refused(tmp_path: Path) -> None:
    settings = zstandard.ZstdCompressionParameters(window_log=24, compression_level=3)
    packer = zstandard.ZstdCompressor(compression_params=settings).compressobj()
    wide = packer.compress(b"abc") + packer.flush()
    assert zstandard.get_frame_parameters(wide).window_size == 16 << 20
    assert code(tmp_path / "f", Forge(packed=wide, sizes=[3, len(wide), 1, 0]).bytes()) == "bomb"


def test_a_body_of_another_length_or_with_something_behind_it_is_damaged(tmp_path: Path) -> None:
    good = packed(b"abc" * 100)
    cases = {
        "damaged_body": [(good, 301), (good + b"rest", 300), (good[:-8], 300), (b"not zstd", 300), (b"\0", 0)],
        "bomb": [(good, 299), (good + good, 300)],
    }
    for expected, bodies in cases.items():
        for body, plain in bodies:
            data = Forge(packed=body, sizes=[plain, len(body), 1, 0]).bytes()
            assert code(tmp_path / "f", data) == expected, (body, plain)


# ---------------------------------------------------------------- reading
def test_peek_reads_only_the_first_part_and_believes_nothing(tmp_path: Path) -> None:
    data = Forge(sender=STRANGER.sign.public).bytes()  # the signature does not hold
    (tmp_path / "f").write_bytes(data)
    seen = envelope.peek(tmp_path / "f")
    assert (seen.size, seen.header.sender, seen.header.kind) == (len(data), STRANGER.sign.public, "exchange")
    assert code(tmp_path / "f", data) == "altered"
    (tmp_path / "f").write_bytes(data[:-1])
    with pytest.raises(EnvelopeRefused, match="cut short"):
        envelope.peek(tmp_path / "f")


def test_a_file_changed_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    forge = _three_chunks()
    (tmp_path / "f").write_bytes(forge.bytes())
    with envelope.open_file(tmp_path / "f", [READER.box]) as opened:
        first = opened.body.read(1000)
        with (tmp_path / "f").open("r+b") as other:
            other.seek(-200, os.SEEK_END)
            other.write(b"changed")
        with pytest.raises(EnvelopeRefused) as caught:
            opened.body.read(1 << 30)
    assert caught.value.code == "damaged_chunk"
    assert first == forge.plain[:1000]


def test_a_card_is_read_from_the_bytes_that_were_checked(tmp_path: Path) -> None:
    card = Forge(kind="card", suite=0, plain=random.Random(6).randbytes(400_000))
    other = card.but(plain=random.Random(7).randbytes(400_000))
    (tmp_path / "f").write_bytes(card.bytes())
    with envelope.open_file(tmp_path / "f", []) as opened:
        (tmp_path / "f").write_bytes(other.bytes())
        assert opened.body.read(1 << 20) == card.plain


def test_a_body_can_be_read_in_any_pieces_and_again(tmp_path: Path) -> None:
    forge = _three_chunks()
    (tmp_path / "f").write_bytes(forge.bytes())
    rng = random.Random(11)
    with envelope.open_file(tmp_path / "f", [READER.box]) as opened:
        for _ in range(2):
            found = b""
            while part := opened.body.read(rng.choice([1, 7, 1000, CHUNK, CHUNK + 1])):
                found += part
            assert found == forge.plain
            opened.reopen_body()
        assert opened.body.read(0) == b""
        assert opened.body.take(10) == forge.plain[:10]
        assert opened.body.left == len(forge.plain) - 10
        with pytest.raises(EnvelopeRefused) as caught:
            opened.body.take(len(forge.plain))
    assert caught.value.code == "damaged_content"


def test_two_readers_of_one_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    forge = _three_chunks()
    (tmp_path / "f").write_bytes(forge.bytes())
    found: list[bool] = []

    def read() -> None:
        with envelope.open_file(tmp_path / "f", [READER.box]) as opened:
            found.append(opened.body.read(1 << 30) == forge.plain)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    assert found == [True] * 4
    assert SENDER.sign.public == forge.signer.sign.public
