"""Random questions to the kernels, and the plain answer: every pair by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from recommender.columns import MILLI
from recommender.kernels.problem import (
    Alike,
    Best,
    Distinct,
    Gap,
    Needs,
    Problem,
    Shared,
    Sparse,
)
from recommender.masks import Classes, Mask, Pairs
from recommender.rank import FORBIDDEN, top
from recommender.results import MICRO
from recommender.similarity.gaps import Outcomes, StepLimits

SCALES = (0.0371, 0.25, 0.5, 1.0, 1e-6, 977.3, 0.0)


def sparse(rng, n_people, n_items, share, most):
    """Return random items of each person."""
    told = rng.random((n_people, n_items)) < share
    start = np.append(0, np.cumsum(told.sum(axis=1))).astype(np.int64)
    item = np.nonzero(told)[1].astype(np.int32)
    return Sparse(start, item, rng.integers(-most, most + 1, len(item)))


def problems():
    """Return a strategy of questions; every shape and scale follows from the drawn number."""
    return st.integers(0, 2**32).map(problem_of)


def problem_of(seed):
    """Make a question; small numbers make ties, large ones leave 32 bits."""
    rng = np.random.default_rng(seed)

    def pick(*values):
        return values[rng.integers(len(values))]

    n_people = pick(3, 63, 64, 65, 140, 1, 0)
    n_items = pick(5, 40, 257, 300, 1, 0)
    n_competencies = pick(3, 4, 1, 0)
    step = pick(1, 250, MILLI)
    top_level = 5 * MILLI // step

    def level(*shape):
        return (rng.integers(-1, top_level + 1, shape) * step).clip(-1).astype(np.int32)

    n_standards = pick(2, 5, 1, 0)
    standards = level(n_standards, n_competencies)
    heaviest = pick(1, 4 * MILLI, 3_000_000)
    raised = rng.random((n_items, n_competencies)) < pick(0.3, 1.0, 0.0)
    groups = []
    for competency in np.flatnonzero(raised.any(axis=0)).tolist():
        item = np.flatnonzero(raised[:, competency]).astype(np.int32)
        low = rng.integers(0, top_level + 1, len(item)) * step
        high = low + rng.integers(0, top_level + 1, len(item)) * step
        groups.append(Outcomes(competency, item, low, high))
    most = pick(2, 0, 900_000, 2**33)
    n_dimensions = pick(0, 9, 4, 1)
    n_rows = int(rng.integers(0, 4))
    n_shared = int(rng.integers(0, 4)) if n_rows else 0
    return Problem(
        n_people,
        n_items,
        Distinct.of(n_items, n_competencies, groups),
        Gap(
            level(n_people, n_competencies),
            standards,
            np.where(standards >= 0, rng.integers(1, heaviest + 1, standards.shape), 0),
            rng.integers(-1, n_standards, n_people).astype(np.int32),
            rng.integers(-1, n_standards, n_people).astype(np.int32),
            StepLimits(pick(2 * MILLI, 9 * MILLI, 0), pick(MILLI, 0)),
            pick(*SCALES),
            pick(*SCALES),
        ),
        Needs(
            rng.integers(-MILLI, MILLI + 1, (2, n_competencies)),
            rng.integers(0, 2, n_people),
            pick(*SCALES),
        ),
        np.where(rng.random(n_items) < 0.3, rng.normal(size=n_items), 0.0) * pick(*SCALES),
        Shared(
            rng.integers(-most, most + 1, (n_rows, n_items)),
            rng.integers(-1, n_rows, (n_people, n_shared)),
        ),
        sparse(rng, n_people, n_items, pick(0.1, 0.9, 0.0), most),
        Alike(
            rng.integers(-4_000_000, 4_000_000, (n_people, n_dimensions)),
            rng.integers(-4096, 4097, (n_items, n_dimensions)),
            np.where(rng.random(n_people) < 0.7, pick(*SCALES), 0.0),
            4096.0 * 4096.0 * 1000.0,
        ),
        rng.integers(-most, most + 1, n_items),
        mask_of(rng, n_people, n_items, pick),
        rng.integers(0, pick(1, 7), n_people).astype(np.int32),
    )


def mask_of(rng, n_people, n_items, pick):
    """Make a mask: rules over classes, some with several classes per item, and single pairs."""
    rules = []
    for _ in range(pick(1, 3, 0)):
        n_person, n_item, slots = (int(rng.integers(1, top)) for top in (7, 40, 4))
        rules.append(
            Classes(
                rng.random((n_person, n_item)) < pick(0.2, 0.5, 0.0, 1.0),
                rng.integers(0, n_person, n_people).astype(np.int32),
                rng.integers(0, n_item, (slots, n_items)).astype(np.int32),
            )
        )
    one = rng.random((n_people, n_items))
    share = pick(0.05, 0.0, 0.5)
    closed, opened = np.nonzero(one < share), np.nonzero(one > 1 - share)
    return Mask(n_people, n_items, tuple(rules), Pairs(*closed), Pairs(*opened))


def plain_allowed(mask):
    """Ask every rule about every pair."""
    found = np.ones((mask.n_people, mask.n_items), bool)
    for person in range(mask.n_people):
        for item in range(mask.n_items):
            for rule in mask.classes:
                found[person, item] &= not rule.refused[
                    rule.person[person], rule.item[:, item]
                ].any()
    found[mask.closed.person, mask.closed.item] = False
    found[mask.opened.person, mask.opened.item] = True
    return found


def plain_scores(problem):
    """Add up every pair by itself, in whole numbers."""
    scores = np.tile(problem.constant.astype(np.int64), (problem.n_people, 1))
    for person in range(problem.n_people):
        for row in problem.shared.row[person]:
            if row >= 0:
                scores[person] += problem.shared.table[row]
        own = slice(problem.own.start[person], problem.own.start[person + 1])
        scores[person, problem.own.item[own]] += problem.own.micro[own]
        likeness = problem.alike.vector @ problem.alike.profile[person]
        root = np.sqrt(np.maximum(likeness, 0.0) / problem.alike.unit)
        scores[person] += np.rint(root * problem.alike.weight[person] * MICRO).astype(np.int64)
    d, competency = problem.distinct, problem.distinct.competency
    for item in range(problem.n_items):
        gap = np.zeros(problem.n_people, np.int64)
        for u in d.outcome[d.item_start[item] : d.item_start[item + 1]]:
            c, low, high = int(competency[u]), int(d.low[u]), int(d.high[u])
            for person in range(problem.n_people):
                gap[person] += plain_gap(problem, person, c, low, high)
                scores[person, item] += plain_need(problem, person, c, low, high)
        scores[:, item] += gap + np.rint(gap * problem.effect[item]).astype(np.int64)
    return scores


def plain_gap(problem, person, c, low, high):
    """Return what one outcome gives to one person on both posts."""
    gap = problem.gap
    h = int(gap.levels[person, c])
    if h < 0 or h < low - gap.limits.slack:
        return 0
    points, before = 0, 0
    for row, scale in ((gap.now[person], gap.now_scale), (gap.following[person], gap.next_scale)):
        asked = int(gap.required[row, c]) if row >= 0 else -1
        length = min(asked, high, h + gap.limits.max_step) - max(h, before, low)
        if length > 0:
            points += round(float(length * int(gap.weight[row, c])) * scale)
        before = max(asked, 0)
    return points


def plain_need(problem, person, c, low, high):
    """Return what one outcome is worth to the city."""
    needs = problem.needs
    step = min(max(high - max(int(problem.gap.levels[person, c]), 0, low), 0), MILLI)
    return round(float(step * int(needs.weight[needs.row[person], c])) * needs.scale)


def plain_best(problem, k):
    """Return the lists as the reference ranks them."""
    allowed = plain_allowed(problem.mask)
    picks = top(plain_scores(problem), np.where(allowed, 0, FORBIDDEN).astype(np.uint8), k)
    item = np.full((problem.n_people, k), -1, np.int32)
    micro = np.zeros((problem.n_people, k), np.int64)
    item[picks.person, picks.rank - 1] = picks.item
    micro[picks.person, picks.rank - 1] = picks.micro
    return Best(item, micro)
