"""The workbook of the governors' report lists the checks that were ruled out, with who, why and until when."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

from openpyxl import load_workbook

from reports.governors_content import content_of
from reports.governors_data import NotNeeded, RuledOut
from reports.workbook import make_xlsx
from tests.output.governors_story import story


def test_checks_ruled_out_stand_on_a_sheet_of_their_own_and_no_text_of_theirs_runs() -> None:
    listed = (
        RuledOut("Fire door holders, weekly release test", "=HYPERLINK(1)", "Dawn Hill", dt.date(2027, 3, 1)),
        RuledOut("Swimming pool", "The site has none of this: swimming pool.", "", None),
    )
    data = replace(story(), not_needed=NotNeeded(2, (), listed))
    made, _sheets = make_xlsx(data, content_of(data))
    sheet = load_workbook(io.BytesIO(made))["Not needed here"]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]
    assert rows[0] == ("Check", "Why", "Said by", "Look again on")
    assert rows[1][0] == "Fire door holders, weekly release test"
    assert str(rows[1][3])[:10] == "2027-03-01"
    assert sheet["B3"].data_type == "s"
    assert rows[2][:2] == ("Swimming pool", "The site has none of this: swimming pool.")


def test_without_such_checks_there_is_no_such_sheet() -> None:
    data = replace(story(), not_needed=None)
    made, sheets = make_xlsx(data, content_of(data))
    names = load_workbook(io.BytesIO(made)).sheetnames
    assert len(names) == sheets
    assert "Not needed here" not in names
