"""Stage names, fourth step: how sure it is that a name means its nearest entry, as a probability.

In: the evidence for each candidate of a name. Out: a probability per candidate; what is left to 1
is the probability that none of them is meant. Figures of doubt can only lower it and a second good
candidate takes its share, so two entries that fit alike are never sure. The parameters are data
(``confidence.json``), learnt from names that people matched by hand; no pickle.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from importlib import resources
from itertools import groupby, pairwise
from operator import mul
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training_data.errors import UnusableInput
from training_data.messages import say
from training_data.names.evidence import FIGURES, Evidence

_VETO = 20.0
"""Log odds that a contradiction takes away; far beyond what any threshold allows."""

_PRIOR = (4.0, 4.0, 2.0, 2.0, 4.0, 1.0, 4.0, 2.0, 2.0, 2.0, 0.5, 3.0, 2.0, 4.0, 1.0)
_PRIOR_START = 6.0
_PRIOR_RIVALRY = 3.0
_LEAST = 0.3
"""Share of its prior below which no weight may fall: every figure of doubt always counts."""

_LEAST_OF = {"missing": 0.6, "extra": 0.75, "unknown": 0.75}
"""Words that only one side has: reference lists hold many more near twins than examples show."""

_STRENGTH = 0.02
"""How firmly the parameters are held, per hundred examples."""

_FOLDS = 5
_GROUP = 30
"""Names of neighbouring probability whose common truth is one point of the calibration."""

_SLIP = 0.01
_EVEN = 0.6
"""Of several that fit alike each may have half; that promises nothing wrong."""


@dataclass(frozen=True)
class Confidence:
    """A nested logit (some entry or none, then which), and a rising calibration.

    Attributes:
        start: log odds of a perfect single match, the same for every kind, so that names which
            fit alike are judged alike.
        weights: log odds that each figure of doubt takes away, all ≥ 0.
        rivalry: ≥ 1; how much more a lead counts against rivals than against none.
        curve: rising points (log odds, probability) between which calibration is straight; none
            leaves the probability as it is.
    """

    start: float
    weights: Mapping[str, float]
    rivalry: float = 1.0
    curve: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        right = set(self.weights) == set(FIGURES) and isinstance(self.start, float)
        rises = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(self.curve))
        if not (right and rises) or min(*self.weights.values(), self.rivalry - 1) < 0:
            raise UnusableInput(say("names.bad_confidence", "id"))

    def odds(self, evidence: Evidence) -> float:
        """Return the log odds of one candidate against none."""
        doubt: float = sum(map(mul, self._ordered, evidence.figures))
        return self.start - doubt - (_VETO if evidence.contradictions else 0.0)

    def probabilities(self, odds: Sequence[float]) -> tuple[float, ...]:
        """Return the probabilities of the candidates of one name, in their order.

        That of the likeliest is calibrated; the others share what is left of it.
        """
        if not odds:
            return ()
        top = max(odds)
        shares = [math.exp(self.rivalry * (one - top)) for one in odds]
        total = sum(shares)
        some = 1 / (1 + math.exp(-top - math.log(total) / self.rivalry))
        best = shares.index(max(shares))
        likely = self._calibrated(some * shares[best] / total)
        return tuple(
            likely if place == best else min(some * share / total, likely, 1 - likely)
            for place, share in enumerate(shares)
        )

    def _calibrated(self, share: float) -> float:
        if not self.curve:
            return share
        return float(np.interp(_log_odds(share), *self._points))

    @cached_property
    def _ordered(self) -> tuple[float, ...]:
        return tuple(self.weights[name] for name in FIGURES)

    @cached_property
    def _points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        x, y = np.array(self.curve, np.float64).T
        return x, y

    def write(self, file: Path) -> None:
        """Write the parameters as JSON."""
        file.write_text(json.dumps(asdict(self), indent=1, sort_keys=True) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, text: str) -> Confidence:
        """Read what ``write`` wrote.

        Raises:
            UnusableInput: a parameter is missing, unknown or impossible.
        """
        try:
            raw = json.loads(text)
            raw["curve"] = tuple((float(x), float(y)) for x, y in raw["curve"])
            return cls(**raw)
        except (TypeError, ValueError, KeyError, AttributeError):
            raise UnusableInput(say("names.bad_confidence", "id")) from None


@cache
def shipped() -> Confidence:
    """Return the parameters that come with the product."""
    file = resources.files("training_data.names").joinpath("confidence.json")
    return Confidence.read(file.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Example:
    """A name matched by hand.

    Attributes:
        candidates: evidence per candidate.
        right: place of the right candidate, ``None`` where none of them is right.
        several: no single one is right because more than one fits.
    """

    candidates: tuple[Evidence, ...]
    right: int | None
    several: bool = False


def fit(examples: Sequence[Example]) -> Confidence:
    """Learn the parameters: most probable given the examples, held near a plausible start.

    The calibration is learnt on folds that the first step had not seen.
    """
    examples = [e for e in examples if e.candidates]
    first = _fit_odds(examples)
    points = []
    for fold in range(_FOLDS):
        model = _fit_odds([e for i, e in enumerate(examples) if i % _FOLDS != fold])
        for example in examples[fold::_FOLDS]:
            odds = [model.odds(one) for one in example.candidates]
            best = int(np.argmax(odds))
            share = model.probabilities(odds)[best]
            if example.several and share < _EVEN:
                continue
            points.append((_log_odds(share), float(best == example.right)))
    return replace(first, curve=_rising(sorted(points)))


def _fit_odds(examples: Sequence[Example]) -> Confidence:
    from scipy.optimize import minimize

    n = len(FIGURES)
    sizes = [len(e.candidates) for e in examples]
    begin = np.cumsum([0, *sizes[:-1]])
    figures = np.array([c.figures for e in examples for c in e.candidates])
    veto = _VETO * np.array([bool(c.contradictions) for e in examples for c in e.candidates])
    owner = np.repeat(np.arange(len(examples)), sizes)
    known = np.array([e.right is not None for e in examples])
    several = np.array([e.several for e in examples])
    right = np.array([b + (e.right or 0) for b, e in zip(begin, examples, strict=True)])
    prior = np.array([*_PRIOR, _PRIOR_START, _PRIOR_RIVALRY])
    held = _STRENGTH * len(examples) / 100

    def loss(params: NDArray[np.float64]) -> float:
        odds = params[n] - figures @ params[:n] - veto
        top = np.maximum.reduceat(odds, begin)
        shares = np.exp(params[-1] * (odds - top[owner]))
        total = np.add.reduceat(shares, begin)
        reach = top + np.log(total) / params[-1]
        some = -np.logaddexp(0, -reach)
        # A few names are matched wrongly by hand too; none of them may outweigh the rest.
        chosen = np.log(_SLIP + (1 - _SLIP) * np.exp(some) * shares[right] / total)
        leading = np.exp(some) / total
        # Of several that fit alike each may be likely, but none by far.
        even = np.log(np.minimum(1, 1.5 - leading))
        none = -np.logaddexp(0, reach)
        said = np.where(known, chosen, np.where(several, even, none))
        away = params - prior
        return float(held * away @ away - said.sum())

    bounds = [
        (_LEAST_OF.get(name, _LEAST) * p, 12.0) for name, p in zip(FIGURES, _PRIOR, strict=True)
    ]
    bounds += [(0.0, 12.0), (1.0, 6.0)]
    found = minimize(loss, prior, method="L-BFGS-B", bounds=bounds)
    values = [round(float(value), 3) for value in found.x]
    return Confidence(
        values[n],
        dict(zip(FIGURES, values[:n], strict=True)),
        values[-1],
    )


def _rising(points: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return a rising curve through the shares of right matches among neighbouring points.

    Groups of neighbours are pooled until each share is higher than the one before (isotonic
    regression); a pool is level from its first point to its last, and straight lines join pools.
    """
    pools: list[list[tuple[float, float]]] = []
    for x, same in groupby(points, key=lambda point: round(point[0], 2)):
        if pools and len(pools[-1]) < _GROUP:
            pools[-1] += [(x, y) for _, y in same]
        else:
            pools.append([(x, y) for _, y in same])
    pools = _pooled(pools)
    curve: dict[float, float] = {}
    for pool in pools:
        for place in (pool[0][0], pool[-1][0]):
            curve.setdefault(place, round(_true(pool), 4))
    return tuple(curve.items())


def _pooled(groups: list[list[tuple[float, float]]]) -> list[list[tuple[float, float]]]:
    pools: list[list[tuple[float, float]]] = []
    for group in groups:
        pools.append(group)
        while len(pools) > 1 and _true(pools[-2]) >= _true(pools[-1]):
            last = pools.pop()
            pools[-1] = pools[-1] + last
    return pools


def _true(pool: list[tuple[float, float]]) -> float:
    """Return the share of right ones; half a wrong and half a right one keep certainty out."""
    return (sum(y for _, y in pool) + 0.5) / (len(pool) + 1)


def _log_odds(share: float) -> float:
    bounded = min(max(share, 1e-9), 1 - 1e-9)
    return math.log(bounded / (1 - bounded))
