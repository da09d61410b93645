"""Groups of people by which fairness is measured; in: a snapshot, out: ``Grouping``.

Sex and place stand in no array of the engine: only this module reads them. Unknown is a group of
its own, never one of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.fairness.floors import Floors
from recommender.snapshot import Snapshot
from recommender.units import UnitTree
from training_data.reference import choices

UNKNOWN_GROUP = ""
DIMENSIONS = ("sex", "age", "employment", "region", "location", "unit")


@dataclass(frozen=True)
class Grouping:
    """One way of grouping everybody.

    Attributes:
        name: one of ``DIMENSIONS``.
        groups: codes in order; the empty one is unknown.
        of: group of each person.
        parent: per group, the group of a coarser grouping that holds it; all 0 where none does.
    """

    name: str
    groups: tuple[str, ...]
    of: Ints
    parent: Ints


def groupings(snapshot: Snapshot, tree: UnitTree, floors: Floors) -> tuple[Grouping, ...]:
    """Group everybody in every way; a way in which everybody is unknown is left out."""
    table = snapshot.dataset.table("employees")
    order = snapshot.people.index.lookup(table["employee_id"])

    def by_person(column: str) -> list[str]:
        values = [UNKNOWN_GROUP] * len(snapshot.people)
        for row, value in zip(order.tolist(), table[column].to_pylist(), strict=True):
            values[row] = value or UNKNOWN_GROUP
        return values

    places = _places(snapshot, tree, by_person("location"))
    regions = [_region(place, floors.islands) for place in places]
    employments = choices("employment")
    made = (
        _grouping("sex", by_person("sex")),
        _grouping("age", _ages(snapshot, floors.age_bounds)),
        _grouping(
            "employment",
            [employments[e] if e >= 0 else UNKNOWN_GROUP for e in snapshot.people.employment],
        ),
        _grouping("region", regions),
        _grouping("location", places, regions),
        _grouping("unit", _departments(snapshot, tree)),
    )
    return tuple(g for g in made if g.groups not in ((), (UNKNOWN_GROUP,)))


def _grouping(name: str, values: Sequence[str], parents: Sequence[str] | None = None) -> Grouping:
    groups = tuple(sorted(set(values), key=_place_in_order))
    place = {group: n for n, group in enumerate(groups)}
    of = np.array([place[v] for v in values], np.int32)
    parent = np.zeros(len(groups), np.int32)
    if parents is not None:
        above = {p: n for n, p in enumerate(sorted(set(parents)))}
        for group, p in zip(of.tolist(), parents, strict=True):
            parent[group] = above[p]
    return Grouping(name, groups, of, parent)


def _place_in_order(group: str) -> tuple[bool, bool, str]:
    """Unknown stands last, the youngest band first."""
    return group == UNKNOWN_GROUP, not group.startswith("<"), group


def _ages(snapshot: Snapshot, bounds: tuple[int, ...]) -> list[str]:
    names = [f"<{bounds[0]}"]
    names += [f"{low}-{high - 1}" for low, high in pairwise(bounds)]
    names.append(f">={bounds[-1]}")
    born = snapshot.people.birth_date
    known = ~np.isnat(born)
    years = _completed_years(born[known], np.datetime64(snapshot.as_of, "D"))
    band = np.full(len(born), len(names), np.int64)
    band[known] = np.searchsorted(bounds, years, side="right")
    return [(*names, UNKNOWN_GROUP)[b] for b in band.tolist()]


def _completed_years(born: NDArray[np.datetime64], day: np.datetime64) -> NDArray[np.int64]:
    """Return completed years; who was born on 29 February completes one on 1 March."""

    def month_and_day(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        month = days.astype("datetime64[M]")
        of_year = month.astype(np.int64) % 12
        found: NDArray[np.int64] = of_year * 100 + (days - month).astype(np.int64)
        return found

    today = np.full(len(born), day, "datetime64[D]")
    days = born.astype("datetime64[D]")
    years = today.astype("datetime64[Y]").astype(np.int64) - days.astype("datetime64[Y]").astype(
        np.int64
    )
    found: NDArray[np.int64] = years - (month_and_day(today) < month_and_day(days))
    return found


def _places(snapshot: Snapshot, tree: UnitTree, own: list[str]) -> list[str]:
    """Return each person's place of work, else that of the nearest unit above with one."""
    table = snapshot.dataset.table("units")
    stated = dict(zip(table["unit_code"].to_pylist(), table["location"].to_pylist(), strict=True))
    codes = snapshot.units.codes
    of_unit = [
        next((stated[codes[u]] for u in tree.line(unit) if stated.get(codes[u])), UNKNOWN_GROUP)
        for unit in range(len(codes))
    ]
    return [
        place or (of_unit[unit] if unit >= 0 else UNKNOWN_GROUP)
        for place, unit in zip(own, snapshot.people.unit.tolist(), strict=True)
    ]


def _region(place: str, islands: tuple[str, ...]) -> str:
    if not place:
        return UNKNOWN_GROUP
    folded = place.casefold()
    return "islands" if any(word.casefold() in folded for word in islands) else "mainland"


def _departments(snapshot: Snapshot, tree: UnitTree) -> list[str]:
    codes = (*snapshot.units.codes, UNKNOWN_GROUP)
    return [codes[d] for d in tree.department_of(snapshot.people.unit).tolist()]
