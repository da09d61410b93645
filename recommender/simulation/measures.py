"""What is counted of simulated months: uptake, learning, gaps and who gets what.

In: the months of one policy and the world they were lived in. Out: figures by name. Counts and
levels are means over people; a figure that cannot be worked out is NaN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.kinds import HISTORY_KINDS, history_kind
from recommender.simulation.ground import NEVER, Ground
from recommender.simulation.world import (
    ACTIONS,
    DECLINED,
    REASONS,
    Month,
    World,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ENOUGH = 20
"""JP a year that every civil servant is to learn (PP 11/2017 art. 203)."""
FLOWS = (
    "suggested", "new", *ACTIONS, *(f"declined_{reason}" for reason in REASONS), "own",
    "completed", "withdrawn", "useful", "closed_by_training",
)  # fmt: skip
"""What is counted per person and month; ``useful`` is the true gap that new suggestions speak to,
``own`` trainings begun of one's own accord."""
DIMENSIONS = ("sex", "employment", "history")
LEAST = 5
"""People a group must hold to be shown."""


@dataclass(frozen=True)
class Groups:
    """People by a fact: ``of`` is the place of each person in ``names``."""

    dimension: str
    names: tuple[str, ...]
    of: Ints


def groups_of(ground: Ground) -> tuple[Groups, ...]:
    """Group people by sex, employment and length of history on the first day."""
    table = ground.dataset.table("employees").sort_by("employee_id")
    found = []
    for dimension in DIMENSIONS[:2]:
        values = [value or "" for value in table[dimension].to_pylist()]
        names = tuple(sorted(set(values)))
        found.append(Groups(dimension, names, np.array([names.index(v) for v in values])))
    # Counted from the recorded history, as everywhere else in the product.
    taken = (ground.done > NEVER).sum(axis=1)
    kinds = history_kind(taken.astype(np.int64)).astype(np.int64)
    return (*found, Groups("history", HISTORY_KINDS, kinds))


class Tally:
    """Adds up the months of one policy, person by person."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._before = world.gaps(), world.gaps(must=True)
        self._has_must = np.asarray(world.ground.must.any(axis=1))
        self._sums = {name: np.zeros(len(self._before[0])) for name in FLOWS}

    def add(self, month: Month, useful: Floats) -> dict[str, float]:
        """Count a month and return its figures.

        Parameters:
            useful: true levels of gap that each suggestion spoke to when it was made.
        """
        flows = self._flows(month, useful)
        for name, values in flows.items():
            self._sums[name] += values
        found = {name: float(values.mean()) for name, values in flows.items()}
        return {**found, "uptake": _ratio(flows["accepted"], flows["suggested"]), **self._stocks()}

    def whole(self) -> dict[str, float]:
        """Return the figures of the whole time."""
        sums, world = self._sums, self.world
        closed, jp, cost = sums["closed_by_training"], world.jp, world.cost
        return {
            **{name: float(values.mean()) for name, values in sums.items()},
            "uptake": _ratio(sums["accepted"], sums["suggested"]),
            "uptake_new": _ratio(sums["accepted"], sums["new"]),
            **self._stocks(),
            "closed_per_100_jp": 100 * _ratio(closed, jp),
            "closed_per_million": 1e6 * _ratio(closed, cost),
        }

    def by_group(self, groups: tuple[Groups, ...]) -> Iterator[tuple[str, Mapping[str, float]]]:
        """Yield group and figures of the whole time; last, how even exposure is by dimension."""
        for one in groups:
            exposure = []
            for place, name in enumerate(one.names):
                here = one.of == place
                if here.sum() < LEAST:
                    continue
                found = self._of(here)
                exposure.append(found["exposure"])
                yield f"{one.dimension}:{name}", found
            most = max(exposure, default=0.0)
            even = min(exposure) / most if len(exposure) > 1 and most > 0 else float("nan")
            yield one.dimension, {"even_exposure": even}

    def _of(self, here: NDArray[np.bool_]) -> dict[str, float]:
        sums, world = self._sums, self.world
        return {
            "people": float(here.sum()),
            "suggested": float(sums["suggested"][here].mean()),
            "uptake": _ratio(sums["accepted"][here], sums["suggested"][here]),
            "exposure": float(sums["useful"][here].mean()),
            "jp": float(world.jp[here].mean()),
            "reached_20": float((world.jp_year[here] >= ENOUGH).mean()),
            "gap": float(world.gaps()[here].mean()),
            "closed_by_training": float(sums["closed_by_training"][here].mean()),
        }

    def _stocks(self) -> dict[str, float]:
        world = self.world
        gap, must = world.gaps(), world.gaps(must=True)[self._has_must]
        before = self._before[1][self._has_must]
        return {
            "jp": float(world.jp.mean()),
            "reached_20": float((world.jp_year >= ENOUGH).mean()),
            "cost": float(world.cost.mean()),
            "gap": float(gap.mean()),
            "gap_closed": float((self._before[0] - gap).mean()),
            "gap_must": float(must.mean()) if len(must) else float("nan"),
            "gap_must_closed": float((before - must).mean()) if len(must) else float("nan"),
        }

    def _flows(self, month: Month, useful: Floats) -> dict[str, Floats]:
        people = len(self._has_must)
        answers, ended = month.answers, month.ended

        def count(person: Ints, weights: Floats | None = None) -> Floats:
            return np.bincount(person, weights, minlength=people).astype(np.float64)

        found = {
            "suggested": count(answers.person),
            "new": count(answers.person[answers.fresh]),
            "own": count(month.begun.person[~month.begun.completed]),
            "completed": count(ended.person[ended.completed]),
            "withdrawn": count(ended.person[~ended.completed]),
            "useful": count(answers.person[answers.fresh], useful[answers.fresh]),
            "closed_by_training": month.closed,
        }
        for place, action in enumerate(ACTIONS):
            found[action] = count(answers.person[answers.action == place])
        refused = answers.action == DECLINED
        for place, reason in enumerate(REASONS):
            found[f"declined_{reason}"] = count(answers.person[refused & (answers.reason == place)])
        return found


def _ratio(part: Floats, whole: Floats) -> float:
    total = float(whole.sum())
    return float(part.sum()) / total if total > 0 else float("nan")
