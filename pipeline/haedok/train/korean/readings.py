"""Lines that an engine really read, beside what was printed: damage as it is.

``PAIRS`` are rows of ``haedok/repair/tables/build_pairs.py`` or of ``haedok.train.korean.pages``:
``[written, read, wear, document]``, a line each, in order. Where both agree, or differ sign by
sign, it is known what was printed in the place of each sign; what was lost or put in is not
learned from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from haedok.recognize.own import alphabet
from haedok.repair.korean_signs import (
    BREAK,
    EDGE,
    NO_SYLLABLE,
    NONE,
    SPACE,
    UNKNOWN,
    encode,
    number,
    shown,
)
from haedok.train.korean.material import RUN, Flags, Rng
from haedok.train.korean.noise import CLEAN_ASKED, MASKED, Batch

NOTHING = -1
"""It is not known what was printed."""
LONGEST_CHANGE = 3
"""Longer stretches that differ are of no use sign by sign."""

Signs = npt.NDArray[np.int16]
States = npt.NDArray[np.int8]


class Read(NamedTuple):
    """Lines one behind the other; the last three say what is behind a character."""

    signs: Signs
    """As they were read (length, 4)."""
    printed: Signs
    """Outputs, or ``NOTHING`` (length)."""
    sound: Flags
    """The sign was read as it was printed (length)."""
    states: States
    """What is seen (length)."""
    spaces: States
    """1 for a printed space, 0 for none, ``NOTHING``."""


def load(paths: Iterable[Path], held_out: frozenset[str] = frozenset()) -> Read:
    """All pairs of some files, but for lines that have a run of ``held_out`` (`held_out_runs`).

    Raises:
        OSError: a file is missing.
    """
    parts: list[Read] = []
    last = ""
    for written, read, document in _pairs(paths):
        if document != last and parts:
            parts[-1].states[-1] = EDGE
        last = document
        truth = "".join(written.split())
        apart = any(truth[at : at + RUN] in held_out for at in range(len(truth) - RUN + 1))
        if truth and read.strip() and not apart:
            parts.append(_line(written, read))
    return Read(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _pairs(paths: Iterable[Path]) -> Iterator[tuple[str, str, str]]:
    for path in paths:
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            yield alphabet.written(row[0]), row[1], f"{path.name} {row[3]}"


def _line(written: str, read: str) -> Read:
    truth, states = shown(written)
    seen, seen_states = shown(read)
    printed = np.full(len(seen), NOTHING, np.int16)
    sound = np.zeros(len(seen), bool)
    stands = np.full(len(seen), NOTHING)
    for op in Levenshtein.opcodes(seen, truth):
        size = op.src_end - op.src_start
        alike = size == op.dest_end - op.dest_start
        if op.tag == "equal" or (op.tag == "replace" and alike and size <= LONGEST_CHANGE):
            here, there = slice(op.src_start, op.src_end), range(op.dest_start, op.dest_end)
            printed[here] = [_output(truth[at]) for at in there]
            sound[here] = op.tag == "equal"
            stands[here] = there
    spaces = np.full(len(seen), NOTHING, np.int8)
    follows = np.flatnonzero((stands[1:] == stands[:-1] + 1) & (stands[:-1] >= 0))
    spaces[follows] = states[stands[follows]] == SPACE
    return Read(
        encode(seen).astype(np.int16), printed, sound, np.append(seen_states, BREAK), spaces
    )


def _output(sign: str) -> int:
    at = number(sign)
    return NO_SYLLABLE if at is None else at


def windows(read: Read, size: tuple[int, int], rng: Rng) -> Batch:
    """So many stretches of such a length, as a batch to learn from."""
    count, length = size
    starts = rng.integers(len(read.sound) - length, size=count)
    at = starts[:, None] + np.arange(length)
    signs, printed, sound, states, spaces = (column[at] for column in read)
    states, spaces = states[:, :-1].astype(np.int64), spaces[:, :-1]
    masked = (rng.random(states.shape) < MASKED) & ((states == SPACE) | (states == NONE))
    states = np.where(masked, UNKNOWN, states)
    outside = np.full((count, 1), EDGE)
    taken = (printed != NOTHING) & (~sound | (rng.random(sound.shape) < CLEAN_ASKED))
    places = np.flatnonzero(taken)
    return Batch(
        signs.astype(np.int64),
        np.concatenate([outside, states, outside], axis=1),
        (spaces == 1).astype(np.float64),
        np.zeros(states.shape),
        masked & (spaces != NOTHING),
        places,
        printed.ravel()[places].astype(np.int64),
        np.where(sound.ravel()[places], 1 / CLEAN_ASKED, 1.0),
    )


def together(first: Batch, second: Batch) -> Batch:
    """One batch of two whose windows are equally long."""
    tall, length = first.signs.shape[:2]
    moved = second._replace(places=second.places + tall * length)
    return Batch(*(np.concatenate(pair) for pair in zip(first, moved, strict=True)))
