"""Page images → a PDF of nothing but images, as scanners write it.

Written by hand, so that pixels are kept where they must be, and no date or id gets in.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

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
            _stream("", f"q {x} 0 0 {y} 0 0 cm /I Do Q".encode()),
            _image(image, jpeg, bilevel),
        ]
    numbers = range(FIRST_PAGE, FIRST_PAGE + len(pages), 3)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    tree = f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>".encode()
    return _file([catalog, tree, *pages])


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
    return _stream(
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
        f"/ColorSpace /DeviceGray /BitsPerComponent {bits} /Filter /{coding} ",
        data,
    )


def _stream(entries: str, data: bytes) -> bytes:
    head = f"<< {entries}/Length {len(data)} >>\nstream\n".encode()
    return head + data + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    """Number the objects, and say at the end where each of them begins."""
    file = io.BytesIO()
    file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start, count = file.tell(), len(objects) + 1
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    file.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start))
    return file.getvalue()
