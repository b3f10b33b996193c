"""The rules of the house: who may import whom, what is nowhere done, how long files are, what the text speaks of."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bursar_desk
import db
import reports

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("bursar_desk", "db", "reports", "resources")

# A library and the rooms that may import it by name.
ONLY_IN = {
    "PySide6": ("bursar_desk.ui", "bursar_desk.app"),
    "shiboken6": ("bursar_desk.ui", "bursar_desk.app"),
    "sqlalchemy": ("db",),
    "alembic": ("db",),
    "sqlite3": ("db",),
    "reportlab": ("reports",),
    "rl_accel": ("reports",),
    "openpyxl": ("reports",),
    "python_calamine": ("reports",),
    "icalendar": ("bursar_desk.services",),
    "highspy": ("bursar_desk.services.solving",),
    "numpy": ("bursar_desk.services.solving",),
    "typer": ("bursar_desk.cli",),
    "rich": ("bursar_desk.cli",),
    "platformdirs": ("bursar_desk.machine",),
    "fcntl": ("bursar_desk.machine",),
    "msvcrt": ("bursar_desk.machine",),
    "winreg": ("bursar_desk.machine",),
}
# What the rules never reach for: files, the network, other programs, the clock, chance.
NOT_IN_DOMAIN = re.compile(
    "asyncio|ctypes|ftplib|glob|http|io|multiprocessing|os|pathlib|platform|random|secrets|shutil|socket|sqlite3|ssl"
    "|subprocess|tempfile|threading|time|urllib"
)
NEVER_IMPORTED = frozenset({"pickle", "marshal", "shelve", "dill", "yaml"})
CLOCK = "bursar_desk/clock.py"
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
# What is longer, and why a reader does not lose the thread in it. "path" for a file, "path function" for a function.
LONGER: dict[str, str] = {
    "tests/exchange/simulation.py": "one model of a world of desks: its parts share every name",
    "tests/exchange/test_envelope_refusals.py": "the order of checks, read from first to last",
    "tests/exchange/test_transfer_refusals.py": "one refusal after the other, each with its file",
    "tests/storage/histories.py": "the grammar of random histories in one place",
    "tests/windows/test_kit_gallery.py": "a gallery: every part of the kit once",
    "tests/windows/test_kit_widgets.py": "one short test a widget",
}
# Platform questions outside bursar_desk/machine, and why they are asked there.
PLATFORM_ELSEWHERE = {
    "bursar_desk/ui/theme.py": "which typeface and text size the system's own windows have",
    "bursar_desk/exchange/key_store.py": "whether the system's key store is open after signing in",
}


@cache
def sources(*tops: str) -> dict[str, ast.Module]:
    """Every Python file below the named folders, by its path from the top, read."""
    files = sorted(file for top in tops for file in (ROOT / top).rglob("*.py"))
    return {file.relative_to(ROOT).as_posix(): _read(file) for file in files}


@cache
def _read(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def module_of(path: str) -> str:
    """The dotted name of the module at ``path``."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def within(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(room + ".") for room in rooms)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every absolute import as (line, dotted name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


# --- who may import whom ---


def test_every_room_uses_only_the_rooms_below_it() -> None:
    program = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(config_filename='.importlinter', no_cache=True))"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "0 broken" in told.stdout


def test_every_room_of_the_program_has_its_layer() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", "utf-8")
    placed = set(re.findall(r"[\w.]+", config["importlinter:contract:layers"]["layers"]))
    rooms = {".".join(module_of(path).split(".")[:2]) for path in sources("bursar_desk")} - {"bursar_desk"}
    assert rooms <= placed, "give the new room its layer in .importlinter"


def test_a_library_is_used_only_in_the_room_it_belongs_to() -> None:
    found = [
        f"{path}:{line} {name}"
        for path, tree in sources(*PRODUCT).items()
        for line, name in imports(tree)
        if (rooms := ONLY_IN.get(name.split(".")[0])) and not within(module_of(path), rooms)
    ]
    assert found == []


def test_the_command_line_knows_no_windows() -> None:
    found = [
        f"{path}:{line} {name}"
        for path, tree in sources("bursar_desk").items()
        for line, name in imports(tree)
        if within(module_of(path), ("bursar_desk.cli",)) and within(name, ("bursar_desk.ui", "bursar_desk.app"))
    ]
    assert found == []


def test_the_rules_use_the_standard_library_and_dateutil_and_touch_nothing_outside() -> None:
    allowed = {name for name in sys.stdlib_module_names if not NOT_IN_DOMAIN.fullmatch(name)} | {"dateutil"}
    found = [
        f"{path}:{line} {name}"
        for path, tree in sources("bursar_desk/domain").items()
        for line, name in imports(tree)
        if not within(name, ("bursar_desk.domain",)) and name.split(".")[0] not in allowed
    ]
    found += [
        f"{path}:{node.lineno} open()"
        for path, tree in sources("bursar_desk/domain").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"open", "print", "input"}
    ]
    assert found == []


def test_db_and_reports_load_from_beside_bursar_desk() -> None:
    places = {Path(str(package.__file__)).resolve().parent.parent for package in (bursar_desk, db, reports)}
    assert places == {ROOT}


def _ran(program: str) -> str:
    """Standard output of a program run by itself in the project's folder."""
    command = [sys.executable, "-c", textwrap.dedent(program)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_importing_the_program_starts_no_qt_and_opens_no_file() -> None:
    program = """
        import sys
        opened = []
        def hook(event, arguments):
            if event in ("open", "sqlite3.connect", "socket.connect", "subprocess.Popen"):
                if not isinstance(arguments[0], int):  # byte-code on its way to the disk, already open
                    opened.append(str(arguments[0]))
        sys.addaudithook(hook)
        import bursar_desk, db, reports, resources
        print([path for path in opened if not path.endswith((".py", ".pyc")) and ".pyc." not in path])
        heavy = {"PySide6", "sqlalchemy", "reportlab", "openpyxl", "highspy"}
        print(sorted({name.split(".")[0] for name in sys.modules} & heavy))
    """
    assert _ran(program) == "[]\n[]\n"


def test_every_room_below_the_windows_loads_without_qt() -> None:
    skip = (
        "bursar_desk.ui",
        "bursar_desk.app",
        "bursar_desk.entry_command",
        "bursar_desk.entry_window",
        "db.migrations",
    )
    names = [name for path in sources(*PRODUCT) if not within(name := module_of(path), skip)]
    program = f"""
        import importlib, sys
        for name in {names!r}:
            importlib.import_module(name)
        print(sorted(name for name in sys.modules if name.split(".")[0] in ("PySide6", "shiboken6")))
    """
    assert _ran(program) == "[]\n"


# --- what is nowhere done ---


def _forbidden_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}:
                yield node.lineno, called
            yield from ((node.lineno, "shell=True") for word in node.keywords if word.arg == "shell")


def test_nothing_is_evaluated_unpickled_or_given_to_a_shell() -> None:
    found = []
    for path, tree in {**sources(*PRODUCT), "start.py": ast.parse((ROOT / "start.py").read_text("utf-8"))}.items():
        found += [f"{path}:{line} {what}" for line, what in _forbidden_calls(tree)]
        found += [f"{path}:{line} {name}" for line, name in imports(tree) if name.split(".")[0] in NEVER_IMPORTED]
    kept_compiled = "bursar_desk/ui/quick_qt.py"  # like any __pycache__, and lying in one: Qt's signatures
    assert [one for one in found if not (one.startswith(kept_compiled) and one.endswith(" marshal"))] == []


_TIME = re.compile(
    r"(?:.*\.)?(?:datetime\.(?:now|utcnow|today)|date\.today"
    r"|time\.(?:time|time_ns|localtime|gmtime|ctime|asctime|strftime)|uuid1)"
)


def _times_read(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _TIME.fullmatch(ast.unparse(node)):
            yield node.lineno, ast.unparse(node)
    yield from ((line, name) for line, name in imports(tree) if _TIME.fullmatch(name))


def test_the_time_is_read_in_one_place_and_handed_on() -> None:
    found = [
        f"{path}:{line} {what}"
        for path, tree in sources(*PRODUCT).items()
        for line, what in _times_read(tree)
        if path != CLOCK
    ]
    assert found == []
    assert list(_times_read(sources("bursar_desk")[CLOCK])), "the search finds what it looks for"


def test_which_system_this_is_is_asked_in_one_place() -> None:
    found = {
        path
        for path, tree in sources(*PRODUCT).items()
        if not within(module_of(path), ("bursar_desk.machine",))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.platform", "os.name", "platform.system"}
    }
    assert found == set(PLATFORM_ELSEWHERE)


def _names_made(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a file gives to something: variables, arguments, functions, imports under another name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node.lineno, name.asname) for name in node.names if name.asname)


def test_nothing_else_is_called_db_or_reports() -> None:
    found = [
        f"{path}:{line} {name}"
        for path, tree in sources(*PRODUCT, "tests").items()
        for line, name in _names_made(tree)
        if name in {"db", "reports"}
    ]
    folders = {Path(path).parent.as_posix() for path in sources(*PRODUCT, "tests")}
    found += [folder for folder in folders if {"db", "reports"} & set(folder.split("/")[1:])]
    assert found == []


# --- files a reader can take in ---


def test_files_and_functions_are_short_enough_to_read_in_one_go() -> None:
    found = {}
    for path, tree in sources(*PRODUCT, "tests").items():
        lines = len((ROOT / path).read_text("utf-8").splitlines())
        if lines > LONGEST_FILE:
            found[path] = lines
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    found[f"{path} {node.name}"] = length
    assert {name: length for name, length in found.items() if name not in LONGER} == {}
    assert [name for name in LONGER if name not in found] == [], "no longer long: take it off the list"


def test_every_module_says_in_its_first_line_what_it_is() -> None:
    found = [
        path
        for path, tree in sources(*PRODUCT, "tests").items()
        if tree.body and not (ast.get_docstring(tree) or "").strip()
    ]
    assert found == []


# --- the project speaks of itself alone ---

_TEXT = {
    ".py",
    ".toml",
    ".md",
    ".txt",
    ".in",
    ".lock",
    ".spec",
    ".cfg",
    ".ini",
    ".json",
    ".csv",
    ".svg",
    ".html",
    ".yml",
    "",
}
_LEFT_OUT = {".git", ".venv", "build", "dist", "out", "__pycache__", "node_modules"}
# One letter of each stands in brackets, so that this file does not find itself.
_ELSEWHERE = {
    "a folder of one computer": re.compile(r"(?<![\w.:-])/(?:wor[k]|roo[t]|tm[p])/"),
    "a folder beside the project": re.compile(r"\.\./share[d]|\bshare[d]/(?:design|domain|data|bench|hooks)"),
    "how the project was written": re.compile(r"\bsub[-]?agen[t]s?\b", re.IGNORECASE),
    "the address of a registry": re.compile(r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|crate[s]\.io"),
}


def texts() -> Iterator[Path]:
    """Every text file of the project that is kept: nothing made by tools."""
    for file in sorted(ROOT.rglob("*")):
        parts = file.relative_to(ROOT).parts
        made = any(part in _LEFT_OUT or re.fullmatch(r"\..*_cache|\.hypothesis|.*\.egg-info", part) for part in parts)
        if not made and file.suffix in _TEXT and file.is_file():
            yield file


def test_the_project_speaks_of_itself_alone() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number} {what}"
        for file in texts()
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1)
        for what, pattern in _ELSEWHERE.items()
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["see /wo~rk/x", '"/tm~p/y"', "../sha~red/design", "files.python~hosted.org", "Sub~agent"]
)
def test_the_search_for_foreign_places_finds_them(line: str) -> None:
    assert any(pattern.search(line.replace("~", "")) for pattern in _ELSEWHERE.values())
    harmless = "https://example.org/wo~rk/x, team/wo~rk/ and a shared room".replace("~", "")
    assert not any(pattern.search(harmless) for pattern in _ELSEWHERE.values())
