"""Plant each kept fault in a copy of the tree and see which ordinary test catches it.

``python -m tests.planted.campaign [names...]`` from the project's folder; without names all of them. The tests named
for a fault must pass on the unaltered copy, so that what fails fails because of the fault.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.planted.fault import ROOT, Fault
from tests.planted.list import FAULTS

LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache", ".hypothesis", "build", "dist")
MOST_SECONDS = 900
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a fault: the test that caught it, or nothing; ``seconds`` until then."""

    fault: Fault
    caught_by: str
    seconds: float
    trouble: str = ""

    @property
    def line(self) -> str:
        """One line of the table."""
        return f"{self.fault.name} | {self.caught_by or self.trouble or 'SURVIVED'} | {self.seconds:.0f} s"


@contextmanager
def copied_tree() -> Iterator[Path]:
    """A copy of the project in a temporary folder, without its environment and its history."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        yield tree


def run(tree: Path, test: str) -> tuple[int, str]:
    """Run one test file (or test) in a copy, up to its first failure; the exit code and what was said."""
    # compiled forms are kept by time and size of a file, which two versions made in one second may share
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tree)}
    left = {name: value for name, value in os.environ.items() if not name.startswith("BURSAR_DESK_")}
    command = [sys.executable, "-m", "pytest", test, "-x", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=tree, env={**left, **settings}, capture_output=True, text=True, timeout=MOST_SECONDS, check=False
    )
    return done.returncode, done.stdout + done.stderr


def first_to_fail(tree: Path, tests: Sequence[str]) -> tuple[str, str]:
    """The first test that fails of those named, in their order, and trouble that is not a failing test."""
    for test in tests:
        try:
            code, said = run(tree, test)
        except subprocess.TimeoutExpired:
            return f"{test} (did not end)", ""
        if code == 1:
            found = _FAILED.search(said)
            return (found.group(1) if found else test), ""
        if code != 0:
            return "", f"{test} could not be run: {said[-800:]}"
    return "", ""


def plant(fault: Fault, tree: Path) -> Outcome:
    """Plant one fault, see what catches it, and take it out again."""
    place = tree / fault.file
    whole = place.read_text("utf-8")
    started = time.perf_counter()
    place.write_text(fault.planted_in(whole), "utf-8")
    try:
        caught, trouble = first_to_fail(tree, fault.tests)
    finally:
        place.write_text(whole, "utf-8")
    return Outcome(fault, caught, time.perf_counter() - started, trouble)


def broken_without(faults: Iterable[Fault], tree: Path) -> set[str]:
    """The tests named for some faults that fail although nothing is planted: they prove nothing."""
    named = dict.fromkeys(test for fault in faults for test in fault.tests)
    return {test for test in named if any(first_to_fail(tree, [test]))}


def campaign(faults: Sequence[Fault]) -> list[Outcome]:
    """Plant the faults one after the other in one copy; a line for each as soon as it is known."""
    outcomes = []
    with copied_tree() as tree:
        broken = broken_without(faults, tree)
        for fault in faults:
            spoilt = [test for test in fault.tests if test in broken]
            if spoilt:
                outcome = Outcome(fault, "", 0, f"fails with nothing planted: {', '.join(spoilt)}")
            else:
                outcome = plant(fault, tree)
            outcomes.append(outcome)
            print(outcome.line, flush=True)
    return outcomes


def chosen(names: Sequence[str]) -> list[Fault]:
    """The faults of some names, or all of them."""
    unknown = set(names) - {fault.name for fault in FAULTS}
    if unknown:
        raise SystemExit(f"no such fault: {', '.join(sorted(unknown))}")
    return [fault for fault in FAULTS if not names or fault.name in names]


def main() -> int:
    """Print the table; 1 when a fault survived."""
    outcomes = campaign(chosen(sys.argv[1:]))
    left = [one.fault.name for one in outcomes if not one.caught_by]
    survived = f"; survived: {', '.join(left)}" if left else ""
    print(f"\n{len(outcomes) - len(left)} of {len(outcomes)} caught{survived}")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
