"""Another program's reader of exchange files, written from docs/FORMAT.md alone: it shares no code with Bursar Desk.

``read(path, secrets)`` opens a file, checks every hash and signature in it, and returns plain dicts and lists.
``state(files)`` works out what the records say. Bytes are given in hex, days and moments as the numbers they are.
Numbers in brackets are sections of the paper.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MAGIC = bytes.fromhex("894244580D0A1A0A")
CHUNK = 262_144
ZERO = bytes(32)
unpack = msgspec.msgpack.decode


class Wrong(Exception):  # noqa: N818 - read as a sentence
    """The file is not what the paper says a file is."""


def must(condition: object, what: str) -> None:
    if not condition:
        raise Wrong(what)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def signed(public: bytes, signature: bytes, message: bytes, what: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except Exception as why:
        raise Wrong(what) from why


# ---------------------------------------------------------------- 2: the outside
def read(path: Path, secrets: Sequence[bytes] = ()) -> dict[str, Any]:
    """Read a file with X25519 secrets of 32 bytes; an open file needs none."""
    data = path.read_bytes()
    must(data[:8] == MAGIC, "magic")
    version, length = struct.unpack(">HI", data[8:14])
    must(version == 1 and length <= 262_144, "version")
    front, signature = data[: 14 + length], data[-64:]
    fields = unpack(data[14 : 14 + length])
    file_id, kind, sender, certificate, needs, suite, sizes, recipients, namespace = fields[:9]
    must(not needs, "needs a feature this reader does not know")
    must((suite == 0) == (kind == "card") and suite in (0, 1), "suite")
    signed(sender, signature, sha(b"bursar.file.1", data[:-64]), "signature of the file")
    plain, packed, chunks, _blobs = sizes
    key = _file_key(file_id, recipients, secrets) if suite else None
    body = b"".join(_chunks(data[14 + length : -64], front, key, packed, chunks))
    frames = list(_frames(_unpacked(body, plain)))
    out = {
        "file": {
            "id": file_id.hex(), "kind": kind, "sender": sender.hex(), "namespace": namespace.hex(),
            "suite": suite, "recipients": len(recipients),
        },
        **_content(frames, namespace),
    }  # fmt: skip
    if certificate:
        out["file"]["certificate"] = statement(certificate, namespace)
    return out


def recovery_secret(seed: bytes) -> bytes:
    """The X25519 secret of a recovery sheet [2.2]."""
    return _expand(hmac.digest(bytes(32), seed, "sha256"), b"bursar.recovery.box.1", 32)


def sheet_seed(lines: Sequence[str]) -> bytes:
    """The 32 bytes of a recovery sheet from its eight lines as they are printed [2.2]."""
    seed = b""
    for line in lines:
        letters = [one for one in line if one.isalpha()][:8]
        seed += bytes.fromhex("".join(f"{'ACDEFHJKMNPRTWXY'.index(one):x}" for one in letters))
    return seed


def _file_key(file_id: bytes, recipients: list[Any], secrets: Sequence[bytes]) -> bytes:
    for secret in secrets:
        private = X25519PrivateKey.from_private_bytes(secret)
        public = private.public_key().public_bytes_raw()
        for key_id, wrapped in recipients:
            if key_id == sha(public)[:8]:
                return _hpke_open(private, public, wrapped, b"bursar.filekey.1" + file_id)
    raise Wrong("not addressed to any of these keys")


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    out, block, n = b"", b"", 1
    while len(out) < length:
        block = hmac.digest(key, block + info + bytes([n]), "sha256")
        out, n = out + block, n + 1
    return out[:length]


def _hpke_open(private: X25519PrivateKey, public: bytes, wrapped: bytes, info: bytes) -> bytes:
    """RFC 9180, base mode, DHKEM(X25519, HKDF-SHA-256), HKDF-SHA-256, ChaCha20-Poly1305."""
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"

    def extract(name: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + name + label + ikm, "sha256")

    def expand(name: bytes, key: bytes, label: bytes, data: bytes, length: int) -> bytes:
        return _expand(key, struct.pack(">H", length) + b"HPKE-v1" + name + label + data, length)

    encapsulated, sealed = wrapped[:32], wrapped[32:]
    shared = private.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    secret = expand(kem, extract(kem, b"", b"eae_prk", shared), b"shared_secret", encapsulated + public, 32)
    about = b"\x00" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    inner = extract(suite, secret, b"secret", b"")
    key = expand(suite, inner, b"key", about, 32)
    return ChaCha20Poly1305(key).decrypt(expand(suite, inner, b"base_nonce", about, 12), sealed, b"")


def _chunks(data: bytes, front: bytes, key: bytes | None, packed: int, chunks: int) -> Iterator[bytes]:
    tag = 16 if key else 0
    must(len(data) == packed + chunks * tag and chunks == max(1, -(-packed // CHUNK)), "sizes")
    for n in range(chunks):
        part = data[n * (CHUNK + tag) : (n + 1) * (CHUNK + tag)]
        if key:
            nonce = struct.pack(">Q3xB", n, n == chunks - 1)
            part = ChaCha20Poly1305(key).decrypt(nonce, part, sha(front))
        yield part


def _unpacked(body: bytes, plain: int) -> bytes:
    out = b""
    while body:
        if body[1:4] == b"\x2a\x4d\x18" and 0x50 <= body[0] <= 0x5F:  # a frame to pass over
            body = body[8 + int.from_bytes(body[4:8], "little") :]
            continue
        one = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).decompressobj()
        out += one.decompress(body)
        body = one.unused_data
        must(len(out) <= plain, "more than declared")
    must(len(out) == plain, "less than declared")
    return out


# ---------------------------------------------------------------- 3: frames
def _frames(body: bytes) -> Iterator[list[Any]]:
    at = 0
    while at < len(body):
        (length,) = struct.unpack_from(">I", body, at)
        must(at + 4 + length <= len(body) and length <= 4 * 1024 * 1024, "a frame")
        yield unpack(body[at + 4 : at + 4 + length])
        at += 4 + length


def _content(frames: list[list[Any]], namespace: bytes) -> dict[str, Any]:
    must(frames and frames[-1][0] == "end", "no end")
    heads: list[tuple[list[Any], list[bytes]]] = []
    blobs: list[tuple[bytes, int, list[bytes]]] = []
    out: dict[str, Any] = {"have": [], "statements": [], "wants": []}
    for name, *parts in frames[:-1]:
        match name:
            case "segment":
                heads.append((parts, []))
            case "commits":
                heads[-1][1].extend(parts[0])
            case "blob":
                blobs.append((parts[0], parts[1], []))
            case "bytes":
                blobs[-1][2].append(parts[0])
            case _:
                _small(out, name, parts, namespace)
    out["segments"] = [_segment(*head, bodies, namespace) for head, bodies in heads]
    out["blobs"] = [{"sha256": sha256.hex(), "size": size} for sha256, size, _ in blobs]
    for sha256, size, pieces in blobs:
        must(sha(*pieces) == sha256 and sum(map(len, pieces)) == size, "an attached file")
    must(frames[-1][1:] == [len(heads), sum(len(bodies) for _, bodies in heads), len(blobs)], "something is missing")
    return out


def _small(out: dict[str, Any], name: str, parts: list[Any], namespace: bytes) -> None:
    match name:
        case "made":
            out["made"] = parts[0]
        case "have":
            out["have"] = [[stream.hex(), seq, head.hex()] for stream, seq, head in parts[0]]
        case "statements":
            out["statements"] += [statement(raw, namespace) for raw in parts[0]]
        case "extract":
            out["extract"] = _extract(parts[0], namespace)
        case "fingerprint":
            out["fingerprint"] = _fingerprint(*parts)
        case "wants":
            out["wants"] = [one.hex() for one in parts[0]]
        case _:
            raise Wrong(f"frame {name}")


def _fingerprint(day: int, code: str, parts: list[Any]) -> dict[str, Any]:
    leaves = sorted(
        part if isinstance(part, bytes) else sha(part[0], struct.pack(">q", part[1]), part[2]) for part in parts
    )
    letters = base64.b32encode(sha(b"bursar.fingerprint.1", *leaves)).decode()[:16]
    must(code == "-".join(letters[n : n + 4] for n in (0, 4, 8, 12)), "a fingerprint")
    return {"day": day, "code": code, "lines": len(parts)}


# ---------------------------------------------------------------- 4: history
def _segment(
    packed: bytes, start: int, prev: bytes, count: int, seal: bytes, bodies: list[bytes], namespace: bytes
) -> dict[str, Any]:
    theirs, school, channel, writer, epoch = unpack(packed)
    stream = sha(b"bursar.stream.1", packed)[:16]
    must(theirs == namespace and len(bodies) == count and (start == 1) == (prev == ZERO), "a segment")
    commits, running = [], prev
    for seq, body in enumerate(bodies, start):
        one, running = _commit(stream, seq, running, body)
        commits.append(one)
    signed(writer, seal, b"bursar.seal.1" + stream + struct.pack(">q", start + count - 1) + running, "a seal")
    return {
        "stream": stream.hex(), "school": school.hex(), "channel": channel, "writer": writer.hex(),
        "epoch": epoch.hex(), "start": start, "commits": commits,
    }  # fmt: skip


def _commit(stream: bytes, seq: int, prev: bytes, body: bytes) -> tuple[dict[str, Any], bytes]:
    stamp, grant, ops = unpack(body)
    digests, told = [], []
    for stem, content in zip(ops[0::2], ops[1::2], strict=True):
        if content is None:
            head, values = stem, None
        else:
            head, values = stem + b"\xc4\x20" + sha(content), unpack(content)[1]
        digests.append(sha(head))
        kind, table, row, links, _hash = unpack(head)
        op = (stamp >> 16).to_bytes(6, "big") + sha(b"bursar.op.1", stream, digests[-1])[:10]
        gone = content is None
        told.append(
            {"id": op, "kind": kind, "table": table, "row": row, "links": links, "values": values, "erased": gone}
        )
    numbers = struct.pack(">qq", seq, stamp)
    running = sha(b"bursar.commit.1", stream, numbers, prev, grant or bytes(16), *digests)
    must(told and told[0]["kind"] == 6, "a commit begins with its act")
    return {
        "seq": seq, "hash": running.hex(), "stamp": stamp, "grant": grant.hex() if grant else None, "act": told[0],
        "ops": told[1:],
    }, running  # fmt: skip


# ---------------------------------------------------------------- 5: statements
def statement(raw: bytes, namespace: bytes) -> dict[str, Any]:
    payload, signer, signature = unpack(raw)
    signed(signer, signature, b"bursar.statement.1" + payload, "a statement")
    kind, theirs, school, facts = unpack(payload)
    must(theirs == namespace, "a statement of another family")
    return {"kind": kind, "school": school.hex(), "signer": signer.hex(), "facts": facts, "hash": sha(raw).hex()}


def _extract(said: dict[str, Any], namespace: bytes) -> dict[str, Any]:
    return {"grant": statement(said["grant"], namespace), "tables": said["tables"], "cover": said["cover"]}


# ---------------------------------------------------------------- appendix A: names
_LINE = re.compile(r"(\d+) (\w+) (\S+) (fact|editable) key=('[^']*'|None) (\d+) (\S+) (latest|safer|earlier) ?(.*)")


def registry(paper: str) -> dict[int, dict[str, Any]]:
    """The tables and columns as the paper lists them."""
    block = paper.split("```registry\n")[1].split("\n```", maxsplit=1)[0]
    tables: dict[int, dict[str, Any]] = {}
    for line in block.splitlines():
        found = _LINE.fullmatch(line)
        must(found, line)
        assert found is not None
        number, name, channel, sort, _key, column, fields, rule, order = found.groups()
        table = tables.setdefault(
            int(number), {"name": name, "channel": channel, "fact": sort == "fact", "columns": []}
        )
        must(int(column) == len(table["columns"]), "columns are listed in order")
        names = [field.split(":")[0] for field in fields.split("+")]
        table["columns"].append({"names": names, "rule": rule, "order": order.split(",")})
    return tables


# ---------------------------------------------------------------- 6: what the records say
def state(files: Sequence[dict[str, Any]], tables: dict[int, dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Rows by table and id, from own and settling streams and from grants: steps 1 and 6 to 9 of the paper.

    Enough for files in which nothing is late, undone or erased, and nobody went beyond their rights.
    """
    births: dict[tuple[int, bytes], list[Any]] = defaultdict(list)
    changes: dict[tuple[int, bytes], list[Any]] = defaultdict(list)
    for segment, stamp, op in _once(files):
        cover = segment["channel"].startswith("cover/")
        reach = segment["stream"] if cover else segment["school"]
        if op["table"] not in tables:
            continue
        if op["kind"] in (0, 1):
            row = op["row"] or op["id"]
            births[op["table"], row].append((op, stamp, {segment["school"], segment["stream"]}))
        elif op["kind"] in (2, 3):
            changes[op["table"], op["row"]].append((op, stamp, reach))
    out: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for (number, row), born in sorted(births.items()):
        reached = set().union(*(places for _, _, places in born))
        mine = [(op, stamp) for op, stamp, reach in changes[number, row] if reach in reached]
        shown = _row(tables[number], [(op, stamp) for op, stamp, _ in born], mine)
        if shown is not None:
            out[tables[number]["name"]][row.hex()] = shown
    return dict(out)


def _once(files: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int, dict[str, Any]]]:
    seen: set[tuple[str, str]] = set()
    for file in files:
        for segment in file["segments"]:
            for commit in segment["commits"]:
                if (segment["stream"], commit["hash"]) not in seen:
                    seen.add((segment["stream"], commit["hash"]))
                    yield from ((segment, commit["stamp"], op) for op in commit["ops"])


def _row(table: dict[str, Any], born: list[Any], changes: list[Any]) -> dict[str, Any] | None:
    shown: dict[str, Any] = {}
    current: set[bytes] = set()
    sets = [(op, stamp) for op, stamp in changes if op["kind"] == 2]
    columns = list(enumerate(table["columns"]))
    if table["fact"]:
        columns.append((255, {"names": ["standing"], "rule": "latest", "order": []}))
    for number, column in columns:
        rivals = [(_first(op, number), stamp, op["id"]) for op, stamp in born]
        rivals += [(op["values"][number], stamp, op["id"]) for op, stamp in sets if number in op["values"]]
        gone = {one for op, _ in sets if number in op["values"] for one in op["links"].get(number, [])}
        heads = [rival for rival in rivals if rival[2] not in gone]
        current |= {op for _, _, op in heads}
        value = _shown(column, heads)
        parts = value if len(column["names"]) > 1 and value is not None else [value] * len(column["names"])
        shown.update(zip(column["names"], parts, strict=True))
    deletes = [op for op, _ in changes if op["kind"] == 3]
    if deletes and current <= {one for op in deletes for one in op["links"]}:
        return None
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in shown.items()}


def _first(op: dict[str, Any], number: int) -> Any:
    if number == 255:
        return "stands"
    return op["values"][number] if op["values"] is not None and number < len(op["values"]) else None


def _shown(column: dict[str, Any], heads: list[tuple[Any, int, bytes]]) -> Any:
    latest_first = sorted(heads, key=lambda head: (head[1], head[2]), reverse=True)
    if column["rule"] == "safer":
        order = column["order"]
        latest_first.sort(key=lambda head: order.index(head[0]) if head[0] in order else len(order) + (head[0] is None))
    elif column["rule"] == "earlier":
        latest_first.sort(key=lambda head: (head[0] is None, head[0] or 0))
    return latest_first[0][0]


def plain(value: Any) -> Any:
    """The same with bytes in hex and every map's keys as text, as JSON has it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(plain(name)): plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value
