"""The protocol: choose parameters inside the past, rank the whole catalogue, compare with truth.

In: a dataset, a split and methods. Out: per method the numbers of each employee, and what was
shown. No method sees the truth, and every method is judged by the same lines of code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation import metrics
from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.past import Past, past_of
from recommender.evaluation.ranking import Truth, top_k
from recommender.evaluation.splits import MOST_EMPLOYEES, Split, split

BLOCK = 1024
"""Employees scored at once."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Outcome:
    """What one method did.

    Attributes:
        params: the choice of parameters that was taken on the validation cut.
        numbers: metric → float64 ``[n]``, one per employee of the split.
        shown: int64 ``[n, k]``, rows of the shown items, −1 for none.
        scorer: the product's own scorer, for a closer look; ``None`` for baselines.
    """

    params: Params
    numbers: Mapping[str, NDArray[np.float64]]
    shown: NDArray[np.int64]
    scorer: Scorer | None = None


def run_method(
    method: Method, past: Past, held: Split, validation: tuple[Past, Split] | None, k: int
) -> Outcome:
    """Tune a method on the validation cut, fit it on the whole past and judge its lists."""
    params = choose(method, validation, k)
    scorer = method.fit(past, params)
    shown = ranked(scorer, past, held, k)
    # Only the own scorer is kept: those of baselines hold matrices of the whole catalogue.
    return Outcome(params, judge(shown, held.truth, k), shown, scorer if method.ours else None)


def choose(method: Method, validation: tuple[Past, Split] | None, k: int) -> Params:
    """Return the parameters with the highest NDCG on the validation cut; ties to the first.

    Where there is no validation cut, or nothing to choose from, the default is taken.
    """
    if validation is None or len(method.grid) == 1:
        return method.grid[0]
    past, held = validation

    def worth(params: Params) -> float:
        numbers = judge(ranked(method.fit(past, params), past, held, k), held.truth, k)
        return float(numbers[f"ndcg@{k}"].mean())

    return max(method.grid, key=worth)


def validation_cut(past: Past, kind: str, seed: int) -> tuple[Past, Split] | None:
    """Split the past once more the same way; ``None`` where that leaves nobody to test."""
    inner = split(past.events, "time" if kind == "time" else "last", seed)
    if len(inner.employees) == 0 or len(inner.past) == 0:
        return None
    inner = inner.sample(MOST_EMPLOYEES, np.random.default_rng(seed))
    return past_of(past.dataset, inner, as_of=past.as_of, seed=seed), inner


def ranked(score: Scorer, past: Past, held: Split, k: int) -> NDArray[np.int64]:
    """Rank the whole catalogue for the employees of the split, what they took before masked."""
    taken = past.events.matrix()
    lists = [top_k(score(rows), taken[rows], k) for rows in blocks(held.employees)]
    return np.concatenate(lists) if lists else np.zeros((0, k), np.int64)


def judge(shown: NDArray[np.int64], truth: Truth, k: int) -> Mapping[str, NDArray[np.float64]]:
    """Return every accuracy metric of ranked lists, one number per row."""
    return metrics.accuracy(truth.of(shown), truth.ideal(k), truth.relevant, k)


def blocks(rows: NDArray[np.int64]) -> Sequence[NDArray[np.int64]]:
    """Part rows of employees into blocks that are scored at once."""
    return [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
