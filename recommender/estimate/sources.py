"""How lenient and how exact each source of scores is, learnt where people have several.

In: all evidence rows and the pack's defaults. Out: ``Errors``. The reference source has no bias by
definition; with little overlap the pack's numbers stand. Numbers are in levels of a five-level
scale; other scales are brought to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import MILLI
from recommender.profile import DAYS_PER_YEAR
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.reference.packs import Rules

SCALE = 5
_LAGS = 4  # rows of one pair compared with so many rows after it: bounded time

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Errors:
    """Bias and error per source, in the order of ``score_source`` and last "not stated".

    Attributes:
        bias: levels by which a source is lenient; 0 for the reference source.
        error: standard error of one fresh score, in levels.
        drift: variance a year of age adds, in levels².
        undated_age_years: age taken for a row without a date.
        interval: probability the interval is meant to hold the level with.
        overlap: compared rows at which data and defaults count the same.
        least_error: the smallest error any source is believed to have.
        reference: sources without leniency, the first one that is there counts.
        near_years: how far apart two sources of one pair may be and still tell leniency.
    """

    bias: tuple[float, ...]
    error: tuple[float, ...]
    drift: float
    undated_age_years: float
    interval: float
    overlap: float
    least_error: float
    reference: tuple[int, ...]
    near_years: float

    @classmethod
    def of(cls, rules: Rules) -> Errors:
        """Return the pack's defaults."""
        stated = rules.rule("competency.estimate").params
        sources = (*reference.choices("score_source"), "")
        age = rules.rule("competency.evidence").params["undated_age_years"]
        return cls(
            tuple(float(stated["bias"][s]) for s in sources),
            tuple(float(stated["error"][s]) for s in sources),
            float(stated["drift_a_year"]) ** 2,
            float(age),
            float(stated["interval"]),
            float(stated["overlap"]),
            float(stated["least_error"]),
            tuple(sources.index(name) for name in stated["reference"]),
            float(stated["near_years"]),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the numbers as JSON keeps them."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in vars(self).items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Errors:
        """Return what ``as_json`` gave."""
        return cls(
            tuple(stored["bias"]),
            tuple(stored["error"]),
            float(stored["drift"]),
            float(stored["undated_age_years"]),
            float(stored["interval"]),
            float(stored["overlap"]),
            float(stored["least_error"]),
            tuple(stored["reference"]),
            float(stored["near_years"]),
        )


@dataclass(frozen=True)
class Observations:
    """All evidence rows of known people and competencies, ordered by pair.

    Attributes:
        pair: person × number of competencies + competency.
        level: levels on the five-level scale.
        source: position among the sources, the last one for none.
        age: years, NaN undated.
    """

    pair: Rows
    level: Floats
    source: Rows
    age: Floats

    @classmethod
    def of(cls, snapshot: Snapshot) -> Observations:
        """Read the rows; those of unknown people or competencies stay out."""
        table = snapshot.dataset.table("competency_scores")
        person = snapshot.people.index.lookup(table["employee_id"])
        competency = snapshot.competencies.lookup(table["competency_code"])
        names = reference.choices("score_source")
        found = pc.index_in(table["source"], value_set=pa.array(names, pa.string()))
        source = pc.fill_null(found, len(names)).to_numpy().astype(np.int64)
        day = table["assessed_on"].to_numpy().astype("datetime64[D]")
        today = np.datetime64(snapshot.as_of, "D")
        age = np.where(np.isnat(day), np.nan, (today - day).astype(np.float64) / DAYS_PER_YEAR)
        use = np.flatnonzero((person >= 0) & (competency >= 0))
        scale = snapshot.max_level[competency[use]] / (MILLI * SCALE)
        level = table["level"].to_numpy()[use].astype(np.float64) / scale
        pair = person[use].astype(np.int64) * len(snapshot.competencies) + competency[use]
        return cls.ordered(pair, level, source[use], np.maximum(age[use], 0.0))

    @classmethod
    def ordered(cls, pair: Rows, level: Floats, source: Rows, age: Floats) -> Observations:
        """Order rows so that the order they came in changes no sum."""
        order = np.lexsort((level, age, source, pair))
        return cls(pair[order], level[order], source[order], age[order])


def learn(seen: Observations, default: Errors) -> Errors:
    """Return bias, error and drift by least squares over rows of the same pair.

    Two scores of one pair differ by the difference of their biases; the square of what is left is
    the sum of both errors and of the drift between their days. Both are solved with the defaults
    as so many rows of their own, so that a source nobody shares keeps them.
    """
    age = np.where(np.isnan(seen.age), default.undated_age_years, seen.age)
    first, second = _compared(seen, age, default.near_years)
    if not len(first):
        return default
    n = len(default.bias)
    a, b = seen.source[first], seen.source[second]
    row = np.arange(len(first))
    design = np.zeros((len(first), n + 1))
    # What people learn between two scores is no leniency of the later source.
    design[:, n] = age[second] - age[first]
    stated = np.append(np.array(default.bias), 0.0)
    there = np.unique(seen.source)
    base = next((source for source in default.reference if source in there), None)
    if base is not None:
        np.add.at(design, (row, a), 1.0)
        np.add.at(design, (row, b), -1.0)
        design[:, base] = 0.0
        stated[base] = 0.0
    else:
        # Nobody can say which of two sources is right: their difference stays in their errors.
        stated[:n] = 0.0
    gap = seen.level[first] - seen.level[second]
    found = _ridge(design, gap, stated, default.overlap)
    bias = found[:n]
    left = (gap - (bias[a] - bias[b])) ** 2
    parts = np.zeros((len(first), n + 1))
    np.add.at(parts, (row, a), 1.0)
    np.add.at(parts, (row, b), 1.0)
    parts[:, n] = np.abs(age[first] - age[second])
    start = np.append(np.array(default.error) ** 2, default.drift)
    variance = _ridge(parts, left, start, default.overlap)
    error = np.sqrt(np.maximum(variance[:n], default.least_error**2))
    return replace(
        default,
        bias=tuple(bias.round(6).tolist()),
        error=tuple(error.round(6).tolist()),
        drift=round(max(float(variance[n]), 0.0), 6),
    )


def _compared(seen: Observations, age: Floats, near: float) -> tuple[Rows, Rows]:
    """Return rows of the same pair: of one source on any days, of two only on near days.

    Whoever changes the source meanwhile changed the post or took a course, and learns more than
    others in the same time.
    """
    ends = [
        np.flatnonzero(seen.pair[lag:] == seen.pair[:-lag])
        for lag in range(1, min(_LAGS, len(seen.pair) - 1) + 1)
    ]
    if not ends:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first = np.concatenate(ends)
    second = np.concatenate([rows + lag for lag, rows in enumerate(ends, 1)])
    alike = seen.source[first] == seen.source[second]
    dated = np.isnan(seen.age[first]) == np.isnan(seen.age[second])
    use = alike | (dated & (np.abs(age[first] - age[second]) <= near))
    return first[use], second[use]


def _ridge(design: Floats, target: Floats, start: Floats, strength: float) -> Floats:
    """Least squares pulled to ``start`` as by ``strength`` rows per unknown."""
    inner = design.T @ design + strength * np.eye(design.shape[1])
    found: Floats = start + np.linalg.solve(inner, design.T @ (target - design @ start))
    return found
