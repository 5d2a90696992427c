"""Files in, pages out: a page has an image, or lines of text, or both.

`find_documents` tells which documents a command line means, `open_source` looks into one without
reading it whole, `load_page` reads a single page: a book is never in memory at once.
"""

from __future__ import annotations

from haedok.ingest.pages import load_page, page_image, page_view
from haedok.ingest.pdf import images_cover
from haedok.ingest.sources import PageRef, Source, find_documents, open_source

__all__ = [
    "PageRef",
    "Source",
    "find_documents",
    "images_cover",
    "load_page",
    "open_source",
    "page_image",
    "page_view",
]
