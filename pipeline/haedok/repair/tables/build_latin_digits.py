"""Compute ``latin_digits.tsv``: what a Korean model reads where Latin letters stand.

Usage: python build_latin_digits.py OUT PAIRS

PAIRS has a row ``letters⇥reading`` for each gloss (as ``haedok.synthesize.misread.lines`` with
``kor`` gives them for printed lines in training faces, the Korean around them cut off).
Expectation maximisation over all alignments in which a letter gives no sign, one or two.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from haedok.repair.latin_channel import MEMORY, Channel, channel

ROUNDS = 12
LEAST = 0.3
"""Rows seen less often are left out."""
RATIO = (0.5, 1.6)
"""Signs a letter; where there are more or fewer, something else was read."""

Counts = Counter[tuple[str, str]]


def ways(letter: str, signs: str, known: Channel) -> list[tuple[int, float]]:
    """The chance that a letter gives none, the first, or the first two of some signs."""
    lengths = known.lengths.get(letter, (0.15, 0.75, 0.1))
    counts = known.signs.get(letter, Counter())
    found, chance = [(0, lengths[0])], 1.0
    for at, sign in enumerate(signs[:2]):
        share = (known.all[sign] + 0.5) / (known.all.total() + 32)
        chance *= (counts[sign] + MEMORY * share) / (counts.total() + MEMORY)
        found.append((at + 1, lengths[at + 1] * chance))
    return found


def expected(letters: str, signs: str, known: Channel, into: Counts) -> None:
    """Add the expected counts of one pair (forward and backward sums)."""
    rows, columns = len(letters), len(signs)
    ahead = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    back = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    ahead[0][0] = back[rows][columns] = 1.0
    steps = [
        [ways(letter, signs[at : at + 2], known) for at in range(columns + 1)] for letter in letters
    ]
    for row in range(rows):
        for at in range(columns + 1):
            for length, chance in steps[row][at]:
                ahead[row + 1][at + length] += ahead[row][at] * chance
    for row in range(rows - 1, -1, -1):
        for at in range(columns + 1):
            for length, chance in steps[row][at]:
                back[row][at] += back[row + 1][at + length] * chance
    total = ahead[rows][columns]
    if not total:
        return
    for row, letter in enumerate(letters):
        for at in range(columns + 1):
            for length, chance in steps[row][at]:
                weight = ahead[row][at] * chance * back[row + 1][at + length] / total
                if weight:
                    into[letter, signs[at : at + length]] += weight  # type: ignore[assignment]


def pairs(path: Path) -> list[tuple[str, str]]:
    """Letters in lower case and signs, without spaces."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        written, read = ("".join(part.split()) for part in line.split("\t"))
        letters = "".join(char for char in written.lower() if char.isascii() and char.isalpha())
        if letters and RATIO[0] < len(read) / len(letters) < RATIO[1]:
            found.append((letters, read))
    return found


def main(out: str, source: str) -> None:
    """Read, align, write."""
    known = pairs(Path(source))
    counts: Counts = Counter()
    shares = Counter(sign for _, signs in known for sign in signs)
    current = Channel({}, {}, shares)
    for _ in range(ROUNDS):
        counts = Counter()
        for letters, signs in known:
            expected(letters, signs, current, counts)
        current = channel(dict(counts))
    rows = sorted((a, r, n) for (a, r), n in counts.items() if n >= LEAST)
    head = "# letter, what Tesseract kor reads (nothing, one sign or two), how often\n"
    Path(out).write_text(head + "".join(f"{a}\t{r}\t{n:.1f}\n" for a, r, n in rows), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
