"""The same work on many tasks, in this process or in several; order and answers never differ.

In: what all tasks share, which travels to each process once, and tasks of a few rows. Out: one
answer after the other, in the order of the tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Answer = TypeVar("Answer")


def in_order(
    shared: Shared, do: Callable[[Shared, Task], Answer], tasks: Sequence[Task], workers: int
) -> Iterator[Answer]:
    """Yield ``do(shared, task)`` of each task.

    Parameters:
        do: a function of a module, so that processes find it.
        workers: processes; with 1 everything stays in this one.
    """
    if workers <= 1 or len(tasks) <= 1:
        for task in tasks:
            yield do(shared, task)
        return
    from joblib import Parallel, delayed

    run = Parallel(
        n_jobs=workers,
        backend="loky",
        return_as="generator",
        initializer=_hold,
        initargs=(shared,),
    )
    yield from run(delayed(_with_held)(do, task) for task in tasks)


_HELD: list[Any] = []


def _hold(shared: Any) -> None:
    _HELD[:] = [shared]


def _with_held(do: Callable[[Any, Any], Any], task: Any) -> Any:
    return do(_HELD[0], task)
