"""The main figures of a report of ``evaluate``, as cards and floors state them.

In: the contract's ``{protocol, n, groups}``. Out: own NDCG, the best baseline's, people judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COMPARABLE = ("kind", "split", "as_of", "seed", "k", "cut")
"""Parts of a protocol that must agree before two figures are held against each other."""


@dataclass(frozen=True)
class Figures:
    """What is said of a report.

    Attributes:
        k: length of the judged lists.
        ndcg, low, high: own NDCG with its interval, which is unknown for very few people.
        best, best_ndcg: the best plain baseline.
        people: how many were judged (posts, for suggestions of posts).
    """

    k: int
    ndcg: float
    low: float | None
    high: float | None
    best: str
    best_ndcg: float
    people: int

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Figures:
        """Take them from the group of everybody."""
        protocol, everybody = report["protocol"], report["groups"]["all"]
        main, best = f"ndcg@{protocol['k']}", protocol["best_baseline"]["all"]
        own = everybody[protocol["own"]][main]
        return cls(
            int(protocol["k"]),
            own["value"],
            own["low"],
            own["high"],
            best,
            everybody[best][main]["value"],
            int(report["n"]),
        )


def comparable(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two reports were measured in the same way."""
    return all(one["protocol"].get(key) == other["protocol"].get(key) for key in COMPARABLE)
