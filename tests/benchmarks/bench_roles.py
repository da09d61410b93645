"""Scores and the best 20 posts of many people, beside a bare matrix product of the same width.

    python tests/benchmarks/bench_roles.py [--sizes 10000x5000,4000x20000] [--rounds 7] [--one-core]

Its tables are kept in ``RESULTS.md`` beside it.

A made-up agency: posts that ask for 12 of 64 competencies, people on 1,500 of them, 60 families,
20 affairs, 3,000 different texts of duties, three posts out of each that somebody moved to, whole
levels. Rules leave 20 % of the posts: by class of people and of posts, by must-have levels, and the
own post. The product is people × posts in as many dimensions as there are competencies, in single
precision, operands made beforehand: one likeness, no deficit, no surplus, no rules, no list. The
NumPy path makes the scores of every pair; it is measured on fewer people.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from bench_kernel import CORES, machine, timed

from recommender.kernels import lanes
from recommender.kernels.role_problem import AlikeRows, Asked, Curve, Entries, Posts, RoleProblem
from recommender.masks import Classes, Mask, Pairs
from recommender.results import MICRO

K = 20
COMPETENCIES, ASKED, HELD, FAMILIES, AFFAIRS, TEXTS, MOVES = 64, 12, 1500, 60, 20, 3000, 3
TIERS, FIELDS, PERSON_CLASSES, POST_CLASSES, OPEN = 20, 90, 200, 400, 0.3
LEVELS, MUST = 5, 2


def nothing(n: int) -> Entries:
    """Return ``n`` empty rows."""
    return Entries(np.zeros(n + 1, np.int64), np.zeros(0, np.int32), np.zeros(0))


def agency(n: int, m: int, seed: int = 0) -> RoleProblem:
    """Make one, with all terms."""
    rng = np.random.default_rng(seed)
    competency = np.sort(_some(rng, m, COMPETENCIES, ASKED), axis=1)
    level = rng.integers(1, LEVELS + 1, competency.shape) * 1000
    weight = rng.choice((1000, 2000, 4000), competency.shape)
    job = rng.integers(0, min(HELD, m), n).astype(np.int32)
    levels = rng.integers(0, LEVELS + 1, (n, COMPETENCIES)) * 1000
    each = np.arange(n)[:, None]
    levels[each, competency[job]] = np.maximum(levels[each, competency[job]], level[job] - 1000)
    start = np.arange(m + 1, dtype=np.int64) * ASKED
    sums = weight.sum(axis=1).astype(np.float64)
    vector = (levels * 3).astype(np.float64)
    ask = (level * 3).astype(np.float64)
    text = rng.integers(0, TEXTS, m).astype(np.int32)
    tier = rng.integers(0, TIERS, m).astype(np.int32)
    to = np.sort(_some(rng, m, m, MOVES), axis=1)
    mask = _mask(rng, levels, job, competency, level)
    return RoleProblem(
        levels.astype(np.int32),
        vector,
        np.sqrt((vector**2).sum(axis=1)),
        job,
        rng.integers(0, FIELDS, n).astype(np.int32),
        np.append(rng.integers(0, MICRO, (n, FAMILIES)), np.zeros((n, 1), np.int64), axis=1),
        Asked(
            start,
            competency.ravel().astype(np.int32),
            level.ravel().astype(np.float64),
            weight.ravel().astype(np.float64),
            weight.ravel().astype(np.float64),
            sums,
            sums,
            Entries(start, competency.ravel().astype(np.int32), ask.ravel()),
            np.sqrt((ask**2).sum(axis=1)),
        ),
        Curve(0.4, 5.1),
        Curve(0.7, 2.3),
        Curve(0.6, 0.9),
        Posts(
            AlikeRows(rng.integers(-MICRO, MICRO, (TEXTS, TEXTS)).astype(np.int32), text, text),
            AlikeRows(np.zeros((1, 1), np.int32), np.zeros(m, np.int32), np.zeros(m, np.int32)),
            rng.integers(0, FAMILIES, m).astype(np.int32),
            rng.integers(0, AFFAIRS, m).astype(np.int32),
            tier,
            rng.integers(-MICRO, MICRO, (m, TIERS + 1, 2, 2)),
            Entries(
                np.arange(m + 1, dtype=np.int64) * MOVES,
                to.ravel().astype(np.int32),
                rng.integers(0, MICRO, to.size).astype(np.float64),
            ),
        ),
        np.append(rng.random((FIELDS, m)) < 0.1, np.zeros((1, m), bool), axis=0),
        300_000,
        mask,
        mask.classes[0].person,
    )


def _mask(
    rng: np.random.Generator,
    levels: np.ndarray,
    job: np.ndarray,
    competency: np.ndarray,
    level: np.ndarray,
) -> Mask:
    """Rules: classes of people and posts, two must-have levels per post, the own post."""
    n, m = len(levels), len(competency)
    of_post = rng.integers(0, PERSON_CLASSES, m)[job].astype(np.int32)
    kinds = np.arange(COMPETENCIES * LEVELS)
    below = levels[:, kinds // LEVELS] < (kinds % LEVELS + 1) * 1000 - 2000
    must = competency[:, :MUST] * LEVELS + level[:, :MUST] // 1000 - 1
    return Mask(
        n,
        m,
        (
            Classes(
                rng.random((PERSON_CLASSES, POST_CLASSES)) >= OPEN,
                of_post,
                rng.integers(0, POST_CLASSES, (1, m)).astype(np.int32),
            ),
            Classes(below, np.arange(n, dtype=np.int32), np.ascontiguousarray(must.T, np.int32)),
        ),
        Pairs(np.arange(n), job.astype(np.int64)),
    )


def simpler(problem: RoleProblem) -> list[tuple[str, RoleProblem]]:
    """Return the question with one term more each time, all of them in the last."""
    alike = problem.posts.duties
    unlike = replace(alike, points=np.zeros_like(alike.points))
    none = replace(
        problem.posts,
        duties=unlike,
        usual=np.zeros_like(problem.posts.usual),
        moved=nothing(problem.mask.n_items),
    )
    found = [
        (
            "likeness, deficit, surplus",
            replace(
                problem, posts=none, accepted=0, served=np.zeros_like(problem.served),
                job=np.full_like(problem.job, -1),
            ),
        )
    ]  # fmt: skip

    def add(name: str, **changes: object) -> None:
        found.append((name, replace(found[-1][1], **changes)))

    posts = problem.posts
    add("present post: family, affair, moves", job=problem.job, posts=replace(
        posts, duties=unlike))  # fmt: skip
    add("present post: texts of duties", posts=posts)
    add("field of study", accepted=problem.accepted)
    add("years served", served=problem.served)
    return found


def product(problem: RoleProblem) -> Callable[[], None]:
    """Return the bare product."""
    people = problem.vector.astype(np.float32)
    posts = np.zeros((problem.mask.n_items, COMPETENCIES), np.float32)
    kin = problem.asked.kin
    posts[np.repeat(np.arange(len(posts)), np.diff(kin.start)), kin.column] = kin.value
    out = np.empty((2048, len(posts)), np.float32)

    def run() -> None:
        for start in range(0, len(people), 2048):
            block = people[start : start + 2048]
            np.matmul(block, posts.T, out=out[: len(block)])

    return run


def report(n: int, m: int, rounds: int, cores: int) -> list[str]:
    """Return the table of one size."""
    made = agency(n, m)
    asked = simpler(made)
    sample = np.arange(0, n, max(1, n // 200))
    share = made.mask.allowed(sample).mean()
    tasks: dict[str, Callable[[], object]] = {"sgemm of the same width, no list": product(made)}
    tasks |= {name: _kernel(problem, cores) for name, problem in asked}
    seconds = timed(tasks, rounds, cores)
    first, before = next(iter(seconds.values())), 0.0
    lines = [
        f"### {n:,} people × {m:,} posts, {share:.0%} of the pairs allowed",
        "",
        "| terms, one more each line (compiled), best 20 | ms | costs ms | G pairs/s | × product |",
        "|---|---|---|---|---|",
    ]
    for place, (name, taken) in enumerate(seconds.items()):
        cost = f"{(taken - before) * 1e3:+.0f}" if place else ""
        label = f"+ {name}" if place else name
        lines.append(
            f"| {label} | {taken * 1e3:.0f} | {cost} | {n * m / taken / 1e9:.2f} "
            f"| {first / taken:.2f} |"
        )
        before = taken if place else 0.0
    return [*lines, ""]


def _kernel(problem: RoleProblem, cores: int) -> Callable[[], object]:
    return lambda: lanes.best_roles(problem, K, threads=cores)


def _some(rng: np.random.Generator, n: int, m: int, k: int) -> np.ndarray:
    return np.array([rng.choice(m, k, replace=False) for _ in range(n)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000x5000,4000x20000")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--one-core", action="store_true")
    asked = parser.parse_args()
    cores = 1 if asked.one_core else CORES
    how = (
        "Processor time of one core." if asked.one_core else f"Time passed, {CORES} cores at work."
    )
    command = "`bench_roles.py --one-core`" if asked.one_core else "`bench_roles.py`"
    lines = [f"## Scores and lists of posts ({command})", "", f"{machine()} {how}", ""]
    for size in asked.sizes.split(","):
        n, m = (int(part) for part in size.split("x"))
        lines += report(n, m, asked.rounds, cores)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
