"""``diff/0001.diff``: what was changed on a page, as a unified diff of its lines."""

from __future__ import annotations

import difflib

from haedok.emit.text import page_text, raw_page_text
from haedok.model import Page


def page_diff(page: Page) -> str:
    """The page before and after its corrections; empty where nothing was changed.

    Every line of the diff ends in LF, so that ``patch -R`` undoes it.
    """
    return "".join(
        difflib.unified_diff(
            raw_page_text(page).splitlines(keepends=True),
            page_text(page).splitlines(keepends=True),
            f"text/pages/{page.number:04d}.txt",
            f"text/pages/{page.number:04d}.txt",
            "raw",
            "repaired",
            n=1,
        )
    )
