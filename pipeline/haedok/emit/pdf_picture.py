"""A page image as an image object of a PDF: black and white by Group 4, all else as JPEG."""

from __future__ import annotations

import io

from PIL import Image

from haedok.pdf_objects import stream

QUALITY = 70
"""Of JPEG: print of 8 points at 200 dpi shows no difference at reading size."""
_STRIP_PLACES, _STRIP_LENGTHS, _STRIP_ROWS = 273, 279, 278
"""Tags of TIFF."""


def image_object(picture: Image.Image) -> bytes:
    """An image object (ISO 32000-1, 8.9.5).

    Args:
        picture: ``L`` or ``RGB``, or ``1``.
    """
    if picture.mode == "1" or (picture.mode == "L" and _is_bilevel(picture)):
        return _group4(picture)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY, optimize=True)
    space = "DeviceRGB" if picture.mode == "RGB" else "DeviceGray"
    return _object(picture, 8, space, "/DCTDecode", file.getvalue())


def _is_bilevel(picture: Image.Image) -> bool:
    colours = picture.getcolors(2)
    return colours is not None and {colour for _, colour in colours} <= {0, 255}


def _group4(picture: Image.Image) -> bytes:
    """One bit a pixel, ITU-T T.6: a TIFF file holds the very bytes, if it is a single strip."""
    width, height = picture.size
    file = io.BytesIO()
    bits = picture.convert("1", dither=Image.Dither.NONE)
    bits.save(file, "TIFF", compression="group4", tiffinfo={_STRIP_ROWS: height})
    with Image.open(file) as tiff:
        tags = tiff.getexif()
        (place,), (length,) = (_all(tags[tag]) for tag in (_STRIP_PLACES, _STRIP_LENGTHS))
    # Pillow writes white as 1, which the code takes for black
    decode = f"<< /K -1 /Columns {width} /Rows {height} /BlackIs1 true >>"
    coding = f"/CCITTFaxDecode /DecodeParms {decode}"
    return _object(picture, 1, "DeviceGray", coding, file.getvalue()[place : place + length])


def _all(value: int | tuple[int, ...]) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def _object(picture: Image.Image, bits: int, space: str, coding: str, data: bytes) -> bytes:
    return stream(
        f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} "
        f"/ColorSpace /{space} /BitsPerComponent {bits} /Filter {coding} ",
        data,
    )
