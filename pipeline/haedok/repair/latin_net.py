"""For each character of a Latin line: is it sound, part of misread Hangul, or a true digit?

A small convolutional net over characters reads a whole line at once, with the word list at hand: 17
signs to either side in detail, and what the line is like as a whole. Letters of a language that the
list does not know are known by the company they keep, and so are digits: ``2020`` in ``20204 109``
is a year, ``2`` in ``2k0.3F`` is a syllable. ``haedok.train.garble.tagger`` trains it.
"""

from __future__ import annotations

import io
import lzma
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haedok.words import is_english

Array = NDArray[np.float32]

SOUND, GARBLED, DIGIT = 0, 1, 2
"""What a character may be; the columns of ``posteriors``."""

SIGNS = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz"
    "{|}~’€™“—”»®£«°©§¥¢‘éﬁﬂ•…–·"
)
"""What Tesseract's English model prints, and the middle dot."""
ACCENTED, GREEK, CYRILLIC, LETTER, SIGN = range(len(SIGNS) + 1, len(SIGNS) + 6)
CODES = len(SIGNS) + 6
"""Codes of characters: 0 is nothing, then the signs, then kinds of others."""
KINDS = 10
"""What the word list says of the letters around a character (see ``encode``)."""
LAYERS = ((5, 1), (5, 1), (5, 2), (5, 4))
"""Width and spacing of the convolutions."""

_CODE = {sign: code for code, sign in enumerate(SIGNS, 1)}
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class Net(NamedTuple):
    """Weights; convolutions are (width × channels in, channels out)."""

    signs: Array
    kinds: Array
    layers: tuple[tuple[Array, Array], ...]
    line: Array
    out: Array
    bias: Array


@lru_cache(maxsize=4096)
def _code(sign: str) -> int:
    """The code of a character.

    >>> _code("a") == _CODE["a"], _code("ü") == ACCENTED, _code("か") == LETTER
    (True, True, True)
    """
    if sign in _CODE:
        return _CODE[sign]
    if not sign.isalpha():
        return _CODE[" "] if sign.isspace() else SIGN
    name = unicodedata.name(sign, "")
    by_script = {"LATIN": ACCENTED, "GREEK": GREEK, "CYRILLIC": CYRILLIC}
    return by_script.get(name.split(" ")[0], LETTER)


@lru_cache(maxsize=65536)
def _kind(word: str) -> int:
    """1–5 for a word of the list by length, 6–9 for another or one whose case is no one's.

    >>> _kind("deterrence"), _kind("FobAlobFER"), _kind("oI"), _kind("of")
    (5, 9, 6, 2)
    """
    length = len(word)
    written = word.islower() or word.isupper() or word[1:].islower()
    if written and is_english(word):
        return min(5, length)
    return 6 + (length > 1) + (length > 3) + (length > 5) - (length == 2)


def encode(text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Codes and kinds of the characters of a line, both (length,)."""
    codes = np.array([_code(sign) for sign in text], np.int64)
    kinds = np.zeros(len(text), np.int64)
    for match in _LETTERS.finditer(text):
        kinds[match.start() : match.end()] = _kind(match.group())
    return codes, kinds


@cache
def net() -> Net:
    """The weights as trained."""
    return unpacked((files("haedok.repair") / "tables" / "latin.npz.xz").read_bytes())


def unpacked(packed: bytes) -> Net:
    """Weights as ``haedok.train.garble.tagger`` packs them."""
    stored = np.load(io.BytesIO(lzma.decompress(packed)))
    full = {name: stored[name].astype(np.float32) for name in stored.files}
    layers = tuple((full[f"w{n}"], full[f"b{n}"]) for n in range(len(LAYERS)))
    return Net(full["signs"], full["kinds"], layers, full["line"], full["out"], full["bias"])


def logits(text: str) -> Array:
    """Unnormalised log-posteriors (length, 3) of the characters of a line, at the odds of training.

    Training saw as many lines of misread Hangul as of anything else.
    """
    weights = net()
    codes, kinds = encode(text)
    state = np.concatenate((weights.signs[codes], weights.kinds[kinds]), axis=1)
    for number, ((width, space), (matrix, bias)) in enumerate(
        zip(LAYERS, weights.layers, strict=True)
    ):
        if number == len(LAYERS) - 1:
            state = state + state.mean(axis=0) @ weights.line
        new = np.maximum(_windows(state, width, space) @ matrix + bias, 0)
        state = new if number == 0 else state + new
    return np.asarray(state @ weights.out + weights.bias, np.float32)


def _windows(state: Array, width: int, space: int) -> Array:
    """Each row with its neighbours: (length, channels) → (length, width × channels)."""
    reach = width // 2 * space
    padded = np.zeros((len(state) + 2 * reach, state.shape[1]), state.dtype)
    padded[reach : reach + len(state)] = state
    return np.concatenate(
        [padded[at * space : at * space + len(state)] for at in range(width)], axis=1
    )
