"""How much of misread Hangul is read, how surely, and what each source of knowledge adds.

    decipher_curve.py measure PAGES... [--text OCR READINGS] --out docs/decipher-curve.json
    decipher_curve.py draw docs/decipher-curve.json docs/decipher-curve.svg

``PAGES`` are simulated documents (``haedok.train.garble.simulate``), one a row, of texts and faces
held out. ``OCR`` is a real document and ``READINGS`` what somebody made of stretches of its lines:
a row of JSON each, with ``line``, its number, and ``spans`` of start, end, reading.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import plots
from rapidfuzz.distance import LCSseq

from haedok.decipher import document
from haedok.diagnose import diagnose_lines
from haedok.model import Line
from haedok.repair.deciphering import topics_of
from haedok.repair.evidence import told_by
from haedok.train.garble import fit
from haedok.train.garble.data import read_pages

THRESHOLDS = (*(n / 20 for n in range(20)), 0.97, 0.99)
TERMS = 50
"""Of the glossary."""
HOW = "python benchmarks/decipher_curve.py draw"


class Curve(msgspec.Struct, frozen=True):
    """Readings of some documents in one condition.

    Attributes:
        words: how many words there are in truth.
        best: the share of them that is read right at best.
        error: expected calibration error.
        points: threshold, readings at least so sure, how many of those are right.
    """

    words: int
    best: float
    error: float
    points: tuple[tuple[float, int, int], ...]


def curve(found: Sequence[fit.Labelled], words: int) -> Curve:
    """What labelled readings amount to."""
    points = []
    for threshold in THRESHOLDS:
        taken = [item.right for item in found if item.guess.confidence >= threshold]
        points.append((threshold, len(taken), sum(taken)))
    return Curve(words, points[0][2] / words, fit.calibration_error(found), tuple(points))


def simulated(pages: Sequence[Path]) -> Iterator[tuple[str, Curve]]:
    """One reading, two, and two with a glossary of the document's nouns."""
    papers = [pairs for _, pairs in read_pages(pages)]
    once, twice = document.Options(again=False), document.Options()
    yield "one reading", curve(*fit.labelled(papers, once))
    yield "two readings", curve(*fit.labelled(papers, twice))
    yield f"two readings, glossary of {TERMS}", curve(*fit.labelled(papers, twice, TERMS))


def real(ocr: Path, readings: Path) -> Iterator[tuple[str, Curve]]:
    """One reading, with what the document says of itself, and two."""
    numbered = enumerate(ocr.read_text("utf-8").split("\n"), 1)
    lines = diagnose_lines([Line(number, text) for number, text in numbered])
    garbled = {line.number: line.text for line in lines if line.cause == "wrong-model"}
    topics = topics_of(list(garbled.values()), told_by(lines, 1.0))
    rows = [json.loads(row) for row in readings.read_text("utf-8").splitlines()]
    spans = {row["line"]: [tuple(span[:3]) for span in row["spans"]] for row in rows}
    conditions: Sequence[tuple[str, Mapping[str, float], bool]] = (
        ("one reading", {}, False),
        ("one reading, topics", topics, False),
        ("two readings, topics", topics, True),
    )
    for name, expected, again in conditions:
        texts = list(garbled.values())
        heard = document.first_reading(texts, expected, document.FIRST) if again else (expected, {})
        read = document.read_once(texts, *heard)
        yield name, curve(*_against(dict(zip(garbled, read, strict=True)), spans))


def _against(
    read: Mapping[int, Sequence[document.Guess]],
    spans: Mapping[int, Sequence[tuple[int, int, str]]],
) -> tuple[list[fit.Labelled], int]:
    """Readings that mostly lie in a stretch that a reader read, and whether they agree."""
    found: list[fit.Labelled] = []
    words = 0
    for line, stretches in spans.items():
        for start, end, reading in stretches:
            true = [w for w in map(_bare, reading.split()) if re.search("[가-힣]", w)]
            words += len(true)
            inside = [
                guess
                for guess in read.get(line, ())
                if 2 * (min(guess.end, end) - max(guess.start, start)) >= guess.end - guess.start
            ]
            said = [_bare(guess.candidates[0][0]) for guess in inside]
            for block in LCSseq.opcodes(said, true):
                if block.tag != "insert":
                    right = block.tag == "equal"
                    taken = inside[block.src_start : block.src_end]
                    found += [fit.Labelled(guess, right, 0) for guess in taken]
    return found, words


def _bare(word: str) -> str:
    return re.sub("[^가-힣0-9]", "", word)


def table(curves: Mapping[str, Curve]) -> Iterator[str]:
    """Rows of Markdown: what is read at 0.9, 0.7 and 0.5."""
    for name, told in curves.items():
        at = {threshold: (taken, right) for threshold, taken, right in told.points}
        read = [
            f"{right / max(1, taken):.1%}, {right / told.words:.1%}"
            for taken, right in (at[0.9], at[0.7], at[0.5])
        ]
        cells = (name, f"{told.words:,}", f"{told.best:.1%}", *read, f"{told.error:.3f}")
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    steps = parser.add_subparsers(dest="step", required=True)
    measuring = steps.add_parser("measure")
    measuring.add_argument("pages", type=Path, nargs="*")
    measuring.add_argument("--text", type=Path, nargs=2)
    measuring.add_argument("--out", type=Path, required=True)
    drawing = steps.add_parser("draw")
    drawing.add_argument("data", type=Path)
    drawing.add_argument("out", type=Path)
    args = parser.parse_args()
    if args.step == "draw":
        told = msgspec.json.decode(args.data.read_bytes(), type=dict[str, dict[str, Curve]])
        plots.decipher_curves(told, args.out, f"{HOW} {args.data} {args.out}")
        return
    results = {}
    if args.pages:
        results["simulated documents"] = dict(simulated(args.pages))
    if args.text:
        results["a real paper"] = dict(real(*args.text))
    for curves in results.values():
        print("\n".join(table(curves)))
    args.out.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


if __name__ == "__main__":
    main()
