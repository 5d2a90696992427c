"""``haedok evaluate TRUTH OUTPUT``: scores to stdout, the comparison as HTML where asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from haedok.evaluate.graphemes import Fold


@click.command("evaluate")
@click.argument("truth", type=click.Path(path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
@click.option(
    "--html",
    "html_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write truth and output side by side, every difference marked.",
)
@click.option(
    "--normalise",
    type=click.Choice(["quotes", "dashes", "width"]),
    multiple=True,
    help="Overlook kinds of quotes, of dashes, or full and half width. May be given again.",
)
def evaluate_command(
    truth: Path, output: Path, as_json: bool, html_file: Path | None, normalise: tuple[Fold, ...]
) -> None:
    """Compare OUTPUT with TRUTH: two files, or two folders.

    TRUTH is a text, a folder of pages, or a folder of seeds/ with its truth.txt, document.jsonl or
    pairs.tsv. OUTPUT is a text, a folder of pages, or a folder of corpus/.
    """
    # Imported here: they bring numpy and rapidfuzz, which no other command should wait for.
    from haedok.evaluate.evaluation import compare, pages_of  # noqa: PLC0415
    from haedok.evaluate.load import load_side  # noqa: PLC0415
    from haedok.evaluate.report import summary  # noqa: PLC0415

    sides = load_side(truth), load_side(output)
    report = compare(*sides, normalise)
    if html_file is not None:
        from haedok.evaluate.report_html import to_html  # noqa: PLC0415
        from haedok.files import write_atomic  # noqa: PLC0415

        page = to_html(report, pages_of(*sides)[0], normalise)
        write_atomic(html_file, page.encode("utf-8"))
    click.echo(report.json() if as_json else summary(report), nl=False)
