"""The gap map as rows: figures of every unit and competency, small groups taken out.

In: who is asked for what and how much is missing. Out: Arrow tables, one row per node of the tree
of units. What is hidden is null in them: nothing that stands behind this stage can tell it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.gapmap.branches import Branches, Counts, Rows
from recommender.gapmap.hiding import Flags, hide
from recommender.gapmap.slices import ALL, WAYS, slices_of

if TYPE_CHECKING:
    from recommender.engine import Engine

RULE = "aggregates.least_group"
WHOLE, OWN = "whole", "own"

UNITS = pa.schema(
    [
        pa.field("unit_code", pa.string(), nullable=False),
        pa.field("part", pa.string(), nullable=False),
        ("parent_code", pa.string()),
        ("people", pa.int64()),
        ("jp_none", pa.int64()),
        ("jp_some", pa.int64()),
        ("jp_enough", pa.int64()),
    ]
)
"""Columns of the units: people, and those with no, some and enough JP of the year. The code of the
agency is empty; ``part`` is the whole unit or its own people alone."""

UNIT_GAPS = pa.schema(
    [
        pa.field("unit_code", pa.string(), nullable=False),
        pa.field("part", pa.string(), nullable=False),
        pa.field("slice", pa.string(), nullable=False),
        pa.field("competency_code", pa.string(), nullable=False),
        ("people", pa.int64()),
        ("known", pa.int64()),
        ("below", pa.int64()),
        ("milli", pa.int64()),
    ]
)
"""Columns of the gaps of units: people whose present post asks for the competency, those of them
who were measured, those of these below the standard, and the thousandths of a level these miss. A
row of everybody stands also where it is hidden; a slice that is hidden has none."""

PEOPLE, KNOWN, BELOW, MILLI_SUM = range(4)


@dataclass(frozen=True)
class Asked:
    """Everybody's standard, pair by pair.

    Attributes:
        person, competency: rows.
        short: thousandths of a level below the standard; 0 at or above it, −1 unknown.
    """

    person: Ints
    competency: Ints
    short: Ints


@dataclass(frozen=True)
class UnitRows:
    """What is told of units, in the schemas ``UNITS`` and ``UNIT_GAPS``."""

    units: pa.Table
    gaps: pa.Table


def unit_rows(engine: Engine, asked: Asked, jp: NDArray[np.float64]) -> UnitRows:
    """Return the figures of every unit.

    Parameters:
        jp: JP of the year of every person, NaN unknown.
    """
    snapshot = engine.snapshot
    least = int(engine.rules.rule(RULE).params["people"])
    enough = float(engine.rules.rule("jp.yearly_pns").params["min_jp"])
    branches, row = _tree(engine)
    unit = row[snapshot.people.unit]
    ways = slices_of(snapshot.people)
    return UnitRows(
        hour_rows(branches, unit, jp, enough, least),
        gap_rows(branches, unit, asked, ways, snapshot.competencies.codes, least),
    )


def _tree(engine: Engine) -> tuple[Branches, Rows]:
    """Return the tree and, per row of the snapshot's units and for none, its row in the tree."""
    snapshot = engine.snapshot
    table = snapshot.dataset.table("units")
    above = dict.fromkeys(snapshot.units.codes)
    pairs = (table["unit_code"].to_pylist(), table["parent_code"].to_pylist())
    above.update(zip(*pairs, strict=True))
    branches = Branches.of(list(above.items()))
    place = {code: at for at, code in enumerate(branches.codes)}
    rows = [place[code] for code in snapshot.units.codes]
    return branches, np.array([*rows, branches.agency], np.int64)


def hour_rows(
    branches: Branches, unit: Rows, jp: NDArray[np.float64], enough: float, least: int
) -> pa.Table:
    """Return people and hours of every unit, in the schema ``UNITS``.

    Parameters:
        unit: row of each person's unit in the tree, the agency for those without one.
        enough: JP that a year asks for.
    """
    kinds = (np.ones(len(jp), bool), jp == 0, (jp > 0) & (jp < enough), jp >= enough)
    whole = branches.roll_up(_by_unit(branches, unit, kinds))
    measured = np.stack([whole[:, 0], whole[:, 1:].sum(axis=1)], axis=1)
    hidden = hide(measured, branches, least)
    shown = np.flatnonzero(branches.told & (whole[:, 0] > 0))
    above = np.array([*branches.parent, UNKNOWN, *range(branches.agency + 1)])[shown]
    codes = np.array([*branches.codes, ""], object)
    columns = [
        *_named(branches, shown),
        pa.array(codes[above], pa.string(), mask=above == UNKNOWN),
        *(pa.array(whole[shown, at], pa.int64(), mask=hidden[shown]) for at in range(4)),
    ]
    return pa.table(columns, schema=UNITS)


def gap_rows(
    branches: Branches,
    unit: Rows,
    asked: Asked,
    ways: Mapping[str, Ints],
    codes: Sequence[str],
    least: int,
) -> pa.Table:
    """Return gaps of every unit, competency and slice, in the schema ``UNIT_GAPS``.

    Parameters:
        unit: row of each person's unit in the tree, the agency for those without one.
        ways: per way the place of each person's slice.
        codes: of the competencies.
    """
    order = np.argsort(asked.competency, kind="stable")
    ends = np.searchsorted(asked.competency[order], np.arange(len(codes) + 1))
    parts: list[pa.Table] = []
    for competency, code in enumerate(codes):
        rows = order[ends[competency] : ends[competency + 1]]
        if len(rows) == 0:
            continue
        person, short = asked.person[rows], asked.short[rows].astype(np.int64)
        kinds = (np.ones(len(rows), bool), short >= 0, short > 0, np.maximum(short, 0))
        own = {way: of[person] for way, of in ways.items()}
        for found in _slices(branches, unit[person], kinds, own, least):
            parts.append(_table(branches, code, *found))
    return pa.concat_tables([UNIT_GAPS.empty_table(), *parts])


Slice = tuple[str, Rows, Counts, Flags, Flags]
"""A slice, its nodes, their figures, which are hidden, and of which the deficit is."""


def _slices(
    branches: Branches,
    unit: Rows,
    kinds: Sequence[NDArray[np.generic]],
    ways: Mapping[str, Ints],
    least: int,
) -> Iterator[Slice]:
    """Yield everybody, then every slice; the slices of a node are shown together or not at all.

    A slice that is not shown has no row, one that holds nobody has a row of zeros.
    """
    whole = branches.roll_up(_by_unit(branches, unit, kinds))
    hidden = hide(whole[:, [PEOPLE, KNOWN]], branches, least)
    # A mean speaks of those it is the mean of, who are fewer than those measured.
    quiet = hide(whole[:, [BELOW]], branches, least, forced=hidden)
    there = branches.told & (whole[:, PEOPLE] > 0)
    yield ALL, np.flatnonzero(there), whole, hidden, quiet
    for way, of in ways.items():
        names = WAYS[way]
        split = [np.where(of == at, kind, 0) for at in range(len(names)) for kind in kinds]
        figures = branches.roll_up(_by_unit(branches, unit, split))
        figures = figures.reshape(len(figures), len(names), len(kinds))
        both = figures[:, :, [PEOPLE, KNOWN]].reshape(len(figures), -1)
        covered = hide(both, branches, least, forced=hidden)
        silent = hide(figures[:, :, BELOW], branches, least, forced=covered | quiet)
        for at, name in enumerate(names):
            yield name, np.flatnonzero(there & ~covered), figures[:, at], covered, silent


def _table(
    branches: Branches,
    code: str,
    name: str,
    nodes: Rows,
    figures: Counts,
    hidden: Flags,
    quiet: Flags,
) -> pa.Table:
    n = len(nodes)
    masks = (hidden, hidden, hidden, quiet)
    columns = [
        *_named(branches, nodes),
        pa.array([name] * n, pa.string()),
        pa.array([code] * n, pa.string()),
        *(
            pa.array(figures[nodes, at], pa.int64(), mask=mask[nodes])
            for at, mask in enumerate(masks)
        ),
    ]
    return pa.table(columns, schema=UNIT_GAPS)


def _by_unit(branches: Branches, unit: Rows, kinds: Sequence[NDArray[np.generic]]) -> Counts:
    """Return sums over the people of each unit itself, ``[n + 1, len(kinds)]``."""
    found = [np.bincount(unit, kind, branches.agency + 1) for kind in kinds]
    return np.rint(np.stack(found, axis=1)).astype(np.int64)


def _named(branches: Branches, nodes: Rows) -> tuple[pa.Array, pa.Array]:
    """Return the unit's code and the part of each node."""
    codes = np.array([*branches.codes, ""] * 2, object)
    parts = np.where(nodes > branches.agency, OWN, WHOLE)
    return pa.array(codes[nodes], pa.string()), pa.array(parts.tolist(), pa.string())
