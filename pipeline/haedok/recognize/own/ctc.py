"""How well given texts fit a picture.

The forward algorithm of connectionist temporal classification (Graves et al. 2006, section 4.1), on
characters composed from their parts. Repair asks this: the language says 핵위협 where 핵위합 was
read; do the frames allow it?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from haedok.recognize.own.alphabet import BLANK
from haedok.recognize.own.frames import Frames

_NEVER = -1e9
"""Log-probability of what cannot be, far from the overflow that infinity would bring."""

Scores = NDArray[np.float64]


def score(frames: Frames, text: str) -> float:
    """Log-probability that the frames say exactly this text; see `scores`."""
    return float(scores(frames, [text])[0])


def scores(frames: Frames, texts: Sequence[str]) -> Scores:
    """Log-probability of each text, given the frames.

    Args:
        frames: of a line, or of the part of it where the text is to stand (`Frames.between`).
        texts: as `alphabet.written` writes them; a space is a character.

    Returns:
        One number for each text; minus infinity where it cannot be: a character is not in the
        alphabet, or there are fewer frames than characters.
    """
    if not texts:
        return np.zeros(0)
    if len(frames) == 0:
        return np.array([-np.inf if text else 0.0 for text in texts])
    emissions, labels = _emissions(frames, texts)
    skips = np.zeros(labels.shape, np.bool_)  # over the blank between two unlike characters
    skips[:, 3::2] = labels[:, 3::2] != labels[:, 1:-2:2]
    alpha = np.full(labels.shape, _NEVER)
    alpha[:, :2] = emissions[0][labels[:, :2]]
    for frame in emissions[1:]:
        before = alpha
        alpha = before.copy()
        alpha[:, 1:] = np.logaddexp(before[:, 1:], before[:, :-1])
        over = np.where(skips[:, 2:], before[:, :-2], _NEVER)
        alpha[:, 2:] = np.logaddexp(alpha[:, 2:], over)
        alpha += frame[labels]
    rows = np.arange(len(texts))
    last = np.array([2 * len(text) for text in texts])
    total = np.logaddexp(alpha[rows, last], np.where(last > 0, alpha[rows, last - 1], _NEVER))
    return np.where(total > _NEVER / 2, total, -np.inf)


def _emissions(frames: Frames, texts: Sequence[str]) -> tuple[Scores, NDArray[np.intp]]:
    """Log-probabilities, T x C, of the characters that occur, and which stand where, N x S.

    Column 0 is blank, and stands before and behind every character; behind shorter texts, blanks
    go on that lead nowhere.
    """
    columns = [frames.kind[:, BLANK].astype(np.float64)]
    numbers: dict[str, int] = {}
    for character in dict.fromkeys("".join(texts)):
        found = frames.character(character)
        numbers[character] = len(columns)
        columns.append(np.full(len(frames), _NEVER) if found is None else found.astype(np.float64))
    longest = max(len(text) for text in texts)
    labels = np.zeros((len(texts), max(2, 2 * longest + 1)), np.intp)
    for row, text in zip(labels, texts, strict=True):
        row[1 : 2 * len(text) : 2] = [numbers[character] for character in text]
    return np.stack(columns, axis=1), labels
