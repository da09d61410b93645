"""Gates for people under contract (PPPK): training for the present post, within the contract."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.columns import Ints
from recommender.eligibility.dates import as_date, iso
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
)
from recommender.eligibility.wording import complete_data, missing, reason, shut, way
from recommender.masks import Classes, Refusal
from recommender.scenario import SetFact
from training_data import reference
from training_data.reference.packs import Rule


def under_contract(facts: Facts, rule: Rule) -> NDArray[np.bool_]:
    """Return who is employed in one of the rule's ways."""
    places = [reference.choices("employment").index(code) for code in rule.params["employment"]]
    return np.isin(facts.snapshot.people.employment, places)


def perhaps_under_contract(facts: Facts) -> NDArray[np.bool_]:
    """Return whose employment is unknown: what would refuse a contract needs verification."""
    return facts.snapshot.people.employment < 0


def _employment(facts: Facts, row: int) -> Finding | None:
    """Return what is said of somebody whose employment is unknown."""
    if not perhaps_under_contract(facts)[row]:
        return None
    step = complete_data("employment", SetFact("employment", "PNS"))
    return Finding(missing("employment"), {"employment": None}, step)


class PresentPost(Gate):
    """A training must serve the post in the contract.

    It does where it raises one of the nine common competencies or one that the post asks for, or
    where it says nothing of what it raises. Structural courses prepare for managerial posts.
    """

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(rule, "training")
        self.facts = facts
        snapshot = facts.snapshot
        trainings, jobs = snapshot.trainings, snapshot.jobs
        self.bound = under_contract(facts, rule)
        self.unsure = perhaps_under_contract(facts)
        n, width = len(trainings), len(snapshot.competencies)
        row = np.concatenate([trainings.outcome_training, trainings.tag_training])
        column = np.concatenate([trainings.outcome_competency, trainings.tag_competency])
        raised = sparse.csr_matrix((np.ones(len(row), np.int32), (row, column)), (n, width))
        self.raised = raised
        self.silent = np.asarray(raised.sum(axis=1)).ravel() == 0
        common = np.array([g in ("M", "SK") for g in snapshot.competency_groups], np.int32)
        self.common = np.asarray(raised @ common).ravel() > 0
        self.asked = (jobs.required >= 0) | jobs.tags
        self.structural = trainings.structural >= 0

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> PresentPost | None:
        """Return the gate, ``None`` where nobody is under contract."""
        return cls(facts, rule) if under_contract(facts, rule).any() else None

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``; jobs repeat, so each is looked up once."""
        found = np.full((len(rows), len(self.silent)), NOT_RUN, np.uint8)
        bound = np.flatnonzero(self.bound[rows] | self.unsure[rows])
        jobs, place = np.unique(self.facts.snapshot.people.job[rows[bound]], return_inverse=True)
        found[bound] = self._of_jobs(jobs)[place]
        unsure = self.unsure[rows]
        found[unsure] = np.where(found[unsure] == PASS, NOT_RUN, VERIFY)
        return found

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        if not self.bound[row] and not self.unsure[row]:
            return NOT_RUN
        job = self.facts.snapshot.people.job[[row]]
        verdict = int(self._of_jobs(job)[0, item])
        if self.unsure[row]:
            return NOT_RUN if verdict == PASS else VERIFY
        return verdict

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        found = np.full(len(rows), NOT_RUN, np.uint8)
        concerned = np.flatnonzero(self.bound[rows] | self.unsure[rows])
        job = self.facts.snapshot.people.job[rows[concerned]]
        jobs, place = np.unique(job, return_inverse=True)
        found[concerned] = self._of_jobs(jobs)[place, items[concerned]]
        unsure = self.unsure[rows]
        found[unsure] = np.where(found[unsure] == PASS, NOT_RUN, VERIFY)
        return found

    def refusal(self, rows: Rows) -> Refusal:
        """Return what does not serve the posts of those who are under contract for certain."""
        bound = np.flatnonzero(self.bound[rows] & ~self.unsure[rows])
        jobs, place = np.unique(self.facts.snapshot.people.job[rows[bound]], return_inverse=True)
        if len(jobs) == 0:
            return Refusal()
        free = np.zeros((1, len(self.silent)), bool)
        person = np.full(len(rows), len(jobs), np.int32)
        person[bound] = place
        items = np.arange(len(self.silent), dtype=np.int32)[None, :]
        refused = np.concatenate([self._of_jobs(jobs) == FAIL, free])
        return Refusal((Classes(refused, person, items),))

    def _of_jobs(self, jobs: Ints) -> Verdicts:
        """Return the verdicts for holders of posts, ``[len(jobs), n_items]``."""
        asked = np.append(self.asked, np.zeros((1, self.asked.shape[1]), bool), axis=0)[jobs]
        serves = np.asarray(self.raised @ asked.T.astype(np.int32)).T > 0
        related = self.silent | self.common | serves
        unlike = np.where(asked.any(axis=1), np.uint8(FAIL), np.uint8(VERIFY))[:, None]
        found = np.where(related, np.uint8(PASS), unlike)
        return np.where(self.structural, np.uint8(FAIL), found)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Say whether the training serves the post."""
        shown = {"structural": bool(self.structural[item]), "serves_post": verdict == PASS}
        if verdict == PASS:
            return Finding(reason("pppk_post.pass"), shown)
        unsure = _employment(self.facts, row)
        if unsure is not None:
            return unsure
        if verdict == VERIFY:
            shown["serves_post"] = False
            step = complete_data("job", *self._serving(item))
            return Finding(reason("pppk_post.verify"), shown, step)
        key = "pppk_post.structural" if self.structural[item] else "pppk_post.fail"
        return Finding(reason(key), shown, closed=shut("training_contract"))

    def _serving(self, item: int) -> tuple[SetFact, ...]:
        """Return the record of a post that the training serves, where the agency has one."""
        serves = (self.raised[item].toarray().ravel() > 0) & self.asked
        posts = np.flatnonzero(serves.any(axis=1))
        codes = self.facts.snapshot.jobs.index.codes
        return (SetFact("job_code", codes[posts[0]]),) if len(posts) else ()


class YearlyCap(Gate):
    """Hours of a year of contract beside the usual cap: beyond it is a warning, never a refusal."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        super().__init__(rule, "training")
        self.facts = facts
        self.bound = under_contract(facts, rule)
        self.hours = facts.snapshot.trainings.hours
        events, year = facts.snapshot.events, np.datetime64(str(facts.snapshot.as_of.year), "Y")
        now = (events.status == 0) & (events.at.astype("datetime64[Y]") == year)
        known = np.nan_to_num(self.hours[events.training[now]])
        self.taken = np.zeros(len(self.bound))
        np.add.at(self.taken, events.employee[now], known)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> YearlyCap | None:
        """Return the gate, ``None`` where nobody is under contract."""
        return cls(facts, rule) if under_contract(facts, rule).any() else None

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``."""
        told = self.bound[rows][:, None] & ~np.isnan(self.hours)[None, :]
        return np.where(told, np.uint8(PASS), np.uint8(NOT_RUN))

    def outcomes(self, rows: Rows) -> NDArray[np.uint8]:
        """Return one column of lolos: this rule forbids nothing."""
        return np.zeros((len(rows), 1), np.uint8)

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        told = self.bound[rows] & ~np.isnan(self.hours[items])
        return np.where(told, np.uint8(PASS), np.uint8(NOT_RUN))

    def refusal(self, rows: Rows) -> Refusal:
        """Return nothing: beyond the cap there is a warning."""
        return Refusal()

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        return PASS if self.bound[row] and not np.isnan(self.hours[item]) else NOT_RUN

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the hours of the year with this training, and the cap."""
        total, cap = float(self.taken[row] + self.hours[item]), self.rule.params["max_jp"]
        shown = {"jp": total, "max_jp": cap, "over": total > cap}
        key = "pppk_hours.over" if total > cap else "pppk_hours.pass"
        return Finding(reason(key, jp=total, cap=cap, basis=self.basis(item)), shown)


class WithinContract(TableGate):
    """A training must start while the contract runs."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        bound = under_contract(facts, rule)
        until = facts.snapshot.people.contract_until
        ends, person = np.unique(until[bound], return_inverse=True)
        starts, item = np.unique(facts.snapshot.trainings.next_session, return_inverse=True)
        begin = np.where(np.isnat(starts), facts.today, np.maximum(starts, facts.today))
        table = np.where(begin[None, :] <= ends[:, None], PASS, FAIL).astype(np.uint8)
        table[np.isnat(ends)] = VERIFY
        person_class = np.zeros(len(until), np.int32)
        person_class[bound] = 1 + person
        # Those of unknown employment follow, as if bound but never refused.
        unsure = perhaps_under_contract(facts)
        ends, person = np.unique(until[unsure], return_inverse=True)
        perhaps = np.where(begin[None, :] <= ends[:, None], NOT_RUN, VERIFY).astype(np.uint8)
        person_class[unsure] = 1 + len(table) + person
        free = np.full((1, len(starts)), NOT_RUN, np.uint8)
        whole = np.concatenate([free, table, perhaps])
        super().__init__(rule, "training", person_class, item, whole)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> WithinContract | Missing | None:
        """Return the gate, or why it is not run."""
        if not under_contract(facts, rule).any():
            return None
        if np.isnat(facts.snapshot.people.contract_until).all():
            return Missing("employees.contract_until")
        return cls(facts, rule)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the end of the contract and the start of the session."""
        until = self.facts.snapshot.people.contract_until[row]
        start = self.facts.snapshot.trainings.next_session[item]
        shown = {"contract_until": iso(until), "next_session": iso(start)}
        begin = self.facts.today if np.isnat(start) else max(start, self.facts.today)
        longer = SetFact("contract_until", as_date(begin))
        unsure = _employment(self.facts, row)
        if verdict == VERIFY and unsure is not None:
            return unsure
        if verdict == VERIFY:
            step = complete_data("contract_until", longer)
            return Finding(missing("contract_until"), shown, step)
        values = {"until": as_date(until), "start": as_date(start)}
        if verdict == PASS:
            return Finding(reason("contract.pass", **values), shown)
        over = until < self.facts.today
        return Finding(
            reason("contract.over" if over else "contract.later", **values),
            shown,
            way("contract.way", None, (longer,)),
        )
