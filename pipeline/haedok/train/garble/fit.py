"""Fit the judges' weights and the confidence on simulated papers, and measure what is read.

    fit.py fit     PAGES... --out FOLDER     # judges, then confidence
    fit.py measure PAGES... [--glossary 50]  # the curve of precision over coverage

``PAGES`` are files of ``simulate``, one document a row, of texts and faces that the network was not
trained on; those measured are not those fitted.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from haedok.decipher import beam, confidence, document, judge, topics
from haedok.decipher.expect import Expected
from haedok.repair import language, lexicon
from haedok.train.garble.data import Pair, read_pages

_PIECE = re.compile(r"[^\sA-Za-z()\[\]「」『』《》〈〉]+")
TREES = 300
_MARKS = "“”‘’\"'.,:;?!·…"


class Labelled(NamedTuple):
    """A guess and whether it is right; ``document`` numbers its paper."""

    guess: document.Guess
    right: bool
    document: int


def truth_pieces(text: str) -> list[str]:
    """The Korean words of a line, cut at brackets and Latin words as readings are."""
    return [p for p in _PIECE.findall(text) if re.search("[가-힣]", p)]


def plain(word: str) -> str:
    """A word without the marks around it, which garble shows on its own."""
    return word.strip(_MARKS)


def label(guesses: Sequence[document.Guess], text: str) -> list[bool]:
    """Which best readings of a line are right, in order, each true word at most once."""
    said = [plain(guess.candidates[0][0]) for guess in guesses]
    true = [plain(piece) for piece in truth_pieces(text)]
    right = [False] * len(said)
    for block in LCSseq.opcodes(said, true):
        if block.tag == "equal":
            right[block.src_start : block.src_end] = [True] * (block.src_end - block.src_start)
    return right


def glossary(pairs: Sequence[Pair], size: int) -> dict[str, float]:
    """The nouns that a paper has more often than others do, as its glossary would list them."""
    counts: Counter[str] = Counter()
    for pair in pairs:
        counts.update(
            m.form for m in language.located(pair.text)
            if m.tag in {"NNG", "NNP"} and len(m.form) > 1
        )  # fmt: skip
    scored = {w: n * -math.log((lexicon.beginning(w) + 1) / 1e6) for w, n in counts.items()}
    chosen = sorted(scored, key=lambda word: -scored[word])[:size]
    return dict.fromkeys(chosen, GLOSSARY)


GLOSSARY, GLOSSARY_SIZE = topics.GLOSSARY, 50
"""The share of the document's words that a word of the glossary has, and how many it has."""


def labelled(
    papers: Iterable[Sequence[Pair]], options: document.Options, size: int = 0
) -> tuple[list[Labelled], int]:
    """Decipher papers: every guess with its label, and how many words there are in truth."""
    found: list[Labelled] = []
    total = 0
    for number, pairs in enumerate(papers):
        terms = glossary(pairs, size) if size else {}
        lines = document.decipher([pair.garble for pair in pairs], terms, options)
        for pair, guesses in zip(pairs, lines, strict=True):
            total += len(truth_pieces(pair.text))
            marks = label(guesses, pair.text)
            found += [Labelled(g, r, number) for g, r in zip(guesses, marks, strict=True)]
    return found, total


def curve(found: Sequence[Labelled], total: int) -> list[tuple[float, float, float]]:
    """Threshold, precision and coverage (right words of all true ones) at some thresholds."""
    rows = []
    for threshold in (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98):
        taken = [item.right for item in found if item.guess.confidence >= threshold]
        rows.append((threshold, sum(taken) / max(1, len(taken)), sum(taken) / total))
    return rows


def calibration_error(found: Sequence[Labelled], bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015), equal bins of confidence."""
    sure = np.array([item.guess.confidence for item in found])
    right = np.array([item.right for item in found], float)
    at = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(sure[at == b].mean() - right[at == b].mean()) * (at == b).mean()
        for b in range(bins)
        if (at == b).any()
    ]
    return float(sum(gaps))


def fit_judges(papers: Sequence[Sequence[Pair]], seed: int = 1) -> judge.Weights:
    """Search the weights that put the most right words into the first place.

    Every second paper comes with a glossary, so that it is known what its words are worth.
    """
    rows = []
    for number, pairs in enumerate(papers):
        terms = glossary(pairs, GLOSSARY_SIZE) if number % 2 else {}
        read = beam.read([pair.garble for pair in pairs], Expected(terms), beam.Weights())
        for pair, hypotheses in zip(pairs, read, strict=True):
            if hypotheses:
                told = language.scores([h.text for h in hypotheses])
                rights = [_right_words(h.text, pair.text) for h in hypotheses]
                rows.append((hypotheses, told, np.array(rights)))
    print(
        "lines",
        len(rows),
        "first",
        sum(r[2][0] for r in rows),
        "best",
        sum(r[2].max() for r in rows),
    )
    rng = np.random.default_rng(seed)
    tables = [judge.table(h, told) for h, told, _ in rows]

    def value(weights: judge.Weights) -> float:
        v = judge.vector(weights)
        return float(sum(r[2][int(np.argmax(t @ v))] for r, t in zip(rows, tables, strict=True)))

    best, worth = judge.Weights(), value(judge.Weights())
    for turn in range(400):
        spread = 0.5 if turn < 200 else 0.15
        tried = best._replace(
            ctc=abs(best.ctc + rng.normal(0, spread)),
            language=best.language + rng.normal(0, spread),
            analyser=abs(best.analyser + rng.normal(0, spread)),
            length=best.length + rng.normal(0, 2 * spread),
            bonus=abs(best.bonus + rng.normal(0, spread)),
        )
        if (now := value(tried)) > worth:
            best, worth = tried, now
    sharpness = max(
        (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0), key=lambda s: _likelihood(rows, best, s)
    )
    print("judges", best._replace(sharpness=sharpness), worth)
    return best._replace(sharpness=sharpness)


def _right_words(said: str, true: str) -> int:
    a, b = [plain(w) for w in truth_pieces(said)], [plain(w) for w in truth_pieces(true)]
    return int(LCSseq.similarity(a, b))


def _likelihood(rows: Sequence[Any], weights: judge.Weights, sharpness: float) -> float:
    """How well the chances of hypotheses foretell which of their words are right."""
    total = 0.0
    for hypotheses, told, rights in rows:
        judged = judge.ranked(hypotheses, told, weights._replace(sharpness=sharpness))
        chance = dict(zip([h.text for h in judged.hypotheses], judged.chances, strict=True))
        share = rights / max(1, rights.max())
        expected = sum(chance[h.text] * s for h, s in zip(hypotheses, share, strict=True))
        total += math.log(max(expected, 1e-3))
    return total


def fit_confidence(found: Sequence[Labelled]) -> confidence.Trees:
    """Boosted trees over the features; see ``confidence``."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 (for fitting only)

    names = tuple(found[0].guess.features)
    x = np.array([[item.guess.features[name] for name in names] for item in found])
    y = np.array([item.right for item in found])
    model = HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=0.05, max_leaf_nodes=16, min_samples_leaf=40,
        l2_regularization=5.0, max_features=0.4, early_stopping=False, random_state=1,
        monotonic_cst=[int(name in confidence.GROWING) for name in names],
    )  # fmt: skip
    model.fit(x, y)
    trees = tuple(_tree(each.nodes) for (each,) in model._predictors)
    fitted = confidence.Trees(names, float(model._baseline_prediction[0, 0]), trees)
    told = [confidence.confidence(item.guess.features, fitted) for item in found]
    if not np.allclose(told, model.predict_proba(x)[:, 1], atol=1e-3):
        raise AssertionError("the trees were copied wrongly")
    return fitted


def _tree(nodes: NDArray[Any]) -> confidence.Tree:
    """A tree of scikit-learn's, as ours."""
    leaf = nodes["is_leaf"].astype(bool)
    return confidence.Tree(
        tuple(np.where(leaf, -1, nodes["feature_idx"]).tolist()),
        tuple(float(v) for v in np.where(leaf, 0.0, nodes["num_threshold"])),
        tuple(nodes["left"].tolist()),
        tuple(nodes["right"].tolist()),
        tuple(round(float(v), 5) for v in np.where(leaf, nodes["value"], 0.0)),
    )


def fit(papers: Sequence[Sequence[Pair]], out: Path) -> None:
    """Fit the judges, then the confidence: once on first readings, once on second ones."""
    judges = fit_judges(papers[::3])
    (out / "judges.json").write_text(json.dumps(judges._asdict(), indent=1) + "\n", "utf-8")
    fitted = confidence.Trees()
    for twice in (False, True):
        options = document.Options(judges=judges, sureness=fitted, again=twice)
        # half of the papers come with a glossary, so that it is known what its words are worth
        alone, words = labelled(papers[1::2], options)
        helped, more = labelled(papers[::2], options, GLOSSARY_SIZE)
        fitted = fit_confidence(alone + helped)
        show(again(alone + helped, fitted), words + more, 0.0)
    (out / "confidence.json").write_bytes(msgspec.json.encode(fitted) + b"\n")


def again(found: Sequence[Labelled], fitted: confidence.Trees) -> list[Labelled]:
    """The same with other trees of the confidence."""
    return [
        item._replace(
            guess=item.guess._replace(confidence=confidence.confidence(item.guess.features, fitted))
        )
        for item in found
    ]


def show(found: Sequence[Labelled], total: int, seconds: float) -> None:
    """Print the curve."""
    right = sum(item.right for item in found)
    print(f"{total} words, {right / total:.3f} right at best, error of calibration "
          f"{calibration_error(found):.3f}, {seconds:.0f} s")  # fmt: skip
    for threshold, precision, coverage in curve(found, total):
        print(f"  ≥ {threshold:.2f}: precision {precision:.3f}, read {coverage:.3f}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("step", choices=("fit", "measure"))
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--glossary", type=int, default=0)
    parser.add_argument("--once", action="store_true")
    args = parser.parse_args()
    papers = [pairs for _, pairs in read_pages(args.pages)]
    if args.step == "fit":
        fit(papers, args.out)
    else:
        started = time.process_time()
        options = document.Options(again=not args.once)
        found, total = labelled(papers, options, args.glossary)
        show(found, total, time.process_time() - started)


if __name__ == "__main__":
    main()
