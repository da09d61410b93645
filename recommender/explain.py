"""Stage 9: parts of scores become terms and sentences that are true of this person.

In: picks, their parts and the facts. Out: ``Item`` results. Every number in a sentence is looked
up in the snapshot or in the model, never rounded into being true.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from recommender.breakdown import NOT_ASSESSED
from recommender.columns import MILLI, UNKNOWN, Ints
from recommender.gap_report import post_title
from recommender.pipeline import Prepared
from recommender.rank import REASONS, Parts, Picks
from recommender.results import MICRO, Check, Effect, Item, Kind, Outcome, Term
from recommender.role_figures import latest_ratings, role_figures
from recommender.role_score import Seekers
from recommender.similarity.gaps import Target
from recommender.similarity.history import deciding_group
from recommender.training_score import Learners, in_force
from training_data import reference
from training_data.messages import Text, text

FEW = 5
"""Below this many people, counts about others are not shown (small cells)."""


class Explainer:
    """Words the parts of one kind of suggestion for one prepared snapshot."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.snapshot = prepared.facts.snapshot

    def subjects(self, kind: Kind) -> dict[str, tuple[str, ...]]:
        """Return, per term, the codes its subject rows point to."""
        s = self.snapshot
        competency, job = s.competencies.codes, s.jobs.index.codes
        training = s.trainings.index.codes
        if kind == "role":
            return {
                "deficit": competency,
                "surplus": competency,
                "duties": job,
                **dict.fromkeys(
                    ("similarity", "family", "affair", "qualification", "experience"), job
                ),
            }
        return {
            "gap_now": competency,
            "gap_next": competency,
            "priority": competency,
            NOT_ASSESSED: competency,
            "duties": job,
            "peers": job,
            "history": training,
            "fresh": training,
            "burden": training,
        }

    def trainings(
        self,
        people: Learners,
        picks: Picks,
        parts: Parts,
        eligibility: Sequence[Outcome],
        checks: Sequence[tuple[Check, ...]],
    ) -> list[Item]:
        """Word trainings; one entry of ``eligibility`` and ``checks`` per pick."""
        now = Target.present(self.prepared.facts.standards, people.now)
        following = Target.following(self.prepared.facts.standards, people.now, people.following)
        words = _TrainingWords(self, people, now, following)
        codes = self.subjects("training")
        start = np.searchsorted(parts.pick, np.arange(len(picks.item) + 1))
        trainings = self.snapshot.trainings
        items = []
        for i, item in enumerate(picks.item):
            person = int(picks.person[i])
            terms = tuple(
                _term(parts, j, codes, words.of(parts, j, person, int(item)))
                for j in range(int(start[i]), int(start[i + 1]))
            )
            hours = float(trainings.hours[item])
            items.append(
                _item(
                    trainings.index.codes[item],
                    trainings.titles[item],
                    "training",
                    int(picks.rank[i]),
                    int(picks.micro[i]),
                    terms,
                    eligibility[i],
                    checks[i],
                    Effect(words.closes(person, int(item)), None if np.isnan(hours) else hours),
                    {},
                )
            )
        return items

    def roles(
        self,
        rows: np.ndarray,
        seekers: Seekers,
        picks: Picks,
        parts: Parts,
        eligibility: Sequence[Outcome],
        checks: Sequence[tuple[Check, ...]],
    ) -> list[Item]:
        """Word roles; ``rows`` are the people's row numbers."""
        words = _RoleWords(self, rows, seekers)
        codes = self.subjects("role")
        start = np.searchsorted(parts.pick, np.arange(len(picks.item) + 1))
        fit = self.prepared.roles.comparer.compare(seekers.levels)
        jobs = self.snapshot.jobs
        items = []
        for i, item in enumerate(picks.item):
            person = int(picks.person[i])
            terms = tuple(
                _term(parts, j, codes, words.of(parts, j, person, int(item)))
                for j in range(int(start[i]), int(start[i + 1]))
            )
            figures = role_figures(self.prepared, int(rows[person]), int(item), fit, person)
            figures["performance"] = self.ratings.get(int(rows[person]))
            items.append(
                _item(
                    jobs.index.codes[item],
                    jobs.titles[item],
                    "role",
                    int(picks.rank[i]),
                    int(picks.micro[i]),
                    terms,
                    eligibility[i],
                    checks[i],
                    Effect(),
                    figures,
                )
            )
        return items

    @cached_property
    def peer_counts(self) -> dict[str, tuple[sp.csr_matrix, np.ndarray]]:
        """People who took each training, and people with a history, by job, tier and overall."""
        firsts, people = self.prepared.trainings.firsts, self.snapshot.people
        active = np.unique(firsts.employee)
        counts = {}
        for name, group, size in (
            ("job", people.job, len(self.snapshot.jobs)),
            ("tier", people.tier, len(reference.tiers())),
            ("all", np.zeros(len(people), np.int32), 1),
        ):
            of_event, of_person = group[firsts.employee], group[active]
            use = of_event >= 0
            took = sp.csr_matrix(
                (np.ones(int(use.sum()), np.int64), (of_event[use], firsts.training[use])),
                (size, len(self.snapshot.trainings)),
            )
            counts[name] = (took, np.bincount(of_person[of_person >= 0], minlength=size))
        return counts

    @cached_property
    def ratings(self) -> dict[int, dict[str, Any]]:
        """Everybody's last yearly performance rating and its year, by row."""
        return latest_ratings(self.snapshot)

    def evidence(self, person: int, competency: int) -> Text:
        """Return " (penilaian kompetensi, 12 Maret 2025)" for a known level, else nothing."""
        profile = self.prepared.facts.profile
        entry = profile.entry(person, competency)
        if entry is None or profile.source[entry] < 0:
            return Text("", "")
        code = reference.choices("score_source")[profile.source[entry]]
        source = reference.label("score_source", code)
        source = Text(_mid_sentence(source.id), _mid_sentence(source.en))
        day = profile.assessed_on[entry]
        if np.isnat(day):
            return text("reason.evidence_undated", source=source)
        return text("reason.evidence", source=source, day=day.astype(object))


def _item(
    code: str,
    title: str,
    kind: Kind,
    rank: int,
    micro: int,
    terms: tuple[Term, ...],
    eligibility: Outcome,
    checks: tuple[Check, ...],
    effect: Effect,
    figures: dict[str, Any],
) -> Item:
    reasons = tuple(t.text for t in terms[:REASONS])
    return Item(
        code, title, kind, rank or None, micro, terms, reasons, eligibility, checks, effect, figures
    )


def _term(parts: Parts, j: int, codes: dict[str, tuple[str, ...]], words: Text) -> Term:
    name = parts.names[parts.term[j]]
    subject = int(parts.subject[j])
    return Term(name, int(parts.micro[j]), codes[name][subject] if subject >= 0 else "", words)


def _mid_sentence(words: str) -> str:
    """Lower the first letter unless the word is an abbreviation such as CACT."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _nearness(micro: int, weight: float) -> str:
    """Return near from one standard deviation above the usual, fair from the usual, else far."""
    deviations = micro / MICRO / weight
    return "near" if deviations >= 1 else "fair" if deviations >= 0 else "far"


def _level(milli: int | np.integer) -> float:
    return round(int(milli) / MILLI, 3)


class _TrainingWords:
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

    def of(self, parts: Parts, j: int, person: int, item: int) -> Text:
        name, subject = parts.names[parts.term[j]], int(parts.subject[j])
        if name == "gap_now":
            return self._gap_now(person, item, subject)
        if name == "gap_next":
            return self._gap_next(person, item, subject)
        if name == NOT_ASSESSED:
            return text(
                "reason.belum_dinilai",
                competency=self._competency(subject),
                required=_level(self.now.high[person, subject]),
            )
        if name == "duties":
            near = _nearness(int(parts.micro[j]), self.prepared.trainings.weights.duties)
            return text(f"reason.duties_{near}", job=self.snapshot.jobs.titles[subject])
        if name == "history":
            return self._history(subject, item)
        if name == "peers":
            return self._peers(person, item)
        if name == "priority":
            return self._priority(person, subject, int(parts.micro[j]))
        if name == "fresh":
            day = self.snapshot.trainings.next_session[item].astype(object)
            return text("reason.fresh", day=day)
        return self._burden(item)

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

    def _competency(self, c: int) -> str:
        return self.snapshot.competency_names[c]

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
            post=post_title(self.prepared, int(self.people.following[person])),
            level=_level(self.people.levels[person, c]),
            required=_level(self.following.high[person, c]),
        )

    def _reached(self, item: int, c: int) -> float:
        t = self.snapshot.trainings
        own = (t.outcome_training == item) & (t.outcome_competency == c)
        return _level(t.outcome_to[own][0])

    def _history(self, previous: int, item: int) -> Text:
        titles = self.snapshot.trainings.titles
        model = self.prepared.trainings.history
        followed, took = int(model.followed[previous, item]), int(model.took[previous])
        if followed < FEW:
            return text("reason.history_loose", previous=titles[previous])
        return text("reason.history", took=took, previous=titles[previous], followed=followed)

    def _peers(self, person: int, item: int) -> Text:
        """Name the group that decided the share, unless it is too small to be counted."""
        job, tier = int(self.people.job[person]), int(self.people.tier[person])
        scorer = self.prepared.trainings
        group = deciding_group(scorer.history, job, tier, item, scorer.history_config)
        row = {"job": job, "tier": tier, "all": 0}[group]
        took, holders = self.explainer.peer_counts[group]
        if holders[row] < FEW:
            return text("reason.peers_none")
        return text(
            "reason.peers",
            holders=int(holders[row]),
            took=int(took[row, item]),
            group=text(f"reason.group_{group}"),
        )

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


class _RoleWords:
    """Sentences for a block of people and roles."""

    def __init__(self, explainer: Explainer, rows: Ints, seekers: Seekers) -> None:
        self.snapshot = explainer.snapshot
        self.prepared = explainer.prepared
        self.rows = rows
        self.seekers = seekers

    def of(self, parts: Parts, j: int, person: int, item: int) -> Text:
        name, subject = parts.names[parts.term[j]], int(parts.subject[j])
        jobs = self.snapshot.jobs
        h, r = self.seekers.levels[person], self.prepared.roles.comparer.required[item]
        if name == "similarity":
            both = (h != UNKNOWN) & (r > 0)
            return text(
                "reason.similarity", known=int(both.sum()), met=int((both & (h >= r)).sum())
            )
        if name in ("deficit", "surplus") and (subject < 0 or parts.micro[j] > 0):
            return text(f"reason.{name}_small")
        if name in ("deficit", "surplus"):
            return text(
                f"reason.{name}",
                competency=self.snapshot.competency_names[subject],
                level=_level(h[subject]),
                required=_level(r[subject]),
            )
        if name == "duties":
            near = _nearness(int(parts.micro[j]), self.prepared.roles.weights.duties)
            return text(f"reason.role_duties_{near}", job=jobs.titles[subject])
        if name in ("family", "affair"):
            return text(f"reason.{name}", **{name: self._own_word("jobs", name, item)})
        if name == "qualification":
            field = self._own_word("employees", "education_field", int(self.rows[person]))
            return text("reason.qualification", field=field)
        years = float(self.seekers.experience[person, jobs.family[item]])
        return text(
            "reason.experience",
            years=round(years, 1),
            family=self._own_word("jobs", "family", item),
        )

    def _own_word(self, table: str, column: str, row: int) -> str:
        return str(self.snapshot.dataset.table(table)[column][row].as_py())
