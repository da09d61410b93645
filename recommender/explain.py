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
from recommender.columns import MILLI, Index
from recommender.effects import Evidence
from recommender.effects.pairs import SCALE
from recommender.figures.facade import FigureMaker
from recommender.pipeline import Prepared
from recommender.rank import REASONS, Parts, Picks
from recommender.reasons import ReasonTexts
from recommender.results import Check, Effect, Item, Kind, Outcome, Term
from recommender.role_figures import latest_ratings, role_figures
from recommender.role_score import ROLE_TERMS, Seekers
from recommender.sentences import RoleWords, Sentence, TrainingWords
from recommender.similarity.gaps import Target
from recommender.training_score import Learners
from training_data import reference
from training_data.messages import Text, text

Said = tuple[Term, bool]
"""A term and whether its sentence tells why the item is suggested."""


class Explainer:
    """Words the parts of one kind of suggestion for one prepared snapshot."""

    def __init__(self, prepared: Prepared, figures: FigureMaker) -> None:
        self.prepared = prepared
        self.figures = figures
        self.snapshot = prepared.facts.snapshot
        self._reason_texts: dict[Kind, ReasonTexts] = {}

    def subjects(self, kind: Kind) -> dict[str, Index]:
        """Return, per term, the codes its subject rows point to."""
        s = self.snapshot
        competency, job, training = s.competencies, s.jobs.index, s.trainings.index
        if kind == "role":
            return {
                **dict.fromkeys(ROLE_TERMS, job),
                **dict.fromkeys(("deficit", "surplus"), competency),
            }
        return {
            "gap_now": competency,
            "gap_next": competency,
            "effect": training,
            "priority": competency,
            NOT_ASSESSED: competency,
            "duties": job,
            "peers": job,
            "unit": s.units,
            "history": training,
            "together": training,
            "alike": training,
            "popular": training,
            "mandatory": training,
            "fresh": training,
            "burden": training,
        }

    def reason_texts(self, kind: Kind) -> ReasonTexts:
        """Return what writes the first reasons of many suggestions of a kind at once."""
        if kind not in self._reason_texts:
            self._reason_texts[kind] = ReasonTexts(self.subjects(kind))
        return self._reason_texts[kind]

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
        words = TrainingWords(self, people, now, following)
        codes = self.subjects("training")
        start = np.searchsorted(parts.pick, np.arange(len(picks.item) + 1))
        trainings = self.snapshot.trainings
        items = []
        for i, item in enumerate(picks.item):
            person = int(picks.person[i])
            said = [
                _said(parts, j, codes, words.of(parts, j, person, int(item)))
                for j in range(int(start[i]), int(start[i + 1]))
            ]
            hours = float(self.figures.planned_jp[item])
            effect = Effect(
                words.closes(person, int(item)),
                None if np.isnan(hours) else hours,
                self.figures.ip_asn.gain(int(people.rows[person]), int(item)),
            )
            items.append(
                _item(
                    trainings.index.codes[item],
                    trainings.titles[item],
                    "training",
                    int(picks.rank[i]),
                    int(picks.micro[i]),
                    said,
                    eligibility[i],
                    checks[i],
                    effect,
                    {},
                    self.prepared.model.effects.evidence(int(item), self.scale(int(item))),
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
        words = RoleWords(self, rows, seekers)
        codes = self.subjects("role")
        start = np.searchsorted(parts.pick, np.arange(len(picks.item) + 1))
        fit = self.prepared.roles.comparer.compare(seekers.levels)
        jobs = self.snapshot.jobs
        items = []
        for i, item in enumerate(picks.item):
            person = int(picks.person[i])
            said = [
                _said(parts, j, codes, words.of(parts, j, person, int(item)))
                for j in range(int(start[i]), int(start[i + 1]))
            ]
            figures = role_figures(self.prepared, int(rows[person]), int(item), fit, person)
            figures["jpm_categories"] = self._categories(int(item), figures)
            figures["performance"] = self.ratings.get(int(rows[person]))
            items.append(
                _item(
                    jobs.index.codes[item],
                    jobs.titles[item],
                    "role",
                    int(picks.rank[i]),
                    int(picks.micro[i]),
                    said,
                    eligibility[i],
                    checks[i],
                    Effect(),
                    figures,
                )
            )
        return items

    def _categories(self, job: int, figures: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the bands of selection that the match with a post lies, or may lie, in."""
        tier = int(self.snapshot.jobs.tier[job])
        bands = self.figures.jpm.between(
            "selection",
            reference.tiers()[tier].code if tier >= 0 else None,
            figures["jpm_low"],
            figures["jpm_high"],
        )
        return [band.as_json() for band in bands]

    @cached_property
    def peer_counts(self) -> dict[str, tuple[sp.csr_matrix, np.ndarray]]:
        """People who took each training, and who have a history, by job, tier, unit and overall."""
        firsts, people = self.prepared.trainings.firsts, self.snapshot.people
        active = np.unique(firsts.employee)
        counts = {}
        for name, group, size in (
            ("job", people.job, len(self.snapshot.jobs)),
            ("tier", people.tier, len(reference.tiers())),
            ("unit", people.unit, len(self.snapshot.units)),
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

    def scale(self, training: int) -> float:
        """Return levels per level of a five-level scale, where all it teaches has one scale."""
        t = self.snapshot.trainings
        taught = t.outcome_competency[t.outcome_training == training]
        found = np.unique(self.snapshot.max_level[taught])
        return float(found[0]) / (MILLI * SCALE) if len(found) == 1 else 1.0

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
        over = profile.valid_until[entry] <= np.datetime64(self.snapshot.as_of, "D")
        code = "reason.evidence_over" if over else "reason.evidence"
        return text(code, source=source, day=day.astype(object))


def _item(
    code: str,
    title: str,
    kind: Kind,
    rank: int,
    micro: int,
    said: list[Said],
    eligibility: Outcome,
    checks: tuple[Check, ...],
    effect: Effect,
    figures: dict[str, Any],
    evidence: Evidence | None = None,
) -> Item:
    terms = tuple(term for term, _ in said)
    return Item(
        code,
        title,
        kind,
        rank or None,
        micro,
        terms,
        _reasons(said),
        eligibility,
        checks,
        effect,
        figures,
        evidence=evidence,
    )


def _reasons(said: list[Said]) -> tuple[Text, ...]:
    """Return what speaks for an item, largest first, and last what a post still asks for.

    Where nothing speaks for it, the largest terms stand: they say why the score is low.
    """
    telling = [term for term, tells in said if tells]
    speaking = [term for term in telling if term.micro > 0]
    prepare = [term for term in telling if term.micro <= 0][:1]
    chosen = [*speaking[: REASONS - len(prepare)], *prepare]
    return tuple(t.text for t in chosen or [term for term, _ in said[:REASONS]])


def _said(parts: Parts, j: int, codes: dict[str, Index], words: Sentence) -> Said:
    name = parts.names[parts.term[j]]
    subject = int(parts.subject[j])
    code = codes[name].codes[subject] if subject >= 0 else ""
    return Term(name, int(parts.micro[j]), code, words.text), words.tells


def _mid_sentence(words: str) -> str:
    """Lower the first letter unless the word is an abbreviation such as CACT."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
