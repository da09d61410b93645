"""What each method foresees of a fictional agency, by kind of history, beside one who knows all.

    python tests/benchmarks/bench_agency.py [--people N] [--seeds S] [--report FILE]

For each seed a city is drawn up, cut in time, and the later trainings have to be foreseen. Printed
is NDCG@10 of the engine, of every baseline and of the oracle, for employees without, with a short
and with a long history, and at last the means over the seeds with 95 % intervals (of the mean over
cities, by Student's t) and how often the engine was above. The oracle ranks by the utilities the
generator itself draws choices from, as they stood at the cut; the engine never sees them. With
``--report`` the whole report of the first city is written as HTML, the oracle in it.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from recommender.evaluation.baselines import TRAINING_BASELINES
from recommender.evaluation.baselines.base import Method, Params, Scorer
from recommender.evaluation.groups import by_history
from recommender.evaluation.ours import NAME, TRAINING_METHOD
from recommender.evaluation.page_html import html
from recommender.evaluation.past import Past
from recommender.evaluation.run import Task, measure_trainings
from recommender.evaluation.story import tell
from recommender.evaluation.study import study
from recommender.evaluation.summary import ORACLE
from training_data.synthetic import AS_OF, generate
from training_data.synthetic.catalogue import trainings
from training_data.synthetic.city import City
from training_data.synthetic.lives import COMPLETED, YEARS, Lives
from training_data.synthetic.people import People
from training_data.synthetic.pools import Catalogue

K = 10


class Remembered(Lives):
    """Lives put back to a moment: what was taken last and before, and the levels of that year."""

    def wishes(self, moment: np.datetime64) -> NDArray[np.float64]:
        """Return the utility of every training for everybody at a moment, (n, trainings)."""
        day = moment.astype("datetime64[D]")
        begins = np.array([self.begin(year) for year in range(YEARS)])
        year = max(int(np.searchsorted(begins, day, side="right")) - 1, 0)
        self._last[:] = -1
        self._previous[:] = -1
        earlier = self.courses.day < self.begin(0)
        self._last[self.courses.person[earlier], self.courses.training[earlier]] = 0
        done = (self.taken.status == COMPLETED) & (self.taken.day <= day)
        person, training = self.taken.person[done], self.taken.training[done]
        when = np.searchsorted(begins, self.taken.day[done], side="right") - 1
        self._last[person, training] = np.maximum(when, 0)
        self._previous[person] = training  # in order of time, so the latest stays
        # People hold today's post in what every method reads, so the oracle takes it too; the
        # levels are those of the beginning of the year, before anything that is to be foreseen.
        last = YEARS - 1
        here = np.flatnonzero(self.posts[last] >= 0)
        pool, wish = self.utilities(last, here, self.levels[year])
        found = np.full((len(self.people), len(self.catalogue.effect)), -np.inf)
        rows, columns = np.nonzero(np.isfinite(wish))
        found[here[rows], pool[rows, columns]] = wish[rows, columns]
        return found


def oracle(people: int, seed: int) -> Method:
    """Return the method that knows how the city's people choose."""

    def fit(past: Past, params: Params) -> Scorer:
        city = City(people, seed, AS_OF)
        lives = Remembered(People(city.frame, np.arange(people)), Catalogue())
        wishes = lives.wishes(np.datetime64(past.as_of))
        row = {employee: place for place, employee in enumerate(lives.people.ids)}
        column = {training.code: place for place, training in enumerate(trainings())}
        order = np.array([column[code] for code in past.events.items])
        whom = np.array([row[employee] for employee in past.events.employees])
        return lambda rows: wishes[whom[rows]][:, order]

    return Method(ORACLE, fit)


def judge(people: int, seed: int) -> dict[str, dict[str, float]]:
    """Return kind of history → method → NDCG of one city, and print it."""
    begun = time.perf_counter()
    city = generate(people, seed=seed)
    methods = (TRAINING_METHOD, *TRAINING_BASELINES, oracle(people, seed))
    found = measure_trainings(city, "time", Task(AS_OF, K, seed), methods)
    spent = time.perf_counter() - begun
    print(f"seed {seed}, {people} people, cut {found.report.protocol['cut']}, {spent:.0f} s")
    groups: dict[str, dict[str, float]] = {}
    for name, wanted in by_history(found.counts).items():
        if wanted.any():
            groups[name] = {
                method: float(outcome.numbers[f"ndcg@{K}"][wanted].mean())
                for method, outcome in found.outcomes.items()
            }
            print(f"  {name} (n = {int(wanted.sum())}): {_line(groups[name])}", flush=True)
    return groups


def _line(values: dict[str, float]) -> str:
    order = sorted(values, key=lambda method: (method != NAME, method != ORACLE, -values[method]))
    return ", ".join(f"{method} {values[method]:.4f}" for method in order)


def mean_of(values: list[float]) -> str:
    """Return the mean over cities with its interval, where there is more than one."""
    mean, n = float(np.mean(values)), len(values)
    if n < 2:
        return f"{mean:.4f}"
    half = float(student.ppf(0.975, n - 1) * np.std(values, ddof=1) / np.sqrt(n))
    return f"{mean:.4f} ± {half:.4f}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=10, help="cities 0 … S − 1")
    parser.add_argument("--report", type=Path, metavar="FILE")
    given = parser.parse_args()
    if given.report is not None:
        methods = (TRAINING_METHOD, *TRAINING_BASELINES, oracle(given.people, 0))
        city = generate(given.people, seed=0)
        found = study(city, kind="training", splits=("time",), as_of=AS_OF, methods=methods)
        given.report.write_text(html(tell(found, "id")), encoding="utf-8")
    over: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for seed in range(given.seeds):
        for group, methods in judge(given.people, seed).items():
            for method, value in methods.items():
                over[group][method].append(value)
    print(f"\nMeans over {given.seeds} cities of {given.people} people, NDCG@{K}")
    for group, methods in over.items():
        print(f"{group}:")
        own = methods[NAME]
        for method in sorted(methods, key=lambda m: -float(np.mean(methods[m]))):
            line = f"  {method:<20} {mean_of(methods[method])}"
            if method != NAME:
                ahead = [a - b for a, b in zip(own, methods[method], strict=True)]
                above = sum(value > 0 for value in ahead)
                line += f"   {NAME} ahead by {mean_of(ahead)}, above in {above} of {len(ahead)}"
            print(line)


if __name__ == "__main__":
    main()
