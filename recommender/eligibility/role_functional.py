"""Gates of functional posts: the next level of the same post, and the credit points it takes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.eligibility.dates import as_date, iso, plus_months
from recommender.eligibility.facts import Facts
from recommender.eligibility.gate import (
    FAIL,
    NOT_RUN,
    PASS,
    VERIFY,
    Finding,
    Gate,
    Missing,
    Rows,
    Verdicts,
)
from recommender.eligibility.tiers import MANAGERIAL
from recommender.eligibility.wording import by, complete_data, missing, reason, tier_name, way
from recommender.masks import ItemsOf, Refusal
from recommender.nextpost import base_title
from recommender.scenario import COMPETENCE_TEST, Certified, Change, Opened, Points
from recommender.units import UnitTree
from training_data import reference
from training_data.dataset import Dataset
from training_data.reference.lists import spelling_key
from training_data.reference.packs import Rule


def next_levels(facts: Facts) -> dict[int, tuple[int, ...]]:
    """Return per functional post the posts of the same name one level up its ladder."""
    jobs, tiers = facts.snapshot.jobs, reference.tiers()
    groups: dict[tuple[str, str, int], list[int]] = {}
    keys: dict[int, tuple[str, str, int]] = {}
    for job in np.flatnonzero(jobs.tier >= 0).tolist():
        tier = tiers[int(jobs.tier[job])]
        if tier.ladder != "struktural":
            keys[job] = (base_title(jobs.titles[job]), tier.ladder, tier.step)
            groups.setdefault(keys[job], []).append(job)
    above = {
        job: groups.get((name, ladder, step + 1)) for job, (name, ladder, step) in keys.items()
    }
    return {job: tuple(items) for job, items in above.items() if items}


def same_profession(facts: Facts) -> dict[int, tuple[int, ...]]:
    """Return per functional post all posts of the same name, whatever their level."""
    jobs, tiers = facts.snapshot.jobs, reference.tiers()
    groups: dict[str, list[int]] = {}
    for job in np.flatnonzero(jobs.tier >= 0).tolist():
        if tiers[int(jobs.tier[job])].ladder != MANAGERIAL:
            groups.setdefault(base_title(jobs.titles[job]), []).append(job)
    return {job: tuple(items) for items in groups.values() for job in items}


def items_above(facts: Facts, above: Mapping[int, tuple[int, ...]]) -> ItemsOf:
    """Return the next levels of every post, to be looked up for many people."""
    n_jobs = len(facts.snapshot.jobs)
    return ItemsOf(above, n_jobs, n_jobs)


class CreditPoints(Gate):
    """Cumulative credit points before the next level of one's own functional post."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(rule, "role")
        self.facts = facts
        self.above = next_levels(facts)
        people = facts.snapshot.people
        self.points, self.counted_on = self._newest()
        codes = [t.code for t in reference.tiers()]
        asked = [rule.params["next_level"].get(code, np.nan) for code in codes] + [np.nan]
        self.asked = np.array(asked, np.float64)[people.tier]
        state = np.where(self.points >= self.asked, PASS, FAIL)
        state = np.where(np.isnan(self.points), VERIFY, state)
        self.state = np.where(np.isnan(self.asked), NOT_RUN, state).astype(np.uint8)
        self._items = items_above(facts, self.above)

    def _newest(self) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
        """Return the newest cumulative points per person, NaN unknown, and their day."""
        table = self.facts.snapshot.dataset.table("credit_points")
        person = self.facts.snapshot.people.index.lookup(table["employee_id"])
        day = np.asarray(table["as_of"].to_numpy(), "datetime64[D]")
        order = np.argsort(day, kind="stable")
        order = order[person[order] >= 0]
        points = np.full(len(self.facts.snapshot.people), np.nan)
        counted = np.full(len(points), np.datetime64("NaT", "D"))
        value = np.asarray(pc.fill_null(table["cumulative"], float("nan")).to_numpy(), np.float64)
        points[person[order]] = value[order]  # the newest is written last
        counted[person[order]] = day[order]
        return points, counted

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> CreditPoints | Missing | None:
        """Return the gate, or why it is not run."""
        if not next_levels(facts):
            return None
        if not facts.snapshot.dataset.has("credit_points"):
            return Missing("credit_points")
        return cls(facts, rule)

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``: run for the next level alone."""
        found = np.full((len(rows), len(self.facts.snapshot.jobs)), NOT_RUN, np.uint8)
        for line, job in enumerate(self.facts.snapshot.people.job[rows].tolist()):
            items = self.above.get(job)
            if items:
                found[line, list(items)] = self.state[rows[line]]
        return found

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        above = self.above.get(int(self.facts.snapshot.people.job[row]), ())
        return int(self.state[row]) if item in above else NOT_RUN

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        concerned = self._items.hold(self.facts.snapshot.people.job[rows], items)
        return np.where(concerned, self.state[rows], np.uint8(NOT_RUN))

    def refusal(self, rows: Rows) -> Refusal:
        """Return the next levels of those whose points are known not to be enough."""
        pairs = self._items.pairs(self.facts.snapshot.people.job[rows])
        return Refusal(closed=pairs.part(self.state[rows][pairs.person] == FAIL))

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the points held and asked, and the day they are reached at a good rating."""
        held, asked = float(self.points[row]), float(self.asked[row])
        known = not np.isnan(held)
        shown = {
            "credit_points": held if known else None,
            "needed": asked,
            "as_of": iso(self.counted_on[row]),
        }
        if not known:
            step = complete_data("credit_points", Points(asked))
            return Finding(missing("credit_points"), shown, step)
        target = tier_name(int(self.facts.snapshot.jobs.tier[item]))
        values = {"held": held, "asked": asked, "target": target, "basis": self.basis(item)}
        if verdict == PASS:
            return Finding(reason("credit.pass", **values), shown)
        own = reference.tiers()[int(self.facts.snapshot.people.tier[row])].code
        rating, factor = self._pace(row)
        yearly = self.rule.params["yearly"].get(own, 0) * factor
        if not yearly:
            step = way("credit.way_open", None, (Points(asked),), asked=asked)
            return Finding(reason("credit.fail", **values), shown, step)
        months = int(np.ceil(12 * (asked - held) / yearly))
        due = plus_months(self.counted_on[row], months, self.facts.leap_day)
        earliest = as_date(max(due, self.facts.today + 1))
        changes: tuple[Change, ...] = by(earliest, Points(asked, earliest))
        label = reference.label("rating", rating)
        step = way("credit.way", earliest, changes, date=earliest, rating=label)
        return Finding(reason("credit.fail", **values), {**shown, "rating": rating}, step)

    def _pace(self, row: int) -> tuple[str, float]:
        """Return the newest rating, else the usual one, and the share of points it brings."""
        factors = self.rule.params["factors"]
        place = int(self.facts.newest_rating[row])
        rating = reference.choices("rating")[place] if place >= 0 else self.rule.params["usual"]
        return rating, float(factors[rating])


class _NextLevel(Gate):
    """A gate that is run for the next level of one's own functional post alone."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(rule, "role")
        self.facts = facts
        self.above = next_levels(facts)
        self._items = items_above(facts, self.above)

    @abstractmethod
    def state(self, row: int, item: int) -> int:
        """Return the verdict on a pair that the rule concerns."""

    @abstractmethod
    def states(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdicts on pairs that the rule concerns, ``[len(rows)]``."""

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``."""
        found = np.full((len(rows), len(self.facts.snapshot.jobs)), NOT_RUN, np.uint8)
        for line, row in enumerate(rows.tolist()):
            for item in self.above.get(int(self.facts.snapshot.people.job[row]), ()):
                found[line, item] = self.state(row, item)
        return found

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        above = self.above.get(int(self.facts.snapshot.people.job[row]), ())
        return self.state(row, item) if item in above else NOT_RUN

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        found = np.full(len(rows), NOT_RUN, np.uint8)
        concerned = self._items.hold(self.facts.snapshot.people.job[rows], items)
        found[concerned] = self.states(rows[concerned], items[concerned])
        return found

    def refusal(self, rows: Rows) -> Refusal:
        """Return the next levels that are refused."""
        pairs = self._items.pairs(self.facts.snapshot.people.job[rows])
        return Refusal(closed=pairs.part(self.states(rows[pairs.person], pairs.item) == FAIL))


class CompetenceTest(_NextLevel):
    """The competence test (uji kompetensi) before the next level of one's own functional post.

    A certificate or a history row that names the test and the post, and no other level, shows it.
    """

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(facts, rule)
        self.unrecorded = {"verify": VERIFY, "fail": FAIL}[rule.params["without_record"]]
        self.tests: dict[int, list[tuple[str, bool]]] = {}
        for person, name, passed in self._records():
            self.tests.setdefault(person, []).append((spelling_key(name), passed))

    def _records(self) -> Iterator[tuple[int, str, bool]]:
        """Yield person, words and whether it counts, of every record of a test."""
        snapshot, today = self.facts.snapshot, self.facts.snapshot.as_of
        held = _tests(snapshot.dataset, "certifications", "name")
        people = snapshot.people.index.lookup(held["employee_id"]).tolist()
        for person, row in zip(people, held.to_pylist(), strict=True):
            if person >= 0:
                yield person, row["name"], row["expires_on"] is None or row["expires_on"] >= today
        taken = _tests(snapshot.dataset, "training_history", "title")
        people = snapshot.people.index.lookup(taken["employee_id"]).tolist()
        for person, row in zip(people, taken.to_pylist(), strict=True):
            if person >= 0 and row["status"] in (None, "completed", "failed"):
                yield person, row["title"], row["status"] != "failed"

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> CompetenceTest | Missing | None:
        """Return the gate, or why it is not run."""
        if not next_levels(facts):
            return None
        dataset = facts.snapshot.dataset
        recorded = _tests(dataset, "certifications", "name").num_rows
        recorded += _tests(dataset, "training_history", "title").num_rows
        return cls(facts, rule) if recorded else Missing("certifications, training_history")

    def state(self, row: int, item: int) -> int:
        """Return pass where a test counts, fail where one does not, else as the pack says."""
        jobs = self.facts.snapshot.jobs
        post = spelling_key(base_title(jobs.titles[item]))
        level = spelling_key(reference.tiers()[int(jobs.tier[item])].name.id)
        others = {spelling_key(t.name.id) for t in reference.tiers() if t.ladder != MANAGERIAL}
        others.discard(level)
        found = [
            passed
            for words, passed in self.tests.get(row, ())
            if post in words and (level in words or not any(other in words for other in others))
        ]
        if any(found):
            return PASS
        return FAIL if found else self.unrecorded

    def states(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the same for pairs: few people have any test on record."""
        found = np.full(len(rows), self.unrecorded, np.uint8)
        for place in np.flatnonzero(np.isin(rows, list(self.tests))).tolist():
            found[place] = self.state(int(rows[place]), int(items[place]))
        return found

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Say whether a test is on record."""
        title = self.facts.snapshot.jobs.titles[item]
        values = {"post": title, "basis": self.basis(item)}
        if verdict == PASS:
            return Finding(reason("test.pass", **values), {"post": title, "passed": True})
        failed = verdict == FAIL and self.unrecorded != FAIL
        shown = {"post": title, "passed": False if failed else None}
        step = way("test.way", None, (Certified(f"{COMPETENCE_TEST} {title}"),), **values)
        return Finding(reason("test.fail" if failed else "test.verify", **values), shown, step)


def _tests(dataset: Dataset, table: str, column: str) -> pa.Table:
    """Return the rows of a table that name a competence test."""
    rows = dataset.table(table)
    named = pc.match_substring(rows[column], COMPETENCE_TEST, ignore_case=True)
    return rows.filter(pc.fill_null(named, False))


class OpenNeed(_NextLevel):
    """An open need for the next level: more posts needed than filled in the unit's department."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(facts, rule)
        snapshot = facts.snapshot
        tree = UnitTree.of(snapshot)
        department = tree.department_of(snapshot.people.unit)
        self.place = np.where(department >= 0, department, snapshot.people.unit)
        table = snapshot.dataset.table("staffing")
        unit = snapshot.units.lookup(table["unit_code"])
        above = tree.department_of(unit)
        places = np.where(above >= 0, above, unit).tolist()
        jobs = snapshot.jobs.index.lookup(table["job_code"]).tolist()
        self.open: dict[tuple[int, int], int] = {}
        self.counted: dict[tuple[int, int], tuple[int, int]] = {}
        for place, job, needed, filled in zip(
            places, jobs, table["needed"].to_pylist(), table["filled"].to_pylist(), strict=True
        ):
            key = (place, job)
            known = needed is not None and filled is not None
            state = VERIFY if not known else PASS if needed > filled else FAIL
            # One open unit is enough; what is unknown may be open.
            self.open[key] = min(state, self.open.get(key, FAIL))
            if known:
                sums = self.counted.get(key, (0, 0))
                self.counted[key] = (sums[0] + needed, sums[1] + filled)
        self._width = max(len(snapshot.jobs), 1)
        told = {place * self._width + job: state for (place, job), state in self.open.items()
                if place >= 0 and job >= 0}  # fmt: skip
        self._told = np.array(sorted(told), np.int64)
        self._state = np.array([told[key] for key in sorted(told)], np.uint8)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> OpenNeed | Missing | None:
        """Return the gate, or why it is not run."""
        if not next_levels(facts):
            return None
        if not facts.snapshot.dataset.has("staffing"):
            return Missing("staffing")
        return cls(facts, rule)

    def state(self, row: int, item: int) -> int:
        """Return whether the department needs one more; what it does not count is unknown."""
        place = int(self.place[row])
        return self.open.get((place, item), VERIFY) if place >= 0 else VERIFY

    def states(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the same for pairs, ``[len(rows)]``."""
        found = np.full(len(rows), VERIFY, np.uint8)
        if len(self._told):
            place = self.place[rows].astype(np.int64)
            key = place * self._width + items
            at = np.minimum(np.searchsorted(self._told, key), len(self._told) - 1)
            known = (self._told[at] == key) & (place >= 0)
            found[known] = self._state[at[known]]
        return found

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name how many posts are needed and filled."""
        snapshot = self.facts.snapshot
        place, unit = int(self.place[row]), int(snapshot.people.unit[row])
        title, code = snapshot.jobs.titles[item], snapshot.jobs.index.codes[item]
        if unit < 0:
            return Finding(missing("unit"), {"needed": None}, complete_data("unit"))
        needed, filled = self.counted.get((place, item), (None, None))
        shown = {"needed": needed, "filled": filled}
        values = {"post": title, "needed": needed or 0, "filled": filled or 0}
        if verdict == PASS:
            return Finding(reason("need.pass", **values), shown)
        opened = (Opened(code, snapshot.units.codes[unit]),)
        key = "need.fail" if verdict == FAIL else "need.verify"
        return Finding(reason(key, **values), shown, way(f"{key}.way", None, opened, **values))
