"""Executors: same outcomes in this process and in a pool; a killed worker fails alone."""

import os
import signal

import pytest

from haedok.errors import InputError
from haedok.execute import Pool


def square_or_fail(number: int) -> int:
    if number == 3:
        raise InputError("three", "take four")
    return number * number


def square_or_die(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


@pytest.mark.parametrize("workers", [1, 2])
def test_outcomes(workers):
    with Pool(workers) as pool:
        outcomes = list(pool.map(square_or_fail, [1, 2, 3]))
    assert sorted(o.result for o in outcomes if o.error is None) == [1, 4]
    (failed,) = (o for o in outcomes if o.error is not None)
    assert failed.job == 3
    assert isinstance(failed.error, InputError)
    assert failed.error.advice == "take four"


def test_a_dead_worker_fails_alone():
    with Pool(2) as pool:
        outcomes = {o.job: o for o in pool.map(square_or_die, [1, 2, 3])}
    assert outcomes[1].result == 1
    assert outcomes[3].result == 9
    assert "died" in str(outcomes[2].error)
