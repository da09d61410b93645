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
from recommender.masks import Classes, ItemsOf, Refusal
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
        self.anywhere = np.zeros(len(inner.item_class), bool)
        self.anywhere[self.somewhere] = True
        self._items = ItemsOf(exempt, len(self.codes), len(inner.item_class))

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

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        found = self.inner.of_pairs(rows, items)
        unknown = (self.job[rows] < 0) & self.anywhere[items] & (found == FAIL)
        found = np.where(unknown, np.uint8(VERIFY), found)
        return np.where(self._items.hold(self.job[rows], items), np.uint8(NOT_RUN), found)

    def refusal(self, rows: Rows) -> Refusal:
        """Return what the table refuses, less what the holders of the posts are exempt from."""
        inner, job = self.inner, self.job[rows]
        refused = inner.table == FAIL
        if not refused.any():
            return Refusal()
        # Every class twice: people whose post is unknown, items that some holder is exempt for.
        doubled = np.repeat(np.repeat(refused, 2, axis=0), 2, axis=1)
        doubled[1::2, 1::2] = False
        person = inner.person_class[rows] * 2 + (job < 0)
        item = inner.item_class * 2 + self.anywhere
        classes = Classes(doubled, person.astype(np.int32), item.astype(np.int32)[None, :])
        return Refusal((classes,), exempt=self._items.pairs(job))

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
