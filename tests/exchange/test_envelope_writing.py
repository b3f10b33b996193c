"""Writing a file: whole or not at all, readable whatever the body, and in little memory."""

from __future__ import annotations

import errno
import io
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.errors import Cancelled, UserError
from bursar_desk.exchange import envelope, envelope_format, envelope_write
from bursar_desk.exchange.keys import BoxIdentity
from tests.exchange.envelope_forge import CERTIFICATE, CHUNK, NAMESPACE, READER, SENDER, STRANGER

ROOT = Path(__file__).parents[2]


def write(path: Path, body: Any, **changes: Any) -> envelope.Written:
    facts: dict[str, Any] = {
        "kind": "exchange",
        "sender": SENDER.sign,
        "certificate": CERTIFICATE,
        "namespace": NAMESPACE,
        "recipients": [READER.box.public],
    }
    return envelope.write(path, body=body, **{**facts, **changes})


def read(path: Path) -> bytes:
    with envelope.open_file(path, [READER.box]) as opened:
        return opened.body.read(1 << 31)


@given(
    parts=st.lists(st.binary(max_size=400) | st.integers(0, 700_000).map(bytes), max_size=5),
    kind=st.sampled_from(["exchange", "pack", "return", "card"]),
)
def test_what_is_written_can_be_read(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], kind: str) -> None:
    path = tmp_path_factory.mktemp("w") / "f"
    write(path, iter(parts), kind=kind, recipients=[] if kind == "card" else [READER.box.public])
    assert read(path) == b"".join(parts)
    assert list(path.parent.iterdir()) == [path]


def test_a_body_that_packs_too_well_can_still_be_opened(tmp_path: Path) -> None:
    size = 30_000_000
    written = write(tmp_path / "f", [bytes(size)])
    assert written.packed * envelope.MAX_RATIO + envelope.RATIO_SLACK >= size == written.plain
    assert read(tmp_path / "f") == bytes(size)


def test_a_body_larger_than_memory_allows_goes_through_a_scratch_file_nobody_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope_write, "_IN_MEMORY", 2 * CHUNK)
    secret = b"Pupil R. fell from the climbing frame. "
    body = b"".join(secret + random.Random(n).randbytes(1000) for n in range(2000))
    seen: list[bytes] = []

    class Watched:
        def __init__(self, **_: object) -> None:
            self.file = io.BytesIO()

        def write(self, data: bytes) -> int:
            seen.append(bytes(data))
            return self.file.write(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

    monkeypatch.setattr(tempfile, "TemporaryFile", Watched)
    write(tmp_path / "f", [body[at : at + 5000] for at in range(0, len(body), 5000)])
    assert read(tmp_path / "f") == body
    assert len(b"".join(seen)) > 4 * CHUNK
    assert b"climbing frame" not in b"".join(seen)


def test_every_recipient_opens_it_and_nobody_else(tmp_path: Path) -> None:
    boxes = [BoxIdentity(bytes([n]) * 32) for n in range(21)]
    write(tmp_path / "f", [b"x"], recipients=[each.public for each in boxes] * 2)
    for each in boxes:
        with envelope.open_file(tmp_path / "f", [each]) as opened:
            assert opened.body.read(9) == b"x"
            assert len(opened.header.recipients) == 21
    with pytest.raises(envelope.EnvelopeRefused):
        envelope.open_file(tmp_path / "f", [STRANGER.box])


def test_a_recipient_costs_less_than_a_hundred_bytes(tmp_path: Path) -> None:
    sizes = [
        write(tmp_path / "f", [b"x"], recipients=[BoxIdentity(bytes([n]) * 32).public for n in range(count)]).size
        for count in (20, 120)
    ]
    assert (sizes[1] - sizes[0]) / 100 <= 94


def test_no_two_files_share_a_key_or_a_name(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a", [b"x"]), write(tmp_path / "b", [b"x"])
    assert first.file_id != second.file_id
    assert (tmp_path / "a").read_bytes()[-120:] != (tmp_path / "b").read_bytes()[-120:]


# ---------------------------------------------------------------- refusing what must not be written
@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "card"}, {"kind": "letter"}, {"recipients": []}, {"recipients": [b"short"]}, {"namespace": b"short"},
        {"needs": ["moon"]}, {"certificate": bytes(65537)}, {"entropy": lambda _: b"too short"},
    ],
)  # fmt: skip
def test_a_fault_of_the_program_is_not_blamed_on_the_person(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        write(tmp_path / "f", [b"x"], **changes)
    assert list(tmp_path.iterdir()) == []


def test_too_many_recipients_and_an_unusable_key_are_said_in_words(tmp_path: Path) -> None:
    many = [n.to_bytes(32, "big") for n in range(1, 1026)]
    for recipients in (many, [bytes(32)]):
        with pytest.raises(UserError) as caught:
            write(tmp_path / "f", [b"x"], recipients=recipients)
        assert caught.value.title
        assert caught.value.safe
        assert caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_too_much_for_one_file_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="smaller parts"):
        write(tmp_path / "f", [bytes(5_000_000)], kind="card", recipients=[])
    monkeypatch.setattr(envelope_format, "MAX_FILE", 100_000)
    rng = random.Random(1)
    with pytest.raises(UserError, match="smaller parts"):
        write(tmp_path / "f", (rng.randbytes(50_000) for _ in range(9)))
    monkeypatch.setattr(envelope_format, "MAX_PLAIN", 1000)
    with pytest.raises(UserError, match="smaller parts"):
        write(tmp_path / "f", [bytes(1001)])
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- full disks, pulled sticks, second thoughts
def _fail(number: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENODEV, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("step", ["open", "fsync", "read back", "replace", "folder"])
def test_a_disk_that_fails_at_any_step_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, step: str
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"the old one")
    match step:
        case "open":
            monkeypatch.setattr(Path, "open", _fail(number))
        case "fsync":
            monkeypatch.setattr(os, "fsync", _fail(number))
        case "read back":
            monkeypatch.setattr(envelope_write, "check_whole", _fail(number))
        case "replace":
            monkeypatch.setattr(envelope_write, "replace_with_retry", _fail(number))
        case "folder":
            monkeypatch.setattr(envelope_write, "fsync_folder", _fail(number))
    with pytest.raises(UserError) as caught:
        write(path, [b"x" * 100])
    monkeypatch.undo()
    assert caught.value.safe == "Your register is as it was."
    assert caught.value.title
    assert caught.value.remedy
    assert ("full" in caught.value.title) == (step != "folder" and number in (errno.ENOSPC, errno.EDQUOT))
    assert list(tmp_path.iterdir()) == [path]
    if step != "folder":
        assert path.read_bytes() == b"the old one"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_says_how_much_room_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def dev_full(path: Path, mode: str = "r", *more: Any) -> Any:
        return real(Path("/dev/full"), "wb") if mode == "xb" else real(path, mode, *more)

    monkeypatch.setattr(Path, "open", dev_full)
    with pytest.raises(UserError) as caught:
        write(tmp_path / "f", [random.Random(2).randbytes(2_500_000)])
    assert caught.value.title == "The disk is full, so the file was not made."
    assert "Free 3 MB in" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_come_back_changed_are_not_called_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad stick: what is read after the write is not what was written."""
    path, real = tmp_path / "f", os.fsync
    path.write_bytes(b"the old one")

    def rot(handle: int) -> None:
        real(handle)
        os.lseek(handle, -90, os.SEEK_END)
        os.write(handle, b"\0\0\0")

    monkeypatch.setattr(os, "fsync", rot)
    with pytest.raises(UserError, match="could not be read back"):
        write(path, [b"x" * 100])
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"the old one"


def test_a_missing_folder_and_a_folder_in_the_way_are_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not there"):
        write(tmp_path / "gone" / "f", [b"x"])
    (tmp_path / "f").mkdir()
    with pytest.raises(UserError, match="a folder where the file should go"):
        write(tmp_path / "f", [b"x"])
    assert list(tmp_path.iterdir()) == [tmp_path / "f"]


def test_stopping_half_way_leaves_nothing(tmp_path: Path) -> None:
    def body() -> Iterator[bytes]:
        yield random.Random(1).randbytes(CHUNK)
        raise Cancelled

    with pytest.raises(Cancelled):
        write(tmp_path / "f", body())
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- memory
MEASURE = """
import random, resource, sys
from pathlib import Path
from tests.exchange.test_envelope_writing import write
from tests.exchange.envelope_forge import READER
from bursar_desk.exchange import envelope

def body():
    rng = random.Random(1)
    for _ in range(50):
        yield rng.randbytes(1 << 20)

path = Path(sys.argv[1])
write(path, [b"warm"]); envelope.open_file(path, [READER.box]).close()
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
write(path, body())
after_write = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
total = 0
with envelope.open_file(path, [READER.box]) as opened:
    while part := opened.body.read(65536):
        total += len(part)
after_read = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert total == 50 << 20
print(after_write - start, after_read - start)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory of a process is counted in kilobytes only there")
def test_fifty_megabytes_pass_through_in_less_than_sixty_of_memory(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "f")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for kilobytes in done.stdout.split():
        assert int(kilobytes) < 60_000
