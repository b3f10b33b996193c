"""The command `bursar-desk` itself: the options before a command, and all the commands put together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bursar_desk.cli import (
    agreements,
    applying,
    assets,
    buying_quotes,
    calendars,
    checks,
    computers,
    contractors,
    contracts,
    cover,
    cover_between,
    cover_sheet,
    cover_strip,
    deals,
    defects,
    desk_window,
    evidence,
    following,
    history,
    importing,
    keying,
    leads,
    maintain,
    messages,
    owed,
    paper,
    people,
    planning,
    readers,
    rescue,
    savings,
    self_test,
    services_review,
    share,
    sign_in,
    site,
    spend,
    start,
    suppliers,
    support,
    term_calendar,
    training,
    training_places,
)
from bursar_desk.cli.frame import Common, Misused, common

app = typer.Typer(
    name="bursar-desk", add_completion=False, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]}, rich_markup_mode=None,
    help="The compliance register that schools in a cluster keep, share as files and merge, with nothing lost.",
    epilog="Dates are typed as 2027-03-26 or 26 March 2027. The options above come before the command. "
    "Exit: 0 done; 1 done, and something needs a person; 2 used wrongly; 3 refused, nothing changed; "
    "4 the register cannot be opened.",
)  # fmt: skip


@app.callback()
def options(
    ctx: typer.Context,
    register: Annotated[
        Path | None,
        typer.Option("--register", metavar="FILE", envvar="BURSAR_DESK_REGISTER", help="The register to work in."),
    ] = None,
    as_person: Annotated[
        str | None, typer.Option("--as", metavar="PERSON", help="Who does it; else the register's first manager.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="What the rules take as today; else the real day.")
    ] = None,
    as_at: Annotated[
        str | None, typer.Option("--as-at", metavar="DATE", help="Show lists as of a past day, corrected since.")
    ] = None,
    as_known: Annotated[bool, typer.Option("--as-known", help="With --as-at: as it was known on that day.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output; words go to standard error.")
    ] = False,
) -> None:
    """Take the options that every command shares."""
    shared = common(ctx) if isinstance(ctx.obj, Common) else Common()
    shared.register = register.expanduser() if register else None
    shared.as_person = as_person
    shared.as_json = as_json
    shared.on = shared.day(on, "--on") if on else None
    shared.as_at, shared.as_known = shared.day_or_none(as_at, "--as-at"), as_known
    if as_known and shared.as_at is None:
        raise Misused("--as-known goes with --as-at.", "Nothing was shown.", "Add the day: --as-at 2027-03-03.")
    ctx.obj = shared


start.add_to(app)
checks.add_to(app)
applying.add_to(app)
term_calendar.add_to(app)
calendars.add_to(app)
cover.add_to(app)
owed.add_to(app)
buying_quotes.add_to(app)
services_review.add_to(app)
savings.add_to(app)
spend.add_to(app)
following.add_to(app)
support.add_to(app)
cover_sheet.add_to(cover.cover)
cover_between.add_to(cover.cover)
cover_strip.add_to(cover.cover)
messages.add_to(app)
evidence.add_to(app)
share.add_to(app)
computers.add_to(app)
maintain.add_to(app)
rescue.add_to(app)
paper.add_to(app)
keying.add_to(app)
history.add_to(app)
people.add_to(app)
leads.add_to(app)
sign_in.add_to(app)
site.add_to(app)
assets.add_to(app)
importing.add_to(app)
defects.add_to(app)
contractors.add_to(app)
contracts.add_to(app)
savings.add_prices_to(contracts.contract)
deals.add_to(app)
agreements.add_to(app)
suppliers.add_to(app)
readers.add_to(app)
self_test.add_to(app)
training.add_to(app)
training_places.add_to(app)
planning.add_to(training.training, cover.cover)
desk_window.add_to(app)
