"""Linear algebra on one thread while a model is learned.

The matrices are of the catalogue, a few thousand wide at most: threads bring little on a machine
of its own, wait for each other on a shared one (twenty times as long was seen), and add in an
order of their own, which the last bits show.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

P = ParamSpec("P")
R = TypeVar("R")


def on_one_thread(work: Callable[P, R]) -> Callable[P, R]:
    """Return the function with the linear algebra inside it kept to one thread."""

    @wraps(work)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with threadpool_limits(1, user_api="blas"):
            return work(*args, **kwargs)

    return alone
