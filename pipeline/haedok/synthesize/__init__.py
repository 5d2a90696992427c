"""Known text → typeset page → worn image, with the truth down to the box of every character.

Everything comes from one seed number: two runs with the same text, seed and recipe give the same
bytes. It serves tests (few fixed pages: ``synthesize``), statistics of what engines make of a page
and of damaged text (``damage``), and training (``lines``: hundreds of lines a second).
"""

from __future__ import annotations

from pathlib import Path

from haedok.errors import MissingProgramError


def synthesize(text: str, out: Path, seed: int, recipe: str = "") -> None:
    """Write ``scan.pdf`` (images only), ``truth.txt``, ``truth.json`` and ``alto/*.xml``.

    ``text`` is plain, or a manuscript (see ``manuscript``); ``recipe`` a row of ``wear.RECIPES``,
    or empty for the manuscript's own.

    Raises:
        UsageError: no such recipe, layout or face.
        InputError: the text cannot be set.
        MissingProgramError: Typst, PDFium or a font is not installed.
        OutputError: the folder cannot be written.
    """
    try:
        from haedok.synthesize.press import write  # noqa: PLC0415  # needs an optional extra
    except ImportError as error:
        raise MissingProgramError(
            "what makes pages is not installed", 'pip install "haedok[synthesize]"'
        ) from error
    write(text, out, seed, recipe)
