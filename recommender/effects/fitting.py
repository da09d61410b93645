"""Stage 6 of effects: levels before, ways between and shares, made to agree with each other.

In: pairs, exposures and errors of sources. Out: ``Fit`` with the last of each. A lenient source
shows less missing than there is, and what is closed beyond what it shows tells of its leniency.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.effects.before import Before
from recommender.effects.course import Course, follow
from recommender.effects.estimate import Belief, Solution, matrix, solve
from recommender.effects.exposure import Exposures
from recommender.effects.pairs import Floats, Pairs
from recommender.estimate import Errors
from training_data.reference.packs import Rules

_PASSES = 6
_DAMPING = 0.6  # leniency and shares explain each other, so full steps would swing
_LEAST_NOISE = 0.05  # keeps weights finite where scores agree with each other exactly
_GROWTH, _TIME = 1, 2


@dataclass(frozen=True)
class Settings:
    """What the packs say of effects.

    Attributes:
        belief: shares before any pair is seen.
        selection: see ``Before``.
        leniency: levels by which sources are believed to differ from what is known of them.
        transfer: by which part of itself a share differs from one group of people to the next.
        growth: spread of what a year of work closes or adds, before data tell.
        limits: levels one training may lift, and levels one may lack below its beginning.
        interval: probability the interval is meant to hold the share with.
        least_people: fewer people are not told of.
    """

    belief: Belief
    selection: float
    leniency: float
    transfer: float
    growth: float
    limits: tuple[float, float]
    interval: float
    least_people: int

    @classmethod
    def of(cls, rules: Rules) -> Settings:
        """Read the packs."""
        stated = rules.rule("training.effect").params
        steps = rules.rule("competency.gap_steps").params
        return cls(
            Belief(float(stated["share"]), float(stated["spread"]), float(stated["courses"])),
            float(stated["selection"]),
            float(stated["leniency"]),
            float(stated["transfer"]),
            float(stated["growth"]),
            (float(steps["max_steps"]), float(steps["level_from_tolerance"])),
            float(stated["interval"]),
            int(stated["least_people"]),
        )


class Fit:
    """Alternates between the way from before to after and the shares that explain it."""

    def __init__(
        self, pairs: Pairs, exposures: Exposures, errors: Errors, settings: Settings, n: int
    ) -> None:
        self.pairs, self.exposures, self.errors = pairs, exposures, errors
        self.settings, self.n = settings, n
        self.seen, self.column = np.unique(exposures.training, return_inverse=True)
        self.bias = np.asarray(errors.bias, float)
        self.reference = int(np.unique(pairs.source_before)[0])
        self.growth = 0.0
        self.before: Before
        self.course: Course
        self.solution: Solution

    def run(self) -> Fit:
        """Alternate a fixed number of times; return itself."""
        pairs, exposures, belief = self.pairs, self.exposures, self.settings.belief
        share = np.full(self.n, belief.mean)
        start = (belief.mean, belief.spread)
        error = np.asarray(self.errors.error)
        scale, uneven = 1.0, 0.0
        for _ in range(_PASSES):
            self.before = Before.of(
                pairs, exposures, self.errors, self.bias, self.settings.selection
            )
            self.course = follow(
                pairs, exposures, self.before, share, self.growth, self.settings.limits
            )
            closed = share[exposures.training] * self.course.missing
            gained = np.asarray(np.bincount(exposures.pair, closed, len(pairs)), np.float64)
            base: Floats = error[pairs.source_after] ** 2 + self.before.variance
            base = base + self.errors.drift * pairs.years
            weight = 1.0 / (scale * base + uneven * gained**2)
            rise = pairs.after - self.bias[pairs.source_after] - self.before.mean
            self.solution = solve(
                rise,
                self._common(share),
                matrix(exposures.pair, self.column, self.course.missing,
                       (len(pairs), len(self.seen))),
                weight, belief, start, self._pull(),
            )  # fmt: skip
            start = (self.solution.mean, self.solution.spread)
            share = np.full(self.n, self.solution.mean)
            share[self.seen] = self.solution.share
            share = np.clip(share, 0.0, 1.0)
            self.growth = float(np.clip(self.solution.common[_GROWTH], 0.0, 1.0))
            scale, uneven = _noise(self.solution.left, base, gained, self.errors.overlap)
            self._learn_bias()
        return self

    def _common(self, share: Floats) -> Floats:
        pairs, exposures = self.pairs, self.exposures
        sources = len(self.bias)
        head = np.zeros((len(pairs), sources))
        source = pairs.source_before[exposures.pair]
        np.add.at(head, (exposures.pair, source), share[exposures.training] * self.course.headroom)
        row = np.arange(len(pairs))
        head[row, pairs.source_before] += self.growth * self.course.below
        head[:, self.reference] = 0.0
        return np.column_stack([np.ones(len(pairs)), self.course.short, pairs.years, head])

    def _pull(self) -> tuple[Floats, Floats]:
        """Leniency is pulled to what scores of several sources at once tell of it."""
        stated = np.asarray(self.errors.bias) - self.bias
        free = np.full(_TIME + 1, 1.0 / self.settings.growth**2)
        precision = np.append(free, np.full(len(stated), 1.0 / self.settings.leniency**2))
        return precision, np.append(np.zeros(_TIME + 1), stated)

    def _learn_bias(self) -> None:
        """Levels that one lacks beyond what a lenient source shows are closed as well."""
        k, sources = _TIME + 1, len(self.bias)
        self.bias = self.bias + _DAMPING * self.solution.common[k : k + sources]


def _noise(left: Floats, base: Floats, gained: Floats, overlap: float) -> tuple[float, float]:
    """Return by how much errors exceed the sources' and how gains differ among people.

    Parameters:
        overlap: pairs at which what is known of sources weighs as much as the data.
    """
    design = np.stack([np.ones(len(left)), gained**2 / base], axis=1)
    pull = np.array([overlap, 1e-6])
    inner = design.T @ design + np.diag(pull)
    right = design.T @ (left**2 / base) + pull * [1.0, 0.0]
    scale, uneven = np.linalg.solve(inner, right)
    return max(float(scale), _LEAST_NOISE), max(float(uneven), 0.0)
