"""Characters written as HTML references where no HTML is: ``&#50504;&#45397;``, ``R&amp;D``.

Markup and text about markup are left alone: there a reference is what the author meant.
"""

from __future__ import annotations

import html
import re
from html.entities import html5

from haedok.repair import lexicon
from haedok.repair.readings import Reading

SURE = 0.999
MOST_ESCAPES = 4
"""How often a reference may have been escaped again: ``&amp;amp;#50504;`` is three deep."""

_REFERENCE = re.compile(r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")
_ROW = re.compile(rf"(?:{_REFERENCE.pattern})+")
_ABOUT_MARKUP = re.compile(
    r"</?[a-zA-Z!]|[{}\\]|=\s*[\"']|`&|&[a-z#0-9]+;`|\w\(&|[\"']&\w+;[\"']"
    r"|HTML|XML|SGML|[Uu]nicode|[Ee]scape|[Ee]ntit|유니코드|엔티티|이스케이프|태그"
)
_CODE = re.compile(r"[\[\]();|$=<>/]")
_GLUED = re.compile(r"(?<=[A-Z])&amp;(?=[A-Z])")


def decoded(text: str) -> list[Reading]:
    """References of a line of prose, each row of them one reading.

    >>> [r.best for r in decoded("&#50504;&#45397;, R&amp;D")], decoded("<b>&#50504;&#45397;</b>")
    (['안녕', '&'], [])
    >>> [r.best for r in decoded("&amp;lsquo;핵공유&amp;rsquo;")], decoded("use &amp; in HTML")
    (['‘', '’'], [])
    """
    if "&" not in text or ";" not in text or _ABOUT_MARKUP.search(text):
        return []
    found = [(m, _unescaped(m.group())) for m in _ROW.finditer(text)]
    made = [(m, reading) for m, reading in found if reading is not None]
    if not (lexicon.has_hangul(text) or any(lexicon.has_hangul(r) for _, r in made)):
        made = [(m, "&") for m in _GLUED.finditer(text) if not _CODE.search(text[: m.start()])]
    return [
        Reading(m.start(), m.end(), ((reading, SURE),), SURE, ("HTML reference decoded",))
        for m, reading in made
    ]


def _unescaped(row: str) -> str | None:
    """The characters of a row of references, None if one of them is no character of a text."""
    for _ in range(MOST_ESCAPES):
        if not _REFERENCE.search(row):
            break
        names = re.findall(r"&([A-Za-z]{2,8}\d{0,2};)", row)
        if any(name not in html5 for name in names):
            return None
        row = html.unescape(row)
    row = row.replace("\xa0", " ")
    return row if row.isprintable() and "\ufffd" not in row else None
