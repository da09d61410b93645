"""The shortest path to a post: the fewest trainings that bring a person to its standard, and when.

In: a planner, a person and a post. Out: a ``Path``. The same search as for the year plan, with
another objective: first all of the standard that can be reached, then the fewest trainings, then
the earliest ones. It looks over several years, and never says more than assessments will confirm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.plain import Plain
from recommender.plan.basis import Wish
from recommender.plan.layout import Layout, Option, lay_out
from recommender.plan.learner import Learner, Window
from recommender.plan.planner import Planner
from recommender.plan.problem import NO_LIMIT, Limits, Whole, evaluate
from recommender.plan.search import Solution, solve
from recommender.plan.wording import Wording
from recommender.similarity.gaps import Target
from training_data.messages import Text, text

_PER_COURSE = 1_000_000
"""Micro-points a course costs: more than all the days of a path together."""

_PER_LEVEL = 20_000_000
"""Micro-points of a milli-level: more than all courses of a path together."""


@dataclass(frozen=True)
class PathStep(Plain):
    """One training on the way.

    Attributes:
        starts_on, ends_on: its session; null where none is known.
        raises: competency code → level expected after it.
    """

    item_code: str
    title: str
    session_code: str | None
    starts_on: date | None
    ends_on: date | None
    jp: float | None
    cost: int | None
    raises: dict[str, float]
    text: Text


@dataclass(frozen=True)
class Path(Plain):
    """The way to a post's standard.

    Attributes:
        ready: whether the steps close every gap that counts; never where no standard is known.
        ready_on: day after the last step; null where a step has no date or gaps remain.
        unknown, remaining: names of competencies not assessed, and of those that stay below.
        fewest: it is proved that no fewer trainings do.
        text: all of it in one sentence.
    """

    job_code: str
    title: str
    steps: tuple[PathStep, ...]
    ready: bool
    ready_on: date | None
    unknown: tuple[str, ...]
    remaining: tuple[str, ...]
    fewest: bool
    text: Text


class PathFinder:
    """Finds paths for one planner."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.snapshot = planner.snapshot
        self.params = planner.rules.rule("plan.readiness").params
        self.words = Wording(planner.snapshot, planner.offers)
        self._last: tuple[int, Learner] | None = None

    def asked(self, job: int) -> Ints:
        """Return the milli-levels that readiness asks for, −1 where a level does not count."""
        standards = self.planner.facts.standards
        counts = np.isin(standards.importance[job], self.params["importance"])
        asked: Ints = np.where(counts & (standards.required[job] > 0), standards.required[job], -1)
        return asked

    def to(self, person: int, job: int) -> Path:
        """Return the path of one person to one post, by row."""
        layout, solution = self.solved(person, job)
        asked = self.asked(job)
        return self._path(job, asked, self._learner(person, asked), layout, solution)

    def solved(self, person: int, job: int) -> tuple[Layout, Solution]:
        """Lay the problem of one person and one post out and solve it."""
        asked, today = self.asked(job), self.snapshot.as_of
        learner = self._learner(person, asked)
        window = Window(
            today + timedelta(days=1), date(today.year + int(self.params["years"]), 12, 31)
        )
        layout = lay_out(
            learner,
            self.planner.offers,
            self.snapshot.trainings.prerequisites,
            self.planner.facts.policy.limits,
            self._limits(),
            window,
            int(self.planner.limits["candidates"]),
            self.snapshot.trainings.index.codes,
        )
        layout = _earliest_first(layout, today)
        return layout, solve(layout.problem)

    def _learner(self, person: int, asked: Ints) -> Learner:
        own = self._known(person)
        none = np.full_like(asked, UNKNOWN)[None]
        n, zero = len(self.snapshot.trainings), np.zeros_like(asked)[None]
        return replace(
            own,
            now=Target(zero, asked[None], np.ones_like(asked)[None]),
            following=Target(zero, none, zero),
            now_scale=float(_PER_LEVEL),
            next_scale=0.0,
            extra=np.full(n, -_PER_COURSE, np.int64),
            badges=np.zeros((n, 0), bool),
            badge_weight=np.zeros(0, np.int64),
            registered={},
        )

    def _known(self, person: int) -> Learner:
        """Return what a plan knows of a person; kept, for many posts are asked of one person."""
        if self._last is None or self._last[0] != person:
            own = self.planner.learner(person, Wish(self.snapshot.as_of.year))
            self._last = person, own
        return self._last[1]

    def _limits(self) -> Limits:
        return Limits(
            courses=int(self.params["courses"]),
            budget=NO_LIMIT,
            load=NO_LIMIT,
            room=NO_LIMIT,
            year=NO_LIMIT,
            target=0,
            hour_penalty=0,
            mix=(0, 0, 1000),
            mix_penalty=0,
        )

    def _path(
        self, job: int, asked: Ints, learner: Learner, layout: Layout, solution: Solution
    ) -> Path:
        problem, names = layout.problem, self.snapshot.competency_names
        found = evaluate(problem, solution.options)
        courses = found.courses if found else ()
        levels = learner.levels.astype(np.int64)
        steps = []
        for course in courses:
            before = levels.copy()
            np.add.at(
                levels,
                problem.segment_competency[course.added],
                problem.segment_length[course.added],
            )
            steps.append(self._step(layout.options[course.option], before, levels))
        counts = asked > 0
        unknown = tuple(names[c] for c in np.flatnonzero(counts & (learner.levels == UNKNOWN)))
        below = counts & (learner.levels != UNKNOWN) & (levels < asked)
        remaining = tuple(names[c] for c in np.flatnonzero(below))
        ready = bool(counts.any()) and not unknown and not remaining
        ends = [s.ends_on for s in steps]
        dated = [end for end in ends if end is not None]
        ready_on = None
        if ready and len(dated) == len(ends):
            ready_on = max(dated) + timedelta(days=1) if dated else self.snapshot.as_of
        jobs = self.snapshot.jobs
        return Path(
            jobs.index.codes[job],
            jobs.titles[job],
            tuple(steps),
            ready,
            ready_on,
            unknown,
            remaining,
            solution.exact and layout.cut == 0,
            _said(jobs.titles[job], len(steps), ready, ready_on, unknown, remaining)
            if counts.any()
            else text("path.no_standard", title=jobs.titles[job]),
        )

    def _step(self, option: Option, before: Whole, after: Whole) -> PathStep:
        offers, training, session = self.planner.offers, option.training, option.session
        codes = self.snapshot.competencies.codes
        risen = np.flatnonzero(after > before).tolist()
        names = self.snapshot.competency_names
        aims = [
            text("plan.field.target", name=names[c], before=int(before[c]) / MILLI,
                 after=int(after[c]) / MILLI)
            for c in risen
        ]  # fmt: skip
        joined = Text("; ".join(a.id for a in aims), "; ".join(a.en for a in aims))
        return PathStep(
            self.snapshot.trainings.index.codes[training],
            self.snapshot.trainings.titles[training],
            session.code if session else None,
            session.begin if session else None,
            session.end if session else None,
            int(offers.hours[training]) / MILLI if offers.hours_known[training] else None,
            int(offers.cost[training]) if offers.cost_known[training] else None,
            {codes[c]: int(after[c]) / MILLI for c in risen},
            joined if aims else text("path.prepares"),
        )


def _earliest_first(layout: Layout, today: date) -> Layout:
    """Return the layout in which an option costs a little more the later it ends."""
    days = [0 if o.session is None else (o.session.end - today).days for o in layout.options]
    extra = layout.problem.extra - np.array(days, np.int64)
    return replace(layout, problem=replace(layout.problem, extra=extra))


def _said(
    title: str,
    count: int,
    ready: bool,
    ready_on: date | None,
    unknown: tuple[str, ...],
    remaining: tuple[str, ...],
) -> Text:
    if ready and count == 0:
        return text("path.ready_now", title=title)
    if ready and ready_on is not None:
        return text("path.ready_on", title=title, count=count, day=ready_on)
    if ready:
        return text("path.ready_undated", title=title, count=count)
    names = ", ".join([*remaining, *unknown])
    if remaining and unknown:
        return text("path.both", title=title, count=count, remaining=", ".join(remaining),
                    unknown=", ".join(unknown))  # fmt: skip
    if unknown and count == 0:
        return text("path.unknown_only", title=title, names=names)
    code = "path.remaining" if remaining else "path.unknown"
    if remaining and count == 0:
        code = "path.remaining_only"
    return text(code, title=title, count=count, names=names)
