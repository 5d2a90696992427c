"""Typefaces that no Debian package has, fetched from npm and made whole.

Web fonts come cut into a hundred small files, each with the signs of some ranges of Unicode; a
line is drawn from one file. So the outlines of all cuts are laid together under one ``cmap``. What
shapes text (``GSUB``, ``GPOS``) is left out: modern Hangul needs none of it. So is hinting, which
calls programs of its cut.

The faces are under the SIL Open Font License 1.1; what is made here is for this machine, not to be
passed on. ``python -m haedok.synthesize.web_fonts [FOLDER]`` makes all that are not there yet.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from haedok.errors import InputError, MissingProgramError
from haedok.files import write_atomic
from haedok.hangul import KS_X_1001
from haedok.synthesize.fonts import EXTRA, NPM, WEB_FONTS, Face

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables._g_l_y_f import Glyph

WEIGHTS = {"Regular": 400, "Bold": 700}
"""What CSS calls the weights; the cuts are named by it."""
MISSING = ".notdef"


def make(wanted: Iterable[Face], folder: Path) -> list[Path]:
    """Put a file ``NAME.ttf`` into a folder for every face from npm that has none there yet.

    Returns:
        The files that are new.

    Raises:
        MissingProgramError: npm or fontTools is not installed, or npm cannot reach its registry.
        InputError: a package has no such weight, or lacks a syllable of KS X 1001.
        OutputError: a file cannot be written.
    """
    lacking = [
        face
        for face in wanted
        if face.package.startswith(NPM) and not (folder / f"{face.name}.ttf").is_file()
    ]
    made = []
    for package, of_package in groupby(lacking, key=lambda face: face.package):
        files = fetch(package.removeprefix(NPM))
        for face in of_package:
            path = folder / f"{face.name}.ttf"
            write_atomic(path, join(cuts(files, WEIGHTS[face.style]), face))
            made.append(path)
    return made


def fetch(package: str) -> dict[str, bytes]:
    """The web fonts (woff2) in a package of npm, by their file names.

    Raises:
        MissingProgramError: npm does not run, or cannot get the package.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", package, "--silent", "--pack-destination", folder]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=300)
            archive = next(Path(folder).glob("*.tgz"))
        except (OSError, subprocess.SubprocessError, StopIteration) as error:
            raise MissingProgramError(
                f"npm pack {package} does not work here", "apt-get install npm"
            ) from error
        with tarfile.open(archive) as tar:
            return {
                Path(member.name).name: packed.read()
                for member in tar
                if member.name.endswith(".woff2") and (packed := tar.extractfile(member))
            }


def cuts(files: Mapping[str, bytes], weight: int) -> list[bytes]:
    """The upright cuts of a weight, Latin first: its measures are those of the whole face."""
    end = f"-{weight}-normal.woff2"
    names = sorted(name for name in files if name.endswith(end))
    return [files[name] for name in sorted(names, key=lambda name: f"-latin{end}" not in name)]


class _Sign(msgspec.Struct, frozen=True):
    """An outline, and how it is set: (advance, left side bearing) in font units."""

    glyph: Glyph
    metrics: tuple[int, int]


def join(parts: Sequence[bytes], face: Face) -> bytes:
    """One TrueType font of many with TrueType outlines; of a sign in several the first counts.

    Signs without ink that are no spaces are left out, that another face may stand in for them.

    Raises:
        MissingProgramError: fontTools is not installed.
        InputError: the parts lack a syllable of KS X 1001.
    """
    fonts = [_opened(part) for part in parts]
    signs: dict[int, _Sign] = {}
    for font in fonts:
        signs |= {code: sign for code, sign in _signs(font).items() if code not in signs}
    lacking = [syllable for syllable in KS_X_1001 if ord(syllable) not in signs]
    if lacking:
        raise InputError(f"{face.package} lacks {len(lacking)} syllables in {face.style}")
    return _built(signs, fonts[0], face)


def _opened(part: bytes) -> TTFont:
    try:
        import brotli  # noqa: F401, PLC0415  # what woff2 is packed with; fontTools asks late
        from fontTools.ttLib import TTFont  # noqa: PLC0415  # an optional extra
    except ImportError as error:
        raise MissingProgramError(
            "fontTools is not installed", 'pip install "haedok[train]"'
        ) from error
    return TTFont(io.BytesIO(part), lazy=True)


def _signs(font: TTFont) -> dict[int, _Sign]:
    """The signs of a cut that have ink, or are spaces."""
    metrics = font["hmtx"].metrics
    found = {code: (_outline(font, name), name) for code, name in font.getBestCmap().items()}
    return {
        code: _Sign(glyph, metrics[name])
        for code, (glyph, name) in found.items()
        if glyph.numberOfContours or chr(code).isspace()
    }


def _outline(font: TTFont, name: str) -> Glyph:
    """An outline that needs nothing else of its font: no parts of other glyphs, no hinting."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen  # noqa: PLC0415
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: PLC0415

    glyph = font["glyf"][name]
    if not glyph.isComposite():
        glyph.removeHinting()
        return glyph
    parts, whole = DecomposingRecordingPen(font.getGlyphSet()), TTGlyphPen(None)
    font.getGlyphSet()[name].draw(parts)
    parts.replay(whole)
    return whole.glyph()


def _built(signs: Mapping[int, _Sign], like: TTFont, face: Face) -> bytes:
    """A font of these signs with the ascent, descent and em of another."""
    from fontTools.fontBuilder import FontBuilder  # noqa: PLC0415
    from fontTools.ttLib.tables._g_l_y_f import Glyph  # noqa: PLC0415

    names = {code: f"u{code:05X}" for code in sorted(signs)}
    em, measures, windows = like["head"].unitsPerEm, like["hhea"], like["OS/2"]
    glyphs = {MISSING: Glyph()} | {name: signs[code].glyph for code, name in names.items()}
    metrics = {MISSING: (em, 0)} | {name: signs[code].metrics for code, name in names.items()}
    builder = FontBuilder(em, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(names)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(ascent=measures.ascent, descent=measures.descent)
    builder.setupNameTable({"familyName": face.family, "styleName": face.style})
    builder.setupOS2(usWinAscent=windows.usWinAscent, usWinDescent=windows.usWinDescent)
    builder.setupPost(keepGlyphNames=False)
    written = io.BytesIO()
    builder.save(written)
    return written.getvalue()


def main(folder: Path = WEB_FONTS) -> None:
    """Make every face of the table that comes from npm."""
    for path in make(EXTRA.values(), folder):
        print(path, file=sys.stderr)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
