"""Build ``garbles.tsv.xz``: what the English model of Tesseract makes of Korean words.

Run once by a maintainer, never by the product. Three steps, each resumable and seeded:

    build_garbles.py words  CORPUS... --out words.tsv      # which words are worth rendering
    build_garbles.py render words.tsv --tessdata DIR --serif FONT... --out pages/
    build_garbles.py pack   words.tsv pages/ --out garbles.tsv.xz

``CORPUS`` is ``WEIGHT:FILE``. The engine must be the *standard* ``eng`` model of tessdata 4.0.0
(npm package ``@tesseract.js-data/eng``), which is what damaged the documents that are known; the
fast model that Linux distributions ship makes other garbles.

A word's garble depends on its neighbours: whole pages of shuffled words are rendered, read, and the
words the engine found are given back to the words that were drawn by their place on the page.
"""

from __future__ import annotations

import argparse
import bisect
import io
import json
import lzma
import random
import re
import subprocess
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from haedok.repair.channel import bare

EOJEOL = re.compile(r"(?<![^\s\"'(“‘])[가-힣]{1,9}(?![^\s.,\"')”’?!;:])")

NUMBERED = re.compile(r"(제?)(\d+)([가-힣]+)")

# Particles that follow any noun: (after a consonant, after a vowel).
PARTICLES = (
    ("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로"), ("의", "의"),
    ("에", "에"), ("도", "도"), ("만", "만"), ("에서", "에서"), ("에는", "에는"),
    ("에게", "에게"), ("까지", "까지"), ("부터", "부터"), ("에서는", "에서는"),
    ("으로서", "로서"), ("으로써", "로써"), ("이다", "이다"), ("이며", "이며"), ("이나", "나"),
    ("이라는", "라는"), ("보다", "보다"), ("에도", "에도"), ("에서의", "에서의"),
    ("으로의", "로의"), ("이고", "이고"), ("이라고", "라고"), ("에게는", "에게는"),
    ("과의", "와의"), ("적", "적"), ("적인", "적인"), ("적으로", "적으로"), ("하는", "하는"),
    ("하고", "하고"), ("할", "할"), ("하여", "하여"), ("한", "한"), ("한다", "한다"),
    ("하기", "하기"), ("되는", "되는"), ("된", "된"), ("되고", "되고"), ("하였다", "하였다"),
    ("되었다", "되었다"), ("들은", "들은"), ("들의", "들의"), ("들이", "들이"),
    ("들을", "들을"), ("할수록", "할수록"), ("하지", "하지"),
)  # fmt: skip
COUNTERS = (
    "년", "년", "년", "년", "월", "월", "월", "일", "일", "일", "년에", "년에는", "년의",
    "년부터", "년까지", "년대", "년대에", "년대의", "월에", "월의", "월부터", "일에", "일의",
    "일부터", "일까지", "개", "개의", "개국", "차", "호", "권", "명", "명의", "위", "장", "절",
    "조", "항", "세기", "세기의", "여", "단계", "회", "건", "배", "번째", "가지",
)  # fmt: skip
ORDINALS = "차호권장절조항위회"
AFTER_GLOSS = (
    "은", "는", "이", "가", "을", "를", "의", "에", "와", "과", "로", "으로", "에서", "라는",
    "이라는", "이다", "도", "라고", "이라고",
)  # fmt: skip
GLOSS = (
    "power", "state", "policy", "theory", "security", "system", "order", "regime", "market",
    "identity", "global", "public", "national", "social", "method", "values", "trade",
    "crisis", "justice", "welfare", "economic", "cooperation",
)  # fmt: skip


# --------------------------------------------------------------------------- words


def choose_words(corpora: Iterable[tuple[float, str]], limit: int) -> list[tuple[str, float]]:
    """The ``limit`` most useful eojeols with their share of running text, best first.

    An eojeol that was never seen is worth rendering too when its stem and its particle are both
    common: its share is estimated as the product of theirs.
    """
    seen: Counter[str] = Counter()
    for weight, text in corpora:
        counts = Counter(EOJEOL.findall(unicodedata.normalize("NFC", text)))
        total = sum(counts.values())
        for word, count in counts.items():
            seen[word] += weight * count / total  # type: ignore[assignment]
    scale = sum(seen.values())
    shares = {word: value / scale for word, value in seen.items()}
    guessed = _inflected(shares)
    mixed = {w: shares.get(w, 0.0) + guessed.get(w, 0.0) for w in shares.keys() | guessed.keys()}
    return sorted(mixed.items(), key=lambda item: (-item[1], item[0]))[:limit]


def count_pairs(
    corpora: Iterable[tuple[float, str]], known: set[str], least: int = 3, limit: int = 80_000
) -> list[tuple[tuple[str, str], float]]:
    """Neighbours that stand together at least ``least`` times, with their share, best first."""
    shares: Counter[tuple[str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    scale = 0.0
    for weight, text in corpora:
        counts: Counter[tuple[str, str]] = Counter()
        for line in text.splitlines():
            words = [_plain(word) for word in line.split()]
            counts.update(p for p in pairwise(words) if p[0] in known and p[1] in known)
        total = len(text.split())
        scale += weight
        seen.update(counts)
        for pair, count in counts.items():
            shares[pair] += weight * count / total  # type: ignore[assignment]
    often = [(pair, share / scale) for pair, share in shares.items() if seen[pair] >= least]
    return sorted(often, key=lambda item: (-item[1], item[0]))[:limit]


def _plain(word: str, number: str = "#") -> str:
    return re.sub(r"\d+", number, word.strip("\"'(“‘.,)”’?!;:"))


def count_numbers(corpora: Iterable[tuple[float, str]]) -> dict[str, float]:
    """The share of ``#년``, ``제#조``, …: a number and what counts it."""
    found: Counter[str] = Counter()
    for weight, text in corpora:
        words = text.split()
        counts = Counter(_plain(w) for w in words if NUMBERED.fullmatch(_plain(w, "1")))
        for word, count in counts.items():
            found[word] += weight * count / len(words)  # type: ignore[assignment]
    scale = sum(weight for weight, _ in corpora)
    return {word: share / scale for word, share in found.items()}


def _inflected(shares: dict[str, float]) -> dict[str, float]:
    by_stem: dict[str, dict[str, float]] = defaultdict(dict)
    for word, share in shares.items():
        for pair in PARTICLES:
            particle = pair[0] if word.endswith(pair[0]) else pair[1]
            stem = word[: -len(particle)]
            if word.endswith(particle) and len(stem) >= 2 and particle == pair[_open(stem)]:
                by_stem[stem][pair[0]] = share
    # A stem that takes many particles is a noun; one or two may be an accident of spelling.
    nouns = {stem: took for stem, took in by_stem.items() if len(took) >= 5}
    uses: Counter[str] = Counter()
    for took in nouns.values():
        for name, share in took.items():
            uses[name] += share  # type: ignore[assignment]
    scale = sum(uses.values())
    found: dict[str, float] = {}
    for stem, took in nouns.items():
        verbal = sum(name.startswith(("하", "할", "되", "된", "한")) for name in took) >= 3
        for pair in PARTICLES:
            if verbal or not pair[0].startswith(("하", "할", "되", "된", "한")):
                found[stem + pair[_open(stem)]] = 0.5 * sum(took.values()) * uses[pair[0]] / scale
    return found


def _open(stem: str) -> int:
    """1 when the last syllable ends in a vowel (or ㄹ is not considered), else 0."""
    return int((ord(stem[-1]) - 0xAC00) % 28 == 0)


# --------------------------------------------------------------------------- render


@dataclass(frozen=True)
class Drawn:
    """A word on the page: what it says, and its place in pixels."""

    text: str
    left: float
    right: float
    line: int


def plan(words: Sequence[str], page: int, per_page: int, seed: int) -> list[str]:
    """The tokens of one page: the frequent words come first, and come more often.

    Rounds go over growing parts of the list; a page is a slice of a shuffled round.
    """
    tiers = [4000, 12000, 4000, 12000, 12000, len(words)] * 50
    done = 0
    for number, tier in enumerate(tiers):
        part = list(words[:tier])
        pages = -(-len(part) // per_page)
        if page < done + pages:
            random.Random(f"{seed}/{number}").shuffle(part)
            start = (page - done) * per_page
            rng = random.Random(f"{seed}/dress/{page}")
            return [_dress(word, rng) for word in part[start : start + per_page]]
        done += pages
    raise ValueError(f"no page {page}")


def _dress(word: str, rng: random.Random) -> str:
    """Now and then give a word what it has in papers: a comma, quotes, a gloss, a number nearby."""
    dice = rng.random()
    if dice < 0.12:
        return word + rng.choice(".,,")
    if dice < 0.15:
        return rng.choice(("“{}”", "‘{}’")).format(word)
    if dice < 0.20:
        return f"{word}({rng.choice(GLOSS)}){rng.choice(AFTER_GLOSS)}"
    if dice < 0.26:
        return f"{word} {_number(rng)}"
    return word


def _number(rng: random.Random) -> str:
    counter = rng.choice(COUNTERS)
    if counter.startswith("년"):
        return f"{rng.randint(1900, 2035)}{counter}"
    if counter.startswith("월"):
        return f"{rng.randint(1, 12)}{counter}"
    if counter.startswith("일"):
        return f"{rng.randint(1, 31)}{counter}"
    prefix = "제" if counter in ORDINALS and rng.random() < 0.5 else ""
    return f"{prefix}{rng.choice((rng.randint(1, 9), rng.randint(10, 300)))}{counter}"


def draw(
    tokens: Sequence[str], fonts: Sequence[Path], seed: str
) -> tuple[bytes, list[Drawn], tuple[int, int]]:
    """Typeset tokens into one page.

    Returns it as PNG, the place of each token, and ``(y of the first line, leading)`` in pixels.
    """
    rng = random.Random(seed)
    size = rng.choice((34, 38, 40, 42, 42, 44, 48, 54))
    path = rng.choice(fonts)
    font = ImageFont.truetype(path, size, index=1 if path.suffix == ".ttc" else 0)
    tracking = size * rng.uniform(-0.11, -0.03)  # Korean journals set their text tight
    squeeze = rng.choice((1.0, 1.0, 0.95, 0.9))
    width, leading = size * 38, int(size * rng.uniform(1.5, 1.8))
    space = size * rng.uniform(0.22, 0.36)
    placed: list[Drawn] = []
    x, line = float(size * 2), 0
    glyphs: list[tuple[float, int, str]] = []
    for token in " ".join(tokens).split(" "):
        advance = [font.getlength(c) + tracking for c in token]
        if x + sum(advance) > width - size * 2:
            x, line = float(size * 2), line + 1
        placed.append(Drawn(token, x * squeeze, (x + sum(advance)) * squeeze, line))
        for char, step in zip(token, advance, strict=True):
            glyphs.append((x, line, char))
            x += step
        x += space
    image = Image.new("L", (width, leading * (line + 1) + size * 4), 255)
    pen = ImageDraw.Draw(image)
    for left, row, char in glyphs:
        pen.text((left, size * 2 + row * leading), char, font=font, fill=rng.choice((0, 0, 30)))
    image = image.resize((int(width * squeeze), image.height), Image.Resampling.LANCZOS)
    image = image.filter(ImageFilter.GaussianBlur(rng.choice((0, 0, 0.5, 0.8, 1.1))))
    if rng.random() < 0.3:
        image = image.point(lambda value: 255 * (value > 150))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1, dpi=(300, 300))
    return buffer.getvalue(), placed, (size * 2, leading)


def read(png: bytes, tessdata: Path) -> list[tuple[str, int, int, int]]:
    """Words the engine finds, as ``(text, left, right, middle)`` in pixels, in its own order."""
    command = ["tesseract", "stdin", "stdout", "-l", "eng", "--tessdata-dir", str(tessdata)]
    done = subprocess.run(
        [*command, "--psm", "6", "-c", "tessedit_create_tsv=1"],
        input=png,
        capture_output=True,
        check=True,
    )
    rows = (row.split("\t") for row in done.stdout.decode().splitlines()[1:])
    found = []
    for row in rows:
        if row[0] == "5" and row[11].strip():
            left, top, width, height = map(int, row[6:10])
            found.append((row[11], left, left + width, top + height // 2))
    return found


def attribute(
    placed: Sequence[Drawn], found: Iterable[tuple[str, int, int, int]], tops: tuple[int, int]
) -> Iterator[tuple[str, str]]:
    """Give what was read back to what was drawn; a reading that covers two words is left out.

    ``tops`` is ``(y of the first line, leading)``, in pixels. Several readings inside one word are
    joined by a space.
    """
    lines: dict[int, list[int]] = defaultdict(list)
    for index, drawn in enumerate(placed):
        lines[drawn.line].append(index)
    parts: dict[int, list[tuple[int, str]]] = defaultdict(list)
    spoilt: set[int] = set()
    for text, left, right, middle in found:
        row = lines.get((middle - tops[0]) // tops[1], [])
        start = max(0, bisect.bisect_right([placed[i].left for i in row], left) - 1)
        hit = [i for i in row[start:] if _shared(placed[i], left, right)]
        if len(hit) == 1:
            parts[hit[0]].append((left, text))
        else:
            spoilt.update(hit)
    for index, pieces in sorted(parts.items()):
        if index not in spoilt:
            yield placed[index].text, " ".join(text for _, text in sorted(pieces))


def _shared(drawn: Drawn, left: int, right: int) -> bool:
    overlap = min(drawn.right, right) - max(drawn.left, left)
    return overlap > 0.25 * min(drawn.right - drawn.left, right - left)


def simulate(tokens: Sequence[str], args: argparse.Namespace, seed: str) -> list[tuple[str, str]]:
    """Draw, read, attribute: ``(token, garble)`` for the tokens of one page."""
    png, placed, tops = draw(tokens, args.serif, seed)
    return list(attribute(placed, read(png, args.tessdata), tops))


def render(args: argparse.Namespace) -> None:
    """Simulate pages ``first .. first+pages`` of the plan, or a text in its own order."""
    args.out.mkdir(parents=True, exist_ok=True)
    if args.text:
        tokens = args.words.read_text("utf-8").split()
        pages = [tokens[i : i + args.per_page] for i in range(0, len(tokens), args.per_page)]
    else:
        rows = args.words.read_text("utf-8").splitlines()
        words = [row.split("\t")[0] for row in rows if "#" not in row]
    for page in range(args.first, args.first + args.pages):
        target = args.out / f"{page:05}.json"
        if target.exists():
            continue
        if args.text and page >= len(pages):
            break
        chosen = pages[page] if args.text else plan(words, page, args.per_page, args.seed)
        rows = simulate(chosen, args, f"{args.seed}/page/{page}")
        partial = target.with_suffix(".part")
        partial.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        partial.replace(target)


# --------------------------------------------------------------------------- pack


def pack(args: argparse.Namespace) -> None:
    """Write the table: ``word⇥share⇥garble⇥garble…``, most frequent word first."""
    garbles: dict[str, list[str]] = defaultdict(list)
    for page in (page for folder in args.pages for page in sorted(folder.glob("*.json"))):
        for token, garble in json.loads(page.read_text("utf-8")):
            for word, piece in pieces(token, garble):
                garbles[word].append(piece)
    rows = [row.split("\t") for row in args.words.read_text("utf-8").splitlines()]
    rows += [[word, f"{1 / len(AFTER_GLOSS):.3g}"] for word in sorted(garbles) if word[0] == "~"]
    known = (row for row in rows if garbles.get(row[0]))
    _write(args.out, ("\t".join((*row, *garbles[row[0]])) for row in known))


GLOSSED = re.compile(r"([가-힣]+)\([a-z]+\)([가-힣]+)")


def pieces(token: str, garble: str) -> Iterator[tuple[str, str]]:
    """What a token and its garble teach: ``(word, garble)`` without punctuation and glosses.

    A particle behind a gloss is named ``~은``, a counter ``#년`` with ``#`` for the number.

    >>> list(pieces("지방의(power)에서", "A2 (power)oAl"))
    [('지방의', 'A2'), ('~에서', 'oAl')]
    >>> list(pieces("2021년의", "20219]"))
    [('#년의', '#9]')]
    """
    if match := GLOSSED.fullmatch(token):
        opened, closed = garble.find("("), garble.rfind(")")
        if 0 < opened < closed:
            yield from pieces(match[1], garble[:opened].strip())
            if garble[closed + 1 :].strip():
                yield f"~{match[2]}", garble[closed + 1 :].strip()
    elif match := NUMBERED.fullmatch(token):
        if garble.count(match[2]) == 1:
            yield f"{match[1]}#{match[3]}", garble.replace(match[2], "#")
    else:
        start, end = bare(garble)
        word = re.sub("[^가-힣]", "", token)
        if word and start < end:
            yield word, garble[start:end]


def main() -> None:
    """Command line of the three steps."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    steps = parser.add_subparsers(required=True)
    step = steps.add_parser("words")
    step.add_argument("corpus", nargs="+", help="WEIGHT:FILE")
    step.add_argument("--limit", type=int, default=28000)
    step.add_argument("--out", type=Path, required=True)
    step.set_defaults(run=_words)
    step.add_argument("--bigrams", type=Path, required=True)
    step = steps.add_parser("render")
    step.add_argument("words", type=Path)
    step.add_argument("--text", action="store_true", help="WORDS is running text, keep its order")
    step.add_argument("--tessdata", type=Path, required=True)
    step.add_argument("--serif", type=Path, nargs="+", required=True)
    step.add_argument("--first", type=int, default=0)
    step.add_argument("--pages", type=int, default=400)
    step.add_argument("--per-page", type=int, default=400)
    step.add_argument("--seed", type=int, default=1)
    step.add_argument("--out", type=Path, required=True)
    step.set_defaults(run=render)
    step = steps.add_parser("pack")
    step.add_argument("words", type=Path)
    step.add_argument("pages", type=Path, nargs="+")
    step.add_argument("--out", type=Path, required=True)
    step.set_defaults(run=pack)
    args = parser.parse_args()
    args.run(args)


def _words(args: argparse.Namespace) -> None:
    corpora = []
    for spec in args.corpus:
        weight, _, name = spec.partition(":")
        corpora.append((float(weight), Path(name).read_text("utf-8")))
    rows = choose_words(corpora, args.limit)
    counted = count_numbers(corpora)
    rows += [(w, counted.get(w, 1e-6)) for w in sorted({f"#{c}" for c in COUNTERS})]
    rows += [(w, counted.get(w, 1e-6)) for w in (f"제#{c}" for c in ORDINALS)]
    args.out.write_text("".join(f"{w}\t{share:.3g}\n" for w, share in rows), "utf-8")
    pairs = count_pairs(corpora, {word for word, _ in rows})
    _write(args.bigrams, (f"{a}\t{b}\t{share:.2g}" for (a, b), share in pairs))


def _write(path: Path, rows: Iterable[str]) -> None:
    path.write_bytes(lzma.compress("".join(f"{row}\n" for row in rows).encode(), preset=9))


if __name__ == "__main__":
    main()
