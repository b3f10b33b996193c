"""Which checks apply, by command: questions about the site, single checks ruled in or out, newer editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bursar_desk.cli.checks import Check, School, check, item, school_of
from bursar_desk.cli.frame import Answer, Misused, common, lines

if TYPE_CHECKING:
    from bursar_desk.services.applies_table import Table
    from bursar_desk.services.editions import EditionNews, RowNews

feature = typer.Typer(help="Questions about the site; which checks apply follows from the answers.")
edition = typer.Typer(help="What a newer edition of the list of checks brings.")
Why = Annotated[str, typer.Option(metavar="T", help="Why.")]
Review = Annotated[str | None, typer.Option(metavar="DATE", help="When to look at it again; else a year on.")]
Codes = Annotated[list[str], typer.Argument(metavar="CODE...", help="The codes of the checks; “all” for all of it.")]
_SAID: dict[str, bool | None] = {"yes": True, "no": False, "ask": None}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(feature, name="feature")
    app.add_typer(edition, name="edition")


# --- which checks apply ----------------------------------------------------------------------------------------------


@check.command("applies")
def which_apply(
    ctx: typer.Context,
    school: School = None,
    to_review: Annotated[bool, typer.Option("--to-review", help="Only what is to be looked at again by now.")] = False,
    off: Annotated[bool, typer.Option("--off", help="Only the checks that are not needed, with who and why.")] = False,
    directory: Annotated[
        str | None, typer.Option(metavar="URN", help="A school of the public register; needs no register of its own.")
    ] = None,
) -> Answer:
    """Tell of every row of the catalogue whether it applies and why, with the counts."""
    from bursar_desk.services import applies, applies_table

    if directory is not None:
        return _table(applies_table.table_of_school(_of_directory(directory)))
    with common(ctx).reading() as desk:
        whose = school_of(desk, school)
        if to_review:
            due = applies.to_review(desk)
            facts = [
                {"check": one.check, "feature": one.feature, "title": one.title, "why": one.why,
                 "said_by": one.said_by, "review_on": one.review_on}
                for one in due
            ]  # fmt: skip
            told = [f"{one.review_on}  {one.title}. {one.why} Said by {one.said_by or 'nobody'}." for one in due]
            return Answer({"to_review": facts}, lines(told, "Nothing is to be looked at again yet."))
        if off:
            listed = applies.switched_off(desk, whose)
            out: list[dict[str, Any]] = [
                {"check": one.check, "code": one.code, "title": one.title, "area": one.area, "required": one.required,
                 "why": one.why, "said_by": one.said_by, "review_on": one.review_on, "by_answer": one.by_answer}
                for one in listed
            ]  # fmt: skip
            told = [f"{one.code:9} {one.title}. {one.why} {one.said_by}".rstrip() for one in listed]
            return Answer({"not_needed": out}, lines(told, "No check was ruled out."))
        return _table(applies_table.table(desk, whose))


def _of_directory(typed: str) -> Any:
    from bursar_desk.services import directory

    row = directory.find(int(typed)) if typed.strip().isdecimal() else None
    if row is None:
        raise Misused(f"We know no school with the URN “{typed}”.", "Nothing was changed.", "Check the number.")
    return row


def _table(found: Table) -> Answer:
    rows = [
        {"code": one.code, "title": one.title, "area": one.area, "required": one.required, "applies": one.applies,
         "why": one.why, "here": one.held}
        for one in found.lines
    ]  # fmt: skip
    counts = {"yes": found.count("yes"), "no": found.count("no"), "ask": found.count("ask"), "required": found.required}
    told = [f"{one.code:9} {one.applies:4} {one.title}. {one.why}" for one in found.lines]
    told += ["", *(f"{count:4}  {why}" for why, count in found.by_reason)]
    told.append(
        f"{found.name}: {counts['yes']} of {len(rows)} checks apply, {counts['required']} of them by law or approved "
        f"code; {counts['no']} do not; {counts['ask']} wait for an answer."
    )
    facts = {"school": found.name, "rows": rows, "counts": counts, "by_reason": dict(found.by_reason)}
    return Answer(facts, "\n".join(told))


@check.command("say")
def say(
    ctx: typer.Context,
    which: Check,
    said: Annotated[str, typer.Argument(metavar="yes|no", help="Whether it is needed here.")],
    why: Why = "",
    review: Review = None,
) -> Answer:
    """Rule one check in or out. No needs --why; it stays listed in grey and is looked at again after a year."""
    from bursar_desk.services import applies, checks

    word: Literal["yes", "no"] | None = "yes" if said == "yes" else "no" if said == "no" else None
    if word is None:
        raise Misused("Say yes or no.", "Nothing was changed.")
    shared = common(ctx)
    with shared.desk() as desk:
        one = checks.find(desk, which)
        changes = applies.say(desk, one, word, why=why, review_on=shared.day_or_none(review, "--review"))
        line = checks.detail(desk, one).line
    told = f"{line.title} is needed here." if said == "yes" else f"{line.title} is not needed here."
    return Answer({"check": item(line), "applies": said, "act": changes.act}, told)


# --- questions -------------------------------------------------------------------------------------------------------


@feature.command("list")
def list_features(
    ctx: typer.Context, school: School = None,
    waiting: Annotated[bool, typer.Option("--open", help="Only those nobody has answered.")] = False,
) -> Answer:  # fmt: skip
    """List the questions about the site with their answers."""
    from bursar_desk.services import applies

    with common(ctx).reading() as desk:
        found = [one for one in applies.questions(desk, school_of(desk, school)) if not waiting or one.answer == "ask"]
    facts = [
        {"feature": one.code, "question": one.question, "answer": one.answer, "taken_for_granted": one.taken,
         "follows": one.follows, "why": one.why, "said_by": one.said_by, "said_on": one.said_on,
         "review_on": one.review_on, "page": one.page, "checks": one.checks}
        for one in found
    ]  # fmt: skip
    told = [f"{one.code:24} {one.answer:4}{'*' if one.taken else ' '} {one.question}" for one in found]
    if any(one.taken for one in found):
        told.append("* taken for granted; nobody has said so yet")
    return Answer({"features": facts}, lines(told, "Every question is answered."))


@feature.command("answer")
def answer(
    ctx: typer.Context,
    pairs: Annotated[list[str], typer.Argument(metavar="CODE ANSWER...", help="For example: minibus yes pool no.")],
    why: Why = "",
    review: Review = None,
) -> Answer:
    """Answer questions with yes, no or ask (not sure); the checks that hang on them follow, in one act."""
    from bursar_desk.services import applies

    if len(pairs) % 2:
        raise Misused("Each code needs its answer.", "Nothing was changed.", "For example: minibus yes pool no.")
    said: dict[str, bool | None] = {}
    for code, word in zip(pairs[::2], pairs[1::2], strict=True):
        if word not in _SAID:
            raise Misused(f"“{word}” is no answer.", "Nothing was changed.", "Say yes, no or ask.")
        said[code] = _SAID[word]
    shared = common(ctx)
    with shared.desk() as desk:
        before = _counts(desk)
        changes = applies.answer(desk, said, why=why, review_on=shared.day_or_none(review, "--review"))
        after = _counts(desk)
    told = f"{after['yes']} checks apply now; before, {before['yes']} did."
    return Answer({"before": before, "after": after, "act": changes.act}, told)


def _counts(desk: Any) -> dict[str, int]:
    from bursar_desk.services import applies_table

    held = [one.held for one in applies_table.table(desk).lines]
    return {said: held.count(said) for said in ("yes", "no", "ask")}


# --- editions --------------------------------------------------------------------------------------------------------


def _news(found: EditionNews, act: bytes | None = None) -> Answer:
    def row(one: RowNews) -> dict[str, Any]:
        fields = [{"field": f.name, "was": f.was, "now": f.now, "yours": f.yours} for f in one.fields]
        return {"code": one.code, "title": one.title, "applies": one.applies, "why": one.why, "fields": fields}

    facts = {
        "edition": found.edition, "added": [row(one) for one in found.added],
        "changed": [row(one) for one in found.changed], "withdrawn": [row(one) for one in found.withdrawn],
    }  # fmt: skip
    told = [found.sentence]
    for one in found.rows:
        told.append(f"{one.kind:10} {one.code:9} {one.title}. {one.why}")
        for f in one.fields:
            yours = f" You have “{f.yours}”, which stays." if f.yours else ""
            told.append(f"           {f.words}: “{f.was}” is now “{f.now}”.{yours}")
    return Answer(facts | ({"act": act} if act else {}), "\n".join(told))


@edition.command("show")
def show_edition(ctx: typer.Context) -> Answer:
    """Show what the list of checks that came with the program says differently from what the school copied."""
    from bursar_desk.services import editions

    with common(ctx).reading() as desk:
        return _news(editions.compare(desk))


@edition.command("take")
def take(ctx: typer.Context, codes: Codes) -> Answer:
    """Take over what is new of these checks; what the school changed itself stays."""
    return _settle(ctx, codes, taking=True)


@edition.command("leave")
def leave(ctx: typer.Context, codes: Codes) -> Answer:
    """Leave these checks as they are here."""
    return _settle(ctx, codes, taking=False)


def _settle(ctx: typer.Context, codes: list[str], *, taking: bool) -> Answer:
    from bursar_desk.services import editions

    with common(ctx).desk() as desk:
        wanted = [one.code for one in editions.compare(desk).rows] if codes == ["all"] else codes
        changes = editions.take(desk, wanted) if taking else editions.leave(desk, wanted)
        return _news(editions.compare(desk), changes.act)
