"""A clean page image → what a scanner, a copier or a telephone makes of it.

Each effect is a small function of an image and a random generator; a recipe is a row that names
the effects and how strong they are. Where points of the page end up is known exactly
(``Geometry``), so that every box of the truth can follow. Images are H × W, uint8, paper 255.

Effects after Baird's degradation model (1992) and Kanungo's (1993), as ocrodeg and Augraphy have
them: ink and paper first, then optics, then the sensor, then compression.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from haedok.errors import UsageError
from haedok.synthesize.geometry import Bend, Geometry, curl, perspective, skew

Grey = NDArray[np.uint8]
Effect = Callable[[Grey, np.random.Generator], Grey]


class Recipe(msgspec.Struct, frozen=True):
    """A way to wear a page down: at ``dpi``, bent by ``bends``, then worn by ``effects`` in order.

    ``jpeg`` is the quality of the stored image, 0 for a lossless one; ``bilevel`` images are
    stored with one bit a pixel.
    """

    dpi: int
    bends: tuple[Bend, ...] = ()
    effects: tuple[Effect, ...] = ()
    jpeg: int = 0
    bilevel: bool = False
    beyond: int = 255
    """The grey of what is seen beside the page: a scanner's lid is white, a desk is not."""


def smooth_noise(
    shape: tuple[int, int], cell: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Noise in -1…1 that changes over about ``cell`` pixels."""
    height, width = shape
    coarse = rng.uniform(-1, 1, (height // cell + 2, width // cell + 2)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def bleed(image: Grey, rng: np.random.Generator, strength: float = 0.15) -> Grey:
    """The print of the other side shines through, mirrored and soft."""
    back = cv2.GaussianBlur(
        np.roll(image[:, ::-1], int(rng.integers(-40, 40)), axis=0), (0, 0), 2.0
    )
    return _clip(image - strength * (255.0 - back))


def ink(image: Grey, rng: np.random.Generator, strength: float = 0.3) -> Grey:
    """Ink lies unevenly: strokes thicken here and thin out there, and grow pale in patches."""
    blurred = cv2.GaussianBlur(image, (0, 0), 0.8).astype(np.float32)
    dark = (255.0 - blurred) / 255.0
    pressed = blurred + (image - blurred) * 0.5
    pressed += 90.0 * strength * smooth_noise(_shape(image), 60, rng) * dark
    pale = 1.0 - strength * 0.5 * np.clip(smooth_noise(_shape(image), 25, rng), 0, 1)
    return _clip(255.0 - (255.0 - pressed) * pale)


def blur(image: Grey, rng: np.random.Generator, sigma: float = 0.8) -> Grey:
    """Out of focus by about ``sigma`` pixels."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma * rng.uniform(0.8, 1.2)), np.uint8)


def light(image: Grey, rng: np.random.Generator, strength: float = 0.12) -> Grey:
    """Paper grey and lamp are uneven over the page."""
    height, _ = _shape(image)
    field = 1.0 - strength * (0.5 + 0.5 * smooth_noise(_shape(image), height // 2, rng))
    return _clip(image * field)


def gutter(image: Grey, rng: np.random.Generator, depth: float = 0.5) -> Grey:
    """The shadow of the fold beside the spine, left or right."""
    width = image.shape[1]
    reach = width * rng.uniform(0.03, 0.06)
    shade = 1.0 - depth * np.exp(-np.arange(width, dtype=np.float32) / reach)
    if rng.random() < 0.5:
        shade = shade[::-1]
    return _clip(image * shade)


def crease(image: Grey, rng: np.random.Generator, depth: float = 0.25) -> Grey:
    """The shadow of a sheet that was once folded across."""
    height = image.shape[0]
    rows = np.arange(height, dtype=np.float32) - height * rng.uniform(0.4, 0.6)
    return _clip(image * (1.0 - depth * np.exp(-((rows / (height * 0.004)) ** 2)))[:, None])


def grain(image: Grey, rng: np.random.Generator, sigma: float = 4.0) -> Grey:
    """The sensor's noise, of ``sigma`` grey levels."""
    return _clip(image + rng.standard_normal(image.shape, np.float32) * sigma)


def speckle(image: Grey, rng: np.random.Generator, per_inch: float = 1.5) -> Grey:
    """Dust: dark and light specks of one to four pixels; ``per_inch`` of each per 300² pixels."""
    worn = image.copy()
    count = rng.poisson(per_inch * image.size / 300.0**2)
    for _ in range(2 * count):
        at = (int(rng.integers(image.shape[1])), int(rng.integers(image.shape[0])))
        shade = int(rng.integers(40, 140)) if rng.random() < 0.5 else 255
        cv2.circle(worn, at, int(rng.integers(0, 3)), shade, -1)
    return worn


def threshold(image: Grey, rng: np.random.Generator, level: float = 0.6) -> Grey:
    """Black or white at ``level`` of the paper's white, as copiers and facsimiles decide."""
    paper = float(np.percentile(image, 90))
    return np.where(image > paper * level * rng.uniform(0.92, 1.08), 255, 0).astype(np.uint8)


def toner(image: Grey, rng: np.random.Generator, strength: float = 0.5) -> Grey:
    """A worn drum: strokes break where little toner stuck, and stray toner fouls their edges."""
    loss = smooth_noise(_shape(image), 3, rng) * smooth_noise(_shape(image), 90, rng)
    return _clip(image + strength * (180.0 * np.clip(loss, 0, 1) - 25.0 * np.clip(-loss, 0, 1)))


def jpeg(image: Grey, rng: np.random.Generator, quality: int = 35) -> Grey:
    """Saved once as a JPEG of that quality."""
    quality = int(np.clip(quality + rng.integers(-5, 6), 5, 95))
    saved = io.BytesIO()
    Image.fromarray(image).save(saved, "JPEG", quality=quality)
    stored: Grey = np.asarray(Image.open(saved))
    return stored


RECIPES = {
    "clean": Recipe(300),
    "scan": Recipe(
        300,
        (skew(0.5, 1.5), curl(0.0012)),
        (
            partial(bleed, strength=0.05),
            partial(ink, strength=0.25),
            partial(blur, sigma=0.9),
            partial(light, strength=0.14),
            partial(gutter, depth=0.45),
            partial(speckle, per_inch=0.35),
            partial(grain, sigma=2.5),
        ),
        jpeg=58,
    ),
    "photocopy": Recipe(
        300,
        (skew(0.3, 1.5),),
        (
            partial(ink, strength=0.35),
            partial(toner, strength=0.3),
            partial(blur, sigma=1.0),
            gutter,
            partial(grain, sigma=10.0),
            partial(threshold, level=0.68),
            partial(speckle, per_inch=1.0),
            partial(threshold, level=0.7),
        ),
        bilevel=True,
    ),
    "recopied": Recipe(
        300,
        (skew(0.3, 1.5), curl(0.002)),
        (
            partial(ink, strength=0.5),
            partial(toner, strength=0.35),
            partial(blur, sigma=1.0),
            partial(grain, sigma=12.0),
            partial(threshold, level=0.64),
            partial(blur, sigma=1.1),
            gutter,
            partial(threshold, level=0.66),
            partial(speckle, per_inch=1.5),
            partial(threshold, level=0.7),
        ),
        bilevel=True,
    ),
    "low-dpi-jpeg": Recipe(
        150,
        (skew(0.0, 0.8),),
        (partial(blur, sigma=0.6), light, partial(grain, sigma=3.0), partial(jpeg, quality=35)),
        jpeg=50,
    ),
    "photo": Recipe(
        250,
        (skew(0.5, 2.5), curl(0.008), perspective(0.03)),
        (
            partial(ink, strength=0.2),
            partial(light, strength=0.45),
            partial(blur, sigma=1.2),
            partial(grain, sigma=5.0),
        ),
        jpeg=60,
        beyond=90,
    ),
    "bleed": Recipe(
        300,
        (skew(0.2, 0.8),),
        (
            partial(bleed, strength=0.28),
            partial(ink, strength=0.4),
            partial(light, strength=0.25),
            partial(blur, sigma=0.8),
            partial(grain, sigma=4.0),
        ),
        jpeg=60,
    ),
    "folded": Recipe(
        300,
        (skew(0.5, 2.0), curl(0.004)),
        (
            partial(ink, strength=0.4),
            crease,
            partial(gutter, depth=0.7),
            partial(blur, sigma=1.0),
            partial(grain, sigma=6.0),
            speckle,
        ),
        jpeg=50,
    ),
    "fine": Recipe(400, (skew(0.0, 0.4),), (partial(blur, sigma=1.0), grain), jpeg=70),
}
"""``haedok synthesize --recipe`` takes these names."""


def recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return RECIPES[name]
    except KeyError:
        raise UsageError(f"no recipe {name!r}", f"there are {', '.join(RECIPES)}") from None


def wear(image: Grey, how: Recipe, rng: np.random.Generator) -> tuple[Grey, Geometry]:
    """Wear one page; the geometry says where its points went."""
    geometry = Geometry.draw(how.bends, _shape(image), rng)
    worn = geometry.apply(image, how.beyond)
    for effect in how.effects:
        worn = effect(worn, rng)
    return worn, geometry


def _shape(image: Grey) -> tuple[int, int]:
    return image.shape[0], image.shape[1]


def _clip(image: NDArray[np.floating]) -> Grey:
    return np.asarray(np.clip(image, 0, 255), np.uint8)
