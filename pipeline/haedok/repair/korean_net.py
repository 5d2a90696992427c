"""A small net that reads Korean from both sides: where word spaces belong, what was printed.

One pass over a line answers two questions. At each boundary between two characters: the log-odds
of a word space, as all characters and the spaces *elsewhere* tell; what stands at the boundary
itself has no part in them, so that a channel of lost and invented spaces (`spacing_channel`) can
weigh it on its own ("extrinsic" odds, as in turbo decoding: Berrou and Glavieux 1996). At places
that are asked about: the log-probability of every syllable to have been printed there, given that
some of the text is misread. ``haedok.train.korean`` trains it on text noised by the engine's
confusions, with spaces lost and invented at all rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

from haedok.errors import MissingProgramError
from haedok.repair.korean_signs import EDGE, Ints, States, encode, number, shown

Floats = npt.NDArray[np.float32]

NEVER = -14.0
"""Log-probability (nats) of a syllable that the net cannot name."""
_TOKENS = 4096
"""Characters of a batch: more at a time is no faster, and takes memory."""
_PADDED = 0.1
"""Part of a batch that may be filling."""


class Line(NamedTuple):
    """Characters without spaces, and what stands at their ``len(chars) - 1`` boundaries.

    ``states`` are those of `korean_signs`: seen spaces, none seen, unknown, ends of printed lines.
    """

    chars: str
    states: States


class Word(NamedTuple):
    """A word of a text, and what may have been printed instead, syllable for syllable."""

    text: int
    """Index of the text."""
    start: int
    candidates: tuple[str, ...]


def space_odds(lines: Sequence[Line]) -> list[Floats]:
    """Log-odds (nats) of a word space at each boundary, given what is known of the others.

    >>> (odds,) = space_odds([Line(*shown("핵위협을강조하였다"))])
    >>> int(odds.argmax())
    3
    """
    none: Sequence[Ints] = [np.zeros(0, np.int64)] * len(lines)
    return [odds for odds, _ in _asked(lines, none)]


def printed(texts: Sequence[str], words: Sequence[Word]) -> list[tuple[float, ...]]:
    r"""How much likelier (nats) than the word as it stands each candidate is to have been printed.

    Syllables are asked about one by one, each in the text as it stands, and their log-odds added
    up: of a word with two errors each is heard beside the other.

    Args:
        texts: lines with their spaces; ``\n`` is the end of a printed line, where a word may go on.
        words: what is asked; every candidate is as long as the word that it may replace.

    Returns:
        For each word a number for each of its candidates. It includes how seldom syllables are
        misread (some 2 % of them in training): a voice to be weighed, not a verdict.

    >>> (odds,) = printed(["공포의 균형을 설명하고 잇다"], [Word(0, 13, ("있다", "앗다"))])
    >>> odds[0] > odds[1], odds[0] > 0
    (True, True)
    """
    lines = [Line(*shown(text)) for text in texts]
    order: list[dict[int, int]] = [{} for _ in texts]
    numbers = [_numbers_of_characters(text) for text in texts]
    for word in words:
        for at in _changed(texts[word.text], word):
            order[word.text].setdefault(at, len(order[word.text]))
    places = [
        np.array([numbers[row][at] for at in asked], np.int64) for row, asked in enumerate(order)
    ]
    rows = [logs for _, logs in _asked(lines, places)]
    return [
        tuple(_gain(texts[w.text], w, c, rows[w.text], order[w.text]) for c in w.candidates)
        for w in words
    ]


def _changed(text: str, word: Word) -> list[int]:
    """Places of the text where a candidate differs."""
    return sorted(
        {
            word.start + at
            for candidate in word.candidates
            for at, sign in enumerate(candidate)
            if text[word.start + at] != sign
        }
    )


def _numbers_of_characters(text: str) -> npt.NDArray[np.int64]:
    """For each place of a text, how many characters other than spaces stand before it."""
    solid = np.array([not char.isspace() for char in text], dtype=np.int64)
    return np.cumsum(solid) - solid


def _gain(text: str, word: Word, candidate: str, logs: Floats, order: dict[int, int]) -> float:
    total = 0.0
    for at, sign in enumerate(candidate, word.start):
        if text[at] != sign:
            row = logs[order[at]]
            total += _log(row, sign) - _log(row, text[at])
    return total


def _log(row: Floats, sign: str) -> float:
    at = number(sign)
    return NEVER if at is None else max(NEVER, float(row[at]))


def _asked(lines: Sequence[Line], places: Sequence[Ints]) -> Iterator[tuple[Floats, Floats]]:
    """Odds of spaces, and log-probabilities of syllables (places, syllables), line by line."""
    found: dict[int, tuple[Floats, Floats]] = {}
    wanted = [row for row, line in enumerate(lines) if len(line.chars) > 1 or len(places[row])]
    for batch in _batches([len(lines[row].chars) for row in wanted]):
        rows = [wanted[at] for at in batch]
        found.update(
            zip(rows, _run([lines[r] for r in rows], [places[r] for r in rows]), strict=True)
        )
    nothing = np.zeros(0, np.float32), np.zeros((0, 0), np.float32)
    return (found.get(row, nothing) for row in range(len(lines)))


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of lines to read together: of like length, and not too many."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__):
        full = lengths[at] * (len(batch) + 1) > _TOKENS
        if batch and (full or lengths[batch[0]] < (1 - _PADDED) * lengths[at] - 2):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _run(lines: Sequence[Line], places: Sequence[Ints]) -> list[tuple[Floats, Floats]]:
    width = max(2, *(len(line.chars) for line in lines))
    signs = np.zeros((len(lines), width, 4), np.int64)
    states = np.full((len(lines), width + 1), EDGE, np.int64)
    for row, line in enumerate(lines):
        signs[row, : len(line.chars)] = encode(line.chars)
        states[row, 1 : len(line.chars)] = line.states
    flat = np.concatenate([row * width + asked for row, asked in enumerate(places)])
    given = {"signs": signs, "states": states, "places": flat}
    odds, logs = _session().run(("odds", "logs"), given)
    ends = np.cumsum([len(asked) for asked in places])[:-1]
    parts = np.split(logs, ends)
    return [
        (odds[row, : max(0, len(line.chars) - 1)], part)
        for row, (line, part) in enumerate(zip(lines, parts, strict=True))
    ]


@cache
def _session() -> onnxruntime.InferenceSession:
    """The net, loaded once for each process."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    resource = files("haedok.repair") / "tables" / "korean.onnx"
    try:
        return onnxruntime.InferenceSession(
            resource.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
    except (OSError, RuntimeError) as error:
        raise MissingProgramError(
            f"the net of Korean cannot be used: {error}", "install haedok again"
        ) from error
