"""How near the estimate comes to the planted level, beside the strongest evidence.

    python tests/benchmarks/bench_estimate.py [--employees N] [--seeds S …]

Printed per fictional city: errors of both, how often the interval holds the level, and the
learnt numbers. The planted levels are read here only.
"""

from __future__ import annotations

import argparse
import time
from datetime import date

import numpy as np
import pyarrow as pa

from recommender.engine import Engine
from training_data.synthetic import generate
from training_data.synthetic.city import City

AS_OF = date(2026, 11, 2)


def judge(employees: int, seed: int) -> None:
    """Print one city's figures."""
    engine = Engine.fitted(generate(employees, seed=seed, as_of=AS_OF), as_of=AS_OF)
    city = City(employees, seed, AS_OF)
    truth = pa.concat_tables([shard.truth["levels"] for shard in city.shards(20_000)])
    snapshot, found, profile = engine.snapshot, engine.estimates, engine.prepared.facts.profile
    person = snapshot.people.index.lookup(truth["employee_id"]).astype(np.int64)
    wanted = person * found.n_competencies + snapshot.competencies.lookup(truth["competency_code"])
    at = np.minimum(np.searchsorted(found.pair, wanted), len(found.pair) - 1)
    use = found.pair[at] == wanted
    true, at = truth["level"].to_numpy()[use], at[use]
    strongest = profile.level[at] / 1000
    inside = (found.low[at] <= true) & (true <= found.high[at])
    begun = time.perf_counter()
    sample = engine.employee_ids[:: max(1, len(engine.employee_ids) // 200)]
    for employee in sample:
        engine.assess_next(employee)
    spent = 1000 * (time.perf_counter() - begun) / len(sample)
    begun = time.perf_counter()
    engine.assess_first()
    whole = time.perf_counter() - begun
    print(
        f"seed {seed}, {use.sum()} pairs: error of estimate {rms(found.level[at] - true):.3f},"
        f" of strongest evidence {rms(strongest - true):.3f};"
        f" interval holds {inside.mean():.1%}; assess next {spent:.1f} ms a person,"
        f" first of {len(engine.employee_ids)} people {whole:.2f} s"
    )
    print("  ", found.errors.as_json(), flush=True)


def rms(values: np.ndarray) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt((values**2).mean()))


if __name__ == "__main__":
    ask = argparse.ArgumentParser()
    ask.add_argument("--employees", type=int, default=3000)
    ask.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    given = ask.parse_args()
    for one in given.seeds:
        judge(given.employees, one)
