"""One person's IP ASN in words: four dimensions, each with points, reason, evidence and rule.

In: the components of everybody (``ip_asn``) and a person's row. Out: a ``Figure``. An unknown part
makes the total an interval; no total is stated where nothing but the frame is known.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from recommender.columns import days
from recommender.eligibility.dates import as_date, iso, plus_years
from recommender.figures.ip_asn import (
    SEMINAR,
    TECHNICAL,
    TIER_COURSE,
    UNCLEAR,
    YES,
    IpAsn,
    Tri,
)
from recommender.figures.performance import Ratings
from recommender.figures.results import Bands, Figure, Ground, Part, State, total
from training_data import reference
from training_data.messages import Text, text

_COLUMN = {TECHNICAL: 0, SEMINAR: 1}


@dataclass(frozen=True)
class _Sanction:
    """One row of the discipline table."""

    on: Any
    severity: str | None


class IpAsnFigures:
    """Makes the figure of each person."""

    def __init__(self, index: IpAsn, ratings: Ratings) -> None:
        self.index = index
        self.ratings = ratings
        self.snapshot = index.snapshot
        self.rules = index.rules

    def of(self, person: int) -> Figure:
        """Return the index of one person today."""
        label, rule = text("figure.ip_asn.label"), self.rules.rule("ip_asn.measured_for")
        if not self.index.measured(person):
            words = text("figure.ip_asn.not_measured")
            return Figure("ip_asn", label, None, None, None, "points", "tidak_diukur", words,
                          Ground.of(rule))  # fmt: skip
        parts = (
            self._qualification(person),
            *self._competence(person),
            self._performance(person),
            self._discipline(person),
        )
        low, high = total(parts)
        category = self.rules.rule("ip_asn.category")
        bands = Bands("ip_asn", category.params["bands"], Ground.of(category))
        missing = any(part.value is None for part in parts)
        notes: list[Text] = []
        if int(self.snapshot.people.employment[person]) < 0:
            notes.append(text("figure.ip_asn.employment"))
        value = None if missing else low
        state: State = "perlu_verifikasi" if notes or missing else "final"
        code = "figure.ip_asn.text" if value is not None else "figure.ip_asn.text_interval"
        return Figure(
            "ip_asn",
            label,
            value,
            low,
            high,
            "points",
            state,
            text(code, value=low, low=low, high=high),
            Ground.of(self.rules.rule("ip_asn.competence")),
            bands.between(low, high),
            tuple(notes),
            parts,
            {"gain": self._gain(person)},
            (bands,),
            "figure.ip_asn.missing",
        )

    def _gain(self, person: int) -> dict[str, float]:
        """Return what can still be gained by trainings, by component."""
        still = self.index.components_open(person)
        return {} if still is None else dict(still.points)

    def _qualification(self, person: int) -> Part:
        rule, level = self.rules.rule("ip_asn.qualification"), self._education[person]
        points = rule.params.get(level) if level else None
        words = text("figure.ip_asn.qualification_unknown")
        if points is not None and level is not None:
            words = text(
                "figure.ip_asn.qualification",
                level=reference.label("education_level", level),
                points=points,
            )
        return _part(
            "qualification", points, rule, words, max(rule.params.values()),
            min(rule.params.values()), {"education_level": level},
        )  # fmt: skip

    def _competence(self, person: int) -> list[Part]:
        rule = self.rules.rule("ip_asn.competence")
        place = int(self.snapshot.people.tier[person])
        if place < 0:
            most = max(
                sum(rule.params[kind].values())
                for kind in ("pelaksana", "structural_and_functional")
            )
            return [_part("competence", None, rule, text("figure.ip_asn.tier_unknown"), most)]
        tier = reference.tiers()[place]
        points = self.index.points_of(tier.code)
        parts = [self._tier_course(person, tier.code)] if TIER_COURSE in points else []
        return [
            *parts,
            self._course(person, TECHNICAL, points[TECHNICAL], self.index.technical),
            self._course(person, SEMINAR, points[SEMINAR], self.index.seminars),
        ]

    def _tier_course(self, person: int, tier: str) -> Part:
        wanted = self.index.tier_component(tier)
        rule = self.rules.rule("ip_asn.tier_course")
        most = float(self.index.points_of(tier)[TIER_COURSE])
        functional = self.index.components[2]
        if wanted == functional:
            return self._course(person, functional, most, self.index.functional)
        assert wanted is not None
        course = next(
            t
            for t in reference.structural_trainings()
            if wanted.removeprefix(f"{TIER_COURSE}_") == t.code
        )
        has = int(self.index.has[person, self.index.components.index(wanted)])
        passed = int(self.index.facts.structural_passed[person])
        held = {t.order: t.code for t in reference.structural_trainings()}.get(passed)
        state = "yes" if has == YES else "unclear" if has == UNCLEAR else "no"
        words = text(f"figure.ip_asn.tier_course_{state}", course=course.name, points=most)
        value = None if has == UNCLEAR else most if has == YES else 0.0
        facts = {"wanted": course.code, "passed": held}
        return _part(TIER_COURSE, value, rule, words, most, 0.0, facts)

    def _course(self, person: int, name: str, most: float, rows: Tri) -> Part:
        """Word one kind of course: the newest that fulfils it, or what is missing to know."""
        own = self.index.history.rows(person)
        good = [r for r in own if rows[r] == YES]
        unclear = [r for r in own if rows[r] == UNCLEAR]
        years = {TECHNICAL: "technical_years", SEMINAR: "seminar_years"}.get(name)
        tier_course = years is None
        rule = self.rules.rule("ip_asn.tier_course" if tier_course else "ip_asn.competence")
        part = TIER_COURSE if tier_course else name
        code = f"figure.ip_asn.{part}" if not tier_course else "figure.ip_asn.functional"
        values: dict[str, Any] = {"points": most, "least": self.index.params["technical_min_jp"]}
        facts: dict[str, Any] = {}
        if years is not None:
            values["since"] = self.index.since(int(self.index.params[years]))
            facts["since"] = values["since"].isoformat()
        if not self.index.history.known:
            words = text("figure.ip_asn.no_history")
            return _part(part, None, rule, words, most, 0.0, facts)
        if good:
            newest = max(good, key=lambda r: (iso(self.index.history.day[r]) or "", r))
            values |= self._evidence(newest)
            facts |= {
                "title": values["title"],
                "completed_on": iso(self.index.history.day[newest]),
                "jp": values["jp"],
            }
            undated = "_undated" if values["day"] is None else ""
            return _part(part, most, rule, text(f"{code}_yes{undated}", **values), most, 0.0, facts)
        if unclear:
            values |= self._evidence(unclear[0])
            facts["unclear"] = [self.index.history.titles[r] for r in unclear]
            return _part(part, None, rule, text(f"{code}_unclear", **values), most, 0.0, facts)
        return _part(part, 0.0, rule, text(f"{code}_no", **values), most, 0.0, facts)

    def _evidence(self, row: int) -> dict[str, Any]:
        history, jp = self.index.history, float(self.index.jp[row])
        return {
            "title": history.titles[row],
            "day": as_date(history.day[row]),
            "jp": None if np.isnan(jp) else jp,
        }

    def _performance(self, person: int) -> Part:
        by_value = self.rules.rule("ip_asn.performance_value")
        by_rating = self.rules.rule("ip_asn.performance_rating")
        bands = by_value.params["bands"]
        most, least = float(bands[0][1]), float(bands[-1][1])
        year = self.ratings.latest(person)
        if year is None:
            words = text("figure.ip_asn.performance_unknown")
            return _part("performance", None, by_rating, words, most, least)
        facts = {"year": year.year, "value": year.value, "rating": year.rating}
        if year.value is not None:
            points = next((p for low, p in bands if year.value >= low), least)
            words = text(
                "figure.ip_asn.performance_value",
                year=str(year.year),
                value=year.value,
                points=points,
            )
            return _part("performance", points, by_value, words, most, least, facts)
        assert year.rating is not None
        points = by_rating.params[year.rating]
        words = text(
            "figure.ip_asn.performance_rating",
            year=str(year.year),
            rating=reference.label("rating", year.rating),
            points=points,
        )
        return _part("performance", points, by_rating, words, most, least, facts)

    def _discipline(self, person: int) -> Part:
        rule = self.rules.rule("ip_asn.discipline")
        points, years = rule.params, int(rule.params["years"])
        codes = reference.choices("severity")
        worst = min(float(points[code]) for code in codes)
        most = float(points["none"])
        if not self.snapshot.dataset.has("discipline"):
            words = text("figure.ip_asn.discipline_unknown")
            return _part("discipline", None, rule, words, most, worst, secret=True)
        first = plus_years(np.datetime64(self.index.day, "D"), -years, self.index.facts.leap_day)
        recent = [s for s in self._sanctions[person] if s.on >= first]
        facts = {"years": years, "sanctions": [[iso(s.on), s.severity] for s in recent]}
        if not recent:
            words = text("figure.ip_asn.discipline_none", years=years, points=most)
            return _part("discipline", most, rule, words, most, worst, facts, secret=True)
        known = [float(points[s.severity]) for s in recent if s.severity]
        if len(known) < len(recent):
            least_known = min(known, default=max(float(points[code]) for code in codes))
            words = text("figure.ip_asn.discipline_unclear")
            part = _part("discipline", None, rule, words, most, worst, facts, secret=True)
            return replace(part, high=least_known)
        severity = min((s.severity for s in recent if s.severity), key=lambda c: points[c])
        words = text(
            "figure.ip_asn.discipline",
            severity=reference.label("severity", severity),
            day=as_date(max(s.on for s in recent if s.severity == severity)),
            years=years,
            points=min(known),
        )
        return _part("discipline", min(known), rule, words, most, worst, facts, secret=True)

    @cached_property
    def _education(self) -> list[str | None]:
        column = self.snapshot.dataset.table("employees")["education_level"]
        levels: list[str | None] = column.to_pylist()
        return levels

    @cached_property
    def _sanctions(self) -> dict[int, list[_Sanction]]:
        table = self.snapshot.dataset.table("discipline")
        person = self.snapshot.people.index.lookup(table["employee_id"]).tolist()
        found: dict[int, list[_Sanction]] = defaultdict(list)
        rows = zip(person, days(table["starts_on"]), table["severity"].to_pylist(), strict=True)
        for row, day, severity in rows:
            found[row].append(_Sanction(day, severity))
        return found


def _part(
    name: str,
    value: float | None,
    rule: Any,
    words: Text,
    most: float,
    least: float = 0.0,
    facts: dict[str, Any] | None = None,
    *,
    secret: bool = False,
) -> Part:
    known = None if value is None else float(value)
    return Part(
        name,
        text(f"figure.ip_asn.part.{name}"),
        known,
        float(least) if known is None else known,
        float(most) if known is None else known,
        float(most),
        words,
        Ground.of(rule),
        facts or {},
        confidential=secret,
    )
