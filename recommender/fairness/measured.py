"""A finished ranking measured by group; in: an engine and its lists, out: a ``Report``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.batch.stream import rank_everybody
from recommender.engine import Engine
from recommender.fairness.cells import base_of, cells_of, overall
from recommender.fairness.floors import Floors
from recommender.fairness.groups import Grouping, groupings
from recommender.fairness.lists import Lists
from recommender.fairness.outcomes import Measure, measures
from recommender.fairness.report import Finding, Measured, Report
from recommender.fairness.suppression import hidden_cells
from recommender.pipeline import Progress
from recommender.results import Kind


def measure(engine: Engine, lists: Sequence[Lists]) -> Report:
    """Measure the lists of one kind or of several together."""
    floors = Floors.of(engine.rules)
    ways = groupings(engine.snapshot, engine.prepared.facts.tree, floors)
    found = [m for one in lists for m in measures(engine, one, floors)]
    return assess(ways, found, floors)


def rank_and_measure(
    engine: Engine,
    kinds: Sequence[Kind] | None = None,
    *,
    k: int = 10,
    progress: Progress | None = None,
) -> Report:
    """Rank everybody, keep no list, and measure.

    Parameters:
        kinds: what to rank, everything the dataset holds by default.
        k: length of each list.
    """
    gathered = []
    for kind in engine.kinds() if kinds is None else kinds:
        lists, done = Lists(engine, kind, k), 0
        for ranked in rank_everybody(engine, kind, k):
            lists.add(ranked)
            done += ranked.people
            if progress:
                progress("rank", done, len(engine.employee_ids))
        gathered.append(lists)
    return measure(engine, gathered)


def assess(ways: Sequence[Grouping], found: Sequence[Measure], floors: Floors) -> Report:
    """Lay measures out by group, hide small cells, and hold them to the floors."""
    hidden = {
        way.name: hidden_cells(
            np.bincount(way.of, minlength=len(way.groups)),
            np.stack([base_of(one, way) for one in found]),
            floors.least,
            way.parent,
        )
        for way in ways
        if found
    }
    laid_out, findings = [], []
    for place, one in enumerate(found):
        tables = tuple(cells_of(one, way, hidden[way.name][place], floors) for way in ways)
        gating = floors.gating.get(one.name, frozenset())
        laid_out.append(
            Measured(
                one.name, floors.floors.get(one.name), bool(gating), overall(one, floors), tables
            )
        )
        for table in tables:
            blocks = table.dimension in gating
            findings += [Finding(one.name, table.dimension, group, blocks) for group in table.below]
    return Report(floors.least, tuple(laid_out), tuple(findings))
