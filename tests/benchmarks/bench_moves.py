"""How well posts are foreseen in fictional agencies, from known good moves and after a cut.

    python tests/benchmarks/bench_moves.py [--people N] [--first SEED] [--seeds S]

For each city two tables: the known good moves (histories hidden, weights by 5 folds, and untuned),
and, without them, the first move of each person after 80 % of all moves. Printed is NDCG@10 of the
engine and of every baseline, and the means over the cities. Cities 11 to 18 were at hand when
the defaults were chosen; others were not.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from types import MappingProxyType

import numpy as np

from recommender.evaluation.ours import NAME
from recommender.evaluation.run import evaluate
from training_data.dataset import Dataset
from training_data.synthetic import AS_OF, generate


def judge(people: int, seed: int) -> dict[str, dict[str, float]]:
    """Return what was judged → method → NDCG@10 of one city."""
    city = generate(people, seed=seed)
    histories = {name: table for name, table in city.tables.items() if name != "role_pairs"}
    found = {}
    for dataset in (city, Dataset(MappingProxyType(histories))):
        report = evaluate(dataset, kind="role", as_of=AS_OF, seed=seed)
        methods = report.groups["all"]
        what = f"{report.protocol['split']} (n = {report.sizes['all']})"
        print(f"city {seed}, {what}: {_line({m: report.value(m, 'ndcg@10') for m in methods})}")
        found[report.protocol["split"]] = {m: report.value(m, "ndcg@10") for m in methods}
    return found


def _line(values: dict[str, float]) -> str:
    order = sorted(values, key=lambda method: (not method.startswith(NAME), -values[method]))
    return ", ".join(f"{method} {values[method]:.3f}" for method in order)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    over: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for seed in range(given.first, given.first + given.seeds):
        for split, methods in judge(given.people, seed).items():
            for method, value in methods.items():
                over[split][method].append(value)
    for split, methods in over.items():
        means = {method: float(np.mean(values)) for method, values in methods.items()}
        print(f"\nMeans over {given.seeds} cities, {split}: {_line(means)}")


if __name__ == "__main__":
    main()
