"""Whether paragraphs have their roles, stand in order, and kept their notes.

Blocks of the truth and the output need not be cut alike, so every true block is looked up: the
*holder* of its text is the output block that shares most of its character trigrams (white space
taken out, counted with repetitions), provided it has at least half of them. An equal text wins over
a shared one; among equals, the first not yet taken. Several true blocks may have one holder.

* ``role``: true blocks whose holder has another role, or that have no holder. ``role_characters``:
  the same, every block weighing its characters.
* ``order``: pairs of true blocks that the output has the other way round, among all pairs of blocks
  that have holders: the normalised Kendall tau distance; ``tau`` is ``1 - 2 × order``. Blocks with
  one holder are compared by where their text begins in it.
* ``footnotes``: true footnotes that are not held by a footnote.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict

import msgspec

from haedok.evaluate.rates import Rate, Score, rate_score, total_rate
from haedok.model import Block

HELD = 0.5
GRAM = 3


class StructureReport(msgspec.Struct, frozen=True):
    """Scores of a document's structure; intervals redraw blocks."""

    role: Score
    role_characters: Score
    order: Score
    tau: float | None
    footnotes: Score
    roles: dict[str, Score]
    """``role``, for the true blocks of every role."""


def score_structure(truth: tuple[Block, ...], output: tuple[Block, ...]) -> StructureReport:
    """Compare two block lists, each in reading order."""
    texts = [_plain(block.text) for block in truth]
    holders = find_holders(texts, [_plain(block.text) for block in output])
    wrong = [
        place is None or output[place[0]].role != block.role
        for block, place in zip(truth, holders, strict=True)
    ]
    rates = [Rate(int(is_wrong), 1) for is_wrong in wrong]
    weighed = [
        Rate(len(text) * is_wrong, len(text)) for text, is_wrong in zip(texts, wrong, strict=True)
    ]
    roles: dict[str, list[Rate]] = defaultdict(list)
    for block, rate in zip(truth, rates, strict=True):
        roles[block.role].append(rate)
    places = [place for place in holders if place is not None]
    order = rate_score(Rate(discordant(places), len(places) * (len(places) - 1) // 2))
    return StructureReport(
        role=rate_score(total_rate(rates), rates),
        role_characters=rate_score(total_rate(weighed), weighed),
        order=order,
        tau=None if order.value is None else round(1 - 2 * order.value, 9),
        footnotes=rate_score(total_rate(roles["footnote"]), roles["footnote"]),
        roles={role: rate_score(total_rate(roles[role])) for role in sorted(roles) if roles[role]},
    )


def find_holders(truth: list[str], output: list[str]) -> list[tuple[int, int] | None]:
    """For every true text, the output text that holds it and where in it; None where none does.

    >>> find_holders(["북한의핵위협", "각주하나", "없는글"], ["각주하나", "앞북한의핵위험"])
    [(1, 1), (0, 0), None]
    """
    free: dict[str, list[int]] = defaultdict(list)
    grams: dict[str, Counter[int]] = defaultdict(Counter)
    for index, text in enumerate(output):
        free[text].append(index)
        for gram in _grams(text):
            grams[gram][index] += 1
    # identical texts take their partners first, so that a repeated short line keeps its own
    return [
        (free[text].pop(0), 0) if free.get(text) else _best(text, grams, output) for text in truth
    ]


def _best(text: str, grams: dict[str, Counter[int]], output: list[str]) -> tuple[int, int] | None:
    shared: Counter[int] = Counter()
    wanted = Counter(_grams(text))
    for gram, times in wanted.items():
        for index, there in grams[gram].items() if gram in grams else ():
            shared[index] += min(times, there)
    if not shared:
        return None
    index = min(shared, key=lambda i: (-shared[i], i))
    if shared[index] < HELD * wanted.total():
        return None
    return index, next((p for g in _grams(text) if (p := output[index].find(g)) >= 0), 0)


def discordant(places: list[tuple[int, int]]) -> int:
    """Pairs that stand the other way round, by merge sort in ``n log n``.

    >>> discordant([(2, 0), (0, 0), (1, 0), (1, 0)])
    3
    """
    if len(places) < 2:
        return 0
    half = len(places) // 2
    left, right = places[:half], places[half:]
    count = discordant(left) + discordant(right)
    left.sort()
    right.sort()
    ahead = 0
    for place in left:
        while ahead < len(right) and right[ahead] < place:
            ahead += 1
        count += ahead
    return count


def _grams(text: str) -> list[str]:
    """All trigrams; a shorter text is its own."""
    return [text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1))] if text else []


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
