"""What passes between two schools about cover: hours offered, requests answered, visitors briefed, the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, minutes, one_of

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine, OfferLine
    from bursar_desk.services.desk import Desk

offer = typer.Typer(help="Hours that people of this school could help others.")


def add_to(cover: typer.Typer) -> None:
    """Add these commands."""
    cover.add_typer(offer, name="offer")
    cover.command("incoming")(incoming)
    cover.command("answer")(answer)
    cover.command("brief")(brief)
    cover.command("policy")(policy)


def _offered(line: OfferLine) -> dict[str, Any]:
    return {
        "offer": line.id, "school": line.school_name, "person": line.person, "name": line.name, "from": line.first,
        "to": line.last, "days": line.days, "starts": line.starts, "ends": line.ends,
    }  # fmt: skip


@offer.command("list")
def list_offers(
    ctx: typer.Context,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="From this day; else today.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Up to this day; else four weeks.")] = None,
) -> Answer:
    """List hours offered by every school known here."""
    import datetime as dt

    from bursar_desk.services import cover as service

    shared = common(ctx)
    with shared.reading() as desk:
        start = shared.day_or_none(first, "--from") or desk.today
        found = service.offers(desk, start, shared.day_or_none(last, "--to") or start + dt.timedelta(days=28))
    rows = [f"{one.id.hex()[:12]}  {one.school_name}: {one.sentence}" for one in found]
    return Answer({"offers": [_offered(one) for one in found]}, lines(rows, "Nobody offers hours then."))


@offer.command("add")
def add_offer(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who could help.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE")],
    last: Annotated[str, typer.Option("--to", metavar="DATE")],
    starts: Annotated[str, typer.Option("--start", metavar="HH:MM")],
    ends: Annotated[str, typer.Option("--end", metavar="HH:MM")],
    days: Annotated[str, typer.Option(metavar="DAYS", help="Such as mon,thu; else Monday to Friday.")] = "",
    note: Annotated[str, typer.Option(metavar="T")] = "",
) -> Answer:
    """Offer hours of somebody who works here."""
    from bursar_desk.services import cover as service

    shared = common(ctx)
    mask = _weekdays(days)
    with shared.desk() as desk:
        line, changes = service.add_offer(
            desk, desk.find_person(person).id, shared.day(first, "--from"), shared.day(last, "--to"), mask,
            minutes(starts, "--start"), minutes(ends, "--end"), note,
        )  # fmt: skip
    return Answer(_offered(line) | {"act": changes.act}, line.sentence)


def _weekdays(typed: str) -> int:
    if not typed.strip():
        return 0b11111
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    mask = 0
    for word in typed.replace(" ", ",").split(","):
        if word and word.casefold()[:3] not in names:
            raise Misused(f"“{word}” is not a weekday.", "Nothing was changed.", "Write them as mon,thu.")
        mask |= 1 << names.index(word.casefold()[:3]) if word else 0
    return mask


@offer.command("withdraw")
def withdraw(ctx: typer.Context, which: Annotated[str, typer.Argument(metavar="OFFER", help="Its id.")]) -> Answer:
    """Take an offer of this school back."""
    import datetime as dt

    from bursar_desk.services import cover as service

    with common(ctx).desk() as desk:
        mine = [one.id for one in service.offers(desk, dt.date.min, dt.date.max) if one.school == desk.home]
        row = one_of(which, mine, "offer", "cover offer list")
        changes = service.withdraw_offer(desk, row)
    return Answer({"offer": row, "act": changes.act}, "The offer is taken back.")


def _asked(line: CoverLine) -> dict[str, Any]:
    return {
        "cover": line.id, "school": line.school_name, "helper": line.helper, "from": line.first, "to": line.last,
        "starts": line.starts, "ends": line.ends, "duties": line.duties, "stage": line.stage,
        "answer_by": line.answer_by, "overlaps": line.overlaps, "why": line.answer_why,
    }  # fmt: skip


def incoming(ctx: typer.Context) -> Answer:
    """List what other schools asked of our people; what waits for an answer comes first."""
    from bursar_desk.domain import words
    from bursar_desk.services import cover as service

    with common(ctx).reading() as desk:
        found = service.incoming(desk)
    rows = [
        f"{one.id.hex()[:12]}  {one.stage:10}  {one.school_name} asks for {one.helper}: "
        f"{words.short_date(one.first)} to {words.short_date(one.last)}, {one.hours_words}. {one.duties}".rstrip()
        for one in found
    ]
    return Answer({"requests": [_asked(one) for one in found]}, lines(rows, "Nobody asks for our people."))


def answer(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="COVER", help="Its id, from “cover incoming”.")],
    word: Annotated[str, typer.Argument(metavar="yes|no|take-back")],
    why: Annotated[str, typer.Option(metavar="T", help="A reason that may be passed on.")] = "",
) -> Answer:
    """Answer another school that asks for one of our people."""
    from bursar_desk.services import cover as service

    if word not in ("yes", "no", "take-back"):
        raise Misused(f"“{word}” is not an answer.", "Nothing was changed.", "Say yes, no or take-back.")
    with common(ctx).desk() as desk:
        row = one_of(which, [one.id for one in service.incoming(desk)], "request", "cover incoming")
        if word == "take-back":
            line, changes = service.take_back(desk, row, why)
        else:
            line, changes = service.reply(desk, row, word == "yes", why=why)
    told = f"{line.helper} for {line.school_name}: {line.stage_words}. Send them your file so that they know."
    return Answer(_asked(line) | {"act": changes.act}, told)


def brief(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who was briefed, of another school.")],
    on: Annotated[str | None, typer.Option("--on-day", metavar="DATE", help="When; else today.")] = None,
    short: Annotated[bool, typer.Option(help="The short briefing of a later visit.")] = False,
    id_seen: Annotated[bool, typer.Option(help="Their photo card was looked at.")] = False,
    keys_signed: Annotated[bool, typer.Option(help="They signed for keys.")] = False,
) -> Answer:
    """Note a site briefing: asbestos register, alarm, where to turn things off, keys, hazards, who to ring."""
    from bursar_desk.domain import words
    from bursar_desk.services import briefing

    shared = common(ctx)
    with shared.desk() as desk:
        row, name = _neighbour(desk, person)
        day = shared.day_or_none(on, "--on-day") or desk.today
        changes = briefing.brief(desk, row, day, short=short, id_seen=id_seen, keys_signed=keys_signed)
    kind = "Short briefing" if short else "Site briefing"
    return Answer({"person": row, "on": day, "act": changes.act}, f"{kind} of {name} on {words.long_date(day)} noted.")


def _neighbour(desk: Desk, typed: str) -> tuple[bytes, str]:
    from bursar_desk.services import briefing

    found = briefing.neighbours(desk)
    named = [row for row, name in found.items() if name.casefold() == typed.casefold().strip()]
    row = named[0] if len(named) == 1 else one_of(typed, list(found), "neighbour", "people list")
    return row, found[row]


def policy(
    ctx: typer.Context,
    briefing: Annotated[
        str | None, typer.Option(metavar="first|must", help="Given on arrival, or nobody comes without it.")
    ] = None,
) -> Answer:
    """Show or settle whether somebody may come whose site briefing is still to be given."""
    from bursar_desk.services import settings
    from bursar_desk.services.cover_find import POLICY

    if briefing not in (None, "first", "must"):
        raise Misused(f"“{briefing}” is not a policy.", "Nothing was changed.", "Say first or must.")
    shared = common(ctx)
    if briefing is not None:
        with shared.desk() as desk:
            settings.choose(desk, POLICY, {"briefing": briefing}, subject="cover policy")
    with shared.reading() as desk:
        now = settings.value(desk, POLICY, {}).get("briefing", "first")
    told = {"first": "The site briefing may be given on arrival.", "must": "Nobody comes without a site briefing."}
    return Answer({"briefing": now}, told[now])
