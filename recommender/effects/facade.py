"""Evidence of effect: how much of what people lack each training closes, and how sure that is.

In: a snapshot and the rules. Out: ``Effects``, aligned to the catalogue; nothing in it names a
person. What is estimated is the mean share of the missing levels (from the level before up to the
level claimed, within the step one training may lift, for who was prepared) that the people who
took it gained, beyond growth at work and other trainings between.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from recommender.columns import UNKNOWN, Ints
from recommender.effects.before import Before
from recommender.effects.course import Course, follow
from recommender.effects.estimate import Belief, Solution, matrix, solve
from recommender.effects.exposure import Exposures
from recommender.effects.pairs import Floats, Pairs, Rows
from recommender.estimate import Errors, Observations
from recommender.estimate.sources import learn
from recommender.snapshot import Snapshot
from training_data.reference.packs import Rules

_PASSES = 4
_CONSTANT, _GROWTH, _TIME = range(3)


@dataclass(frozen=True)
class Effects:
    """What was measured, per training in the order of the catalogue.

    Attributes:
        share: believed share of the missing levels that is closed; the usual one where nothing
            was measured.
        error: its standard error.
        low, high: interval of the share.
        missing: mean missing levels of who took it, 0 where nothing was measured.
        pairs, people: observed pairs and distinct people.
        usual: centre of the catalogue's shares.
        spread: spread of the shares around it.
        growth: share of the shortfall that a year of work closes without training.
        selection: see ``Before``.
        level: probability the interval is meant to hold the share with.
    """

    share: Floats
    error: Floats
    low: Floats
    high: Floats
    missing: Floats
    pairs: Rows
    people: Rows
    usual: float
    spread: float
    growth: float
    selection: float
    level: float

    @classmethod
    def fit(cls, snapshot: Snapshot, rules: Rules) -> Effects:
        """Estimate every training of the catalogue."""
        stated = rules.rule("training.effect").params
        belief = Belief(float(stated["share"]), float(stated["spread"]), float(stated["courses"]))
        level = float(stated["interval"])
        steps = rules.rule("competency.gap_steps").params
        limits = (float(steps["max_steps"]), float(steps["level_from_tolerance"]))
        pairs = Pairs.of(snapshot)
        exposures = Exposures.of(snapshot, pairs)
        n = len(snapshot.trainings)
        if not len(exposures):
            return cls._unmeasured(n, belief, level, float(stated["selection"]))
        errors = learn(Observations.of(snapshot), Errors.of(rules))
        found = _Fit(pairs, exposures, errors, belief, limits, float(stated["selection"]), n).run()
        return cls._measured(found, n, level)

    @classmethod
    def _unmeasured(cls, n: int, belief: Belief, level: float, selection: float) -> Effects:
        share, error = np.full(n, belief.mean), np.full(n, belief.spread)
        none = np.zeros(n, np.int64)
        return cls(
            share, error, *_interval(share, error, level), np.zeros(n), none, none.copy(),
            belief.mean, belief.spread, 0.0, selection, level,
        )  # fmt: skip

    @classmethod
    def _measured(cls, fit: _Fit, n: int, level: float) -> Effects:
        solution, seen = fit.solution, fit.seen
        share, error = np.full(n, solution.mean), np.full(n, solution.spread)
        share[seen], error[seen] = solution.share, solution.error
        share, error = share.round(6), error.round(6)
        pairs = np.bincount(fit.exposures.training, minlength=n)
        missing = np.bincount(fit.exposures.training, fit.course.missing, n) / np.maximum(pairs, 1)
        who = np.stack([fit.exposures.training, fit.pairs.person[fit.exposures.pair]], axis=1)
        people = np.bincount(np.unique(who, axis=0)[:, 0], minlength=n)
        return cls(
            share, error, *_interval(share, error, level), missing.round(6), pairs, people,
            solution.mean, solution.spread, round(float(solution.common[_GROWTH]), 6),
            round(fit.before.selection, 6), level,
        )  # fmt: skip

    def aligned(self, old_rows: Ints) -> Effects:
        """Return the effects in other rows; what is new is as usual and not measured."""
        known = old_rows != UNKNOWN
        n = len(old_rows)
        share, error = np.full(n, self.usual).round(6), np.full(n, self.spread).round(6)
        share[known], error[known] = self.share[old_rows[known]], self.error[old_rows[known]]
        counts = [np.zeros(n, a.dtype) for a in (self.missing, self.pairs, self.people)]
        for new, old in zip(counts, (self.missing, self.pairs, self.people), strict=True):
            new[known] = old[old_rows[known]]
        return Effects(
            share, error, *_interval(share, error, self.level), *counts,
            self.usual, self.spread, self.growth, self.selection, self.level,
        )  # fmt: skip


class _Fit:
    """Alternates between the way from before to after and the shares that explain it."""

    def __init__(
        self, pairs: Pairs, exposures: Exposures, errors: Errors, belief: Belief,
        limits: tuple[float, float], selection: float, n: int,
    ) -> None:  # fmt: skip
        self.pairs, self.exposures, self.errors = pairs, exposures, errors
        self.belief, self.limits, self.believed, self.n = belief, limits, selection, n
        self.seen, self.column = np.unique(exposures.training, return_inverse=True)
        self.bias = np.asarray(errors.bias, float)
        self.reference = int(np.unique(pairs.source_before)[0])
        self.before: Before
        self.course: Course
        self.solution: Solution

    def run(self) -> _Fit:
        pairs, exposures = self.pairs, self.exposures
        share, growth = np.full(self.n, self.belief.mean), 0.0
        start = (self.belief.mean, self.belief.spread)
        error = np.asarray(self.errors.error)
        scale, uneven = 1.0, 0.0
        for _ in range(_PASSES):
            self.before = Before.of(pairs, exposures, self.errors, self.bias, self.believed)
            self.course = follow(pairs, exposures, self.before, share, growth, self.limits)
            gained = np.bincount(
                exposures.pair, share[exposures.training] * self.course.missing, len(pairs)
            )
            base = error[pairs.source_after] ** 2 + self.before.variance
            base = base + self.errors.drift * pairs.years
            weight = 1.0 / (scale * base + uneven * gained**2)
            rise = pairs.after - self.bias[pairs.source_after] - self.before.mean
            self.solution = solve(
                rise,
                self._common(share),
                matrix(exposures.pair, self.column, self.course.missing,
                       (len(pairs), len(self.seen))),
                weight, self.belief, start,
            )  # fmt: skip
            start = (self.solution.mean, self.solution.spread)
            share = np.full(self.n, self.solution.mean)
            share[self.seen] = self.solution.share
            share = np.clip(share, 0.0, 1.0)
            growth = float(np.clip(self.solution.common[_GROWTH], 0.0, 1.0))
            scale, uneven = _noise(self.solution.left, base, gained)
            self._learn_bias()
        return self

    def _common(self, share: Floats) -> Floats:
        pairs, exposures = self.pairs, self.exposures
        sources = len(self.bias)
        head = np.zeros((len(pairs), sources))
        source = pairs.source_before[exposures.pair]
        np.add.at(
            head, (exposures.pair, source), share[exposures.training] * self.course.headroom
        )
        head[:, self.reference] = 0.0
        differ = np.zeros((len(pairs), sources))
        row = np.arange(len(pairs))
        np.add.at(differ, (row, pairs.source_after), 1.0)
        np.add.at(differ, (row, pairs.source_before), -1.0)
        return np.column_stack(
            [np.ones(len(pairs)), self.course.short, pairs.years, head, differ]
        )

    def _learn_bias(self) -> None:
        """Levels that one lacks beyond what a lenient source shows are closed as well."""
        k, sources = _TIME + 1, len(self.bias)
        self.bias = self.bias + np.clip(self.solution.common[k : k + sources], -1.0, 1.0)


def _noise(left: Floats, base: Floats, gained: Floats) -> tuple[float, float]:
    """Return by how much errors exceed the sources' and gains differ among people."""
    design = np.stack([np.ones(len(left)), gained**2 / base], axis=1)
    inner = design.T @ design + 1e-6 * np.eye(2)
    scale, uneven = np.linalg.solve(inner, design.T @ (left**2 / base))
    return max(float(scale), 0.05), max(float(uneven), 0.0)


def _interval(share: Floats, error: Floats, level: float) -> tuple[Floats, Floats]:
    half = NormalDist().inv_cdf(0.5 + level / 2) * error
    return (share - half).round(6), (share + half).round(6)
