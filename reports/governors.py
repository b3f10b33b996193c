"""The governors' report: two A4 pages, or the same words and figures as a web page."""

from __future__ import annotations

from pathlib import Path

from reports import governors_html, governors_pages
from reports.governors_content import content_of, figures_of
from reports.governors_data import (
    AccidentGroup,
    Accidents,
    AreaRow,
    ContractRow,
    Contracts,
    Counted,
    Cover,
    CoverRow,
    DecisionRow,
    GovernorsData,
    NeighbourHelp,
    NotKept,
    NotNeeded,
    OverdueRow,
    RagColour,
    Recommended,
    RestorePractice,
    TermCount,
    TrainingRow,
    Trend,
)
from reports.saving import Written, save

__all__ = [
    "AccidentGroup",
    "Accidents",
    "AreaRow",
    "ContractRow",
    "Contracts",
    "Counted",
    "Cover",
    "CoverRow",
    "DecisionRow",
    "GovernorsData",
    "NeighbourHelp",
    "NotKept",
    "NotNeeded",
    "OverdueRow",
    "RagColour",
    "Recommended",
    "RestorePractice",
    "TermCount",
    "TrainingRow",
    "Trend",
    "Written",
    "make_pdf",
    "write_html",
    "write_pdf",
]


def make_pdf(data: GovernorsData) -> bytes:
    """Return the PDF's bytes without saving them, for a preview; the same data gives the same bytes."""
    return governors_pages.draw(data, content_of(data))[0]


def write_pdf(data: GovernorsData, path: Path) -> Written:
    """Save the two pages at ``path``; ``figures`` holds every figure on them as printed.

    Raises UserError when it cannot be saved; nothing is left behind then.
    """
    content = content_of(data)
    pdf, shown = governors_pages.draw(data, content)
    save(path, pdf)
    return Written(path, 2, figures_of(content, shown))


def write_html(data: GovernorsData, path: Path) -> Written:
    """Save the same report as one web page that a screen reader can follow. Raises UserError as for the PDF."""
    content = content_of(data)
    save(path, governors_html.page(data, content))
    return Written(path, 1, figures_of(content))
