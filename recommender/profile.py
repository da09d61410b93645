"""Stage 2: evidence of many sources and ages becomes one level per person and competency.

In: the snapshot's competency scores. Out: ``Profile``: the strongest evidence for each known
pair, by person. A pair without evidence is unknown, which is not zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.snapshot import Snapshot
from training_data import reference

NO_SOURCE = -1
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Evidence:
    """How evidence is weighed; values come from the rule packs.

    Attributes:
        source_weight: trust per source, 0 … 1; ``""`` for a row without source.
        half_life_years: age at which evidence counts half.
        undated_age_years: the age assumed for an undated row.
        validity_years: age from which an assessment is stale (PerBKN 26/2019 art. 29(4)).
    """

    source_weight: dict[str, float]
    half_life_years: float
    undated_age_years: float
    validity_years: int


@dataclass(frozen=True)
class Profile:
    """The strongest evidence per known (person, competency), ordered by person, competency.

    Attributes:
        start: int64 ``[n_people + 1]``; person p holds entries ``start[p]:start[p + 1]``.
        competency: row of the competency, per entry.
        level: milli-levels, per entry.
        source: position in ``reference.choices("score_source")``, −1 none, per entry.
        assessed_on: day, NaT undated, per entry.
        valid_until: first day on which the entry is stale, NaT undated, per entry.
        n_competencies: width of the dense form.
    """

    start: NDArray[np.int64]
    competency: Ints
    level: Ints
    source: Ints
    assessed_on: NDArray[np.datetime64]
    valid_until: NDArray[np.datetime64]
    n_competencies: int

    @classmethod
    def of(cls, snapshot: Snapshot, evidence: Evidence) -> Profile:
        """Pick the strongest evidence for each pair: trust × decay, then the newest."""
        table = snapshot.dataset.table("competency_scores")
        person = snapshot.people.index.lookup(table["employee_id"])
        competency = snapshot.competencies.lookup(table["competency_code"])
        level = np.rint(table["level"].to_numpy() * MILLI).astype(np.int32)
        day = table["assessed_on"].to_numpy().astype("datetime64[D]")
        sources = reference.choices("score_source")
        source = pc.fill_null(pc.index_in(table["source"], value_set=_array(sources)), NO_SOURCE)
        source = source.to_numpy().astype(np.int32)
        strength = _strength(source, day, snapshot.as_of, evidence, sources)
        use = (person >= 0) & (competency >= 0)
        newest = np.where(np.isnat(day), np.iinfo(np.int64).min, day.astype(np.int64))
        order = np.lexsort((source, level, -newest, -strength, competency, person))
        order = order[use[order]]
        pair = person[order].astype(np.int64) * len(snapshot.competencies) + competency[order]
        first = np.ones(len(order), bool)
        first[1:] = pair[1:] != pair[:-1]
        best = order[first]
        start = np.searchsorted(person[best], np.arange(len(snapshot.people) + 1))
        return cls(
            start.astype(np.int64),
            competency[best],
            level[best],
            source[best],
            day[best],
            _plus_years(day[best], evidence.validity_years),
            len(snapshot.competencies),
        )

    def levels(self, people: NDArray[Any]) -> Ints:
        """Return milli-levels ``[len(people), n_competencies]``, −1 where unknown."""
        dense = np.full((len(people), self.n_competencies), UNKNOWN, np.int32)
        counts = self.start[people + 1] - self.start[people]
        row = np.repeat(np.arange(len(people)), counts)
        entry = _ranges(self.start[people], counts)
        dense[row, self.competency[entry]] = self.level[entry]
        return dense

    def stale(self, people: NDArray[Any], today: np.datetime64) -> NDArray[np.bool_]:
        """Return where the evidence is over, bool ``[len(people), n_competencies]``."""
        dense = np.zeros((len(people), self.n_competencies), bool)
        counts = self.start[people + 1] - self.start[people]
        row = np.repeat(np.arange(len(people)), counts)
        entry = _ranges(self.start[people], counts)
        over = self.valid_until[entry] <= today  # never true of an undated entry
        dense[row[over], self.competency[entry[over]]] = True
        return dense

    def entry(self, person: int, competency: int) -> int | None:
        """Return the entry of one pair, or ``None`` where it is unknown."""
        low, high = int(self.start[person]), int(self.start[person + 1])
        found = low + int(np.searchsorted(self.competency[low:high], competency))
        return found if found < high and self.competency[found] == competency else None

    def known(self, person: int) -> slice:
        """Return the slice of a person's entries."""
        return slice(int(self.start[person]), int(self.start[person + 1]))


def _strength(
    source: Ints,
    day: NDArray[np.datetime64],
    as_of: date,
    evidence: Evidence,
    sources: tuple[str, ...],
) -> NDArray[np.float64]:
    trust = np.array([evidence.source_weight[s] for s in sources] + [evidence.source_weight[""]])
    age = (np.datetime64(as_of, "D") - day).astype(np.float64) / DAYS_PER_YEAR
    age = np.where(np.isnat(day), evidence.undated_age_years, np.maximum(age, 0.0))
    strength: NDArray[np.float64] = trust[source] * 0.5 ** (age / evidence.half_life_years)
    return strength


def _plus_years(day: NDArray[np.datetime64], years: int) -> NDArray[np.datetime64]:
    """Add whole years to days; 29 February becomes 1 March."""
    month = day.astype("datetime64[M]")
    later: NDArray[np.datetime64] = (month + 12 * years).astype("datetime64[D]") + (
        day - month.astype("datetime64[D]")
    )
    return later


def _ranges(start: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concatenate ``start[i] … start[i] + counts[i] − 1``."""
    ends = np.cumsum(counts)
    size = int(ends[-1]) if len(ends) else 0
    entries: NDArray[np.int64] = np.arange(size) + np.repeat(start - (ends - counts), counts)
    return entries


def _array(values: tuple[str, ...]) -> Any:
    import pyarrow as pa

    return pa.array(values, pa.string())
