"""Which character each frame of a line should say, and the batches that training takes."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from haedok.recognize.own import alphabet
from haedok.train.printing import Sample

STRIDE = 4
"""Columns of a crop to a frame."""
IGNORE = -1
"""The label of a frame or a part of which nothing is asked."""
_BLANK, _EITHER = -1, -2
"""What frames that are no character's are: blank, or free to say it or nothing."""
CORE, EDGE = 0.4, 0.62
"""The share of a character's room, around its middle, whose frames must say it; outside the
second share they must be blank, between the two they may say either.
"""


class Batch(msgspec.Struct, frozen=True):
    """Lines and what to learn from them; N lines, T frames, L characters at most.

    ``kind``, ``part`` (initial, medial, final) and ``hanja`` label frames, IGNORE where nothing is
    asked. ``text`` has the characters of each line as rows (kind, initial, medial, final, hanja),
    for CTC.
    """

    lines: NDArray[np.float32]
    """N × 1 × 48 × W"""
    kind: NDArray[np.int64]
    part: NDArray[np.int64]
    """N × T × 3"""
    hanja: NDArray[np.int64]
    extent: NDArray[np.float32]
    """N × T × 2, frames from the frame's middle to the ink's ends"""
    text: NDArray[np.int64]
    """N × L × 5, IGNORE behind a line's end and where a row has no such part"""
    lengths: NDArray[np.int64]
    frames: NDArray[np.int64]


def batch(samples: Sequence[Sample], width: int = 0) -> Batch:
    """Lines as a batch, padded with paper to the widest of them, or to ``width``."""
    width = max(width, *(sample.image.shape[1] for sample in samples))
    count, frames = len(samples), width // STRIDE
    longest = max(1, *(len(sample.text) for sample in samples))
    lines = np.zeros((count, 1, samples[0].image.shape[0], width), np.float32)
    kind = np.full((count, frames), IGNORE, np.int64)
    part = np.full((count, frames, 3), IGNORE, np.int64)
    hanja = np.full((count, frames), IGNORE, np.int64)
    extent = np.zeros((count, frames, 2), np.float32)
    text = np.full((count, longest, 5), IGNORE, np.int64)
    for n, sample in enumerate(samples):
        lines[n, 0, :, : sample.image.shape[1]] = (255 - sample.image) * np.float32(1 / 255)
        if not sample.text:
            kind[n] = alphabet.BLANK
            continue
        rows = np.array([_row(sign) for sign in sample.text], np.int64)
        text[n, : len(rows)] = rows
        owner = _frames_to_characters(sample, frames)
        owned = owner >= 0
        kind[n] = np.where(owner == _BLANK, alphabet.BLANK, IGNORE)
        kind[n][owned] = rows[owner[owned], 0]
        part[n][owned] = rows[owner[owned], 1:4]
        hanja[n][owned] = rows[owner[owned], 4]
        middles = (np.arange(frames) + 0.5)[owned]
        ends = sample.spans[owner[owned], 2:] / STRIDE
        extent[n][owned] = np.stack([middles - ends[:, 0], ends[:, 1] - middles], 1)
    return Batch(
        lines, kind, part, hanja, extent, text,
        np.array([len(sample.text) for sample in samples]),
        np.array([sample.image.shape[1] // STRIDE for sample in samples]),
    )  # fmt: skip


def _frames_to_characters(sample: Sample, frames: int) -> NDArray[np.int64]:
    """For each frame the place of the character that it must say, or _BLANK or _EITHER."""
    owner = np.full(frames, _BLANK, np.int64)
    starts, ends = sample.spans[:, 0] / STRIDE, sample.spans[:, 1] / STRIDE
    middles, rooms = (starts + ends) / 2, np.maximum(ends - starts, 0.1)
    for middle, room in zip(middles, rooms, strict=True):
        first, last = _core(middle, EDGE * room)
        owner[max(first, 0) : last + 1] = _EITHER
    for index, (middle, room) in enumerate(zip(middles, rooms, strict=True)):
        first, last = _core(middle, CORE * room)
        same = index > 0 and sample.text[index] == sample.text[index - 1]
        if same:  # a blank must stand between two of the same, or they are read as one
            while first > 0 and first <= last and owner[first - 1] == index - 1:
                first += 1
            if first > last:
                first = last = min(last + 1, frames - 1)
            if owner[first - 1] == _EITHER:
                owner[first - 1] = _BLANK
        owner[max(first, 0) : min(last, frames - 1) + 1] = index
    return owner


def _core(middle: float, room: float) -> tuple[int, int]:
    """First and last frame whose middle lies in a stretch; at least the one around its middle."""
    first, last = int(np.ceil(middle - room / 2 - 0.5)), int(np.floor(middle + room / 2 - 0.5))
    return (first, last) if first <= last else (int(middle), int(middle))


def _row(sign: str) -> tuple[int, int, int, int, int]:
    """Kind, initial, medial, final and Hanja of a character, IGNORE where it has none."""
    number = alphabet.kind(sign)
    assert number is not None, sign
    if number == alphabet.HANGUL:
        return (number, *alphabet.syllable_parts(sign), IGNORE)
    hanja = alphabet.hanja_numbers()[sign] if number == alphabet.HANJA else IGNORE
    return (number, IGNORE, IGNORE, IGNORE, hanja)
