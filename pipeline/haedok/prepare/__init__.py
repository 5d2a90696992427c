"""A page image as it comes → the grey, upright, even page that engines read best.

A page that needs nothing is handed on untouched, to the last pixel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from haedok import settings as config
from haedok.errors import InputError
from haedok.model import IDENTITY, Affine, Step
from haedok.prepare.geometry import compose, image_to_skew, rotate, turn
from haedok.prepare.grey import Grey, flatten, image_to_grey, is_blank, unevenness
from haedok.prepare.noise import image_to_speckle, without_speckle
from haedok.prepare.orientation import image_to_quarter_turns
from haedok.prepare.scale import image_to_dpi

__all__ = ["Prepared", "prepare"]

LEAST_SKEW = 0.2
"""Degrees; engines follow a smaller slope by themselves, and resampling would blur a clean page."""
LEAST_UNEVENNESS = 0.12
"""Part of the brightest paper that the darkest paper falls short; flat scans have less."""
LEAST_SPECKLE = 0.3
"""Specks for every piece of a letter; clean print, with its points and accents, has far fewer."""


@dataclass(frozen=True)
class Prepared:
    """A page that is ready to be read."""

    image: Grey
    """height x width, dark on light."""
    dpi: float
    """Pixels per inch; estimated from the text where it was unknown, 0 where there is no text."""
    steps: tuple[Step, ...] = ()
    to_original: Affine = IDENTITY
    """Maps a point of ``image`` to the image as ingested."""
    blank: bool = False
    """There is nothing to read on it."""


def prepare(image: NDArray[np.uint8], dpi: float, settings: config.Prepare) -> Prepared:
    """Make a page image as readable as it can be, and say what was done.

    Args:
        image: height x width (grey) or height x width x 3 (RGB), 0 black.
        dpi: pixels per inch; 0 where unknown.
        settings: which steps are allowed.

    Raises:
        InputError: the array is no image.
    """
    page = Prepared(image_to_grey(_checked(image)), float(dpi))
    if is_blank(page.image):
        return replace(page, blank=True)
    for step in (_flattened, _turned, _straightened, _measured, _cleaned):
        page = step(page, settings)
    return page


def _checked(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    grey_or_rgb = image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3)
    if image.dtype != np.uint8 or not grey_or_rgb or image.size == 0:
        raise InputError(
            f"not a page image: {image.dtype} of shape {image.shape}",
            "give 8-bit grey or RGB pixels",
        )
    return image


def _flattened(page: Prepared, settings: config.Prepare) -> Prepared:
    uneven = unevenness(page.image)
    if not settings.flatten or uneven < LEAST_UNEVENNESS:
        return page
    step = Step("flatten", f"paper {uneven:.0%} darker in places")
    return replace(page, image=flatten(page.image), steps=(*page.steps, step))


def _turned(page: Prepared, settings: config.Prepare) -> Prepared:
    quarters = image_to_quarter_turns(page.image) if settings.orient else 0
    if quarters == 0:
        return page
    image, back = turn(page.image, quarters)
    step = Step("turn", f"{quarters * 90}° anticlockwise")
    return _moved(page, image, back, step)


def _straightened(page: Prepared, settings: config.Prepare) -> Prepared:
    skew = image_to_skew(page.image, settings.max_skew) if settings.deskew else 0.0
    if abs(skew) < LEAST_SKEW:
        return page
    image, back = rotate(page.image, skew)
    return _moved(page, image, back, Step("deskew", f"{skew:+.2f}°"))


def _measured(page: Prepared, settings: config.Prepare) -> Prepared:
    if page.dpi > 0:
        return page
    dpi = image_to_dpi(page.image)
    if dpi == 0:
        return page
    return replace(page, dpi=dpi, steps=(*page.steps, Step("measure", f"about {dpi:.0f} dpi")))


def _cleaned(page: Prepared, settings: config.Prepare) -> Prepared:
    if settings.denoise == "never":
        return page
    speckle = image_to_speckle(page.image)
    if settings.denoise == "auto" and speckle < LEAST_SPECKLE:
        return page
    step = Step("denoise", f"{speckle:.2f} specks a letter part")
    return replace(page, image=without_speckle(page.image), steps=(*page.steps, step))


def _moved(page: Prepared, image: Grey, back: Affine, step: Step) -> Prepared:
    """The page in a new frame; ``back`` leads from there to the frame it had."""
    return replace(
        page,
        image=image,
        to_original=compose(page.to_original, back),
        steps=(*page.steps, step),
    )
