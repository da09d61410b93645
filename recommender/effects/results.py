"""Evidence of effect: how much of what people lack each training closes, and how sure that is.

In: a snapshot and the rules. Out: ``Effects``, aligned to the catalogue; nothing in it names a
person. What is estimated is the mean share of the missing levels (from the level before up to the
level claimed, within the step one training may lift, for who was prepared) that the people who
took it gained, beyond growth at work and other trainings between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from statistics import NormalDist
from typing import Any

import numpy as np

from recommender.columns import UNKNOWN, Ints
from recommender.effects.exposure import Exposures
from recommender.effects.fitting import Fit, Settings
from recommender.effects.pairs import Floats, Pairs, Rows
from recommender.estimate import Errors, Observations
from recommender.estimate.sources import learn
from recommender.snapshot import Snapshot
from training_data.reference.packs import Rules

_PER_TRAINING = ("share", "error", "missing", "pairs", "people")


@dataclass(frozen=True)
class Effects:
    """What was measured, per training in the order of the catalogue.

    Attributes:
        share: believed share of the missing levels that is closed; the usual one where nothing
            was measured.
        error: standard error of the share among the next people who take it.
        missing: mean missing levels of who took it, on a five-level scale; 0 not measured.
        pairs, people: observed pairs and distinct people.
        usual, spread: centre and spread of the catalogue's shares.
        growth: share of the shortfall that a year of work closes without training.
        selection: 0 where people were sent for their score, 1 where for their true level.
        interval: probability the interval is meant to hold the share with.
        least_people: fewer people are not told of.
    """

    share: Floats
    error: Floats
    missing: Floats
    pairs: Rows
    people: Rows
    usual: float
    spread: float
    growth: float
    selection: float
    interval: float
    least_people: int

    @classmethod
    def fit(cls, snapshot: Snapshot, rules: Rules) -> Effects:
        """Estimate every training of the catalogue."""
        settings, n = Settings.of(rules), len(snapshot.trainings)
        pairs = Pairs.of(snapshot)
        exposures = Exposures.of(snapshot, pairs)
        if not len(exposures):
            belief = settings.belief
            return cls._usual(n, belief.mean, belief.spread, 0.0, settings.selection, settings)
        errors = learn(Observations.of(snapshot), Errors.of(rules))
        fit = Fit(pairs, exposures, errors, settings, n).run()
        found = cls._usual(
            n, fit.solution.mean, fit.solution.spread, fit.growth, fit.before.selection, settings
        )
        found.share[fit.seen] = fit.solution.share.round(6)
        # The next people differ from those seen: what was measured of these holds less of those.
        apart = settings.transfer * fit.solution.share
        found.error[fit.seen] = np.sqrt(fit.solution.error**2 + apart**2).round(6)
        taken = exposures.training
        found.pairs[:] = np.bincount(taken, minlength=n)
        total = np.bincount(taken, fit.course.missing, n)
        found.missing[:] = (total / np.maximum(found.pairs, 1)).round(6)
        who = np.unique(np.stack([taken, pairs.person[exposures.pair]], axis=1), axis=0)
        found.people[:] = np.bincount(who[:, 0], minlength=n)
        return found

    @classmethod
    def _usual(
        cls, n: int, mean: float, spread: float, growth: float, selection: float,
        settings: Settings,
    ) -> Effects:  # fmt: skip
        return cls(
            np.full(n, round(mean, 6)),
            np.full(n, round(spread, 6)),
            np.zeros(n),
            np.zeros(n, np.int64),
            np.zeros(n, np.int64),
            round(mean, 6),
            round(spread, 6),
            round(growth, 6),
            round(selection, 6),
            settings.interval,
            settings.least_people,
        )

    @property
    def low(self) -> Floats:
        """Lower end of the interval of the share."""
        return np.asarray((self.share - self._half).round(6))

    @property
    def high(self) -> Floats:
        """Upper end of the interval of the share."""
        return np.asarray((self.share + self._half).round(6))

    @property
    def _half(self) -> Floats:
        return NormalDist().inv_cdf(0.5 + self.interval / 2) * self.error

    def evidence(self, training: int, scale: float = 1.0) -> Evidence | None:
        """Return what to show of one training; ``None`` where too few people were measured.

        Parameters:
            scale: levels of the competency's scale per level of a five-level scale.
        """
        if self.people[training] < self.least_people:
            return None
        size = float(self.missing[training]) * scale
        added, low, high = (
            round(size * float(a[training]), 2) for a in (self.share, self.low, self.high)
        )
        return Evidence(int(self.people[training]), added, low, high)

    def aligned(self, old_rows: Ints) -> Effects:
        """Return the effects in other rows; what is new is as usual and not measured."""
        known = old_rows != UNKNOWN
        n = len(old_rows)
        start = {"share": self.usual, "error": self.spread}
        arrays: dict[str, Any] = {}
        for name in _PER_TRAINING:
            old = getattr(self, name)
            new = np.full(n, start.get(name, 0), old.dtype)
            new[known] = old[old_rows[known]]
            arrays[name] = new
        return Effects(**arrays, **self.description())

    def arrays(self) -> dict[str, Any]:
        """Return what is stored per training, by name."""
        return {name: getattr(self, name) for name in _PER_TRAINING}

    def description(self) -> dict[str, Any]:
        """Return everything that is not an array, as JSON values."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _PER_TRAINING}

    @classmethod
    def stored(cls, arrays: Mapping[str, Any], description: Mapping[str, Any]) -> Effects:
        """Return what ``arrays`` and ``description`` gave."""
        return cls(**arrays, **description)


@dataclass(frozen=True)
class Evidence:
    """What a training really added, as people are told.

    Attributes:
        people: how many were assessed before and after.
        added: levels it added to their level on average, beyond growth at work.
        low, high: interval of ``added``.
    """

    people: int
    added: float
    low: float
    high: float
