"""Random small planning problems, and every plan there is by plain enumeration."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from recommender.plan.problem import NO_LIMIT, Limits, Problem, evaluate

DAYS = 360


def random_problem(seed: int, trainings: int = 6, most: int = 4) -> Problem:
    """Draw a problem in which every limit, chain and tie occurs now and then."""
    draw = np.random.default_rng(seed)
    rows = []
    for training in range(trainings):
        for _ in range(int(draw.integers(1, 3))):
            begin = int(draw.integers(0, DAYS))
            rows.append((begin, begin + int(draw.integers(0, 40)), training))
    rows.sort()
    begin, end, training = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    n = len(rows)
    ready = (end[:, None] < begin[None, :]) & (np.arange(n)[:, None] < np.arange(n))
    overlap = (begin[:, None] <= end[None, :]) & (begin[None, :] <= end[:, None])
    parallel = draw.random(n) < 0.3
    locked = np.zeros(n, bool)
    if draw.random() < 0.3:
        locked[draw.integers(n)] = True
    clash = overlap & ~parallel[:, None] & ~parallel[None, :] & ~np.eye(n, dtype=bool)
    n_competencies, steps = 3, 4
    segment_competency = np.repeat(np.arange(n_competencies), steps)
    segment_length = draw.choice([250, 500, 1000], n_competencies * steps)
    of_training = []
    for _ in range(trainings):
        parts = []
        for competency in np.flatnonzero(draw.random(n_competencies) < 0.5):
            low = int(draw.integers(0, steps))
            high = int(draw.integers(low + 1, steps + 1))
            mask = np.zeros(n_competencies * steps, bool)
            mask[competency * steps + low : competency * steps + high] = True
            need = int(draw.choice([-500, 0, 250, 1000]))
            parts.append((int(competency), need, mask))
        of_training.append(parts)
    parts = [(o, *part) for o in range(n) for part in of_training[training[o]]]
    shape = (0, n_competencies * steps)
    needs_of = [
        tuple(t for t in range(trainings) if t != own and draw.random() < 0.08)
        for own in range(trainings)
    ]
    load = np.zeros((n, 12), np.int64)
    hours = draw.choice([4000, 16000, 20000, 40000], trainings)[training]
    for o in np.flatnonzero(draw.random(n) < 0.8).tolist():
        months = range(min(begin[o] // 30, 11), min(end[o] // 30, 11) + 1)
        for month in months:
            load[o, month] = hours[o] // len(months)
    return Problem(
        training=training,
        n_trainings=trainings,
        clash=clash,
        ready=ready,
        needs=tuple(needs_of[t] for t in training.tolist()),
        part_option=np.array([p[0] for p in parts], np.int64),
        part_competency=np.array([p[1] for p in parts], np.int64),
        part_need=np.array([p[2] for p in parts], np.int64),
        part_mask=np.array([p[3] for p in parts], bool) if parts else np.zeros(shape, bool),
        segment_competency=segment_competency,
        segment_length=segment_length,
        segment_weight=draw.choice([0, 0, 100_000, 300_000], n_competencies * steps),
        extra=draw.integers(-6, 4, trainings)[training] * 50_000,
        badge=(draw.random((trainings, 2)) < 0.3)[training],
        badge_weight=draw.choice([0, 150_000], 2),
        hours=hours,
        load=load,
        cost=draw.choice([0, 1_000_000, 5_000_000], trainings)[training],
        mix=draw.choice([-1, 0, 1, 2], trainings)[training].astype(np.int8),
        locked=locked,
        limits=Limits(
            courses=int(draw.integers(1, most + 1)),
            budget=int(draw.choice([NO_LIMIT, 3_000_000, 6_000_000])),
            load=int(draw.choice([NO_LIMIT, 20_000, 40_000])),
            room=int(draw.choice([NO_LIMIT, 30_000, 60_000])),
            year=int(draw.choice([NO_LIMIT, 36_000, 60_000])),
            target=int(draw.choice([0, 20_000, 60_000])),
            hour_penalty=int(draw.choice([0, 10, 50])),
            mix=(700, 200, 100),
            mix_penalty=int(draw.choice([0, 100_000])),
        ),
    )


def every_plan(problem: Problem) -> list[tuple[int, tuple[int, ...]]]:
    """Return the value and the options of every possible plan."""
    size = max(problem.limits.courses, int(problem.locked.sum()))
    found = []
    for count in range(size + 1):
        for chosen in itertools.combinations(range(len(problem)), count):
            worth = evaluate(problem, chosen)
            if worth is not None:
                found.append((worth.value, chosen))
    return found


@pytest.fixture(scope="session")
def problems() -> SimpleNamespace:
    """Return the makers of random problems and of all plans."""
    return SimpleNamespace(random=random_problem, every_plan=every_plan)
