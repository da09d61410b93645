"""Gate of functional courses: those that job standards name are for the holders of these posts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN
from recommender.eligibility.facts import Facts
from recommender.eligibility.gate import (
    FAIL,
    NOT_RUN,
    PASS,
    VERIFY,
    Finding,
    Missing,
    TableGate,
    classes,
)
from recommender.eligibility.wording import (
    complete_data,
    joined,
    missing,
    reason,
    shut,
    way,
)
from recommender.nextpost import post_name
from recommender.scenario import SetFact
from training_data import reference
from training_data.messages import Text
from training_data.reference.lists import spelling_key
from training_data.reference.packs import Rule

NAMED_POSTS = 3
"""So many posts are named in a sentence."""


class FunctionalCourse(TableGate):
    """A course of a functional post is for its holders and for those agreed to become one.

    Which posts these are is said by part III of the job standards, by the course's code or title;
    a course that no standard names is open to everybody.
    """

    def __init__(self, facts: Facts, rule: Rule, named: NDArray[np.bool_]) -> None:
        self.facts = facts
        self.named = named
        people = facts.snapshot.people
        # Most courses are named by no post, and most posts name none: these stay out of classes.
        courses = np.flatnonzero(named.any(axis=0))
        naming = np.flatnonzero(named.any(axis=1))
        own_class, some = classes(named[np.ix_(naming, courses)].T.astype(np.uint8))
        kinds = np.zeros((len(some) + 1, named.shape[0]), np.uint8)
        kinds[1:, naming] = some
        item = np.zeros(named.shape[1], np.int32)
        item[courses] = own_class + 1
        person, posts = classes(np.stack([people.job, people.target_job], axis=1).astype(np.int32))
        table = np.full((len(posts), len(kinds)), NOT_RUN, np.uint8)
        for b, holders in enumerate(np.append(kinds, np.zeros((len(kinds), 1), np.uint8), axis=1)):
            if holders.any():  # the column added last answers for an unknown post, row −1
                own = (holders[posts] > 0).any(axis=1)
                table[:, b] = np.where(own, PASS, np.where(posts[:, 0] < 0, VERIFY, FAIL))
        super().__init__(rule, "training", person, item, table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> FunctionalCourse | Missing | None:
        """Return the gate, or why it is not run."""
        named = _named(facts, rule.params["forms"])
        if not named.any():
            return None
        if not (facts.snapshot.people.job >= 0).any():
            return Missing("employees.job_code")
        return cls(facts, rule, named)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the posts the course is for."""
        jobs = self.facts.snapshot.jobs
        job = int(self.facts.snapshot.people.job[row])
        holders = np.flatnonzero(self.named[:, item]).tolist()
        names = list(dict.fromkeys(post_name(jobs.titles[j]) for j in holders))
        shown = {"job_code": jobs.index.codes[job] if job >= 0 else None, "posts": names}
        own = int(self.facts.snapshot.people.tier[row])
        ahead = [j for j in holders if own < 0 or self._ahead(own, int(jobs.tier[j]))]
        first = jobs.index.codes[(ahead or holders)[0]]
        if verdict == VERIFY:
            return Finding(missing("job"), shown, complete_data("job", SetFact("job_code", first)))
        told = [Text(name, name) for name in names[:NAMED_POSTS]]
        if len(names) > len(told):
            told.append(reason("functional_course.others"))
        posts = joined(told)
        if verdict == PASS:
            return Finding(reason("functional_course.pass", posts=posts), shown)
        said = reason("functional_course.fail", posts=posts)
        if self.facts.under_contract[row]:
            return Finding(said, shown, closed=shut("training_contract"))
        agreed = (SetFact("target_job_code", first),)
        return Finding(said, shown, way("functional_course.way", None, agreed, posts=posts))

    def _ahead(self, own: int, tier: int) -> bool:
        """Whether a holder of a tier may still come to a post of another."""
        return tier < 0 or self.facts.ladder.chain(own, tier) is not None


def _named(facts: Facts, forms: list[str]) -> NDArray[np.bool_]:
    """Return which posts' standards name which functional course, ``[n_jobs, n_trainings]``."""
    snapshot = facts.snapshot
    trainings, table = snapshot.trainings, snapshot.dataset.table("job_conditions")
    codes = reference.choices("form")
    functional = np.isin(trainings.form, [codes.index(form) for form in forms])
    rows = {spelling_key(trainings.titles[t]): t for t in np.flatnonzero(functional).tolist()}
    rows |= {trainings.index.codes[t]: t for t in np.flatnonzero(functional).tolist()}
    found = np.zeros((len(snapshot.jobs), len(trainings)), bool)
    jobs = snapshot.jobs.index.lookup(table["job_code"]).tolist()
    kinds, values = table["kind"].to_pylist(), table["value"].to_pylist()
    for job, kind, value in zip(jobs, kinds, values, strict=True):
        if kind == "training" and job != UNKNOWN and value:
            row = rows.get(value, rows.get(spelling_key(value), UNKNOWN))
            if row != UNKNOWN:
                found[job, row] = True
    return found
