"""Looking schools up in the packaged extract of the public register."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

from bursar_desk.domain.directory import DirectorySchool
from bursar_desk.domain.errors import Refused

PARTNERSHIPS = ("boscep", "darlaston", "blackpool", "bury")
"""The partnerships a practice set can be made of; their schools that are open make them up."""

_FILES = (*PARTNERSHIPS, "wigan")


def find(urn: int) -> DirectorySchool | None:
    """The school with this URN, open or closed; None when the extract does not hold it."""
    return _by_urn().get(urn)


def partnership(name: str) -> tuple[DirectorySchool, ...]:
    """The open schools of a partnership by URN; Refused, in words, for a name that is not one."""
    if name.casefold() not in PARTNERSHIPS:
        raise Refused(
            f"There is no partnership called “{name}”.",
            "Nothing was made.",
            f"Choose one of {', '.join(PARTNERSHIPS)}.",
        )
    return tuple(school for school in _rows(name.casefold()) if school.is_open)


def search(words: str, limit: int = 20) -> tuple[DirectorySchool, ...]:
    """Open schools that hold every word in name, place, postcode or URN; names that begin with the words come first.

    Case, full stops and apostrophes do not matter, and a postcode may be typed without its space.
    """
    wanted = _plain(words).split()
    if not wanted:
        return ()
    found = [
        school
        for school in _by_urn().values()
        if school.is_open and all(word in text for text in (_searched(school),) for word in wanted)
    ]
    start = " ".join(wanted)
    found.sort(key=lambda school: (not _plain(school.name).startswith(start), _plain(school.name), school.urn))
    return tuple(found[:limit])


@cache
def _by_urn() -> dict[int, DirectorySchool]:
    """Every row once; two partnership files may hold the same school."""
    return {school.urn: school for name in _FILES for school in _rows(name)}


@cache
def _rows(name: str) -> tuple[DirectorySchool, ...]:
    text = files("resources").joinpath("directory", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(sorted(map(_school, csv.DictReader(io.StringIO(text))), key=lambda school: school.urn))


def _school(row: dict[str, str]) -> DirectorySchool:
    return DirectorySchool(
        urn=int(row["urn"]),
        la=row["la"],
        name=row["name"],
        type=row["type"],
        type_group=row["type_group"],
        status=row["status"],
        phase=row["phase"],
        low_age=_number(row["low_age"]),
        high_age=_number(row["high_age"]),
        nursery=row["nursery"] == "Has Nursery Classes",
        religious_character=_said(row["religious_character"]),
        diocese=_said(row["diocese"]),
        capacity=_number(row["capacity"]),
        pupils=_number(row["pupils"]),
        trust=row["trust"],
        federation=row["federation"],
        street=row["street"],
        locality=row["locality"],
        town=row["town"],
        postcode=row["postcode"],
        telephone=row["telephone"],
        easting=int(row["easting"]),
        northing=int(row["northing"]),
    )


def _number(text: str) -> int | None:
    return int(text) if text else None


def _said(text: str) -> str:
    """Empty for the register's ways of saying that there is nothing to say."""
    return "" if text in ("Does not apply", "Not applicable", "None") else text


@cache
def _searched(school: DirectorySchool) -> str:
    postcode = school.postcode
    parts = (school.name, school.street, school.locality, school.town, school.la, postcode, postcode.replace(" ", ""))
    return _plain(" ".join((*parts, str(school.urn))))


def _plain(text: str) -> str:
    return " ".join("".join(c for c in text.casefold() if c.isalnum() or c.isspace()).split())
