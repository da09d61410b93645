"""What floors and turns change: every group's seats with them and without.

In: a layout and the allocation within its floors. Out: ``Standing``: for each column that a floor
speaks of, who gains and who loses by group; ``Turning``: the same for those who were behind and
those who were not. Groups with few people are never told of by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recommender.allocation.groups import Grouping, grouping
from recommender.allocation.layout import Layout
from recommender.allocation.problem import Flags, Problem, Whole, hours_of, worth
from recommender.columns import MILLI
from recommender.fairness.suppression import hidden_cells
from recommender.results import MICRO
from recommender.snapshot import Snapshot
from recommender.units import UnitTree

NOTHING, LESS, SHARE = "nothing", "less", "share"
"""People who had nothing in the years looked back to, less than an equal share, or that share."""


@dataclass(frozen=True)
class Group:
    """One group of people in two allocations, the floors' own and the one without.

    Attributes:
        people: in the agency.
        seats, reached, gain, hours: seats given, people with one, summed micro-points and
            milli-JP; first with the floors, then without.
        shown: large enough to be told of.
    """

    value: str
    people: int
    seats: tuple[int, int]
    reached: tuple[int, int]
    gain: tuple[int, int]
    hours: tuple[int, int]
    shown: bool

    def as_json(self) -> dict[str, Any]:
        """Return figures by name; of a small group nothing but that there is one."""
        if not self.shown:
            return {"value": self.value, "hidden": True}
        pair = ("with", "without")
        return {
            "value": self.value,
            "people": self.people,
            "seats": dict(zip(pair, self.seats, strict=True)),
            "reached": dict(zip(pair, self.reached, strict=True)),
            "gain": {name: one / MICRO for name, one in zip(pair, self.gain, strict=True)},
            "jp_per_person": {
                name: round(one / MILLI / max(1, self.people), 3)
                for name, one in zip(pair, self.hours, strict=True)
            },
        }


@dataclass(frozen=True)
class Standing:
    """What the floors change for everybody.

    Attributes:
        value: objective with the floors, then without.
        groups: by column of employees.
    """

    value: tuple[int, int]
    groups: dict[str, tuple[Group, ...]]

    def as_json(self) -> dict[str, Any]:
        """Return what stands in the file beside the seats."""
        return {
            "objective": {"with": self.value[0] / MICRO, "without": self.value[1] / MICRO},
            "groups": {
                by: [group.as_json() for group in groups] for by, groups in self.groups.items()
            },
        }


def without_floors(problem: Problem) -> Problem:
    """Return the problem in which no group is promised anything; ceilings stay."""
    quotas = problem.quotas
    return replace(problem, quotas=replace(quotas, low=np.zeros_like(quotas.low)))


@dataclass(frozen=True)
class Turning:
    """What turns change.

    Attributes:
        points: micro-points of the allocation without what turns count for, with and without
            turns asked for; both within their gap of the best.
    """

    layout: Layout
    turn: int
    points: tuple[int, int]
    groups: tuple[Group, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what stands in the file beside the seats."""
        turns = self.layout.turns
        if turns is None:
            return {}
        kept, free = self.points
        return {
            "by": turns.by,
            "first_year": turns.years[0],
            "last_year": turns.years[1],
            "strength": turns.strength,
            "share_jp": round(turns.share, 3),
            "history_known": turns.known,
            "behind": int(turns.behind.sum()),
            "points": self.turn / MICRO,
            "worth": {"with": kept / MICRO, "without": free / MICRO},
            "cost": (free - kept) / MICRO,
            "groups": [group.as_json() for group in self.groups],
        }


def turning(
    layout: Layout, chosen: Flags, solved: Callable[[Problem], Flags], least: int
) -> Turning | None:
    """Compare an allocation with the one in which nobody's turn counts; ``None`` unless asked.

    Parameters:
        solved, least: as for ``standing``.
    """
    turns = layout.turns
    if turns is None:
        return None
    plain = layout.problem.with_pairs(value=layout.problem.pairs.value - layout.turn)
    other = solved(plain)
    kept = round((layout.wishes.stability or 0.0) * MICRO)
    points = [worth(plain, c) - kept * int((c & layout.kept).sum()) for c in (chosen, other)]
    names = (LESS, NOTHING, SHARE)
    of = np.where(~turns.behind, 2, np.where(turns.had == 0, 1, 0))
    groups = _groups(layout, (chosen, other), Grouping(names, of), least)
    return Turning(
        layout,
        int(layout.turn[chosen].sum()),
        (points[0], points[1]),
        tuple(group for group in groups if group.people),
    )


def standing(
    layout: Layout,
    snapshot: Snapshot,
    tree: UnitTree,
    chosen: Flags,
    solved: Callable[[Problem], Flags],
    least: int,
) -> Standing | None:
    """Compare an allocation with the one without floors; ``None`` where no floor is asked for.

    Parameters:
        solved: gives the allocation of a problem.
        least: people that a group holds to be told of.
    """
    columns = sorted({quota.by for quota in layout.quotas if quota.min > 0})
    if not columns:
        return None
    other = solved(without_floors(layout.problem))
    groups: dict[str, tuple[Group, ...]] = {
        by: _groups(layout, (chosen, other), grouping(snapshot, tree, by), least) for by in columns
    }
    return Standing((worth(layout.problem, chosen), worth(layout.problem, other)), groups)


def _groups(
    layout: Layout, two: tuple[Flags, Flags], groups: Grouping, least: int
) -> tuple[Group, ...]:
    names, of = groups.names, groups.of
    pairs, n = layout.problem.pairs, len(names)
    people = np.bincount(of, minlength=n)
    hidden = hidden_cells(people, people[None, :], least)[0]

    def summed(values: Whole, at: Whole) -> Whole:
        found = np.zeros(n, np.int64)
        np.add.at(found, of[at], values)
        return found

    figures = []
    for chosen in two:
        person = pairs.person[chosen]
        some = np.unique(person)
        everybody = np.arange(len(of))
        figures.append(
            (
                summed(np.ones(len(person), np.int64), person),
                summed(np.ones(len(some), np.int64), some),
                summed(layout.micro[chosen], person),
                summed(hours_of(layout.problem, chosen), everybody),
            )
        )
    order = sorted(range(n), key=lambda g: names[g].encode())
    found = []
    for g in order:
        seats, reached, gain, hours = (
            (int(figures[0][i][g]), int(figures[1][i][g])) for i in range(4)
        )
        found.append(Group(names[g], int(people[g]), seats, reached, gain, hours, not hidden[g]))
    return tuple(found)
