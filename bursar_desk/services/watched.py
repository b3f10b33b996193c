"""A watched folder, for example on a shared drive: its files are offered, never merged unasked, moved or locked.

Which folder is watched is this computer's own choice and is kept beside it, not in the register.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal

from bursar_desk.domain import words
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import kept_here, merging, registers
from bursar_desk.services.merging_files import SUFFIX, UNFINISHED, day_words, looks_unfinished

if TYPE_CHECKING:
    from bursar_desk.exchange.envelope import Header, Peek
    from bursar_desk.services.desk import Desk

State = Literal["new", "merged before", "not for us", "not whole yet", "damaged"]
_FOLDER: Final = "watched"
_KNOWN: Final = "watched files"
_MOST_KNOWN: Final = 500
_READ: Final = 1 << 20
_SIGNATURE: Final = 64


@dataclass(frozen=True, slots=True)
class Offer:
    """One file of the watched folder. ``made_ms`` is when it was last written there, or when it was made if known.

    ``same_as`` names another file of the folder with the very same content: one of them is enough.
    """

    path: Path
    sender: str
    made_ms: int
    size: int
    state: State
    sentence: str
    same_as: Path | None = None


@dataclass(frozen=True, slots=True)
class _Content:
    """What is in a file: its SHA-256 and what the first part of it says; ``why`` it is not a whole share file."""

    sha256: bytes
    sender: bytes
    kind: str
    recipients: tuple[bytes, ...]
    namespace: bytes
    why: str


def chosen(desk: Desk) -> Path | None:
    """Return the watched folder, whether it is there just now or not; nothing when none was chosen."""
    kept = kept_here.kept(desk, _FOLDER)
    return Path(kept) if isinstance(kept, str) and kept else None


def choose(desk: Desk, folder: Path) -> Path:
    """Watch a folder from now on. Raises ``UserError`` when it is not a folder."""
    whole = folder.expanduser().absolute()
    if not whole.is_dir():
        raise UserError(f"There is no folder called {folder}.", "Nothing was changed.", "Choose another one.")
    kept_here.keep(desk, _FOLDER, str(whole))
    return whole


def stop(desk: Desk) -> None:
    """Watch no folder any more; the files in it are left as they are."""
    kept_here.keep(desk, _FOLDER, None)
    kept_here.keep(desk, _KNOWN, None)


def offered(desk: Desk, progress: Progress | None = None) -> list[Offer]:
    """Return what lies in the watched folder, what can be merged first; nothing when no folder is watched.

    Content decides: conflict copies, doubles and half-fetched files are known by what is in them. Every file is read
    once; as long as it keeps its size and time, what was found is remembered. Raises ``Cancelled`` when stopped,
    ``UserError`` when the folder is gone.
    """
    folder, watch = chosen(desk), progress or Silent()
    if folder is None:
        return []
    files = _files(folder)
    known = _known(desk)
    fresh: dict[str, _Content] = {}
    found: list[tuple[Path, int, int, _Content]] = []
    for n, (path, size, when) in enumerate(files):
        watch.step(f"Looking at {n + 1} of {len(files)}: {path.name}", n, len(files))
        mark = f"{path.name}|{size}|{when}"
        content = known.get(mark) or _look(path, size, _Steps(watch, n, len(files), path.name))
        if content is not None:
            fresh[mark] = content
            found.append((path, size, when, content))
    if fresh != known:
        _remember(desk, fresh)
    return _offers(desk, found)


class _Steps:
    """One file's part of the whole, so that Stop is heard in the middle of a large file on a slow share."""

    def __init__(self, whole: Progress, n: int, files: int, name: str) -> None:
        self._whole, self._n, self._files = whole, n, files
        self._said = f"Looking at {n + 1} of {files}: {name}"

    def step(self, words_now: str, done: int, total: int) -> None:
        """Pass on how far this file is, in thousandths of a file."""
        del words_now
        self._whole.step(self._said, 1000 * self._n + 1000 * done // max(1, total), 1000 * self._files)


def _files(folder: Path) -> list[tuple[Path, int, int]]:
    """Return (path, size, last written in milliseconds) of the files of a folder, by name."""
    out = []
    try:
        for path in sorted(folder.iterdir()):
            with contextlib.suppress(FileNotFoundError):  # taken away while we looked
                if path.is_file() and not path.name.startswith((".", "~")):
                    facts = path.stat()
                    out.append((path, facts.st_size, facts.st_mtime_ns // 1_000_000))
    except OSError:
        raise UserError(
            f"The watched folder {folder} is not there.", "Nothing was changed.",
            "Connect the drive again, or choose another folder.",
        ) from None  # fmt: skip
    return out


# --- what is in a file -----------------------------------------------------------------------------------------------


def _look(path: Path, size: int, steps: Progress) -> _Content | None:
    """Read a file once; nothing when it is no share file by its content nor called one."""
    from bursar_desk.exchange import envelope

    try:
        front = envelope.peek(path)
        sha256, good = _sums(path, size, front, steps)
    except Refused as refused:
        code = str(getattr(refused, "code", ""))
        called_so = path.suffix.lower() == SUFFIX or looks_unfinished(path)
        half = path.suffix.lower() in UNFINISHED and code == "truncated" and size > 0
        return _Content(b"", b"", "", (), b"", code or "unreadable") if called_so or half else None
    header = front.header
    why = "" if good else "altered"
    return _Content(sha256, header.sender, header.kind, _readers(header), header.namespace, why)


def _readers(header: Header) -> tuple[bytes, ...]:
    return tuple(key for key, _ in header.recipients)


def _sums(path: Path, size: int, front: Peek, steps: Progress) -> tuple[bytes, bool]:
    """Return the SHA-256 of a whole file, and whether the signature at its end is the sender's."""
    from bursar_desk.exchange.envelope import EnvelopeRefused
    from bursar_desk.exchange.envelope_format import SIGN_LABEL
    from db.signed import signature_holds

    whole, signed = hashlib.sha256(), hashlib.sha256(SIGN_LABEL)
    tail = b""
    try:
        with path.open("rb") as file:
            for data in _parts(file, size, steps):
                whole.update(data)
                joined = tail + data
                tail = joined[-_SIGNATURE:]
                signed.update(joined[: -len(tail)])
    except OSError as why:
        raise EnvelopeRefused("unreadable", type(why).__name__) from None
    return whole.digest(), signature_holds(front.header.sender, tail, signed.digest())


def _parts(file: IO[bytes], size: int, steps: Progress) -> Iterator[bytes]:
    done = 0
    while data := file.read(_READ):
        yield data
        done += len(data)
        steps.step("", done, size)


# --- what was found is remembered ------------------------------------------------------------------------------------


def _known(desk: Desk) -> dict[str, _Content]:
    kept = kept_here.kept(desk, _KNOWN, {})
    out = {}
    for mark, text in kept.items() if isinstance(kept, dict) else ():
        with contextlib.suppress(ValueError, TypeError):
            sha256, sender, kind, readers, namespace, why = json.loads(text)
            out[mark] = _Content(
                bytes.fromhex(sha256), bytes.fromhex(sender), kind, tuple(bytes.fromhex(one) for one in readers),
                bytes.fromhex(namespace), why,
            )  # fmt: skip
    return out


def _remember(desk: Desk, found: dict[str, _Content]) -> None:
    """Keep what was found. Only whole files: one that is still on its way is looked at anew each time."""
    rows = {
        mark: json.dumps(
            [one.sha256.hex(), one.sender.hex(), one.kind, [r.hex() for r in one.recipients], one.namespace.hex(), ""]
        )
        for mark, one in list(found.items())[-_MOST_KNOWN:]
        if not one.why
    }
    with contextlib.suppress(OSError):  # it only saves time
        kept_here.keep(desk, _KNOWN, rows)


# --- what is said of it ----------------------------------------------------------------------------------------------

_ORDER: Final = ("new", "not whole yet", "damaged", "merged before", "not for us")


def _offers(desk: Desk, found: list[tuple[Path, int, int, _Content]]) -> list[Offer]:
    from bursar_desk.exchange.envelope import key_id
    from db.queries.exchange import imports

    with desk.store.connect() as con:
        made = {one.file: one.made for one in imports(con)}
    mine = {key_id(box.public) for box in registers.boxes(desk.store)}
    first: dict[bytes, Path] = {}
    out = []
    for path, size, when, content in found:
        one = _offer(desk, path, size, when, content, made, mine)
        if content.sha256:
            twin = first.setdefault(content.sha256, path)
            if twin is not path:
                said = f"{path.name} is the same file as {twin.name}. One of them is enough."
                one = Offer(path, one.sender, one.made_ms, size, one.state, said, twin)
        out.append(one)
    return sorted(out, key=lambda one: (_ORDER.index(one.state), -one.made_ms, one.path.name))


def _offer(
    desk: Desk, path: Path, size: int, when: int, content: _Content, made: dict[bytes, int], mine: set[bytes]
) -> Offer:
    sender = _sender(desk, content)
    if content.why:
        whole = content.why != "truncated"
        state: State = "damaged" if whole else "not whole yet"
        said = (
            f"{path.name} is damaged. Ask whoever sent it to send it again."
            if whole else f"{path.name} is not whole yet. Wait until it has all come."
        )  # fmt: skip
        return Offer(path, sender, when, size, state, said)
    if content.sha256 in made:
        at = made[content.sha256]
        return Offer(path, sender, at, size, "merged before", f"{sender}, made {day_words(at)}: merged before.")
    if content.kind not in merging.KINDS:
        said = f"{path.name} is another kind of file. Open it from the page it is for."
        return Offer(path, sender, when, size, "not for us", said)
    if mine.isdisjoint(content.recipients) or _other_family(desk, content):
        return Offer(path, sender, when, size, "not for us", f"{path.name} is not for this computer.")
    told = f"{sender}, {day_words(when)}, {words.file_size(size)}: ready to merge."
    return Offer(path, sender, when, size, "new", told)


def _other_family(desk: Desk, content: _Content) -> bool:
    return content.namespace != desk.store.facts.namespace


def _sender(desk: Desk, content: _Content) -> str:
    school = desk.trust.school_of_writer(content.sender) if content.sender else None
    return desk.school_name(school) if school else "A school you have not met yet" if content.sender else ""
