"""What an assessment is expected to change, for every person and competency of a block at once.

In: prepared facts, ``Estimates`` and rows of people. Out: ``Expected``: pairs where not knowing
the level changes the weighed gaps on the present and the next post, with the change expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.estimate.levels import Estimates
from recommender.estimate.sources import Floats, Rows

if TYPE_CHECKING:
    from recommender.pipeline import Prepared

WHY = ("unknown", "gate", "stale", "interval")
"""Why an assessment is worth it: no level at all; a mandatory level inside the interval; evidence
past its validity; another level inside the interval."""

_POINTS = 40
_QUANTILES = (np.arange(_POINTS) + 0.5) / _POINTS
_NORMAL = np.array([NormalDist().inv_cdf(q) for q in _QUANTILES])
_NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Expected:
    """Pairs that are worth assessing, ordered by person, the most useful first, then by code.

    Attributes:
        person, competency: rows.
        value: expected absolute change of the gaps, levels × weight, to six decimals.
        why: position in ``WHY``.
        required: milli-level that is spoken of.
        low, high: the interval of the level, in levels; NaN where unknown.
    """

    person: Rows
    competency: Rows
    value: Floats
    why: Rows
    required: Ints
    low: Floats
    high: Floats

    def take(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> Expected:
        """Return the chosen pairs."""
        return Expected(*(column[chosen] for column in vars(self).values()))

    def best_of_each(self, k: int) -> Expected:
        """Return the ``k`` most useful pairs of every person."""
        first = np.searchsorted(self.person, self.person)
        return self.take(np.arange(len(self.person)) - first < k)


class _Need(NamedTuple):
    """What one post asks of each pair; nothing asked is required 0, weight 0."""

    required: Ints
    weight: Floats
    gate: NDArray[np.bool_]


def expected(prepared: Prepared, estimates: Estimates, people: Rows) -> Expected:
    """Return what is worth assessing of some people, rows in ascending order."""
    facts = prepared.facts
    asked, needs = _needs(prepared, people)
    pair = people[asked[0]] * estimates.n_competencies + asked[1]
    at = np.minimum(np.searchsorted(estimates.pair, pair), max(len(estimates.pair) - 1, 0))
    held = facts.profile.levels(people)[asked]
    known = held != UNKNOWN
    if len(estimates.pair):
        known &= estimates.pair[at] == pair
    today = np.datetime64(facts.snapshot.as_of, "D")
    over = facts.profile.stale(people, today)[asked]
    low, high = np.full(len(pair), np.nan), np.full(len(pair), np.nan)
    low[known], high[known] = estimates.low[at[known]], estimates.high[at[known]]
    levels = _levels(facts.snapshot.max_level[asked[1]] / MILLI, known, estimates, at)

    value = np.zeros(len(pair))
    most = np.zeros(len(pair), np.int32)
    crossed, mandatory = np.full_like(most, _NEVER), np.full_like(most, _NEVER)
    for need in needs:
        stated = np.where(held == UNKNOWN, 0.0, np.maximum(0.0, (need.required - held) / MILLI))
        gaps = np.maximum(0.0, (need.required / MILLI)[:, None] - levels)
        value += need.weight * np.abs(gaps - stated[:, None]).mean(axis=1)
        most = np.maximum(most, need.required)
        crosses = (low < need.required / MILLI) & (need.required / MILLI <= high)
        crossed = np.where(crosses, np.minimum(crossed, need.required), crossed)
        mandatory = np.where(crosses & need.gate, np.minimum(mandatory, need.required), mandatory)

    is_gate, is_inside = mandatory < _NEVER, crossed < _NEVER
    why = np.select([~known, is_gate, over], [0, 1, 2], 3)
    required = np.select([~known, is_gate, over], [most, mandatory, most], crossed)
    # Rounded one by one: whole-array rounding may miss the nearest decimal.
    value = np.array([round(v, 6) for v in value.tolist()])
    found = Expected(people[asked[0]], asked[1], value, why, required, low, high)
    worth = (~known | is_inside | over) & (value > 0)
    order = np.lexsort((found.competency, -value, found.person))
    return found.take(order[worth[order]])


def _needs(prepared: Prepared, people: Rows) -> tuple[tuple[Rows, Rows], list[_Need]]:
    """Return (position in the block, competency) of what is asked, and what each post asks."""
    standards = prepared.facts.standards
    posts = (
        (prepared.facts.now[people], 1.0),
        (prepared.facts.following.row[people], float(prepared.trainings.weights.gap_next)),
    )
    asks = [(standards.required[row] > 0) & (row >= 0)[:, None] for row, _ in posts]
    person, competency = np.nonzero(asks[0] | asks[1])
    needs = []
    for (row, share), ask in zip(posts, asks, strict=True):
        here, at = ask[person, competency], (row[person], competency)
        needs.append(
            _Need(
                np.where(here, standards.required[at], 0),
                np.where(here, share * standards.weight[at] / MILLI, 0.0),
                here & (standards.importance[at] == 1),
            )
        )
    return (person, competency), needs


def _levels(top: Floats, known: NDArray[np.bool_], estimates: Estimates, at: Rows) -> Floats:
    """Return ``[n_pairs, points]`` levels that are equally likely: all alike where unknown."""
    levels = _QUANTILES * top[:, None]
    rows = at[known]
    spread = estimates.level[rows, None] + _NORMAL * estimates.error[rows, None]
    levels[known] = np.clip(spread, 0.0, top[known, None])
    return levels
