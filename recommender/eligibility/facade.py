"""All gates behind one door: outcomes by array, checks by pair, and what was not checked.

In: a snapshot and the rules in force. Out: ``Eligibility``. The maximum over the gates decides;
lolos and perlu verifikasi are ranked together, tidak lolos never appears.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.eligibility import (
    pppk,
    retirement,
    role_career,
    role_entry,
    role_experience,
    role_functional,
    role_person,
    role_standard,
    shared,
)
from recommender.eligibility import training_gates as course
from recommender.eligibility.facts import Facts
from recommender.eligibility.functional_course import FunctionalCourse
from recommender.eligibility.gate import (
    JOB_STANDARD,
    NOT_RUN,
    OUTCOME_OF_VERDICT,
    VERIFY,
    Citation,
    Gate,
    Missing,
    TableGate,
)
from recommender.masks import Mask, Pairs
from recommender.policy import education_asked
from recommender.profile import Evidence, Profile
from recommender.results import Check, Kind
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.reference.packs import Rule, Rules

Built = Gate | Missing | None
Maker = Callable[[Facts, Rule], Built]


class Gates:
    """The gates of one kind of item.

    Attributes:
        kind: training or role.
        gates: those that run, in the order of the packs' list.
        not_checked: rules that do not run because their fact stands nowhere.
    """

    def __init__(self, kind: Kind, facts: Facts, makers: dict[str, Maker], n_items: int) -> None:
        self.kind = kind
        self.n_items = n_items
        self.gates: tuple[Gate, ...] = ()
        self.not_checked: list[str] = []
        for rule_id, make in makers.items():
            rule = facts.rules.get(rule_id)
            built = make(facts, rule) if rule is not None and n_items else None
            if isinstance(built, Gate):
                self.gates = (*self.gates, built)
            elif isinstance(built, Missing):
                self.not_checked.append(f"{rule_id}: {built.columns}")
        n_people = len(facts.snapshot.people)
        tables = [g for g in self.gates if isinstance(g, TableGate)]
        self.person_class, self._person = _paired([g.person_class for g in tables], n_people)
        self.item_class, self._item = _paired([g.item_class for g in tables], n_items)
        # A gate that knows one class of items speaks of the person alone.
        self._personal = [g for g in tables if g.table.shape[1] == 1]
        self._tables = [g for g in tables if g.table.shape[1] > 1]
        self._others = [g for g in self.gates if not isinstance(g, TableGate)]

    def outcomes(self, rows: NDArray[Any], items: NDArray[Any] | None = None) -> NDArray[np.uint8]:
        """Return 0 lolos, 1 perlu verifikasi, 2 tidak lolos, uint8 ``[len(rows), n_items]``.

        Parameters:
            items: the items wanted, all by default.
        """
        rows = np.asarray(rows, np.int64)
        present, place = np.unique(self.person_class[rows], return_inverse=True)
        some = self._person[present]
        alike = np.zeros(len(some), np.uint8)
        for gate in self._personal:
            np.maximum(alike, gate.outcome_table[gate.person_class[some], 0], out=alike)
        table = np.repeat(alike[:, None], len(self._item), axis=1)
        for gate in self._tables:
            line = gate.outcome_table[gate.person_class[some]]
            np.maximum(table, line[:, gate.item_class[self._item]], out=table)
        wanted = self.item_class if items is None else self.item_class[items]
        found: NDArray[np.uint8] = table[place[:, None], wanted[None, :]]
        for other in self._others:
            outcome = other.outcomes(rows)
            if items is not None and outcome.shape[1] > 1:
                outcome = outcome[:, items]
            np.maximum(found, outcome, out=found)
        return found

    def of_pairs(self, rows: NDArray[Any], items: NDArray[Any]) -> NDArray[np.uint8]:
        """Return the outcome of each pair of a person and an item, uint8 ``[len(rows)]``."""
        return _worst(self.gates, rows, items)

    def mask(self, rows: NDArray[Any], but: Collection[str] = ()) -> Mask:
        """Return what may be ranked for some people: what is neither refused nor scheduled.

        Parameters:
            but: rules that are not asked.
        """
        rows = np.asarray(rows, np.int64)
        asked = [gate for gate in self.gates if gate.id not in but]
        refusals = [gate.refusal(rows) for gate in asked]
        classes = [one for refusal in refusals for one in refusal.classes]
        classes += [gate.planned(rows) for gate in self.gates if isinstance(gate, course.Latsar)]
        closed = Pairs.join([refusal.closed for refusal in refusals])
        # A pair that one rule exempts may be refused by another: all of them are asked.
        exempt = Pairs.join([refusal.exempt for refusal in refusals])
        free = _worst(asked, rows[exempt.person], exempt.item) < 2
        return Mask(len(rows), self.n_items, tuple(classes), closed, exempt.part(free))

    def checks(self, row: int, item: int) -> list[Check]:
        """Return every rule that ran on a pair: refusals first, then what needs verification."""
        order = {"tidak_lolos": 0, "perlu_verifikasi": 1, "lolos": 2}
        found = [gate.check(row, item) for gate in self.gates]
        return sorted((c for c in found if c is not None), key=lambda c: order[c.outcome])

    def scheduled(self, rows: NDArray[Any]) -> NDArray[np.bool_]:
        """Return what is scheduled for people and so never ranked, bool ``[len(rows), n_items]``.

        One column of False where nothing is scheduled for anybody.
        """
        found = np.zeros((len(rows), 1), bool)
        for gate in self.gates:
            if isinstance(gate, course.Latsar):
                found = found | gate.scheduled(np.asarray(rows, np.int64))
        return found

    def deciding(self, rows: NDArray[Any]) -> list[str]:
        """Return, per person, the rule that forbids the most items; a tie goes to the first.

        Empty where no rule forbids anything.
        """
        if not self.gates or len(rows) == 0 or self.n_items == 0:
            return [""] * len(rows)
        rows = np.asarray(rows, np.int64)
        refusals = (gate.refusal(rows) for gate in self.gates)
        refused = np.stack([one.counted(len(rows), self.n_items) for one in refusals])
        first = refused.argmax(axis=0)
        return [
            self.gates[gate].id if refused[gate, place] else ""
            for place, gate in enumerate(first.tolist())
        ]


def judge(kind: Kind, snapshot: Snapshot, rules: Rules, profile: Profile | None = None) -> Gates:
    """Return the gates of one kind.

    Parameters:
        profile: levels per person; worked out here when it is not given.
    """
    levels = profile if profile is not None else Profile.of(snapshot, evidence(rules))
    facts = Facts(snapshot, rules, levels)
    if kind == "training":
        return Gates(kind, facts, TRAINING, len(snapshot.trainings))
    return Gates(kind, facts, ROLE, len(snapshot.jobs))


class Eligibility:
    """Three-valued eligibility of everybody for everything.

    Attributes:
        facts: what the gates know of people, shared with whoever needs the same.
        training, role: the gates of each kind.
        not_checked: ``"rule: columns"`` for each rule that could not be run on any row.
    """

    def __init__(self, snapshot: Snapshot, rules: Rules, profile: Profile | None = None) -> None:
        """Build the gates whose condition exists.

        Parameters:
            profile: levels per person; worked out here when it is not given.
        """
        levels = profile if profile is not None else Profile.of(snapshot, evidence(rules))
        facts = Facts(snapshot, rules, levels)
        self.facts = facts
        self.training = Gates("training", facts, TRAINING, len(snapshot.trainings))
        self.role = Gates("role", facts, ROLE, len(snapshot.jobs))
        self.not_checked = [*self.training.not_checked, *self.role.not_checked]

    def gates(self, kind: Kind) -> Gates:
        """Return the gates of one kind."""
        return self.training if kind == "training" else self.role

    def checks(self, kind: Kind, row: int, item: int) -> list[Check]:
        """Return every rule that ran on one person and one item, refusals first."""
        return self.gates(kind).checks(row, item)

    def deciding(self, kind: Kind, rows: NDArray[Any]) -> list[str]:
        """Return, per person, the rule that forbids the most items of a kind; empty if none."""
        return self.gates(kind).deciding(rows)


def evidence(rules: Rules) -> Evidence:
    """Return how the packs weigh evidence."""
    stated = rules.rule("competency.evidence").params
    return Evidence(
        source_weight=stated["source_weight"],
        half_life_years=stated["half_life_years"],
        undated_age_years=stated["undated_age_years"],
        validity_years=rules.rule("assessment.validity").params["years"],
    )


def _worst(gates: Sequence[Gate], rows: NDArray[Any], items: NDArray[Any]) -> NDArray[np.uint8]:
    found = np.zeros(len(rows), np.uint8)
    for gate in gates:
        np.maximum(found, OUTCOME_OF_VERDICT[gate.of_pairs(rows, items)], out=found)
    return found


def _paired(columns: list[Ints], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return one class per row for equal rows of all columns, and a row of each class."""
    found = np.zeros(n, np.int64)
    for column in columns:
        _, found = np.unique(found * (int(column.max(initial=0)) + 1) + column, return_inverse=True)
    _, first = np.unique(found, return_index=True)
    return found, first


def _role_education(facts: Facts, rule: Rule) -> Built:
    """Ask what the post states, else what the pack asks of its tier."""
    jobs = facts.snapshot.jobs
    tiers = [t.code for t in reference.tiers()]
    marks, articles = rule.params["marks"], rule.params["articles"]
    stated = jobs.min_education >= 0
    asked = education_asked(rule, jobs)
    cited = [
        Citation(rule.regulation, articles.get(t, ""), marks.get(t, rule.mark)) for t in tiers
    ] + [JOB_STANDARD]
    citations = tuple(
        JOB_STANDARD if own else cited[tier]
        for own, tier in zip(stated.tolist(), jobs.tier.tolist(), strict=True)
    )
    return shared.EducationGate.build(facts, rule, "role", asked, citations)


def _structural(facts: Facts) -> NDArray[np.bool_]:
    return facts.snapshot.trainings.structural >= 0


TRAINING: dict[str, Maker] = {
    "training.legal_status": lambda f, r: shared.LegalStatusGate.build(
        f, r, "training", len(f.snapshot.trainings)
    ),
    "training.completed": lambda f, r: course.Completed(f, r),
    "training.latsar": course.Latsar.build,
    "training.structural_once": course.StructuralOnce.build,
    "training.structural_tier": course.StructuralTier.build,
    "training.tiers": course.MeantFor.build,
    "training.functional_course": FunctionalCourse.build,
    "training.prerequisites": course.Prerequisites.build,
    "training.min_education": lambda f, r: shared.EducationGate.build(
        f, r, "training", f.snapshot.trainings.min_education
    ),
    "training.min_grade": lambda f, r: shared.GradeGate.build(f, r, "training", "min"),
    "training.max_grade": lambda f, r: shared.GradeGate.build(f, r, "training", "max"),
    "training.pppk_present_post": pppk.PresentPost.build,
    "training.pppk_contract": pppk.WithinContract.build,
    "training.discipline": lambda f, r: shared.DisciplineGate.build(
        f, r, "training", _structural(f)
    ),
    "training.service_left": retirement.LongCourse.build,
    "jp.yearly_pppk": pppk.YearlyCap.build,
    "training.schedule": course.Schedule.build,
}
"""Rule id → how its gate is built; the order breaks ties of the deciding rule."""

ROLE: dict[str, Maker] = {
    "role.legal_status": lambda f, r: shared.LegalStatusGate.build(
        f, r, "role", len(f.snapshot.jobs)
    ),
    "role.pppk": lambda f, r: role_person.Employment.build(f, r, "pppk", VERIFY),
    "role.cpns": lambda f, r: role_person.Employment.build(f, r, "cpns", NOT_RUN),
    "role.retirement": retirement.Retirement.build,
    "role.discipline": lambda f, r: shared.DisciplineGate.build(
        f, r, "role", np.ones(len(f.snapshot.jobs), bool)
    ),
    "role.talent_box": role_person.TalentBox.build,
    "role.mutation_interval": role_career.interval,
    "role.election_freeze": role_person.Freeze.build,
    "role.inauguration_freeze": role_person.Freeze.build,
    "role.own_job": lambda f, r: role_career.OwnJob(f, r),
    "role.tier_distance": role_career.distance,
    "role.held_post": role_career.HeldPost.build,
    "role.experience": role_experience.Experience.build,
    "role.education": _role_education,
    "role.education_field": role_standard.EducationField.build,
    "role.min_grade": lambda f, r: shared.GradeGate.build(f, r, "role", "min"),
    "role.max_grade": lambda f, r: shared.GradeGate.build(f, r, "role", "max"),
    "role.must_have": role_standard.MustHave.build,
    "role.conditions": role_standard.Conditions.build,
    "role.age": role_person.Age.build,
    "role.performance": role_person.Performance.build,
    "role.entry_age": role_entry.entry_age,
    "role.family_move": role_entry.family_move,
    "role.credit_points": role_functional.CreditPoints.build,
    "role.competence_test": role_functional.CompetenceTest.build,
    "role.open_need": role_functional.OpenNeed.build,
    "role.jpt_term": role_entry.Term.build,
    "role.jpt_replacement": role_entry.Replacement.build,
}
"""Rule id → how its gate is built; the order breaks ties of the deciding rule."""
