"""Gates of moves into functional posts, and what is flagged about high posts (JPT)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN
from recommender.eligibility.dates import duration, iso, plus_years
from recommender.eligibility.exempting import ExemptingGate
from recommender.eligibility.facts import Facts
from recommender.eligibility.gate import (
    FAIL,
    NOT_RUN,
    PASS,
    VERIFY,
    Finding,
    Gate,
    Missing,
    TableGate,
)
from recommender.eligibility.role_career import own_paths
from recommender.eligibility.role_functional import same_profession
from recommender.eligibility.role_person import Age
from recommender.eligibility.tiers import MANAGERIAL
from recommender.eligibility.wording import reason, shut, tier_name, way
from training_data import reference
from training_data.reference.packs import Rule


def entry_age(facts: Facts, rule: Rule) -> Gate | Missing | None:
    """Build the gate of the highest age on entering a functional post; one's own is exempt."""
    inner = Age.build(facts, rule)
    if not isinstance(inner, Age):
        return inner
    exempt = same_profession(facts)
    return ExemptingGate(rule, inner, facts, exempt) if exempt else inner


class _Family(TableGate):
    """A move from one functional post to another of a different family (rumpun)."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        jobs, people = facts.snapshot.jobs, facts.snapshot.people
        family = np.where(_functional(facts), jobs.family, UNKNOWN)
        size = int(family.max(initial=-1)) + 2
        across = {"pass": PASS, "verify": VERIFY, "fail": FAIL}[rule.params["across"]]
        table = np.full((size, size), across, np.uint8)
        np.fill_diagonal(table, PASS)
        table[0] = NOT_RUN
        table[:, 0] = NOT_RUN
        own = np.append(family, UNKNOWN)[people.job]
        super().__init__(rule, "role", own + 1, family + 1, table)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Say whether the families are the same."""
        family = self.facts.text_column("jobs", "family")
        job = int(self.facts.snapshot.people.job[row])
        shown = {"family": family[job], "target_family": family[item]}
        values = {"own": family[job], "target": family[item], "basis": self.basis(item)}
        if verdict == PASS:
            jobs = self.facts.snapshot.jobs
            key = "family.pass" if jobs.family[job] == jobs.family[item] else "family.across"
            return Finding(reason(key, **values), shown)
        if verdict == VERIFY:
            return Finding(reason("family.verify", **values), shown, way("family.way"))
        return Finding(reason("family.fail", **values), shown, closed=shut("family"))


def family_move(facts: Facts, rule: Rule) -> Gate | None:
    """Build the gate of moves across families; the agency's own paths are exempt."""
    family = facts.snapshot.jobs.family[_functional(facts)]
    if len(np.unique(family[family >= 0])) < 2:
        return None
    inner, paths = _Family(facts, rule), own_paths(facts)
    return ExemptingGate(rule, inner, facts, paths) if paths else inner


class Term(TableGate):
    """How long a high post (JPT) is held already: flagged beyond its term, never refused."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        people = facts.snapshot.people
        self.since = facts.spells.post_since
        self.end = plus_years(self.since, rule.params["max_years"], facts.leap_day)
        high = np.isin(people.tier, _tiers(rule)) & ~np.isnat(self.since)
        items = np.zeros(len(facts.snapshot.jobs), np.int32)
        table = np.array([[NOT_RUN], [PASS]], np.uint8)
        super().__init__(rule, "role", high.astype(np.int32), items, table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Term:
        """Return the gate; it concerns the holders of such posts alone."""
        return cls(facts, rule)

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Name the time held, and say where it is beyond the term."""
        over = bool(self.end[row] < self.facts.today)
        shown = {"post_since": iso(self.since[row]), "over_term": over}
        values = {
            "held": duration(self.since[row], self.facts.today),
            "years": self.rule.params["max_years"],
            "basis": self.basis(item),
        }
        return Finding(reason("term.over" if over else "term.pass", **values), shown)


class Replacement(TableGate):
    """High posts (JPT) whose holder began less than some years ago: flagged, never refused."""

    def __init__(self, facts: Facts, rule: Rule) -> None:
        self.facts = facts
        people, jobs = facts.snapshot.people, facts.snapshot.jobs
        high = np.append(np.isin(jobs.tier, _tiers(rule)), False)
        use = np.flatnonzero(high[people.job] & ~np.isnat(people.job_since))
        # The holder who has been there longest can be replaced first, and is written last.
        order = use[np.argsort(people.job_since[use], kind="stable")[::-1]]
        self.since = np.full(len(jobs), np.datetime64("NaT", "D"))
        self.since[people.job[order]] = people.job_since[order]
        recent = plus_years(self.since, rule.params["min_years"], facts.leap_day) > facts.today
        person = np.zeros(len(people), np.int32)
        table = np.array([[NOT_RUN, PASS]], np.uint8)
        super().__init__(rule, "role", person, recent.astype(np.int32), table)

    @classmethod
    def build(cls, facts: Facts, rule: Rule) -> Replacement | None:
        """Return the gate, ``None`` where there is no such post."""
        high = np.isin(facts.snapshot.jobs.tier, _tiers(rule)).any()
        return cls(facts, rule) if high else None

    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Say how long the post has its holder; never who that is."""
        since, years = self.since[item], self.rule.params["min_years"]
        values = {"held": duration(since, self.facts.today), "years": years}
        tier = tier_name(int(self.facts.snapshot.jobs.tier[item]))
        said = reason("replacement.flag", tier=tier, basis=self.basis(item), **values)
        return Finding(said, {"holder_since": iso(since), "min_years": years})


def _functional(facts: Facts) -> NDArray[np.bool_]:
    """Return which posts are functional ones."""
    kinds = np.array([t.ladder != MANAGERIAL for t in reference.tiers()] + [False])
    found: NDArray[Any] = kinds[facts.snapshot.jobs.tier]
    return found


def _tiers(rule: Rule) -> list[int]:
    """Return the tiers that a rule names."""
    codes = [t.code for t in reference.tiers()]
    return [codes.index(code) for code in rule.params["tiers"]]
