"""What documents say of trainings and money: titles, providers, sessions and the budgets behind.

In: an engine. Out: ``Catalogue``. Budgets count once per unit and sub-activity: where a line has
passed several stages (RKA, DPA, DPPA), the last one stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recommender.engine import Engine
from recommender.plan.offers import Session
from recommender.reports.offices import Offices
from recommender.reports.tables import joined
from training_data import reference
from training_data.messages import Text, text


@dataclass(frozen=True)
class Course:
    """One training of the catalogue; ``None`` where it is not recorded."""

    title: str
    provider: str | None
    path: str | None
    jp: float | None
    cost: int | None


@dataclass(frozen=True)
class Budget:
    """One budget line."""

    unit: str | None
    amount: int
    source: Text
    stage: str | None


@dataclass(frozen=True)
class Catalogue:
    """Trainings, sessions, competencies and budgets.

    Attributes:
        seats: session code → seats, where recorded.
        budgets: those of the year; ``has_budgets`` whether the agency gave any at all.
    """

    courses: Mapping[str, Course]
    sessions: Mapping[str, Session]
    seats: Mapping[str, int]
    competencies: Mapping[str, tuple[str, str]]
    budgets: tuple[Budget, ...]
    has_budgets: bool

    @classmethod
    def of(cls, engine: Engine, year: int) -> Catalogue:
        """Read what documents of a year need."""
        snapshot, offers = engine.snapshot, engine.planner.offers
        table = snapshot.dataset.table("trainings").select(["provider", "path"]).to_pylist()
        codes, titles = snapshot.trainings.index.codes, snapshot.trainings.titles
        courses = {
            code: Course(
                titles[t],
                table[t]["provider"],
                table[t]["path"],
                int(offers.hours[t]) / 1000 if offers.hours_known[t] else None,
                int(offers.cost[t]) if offers.cost_known[t] else None,
            )
            for t, code in enumerate(codes)
        }
        seats = snapshot.dataset.table("sessions").select(["session_code", "seats"]).to_pylist()
        named = zip(snapshot.competency_names, snapshot.competency_groups, strict=True)
        return cls(
            courses,
            {code: session for code, (_, session) in offers.of_code.items()},
            {r["session_code"]: r["seats"] for r in seats if r["seats"] is not None},
            dict(zip(snapshot.competencies.codes, named, strict=True)),
            _budgets(snapshot.dataset.table("budgets").to_pylist(), year),
            snapshot.dataset.has("budgets"),
        )

    def competency(self, code: str) -> Text:
        """Return the name of a competency, or what courses without one are for."""
        if code not in self.competencies:
            return text("report.no_need")
        name = self.competencies[code][0]
        return Text(name, name)

    def group(self, code: str) -> Text | None:
        """Return the kind of a competency."""
        if code not in self.competencies:
            return None
        return reference.label("group", self.competencies[code][1])

    def sources(self, offices: Offices, groups: set[str | None]) -> Text:
        """Return the sources of funds of some units, or that none is recorded."""
        found = [b.source for b in self.budgets if groups & set(offices.above(b.unit))]
        if not found:
            found = [
                b.source for b in self.budgets if any(b.unit in offices.above(g) for g in groups)
            ]
        if not found:
            return text("report.unknown.budget")
        ordered: list[Text] = sorted(set(found), key=lambda source: source.id)
        return joined(ordered)

    def ceiling(self, offices: Offices, scope: str | None, group: str | None) -> int | None:
        """Return the rupiah of a group's budget lines; ``None`` where none is recorded."""
        own = [b.amount for b in self.budgets if offices.group_of(b.unit, scope) == group]
        return sum(own) if own else None


def _budgets(rows: list[dict[str, Any]], year: int) -> tuple[Budget, ...]:
    stages = reference.choices("budget_stage")
    last: dict[tuple[str | None, str | None], int] = {}
    for row in (r for r in rows if r["year"] == year):
        line, stage = (row["unit_code"], row["sub_activity"]), _stage(stages, row["stage"])
        last[line] = max(last.get(line, -1), stage)
    return tuple(
        Budget(r["unit_code"], round(r["amount"]), _source(r), r["stage"])
        for r in rows
        if r["year"] == year
        and _stage(stages, r["stage"]) == last[(r["unit_code"], r["sub_activity"])]
    )


def _stage(stages: tuple[str, ...], stage: str | None) -> int:
    return stages.index(stage) if stage in stages else -1


def _source(row: dict[str, Any]) -> Text:
    named = row["sub_activity"] or row["activity"] or row["program"]
    parts = [row["source"], named, row["stage"]]
    shown = " · ".join(p for p in parts if p) or row["budget_code"]
    return Text(shown, shown)
