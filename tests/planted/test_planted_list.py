"""The kept list of planted faults still fits the code, and (as a campaign) every one of them is caught."""

from __future__ import annotations

import ast

import pytest

from tests.planted.campaign import campaign
from tests.planted.fault import ROOT, Fault
from tests.planted.list import FAULTS

LEAST = 20


def test_there_are_enough_faults_and_each_has_a_name_of_its_own() -> None:
    assert len(FAULTS) >= LEAST
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_place_of_a_fault_stands_once_in_the_code(fault: Fault) -> None:
    whole = (ROOT / fault.file).read_text("utf-8")
    altered = fault.planted_in(whole)
    assert altered != whole
    ast.parse(altered)
    assert fault.tests
    for test in fault.tests:
        assert (ROOT / test.split("::")[0]).is_file(), test


@pytest.mark.campaign
@pytest.mark.timeout(4 * 3600)
def test_every_planted_fault_is_caught_by_an_ordinary_test() -> None:
    outcomes = campaign(FAULTS)
    assert [one.line for one in outcomes if not one.caught_by] == []
