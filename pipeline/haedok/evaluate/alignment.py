"""Who stands opposite whom: the alignment of a true text with what came out.

Pages are aligned exactly (Levenshtein, unit costs; the bit-parallel method of Myers and Hyyrö in
rapidfuzz). A whole book is first cut at anchors, stretches that occur exactly once on both sides
(the idea of Bram Cohen's patience diff), so that its cost grows with its length and not with the
square of it. Every piece between two cuts is again aligned exactly.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import Levenshtein

Tag = Literal["equal", "replace", "delete", "insert"]

EXACT = 400_000_000
"""Up to this product of lengths (two texts of 20,000 characters) the alignment is exact."""
ANCHOR = 16
"""Characters of an anchor. At a CER of 30 % a page of 1,800 characters still has six of them."""
STRIDE = 8
"""Every eighth place may be an anchor: more would only cost time."""
PIECE = 8_000
"""Characters between two cuts, at least: the fewer cuts, the nearer to the exact alignment."""


class Op(NamedTuple):
    """``truth[t0:t1]`` stands opposite ``output[o0:o1]``; ``replace`` has equally many on both."""

    tag: Tag
    t0: int
    t1: int
    o0: int
    o1: int


def align(truth: Sequence[str], output: Sequence[str]) -> list[Op]:
    """The cheapest way from a true sequence to an output, in order, without gaps.

    ``delete`` is what the output lost, ``insert`` what it added.

    >>> align("핵위협", "핵위합이")
    [Op(tag='equal', t0=0, t1=2, o0=0, o1=2), Op(tag='replace', t0=2, t1=3, o0=2, o1=3),
     Op(tag='insert', t0=3, t1=3, o0=3, o1=4)]
    """
    left, right = _as_strings(truth, output)
    if len(left) * len(right) <= EXACT:
        return _fill(_equals(left, right, 0, 0), len(left), len(right))
    equals: list[Op] = []
    t0 = o0 = 0
    for t1, o1 in [*_cuts(left, right), (len(left), len(right))]:
        equals += _equals(left[t0:t1], right[o0:o1], t0, o0)
        t0, o0 = t1, o1
    return _fill(equals, len(left), len(right))


def distance(ops: list[Op]) -> int:
    """Substitutions, deletions and insertions of an alignment, summed."""
    return sum(max(op.t1 - op.t0, op.o1 - op.o0) for op in ops if op.tag != "equal")


def matches(ops: list[Op], length: int) -> list[int]:
    """For every position of the truth (``length`` of them) its equal in the output, or -1."""
    found = [-1] * length
    for op in ops:
        if op.tag == "equal":
            found[op.t0 : op.t1] = range(op.o0, op.o1)
    return found


def partners(ops: list[Op], length: int) -> list[int]:
    """As `matches`, but a substituted character counts as a partner too."""
    found = [-1] * length
    for op in ops:
        if op.tag in ("equal", "replace"):
            found[op.t0 : op.t1] = range(op.o0, op.o1)
    return found


def boundaries(ops: list[Op], length: int) -> list[int]:
    """For every boundary 0..length of the truth, the boundary of the output it falls on.

    What was added at a boundary lies behind it, except at the end of the truth.

    >>> boundaries(align("ab", "xab!"), 2)
    [0, 2, 4]
    """
    where = [-1] * (length + 1)
    end = 0
    for op in ops:
        if where[op.t0] < 0:
            where[op.t0] = op.o0
        for step in range(1, op.t1 - op.t0):
            where[op.t0 + step] = op.o0 + (0 if op.tag == "delete" else step)
        end = op.o1
    where[length] = end
    return where


def _as_strings(truth: Sequence[str], output: Sequence[str]) -> tuple[str, str]:
    """The same two sequences with one character for every distinct item."""
    left, right = "".join(truth), "".join(output)
    if len(left) == len(truth) and len(right) == len(output) and all(truth) and all(output):
        return left, right
    codes = {item: chr(code) for code, item in enumerate(dict.fromkeys([*truth, *output]))}
    return "".join([codes[item] for item in truth]), "".join([codes[item] for item in output])


def _equals(left: str, right: str, t0: int, o0: int) -> list[Op]:
    """The stretches that an exact alignment leaves as they are, ``t0`` and ``o0`` further on."""
    return [
        Op(
            "equal",
            code.src_start + t0,
            code.src_end + t0,
            code.dest_start + o0,
            code.dest_end + o0,
        )
        for code in Levenshtein.opcodes(left, right)
        if code.tag == "equal"
    ]


def _fill(equals: list[Op], t_end: int, o_end: int) -> list[Op]:
    """All operations, given the equal ones.

    Between two equal stretches every pairing costs the same, the longer of the two sides.
    Characters are paired from the left; what remains was lost or added behind them.
    """
    ops: list[Op] = []
    t = o = 0
    for equal in [*equals, Op("equal", t_end, t_end, o_end, o_end)]:
        both = min(equal.t0 - t, equal.o0 - o)
        if both:
            ops.append(Op("replace", t, t + both, o, o + both))
        if equal.t0 - t > both:
            ops.append(Op("delete", t + both, equal.t0, equal.o0, equal.o0))
        elif equal.o0 - o > both:
            ops.append(Op("insert", equal.t0, equal.t0, o + both, equal.o0))
        if ops and ops[-1].tag == "equal" == equal.tag:
            ops[-1] = ops[-1]._replace(t1=equal.t1, o1=equal.o1)
        elif equal.t1 > equal.t0:
            ops.append(equal)
        t, o = equal.t1, equal.o1
    return ops


def _cuts(left: str, right: str) -> list[tuple[int, int]]:
    """Pairs of positions, rising on both sides, in the middle of anchors."""
    cuts: list[tuple[int, int]] = []
    t0 = o0 = 0
    for t, o in _rising(_common_unique(left, right)):
        if t - t0 >= PIECE and o - o0 >= PIECE // 2:
            cuts.append((t + ANCHOR // 2, o + ANCHOR // 2))
            t0, o0 = t, o
    return cuts


def _common_unique(left: str, right: str) -> list[tuple[int, int]]:
    """Where the same `ANCHOR` characters stand, once on the left and once on the right."""
    there = _unique(right)
    found = ((t, there.get(gram, -1)) for gram, t in _unique(left).items() if t % STRIDE == 0)
    return [(t, o) for t, o in found if o >= 0]


def _unique(text: str) -> dict[int, int]:
    """Hashes of the stretches that occur once, with their places, in the order of the text."""
    import numpy as np  # noqa: PLC0415  # only a book needs it

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    hashes = np.zeros(max(0, len(codes) - ANCHOR + 1), dtype=np.uint64)
    for offset in range(ANCHOR):  # a polynomial in 64 bits, overflow and all
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + codes[offset : offset + len(hashes)]
    _, places, times = np.unique(hashes, return_index=True, return_counts=True)
    once = np.sort(places[times == 1])
    return dict(zip(hashes[once].tolist(), once.tolist(), strict=True))


def _rising(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of points (sorted by ``t``) whose ``o`` rises as well.

    >>> _rising([(0, 5), (1, 1), (2, 2), (3, 9)])
    [(1, 1), (2, 2), (3, 9)]
    """
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, o) in enumerate(points):
        pile = bisect_left(tops, o)
        before.append(ends[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(o)
            ends.append(index)
        else:
            tops[pile], ends[pile] = o, index
    chain: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(points[index])
        index = before[index]
    return chain[::-1]
