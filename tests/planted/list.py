"""The kept list: faults a careful person could make in what merges, travels and is trusted, and who has to notice.

Each was thought of as a mistake that reads well: an off-by-one, a check that seems to be made elsewhere, a rule that
holds on one computer. When the code around one changes, ``test_planted_list`` says so and the place is set anew.
"""

from __future__ import annotations

from typing import Final

from tests.planted.fault import Fault

_TRANSFER: Final = "tests/exchange/test_transfer.py"
_REFUSALS: Final = "tests/exchange/test_transfer_refusals.py"
_STORIES: Final = "tests/exchange/test_simulation.py"
_ACCIDENTS: Final = "tests/exchange/test_accidents.py"
_SECOND_HAND: Final = "tests/exchange/test_allowed_by_another_hand.py"
_HAND_GRANT: Final = f"{_SECOND_HAND}::test_one_grant_allows_what_the_second_hand_allows"
_HAND_RIGHT: Final = f"{_SECOND_HAND}::test_a_stream_is_written_by_the_right_and_up_to_the_limit_the_second_hand_finds"
_HAND_READER: Final = f"{_SECOND_HAND}::test_a_channel_is_read_by_whom_the_second_hand_lets_read_it"
_HAND_ENTRY: Final = f"{_SECOND_HAND}::test_an_entry_counts_where_the_second_hand_lets_it_count"
_LEAKS: Final = "tests/exchange/test_leak_scan.py"
_REFERENCE: Final = "tests/storage/test_merge_is_the_reference.py"
_WITNESS: Final = "tests/storage/test_witness_and_epochs.py"
_STATEMENTS: Final = "tests/storage/test_statements.py"
_COMPUTERS: Final = "tests/services/test_computers_lifecycle.py"
_VERIFY: Final = "tests/storage/test_verify.py"
_OPENING: Final = "tests/exchange/test_envelope_refusals.py"
_WRITING: Final = "tests/exchange/test_envelope_writing.py"

SENDING: Final = (
    Fault(
        "gaps-are-acknowledged", "db/chains.py",
        "chain.head_seq, chain.head) for chain in rooted(con, stream.sno))",
        "chain.head_seq, chain.head) for chain in chains_of(con, stream.sno))",
        (_TRANSFER, _STORIES),
    ),
    Fault(
        "counters-without-hashes", "bursar_desk/exchange/sending.py",
        "if chain.start_seq <= seq <= chain.head_seq and chains.hash_at(con, chain.cid, seq) == head:",
        "if chain.start_seq <= seq <= chain.head_seq:",
        (_TRANSFER, _ACCIDENTS, _STORIES),
    ),
    Fault(
        "acknowledgements-only-grow", "db/take_in.py",
        '    con.exec_driver_sql("DELETE FROM peer_have WHERE peer=?", (file.sender,))\n',
        "",
        (_TRANSFER, _ACCIDENTS, _STORIES),
    ),
    Fault(
        "only-what-the-first-reader-lacks", "bursar_desk/exchange/sending.py",
        "start = min((theirs.get(",
        "start = max((theirs.get(",
        (_TRANSFER, _STORIES),
    ),
    Fault(
        "private-things-for-who-reads-the-rest", "db/statements.py",
        "        if channel == PRIVATE:\n            return False\n",
        "",
        (_HAND_READER,),
    ),
    Fault(
        "unlisted-texts-go-into-packs", "db/extract.py",
        "if column.name not in ALLOWED[spec.name]:",
        'if column.name not in ALLOWED[spec.name] and column.fields[0].type != "text":',
        (_LEAKS,),
    ),
    Fault(
        "reasons-for-absence-among-people", "bursar_desk/domain/registry.py",
        'Table(10, "absence_reason", PRIVATE,',
        'Table(10, "absence_reason", PEOPLE,',
        ("tests/storage/test_what_travels.py", "tests/storage/test_registry_is_permanent.py"),
    ),
    Fault(
        "a-column-nobody-listed-is-written", "db/wire.py",
        "if column is not None and not travel.listed(table, column):",
        "if column is not None and table.channel not in travel.TRAVELS:",
        ("tests/storage/test_what_travels.py",),
    ),
    Fault(
        "a-file-is-not-read-back", "bursar_desk/exchange/envelope_write.py",
        "            _read_back(scratch, unlock, total.digest())\n",
        "",
        (_WRITING,),
    ),
)

TAKING_IN: Final = (
    Fault(
        "forks-are-dropped", "db/chains.py",
        "if on is not None and seq <= on.head_seq and hash_at(self._con, on.cid, seq) == wanted:",
        "if on is not None and seq <= on.head_seq:",
        (_TRANSFER, _WITNESS, _STORIES),
    ),
    Fault(
        "sums-count-entries-held-already", "db/chains.py",
        "self._stream.channel, [commits[p.index].hash for p in placed])",
        "self._stream.channel, [commit.hash for commit in commits])",
        (_TRANSFER,),
    ),
    Fault(
        "the-same-file-counts-again", "db/take_in.py",
        '"SELECT 1 FROM import_log WHERE file=?"',
        '"SELECT 1 FROM import_log WHERE sender=?"',
        (_TRANSFER,),
    ),
    Fault(
        "differences-count-as-added", "db/take_in.py",
        "receipt.came - receipt.known - receipt.held - receipt.conflicts",
        "receipt.came - receipt.known - receipt.held",
        ("tests/services/test_merging_results.py",),
    ),
    Fault(
        "own-line-ahead-goes-unnoticed", "db/take_in.py",
        "        if new and mine:\n",
        "        if new and mine and intake.forked:\n",
        (_WITNESS, _STORIES),
    ),
    Fault(
        "one-wrong-clock-drags-the-others", "bursar_desk/domain/stamps.py",
        "self.last = max(self.last, min(theirs, of_wall(wall + DRIFT_MS)))",
        "self.last = max(self.last, theirs)",
        (_REFUSALS,),
    ),
    Fault(
        "erased-content-comes-back", "db/take_in.py",
        "    return commit if left is None else chains.NewCommit(commit.seq, commit.hash, left)",
        "    return commit",
        ("tests/storage/test_erasing.py", _REFERENCE),
    ),
    Fault(
        "erased-content-stays-in-the-log", "db/rebuild.py",
        "    if erasing.strip(con):\n        rebuild(con, emptied=True)\n",
        "",
        ("tests/storage/test_erasing.py", _LEAKS),
    ),
    Fault(
        "content-is-taken-out-before-it-is-judged", "db/rebuild.py",
        "    rebuild(con, emptied=True)\n    if erasing.strip(con):\n        rebuild(con, emptied=True)\n",
        "    erasing.strip(con)\n    rebuild(con, emptied=True)\n",
        (_REFERENCE,),
    ),
    Fault(
        "an-undone-merge-still-counts-at-its-ends", "db/contexts.py",
        "if any(low <= pos <= high for low, high in self.aside):",
        "if any(low < pos < high for low, high in self.aside):",
        ("tests/storage/test_undoing_merges.py", _REFERENCE),
    ),
)

MERGING: Final = (
    Fault(
        "a-change-before-its-row-is-forgotten", "db/applier.py",
        "            orphans = self._orphans([row[0] for row in rows])\n",
        "            orphans: set[bytes] = set()\n",
        (_REFERENCE,),
    ),
    Fault(
        "the-second-making-of-a-row-is-ignored", "db/applier.py",
        "            self._pending.derived.add((row, table.number))\n",
        "",
        (_REFERENCE,),
    ),
    Fault(
        "a-delete-hides-what-it-never-saw", "db/heads.py",
        "if seen.get((row, tab)) and current <= seen[row, tab]:",
        "if seen.get((row, tab)):",
        (_REFERENCE,),
    ),
    Fault(
        "a-fast-clock-hides-a-hazard", "bursar_desk/domain/shown.py",
        'if column.shown == "safer":',
        'if column.shown == "safest":',
        (_REFERENCE,),
    ),
    Fault(
        "the-last-to-arrive-is-shown", "bursar_desk/domain/shown.py",
        "return max(heads, key=lambda head: (head.stamp, head.op))",
        "return heads[-1]",
        (_REFERENCE,),
    ),
    Fault(
        "a-replacement-reaches-other-cells", "db/heads.py",
        '"SELECT s.row, s.cell, s.op FROM temp.wanted_cell w JOIN superseded s ON s.row=w.row AND s.cell=w.cell"',
        '"SELECT w.row, w.cell, s.op FROM temp.wanted_cell w JOIN superseded s ON s.row=w.row"',
        (_REFERENCE,),
    ),
    Fault(
        "equal-values-are-a-difference", "bursar_desk/domain/shown.py",
        "return any(head.value != heads[0].value for head in heads[1:])",
        "return len(heads) > 1",
        (_REFERENCE,),
    ),
)

TRUST: Final = (
    Fault(
        "rights-of-a-covering-person-are-not-asked", "db/applier.py",
        'return "" if "" in said else said[-1]',
        'return "" if said else "outside the delegation"',
        (_HAND_ENTRY, _REFUSALS),
    ),
    Fault(
        "the-last-day-lent-is-not-lent", "bursar_desk/domain/grants.py",
        "grant.first <= day <= grant.last",
        "grant.first <= day < grant.last",
        (_HAND_GRANT,),
    ),
    Fault(
        "one-entry-fewer-than-lent", "bursar_desk/domain/grants.py",
        "if entry > grant.most_entries:",
        "if entry >= grant.most_entries:",
        (_HAND_GRANT,),
    ),
    Fault(
        "a-covering-person-reaches-rows-they-did-not-make", "db/contexts.py",
        'return COVER_DOMAIN + self.sno if self.rights == "cover" else self.sid',
        "return self.sid",
        (_REFUSALS, _REFERENCE),
    ),
    Fault(
        "seals-are-not-verified", "bursar_desk/exchange/receiving.py",
        "if not st.signature_holds(meta.writer, seal, layout.seal_message(stream, start + count - 1, running)):",
        "if not seal:",
        (_REFUSALS,),
    ),
    Fault(
        "a-main-key-is-swapped", "bursar_desk/exchange/receiving.py",
        "    for one in st.uninvited(before, fresh):\n",
        "    for one in st.uninvited(st.TrustBook.of([*known, *fresh]), fresh):\n",
        (_REFUSALS,),
    ),
    Fault(
        "a-files-signature-is-not-asked", "bursar_desk/exchange/envelope_read.py",
        "Ed25519PublicKey.from_public_bytes(checked.header.sender).verify(signature, signed.digest())",
        "Ed25519PublicKey.from_public_bytes(checked.header.sender)",
        (_OPENING,),
    ),
    Fault(
        "a-file-is-not-bound-to-its-readers", "bursar_desk/exchange/envelope_read.py",
        "signed, whole = hashlib.sha256(layout.SIGN_LABEL + checked.front), hashlib.sha256(checked.front)",
        "signed, whole = hashlib.sha256(layout.SIGN_LABEL), hashlib.sha256(checked.front)",
        (_OPENING,),
    ),
    Fault(
        "a-lost-computers-later-entries-count", "db/statements.py",
        'return Limit(frozenset().union(*(one.seen for one in found)), "held", WHY[reason])',
        'return Limit(frozenset().union(*(one.seen for one in found)), "confirm", WHY[reason])',
        (_HAND_RIGHT, _COMPUTERS),
    ),
    Fault(
        "another-schools-grant-opens-a-cover", "db/statements.py",
        "if any(grant.school == owner and grant.holder_school == subject for",
        "if any(grant.holder_school == subject for",
        (_HAND_READER,),
    ),
    Fault(
        "any-main-key-may-report-a-computer-lost", "db/statements.py",
        "if key in self._certified and self._rank(one.school, one.signer) >= self._certified[key]:",
        "if key in self._certified:",
        (_STATEMENTS, "tests/storage/test_root_lines.py", "tests/services/test_main_keys.py"),
    ),
    Fault(
        "an-older-copy-keeps-its-name", "db/store.py",
        'self._renewed = verdict != "same"',
        'self._renewed = verdict == "unknown"',
        (_WITNESS, _ACCIDENTS),
    ),
    Fault(
        "the-witness-is-not-heard", "db/witness.py",
        'return "same" if head.hex() in noted else "behind"',
        'return "same" if noted else "behind"',
        (_WITNESS,),
    ),
    Fault(
        "hashes-are-not-followed", "db/verify.py",
        "if pos != (base | seq) or running != kept:",
        "if pos != (base | seq) or not kept:",
        (_VERIFY,),
    ),
)

FAULTS: Final[tuple[Fault, ...]] = (*SENDING, *TAKING_IN, *MERGING, *TRUST)
