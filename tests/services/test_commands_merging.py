"""A Cluster SBM's register merges the schools' files by command: any order, twice, with bad files among them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.envelope_forge import STRANGER, resigned
from tests.services.commands_kit import HOME, URNS, at, copied, done, make_practice, run


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        return make_practice(tmp_path_factory.mktemp("practice"), patch)


@pytest.fixture(scope="module")
def sent(practice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file from each school to the cluster."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("sent")
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        files = folder / "files"
        files.mkdir()
        for urn in URNS:
            made = done("export", files / f"{urn}.bursar", "--to", "cluster", register=at(practice, urn))
            assert made["entries"] > 50
            assert len(made["recipients"]) == 1
    return files


@pytest.fixture
def folder(practice: Path, tmp_path: Path) -> Path:
    return copied(practice, tmp_path / "registers")


def _hub(folder: Path, name: str = "") -> Path:
    """A copy of the Cluster SBM's register at another place, with its keys."""
    register = at(folder, "cluster-1")
    if not name:
        return register
    copy = folder / f"{name}.register"
    shutil.copyfile(register, copy)
    shutil.copytree(register.with_suffix(".keys"), copy.with_suffix(".keys"))
    return copy


def _digest(register: Path) -> dict[str, Any]:
    found: dict[str, Any] = done("digest", register=register)["by_school"]
    return found


def test_the_files_merge_in_any_order_and_twice_to_the_same_digest(folder: Path, sent: Path) -> None:
    one, other, whole = _hub(folder), _hub(folder, "other"), _hub(folder, "whole")
    files = sorted(sent.iterdir())
    for file in files:
        done("merge", file, register=one)
    done("merge", *reversed(files), register=other)
    merged = done("merge", sent, register=whole)
    assert [Path(entry["file"]).name for entry in merged["files"]] == [f"{urn}.bursar" for urn in URNS]
    assert all(entry["accepted"] and entry["added"] for entry in merged["files"])
    assert set(_digest(one)) == set(URNS)
    assert _digest(one) == _digest(other) == _digest(whole)
    for urn in URNS:
        home = done("digest", register=at(folder, urn))["by_school"][urn]
        here = _digest(whole)[urn]
        assert "private" in home or urn != HOME
        assert "private" not in here
        assert {name: home[name] for name in here} == here, "the school and its hub hold the same of each channel"

    before = _digest(whole)
    again = done("merge", sent, register=whole)
    assert again["totals"]["added"] == 0
    assert all(entry["accepted"] and entry["seen_before"] for entry in again["files"])
    assert _digest(whole) == before
    assert done("verify", register=whole)["findings"] == []
    assert len(done("receipts", register=whole)["receipts"]) == len(URNS)


def test_an_office_digest_is_apart_from_the_schools(folder: Path, sent: Path) -> None:
    hub = _hub(folder)
    done("merge", sent, register=hub)
    found = done("digest", register=hub)
    assert found["office"]
    assert set(found["by_school"]) == set(URNS)
    assert done("digest", register=at(folder, HOME))["office"] == {}
    only = done("digest", "--school", HOME, register=hub)
    assert set(only["by_school"]) == {HOME}
    assert only["by_school"][HOME] == found["by_school"][HOME]
    assert only["office"] == {}
    assert all(len(total) == 64 for held in found["by_school"].values() for total in held.values())


def test_each_bad_file_is_refused_by_name_while_the_rest_merge(folder: Path, sent: Path, tmp_path: Path) -> None:
    hub, clean = _hub(folder), _hub(folder, "clean")
    mixed = tmp_path / "mixed"
    shutil.copytree(sent, mixed)
    good = (mixed / f"{HOME}.bursar").read_bytes()
    middle = len(good) // 2
    bad = {
        "damaged": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :],
        "truncated": good[: len(good) * 2 // 3],
        "resealed": resigned(good, STRANGER),
        "tail": good + b"more",
        "empty": b"",
        "letter": b"Dear Angela, here are our checks.",
    }
    for name, data in bad.items():
        (mixed / f"{name}.bursar").write_bytes(data)
    neighbour = mixed / "re-addressed.bursar"
    done("export", neighbour, "--to", URNS[1], register=at(folder, HOME))
    (mixed / "re-headed.bursar").write_bytes(_readdressed(good, neighbour.read_bytes()))
    untouched = {file.name: file.read_bytes() for file in mixed.iterdir()}

    looked = run("merge", "--preview", mixed, register=hub)
    ran = run("merge", mixed, register=hub)
    assert (looked.code, ran.code) == (1, 1)
    named = {Path(entry["file"]).stem: entry for entry in ran.facts["files"]}
    refused = {name for name, entry in named.items() if not entry["accepted"]}
    assert refused == {*bad, "re-addressed", "re-headed"}
    assert {name for name, entry in named.items() if entry["accepted"]} == set(URNS)
    assert {Path(entry["file"]).stem for entry in looked.facts["files"] if not entry["accepted"]} == refused
    for name in refused:
        assert named[name]["refused_because"].endswith((".", "?"))
        assert name in named[name]["sentence"]
        assert name in ran.err
    assert "not made for this computer" in named["re-addressed"]["refused_because"]
    assert ran.facts["totals"]["refused"] == len(refused)
    assert {file.name: file.read_bytes() for file in mixed.iterdir()} == untouched, "no file is moved or changed"
    done("merge", sent, register=clean)
    assert _digest(hub) == _digest(clean)
    assert done("verify", register=hub)["findings"] == []


def _readdressed(good: bytes, other: bytes) -> bytes:
    """The head of a file for somebody else before the body of a good one."""
    cut = 14 + int.from_bytes(good[10:14], "big")
    return other[: 14 + int.from_bytes(other[10:14], "big")] + good[cut:]


def test_a_preview_changes_nothing_and_says_what_would_come(folder: Path, sent: Path) -> None:
    hub = _hub(folder)
    before = hub.read_bytes()
    looked = done("merge", "--preview", sent, register=hub)
    assert hub.read_bytes() == before
    merged = done("merge", sent, register=hub)
    assert looked["totals"]["added"] == merged["totals"]["added"]
    assert [entry["from"] for entry in looked["files"]] == [entry["from"] for entry in merged["files"]]


def test_a_folder_where_every_file_is_refused_still_ends_with_one(folder: Path, sent: Path, tmp_path: Path) -> None:
    lot = tmp_path / "lot"
    lot.mkdir()
    (lot / "cut.bursar").write_bytes((sent / f"{HOME}.bursar").read_bytes()[:500])
    ran = run("merge", lot, register=_hub(folder))
    assert ran.code == 1
    assert ran.facts["totals"]["accepted"] == 0
    assert ran.facts["files"][0]["accepted"] is False


def test_merging_nothing_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    for where in (tmp_path / "none", tmp_path / "nowhere"):
        ran = run("merge", where, register=_hub(folder))
        assert ran.code == 3
        assert ran.facts == {"refused": ran.err.strip()}


def test_real_and_practice_registers_never_mix(
    folder: Path, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURSAR_DESK_KEYS", str(tmp_path / "keys"))
    real = tmp_path / "real.register"
    done("new", real, "--urn", HOME, register=None)
    ran = run("merge", sent / f"{HOME}.bursar", register=real)
    assert ran.code == 1
    assert not ran.facts["files"][0]["accepted"]


def test_what_a_second_computer_wrote_differently_is_listed_and_settled(folder: Path, tmp_path: Path) -> None:
    second = next(folder.glob("*-second.register"))
    urn = second.stem.removesuffix("-second")
    first, file = at(folder, urn), tmp_path / "second.bursar"
    done("export", file, "--to", urn, register=second)
    merged = done("merge", file, register=first)
    assert merged["totals"]["conflicts"] > 0
    listed = done("conflicts", register=first)["conflicts"]
    assert done("conflicts", "list", register=first)["conflicts"] == listed
    assert len(listed) == merged["totals"]["to_settle"] >= 2
    theirs, ours = listed[0], listed[1]
    assert all(len({rival["said"] for rival in one["rivals"]}) > 1 for one in (theirs, ours))
    assert run("conflicts", "settle", theirs["id"], "--keep", "neither", register=first).code == 3
    settled = done("conflicts", "settle", theirs["id"], "--keep", "theirs", register=first)
    assert settled["left"] == len(listed) - 1
    done("conflicts", "settle", ours["id"], "--keep", "ours", register=first)
    assert run("conflicts", "settle", ours["id"], "--keep", "ours", register=first).code == 3
    assert "difference" in run("conflicts", "settle", "f" * 32, "--keep", "ours", register=first).err

    done("export", back := tmp_path / "first.bursar", "--to", urn, "--everything", register=first)
    done("merge", back, register=second)
    left = {one["id"] for one in done("conflicts", register=second)["conflicts"]}
    assert left == {one["id"] for one in listed} - {theirs["id"], ours["id"]}, "settling travels like any change"
    assert "Nothing is to settle" in run("conflicts", register=at(folder, HOME), as_json=False).out


def test_what_was_acknowledged_is_not_sent_again_unless_everything_is_asked_for(folder: Path, tmp_path: Path) -> None:
    hub, school = _hub(folder), at(folder, HOME)
    office = done("export", tmp_path / "0.bursar", "--to", HOME, "--everything", register=_hub(folder, "untouched"))
    first = done("export", tmp_path / "1.bursar", "--to", "cluster", register=school)
    done("merge", tmp_path / "1.bursar", register=hub)
    done("export", tmp_path / "h.bursar", "--to", HOME, register=hub)
    done("merge", tmp_path / "h.bursar", register=school)
    done("check", "record", "FIRE-03", "--done", "2026-11-23", "--outcome", "satisfactory", register=school)
    second = done("export", tmp_path / "2.bursar", "--to", "cluster", register=school)
    assert second["entries"] == 1
    whole = done("export", tmp_path / "3.bursar", "--to", "cluster", "--everything", register=school)
    assert whole["entries"] == first["entries"] + 1 + office["entries"], "and back what the office wrote itself"
    done("merge", tmp_path / "2.bursar", register=hub)
    assert _digest(hub)[HOME]["compliance"] == done("digest", register=school)["by_school"][HOME]["compliance"]


def test_an_export_opens_for_nobody_else(folder: Path, sent: Path) -> None:
    ran = run("merge", sent / f"{URNS[1]}.bursar", register=at(folder, URNS[2]))
    assert ran.code == 1
    assert "not made for this computer" in ran.facts["files"][0]["refused_because"]
    assert ran.facts["files"][0]["from"], "the sender is named as far as its own head says"


# ---------------------------------------------------------------- around merging
def test_the_sums_of_each_file_and_of_all_agree(folder: Path, sent: Path) -> None:
    hub = _hub(folder)
    for ran in (done("merge", sent, register=hub), done("merge", sent, register=hub)):
        for one in [*ran["files"], ran["totals"]]:
            assert one["came"] == one["added"] + one["already"] + one["ignored"] + one["conflicts"]
        assert ran["sentence"].startswith(f"{len(URNS)} schools up to date.")


def test_a_preview_lists_new_rows_and_changed_fields(folder: Path, sent: Path) -> None:
    second = next(folder.glob("*-second.register"))
    urn = second.stem.removesuffix("-second")
    file = sent.parent / "second-preview.bursar"
    done("export", file, "--to", urn, register=second)
    (one,) = done("merge", "--preview", file, register=at(folder, urn))["files"]
    assert one["preview"]["rows"] or one["preview"]["changes"]
    assert any(change["settle"] for change in one["preview"]["changes"])
    said = run("merge", "--preview", file, register=at(folder, urn), as_json=False).out
    assert "Nothing was changed: this was a preview." in said
    assert "they sent" in said
    assert run("merge", "--preview", "--agree", file, register=at(folder, urn)).code == 2


def test_a_merge_is_undone_and_put_back_by_command(folder: Path, sent: Path) -> None:
    hub = _hub(folder)
    number = done("merge", sent / f"{HOME}.bursar", register=hub)["files"][0]["receipt"]
    full = done("due", "--school", HOME, register=hub)["counts"]
    undone = done("receipts", "undo", str(number), register=hub)
    assert undone["entries"] > 50
    assert [one["undone"] for one in done("receipts", register=hub)["receipts"]] == [True]
    assert run("receipts", "undo", str(number), register=hub).code == 3
    assert run("receipts", "undo", "99", register=hub).code == 3
    done("receipts", "put-back", str(number), register=hub)
    assert done("due", "--school", HOME, register=hub)["counts"] == full
    assert run("receipts", "put-back", str(number), register=hub).code == 3


def test_refused_files_are_listed_with_the_receipts(folder: Path, tmp_path: Path) -> None:
    hub, bad = _hub(folder), tmp_path / "letter.bursar"
    bad.write_bytes(b"Dear Angela")
    assert run("merge", bad, register=hub).code == 1
    (one,) = done("receipts", register=hub)["refused"]
    assert (one["name"], "not a share file" in one["why"]) == ("letter.bursar", True)
    assert Path(one["file"]).read_bytes() == b"Dear Angela"


def test_differences_are_settled_by_typing_and_by_keeping_both(folder: Path, tmp_path: Path) -> None:
    second = next(folder.glob("*-second.register"))
    first, file = at(folder, second.stem.removesuffix("-second")), tmp_path / "second.bursar"
    done("export", file, "--to", first.stem, register=second)
    done("merge", file, "--agree", register=first)
    listed = done("conflicts", register=first)["conflicts"]
    assert run("conflicts", "settle", listed[0]["id"], register=first).code == 2
    assert run("conflicts", "settle", listed[0]["id"], "--keep", "ours", "--value", "x", register=first).code == 2
    typed = next(one for one in listed if one["takes"] == "text")
    done("conflicts", "settle", typed["id"], "--value", "Quite another name", register=first)
    assert typed["id"] not in {one["id"] for one in done("conflicts", register=first)["conflicts"]}
    done("undo", register=first)
    again = {one["id"]: one for one in done("conflicts", register=first)["conflicts"]}
    assert {r["said"] for r in again[typed["id"]]["rivals"]} == {r["said"] for r in typed["rivals"]}
    both = [one for one in listed if not one["both_text"]]
    assert run("conflicts", "settle", both[0]["id"], "--keep", "both", register=first).code == 3


def test_a_file_goes_out_in_parts_and_a_watched_folder_offers_them(folder: Path, tmp_path: Path) -> None:
    drive, hub, school = tmp_path / "drive", _hub(folder), at(folder, HOME)
    drive.mkdir()
    made = done("export", drive / "Oakfield.bursar", "--to", "cluster", "--max-mb", "0.1", "--without-files",
                register=school)  # fmt: skip
    assert made["parts"]
    assert all(Path(part).stat().st_size <= 100_000 for part in made["parts"])
    assert run("export", drive / "x.bursar", "--to", "cluster", "--max-mb", "0.01", register=school).code == 2
    assert done("watch", "list", register=hub) == {"folder": None, "files": []}
    done("watch", drive, register=hub)
    offered = done("watch", "list", register=hub)
    assert {one["state"] for one in offered["files"]} == {"new"}
    assert len(offered["files"]) == len(made["parts"])
    done("merge", drive, register=hub)
    assert {one["state"] for one in done("watch", "list", register=hub)["files"]} == {"merged before"}
    assert done("watch", "stop", register=hub)["was"] == str(drive)
    assert run("watch", tmp_path / "nowhere", register=hub).code == 3


def test_who_has_what_and_how_old_it_is(folder: Path, sent: Path) -> None:
    hub = _hub(folder)
    before = done("who-has", register=hub)
    assert {one["sentence"] for one in before["schools"]} == {"no file yet"}
    done("merge", sent, register=hub)
    found = done("who-has", register=hub)
    assert not any(one["stale"] for one in found["schools"] if one["made"])
    assert all(one["sentence"].startswith("as received ") for one in found["schools"] if one["made"])
    assert {one["state"] for one in found["holders"]} <= {"up to date", "lacks", "never heard"}


def test_nothing_waits_in_a_fresh_register_and_unknown_entries_are_refused(folder: Path) -> None:
    school = at(folder, HOME)
    assert done("held", "list", register=school)["held"] == []
    for words in (("adopt", "ab"), ("confirm", "ab"), ("decline", "ab", "--reason", "no")):
        assert run("held", *words, register=school).code == 3
    assert run("held", "decline", "ab", register=school).code == 2


def test_erasing_is_shown_first_and_done_with_reason_and_authority(folder: Path) -> None:
    school, name = at(folder, HOME), "Terry Walsh"
    before = school.read_bytes()
    plan = done("erase", name, register=school)
    assert school.read_bytes() == before
    assert (plan["erased"], plan["entries"] > 1) == (False, True)
    assert run("erase", name, "--reason", "Left", register=school).code == 2
    assert run("erase", "thing:zz", register=school).code == 2
    gone = done("erase", name, "--reason", "Left seven years ago", "--authority", "Head teacher", register=school)
    assert gone["erased"]
    assert name not in {one["name"] for one in done("person", "list", register=school)["people"]}
    assert done("verify", register=school)["findings"] == []
