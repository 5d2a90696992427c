"""Image files: PNG, JPEG and TIFF, one page a frame, turned as their EXIF says, on white paper."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from haedok.errors import InputError
from haedok.settings import Ingest

_ORIENTATION = 0x0112
"""The EXIF tag that says how the camera was held; 5 to 8 turn width into height."""
MIN_SIDE = 16
"""Pixels; nothing smaller holds a line of text."""


def count_pages(file: Path, settings: Ingest) -> int:
    """How many frames an image file has; reads headers only.

    Raises:
        InputError: it is no image, or a frame is too small or too large.
    """
    with _opened(file) as image:
        frames = getattr(image, "n_frames", 1)
        for index in range(frames):
            image.seek(index)
            check_size(image.size, f"{file}" if frames == 1 else f"{file}#{index + 1}", settings)
        return frames


def load(file: Path, index: int) -> tuple[Image.Image, float]:
    """Frame ``index`` (from 0) as a grey (``L``) or ``RGB`` image, and its resolution.

    The resolution is in pixels per inch, 0 where the file does not say a credible one.

    Raises:
        InputError: the file is damaged.
    """
    with _opened(file) as image:
        frame = ImageSequence.Iterator(image)[index]
        dpi = frame.info.get("dpi", (0, 0))[0]
        frame = ImageOps.exif_transpose(frame)
        return on_white(frame), float(dpi) if 50 <= dpi <= 1300 else 0.0


def preview(
    file: Path, index: int, wanted: Callable[[tuple[int, int]], bool]
) -> Image.Image | None:
    """Frame ``index`` (from 0) in grey if its size is ``wanted``; None too where it is damaged.

    Other frames are not decoded: only their headers are read.
    """
    try:
        with _opened(file) as image:
            image.seek(index)
            turned = image.getexif().get(_ORIENTATION, 1) >= 5
            if not wanted(image.size[::-1] if turned else image.size):
                return None
            image.draft("L", (image.width // 2, image.height // 2))  # a JPEG is half the work
            return on_white(ImageOps.exif_transpose(image)).convert("L")
    except InputError:  # said when the page is read
        return None


def check_size(size: tuple[int, int], name: str, settings: Ingest) -> None:
    """Refuse what cannot be a page.

    Raises:
        InputError: too small or too large.
    """
    width, height = size
    if min(size) < MIN_SIDE:
        raise InputError(
            f"{name} is {width}×{height} pixels: too small to hold text",
            "give the scan itself, not its thumbnail",
        )
    if width * height > settings.max_pixels:
        raise InputError(
            f"{name} is {width}×{height} pixels: more than a page can need",
            "scan it at 300–600 dpi, or raise [ingest] max_pixels in a --config file",
        )


def on_white(image: Image.Image) -> Image.Image:
    """Any image mode → ``L`` or ``RGB``; transparency becomes white paper, 16 bits become 8."""
    if image.mode in ("L", "RGB"):
        return image.copy()
    if image.mode.startswith(("I", "F")):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("1", "LA", "PA", "P", "RGBA", "La", "RGBa"):
        with_alpha = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        flat = Image.alpha_composite(paper, with_alpha).convert("RGB")
        return flat.convert("L") if image.mode in ("1", "LA", "La") else flat
    return image.convert("RGB")


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[Image.Image]:
    """The image, without Pillow's own size limit (ours is a setting), its errors in our words."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file) as image:
                yield image
    except InputError:
        raise
    except UnidentifiedImageError as error:
        raise InputError(f"{file} is not an image", "look at it: it may be cut off") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise InputError(
            f"{file} cannot be read as an image: {error}", "copy or scan it again"
        ) from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit
