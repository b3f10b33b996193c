"""Suppliers: whom we buy from, what in all, until when each is insured, and which two are one firm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Common, Misused, common, lines, short

if TYPE_CHECKING:
    from bursar_desk.services.contracts_shapes import SupplierLine
    from bursar_desk.services.desk import Desk

supplier = typer.Typer(help="Suppliers: whom we buy from, what in all, until when each is insured.")
Firm = Annotated[str, typer.Argument(metavar="SUPPLIER", help="Its name, part of it, or its id.")]
Text = Annotated[str | None, typer.Option(metavar="T")]
Also = Annotated[list[str] | None, typer.Option("--also", metavar="NAME", help="Another name it uses; repeat it.")]
Until = Annotated[str | None, typer.Option(metavar="DATE")]
Sum = Annotated[str | None, typer.Option(metavar="POUNDS")]
Attends = Annotated[
    str | None, typer.Option("--contractor", metavar="NAME", help="The firm that attends here; “” takes it out.")
]
Another = Annotated[bool, typer.Option("--another", help="It is another firm, though the name or number is here.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(supplier, name="supplier")


def supplier_facts(one: SupplierLine) -> dict[str, Any]:
    """Return one supplier as JSON; money in pence."""
    row = one.row
    return {
        "supplier": row.id, "school": row.school, "school_name": one.school_name, "name": row.name,
        "also": list(row.also), "contact": row.contact, "phone": row.phone, "email": row.email, "account": row.account,
        "company_number": row.company_number, "insured_until": row.insured_until, "insured_for": row.insured_for,
        "insured_words": one.insured_words, "contractor": row.contractor, "contractor_name": one.contractor_name,
        "note": row.note, "left_on": row.left_on, "contracts": one.contracts, "yearly": one.yearly,
        "titles": one.titles, "like": one.like,
    }  # fmt: skip


def _told(one: SupplierLine, *, where: bool = False) -> str:
    from bursar_desk.domain import words

    bought = words.count(one.contracts, "contract")
    worth = f", {words.money_exact(one.yearly)} a year" if one.contracts else ""
    insured = f" {one.insured_words}." if one.insured_words else ""
    alike = " There is another one by that name." if one.like else ""
    place = f", {one.school_name}" if where else ""
    return f"{short(one.id)}  {one.name}{place}: {bought}{worth}.{insured}{alike}"


def _given(shared: Common, desk: Desk, **typed: Any) -> dict[str, Any]:
    """Return what was given on the command line, read; an empty text takes a value out."""
    from bursar_desk.domain.typed_money import read_money
    from bursar_desk.services import contractors

    out: dict[str, Any] = {}
    for name, text in typed.items():
        if text is None:
            continue
        if name == "insured_until":
            out[name] = shared.day_or_none(text, "--insured-until")
        elif name == "insured_for":
            out[name] = read_money(text, name="--insured-for") if text else None
        elif name == "contractor":
            out[name] = contractors.find(desk, text).row.id if text else None
        else:
            out[name] = tuple(text) if name == "also" else text
    return out


@supplier.command("list")
def list_suppliers(
    ctx: typer.Context,
    school: Annotated[str | None, typer.Option(metavar="URN", help="Another school held here.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those no longer used.")] = False,
) -> Answer:
    """List suppliers with what is bought from each, in all."""
    from bursar_desk.domain import words
    from bursar_desk.services import suppliers

    with common(ctx).reading() as desk:
        found = suppliers.listing(desk, desk.find_school(school) if school else None, left=every)
        rows = [_told(one, where=desk.is_office) for one in found]
    total = sum(one.yearly for one in found)
    rows += [f"{words.count(len(found), 'supplier')}, {words.money_exact(total)} a year."] if found else []
    facts = {"suppliers": [supplier_facts(one) for one in found], "yearly": total}
    return Answer(facts, lines(rows, "No supplier is entered yet."))


@supplier.command("show")
def show(ctx: typer.Context, which: Firm) -> Answer:
    """Show one supplier with its contracts, and which others may be the same firm."""
    from bursar_desk.services import contracts, suppliers

    with common(ctx).reading() as desk:
        one = suppliers.find(desk, which)
        held = [line for line in contracts.listing(desk, one.school, every=True) if line.row.supplier == one.id]
        alike = [(other, why) for other, why in suppliers.alike(desk, one.name, one.row.company_number)
                 if other.id != one.id]  # fmt: skip
    reach = [each for each in (one.row.contact, one.row.phone, one.row.email) if each]
    told = [_told(one), *([f"Reach: {', '.join(reach)}."] if reach else [])]
    told += [f"Account {one.row.account}."] if one.row.account else []
    told += [f"The firm that attends here: {one.contractor_name}."] if one.contractor_name else []
    told += [f"  {line.title}: {line.yearly_words or 'no price'} a year, ends {line.ends_words}, "
             f"{line.state_words.lower()}" for line in held]  # fmt: skip
    told += [f"May be the same firm: {other.name} ({short(other.id)})" for other, _ in alike]
    facts = {
        "supplier": supplier_facts(one),
        "contracts": [{"contract": line.id, "title": line.title, "yearly": line.yearly} for line in held],
        "alike": [{"supplier": other.id, "name": other.name, "why": why} for other, why in alike],
    }  # fmt: skip
    return Answer(facts, "\n".join(told))


@supplier.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the firm.")],
    also: Also = None, contact: Text = None, phone: Text = None, email: Text = None, account: Text = None,
    company_number: Text = None, insured_until: Until = None, insured_for: Sum = None, contractor: Attends = None,
    note: Text = None, another: Another = False,
) -> Answer:  # fmt: skip
    """Add a supplier."""
    from bursar_desk.services import suppliers
    from bursar_desk.services.contracts_shapes import NewSupplier

    shared = common(ctx)
    with shared.desk() as desk:
        given = _given(
            shared, desk, also=also, contact=contact, phone=phone, email=email, account=account,
            company_number=company_number, insured_until=insured_until, insured_for=insured_for, contractor=contractor,
            note=note,
        )  # fmt: skip
        row, changes = suppliers.add(desk, NewSupplier(name, **given), another=another)
        one = suppliers.get(desk, row)
        near = [other.name for other, _ in suppliers.alike(desk, one.name) if other.id != row]
    told = f"{one.name} is added." + (f" It may be the same firm as {near[0]}." if near else "")
    return Answer({"supplier": supplier_facts(one), "act": changes.act}, told)


@supplier.command("change")
def change(
    ctx: typer.Context,
    which: Firm,
    name: Text = None, also: Also = None, contact: Text = None, phone: Text = None, email: Text = None,
    account: Text = None, company_number: Text = None, insured_until: Until = None, insured_for: Sum = None,
    contractor: Attends = None, note: Text = None, another: Another = False,
    left: Annotated[bool | None, typer.Option("--left/--back", help="No longer used, or used again.")] = None,
) -> Answer:  # fmt: skip
    """Change what is known of a supplier; an empty value takes it out. One with contracts cannot be left."""
    from bursar_desk.services import suppliers

    shared = common(ctx)
    with shared.desk() as desk:
        given = _given(
            shared, desk, name=name, also=also, contact=contact, phone=phone, email=email, account=account,
            company_number=company_number, insured_until=insured_until, insured_for=insured_for, contractor=contractor,
            note=note,
        )  # fmt: skip
        if not given and left is None:
            raise Misused("Say what to change.", "Nothing was changed.", "For example --insured-until 2027-03-31.")
        row = suppliers.find(desk, which).id
        changes = suppliers.change(desk, row, given, another=another) if given else None
        if left is not None:
            changes = suppliers.leave(desk, row) if left else suppliers.come_back(desk, row)
        one = suppliers.get(desk, row)
    return Answer({"supplier": supplier_facts(one), "act": changes.act if changes else None}, f"{one.name}: changed.")


@supplier.command("same")
def same(
    ctx: typer.Context,
    keep: Firm,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The one that goes; its contracts move.")],
) -> Answer:
    """Say that two suppliers are one firm: the second one's contracts and names go to the first."""
    from bursar_desk.services import suppliers

    with common(ctx).desk() as desk:
        stays, goes = suppliers.find(desk, keep), suppliers.find(desk, other)
        changes = suppliers.same(desk, stays.id, goes.id)
        one = suppliers.get(desk, stays.id)
    told = f"{goes.name} is {one.name} from now on. {one.name} has {len(one.titles)} of our contracts."
    return Answer({"supplier": supplier_facts(one), "gone": goes.id, "act": changes.act}, told)
