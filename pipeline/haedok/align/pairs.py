"""Parts of a paper that come in both languages: titles, authors, keywords, captions, abstracts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from haedok.align.beads import align_beads
from haedok.align.evidence import sides
from haedok.align.glosses import term_score
from haedok.align.lexicon import Lexicon
from haedok.align.people import likeness, people
from haedok.align.sentences import sentences
from haedok.model import Block, Pair, PairKind
from haedok.structure.signs import label_end


class Span(msgspec.Struct, frozen=True):
    """A piece of a block's text; ``anchor`` says where it stands."""

    text: str
    anchor: str
    confidence: float = 1.0


def span(block: Block, start: int, end: int) -> Span:
    """A piece of a block, its anchor without offsets if it is the whole of it."""
    whole = start == 0 and end == len(block.text)
    anchor = block.id if whole else f"{block.id}:{start}-{end}"
    return Span(block.text[start:end], anchor, block.confidence)


def pair(kind: PairKind, ko: Span, en: Span, score: float) -> Pair:
    """A row of the table; what is read badly is paired with less confidence."""
    score *= min(ko.confidence, en.confidence)
    return Pair(kind, ko.text, en.text, round(score, 4), ko.anchor, en.anchor)


def readable(block: Block) -> bool:
    """Whether a Korean block can be handed on: Hangul in it, and most of it read."""
    bad = sum(end - start for start, end, _ in block.marks)
    return bool(re.search(r"[가-힣]", block.text)) and bad <= 0.1 * len(block.text)


def in_languages(blocks: Sequence[Block], *roles: str) -> tuple[list[Block], list[Block]]:
    """Korean and English blocks that have one of the roles."""
    own = [block for block in blocks if block.role in roles]
    ko = [block for block in own if block.lang != "en" and readable(block)]
    return ko, [block for block in own if block.lang == "en"]


def title_pairs(blocks: Sequence[Block], entries: Lexicon) -> Iterator[Pair]:
    """The Korean title with the English one, and a subtitle with a subtitle."""
    for role in ("title", "subtitle"):
        ko, en = in_languages(blocks, role)
        if ko and en:
            a, b = span(ko[0], 0, len(ko[0].text)), span(en[0], 0, len(en[0].text))
            # One title of each kind in a paper: their place already says that they belong together.
            score = 0.7 + 0.3 * min(1.0, 2 * (term_score(a.text, b.text, entries) - 0.4))
            yield pair("title", a, b, min(score, 0.99))


def author_pairs(blocks: Sequence[Block]) -> Iterator[Pair]:
    """Korean names with the Latin spelling that sounds most like them, one to one."""
    ko_blocks, en_blocks = in_languages(blocks, "author")
    ko = [piece for block in ko_blocks for piece in _names(block)]
    en = [piece for block in en_blocks for piece in _names(block)]
    taken: set[str] = set()
    ranked = sorted(((likeness(a.text, b.text), a, b) for a in ko for b in en), key=_by_score)
    for score, a, b in ranked:
        if score >= 0.5 and not {a.anchor, b.anchor} & taken:
            taken |= {a.anchor, b.anchor}
            yield pair("author", a, b, min(score, 0.99))


def _by_score(row: tuple[float, Span, Span]) -> tuple[float, str, str]:
    return -row[0], row[1].anchor, row[2].anchor


def _names(block: Block) -> Iterator[Span]:
    for name in people(block.text):
        spaced = r"\s*".join(map(re.escape, name.replace(" ", "")))
        found = re.search(spaced, block.text)
        if found:
            piece = span(block, *found.span())
            yield msgspec.structs.replace(piece, text=name)


def keywords(blocks: Sequence[Block]) -> list[Span]:
    """The keywords of keyword blocks, without their label.

    >>> block = Block("b1", 1, "keywords", "ko", "주제어: 핵공유, 확장억제(미국)", 1.0, ((1, 1),))
    >>> [(k.text, k.anchor) for k in keywords([block])]
    [('핵공유', 'b1:5-8'), ('확장억제(미국)', 'b1:10-18')]
    """
    found: list[Span] = []
    for block in blocks:
        at = label_end(block.text)
        for piece in re.finditer(r"(?:[^,;、·ㆍ∙/()]|\([^)]*\))+", block.text[at:]):
            text = piece.group().strip(" .:：")
            start = at + piece.start() + piece.group().find(text)
            if text:
                found.append(span(block, start, start + len(text)))
    return found


def keyword_pairs(blocks: Sequence[Block], entries: Lexicon) -> Iterator[Pair]:
    """Keywords in their order where both lists are as long; else only those the words support."""
    ko_blocks, en_blocks = in_languages(blocks, "keywords")
    ko, en = keywords(ko_blocks), keywords(en_blocks)
    scores = [[term_score(a.text, b.text, entries) for b in en] for a in ko]
    if len(ko) == len(en):
        straight = _order_holds(scores)
        for i, (a, b) in enumerate(zip(ko, en, strict=True)):
            if straight:
                yield pair("keyword", a, b, min(0.6 + 0.4 * scores[i][i], 0.97))
        if straight:
            return
    for i, j in _mutual(scores):
        yield pair("keyword", ko[i], en[j], scores[i][j])


def _order_holds(scores: list[list[float]]) -> bool:
    """No keyword fits another one's partner clearly better than its own."""
    crossed = sum(max(row) > row[i] + 0.15 for i, row in enumerate(scores))
    return crossed <= len(scores) // 4


def _mutual(scores: list[list[float]], least: float = 0.7) -> Iterator[tuple[int, int]]:
    """Cells that are the clear best of their row and of their column."""
    for i, row in enumerate(scores):
        best = max(row, default=0.0)
        j = row.index(best) if row else -1
        column = sorted((other[j] for other in scores), reverse=True) if row else []
        if best >= least and column[0] == best and column[1:2] < [best] and row.count(best) == 1:
            yield i, j


def caption_pairs(blocks: Sequence[Block]) -> Iterator[Pair]:
    """Captions of one table or figure in both languages: same kind, same number."""
    ko, en = in_languages(blocks, "caption")
    labelled = {label: block for block in en if (label := caption_label(block.text))}
    for block in ko:
        label = caption_label(block.text)
        other = labelled.pop(label, None) if label else None
        if other is not None:
            yield pair(
                "caption",
                span(block, 0, len(block.text)),
                span(other, 0, len(other.text)),
                0.95,
            )


def caption_label(text: str) -> tuple[str, str] | None:
    """Kind and number of a caption.

    >>> caption_label("<표 1> 핵전력"), caption_label("Figure 2. Deployment")
    (('table', '1'), ('figure', '2'))
    """
    found = re.match(r"\W*(표|Table|그림|Figure|Fig\.?)\s*([\d.-]*\d)", text, re.I)
    if found is None:
        return None
    return "table" if found[1].lower() in ("표", "table") else "figure", found[2]


def abstract_pairs(blocks: Sequence[Block], entries: Lexicon) -> Iterator[Pair]:
    """Sentences of the Korean abstract with those of the English one."""
    ko_blocks, en_blocks = in_languages(blocks, "abstract")
    ko, en = abstract_sentences(ko_blocks), abstract_sentences(en_blocks)
    yield from sentence_pairs(ko, en, entries)


def abstract_sentences(blocks: Sequence[Block]) -> list[Span]:
    """Sentences of abstract blocks, without the label."""
    return [
        span(block, at + s.start, at + s.end)
        for block in blocks
        for at in (label_end(block.text),)
        for s in sentences(block.text[at:])
    ]


def sentence_pairs(ko: Sequence[Span], en: Sequence[Span], entries: Lexicon) -> Iterator[Pair]:
    """Align two lists of sentences; several of one side are joined by a space."""
    evidence = sides([s.text for s in ko], [s.text for s in en], entries)
    for bead in align_beads(evidence):
        left, right = ko[slice(*bead.ko)], en[slice(*bead.en)]
        if left and right:
            yield pair("sentence", _merged(left), _merged(right), bead.posterior)


def _merged(spans: Sequence[Span]) -> Span:
    """Several sentences as one; the anchor runs from the first to the last, or lists blocks."""
    if len(spans) == 1:
        return spans[0]
    return Span(
        text=" ".join(s.text for s in spans),
        anchor=merged_anchor([s.anchor for s in spans]),
        confidence=min(s.confidence for s in spans),
    )


def merged_anchor(anchors: Sequence[str]) -> str:
    """One anchor for neighbouring pieces; pieces of several blocks are joined by ``+``.

    >>> merged_anchor(["b1:0-9", "b1:10-20"]), merged_anchor(["b1:5-9", "b2:0-4"])
    ('b1:0-20', 'b1:5-9+b2:0-4')
    """
    found: list[str] = []
    for anchor in anchors:
        if found and ":" in anchor and found[-1].split(":")[0] == anchor.split(":")[0]:
            found[-1] = found[-1].rsplit("-", 1)[0] + "-" + anchor.rsplit("-", 1)[1]
        else:
            found.append(anchor)
    return "+".join(found)
