"""The command line: thin commands, and the only place that catches errors and exits."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from haedok import __version__
from haedok.errors import ExitCode, HaedokError
from haedok.evaluate.command import evaluate_command
from haedok.execute import Kind, Pool
from haedok.progress import Progress
from haedok.stages import STAGES

F = TypeVar("F", bound=Callable[..., Any])

SOURCE = click.Path(exists=True, path_type=Path)
FOLDER = click.Path(path_type=Path)


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


where = _options(
    click.option(
        "--out",
        type=FOLDER,
        default=Path("corpus"),
        show_default=True,
        help="Folder of the results.",
    ),
    click.option(
        "--work",
        type=FOLDER,
        default=Path(".work"),
        show_default=True,
        help="Folder of what is in work.",
    ),
)
how = _options(
    click.option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Settings, as in configs/default.toml.",
    ),
    click.option(
        "--accept",
        type=click.FloatRange(0, 1),
        help="Confidence from which a reading changes the text  [default: 0.9]",
    ),
    click.option(
        "--engine",
        type=click.Choice(["tesseract", "haedok", "both"]),
        help="Who reads pictures  [default: haedok]",
    ),
    click.option("--jobs", type=click.IntRange(1), help="Pages at a time  [default: the cores]"),
    click.option(
        "--executor",
        type=click.Choice(["local", "dask"]),
        default="local",
        show_default=True,
        help="Where pages are worked on: processes here, or a Dask cluster.",
    ),
    click.option("--quiet", "-q", is_flag=True, help="Only errors."),
    click.option(
        "--verbose", "-v", is_flag=True, help="Also tracebacks of what went wrong inside."
    ),
)
as_json = click.option("--json", "json_", is_flag=True, help="Machine-readable result.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="haedok")
def cli() -> None:
    """Recover the text of Korean scholarly papers.

    haedok run seeds/my-paper reads the scan, the photographs or the ruined text in that folder and
    writes clean, aligned Korean and English to corpus/my-paper, with the evidence for every change.
    """


@cli.command()
@click.argument("sources", nargs=-1, required=True, type=SOURCE)
@where
@how
@as_json
def run(sources: tuple[Path, ...], json_: bool, **options: Any) -> None:
    """Recover documents: files, document folders, or a folder of those."""
    _run(sources, "emit", json_, options)


def _run(sources: tuple[Path, ...], upto: str, json_: bool, options: dict[str, Any]) -> None:
    from haedok.ingest import find_documents  # noqa: PLC0415 (start-up time)
    from haedok.run import Options, run_document  # noqa: PLC0415

    logging.basicConfig(level=logging.DEBUG if options["verbose"] else logging.CRITICAL)
    progress = Progress(0 if options["quiet"] else 2 if options["verbose"] else 1)
    config = (options["config"],) if options["config"] else ()
    chosen = Options(
        options["out"], options["work"], config, options["accept"], options["engine"], upto
    )
    kind: Kind = options["executor"]
    results, errors = [], []
    with Pool(options["jobs"] or os.cpu_count() or 1, kind) as pool:
        for document in find_documents(sources):
            try:
                results.append(run_document(document, chosen, pool, progress))
            except HaedokError as error:
                if error.exit_code != ExitCode.BAD_INPUT:
                    raise
                errors.append(error)  # one bad document does not keep the others waiting
                _complain(error)
                continue
            progress.say(_told(results[-1], upto))
            if results[-1].note:
                progress.say(f"{results[-1].name}: {results[-1].note}")
    if json_:
        click.echo(json.dumps(msgspec.to_builtins(results), ensure_ascii=False, indent=2))
    codes = [result.exit_code for result in results] + [error.exit_code for error in errors]
    sys.exit(max(codes, default=ExitCode.OK, key=lambda code: (code == ExitCode.BAD_INPUT, code)))


def _told(result: Any, upto: str) -> str:
    if not result.fresh:
        return f"{result.name}: up to date in {result.folder}"
    if upto != "emit":
        return f"{result.name}: {upto} done, in {result.folder}"
    counts = result.counts
    edits = ", ".join(f"{number} {status}" for status, number in counts["edits"].items())
    text = f"{result.name}: {counts['pages']} pages, {counts['lines']} lines"
    text += f"; edits: {edits or 'none'}; {sum(counts['pairs'].values())} pairs → {result.folder}"
    for failure in result.failures:
        text += f"\n  page {failure.page} ({failure.source}) failed in {failure.stage}: "
        text += failure.message
    return text


def _stage(name: str) -> None:
    """A command that runs everything up to one stage and leaves the result in the work folder."""

    @cli.command(name, short_help=f"Run the stages up to {name}; results stay in the work folder.")
    @click.argument("sources", nargs=-1, required=True, type=SOURCE)
    @where
    @how
    @as_json
    def command(sources: tuple[Path, ...], json_: bool, **options: Any) -> None:
        _run(sources, name, json_, options)

    command.help = f"Run the stages up to {name} on documents; results stay in the work folder."


for _name in ("ingest", "prepare", "structure", "emit"):
    _stage(_name)


@cli.command()
@click.argument("sources", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path))
@where
@how
@as_json
def repair(sources: tuple[Path, ...], json_: bool, **options: Any) -> None:
    """Repair text: a file or stdin to stdout; given a document folder, do that stage."""
    if _is_folder(sources):
        _run(sources, "repair", json_, options)
        return
    from haedok import filters  # noqa: PLC0415 (slow to load)

    filters.repair(_only(sources), sys.stdout.buffer, json_, _settings(options))


@cli.command()
@click.argument("sources", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path))
@where
@how
@as_json
def diagnose(sources: tuple[Path, ...], json_: bool, **options: Any) -> None:
    """Say what happened to each line of a text; given a document folder, do that stage."""
    if _is_folder(sources):
        _run(sources, "diagnose", json_, options)
        return
    from haedok import filters  # noqa: PLC0415 (slow to load)

    filters.diagnose(_only(sources), sys.stdout.buffer, json_)


@cli.command()
@click.argument("sources", nargs=-1, required=True, type=SOURCE)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["txt", "hocr", "alto", "json"]),
    default="txt",
    show_default=True,
    help="Of the output.",
)
@click.option("--output", "-o", type=click.Path(allow_dash=True, path_type=Path), default="-")
@where
@how
@as_json
def recognize(sources: tuple[Path, ...], json_: bool, **options: Any) -> None:
    """Read images and PDF pages (OCR); given a document folder, do that stage."""
    if _is_folder(sources):
        _run(sources, "recognize", json_, options)
        return
    from haedok import filters  # noqa: PLC0415 (slow to load)

    doubts = options["format_"] == "json"  # no other has them
    read = filters.recognize(sources, _settings(options), options["jobs"], doubts)
    content = filters.formatted(read.pages, options["format_"])
    if not options["quiet"]:
        for note in read.notes:
            click.echo(f"haedok: {note}", err=True)
    if str(options["output"]) == "-":
        sys.stdout.buffer.write(content)
    else:
        from haedok.files import write_atomic  # noqa: PLC0415

        write_atomic(options["output"], content)


@cli.command()
@click.argument("sources", nargs=-1, required=True, type=SOURCE)
@where
@how
@as_json
def align(sources: tuple[Path, ...], json_: bool, **options: Any) -> None:
    """Align two texts, KO.txt EN.txt; given a document folder, do that stage."""
    if len(sources) != 2 or any(source.suffix != ".txt" for source in sources):
        _run(sources, "align", json_, options)
        return
    from haedok import filters  # noqa: PLC0415 (slow to load)

    filters.align(sources[0], sources[1], sys.stdout.buffer, json_, _settings(options))


@cli.command()
@click.argument("documents", nargs=-1)
@click.option(
    "--out", type=FOLDER, default=Path("corpus"), show_default=True, help="Folder of the results."
)
def diff(documents: tuple[str, ...], out: Path) -> None:
    """Show what was changed, page by page, as a unified diff."""
    from haedok import overview  # noqa: PLC0415 (start-up time)

    colour = sys.stdout.isatty()
    for line in overview.diffs(out, documents):
        sign = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1]) if colour else None
        click.echo(click.style(line, fg=sign) if sign else line)


@cli.command()
@click.argument("document", type=click.Path(exists=True, path_type=Path))
@click.option("--source", type=SOURCE, help="Where the document came from  [default: found]")
@click.option(
    "--work",
    type=FOLDER,
    default=Path(".work"),
    show_default=True,
    help="Folder of what is in work, for the pictures.",
)
@click.option("--port", type=click.IntRange(0, 65535), help="[default: 8765, or the next free one]")
@click.option("--by", default="reviewer", show_default=True, help="Whose word it is.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def review(document: Path, work: Path, port: int | None, no_browser: bool, **who: Any) -> None:
    """Go through the changes of a document in a local web page.

    DOCUMENT is its folder in corpus/. What you accept, reject or retype is kept beside the source,
    in decisions.jsonl; the next haedok run applies it.
    """
    from haedok.review import open_desk, serve  # noqa: PLC0415 (start-up time)

    desk = open_desk(document, work, who["source"], who["by"])
    serve(desk, port, not no_browser, lambda line: click.echo(line, err=True))


@cli.command()
@where
@as_json
def status(out: Path, work: Path, json_: bool) -> None:
    """Show which documents are how far."""
    from haedok import overview  # noqa: PLC0415 (start-up time)

    rows = overview.status(out, work)
    if json_:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{'document':32} {'pages':>5}  {'stage':10} {'corrected':>9} {'doubtful':>8} failed"
    )
    for row in rows:
        click.echo(
            f"{row['document']:32} {row['pages']:>5}  {row['stage']:10} "
            f"{row['corrected']:>9} {row['doubtful']:>8} {row['failed']:>6}"
        )


@cli.command()
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=FOLDER, required=True, help="Folder for the pages and their truth.")
@click.option("--seed", type=int, default=0, show_default=True, help="One number decides all.")
@click.option("--recipe", default="", help="How the pages are worn (photocopy, scan, clean, …).")
def synthesize(text: Path, out: Path, seed: int, recipe: str) -> None:
    """Make worn pages with known truth from a text."""
    from haedok import filters  # noqa: PLC0415 (slow to load)
    from haedok.synthesize import synthesize as make  # noqa: PLC0415

    make(filters.read_text(text), out, seed, recipe)


cli.add_command(evaluate_command)


def _is_folder(sources: tuple[Path, ...]) -> bool:
    return any(source.is_dir() for source in sources)


def _only(sources: tuple[Path, ...]) -> Path:
    if len(sources) > 1:
        raise click.UsageError("one file at a time, or - for standard input")
    return sources[0] if sources else Path("-")


def _settings(options: dict[str, Any]) -> Any:
    from haedok.run import Options, settings_for  # noqa: PLC0415 (start-up time)

    config = (options["config"],) if options["config"] else ()
    return settings_for(
        Path(), Options(config=config, accept=options["accept"], engine=options["engine"])
    )


def _complain(error: HaedokError) -> None:
    click.echo(f"haedok: {error}" + (f" — {error.advice}" if error.advice else ""), err=True)


def main() -> None:
    """Run the command line; every way out passes here."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except HaedokError as error:
        _complain(error)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("haedok: interrupted; run the same command to go on", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # quiet at the last flush
        sys.exit(ExitCode.OK)
    except Exception as error:
        if "-v" in sys.argv or "--verbose" in sys.argv:
            raise
        message = " ".join(f"{type(error).__name__}: {error}".split())
        click.echo(f"haedok: internal error: {message} — see it whole with --verbose", err=True)
        sys.exit(ExitCode.INTERNAL)


assert set(STAGES) <= set(cli.commands), "a stage has no command"
