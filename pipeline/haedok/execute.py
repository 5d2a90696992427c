"""Where the work on pages happens: in this process, in a pool of processes, or on a Dask cluster.

All three look the same from outside: a function and its jobs go in; ``(job, result or error)``
pairs come out as they are finished. A job that kills its process fails alone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Literal, TypeVar

from haedok.errors import HaedokError, UsageError

J = TypeVar("J")
R = TypeVar("R")

Kind = Literal["local", "dask"]


class Outcome(Generic[J, R]):
    """What became of one job: ``result``, or else ``error``."""

    def __init__(self, job: J, result: R | None = None, error: Exception | None = None) -> None:
        self.job = job
        self.result = result
        self.error = error


class Pool:
    """Workers, started when the first job needs them, stopped with the ``with`` block."""

    def __init__(self, jobs: int, kind: Kind = "local") -> None:
        self.jobs = jobs
        self.kind = kind
        self._executor: Executor | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop(wait=kind is None)

    def map(self, function: Callable[[J], R], jobs: Sequence[J]) -> Iterator[Outcome[J, R]]:
        """Run ``function`` over ``jobs``; outcomes come in the order in which they are finished."""
        if self.kind == "local" and (self.jobs == 1 or len(jobs) == 1):
            for job in jobs:
                yield _call(function, job)
            return
        victims = []
        executor = self._start()
        futures = {executor.submit(function, job): job for job in jobs}
        for future in as_completed(futures):
            job = futures[future]
            try:
                yield Outcome(job, result=future.result())
            except BrokenProcessPool:
                victims.append(job)
            except Exception as error:  # whatever a page throws is that page's failure
                yield Outcome(job, error=error)
        yield from self._one_by_one(function, victims)

    def _one_by_one(self, function: Callable[[J], R], jobs: Sequence[J]) -> Iterator[Outcome[J, R]]:
        """After a worker died: each unfinished job in a process of its own, to find the culprit."""
        for job in jobs:
            self._stop(wait=False)
            try:
                yield Outcome(job, result=self._start().submit(function, job).result())
            except BrokenProcessPool:
                error = HaedokError("the worker process died (out of memory?)", "try --jobs 1")
                yield Outcome(job, error=error)
            except Exception as error:  # as above
                yield Outcome(job, error=error)

    def _start(self) -> Executor:
        if self._executor is None:
            self._executor = _dask() if self.kind == "dask" else _processes(self.jobs)
        return self._executor

    def _stop(self, *, wait: bool) -> None:
        if self._executor is None:
            return
        self._executor.shutdown(wait=wait, cancel_futures=True)
        self._executor = None
        if not wait:
            for child in multiprocessing.active_children():
                _end(child)


def _end(child: BaseProcess) -> None:
    """Stop a worker, and the programs it has started, which are in its process group."""
    try:
        os.killpg(child.pid or 0, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):  # it had no time yet to open its group
        child.terminate()
    child.join(timeout=2)


def _call(function: Callable[[J], R], job: J) -> Outcome[J, R]:
    try:
        return Outcome(job, result=function(job))
    except Exception as error:  # as in a worker process
        return Outcome(job, error=error)


def _processes(jobs: int) -> Executor:
    # spawn: a forked copy of a process with threads (the progress bar) may hang
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_quiet_worker)


def _quiet_worker() -> None:
    """Leave Ctrl-C to the parent, and one thread to each worker's libraries.

    A process group of its own, and an orderly exit on SIGTERM: see `_end`.
    """
    os.setpgrp()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    for name in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _dask() -> Executor:
    """A Dask client: at ``DASK_SCHEDULER_ADDRESS``, or a cluster of this machine's cores."""
    try:
        from distributed import Client  # noqa: PLC0415 (an optional extra)
    except ImportError as error:
        raise UsageError(
            "--executor dask needs Dask", "install it: pip install 'haedok[cluster]'"
        ) from error
    address = os.environ.get("DASK_SCHEDULER_ADDRESS")
    try:
        client: Any = Client(address) if address else Client(threads_per_worker=1)
    except OSError as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}") from error
    executor: Executor = client.get_executor()
    with contextlib.suppress(AttributeError):
        executor.client = client  # type: ignore[attr-defined]  # keep it alive as long as the executor
    return executor
