"""Readiness of one person for one post: on which day no rule and no gap stands in the way.

In: an engine, and pairs of people and posts. Out: a ``Standing`` per pair. Somebody is ready where
no rule refuses and every level that readiness asks for is proved. Later readiness has a day: rules
that time meets say when, gaps close on the day after the last training of the shortest path, and
both together are tried out in a small world before the day is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from recommender.columns import UNKNOWN, Ints
from recommender.eligibility.ways import ItemWay
from recommender.engine import Engine
from recommender.plan.path import Path, PathFinder, PathStep
from recommender.rank import FORBIDDEN
from recommender.results import Check, Way
from recommender.scenario import Change, Complete, RaiseLevel, Wait, months_after
from recommender.succession.limits import GROUPS, Group, Limits
from training_data.messages import Text, text

MUST_HAVE, CONDITIONS = "role.must_have", "role.conditions"
"""Rules that training meets: levels by the path, courses by their sessions."""
PLAN = "plan.readiness"


@dataclass(frozen=True)
class Standing:
    """How one person stands to one post.

    Attributes:
        row: row of the person.
        ready_on: day from which nothing stands in the way; ``None`` where no day is known.
        rules: what is still to be done or waited for by rules, each with its rule.
        steps: trainings that close the gaps, in order.
        gaps: names of competencies below the standard today; ``unknown`` of those not assessed.
    """

    row: int
    job: int
    group: Group
    ready_on: date | None = None
    rules: tuple[tuple[str, Text], ...] = ()
    steps: tuple[PathStep, ...] = ()
    gaps: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def group_on(ready_on: date | None, as_of: date, limits: Limits) -> Group:
    """Return the group of a day of readiness."""
    if ready_on is None:
        return "later"
    within = (g for g in GROUPS if ready_on <= months_after(as_of, limits.months[g]))
    return next(within, "later")


class Readiness:
    """Judges pairs of one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.snapshot, self.gates = engine.snapshot, engine.eligibility.role
        self.paths = PathFinder(engine.planner)
        self.limits = Limits.of(engine.rules)
        self.last = months_after(engine.as_of, self.limits.months["two_years"])
        self._asked: dict[int, Ints] = {}

    def of_person(self, row: int, jobs: Sequence[int]) -> list[Standing]:
        """Return how one person stands to some posts.

        Whom a confidential fact keeps from a post today, or a rule for good, is left out: neither
        may be read from a list.
        """
        rows = np.full(len(jobs), row, np.int64)
        outcomes = self.gates.of_pairs(rows, np.array(jobs, np.int64)).tolist()
        levels = self.engine.prepared.facts.learners(np.array([row], np.int64)).levels[0]
        found: list[Standing] = []
        tried: list[tuple[Standing, list[Check]]] = []
        for job, outcome in zip(jobs, outcomes, strict=True):
            refused = self._refused(row, job) if outcome == FORBIDDEN else []
            if any(c.confidential or c.closed is not None for c in refused):
                continue
            one = self._against(row, job, levels)
            if one.unknown or one.group == "unassessed":
                found.append(replace(one, group="unassessed"))
            elif not refused and not one.gaps:
                found.append(replace(one, group="now", ready_on=self.engine.as_of))
            else:
                planned = self._planned(one, refused)
                if planned is None:
                    found.append(replace(one, rules=_steps(refused)))
                else:
                    tried.append(planned)
        return found + self._tried(row, tried)

    def _refused(self, row: int, job: int) -> list[Check]:
        return [c for c in self.gates.checks(row, job) if c.outcome == "tidak_lolos"]

    def _against(self, row: int, job: int, levels: Ints) -> Standing:
        """Return the person beside the levels that readiness asks for."""
        asked, names = self.asked(job), self.snapshot.competency_names
        counts = asked > 0
        if not counts.any():
            return Standing(row, job, "unassessed")
        unknown = tuple(names[c] for c in np.flatnonzero(counts & (levels == UNKNOWN)))
        below = counts & (levels != UNKNOWN) & (levels < asked)
        gaps = tuple(names[c] for c in np.flatnonzero(below))
        return Standing(row, job, "later", unknown=unknown, gaps=gaps)

    def asked(self, job: int) -> Ints:
        """Return the milli-levels that readiness for a post asks for; below 1 none."""
        if job not in self._asked:
            self._asked[job] = self.paths.asked(job)
        return self._asked[job]

    def _planned(
        self, one: Standing, refused: Sequence[Check]
    ) -> tuple[Standing, list[Check]] | None:
        """Return the checks that a later day would meet, or nothing where no day is known.

        What the plan of the person does is a check like any other, so that it is tried out with
        the rules.
        """
        checks = []
        for check in refused:
            if check.rule == MUST_HAVE:
                continue  # the path raises the level, or nothing does
            dated = self._dated(one.row, check)
            if dated is None or not self._soon(dated.way):
                return None
            checks.append(dated)
        if any(c.rule == MUST_HAVE for c in refused) and not one.gaps:
            return None
        if not one.gaps:
            return one, checks
        path = self.paths.to(one.row, one.job)
        if path.ready_on is None or path.ready_on > self.last:
            return None
        return replace(one, steps=path.steps), [*checks, _as_check(path)]

    def _dated(self, row: int, check: Check) -> Check | None:
        """Return a refused check with the day on which it is met, ``None`` where there is none."""
        if check.way is None:
            return None
        if check.way.earliest is not None:
            return check
        if check.rule != CONDITIONS or not check.way.changes:
            return None
        days: list[date] = []
        changes: list[Change] = []
        for change in check.way.changes:
            if not isinstance(change, Complete):
                return None
            end = self._next_session(row, change)
            if end is None:
                return None
            changes.append(replace(change, on=end))
            days.append(end)
        last = max(days)
        way = Way(check.way.steps, last, (*changes, Wait(last)))
        return replace(check, way=way)

    def _next_session(self, row: int, change: Complete) -> date | None:
        """Return the last day of the next session of a course that is open to the person."""
        training = self.snapshot.trainings.index.rows.get(change.training_code or "", UNKNOWN)
        if training == UNKNOWN:
            return None
        pair = np.array([row], np.int64), np.array([training], np.int64)
        if self.engine.eligibility.training.of_pairs(*pair)[0] >= FORBIDDEN:
            return None
        sessions = self.engine.planner.offers.sessions.get(training) or ()
        return min((s.end for s in sessions if s.begin > self.engine.as_of), default=None)

    def _soon(self, way: Way | None) -> bool:
        return way is not None and way.earliest is not None and way.earliest <= self.last

    def _tried(self, row: int, tried: Sequence[tuple[Standing, list[Check]]]) -> list[Standing]:
        """Live the plans of one person; a day is told where no rule refuses then."""
        if not tried:
            return []
        codes, people = self.snapshot.jobs.index.codes, self.snapshot.people.index.codes
        lived = self.engine.ways.of(
            "role", people[row], [(codes[one.job], checks) for one, checks in tried]
        )
        return [self._on(one, checks, way) for (one, checks), way in zip(tried, lived, strict=True)]

    def _on(self, one: Standing, checks: Sequence[Check], lived: ItemWay) -> Standing:
        day = None if lived.way is None else lived.way.earliest
        group = group_on(day, self.engine.as_of, self.limits)
        return replace(one, group=group, ready_on=day, rules=_steps(checks))


def _steps(checks: Iterable[Check]) -> tuple[tuple[str, Text], ...]:
    """Return what rules ask for, each step with its rule; the path speaks for itself."""
    return tuple(
        (check.rule, step)
        for check in checks
        if check.way is not None and check.rule != PLAN
        for step in check.way.steps
    )


def _as_check(path: Path) -> Check:
    """Return the path as a rule that its trainings meet, levels being assessed after the last."""
    assert path.ready_on is not None
    raised: dict[str, float] = {}
    for step in path.steps:
        raised |= step.raises
    changes: tuple[Change, ...] = (
        *(Complete(step.item_code, step.ends_on) for step in path.steps),
        *(RaiseLevel(code, level, path.ready_on) for code, level in raised.items()),
        Wait(path.ready_on),
    )
    way = Way((text("path.prepares"),), path.ready_on, changes)
    return Check(PLAN, "", "", "R", "tidak_lolos", {}, text("path.prepares"), way)
