"""Time to rank a whole fictional agency, beside a bare matrix product of the same size.

    python tests/benchmarks/bench_rank.py [--employees N]

The peer is one single-precision product of the vector form (people × segments times segments ×
trainings), scores only: no rules, no history, no texts, no top-k, no reasons. It is the machine's
limit for the gap term alone, not a recommender.
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import date

import numpy as np

from recommender.engine import Engine
from recommender.features import ThermometerEncoder
from training_data.synthetic import generate

AS_OF = date(2026, 11, 2)
BLOCK = 2048


def bare_product(engine: Engine) -> float:
    """Return the seconds of the product alone, operands made beforehand."""
    snapshot, profile = engine.snapshot, engine.prepared.facts.profile
    trainings = snapshot.trainings
    cuts = np.full((len(trainings.outcome_to) * 2, len(snapshot.competencies)), np.nan)
    rows = np.arange(len(trainings.outcome_to))
    cuts[rows, trainings.outcome_competency] = trainings.outcome_to / 1000
    cuts[rows + len(rows), trainings.outcome_competency] = trainings.outcome_from / 1000
    encoder = ThermometerEncoder().fit(cuts)
    spans = encoder.spans(
        trainings.outcome_competency.astype(np.int64),
        trainings.outcome_from / 1000,
        trainings.outcome_to / 1000,
    )
    items = np.zeros((len(trainings), spans.shape[1]), np.float32)
    np.add.at(items, trainings.outcome_training, spans.toarray().astype(np.float32))
    seconds = 0.0
    for start in range(0, len(snapshot.people), BLOCK):
        levels = profile.levels(np.arange(start, min(start + BLOCK, len(snapshot.people))))
        known = np.where(levels < 0, np.nan, levels / 1000)
        people = encoder.transform(known).toarray().astype(np.float32)
        begun = time.perf_counter()
        people @ items.T
        seconds += time.perf_counter() - begun
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=5_000)
    n = parser.parse_args().employees
    agency = generate(n, as_of=AS_OF)
    begun = time.perf_counter()
    engine = Engine.fitted(agency, as_of=AS_OF)
    prepared = time.perf_counter() - begun
    people, trainings, jobs = n, len(engine.snapshot.trainings), len(engine.snapshot.jobs)
    print(f"{people:,} people, {trainings:,} trainings, {jobs:,} posts")
    product = bare_product(engine)
    print(f"{'stage':<40}{'seconds':>9}{'pairs/s':>12}{'× product':>11}")
    print(f"{'fit and lay out':<40}{prepared:>9.2f}")
    print(f"{'bare product, trainings':<40}{product:>9.2f}{people * trainings / product:>12.2e}"
          f"{1:>11.1f}")  # fmt: skip
    for kind, items in (("training", trainings), ("role", jobs)):
        begun = time.perf_counter()
        engine.rank(kind, 10)
        taken = time.perf_counter() - begun
        name = f"rank, rules, reasons: {kind}"
        print(f"{name:<40}{taken:>9.2f}{people * items / taken:>12.2e}{taken / product:>11.1f}")
    begun = time.perf_counter()
    engine.candidates("training", engine.snapshot.trainings.index.codes[0])
    print(f"{'candidates for one training':<40}{time.perf_counter() - begun:>9.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
