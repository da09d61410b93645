"""Scores and the best 20 of many people, beside a bare matrix product and other libraries.

    python tests/benchmarks/bench_kernel.py [--sizes 10000x5000,4000x20000] [--rounds 7]
                                            [--one-core]

Its tables are kept in ``RESULTS.md`` beside it.

A made-up agency: 1,500 posts that ask for 12 of 64 competencies, gaps in 5 of them, trainings that
raise 1–6, 200 eligibility classes with 20 % of the trainings each, 5 trainings taken, whole levels.
Every method runs once per round, in turn, on all cores, with its operands made beforehand; ratios
are of the medians. ``--one-core`` counts seconds of the processor on one core instead, which stay
the same on a machine that works for others as well. The bare product gives scores only: no masks,
no list, no other term. What peers rank is the gap on the present post alone; the lists of the
kernel for that are compared with the product's own. The rows of the second table add one term
after the other.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from recommender.kernels import arrays, lanes
from recommender.kernels.problem import (
    Alike,
    Distinct,
    Gap,
    Needs,
    Problem,
    Shared,
    Sparse,
)
from recommender.masks import Classes, Mask, Pairs
from recommender.results import MICRO
from recommender.similarity.gaps import Outcomes, StepLimits

K = 20
JOBS, ASKED, LACKED, COMPETENCIES, CLASSES, OPEN, TAKEN = 1500, 12, 5, 64, 200, 0.2, 5
LEVELS = 5
CORES = len(os.sched_getaffinity(0))
BLOCK = 2048


@dataclass(frozen=True)
class Agency:
    """A question with the gap on the present post alone, and the same as vectors."""

    problem: Problem
    people: np.ndarray
    items: np.ndarray
    job: np.ndarray


def agency(n: int, m: int, seed: int = 0) -> Agency:
    """Make one."""
    rng = np.random.default_rng(seed)
    required = np.full((JOBS, COMPETENCIES), -1, np.int32)
    some = rng.random((JOBS, COMPETENCIES)).argsort(axis=1)[:, :ASKED]
    rows = np.arange(JOBS)[:, None]
    required[rows, some] = rng.integers(1, LEVELS + 1, some.shape) * 1000
    weight = np.where(required > 0, rng.choice((1000, 2000, 4000), required.shape), 0)
    job = rng.integers(0, JOBS, n).astype(np.int32)
    levels = np.maximum(required[job], rng.integers(0, LEVELS + 1, (n, COMPETENCIES)) * 1000)
    lacked = rng.permuted(some[job], axis=1)[:, :LACKED]
    each = np.arange(n)[:, None]
    levels[each, lacked] = rng.integers(0, required[job[:, None], lacked] // 1000) * 1000

    raised = rng.random((m, COMPETENCIES)).argsort(axis=1) < rng.integers(1, 7, m)[:, None]
    groups, items = [], np.zeros((m, COMPETENCIES, LEVELS), np.float32)
    for competency in range(COMPETENCIES):
        own = np.flatnonzero(raised[:, competency]).astype(np.int32)
        low = rng.integers(0, LEVELS, len(own))
        high = np.minimum(low + rng.integers(1, 4, len(own)), LEVELS)
        groups.append(Outcomes(competency, own, low * 1000, high * 1000))
        step = np.arange(LEVELS)
        items[own, competency] = (low[:, None] <= step) & (step < high[:, None])
    step = np.arange(LEVELS) * 1000
    closes = (levels[:, :, None] <= step) & (step < required[job][:, :, None])
    people = (closes * weight[job][:, :, None]).astype(np.float32)

    allowed = np.zeros((CLASSES, m), bool)
    allowed[np.arange(CLASSES)[:, None], _some(rng, CLASSES, m, int(m * OPEN))] = True
    taken = _some(rng, n, m, TAKEN)
    closed = Pairs(np.repeat(np.arange(n), TAKEN), taken.ravel().astype(np.int64))
    row = rng.integers(0, CLASSES, n).astype(np.int32)
    problem = Problem(
        n,
        m,
        Distinct.of(m, COMPETENCIES, groups),
        Gap(
            levels.astype(np.int32),
            required,
            weight.astype(np.int32),
            job,
            np.full(n, -1, np.int32),
            StepLimits(LEVELS * 1000, LEVELS * 1000),
            MICRO / 4_000_000,
            0.0,
        ),
        Needs(np.zeros((1, COMPETENCIES), np.int64), np.zeros(n, np.int32), 0.0),
        np.zeros(m),
        Shared.none(n, m),
        Sparse.none(n),
        Alike.none(n, m),
        np.zeros(m, np.int64),
        Mask(n, m, (Classes(~allowed, row, np.arange(m, dtype=np.int32)[None]),), closed),
        row,
    )
    return Agency(problem, people.reshape(n, -1), items.reshape(m, -1), job)


def richer(agency: Agency, seed: int = 1) -> list[tuple[str, Problem]]:
    """Return the question with one term more each time."""
    rng = np.random.default_rng(seed)
    found = [("gap now", agency.problem)]
    n, m = agency.problem.n_people, agency.problem.n_items

    def add(name: str, **changes: object) -> None:
        found.append((name, replace(found[-1][1], **changes)))

    gap = agency.problem.gap
    following = rng.integers(0, JOBS, n).astype(np.int32)
    add("gap next", gap=replace(gap, following=following, next_scale=gap.now_scale / 2))
    needs = np.zeros((1, COMPETENCIES), np.int64)
    needs[0, :8] = 500
    add("priority (8 competencies)", needs=Needs(needs, np.zeros(n, np.int32), gap.now_scale))
    measured = np.where(rng.random(m) < 0.2, rng.normal(size=m).round(6), 0.0)
    add("effect (a fifth of the trainings)", effect=measured)
    add("constants (fresh, burden)", constant=rng.integers(-MICRO, MICRO, m))
    table = rng.integers(-MICRO, MICRO, (JOBS + 3 + 300, m)).astype(np.int32)
    kind, unit = JOBS + rng.integers(0, 3, n), JOBS + 3 + rng.integers(0, 300, n)
    rows = np.stack([agency.job, kind, unit], axis=1).astype(np.int32)
    for width, name in enumerate(
        ("of the post (duties, peers)", "of the kind of history", "of the unit"), 1
    ):
        add(f"shared row {name}", shared=Shared(table, rows[:, :width]))
    width = 200
    item = np.sort(_some(rng, n, m, width), axis=1).ravel().astype(np.int32)
    start = np.arange(n + 1, dtype=np.int64) * width
    points = rng.integers(0, MICRO, len(item))
    add(f"own history ({width} trainings each)", own=Sparse(start, item, points))
    add(
        "likeness to the own past (64 dimensions)",
        alike=Alike(
            rng.integers(-500_000, 500_000, (n, 64)),
            rng.integers(-512, 513, (m, 64)),
            np.full(n, 0.5),
            float(4096 * 4096 * 1000),
        ),
    )
    return found


def methods(agency: Agency, cores: int) -> dict[str, Callable[[], object]]:
    """Return what is compared on the gap on the present post, the bare product first."""
    problem, people, items = agency.problem, agency.people, np.ascontiguousarray(agency.items)
    out = np.empty((BLOCK, len(items)), np.float32)

    def product() -> None:
        for start in range(0, len(people), BLOCK):
            block = people[start : start + BLOCK]
            np.matmul(block, items.T, out=out[: len(block)])

    found: dict[str, Callable[[], object]] = {
        "thermometer sgemm alone, no list": product,
        "kernel, compiled": lambda: lanes.best(problem, K, threads=cores),
        "kernel, NumPy": lambda: arrays.best(problem, K),
    }
    taken, rule = problem.mask.closed, problem.mask.classes[0]
    shape = (problem.n_people, problem.n_items)
    marks = np.ones(len(taken.item), np.float32)
    seen = sp.csr_matrix((marks, (taken.person, taken.item)), shape)
    by_class = [
        (np.flatnonzero(rule.person == row), np.flatnonzero(~refused))
        for row, refused in enumerate(rule.refused)
    ]
    parts = [
        (people[own], items[some], sp.csr_matrix(seen[own][:, some])) for own, some in by_class
    ]
    try:
        from implicit.cpu.topk import topk
    except ImportError:
        print("implicit is not installed")
    else:

        def unmasked() -> None:
            with threadpool_limits(1, "blas"):  # as implicit asks: it runs threads of its own
                topk(items, people, K, num_threads=cores)

        def masked() -> None:
            with threadpool_limits(1, "blas"):
                for own, some, done in parts:
                    topk(some, own, K, filter_query_items=done, num_threads=cores)

        found["implicit top-k, no masks"] = unmasked
        found["implicit top-k per class, taken filtered"] = masked
    try:
        import faiss
    except ImportError:
        print("faiss is not installed")
    else:
        index = faiss.IndexFlatIP(items.shape[1])
        index.add(items)
        faiss.omp_set_num_threads(cores)
        found["faiss IndexFlatIP, no masks"] = lambda: index.search(people, K)
    return found


def check(agency: Agency) -> None:
    """Hold the kernel's lists to the product's own scores, and both paths to one another."""
    problem = agency.problem
    found, other = lanes.best(problem, K), arrays.best(problem, K)
    assert np.array_equal(found.item, other.item)
    assert np.array_equal(found.micro, other.micro)
    for person in range(0, problem.n_people, problem.n_people // 50):
        score = (agency.items @ agency.people[person]).astype(float) * 1000 * problem.gap.now_scale
        score[~problem.mask.allowed(np.array([person]))[0]] = -1
        assert np.array_equal(found.micro[person], -np.sort(-score)[:K])


def timed(tasks: dict[str, Callable[[], object]], rounds: int, cores: int) -> dict[str, float]:
    """Return the median seconds of each; all run once in every round, after one for warmth."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    clock = time.process_time if cores == 1 else time.perf_counter
    with threadpool_limits(cores):
        for turn in range(rounds + 1):
            for name, task in tasks.items():
                begun = clock()
                task()
                if turn:
                    seconds[name].append(clock() - begun)
    return {name: median(taken) for name, taken in seconds.items()}


def report(n: int, m: int, rounds: int, cores: int) -> list[str]:
    """Return the two tables of one size."""
    made = agency(n, m)
    check(made)
    seconds = timed(methods(made, cores), rounds, cores)
    first = next(iter(seconds.values()))
    lines = [
        f"### {n:,} people × {m:,} trainings",
        "",
        "| gap on the present post, best 20 | ms | G pairs/s | × bare product |",
        "|---|---|---|---|",
    ]
    for name, taken in seconds.items():
        lines.append(
            f"| {name} | {taken * 1e3:.0f} | {n * m / taken / 1e9:.2f} | {first / taken:.2f} |"
        )
    asked = richer(made)
    tasks: dict[str, Callable[[], object]] = {
        "product": methods(made, cores)["thermometer sgemm alone, no list"]
    }
    tasks |= {name: _kernel(problem, cores) for name, problem in asked}
    tasks["NumPy"] = lambda: arrays.best(asked[-1][1], K)
    seconds = timed(tasks, rounds, cores)
    first, before = seconds.pop("product"), 0.0
    lines += [
        "",
        "| terms, one more each line (compiled) | ms | costs ms | × bare product |",
        "|---|---|---|---|",
    ]
    for name, taken in seconds.items():
        label, cost = f"+ {name}", f"{(taken - before) * 1e3:+.0f}"
        if name == "NumPy":
            label, cost = "all terms, NumPy", ""
        lines.append(f"| {label} | {taken * 1e3:.0f} | {cost} | {first / taken:.2f} |")
        before = taken
    return [*lines, ""]


def machine() -> str:
    """Say where this ran."""
    import numba

    names = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return (
        f"{names[0] if names else platform.processor()}, {CORES} cores, {platform.system()}, "
        f"Python {platform.python_version()}, NumPy {np.__version__}, numba {numba.__version__}."
    )


def _kernel(problem: Problem, cores: int) -> Callable[[], object]:
    return lambda: lanes.best(problem, K, threads=cores)


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
    command = "`bench_kernel.py --one-core`" if asked.one_core else "`bench_kernel.py`"
    lines = [f"## Scores and lists of trainings ({command})", "", f"{machine()} {how}", ""]
    for size in asked.sizes.split(","):
        n, m = (int(part) for part in size.split("x"))
        lines += report(n, m, asked.rounds, cores)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
