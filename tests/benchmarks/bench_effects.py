"""Print how well the planted effects of the fictional agency are found from its assessments.

    python tests/benchmarks/bench_effects.py [--employees 10000] [--seeds 10]

One line per seed: trainings with at least 30 observed pairs, Spearman's correlation of estimate
and planted effect, and how often the 90 % interval holds the planted effect. The estimate is the
mean share closed by those who took a training; the planted effect is that of a training taken by
prepared people whose superiors support them. A city that is not judged (seed 1000) tells once by
which factor true levels, which no assessment blurs, rise short of it; all seeds are judged with
that factor. The exit code is 1 when a mean is outside its bar.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
from scipy.stats import spearmanr

from recommender.effects import Effects
from recommender.snapshot import Snapshot
from training_data.reference.packs import load_rules
from training_data.synthetic import AS_OF, generate
from training_data.synthetic.city import City
from training_data.synthetic.lives import COMPLETED, YEARS, Lives
from training_data.synthetic.people import People
from training_data.synthetic.truth import training_effects

UNJUDGED = 1000
LEAST_PAIRS = 30
LEAST_CORRELATION = 0.8
COVERAGE = (0.85, 0.95)


def factor(employees: int) -> float:
    """Return true rise per planted rise: the mean over trainings often taken in the city.

    Only years in which nothing else touched the competency count, after growth at work.
    """
    city = City(employees, UNJUDGED, AS_OF)
    lives = Lives(People(city.frame, np.arange(employees)), city.catalogue)
    known, taken = lives.catalogue, lives.taken
    year = np.searchsorted([lives.begin(y) for y in range(YEARS)], taken.day, side="right") - 1
    done = taken.status == COMPLETED
    skill = known.skill[taken.training].astype(np.int64)
    spell = taken.person * YEARS + year
    touched = (spell[:, None] * 1000 + skill)[(skill >= 0) & done[:, None]]
    keys, times = np.unique(touched, return_counts=True)
    alone = np.flatnonzero(done & np.isin(spell * 1000 + skill[:, 0], keys[times == 1]))
    who, when, what, training = (
        taken.person[alone],
        year[alone],
        skill[alone, 0],
        taken.training[alone],
    )
    levels = np.array(lives.levels)
    before = levels[when, who, what]
    asked = lives.asked[lives.posts[when, who], what]
    pace = 0.08 + 0.05 / (1 + np.exp(-lives.people.ability[who]))
    begun = before + pace * np.maximum(asked - before, 0.0)
    steps = load_rules(AS_OF).rule("competency.gap_steps").params
    missing = np.clip(known.high[training, 0] - begun, 0.0, steps["max_steps"])
    missing[begun < known.low[training, 0] - steps["level_from_tolerance"]] = 0.0
    planted = np.bincount(training, known.effect[training] * missing, len(known.effect))
    risen = np.bincount(training, levels[when + 1, who, what] - begun, len(known.effect))
    often = (np.bincount(training, minlength=len(planted)) >= 2 * LEAST_PAIRS) & (planted > 5)
    return float((risen[often] / planted[often]).mean())


def main() -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--employees", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    rules = load_rules(AS_OF)
    table = training_effects()
    effect = dict(zip(table["training_code"].to_pylist(), table["effect"].to_pylist(), strict=True))
    scale = factor(options.employees)
    print(f"factor {scale:.3f} (from seed {UNJUDGED}, not judged)")
    print("seed  trainings  pairs  Spearman  coverage  usual  seconds")
    found = []
    for seed in range(options.seeds):
        snapshot = Snapshot.of(generate(options.employees, seed=seed), AS_OF)
        begun = time.perf_counter()
        effects = Effects.fit(snapshot, rules)
        seconds = time.perf_counter() - begun
        planted = np.array([effect[code] for code in snapshot.trainings.index.codes])
        judged = effects.pairs >= LEAST_PAIRS
        rho = float(spearmanr(effects.share[judged], planted[judged])[0])
        inside = (effects.low <= scale * planted) & (scale * planted <= effects.high)
        found.append((rho, float(inside[judged].mean())))
        print(
            f"{seed:4}  {judged.sum():9}  {effects.pairs.sum():5}  {rho:8.3f}  "
            f"{found[-1][1]:8.3f}  {effects.usual:5.3f}  {seconds:7.1f}",
            flush=True,
        )
    rho, held = np.mean(found, axis=0)
    print(
        f"mean Spearman {rho:.3f} (bar {LEAST_CORRELATION}), coverage {held:.3f} (bar {COVERAGE})"
    )
    return 0 if rho >= LEAST_CORRELATION and COVERAGE[0] <= held <= COVERAGE[1] else 1


if __name__ == "__main__":
    sys.exit(main())
