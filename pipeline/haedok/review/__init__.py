"""Review: a local web page on which a person goes through the changes of a document.

source.py     where a document of ``corpus/`` came from, and so where its decisions lie
pages.py      what is to be reviewed: raw lines, proposals, pictures
decisions.py  ``decisions.jsonl``: one more row, one row less, never half a row
desk.py       both together: what stands on the page, what a click does
server.py     HTTP on this machine alone; ``page.html``, ``page.css`` and ``page.js`` are the page
"""

from __future__ import annotations

from haedok.review.desk import Desk, open_desk
from haedok.review.server import ReviewServer, serve

__all__ = ["Desk", "ReviewServer", "open_desk", "serve"]
