"""What the kernel of roles is asked: people beside standards, and posts beside posts.

In: levels, vectors, standards, texts, moves and masks. Out: ``RoleProblem``. The score of a pair is
the sum, in micro-points, each part rounded half to even by itself, of

* *profile*: likeness of the vectors, deficit and surplus, all standardised (``Curve``);
* *post*: what the person's present post says of the other one: texts, tools, moves, same family
  and affair (``Posts``);
* *field*: the person's field of study is accepted;
* *served*: years in the post's family, as points per person and family.

Sums behind the profile are whole numbers below 2⁵³ in floating point, so no order of adding shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.kernels.problem import Best as Best
from recommender.masks import Mask
from recommender.similarity.gaps import Micro

Exact = NDArray[np.float64]
"""Float64 arrays that hold whole numbers below 2⁵³."""


EXACT = 2.0**24
"""Whole numbers below this are exact in single precision."""


@dataclass(frozen=True)
class Entries:
    """Sparse rows: those of row ``i`` are ``column[start[i]:start[i + 1]]``, ascending."""

    start: NDArray[np.int64]
    column: Ints
    value: NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """What posts ask for: competencies of post ``j`` are ``competency[start[j]:start[j + 1]]``.

    Attributes:
        level: milli-levels; ``weight``: milli-weights; ``counts``: the weight where the level is
            above 0, else 0.
        weight_sum, counts_sum: of each post, at least 1.
        kin: whole-number vectors with what kin lend; ``norm``: their lengths.
    """

    start: NDArray[np.int64]
    competency: Ints
    level: Exact
    weight: Exact
    counts: Exact
    weight_sum: Exact
    counts_sum: Exact
    kin: Entries
    norm: NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """A standardised value: ``rint((usual · coverage − value) · factor · MICRO)``.

    For likeness it is ``rint((value − usual) · factor · MICRO)``; a factor of 0 is off.
    """

    usual: float
    factor: float


@dataclass(frozen=True)
class AlikeRows:
    """Points that some posts give others: ``points[row[of], column[other]]``.

    Attributes:
        points: micro-points, int32 or int64.
        row: of each post that somebody holds; ``column``: of every post.
    """

    points: NDArray[np.integer]
    row: Ints
    column: Ints


@dataclass(frozen=True)
class Posts:
    """Posts as other posts see them.

    Attributes:
        duties, tools: how alike posts are by their texts and by their tools.
        family, affair, tier: numbers, −1 unknown.
        usual: micro-points of a post of the same or another family and affair and of a usual
            move, by the post that is left, tier of the other (the last stands for unknown), same
            family, same affair ``[n_items, tiers + 1, 2, 2]``.
        moved: the same where people did move so, by the post that is left.
    """

    duties: AlikeRows
    tools: AlikeRows
    family: Ints
    affair: Ints
    tier: Ints
    usual: Micro
    moved: Entries


@dataclass(frozen=True)
class RoleProblem:
    """One question to the kernel; see the module for the score.

    Attributes:
        levels: milli-levels ``[n_people, n_competencies]``, −1 unknown.
        vector: whole-number vectors of the people; ``norm``: their lengths.
        job: row of the present post, −1 unknown.
        field: row of ``accepts``; ``accepted``: micro-points where it is true.
        served: micro-points ``[n_people, n_families + 1]``; the last family is the unknown one.
        beside: people of the same number may get much the same posts: they had better lie side by
            side, and of these the holders of one post. No answer depends on it.
    """

    levels: Ints
    vector: Exact
    norm: NDArray[np.float64]
    job: Ints
    field: Ints
    served: Micro
    asked: Asked
    likeness: Curve
    deficit: Curve
    surplus: Curve
    posts: Posts
    accepts: NDArray[np.bool_]
    accepted: int
    mask: Mask
    beside: Ints


@dataclass(frozen=True)
class Units:
    """Units in which levels and weights are small whole numbers, and the type of their sums.

    Attributes:
        level, weight: milli-levels and milli-weights of a unit.
    """

    level: int
    weight: int
    kind: np.dtype[Any]


def units_of(problem: RoleProblem) -> Units:
    """Return the largest units; single precision where no sum of a post leaves 24 bits."""
    asked, levels = problem.asked, problem.levels
    level = int(np.gcd(_divisor(levels[levels > 0]), _divisor(asked.level)))
    weight = _divisor(asked.weight)
    highest = max(float(levels.max(initial=0)), float(asked.level.max(initial=0))) / max(level, 1)
    heaviest = float(asked.weight_sum.max(initial=0)) / max(weight, 1)
    small = highest * heaviest < EXACT
    return Units(max(level, 1), max(weight, 1), np.dtype(np.float32 if small else np.float64))


def _divisor(values: NDArray[Any]) -> int:
    return int(np.gcd.reduce(np.unique(values).astype(np.int64), initial=0))
