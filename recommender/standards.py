"""Stage 3: what each post asks for, with the tier's default where its own standard is silent.

In: job requirements and the packs' default levels. Out: ``Standards``: one row per job, then one
per tier for people whose post is unknown, as milli-levels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.snapshot import Snapshot
from training_data import reference

DEFAULT_IMPORTANCE = 2
DEFAULT_WEIGHT = 2 * MILLI
DEFAULT_SCALE = 5 * MILLI
"""Tier defaults are levels of the five-level dictionary (PermenPANRB 38/2017)."""


@dataclass(frozen=True)
class Standards:
    """Requirements by row: jobs first, then tiers in the order of ``reference.tiers()``.

    Attributes:
        required: milli-levels int32 ``[n_jobs + n_tiers, n_competencies]``, −1 not asked.
        weight: milli-weights, 0 where not asked.
        importance: 1 mutlak, 2 penting, 3 perlu; 0 not asked.
        from_tier: bool, True where the tier's default fills a silent standard.
        n_jobs: number of rows that are jobs.
    """

    required: Ints
    weight: Ints
    importance: Ints
    from_tier: NDArray[np.bool_]
    n_jobs: int

    @classmethod
    def of(cls, snapshot: Snapshot, default_levels: Mapping[str, float]) -> Standards:
        """Fill silent M and SK requirements from ``default_levels`` (tier code → level)."""
        jobs = snapshot.jobs
        tiers = [t.code for t in reference.tiers()]
        groups = np.array([group in ("M", "SK") for group in snapshot.competency_groups], bool)
        fillable = groups & (snapshot.max_level == DEFAULT_SCALE)
        level = np.array(
            [round(default_levels.get(t, -1 / MILLI) * MILLI) for t in tiers] + [UNKNOWN], np.int32
        )
        none = np.full((len(tiers), len(snapshot.competencies)), UNKNOWN, np.int32)
        required = np.vstack([jobs.required, none])
        weight = np.vstack([jobs.weight, np.zeros_like(none)])
        importance = np.vstack([jobs.importance, np.zeros_like(none)])
        default = level[np.concatenate([jobs.tier, np.arange(len(tiers))])]
        tagged = np.vstack([jobs.tags, np.zeros(none.shape, bool)])
        fill = (required == UNKNOWN) & ~tagged & fillable[None, :] & (default >= 0)[:, None]
        required = np.where(fill, default[:, None], required)
        return cls(
            required,
            np.where(fill, DEFAULT_WEIGHT, weight).astype(np.int32),
            np.where(fill, DEFAULT_IMPORTANCE, importance).astype(np.int32),
            fill,
            len(jobs),
        )

    def of_tier(self, tier: int) -> int:
        """Return the row of a tier's default standard, −1 for an unknown tier."""
        return UNKNOWN if tier < 0 else self.n_jobs + tier

    def present(self, snapshot: Snapshot) -> Ints:
        """Return the standard row of every person's present post; −1 where none is known."""
        people = snapshot.people
        tier = np.where(people.tier >= 0, self.n_jobs + people.tier, UNKNOWN)
        return np.where(people.job >= 0, people.job, tier).astype(np.int32)
