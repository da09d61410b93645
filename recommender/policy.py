"""What the rule packs say about profiles, gaps and next posts, read once into plain values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.entities import Jobs
from recommender.figures.jpm_formula import JpmFormula
from recommender.nextpost import NO_NEXT
from recommender.profile import Evidence
from recommender.similarity.gaps import StepLimits
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.reference.packs import Rule, Rules


@dataclass(frozen=True)
class Policy:
    """Values of the packs that profile, gap and next-post stages need.

    Attributes:
        evidence: weights of score sources and their decay.
        default_levels: tier code → default level of M and SK competencies.
        limits: how far one training may lift.
        barred, no_step: per person, positions in ``nextpost.NO_NEXT``.
        education: rank of the education that each job asks for, −1 none.
        jpm: how the job person match is worked out.
    """

    evidence: Evidence
    default_levels: dict[str, float]
    limits: StepLimits
    barred: Ints
    no_step: Ints
    education: Ints
    jpm: JpmFormula

    @classmethod
    def of(cls, rules: Rules, snapshot: Snapshot) -> Policy:
        """Read the packs and apply their person-wide parts to everybody."""
        evidence = rules.rule("competency.evidence").params
        steps = rules.rule("competency.gap_steps").params
        return cls(
            evidence=Evidence(
                source_weight=dict(evidence["source_weight"]),
                half_life_years=float(evidence["half_life_years"]),
                undated_age_years=float(evidence["undated_age_years"]),
                validity_years=int(rules.rule("assessment.validity").params["years"]),
            ),
            default_levels=dict(rules.rule("competency.default_level").params["levels"]),
            limits=StepLimits(
                round(steps["max_steps"] * MILLI), round(steps["level_from_tolerance"] * MILLI)
            ),
            barred=_barred(rules, snapshot),
            no_step=_short_service(rules, snapshot),
            education=education_asked(rules.get("role.education"), snapshot.jobs),
            jpm=JpmFormula.of(rules),
        )


def education_asked(rule: Rule | None, jobs: Jobs) -> Ints:
    """Return the rank of education each job states, else the pack asks of its tier; −1 none."""
    rank = {e.code: e.rank for e in reference.education_levels()}
    minimum = rule.params["minimum"] if rule else {}
    tiers = [t.code for t in reference.tiers()]
    by_tier = np.array([rank[minimum[t]] if t in minimum else UNKNOWN for t in tiers] + [UNKNOWN])
    stated = jobs.min_education >= 0
    return np.where(stated, jobs.min_education, by_tier[jobs.tier]).astype(np.int32)


def _barred(rules: Rules, snapshot: Snapshot) -> Ints:
    """Contract employees have no next post; nor has anybody whose legal status closes roles."""
    people = snapshot.people
    contract = rules.rule("competency.next_post").params["none_for_employment"]
    kinds = [kind in contract for kind in reference.choices("employment")]
    is_contract = np.array([*kinds, False])[people.employment]
    closed = set(rules.rule("role.legal_status").params["closed"])
    codes = [reference.normalise("legal_status", s) for s in people.legal_statuses]
    shut = np.array([*(code in closed for code in codes), False])[people.legal_status]
    return np.select(
        [is_contract, shut], [NO_NEXT.index("contract"), NO_NEXT.index("status")], 0
    ).astype(np.int32)


def _short_service(rules: Rules, snapshot: Snapshot) -> Ints:
    """Mark people whose known remaining service is shorter than the packs ask for a step up."""
    people = snapshot.people
    months = int(rules.rule("competency.next_post").params["min_remaining_months"])
    ages = rules.rule("role.retirement").params["ages"]
    by_tier = np.array([ages.get(t.code, [UNKNOWN])[0] for t in reference.tiers()] + [UNKNOWN])
    age = np.where(people.retirement_age > 0, people.retirement_age, by_tier[people.tier])
    known = (age > 0) & ~np.isnat(people.birth_date)
    years = np.where(known, age, 0).astype("timedelta64[Y]")
    birth = people.birth_date.astype("datetime64[M]")
    leaves = birth + years.astype("timedelta64[M]")
    needed = np.datetime64(snapshot.as_of, "M") + np.timedelta64(months, "M")
    short = known & (leaves < needed)
    return np.where(short, NO_NEXT.index("service"), 0).astype(np.int32)
