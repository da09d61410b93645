"""What the packs ask of a fair ranking; in: the rules in force, out: ``Floors``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from recommender.columns import MILLI
from training_data.reference.packs import Rules

RULE = "fairness.floors"


@dataclass(frozen=True)
class Floors:
    """The params of ``fairness.floors``.

    Attributes:
        least: people a cell must hold to be shown and to be held to a floor.
        z: half width of an interval in standard errors.
        floors: measure → least ratio to the best-placed group; a measure without one is only shown.
        gating: measure → ways of grouping by which it blocks a publication; the others warn.
        age_bounds: first ages of all bands but the youngest.
        islands: words that tell a place on the islands.
        first: places of a post's candidate list that count as seen.
        least_gap: milli-levels from which a gap is a need.
        costly: share of the catalogue, dearest first, that counts as costly.
    """

    least: int
    z: float
    floors: Mapping[str, float]
    gating: Mapping[str, frozenset[str]]
    age_bounds: tuple[int, ...]
    islands: tuple[str, ...]
    first: int
    least_gap: int
    costly: float

    @classmethod
    def of(cls, rules: Rules) -> Floors:
        """Read the floors in force."""
        stated = rules.rule(RULE).params
        return cls(
            stated["least_group"],
            NormalDist().inv_cdf((1 + stated["confidence"]) / 2),
            stated["floors"],
            {measure: frozenset(ways) for measure, ways in stated["gating"].items()},
            tuple(sorted(stated["age_bounds"])),
            tuple(stated["islands"]),
            stated["first"],
            round(stated["least_gap"] * MILLI),
            stated["costly"],
        )
