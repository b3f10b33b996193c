"""The bytes of an exchange file: pinned by a second writer, by published vectors and by a file kept for ever."""

from __future__ import annotations

import hashlib
import random
import struct
from pathlib import Path

import msgspec
import pytest
import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bursar_desk.exchange import envelope, envelope_format
from bursar_desk.exchange.keys import SigningIdentity
from tests.exchange.envelope_forge import (
    CERTIFICATE,
    CHUNK,
    NAMESPACE,
    READER,
    SENDER,
    STRANGER,
    Forge,
    hpke_key_schedule,
    hpke_open,
    hpke_seal,
    hpke_shared_secret,
)

KEPT = Path(__file__).parents[1] / "data" / "files"


def counting(size: int) -> bytes:
    """Entropy that can be written down: as many bytes as asked for, 16 of 'i' and then 32 of 'k'."""
    return {16: b"i" * 16, 32: b"k" * 32}[size]


def write(path: Path, body: bytes, **changes: object) -> envelope.Written:
    facts: dict[str, object] = {
        "kind": "exchange",
        "sender": SENDER.sign,
        "certificate": CERTIFICATE,
        "namespace": NAMESPACE,
        "recipients": [READER.box.public],
        "body": [body],
        "entropy": counting,
    }
    return envelope.write(path, **{**facts, **changes})  # type: ignore[arg-type]


def read_all(path: Path) -> bytes:
    with envelope.open_file(path, [READER.box]) as opened:
        return opened.body.read(1 << 30)


# ---------------------------------------------------------------- our writer against the second one
def test_a_written_file_is_byte_for_byte_what_the_layout_says(tmp_path: Path) -> None:
    body = b"twelve fire doors"
    written = write(tmp_path / "f", body, recipients=[READER.box.public, STRANGER.box.public])
    data = (tmp_path / "f").read_bytes()
    assert data[:8] == bytes.fromhex("894244580d0a1a0a")
    version, length = struct.unpack(">HI", data[8:14])
    assert version == 1
    header = msgspec.msgpack.decode(data[14 : 14 + length])
    chunk, signature = data[14 + length : -64], data[-64:]
    packed = ChaCha20Poly1305(b"k" * 32).decrypt(
        bytes(11) + b"\x01", chunk, hashlib.sha256(data[: 14 + length]).digest()
    )
    assert zstandard.ZstdDecompressor().decompressobj().decompress(packed) == body
    keys = [READER.box, STRANGER.box]
    assert header == [
        b"i" * 16,
        "exchange",
        SENDER.sign.public,
        CERTIFICATE,
        [],
        1,
        [len(body), len(packed), 1, 0],
        [[hashlib.sha256(box.public).digest()[:8], wrapped[1]] for box, wrapped in zip(keys, header[7], strict=True)],
        NAMESPACE,
    ]
    for box, (_, wrapped) in zip(keys, header[7], strict=True):
        assert hpke_open(wrapped, box.private, b"bursar.filekey.1" + b"i" * 16) == b"k" * 32
    Ed25519PublicKey.from_public_bytes(SENDER.sign.public).verify(
        signature, hashlib.sha256(b"bursar.file.1" + data[:-64]).digest()
    )
    assert written == envelope.Written(b"i" * 16, len(data), len(packed), hashlib.sha256(data).digest(), len(body))
    assert envelope.file_sha256(tmp_path / "f") == written.sha256


def test_every_chunk_carries_its_number_and_only_the_last_one_the_flag(tmp_path: Path) -> None:
    body = random.Random(7).randbytes(3 * CHUNK + 5)
    write(tmp_path / "f", body)
    data = (tmp_path / "f").read_bytes()
    front = 14 + struct.unpack(">I", data[10:14])[0]
    bind, packed = hashlib.sha256(data[:front]).digest(), b""
    sealed = data[front:-64]
    pieces = [sealed[at : at + CHUNK + 16] for at in range(0, len(sealed), CHUNK + 16)]
    for index, piece in enumerate(pieces):
        nonce = struct.pack(">QI", index, int(index == len(pieces) - 1))
        packed += ChaCha20Poly1305(b"k" * 32).decrypt(nonce, piece, bind)
    assert len(pieces) == 4
    assert zstandard.ZstdDecompressor().decompressobj().decompress(packed) == body


def test_no_two_chunks_can_share_a_nonce() -> None:
    seen = {envelope_format.nonce(index, last) for index in range(5000) for last in (False, True)}
    assert len(seen) == 10_000
    assert {len(each) for each in seen} == {12}


def test_a_file_of_the_second_writer_opens(tmp_path: Path) -> None:
    forge = Forge(plain=random.Random(1).randbytes(CHUNK * 2))
    (tmp_path / "f").write_bytes(forge.bytes())
    with envelope.open_file(tmp_path / "f", [READER.box]) as opened:
        assert opened.body.read(1 << 30) == forge.plain
        assert opened.sender == SENDER.sign.public
        assert opened.addressed_to == READER.box.public
        assert opened.sha256 == hashlib.sha256(forge.bytes()).digest()
        header = opened.header
    assert (header.kind, header.namespace, header.certificate) == ("exchange", NAMESPACE, CERTIFICATE)
    assert (header.plain, header.chunks) == (CHUNK * 2, 3)


def test_a_card_is_signed_and_readable_by_anybody(tmp_path: Path) -> None:
    write(tmp_path / "card", b"the root statement", kind="card", recipients=[])
    with envelope.open_file(tmp_path / "card", []) as opened:
        assert opened.body.read(100) == b"the root statement"
        assert opened.addressed_to is None
        assert opened.header.suite == 0
    (tmp_path / "forged").write_bytes(Forge(kind="card", suite=0).bytes())
    assert read_all(tmp_path / "forged") == Forge().plain


def test_facts_a_later_program_adds_to_the_header_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(Forge(extra=["something new", 7]).bytes())
    assert read_all(tmp_path / "f") == Forge().plain


def test_an_attacker_who_shares_our_key_id_does_not_keep_us_out(tmp_path: Path) -> None:
    forge = Forge()
    mine = forge.wrapped(READER.box.public)
    (tmp_path / "f").write_bytes(forge.but(recipients=[[mine[0], b"x" * 80], mine]).bytes())
    assert read_all(tmp_path / "f") == forge.plain


@pytest.mark.parametrize("name", ["exchange-v1.bdx", "card-v1.bdx"])
def test_the_first_files_ever_kept_still_open(name: str) -> None:
    with envelope.open_file(KEPT / name, [READER.box]) as opened:
        body = opened.body.read(1 << 20)
        assert opened.header.namespace == NAMESPACE
        assert opened.sender == SENDER.sign.public
    assert body == b"".join(b"%d: weekly fire alarm test, call point %d\n" % (n, n % 12) for n in range(300))


# ---------------------------------------------------------------- published vectors
def test_rfc_9180_a_2_1_base_mode() -> None:
    info = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    ephemeral = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600")
    )
    recipient = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
    )
    public = recipient.public_key().public_bytes_raw()
    enc = ephemeral.public_key().public_bytes_raw()
    assert public.hex() == "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"
    assert enc.hex() == "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
    shared = hpke_shared_secret(ephemeral.exchange(recipient.public_key()), enc, public)
    assert shared.hex() == "0bbe78490412b4bbea4812666f7916932b828bba79942424abb65244930d69a7"
    key, nonce = hpke_key_schedule(shared, info)
    assert key.hex() == "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91"
    assert nonce.hex() == "5c4d98150661b848853b547f"
    plain = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
    sealed = hpke_seal(plain, public, info, ephemeral, aad=b"Count-0")
    assert sealed[32:].hex() == (
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    )
    # The library takes no associated data; without it, it must agree with the code the vector has just proved.
    library = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
    assert library.decrypt(hpke_seal(plain, public, info, ephemeral), recipient, info=info) == plain
    assert hpke_open(library.encrypt(plain, recipient.public_key(), info=info), recipient, info) == plain


@pytest.mark.parametrize(
    ("secret", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_rfc_8032_ed25519(secret: str, public: str, message: str, signature: str) -> None:
    identity = SigningIdentity(bytes.fromhex(secret))
    assert identity.public.hex() == public
    assert identity.sign(bytes.fromhex(message)).hex() == signature
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(identity.public).verify(bytes.fromhex(signature), b"another message")
    assert Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw().hex() == public


def test_rfc_8439_2_8_2_chacha20_poly1305() -> None:
    aead = ChaCha20Poly1305(bytes(range(0x80, 0xA0)))
    plain = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
        b"sunscreen would be it."
    )
    sealed = aead.encrypt(bytes.fromhex("070000004041424344454647"), plain, bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
    assert sealed[:16].hex() == "d31a8d34648e60db7b86afbc53ef7ec2"
    assert sealed[-16:].hex() == "1ae10b594f09e26a7e902ecbd0600691"
    with pytest.raises(InvalidTag):
        aead.decrypt(bytes.fromhex("070000004041424344454647"), sealed, b"")
