"""Papers about contracts, deals and savings by their names, each saved by its file’s ending with the same figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from bursar_desk.services.desk import Desk
    from reports.contract_tables import TablesPaper
    from reports.saving import Written

NAMES: Final = ("contracts", "forward-plan", "deal", "savings", "services", "benefit")
FORMS: Final = (".pdf", ".html", ".htm", ".xlsx")


def write(desk: Desk, name: str, out: Path, *, school: bytes | None = None, about: bytes | None = None) -> Written:
    """Save one of ``NAMES``; ``about`` is the deal of a deal paper. Raises ``UserError`` when it cannot be made."""
    from reports import contract_forms

    if desk.is_guest:
        raise UserError("A cover pack holds no contracts.", "Nothing was made.", f"Ask {desk.name}.")
    if name == "deal":
        return _deal(desk, out, school, about)
    return contract_forms.write(tables_of(desk, name, school), out)


def tables_of(desk: Desk, name: str, school: bytes | None = None) -> TablesPaper:
    """Return one of the papers made of tables, ready to save."""
    if name == "savings":
        from bursar_desk.services.reporting_savings import statement_paper

        return statement_paper(desk, school)
    if name == "benefit":
        from bursar_desk.services.reporting_benefit import benefit_paper

        return benefit_paper(desk, school)
    from bursar_desk.services import reporting_bought

    makers = {
        "contracts": reporting_bought.register_paper, "forward-plan": reporting_bought.plan_paper,
        "services": reporting_bought.services_paper,
    }  # fmt: skip
    return makers[name](desk, school)


def _deal(desk: Desk, out: Path, school: bytes | None, about: bytes | None) -> Written:
    from bursar_desk.services.reporting_deals import deal_paper
    from reports.deal_paper import write as write_deal

    if about is None:
        raise UserError("Say which deal the paper is about.", "Nothing was made.", "See “deal list”.")
    return write_deal(deal_paper(desk, about, school), out)
