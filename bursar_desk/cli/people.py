"""People: who there is, who can help with what, joining and leaving, how they are reached, what was confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import School, school_of
from bursar_desk.cli.frame import Answer, Misused, common, lines, minutes

if TYPE_CHECKING:
    import datetime as dt

    from bursar_desk.cli.frame import Common
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.people_view import PersonLine
    from db.queries.people import PersonRow

person = typer.Typer(help="Who works here, and who can help.")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Name = Annotated[str, typer.Argument(metavar="PERSON", help="Their name, a part of it, or their id.")]
Pattern = Annotated[str, typer.Option(metavar="TEXT", help="Days that differ: “Wed 08:00-12:00; Fri 07:30-14:00”.")]
Offers = Annotated[list[str] | None, typer.Option("--offers", metavar="TEXT", help="What they can help with; repeat.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(person, name="person")


def _person(one: PersonRow, urn: str) -> dict[str, Any]:
    return {
        "person": one.id, "name": one.name, "role": one.role, "job_title": one.job_title, "school": urn,
        "days": [day for n, day in enumerate(_DAYS) if one.days >> n & 1], "starts": one.starts, "ends": one.ends,
        "pattern": [{"day": _DAYS[day % 7], "from": first, "to": last} for day, first, last in one.pattern],
        "week_minutes": one.week, "elsewhere_minutes": one.elsewhere, "offers": list(one.offers),
        "unlocks": one.unlocks, "locks": one.locks, "key_holder": one.key_holder, "offers_cover": one.offers_cover,
        "checks_confirmed_on": one.checks_confirmed_on, "shares": one.shares, "shares_on": one.shares_on,
        "manages": one.manages, "left_on": one.left_on,
    }  # fmt: skip


def _urn(desk: Desk, school: bytes) -> str:
    root = desk.trust.roots.get(school)
    return root.urn if root else ""


def _line(desk: Desk, one: PersonLine) -> dict[str, Any]:
    """Return a line of the directory: phone and e-mail only where they may be seen here."""
    from bursar_desk.domain import confirmed

    return _person(one.row, _urn(desk, one.row.school)) | {
        "school_name": one.school_name, "skills": list(one.skills), "training": one.training, "sites": list(one.sites),
        "phone": one.phone or None, "email": one.email or None, "contact": one.reach,
        "missing_confirmation": list(confirmed.missing(one.row.confirmed)),
        "leads": [{"lead": lead.id, "kind": lead.row.kind, "school": _urn(desk, lead.school), "state": lead.state.value}
                  for lead in one.leads],
    }  # fmt: skip


# --- looking ---------------------------------------------------------------------------------------------------------


@person.command("list")
def list_people(
    ctx: typer.Context,
    school: School = None,
    left: Annotated[bool, typer.Option("--all", help="Also who left.")] = False,
    cluster: Annotated[bool, typer.Option("--cluster", help="Everybody known here, of every school.")] = False,
) -> Answer:
    """List who works here, or everybody known in the cluster."""
    from bursar_desk.services import people

    with common(ctx).reading() as desk:
        if cluster:
            from bursar_desk.services.people_view import directory

            found = directory(desk, left=left).lines
            facts = [_line(desk, one) for one in found]
            rows = [f"{one.row.name}, {one.job}, {one.school_name}" for one in found]
        else:
            mine = people.listing(desk, school=school_of(desk, school), left=left)
            facts = [_person(one, _urn(desk, one.school)) for one in mine]
            rows = [f"{one.name}, {one.job_title or one.role}" for one in mine]
    return Answer({"people": facts}, lines(rows, "Nobody is entered yet."))


@person.command("find")
def find_people(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="WORDS", help="What you need help with, a course, a job, a name.")],
    school: School = None,
) -> Answer:
    """Say who can help: every word is found in their offers, courses, job, name or school."""
    from bursar_desk.services.people_view import directory, narrowed

    with common(ctx).reading() as desk:
        found = narrowed(directory(desk).lines, text, school_of(desk, school) if school else None)
        facts = [_line(desk, one) | {"because": list(one.matching(text) or ())} for one in found]
        rows = [f"{one.row.name}, {one.job}, {one.school_name}: {'; '.join(one.matching(text) or ())}" for one in found]
    return Answer({"people": facts}, lines(rows, f"Nobody known here matches “{text}”."))


@person.command("show")
def show_person(ctx: typer.Context, name: Name) -> Answer:
    """Show one person of the cluster with all that may be seen here."""
    from bursar_desk.services.people import confirmation_words, one_named
    from bursar_desk.services.people_view import directory

    with common(ctx).reading() as desk:
        listed = directory(desk)
        meant = one_named([each.row for each in listed.lines], name).id
        one = next(each for each in listed.lines if each.id == meant)
        told = [
            f"{one.row.name}, {one.job}, {one.school_name}", one.days, one.reach,
            ", ".join(part for part in (one.phone, one.email) if part), confirmation_words(one.row),
        ]  # fmt: skip
        told += [f"Can help with: {one.can_help}."] if one.can_help else []
        told += [course.said for course in one.courses] + [lead.sentence for lead in one.leads]
        facts = _line(desk, one) | {"confirmation": confirmation_words(one.row)}
        facts["courses"] = [
            {"course": course.name, "state": course.code, "passed_on": course.passed, "expires_on": course.ends}
            for course in one.courses
        ]
    return Answer(facts, "\n".join(line for line in told if line))


# --- joining, changing, leaving --------------------------------------------------------------------------------------


def _details(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed as columns of a person."""
    from bursar_desk.services.people_words import read_days, read_hours, read_pattern

    found = {name: value for name, value in given.items() if value is not None}
    for name, read in (("days", read_days), ("pattern", read_pattern), ("week", read_hours), ("elsewhere", read_hours)):
        if name in found:
            found[name] = read(found[name])
    for name in ("starts", "ends"):
        if name in found:
            found[name] = minutes(found[name], "--from" if name == "starts" else "--to")
    return found


@person.command("add")
def add_person(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    role: Annotated[str, typer.Option(help="For example caretaker, office, head, business manager.")],
    title: Annotated[str, typer.Option(help="What the job is called here.")] = "",
    days: Annotated[str | None, typer.Option(metavar="DAYS", help="Mon-Fri, or Mon, Wed; else Mon-Fri.")] = None,
    starts: Annotated[str | None, typer.Option("--from", metavar="HH:MM", help="When the day begins.")] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="HH:MM", help="When it ends.")] = None,
    pattern: Pattern = "",
    week: Annotated[str | None, typer.Option(metavar="HOURS", help="Hours a week by contract.")] = None,
    unlocks: Annotated[bool, typer.Option("--unlocks")] = False,
    locks: Annotated[bool, typer.Option("--locks")] = False,
    keys: Annotated[bool, typer.Option("--keys", help="Holds keys.")] = False,
    manages: Annotated[bool, typer.Option("--manages", help="Runs the register.")] = False,
    covers: Annotated[bool, typer.Option("--offers-cover", help="Would help other schools out.")] = False,
    offers: Offers = None,
    phone: Annotated[str, typer.Option(help="Kept at this school unless they agree.")] = "",
    email: Annotated[str, typer.Option(help="Kept at this school unless they agree.")] = "",
    agrees: Annotated[bool, typer.Option("--agrees", help="Agrees that both are passed on.")] = False,
    check: Annotated[list[str] | None, typer.Option("--check", metavar="CODE", help="A check they take over.")] = None,
) -> Answer:
    """Add somebody who works here, with the checks they take over."""
    from bursar_desk.services import checks, people
    from bursar_desk.services.setup import NewPerson

    more = _details({"days": days, "starts": starts, "ends": ends, "pattern": pattern or None, "week": week,
                     "offers": offers or None})  # fmt: skip
    with common(ctx).desk() as desk:
        made, changes = people.join(
            desk,
            NewPerson(name=name, role=role, job_title=title, unlocks=unlocks, locks=locks, manages=manages,
                      key_holder=keys, offers_cover=covers),
            people.Joining(
                reached=people.Reached(phone=phone, email=email), agreed=agrees, details=more,
                checks=tuple(checks.find(desk, one) for one in check or ()),
            ),
        )  # fmt: skip
        facts = _person(made, _urn(desk, made.school))
    return Answer(facts | {"act": changes.act}, f"{made.name} is added.")


@person.command("change")
def change_person(
    ctx: typer.Context,
    name: Name,
    new_name: Annotated[str | None, typer.Option("--name")] = None,
    role: Annotated[str | None, typer.Option()] = None,
    title: Annotated[str | None, typer.Option(help="What the job is called here.")] = None,
    days: Annotated[str | None, typer.Option(metavar="DAYS", help="Mon-Fri, or Mon, Wed.")] = None,
    starts: Annotated[str | None, typer.Option("--from", metavar="HH:MM")] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="HH:MM")] = None,
    pattern: Annotated[str | None, typer.Option(metavar="TEXT", help="Days that differ; “” for none.")] = None,
    week: Annotated[str | None, typer.Option(metavar="HOURS", help="Hours a week by contract.")] = None,
    elsewhere: Annotated[str | None, typer.Option(metavar="HOURS", help="Hours a week in other jobs.")] = None,
    opt_out: Annotated[bool | None, typer.Option("--opt-out/--no-opt-out", help="Signed out of 48 hours.")] = None,
    unlocks: Annotated[bool | None, typer.Option("--unlocks/--no-unlocks")] = None,
    locks: Annotated[bool | None, typer.Option("--locks/--no-locks")] = None,
    keys: Annotated[bool | None, typer.Option("--keys/--no-keys")] = None,
    covers: Annotated[bool | None, typer.Option("--offers-cover/--no-offers-cover")] = None,
    manages: Annotated[bool | None, typer.Option("--manages/--no-manages")] = None,
    offers: Offers = None,
    no_offers: Annotated[bool, typer.Option("--no-offers", help="Offers nothing any more.")] = False,
) -> Answer:
    """Change what is known of somebody who works here."""
    from bursar_desk.services import people

    wanted = _details({
        "name": new_name, "role": role, "job_title": title, "days": days, "starts": starts, "ends": ends,
        "pattern": pattern, "week": week, "elsewhere": elsewhere, "opt_out": opt_out, "unlocks": unlocks,
        "locks": locks, "key_holder": keys, "offers_cover": covers, "manages": manages,
        "offers": [] if no_offers else offers or None,
    })  # fmt: skip
    if not wanted:
        raise Misused("Nothing was named to change.", "Nothing was changed.", "See “person change --help”.")
    with common(ctx).desk() as desk:
        made, changes = people.change(desk, people.find(desk, name).id, wanted)
        facts = _person(made, _urn(desk, made.school))
    return Answer(facts | {"act": changes.act}, f"{made.name}: {'saved' if changes.act else 'nothing to change'}.")


@person.command("leave")
def leave(
    ctx: typer.Context,
    name: Name,
    last: Annotated[str | None, typer.Option("--last", metavar="DATE", help="Their last day.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="PERSON", help="Who takes over all of it.")] = None,
    keys_to: Annotated[str | None, typer.Option(metavar="PERSON", help="Who takes the keys instead.")] = None,
    leads_to: Annotated[str | None, typer.Option(metavar="PERSON", help="Who leads instead.")] = None,
    check: Annotated[
        list[str] | None, typer.Option("--check", metavar="CODE=PERSON", help="One check to somebody else; repeat.")
    ] = None,
) -> Answer:
    """Note a leaver: without --last, show what they have in hand; with it, hand all of it over at once."""
    from bursar_desk.services import people
    from bursar_desk.services.people_leaving import owned

    shared = common(ctx)
    if last is None:
        with shared.reading() as desk:
            has = owned(desk, people.find(desk, name).id)
            held = [{"check": one.id, "title": one.title, "as": list(one.parts)} for one in has.checks]
            covers = [one.id for one in (*has.helps, *has.away)]
            facts = {
                "person": has.person.id, "checks": held, "leads": [one.id for one in has.leads], "keys": has.keys,
                "booked": [one.id for one in has.booked], "covers": covers,
            }  # fmt: skip
        return Answer(facts, lines([has.sentence, *(f"  {one.title}: {one.said}" for one in has.checks)], ""))
    return _leave(shared, name, shared.day(last, "--last"), (to, keys_to, leads_to), check or [])


def _leave(
    shared: Common, name: str, day: dt.date, heirs: tuple[str | None, str | None, str | None], apart: list[str]
) -> Answer:
    from bursar_desk.services import checks, people
    from bursar_desk.services.people_leaving import HandOver
    from bursar_desk.services.people_leaving import leave as note

    with shared.desk() as desk:
        who = people.find(desk, name).id

        def found(typed: str | None) -> bytes | None:
            return people.find(desk, typed).id if typed else None

        heir, keys, leads = (found(one) for one in heirs)
        single = {}
        for pair in apart:
            code, sign, takes = pair.partition("=")
            if not sign:
                raise Misused("--check could not be read.", "Nothing was changed.", "Type it like FIRE-04=Sam Adeyemi.")
            single[checks.find(desk, code)] = found(takes.strip() or None)
        to = HandOver(checks=heir, leads=leads or heir, keys=keys or heir, booked=heir, apart=single)
        done, changes = note(desk, who, day, to)
        made = people.row_of(desk, who)
    facts: dict[str, Any] = {
        "person": who, "left_on": made.left_on, "checks": done.checks, "open_checks": list(done.open_checks),
        "leads": done.leads, "tell": list(done.tell), "act": changes.act,
    }  # fmt: skip
    return Answer(facts, done.sentence)


# --- contact, consent, confirmation ----------------------------------------------------------------------------------


@person.command("contact")
def set_contact(
    ctx: typer.Context,
    name: Name,
    phone: Annotated[str | None, typer.Option()] = None,
    email: Annotated[str | None, typer.Option()] = None,
    note: Annotated[str | None, typer.Option(help="Never leaves this school.")] = None,
) -> Answer:
    """Show or change how somebody is reached; it is passed on only while they agree."""
    from dataclasses import replace

    from bursar_desk.services import people

    given = {"phone": phone, "email": email, "note": note}
    new = {key: value for key, value in given.items() if value is not None}
    shared = common(ctx)
    act = None
    with shared.desk() if new else shared.reading() as desk:
        row = people.find(desk, name)
        reached = replace(people.contact(desk, row.id), **new)
        if new:
            act = people.set_contact(desk, row.id, reached).act
    facts = {"person": row.id, "phone": reached.phone, "email": reached.email, "note": reached.note,
             "shares": row.shares, "act": act}  # fmt: skip
    said = ", ".join(one for one in (reached.phone, reached.email, reached.note) if one)
    return Answer(facts, f"{row.name}: {said or 'nothing is kept'}.")


@person.command("consent")
def consent(
    ctx: typer.Context,
    name: Name,
    agrees: Annotated[bool, typer.Option("--yes/--no", help="Whether they agree.")],
    on: Annotated[str | None, typer.Option("--said-on", metavar="DATE", help="When they said so; else today.")] = None,
) -> Answer:
    """Note whether somebody agrees that phone and e-mail are passed on; --no takes both back in the same act."""
    from bursar_desk.services import people

    shared = common(ctx)
    with shared.desk() as desk:
        row = people.find(desk, name)
        changes = people.consent(desk, row.id, agrees=agrees, on=shared.day_or_none(on, "--said-on"))
        now = people.row_of(desk, row.id)
    said = "are passed on" if agrees else "stay at this school"
    facts = {"person": row.id, "shares": now.shares, "shares_on": now.shares_on, "act": changes.act}
    return Answer(facts, f"{row.name}: phone and e-mail {said}.")


@person.command("confirm")
def confirm(
    ctx: typer.Context,
    name: Name,
    full_name: Annotated[str | None, typer.Option("--name", help="The name on the certificate.")] = None,
    certificate: Annotated[str | None, typer.Option(help="The certificate’s number; no copy of it is kept.")] = None,
    dated: Annotated[str | None, typer.Option(metavar="DATE", help="The certificate’s date.")] = None,
    barred_list: Annotated[bool | None, typer.Option("--barred-list/--no-barred-list")] = None,
    right_to_work: Annotated[bool | None, typer.Option("--right-to-work/--no-right-to-work")] = None,
    identity: Annotated[bool | None, typer.Option("--identity/--no-identity")] = None,
    on: Annotated[str | None, typer.Option("--confirmed-on", metavar="DATE", help="Else today.")] = None,
) -> Answer:
    """Write down what we confirm about one of our people to schools they go to; say what is missing."""
    from bursar_desk.domain import confirmed
    from bursar_desk.services import people

    shared = common(ctx)
    given = {
        "name": full_name, "certificate": certificate, "dated": shared.day_or_none(dated, "--dated"),
        "barred_list": barred_list, "right_to_work": right_to_work, "identity": identity,
    }  # fmt: skip
    wanted = {key: value for key, value in given.items() if value is not None}
    act = None
    with shared.desk() if wanted else shared.reading() as desk:
        row = people.find(desk, name)
        if wanted:
            act = people.confirm(desk, row.id, wanted, on=shared.day_or_none(on, "--confirmed-on")).act
        now = people.row_of(desk, row.id)
    facts = {"person": row.id, "confirmed": dict(now.confirmed), "checks_confirmed_on": now.checks_confirmed_on,
             "missing": list(confirmed.missing(now.confirmed)), "act": act}  # fmt: skip
    return Answer(facts, f"{now.name}: {people.confirmation_words(now)}")
