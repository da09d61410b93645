"""Stage 3 of effects: the true level before, given a score that is measured with error.

In: ``Pairs``, ``Exposures`` and the errors of sources. Out: ``Before``: mean and variance of the
level at the first assessment. Low scores are partly bad luck, so they rise by themselves: the
score is pulled to what is usual for the post. Who is sent to a training differs from who is not;
how far usual levels of the sent are their own is read off the assessment before, which no
training in between touched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.effects.exposure import Exposures
from recommender.effects.pairs import Floats, Pairs, Rows
from recommender.estimate import Errors


@dataclass(frozen=True)
class Before:
    """The level before, per pair.

    Attributes:
        mean: expected true level.
        variance: what stays unknown of it.
        selection: 0 where people were sent for their score, 1 where for their true level.
    """

    mean: Floats
    variance: Floats
    selection: float

    @classmethod
    def of(
        cls,
        pairs: Pairs,
        exposures: Exposures,
        errors: Errors,
        bias: Floats,
        selection: float,
    ) -> Before:
        """Pull every score to what is usual for its post and for who was sent.

        Parameters:
            bias: leniency per source, in levels.
            selection: what is believed of ``selection`` where data are few.
        """
        seen = pairs.before - bias[pairs.source_before]
        noise = np.asarray(errors.error)[pairs.source_before] ** 2
        usual, spread = _usual(pairs, seen, noise)
        trust = spread / (spread + noise)
        off = seen - usual
        first = np.full(len(pairs), -1, np.int64)
        once = exposures.position == 0
        first[exposures.pair[once]] = exposures.training[once]
        own = _own(first, off, spread + noise)
        touched = first >= 0
        share = _selection(
            pairs, touched, usual, off, own, trust, bias, (selection, errors.overlap)
        )
        own = np.where(touched, share * own, own)
        return cls(usual + own + trust * (off - own), spread * (1.0 - trust), share)


def _usual(pairs: Pairs, seen: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the true variance among people of whom the same is asked."""
    _, wide = np.unique(pairs.asked, return_inverse=True)
    key = pairs.competency * (int(wide.max()) + 1 if len(wide) else 1) + wide
    _, group = np.unique(key, return_inverse=True)
    broad, _ = _means(wide, seen)
    mean, count = _means(group, seen)
    inner = (seen - mean[group]) ** 2 - noise
    spread = max(float(inner.mean()), 0.0) if len(inner) else 0.0
    between = max(float(((mean[group] - broad[wide]) ** 2).mean()), 1e-6) if len(inner) else 1.0
    total = spread + (float(noise.mean()) if len(inner) else 0.0)
    pull = count / (count + total / between)
    usual = broad[wide] + pull[group] * (mean[group] - broad[wide])
    return usual, np.full(len(seen), max(spread, 0.01))


def _own(group: Rows, off: Floats, variance: Floats) -> Floats:
    """Return by how much people of one first training differ from usual, pulled to all sent."""
    found = np.zeros(len(off))
    touched = group >= 0
    if (~touched).any():
        found[~touched] = off[~touched].mean()
    if touched.any():
        rows, values = np.unique(group[touched], return_inverse=True)[1], off[touched]
        general = float(values.mean())
        mean, count = _means(rows, values)
        noise = float(variance.mean()) / count
        between = max(float(((mean - general) ** 2 - noise).mean()), 0.0)
        found[touched] = (general + between / (between + noise) * (mean - general))[rows]
    return found


def _selection(
    pairs: Pairs,
    touched: np.ndarray,
    usual: Floats,
    off: Floats,
    own: Floats,
    trust: Floats,
    bias: Floats,
    believed: tuple[float, float],
) -> float:
    """Return what an earlier, untouched assessment says of those sent beyond the later score."""
    start, strength = believed
    has = pairs.previous >= 0
    clean = has & ~touched[np.maximum(pairs.previous, 0)]
    row = np.flatnonzero(clean)
    earlier = pairs.before[pairs.previous[row]]
    earlier = earlier - bias[pairs.source_before[pairs.previous[row]]] - usual[row]
    moved = np.where(touched[row], (1.0 - trust[row]) * own[row], 0.0)
    design = np.stack([np.ones(len(row)), off[row], moved], axis=1)
    size = float((moved**2).sum())
    # So many rows of usual size stand for the belief.
    ridge = np.array([1e-6, 1e-6, strength * (size / len(row) if len(row) else 0.0) + 1e-6])
    inner = design.T @ design + np.diag(ridge)
    share = float(np.linalg.solve(inner, design.T @ earlier + ridge * [0.0, 0.0, start])[2])
    return min(max(share, 0.0), 1.0)


def _means(group: Rows, values: Floats) -> tuple[Floats, Floats]:
    size = int(group.max()) + 1 if len(group) else 0
    count = np.bincount(group, minlength=size).astype(float)
    return np.bincount(group, values, size) / np.maximum(count, 1.0), count
