"""Set up what Bursar Desk needs, once, and run it: `python3 start.py [words]`, or `python3 start.py test`.

Standard library only. Annotations are quoted and nothing newer than Python 3.6 is spelt here, so that an older Python
reaches the sentence that says which one is needed instead of stopping at a line it cannot read.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

TYPE_CHECKING = False  # as in typing, whose import would cost more than the whole look at the environment
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

OLDEST = (3, 11)
OLDEST_PIP = (22, 3)  # the first with --python
ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = "bursar-desk.json"  # written last: an environment without it was never finished
LIBRARIES_SEEN = "bursar-desk-libraries.json"
DOOR = "bursar-desk.lock"  # held while the environment is made; stays when the rest is cleared
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"

# What Qt loads from the system, and the Debian package that brings it. The second group is for a real window.
LIBRARIES = {
    "drawing": {
        "libGL.so.1": "libgl1",
        "libEGL.so.1": "libegl1",
        "libxkbcommon.so.0": "libxkbcommon0",
        "libdbus-1.so.3": "libdbus-1-3",
        "libfontconfig.so.1": "libfontconfig1",
        "libglib-2.0.so.0": "libglib2.0-0",
    },
    "window": {
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
}


class SetUpError(Exception):
    """Something is missing that this program cannot bring by itself; the text says what and how."""


def say(words: str) -> None:
    """Tell the person at the terminal; standard output belongs to the command that runs afterwards."""
    print(words, file=sys.stderr, flush=True)


# --- is everything there? (milliseconds: two small files are read, no other program is started) ---------------------


def environment_python() -> Path:
    """The interpreter of the project's own environment."""
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def python_version() -> str:
    """The part of the version that environments depend on, as '3.11'."""
    return "{}.{}".format(*sys.version_info[:2])


def fingerprint(lock: str) -> str:
    """The hash of one list of pinned parts."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def read_notes(name: str) -> "dict[str, object]":
    """What an earlier start wrote down in the environment; nothing if that cannot be read."""
    try:
        notes = json.loads((ENVIRONMENT / name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}


def write_notes(name: str, notes: "Mapping[str, object]") -> None:
    """Write notes so that a reader sees the old ones or the new ones, never half."""
    half = ENVIRONMENT / f"{name}.{os.getpid()}"
    half.write_text(json.dumps(notes), "utf-8")
    half.replace(ENVIRONMENT / name)


def state(for_tests: bool) -> str:
    """'ready', 'lacks test tools' (the rest is right, so adding is enough) or 'to be made'."""
    stamp = read_notes(STAMP)
    sound = stamp.get("python") == python_version() and stamp.get(RUNTIME) == fingerprint(RUNTIME)
    if not sound or not environment_python().exists():
        return "to be made"
    if not for_tests or stamp.get(DEVELOPMENT) == fingerprint(DEVELOPMENT):
        return "ready"
    return "to be made" if DEVELOPMENT in stamp else "lacks test tools"


# --- making the environment -----------------------------------------------------------------------------------------


def base_python() -> str:
    """The Python to build with: the one outside, if this one is itself an environment's."""
    python = getattr(sys, "_base_executable", None) or sys.executable
    if not python:
        raise SetUpError("Python does not know where it lies. Start it by its full path, such as /usr/bin/python3.")
    return str(python)


def child_environment() -> "dict[str, str]":
    """What set-up programs are given: pip's own settings as they stand, but nothing that spoils the result."""
    unwanted = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    environment.setdefault("PATH", os.defpath if os.name == "nt" else "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    return environment


def run_quietly(command: "Sequence[str]", still: str) -> int:
    """Run a set-up program with all it says on standard error; every 20 seconds say that it is still at work."""
    began = time.monotonic()
    # The child keeps the door closed too: if this start is killed, the next one waits for a pip that still works.
    apart, nothing = os.name == "nt", subprocess.DEVNULL
    with subprocess.Popen(command, env=child_environment(), stdin=nothing, stdout=2, close_fds=apart) as child:
        while True:
            try:
                return child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                say(f"{still} ({time.monotonic() - began:.0f} seconds so far)")
            except BaseException:
                child.kill()
                raise


def tools_of(python: str) -> "tuple[bool, tuple[int, ...], bool]":
    """Whether this Python has venv, which pip it has (empty: none) and whether it can bring a pip of its own."""
    question = (
        "import json\n"
        "def has(name):\n"
        "    try: return __import__(name)\n"
        "    except ImportError: return None\n"
        "pip = has('pip')\n"
        "print(json.dumps([bool(has('venv')), pip.__version__ if pip else '', bool(has('ensurepip'))]))"
    )
    answer = subprocess.run([python, "-c", question], env=child_environment(), stdout=subprocess.PIPE, check=False)
    venv, pip, ensurepip = json.loads(answer.stdout or b'[false, "", false]')
    return venv, tuple(int(part) for part in pip.split(".")[:2] if part.isdigit()), ensurepip


def can_install() -> bool:
    """Whether this is Debian, Ubuntu or a relative of theirs, and we may install."""
    return bool(apt_get()) and os.geteuid() == 0


def apt_get() -> "str | None":
    """Where Debian's installer is; nothing on other systems."""
    return shutil.which("apt-get", path=child_environment()["PATH"]) if sys.platform.startswith("linux") else None


def apt_line(packages: "Sequence[str]") -> str:
    """The line an administrator types."""
    return "apt-get install -y --no-install-recommends " + " ".join(packages)


def install_packages(packages: "Sequence[str]") -> bool:
    """Install Debian packages as root; the lists of packages are fetched only if the first attempt needs them."""
    say("Installing from the system's own packages: " + " ".join(packages))
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    tool = apt_get() or "apt-get"
    install = [tool, "install", "-qq", "-y", "--no-install-recommends", *packages]
    still = "Still installing"
    return run_quietly(install, still) == 0 or (
        run_quietly([tool, "update", "-qq"], still) == 0 and run_quietly(install, still) == 0
    )


def ensure_tools(python: str) -> bool:
    """Make sure that venv and a pip are at hand. True: pip of this Python; False: the environment brings its own."""
    venv, pip, ensurepip = tools_of(python)
    wanted = ([] if venv else ["python3-venv"]) + ([] if pip or ensurepip else ["python3-pip"])
    systems_own = python.startswith("/usr/bin/")
    if wanted and systems_own and can_install() and install_packages(["python3-venv", "python3-pip"]):
        venv, pip, ensurepip = tools_of(python)
    lacks = ([] if venv else ["venv"]) + ([] if pip or ensurepip else ["pip"])
    if lacks:
        what = " and ".join(lacks)
        if systems_own and apt_get():
            how = "Have these installed and start again: sudo " + apt_line(["python3-venv", "python3-pip"])
        else:
            how = "Install Python from python.org, which brings both, and start again with that one."
        raise SetUpError(f"This Python ({python}) has no {what}, which is needed to set Bursar Desk up. {how}")
    if pip >= OLDEST_PIP:
        return True
    if ensurepip:
        return False
    raise SetUpError(f"pip of this Python ({python}) is too old; 22.3 or newer is needed. Update it and start again.")


def clear() -> None:
    """Take away what stands of an environment, except the door that this start holds."""
    for entry in list(ENVIRONMENT.iterdir()):
        if entry.name == DOOR:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def let_find_program() -> None:
    """Put the project's folder on the environment's path, relatively, so that the folder as a whole can be moved."""
    site = ENVIRONMENT / ("Lib/site-packages" if os.name == "nt" else f"lib/python{python_version()}/site-packages")
    (site / "bursar_desk_beside.pth").write_text(os.path.relpath(ROOT, site) + "\n", "utf-8")


def make(for_tests: bool, whole: bool) -> None:
    """Make the environment (``whole``) or add the test tools to it, and stamp it once it is complete."""
    python = base_python()
    outside_pip = ensure_tools(python)
    began = time.monotonic()
    with contextlib.suppress(FileNotFoundError):
        (ENVIRONMENT / STAMP).unlink()
    if whole:
        say("Setting up Bursar Desk in this folder: about 130 MB to fetch, about a minute. This is needed once.")
        clear()
        bare = ["--without-pip"] if outside_pip else []
        if run_quietly([python, "-m", "venv", *bare, str(ENVIRONMENT)], "Still making the environment"):
            raise SetUpError("Python could not make an environment in this folder; the lines above say why.")
    else:
        say("Adding the tools that the checks of Bursar Desk need.")
    lock = DEVELOPMENT if for_tests else RUNTIME
    inside = str(environment_python())
    pip = [python, "-m", "pip", "--python", inside] if outside_pip else [inside, "-m", "pip"]
    calm = ["--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"]
    if run_quietly([*pip, "install", *calm, "--require-hashes", "--compile", "-r", str(ROOT / lock)], "Still fetching"):
        raise SetUpError(
            "The parts that Bursar Desk is made of could not all be fetched; the lines above say why. "
            "No register was touched. Check the internet connection and start again."
        )
    let_find_program()
    stamp = {"python": python_version(), RUNTIME: fingerprint(RUNTIME)}
    if for_tests:
        stamp[DEVELOPMENT] = fingerprint(DEVELOPMENT)
    write_notes(STAMP, stamp)
    say(f"Set up in {time.monotonic() - began:.0f} seconds.")


def close_door(file: int) -> bool:
    """Try to take the operating system's lock; it ends by itself with the program that holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def one_at_a_time() -> "Iterator[None]":
    """Let one start make the environment while others wait."""
    ENVIRONMENT.mkdir(exist_ok=True)
    told = False
    while True:
        file = os.open(ENVIRONMENT / DOOR, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            # The folder may have been deleted by hand between opening and locking: then this is a lock on nothing.
            if close_door(file) and os.path.samestat(os.fstat(file), (ENVIRONMENT / DOOR).stat()):
                os.set_inheritable(file, True)
                yield
                return
        finally:
            os.close(file)
        if not told:
            say("Bursar Desk is being set up by another start; waiting for it.")
            told = True
        time.sleep(0.2)
        ENVIRONMENT.mkdir(exist_ok=True)


def prepare(for_tests: bool) -> None:
    """Bring the environment into order; a handful of milliseconds when it is."""
    if state(for_tests) == "ready":
        return
    try:
        with one_at_a_time():
            found = state(for_tests)  # another start may have done it while this one waited
            if found != "ready":
                make(for_tests, whole=found == "to be made")
    except OSError as problem:
        raise SetUpError(
            f"Setting up stopped: {problem.strerror}: {problem.filename or ENVIRONMENT}. Bursar Desk needs a folder "
            "that you may write to, with 500 MB of room. Mend that or copy Bursar Desk elsewhere, and start again."
        ) from problem


# --- what Qt needs from the system (Linux) --------------------------------------------------------------------------


def missing_libraries(group: str) -> "list[str]":
    """Which libraries of a group the system's loader cannot load."""
    import ctypes

    missing = []
    for library in LIBRARIES[group]:
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(library)
    return missing


def has_screen() -> bool:
    """Whether a real window can be shown here."""
    drawn_elsewhere = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal")
    return not drawn_elsewhere and bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def look_for_libraries() -> None:
    """Install or name the system libraries that are missing. Once found, they are not looked for again."""
    if not sys.platform.startswith("linux"):
        return
    seen = read_notes(LIBRARIES_SEEN)
    groups = [group for group in LIBRARIES if not seen.get(group) and (group == "drawing" or has_screen())]
    if not groups:
        return
    missing = {library: group for group in groups for library in missing_libraries(group)}
    packages = [LIBRARIES[group][library] for library, group in missing.items()]
    if missing and can_install() and install_packages(packages):
        missing = {library: group for library, group in missing.items() if library in missing_libraries(group)}
    if missing:
        say("Windows and pictures need system libraries that are not here: " + ", ".join(missing))
        if apt_get():
            say("Have them installed with this line: sudo " + apt_line(packages))
        return
    with contextlib.suppress(OSError):  # a folder that cannot be written: looked for again next time
        write_notes(LIBRARIES_SEEN, {**seen, **dict.fromkeys(groups, True)})


# --- running --------------------------------------------------------------------------------------------------------


def run_program(words: "Sequence[str]") -> int:
    """Become the program (or wait for it, on Windows, which cannot)."""
    # -P: a folder or file called `db` or `reports` where the person stands must not be taken for ours.
    command = [str(environment_python()), "-P", "-m", "bursar_desk", *words]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    return subprocess.call(command)


def run_checks(words: "Sequence[str]") -> int:
    """Style, types, tests; the first that is not content ends it. What measures time runs last and alone."""
    python = str(environment_python())
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    shared = ["-n", str(min(2, os.cpu_count() or 1)), "--dist", "loadfile", "-m", "not bench"]
    tests = [["pytest", *words]] if words else [["pytest", *shared], ["pytest", "-m", "bench"]]
    for tool in (["ruff", "check", "."], ["mypy"], *tests):
        say("$ " + " ".join(tool))
        code = subprocess.call([python, "-m", *tool], cwd=ROOT, env=environment)
        if code:
            return code
    return 0


def main(words: "Sequence[str]") -> int:
    """Set up if need be, then run what was asked for."""
    if sys.version_info < OLDEST:
        say("Bursar Desk needs Python {}.{} or newer; this is {}.{}.".format(*OLDEST, *sys.version_info[:2]))
        return 1
    for_tests = list(words[:1]) == ["test"]
    try:
        prepare(for_tests)
        look_for_libraries()
    except SetUpError as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("Stopped. What is missing is set up the next time.")
        return 130
    return run_checks(words[1:]) if for_tests else run_program(list(words) or ["desk", "--sample"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
