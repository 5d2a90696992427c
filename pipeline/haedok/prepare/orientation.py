"""Which way up a page is."""

from __future__ import annotations

from haedok.prepare.grey import Grey


def image_to_quarter_turns(image: Grey) -> int:
    """Quarters of a circle to turn the page anticlockwise; 0 when in doubt."""
    return 0
