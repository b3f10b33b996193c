"""Reads a PDF back for the tests: its text page by page, its title, its bookmarks, where its text stands."""

from __future__ import annotations

import pypdfium2


def texts(pdf: bytes) -> list[str]:
    """Return the text of each page on one line, in drawing order."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [" ".join(_page_text(page).split()) for page in document]
    finally:
        document.close()


def _page_text(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    try:
        return str(text.get_text_range())
    finally:
        text.close()


def about(pdf: bytes) -> dict[str, str]:
    """Return title, author and the like."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return dict(document.get_metadata_dict())
    finally:
        document.close()


def bookmarks(pdf: bytes) -> list[str]:
    """Return the bookmarks in order."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [mark.get_title() for mark in document.get_toc()]
    finally:
        document.close()


def boxes(pdf: bytes) -> list[list[tuple[float, float, float, float]]]:
    """Return for each page the (left, bottom, right, top) of every piece of text, in points from the lower left."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            text = page.get_textpage()
            found.append([text.get_rect(index) for index in range(text.count_rects())])
            text.close()
        return found
    finally:
        document.close()
