"""Full disks, protected ones and pulled sticks: the right sentence, nothing lost, nothing to clean up by hand."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bursar_desk import machine
from bursar_desk.domain.errors import CannotOpen, UserError
from bursar_desk.exchange import envelope_format, envelope_write
from bursar_desk.machine import disk as disk_module
from bursar_desk.services import backups, merging, recording, sharing, trouble
from bursar_desk.services.desk import Desk
from tests.conftest import CAMPAIGN
from tests.storage.fault_jobs import CLOCK, DAY, FILE, HOME, JOBS, Arena, Job, prepare, sound, things
from tests.storage.fault_volume import Volume, file_read_only, volume

STEP = 4096
STEPS = range(160) if CAMPAIGN else (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)
SIZE = 12_000_000


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with pytest.MonkeyPatch.context() as patch:
        yield prepare(tmp_path_factory.mktemp("disks"), patch)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Volume]:
    with volume(tmp_path / "volume", SIZE) as made:
        yield made


@pytest.fixture
def arena(template: Arena, small: Volume, monkeypatch: pytest.MonkeyPatch, own_folders: None) -> Arena:
    """The registers on the small volume."""
    made = Arena(small.folder / "desk", template.template, template.neighbour, template.check)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(made.folder / "local"))
    made.lay_out()
    return made


def attempt(job: Job, arena: Arena) -> str:
    try:
        return job.run(arena)
    except UserError as refused:
        return str(refused)


# ---------------------------------------------------------------- full
@pytest.mark.timeout(1_800 if CAMPAIGN else 300)
@pytest.mark.parametrize("job", JOBS, ids=[job.name for job in JOBS])
def test_a_disk_that_is_full_at_any_step_is_said_and_nothing_is_lost(job: Job, small: Volume, arena: Arena) -> None:
    arena.lay_out()
    assert attempt(job, arena) == ""
    seen = job.done(arena)
    refused = 0
    for step in STEPS:
        arena.lay_out()
        before = things(arena)
        largest = max(path.stat().st_size for path in arena.folder.rglob("*.register"))
        with small.with_room(step * STEP, largest):
            said = attempt(job, arena)
        if said:
            refused += 1
            _says_that_it_is_full(said, mounted=small.mounted)
            assert things(arena) == before, f"{step} steps of room: {said}"
        assert job.name == "migrate" or sound(arena.path(job.register))
        if said:
            assert attempt(job, arena) == "", "with room again it is done, and nobody had to clean up"
        assert job.done(arena) == seen
    assert refused, "the disk was never full"


def _says_that_it_is_full(said: str, *, mounted: bool) -> None:
    if mounted or "full" in said:
        assert "The disk is full, so " in said, said
        assert "Free " in said, said
        assert " MB" in said, said
    else:
        assert "stopped answering" in said, said


def test_the_sentence_for_a_full_disk_names_what_is_safe_and_how_much_to_free() -> None:
    assert str(machine.disk_full("this was not saved", safe="Your text is still here.")) == (
        "The disk is full, so this was not saved. Your text is still here. Free 40 MB, then try again."
    )
    assert "Free 123 MB" in str(machine.disk_full("this was not saved", 122_000_001))


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (OSError(errno.ENOSPC, "x", "/desk/report.pdf"), "The disk is full, so this was not done."),
        (OSError(errno.EROFS, "x", "/desk/report.pdf"), "You may not write in /desk, so this was not done."),
        (FileNotFoundError(errno.ENOENT, "x", "/desk/a"), "The folder /desk is not there, so this was not done."),
        (OSError(errno.EIO, "x", "/"), "The disk of / stopped answering, so this was not done."),
        (MemoryError(), "This computer has no memory left for this."),
    ],
)
def test_what_the_system_refused_is_said_with_what_is_safe_and_what_to_do(problem: Exception, says: str) -> None:
    told = trouble.told(problem)
    assert told is not None
    assert told.title == says
    assert told.safe == "What was saved before is safe."
    assert told.remedy


def test_a_fault_of_the_program_is_not_put_down_to_the_disk() -> None:
    assert trouble.told(KeyError("x")) is None
    assert trouble.told(OSError("something of a library's own")) is None
    refused = UserError("a", "b", "c")
    assert trouble.told(refused) is refused


def test_room_is_asked_for_before_work_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_module, "free_bytes", lambda _: 99_999_999)
    machine.room_for(tmp_path, 99_999_999)
    with pytest.raises(UserError, match=r"The disk is full, so this was not merged\. Nothing was changed\. Free 40 MB"):
        machine.room_for(tmp_path / "not there", 100_000_000, what="this was not merged")
    with pytest.raises(UserError, match="Free 200 MB"):
        machine.room_for(tmp_path, 299_999_999)
    monkeypatch.setattr(disk_module, "free_bytes", lambda _: None)
    machine.room_for(tmp_path, 10**15)


def test_free_room_is_that_of_the_disk_a_folder_will_lie_on(small: Volume) -> None:
    small.must_be_mounted()
    free = machine.free_bytes(small.folder / "not" / "made" / "yet")
    assert free is not None
    assert 0 < free <= SIZE + STEP


def test_a_merge_that_needs_more_room_than_there_is_is_not_begun(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = things(arena)
    monkeypatch.setattr(disk_module, "free_bytes", lambda _: 1000)
    with Desk.open(arena.path(HOME), on=DAY, clock=CLOCK) as desk:
        result = merging.merge(desk, [arena.path(FILE)]).files[0]
    assert not result.accepted
    assert "The disk is full, so this file was not merged. Nothing was changed. Free 40 MB" in result.refused_because
    assert things(arena) == before


# ---------------------------------------------------------------- protected
def test_a_register_in_a_read_only_folder_is_opened_to_look_at_and_says_so(small: Volume, arena: Arena) -> None:
    with small.read_only():
        with pytest.raises(CannotOpen, match="Open it to read only") as refused:
            Desk.open(arena.path(HOME), on=DAY, clock=CLOCK)
        assert "cannot be written in" in refused.value.title
        with Desk.open(arena.path(HOME), on=DAY, clock=CLOCK, read_only=True) as desk:
            assert desk.name == "home"
            with pytest.raises(CannotOpen, match="open to look at only"):
                recording.record(desk, recording.Doing(arena.check, DAY, "Terry", "satisfactory"))
        with pytest.raises(UserError, match="You may not write in"):
            backups.back_up(arena.path(HOME), arena.path("copies"), CLOCK)
        with pytest.raises(UserError, match=r"may not|cannot be written in"):
            backups.restore(arena.path("copy.register"), arena.path(HOME), CLOCK)
    assert attempt(JOBS[0], arena) == "", "as soon as it can be written again, it is"


def test_a_read_only_stick_is_refused_in_words_and_the_register_is_as_it_was(
    template: Arena, small: Volume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk_folder = Arena(tmp_path / "desk", template.template, template.neighbour, template.check)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(desk_folder.folder / "local"))
    desk_folder.lay_out()
    before = things(desk_folder)
    with small.read_only(), Desk.open(desk_folder.path(HOME), on=DAY, clock=CLOCK) as desk:
        with pytest.raises(UserError, match="We may not save in"):
            sharing.export(desk, small.folder / "for-b.bursar", [template.neighbour])
        with pytest.raises(UserError, match="You may not write in"):
            backups.back_up(desk.store.path, small.folder, CLOCK)
    assert things(desk_folder) == before
    assert list(small.folder.iterdir()) == []


def test_a_register_whose_file_is_protected_is_not_written_and_says_so(arena: Arena) -> None:
    before = arena.path(HOME).read_bytes()
    with file_read_only(arena.path(HOME)), pytest.raises(CannotOpen, match="may only be read") as refused:
        JOBS[0].run(arena)
    assert "Open it to read only" in refused.value.remedy
    assert arena.path(HOME).read_bytes() == before


# ---------------------------------------------------------------- pulled out
class _Pull:
    """Progress that pulls the stick out at the n-th step."""

    def __init__(self, stick: Volume, at: int) -> None:
        self.stick, self.left = stick, at

    def step(self, words: str, done: int, total: int) -> None:
        del words, done, total
        self.left -= 1
        if self.left == 0:
            self.stick.pull_out()


@pytest.fixture
def desk(template: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_folders: None) -> Iterator[Any]:
    """A desk on this computer's own disk."""
    made = Arena(tmp_path / "own", template.template, template.neighbour, template.check)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(made.folder / "local"))
    made.lay_out()
    with Desk.open(made.path(HOME), on=DAY, clock=CLOCK) as opened:
        yield opened


@pytest.mark.parametrize("moment", ["before it is written", "when it has been written", "when it has been read back"])
def test_a_stick_pulled_while_a_file_is_written_to_it_is_said_and_the_next_stick_gets_the_file(
    moment: str, desk: Desk, template: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (desk.store.path.read_bytes(), desk.store.facts)
    steps = {"when it has been written": "_forget_cached", "when it has been read back": "replace_with_retry"}
    with volume(tmp_path / "stick", SIZE) as stick, monkeypatch.context() as patch:
        if moment in steps:
            _then_pull(patch, steps[moment], stick)
        watch, file = _Pull(stick, 0 if moment in steps else 1), stick.folder / "for-b.bursar"
        with pytest.raises(UserError) as said:
            sharing.export(desk, file, [template.neighbour], everything=True, progress=watch)
    assert "Your register is as it was." in said.value.safe
    assert "stick" in said.value.remedy
    assert (desk.store.path.read_bytes(), desk.store.facts) == before
    with volume(tmp_path / "another stick", SIZE) as stick:
        sent = sharing.export(desk, stick.folder / "for-b.bursar", [template.neighbour], everything=True)
        assert [path.name for path in stick.folder.iterdir()] == ["for-b.bursar"]
        assert sent.entries > 30


def _then_pull(patch: pytest.MonkeyPatch, name: str, stick: Volume) -> None:
    """Pull the stick out just before a step of the writing."""
    real = getattr(envelope_write, name)

    def pulled(*arguments: Any) -> None:
        stick.pull_out()
        real(*arguments)

    patch.setattr(envelope_write, name, pulled)


def test_a_stick_pulled_between_two_files_keeps_what_was_merged_and_names_the_other(
    desk: Desk, template: Arena, tmp_path: Path
) -> None:
    with volume(tmp_path / "stick", SIZE) as stick:
        for name in ("first.bursar", "second.bursar"):
            (stick.folder / name).write_bytes((template.template / FILE).read_bytes())
        with (stick.folder / "second.bursar").open("ab") as file:
            file.write(b"x")  # so that it is no twin of the first
        result = merging.merge(desk, [stick.folder], _PullBefore(stick, "second"))
    assert [one.accepted for one in result.files] == [True, False]
    assert "cannot be opened" in result.files[1].refused_because
    again = merging.merge(desk, [template.template / FILE]).files[0]
    assert again.seen_before
    assert sound(desk.store.path)


class _PullBefore(_Pull):
    """Progress that pulls the stick out when a file is about to be read."""

    def __init__(self, stick: Volume, name: str) -> None:
        super().__init__(stick, 0)
        self.name = name

    def step(self, words: str, done: int, total: int) -> None:
        del done, total
        if self.name in words and self.stick.folder.exists() and self.left == 0:
            self.left = -1
            self.stick.pull_out()


def test_a_stick_pulled_while_a_backup_is_written_to_it_is_said_and_the_register_goes_on(
    desk: Desk, tmp_path: Path
) -> None:
    with volume(tmp_path / "stick", SIZE) as stick, pytest.raises(UserError) as said:
        backups.back_up(desk.store.path, stick.folder, CLOCK, _Pull(stick, 1))
    assert said.value.safe
    assert said.value.remedy
    made = backups.back_up(desk.store.path, tmp_path / "copies", CLOCK)
    assert sound(made.file)


def test_what_a_killed_export_left_is_swept_and_nothing_else_is(desk: Desk, template: Arena, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    name = f".bursar-{'ab' * 16}.part"
    ours, fresh = folder / name, folder / name.replace("ab", "cd")
    for path, content in (
        (ours, envelope_format.MAGIC + b"half"), (fresh, envelope_format.MAGIC), (folder / ".bursar-x.part", b"x"),
        (folder / name.replace("ab", "ef"), b"a stranger's file of the same name"), (folder / "notes.part", b"x"),
    ):  # fmt: skip
        path.write_bytes(content)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    os.utime(fresh)
    (folder / f".bursar-{'12' * 16}.part").mkdir()
    kept = {path.name for path in folder.iterdir()} - {ours.name}
    sharing.export(desk, folder / "for-b.bursar", [template.neighbour])
    assert {path.name for path in folder.iterdir()} == kept | {"for-b.bursar"}
