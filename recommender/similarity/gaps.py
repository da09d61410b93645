"""Gap terms: how much of a person's gap each training closes, on the present and the next post.

A training that raises a competency from ``level_from`` to ``level_to`` is worth, for a person at
level h whose post asks r, the weight of the requirement times the length of
``(h, r] ∩ (level_from, level_to]``; for the next post ``(max(h, r_now), r_next]``, so nothing is
counted twice. A step counts only up to ``h + max_step`` and only when ``h ≥ level_from − slack``.
Unknown levels give nothing. Each competency's share is rounded to micro-points by itself, so the
shares shown to people sum to the score.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.entities import Trainings
from recommender.standards import Standards

Micro = NDArray[np.int64]


@dataclass(frozen=True)
class StepLimits:
    """How far one training may lift; milli-levels, values of the rule packs."""

    max_step: int
    slack: int


@dataclass(frozen=True)
class Outcomes:
    """Claimed outcomes of one competency: rows of trainings and their milli-levels."""

    competency: int
    training: Ints
    low: Ints
    high: Ints


Shares = Iterator[tuple[Outcomes, NDArray[np.int64], Micro]]
"""Per competency: its outcomes, positions of people, and micro-points of people × outcomes."""


def outcomes_by_competency(trainings: Trainings) -> tuple[Outcomes, ...]:
    """Group the catalogue's outcomes by competency, in competency order."""
    order = np.lexsort((trainings.outcome_training, trainings.outcome_competency))
    competency = trainings.outcome_competency[order]
    groups = []
    for c in np.unique(competency):
        own = order[competency == c]
        groups.append(
            Outcomes(
                int(c),
                trainings.outcome_training[own],
                trainings.outcome_from[own],
                trainings.outcome_to[own],
            )
        )
    return tuple(groups)


def outcomes_of(groups: tuple[Outcomes, ...], columns: Ints) -> tuple[Outcomes, ...]:
    """Return the outcomes of some trainings, numbered by their place in ``columns``."""
    found = []
    for group in groups:
        kept = np.flatnonzero(np.isin(group.training, columns))
        if len(kept):
            order = np.argsort(columns, kind="stable")
            place = order[np.searchsorted(columns[order], group.training[kept])]
            found.append(
                Outcomes(
                    group.competency, place.astype(np.int32), group.low[kept], group.high[kept]
                )
            )
    return tuple(found)


@dataclass(frozen=True)
class Target:
    """What a block of people is measured against, ``[n_people, n_competencies]`` each.

    Attributes:
        low, high: milli-levels; the gap is ``(max(h, low), high]``; ``high`` −1 not asked.
        weight: milli-weights.
    """

    low: Ints
    high: Ints
    weight: Ints

    @classmethod
    def present(cls, standards: Standards, now: Ints) -> Target:
        """The gap on the present post; ``now`` holds standard rows, −1 none."""
        high, weight = _rows(standards, now)
        return cls(np.zeros_like(high), high, weight)

    @classmethod
    def following(cls, standards: Standards, now: Ints, following: Ints) -> Target:
        """The gap on the next post beyond the present one."""
        present, _ = _rows(standards, now)
        high, weight = _rows(standards, following)
        return cls(np.maximum(present, 0), high, weight)


def closed(levels: Ints, target: Target, outcomes: Outcomes, limits: StepLimits) -> Ints:
    """Return the milli-levels of the gap each training closes, ``[n_people, n_outcomes]``.

    Parameters:
        levels: milli-levels of the people, −1 unknown.
    """
    c = outcomes.competency
    h = levels[:, c][:, None]
    bottom = np.maximum(np.maximum(h, target.low[:, c][:, None]), outcomes.low[None, :])
    top = np.minimum(
        np.minimum(target.high[:, c][:, None], outcomes.high[None, :]), h + limits.max_step
    )
    counts = (h != UNKNOWN) & (h >= outcomes.low[None, :] - limits.slack)
    return np.where(counts, np.maximum(top - bottom, 0), 0).astype(np.int32)


def shares(
    levels: Ints,
    target: Target,
    groups: tuple[Outcomes, ...],
    limits: StepLimits,
    micro_per_unit: float,
) -> Shares:
    """Yield, per competency, the people with a gap and their micro-points per training.

    Yields:
        The outcomes, the positions of the people within the block, and int64 micro-points
        ``[n_positions, n_outcomes]``.
    """
    if micro_per_unit == 0.0:
        return
    for outcomes in groups:
        c = outcomes.competency
        h = levels[:, c]
        gap = (h != UNKNOWN) & (target.high[:, c] > np.maximum(h, target.low[:, c]))
        people = np.flatnonzero(gap)
        if len(people) == 0:
            continue
        part = Target(target.low[people], target.high[people], target.weight[people])
        length = closed(levels[people], part, outcomes, limits).astype(np.int64)
        weighted = length * target.weight[people, c][:, None]
        yield outcomes, people, np.rint(weighted * micro_per_unit).astype(np.int64)


def total(n_people: int, n_trainings: int, parts: Shares) -> Micro:
    """Sum the shares into ``[n_people, n_trainings]``."""
    sums = np.zeros((n_people, n_trainings), np.int64)
    for outcomes, people, micro in parts:
        sums[people[:, None], outcomes.training[None, :]] += micro
    return sums


def _rows(standards: Standards, rows: Ints) -> tuple[Ints, Ints]:
    high = np.where((rows >= 0)[:, None], standards.required[rows], UNKNOWN)
    weight = np.where((rows >= 0)[:, None], standards.weight[rows], 0)
    return high.astype(np.int32), weight.astype(np.int32)
