"""Page images → a PDF of nothing but images, as scanners write it: pixels are kept if they must."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from haedok.pdf_objects import PdfFile, stream

Grey = NDArray[np.uint8]

FIRST_PAGE = 3
"""Number of the object that is the first page, after the catalog and the list of pages."""


def image_pdf(images: Iterable[Grey], dpi: float, jpeg: int = 0, bilevel: bool = False) -> bytes:
    """A page per image (height × width, uint8), as large as its pixels are at ``dpi``.

    ``jpeg`` is the quality to store at, 0 for lossless; ``bilevel`` stores one bit a pixel. Images
    are taken one at a time, and only their compressed bytes are kept.
    """
    pages: list[bytes] = []
    for image in images:
        height, width = image.shape
        x, y = (f"{side * 72.0 / dpi:.4f}" for side in (width, height))
        own = FIRST_PAGE + len(pages)  # the object's number; its drawing and its image follow it
        pages += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {x} {y}] /Contents {own + 1} 0 R "
            f"/Resources << /XObject << /I {own + 2} 0 R >> >> >>".encode(),
            stream("", f"q {x} 0 0 {y} 0 0 cm /I Do Q".encode()),
            _image(image, jpeg, bilevel),
        ]
    numbers = range(FIRST_PAGE, FIRST_PAGE + len(pages), 3)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    tree = f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>".encode()
    file = io.BytesIO()
    pdf = PdfFile(file)
    for content in (catalog, tree, *pages):
        pdf.add(content)
    pdf.close(1)
    return file.getvalue()


def _image(image: Grey, jpeg: int, bilevel: bool) -> bytes:
    height, width = image.shape
    if bilevel:
        bits, coding = 1, "FlateDecode"
        data = zlib.compress(np.packbits(image > 127, axis=1).tobytes(), 9)
    elif jpeg:
        bits, coding = 8, "DCTDecode"
        file = io.BytesIO()
        Image.fromarray(image).save(file, "JPEG", quality=jpeg)
        data = file.getvalue()
    else:
        bits, coding = 8, "FlateDecode"
        data = zlib.compress(image.tobytes(), 6)
    return stream(
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
        f"/ColorSpace /DeviceGray /BitsPerComponent {bits} /Filter /{coding} ",
        data,
    )
