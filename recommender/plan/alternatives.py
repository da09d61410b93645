"""What could stand in a row's place: courses of the same purpose, by what the plan would lose.

In: a solved problem and one of its courses. Out: ``Alternative`` rows, best first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recommender.columns import MILLI
from recommender.plan.basis import Basis, Case
from recommender.plan.problem import Course, evaluate
from recommender.plan.results import Alternative, LevelChange
from recommender.plan.wording import Wording
from recommender.results import points

Changes = Callable[[Course], tuple[LevelChange, ...]]


class Alternatives:
    """Finds alternatives of the rows of one plan.

    Attributes:
        changes: says what a course does to levels.
    """

    def __init__(self, basis: Basis, case: Case, words: Wording, changes: Changes) -> None:
        self.basis, self.case = basis, case
        self.words, self.changes = words, changes
        self.problem, self.layout, self.solution = case.layout.problem, case.layout, case.solution
        self.snapshot, self.offers = basis.snapshot, basis.offers

    def of(self, course: Course) -> tuple[Alternative, ...]:
        """Return the best other courses in a row's place that serve its purpose as well."""
        problem = self.problem
        rest = [o for o in self.solution.options if o != course.option]
        taken = {int(problem.training[o]) for o in self.solution.options}
        best: dict[int, tuple[int, int]] = {}
        for option in self._similar(course):
            training = int(problem.training[option])
            if training in taken:
                continue
            worth = evaluate(problem, [*rest, option])
            if worth is not None and worth.value > best.get(training, (-(2**62), 0))[0]:
                best[training] = (worth.value, option)
        codes = self.snapshot.trainings.index.codes
        ranked = sorted(
            best.values(), key=lambda v: (-v[0], codes[self.layout.options[v[1]].training])
        )
        return tuple(
            self._alternative(course, value, option)
            for value, option in ranked[: int(self.basis.limits["alternatives"])]
        )

    def _similar(self, course: Course) -> list[int]:
        """Return the options that cover something of what a course adds, or gain its badges.

        Where it adds neither, its hours are its purpose: then any course with hours.
        """
        problem = self.problem
        if not course.added.any() and not course.badges.any():
            return np.flatnonzero(problem.hours > 0).tolist()
        covers = np.zeros(len(problem), bool)
        np.logical_or.at(
            covers, problem.part_option, (problem.part_mask & course.added).any(axis=1)
        )
        if not course.added.any():
            covers |= (problem.badge & course.badges).any(axis=1)
        return np.flatnonzero(covers).tolist()

    def _alternative(self, course: Course, value: int, option: int) -> Alternative:
        chosen = self.layout.options[option]
        training, session = chosen.training, chosen.session
        trainings = self.snapshot.trainings
        instead = evaluate(
            self.problem, [*(o for o in self.solution.options if o != course.option), option]
        )
        assert instead is not None
        other = next(c for c in instead.courses if c.option == option)
        return Alternative(
            trainings.index.codes[training],
            trainings.titles[training],
            session.code if session else None,
            session.begin if session else None,
            session.end if session else None,
            int(self.offers.hours[training]) / MILLI if self.offers.hours_known[training] else None,
            int(self.offers.cost[training]) if self.offers.cost_known[training] else None,
            points(self.solution.value - value),
            self.words.alternative(self.changes(course), self.changes(other)),
        )
