"""Known text → typeset page → worn image, with the truth down to the box of every character.

Everything comes from one seed number: two runs with the same text, seed and recipe give the same
bytes. Serves tests (few fixed pages), statistics of what an engine makes of a page (``damage``)
and training (``lines``).
"""

from haedok.synthesize.press import Sheet, press, synthesize

__all__ = ["Sheet", "press", "synthesize"]
