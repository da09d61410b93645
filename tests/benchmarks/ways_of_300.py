"""Every refusal of many fictional people: does each way, when lived, open its item?

    python tests/benchmarks/ways_of_300.py [--people N] [--employees N] [--seed N]

Prints how many items are refused, how they are answered, and every claim that does not hold.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "property"))

from claims import broken_claims

from recommender.engine import Engine
from training_data.synthetic import generate

AS_OF = date(2026, 11, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--employees", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    engine = Engine.fitted(generate(given.employees, as_of=AS_OF), as_of=AS_OF)
    people = random.Random(given.seed).sample(engine.employee_ids, given.people)
    said: Counter[str] = Counter()
    broken, begun = 0, time.perf_counter()
    for employee_id in people:
        for claim in broken_claims(engine, employee_id, said):
            broken += 1
            print(employee_id, claim)
    seconds = time.perf_counter() - begun
    print(f"{len(people)} people, {sum(said.values()):,} refused items, {dict(said)}")
    print(f"{broken} claims that do not hold, {seconds:.0f} s")


if __name__ == "__main__":
    main()
