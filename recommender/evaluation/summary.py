"""From numbers per employee to means with intervals, per group and method."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation import metrics
from recommender.evaluation.intervals import Bootstrap, Interval
from recommender.evaluation.protocol import Outcome

Group = Mapping[str, Mapping[str, Interval]]
ORACLE = "oracle"
"""Name of a method that knows a planted truth: it shows what is possible and is no baseline."""


def summarise(
    outcomes: Mapping[str, Outcome],
    wanted: NDArray[np.bool_],
    *,
    own: str,
    taken: NDArray[np.int64] | None,
    people: int,
    n_items: int,
    k: int,
    seed: int,
) -> tuple[Group, str]:
    """Return the metrics of every method over some employees, and the best baseline.

    Parameters:
        outcomes: method → what it did.
        wanted: bool ``[n]``, the employees of the group; at least one.
        own: name of the product's method, which is no baseline.
        taken: employees who took each item, for novelty; ``None`` where that has no meaning.
        people: employees with a past.
    """
    columns = {
        f"{method}\0{metric}": values[wanted]
        for method, outcome in outcomes.items()
        for metric, values in outcome.numbers.items()
    }
    sure = Bootstrap(columns, seed=seed)
    main = f"ndcg@{k}"
    # A variant of the own method (own-…) is shown beside it and is no baseline.
    baselines = [m for m in outcomes if m.partition("-")[0] != own and m != ORACLE]
    baselines = baselines or list(outcomes)
    best = max(baselines, key=lambda m: sure.mean(f"{m}\0{main}").value)
    group: dict[str, dict[str, Interval]] = {}
    for method, outcome in outcomes.items():
        found = {metric: sure.mean(f"{method}\0{metric}") for metric in outcome.numbers}
        shown = outcome.shown[wanted]
        shown = shown[shown >= 0]
        found[f"coverage@{k}"] = Interval(metrics.coverage(shown, n_items))
        if taken is not None:
            found[f"novelty@{k}"] = Interval(metrics.novelty(shown, taken, people))
        found[f"{main}_vs_best"] = sure.difference(f"{method}\0{main}", f"{best}\0{main}")
        group[method] = found
    return group, best
