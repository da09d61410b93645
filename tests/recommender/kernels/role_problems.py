"""Random questions to the kernel of roles, and the plain answer: every pair by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from problems import mask_of, plain_allowed

from recommender.columns import MILLI
from recommender.kernels.problem import Best
from recommender.kernels.role_problem import AlikeRows, Asked, Curve, Entries, Posts, RoleProblem
from recommender.rank import FORBIDDEN, top
from recommender.results import MICRO

FACTORS = (1.0, 0.37, 7.1e-5, 2411.0, -1.3, 0.0)


def role_problems():
    """Return a strategy of questions; every shape and scale follows from the drawn number."""
    return st.integers(0, 2**32).map(role_problem_of)


def entries_of(table):
    """Return a full table as sparse rows."""
    rows, column = np.nonzero(table)
    start = np.searchsorted(rows, np.arange(len(table) + 1)).astype(np.int64)
    return Entries(start, column.astype(np.int32), table[rows, column].astype(np.float64))


def role_problem_of(seed):
    """Make a question; few levels and few words make ties."""
    rng = np.random.default_rng(seed)

    def pick(*values):
        return values[rng.integers(len(values))]

    n_people, n_items = pick(3, 63, 64, 65, 140, 1, 0), pick(5, 40, 257, 300, 1, 0)
    n_competencies, n_families = pick(3, 12, 1, 0), pick(3, 1, 0)
    step = pick(1, 250, MILLI)
    top_level = 5 * MILLI // step

    def level(*shape):
        return (rng.integers(-1, top_level + 1, shape) * step).clip(-1).astype(np.int32)

    required = np.where(rng.random((n_items, n_competencies)) < pick(0.5, 1.0, 0.0),
                        level(n_items, n_competencies), -1)  # fmt: skip
    job, competency = np.nonzero(required >= 0)
    weight = rng.integers(0, pick(2, 5), len(job)) * pick(1.0, 250.0, 1000.0, 3_000_001.0)
    asked = required[job, competency].astype(np.float64)
    counts = np.where(asked > 0, weight, 0.0)
    most = pick(3, 80_000, 0)

    def vectors(n):
        return rng.integers(-most, most + 1, (n, n_competencies)).astype(np.float64)

    def number(n, below):
        return rng.integers(-1, below, n).astype(np.int32)

    def alike():
        shape, kind = (pick(4, 1), pick(7, 1)), pick(np.int32, np.int64)
        points = rng.integers(-MICRO, MICRO, shape).astype(kind)
        row, column = (rng.integers(0, n, n_items).astype(np.int32) for n in shape)
        return AlikeRows(points, row, column)

    def curve():
        return Curve(float(rng.normal()), pick(*FACTORS))

    moved = rng.integers(-MICRO, MICRO, (n_items, n_items)) * (rng.random((n_items, n_items)) < 0.1)
    n_tiers, n_fields = 4, pick(3, 1)
    people, items = vectors(n_people), vectors(n_items)
    posts = Posts(
        alike(),
        alike(),
        number(n_items, n_families),
        number(n_items, 2),
        number(n_items, n_tiers),
        rng.integers(-MICRO, MICRO, (n_items, n_tiers + 1, 2, 2)),
        entries_of(moved),
    )

    def length(vector):
        return np.sqrt((vector**2).sum(axis=1)) * (rng.random(len(vector)) < 0.9)

    accepts = np.vstack([rng.random((n_fields, n_items)) < 0.3, np.zeros((1, n_items), bool)])
    return RoleProblem(
        level(n_people, n_competencies),
        people,
        length(people),
        number(n_people, n_items),
        number(n_people, n_fields),
        np.append(rng.integers(0, MICRO, (n_people, n_families)), np.zeros((n_people, 1), int), 1),
        Asked(
            np.searchsorted(job, np.arange(n_items + 1)).astype(np.int64),
            competency.astype(np.int32),
            asked,
            weight,
            counts,
            np.maximum(np.bincount(job, weight, n_items), 1.0),
            np.maximum(np.bincount(job, counts, n_items), 1.0),
            entries_of(items),
            length(items),
        ),
        curve(),
        curve(),
        curve(),
        posts,
        accepts,
        int(rng.integers(-MICRO, MICRO)),
        mask_of(rng, n_people, n_items, pick),
        rng.integers(0, pick(1, 7), n_people).astype(np.int32),
    )


def plain_best_roles(problem, k):
    """Return the lists as the reference ranks them."""
    mask = problem.mask
    refused = np.where(plain_allowed(mask), 0, FORBIDDEN).astype(np.uint8)
    picks = top(plain_role_scores(problem), refused, k)
    item = np.full((mask.n_people, k), -1, np.int32)
    micro = np.zeros((mask.n_people, k), np.int64)
    item[picks.person, picks.rank - 1] = picks.item
    micro[picks.person, picks.rank - 1] = picks.micro
    return Best(item, micro)


def plain_role_scores(problem):
    """Add up every pair by itself."""
    n_items = problem.mask.n_items
    scores = np.zeros((problem.mask.n_people, n_items), np.int64)
    for item in range(n_items):
        scores[:, item] = plain_profile(problem, item)
        for person, job in enumerate(problem.job.tolist()):
            field, family = problem.field[person], problem.posts.family[item]
            scores[person, item] += problem.accepted * int(problem.accepts[field, item])
            scores[person, item] += problem.served[person, family]
            if job >= 0:
                scores[person, item] += plain_post(problem.posts, job, item)
    return scores


def whole(value, factor):
    """Round half to even."""
    return np.rint(value * factor * MICRO).astype(np.int64)


def row(entries, at):
    """Return one sparse row as a mapping."""
    own = slice(entries.start[at], entries.start[at + 1])
    return dict(zip(entries.column[own].tolist(), entries.value[own].tolist(), strict=True))


def plain_profile(problem, item):
    """Return what levels say of one post for everybody."""
    asked = problem.asked
    lacking = beyond = known = np.zeros(len(problem.levels))
    for at in range(asked.start[item], asked.start[item + 1]):
        h = problem.levels[:, asked.competency[at]]
        there = h >= 0
        lacking = lacking + there * np.maximum(asked.level[at] - h, 0) * asked.weight[at]
        beyond = beyond + there * np.maximum(h - asked.level[at], 0) * asked.weight[at]
        known = known + there * asked.counts[at]
    like = sum(
        (problem.vector[:, c] * value for c, value in row(asked.kin, item).items()),
        np.zeros(len(problem.levels)),
    )
    norms = problem.norm * asked.norm[item]
    same = np.clip(np.divide(like, norms, out=np.zeros_like(norms), where=norms > 0), -1, 1)
    coverage, weight = known / asked.counts_sum[item], asked.weight_sum[item] * MILLI
    found = whole(coverage * problem.deficit.usual - lacking / weight, problem.deficit.factor)
    found += whole(coverage * problem.surplus.usual - beyond / weight, problem.surplus.factor)
    likeness = whole(same - problem.likeness.usual, problem.likeness.factor)
    return found + np.where(coverage > 0, likeness, 0)


def plain_post(posts, job, item):
    """Return what one post says of another."""

    near, akin = (int(of[job] >= 0 and of[job] == of[item]) for of in (posts.family, posts.affair))
    found = sum(
        int(alike.points[alike.row[job], alike.column[item]])
        for alike in (posts.duties, posts.tools)
    )
    made = row(posts.moved, job)
    return found + int(made.get(item, posts.usual[job, posts.tier[item], near, akin]))
