"""Tesseract inside this process, where the extra ``[fast]`` is installed: no start, no files.

The only module that knows tesserocr. What it gives back is the hOCR and the text that the program
would have written, so everything behind is the same. (Its iterators would be shorter, but their
words ignore ``preserve_interword_spaces``.) Its wheel brings a Tesseract of its own, which has to
be told where the language packs of the system are.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]

_LOCK = threading.Lock()
"""One reader serves one thread at a time."""


def read(
    images: Sequence[Grey], language: str, folder: str, options: Mapping[str, str], timeout: float
) -> tuple[bytes, str] | None:
    """What Tesseract makes of some images, as hOCR and as text.

    Args:
        images: each height x width, dark on light.
        language: Tesseract's own name of it.
        folder: of the language packs.
        options: Tesseract's variables; ``psm`` and ``dpi``, too, as on its command line.
        timeout: seconds for all of them.

    Returns:
        An hOCR document with a page for every image, and the text of all; None where tesserocr is
        not installed or cannot read the language pack.

    Raises:
        TimeoutError: time is up.
    """
    end = time.monotonic() + timeout
    with _LOCK:
        reader = _reader(language, folder)
        if reader is None:
            return None
        for name, value in options.items():
            if name not in {"psm", "dpi"}:
                reader.SetVariable(name, value)
        reader.SetPageSegMode(int(options["psm"]))
        reader.SetVariable("user_defined_dpi", options.get("dpi", "0"))
        pages = [_read_one(reader, image, number, end) for number, image in enumerate(images)]
    hocr = "".join(page for page, _ in pages)
    return f"<html>{hocr}</html>".encode(), "".join(text for _, text in pages)


def _read_one(reader: Any, image: Grey, number: int, end: float) -> tuple[str, str]:
    left = round(1000 * (end - time.monotonic()))
    if left <= 0:
        raise TimeoutError
    reader.SetImage(Image.fromarray(image))
    finished = reader.Recognize(left)
    if not finished:
        raise TimeoutError
    hocr, text = reader.GetHOCRText(number), reader.GetUTF8Text()
    reader.Clear()
    return hocr, text


@cache
def _reader(language: str, folder: str) -> Any:
    """A reader of a language, kept for the life of the process; None where there can be none."""
    # Before its library is loaded: pages run side by side, and threads only get in their way.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        import tesserocr  # noqa: PLC0415 (an extra)

        return tesserocr.PyTessBaseAPI(path=folder, lang=language)
    except (ImportError, RuntimeError):
        return None
