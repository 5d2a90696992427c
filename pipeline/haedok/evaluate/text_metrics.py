"""How far a text is from the true one: characters, jamo, words, word spaces, scripts, items.

All rates are ``(substitutions + deletions + insertions) / true units``, counted over a whole page
(ISRI's definition; Rice, Jenkins and Nartker 1996), and a page's text is normalised as
`graphemes.lines_of` says: NFC, a line end is a space, a run of white space is one space.

* ``cer``: graphemes, spaces included. ``cer_no_space``: all spaces taken out of both sides first.
* ``jamo_cer``: as ``cer``, every Hangul syllable taken apart into its two or three jamo, so that 협
  read as 합 is one error in three.
* ``eojeol``: whole words between spaces (a word error rate).
* ``spacing``: word spaces as things to be found. Both texts are aligned without their spaces; a
  space of the output is right when a true space stands before the same character or behind the
  same character. No true space is found twice.
* ``script:…``: the errors of ``cer``, by script. A substitution or deletion belongs to the script
  of the *true* character, an insertion to the script of the *inserted* one; ``n`` counts true
  characters of the script. So the parts sum to the whole. Where several alignments cost the same,
  `alignment.align` decides.
* ``gloss``, ``citation``, ``number``: see `items`.
"""

from __future__ import annotations

from haedok.evaluate.alignment import Op, align, boundaries, distance, matches, partners
from haedok.evaluate.graphemes import SCRIPTS, Fold, join_lines, lines_of, script_of, to_jamo
from haedok.evaluate.items import item_rates
from haedok.evaluate.rates import Count, Found, Rate


def text_counts(truth: str, output: str, folds: tuple[Fold, ...] = ()) -> dict[str, Count]:
    """All counts for one page (or line), under the names of the module's docstring.

    >>> text_counts("핵위협 2개", "핵위합 2개")["jamo_cer"]
    Rate(errors=1, n=12)
    """
    return piece_counts(join_lines(lines_of(truth, folds)), join_lines(lines_of(output, folds)))


def piece_counts(truth: list[str], output: list[str]) -> dict[str, Count]:
    """All counts for a stretch of graphemes; it may begin or end with a space."""
    ops = align(truth, output)
    letters, out_letters = _letters(truth), _letters(output)
    letter_ops = align(letters, out_letters)
    return {
        "cer": Rate(distance(ops), len(truth)),
        "cer_no_space": Rate(distance(letter_ops), len(letters)),
        "jamo_cer": _rate(to_jamo(truth), to_jamo(output)),
        "eojeol": _rate(_words(truth), _words(output)),
        "spacing": _spacing(truth, output, [*partners(letter_ops, len(letters)), -1]),
        **script_rates(truth, output, ops),
        **item_rates(truth, output, matches(ops, len(truth))),
    }


def script_rates(truth: list[str], output: list[str], ops: list[Op]) -> dict[str, Rate]:
    """The errors of an alignment by script; they sum to ``distance(ops)``."""
    errors = dict.fromkeys(SCRIPTS, 0)
    chances = dict.fromkeys(SCRIPTS, 0)
    for grapheme in truth:
        chances[script_of(grapheme)] += 1
    for op in ops:
        if op.tag != "equal":
            wrong = output[op.o0 : op.o1] if op.tag == "insert" else truth[op.t0 : op.t1]
            for grapheme in wrong:
                errors[script_of(grapheme)] += 1
    return {f"script:{script}": Rate(errors[script], chances[script]) for script in SCRIPTS}


Piece = tuple[list[str], list[str]]
"""Graphemes of the truth, and those of the output that stand opposite."""


def cut_by_lines(truth: str, output: str, folds: tuple[Fold, ...] = ()) -> list[Piece]:
    r"""The lines of the truth, each with the piece of the output that stands opposite it.

    The space of a line end belongs to the line before it. Together the lines are the whole text,
    so their character counts sum to those of the page.

    >>> [("".join(t), "".join(o)) for t, o in cut_by_lines("북한의\n핵위협", "북한 의 핵위험")]
    [('북한의 ', '북한 의 '), ('핵위협', '핵위험')]
    """
    lines = lines_of(truth, folds)
    whole, out = join_lines(lines), join_lines(lines_of(output, folds))
    where = boundaries(align(whole, out), len(whole))
    where[0] = 0
    pieces: list[Piece] = []
    start = 0
    for line in lines:
        end = min(start + len(line) + 1, len(whole))
        pieces.append((whole[start:end], out[where[start] : where[end]]))
        start = end
    return pieces


def _rate(truth: list[str], output: list[str]) -> Rate:
    return Rate(distance(align(truth, output)), len(truth))


def _letters(text: list[str]) -> list[str]:
    return [grapheme for grapheme in text if grapheme != " "]


def _words(text: list[str]) -> list[str]:
    return "".join(text).split()


def _spaces(text: list[str]) -> list[int]:
    """For every space, the number of letters before it."""
    return [place - nth for nth, place in enumerate(i for i, c in enumerate(text) if c == " ")]


def _spacing(truth: list[str], output: list[str], partner: list[int]) -> Found:
    """How many true spaces find a space of their own; each space of the output is used once.

    ``partner`` has an entry more than there are letters, -1, for spaces at either end.
    """
    wanted, found = _spaces(truth), _spaces(output)
    free = set(found)
    for place in wanted:
        behind = partner[place - 1] + 1 if partner[place - 1] >= 0 else -1
        hit = next((p for p in (behind, partner[place]) if p in free), None)
        if hit is not None:
            free.remove(hit)
    return Found(len(found) - len(free), len(found), len(wanted))
