"""The gate of related experience: years in the same family or affair, over all spells."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.eligibility.dates import as_date, span
from recommender.eligibility.facts import Facts
from recommender.eligibility.gate import (
    FAIL,
    JOB_STANDARD,
    NOT_RUN,
    PASS,
    VERIFY,
    Citation,
    Finding,
    Gate,
    Missing,
    Rows,
    Verdicts,
    classes,
)
from recommender.eligibility.spells import MONTH, reached_on
from recommender.eligibility.wording import complete_data, reason, way
from training_data import reference
from training_data.reference.packs import Rule


class Experience(Gate):
    """Years of related work: spells in the same family or affair as the post, added up."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(rule, "role")
        self.facts = facts
        jobs, spells = facts.snapshot.jobs, facts.spells
        by_tier = [rule.params["years"].get(t.code, np.nan) for t in reference.tiers()] + [np.nan]
        self.stated = ~np.isnan(jobs.min_experience_years)
        years = np.where(self.stated, jobs.min_experience_years, np.array(by_tier)[jobs.tier])
        self.months = np.rint(np.nan_to_num(years) * 12).astype(np.int64)
        self.unclear = spells.undated | ~spells.recorded
        self.start = np.searchsorted(spells.person, np.arange(len(facts.snapshot.people) + 1))
        asked = np.stack([self.months, jobs.family, jobs.affair], axis=1)
        self.item_kind, kinds = classes(asked)
        self.need = kinds[:, 0] * MONTH
        self.any_work = (kinds[:, 1] < 0) & (kinds[:, 2] < 0)
        n_affairs = 1 + max(_top(jobs.affair), _top(spells.affair))
        n_families = 1 + max(_top(jobs.family), _top(spells.family))
        # Related work is that of the family plus that of the affair less that of both; number 0
        # stands for unknown and is never related.
        self.by_family = self._sums(spells.family + 1, n_families + 1)
        self.by_affair = self._sums(spells.affair + 1, n_affairs + 1)
        self.family, self.affair = kinds[:, 1] + 1, kinds[:, 2] + 1
        # Only pairs of family and affair that somebody worked in get a column; the last is empty.
        pair = (spells.family + 1) * (n_affairs + 1) + spells.affair + 1
        worked, column = np.unique(pair, return_inverse=True)
        self.by_both = self._sums(column, len(worked) + 1)
        wanted = self.family * (n_affairs + 1) + self.affair
        place = np.minimum(np.searchsorted(worked, wanted), max(len(worked) - 1, 0))
        known = (self.family > 0) & (self.affair > 0) & np.isin(wanted, worked)
        self.both = np.where(known, place, len(worked))
        self.blank = 0 if len(worked) and worked[0] == 0 else len(worked)

    def _sums(self, column: NDArray[Any], width: int) -> Any:
        spells = self.facts.spells
        shape = (len(self.facts.snapshot.people), int(width))
        cells = (spells.units.astype(np.int32), (spells.person, column))
        return sparse.csr_matrix(cells, shape, dtype=np.int32)

    def _related(self, rows: Rows) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return units of related work ``[len(rows), kinds]``, and of work unplaced per row."""
        family, affair = self.by_family[rows].toarray(), self.by_affair[rows].toarray()
        both = self.by_both[rows].toarray()
        total = family.sum(axis=1, dtype=np.int32)
        family[:, 0] = affair[:, 0] = 0
        related = family[:, self.family]
        related += affair[:, self.affair]
        related -= both[:, self.both]
        related[:, self.any_work] = total[:, None]
        return related, both[:, self.blank]

    def _of_pair(self, row: int, kind: int) -> tuple[int, int]:
        """Return the same for one person and one kind, without any matrix."""
        spells = self.facts.spells
        mine = slice(int(self.start[row]), int(self.start[row + 1]))
        family, affair = spells.family[mine] + 1, spells.affair[mine] + 1
        if self.any_work[kind]:
            return int(spells.units[mine].sum()), 0
        same = (family == self.family[kind]) & (family > 0)
        same |= (affair == self.affair[kind]) & (affair > 0)
        blank = (family == 0) & (affair == 0)
        return int(spells.units[mine] @ same), int(spells.units[mine] @ blank)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Experience | Missing | None:
        """Return the gate, or why it is not run."""
        by_tier = [t.code in rule.params["years"] for t in reference.tiers()] + [False]
        jobs = facts.snapshot.jobs
        stated = ~np.isnan(jobs.min_experience_years)
        asks = np.where(stated, jobs.min_experience_years > 0, np.array(by_tier)[jobs.tier])
        if not asks.any():
            return None
        if not facts.snapshot.dataset.has("job_history"):
            return Missing("job_history")
        return cls(facts, rule)

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``."""
        related, unplaced = self._related(rows)
        state = np.where(related >= self.need, np.uint8(PASS), np.uint8(FAIL))
        for line in np.flatnonzero((unplaced > 0) | self.unclear[rows]):
            spare = np.where(self.any_work, 0, unplaced[line])
            open_end = (related[line] + spare >= self.need) | self.unclear[rows[line]]
            state[line, (state[line] == FAIL) & open_end] = VERIFY
        state[:, self.need == 0] = NOT_RUN
        return state[:, self.item_kind]

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        kind = int(self.item_kind[item])
        need = int(self.need[kind])
        if need == 0:
            return NOT_RUN
        related, unplaced = self._of_pair(row, kind)
        if related >= need:
            return PASS
        return VERIFY if related + unplaced >= need or self.unclear[row] else FAIL

    def citation(self, item: int) -> Citation:
        """Return the mark of the post's tier; a condition of its own is its job standard's."""
        if self.stated[item]:
            return JOB_STANDARD
        code = reference.tiers()[int(self.facts.snapshot.jobs.tier[item])].code
        mark = self.rule.params["marks"][code]
        return Citation(self.rule.regulation, self.rule.article, mark)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the years held and asked."""
        kind = int(self.item_kind[item])
        related, _ = self._of_pair(row, kind)
        years = int(self.months[item]) / 12
        shown = {"related_months": related // MONTH, "min_years": years}
        values = {"held": span(related // MONTH), "years": years, "basis": self.basis(item)}
        if verdict == VERIFY:
            return Finding(
                reason("experience.verify", **values), shown, complete_data("job_history")
            )
        if verdict == PASS:
            return Finding(reason("experience.pass", **values), shown)
        earliest = None
        if self._goes_on(row, item):
            lacking = int(self.need[kind]) - related
            earliest = as_date(reached_on(self.facts.today, lacking, self.facts.leap_day))
        return Finding(
            reason("experience.fail", **values), shown, way("experience.way", earliest, **values)
        )

    def _goes_on(self, row: int, item: int) -> bool:
        """Whether the present post is itself related, so that time alone closes it."""
        jobs, job = self.facts.snapshot.jobs, int(self.facts.snapshot.people.job[row])
        if job < 0:
            return False
        family = jobs.family[job] == jobs.family[item] and jobs.family[item] >= 0
        affair = jobs.affair[job] == jobs.affair[item] and jobs.affair[item] >= 0
        return bool(family or affair or (jobs.family[item] < 0 and jobs.affair[item] < 0))


def _top(numbers: NDArray[Any]) -> int:
    return int(numbers.max(initial=-1))
