"""Whether there is text on a page, or only a picture, or dirt."""

from __future__ import annotations

import numpy as np

from haedok.prepare.fragments import Fragments
from haedok.prepare.upright import Votes

_FEW = 30
"""Pieces of ink as large as letters; fewer may be a heading or a page number and no more."""
_IN_LINES = 0.15
"""Part of the ink that lies in fragments of lines: in photographs, halftone and noise at most 0.12,
with two lines of text below a photograph at least 0.18."""
_ERRORS = 3.0
"""Standard errors by which windows look like letters, upright or on their heads."""


def holds_text(fragments: Fragments, votes: Votes) -> bool:
    """Whether any of a page's ink may be text; True when in doubt."""
    letters = 0 if fragments.em == 0 else int((fragments.pieces[:, 3] >= 0.3 * fragments.em).sum())
    in_lines = np.count_nonzero(fragments.labels[fragments.ink])
    enough = in_lines >= _IN_LINES * np.count_nonzero(fragments.ink)
    return bool((0 < letters < _FEW) or enough or abs(votes.errors) >= _ERRORS)
