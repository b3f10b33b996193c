"""Who is who follows from the statements held, in whatever order they come; what nobody vouches for says nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bursar_desk.exchange.keys import SigningIdentity
from db import layout
from db import statements as st
from db.statements import TrustBook
from tests.storage.histories import Cast
from tests.storage.workbench import Bench, own_keys


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bench, Cast, list[st.Statement]]]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("trust")
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        with Bench.open(folder, patch) as bench:
            cast = Cast.meet(bench)
            with cast.template.connect() as con:
                yield bench, cast, st.stored(con)


def said_of(book: TrustBook) -> object:
    """All that follows, without any order."""
    return (
        {school: (root.root, root.name, root.recovery_box) for school, root in book.roots.items()},
        {school: frozenset(one.sign for one in listed) for school, listed in book.computers.items()},
        {(one.school, one.subject, one.channels, one.settles, one.role) for one in book.readers},
        book.grants, book.lent,
    )  # fmt: skip


def test_the_order_of_statements_does_not_matter(met: tuple[Bench, Cast, list[st.Statement]]) -> None:
    _, _, statements = met
    assert {one.kind for one in statements} == {"root", "computer", "reader", "grant"}
    whole = said_of(TrustBook.of(statements))
    for n, order in enumerate(itertools.permutations(statements)):
        if n % 97 == 0:
            assert said_of(TrustBook.of(order)) == whole
        if n > 40_000:
            break
    assert said_of(TrustBook.of([*statements, *statements])) == whole


def test_what_another_schools_key_signed_certifies_nobody(met: tuple[Bench, Cast, list[st.Statement]]) -> None:
    bench, cast, statements = met
    before = said_of(TrustBook.of(statements))
    stranger = SigningIdentity.generate()
    computer = {"sign": stranger.public, "box": bytes(32), "label": "PC", "letter": "Z"}
    reader = {
        "subject": cast.b, "subject_root": stranger.public, "channels": ["compliance", "private"], "settles": True,
        "role": "hub",
    }  # fmt: skip
    for signer in (stranger, cast.signers["b"], cast.signers["a1"]):
        forged = [
            st.make(st.COMPUTER, cast.namespace, cast.a, computer, signer),
            st.make(st.READER, cast.namespace, cast.a, reader, signer),
        ]
        assert said_of(TrustBook.of([*forged, *statements])) == before
        assert said_of(TrustBook.of([*statements, *forged])) == before
    lent = dict(next(one for one in statements if one.kind == st.GRANT).facts)
    forged_grant = st.make(st.GRANT, cast.namespace, cast.a, {**lent, "most_entries": 10_000}, cast.signers["b"])
    assert said_of(TrustBook.of([*statements, forged_grant])) == before
    assert bench is not None


def test_rights_are_what_the_owning_school_says(met: tuple[Bench, Cast, list[st.Statement]]) -> None:
    _, cast, statements = met
    book = TrustBook.of(statements)

    def right(school: bytes, channel: str, who: str) -> str | None:
        meta = layout.StreamMeta(cast.namespace, school, channel, cast.signers[who].public, bytes(16))
        found = book.writer_of(meta)
        return found[0] if found else None

    assert right(cast.a, "compliance", "a1") == right(cast.a, "private", "a2") == "own"
    assert right(cast.a, "compliance", "hub") == right(cast.a, "people", "hub") == "settle"
    assert right(cast.a, "private", "hub") is None
    assert right(cast.a, "admin", "hub") is None
    assert right(cast.a, "compliance", "b") is None
    assert right(cast.b, "compliance", "a1") is None
    assert right(cast.a, "cover/" + "00" * 16, "b") is None
    assert book.may_read(cast.b, cast.a, "people")
    assert not book.may_read(cast.b, cast.a, "compliance")
    assert not book.may_read(cast.b, cast.a, "private")
    assert book.may_read(cast.a, cast.a, "private")


@pytest.mark.parametrize("place", range(0, 300, 11))
def test_a_changed_bit_in_a_statement_is_noticed(met: tuple[Bench, Cast, list[st.Statement]], place: int) -> None:
    _, _, statements = met
    raw = next(one for one in statements if one.kind == st.ROOT).raw
    place %= len(raw)
    changed = raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :]
    try:
        read = st.read(changed)
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError):
        return
    assert not st.signed(read)


def test_a_statement_of_a_kind_nobody_knows_yet_is_kept_and_passed_on(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, Bench.open(tmp_path, patch) as bench:
        store = bench.school("St Anne", "105219")
        other = bench.second(store, "anne-2")
        newer = st.make("newer", store.facts.namespace, store.facts.home, {"what": 1}, own_keys(bench, store))
        before = said_of(store.trust)
        store.add_statements([newer])
        assert said_of(store.trust) == before
        bench.exchange(store, other)
        with other.connect() as con:
            assert newer.hash in {one.hash for one in st.stored(con)}
