"""What the user sees while waiting: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator

import click


class Progress:
    """Speaks to stderr. ``verbosity``: 0 quiet, 1 normal, 2 every page."""

    def __init__(self, verbosity: int = 1) -> None:
        self.verbosity = verbosity
        self.bar = verbosity > 0 and sys.stderr.isatty()

    def say(self, text: str, *, level: int = 1) -> None:
        """Say one line, if the user wants to hear that much."""
        if self.verbosity >= level:
            click.echo(text, err=True)

    @contextlib.contextmanager
    def track(self, name: str, stage: str, total: int) -> Iterator[Ticker]:
        """Follow ``total`` pages of a stage."""
        if not (self.bar and total):
            yield Ticker(self, name, stage, total)
            return
        from rich import progress as rich  # noqa: PLC0415 (start-up time matters, a bar is rare)
        from rich.console import Console  # noqa: PLC0415

        columns = (
            rich.TextColumn("{task.fields[name]}  {task.description}"),
            rich.BarColumn(),
            rich.TextColumn("{task.completed}/{task.total} pages"),
            rich.TimeRemainingColumn(),
        )
        with rich.Progress(*columns, console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task(stage, total=total, name=name)
            yield Ticker(self, name, stage, total, lambda: shown.advance(task))


class Ticker:
    """Counts the pages of a stage."""

    def __init__(
        self,
        progress: Progress,
        name: str,
        stage: str,
        total: int,
        advance: object = None,
    ) -> None:
        self._progress = progress
        self._name = name
        self._stage = stage
        self._total = total
        self._done = 0
        self._advance = advance
        self._since = time.monotonic()

    def page(self, number: int, problem: str = "") -> None:
        """A page is finished; ``problem`` says why it failed."""
        self._done += 1
        if callable(self._advance):
            self._advance()
        seconds = time.monotonic() - self._since
        text = f"{self._name}: {self._stage} page {number} ({self._done}/{self._total})"
        if problem:
            self._progress.say(f"{text} failed: {problem}")
        elif not self._progress.bar:
            left = seconds / self._done * (self._total - self._done)
            self._progress.say(f"{text}, {left:.0f} s left" if left >= 1 else text)
