"""Per person, what a ranking gave beside what the rules left to give; in: lists, out: measures.

What law closes is never counted against a ranking: except for ``everybody``, a measure looks only
at people for whom the rules leave something. Whether they do is asked of the gates again wherever
a list is not full, so that a list cut short is seen whoever cut it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.engine import Engine
from recommender.fairness.floors import Floors
from recommender.fairness.lists import Given, Lists
from recommender.kernels import choose
from recommender.similarity.gaps import Target, closed, outcomes_by_competency
from training_data import reference

BLOCK = 1024
MEASURES = (
    "training.everybody",
    "training.selected",
    "training.exposure",
    "training.opportunity",
    "training.costly",
    "role.everybody",
    "role.selected",
    "role.exposure",
    "role.opportunity",
    "role.candidates",
    "role.candidate_exposure",
)

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Measure:
    """One number between 0 and 1 per person.

    Attributes:
        name: one of ``MEASURES``.
        base: whom it speaks of.
        value: float64, 0 outside the base.
    """

    name: str
    base: Flags
    value: NDArray[np.float64]


def measures(engine: Engine, lists: Lists, floors: Floors) -> list[Measure]:
    """Return every measure of one kind."""
    kind, given, n = lists.kind, lists.given(), len(engine.employee_ids)
    lines = np.bincount(given.person, minlength=n)
    wanted = _Training(engine, given, floors) if kind == "training" else _Role(engine, given)
    available = np.full(n, lists.k, np.int64)
    possible = wanted.met.copy()
    asked = np.flatnonzero((lines < lists.k) | (wanted.need & ~wanted.met))
    for rows, allowed in _allowed(engine, lists, asked):
        available[rows] = np.minimum(allowed.sum(axis=1), lists.k)
        possible[rows] |= wanted.answered(rows, allowed)
    left = available > 0
    some = lines > 0
    seen = np.bincount(given.person, weights=_discount(given.rank), minlength=n)
    whole = np.concatenate([[0.0], np.cumsum(_discount(np.arange(1, lists.k + 1)))])
    exposure = np.divide(seen, whole[available], out=np.zeros(n), where=left)
    found = [
        Measure(f"{kind}.everybody", np.ones(n, bool), some.astype(float)),
        _measure(f"{kind}.selected", left, some),
        _measure(f"{kind}.exposure", left, np.minimum(exposure, 1.0)),
        _measure(f"{kind}.opportunity", wanted.need & possible, wanted.met),
    ]
    if kind == "role":
        best = _best_place(given, n)
        sight = np.divide(1.0, np.log2(1.0 + np.maximum(best, 1)))
        first = (best > 0) & (best <= floors.first)
        found.append(_measure("role.candidates", left, first))
        found.append(_measure("role.candidate_exposure", left, np.where(best > 0, sight, 0.0)))
    else:
        costly = _costly(engine, floors.costly)
        if costly.any():
            offered = np.bincount(given.person, weights=costly[given.item], minlength=n) > 0
            found.append(_measure("training.costly", left, offered))
    return found


def _measure(name: str, base: Flags, value: NDArray[np.float64] | Flags) -> Measure:
    return Measure(name, base, np.where(base, value.astype(np.float64), 0.0))


def _discount(rank: NDArray[np.int64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1.0 / np.log2(1.0 + rank)
    return found


def _allowed(
    engine: Engine, lists: Lists, people: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], Flags]]:
    """Yield blocks of people with what the rules leave them."""
    gates = engine.eligibility.gates(lists.kind)
    for start in range(0, len(people), BLOCK):
        rows = people[start : start + BLOCK]
        yield rows, choose.allowed(gates.mask(rows))


def _best_place(given: Given, n: int) -> NDArray[np.int64]:
    """Return each person's best place among those to whom the same post is suggested; 0 none."""
    order = np.lexsort((given.person, -given.micro, given.item))
    item, person = given.item[order], given.person[order]
    start = np.searchsorted(item, item)
    place = np.arange(len(item)) - start + 1
    best = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(best, person, place)
    best[best == np.iinfo(np.int64).max] = 0
    return best


def _costly(engine: Engine, share: float) -> Flags:
    cost = engine.snapshot.trainings.cost
    known = ~np.isnan(cost) & (cost > 0)
    if not known.any():
        return np.zeros(len(cost), bool)
    return known & (np.nan_to_num(cost) >= np.quantile(cost[known], 1 - share))


class _Training:
    """Need: an open gap of some size. Met: a suggestion that closes some of such a gap."""

    def __init__(self, engine: Engine, given: Given, floors: Floors) -> None:
        self.facts = engine.prepared.facts
        self.trainings = engine.snapshot.trainings
        self.least = floors.least_gap
        self.groups = outcomes_by_competency(self.trainings)
        n = len(engine.employee_ids)
        self.need, self.met = np.zeros(n, bool), np.zeros(n, bool)
        order = np.argsort(given.person, kind="stable")
        person, item = given.person[order], given.item[order]
        for start in range(0, n, BLOCK):
            rows = np.arange(start, min(start + BLOCK, n))
            first, last = np.searchsorted(person, [start, start + BLOCK])
            levels, targets = self._of(rows)
            needed = self._needed(levels, targets)
            self.need[rows] = np.any([needed_of.any(axis=1) for needed_of in needed], axis=0)
            local, competency, low, high = self._taught(
                person[first:last] - start, item[first:last]
            )
            h = levels[local, competency]
            limits = self.facts.policy.limits
            for target, open_gap in zip(targets, needed, strict=True):
                bottom = np.maximum(np.maximum(h, target.low[local, competency]), low)
                top = np.minimum(
                    np.minimum(target.high[local, competency], high), h + limits.max_step
                )
                closes = (h >= low - limits.slack) & (top > bottom) & open_gap[local, competency]
                self.met[start + local[closes]] = True

    def answered(self, rows: NDArray[np.int64], allowed: Flags) -> Flags:
        """Return for whom an allowed training closes some of a needed gap, ``[len(rows)]``."""
        found = np.zeros((len(rows), len(self.trainings)), bool)
        levels, targets = self._of(rows)
        for target, needed in zip(targets, self._needed(levels, targets), strict=True):
            for group in self.groups:
                people = np.flatnonzero(needed[:, group.competency])
                if len(people):
                    part = Target(target.low[people], target.high[people], target.weight[people])
                    closes = closed(levels[people], part, group, self.facts.policy.limits) > 0
                    at, outcome = np.nonzero(closes)
                    found[people[at], group.training[outcome]] = True
        answered: Flags = np.any(found & allowed, axis=1)
        return answered

    def _of(self, rows: NDArray[np.int64]) -> tuple[Ints, tuple[Target, Target]]:
        facts = self.facts
        now, following = facts.now[rows], facts.following.row[rows]
        return facts.profile.levels(rows), (
            Target.present(facts.standards, now),
            Target.following(facts.standards, now, following),
        )

    def _needed(self, levels: Ints, targets: tuple[Target, Target]) -> list[Flags]:
        return [
            (levels != UNKNOWN) & (t.high - np.maximum(levels, t.low) >= self.least)
            for t in targets
        ]

    def _taught(
        self, person: NDArray[np.int64], item: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], Ints, Ints, Ints]:
        """Return one entry per suggestion and outcome of its training."""
        t = self.trainings
        start = np.searchsorted(t.outcome_training, item, side="left")
        times = np.searchsorted(t.outcome_training, item, side="right") - start
        offset = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        outcome = np.repeat(start, times) + offset
        return (
            np.repeat(person, times),
            t.outcome_competency[outcome],
            t.outcome_from[outcome],
            t.outcome_to[outcome],
        )


class _Role:
    """Need: a next post is known. Met: a suggestion on the tier of the next post."""

    def __init__(self, engine: Engine, given: Given) -> None:
        facts = engine.prepared.facts
        self.jobs = engine.snapshot.jobs
        tier_of = np.append(self.jobs.tier, np.int32(UNKNOWN))
        following = facts.following.row
        is_job = (following >= 0) & (following < len(self.jobs))
        self.tier = tier_of[np.where(is_job, following, UNKNOWN)]
        for tier in range(len(reference.tiers())):
            row = facts.standards.of_tier(tier)
            if row >= len(self.jobs):
                self.tier[following == row] = tier
        self.need = self.tier >= 0
        self.met = np.zeros(len(self.need), bool)
        same = self.need[given.person] & (tier_of[given.item] == self.tier[given.person])
        self.met[given.person[same]] = True

    def answered(self, rows: NDArray[np.int64], allowed: Flags) -> Flags:
        """Return for whom an allowed post is on the tier of the next one, ``[len(rows)]``."""
        found = np.zeros(len(rows), bool)
        tiers = self.tier[rows]
        for tier in np.unique(tiers[tiers >= 0]):
            people, posts = np.flatnonzero(tiers == tier), np.flatnonzero(self.jobs.tier == tier)
            found[people] = allowed[np.ix_(people, posts)].any(axis=1)
        return found
