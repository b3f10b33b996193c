"""The format is what docs/FORMAT.md says: a reader that knows only that paper reads every golden file, for ever."""

from __future__ import annotations

import ast
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.operations import Kind
from bursar_desk.exchange.keys import BoxIdentity, to_blocks
from bursar_desk.exchange.receiving import receive
from bursar_desk.services.registers import PRACTICE
from db import signed
from tests.exchange import another_hand, format_appendix, make_golden

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((ROOT / "tests" / "data" / "golden").glob("*.bursar"))
PAPER = (ROOT / "docs" / "FORMAT.md").read_text("utf-8")
KINDS = ("exchange", "attachment", "pack", "return", "card")


def told(path: Path) -> dict[str, Any]:
    """What stands beside a golden file."""
    said: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return said


def secrets(path: Path) -> list[bytes]:
    return [bytes.fromhex(one) for one in told(path)["keys"]]


@pytest.fixture(params=GOLDEN, ids=lambda path: path.stem)
def golden(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_the_other_reader_shares_no_code_with_the_program() -> None:
    tree = ast.parse(Path(another_hand.__file__).read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert imported.isdisjoint({"bursar_desk", "db", "reports", "resources", "tests"})
    assert {"cryptography", "msgspec", "zstandard", "hashlib"} <= imported
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert calls.isdisjoint({"__import__", "import_module", "importlib.import_module", "exec", "eval"})


def test_there_is_a_golden_file_of_every_kind() -> None:
    assert {path.stem.rsplit("-", 1)[1] for path in GOLDEN} == set(KINDS)
    assert all(path.with_suffix(".json").is_file() for path in GOLDEN)


# ---------------------------------------------------------------- files of every release
def test_the_other_reader_finds_in_a_golden_file_what_was_written_into_it(golden: Path) -> None:
    expected = told(golden)["expected"]
    rows = expected.pop("rows", None)
    found = another_hand.read(golden, secrets(golden))
    assert another_hand.plain(found) == expected
    if rows is not None:
        read = another_hand.state([found], another_hand.registry(PAPER))
        assert {name: _filled(listed) for name, listed in read.items()} == {
            name: _filled(listed) for name, listed in rows.items()
        }


def _filled(rows: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Rows without their empty columns: a column that came with a later release is empty in an earlier one's file."""
    return {row: {name: value for name, value in cells.items() if value is not None} for row, cells in rows.items()}


def test_this_program_still_reads_a_golden_file_and_takes_it_for_what_it_was(golden: Path) -> None:
    said = told(golden)
    boxes = [BoxIdentity(secret) for secret in secrets(golden)]
    expected = {name: value for name, value in said["expected"].items() if name != "rows"}
    assert make_golden.as_read_here(golden, boxes) == expected
    met = [signed.read(bytes.fromhex(one)) for one in said["met"]]
    kind = expected["file"]["kind"]
    incoming = receive(golden, boxes, met, PRACTICE, kinds=(kind,))
    assert incoming.kind == kind
    assert incoming.file.entries == sum(len(one["commits"]) for one in expected["segments"])


@pytest.mark.parametrize("kind", ["exchange", "attachment", "pack", "return"])
def test_what_a_school_sent_or_was_sent_opens_with_its_recovery_sheet_alone(kind: str) -> None:
    for path in GOLDEN:
        if path.stem.endswith(f"-{kind}"):
            said = told(path)
            printed = to_blocks(bytes.fromhex(said["sheet"]))
            sheet = another_hand.recovery_secret(another_hand.sheet_seed(printed))
            assert another_hand.plain(another_hand.read(path, [sheet]))["made"] == said["expected"]["made"]


def test_a_stranger_opens_nothing_but_a_card(golden: Path) -> None:
    if told(golden)["expected"]["file"]["suite"] == 0:
        assert another_hand.read(golden)["statements"]
        return
    with pytest.raises(another_hand.Wrong, match="not addressed"):
        another_hand.read(golden, [bytes(range(32))])


def test_one_altered_byte_anywhere_is_noticed_by_the_other_reader(golden: Path, tmp_path: Path) -> None:
    data, chance = golden.read_bytes(), random.Random(11)
    for at in {*range(20), len(data) - 1, *(chance.randrange(len(data)) for _ in range(60))}:
        path = tmp_path / "altered.bursar"
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        with pytest.raises(Exception):  # noqa: B017 - whatever it is, it is not read
            another_hand.read(path, secrets(golden))


def test_golden_files_together_hold_everything_the_paper_tells_of() -> None:
    every: list[dict[str, Any]] = [told(path)["expected"] for path in GOLDEN]
    ops = [op for file in every for part in file["segments"] for commit in part["commits"] for op in commit["ops"]]
    assert {op["kind"] for op in ops} == {Kind.FACT, Kind.CREATE, Kind.SET, Kind.DELETE}
    assert {"255"} <= {column for op in ops if op["kind"] == Kind.SET for column in op["values"]}
    assert {"root", "computer", "reader", "grant"} <= {one["kind"] for file in every for one in file["statements"]}
    assert any(file["blobs"] for file in every)
    assert any(file["wants"] for file in every)
    assert any("extract" in file for file in every)
    assert any("fingerprint" in file for file in every)
    assert {part["channel"].split("/")[0] for file in every for part in file["segments"]} >= {
        "compliance", "people", "admin", "link", "cover",
    }  # fmt: skip


def test_golden_files_are_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "first-exchange.bursar").write_bytes(b"kept")
    with pytest.raises(FileExistsError, match="kept for ever"):
        make_golden.make(tmp_path, "first")
    assert [one.name for one in tmp_path.iterdir()] == ["first-exchange.bursar"]


def test_files_made_today_are_read_by_the_other_reader_as_well(tmp_path: Path) -> None:
    made = [path for path in make_golden.make(tmp_path / "today", "today") if path.suffix == ".bursar"]
    assert len(made) == len(KINDS)
    for path in made:
        expected = told(path)["expected"]
        rows = expected.pop("rows", None)
        found = another_hand.read(path, secrets(path))
        assert another_hand.plain(found) == expected
        if rows is not None:
            assert another_hand.state([found], another_hand.registry(PAPER)) == rows


# ---------------------------------------------------------------- the paper and the program
def test_the_papers_say_what_the_program_does() -> None:
    for path, text in format_appendix.papers().items():
        assert path.read_text("utf-8") == text, "run: python -m tests.exchange.format_appendix"


def _listed(section: str) -> set[str]:
    """The names in the first column of a section's table."""
    part = PAPER.split(section, 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `(?:\[\")?([\w-]+)", part, re.MULTILINE))


def test_every_frame_the_program_writes_or_reads_is_in_the_paper() -> None:
    frames = _listed("## 3. Frames")
    written = set()
    for path in (ROOT / "bursar_desk" / "exchange").glob("*.py"):
        text = path.read_text("utf-8")
        written |= set(re.findall(r"\bframe\(\s*\"(\w+)\"", text)) | set(re.findall(r"case \[\"(\w+)\"", text))
    assert {"made", "have", "segment", "commits", "blob", "bytes", "end"} <= written
    assert written | {"fingerprint"} == frames


def test_every_kind_of_statement_is_in_the_paper_with_all_its_facts() -> None:
    kinds = {signed.ROOT, signed.COMPUTER, signed.READER, signed.GRANT, signed.REQUEST, signed.REVOKE, signed.WITHDRAW,
             signed.ROOT_CHANGE}  # fmt: skip
    assert _listed("## 5. Statements") == kinds == set(signed._SHAPES)
    rows = {line.split("`")[1]: line for line in PAPER.splitlines() if line.startswith("| `")}
    for kind, shape in signed._SHAPES.items():
        assert all(re.search(rf"\b{name}\b", rows[kind]) for name in shape), kind


def test_every_label_that_goes_into_a_hash_or_a_signature_is_in_the_paper() -> None:
    labels = set()
    for folder in ("bursar_desk/exchange", "bursar_desk/domain", "db"):
        for path in (ROOT / folder).glob("*.py"):
            labels |= set(re.findall(r"b\"(bursar\.[\w.]+)\"", path.read_text("utf-8")))
    assert len(labels) >= 12
    unsaid = {"bursar.words.1"}  # the words people compare on the telephone: no part of a file
    papers = PAPER + (ROOT / "docs" / "REGISTER.md").read_text("utf-8")
    assert {label for label in labels if f'"{label}"' not in papers} == unsaid


def test_every_kind_of_operation_is_in_the_paper_under_its_number() -> None:
    for kind in Kind:
        assert f"| {int(kind)} | {kind.name.lower()} |" in PAPER
