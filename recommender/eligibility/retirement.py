"""Gates of service left: the term of a post, and long courses shortly before retirement."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN
from recommender.eligibility.dates import as_date, duration, iso, plus_months, plus_years, span
from recommender.eligibility.facts import Facts
from recommender.eligibility.gate import (
    FAIL,
    NOT_RUN,
    PASS,
    VERIFY,
    Finding,
    Missing,
    TableGate,
)
from recommender.eligibility.role_person import young
from recommender.eligibility.tiers import MANAGERIAL
from recommender.eligibility.wording import complete_data, missing, reason, shut
from training_data import reference
from training_data.reference.packs import Rule


class Retirement(TableGate):
    """Service left until retirement (BUP) against the shortest sensible term of a post.

    The age of a functional post is that of its title: what is recorded of all its holders, else
    between the lowest and the highest that the pack knows for its tier.
    """

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        birth = facts.snapshot.people.birth_date
        self.need = plus_months(facts.today, rule.params["term_months"], facts.leap_day)
        first, last = facts.retires_on
        self.own = np.where(first == last, first, np.datetime64("NaT", "D"))
        self.bounds = _ages(facts, rule)
        kinds, item = np.unique(self.bounds, axis=0, return_inverse=True)
        state = np.full((len(birth), len(kinds)), NOT_RUN, np.uint8)
        for place, (low, high) in enumerate(kinds.tolist()):
            if low != UNKNOWN:
                soon, late = (plus_years(birth, age, facts.leap_day) for age in (low, high))
                state[:, place] = np.where(
                    soon >= self.need, PASS, np.where(late < self.need, FAIL, VERIFY)
                )
                state[np.isnat(birth), place] = VERIFY
        reached = ~np.isnat(self.own) & (self.own <= facts.today)
        # An age of retirement that is only the tier's asks for the record, since a person's own
        # may differ.
        self.recorded = facts.snapshot.people.retirement_age > 0
        state[reached & self.recorded] = FAIL
        state[reached & ~self.recorded] = np.maximum(state[reached & ~self.recorded], VERIFY)
        packed = np.ascontiguousarray(state)
        rows, person = np.unique(packed, axis=0, return_inverse=True)
        super().__init__(rule, "role", person.ravel(), item.ravel(), rows)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Retirement | Missing:
        """Return the gate, or why it is not run."""
        if np.isnat(facts.snapshot.people.birth_date).all():
            return Missing("employees.birth_date")
        return cls(facts, rule)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the service left and the term."""
        people, today = self.facts.snapshot.people, self.facts.today
        term = self.rule.params["term_months"]
        shown: dict[str, Any] = {"term_months": term}
        birth, own = people.birth_date[row], self.own[row]
        reached = not np.isnat(own) and own <= today
        if reached and verdict == VERIFY:
            shown["retirement_on"] = iso(own)
            said = reason("retirement.reached_tier", date=as_date(own))
            return Finding(said, shown, complete_data("retirement_age"))
        if reached and self.recorded[row]:
            shown["retirement_on"] = iso(own)
            said = reason("retirement.reached", date=as_date(own))
            return Finding(said, shown, closed=shut("retirement"))
        if np.isnat(birth):
            return Finding(missing("birth_date"), shown, complete_data("birth_date", young(today)))
        low, high = self.bounds[item].tolist()
        shown["retirement_age"] = low if low == high else [low, high]
        if verdict == VERIFY:
            return Finding(
                reason("retirement.verify", low=low, high=high, term=span(term)),
                shown,
                complete_data("retirement_age"),
            )
        end = plus_years(birth, low if verdict == PASS else high, self.facts.leap_day)
        values = {"left": duration(today, max(end, today)), "term": span(term), "age": low}
        if verdict == PASS:
            return Finding(reason("retirement.pass", **values), shown)
        return Finding(reason("retirement.fail", **values), shown, closed=shut("retirement"))


def _ages(facts: Facts, rule: Rule) -> NDArray[np.int64]:
    """Return lowest and highest retirement age per post, int64 ``[n_jobs, 2]``; −1 unknown."""
    jobs, people = facts.snapshot.jobs, facts.snapshot.people
    nothing = [UNKNOWN, UNKNOWN]
    by_tier = [rule.params["ages"].get(t.code, nothing) for t in reference.tiers()] + [nothing]
    found = np.array(by_tier, np.int64)[jobs.tier].reshape(len(jobs), 2)
    functional = np.array([t.ladder != MANAGERIAL for t in reference.tiers()] + [False])[jobs.tier]
    use = (people.job >= 0) & (people.retirement_age > 0)
    lowest = np.full(len(jobs), np.iinfo(np.int32).max)
    highest = np.full(len(jobs), UNKNOWN)
    np.minimum.at(lowest, people.job[use], people.retirement_age[use])
    np.maximum.at(highest, people.job[use], people.retirement_age[use])
    titled = functional & (highest > 0)
    found[titled, 0], found[titled, 1] = lowest[titled], highest[titled]
    return found


class LongCourse(TableGate):
    """Service left against what an agency asks for before a structural course or a degree."""

    def __init__(self, facts: Facts, rule: Rule, long: NDArray[np.bool_]) -> None:
        self.facts = facts
        self.first, self.last = facts.retires_on
        need = plus_months(facts.today, rule.params["min_months"], facts.leap_day)
        state = np.where(self.first >= need, 0, np.where(self.last < need, 2, 1))
        table = np.array([[NOT_RUN, PASS], [NOT_RUN, VERIFY], [NOT_RUN, FAIL]], np.uint8)
        super().__init__(rule, "training", state, long.astype(np.int32), table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> LongCourse | Missing | None:
        """Return the gate, or why it is not run."""
        trainings = facts.snapshot.trainings
        long = _one_of(trainings.path, "training_path", rule.params["paths"])
        long |= _one_of(trainings.structural, "structural", rule.params["structural"])
        if not long.any():
            return None
        if np.isnat(facts.snapshot.people.birth_date).all():
            return Missing("employees.birth_date")
        return cls(facts, rule, long)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the service left and what is asked for."""
        people, months = self.facts.snapshot.people, self.rule.params["min_months"]
        shown: dict[str, Any] = {"min_months": months}
        if np.isnat(people.birth_date[row]):
            step = complete_data("birth_date", young(self.facts.today))
            return Finding(missing("birth_date"), shown, step)
        if verdict == VERIFY:
            return Finding(missing("retirement_age"), shown, complete_data("retirement_age"))
        end = self.first[row] if verdict == PASS else self.last[row]
        left = duration(self.facts.today, max(end, self.facts.today))
        values = {"left": left, "asked": span(months)}
        if verdict == PASS:
            return Finding(reason("long_course.pass", **values), shown)
        return Finding(reason("long_course.fail", **values), shown, closed=shut("retirement"))


def _one_of(column: NDArray[np.int32], known: str, codes: list[str]) -> NDArray[np.bool_]:
    places = [place for place, code in enumerate(reference.choices(known)) if code in codes]
    return np.isin(column, places)
