"""How a page lies: on its side or its head, askew, bent; and where there is text on it.

All is measured once, on a small copy of the page. A page is turned only when its letters say so
clearly; where they do not, a reader may be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from haedok import settings as config
from haedok.prepare.content import holds_text
from haedok.prepare.curl import Sag, fragments_to_sag
from haedok.prepare.fragments import Fragments, page_to_fragments
from haedok.prepare.geometry import image_to_skew, rotate
from haedok.prepare.grey import Grey
from haedok.prepare.upright import Votes, windows_to_votes
from haedok.prepare.windows import page_to_windows

ReadsBetter = Callable[[Grey], float]
"""How well a picture of a few lines can be read: higher is better, on any scale."""

SIDE = 1200
"""Longer side in pixels of the copy that is looked at."""
_ERRORS = 4.0
"""Standard errors by which the letters' vote must differ from none."""
_LEAN = 0.1
"""Smallest vote in nats; pages of the training faces have 0.2 to 1.5."""
_CERTAIN = 9.0
"""Standard errors that make it needless to look at the page from its side as well."""
_LINES = 6.0
"""Ems of height of the strip that a reader is shown."""


class Survey(NamedTuple):
    """What a page needs, and what is on it."""

    quarters: int
    """Quarters of a circle to turn it anticlockwise; 0 when in doubt."""
    skew: float
    """Degrees to turn it anticlockwise after that."""
    sag: Sag | None
    """How its lines run once it is turned, on the small copy."""
    inked: bool
    """Whether any of the ink could be letters by its size."""
    text: bool
    """Whether there may be text."""


class _View(NamedTuple):
    """A page as seen after some quarters of a turn, and levelled."""

    quarters: int
    skew: float
    fragments: Fragments
    votes: Votes

    @property
    def strength(self) -> float:
        """How clearly letters stand upright or on their heads; 0 where they lie on their sides."""
        return 0.0 if self.votes.best % 2 else abs(self.votes.errors)

    @property
    def sure(self) -> bool:
        return self.strength >= _ERRORS and abs(self.votes.lean) >= _LEAN


def page_to_survey(
    image: Grey, small: Grey, settings: config.Prepare, reads_better: ReadsBetter | None = None
) -> Survey:
    """Look at a page.

    Args:
        image: height x width, dark on light, evenly lit.
        small: the same, some ``SIDE`` pixels high.
        settings: whether the page may be turned by quarters, and the largest skew that is its own.
        reads_better: asked where letters do not tell which way up they are, and before a page is
            stood on its head; once for each way.
    """
    view = _view(small, 0, settings.max_skew)
    if settings.orient:
        if view.strength < _CERTAIN:
            view = max(view, _view(small, 1, settings.max_skew), key=lambda each: each.strength)
        on_head = view.sure and view.votes.lean < 0
        if reads_better is not None and (on_head or view.strength < _CERTAIN):
            # letters of a page in small type look upright both ways; reading settles it
            on_head = _better_turned(image, view, reads_better)
        elif not view.sure and view.quarters:
            view = _view(small, 0, settings.max_skew)
        if on_head:
            view = _view(small, view.quarters + 2, settings.max_skew)
    fragments = view.fragments
    sag = fragments_to_sag(fragments)
    text = holds_text(fragments, view.votes)
    return Survey(view.quarters, view.skew, sag, fragments.em > 0, text)


def _view(small: Grey, quarters: int, max_skew: float) -> _View:
    turned = np.ascontiguousarray(np.rot90(small, quarters))
    skew = image_to_skew(turned, max_skew)
    level = rotate(turned, skew)[0] if skew else turned
    fragments = page_to_fragments(level)
    return _View(quarters, skew, fragments, windows_to_votes(page_to_windows(level, fragments)))


def _better_turned(image: Grey, view: _View, reads_better: ReadsBetter) -> bool:
    """Whether a strip of lines about the middle of the text reads better on its head."""
    fragments = view.fragments
    if len(fragments.boxes) == 0:
        return False
    page = np.rot90(image, view.quarters)
    scale = page.shape[0] / fragments.ink.shape[0]
    boxes = fragments.boxes
    middle = float(np.median(boxes[:, 1] + boxes[:, 3] / 2))
    half = _LINES * fragments.em / 2
    top, foot = (max(0, round((middle + side) * scale)) for side in (-half, half))
    strip = np.ascontiguousarray(page[top:foot])
    return reads_better(np.ascontiguousarray(np.rot90(strip, 2))) > reads_better(strip)
