"""Gates of trainings: who a course is meant for, and what comes before it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN
from recommender.eligibility.calendar import Calendar
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
    TableGate,
    Verdicts,
    classes,
)
from recommender.eligibility.tiers import ahead, tier_list
from recommender.eligibility.wording import (
    by,
    complete_data,
    missing,
    reason,
    shut,
    tier_name,
    way,
)
from recommender.masks import Classes, Pairs, Refusal
from recommender.results import Way
from recommender.scenario import Change, Complete, Dated, SetFact
from training_data import reference
from training_data.reference.packs import Rule

_NEVER = np.datetime64("NaT", "D")


class Completed(Gate):
    """Completed or registered trainings, unless they may be repeated by now."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(rule, "training")
        self.facts = facts
        done, trainings = facts.completion, facts.snapshot.trainings
        self.width = max(len(trainings), 1)
        self.n_items = len(trainings)
        months = trainings.repeat_after_months[done.pair % self.width]
        again = plus_months(done.last, np.maximum(months, 0), facts.leap_day)
        self.again = np.where(done.completed & (months >= 0), again, _NEVER)
        self.verdict_of = np.full(len(done.pair), NOT_RUN, np.uint8)
        repeatable = done.completed & (months >= 0)
        dated = ~np.isnat(done.last)
        self.verdict_of[done.completed & (months < 0)] = FAIL
        self.verdict_of[repeatable & (~dated | done.undated)] = VERIFY
        self.verdict_of[repeatable & dated & ~done.undated] = PASS
        self.verdict_of[repeatable & dated & (self.again > facts.today)] = FAIL
        self.verdict_of[done.registered] = FAIL

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``: not run where nothing was taken."""
        found = np.full((len(rows), self.n_items), NOT_RUN, np.uint8)
        line, entry = self.facts.completions_of(rows)
        found[line, self.facts.completion.pair[entry] % self.width] = self.verdict_of[entry]
        return found

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        pair, wanted = self.facts.completion.pair, rows * self.width + items
        if len(pair) == 0:
            return np.full(len(rows), NOT_RUN, np.uint8)
        place = np.minimum(np.searchsorted(pair, wanted), len(pair) - 1)
        return np.where(pair[place] == wanted, self.verdict_of[place], np.uint8(NOT_RUN))

    def refusal(self, rows: Rows) -> Refusal:
        """Return what people may not take again."""
        line, entry = self.facts.completions_of(rows)
        refused = self.verdict_of[entry] == FAIL
        item = self.facts.completion.pair[entry[refused]] % self.width
        return Refusal(closed=Pairs(line[refused], item))

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        place = self._place(row, item)
        return NOT_RUN if place is None else int(self.verdict_of[place])

    def _place(self, row: int, item: int) -> int | None:
        pair = self.facts.completion.pair
        wanted = row * self.width + item
        place = int(np.searchsorted(pair, wanted))
        return place if place < len(pair) and pair[place] == wanted else None

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Say when it was completed, or that it is under way."""
        place = self._place(row, item)
        assert place is not None
        done, trainings = self.facts.completion, self.facts.snapshot.trainings
        months = int(trainings.repeat_after_months[item])
        last, again = done.last[place], self.again[place]
        shown = {
            "completed_on": iso(last),
            "registered": bool(done.registered[place]),
            "repeat_after_months": months if months >= 0 else None,
        }
        if done.registered[place]:
            return Finding(reason("completed.registered"), shown, closed=shut("registered"))
        if verdict == VERIFY:
            code, title = trainings.index.codes[item], trainings.titles[item]
            long_ago = as_date(plus_months(self.facts.today, -months - 1, self.facts.leap_day))
            dated = (Dated(code, long_ago, title),) if long_ago else ()
            step = complete_data("training_history", *dated)
            return Finding(reason("completed.undated"), shown, step)
        values = {"date": as_date(last), "months": months, "again": as_date(again)}
        if verdict == PASS:
            return Finding(reason("completed.again", **values), shown)
        if months >= 0:
            return Finding(
                reason("completed.wait", **values),
                shown,
                way("completed.way", as_date(again), by(as_date(again)), date=as_date(again)),
            )
        key = "completed.once_undated" if np.isnat(last) else "completed.once"
        return Finding(reason(key, **values), shown, closed=shut("once"))


class StructuralTier(TableGate):
    """Which tiers a structural course is for: holders, or those prepared for such a post."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        people, jobs = facts.snapshot.people, facts.snapshot.jobs
        tiers = [t.code for t in reference.tiers()]
        target = np.append(jobs.tier, np.int32(UNKNOWN))[people.target_job]
        person, kinds = classes(np.stack([people.tier, target], axis=1).astype(np.int32))
        codes = reference.choices("structural")
        table = np.full((len(kinds), len(codes) + 1), NOT_RUN, np.uint8)
        for place, code in enumerate(codes):
            row = rule.params["rows"].get(code)
            if row is None:
                continue
            holders = [tiers.index(t) for t in row["holders"]]
            prepared = [tiers.index(t) for t in row["prepared"]]
            own, agreed = kinds[:, 0], kinds[:, 1]
            ready = np.isin(own, prepared) & np.isin(agreed, holders)
            verdict = np.where(np.isin(own, prepared), VERIFY, FAIL)
            verdict = np.where(np.isin(own, holders) | ready, PASS, verdict)
            table[:, place + 1] = np.where(own < 0, VERIFY, verdict)
        super().__init__(rule, "training", person, facts.snapshot.trainings.structural + 1, table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> StructuralTier | Missing | None:
        """Return the gate, or why it is not run."""
        codes = reference.choices("structural")
        ruled = [place for place, code in enumerate(codes) if code in rule.params["rows"]]
        if not np.isin(facts.snapshot.trainings.structural, ruled).any():
            return None
        if not (facts.snapshot.people.tier >= 0).any():
            return Missing("employees.tier")
        return cls(facts, rule)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the tiers the course is for and the person's own."""
        code = reference.choices("structural")[self.facts.snapshot.trainings.structural[item]]
        asked = self.rule.params["rows"][code]
        tiers = [t.code for t in reference.tiers()]
        own = int(self.facts.snapshot.people.tier[row])
        shown = {"tier": tiers[own] if own >= 0 else None, "structural": code, **asked}
        holders = [tiers.index(t) for t in asked["holders"]]
        if own < 0:
            step = complete_data("tier", SetFact("tier", asked["holders"][0]))
            return Finding(missing("tier"), shown, step)
        names = {"own": tier_name(own), "holders": tier_list(holders)}
        if verdict == PASS:
            return Finding(reason("structural_tier.pass", **names), shown)
        if verdict == VERIFY:
            step = way("structural_tier.verify.way", None, self._agreed(holders))
            return Finding(reason("structural_tier.verify", **names), shown, step)
        said, onward = reason("structural_tier.fail", **names), ahead(own, holders)
        if not onward:
            return Finding(said, shown, closed=shut("tier_passed", own=names["own"]))
        if self.facts.under_contract[row]:
            return Finding(said, shown, closed=shut("tier_contract"))
        changes = self.facts.ladder.to(own, onward)
        step = way("structural_tier.way", None, changes, holders=tier_list(onward))
        return Finding(said, shown, step)

    def _agreed(self, holders: list[int]) -> tuple[Change, ...]:
        """Return the agreement on a next post of the holders' tier, where the agency has one."""
        jobs = self.facts.snapshot.jobs
        fitting = np.flatnonzero(np.isin(jobs.tier, holders))
        codes = jobs.index.codes
        return (SetFact("target_job_code", codes[fitting[0]]),) if len(fitting) else ()


class StructuralOnce(TableGate):
    """A structural course is done once, and none at or below one already passed."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        order = {t.code: t.order for t in reference.structural_trainings()}
        codes = reference.choices("structural")
        size = len(codes)
        table = np.full((size + 1, size + 1), NOT_RUN, np.uint8)
        for place, code in enumerate(codes):
            if code in rule.params["order"]:
                table[0, place + 1] = PASS
                for passed in range(size):
                    table[passed + 1, place + 1] = FAIL if order[code] <= passed else PASS
        person = facts.structural_passed + 1
        super().__init__(rule, "training", person, facts.snapshot.trainings.structural + 1, table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> StructuralOnce | Missing | None:
        """Return the gate, or why it is not run."""
        if not (facts.snapshot.trainings.structural >= 0).any():
            return None
        if not facts.snapshot.dataset.has("training_history"):
            return Missing("training_history")
        return cls(facts, rule)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the course that was passed."""
        passed = int(self.facts.structural_passed[row])
        by_order = {t.order: t for t in reference.structural_trainings()}
        course = reference.choices("structural")[self.facts.snapshot.trainings.structural[item]]
        shown = {
            "structural": course,
            "passed": by_order[passed].code if passed >= 0 else None,
        }
        if verdict == PASS:
            return Finding(reason("structural_once.pass"), shown)
        name = by_order[passed].name
        return Finding(reason("structural_once.fail", passed=name), shown, closed=shut("once"))


class Latsar(TableGate):
    """Basic training is for those on probation; it is scheduled for them, never ranked."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        table = [[NOT_RUN, VERIFY]]
        for code in reference.choices("employment"):
            table.append([NOT_RUN, PASS if code in rule.params["employment"] else FAIL])
        latsar = reference.choices("structural").index("LATSAR")
        item = facts.snapshot.trainings.structural == latsar
        person = facts.snapshot.people.employment + 1
        super().__init__(rule, "training", person, item, np.array(table, np.uint8))

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Latsar | Missing | None:
        """Return the gate, or why it is not run."""
        latsar = reference.choices("structural").index("LATSAR")
        if not (facts.snapshot.trainings.structural == latsar).any():
            return None
        if not (facts.snapshot.people.employment >= 0).any():
            return Missing("employees.employment")
        return cls(facts, rule)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the person's employment."""
        place = int(self.facts.snapshot.people.employment[row])
        if place < 0:
            step = complete_data("employment", SetFact("employment", "CPNS"))
            return Finding(missing("employment"), {"employment": None}, step)
        code = reference.choices("employment")[place]
        name = reference.label("employment", code)
        if verdict == PASS:
            return Finding(
                reason("latsar.pass", employment=name), {"employment": code, "scheduled": True}
            )
        said = reason("latsar.fail", employment=name)
        return Finding(said, {"employment": code}, closed=shut("latsar", employment=name))

    def scheduled(self, rows: Rows) -> NDArray[np.bool_]:
        """Return whose course this is: it is scheduled for them, so it competes with nothing."""
        return np.asarray(self.verdicts(rows) == PASS, bool)

    def planned(self, rows: Rows) -> Classes:
        """Return the same by classes."""
        return Classes(self.table == PASS, self.person_class[rows], self.item_class[None, :])


class Prerequisites(Gate):
    """Trainings that must be completed before, also those that the catalogue lacks."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(rule, "training")
        self.facts = facts
        self.recorded = facts.recorded("training_history")
        self.needed = facts.snapshot.trainings.prerequisites
        self.outside = facts.snapshot.trainings.outside
        self.calendar = Calendar.of(facts.snapshot)
        self.items = [
            item
            for item, needed in enumerate(zip(self.needed, self.outside, strict=True))
            if any(needed)
        ]
        self._place = np.full(len(self.needed), len(self.items), np.int32)
        self._place[self.items] = np.arange(len(self.items))

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Prerequisites | Missing | None:
        """Return the gate, or why it is not run."""
        trainings = facts.snapshot.trainings
        if not any(trainings.prerequisites) and not any(trainings.outside):
            return None
        if not facts.snapshot.dataset.has("training_history"):
            return Missing("training_history")
        return cls(facts, rule)

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``; without any record nothing is known."""
        found = np.full((len(rows), len(self.needed)), NOT_RUN, np.uint8)
        found[:, self.items] = self._states(rows)[:, :-1]
        return found

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        some, person = np.unique(rows, return_inverse=True)
        return self._states(some)[person, self._place[items]]

    def refusal(self, rows: Rows) -> Refusal:
        """Return who is known to lack what comes before."""
        refused = self._states(rows) == FAIL
        person = np.arange(len(rows), dtype=np.int32)
        return Refusal((Classes(refused, person, self._place[None, :]),))

    def _states(self, rows: Rows) -> Verdicts:
        """Return verdicts on the items that ask for others, and a last column for the rest."""
        wanted = sorted({t for item in self.items for t in self.needed[item]})
        have = self.facts.completed_among(rows, np.array(wanted, np.int64))
        column = {training: have[place] for place, training in enumerate(wanted)}
        codes = sorted({code for item in self.items for code in self.outside[item]})
        known = {code: self.facts.has_completed_outside(rows, code) for code in codes}
        lacking = np.where(self.recorded[rows], np.uint8(FAIL), np.uint8(VERIFY))
        found = np.full((len(self.items) + 1, len(rows)), NOT_RUN, np.uint8)
        for place, item in enumerate(self.items):
            met = np.logical_and.reduce(
                [column[t] for t in self.needed[item]] + [known[c] for c in self.outside[item]]
            )
            found[place] = np.where(met, np.uint8(PASS), lacking)
        return found.T

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        if not self.needed[item] and not self.outside[item]:
            return NOT_RUN
        if not self._lacking(row, item) and not self._unknown(row, item):
            return PASS
        return FAIL if self.recorded[row] else VERIFY

    def _for_others(self, row: int, training: int) -> bool:
        """Whether a course names tiers and the person's is not among them."""
        own = int(self.facts.snapshot.people.tier[row])
        meant = self.facts.snapshot.trainings.tiers[training]
        return own >= 0 and bool(meant.any()) and not bool(meant[own])

    def _lacking(self, row: int, item: int) -> list[int]:
        one = np.array([row], np.int64)
        return [t for t in self.needed[item] if not self.facts.has_completed(one, t)[0]]

    def _unknown(self, row: int, item: int) -> list[str]:
        """Return lacking prerequisites that the catalogue does not hold."""
        one = np.array([row], np.int64)
        return [c for c in self.outside[item] if not self.facts.has_completed_outside(one, c)[0]]

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name what is still to be completed, and its next session."""
        trainings = self.facts.snapshot.trainings
        codes = trainings.index.codes
        lacking, unknown = self._lacking(row, item), self._unknown(row, item)
        shown = {
            "prerequisites": [*(codes[t] for t in self.needed[item]), *self.outside[item]],
            "lacking": [*(codes[t] for t in lacking), *unknown],
        }
        if verdict == PASS:
            return Finding(reason("prerequisites.pass"), shown)
        titles = ", ".join([*(trainings.titles[t] for t in lacking), *unknown])
        path = self.calendar.path(lacking, lambda t: self._done(row, t))
        outside = tuple(Complete(code) for code in unknown)
        taken = tuple(Complete(codes[t], end) for t, _, end in path)
        if verdict == VERIFY:
            step = complete_data("training_history", *taken, *outside)
            return Finding(reason("prerequisites.verify", titles=titles), shown, step)
        others = [self._for_others(row, t) for t, _, _ in path]
        steps = []
        for (t, start, _), other in zip(path, others, strict=True):
            key = "prerequisites.way" if start is None else "prerequisites.way_dated"
            key = "prerequisites.way_other" if other else key
            steps.append(reason(key, title=trainings.titles[t], date=start))
        steps += [reason("prerequisites.way", title=code, date=None) for code in unknown]
        ends = [end for _, _, end in path if end is not None]
        known = len(ends) == len(path) and not any(others) and not unknown
        earliest = max(ends) + timedelta(days=1) if known else None
        forward = Way(tuple(steps), earliest, by(earliest, *taken, *outside))
        return Finding(reason("prerequisites.fail", titles=titles), shown, forward)

    def _done(self, row: int, training: int) -> bool:
        return bool(self.facts.has_completed(np.array([row], np.int64), training)[0])


class MeantFor(TableGate):
    """The tiers that a training names."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        meant = facts.snapshot.trainings.tiers
        item, kinds = classes(meant.astype(np.uint8))
        n_tiers = meant.shape[1]
        table = np.full((n_tiers + 1, len(kinds)), NOT_RUN, np.uint8)
        limited = kinds.any(axis=1)
        table[0, limited] = VERIFY
        table[1:, limited] = np.where(kinds[limited].T > 0, PASS, FAIL)
        super().__init__(rule, "training", facts.snapshot.people.tier + 1, item, table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> MeantFor | Missing | None:
        """Return the gate, or why it is not run."""
        if not facts.snapshot.trainings.tiers.any():
            return None
        if not (facts.snapshot.people.tier >= 0).any():
            return Missing("employees.tier")
        return cls(facts, rule)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the tiers it is for and the person's own."""
        tiers = reference.tiers()
        own = int(self.facts.snapshot.people.tier[row])
        meant = np.flatnonzero(self.facts.snapshot.trainings.tiers[item]).tolist()
        shown = {
            "tier": tiers[own].code if own >= 0 else None,
            "tiers": [tiers[t].code for t in meant],
        }
        if own < 0:
            step = complete_data("tier", SetFact("tier", tiers[meant[0]].code))
            return Finding(missing("tier"), shown, step)
        names = {"own": tier_name(own), "meant": tier_list(meant)}
        if verdict == PASS:
            return Finding(reason("tiers.pass", **names), shown)
        said, onward = reason("tiers.fail", **names), ahead(own, meant)
        if not onward:
            return Finding(said, shown, closed=shut("tier_passed", own=names["own"]))
        if self.facts.under_contract[row]:
            return Finding(said, shown, closed=shut("tier_contract"))
        changes = self.facts.ladder.to(own, onward)
        return Finding(said, shown, way("tiers.way", None, changes, meant=tier_list(onward)))


class Schedule(TableGate):
    """Whether a coming session is known; it never forbids, since past sessions say nothing."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        trainings = facts.snapshot.trainings
        person = np.zeros(len(facts.snapshot.people), np.int32)
        table = np.array([[NOT_RUN, PASS]], np.uint8)
        super().__init__(rule, "training", person, trainings.has_sessions, table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Schedule | None:
        """Return the gate, ``None`` where no training has sessions."""
        return cls(facts, rule) if facts.snapshot.trainings.has_sessions.any() else None

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the next session, or say that the next one is awaited."""
        start = self.facts.snapshot.trainings.next_session[item]
        shown = {"next_session": iso(start)}
        if np.isnat(start):
            return Finding(reason("schedule.awaited"), shown, way("schedule.way"))
        return Finding(reason("schedule.pass", date=as_date(start)), shown)
