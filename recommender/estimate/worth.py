"""What is worth assessing next: where not knowing the level changes the gaps advice rests on.

In: prepared facts and ``Estimates``. Out: ``Worth`` rows, the most useful first. The value is the
expected absolute change, by weight, of the gaps on the present and the next post.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from recommender.columns import MILLI
from recommender.estimate.levels import Estimates
from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.pipeline import Prepared

_POINTS = 40
_QUANTILES = (np.arange(_POINTS) + 0.5) / _POINTS
_NORMAL = np.array([NormalDist().inv_cdf(q) for q in _QUANTILES])


@dataclass(frozen=True)
class Worth:
    """One competency of one person, or of several, that is worth assessing.

    Attributes:
        value: expected change of the weighed gaps, in levels × weight.
        why: unknown, gate, stale or interval.
        low, high: the interval of the level; ``None`` where unknown.
        moves: whether the first trainings differ between its ends; ``None`` where not tried.
    """

    employee_id: str
    competency_code: str
    name: str
    value: float
    why: str
    low: float | None
    high: float | None
    reason: Text
    moves: bool | None = None

    def moving(self, moves: bool, first: int) -> Worth:
        """Return the row with what was found of the first trainings, also in words."""
        if not moves:
            return replace(self, moves=False)
        more = text("estimate.moves", count=first)
        both = Text(f"{self.reason.id} {more.id}", f"{self.reason.en} {more.en}")
        return replace(self, moves=True, reason=both)

    def as_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {**vars(self), "reason": self.reason.as_dict()}


def assess_next(
    prepared: Prepared, estimates: Estimates, person: int, k: int | None = 3
) -> tuple[Worth, ...]:
    """Return the competencies whose assessment would change most, ties by code."""
    facts = prepared.facts
    asked: dict[int, list[tuple[int, float, bool]]] = {}
    posts = (
        (int(facts.now[person]), 1.0),
        (int(facts.following.row[person]), float(prepared.trainings.weights.gap_next)),
    )
    for row, share in posts:
        if row < 0:
            continue
        for c in np.flatnonzero(facts.standards.required[row] > 0).tolist():
            weight = share * int(facts.standards.weight[row, c]) / MILLI
            gate = int(facts.standards.importance[row, c]) == 1
            asked.setdefault(c, []).append((int(facts.standards.required[row, c]), weight, gate))
    found = [
        w for c, needs in asked.items() if (w := _worth(prepared, estimates, person, c, needs))
    ]
    found.sort(key=lambda w: (-w.value, w.competency_code.encode()))
    return tuple(found[:k])


def assess_unit(
    prepared: Prepared, estimates: Estimates, people: Iterable[int], k: int = 20
) -> tuple[Worth, ...]:
    """Return whom to assess first, and in what, among several people."""
    found = [w for p in people for w in assess_next(prepared, estimates, int(p))]
    found.sort(key=lambda w: (-w.value, w.employee_id.encode(), w.competency_code.encode()))
    return tuple(found[:k])


def _worth(
    prepared: Prepared,
    estimates: Estimates,
    person: int,
    c: int,
    needs: list[tuple[int, float, bool]],
) -> Worth | None:
    snapshot, profile = prepared.facts.snapshot, prepared.facts.profile
    top = int(snapshot.max_level[c]) / MILLI
    held, at = profile.entry(person, c), estimates.entry(person, c)
    low = high = None
    shown = max(r for r, _, _ in needs)
    if held is None or at is None:
        levels, why = _QUANTILES * top, "unknown"
    else:
        levels = np.clip(estimates.level[at] + _NORMAL * estimates.error[at], 0.0, top)
        low, high = float(estimates.low[at]), float(estimates.high[at])
        crossed = [(r, gate) for r, _, gate in needs if low < r / MILLI <= high]
        mandatory = [r for r, gate in crossed if gate]
        over = profile.valid_until[held] <= np.datetime64(snapshot.as_of, "D")
        if not crossed and not over:
            return None
        why = "gate" if mandatory else "stale" if over else "interval"
        if mandatory or not over:
            shown = min(mandatory or [r for r, _ in crossed])
    value = 0.0
    for required, weight, _ in needs:
        stated = 0.0 if held is None else max(0.0, (required - int(profile.level[held])) / MILLI)
        gaps = np.maximum(0.0, required / MILLI - levels)
        value += weight * float(np.abs(gaps - stated).mean())
    if round(value, 6) == 0:
        return None
    name = snapshot.competency_names[c]
    asked = shown / MILLI
    reason = text(f"estimate.{why}", name=name, low=_short(low), high=_short(high), required=asked)
    code, employee = snapshot.competencies.codes[c], snapshot.people.index.codes[person]
    return Worth(employee, code, name, round(value, 6), why, low, high, reason)


def _short(level: float | None) -> float | None:
    return None if level is None else round(level, 1)
