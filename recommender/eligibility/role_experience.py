"""The gate of related experience: years in the same family or affair, over all spells."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.eligibility.dates import as_date, plus_months, span
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
from recommender.eligibility.wording import by, complete_data, reason, way
from recommender.masks import Classes, Refusal
from recommender.scenario import Change, Hold, Served, Wait
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
        return self._by_kind(rows)[:, self.item_kind]

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        some, person = np.unique(rows, return_inverse=True)
        return self._by_kind(some)[person, self.item_kind[items]]

    def refusal(self, rows: Rows) -> Refusal:
        """Return whose related work is known to be too short for which kinds of posts."""
        refused = self._by_kind(rows) == FAIL
        person = np.arange(len(rows), dtype=np.int32)
        return Refusal((Classes(refused, person, self.item_kind[None, :]),))

    def _by_kind(self, rows: Rows) -> Verdicts:
        """Return verdicts by what posts ask for, ``[len(rows), n_kinds]``."""
        related, unplaced = self._related(rows)
        state = np.where(related >= self.need, np.uint8(PASS), np.uint8(FAIL))
        for line in np.flatnonzero((unplaced > 0) | self.unclear[rows]):
            spare = np.where(self.any_work, 0, unplaced[line])
            open_end = (related[line] + spare >= self.need) | self.unclear[rows[line]]
            state[line, (state[line] == FAIL) & open_end] = VERIFY
        state[:, self.need == 0] = NOT_RUN
        return state

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
            step = complete_data("job_history", self._served(item))
            return Finding(reason("experience.verify", **values), shown, step)
        if verdict == PASS:
            return Finding(reason("experience.pass", **values), shown)
        earliest = self._reached(row, kind, int(self.need[kind]) - related)
        changes = by(earliest)
        if earliest is None:
            changes = self._elsewhere(row, item, int(self.need[kind]) - related)
        step = way("experience.way", earliest, changes, **values)
        said = reason("experience.fail", **values)
        if related < MONTH:
            said = reason("experience.none", years=years, basis=values["basis"])
        return Finding(said, shown, step)

    def _reached(self, row: int, kind: int, lacking: int) -> date | None:
        """Return when the present work, if it is related, is long enough; time alone does it."""
        spells = self.facts.spells
        mine = slice(int(self.start[row]), int(self.start[row + 1]))
        goes_on = spells.running[mine]
        related = (spells.family[mine] + 1 == self.family[kind]) & (self.family[kind] > 0)
        related |= (spells.affair[mine] + 1 == self.affair[kind]) & (self.affair[kind] > 0)
        found = np.flatnonzero(goes_on & (related | self.any_work[kind]))
        if len(found) == 0:
            return None
        one = int(found[-1]) + int(self.start[row])
        wanted = int(spells.units[one]) + lacking
        return as_date(reached_on(spells.begin[one], wanted, self.facts.leap_day))

    def _elsewhere(self, row: int, item: int, lacking: int) -> tuple[Change, ...]:
        """Return related work in another post of the agency, by preference at one's own height."""
        jobs, tiers = self.facts.snapshot.jobs, reference.tiers()
        months = -(-lacking // MONTH) + 1
        near = (jobs.family == jobs.family[item]) & (jobs.family >= 0)
        near |= (jobs.affair == jobs.affair[item]) & (jobs.affair >= 0)
        near |= (jobs.family[item] < 0) & (jobs.affair[item] < 0)
        near[item] = False
        own, target = int(self.facts.snapshot.people.tier[row]), int(jobs.tier[item])
        chain = self.facts.ladder.chain(own, target) if own >= 0 and target >= 0 else None
        height = chain[-1][0] if chain else own
        posts = np.flatnonzero(near)
        if len(posts) == 0:
            until = plus_months(self.facts.today, months, self.facts.leap_day)
            done = self._served(item, int(months), until)
            return (done, Wait(done.until))
        # One from which the post itself may be taken up comes before others.
        leads = [target < 0 or target in self.facts.ladder.after(t) for t in jobs.tier[posts]]
        order = np.lexsort((posts, ~np.array(leads), jobs.tier[posts] != height))
        at = posts[order[0]]
        tier = tiers[int(jobs.tier[at])].code if jobs.tier[at] >= 0 else None
        return (Hold(int(months), tier, jobs.index.codes[at]),)

    def _served(self, item: int, months: int | None = None, until: Any = None) -> Served:
        """Return the record of such work, long enough; long ago where no end is given."""
        leap, asked = self.facts.leap_day, int(self.months[item])
        end = until if until is not None else plus_months(self.facts.today, -_LONG_AGO, leap)
        since = plus_months(end, -(asked if months is None else months), leap)
        first, last = as_date(since), as_date(end)
        assert first is not None and last is not None  # noqa: PT018
        return Served(first, last, None, self.facts.snapshot.jobs.index.codes[item])


_LONG_AGO = 12 * 60
"""Months before today at which a record that is only tried out stands in nobody's way."""


def _top(numbers: NDArray[Any]) -> int:
    return int(numbers.max(initial=-1))
