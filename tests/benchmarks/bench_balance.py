"""What it costs to let needs count beside habit, and what it brings: the curve of ``gap_share``.

    python tests/benchmarks/bench_balance.py [--people N] [--seeds S …] [--shares X …]

In fictional agencies, where true levels and true effects are known. For each share (rule
``score.balance``) a model is fitted on the past of a time cut. Printed are its NDCG@10 for
employees without, with a short and with a long history, the levels that the first five trainings
would really close (missing on the present post × the planted effect, summed), and what could be
closed at best; at the end the means over the cities. The default of the rule was chosen on cities
other than those of ``bench_agency.py``.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import replace

import numpy as np
from bench_effect_term import FIRST, SAMPLE, missing_levels, planted_effects

from recommender import pipeline
from recommender.evaluation.baselines.base import Method, Params
from recommender.evaluation.groups import by_history
from recommender.evaluation.ours import Fitted
from recommender.evaluation.past import Past
from recommender.evaluation.run import Task, measure_trainings
from recommender.model import EngineConfig, Model
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules
from training_data.synthetic import AS_OF, generate

K = 10
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)


def balanced(share: float, models: dict[float, Model]) -> Method:
    """Return the product's method with one share, which leaves its model in ``models``."""

    def fit(past: Past, params: Params) -> Fitted:
        config = EngineConfig.of(load_rules(past.as_of))
        config = replace(config, learning=replace(config.learning, gap_share=share))
        found = Fitted(past, config)
        models[share] = found.engine.prepared.model
        return found

    return Method(f"share {share:g}", fit)


def closed(city: Dataset, seed: int, model: Model) -> tuple[float, float]:
    """Return the levels that the first five trainings close, and the best five would."""
    rules = load_rules(AS_OF)
    prepared = pipeline.prepare(city, model, as_of=AS_OF, rules=rules)
    facts, n = prepared.facts, len(prepared.facts.snapshot.people)
    rows = np.sort(np.random.default_rng(0).permutation(n)[:SAMPLE])
    people = facts.learners(rows)
    true = missing_levels(n, seed, facts, people) * planted_effects(facts)
    score = sum(np.asarray(micro, np.int64) for micro in prepared.trainings.terms(people).values())
    first = np.argsort(-score, axis=1, kind="stable")[:, :FIRST]
    best = np.sort(true, axis=1)[:, -FIRST:].sum(axis=1).mean()
    return float(np.take_along_axis(true, first, 1).sum(axis=1).mean()), float(best)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13, 14, 15, 16])
    parser.add_argument("--shares", type=float, nargs="+", default=list(SHARES))
    given = parser.parse_args()
    over: dict[float, list[list[float]]] = defaultdict(list)
    print("seed  share  NDCG cold  short   long  levels closed  at best")
    for seed in given.seeds:
        city, models = generate(given.people, seed=seed), {}
        methods = tuple(balanced(share, models) for share in given.shares)
        found = measure_trainings(city, "time", Task(AS_OF, K, seed), methods)
        kinds = by_history(found.counts).values()
        for share, method in zip(given.shares, methods, strict=True):
            ndcg = found.outcomes[method.name].numbers[f"ndcg@{K}"]
            values = [float(ndcg[wanted].mean()) for wanted in kinds]
            over[share].append([*values, *closed(city, seed, models[share])])
            _print(f"{seed:4}", share, over[share][-1])
    for share, rows in over.items():
        _print("mean", share, np.mean(rows, axis=0))


def _print(name: str, share: float, row: list[float] | np.ndarray) -> None:
    cold, short, long, gained, best = row
    print(
        f"{name}  {share:5.2f}  {cold:9.4f}  {short:.4f} {long:.4f}  {gained:13.3f}  {best:7.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
