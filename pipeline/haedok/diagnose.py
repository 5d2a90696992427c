"""Which accident happened to this text, and how sure are we.

Every accident has a sign of its own, and one visible list asks for them in order of certainty. A
line that shows none is sound. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from haedok.model import Cause, Line, Page
from haedok.repair import encoding, gloss, latin, layer, near_miss, spacing, wrong
from haedok.repair.evidence import respaced_odds
from haedok.repair.spacing_channel import UNHEARD_OF
from haedok.settings import Diagnose

Span = tuple[int, int]


class Diagnosis(NamedTuple):
    """The cause, how sure it is, and the words (start, end) that are damaged."""

    cause: Cause
    confidence: float
    spans: tuple[Span, ...] = ()


Sign = Callable[[str, float], Diagnosis | None]
"""Looks for one accident in a line; the number is the chance that a line like it is misread."""


def encoding_sign(text: str, _: float) -> Diagnosis | None:
    """Code points that only mistaken bytes leave."""
    found = encoding.find(text)
    if not found:
        return None
    return Diagnosis("encoding", max(r.confidence for r in found), _spans(found))


def wrong_model_sign(text: str, prior: float) -> Diagnosis | None:
    """Words that are no language, among their neighbours (see ``latin``)."""
    chance = latin.damage(text, prior)
    if chance < 0.5:
        return None
    return Diagnosis("wrong-model", chance, wrong.damaged_words(text))


def layer_sign(text: str, _: float) -> Diagnosis | None:
    """Hangul that makes no sense: the character map of the text layer is wrong."""
    return _strongest("text-layer", layer.find(text))


def gloss_sign(text: str, _: float) -> Diagnosis | None:
    """A Latin gloss that a Korean model read."""
    return _strongest("gloss", gloss.find(text))


def spacing_sign(text: str, _: float) -> Diagnosis | None:
    """Syllables apart, or words grown together."""
    return _strongest("spacing", spacing.find(text))


def near_miss_sign(text: str, _: float) -> Diagnosis | None:
    """Words that are more probable with other syllables, which an engine takes for theirs."""
    return _misread(near_miss.find(text))


SIGNS: tuple[Sign, ...] = (
    encoding_sign,
    layer_sign,
    wrong_model_sign,
    gloss_sign,
    spacing_sign,
    near_miss_sign,
)
"""Asked in this order; the first that is sure enough gives the line its cause."""


def _misread(found: near_miss.Misread) -> Diagnosis | None:
    return Diagnosis("near-miss", found.chance, found.spans) if found.spans else None


def _strongest(cause: Cause, found: tuple[tuple[int, int, float], ...]) -> Diagnosis | None:
    return Diagnosis(cause, max(c for *_, c in found), _spans(found)) if found else None


def _spans(found: Iterable[tuple[Any, ...]]) -> tuple[Span, ...]:
    return tuple((row[0], row[1]) for row in found)


def diagnose_line(text: str, threshold: float = 0.5, prior: float = latin.ENTER) -> Diagnosis:
    """The accident of one line of text; ``prior`` is the chance that its page is misread Hangul.

    >>> diagnose_line("The nuclear sharing of NATO").cause
    'sound'
    >>> diagnose_line("¾È³çÇÏ¼¼¿ä").cause
    'encoding'
    """
    return _diagnosis(text, threshold, prior, SIGNS)


def _diagnosis(text: str, threshold: float, prior: float, signs: Sequence[Sign]) -> Diagnosis:
    for sign in signs:
        diagnosis = sign(text, prior)
        if diagnosis is not None and diagnosis.confidence >= threshold:
            return diagnosis
    return Diagnosis("sound", 1.0)


REACH, MOST = 12, 0.8
"""How many lines above and below speak for a line, and the most that they can say."""
FULL = 20
"""Letters and digits of a line that speaks fully; a scrap of a line says little of its page."""


def diagnose_page(page: Page, settings: Diagnose) -> Page:
    """The page with a cause for each line; an unsure line follows its neighbours."""
    return msgspec.structs.replace(page, lines=diagnose_lines(page.lines, settings.threshold))


def diagnose_lines(lines: Sequence[Line], threshold: float = 0.5) -> tuple[Line, ...]:
    """The same for lines that stand together, in order."""
    found = diagnose_texts([line.text for line in lines], threshold)
    return _respaced(tuple(map(_diagnosed, lines, found)), threshold)


def _diagnosed(line: Line, found: Diagnosis) -> Line:
    return msgspec.structs.replace(line, cause=found.cause, cause_confidence=found.confidence)


def _respaced(lines: Sequence[Line], threshold: float) -> tuple[Line, ...]:
    """Where many lines have damaged spaces, the others are looked at again with that in mind."""
    prior = respaced_odds(lines)
    if prior <= UNHEARD_OF:
        return tuple(lines)
    again = [_strongest("spacing", spacing.find(line.text, prior)) for line in lines]
    return tuple(
        _diagnosed(line, found)
        if line.cause in ("sound", "near-miss") and found and found.confidence >= threshold
        else line
        for line, found in zip(lines, again, strict=True)
    )


def diagnose_text(text: str, threshold: float = 0.5) -> tuple[Diagnosis, ...]:
    r"""A diagnosis for each line of a text; lines end at ``\n`` and nowhere else.

    >>> [found.cause for found in diagnose_text("¾È³çÇÏ¼¼¿ä\n\nclean\n")]
    ['encoding', 'sound', 'sound']
    """
    return diagnose_texts(text.removesuffix("\n").split("\n") if text else [], threshold)


def diagnose_texts(texts: Sequence[str], threshold: float = 0.5) -> tuple[Diagnosis, ...]:
    """A diagnosis for each of some lines that stand together; blank ones say nothing."""
    written = [at for at, text in enumerate(texts) if text.strip()]
    alone = [latin.damage(texts[at]) for at in written]
    voices = [min(1.0, sum(map(str.isalnum, texts[at])) / FULL) for at in written]
    found = [Diagnosis("sound", 1.0)] * len(texts)
    others = [sign for sign in SIGNS if sign is not near_miss_sign]
    for index, at in enumerate(written):
        found[at] = _diagnosis(texts[at], threshold, _prior(alone, voices, index), others)
    # How many lines are misread speaks for each of them, so they are looked at together.
    sound = [at for at in written if found[at].cause == "sound"]
    for at, misread in zip(sound, near_miss.find_all(texts, sound), strict=True):
        diagnosis = _misread(misread)
        if diagnosis is not None and diagnosis.confidence >= threshold:
            found[at] = diagnosis
    return tuple(found)


def _prior(alone: Sequence[float], voices: Sequence[float], at: int) -> float:
    """Chance that a line is misread, as its neighbours say, the nearer and longer the louder."""
    near = [i for i in range(max(0, at - REACH), min(len(alone), at + REACH + 1)) if i != at]
    weights = [voices[i] / abs(i - at) for i in near]
    if not sum(weights):
        return latin.ENTER
    said = sum(weight * alone[i] for weight, i in zip(weights, near, strict=True)) / sum(weights)
    # Squared: one scrap taken for damage must not carry its neighbours along.
    return max(latin.ENTER, min(MOST, said**2))
