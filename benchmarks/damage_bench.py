"""Every encoding mistaken for every other, and damaged spacing, on held-out lines of a folder.

Usage: python benchmarks/damage_bench.py FOLDER [fit|dev|test] [LINES]

Lines whose checksum is divisible by ten are held out from the model of spaces; they are split in
three by checksum. ``right`` is the exact sentence; ``marked`` has no wrong letter and says what is
unreadable or doubtful; ``wrong`` has a letter that is neither right nor marked; ``left`` is damage
that nothing was done about.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from haedok.model import Edit
from haedok.repair import repair_text
from haedok.synthesize.damage import SPACINGS, decomposed, entities, letters, typed_latin

Damage = Callable[[str], str | None]
PARTS = ("fit", "dev", "test")
SEED = 4200
WRITTEN = ("cp949", "johab", "utf-8")
READ = ("latin-1", "cp1252", "cp949", "cp932", "gbk", "big5", "mac_roman", "cp437", "utf-8")


def held_out(folder: Path, part: str, count: int) -> list[str]:
    """Sentences of 8 to 80 characters."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        if path.name.startswith(("law_", "constitution")):
            continue
        for line in path.read_text("utf-8").splitlines():
            checksum = zlib.crc32(line.encode())
            if checksum % 10 == 0 and PARTS[checksum // 10 % 3] == part:
                found += [s for s in re.split(r"(?<=[.?!]) ", line) if 8 <= len(s) <= 80]
    order = np.random.default_rng(SEED).permutation(len(found))
    return [found[at] for at in order[:count]]


def mistaken(*steps: tuple[str, str]) -> Damage:
    """Written in one encoding and read in another, perhaps several times; losses are U+FFFD."""

    def damage(text: str) -> str | None:
        for written, read in steps:
            try:
                data = text.encode(written)
            except UnicodeEncodeError:
                return None
            if read == "cp1252":  # as browsers have it
                text = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in data)
            else:
                text = data.decode(read, "replace")
        return text

    return damage


def damages() -> Iterator[tuple[str, Damage]]:
    """All kinds by name."""
    for written in WRITTEN:
        for read in READ:
            if read != written:
                yield f"{written} as {read}", mistaken((written, read))
                yield f"{written} as {read}, half a line", _half(mistaken((written, read)))
    for written in WRITTEN:
        for read in ("latin-1", "cp1252"):
            for again in ("latin-1", "cp1252", "cp949", "cp932"):
                twice = mistaken((written, read), ("utf-8", again))
                yield f"{written} as {read}, utf-8 as {again}", twice
    yield "NFD", decomposed
    yield "jamo", letters
    yield "keyboard", lambda text: None if re.search("[A-Za-z]", text) else typed_latin(text)
    yield "keyboard, one word", _one_word
    yield "references", entities
    yield "references escaped", lambda text: entities(text).replace("&", "&amp;")


def _half(damage: Damage) -> Damage:
    def part(text: str) -> str | None:
        words = text.split(" ")
        rest = damage(" ".join(words[len(words) // 2 :]))
        return None if rest is None else " ".join([*words[: len(words) // 2], rest])

    return part


def _one_word(text: str) -> str | None:
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if re.fullmatch("[가-힣]{3,}", word)]
    if not long or len(words) < 4:
        return None
    at = long[zlib.crc32(text.encode()) % len(long)]
    return " ".join([*words[:at], typed_latin(words[at]), *words[at + 1 :]])


def outcome(truth: str, raw: str, edits: Sequence[Edit]) -> str:
    """What became of a damaged line (see above).

    >>> outcome("한글", "한글", ())
    'right'
    """
    pattern, made, at = "", "", 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        done = edit.reading if edit.status == "corrected" and edit.reading is not None else None
        pattern += re.escape(raw[at : edit.start]) + (".*?" if done is None else re.escape(done))
        made += raw[at : edit.start] + (edit.raw if done is None else done)
        at = edit.end
    if made + raw[at:] == truth:
        return "right"
    if edits and re.fullmatch(pattern + re.escape(raw[at:]), truth):
        return "marked"
    return "wrong" if any(edit.status == "corrected" for edit in edits) else "left"


def spacing_score(truth: str, repaired: str) -> tuple[int, int, int]:
    """Spaces in both, in the repaired text, in the true one."""
    ours, true = _spaces(repaired), _spaces(truth)
    return len(ours & true), len(ours), len(true)


def _spaces(text: str) -> set[int]:
    ends = np.cumsum([len(word) for word in text.split()])
    return set(ends[:-1].tolist())


def main(folder: str, part: str = "dev", count: str = "200") -> None:
    """Print a row a kind."""
    sentences = held_out(Path(folder), part, int(count))
    for name, damage in damages():
        seen: Counter[str] = Counter()
        for truth in sentences[: int(count) // 10]:
            raw = damage(truth)
            if raw is not None and raw != truth and "\n" not in raw:
                whole = "\ufffd" not in raw
                result = outcome(truth, raw, repair_text(raw).edits)
                seen[("" if whole else "bytes gone, ") + result] += 1
        print(f"{name:34}", dict(seen), flush=True)
    rng = np.random.default_rng(SEED)
    spacings = {"sound": lambda text, _: text, **SPACINGS}
    for name, space in spacings.items():
        scores = [spacing_score(t, str(repair_text(space(t, rng)))) for t in sentences]
        both, ours, true = np.array(scores).sum(axis=0)
        print(f"{name:34} F1 {2 * both / (ours + true):.4f} of {true} spaces", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
