"""What changed in who is who, as a person should hear it after a merge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bursar_desk.domain import words

if TYPE_CHECKING:
    from db.statements import RootNews, TrustBook


def key_notices(before: TrustBook, after: TrustBook, home: bytes, today: dt.date) -> list[str]:
    """Say what changed in who is who between two books: new main keys, lost computers, ended covers."""
    return [*_new_main_keys(before, after), *_lost_computers(before, after, home, today), *_ended(before, after, home)]


def new_main_key(news: RootNews) -> str:
    """Say who introduced a school's new main key, and the words to compare on the phone."""
    from bursar_desk.exchange.word_code import words_for

    by = "its recovery sheet" if news.by == "recovery" else "its main key before"
    return f"{news.name} has a new main key, introduced by {by}. Ring them and compare: “{words_for(news.root)}”."


def _new_main_keys(before: TrustBook, after: TrustBook) -> Iterable[str]:
    from db.statements import root_news

    return (new_main_key(news) for news in root_news(before, after))


def _lost_computers(before: TrustBook, after: TrustBook, home: bytes, today: dt.date) -> Iterable[str]:
    now = (today - dt.date(1970, 1, 1)).days
    for (school, sign), said in sorted(after.revoked.items()):
        if (school, sign) in before.revoked:
            continue
        label = next((one.label for one in after.computers[school] if one.sign == sign), "a computer")
        name = after.roots[school].name
        how = "handed back the computer" if said.reason == "left" else "reported a computer lost:"
        told = f"{name} {how} {label}. What it wrote before stands."
        ours = [
            one.holder for one in after.grants.values()
            if one.school == home and school != home and sign in one.writers and one.return_by >= now
            and (home, one.id) not in after.withdrawn
        ]  # fmt: skip
        if ours:
            told += f" It holds our cover pack for {words.listing(ours)}. End that cover if you are unsure."
        yield told


def _ended(before: TrustBook, after: TrustBook, home: bytes) -> Iterable[str]:
    for school, grant_id in sorted(after.withdrawn.keys() - before.withdrawn.keys()):
        grant = after.grants.get(grant_id)
        if grant is not None and grant.holder_school == home and school != home:
            yield (
                f"{after.roots[school].name} has ended the cover by {grant.holder}. "
                "What is recorded from now on waits there to be confirmed."
            )
