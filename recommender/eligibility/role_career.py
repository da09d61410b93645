"""Gates of roles that look at the career: own post, distance, posts held, time in post."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from recommender.eligibility.dates import as_date, duration, iso, plus_months, plus_years, span
from recommender.eligibility.exempting import ExemptingGate
from recommender.eligibility.facts import Facts
from recommender.eligibility.gate import (
    FAIL,
    NOT_RUN,
    PASS,
    VERIFY,
    Citation,
    Finding,
    Gate,
    Missing,
    Rows,
    TableGate,
    Verdicts,
)
from recommender.eligibility.ladder import chain_words, holds
from recommender.eligibility.role_functional import next_levels
from recommender.eligibility.spells import MONTH, reached_on
from recommender.eligibility.tiers import MANAGERIAL
from recommender.eligibility.wording import (
    by,
    complete_data,
    joined,
    missing,
    reason,
    shut,
    tier_name,
    way,
)
from recommender.masks import Pairs, Refusal
from recommender.scenario import Change, Hold, Served, SetFact
from training_data import reference
from training_data.reference.packs import Rule

_LONG_AGO = 12 * 60
"""Months before today at which a record that is only tried out stands in nobody's way."""


class OwnJob(Gate):
    """One's own post is not a suggestion; where it is unknown, any post may be it."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(rule, "role")
        self.facts = facts
        self.known = bool((facts.snapshot.people.job >= 0).any())

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``."""
        found = np.full((len(rows), len(self.facts.snapshot.jobs)), NOT_RUN, np.uint8)
        job = self.facts.snapshot.people.job[rows]
        here = np.flatnonzero(job >= 0)
        found[here, job[here]] = FAIL
        if self.known:
            found[job < 0] = VERIFY
        return found

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        job = int(self.facts.snapshot.people.job[row])
        if job < 0 and self.known:
            return VERIFY
        return FAIL if job == item else NOT_RUN

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        job = self.facts.snapshot.people.job[rows]
        found = np.where(job == items, np.uint8(FAIL), np.uint8(NOT_RUN))
        return np.where((job < 0) & self.known, np.uint8(VERIFY), found)

    def refusal(self, rows: Rows) -> Refusal:
        """Return everybody's own post."""
        job = self.facts.snapshot.people.job[rows].astype(np.int64)
        here = np.flatnonzero(job >= 0)
        return Refusal(closed=Pairs(here, job[here]))

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Say that it is the present post."""
        codes = self.facts.snapshot.jobs.index.codes
        if verdict == VERIFY:
            other = next((code for code in codes if code != codes[item]), None)
            step = complete_data("job", *((SetFact("job_code", other),) if other else ()))
            return Finding(missing("job"), {"job_code": None}, step)
        return Finding(reason("own_job.fail"), {"job_code": codes[item]}, closed=shut("own_job"))


class _Distance(TableGate):
    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        tiers = reference.tiers()
        rank = np.array([rule.params["ranks"][t.code] for t in tiers])
        step = rank[None, :] - rank[:, None]
        verdict = np.where(np.isin(step, rule.params["allowed"]), PASS, FAIL)
        held = facts.rules.get("role.held_post")
        codes = [t.code for t in tiers]
        for target, feeders in (held.params["from"] if held else {}).items():
            for feeder, _ in feeders:
                verdict[codes.index(feeder), codes.index(target)] = NOT_RUN
        table = np.full((len(tiers) + 1, len(tiers) + 1), NOT_RUN, np.uint8)
        table[0, 1:] = VERIFY
        table[1:, 1:] = verdict
        snapshot = facts.snapshot
        super().__init__(rule, "role", snapshot.people.tier + 1, snapshot.jobs.tier + 1, table)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        own = int(self.facts.snapshot.people.tier[row])
        target = int(self.facts.snapshot.jobs.tier[item])
        codes = [t.code for t in reference.tiers()]
        ranks = self.rule.params["ranks"]
        if own < 0:
            step_up = complete_data("tier", SetFact("tier", codes[target]))
            return Finding(missing("tier"), {"target_tier": codes[target]}, step_up)
        step = ranks[codes[target]] - ranks[codes[own]]
        shown = {"tier": codes[own], "target_tier": codes[target], "distance": step}
        values = {"own": tier_name(own), "target": tier_name(target)}
        if verdict == PASS:
            return Finding(reason("distance.pass", **values), shown)
        if step < 0:
            return Finding(reason("distance.below", **values), shown, closed=shut("tier_below"))
        said, chain = reason("distance.above", **values), self.facts.ladder.chain(own, target)
        if chain is None:
            return Finding(said, shown, closed=shut("tier_apart"))
        mine, theirs = reference.tiers()[own], reference.tiers()[target]
        up = mine.ladder == theirs.ladder != MANAGERIAL and theirs.step == mine.step + 1
        if up:
            return Finding(said, shown, way("distance.way_level", None, _level(own)))
        forward = way("distance.way", None, holds(chain), chain=chain_words(chain))
        return Finding(said, shown, forward)


def distance(facts: Facts, rule: Rule) -> Gate | Missing | None:
    """Build the gate of tier distance.

    Exempt are paths of the agency's own pattern and the next level of the same functional post:
    who may follow there is said by rules of their own, which are stronger.
    """
    if not (facts.snapshot.jobs.tier >= 0).any():
        return None
    if not (facts.snapshot.people.tier >= 0).any():
        return Missing("employees.tier")
    inner = _Distance(facts, rule)
    paths = own_paths(facts)
    for job, above in next_levels(facts).items():
        paths[job] = (*paths.get(job, ()), *above)
    return ExemptingGate(rule, inner, facts, paths) if paths else inner


def own_paths(facts: Facts) -> dict[int, tuple[int, ...]]:
    """Return the agency's own paths: row of a post → rows of those it leads to."""
    table, jobs = facts.snapshot.dataset.table("career_paths"), facts.snapshot.jobs
    found: dict[int, tuple[int, ...]] = {}
    pairs = zip(
        jobs.index.lookup(table["from_job_code"]).tolist(),
        jobs.index.lookup(table["to_job_code"]).tolist(),
        strict=True,
    )
    for start, end in pairs:
        if start >= 0 and end >= 0:
            found[start] = (*found.get(start, ()), end)
    return found


def _level(own: int) -> tuple[Hold, ...]:
    """Return the next level of one's own ladder."""
    tiers = reference.tiers()
    above = next(t for t in tiers if (t.ladder, t.step) == (tiers[own].ladder, tiers[own].step + 1))
    return (Hold(0, above.code),)


def _day(day: Any) -> date:
    found = as_date(day)
    assert found is not None
    return found


class HeldPost(TableGate):
    """Posts that must have been held, and how long, before a post of a higher tier."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        self.codes = [t.code for t in reference.tiers()]
        self.feeders: dict[int, list[tuple[int, float]]] = {
            self.codes.index(target): [(self.codes.index(f), years) for f, years in rows]
            for target, rows in rule.params["from"].items()
        }
        spells, people = facts.spells, facts.snapshot.people
        state = np.full((len(people), len(self.codes) + 1), NOT_RUN, np.uint8)
        unsure = spells.unmapped | spells.undated
        nothing = ~spells.recorded & np.isnat(people.job_since)
        if facts.snapshot.dataset.has("job_history"):
            nothing = ~spells.recorded  # what others' records hold, this one's may hold too
        unsure = unsure | (people.tier < 0)
        for target, feeders in self.feeders.items():
            met = (people.tier == target) | (spells.tier_units[:, target] > 0)
            feeds = np.zeros(len(people), bool)
            for feeder, years in feeders:
                met |= spells.tier_units[:, feeder] >= self._need(years)
                feeds |= people.tier == feeder
            # Without a record, only time in a feeding post itself says that it is too short.
            unclear = unsure | nothing | (~spells.recorded & ~feeds)
            state[:, target + 1] = np.where(met, PASS, np.where(unclear, VERIFY, FAIL))
        codes = state.astype(np.int64) @ 4 ** np.arange(state.shape[1])
        _, first, person = np.unique(codes, return_index=True, return_inverse=True)
        super().__init__(rule, "role", person, facts.snapshot.jobs.tier + 1, state[first])

    @staticmethod
    def _need(years: float) -> int:
        return round(12 * years) * MONTH

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> HeldPost | Missing | None:
        """Return the gate, or why it is not run."""
        asked = [t.code in rule.params["from"] for t in reference.tiers()] + [False]
        if not np.array(asked)[facts.snapshot.jobs.tier].any():
            return None
        since = ~np.isnat(facts.snapshot.people.job_since)
        if not facts.snapshot.dataset.has("job_history") and not since.any():
            return Missing("job_history, employees.job_since")
        return cls(facts, rule)

    def citation(self, item: int) -> Citation:
        """Return article and mark of the post's tier."""
        code, params = self.codes[int(self.facts.snapshot.jobs.tier[item])], self.rule.params
        return Citation(self.rule.regulation, params["articles"][code], params["marks"][code])

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the feeding posts, the time held and the day on which it suffices."""
        target = int(self.facts.snapshot.jobs.tier[item])
        own, spells = int(self.facts.snapshot.people.tier[row]), self.facts.spells
        feeders = self.feeders[target]
        held = {f: int(spells.tier_units[row, f]) for f, _ in feeders}
        best, years = max(feeders, key=lambda f: (f[0] == own, held[f[0]]))
        shown = {
            "target_tier": self.codes[target],
            "feeding": [[self.codes[f], y] for f, y in feeders],
            "held_months": {self.codes[f]: held[f] // MONTH for f, _ in feeders},
        }
        values = {
            "target": tier_name(target),
            "feeders": joined([tier_name(f) for f, _ in feeders]),
            "best": tier_name(best),
            "held": span(held[best] // MONTH),
            "years": years,
            "basis": self.basis(item),
        }
        if verdict == VERIFY:
            known = self._served(self.codes[best], round(12 * years))
            step = complete_data("job_history", known)
            return Finding(reason("held_post.verify", **values), shown, step)
        if verdict == PASS:
            key = "held" if held[best] >= self._need(years) else "tier"
            return Finding(reason(f"held_post.pass.{key}", **values), shown)
        since = spells.running_since[row]
        if spells.running_tier[row] == best and not np.isnat(since):
            left = self._need(years) - held[best] + int(spells.running_units[row])
            earliest = as_date(reached_on(since, left, self.facts.leap_day))
            return Finding(
                reason("held_post.short", **values),
                shown,
                way("held_post.way_dated", earliest, by(earliest), date=earliest),
            )
        said, chain = reason("held_post.fail", **values), self.facts.ladder.chain(own, target)
        if chain is None:
            return Finding(said, shown, closed=shut("tier_apart"))
        changes: tuple[Change, ...] = holds(chain)
        if not chain:
            changes = (Hold(round(12 * years), self.codes[best]),)
        return Finding(said, shown, way("held_post.way", None, changes, **values))

    def _served(self, tier: str, months: int) -> Served:
        """Return the record of such a post, long enough, before everything else."""
        until = plus_months(self.facts.today, -_LONG_AGO, self.facts.leap_day)
        since = plus_months(until, -months, self.facts.leap_day)
        return Served(_day(since), _day(until), tier)


class _Interval(TableGate):
    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        self.since = facts.spells.post_since
        self.least = plus_years(self.since, rule.params["min_years"], facts.leap_day)
        self.most = plus_years(self.since, rule.params["max_years"], facts.leap_day)
        perhaps = plus_years(
            facts.spells.post_perhaps_since, rule.params["min_years"], facts.leap_day
        )
        open_ = np.isnat(self.since) | np.isnat(perhaps) | (perhaps <= facts.today)
        state = np.where(self.least <= facts.today, PASS, np.where(open_, VERIFY, FAIL))
        table = np.array([[NOT_RUN], [PASS], [VERIFY], [FAIL]], np.uint8)
        item = np.zeros(len(facts.snapshot.jobs), np.int32)
        super().__init__(rule, "role", state, item, table)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        since, today = self.since[row], self.facts.today
        params = self.rule.params
        shown = {"post_since": iso(since), "min_years": params["min_years"], "over_maximum": False}
        if verdict == VERIFY:
            key = "job_since" if np.isnat(since) else "job_history"
            begun = plus_years(today, -params["min_years"], self.facts.leap_day)
            step = complete_data(key, SetFact("job_since", _day(begun)))
            return Finding(missing(key), shown, step)
        values = {
            "held": duration(since, today),
            "min": params["min_years"],
            "max": params["max_years"],
            "date": as_date(self.least[row]),
            "basis": self.basis(item),
        }
        if verdict == FAIL:
            earliest = as_date(self.least[row])
            return Finding(
                reason("mutation.fail", **values),
                shown,
                way("mutation.way", earliest, by(earliest), **values),
            )
        if self.most[row] < today:
            shown["over_maximum"] = True
            return Finding(reason("mutation.over", **values), shown)
        return Finding(reason("mutation.pass", **values), shown)


def interval(facts: Facts, rule: Rule) -> Gate | Missing:
    """Build the gate of years in post; the next level of the same functional post is exempt."""
    since = ~np.isnat(facts.snapshot.people.job_since)
    if not facts.snapshot.dataset.has("job_history") and not since.any():
        return Missing("job_history, employees.job_since")
    inner = _Interval(facts, rule)
    exempt = next_levels(facts)
    return ExemptingGate(rule, inner, facts, exempt) if exempt else inner
