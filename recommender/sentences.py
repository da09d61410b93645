"""Sentences of stage 9: one per part of a score, true of this person, from the one catalogue.

In: a part and what it is about. Out: a ``Sentence``: its words, and whether they say anything in
favour of the item (or what still needs preparing) rather than that there is little to say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recommender.breakdown import NOT_ASSESSED
from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.effects import told
from recommender.eligibility.dates import span
from recommender.priorities import in_force
from recommender.rank import Parts
from recommender.results import MICRO
from recommender.role_score import Seekers
from recommender.similarity.gaps import Target
from recommender.similarity.history import SHARE, deciding_group
from recommender.similarity.text import LATENT_UNIT
from recommender.training_score import Learners
from training_data import reference
from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.explain import Explainer

FEW = 5
"""Below this many people, counts about others are not shown (small cells)."""
CLOSE = 0.5
"""Cosine of two texts from which their contents are called close."""


@dataclass(frozen=True)
class Sentence:
    """The words of one part.

    Attributes:
        tells: whether a reader learns from it why the item is suggested.
    """

    text: Text
    tells: bool


def _nearness(micro: int, weight: float) -> str:
    """Return near from one standard deviation above the usual, fair from the usual, else far."""
    deviations = micro / MICRO / weight
    return "near" if deviations >= 1 else "fair" if deviations >= 0 else "far"


def _level(milli: int | np.integer) -> float:
    return round(int(milli) / MILLI, 3)


class TrainingWords:
    """Sentences for a block of people and trainings."""

    def __init__(
        self, explainer: Explainer, people: Learners, now: Target, following: Target
    ) -> None:
        self.explainer = explainer
        self.snapshot = explainer.snapshot
        self.prepared = explainer.prepared
        self.people = people
        self.now = now
        self.following = following

    def of(self, parts: Parts, j: int, person: int, item: int) -> Sentence:
        """Word part ``j``, which belongs to this person (a place in the block) and item."""
        name, subject = parts.names[parts.term[j]], int(parts.subject[j])
        micro = int(parts.micro[j])
        if name == "gap_now":
            return Sentence(self._gap_now(person, item, subject), True)
        if name == "gap_next":
            return Sentence(self._gap_next(person, item, subject), True)
        if name == NOT_ASSESSED:
            return Sentence(self._not_assessed(person, subject), False)
        if name == "effect":
            effects = self.prepared.model.effects
            return Sentence(told(effects, item, self.explainer.scale(item)), micro > 0)
        if name == "duties":
            near = _nearness(micro, self.prepared.trainings.weights.duties)
            words = text(f"reason.duties_{near}", job=self.snapshot.jobs.titles[subject])
            return Sentence(words, near == "near")
        if name == "history":
            return Sentence(self._history(subject, item), True)
        if name == "together":
            return self._together(subject, item)
        if name == "alike":
            return self._alike(subject, item)
        if name == "popular":
            return self._popular(item, micro)
        if name == "peers":
            return self._peers(person, item, micro)
        if name == "unit":
            return self._taken_by("unit", subject, item, micro)
        if name == "priority":
            return Sentence(self._priority(person, subject, micro), micro > 0)
        if name == "mandatory":
            return Sentence(self._mandatory(item), True)
        if name == "fresh":
            day = self.snapshot.trainings.next_session[item].astype(object)
            return Sentence(text("reason.fresh", day=day), True)
        return Sentence(self._burden(item), False)

    def closes(self, person: int, item: int) -> dict[str, float]:
        """Return the levels of the present gap that the training closes, by competency."""
        trainings = self.snapshot.trainings
        limits = self.prepared.facts.policy.limits
        found = {}
        for o in np.flatnonzero(trainings.outcome_training == item):
            c = int(trainings.outcome_competency[o])
            h, r = int(self.people.levels[person, c]), int(self.now.high[person, c])
            if h == UNKNOWN or h < trainings.outcome_from[o] - limits.slack:
                continue
            top = min(r, int(trainings.outcome_to[o]), h + limits.max_step)
            length = top - max(h, int(trainings.outcome_from[o]))
            if length > 0:
                found[self.snapshot.competencies.codes[c]] = _level(length)
        return found

    def _mandatory(self, item: int) -> Text:
        stated = self.snapshot.dataset.table("trainings")["mandatory_for"][item].as_py()
        return text("reason.mandatory", whom=", ".join(p.strip() for p in stated.split("|")))

    def _competency(self, c: int) -> str:
        return self.snapshot.competency_names[c]

    def _not_assessed(self, person: int, c: int) -> Text:
        return text(
            "reason.belum_dinilai",
            competency=self._competency(c),
            required=_level(self.now.high[person, c]),
        )

    def _gap_now(self, person: int, item: int, c: int) -> Text:
        return text(
            "reason.gap_now",
            competency=self._competency(c),
            level=_level(self.people.levels[person, c]),
            required=_level(self.now.high[person, c]),
            reached=self._reached(item, c),
            evidence=self.explainer.evidence(int(self.people.rows[person]), c),
        )

    def _gap_next(self, person: int, item: int, c: int) -> Text:
        return text(
            "reason.gap_next",
            competency=self._competency(c),
            post=self._following(person),
            level=_level(self.people.levels[person, c]),
            required=_level(self.following.high[person, c]),
        )

    def _following(self, person: int) -> str | Text:
        """Name the next post, or the tier where only its general standard is aimed at."""
        row, jobs = int(self.people.following[person]), self.snapshot.jobs
        if row < len(jobs):
            return jobs.titles[row]
        return text("reason.tier", tier=reference.tiers()[row - len(jobs)].name)

    def _reached(self, item: int, c: int) -> float:
        t = self.snapshot.trainings
        own = (t.outcome_training == item) & (t.outcome_competency == c)
        return _level(t.outcome_to[own][0])

    def _title(self, training: int) -> str:
        return self.snapshot.trainings.titles[training]

    def _together(self, previous: int, item: int) -> Sentence:
        """Say how many took both; few people are not counted."""
        model, title = self.prepared.trainings.history, self._title(previous)
        took = int(model.took[previous])
        share = int(model.together[previous, item]) / SHARE
        both = round(share * math.sqrt(took * int(model.took[item])))
        if both >= FEW:
            return Sentence(text("reason.together", took=took, previous=title, both=both), True)
        return Sentence(text("reason.together_loose", previous=title), True)

    def _alike(self, previous: int, item: int) -> Sentence:
        """Call contents close only where they share more than they differ in."""
        latent = self.prepared.trainings.latent
        likeness = int(latent[previous] @ latent[item]) / LATENT_UNIT**2
        code = "reason.alike" if likeness >= CLOSE else "reason.alike_loose"
        return Sentence(text(code, previous=self._title(previous)), True)

    def _popular(self, item: int, micro: int) -> Sentence:
        """Say how many took it; few people are not counted."""
        took = int(self.prepared.trainings.history.took[item])
        if took >= FEW:
            return Sentence(text("reason.popular", took=took), micro > 0)
        if took > 0:
            return Sentence(text("reason.popular_some"), False)
        return Sentence(text("reason.popular_none"), False)

    def _history(self, previous: int, item: int) -> Text:
        titles = self.snapshot.trainings.titles
        model = self.prepared.trainings.history
        followed, took = int(model.followed[previous, item]), int(model.took[previous])
        if followed < FEW:
            return text("reason.history_loose", previous=titles[previous])
        return text("reason.history", took=took, previous=titles[previous], followed=followed)

    def _peers(self, person: int, item: int, micro: int) -> Sentence:
        """Name the group that decided the share; few people are not counted."""
        job, tier = int(self.people.job[person]), int(self.people.tier[person])
        scorer = self.prepared.trainings
        group = deciding_group(scorer.history, job, tier, item, scorer.history_config)
        return self._taken_by(group, {"job": job, "tier": tier, "all": 0}[group], item, micro)

    def _taken_by(self, group: str, row: int, item: int, micro: int) -> Sentence:
        if row < 0:  # what speaks for people without a unit is what everybody took
            group, row = "all", 0
        counted, holders = self.explainer.peer_counts[group]
        took, whom = int(counted[row, item]), text(f"reason.group_{group}")
        if took >= FEW:
            words = text("reason.peers", holders=int(holders[row]), took=took, group=whom)
            return Sentence(words, micro > 0)
        if took > 0:
            return Sentence(text("reason.peers_some", group=whom), micro > 0)
        return Sentence(text("reason.peers_none", group=whom), False)

    def _priority(self, person: int, c: int, micro: int) -> Text:
        name = self._competency(c)
        why = self._stated_reason(person, c)
        if why is None:
            return text("reason.priority_plain", competency=name)
        return text(
            "reason.priority" if micro > 0 else "reason.priority_low",
            competency=name,
            why=why.rstrip(". "),
        )

    def _stated_reason(self, person: int, c: int) -> str | None:
        """Return the reason of the weightiest priority in force for the person's unit."""
        snapshot = self.snapshot
        units = {
            None,
            *(
                snapshot.units.codes[u]
                for u in self.prepared.facts.tree.line(int(self.people.unit[person]))
            ),
        }
        rows = [
            r
            for r in snapshot.dataset.table("priorities").to_pylist()
            if r["competency_code"] == snapshot.competencies.codes[c]
            and r["unit_code"] in units
            and r["reason"]
            and in_force(r["starts_on"], r["ends_on"], snapshot.as_of)
        ]
        rows.sort(key=lambda r: (-abs(r["weight"]), r["reason"]))
        return str(rows[0]["reason"]) if rows else None

    def _burden(self, item: int) -> Text:
        t = self.snapshot.trainings
        hours, cost = float(t.hours[item]), float(t.cost[item])
        if np.isnan(cost) or cost == 0:
            return text("reason.burden_hours", hours=hours)
        if np.isnan(hours):
            return text("reason.burden_cost", cost=cost)
        return text("reason.burden", hours=hours, cost=cost)


class RoleWords:
    """Sentences for a block of people and roles."""

    def __init__(self, explainer: Explainer, rows: Ints, seekers: Seekers) -> None:
        self.snapshot = explainer.snapshot
        self.prepared = explainer.prepared
        self.rows = rows
        self.seekers = seekers

    def of(self, parts: Parts, j: int, person: int, item: int) -> Sentence:
        """Word part ``j``, which belongs to this person (a place in the block) and role."""
        name, subject = parts.names[parts.term[j]], int(parts.subject[j])
        micro = int(parts.micro[j])
        if name == "similarity":
            return Sentence(self._similarity(person, item, micro), True)
        if name in ("deficit", "surplus"):
            return self._difference(name, subject, micro, person, item)
        if name == "duties":
            near = _nearness(micro, self.prepared.roles.weights.duties)
            words = text(f"reason.role_duties_{near}", job=self.snapshot.jobs.titles[subject])
            return Sentence(words, near == "near")
        if name == "technology":
            near = _nearness(micro, self.prepared.roles.weights.technology)
            words = text(f"reason.technology_{near}", job=self.snapshot.jobs.titles[subject])
            return Sentence(words, near == "near")
        if name == "moves":
            return self._moved(subject, item, micro)
        if name in ("family", "affair"):
            return Sentence(text(f"reason.{name}", **{name: self._own_word(name, item)}), True)
        if name == "qualification":
            return Sentence(text("reason.qualification", field=self._field(person)), True)
        return self._experience(person, item)

    def _similarity(self, person: int, item: int, micro: int) -> Text:
        """Say what was compared, the shape of the profile, and how much of it is met."""
        h, r = self._levels(person, item)
        both = (h != UNKNOWN) & (r > 0)
        known, met = int(both.sum()), int((both & (h >= r)).sum())
        if 2 * met >= known and micro > 0:
            return text("reason.similarity", known=known, met=met)
        code = "reason.similarity_near" if micro > 0 else "reason.similarity_far"
        return text(code, known=known, met=met)

    def _difference(self, name: str, c: int, micro: int, person: int, item: int) -> Sentence:
        if c < 0 or micro > 0:
            return Sentence(text(f"reason.{name}_small"), False)
        h, r = self._levels(person, item)
        words = text(
            f"reason.{name}",
            competency=self.snapshot.competency_names[c],
            level=_level(h[c]),
            required=_level(r[c]),
        )
        return Sentence(words, name == "deficit")

    def _moved(self, job: int, item: int, micro: int) -> Sentence:
        """Count those who moved so where they are enough, else say how usual such a move is."""
        count, title = (
            int(self.prepared.roles.moves.people[job, item]),
            self.snapshot.jobs.titles[job],
        )
        if count >= FEW:
            return Sentence(text("reason.moves", count=count, job=title), True)
        code = "reason.moves_usual" if micro > 0 else "reason.moves_rare"
        return Sentence(text(code, job=title), micro > 0)

    def _levels(self, person: int, item: int) -> tuple[Ints, Ints]:
        """Return the person's levels and those the role asks for."""
        return self.seekers.levels[person], self.prepared.roles.comparer.required[item]

    def _experience(self, person: int, item: int) -> Sentence:
        years = float(self.seekers.experience[person, self.snapshot.jobs.family[item]])
        months, family = int(12 * years), self._own_word("family", item)
        if months == 0:
            return Sentence(text("reason.experience_begun", family=family), False)
        return Sentence(text("reason.experience", held=span(months), family=family), True)

    def _field(self, person: int) -> str:
        table = self.snapshot.dataset.table("employees")
        return str(table["education_field"][int(self.rows[person])].as_py())

    def _own_word(self, column: str, item: int) -> str:
        return str(self.snapshot.dataset.table("jobs")[column][item].as_py())
