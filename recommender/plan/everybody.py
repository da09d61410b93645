"""Plan everybody in blocks, in one process or in several: the plans and their order never differ.

In: an open engine and a year. Out: one (employee id, plan) after the other, in the order of the
people, so that whoever writes them down or adds them up never holds them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recommender.engine import Engine
from recommender.errors import UnknownEmployee
from recommender.pipeline import Progress
from recommender.plan.basis import Wish
from recommender.plan.results import Plan
from recommender.workers import in_order

Planned = tuple[str, Plan]

BLOCK = 32
"""People planned at a time; changes memory and how evenly workers are busy, never a plan."""


def plan_everybody(
    engine: Engine,
    year: int | None = None,
    *,
    workers: int = 1,
    employees: Sequence[str] | None = None,
    alternatives: bool = True,
    progress: Progress | None = None,
) -> Iterator[Planned]:
    """Yield the year plan of everybody, or of the named people.

    Parameters:
        year: calendar year, that of the day by default.
        workers: processes; with 1 everything stays in this one.
        employees: who is planned, in byte order of the ids; everybody by default.
        alternatives: whether rows say what could stand in their place.

    Raises:
        ImpossibleWish: the year is over.
        UnknownEmployee: one of the named people is not known.
    """
    wish = Wish(year or engine.as_of.year, alternatives=alternatives)
    rows = _rows(engine, employees)
    blocks = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
    done = 0
    for plans in in_order((engine, wish), _block, blocks, workers):
        yield from plans
        done += len(plans)
        if progress:
            progress("plan", done, len(rows))


def _rows(engine: Engine, employees: Sequence[str] | None) -> list[int]:
    if employees is None:
        return list(range(len(engine.employee_ids)))
    known = engine.snapshot.people.index.rows
    if not known.keys() >= set(employees):
        raise UnknownEmployee("No employee has this id in the data.")
    return sorted({known[e] for e in employees})


def _block(asked: tuple[Engine, Wish], rows: Sequence[int]) -> list[Planned]:
    engine, wish = asked
    ids = engine.employee_ids
    return [(ids[row], engine.planner.plan(row, wish)) for row in rows]
