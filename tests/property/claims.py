"""The one claim about refusals, for tests and for the benchmark: said, cited, and open or shut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from recommender.eligibility.facade import judge
from recommender.engine import Engine
from recommender.results import Item
from recommender.scenario import Change, World
from recommender.snapshot import Snapshot

FAIL = 2


def broken_claims(engine: Engine, employee_id: str, said: Counter[str]) -> Iterator[str]:
    """Live every way of every refused item anew, in whole worlds; yield what does not hold.

    ``said`` counts how each item is answered: a dated way, an open way, or a reason.
    """
    for kind in engine.kinds():
        lives: list[Sequence[Change]] = []
        codes: list[list[str]] = []
        for item in engine.excluded(employee_id, kind):
            yield from _unsaid(item)
            if item.way is None:
                said["reason"] += 1
                continue
            said["dated" if item.way.earliest else "open"] += 1
            if item.way.changes in lives:
                codes[lives.index(item.way.changes)].append(item.item_code)
            else:
                lives.append(item.way.changes)
                codes.append([item.item_code])
        world = World.of(engine.dataset, engine.as_of)
        for dataset, day, names in world.futures(employee_id, lives).values():
            snapshot = Snapshot.of(dataset, day)
            gates = judge(kind, snapshot, engine.rules)
            people = np.array([snapshot.people.index.rows[name] for name in names.values()])
            outcomes = gates.outcomes(people)
            items = snapshot.trainings.index if kind == "training" else snapshot.jobs.index
            for line, life in enumerate(names):
                for code in codes[life]:
                    if outcomes[line, items.rows[code]] == FAIL:
                        yield f"{code} stays refused on {day} after {lives[life]}"


def _unsaid(item: Item) -> Iterator[str]:
    """Yield what a refused item or one of its refused checks leaves unsaid."""
    if (item.way is None) == (item.closed is None):
        yield f"{item.item_code}: neither or both of way and reason"
    for check in item.checks:
        if check.outcome != "tidak_lolos":
            continue
        if (check.way is None) == (check.closed is None):
            yield f"{item.item_code}, {check.rule}: neither or both of way and reason"
        if not check.rule or not check.regulation:
            yield f"{item.item_code}: a check without rule or regulation"
        if check.way is not None and not check.way.changes:
            yield f"{item.item_code}, {check.rule}: a way that cannot be tried out"
