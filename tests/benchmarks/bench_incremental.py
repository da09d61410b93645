"""Time to rank again after some employees changed, beside a full run; both give the same bytes.

    python tests/benchmarks/bench_incremental.py [--employees N] [--share 0.01] [--times 5]

Of the changed people every assessed level is another one. *kernel* is scoring and choosing alone,
*lists* adds reasons and lines, *whole* adds fingerprints and putting kept and new lists together.
A full run takes fingerprints as well, for the next run. Medians of runs in turn, one process.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import date

import numpy as np
import pyarrow as pa

from recommender.batch.fingerprints import Basis
from recommender.batch.incremental import Earlier, Reuse, rank_changed
from recommender.batch.records import lines_mark
from recommender.batch.stream import rank_everybody
from recommender.batch.work import joined
from recommender.block import LISTED, blocks
from recommender.engine import Engine
from recommender.listing import Ranked
from recommender.results import Kind
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules
from training_data.synthetic import generate

AS_OF = date(2026, 11, 2)
K = 10


def changed(dataset: Dataset, share: float) -> Dataset:
    """Return the agency after a share of its people were assessed anew."""
    held = dataset.tables["competency_scores"]
    ids = dataset.tables["employees"]["employee_id"].to_pylist()
    chosen = set(np.random.default_rng(0).choice(ids, round(share * len(ids)), replace=False))
    of_chosen = np.array([one in chosen for one in held["employee_id"].to_pylist()])
    level = held["level"].to_numpy().copy()
    level[of_chosen] = np.where(level[of_chosen] >= 1, level[of_chosen] - 1, level[of_chosen] + 1)
    place = held.column_names.index("level")
    return dataset.replace(competency_scores=held.set_column(place, "level", pa.array(level)))


def kernel(engine: Engine, kind: Kind, rows: np.ndarray) -> None:
    """Score and choose for some people, without reasons and lines."""
    for block in blocks(rows, LISTED[kind]):
        engine.scoring.block(kind, block).best(K)


def lists(engine: Engine, kind: Kind, rows: np.ndarray) -> Ranked:
    return joined(kind, (engine.rank_block(kind, b, K) for b in blocks(rows, LISTED[kind])))


def medians(times: int, *works: Callable[[], object]) -> Iterable[float]:
    """Return the median seconds of each work, done in turn."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, seconds in zip(works, taken, strict=True):
            begun = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - begun)
    return map(statistics.median, taken)


def same(one: Ranked, two: Ranked) -> bool:
    return (
        list(one.rows()) == list(two.rows())
        and one.empty() == two.empty()
        and bool((lines_mark(one.lines) == lines_mark(two.lines)).all())
    )


def compare(before: Engine, after: Engine, kind: Kind, times: int) -> None:
    everybody = np.arange(len(after.employee_ids), dtype=np.int64)
    whole = lists(before, kind, everybody)
    earlier = Earlier(Basis.of(before, kind, K), whole.lines, whole.without)
    touched = np.flatnonzero(Reuse(Basis.of(after, kind, K), earlier).touched)
    rows = (
        ("kernel", lambda: kernel(after, kind, everybody), lambda: kernel(after, kind, touched)),
        ("lists", lambda: lists(after, kind, everybody), lambda: lists(after, kind, touched)),
        (
            "whole",
            lambda: (Basis.of(after, kind, K), joined(kind, rank_everybody(after, kind, K))),
            lambda: joined(kind, rank_changed(after, kind, K, earlier)),
        ),
    )
    print(f"\n| {kind}, {len(touched):,} of {len(everybody):,} people anew "
          "| everybody, ms | the changed, ms | share |\n|---|---|---|---|")  # fmt: skip
    for name, full, part in rows:
        all_of, some = medians(times, full, part)
        print(f"| {name} | {1000 * all_of:.0f} | {1000 * some:.0f} | {some / all_of:.1%} |")
    found = joined(kind, rank_changed(after, kind, K, earlier))
    print(f"\nThe same bytes: {same(found, lists(after, kind, everybody))}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=20_000)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    rules = load_rules(AS_OF)
    dataset = generate(given.employees, as_of=AS_OF)
    before = Engine.fitted(dataset, as_of=AS_OF, rules=rules)
    begun = time.perf_counter()
    after = Engine.open(changed(dataset, given.share), before.model, as_of=AS_OF, rules=rules)
    print(f"Reading the changed data takes {time.perf_counter() - begun:.2f} s either way.")
    for kind in after.kinds():
        kernel(after, kind, np.arange(100))  # compiled code is loaded before the clock runs
        compare(before, after, kind, given.times)


if __name__ == "__main__":
    main()
