"""Text that a PDF carries beside its picture: whether to use it, and which lines of it.

signs.py     what a line or a page gives away, from its characters alone
sight.py     how the layer lies on the print, without reading it
verdict.py   the verdict: use it, use some of it, or read the picture
mixing.py    the layer and the reading of the picture, line by line
"""

from haedok.layers.mixing import Merged, merge, moved
from haedok.layers.sight import Sight, look
from haedok.layers.verdict import Verdict, judge

__all__ = ["Merged", "Sight", "Verdict", "judge", "look", "merge", "moved"]
