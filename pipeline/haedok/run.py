"""The whole flow: one document in, one folder of ``corpus/`` out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from haedok.errors import ExitCode, HaedokError, InputError, MissingProgramError, OutputError
from haedok.execute import Pool
from haedok.files import check_writable
from haedok.ingest import open_source
from haedok.model import Block, Document, Edit, Failure, Page, Pair
from haedok.plan import Plan, make_plan
from haedok.progress import Progress
from haedok.settings import Engine, Settings, load
from haedok.stages import (
    READING,
    PageJob,
    original_picture,
    prepared_picture,
    read_page,
    repair_page,
    told_of_textless,
)
from haedok.workdir import digest, file_key


class Options(msgspec.Struct, frozen=True):
    """How to run: where to, how far, with which settings."""

    out: Path = Path("corpus")
    work: Path = Path(".work")
    config: tuple[Path, ...] = ()
    accept: float | None = None
    engine: Engine | None = None
    upto: str = "emit"


class Result(msgspec.Struct, frozen=True):
    """What a run made of one document."""

    name: str
    folder: str
    fresh: bool
    """False: all was done already, and nothing was touched."""
    counts: dict[str, Any] = {}
    failures: tuple[Failure, ...] = ()
    note: str = ""
    """What its reader should know, though nothing failed: that there is no text, and why."""

    @property
    def exit_code(self) -> ExitCode:
        """0, or 5 when a page failed."""
        return ExitCode.FAILED_PAGES if self.failures else ExitCode.OK


class Recovered(msgspec.Struct, frozen=True):
    """A document with the reviewer's decisions that no longer fit it, each in one line."""

    document: Document
    stale: tuple[str, ...] = ()


def recover(path: Path | str, settings: Settings | None = None) -> Document:
    """Recover a document (a file or a folder) in memory; nothing is written.

    Raises:
        HaedokError: the document cannot be read, or a program is missing.
    """
    with tempfile.TemporaryDirectory() as work, Pool(1) as pool:
        source = open_source(Path(path), (settings or Settings()).ingest)
        plan = make_plan(source, settings or Settings(), Path(work))
        return recover_plan(plan, "align", pool, Progress(0)).document


def run_document(path: Path, options: Options, pool: Pool, progress: Progress) -> Result:
    """Recover one document and write it; do nothing if that is done already.

    Raises:
        HaedokError: the document cannot be read at all, a program is missing, or the output cannot
            be written. Earlier output stays as it was.
    """
    settings = settings_for(path, options)
    plan = make_plan(open_source(path, settings.ingest), settings, options.work)
    if options.upto == "emit" and (done := _finished(plan, options.out)) is not None:
        plan.work.remember_source(path)  # it may have been moved
        return done
    for folder in (options.work, options.out) if options.upto == "emit" else (options.work,):
        check_writable(folder)
    plan.work.remember_source(path)
    recovered = recover_plan(plan, options.upto, pool, progress)
    document = recovered.document
    if options.upto == "emit":
        return _emit(recovered, plan, options.out)
    note = "" if options.upto in ("ingest", "prepare") else told_of_textless(document.pages)
    return Result(document.name, str(plan.work.root), True, {}, document.failures, note)


def recover_plan(plan: Plan, upto: str, pool: Pool, progress: Progress) -> Recovered:
    """Every stage up to one of them, ``align`` at the most; what is done is not done again.

    Raises:
        InputError: not a single page could be read.
    """
    flow = _Flow(plan, pool, progress)
    jobs = flow.on_pages(read_page, plan.jobs, upto if upto in READING else "diagnose")
    if upto in READING:
        pages = tuple(flow.load(jobs, upto))
        return Recovered(Document(plan.source.name, pages, failures=tuple(flow.failures)))
    flow.gather_evidence(jobs)
    jobs = flow.on_pages(repair_page, jobs, "repair")
    pages, stale = _decided(plan, flow.load(jobs, "repair"))
    blocks: tuple[Block, ...] = ()
    pairs: tuple[Pair, ...] = ()
    if upto != "repair":
        blocks = flow.whole("structure", tuple[Block, ...], lambda: _structure(pages, plan))
    if upto in ("align", "emit"):
        pairs = flow.whole("align", tuple[Pair, ...], lambda: _align(blocks, plan))
    return Recovered(Document(plan.source.name, pages, blocks, pairs, tuple(flow.failures)), stale)


def settings_for(path: Path, options: Options) -> Settings:
    """The settings of one document: those of the run, then its own, then the command line's.

    Raises:
        UsageError: a settings file is wrong.
    """
    own = path / "document.toml"
    settings = load(*options.config, *([own] if own.is_file() else []))
    prepare, recognize, repair = settings.prepare, settings.recognize, settings.repair
    if options.accept is not None:
        repair = msgspec.structs.replace(repair, accept=options.accept)
    if options.engine is not None:
        recognize = msgspec.structs.replace(recognize, engine=options.engine)
    if prepare.denoise == "auto" and recognize.engine != "tesseract":
        # our own recogniser learned on specks, and loses points of letters with them
        prepare = msgspec.structs.replace(prepare, denoise="never")
    return msgspec.structs.replace(settings, prepare=prepare, repair=repair, recognize=recognize)


class _Flow:
    """One run over one document: what is in the work folder, and what has failed so far."""

    def __init__(self, plan: Plan, pool: Pool, progress: Progress) -> None:
        self.plan = plan
        self.pool = pool
        self.progress = progress
        self.failures: list[Failure] = []

    def on_pages(
        self,
        function: Callable[[PageJob], Failure | None],
        jobs: Sequence[PageJob],
        stage: str,
    ) -> list[PageJob]:
        """Do a stage on all pages that lack its result; the jobs of pages that did not fail."""
        work = self.plan.work
        todo = [
            msgspec.structs.replace(job, upto=stage)
            for job in jobs
            if not work.has(stage, job.ref.number, job.keys[stage])
        ]
        said = "read" if stage == "diagnose" else stage
        with self.progress.track(self.plan.source.name, said, len(todo)) as ticker:
            for outcome in self.pool.map(function, todo):
                failure = outcome.result
                if isinstance(outcome.error, (MissingProgramError, OutputError)):
                    raise outcome.error
                if outcome.error is not None:  # the worker itself died
                    ref = outcome.job.ref
                    failure = Failure(ref.number, ref.label, stage, str(outcome.error))
                ticker.page(outcome.job.ref.number, failure.message if failure else "")
                self.failures += [failure] if failure else []
        failed = {failure.page for failure in self.failures}
        if len(failed) == len(self.plan.jobs):
            raise _all_failed(self.plan, self.failures)
        return [job for job in jobs if job.ref.number not in failed]

    def gather_evidence(self, jobs: Sequence[PageJob]) -> None:
        """What the whole document says about its words, for the repair of each page."""
        from haedok.repair import Evidence, gather_evidence  # noqa: PLC0415 (slow to load)

        def make() -> Evidence:
            return gather_evidence(self.load(jobs, "diagnose"), self.plan.source.glossary())

        self.plan.work.get("evidence", 0, self.plan.keys["evidence"], make, Evidence)

    def load(self, jobs: Sequence[PageJob], stage: str) -> list[Page]:
        """The pages as a stage left them."""
        found = [self.plan.work.load(stage, job.ref.number, job.keys[stage], Page) for job in jobs]
        return [page for page in found if page is not None]

    def whole(self, stage: str, kind: Any, make: Callable[[], Any]) -> Any:
        """A stage that sees all pages that did not fail."""
        failed = sorted({failure.page for failure in self.failures})
        return self.plan.work.get(stage, 0, digest(self.plan.keys[stage], failed), make, kind)


def _all_failed(plan: Plan, failures: Sequence[Failure]) -> HaedokError:
    first = min(failures, key=lambda failure: failure.page)
    if len(failures) == 1:
        return InputError(first.message)
    return InputError(
        f"{plan.source.name}: none of {len(plan.jobs)} pages could be read; the first: "
        f"{first.message}"
    )


def _decided(plan: Plan, pages: Sequence[Page]) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """Let the reviewer's ``decisions.jsonl`` overrule the proposed edits."""
    path = plan.source.beside("decisions.jsonl")
    if path is None:
        return tuple(pages), ()
    from haedok.repair.ledger import decide, decisions_from_rows  # noqa: PLC0415 (rare)

    raw = {(page.number, line.number): line.text for page in pages for line in page.lines}
    rows = decisions_from_rows(path.read_bytes().splitlines())
    decided = decide((edit for page in pages for edit in page.edits), rows, raw)
    by_page: dict[int, list[Edit]] = {}
    for edit in decided.edits:
        by_page.setdefault(edit.page, []).append(edit)
    stale = (f"page {row.page}, line {row.line}, {row.raw!r}: {why}" for row, why in decided.stale)
    return tuple(
        msgspec.structs.replace(page, edits=tuple(by_page.get(page.number, ()))) for page in pages
    ), tuple(stale)


def _structure(pages: Sequence[Page], plan: Plan) -> tuple[Block, ...]:
    from haedok.repair.spacing import joins  # noqa: PLC0415 (slow to load)
    from haedok.structure import structure  # noqa: PLC0415

    return structure(pages, plan.settings.structure, joins)


def _align(blocks: Sequence[Block], plan: Plan) -> tuple[Pair, ...]:
    from haedok.align import align  # noqa: PLC0415 (slow to load)

    return align(blocks, plan.settings.align)


class _Stamp(msgspec.Struct, frozen=True):
    """What a finished run left behind, to tell whether it is still there."""

    result: Result
    files: dict[str, str]


def _emit(recovered: Recovered, plan: Plan, out: Path) -> Result:
    from haedok.emit import Pictures, Provenance, emit  # noqa: PLC0415 (slow to load)
    from haedok.emit.summary import counts  # noqa: PLC0415

    document = recovered.document
    provenance = Provenance(
        plan.files, plan.source.ignored, plan.tools, plan.settings, recovered.stale
    )
    jobs = {job.ref.number: job for job in plan.jobs}
    pictures = Pictures(
        lambda page: prepared_picture(jobs[page.number]),
        lambda page: original_picture(jobs[page.number]),
    )
    written = emit(document, provenance, out, pictures)
    folder = out / document.name
    note = told_of_textless(document.pages)
    result = Result(document.name, str(folder), True, counts(document), document.failures, note)
    if not document.failures:  # a failed page is tried again
        own = {str(path): file_key(path) for path in written if path.is_relative_to(folder)}
        plan.work.save("emit", 0, _stamp_key(plan, out), _Stamp(result, own))
    return result


def _finished(plan: Plan, out: Path) -> Result | None:
    """The result of an earlier run, if nothing it depends on, and nothing it wrote, has changed."""
    stamp = plan.work.load("emit", 0, _stamp_key(plan, out), _Stamp)
    if stamp is None or not (out / "datapackage.json").exists():
        return None
    try:
        intact = all(file_key(Path(name)) == key for name, key in stamp.files.items())
    except InputError:
        return None
    return msgspec.structs.replace(stamp.result, fresh=False) if intact else None


def _stamp_key(plan: Plan, out: Path) -> str:
    return digest(plan.keys["emit"], str(out.resolve()))
