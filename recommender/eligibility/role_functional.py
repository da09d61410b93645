"""Gates of functional posts: the next level of the same post, and the credit points it takes."""

from __future__ import annotations

import numpy as np
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
from recommender.eligibility.wording import complete_data, missing, reason, tier_name, way
from recommender.nextpost import base_title
from training_data import reference
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
            return Finding(missing("credit_points"), shown, complete_data("credit_points"))
        target = tier_name(int(self.facts.snapshot.jobs.tier[item]))
        values = {"held": held, "asked": asked, "target": target, "basis": self.basis(item)}
        if verdict == PASS:
            return Finding(reason("credit.pass", **values), shown)
        own = reference.tiers()[int(self.facts.snapshot.people.tier[row])].code
        yearly = self.rule.params["yearly"].get(own)
        earliest = None
        if yearly:
            months = int(np.ceil(12 * (asked - held) / yearly))
            due = plus_months(self.counted_on[row], months, self.facts.leap_day)
            earliest = as_date(max(due, self.facts.today + 1))
        return Finding(
            reason("credit.fail", **values), shown, way("credit.way", earliest, date=earliest)
        )
