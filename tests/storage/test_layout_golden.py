"""The bytes of the log, pinned by golden vectors that are built here by hand and never by the layout itself."""

from __future__ import annotations

import hashlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bursar_desk.domain.identity import derived_row, office_id, operation_id, school_id
from bursar_desk.domain.operations import ActNote, Kind
from bursar_desk.exchange.keys import SigningIdentity
from db import layout
from db import statements as st

SALT = bytes(range(12))
ROW = bytes(range(0x20, 0x30))
ACT = bytes(range(0x40, 0x50))
PERSON = bytes(range(0x50, 0x60))
OLD = bytes(range(0x60, 0x70))
NAMESPACE = bytes(range(0x70, 0x80))
SCHOOL = bytes(range(0x80, 0x90))
EPOCH = bytes(range(0x90, 0xA0))
SEED = bytes(range(0xA0, 0xC0))
PUBLIC = bytes.fromhex("4fd099ccd47d7893dfe9ec24414ecb0d9b5420232aad30d91c465be33cbe65c4")
STAMP = 1_768_212_000_123 << 16 | 7
MS = (1_768_212_000_123).to_bytes(6, "big")


# ---------------------------------------------------------------- msgpack by hand, from its public description
def _bin(data: bytes) -> bytes:
    assert len(data) < 256
    return b"\xc4" + bytes([len(data)]) + data


def _text(words: str) -> bytes:
    data = words.encode()
    assert len(data) < 32
    return bytes([0xA0 | len(data)]) + data


def _list(*parts: bytes) -> bytes:
    assert len(parts) < 16
    return bytes([0x90 | len(parts)]) + b"".join(parts)


def _map(**parts: bytes) -> bytes:
    assert len(parts) < 16
    return bytes([0x80 | len(parts)]) + b"".join(_text(key) + value for key, value in parts.items())


def _int64(number: int) -> bytes:
    return b"\xcf" + struct.pack(">Q", number)


NIL = b"\xc0"


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


# ---------------------------------------------------------------- operations
FACT_BODY = _list(_bin(SALT), _list(_bin(ROW), b"\xcd\x50\x00", _text("satisfactory")))
FACT_STEM = b"\x95" + b"\x00" + b"\x05" + NIL + NIL
FACT_HEAD = _list(b"\x00", b"\x05", NIL, NIL, _bin(_sha(FACT_BODY)))
SET_BODY = _list(_bin(SALT), b"\x82" + b"\x04" + _text("high") + b"\x0c" + _list(_text("cones"), NIL))
SET_STEM = b"\x95" + b"\x02" + b"\x08" + _bin(ROW) + b"\x82" + b"\x04" + _list(_bin(OLD)) + b"\x0c" + b"\x90"
SET_HEAD = SET_STEM + _bin(_sha(SET_BODY))
ACT_BODY = _list(_bin(SALT), _list(_text("Dawn"), _text("Fire alarm")))
ACT_STEM = b"\x95" + b"\x06" + b"\x08" + _bin(ACT) + _list(_bin(PERSON), NIL, NIL)
ACT_HEAD = ACT_STEM + _bin(_sha(ACT_BODY))

META = _list(_bin(NAMESPACE), _bin(SCHOOL), _text("compliance"), _bin(PUBLIC), _bin(EPOCH))
STREAM = _sha(b"bursar.stream.1", META)[:16]
COMMIT = _list(
    _int64(STAMP),
    NIL,
    _list(_bin(ACT_STEM), _bin(ACT_BODY), _bin(FACT_STEM), _bin(FACT_BODY), _bin(SET_STEM), _bin(SET_BODY)),
)
COMMIT_HASH = _sha(
    b"bursar.commit.1", STREAM, struct.pack(">qq", 1, STAMP), bytes(32), bytes(16), _sha(ACT_HEAD), _sha(FACT_HEAD),
    _sha(SET_HEAD),
)  # fmt: skip
SEAL_MESSAGE = b"bursar.seal.1" + STREAM + struct.pack(">q", 1) + COMMIT_HASH
PAYLOAD = _list(
    _text("computer"), _bin(NAMESPACE), _bin(SCHOOL),
    _map(sign=_bin(PUBLIC), box=_bin(bytes(32)), label=_text("OFFICE-1"), letter=_text("A")),
)  # fmt: skip

# Written down once, when the layout was settled. A line that no longer holds means that registers in schools can no
# longer be read: never change one, add a new version beside it.
GOLDEN = {
    "fact stem": "950005c0c0",
    "fact body": (
        "92c40c000102030405060708090a0b93c410202122232425262728292a2b2c2d2e2fcd5000ac7361746973666163746f"
        "7279"
    ),
    "fact head": "950005c0c0c420ad261a48d697e96b71dbf4518af1127527414d44cbca364a7ef89745b88374cf",
    "fact digest": "89c959b17db8131d35fd01730aca8fde252bdc978dbbbf756337d713c87e0b8d",
    "fact id": "019bb1a5ed7b4c0faf13b7ea494baa3a",
    "change stem": "950208c410202122232425262728292a2b2c2d2e2f820491c410606162636465666768696a6b6c6d6e6f0c90",
    "change head": (
        "950208c410202122232425262728292a2b2c2d2e2f820491c410606162636465666768696a6b6c6d6e6f0c90c420425d"
        "f9568c945f8276b2316c1aea2cab608d31f7d8cace75e5b9f542aeb26d55"
    ),
    "change digest": "aacaaa698107d02ff12ce9b3cae105ca10d91ca2e811790998a67a0bcb3455fd",
    "act stem": "950608c410404142434445464748494a4b4c4d4e4f93c410505152535455565758595a5b5c5d5e5fc0c0",
    "act body": "92c40c000102030405060708090a0b92a44461776eaa4669726520616c61726d",
    "act digest": "22fc97db875076c56704d456d43bdba3c231170de71ce891caab6c05c6a4a724",
    "stream meta": (
        "95c410707172737475767778797a7b7c7d7e7fc410808182838485868788898a8b8c8d8e8faa636f6d706c69616e6365"
        "c4204fd099ccd47d7893dfe9ec24414ecb0d9b5420232aad30d91c465be33cbe65c4c410909192939495969798999a9b"
        "9c9d9e9f"
    ),
    "stream key": "6212e616bab5259a2c9244b582953caa",
    "commit": (
        "93cf019bb1a5ed7b0007c096c42a950608c410404142434445464748494a4b4c4d4e4f93c41050515253545556575859"
        "5a5b5c5d5e5fc0c0c42092c40c000102030405060708090a0b92a44461776eaa4669726520616c61726dc405950005c0"
        "c0c43292c40c000102030405060708090a0b93c410202122232425262728292a2b2c2d2e2fcd5000ac73617469736661"
        "63746f7279c42c950208c410202122232425262728292a2b2c2d2e2f820491c410606162636465666768696a6b6c6d6e"
        "6f0c90c41f92c40c000102030405060708090a0b8204a4686967680c92a5636f6e6573c0"
    ),
    "commit hash": "be92ce505a9c584455694924383a2408a894fcb3f4efdaec6f9390bf331a0027",
    "seal message": (
        "6275727361722e7365616c2e316212e616bab5259a2c9244b582953caa0000000000000001be92ce505a9c5844556949"
        "24383a2408a894fcb3f4efdaec6f9390bf331a0027"
    ),
    "seal": (
        "aa7a90502fe9eedd0aadb00f9fc7f2fa1cef7397a958575e31b622482f79bc1646a67ea19a83f6877e9802f9460754e3"
        "b392755ea0cbe6756f97613133d1e807"
    ),
    "statement": (
        "93c49494a8636f6d7075746572c410707172737475767778797a7b7c7d7e7fc410808182838485868788898a8b8c8d8e"
        "8f84a47369676ec4204fd099ccd47d7893dfe9ec24414ecb0d9b5420232aad30d91c465be33cbe65c4a3626f78c42000"
        "00000000000000000000000000000000000000000000000000000000000000a56c6162656ca84f46464943452d31a66c"
        "6574746572a141c4204fd099ccd47d7893dfe9ec24414ecb0d9b5420232aad30d91c465be33cbe65c4c4403ffe60a13c"
        "994203a8f058d9ac6b5f655bed06e48aea066963c8beb29fa2f5f217e34016afa6e255933f14e63a9f52611f43baf64e"
        "99f140d65740be06b92f0d"
    ),
}


def _by_hand() -> dict[str, bytes]:
    """Every vector from this file's own msgpack, hashlib and the signing library alone."""
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    signature = key.sign(b"bursar.statement.1" + PAYLOAD)
    return {
        "fact stem": FACT_STEM,
        "fact body": FACT_BODY,
        "fact head": FACT_HEAD,
        "fact digest": _sha(FACT_HEAD),
        "fact id": MS + _sha(b"bursar.op.1", STREAM, _sha(FACT_HEAD))[:10],
        "change stem": SET_STEM,
        "change head": SET_HEAD,
        "change digest": _sha(SET_HEAD),
        "act stem": ACT_STEM,
        "act body": ACT_BODY,
        "act digest": _sha(ACT_HEAD),
        "stream meta": META,
        "stream key": STREAM,
        "commit": COMMIT,
        "commit hash": COMMIT_HASH,
        "seal message": SEAL_MESSAGE,
        "seal": key.sign(SEAL_MESSAGE),
        "statement": _list(_bin(PAYLOAD), _bin(PUBLIC), _bin(signature)),
    }


def test_the_vectors_built_by_hand_are_the_ones_written_down() -> None:
    assert {name: data.hex() for name, data in _by_hand().items()} == GOLDEN


# ---------------------------------------------------------------- what the program makes
def _fact() -> layout.Packed:
    return layout.pack_operation(Kind.FACT, 5, None, None, [ROW, 0x5000, "satisfactory"], SALT)


def _change() -> layout.Packed:
    return layout.pack_operation(Kind.SET, 8, ROW, {4: [OLD], 12: []}, {4: "high", 12: ["cones", None]}, SALT)


def _act() -> layout.Packed:
    return layout.pack_act(ActNote(ACT, 8, PERSON, None, None, "Dawn", "Fire alarm"), SALT)


def _meta() -> layout.StreamMeta:
    return layout.StreamMeta(NAMESPACE, SCHOOL, "compliance", PUBLIC, EPOCH)


def test_an_operation_has_these_bytes() -> None:
    fact = _fact()
    assert (fact.stem.hex(), fact.body.hex()) == (GOLDEN["fact stem"], GOLDEN["fact body"])
    assert fact.digest.hex() == GOLDEN["fact digest"]
    assert layout.id_of(STREAM, STAMP, fact.digest).hex() == GOLDEN["fact id"]
    assert operation_id(STAMP, b"0123456789abcdef") == MS + b"0123456789"
    change = _change()
    assert (change.stem.hex(), change.digest.hex()) == (GOLDEN["change stem"], GOLDEN["change digest"])
    assert layout.read_stem(change.stem) == (2, 8, ROW, {4: [OLD], 12: []})
    assert layout.read_body(change.body) == {4: "high", 12: ["cones", None]}


def test_an_act_has_these_bytes() -> None:
    act = _act()
    assert (act.stem.hex(), act.body.hex(), act.digest.hex()) == (
        GOLDEN["act stem"], GOLDEN["act body"], GOLDEN["act digest"],
    )  # fmt: skip
    assert layout.read_act(act.stem, act.body) == ActNote(ACT, 8, PERSON, None, None, "Dawn", "Fire alarm")


def test_an_erased_operation_keeps_its_head_and_so_its_digest() -> None:
    assert layout.head_digest(FACT_HEAD, None).hex() == GOLDEN["fact digest"]
    assert layout.read_stem(SET_HEAD, whole=True)[:3] == (2, 8, ROW)
    erased = layout.read_act(ACT_HEAD, None)
    assert (erased.act, erased.who, erased.subject) == (ACT, "erased", "erased")


def test_a_stream_is_named_by_these_bytes() -> None:
    meta = _meta()
    assert (meta.packed().hex(), meta.key.hex()) == (GOLDEN["stream meta"], GOLDEN["stream key"])
    assert layout.read_meta(bytes.fromhex(GOLDEN["stream meta"])) == meta


def test_a_commit_has_these_bytes_and_this_hash() -> None:
    ops = [_act(), _fact(), _change()]
    body = layout.pack_commit(STAMP, None, ops)
    assert body.hex() == GOLDEN["commit"]
    read = layout.read_commit(bytes.fromhex(GOLDEN["commit"]))
    assert (read.stamp, read.grant, len(read.ops)) == (STAMP, None, 6)
    digests = b"".join(layout.commit_digests(read))
    assert digests == b"".join(op.digest for op in ops)
    assert layout.commit_hash(_meta().key, 1, STAMP, layout.ZERO_HASH, None, digests).hex() == GOLDEN["commit hash"]


def test_a_commit_under_a_grant_has_the_grant_inside_its_hash() -> None:
    grant = bytes(range(1, 17))
    expected = _sha(b"bursar.commit.1", STREAM, struct.pack(">qq", 3, STAMP), b"p" * 32, grant, _sha(FACT_HEAD))
    assert layout.commit_hash(STREAM, 3, STAMP, b"p" * 32, grant, _sha(FACT_HEAD)) == expected
    body = layout.pack_commit(STAMP, grant, [_fact()])
    assert body == _list(_int64(STAMP), _bin(grant), _list(_bin(FACT_STEM), _bin(FACT_BODY)))


def test_a_seal_signs_these_bytes_and_has_this_signature() -> None:
    key = SigningIdentity(SEED)
    message = layout.seal_message(STREAM, 1, COMMIT_HASH)
    assert message.hex() == GOLDEN["seal message"]
    assert key.sign(message).hex() == GOLDEN["seal"]
    Ed25519PublicKey.from_public_bytes(PUBLIC).verify(bytes.fromhex(GOLDEN["seal"]), SEAL_MESSAGE)


def test_a_statement_has_these_bytes() -> None:
    facts = {"sign": PUBLIC, "box": bytes(32), "label": "OFFICE-1", "letter": "A"}
    made = st.make(st.COMPUTER, NAMESPACE, SCHOOL, facts, SigningIdentity(SEED))
    assert made.raw.hex() == GOLDEN["statement"]
    read = st.read(bytes.fromhex(GOLDEN["statement"]))
    assert st.signed(read)
    assert (read.kind, read.namespace, read.school, read.facts) == ("computer", NAMESPACE, SCHOOL, facts)
    assert read.hash == _sha(bytes.fromhex(GOLDEN["statement"]))


def _named(label: bytes, *parts: bytes) -> bytes:
    return _sha(label, *(struct.pack(">I", len(part)) + part for part in parts))[:16]


def test_schools_offices_and_shared_rows_have_these_names() -> None:
    assert school_id(NAMESPACE, "105219") == _named(b"bursar.school.1", NAMESPACE, b"105219")
    assert office_id(NAMESPACE, PUBLIC) == _named(b"bursar.office.1", NAMESPACE, PUBLIC)
    expected = _named(b"bursar.row.1", NAMESPACE, SCHOOL, b"school_check", b"FIRE-04")
    assert derived_row(NAMESPACE, SCHOOL, "school_check", "FIRE-04") == expected
    assert school_id(NAMESPACE, "105219").hex() == "28adecbad1493137cd59321e05fd1092"
    assert expected.hex() == "b256ff3c98921dd6e7d4b4d4f56726e8"


def test_the_numbers_of_the_kinds_are_permanent() -> None:
    assert {kind.name: kind.value for kind in Kind} == {
        "FACT": 0, "CREATE": 1, "SET": 2, "DELETE": 3, "ERASE": 4, "NOTE": 5, "ACT": 6,
    }  # fmt: skip
