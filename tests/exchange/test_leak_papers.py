"""Papers and the rescue folder are searched as files for other schools are: nothing private, and not nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.services import reporting, reporting_papers, rescue
from tests.exchange.leak_family import Family, may
from tests.exchange.leak_marks import Mark
from tests.exchange.leak_paper_school import PaperSchool
from tests.exchange.test_leak_scan import same
from tests.services.small_school import without_waiting

SHOWN: dict[str, set[tuple[str, str]]] = {
    "governors": {("contract", "title"), ("school_check", "title"), ("training", "course")},
    "round-sheet": {("school_check", "title"), ("school_check", "how_to"), ("school_check", "points")},
    "cover": {
        ("cover", "duties"), ("cover", "helper"), ("defect", "title"), ("school_check", "how_to"),
        ("school_check", "points"), ("school_check", "title"), ("site_note", "words"),
    },
    "statement": {("cover_worked", "helper")},
    "support": {
        ("support_plan", "activities"), ("support_plan", "lead"), ("support_plan", "monitoring"),
        ("support_plan", "outcome"), ("support_plan", "priorities"), ("support_plan", "title"),
        ("support_review", "actions"), ("support_review", "words"), ("support_visit", "by_whom"),
        ("support_visit", "focus"),
    },
    "support-visit": {
        ("support_plan", "title"), ("support_visit", "actions"), ("support_visit", "by_whom"),
        ("support_visit", "focus"), ("support_visit", "found"),
    },
    "site-sheet": {("site_note", "words")},
    "chase": {("school_check", "title")},
    "job-sheet": {
        ("asset", "facts"), ("defect", "decided_why"), ("defect", "interim_control"), ("defect", "note"),
        ("defect", "raised_by"), ("defect", "title"), ("defect", "verified_by"), ("permit", "work"), ("place", "name"),
        ("school_check", "title"),
    },
    "permit": {
        ("contractor", "name"), ("defect", "title"), ("permit", "issued_by"), ("permit", "precautions"),
        ("permit", "work"), ("place", "name"),
    },
    "fault-pad": set(),
    "planner": {("school_check", "title")},
    "logbook": {
        ("attendance", "purpose"), ("attendance", "worker"), ("check_record", "done_by"), ("check_record", "note"),
        ("check_record", "on_behalf"), ("check_record", "point"), ("check_record", "readings"),
        ("check_record", "sheet"), ("contractor", "name"), ("defect", "closed_by"), ("defect", "title"),
        ("school_check", "title"), ("walk", "said_by"),
    },
    "inspector": {
        ("check_record", "done_by"), ("check_record", "note"), ("check_record", "on_behalf"),
        ("check_record", "point"), ("check_record", "readings"), ("evidence", "title"), ("school_check", "title"),
    },
    "walk-form": set(),
    "blank-form": {("school_check", "title"), ("school_check", "how_to"), ("school_check", "points")},
    "labels": {("place", "code"), ("place", "name")},
    "asbestos": {("asset", "facts"), ("asset", "number"), ("place", "name")},
    "training": {("person", "name"), ("training", "course")},
    "training-cluster": {("training", "course")},
    "people": {
        ("person", "email"), ("person", "job_title"), ("person", "name"), ("person", "offers"), ("person", "phone"),
        ("training", "course"),
    },
    "equipment": {
        ("asset", "make"), ("asset", "model"), ("asset", "name"), ("asset", "number"), ("asset", "serial"),
        ("place", "name"),
    },
    "contracts": {("contract", "title"), ("supplier", "name")},
    "forward-plan": {("contract", "title"), ("meeting", "body"), ("supplier", "name")},
    "deal": {
        ("answer", "body"), ("answer", "conditions"), ("answer", "minute_ref"), ("answer", "why"), ("deal", "scope"),
        ("deal", "title"), ("deal_baseline", "document"), ("deal_offer", "chosen_why"), ("deal_offer", "compared"),
        ("deal_offer", "supplier_name"), ("interest", "steps"), ("interest", "what"), ("interest", "who"),
        ("sharing", "members"), ("sharing", "source"), ("weights", "parts"),
    },
    "savings": {
        ("saving", "after_from"), ("saving", "before_document"), ("saving", "confirmed_by"), ("saving", "title"),
    },
    "services": {
        ("service_review", "body"), ("service_review", "minute_ref"), ("service_review", "priced_from"),
        ("service_review", "provider"), ("service_review", "title"),
    },
    "benefit": {
        ("running_cost", "title"), ("saving", "before_document"), ("saving", "confirmed_by"), ("saving", "title"),
    },
}  # fmt: skip
IN_A_WORKBOOK = {
    "equipment": {("asset", "facts"), ("asset", "note"), ("asset", "supplier")},
    "training": {("training", "number"), ("training", "provider")},
}
"""What the workbook of a paper shows beside that."""
"""What each paper shows of what people typed. If a paper begins to show more, think about it, then add it here."""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSchool]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("papers")
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        without_waiting(patch)
        yield PaperSchool.found(folder)


STATEMENT, VISIT = "statement", "support-visit"
"""The report “cover” without a cover is the statement; “support” about a visit is its report."""
_WITH_A_COVER = (".pdf",)
CASES = [
    (name, form) for name, forms in reporting.FORMS.items()
    for form in (_WITH_A_COVER if name == "cover" else forms)
    if form != ".htm" or name not in reporting_papers.NAMES  # the same file as .html
] + [(STATEMENT, form) for form in reporting.FORMS["cover"]] + [(VISIT, form) for form in reporting.FORMS["support"]]


@pytest.mark.parametrize(("name", "form"), CASES)
def test_a_paper_shows_what_it_is_meant_to_show_and_nothing_else(
    school: PaperSchool, tmp_path: Path, name: str, form: str
) -> None:
    out = tmp_path / f"paper{form}"
    with school.small.desk(write=True) as desk:
        rows = {"job-sheet": "defect", "permit": "permit", "support": "support_plan", VISIT: "support_visit",
                "deal": "deal"}
        about = school.rows[rows[name]] if name in rows else None
        report = {STATEMENT: "cover", VISIT: "support"}.get(name, name)
        check = "FIRE-04" if name in ("inspector", "blank-form") else ""
        reporting.write(desk, report, out, cover=school.cover if name == "cover" else None, about=about, check=check)
    found = school.marks.found_in(out.read_bytes())
    more = IN_A_WORKBOOK.get(name, set()) if form == ".xlsx" else set()
    assert {(mark.table, mark.field) for mark in found} == SHOWN[name] | more


def test_no_paper_is_without_its_list() -> None:
    assert set(SHOWN) == {*reporting.FORMS, STATEMENT, VISIT}
    assert set(reporting.FORMS["cover"]) >= set(_WITH_A_COVER)
    tables = {table for shown in SHOWN.values() for table, _ in shown}
    assert not tables & {"absence", "absence_reason", "message", "spend"}


# ---------------------------------------------------------------- the rescue folder
@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Family]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("rescued")
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        with Family.open(folder, patch) as made:
            yield made


def rescued(family: Family, folder: Path, *, with_private: bool) -> dict[str, set[Mark]]:
    """What is found in each file of a rescue of A's register, by its path within the folder."""
    done = rescue.rescue(family.stores["a"].path, folder / "out", with_private=with_private, clock=family.bench.clock)
    return {
        path.relative_to(done.folder).as_posix(): family.marks.found_in(path.read_bytes() + path.name.encode())
        for path in sorted(done.folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def held(family: Family) -> set[Mark]:
    return {mark for mark in family.marks.all() if mark.channel != "name" and may("a", mark)}


def test_a_rescue_without_private_things_holds_everything_else(family: Family, tmp_path: Path) -> None:
    by_file = rescued(family, tmp_path, with_private=False)
    found = {mark for marks in by_file.values() for mark in marks if mark.channel != "name"}
    same(found, {mark for mark in held(family) if mark.channel != "private"})


def test_a_rescue_with_private_things_keeps_them_in_a_folder_of_their_own(family: Family, tmp_path: Path) -> None:
    by_file = rescued(family, tmp_path, with_private=True)
    found = {mark for marks in by_file.values() for mark in marks if mark.channel != "name"}
    unnamed = {mark for mark in family.marks.words if (mark.owner, mark.row) == ("a", "unnamed")}
    same(found, held(family) | unnamed)  # a file no message names may be anything, so it counts as private
    private = {mark for mark in found if mark.channel == "private"} | unnamed
    beside = {name for name, marks in by_file.items() if marks & private}
    assert beside
    assert len({name.split("/")[0] for name in beside}) == 1, beside
    apart = next(iter(beside)).split("/")[0]
    others = {mark for name, marks in by_file.items() for mark in marks if not name.startswith(f"{apart}/")}
    assert not others & private
