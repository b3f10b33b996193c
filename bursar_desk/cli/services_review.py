"""The services a school buys, looked at once a year: keep, market, cluster or stop, with the minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.buying import per_cent, pounds
from bursar_desk.cli.frame import Answer, Misused, common, lines, named_one, one_of, short

if TYPE_CHECKING:
    from bursar_desk.services.buying_shapes import ReviewLine
    from bursar_desk.services.desk import Desk

service = typer.Typer(help="The services we buy, reviewed once a year.")
Which = Annotated[str, typer.Argument(metavar="SERVICE", help="Its id from “service list”, or a word of its name.")]
Year = Annotated[int | None, typer.Option(metavar="YEAR", help="The year it begins in: 2026 for 2026-27.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(service, name="service")


def _facts(one: ReviewLine) -> dict[str, Any]:
    row = one.row
    return {
        "service": row.id, "school": one.school_name, "code": row.service, "title": one.service_words,
        "year": row.year, "provider": row.provider, "price": row.price, "vat_rate": row.vat_rate,
        "priced_on": row.priced_on, "priced_from": row.priced_from, "quality": row.quality, "route": row.route,
        "decided": one.decided, "body": row.body, "minute": row.minute_ref, "decided_on": row.decided_on,
        "opt_out_by": row.opt_out_by, "review_on": row.review_on, "contract": row.contract, "nags": one.nags,
        "other_price": row.other_price, "other_from": row.other_from,
    }  # fmt: skip


def _words(one: ReviewLine) -> str:
    parts = [one.provider, one.price_words, one.quality_words, one.decision_words, one.minute_words]
    parts += [f"opt out by {one.opt_out_words}"] if one.opt_out_words else []
    nags = f" To do: {'; '.join(one.nags)}." if one.nags else ""
    return f"{short(one.row.id)}  {one.service_words}: {', '.join(part for part in parts if part)}.{nags}"


def _one(desk: Desk, typed: str, year: int | None) -> bytes:
    from bursar_desk.services import service_reviews

    held = service_reviews.review(desk, year).lines
    ids = [one.id for one in service_reviews.rows(desk)]
    if any(one.hex().startswith(typed.strip().casefold()) for one in ids):
        return one_of(typed, ids, "service", "service list")
    return named_one(typed, [(one.row.id, one.service_words) for one in held], "service", "service list")


@service.command("list")
def list_services(
    ctx: typer.Context,
    year: Year = None,
    school: Annotated[str | None, typer.Option(metavar="URN", help="Another school held here.")] = None,
    side_by_side: Annotated[bool, typer.Option("--schools", help="All schools side by side, by service.")] = False,
) -> Answer:
    """List a year’s review: provider, price, quality, decision, minute, the day to opt out."""
    from bursar_desk.domain import words
    from bursar_desk.services import service_reviews

    with common(ctx).reading() as desk:
        if side_by_side:
            every = service_reviews.across(desk, year)
            facts: dict[str, Any] = {"services": [
                {"code": one.service, "title": one.words, "total": one.total, "missing": one.missing,
                 "to_market": one.to_market, "schools": [_facts(line) for line in one.lines]} for one in every
            ]}  # fmt: skip
            rows = [
                f"{one.words}: {words.count(len(one.lines), 'school')}, {words.money(one.total)} a year, "
                f"{one.to_market} to market or as a cluster" for one in every
            ]  # fmt: skip
            return Answer(facts, lines(rows, "No school has reviewed its services yet."))
        made = service_reviews.review(desk, year, desk.find_school(school) if school else None)
    facts = {"year": made.year, "years": made.years, "undecided": made.undecided, "total": made.total,
             "services": [_facts(one) for one in made.lines]}  # fmt: skip
    return Answer(facts, "\n".join([made.sentence, *(_words(one) for one in made.lines)]))


@service.command("review")
def review(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="SERVICE", help="Its id, or what it is: cleaning.")],
    new: Annotated[bool, typer.Option("--new", help="Add it to the review.")] = False,
    year: Year = None,
    title: Annotated[str | None, typer.Option(metavar="T")] = None,
    provider: Annotated[str | None, typer.Option(metavar="WHO")] = None,
    price: Annotated[str | None, typer.Option(metavar="POUNDS", help="A year, without VAT.")] = None,
    vat: Annotated[str | None, typer.Option(metavar="PERCENT")] = None,
    document: Annotated[str | None, typer.Option(metavar="T", help="What the price is from.")] = None,
    dated: Annotated[str | None, typer.Option(metavar="DATE", help="The date of that document.")] = None,
    quality: Annotated[int | None, typer.Option(min=1, max=5, help="1 poor to 5 excellent.")] = None,
    because: Annotated[str | None, typer.Option(metavar="T", help="Why that quality.")] = None,
    opt_out: Annotated[str | None, typer.Option("--opt-out-by", metavar="DATE")] = None,
    elsewhere: Annotated[str | None, typer.Option(metavar="POUNDS", help="What it would cost elsewhere.")] = None,
) -> Answer:
    """Say what a service costs and how good it is, by which document."""
    from bursar_desk.domain import service_kinds
    from bursar_desk.services import service_reviews

    shared = common(ctx)
    given = {
        "title": title, "provider": provider, "price": pounds(price, "--price"),
        "vat_rate": per_cent(vat, "--vat") if vat else None, "priced_from": document,
        "priced_on": shared.day_or_none(dated, "--dated"), "quality": quality, "quality_why": because,
        "opt_out_by": shared.day_or_none(opt_out, "--opt-out-by"), "other_price": pounds(elsewhere, "--elsewhere"),
    }  # fmt: skip
    values = {name: value for name, value in given.items() if value is not None}
    with shared.desk() as desk:
        if new:
            code = service_kinds.of_words(which)
            if code is None:
                raise Misused(f"“{which}” is no service we know.", "Nothing was changed.", "Use “other” and --title.")
            made = service_reviews.NewReview(code, year or service_reviews.this_year(desk), more=values)
            line, changes = service_reviews.add(desk, made)
        else:
            line, changes = service_reviews.change(desk, _one(desk, which, year), values)
        return Answer(_facts(line) | {"act": changes.act}, _words(line))


@service.command("decide")
def decide(
    ctx: typer.Context,
    which: Which,
    route: Annotated[str, typer.Argument(metavar="DECISION", help="keep, market, cluster or stop.")],
    body: Annotated[str, typer.Option(metavar="T", help="Which body decided.")],
    minute: Annotated[str, typer.Option(metavar="T", help="The minute, so that it can be looked up.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Else today.")] = None,
    why: Annotated[str, typer.Option(metavar="T")] = "",
    again: Annotated[str | None, typer.Option("--again", metavar="DATE", help="When to look at it again.")] = None,
    year: Year = None,
) -> Answer:
    """Note what was decided about a service, with body and minute."""
    from bursar_desk.services import service_reviews

    shared = common(ctx)
    with shared.desk() as desk:
        line, changes = service_reviews.decide(
            desk, _one(desk, which, year), route.strip().casefold(), body=body, minute_ref=minute,
            on=shared.day_or_none(on, "--on"), why=why, review_on=shared.day_or_none(again, "--again"),
        )  # fmt: skip
        return Answer(_facts(line) | {"act": changes.act}, _words(line))


@service.command("start-year")
def start_year(ctx: typer.Context, year: Year = None) -> Answer:
    """Begin a year’s review from the contracts that run and last year’s services."""
    from bursar_desk.domain import words
    from bursar_desk.services import service_reviews, service_reviews_year

    with common(ctx).desk() as desk:
        chosen = year or service_reviews.this_year(desk)
        count, changes = service_reviews_year.start_year(desk, chosen)
    told = f"{words.count(count, 'service')} added to {service_reviews.year_words(chosen)}."
    return Answer({"year": chosen, "added": count, "act": changes.act}, told)
