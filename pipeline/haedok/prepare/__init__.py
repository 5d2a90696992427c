"""A page image as it comes → the grey, upright, even page that engines read best.

A page that needs nothing is handed on untouched, to the last pixel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from haedok import settings as config
from haedok.errors import InputError
from haedok.model import IDENTITY, Affine, Step, Warp
from haedok.prepare.geometry import compose, rotate, rotation, turn
from haedok.prepare.grey import (
    Grey,
    background,
    flatten,
    image_to_grey,
    is_blank,
    reduced,
    unevenness,
)
from haedok.prepare.mesh import (
    Mesh,
    Points,
    mesh_of,
    mesh_to_warp,
    nearest_affine,
    projected,
    resample,
    through,
)
from haedok.prepare.noise import image_to_speckle, without_speckle
from haedok.prepare.outline import corners_to_view, image_to_corners
from haedok.prepare.scale import image_to_dpi
from haedok.prepare.survey import SIDE, ReadsBetter, Survey, page_to_survey

__all__ = ["Mesh", "Prepared", "ReadsBetter", "prepare"]

LEAST_SKEW = 0.2
"""Degrees; engines follow a smaller slope by themselves, and resampling would blur a clean page."""
LEAST_SAG = 0.25
"""Ems that lines must stray from the straight and level before a page is bent."""
PHOTO_SAG = 0.05
"""The same on a photograph, which has been resampled already."""
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
    """Maps a point of ``image`` to the image as ingested; where ``mesh`` is given, only nearly."""
    mesh: Mesh | None = None
    """The same exactly, for a page that was laid flat; None where ``to_original`` is exact."""
    blank: bool = False
    """There is nothing to read on it."""
    textless: bool = False
    """There is ink on it, a picture or mere noise, but no text."""

    @property
    def warp(self) -> Warp | None:
        """The mesh, as it is kept with the page."""
        return mesh_to_warp(self.mesh) if self.mesh else None

    def back(self, points: Points) -> Points:
        """Where points (N x 2: x, y) of ``image`` are in the image as ingested."""
        return self.mesh.back(points) if self.mesh else through(self.to_original)(points)


def prepare(
    image: NDArray[np.uint8],
    dpi: float,
    settings: config.Prepare,
    reads_better: ReadsBetter | None = None,
) -> Prepared:
    """Make a page image as readable as it can be, and say what was done.

    Args:
        image: height x width (grey) or height x width x 3 (RGB), 0 black.
        dpi: pixels per inch; 0 where unknown.
        settings: which steps are allowed.
        reads_better: says how well some lines can be read (higher is better); asked which way up
            a page is where its letters leave it open.

    Raises:
        InputError: the array is no image.
    """
    page = Prepared(image_to_grey(_checked(image)), float(dpi))
    if is_blank(page.image):
        return replace(page, blank=True)
    small, _ = reduced(page.image, SIDE)
    if settings.rectify and (corners := image_to_corners(small)) is not None:
        page = _cut_out(page, corners * (page.image.shape[0] / small.shape[0]))
        small, _ = reduced(page.image, SIDE)
    page, small = _flattened(page, small, settings)
    survey = page_to_survey(page.image, small, settings, reads_better)
    if not survey.text:
        return replace(page, blank=not survey.inked, textless=survey.inked)
    page = _straightened(_turned(page, survey), survey, settings)
    return _cleaned(_measured(page), settings)


def _checked(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    grey_or_rgb = image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3)
    if image.dtype != np.uint8 or not grey_or_rgb or image.size == 0:
        raise InputError(
            f"not a page image: {image.dtype} of shape {image.shape}",
            "give 8-bit grey or RGB pixels",
        )
    return image


def _cut_out(page: Prepared, corners: Points) -> Prepared:
    """The sheet alone, without the desk around it, seen from above."""
    view, size = corners_to_view(corners)
    mesh = mesh_of(size, projected(view))
    return _bent(page, mesh, Step("rectify", f"a sheet of {size[0]}x{size[1]} pixels on a desk"))


def _flattened(page: Prepared, small: Grey, settings: config.Prepare) -> tuple[Prepared, Grey]:
    """The page in even light if its own is uneven, and its small copy in any case."""
    light = background(small)
    uneven, even = unevenness(light), flatten(small, light)
    if not settings.flatten or uneven < LEAST_UNEVENNESS:
        return page, even
    step = Step("flatten", f"paper {uneven:.0%} darker in places")
    return replace(page, image=flatten(page.image, light), steps=(*page.steps, step)), even


def _turned(page: Prepared, survey: Survey) -> Prepared:
    if survey.quarters == 0:
        return page
    image, back = turn(page.image, survey.quarters)
    return _moved(page, image, back, Step("turn", f"{survey.quarters * 90}° anticlockwise"))


def _straightened(page: Prepared, survey: Survey, settings: config.Prepare) -> Prepared:
    """Level, and flat where lines sag: both at once, so that pixels are resampled only once."""
    skew = survey.skew if settings.deskew else 0.0
    sag = survey.sag if settings.rectify and settings.deskew else None
    if sag is None or sag.extent < (LEAST_SAG if page.mesh is None else PHOTO_SAG):
        if abs(skew) < LEAST_SKEW:
            return page
        image, back = rotate(page.image, skew)
        return _moved(page, image, back, Step("deskew", f"{skew:+.2f}°"))
    size, level = rotation(page.image.shape, skew)
    scale = sag.size[0] / size[0]

    def back_from_flat(points: Points) -> Points:
        x, y = points.T
        drop = sag.at(x * scale, y * scale) / scale
        return through(level)(np.stack([x, y + drop], axis=1))

    step = Step("dewarp", f"{skew:+.2f}°, lines {sag.extent:.2f} em off the straight")
    return _bent(page, mesh_of(size, back_from_flat), step)


def _measured(page: Prepared) -> Prepared:
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
    moved = replace(page, image=image, steps=(*page.steps, step))
    if page.mesh is None:
        return replace(moved, to_original=compose(page.to_original, back))
    height, width = image.shape
    mesh = mesh_of((width, height), lambda points: page.back(through(back)(points)))
    return replace(moved, mesh=mesh, to_original=nearest_affine(mesh))


def _bent(page: Prepared, mesh: Mesh, step: Step) -> Prepared:
    """The page that a mesh makes of it."""
    whole = mesh_of(mesh.size, lambda points: page.back(mesh.back(points)))
    return replace(
        page,
        image=resample(page.image, mesh, beyond=255),
        mesh=whole,
        to_original=nearest_affine(whole),
        steps=(*page.steps, step),
    )
