"""A table gate with exemptions: the holders of some posts are not asked about some items."""

from __future__ import annotations

import numpy as np

from recommender.eligibility.facts import Facts
from recommender.eligibility.gate import (
    FAIL,
    NOT_RUN,
    VERIFY,
    Citation,
    Finding,
    Gate,
    Rows,
    TableGate,
    Verdicts,
)
from recommender.eligibility.wording import complete_data, missing
from recommender.scenario import SetFact
from training_data.reference.packs import Rule

_NONE: tuple[int, ...] = ()


class ExemptingGate(Gate):
    """A table gate from which the holders of a post are exempt for certain items.

    Of whom the post is unknown it is unknown too whether they are: nothing refuses them there.

    Attributes:
        inner: the table.
        exempt: row of the present post → items for which the rule does not run.
    """

    def __init__(
        self, rule: Rule, inner: TableGate, facts: Facts, exempt: dict[int, tuple[int, ...]]
    ) -> None:
        super().__init__(rule, inner.kind)
        self.inner, self.job, self.exempt = inner, facts.snapshot.people.job, exempt
        self.codes = facts.snapshot.jobs.index.codes
        reached = sorted({item for items in exempt.values() for item in items})
        self.somewhere = np.array(reached, np.int64)

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``."""
        found = self.inner.verdicts(rows)
        if self.exempt:
            for line, job in enumerate(self.job[rows].tolist()):
                items = self.exempt.get(job)
                if items:
                    found[line, list(items)] = NOT_RUN
            unknown = np.flatnonzero(self.job[rows] < 0)
            if len(unknown):
                part = np.ix_(unknown, self.somewhere)
                found[part] = np.where(found[part] == FAIL, VERIFY, found[part])
        return found

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        if item in self.exempt.get(int(self.job[row]), _NONE):
            return NOT_RUN
        verdict = self.inner.verdict(row, item)
        unknown = self.job[row] < 0 and item in self.somewhere
        return VERIFY if unknown and verdict == FAIL else verdict

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Word the verdict as the table does."""
        if verdict == VERIFY and self.inner.verdict(row, item) == FAIL:
            post = next(job for job, items in sorted(self.exempt.items()) if item in items)
            step = complete_data("job", SetFact("job_code", self.codes[post]))
            return Finding(missing("job"), {"job_code": None}, step)
        return self.inner.explain(row, item, verdict)

    def citation(self, item: int) -> Citation:
        """Return the table's citation."""
        return self.inner.citation(item)
