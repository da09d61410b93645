"""Time to plan one person's year, and everybody's of a fictional agency.

    python tests/benchmarks/bench_plan.py [--employees N] [--sample S] [--workers 1 2]

One plan is timed on a catalogue cut to 600 trainings and on the whole one. Then everybody is
planned with each number of processes, and the minutes are measured, not worked out; for an agency
of 70,000 they are carried over at the same speed, which is said.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import date

import numpy as np

from recommender.engine import Engine
from recommender.plan.everybody import plan_everybody
from training_data.dataset import Dataset
from training_data.synthetic import generate

AS_OF = date(2026, 11, 2)
YEAR = 2027
SMALL = 600
AGENCY = 70_000


def cut(agency: Dataset, trainings: int) -> Dataset:
    """Return the agency with only so many trainings, spread over the catalogue."""
    table = agency.table("trainings")
    keep = np.unique(np.linspace(0, table.num_rows - 1, trainings).astype(int))
    codes = set(table.take(keep)["training_code"].to_pylist())
    tables = {"trainings": table.take(keep)}
    for name in ("training_outcomes", "sessions"):
        rows = agency.table(name)
        mask = [code in codes for code in rows["training_code"].to_pylist()]
        tables[name] = rows.filter(mask)
    return agency.replace(**tables)


def one_by_one(engine: Engine, sample: int) -> None:
    """Print how long single plans take."""
    engine.plan(engine.employee_ids[0], YEAR)
    step = max(1, len(engine.employee_ids) // sample)
    taken, exact, rows = [], 0, 0
    for employee in engine.employee_ids[::step]:
        begun = time.perf_counter()
        plan = engine.plan(employee, YEAR)
        taken.append(1000 * (time.perf_counter() - begun))
        exact += plan.proof.exact
        rows += len(plan.rows)
    n = len(taken)
    print(
        f"{len(engine.snapshot.trainings):>5} trainings, {n} plans:"
        f" median {np.median(taken):.0f} ms, 95% {np.quantile(taken, 0.95):.0f} ms,"
        f" most {max(taken):.0f} ms;"
        f" {rows / n:.1f} rows each, {exact / n:.1%} proved best",
        flush=True,
    )


def everybody(engine: Engine, workers: int) -> None:
    """Print how long everybody's plans take."""
    begun = time.perf_counter()
    exact = count = 0
    for _, plan in plan_everybody(engine, YEAR, workers=workers, alternatives=True):
        exact += plan.proof.exact
        count += 1
    minutes = (time.perf_counter() - begun) / 60
    print(
        f"{count:,} people, {workers} process(es): {minutes:.1f} min,"
        f" {60_000 * minutes * workers / count:.0f} ms of a process each,"
        f" {exact / count:.2%} proved best;"
        f" {AGENCY:,} at this speed: {minutes * AGENCY / count:.0f} min",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=1_000)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    asked = parser.parse_args()
    agency = generate(asked.employees, as_of=AS_OF)
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    one_by_one(Engine.fitted(cut(agency, SMALL), as_of=AS_OF), asked.sample)
    engine = Engine.fitted(agency, as_of=AS_OF)
    one_by_one(engine, asked.sample)
    for workers in asked.workers:
        everybody(engine, workers)
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
