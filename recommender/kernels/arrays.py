"""The NumPy path: the same sums and the same lists, a block of people at a time.

In: a ``Problem``. Out: ``Best``. Sums are taken over the items that anybody of the block may get;
points for outcomes come from the gap's own formulas (``similarity.gaps``), once per distinct one.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import MILLI, Ints
from recommender.kernels.layout import blocks
from recommender.kernels.problem import Best, Problem, Sparse
from recommender.one_thread import on_one_thread
from recommender.rank import FORBIDDEN, top
from recommender.results import MICRO
from recommender.similarity import gaps
from recommender.similarity.gaps import Micro, Outcomes, Target

WIDTH = 64
"""Rows of a block, whose scores lie side by side in memory."""
AHEAD = 32
"""Blocks whose personal points are worked out at once."""

Rows = NDArray[np.int64]
"""Rows of people or of items."""


def best(problem: Problem, k: int) -> Best:
    """Return the best ``k`` items of everybody."""
    # Products of many small blocks, each on all cores, mostly wait where others work as well.
    return _best(problem, k) if problem.n_people <= WIDTH else on_one_thread(_best)(problem, k)


def _best(problem: Problem, k: int) -> Best:
    found = Best(
        np.full((problem.n_people, k), -1, np.int32), np.zeros((problem.n_people, k), np.int64)
    )
    if problem.n_people == 0 or problem.n_items == 0 or k < 1:
        return found
    people, starts = blocks(problem.beside, problem.shared.beside(), WIDTH)
    outcomes = _outcomes(problem)
    has = sp.csr_matrix(
        (
            np.ones(len(problem.distinct.outcome), np.int64),
            problem.distinct.outcome,
            problem.distinct.item_start,
        ),
        (problem.n_items, len(problem.distinct.low)),
    )
    for first in range(0, len(starts) - 1, AHEAD):
        bounds = starts[first : first + AHEAD + 1]
        some = people[bounds[0] : bounds[-1]]
        gap, need = _gap_points(problem, outcomes, some), _need_points(problem, some)
        for start, stop in zip(bounds[:-1] - bounds[0], bounds[1:] - bounds[0], strict=True):
            block = some[start:stop]
            allowed = problem.mask.allowed(block)
            items = np.flatnonzero(allowed.any(axis=0))
            scores = _scores(
                problem, block, items, has[items], gap[:, start:stop], need[:, start:stop]
            )
            refused = np.where(allowed[:, items], 0, FORBIDDEN).astype(np.uint8)
            picks = top(scores, refused, k)
            found.item[block[picks.person], picks.rank - 1] = items[picks.item]
            found.micro[block[picks.person], picks.rank - 1] = picks.micro
    return found


def _scores(
    problem: Problem, block: Rows, items: Rows, has: sp.csr_matrix, gap: Micro, need: Micro
) -> Micro:
    """Return the scores of a block for some items, ``[len(block), len(items)]``."""
    # Products of a sparse left side read whole rows of people: outcomes come first, people last.
    closed = np.asarray(has @ gap)
    turned = closed + problem.constant[items][:, None]
    effect = problem.effect[items][:, None]
    if effect.any():
        turned += np.rint(closed * effect).astype(np.int64)
    if len(need):
        turned += np.asarray(has @ need)
    scores: Micro = np.ascontiguousarray(turned.T)
    for row in problem.shared.row[block].T:
        some = np.flatnonzero(row >= 0)
        if len(some) == len(row):
            scores += problem.shared.table[row[:, None], items[None, :]]
        elif len(some):
            scores[some] += problem.shared.table[row[some][:, None], items[None, :]]
    _add_own(problem.own, block, items, problem.n_items, scores)
    scores += _alike(problem, block, items)
    return scores


def _add_own(own: Sparse, block: Rows, items: Rows, n_items: int, scores: Micro) -> None:
    line, item, at = _entries(own, block)
    place = np.full(n_items, -1, np.int64)
    place[items] = np.arange(len(items))
    inside = np.flatnonzero(place[item] >= 0)
    scores[line[inside], place[item[inside]]] += own.micro[at[inside]]


def _entries(sparse: Sparse, block: Rows) -> tuple[Rows, Ints, Rows]:
    """Return line, item and place of every entry of the people of a block."""
    count = sparse.start[block + 1] - sparse.start[block]
    line = np.repeat(np.arange(len(block)), count)
    within = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    at = sparse.start[block][line] + within
    return line, sparse.item[at], at


def _alike(problem: Problem, block: Rows, items: Rows) -> Micro:
    alike = problem.alike
    points = np.zeros((len(block), len(items)), np.int64)
    some = np.flatnonzero((alike.weight[block] != 0) & alike.profile[block].any(axis=1))
    if len(some):
        profile = alike.profile[block[some]].astype(np.float64)
        likeness = profile @ alike.vector[items].T.astype(np.float64)
        root = np.sqrt(np.maximum(likeness, 0.0) / alike.unit)
        points[some] = np.rint(root * alike.weight[block[some]][:, None] * MICRO)
    return points


def _outcomes(problem: Problem) -> tuple[Outcomes, ...]:
    """Return the distinct outcomes by competency, each as if it were a training of its own."""
    d = problem.distinct
    number = np.arange(len(d.low), dtype=np.int32)
    return tuple(
        Outcomes(c, number[a:b], d.low[a:b], d.high[a:b])
        for c, (a, b) in enumerate(zip(d.start[:-1].tolist(), d.start[1:].tolist(), strict=True))
        if a < b
    )


def _gap_points(problem: Problem, outcomes: tuple[Outcomes, ...], some: Rows) -> Micro:
    """Return the points of both gaps, ``[n_distinct, len(some)]``."""
    gap = problem.gap
    levels, now, following = gap.levels[some], gap.now[some], gap.following[some]
    present = _asked(gap.required, now, -1)
    targets = (
        (Target(np.zeros_like(present), present, _asked(gap.weight, now, 0)), gap.now_scale),
        (
            Target(
                np.maximum(present, 0),
                _asked(gap.required, following, -1),
                _asked(gap.weight, following, 0),
            ),
            gap.next_scale,
        ),
    )
    points = np.zeros((len(problem.distinct.low), len(some)), np.int64)
    for target, scale in targets:
        for part, people, micro in gaps.shares(levels, target, outcomes, gap.limits, scale):
            points[part.training[0] : part.training[-1] + 1, people] += micro.T
    return points


def _asked(standards: Ints, row: Ints, none: int) -> Ints:
    if len(standards) == 0:
        return np.full((len(row), standards.shape[1]), none, np.int32)
    return np.where((row >= 0)[:, None], standards[row], none).astype(np.int32)


def _need_points(problem: Problem, some: Rows) -> Micro:
    """Return the points for the city's needs, ``[n_distinct, len(some)]``, or none at all."""
    needs, d = problem.needs, problem.distinct
    if needs.scale == 0.0 or len(needs.weight) == 0:
        return np.zeros((0, len(some)), np.int64)
    competency = d.competency
    weight = needs.weight[needs.row[some]][:, competency].T
    level = np.maximum(problem.gap.levels[some][:, competency].T, 0)
    step = np.clip(d.high[:, None] - np.maximum(level, d.low[:, None]), 0, MILLI)
    points: Micro = np.rint(step.astype(np.int64) * weight * needs.scale).astype(np.int64)
    return points
