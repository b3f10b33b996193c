"""Makes the golden files: `python -m tests.exchange.make_golden NAME`, once for a release that changes the files.

Small files of every kind, in the practice family, with what they say as JSON beside them and the keys that open them
(keys of schools that never were). Golden files are kept for ever: nothing that exists is written over.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from bursar_desk import __version__
from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.exchange import body, envelope
from bursar_desk.exchange.keys import BoxIdentity, from_blocks
from bursar_desk.services import guests, meeting, recording, registers
from bursar_desk.services.desk import Desk
from bursar_desk.services.registers import Newcomer
from db import derived, layout, signed
from tests.exchange.another_hand import plain
from tests.storage.workbench import Bench, looking, seeded

if TYPE_CHECKING:
    from db.store import Store

FOLDER: Final = Path(__file__).parents[1] / "data" / "golden"
DAY: Final = dt.date(2026, 1, 12)
CAST: Final = (
    Newcomer("Golden Hill Primary School", "school", "900001"),
    Newcomer("Silver Lane Primary School", "school", "900002"),
    Newcomer("Golden cluster office", "office"),
)
PAPER: Final = b"%PDF-1.4\n% a certificate that never was\n%%EOF\n"


@dataclass
class Cast:
    """Two schools and an office that never were, and the seed of the first one's recovery sheet."""

    bench: Bench
    golden: Store
    silver: Store
    office: Store
    seed: bytes


def cast(bench: Bench) -> Cast:
    stores, seed = [], b""
    for n, newcomer in enumerate(CAST):
        made = registers.found(
            bench.path(f"golden-{n}"), newcomer, practice=True, clock=bench.clock, keys=bench.keys,
            entropy=seeded(20_460_000 + n),
        )  # fmt: skip
        stores.append(bench.kept(made.store))
        seed = seed or from_blocks(list(made.recovery))
    golden, silver, office = stores
    bench.introduce(golden, silver, hub=office)
    return Cast(bench, golden, silver, office, seed)


# ---------------------------------------------------------------- what is in them
def write_records(at: Cast) -> tuple[bytes, bytes]:
    """A little of every kind of operation: rows, facts, new values, one set aside, one deleted, one rival."""
    store = at.golden
    with store.act(ActCode.SET_UP_SCHOOL, who="Dawn Gold", subject="Golden Hill") as act:
        row = act.session.derived(act.session.home, "school", "")
        act.create(
            "school", {"name": "Golden Hill Primary School", "urn": "900001", "opens": 465, "closes": 930}, row=row
        )
    with store.act(ActCode.ADD_PERSON, who="Dawn Gold", subject="Terry Gold") as act:
        terry = act.create(
            "person", {"name": "Terry Gold", "role": "caretaker", "days": 31, "starts": 405, "ends": 900}
        )
    with store.act(ActCode.ADD_PLACE, who="Dawn Gold") as act:
        place = act.create("place", {"kind": "room", "name": "Hall"})
        gone = act.create("place", {"kind": "room", "name": "Shed"})
    with store.act(ActCode.ADD_CHECKS, who="Dawn Gold", subject="Fire alarm test") as act:
        check = act.create("school_check", {
            "code": "FIRE-03", "title": "Fire alarm test", "area": "fire", "rule": "every 1 week",
            "anchor": "last done", "weekday": 0, "applies": "yes", "doer": terry, "place": place,
        }, row=act.session.derived(act.session.home, "school_check", "FIRE-03"))  # fmt: skip
    at.bench.clock.move_on(60_000)
    with store.act(ActCode.RECORD_CHECK, who="Terry Gold", subject="Fire alarm test") as act:
        first = act.fact("check_record", {
            "check_id": check, "done_on": DAY, "done_minute": 480, "utc_offset": 0, "outcome": "satisfactory",
            "done_by": "Terry Gold", "person": terry, "recorded_by": "Terry Gold", "note": "Panel 2 – no faults",
        })  # fmt: skip
        act.fact(
            "check_record", {"check_id": check, "done_on": DAY - dt.timedelta(days=7), "outcome": "unsatisfactory"}
        )
    with store.act(ActCode.REPORT_DEFECT, who="Terry Gold", subject="Bell") as act:
        fault = act.create(
            "defect", {"check_id": check, "title": "Bell", "risk": "low", "state": "reported", "cost": 1250}
        )
    with store.act(ActCode.CHANGE_DEFECT, who="Dawn Gold", subject="Bell") as act:
        act.set("defect", fault, {"title": "Bell in the hall", "interim_control": "Hand bell", "interim_until": DAY})
    with store.act(ActCode.CORRECT, who="Terry Gold") as act:
        act.set_aside("check_record", first)
    with store.act(ActCode.ADD_PLACE, who="Dawn Gold") as act:
        act.delete("place", gone)
    return check, terry


def write_message(at: Cast) -> None:
    name = at.golden.blobs.put(PAPER)
    with at.golden.act(ActCode.SEND_MESSAGE, who="Dawn Gold", subject="Certificate") as act:
        files = [
            {"name": "Certificate.pdf", "sha256": name.hex(), "size": len(PAPER), "type": "application/pdf"},
            {"name": "Photo.jpg", "sha256": "5a" * 32, "size": 1234, "type": "image/jpeg"},
        ]
        act.fact("message", {
            "kind": "notice", "title": "Our certificate", "words": "As promised.", "to": "[]", "said_by": "Dawn Gold",
            "said_on": DAY, "enclosures": json.dumps(files),
        })  # fmt: skip
    note_blobs(at.golden, name)


def note_blobs(store: Store, name: bytes) -> None:
    """Let a register know of a file that lies beside it."""
    from db import blobs

    with store.writing() as con:
        blobs.note(con, name, len(PAPER), store.around.clock.now_ms())


def write_pack(at: Cast, check: bytes, terry: bytes, path: Path) -> None:
    with at.golden.act(ActCode.ADD_ABSENCE, who="Dawn Gold", subject="Terry Gold") as act:
        absence = act.create("absence", {"person": terry, "first": DAY, "last": DAY, "state": "reported"})
    with at.golden.act(ActCode.CONFIRM_COVER, who="Dawn Gold", subject="Sam Silver") as act:
        cover = act.create("cover", {
            "absence": absence, "helper_school": at.silver.facts.home, "helper": "Sam Silver",
            "first": DAY, "last": DAY,
            "starts": 420, "ends": 600, "state": "agreed", "checks": json.dumps([check.hex()]), "duties": "Unlock",
        })  # fmt: skip
    guests.make_pack(Desk(at.golden, at.bench.clock), cover, path)


def write_return(at: Cast, check: bytes, pack: Path, path: Path) -> None:
    guest = guests.open_pack(Desk(at.silver, at.bench.clock), pack)
    store = at.bench.reopened(guest.path)
    desk = Desk(store, at.bench.clock)
    recording.record(desk, recording.Doing(check, DAY, "Sam Silver", "satisfactory"))
    guests.send_return(desk, path)


# ---------------------------------------------------------------- what this program reads in them
def as_read_here(path: Path, boxes: list[BoxIdentity]) -> dict[str, Any]:
    """What this program's own modules find in a file, in the same words as the other reader's."""
    with envelope.open_file(path, boxes) as opened:
        frames = list(body.frames(opened.body))
        header = opened.header
    out: dict[str, Any] = {
        "file": {
            "id": header.file_id, "kind": header.kind, "sender": header.sender, "namespace": header.namespace,
            "suite": header.suite, "recipients": len(header.recipients),
        },
        "have": [], "statements": [], "wants": [], "segments": [], "blobs": [],
    }  # fmt: skip
    if header.certificate:
        out["file"]["certificate"] = _statement(header.certificate)
    for name, *parts in frames:
        match name:
            case "made":
                out["made"] = parts[0]
            case "have" | "wants":
                out[name] = parts[0]
            case "statements":
                out["statements"] += [_statement(raw) for raw in parts[0]]
            case "extract":
                said = parts[0]
                out["extract"] = {**said, "grant": _statement(said["grant"])}
            case "fingerprint":
                out["fingerprint"] = {"day": parts[0], "code": parts[1], "lines": len(parts[2])}
            case "segment":
                out["segments"].append(_segment(parts))
            case "commits":
                _add_commits(out["segments"][-1], parts[0])
            case "blob":
                out["blobs"].append({"sha256": parts[0], "size": parts[1]})
    for segment in out["segments"]:
        del segment["prev"]
    read: dict[str, Any] = plain(out)
    return read


def _statement(raw: bytes) -> dict[str, Any]:
    one = signed.read(raw)
    return {"kind": one.kind, "school": one.school, "signer": one.signer, "facts": dict(one.facts), "hash": one.hash}


def _segment(parts: list[Any]) -> dict[str, Any]:
    meta = layout.read_meta(parts[0])
    return {
        "stream": meta.key, "school": meta.school, "channel": meta.channel, "writer": meta.writer, "epoch": meta.epoch,
        "start": parts[1], "commits": [], "prev": parts[2],
    }  # fmt: skip


def _add_commits(segment: dict[str, Any], bodies: list[bytes]) -> None:
    for data in bodies:
        commit = layout.read_commit(data)
        digests = layout.commit_digests(commit)
        seq = segment["start"] + len(segment["commits"])
        running = layout.commit_hash(
            segment["stream"], seq, commit.stamp, segment["prev"], commit.grant, b"".join(digests)
        )
        ops = [_op(segment["stream"], commit, n, digest) for n, digest in enumerate(digests)]
        segment["commits"].append(
            {"seq": seq, "hash": running, "stamp": commit.stamp, "grant": commit.grant, "act": ops[0], "ops": ops[1:]}
        )
        segment["prev"] = running


def _op(stream: bytes, commit: layout.Commit, n: int, digest: bytes) -> dict[str, Any]:
    stem, content = commit.ops[2 * n] or b"", commit.ops[2 * n + 1]
    parts = layout.read_stem(stem, whole=content is None)
    values = None if content is None else layout.read_body(content)
    return {
        "id": layout.id_of(stream, commit.stamp, digest), "kind": parts.kind, "table": parts.table, "row": parts.row,
        "links": parts.links, "values": values, "erased": content is None,
    }  # fmt: skip


def rows_of(store: Store, read: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """The rows a register shows after taking a file in, as far as that file made them; deleted ones left out."""
    born = {
        op["row"] or op["id"] if op["kind"] == 1 else op["id"]
        for segment in read["segments"] for commit in segment["commits"] for op in commit["ops"] if op["kind"] in (0, 1)
    }  # fmt: skip
    out: dict[str, dict[str, dict[str, Any]]] = {}
    with looking(store) as con:
        hidden = {row for (row,) in con.execute("SELECT row FROM hidden")}
        for table in registry.TABLES:
            names = [name for name in derived.columns_of(table) if name not in ("sid", "pos")]
            kinds = {one.name: one.type for one in table.fields}
            listed = ", ".join(f'"{name}"' for name in names)
            for row in con.execute(f"SELECT {listed} FROM {table.name} ORDER BY id"):
                if row[0].hex() in born and row[0] not in hidden:
                    values = {
                        name: bool(value) if kinds.get(name) == "bool" and value is not None else value
                        for name, value in zip(names[1:], row[1:], strict=True)
                    }
                    out.setdefault(table.name, {})[row[0].hex()] = plain(values)
    return out


# ---------------------------------------------------------------- making
def make(folder: Path, name: str) -> list[Path]:
    """Write every golden file of a release. ``FileExistsError`` where one of that name is there already."""
    if any(folder.glob(f"{name}-*")):
        raise FileExistsError(f"golden files of {name} are kept for ever")
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        patch.setenv("BURSAR_DESK_LOCAL", str(Path(scratch) / "local"))
        patch.setattr("secrets.token_bytes", random.Random(2046).randbytes)
        with Bench.open(Path(scratch), patch) as bench:
            at = cast(bench)
            for kind, path, store in _files(at, Path(scratch)):
                made += _keep(folder, f"{name}-{kind}", path, store, at)
    return made


def _files(at: Cast, scratch: Path) -> Any:
    """Yield (kind, file, register that takes it in or nothing)."""
    check, terry = write_records(at)
    exchange = at.bench.send(at.golden, [at.office], "exchange")
    yield "exchange", exchange, at.office
    write_message(at)
    yield "attachment", at.bench.send(at.golden, [at.office], "attachment", everything=True), at.office
    pack = scratch / "pack.bursar"
    write_pack(at, check, terry, pack)
    yield "pack", pack, None
    back = scratch / "return.bursar"
    write_return(at, check, pack, back)
    yield "return", back, at.golden
    card = scratch / "card.bursar"
    meeting.write_card(Desk(at.golden, at.bench.clock), card)
    yield "card", card, None


def _keep(folder: Path, stem: str, path: Path, store: Store | None, at: Cast) -> list[Path]:
    """Copy a file into its place with what it says and the keys it opens with; ``sheet`` is the first school's."""
    bench = at.bench
    openers = [bench.keys_of(one).box for one in bench.stores if one.facts.kind != "guest"]
    read = as_read_here(path, openers)
    if store is not None:
        bench.merge(store, path)
        read["rows"] = rows_of(store, read)
    met: list[str] = []
    for one in bench.stores[:3]:
        with one.connect() as con:
            met += [said.raw.hex() for said in signed_statements(con)]
    told = {
        "program": __version__, "registry": registry.REGISTRY_VERSION, "practice": "made-up records",
        "sheet": at.seed.hex(), "keys": [one.secret.hex() for one in openers], "met": sorted(set(met)),
        "expected": read,
    }  # fmt: skip
    target, paper = folder / f"{stem}.bursar", folder / f"{stem}.json"
    with target.open("xb") as file:
        file.write(path.read_bytes())
    with paper.open("x", encoding="utf-8") as file:
        file.write(json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    return [target, paper]


def signed_statements(con: Any) -> list[signed.Statement]:
    from db.statements import stored

    return stored(con)


if __name__ == "__main__":
    for one in make(FOLDER, sys.argv[1]):
        sys.stdout.write(f"{one}\n")
