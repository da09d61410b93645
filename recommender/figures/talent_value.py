"""Talent value (KepKBKN 411/2025): half performance, half potential, each of weighted components.

In: what the other figures found, and the packs. Out: a figure. Components without data are said to
be missing and count as 0 … 100; a weight is applied once and nothing else is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from recommender.columns import days
from recommender.eligibility.dates import plus_years, span
from recommender.eligibility.facts import Facts
from recommender.eligibility.spells import MONTH
from recommender.figures.learning_hours import LearningHours
from recommender.figures.performance import Ratings
from recommender.figures.results import Figure, Ground, Part, State, total
from training_data import reference
from training_data.messages import Text, text
from training_data.reference.packs import Rules

FULL = 100.0
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Score:
    """A component's score, 0 … 100; an unknown one is an interval with its reason."""

    low: float
    high: float
    text: Text
    confidential: bool = False

    @property
    def value(self) -> float | None:
        """The score where it is certain."""
        return self.low if self.low == self.high else None

    @classmethod
    def sure(cls, value: float, words: Text, *, confidential: bool = False) -> Score:
        """Return a certain score."""
        return cls(float(value), float(value), words, confidential)

    @classmethod
    def missing(cls, words: Text, *, confidential: bool = False) -> Score:
        """Return an unknown score."""
        return cls(0.0, FULL, words, confidential)


class TalentValues:
    """Makes the figure of each person."""

    def __init__(self, facts: Facts, rules: Rules, hours: LearningHours, ratings: Ratings) -> None:
        self.facts = facts
        self.snapshot = facts.snapshot
        self.rules = rules
        self.hours = hours
        self.ratings = ratings
        self.choices = rules.rule("talent.subscores").params

    def of(self, person: int, jpm: Figure) -> Figure:
        """Return the talent value as far as it is known."""
        rule, label = self.rules.get("talent.weights"), text("figure.talent.label")
        if rule is None:
            words = text("figure.talent.not_in_force")
            return Figure("talent_value", label, None, None, None, "points", "belum_ada", words,
                          None)  # fmt: skip
        return self.figure(self._scores(person, jpm))

    def figure(self, scores: Mapping[str, Score]) -> Figure:
        """Return the figure of given scores; what is not given is missing."""
        rule = self.rules.rule("talent.weights")
        none = Score.missing(text("figure.talent.no_data"))
        parts = tuple(
            _part(axis, name, float(weight), scores.get(name, none), rule.params["axis"][axis],
                  Ground.of(rule))
            for axis in ("Y", "X")
            for name, weight in rule.params[axis].items()
        )  # fmt: skip
        low, high = total(parts)
        missing = any(p.value is None for p in parts)
        state: State = "perlu_verifikasi" if missing else "final"
        value = None if missing else low
        code = "figure.talent.text" if value is not None else "figure.talent.text_interval"
        return Figure(
            "talent_value",
            text("figure.talent.label"),
            value,
            low,
            high,
            "points",
            state,
            text(code, value=low, low=low, high=high),
            Ground.of(rule),
            parts=parts,
            details={
                axis: list(total([replace(p, share=1.0) for p in parts if p.group == axis]))
                for axis in ("Y", "X")
            },
            missing="figure.talent.missing",
            from_sum=("X",),
        )

    def jp_score(self, hours: float) -> float:
        """Return the score of a year's learning hours."""
        return _banded(self._subscores["jp"], hours)

    def experience_score(self, years: float) -> float:
        """Return the score of years in posts of the present tier."""
        return _banded(self.choices["experience_years"], years)

    @property
    def _subscores(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.rules.rule("talent.weights").params["subscores"]
        return found

    def _scores(self, person: int, jpm: Figure) -> dict[str, Score]:
        return {
            "predikat_skp": self._rating(person),
            "penilaian_kompetensi": _of_jpm(jpm),
            "pengembangan_kompetensi": self._learning(person),
            "pengalaman_jabatan": self._experience(person),
            "pendidikan_formal": self._education(person),
            "integritas_disiplin": self.integrity(person),
        }

    def _rating(self, person: int) -> Score:
        year = self.ratings.latest(person)
        if year is None or year.rating is None:
            return Score.missing(text("figure.ip_asn.performance_unknown"))
        points = self._subscores["predikat"][year.rating]
        label = reference.label("rating", year.rating)
        words = text("figure.talent.rating", year=str(year.year), rating=label, score=points)
        return Score.sure(points, words)

    def _learning(self, person: int) -> Score:
        year = self.snapshot.as_of.year - (self.choices["jp_year"] == "previous")
        if not self.hours.history.known:
            return Score.missing(text("figure.ip_asn.no_history"))
        hours, _, open_ = self.hours.counted(person, year)
        points = self.jp_score(hours)
        words = text("figure.talent.jp", year=str(year), jp=hours, score=points)
        return Score(points, FULL, words) if open_ else Score.sure(points, words)

    def _experience(self, person: int) -> Score:
        spells = self.facts.spells
        if np.isnat(spells.running_since[person]):
            return Score.missing(text("figure.talent.experience_unknown"))
        months = int(spells.running_units[person]) // MONTH
        points = self.experience_score(months / MONTHS_PER_YEAR)
        words = text("figure.talent.experience", held=span(months), score=points)
        return Score.sure(points, words)

    def _education(self, person: int) -> Score:
        level = self._levels[person]
        points = self._subscores["pendidikan"].get(level)
        if level is None:
            return Score.missing(text("figure.ip_asn.qualification_unknown"))
        name = reference.label("education_level", level)
        if points is None:
            return Score.missing(text("figure.talent.education_unrated", level=name))
        return Score.sure(points, text("figure.talent.education", level=name, score=points))

    def integrity(self, person: int) -> Score:
        """Return the score of the disciplinary record; 0 while a measure is running."""
        scores, today = self._subscores["disiplin"], self.facts.today
        if not self.snapshot.dataset.has("discipline"):
            return Score.missing(text("figure.ip_asn.discipline_unknown"), confidential=True)
        first = plus_years(today, -int(self.choices["discipline_years"]), self.facts.leap_day)
        rows = self._measures.get(person, [])
        if any(not np.isnat(end) and begin <= today <= end for begin, end, _ in rows):
            return Score.sure(
                scores["sedang_menjalani"], text("figure.talent.running"), confidential=True
            )
        recent = [r for r in rows if r[0] >= first]
        worst = min((scores[s] for _, _, s in recent if s), default=scores["bersih"])
        # A light measure has no end by nature; of any other without one nobody knows.
        open_ = [r for r in recent if r[2] is None or (np.isnat(r[1]) and r[2] != "ringan")]
        if open_:
            words = text("figure.talent.discipline_unclear")
            return Score(scores["sedang_menjalani"], worst, words, confidential=True)
        words = text("figure.talent.discipline", score=worst)
        return Score.sure(worst, words, confidential=True)

    @cached_property
    def _levels(self) -> list[str | None]:
        levels: list[str | None] = self.facts.text_column("employees", "education_level")
        return levels

    @cached_property
    def _measures(self) -> dict[int, list[tuple[Any, Any, str | None]]]:
        table = self.snapshot.dataset.table("discipline")
        person = self.snapshot.people.index.lookup(table["employee_id"]).tolist()
        found: dict[int, list[tuple[Any, Any, str | None]]] = defaultdict(list)
        columns = (days(table["starts_on"]), days(table["ends_on"]), table["severity"].to_pylist())
        for row, begin, end, severity in zip(person, *columns, strict=True):
            found[row].append((begin, end, severity))
        return found


def _of_jpm(jpm: Figure) -> Score:
    if jpm.low is None or jpm.high is None:
        return Score.missing(jpm.text)
    return Score(min(jpm.low, FULL), min(jpm.high, FULL), jpm.text)


def _banded(rows: list[list[float]], value: float) -> float:
    return float(next(score for least, score in rows if value >= least))


def _part(axis: str, name: str, weight: float, score: Score, share: float, ground: Ground) -> Part:
    once = weight / FULL
    value = None if score.value is None else once * score.value
    return Part(
        name,
        text(f"figure.talent.part.{name}"),
        value,
        once * score.low,
        once * score.high,
        weight,
        score.text,
        ground,
        {} if score.confidential else {"score": score.value, "weight": weight},
        share=share,
        group=axis,
        confidential=score.confidential,
    )
