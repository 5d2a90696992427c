"""``report.html``: one file a reviewer can open anywhere, with every edit in its line.

For each page: what was done to it, then each line that has an edit, with its picture above its text
(where there is one), so that the eye can judge. No script, no outside resource.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path

from PIL import Image

from haedok.emit.summary import counts
from haedok.model import Box, Document, Edit, Line, Page

ImageOf = Callable[[Page], Path | None]
"""Where the prepared image of a page is, if it has one."""

TEMPLATE = Path(__file__).with_name("report.css")
CROP_WIDTH = 900
"""Pixels; a text line stays readable and a page of crops stays small."""


def report(document: Document, image_of: ImageOf) -> bytes:
    """The whole report."""
    body = "".join(
        [
            f"<h1>{escape(document.name)}</h1>",
            _overview(document),
            *(_page(page, image_of(page)) for page in document.pages),
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.name)} · haedok</title>"
        f"<style>{TEMPLATE.read_text('utf-8')}</style></head>\n<body>{body}</body></html>\n"
    ).encode()


def _overview(document: Document) -> str:
    numbers = counts(document)
    edits = numbers["edits"]
    cells = [
        ("pages", numbers["pages"]),
        ("lines", numbers["lines"]),
        ("corrected", edits.get("corrected", 0)),
        ("doubtful", edits.get("doubtful", 0)),
        ("unreadable", edits.get("unreadable", 0)),
        ("pairs", sum(numbers["pairs"].values())),
    ]
    causes = ", ".join(f"{escape(cause)} {n}" for cause, n in numbers["causes"].items())
    failures = "".join(
        f"<li>page {f.page} ({escape(f.source)}), {escape(f.stage)}: {escape(f.message)}</li>"
        for f in document.failures
    )
    return (
        "<dl class=numbers>"
        + "".join(f"<div><dt>{name}</dt><dd>{number:,}</dd></div>" for name, number in cells)
        + f"</dl><p>Lines by cause: {causes}.</p>"
        + (f"<h2>Failed pages</h2><ul>{failures}</ul>" if failures else "")
        + "<p class=legend><span class=corrected><del>raw</del><ins>reading</ins></span> changed · "
        "<span class=doubtful>raw<i>reading? 62 %</i></span> offered, not changed · "
        "<span class=unreadable>raw</span> damaged, not read</p>"
    )


def _page(page: Page, image: Path | None) -> str:
    steps = ", ".join(f"{step.name} {step.detail}".strip() for step in page.steps)
    lines = {line.number: line for line in page.lines}
    by_line: dict[int, list[Edit]] = {}
    for edit in page.edits:
        by_line.setdefault(edit.line, []).append(edit)
    edited = [(lines[number], by_line[number]) for number in sorted(by_line)]
    boxes = [line.box for line, _ in edited]
    crops = list(_crops(image, boxes)) if image else [""] * len(edited)
    rows = "".join(
        _line(line, edits, crop) for (line, edits), crop in zip(edited, crops, strict=True)
    )
    return (
        f'<section id="p{page.number}"><h2>Page {page.number}</h2>'
        f"<p class=steps>{escape(page.source)}{': ' + escape(steps) if steps else ''}</p>"
        + (f"<ol>{rows}</ol>" if rows else "<p>Nothing to change.</p>")
        + "</section>\n"
    )


def _line(line: Line, edits: Sequence[Edit], crop: str) -> str:
    picture = f'<img alt="" src="{crop}">' if crop else ""
    return (
        f'<li value="{line.number}"><span class=cause>{line.cause}</span>{picture}'
        f"<p>{''.join(_pieces(line.text, edits))}</p></li>"
    )


def _pieces(text: str, edits: Sequence[Edit]) -> Iterator[str]:
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        yield escape(text[at : edit.start])
        yield _edit(edit)
        at = edit.end
    yield escape(text[at:])


def _edit(edit: Edit) -> str:
    offers = " · ".join(f"{text} {share:.0%}" for text, share in edit.candidates[:5])
    grounds = "; ".join((edit.cause, *edit.evidence, *([offers] if offers else [])))
    title = f'title="{escape(grounds)}"'
    raw = escape(edit.raw)
    if edit.status == "corrected":
        reading = escape(edit.reading or "")
        return f"<span class=corrected {title}><del>{raw}</del><ins>{reading}</ins></span>"
    if edit.status == "doubtful":
        offer = f"{escape(edit.reading or '')}? {edit.confidence:.0%}"
        return f"<span class=doubtful {title}>{raw}<i>{offer}</i></span>"
    return f"<span class=unreadable {title}>{raw}</span>"


def _crops(path: Path, boxes: Sequence[Box | None]) -> Iterator[str]:
    """Pictures of lines as data URIs; empty where a line has no box."""
    with Image.open(path) as page:
        for box in boxes:
            if box is None or box.width < 1 or box.height < 1:
                yield ""
                continue
            picture = line_picture(page, box)
            yield "data:image/jpeg;base64," + base64.b64encode(picture).decode()


def line_picture(page: Image.Image, box: Box) -> bytes:
    """A line cut out of the image of its page, with a margin around it, as a small grey JPEG."""
    margin = box.height // 4
    crop = page.crop(
        (
            max(box.x0 - margin, 0),
            max(box.y0 - margin, 0),
            min(box.x1 + margin, page.width),
            min(box.y1 + margin, page.height),
        )
    ).convert("L")
    crop.thumbnail((CROP_WIDTH, CROP_WIDTH))
    buffer = io.BytesIO()
    crop.save(buffer, "JPEG", quality=45, optimize=True)
    return buffer.getvalue()
