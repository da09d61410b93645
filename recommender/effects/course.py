"""Stage 4 of effects: what there was to gain on the way from one assessment to the next.

In: pairs, exposures, the level before and what is believed so far. Out: ``Course``: the missing
levels each training met, after the growth and the trainings before it, and the shortfall that
work alone could close. The unknown level is carried as quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from recommender.effects.before import Before
from recommender.effects.exposure import Exposures
from recommender.effects.pairs import Floats, Pairs, Rows

_POINTS = 16
_NORMAL = np.array([NormalDist().inv_cdf((q + 0.5) / _POINTS) for q in range(_POINTS)])


@dataclass(frozen=True)
class Course:
    """What was to gain.

    Attributes:
        missing: expected missing levels per exposure: up to the claimed level, within the step
            one training may lift, where the person was prepared.
        headroom: share of likely levels per exposure with anything missing.
        short: per pair, shortfall against the post's standard × years.
        below: per pair, share of likely levels below that standard × years.
    """

    missing: Floats
    headroom: Floats
    short: Floats
    below: Floats


def follow(
    pairs: Pairs,
    exposures: Exposures,
    before: Before,
    share: Floats,
    growth: float,
    limits: tuple[float, float],
) -> Course:
    """Walk from the first assessment to the second.

    Parameters:
        share: believed share closed per training.
        growth: believed share of the shortfall that a year of work closes.
        limits: levels one training may lift, and levels one may lack below ``low``.
    """
    step, slack = limits
    level = before.mean[:, None] + np.sqrt(before.variance)[:, None] * _NORMAL
    missing = np.zeros(len(exposures))
    headroom = np.zeros(len(exposures))
    work = np.zeros((2, len(pairs)))
    reached = np.zeros(len(pairs))
    last = int(exposures.position.max()) + 1 if len(exposures) else 0
    order = np.argsort(exposures.position, kind="stable")
    cuts = np.searchsorted(exposures.position[order], np.arange(last + 1))
    for low, high in pairwise(cuts.tolist()):
        here = order[low:high]
        row = exposures.pair[here]
        elapsed = exposures.after[here] - reached[row]
        work[:, row] += _work(level, row, pairs.asked, elapsed, growth)
        reached[row] = exposures.after[here]
        scale = pairs.scale[row][:, None]
        gap = np.clip(exposures.high[here][:, None] - level[row], 0.0, step * scale)
        ready = level[row] >= exposures.low[here][:, None] - slack * scale
        gap = np.where(ready, gap, 0.0)
        missing[here], headroom[here] = gap.mean(axis=1), _open(gap, step * scale)
        level[row] += share[exposures.training[here]][:, None] * gap
    every = np.arange(len(pairs))
    work += _work(level, every, pairs.asked, pairs.years - reached, growth)
    return Course(missing, headroom, work[0], work[1])


def _open(gap: Floats, most: Floats) -> Floats:
    """Return the share of likely levels at which one more missing level could be closed."""
    share: Floats = ((gap > 0) & (gap < most)).mean(axis=1)
    return share


def _work(level: Floats, row: Rows, asked: Floats, years: Floats, growth: float) -> Floats:
    """Let people grow; return the shortfall and the share below the standard, times years."""
    gap = np.maximum(asked[row][:, None] - level[row], 0.0)
    met = np.stack([gap.mean(axis=1), (gap > 0).mean(axis=1)]) * years
    level[row] += growth * gap * years[:, None]
    return met
