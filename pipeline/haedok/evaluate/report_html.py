"""The report as one HTML file: truth and output side by side, every difference marked.

The file needs nothing from outside. Differences are told apart by their lines (wavy, struck,
underlined) and by words for screen readers, not by colour alone; colours follow the reader's
light or dark setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from haedok.evaluate.alignment import align
from haedok.evaluate.graphemes import Fold
from haedok.evaluate.matching import PagePair
from haedok.evaluate.report import Report, summary
from haedok.evaluate.text_metrics import cut_by_lines

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1b1b; --rule: #767676;
  --lost: #a30000; --lost-bg: #ffe9e7; --added: #00563f; --added-bg: #dff5ea;
  --other: #6b4500; --other-bg: #fff1cc; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181b; --ink: #e8e8e8; --rule: #8a8a8a;
  --lost: #ffb3ab; --lost-bg: #4a1512; --added: #9ae6c3; --added-bg: #0e3a2a;
  --other: #ffd98a; --other-bg: #463407; } }
body { margin: 0 auto; max-width: 90rem; padding: 1rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.6 "Noto Sans KR", "Noto Sans CJK KR", sans-serif; }
pre { overflow-x: auto; line-height: 1.4; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin-bottom: 2rem; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { border-top: 1px solid var(--rule); padding: .25rem .5rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; white-space: pre-wrap; font-weight: normal; }
thead th { font-weight: bold; }
.n { width: 4rem; }
a { color: inherit; }
del { color: var(--lost); background: var(--lost-bg); text-decoration: line-through; }
ins { color: var(--added); background: var(--added-bg); text-decoration: underline double; }
mark { color: var(--other); background: var(--other-bg); text-decoration: underline wavy; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
"""

LABELS = {"del": "lost", "ins": "added", "mark": "changed"}


def to_html(report: Report, pages: tuple[PagePair, ...], normalise: tuple[Fold, ...] = ()) -> str:
    """The whole file.

    Args:
        report: what `evaluation.evaluate` gave.
        pages: the pages it compared, as `evaluation.pages_of` gives them.
        normalise: the differences that were overlooked; they are not marked either.
    """
    title = escape(f"{report.output} against {report.truth}")
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
            f"<h1>{title}</h1>",
            f'<pre tabindex="0" aria-label="Scores">{escape(summary(report))}</pre>',
            "<p>In the tables: <del>lost</del>, <ins>added</ins>, <mark>changed</mark>.</p>",
            *_contents(report),
            *(row for number, page in enumerate(pages) for row in _page(number, page, normalise)),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _contents(report: Report) -> Iterator[str]:
    yield '<nav aria-label="Pages">\n<ul>'
    for number, page in enumerate(report.pages):
        name = escape(page.name)
        yield f'<li><a href="#p{number}">{name}</a>: {page.errors:,} errors in {page.n:,}</li>'
    yield "</ul>\n</nav>"


def _page(number: int, page: PagePair, normalise: tuple[Fold, ...]) -> Iterator[str]:
    yield f'<table id="p{number}">\n<caption>{escape(page.name)}</caption>'
    yield '<thead><tr><th scope="col" class="n">Line</th><th scope="col">Truth</th>'
    yield '<th scope="col">Output</th></tr></thead>\n<tbody>'
    for line, (truth, output) in enumerate(cut_by_lines(page.truth, page.output, normalise), 1):
        left, right = mark_differences(truth, output)
        yield f'<tr><th scope="row">{line}</th><td lang="ko">{left}</td>'
        yield f'<td lang="ko">{right}</td></tr>'
    yield "</tbody>\n</table>"


def mark_differences(truth: list[str], output: list[str]) -> tuple[str, str]:
    """A line of the truth and its output as HTML, with what differs marked in both.

    >>> mark_differences(list("핵위협"), list("핵위협<"))[1]
    '핵위협<ins><span class="hidden">[added: </span>&lt;<span class="hidden">]</span></ins>'
    """
    left: list[str] = []
    right: list[str] = []
    for op in align(truth, output):
        lost, got = "".join(truth[op.t0 : op.t1]), "".join(output[op.o0 : op.o1])
        tags = {"equal": ("", ""), "replace": ("mark", "mark")}.get(op.tag, ("del", "ins"))
        left.append(_marked(lost, tags[0]))
        right.append(_marked(got, tags[1]))
    return "".join(left), "".join(right)


def _marked(text: str, tag: str) -> str:
    if not (tag and text):
        return escape(text, quote=False)
    shown = escape("␣" if text == " " else text, quote=False)
    open_, close = (f'<span class="hidden">{words}</span>' for words in (f"[{LABELS[tag]}: ", "]"))
    return f"<{tag}>{open_}{shown}{close}</{tag}>"
