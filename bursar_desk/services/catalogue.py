"""Reading the packaged catalogue of checks, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from bursar_desk.domain.catalogue import Catalogue, CatalogueCheck, SiteFeature


@dataclass(frozen=True, slots=True)
class _Index:
    """The first file: which files make up this edition, in the order people see."""

    edition: str
    checked: date
    country: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _CategoryFile:
    """One file of rows; all of them are of this category."""

    category: str
    rows: tuple[CatalogueCheck, ...]


@dataclass(frozen=True, slots=True)
class _FeatureFile:
    """The questions about a site."""

    features: tuple[SiteFeature, ...]


@cache
def load() -> Catalogue:
    """The shipped catalogue. Reading takes a few milliseconds; later calls give the same object.

    A packaged file that does not fit its types raises msgspec.ValidationError: the program is damaged.
    """
    folder = files("resources").joinpath("catalogue")
    index = msgspec.json.decode(folder.joinpath("index.json").read_bytes(), type=_Index)
    decoder = msgspec.json.Decoder(_CategoryFile)
    rows = tuple(row for name in index.files for row in decoder.decode(folder.joinpath(name).read_bytes()).rows)
    asked = msgspec.json.decode(folder.joinpath("features.json").read_bytes(), type=_FeatureFile)
    return Catalogue(index.edition, index.checked, rows, asked.features)
