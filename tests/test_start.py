"""start.py for real, in a copy of its own with small made-up parts instead of the pinned ones."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
START = ROOT / "start.py"

# The parts a copy is set up with: each says what it was started with. Their exit codes come from the environment.
_PART = "import os, sys\nprint('{name}', *sys.argv[1:], flush=True)\nsys.exit(int(os.environ.get('END_{name}', '0')))\n"
_PROGRAM = """
import json, os, sys
import heart
print(json.dumps({"words": sys.argv[1:], "python": sys.executable, "heart": heart.BEAT, "here": os.getcwd()}))
sys.exit(int(os.environ.get("END_PROGRAM", "0")))
"""


def _wheel(folder: Path, name: str, version: str, body: dict[str, str]) -> str:
    """Write a wheel of ``body`` (file name: text) into ``folder``; the lock's line for it is the answer."""
    info = f"{name}-{version}.dist-info"
    files = {
        **body,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for path, text in files.items():
        sum_ = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.writerow([path, f"sha256={sum_}", len(text.encode())])
    rows.writerow([f"{info}/RECORD", "", ""])
    target = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", record.getvalue())
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(target.read_bytes()).hexdigest()}\n"


class Copy:
    """A checkout of its own: start.py, two locks, a made-up program, and a person with nothing set."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "desk"
        self.parts = folder / "parts"
        self.home = folder / "home"
        for place in (self.root / "bursar_desk", self.parts, self.home):
            place.mkdir(parents=True)
        (self.root / "start.py").write_bytes(START.read_bytes())
        (self.root / "bursar_desk" / "__init__.py").touch()
        (self.root / "bursar_desk" / "__main__.py").write_text(_PROGRAM)
        tools = [_wheel(self.parts, name, "1.0", {f"{name}.py": _PART.format(name=name)}) for name in CHECKS]
        self.lock("1")
        (self.root / "requirements-dev.lock").write_text((self.root / "requirements.lock").read_text() + "".join(tools))

    def lock(self, beat: str) -> None:
        """Pin the program's one part at version ``beat``."""
        line = _wheel(self.parts, "heart", beat, {"heart.py": f"BEAT = {beat!r}\n"})
        (self.root / "requirements.lock").write_text(line)

    def environ(self, **more: str) -> dict[str, str]:
        """Nothing but a home, and pip told to use the made-up parts (in the words of pip's own configuration)."""
        own = {"HOME": str(self.home), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.parts)}
        if "SYSTEMROOT" in os.environ:
            own["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        return {**own, **more}

    def begin(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start start.py the way a person would, from another folder."""
        return subprocess.Popen(
            [base_python(), str(self.root / "start.py"), *words],
            env=self.environ(**more),
            cwd=self.home,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *words: str, **more: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of one start."""
        with self.begin(*words, **more) as started:
            out, err = started.communicate(timeout=120)
            return started.returncode, out, err

    def told(self, *words: str, **more: str) -> dict[str, Any]:
        """What the made-up program says about how it was started."""
        code, out, err = self.run(*words, **more)
        assert code == 0, err
        found = json.loads(out)
        assert isinstance(found, dict)
        return found


CHECKS = ("ruff", "mypy", "pytest")


def base_python() -> str:
    """A Python with pip: the one the environment of these tests was made with."""
    return str(getattr(sys, "_base_executable", sys.executable))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_the_first_start_sets_up_and_the_second_says_nothing(copy: Copy) -> None:
    code, out, err = copy.run("due", "--within", "30")
    assert code == 0, err
    assert err.startswith("Setting up Bursar Desk in this folder")
    told = json.loads(out)
    assert told["words"] == ["due", "--within", "30"]
    assert Path(told["python"]).is_relative_to(copy.root / ".venv")
    assert Path(told["here"]) == copy.home, "file names in the words mean what they meant to the person"
    stamp = copy.root / ".venv" / "bursar-desk.json"
    before = stamp.stat().st_mtime_ns
    code, out, err = copy.run("due")
    assert (code, stamp.stat().st_mtime_ns) == (0, before)
    assert "Setting up" not in err


def test_no_words_open_the_desk_with_the_sample(copy: Copy) -> None:
    assert copy.told()["words"] == ["desk", "--sample"]


def test_the_programs_exit_code_is_handed_on(copy: Copy) -> None:
    assert copy.run("verify", END_PROGRAM="3")[0] == 3


def test_a_changed_lock_brings_a_new_environment(copy: Copy) -> None:
    assert copy.told("x")["heart"] == "1"
    left = copy.root / ".venv" / "left over from before"
    left.touch()
    copy.lock("2")
    assert copy.told("x")["heart"] == "2"
    assert not left.exists()


def test_an_environment_that_was_never_finished_is_made_again(copy: Copy) -> None:
    half = copy.root / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").write_text("not a program")
    assert copy.told("x")["heart"] == "1"
    (copy.root / ".venv" / "bursar-desk.json").unlink()
    assert "Setting up" in copy.run("x")[2]
    (copy.root / ".venv" / "bursar-desk.json").write_text('{"python": ')
    assert "Setting up" in copy.run("x")[2]


def test_an_environment_whose_python_has_gone_is_made_again(copy: Copy) -> None:
    told = copy.told("x")
    Path(told["python"]).unlink()
    assert "Setting up" in copy.run("x")[2]


def test_two_starts_at_once_share_one_setting_up(copy: Copy) -> None:
    with copy.begin("one") as first, copy.begin("two") as second:
        ends = [first.communicate(timeout=120), second.communicate(timeout=120)]
    assert [first.returncode, second.returncode] == [0, 0], ends
    assert [json.loads(out)["words"] for out, _err in ends] == [["one"], ["two"]]
    assert sum("Setting up" in err for _out, err in ends) == 1


def test_a_start_killed_while_setting_up_is_finished_by_the_next(copy: Copy) -> None:
    with copy.begin("one") as killed:
        assert killed.stderr is not None
        assert killed.stderr.readline().startswith("Setting up")
        killed.kill()
        killed.wait()
    assert copy.told("two")["words"] == ["two"]


def test_byte_code_is_stored_though_the_person_switched_it_off(copy: Copy) -> None:
    copy.told("x", PYTHONDONTWRITEBYTECODE="1")
    assert list((copy.root / ".venv").rglob("heart.*.pyc"))


def test_a_folder_called_like_ours_where_the_person_stands_is_not_taken_for_ours(copy: Copy) -> None:
    (copy.home / "heart.py").write_text("BEAT = 'a stranger'\n")
    (copy.home / "bursar_desk.py").write_text("raise SystemExit('a stranger')\n")
    assert copy.told("x")["heart"] == "1"


def test_the_folder_can_be_moved_after_setting_up(copy: Copy) -> None:
    copy.told("x")
    copy.root = copy.root.rename(copy.root.with_name("moved desk"))
    code, out, err = copy.run("x")
    assert (code, json.loads(out)["words"]) == (0, ["x"]), err


def test_a_part_that_is_not_the_pinned_one_is_not_installed(copy: Copy) -> None:
    lock = copy.root / "requirements.lock"
    lock.write_text(lock.read_text()[:-5] + "0000\n")
    code, out, err = copy.run("x")
    assert (code, out) == (1, "")
    assert "could not all be fetched" in err.splitlines()[-1]
    assert not (copy.root / ".venv" / "bursar-desk.json").exists()


def test_test_adds_the_tools_and_runs_style_types_and_tests_in_that_order(copy: Copy) -> None:
    copy.told("x")
    code, out, err = copy.run("test", "-k", "due")
    assert (code, out) == (0, "ruff check .\nmypy\npytest -k due\n")
    assert "Adding the tools" in err
    assert "Setting up" not in copy.run("x")[2], "an environment with the tools serves the program as well"
    assert "Adding" not in copy.run("test")[2]


def test_looking_at_a_finished_environment_takes_milliseconds(copy: Copy) -> None:
    copy.told("x")
    program = (
        "import sys, time\nsys.path.insert(0, sys.argv[1])\nimport start\n"
        "began = time.perf_counter()\nstart.prepare(False)\nlooked = time.perf_counter() - began\n"
        "import hashlib\nbegan = time.perf_counter()\n"
        "import subprocess\nsubprocess.run([sys.executable, '-c', ''], check=True)\n"
        "print(looked / (time.perf_counter() - began))"
    )
    command = [base_python(), "-c", program, str(copy.root)]
    ratios = [float(subprocess.check_output(command, env=copy.environ(), text=True)) for _time in range(3)]
    assert min(ratios) < 0.5, "far less than starting Python once more"
