"""Whose turn it is: who had less than an equal share of learning in the years before.

In: a snapshot's training history and the wishes. Out: ``Turns``: what a seat counts more for each
person, in whole micro-points.

Decision: the equal share is all JP that the agency's people completed in the years looked back to,
divided by all its people. Whoever (or whichever unit, department, place) had less is *behind* by
the part that is missing, 0 to 1; a seat then counts ``strength`` times that part more. It is added
to what the seat gains, so one bound holds for everything and the gap stays certified. A seat that
gains nothing gains no turn either: nobody is sent to what does not help them. *Consequences*: it is
a price, not a promise (a floor is a quota); it counts for each seat of a person, so it goes with
``max_courses``; who was appointed within those years had less time and comes earlier.
*Alternative*: points per missing JP would favour long courses over short ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.allocation.groups import TurnBy, grouping
from recommender.allocation.problem import Flags, Whole
from recommender.allocation.wishes import Wishes
from recommender.columns import MILLI
from recommender.errors import ImpossibleWish
from recommender.figures.learning_hours import jp_of_years
from recommender.results import MICRO
from recommender.similarity.gaps import Micro
from recommender.snapshot import Snapshot
from recommender.units import UnitTree
from training_data.messages import text
from training_data.reference.packs import Rules

HALF = 0.5
"""Of a seat in the middle of the scores: what a seat counts more for whoever had nothing."""


@dataclass(frozen=True)
class Turns:
    """What was had before, and what it counts for.

    Attributes:
        years: calendar years looked back to, first and last.
        strength: points of a seat for whoever had nothing.
        had: milli-JP of each person's group per head, rounded down, ``[n_people]``.
        behind: whose group had less than an equal share, ``[n_people]``.
        total: milli-JP of everybody.
        known: the agency gave a training history; without it nobody is behind.
        bonus: micro-points that a seat of each person counts more, ``[n_people]``.
    """

    by: TurnBy
    years: tuple[int, int]
    strength: float
    had: Whole
    behind: Flags
    total: int
    known: bool
    bonus: Micro

    @property
    def share(self) -> float:
        """JP of one equal share."""
        return self.total / MILLI / max(1, len(self.had))


def turns_of(
    snapshot: Snapshot, tree: UnitTree, rules: Rules, wishes: Wishes, year: int, micro: Micro
) -> Turns | None:
    """Return whose turn it is; ``None`` where nobody asks.

    Parameters:
        year: the one that is planned; what was completed in it so far counts too.
        micro: scores of the pairs.
    """
    if wishes.fair_years is None:
        return None
    first, n = year - wishes.fair_years, len(snapshot.people)
    recorded = jp_of_years(snapshot, rules, first, year)
    known = not bool(np.isnan(recorded).all()) if n else True
    done = np.rint(np.nan_to_num(recorded) * MILLI).astype(np.int64)
    if wishes.fair_by == "person":
        group = np.arange(n, dtype=np.int64)
    else:
        group = grouping(snapshot, tree, wishes.fair_by).of
    people = np.bincount(group)
    had = np.zeros(len(people), np.int64)
    np.add.at(had, group, done)
    strength, total = _strength(wishes, micro), int(done.sum())
    bonus = missing_share(had.tolist(), people.tolist(), round(strength * MICRO))
    less = [
        own * n < total * count for own, count in zip(had.tolist(), people.tolist(), strict=True)
    ]
    return Turns(
        wishes.fair_by,
        (first, year),
        strength,
        (had // np.maximum(1, people))[group],
        np.array(less, bool)[group],
        total,
        known,
        np.array(bonus, np.int64)[group],
    )


def missing_share(had: list[int], people: list[int], whole: int) -> list[int]:
    """Return of a whole the part that each group misses to its equal share, rounded down.

    Python's own numbers: what is multiplied here has more digits than 64 bits hold.

    >>> missing_share([0, 10, 30, 40], [1, 1, 1, 1], 1_000)
    [1000, 500, 0, 0]
    """
    total, n = sum(had), sum(people)
    if total == 0:
        return [0] * len(had)
    return [
        whole * max(0, total * count - own * n) // (total * count)
        for own, count in zip(had, people, strict=True)
    ]


def require_sessions(wishes: Wishes) -> None:
    """Raise ``ImpossibleWish`` where turns are asked for of vacant posts."""
    if wishes.fair_years is not None:
        raise ImpossibleWish(
            "fair_years: turns are of seats in sessions, not of posts", text("wish.turns_of_posts")
        )


def _strength(wishes: Wishes, micro: Micro) -> float:
    if wishes.fair_strength is not None:
        return wishes.fair_strength
    gains = micro[micro > 0]
    return HALF * float(np.median(gains)) / MICRO if len(gains) else 0.0
