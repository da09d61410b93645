"""One employee ranked when asked for, beside a plain product of matrices for the same person.

    python tests/benchmarks/bench_one.py [--people 5000] [--trainings 1000] [--roles 2000]

The engine is open, as in the service. Printed are medians over many people: the list of trainings
and of posts (all terms, rules, masks), ten items explained, the candidates of one item among
everybody, and the ratio to the bare product: levels times outcomes of every training, then a sort.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import made_nation
import numpy as np

from recommender.engine import Engine
from training_data.nation import Nation

AS_OF = date(2026, 11, 2)
ROUNDS = 60


def median_ms(work: Callable[[int], object]) -> float:
    """Return the median time of a call in milliseconds, each round with another number."""
    work(0)
    seconds = []
    for round_ in range(1, ROUNDS + 1):
        begun = time.perf_counter()
        work(round_)
        seconds.append(time.perf_counter() - begun)
    return 1e3 * statistics.median(seconds)


def bare(trainings: int, competencies: int) -> float:
    """Return what one product and one sort take."""
    rng = np.random.default_rng(0)
    outcomes = rng.random((trainings, competencies), np.float32)
    levels = rng.random((ROUNDS + 1, competencies), np.float32)
    return median_ms(lambda n: np.argsort(-(outcomes @ levels[n]))[:10])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--trainings", type=int, default=1_000)
    parser.add_argument("--roles", type=int, default=2_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made_nation.write(Path(folder) / "in", asked.people, 1, asked.trainings, asked.roles, 0)
        nation = Nation(Path(folder) / "in")
        dataset = nation.dataset(nation.agencies[0], nation.catalogue()[0])[0]
        engine = Engine.fitted(dataset, as_of=AS_OF)
        people = engine.employee_ids
        step = max(1, len(people) // (ROUNDS + 1))
        least = bare(len(engine.snapshot.trainings), len(engine.snapshot.competencies))

        def who(n: int) -> str:
            return people[n * step % len(people)]

        def listed(kind: str) -> Callable[[int], object]:
            return lambda n: engine.rank(kind, 10, [who(n)])  # type: ignore[arg-type]

        def explained(n: int) -> object:
            rows = list(engine.rank("training", 10, [who(n)]).rows())
            return engine.items(who(n), "training", [row.item_code for row in rows])

        codes = engine.snapshot.trainings.index.codes
        found = {
            "trainings of one person, ranked": median_ms(listed("training")),
            "posts of one person, ranked": median_ms(listed("role")),
            "trainings ranked and ten of them explained": median_ms(explained),
            f"a training's 20 candidates among {len(people):,}": median_ms(
                lambda n: engine.candidates("training", codes[n % len(codes)], 20)
            ),
        }
    print(f"{asked.people:,} people, {asked.trainings:,} trainings, {asked.roles:,} posts\n")
    print(f"| what | ms, median of {ROUNDS} | × bare product and sort |\n|---|---|---|")
    print(f"| bare product and sort | {least:.3f} | 1 |")
    for name, ms in found.items():
        print(f"| {name} | {ms:.2f} | {ms / least:.0f} |")


if __name__ == "__main__":
    main()
