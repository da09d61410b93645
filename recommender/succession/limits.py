"""The limits of succession: how soon, how many, and the months of each group of readiness.

In: the packs (rule ``succession.limits``). Out: ``Limits``. They are an agency's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from training_data.reference.packs import Rules

RULE = "succession.limits"
YEAR = 12
"""Months."""

Group = Literal["now", "year", "two_years", "later", "unassessed"]
GROUPS: tuple[Group, ...] = ("now", "year", "two_years")
"""Groups of readiness, nearest first; beside them people are ready later or not assessed."""


@dataclass(frozen=True)
class Limits:
    """What the packs say.

    Attributes:
        soon: months before a retirement within which a post counts as falling vacant.
        enough: people that a post should have ready in the last of the groups.
        months: from the day, within which people of a group are ready.
        unverified: nobody has verified them.
    """

    soon: int
    enough: int
    months: Mapping[Group, int]
    unverified: bool

    @classmethod
    def of(cls, rules: Rules) -> Limits:
        """Read the packs."""
        rule = rules.rule(RULE)
        near, far = (round(YEAR * rule.params[name]) for name in ("near_years", "far_years"))
        return cls(
            int(rule.params["soon_months"]),
            int(rule.params["enough"]),
            {"now": 0, "year": near, "two_years": far},
            rule.mark == "R",
        )
