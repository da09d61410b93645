"""Which trainings need not be compared: those that enough others replace, then the least useful.

In: the trainings that could help a person. Out: fewer of them. The first step keeps a best plan;
the second keeps as many as are compared exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recommender.plan.cells import Cells
from recommender.plan.learner import Availability, Learner, month_load
from recommender.plan.offers import Offers, Session
from recommender.plan.problem import Limits


def worth(training: int, cells: Cells, learner: Learner, offers: Offers, limits: Limits) -> int:
    """Return what a training can add to a plan at most."""
    hours = min(int(offers.hours[training]), limits.target)
    return (
        int(cells.weight @ cells.reach(training))
        + int(learner.badge_weight @ learner.badges[training])
        + int(learner.extra[training])
        + limits.hour_penalty * hours
    )


def undominated(
    pool: list[int],
    cells: Cells,
    learner: Learner,
    offers: Offers,
    lacking: Sequence[tuple[int, ...]],
    available: Availability,
    limits: Limits,
    codes: Sequence[str],
) -> list[int]:
    """Leave out trainings for which enough others are at least as good in every way.

    With as many such others as a plan has places, one of them is free in any plan that holds the
    training; put in its place it gives a plan that is possible and worth no less. So some best
    plan remains. At least as good means: covers all of it without needing anything first, gains
    its badges, has the same hours in the same class, no higher price, no smaller extra, and for
    each of its sessions one that lies within it (or needs no date) and loads no month more.
    """
    needed = {t for some in lacking for t in some}
    order = sorted(pool, key=lambda t: (-worth(t, cells, learner, offers, limits), codes[t]))
    rows = np.array(order, np.int64)
    masks = np.array([cells.reach(t) for t in order], bool).reshape(len(order), len(cells.begin))
    at_once = np.array([not lacking[t] and cells.at_once(t) for t in order])
    extra, hours, mix, cost, badges, parallel = (
        values[rows]
        for values in (
            learner.extra, offers.hours, offers.mix, offers.cost, learner.badges, offers.parallel,
        )
    )  # fmt: skip
    undated = np.array([None in available.of(t) for t in order], bool)
    kept = np.zeros(len(order), bool)
    for place, training in enumerate(order):
        kept[place] = True
        if training in needed:
            continue
        good = kept[:place] & at_once[:place] & (extra[:place] >= extra[place])
        good &= (hours[:place] == hours[place]) & (mix[:place] == mix[place])
        good &= (cost[:place] <= cost[place]) & (parallel[:place] | ~parallel[place])
        good &= ~(masks[place] & ~masks[:place]).any(axis=1)
        good &= ~(badges[place] & ~badges[:place]).any(axis=1)
        # Who needs no date replaces anybody; who has dates, only those that have dates too.
        better = int((good & undated[:place]).sum())
        theirs = available.of(training)
        for other in np.flatnonzero(good & ~undated[:place] & ~undated[place]).tolist():
            if better >= limits.courses:
                break
            better += _in_time(available.of(order[other]), theirs, int(hours[place]))
        kept[place] = better < limits.courses
    return sorted(rows[kept].tolist())


def _in_time(
    ours: tuple[Session | None, ...], theirs: tuple[Session | None, ...], hours: int
) -> bool:
    """Whether for each of their sessions one of ours takes no more of the calendar."""
    return all(
        any(
            o is not None
            and t is not None
            and o.begin >= t.begin
            and o.end <= t.end
            and bool((month_load(o, hours) <= month_load(t, hours)).all())
            for o in ours
        )
        for t in theirs
    )


def most_promising(
    pool: list[int],
    chains: Mapping[int, frozenset[int]],
    cells: Cells,
    learner: Learner,
    offers: Offers,
    limits: Limits,
    candidates: int,
    codes: Sequence[str],
) -> list[int]:
    """Keep the trainings that can add most, each with what must come before it."""
    order = sorted(pool, key=lambda t: (-worth(t, cells, learner, offers, limits), codes[t]))
    kept: set[int] = set()
    for training in order:
        chain = chains.get(training, frozenset([training])) | {training}
        if len(kept | chain) <= candidates:
            kept |= chain
    return sorted(kept)
