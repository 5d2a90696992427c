"""haedok (해독): recover the text of Korean scholarly papers.

`recover` does for a file or folder what ``haedok run`` does; `repair_text` and `diagnose_text` are
for people who have only a text.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haedok.diagnose import Diagnosis
    from haedok.model import Document
    from haedok.repair import RepairedText
    from haedok.settings import Settings

__version__ = "0.1.0"
__all__ = ["__version__", "diagnose_text", "recover", "repair_text"]

# The rooms are imported when they are needed: `import haedok` must cost nothing.


def recover(path: Path | str, settings: Settings | None = None) -> Document:
    """Recover a document, a file or a folder, in memory; nothing is written beside it.

    Raises:
        haedok.errors.HaedokError: the document cannot be read, or a program is missing.
    """
    from haedok.run import recover as run  # noqa: PLC0415

    return run(path, settings)


def repair_text(text: str, settings: Settings | None = None) -> RepairedText:
    """Repair a text; the result is a string that knows its edits (``.edits``, ``.lines``)."""
    from haedok.repair import repair_text as repair  # noqa: PLC0415

    return repair(text, settings)


def diagnose_text(text: str) -> tuple[Diagnosis, ...]:
    r"""Say of each line of a text what happened to it, and how sure that is.

    Lines are told apart at ``\n``; what follows the last one is a line only if there is any.
    """
    from haedok.diagnose import diagnose_text as diagnose  # noqa: PLC0415

    return diagnose(text)
