"""The gaps a plan leaves open, each with the reason why nothing in it closes them.

In: a solved problem. Out: ``Remaining`` rows. The first reason that is true stands: never
assessed; no course raises it; courses begin too high; rules; no session; limits of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.plan.basis import Basis, Case
from recommender.plan.problem import NO_LIMIT, Course, Problem, evaluate
from recommender.plan.results import Remaining
from training_data.messages import Text, text

_GROUPS = {"M": 0, "SK": 1, "T": 2}
COURSES_NAMED = 3


@dataclass(frozen=True)
class _Why:
    code: str
    text: Text
    courses: tuple[int, ...] = ()


class RemainingGaps:
    """Works out why gaps stay open for one plan."""

    def __init__(self, basis: Basis, case: Case, courses: Sequence[Course], levels: Ints) -> None:
        """Take a solved case, its courses, and the milli-levels expected after them."""
        self.basis, self.case, self.courses = basis, case, courses
        self.snapshot, self.learner = basis.snapshot, case.learner
        self.layout, self.levels = case.layout, levels

    def rows(self) -> tuple[Remaining, ...]:
        """Return open gaps of the present post, then what the next adds; must-haves first."""
        standards, facts = self.basis.facts.standards, self.basis.facts
        person = self.case.person
        found: list[Remaining] = []
        for post, row in (
            ("now", int(facts.now[person])),
            ("next", int(facts.following.row[person])),
        ):
            if row < 0:
                continue
            asked, low = standards.required[row], self.learner.now.high[0]
            unknown = {r.competency_code for r in found if r.level is None}
            for c in np.flatnonzero(asked > 0).tolist():
                required, level = int(asked[c]), int(self.levels[c])
                # What the present post asks is not said again for the next one.
                again = post == "next" and required <= int(low[c])
                again |= self.snapshot.competencies.codes[c] in unknown
                if again or (level != UNKNOWN and level >= required):
                    continue
                gap = self._row(post, c, required, int(standards.importance[row, c]))
                told = {(r.competency_code, r.text) for r in found}
                if (gap.competency_code, gap.text) not in told:
                    found.append(gap)
        order = {"now": 0, "next": 1}
        return tuple(
            sorted(
                found,
                key=lambda r: (
                    order[r.post], r.importance, _GROUPS.get(r.group, 3), -(r.gap or 0.0),
                    r.competency_code,
                ),
            )
        )  # fmt: skip

    def _row(self, post: str, c: int, required: int, importance: int) -> Remaining:
        level = int(self.levels[c])
        why = self._why(c, required)
        codes = self.snapshot.trainings.index.codes
        return Remaining(
            self.snapshot.competencies.codes[c],
            self.snapshot.competency_names[c],
            self.snapshot.competency_groups[c],
            post,
            required / MILLI,
            None if level == UNKNOWN else level / MILLI,
            None if level == UNKNOWN else (required - level) / MILLI,
            importance,
            why.code,
            why.text,
            tuple(codes[t] for t in why.courses[:COURSES_NAMED]),
        )

    def _why(self, c: int, required: int) -> _Why:
        level, name = int(self.levels[c]), self.snapshot.competency_names[c]
        if level == UNKNOWN:
            return _Why("unknown", text("plan.open.unknown", competency=name))
        raising = self._raising(c, level, required)
        if not raising:
            words = text("plan.open.no_course", competency=name, level=level / MILLI)
            return _Why("no_course", words)
        steps = self.basis.facts.policy.limits
        start = int(self.learner.levels[c])
        near = [t for t, low in raising if low - steps.slack <= level]
        if level >= start + steps.max_step or not near:
            code = "steps" if level >= start + steps.max_step else "too_high"
            courses = tuple(near or [t for t, _ in raising])
            return _Why(code, text(f"plan.open.{code}", competency=name), courses)
        taken = {self.layout.options[c.option].training for c in self.courses}
        near = [t for t in near if t not in taken]
        if not near:
            return _Why(
                "partly",
                text("plan.open.partly", competency=name),
                tuple(taken & {t for t, _ in raising}),
            )
        allowed = [t for t in near if self.learner.open[t]]
        if not allowed:
            return self._by_rule(near)
        possible = [o for o in allowed if o in self._options]
        if not possible:
            if all(t in self.layout.no_session for t in allowed):
                year = str(self.case.wish.year)
                words = text("plan.open.no_session", competency=name, year=year)
                return _Why("no_session", words, tuple(allowed))
            return _Why("prepare", text("plan.open.prepare", competency=name), tuple(allowed))
        return self._by_limit(possible, name)

    def _raising(self, c: int, level: int, required: int) -> list[tuple[int, int]]:
        """Return (training, level it starts from) of all that lift the level, nearest first."""
        trainings = self.snapshot.trainings
        own = np.flatnonzero((trainings.outcome_competency == c) & (trainings.outcome_to > level))
        own = own[trainings.outcome_from[own] < required]
        rows = zip(
            trainings.outcome_training[own].tolist(),
            trainings.outcome_from[own].tolist(),
            strict=True,
        )
        return sorted(rows, key=lambda r: (r[1], trainings.index.codes[r[0]]))

    def _by_rule(self, near: list[int]) -> _Why:
        """Name the first course and the rule that closes it."""
        training, titles = near[0], self.snapshot.trainings.titles
        title = titles[training]
        checks = self.basis.eligibility.checks("training", self.case.person, training)
        refused = [c for c in checks if c.outcome == "tidak_lolos"]
        if not refused:  # not wanted, by the wish itself
            return _Why("not_wanted", text("plan.open.not_wanted", title=title), tuple(near))
        if refused[0].confidential:
            return _Why("rule", text("plan.note.confidential"), tuple(near))
        words = text("plan.open.rule", title=title, reason=refused[0].text)
        return _Why("rule", words, tuple(near))

    @property
    def _options(self) -> dict[int, list[int]]:
        """Options of each training in the problem."""
        found: dict[int, list[int]] = {}
        for place, option in enumerate(self.layout.options):
            found.setdefault(option.training, []).append(place)
        return found

    def _by_limit(self, possible: list[int], name: str) -> _Why:
        """Say which limit keeps a possible course out of the plan, or that it adds too little."""
        problem, chosen = self.layout.problem, list(self.case.solution.options)
        title = self.snapshot.trainings.titles[possible[0]]
        ways = [(t, o) for t in possible for o in self._options[t]]
        for training, option in ways:
            if evaluate(problem, [*chosen, option]) is not None:
                words = text(
                    "plan.open.worth",
                    competency=name,
                    title=self.snapshot.trainings.titles[training],
                )
                return _Why("worth", words, tuple(possible))
        for code in ("courses", "budget", "load", "year"):
            freed = _without(problem, code)
            if any(evaluate(freed, [*chosen, option]) is not None for _, option in ways):
                return _Why(
                    code, text(f"plan.open.{code}", competency=name, title=title), tuple(possible)
                )
        return _Why("clash", text("plan.open.clash", competency=name, title=title), tuple(possible))


def _without(problem: Problem, limit: str) -> Problem:
    """Return the problem without one of its limits."""
    limits = problem.limits
    loose = {
        "courses": replace(limits, courses=len(problem)),
        "budget": replace(limits, budget=NO_LIMIT),
        "load": replace(limits, load=NO_LIMIT),
        "year": replace(limits, year=NO_LIMIT),
    }
    return replace(problem, limits=loose[limit])
