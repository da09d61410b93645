"""Print what people would really gain from their first five trainings, with the term and without.

    python tests/benchmarks/bench_effect_term.py [--employees 5000] [--seeds 3]

In the fictional agency, where the true effect of every training and everybody's true levels are
known: the levels missing on the present post × the planted effect, summed over the first five
trainings of each sampled person; eligibility is left aside for all. Beside it stand the best that
could be had and how many of the five do nothing. The exit code is 1 when the term does not help.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from numpy.typing import NDArray

from recommender import pipeline
from recommender.columns import MILLI
from recommender.training_score import Learners
from training_data.reference.packs import Rules, load_rules
from training_data.synthetic import AS_OF, generate
from training_data.synthetic.city import City
from training_data.synthetic.lives import Lives
from training_data.synthetic.people import People
from training_data.synthetic.truth import training_effects, truth_of

FIRST = 5
SAMPLE = 800


def gains(employees: int, seed: int, rules: Rules) -> tuple[list[float], list[float]]:
    """Return gain without, with and at best, and the shares of the first five that do nothing."""
    dataset = generate(employees, seed=seed)
    model = pipeline.fit(dataset, as_of=AS_OF)
    prepared = pipeline.prepare(dataset, model, as_of=AS_OF, rules=rules)
    facts = prepared.facts
    planted = planted_effects(facts)
    rows = np.sort(np.random.default_rng(0).permutation(employees)[:SAMPLE])
    people = facts.learners(rows)
    true = missing_levels(employees, seed, facts, people) * planted
    terms = prepared.trainings.terms(people)
    plain = np.sum([np.asarray(points, np.int64) for name, points in terms.items()
                    if name != "effect"], axis=0)  # fmt: skip
    tops = [
        np.argsort(-score, axis=1, kind="stable")[:, :FIRST]
        for score in (plain, plain + terms["effect"])
    ]
    found = [float(np.take_along_axis(true, top, 1).sum(axis=1).mean()) for top in tops]
    best = float(np.sort(true, axis=1)[:, -FIRST:].sum(axis=1).mean())
    return [*found, best], [float((planted[top] == 0).mean()) for top in tops]


def planted_effects(facts: pipeline.Facts) -> NDArray[np.float64]:
    """Return the true effect of each training, in the order of the catalogue."""
    table = training_effects()
    effect = dict(zip(table["training_code"].to_pylist(), table["effect"].to_pylist(), strict=True))
    return np.array([effect[code] for code in facts.snapshot.trainings.index.codes])


def missing_levels(
    employees: int, seed: int, facts: pipeline.Facts, people: Learners
) -> NDArray[np.float64]:
    """Return the levels truly missing on the present post per training, for who is prepared."""
    snapshot = facts.snapshot
    city = City(employees, seed, AS_OF)
    levels = truth_of(Lives(People(city.frame, np.arange(employees)), city.catalogue))["levels"]
    true = np.full((employees, len(snapshot.competencies)), np.nan)
    who = snapshot.people.index.lookup(levels["employee_id"])
    what = snapshot.competencies.lookup(levels["competency_code"])
    true[who, what] = levels["level"].to_numpy()
    t, limits = snapshot.trainings, facts.policy.limits
    found = np.zeros((len(people.rows), len(t)))
    columns = (t.outcome_training, t.outcome_competency, t.outcome_from, t.outcome_to)
    for training, c, low, high in zip(*columns, strict=True):
        level = true[people.rows, c] * MILLI
        top = np.minimum(high, snapshot.jobs.required[people.job, c])
        short = np.where(level >= low - limits.slack, np.clip(top - level, 0, limits.max_step), 0)
        found[:, training] += np.nan_to_num(short) / MILLI
    return found


def main() -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--employees", type=int, default=5000)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    rules = load_rules(AS_OF)
    print("seed  levels gained: without  with the term  at best   doing nothing: without  with")
    helped = True
    for seed in range(options.seeds):
        found, idle = gains(options.employees, seed, rules)
        helped = helped and found[1] > found[0]
        print(
            f"{seed:4}  {found[0]:22.3f}  {found[1]:13.3f}  {found[2]:7.3f}  "
            f"{idle[0]:23.3f}  {idle[1]:4.3f}",
            flush=True,
        )
    return 0 if helped else 1


if __name__ == "__main__":
    sys.exit(main())
