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
    deviation = np.sqrt(before.variance)
    touched, place = np.unique(exposures.pair, return_inverse=True)
    level = before.mean[touched, None] + deviation[touched, None] * _NORMAL
    asked, scales = pairs.asked[touched], pairs.scale[touched]
    missing = np.zeros(len(exposures))
    headroom = np.zeros(len(exposures))
    work = _work_alone(pairs, before.mean, deviation)
    work[:, touched] = 0.0
    reached = np.zeros(len(touched))
    last = int(exposures.position.max()) + 1 if len(exposures) else 0
    order = np.argsort(exposures.position, kind="stable")
    cuts = np.searchsorted(exposures.position[order], np.arange(last + 1))
    for low, high in pairwise(cuts.tolist()):
        here = order[low:high]
        row = place[here]
        elapsed = exposures.after[here] - reached[row]
        work[:, touched[row]] += _work(level, row, asked, elapsed, growth)
        reached[row] = exposures.after[here]
        scale = scales[row][:, None]
        gap = np.clip(exposures.high[here][:, None] - level[row], 0.0, step * scale)
        ready = level[row] >= exposures.low[here][:, None] - slack * scale
        gap = np.where(ready, gap, 0.0)
        missing[here], headroom[here] = gap.mean(axis=1), _open(gap, step * scale)
        level[row] += share[exposures.training[here]][:, None] * gap
    every = np.arange(len(touched))
    work[:, touched] += _work(level, every, asked, pairs.years[touched] - reached, growth)
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


def _work_alone(pairs: Pairs, mean: Floats, deviation: Floats) -> Floats:
    """Return shortfall and share below the standard, times years, of whom no training touched."""
    short, below = np.zeros(len(pairs)), np.zeros(len(pairs))
    room = pairs.asked - mean
    for point in _NORMAL.tolist():
        gap = room - deviation * point
        short += np.maximum(gap, 0.0)
        below += gap > 0
    return np.stack([short, below]) / _POINTS * pairs.years
