"""The stages on one page, each kept in the work folder under its key.

These functions run in worker processes: they take a small job, leave their result in the work
folder, and return nothing but a failure.
"""

from __future__ import annotations

import functools
import io
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from haedok.errors import HaedokError, InputError, MissingProgramError, OutputError
from haedok.files import write_atomic
from haedok.ingest import PageRef, images_cover, load_page, page_image, page_view
from haedok.model import Failure, Line, Page, Step
from haedok.settings import Settings
from haedok.workdir import Workdir

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from haedok.repair import Evidence

T = TypeVar("T")

BLANK = Step("blank", "nothing to read")
TEXTLESS = Step("no text", "ink, but nothing like lines of text")
STAGES = ("ingest", "prepare", "recognize", "diagnose", "repair", "structure", "align", "emit")
ORIGINAL = ".original.png"
READING = STAGES[:4]
"""The stages that look at a page alone, before the document is known."""


class PageJob(msgspec.Struct, frozen=True):
    """What to do to one page: read it up to ``upto``, or repair it."""

    ref: PageRef
    keys: dict[str, str]
    """Stage → the key of its result for this page."""
    work: Path
    settings: Settings
    upto: str = "emit"
    doubts: bool = True
    """Whether anybody will ask where the reader of its picture hesitated, as ``repair`` does."""


def read_page(job: PageJob) -> Failure | None:
    """Ingest, prepare, recognize and diagnose a page, as far as wanted."""
    work, page = Workdir(job.work), None
    for stage in READING[: STAGES.index(job.upto) + 1]:
        try:
            make = functools.partial(READERS[stage], job, page)
            page = work.get(stage, job.ref.number, job.keys[stage], make, Page)
        except Exception as error:  # a page's failure is listed, and the others go on
            return _failure(job, stage, error)
    return None


def repair_page(job: PageJob) -> Failure | None:
    """Repair a diagnosed page with the evidence that the whole document gave."""
    from haedok.repair import repair_page as repair  # noqa: PLC0415 (see _prepare)

    work = Workdir(job.work)
    try:
        page = _kept(work.load("diagnose", job.ref.number, job.keys["diagnose"], Page))
        evidence = _evidence(job.work, job.keys["evidence"])

        def make() -> Page:
            return repair(_looked_at(job, page), evidence, job.settings.repair)

        work.get("repair", job.ref.number, job.keys["repair"], make, Page)
    except Exception as error:  # as above
        return _failure(job, "repair", error)
    return None


def told_of_textless(pages: Sequence[Page]) -> str:
    """One line on pages that hold no text; empty where there is nothing to say.

    Blank pages of a document that has text are no news, pages of ink without text may be.
    """
    empty = [page for page in pages if page.origin == "image" and not page.lines]
    blank = [page for page in empty if BLANK in page.steps]
    inked = [page for page in empty if BLANK not in page.steps]
    if not pages or len(blank) + len(inked) < len(pages):
        numbers = ", ".join(str(page.number) for page in inked)
        return f"no text found on page {numbers}, though there is ink" if inked else ""
    if len(pages) == 1:
        return "no text found: " + ("the page is blank" if blank else "only a picture, or noise")
    return f"no text found: {len(blank)} of {len(pages)} pages are blank" + (
        f", {len(inked)} show only a picture, or noise" if inked else ""
    )


def prepared_picture(job: PageJob) -> Path | None:
    """Where the picture of a page lies as it was read, if it was read from one."""
    path = _image_path(job)
    return path if path.exists() else None


def original_picture(job: PageJob) -> Image.Image | None:
    """The picture of a page as it was ingested; None where there is none, or no more."""
    from PIL import Image  # noqa: PLC0415 (see _prepare)

    kept = _image_path(job, ORIGINAL)
    if kept.exists():
        return Image.open(kept)
    try:
        return page_image(job.ref, job.settings.ingest)[0]  # its text layer was trusted
    except InputError:
        return None


def _looked_at(job: PageJob, page: Page) -> Page:
    """The page with our own recogniser's doubts about what others read."""
    image = _image_path(job)
    if page.origin != "image" or job.settings.recognize.engine == "haedok" or not image.exists():
        return page
    from PIL import Image  # noqa: PLC0415 (see _prepare)

    from haedok.recognize.own.again import look_again  # noqa: PLC0415

    with Image.open(image) as opened:
        lines = look_again(_array(opened), page.dpi, page.lines)
    return msgspec.structs.replace(page, lines=lines)


def _ingest(job: PageJob, _: Page | None) -> Page:
    page = load_page(job.ref, job.settings.ingest)
    if page.origin != "text-layer" or job.settings.ingest.text_layer == "trust":
        return page
    return _judged(job, page)


VIEW, LARGEST_VIEW = 150, 40_000_000
"""Pixels per inch at which the text layer is compared with the print, and pixels at the most."""
SCANNED = 0.5
"""Part of a page that is images, from which on its text is taken for somebody's OCR."""


def _judged(job: PageJob, page: Page) -> Page:
    """The page with the verdict on its text layer.

    Its origin says whether its picture has to be read; lines that are not to be trusted have
    the cause ``text-layer``.
    """
    from haedok.layers import judge, look  # noqa: PLC0415 (see _prepare)

    scanned = images_cover(Path(job.ref.file), job.ref.index) >= SCANNED
    scale = VIEW / page.dpi
    size = (max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    view = page_view(job.ref, size) if size[0] * size[1] <= LARGEST_VIEW else None
    sight = None if view is None else look(_array(view), VIEW, page.lines, scale)
    verdict = judge(page.lines, scanned, sight)
    said = {"layer": "used", "mixed": "used in part", "picture": "not used"}[verdict.use]
    step = Step("text-layer", f"{said}: {verdict.reason}" if verdict.reason else said)
    return msgspec.structs.replace(
        page,
        origin="text-layer" if verdict.use == "layer" else "image",
        lines=tuple(
            msgspec.structs.replace(line, cause="sound" if trusted else "text-layer")
            for line, trusted in zip(page.lines, verdict.trusted, strict=True)
        ),
        steps=(*page.steps, step),
    )


def _prepare(job: PageJob, page: Page | None) -> Page:
    assert page is not None
    if page.origin != "image":
        return page
    # image libraries are slow to load, and documents of text alone do not need them
    from PIL import Image  # noqa: PLC0415

    from haedok.prepare import prepare  # noqa: PLC0415

    picture, dpi = page_image(job.ref, job.settings.ingest)
    _save_image(_image_path(job, ORIGINAL), picture)
    own = job.settings.recognize.engine != "tesseract"
    prepared = prepare(
        _array(picture), dpi, job.settings.prepare, _strip_to_sureness if own else None
    )
    _save_image(_image_path(job), Image.fromarray(prepared.image))
    height, width = prepared.image.shape
    return msgspec.structs.replace(
        page,
        width=width,
        height=height,
        dpi=prepared.dpi,
        to_original=prepared.to_original,
        warp=prepared.warp,
        original_size=picture.size,
        steps=page.steps
        + prepared.steps
        + ((BLANK,) if prepared.blank else ())
        + ((TEXTLESS,) if prepared.textless else ()),
    )


def _strip_to_sureness(strip: NDArray[np.uint8]) -> float:
    from haedok.recognize.own.engine import strip_to_sureness  # noqa: PLC0415 (see _prepare)

    return strip_to_sureness(strip)


def _recognize(job: PageJob, page: Page | None) -> Page:
    assert page is not None
    if page.origin != "image":
        return page
    steps = page.steps
    empty = BLANK in steps or TEXTLESS in steps
    lines = () if empty else _read(job, page.dpi)
    if not lines and not empty:
        steps += (Step("recognize", "no text found, though the page is not blank"),)
    if page.lines and not empty:
        return _mixed(page, lines, steps)
    return msgspec.structs.replace(page, lines=lines, steps=steps)


def _mixed(page: Page, read: tuple[Line, ...], steps: tuple[Step, ...]) -> Page:
    """The page with the lines of its text layer that stay, and the reading of all other print."""
    from haedok.layers import merge, moved  # noqa: PLC0415 (see _prepare)

    trusted = [line.cause == "sound" for line in page.lines]
    merged = merge(moved(page.lines, page), trusted, read)
    count = f"{merged.kept} of {len(page.lines)} lines kept, {len(merged.lines)} in all"
    whole = merged.kept == len(page.lines) == len(merged.lines)
    return msgspec.structs.replace(
        page,
        origin="text-layer" if whole else "image",
        lines=merged.lines,
        steps=(*steps, Step("text-layer", f"compared with the picture: {count}")),
    )


def _read(job: PageJob, dpi: float) -> tuple[Line, ...]:
    from PIL import Image  # noqa: PLC0415 (see _prepare)

    from haedok.recognize import recognize  # noqa: PLC0415

    with Image.open(_image_path(job)) as opened:
        return recognize(_array(opened), dpi, job.settings.recognize, job.doubts)


def _diagnose(job: PageJob, page: Page | None) -> Page:
    assert page is not None
    from haedok.diagnose import diagnose_page  # noqa: PLC0415 (see _prepare)

    return diagnose_page(page, job.settings.diagnose)


READERS: dict[str, Callable[[PageJob, Page | None], Page]] = {
    "ingest": _ingest,
    "prepare": _prepare,
    "recognize": _recognize,
    "diagnose": _diagnose,
}


def _failure(job: PageJob, stage: str, error: Exception) -> Failure:
    """What to list for a page; errors that concern every page end the run instead."""
    if isinstance(error, (MissingProgramError, OutputError)):
        raise error
    known = isinstance(error, HaedokError)
    message = str(error) if known else f"internal error: {type(error).__name__}: {error}"
    if not known:
        logging.getLogger(__name__).debug("page %s", job.ref.label, exc_info=error)
    return Failure(job.ref.number, job.ref.label, stage, " ".join(message.split()))


@functools.lru_cache(maxsize=4)
def _evidence(work: Path, key: str) -> Evidence:
    from haedok.repair import Evidence as Record  # noqa: PLC0415 (see _prepare)

    return _kept(Workdir(work).load("evidence", 0, key, Record))


def _kept(result: T | None) -> T:
    if result is None:
        raise HaedokError("a result is gone from the work folder", "run again")
    return result


def _image_path(job: PageJob, suffix: str = ".png") -> Path:
    return Workdir(job.work).path("prepare", job.ref.number, job.keys["prepare"], suffix)


def _save_image(path: Path, image: Image.Image) -> None:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)  # a scan hardly shrinks: be quick
    write_atomic(path, buffer.getvalue())


def _array(image: Image.Image) -> NDArray[np.uint8]:
    import numpy as np  # noqa: PLC0415 (see _prepare)

    return np.asarray(image)
