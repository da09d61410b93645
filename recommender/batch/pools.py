"""What an engine of the batch has to offer: workers that take one shard each and may die.

A pool knows nothing of retries, deadlines or order; ``supervisor`` does. What a pool is made of
(processes, a cluster) stays inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from recommender.batch.work import Shard


@dataclass(frozen=True)
class Answer:
    """A shard was ranked: its packed lists."""

    number: int
    packed: bytes


@dataclass(frozen=True)
class Failed:
    """A shard raised an error; ``reason`` is free of personal data."""

    number: int
    reason: str


@dataclass(frozen=True)
class Lost:
    """The worker of a shard died.

    Attributes:
        certain: it died of this shard or beside it alone; otherwise another may have been at fault.
    """

    number: int
    certain: bool


Work = Callable[[Shard], bytes]
"""Ranks a shard; it travels to the workers, so it carries no data."""

Event = Answer | Failed | Lost


class PoolGone(Exception):
    """The pool can take no work any more and will not come back."""


class Pool(Protocol):
    """Workers, each on one shard at a time."""

    def room(self) -> int:
        """Return how many shards can be worked on at once now; 0 where no worker is left.

        Raises:
            PoolGone: there will never be one again.
        """

    def submit(self, shard: Shard) -> None:
        """Give a shard to a worker."""

    def wait(self, seconds: float) -> Iterable[Event]:
        """Return what happened, after ``seconds`` at most."""

    def stop(self, number: int) -> set[int]:
        """Stop work on a shard; return other shards that were stopped with it."""

    def close(self) -> None:
        """Let the workers go, whatever they do."""


def reason_of(error: BaseException) -> str:
    """Return kind and place of an error, without its words: they may speak of a person."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    kind = type(error).__name__
    if place is None:
        return kind
    module = place.tb_frame.f_globals.get("__name__", "?")
    return f"{kind} ({module}:{place.tb_lineno})"
