"""Main keys, lost computers and ended covers: what is believed follows from the set of statements alone."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as hs

from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import cover_channel
from bursar_desk.exchange.keys import RecoveryKey, SigningIdentity
from db import layout
from db import statements as st
from db.statements import TrustBook

SPACE, SCHOOL, OTHER = b"n" * 16, b"a" * 16, b"b" * 16
GRANT_ID = b"g" * 16


def key(name: str) -> SigningIdentity:
    """A key pair by name: the same name, the same key."""
    return SigningIdentity(name.encode().ljust(32, b"."))


def sheet(name: str) -> RecoveryKey:
    return RecoveryKey.from_seed(name.encode().ljust(32, b"."))


def root(name: str, recovery: str, school: bytes = SCHOOL) -> st.Statement:
    printed = sheet(recovery)
    facts = {
        "name": "Hollybank", "sort": "school", "urn": "100001", "recovery_sign": printed.sign.public,
        "recovery_box": printed.box.public,
    }  # fmt: skip
    return st.make(st.ROOT, SPACE, school, facts, key(name))


def change(to: str, recovery: str, signer: SigningIdentity, *, school: bytes = SCHOOL, said: int = 1) -> st.Statement:
    printed = sheet(recovery)
    facts = {
        "root": key(to).public, "recovery_sign": printed.sign.public, "recovery_box": printed.box.public,
        "reason": "lost", "said": said,
    }  # fmt: skip
    return st.make(st.ROOT_CHANGE, SPACE, school, facts, signer)


def computer(name: str, signer: SigningIdentity, *, school: bytes = SCHOOL, **more: Any) -> st.Statement:
    facts = {"sign": key(name).public, "box": bytes(32), "label": name, "letter": "A", **more}
    return st.make(st.COMPUTER, SPACE, school, facts, signer)


def revoke(
    name: str, signer: SigningIdentity, *, seen: list[list[Any]] | None = None, reason: str = "lost",
    school: bytes = SCHOOL, **more: Any,
) -> st.Statement:  # fmt: skip
    facts = {"sign": key(name).public, "seen": seen or [], "reason": reason, "said": 5, **more}
    return st.make(st.REVOKE, SPACE, school, facts, signer)


def grant(signer: SigningIdentity, *, last: int = 20, school: bytes = SCHOOL) -> st.Statement:
    lent = Grant(GRANT_ID, school, OTHER, "Sam", (key("helper").public,), (bytes(32),), (b"c" * 16,), 10, last, 40, 100)
    return st.make(st.GRANT, SPACE, school, st.grant_facts(lent), signer)


def withdraw(signer: SigningIdentity, seen: list[list[Any]], school: bytes = SCHOOL) -> st.Statement:
    return st.make(st.WITHDRAW, SPACE, school, {"id": GRANT_ID, "seen": seen, "said": 9}, signer)


def reader(owner: bytes, subject: bytes, subject_root: SigningIdentity, signer: SigningIdentity) -> st.Statement:
    facts = {
        "subject": subject, "subject_root": subject_root.public, "channels": ["compliance"], "settles": True,
        "role": "hub",
    }  # fmt: skip
    return st.make(st.READER, SPACE, owner, facts, signer)


def stream(writer: str, channel: str = "compliance", school: bytes = SCHOOL) -> layout.StreamMeta:
    return layout.StreamMeta(SPACE, school, channel, key(writer).public, bytes(16))


def point(writer: str, seq: int, channel: str = "compliance", school: bytes = SCHOOL) -> list[Any]:
    return [stream(writer, channel, school).key, seq, bytes([seq]) * 32]


def said_of(book: TrustBook) -> object:
    """All that follows, without any order."""
    return (
        book.roots, {school: (line.walk, dict(line.ranks), dict(line.sheets)) for school, line in book.lines.items()},
        {school: frozenset(listed) for school, listed in book.computers.items()},
        {school: frozenset(book.current(school)) for school in book.computers},
        frozenset(book.readers), book.grants, book.lent, book.revoked, book.withdrawn, book.doubtful,
    )  # fmt: skip


# ---------------------------------------------------------------- main keys
def test_a_main_key_brought_in_by_the_sheet_is_the_current_one_and_old_certificates_stay_good() -> None:
    said = [
        root("r0", "s0"), computer("pc1", key("r0")), change("r1", "s1", sheet("s0").sign), computer("pc2", key("r1"))
    ]  # fmt: skip
    book = TrustBook.of(said)
    assert book.roots[SCHOOL].root == key("r1").public
    assert book.roots[SCHOOL].recovery_box == sheet("s1").box.public
    assert {one.label for one in book.computers[SCHOOL]} == {"pc1", "pc2"}
    [news] = st.root_news(TrustBook.of(said[:2]), book)
    assert (news.school, news.root, news.by) == (SCHOOL, key("r1").public, "recovery")
    assert st.root_news(book, book) == []


def test_who_stole_the_main_key_cannot_outrun_the_sheet() -> None:
    thief = [change("t1", "ts", key("r0")), *(change(f"t{n + 1}", "ts", key(f"t{n}")) for n in range(1, 12))]
    mine = change("r1", "s1", sheet("s0").sign)
    for said in ([root("r0", "s0"), mine, *thief], [*thief, root("r0", "s0"), mine]):
        assert TrustBook.of(said).roots[SCHOOL].root == key("r1").public
    later = change("r2", "s2", key("r1"))
    assert TrustBook.of([root("r0", "s0"), *thief, mine, later]).roots[SCHOOL].root == key("r2").public


def test_of_two_equals_the_smaller_hash_is_current_and_both_may_certify() -> None:
    one, two = change("x", "s1", key("r0")), change("y", "s2", key("r0"))
    said = [root("r0", "s0"), one, two, computer("px", key("x")), computer("py", key("y"))]
    book = TrustBook.of(said)
    assert book.roots[SCHOOL].root == min((one, two), key=lambda each: each.hash).facts["root"]
    assert {each.label for each in book.computers[SCHOOL]} == {"px", "py"}


def test_a_change_nobody_introduced_has_no_effect_and_is_named_uninvited() -> None:
    known = [root("r0", "s0"), computer("pc1", key("r0"))]
    book = TrustBook.of(known)
    strange = change("x", "xs", key("stranger"))
    from_another_school = change("y", "ys", key("r0"), school=OTHER)
    again = root("x", "xs")
    assert said_of(TrustBook.of([*known, strange, computer("px", key("x"))])) == said_of(book)
    assert st.uninvited(book, [strange]) == [strange]
    assert st.uninvited(book, [again]) == [again]
    assert st.uninvited(book, [from_another_school]) == [], "a school nobody knows yet claims nothing known"
    first, second = change("r1", "s1", key("r0")), change("r2", "s2", sheet("s1").sign)
    assert st.uninvited(book, [second, first, known[0]]) == [], "a whole line may come at once, in any order"
    assert st.uninvited(book, [second]) == [second]


def test_a_circle_of_keys_ends() -> None:
    said = [
        root("r0", "s0"),
        change("r1", "s1", key("r0")),
        change("r0", "s0", key("r1")),
        change("r1", "s1", key("r1")),
    ]
    assert [step.root for step in TrustBook.of(said).lines[SCHOOL].walk] == [key("r0").public, key("r1").public]


def test_a_reader_named_by_an_earlier_key_still_reads() -> None:
    said = [
        root("r0", "s0"), root("h0", "hs", OTHER), computer("hub", key("h0"), school=OTHER),
        reader(SCHOOL, OTHER, key("h0"), key("r0")), change("h1", "hs1", sheet("hs").sign, school=OTHER),
        change("r1", "s1", sheet("s0").sign),
    ]  # fmt: skip
    book = TrustBook.of(said)
    assert book.may_read(OTHER, SCHOOL, "compliance")
    assert book.writer_of(stream("hub")) == ("settle", ())
    wrong = reader(SCHOOL, OTHER, key("somebody"), key("r0"))
    assert not TrustBook.of([*said[:3], wrong]).may_read(OTHER, SCHOOL, "compliance")


# ---------------------------------------------------------------- computers
def test_a_counter_signed_certificate_must_hold_and_one_without_is_believed() -> None:
    r0 = [root("r0", "s0")]

    def certified(**more: Any) -> bool:
        return bool(TrustBook.of([*r0, computer("pc", key("r0"), **more)]).computers)

    mine = {"sign": key("pc").public, "box": bytes(32), "label": "pc"}
    request = st.make(st.REQUEST, SPACE, SCHOOL, mine, key("pc"))
    assert certified()
    assert certified(asked=request.raw)
    for wrong in (
        st.make(st.REQUEST, SPACE, SCHOOL, mine, key("other")),
        st.make(st.REQUEST, SPACE, OTHER, mine, key("pc")),
        st.make(st.REQUEST, SPACE, SCHOOL, {**mine, "box": b"x" * 32}, key("pc")),
        st.make(st.READER, SPACE, SCHOOL, mine, key("pc")),
    ):
        assert not certified(asked=wrong.raw)
    assert not certified(asked=request.raw[:-1] + bytes([request.raw[-1] ^ 1]))
    assert not certified(asked=b"")
    assert not certified(asked=7)


def test_a_lost_computer_keeps_what_was_seen_and_gets_no_more_files() -> None:
    one, two = point("pc1", 3), point("pc1", 9, "people")
    said = [
        root("r0", "s0"), computer("pc1", key("r0")), computer("pc2", key("r0")),
        revoke("pc1", key("r0"), seen=[one]), revoke("pc1", key("r0"), seen=[two], reason="left"),
    ]  # fmt: skip
    book = TrustBook.of(said)
    limit = book.limit_of(stream("pc1"))
    assert limit is not None
    assert limit.seen == {tuple(one), tuple(two)}, "the union of what was seen"
    assert (limit.late, limit.why) == ("held", "this computer was reported lost")
    assert book.limit_of(stream("pc2")) is None
    assert [each.label for each in book.current(SCHOOL)] == ["pc2"]
    assert len(book.computers[SCHOOL]) == 2
    assert book.school_of_writer(key("pc1").public) == SCHOOL
    assert book.writer_of(stream("pc1")) == ("own", ())
    left = TrustBook.of([*said[:3], said[4]]).limit_of(stream("pc1"))
    assert left is not None
    assert left.why == "this computer was handed back"


def test_nobody_but_the_school_reports_its_computers_lost() -> None:
    base = [
        root("r0", "s0"),
        root("b0", "bs", OTHER),
        computer("pc1", key("r0")),
        computer("b1", key("b0"), school=OTHER),
    ]
    before = said_of(TrustBook.of(base))
    for forged in (
        revoke("pc1", key("b0")), revoke("pc1", key("b0"), school=OTHER), revoke("pc1", key("pc1")),
        revoke("pc1", sheet("s0").sign), revoke("pc1", key("r0"), school=OTHER), revoke("nobody", key("r0")),
    ):  # fmt: skip
        assert said_of(TrustBook.of([*base, forged])) == before
    claimed = [computer("pc1", key("b0"), school=OTHER), revoke("pc1", key("b0"), school=OTHER)]
    assert TrustBook.of([*base, *claimed]).limit_of(stream("pc1")) is None, "not even by certifying it as its own"


def test_an_earlier_main_key_cannot_report_lost_what_a_later_one_let_in() -> None:
    base = [root("r0", "s0"), computer("pc1", key("r0")), change("r1", "s1", sheet("s0").sign)]
    fresh, again = computer("pc2", key("r1")), computer("pc1", key("r1"))
    assert TrustBook.of([*base, fresh, revoke("pc2", key("r0"))]).revoked == {}
    assert TrustBook.of([*base, revoke("pc1", key("r0"))]).limit_of(stream("pc1")) is not None
    assert TrustBook.of([*base, again, revoke("pc1", key("r0"))]).revoked == {}
    assert TrustBook.of([*base, fresh, revoke("pc2", key("r1"))]).limit_of(stream("pc2")) is not None


def test_an_offices_lost_computer_settles_no_more() -> None:
    base = [
        root("r0", "s0"), root("h0", "hs", OTHER), computer("hub", key("h0"), school=OTHER),
        reader(SCHOOL, OTHER, key("h0"), key("r0")),
    ]  # fmt: skip
    assert TrustBook.of(base).limit_of(stream("hub")) is None
    limit = TrustBook.of([*base, revoke("hub", key("h0"), school=OTHER)]).limit_of(stream("hub"))
    assert limit is not None
    assert limit.late == "held"


# ---------------------------------------------------------------- covers
def test_an_ended_cover_asks_to_confirm_what_came_later() -> None:
    channel = cover_channel(GRANT_ID)
    base = [root("r0", "s0"), computer("pc1", key("r0")), root("b0", "bs", OTHER), grant(key("pc1"))]
    base.append(computer("helper", key("b0"), school=OTHER))
    seen = point("helper", 4, channel)
    limit = TrustBook.of([*base, withdraw(key("pc1"), [seen])]).limit_of(stream("helper", channel))
    assert limit == st.Limit(frozenset({tuple(seen)}), "confirm", "recorded after the cover was ended")
    before = said_of(TrustBook.of(base))
    for forged in (withdraw(key("helper"), []), withdraw(key("helper"), [], OTHER), withdraw(key("r0"), [])):
        book = TrustBook.of([*base, forged])
        assert book.limit_of(stream("helper", channel)) is None
        assert said_of(book) == before or forged.school == OTHER
    lost = TrustBook.of([*base, revoke("helper", key("b0"), school=OTHER)])
    assert lost.limit_of(stream("helper", channel)) is None, "the covered school ends its cover itself"


def test_a_cover_only_a_lost_computer_agreed_is_held_unless_the_school_stands_by_it() -> None:
    channel = cover_channel(GRANT_ID)
    lent = grant(key("pc1"))
    base = [root("r0", "s0"), computer("pc1", key("r0")), computer("pc2", key("r0")), lent]
    lost = TrustBook.of([*base, revoke("pc1", key("r0"))])
    limit = lost.limit_of(stream("helper", channel))
    assert limit is not None
    assert limit.late == "held"
    assert lost.writer_of(stream("helper", channel)) is not None, "what comes is kept, not refused"
    stood_by = TrustBook.of([*base, revoke("pc1", key("r0"), grants=[lent.hash])])
    assert stood_by.limit_of(stream("helper", channel)) is None
    wider = grant(key("pc1"), last=999)
    book = TrustBook.of([*base, wider, revoke("pc1", key("r0"), grants=[lent.hash])])
    assert {one.last for one in book.lent[GRANT_ID]} == {20}, "a wider one the thief made says nothing"


# ---------------------------------------------------------------- all of it, in any order
@dataclass
class Chance:
    """Draws a heap of statements, good ones and forgeries, over few names so that they meet."""

    draw: random.Random
    keys: list[SigningIdentity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = [key(n) for n in ("r0", "r1", "r2", "t", "pc1", "pc2", "b0")] + [
            sheet(n).sign for n in ("s0", "s1", "s2")
        ]

    def statement(self) -> st.Statement:
        pick, signer, school = (
            self.draw.random(),
            self.draw.choice(self.keys),
            self.draw.choice([SCHOOL, SCHOOL, OTHER]),
        )
        name = self.draw.choice(["pc1", "pc2", "helper"])
        if pick < 0.35:
            return change(
                self.draw.choice(["r1", "r2", "t"]), self.draw.choice(["s0", "s1", "s2"]), signer, school=school,
                said=self.draw.randrange(3),
            )  # fmt: skip
        if pick < 0.6:
            return computer(name, signer, school=school)
        if pick < 0.8:
            more: dict[str, Any] = {"grants": [grant(key("pc1")).hash]} if self.draw.random() < 0.3 else {}
            seen = [point(name, self.draw.randrange(1, 5))]
            return revoke(
                name, signer, school=school, seen=seen, reason=self.draw.choice(["lost", "left", "?"]), **more
            )
        if pick < 0.9:
            return grant(self.draw.choice([key("pc1"), key("pc2")]), last=self.draw.randrange(20, 23), school=school)
        return withdraw(key(name), [point("helper", self.draw.randrange(1, 5), cover_channel(GRANT_ID))], school)


@given(seed=hs.integers(0, 2**32), size=hs.integers(3, 18))
@settings(max_examples=150, deadline=None)
def test_the_book_follows_from_the_set_alone(seed: int, size: int) -> None:
    chance = Chance(random.Random(seed))
    said = [root("r0", "s0"), root("b0", "s2", OTHER), computer("pc1", key("r0")), grant(key("pc1"))]
    said += [chance.statement() for _ in range(size)]
    whole = said_of(TrustBook.of(said))
    for _ in range(4):
        chance.draw.shuffle(said)
        assert said_of(TrustBook.of([*said, *said[: size // 2]])) == whole
    for one in said:
        assert st.read(one.raw) == one
        assert st.well_formed(one)


def test_ill_formed_statements_are_seen_for_what_they_are_and_change_nothing() -> None:
    base = [root("r0", "s0"), computer("pc1", key("r0"))]
    before = said_of(TrustBook.of(base))
    good = dict(revoke("pc1", key("r0")).facts)
    hostile: list[object] = [
        [7], [[b"x" * 16, 0, bytes(32)]], [[b"x" * 15, 1, bytes(32)]], [[b"x" * 16, 1, bytes(31)]],
        [[b"x" * 16, "1", bytes(32)]], [[b"x" * 16, 1, bytes(32), 1]], {"a": 1}, None,
    ]  # fmt: skip
    made = [st.make(st.REVOKE, SPACE, SCHOOL, {**good, "seen": seen}, key("r0")) for seen in hostile]
    made += [st.make(st.REVOKE, SPACE, SCHOOL, {**good, "grants": [1]}, key("r0"))]
    made += [st.make(st.REVOKE, SPACE, SCHOOL, {**good, "sign": b"short"}, key("r0"))]
    made += [st.make(st.ROOT_CHANGE, SPACE, SCHOOL, {"root": key("r1").public}, key("r0"))]
    made += [st.make(st.WITHDRAW, SPACE, SCHOOL, {"id": GRANT_ID, "seen": 3, "said": 1}, key("pc1"))]
    for one in made:
        assert not st.well_formed(one)
        assert said_of(TrustBook.of([*base, st.read(one.raw)])) == before
    assert msgspec.msgpack.decode(made[0].payload)[0] == "revoke"
