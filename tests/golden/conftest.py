"""A small city office for boundary cases: one person, posts of every tier, a few trainings."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.eligibility import OUTCOMES, Eligibility
from recommender.results import Check
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

AS_OF = date(2026, 6, 1)

Table = dict[str, list[Any]]


def columns(rows: list[dict[str, Any]]) -> Table:
    names = sorted({name for row in rows for name in row})
    return {name: [row.get(name) for row in rows] for name in names}


class Case:
    """One person against the office's posts and trainings."""

    def __init__(self, tables: dict[str, Table], as_of: date, overlay: Path | None) -> None:
        self.snapshot = Snapshot.of(Dataset.of(tables), as_of)
        self.eligibility = Eligibility(self.snapshot, load_rules(as_of, overlay))

    def row(self, person: str = "ani") -> int:
        return self.snapshot.people.index.rows[person]

    def outcome(self, kind: str, item: str, person: str = "ani") -> str:
        items = self.snapshot.trainings if kind == "training" else self.snapshot.jobs
        gates = self.eligibility.gates(kind)
        found = gates.outcomes(np.array([self.row(person)]))[0]
        return OUTCOMES[found[items.index.rows[item]]]

    def check(self, rule: str, item: str, person: str = "ani") -> Check | None:
        kind = rule.partition(".")[0]
        items = self.snapshot.trainings if kind == "training" else self.snapshot.jobs
        checks = self.eligibility.checks(kind, self.row(person), items.index.rows[item])
        return next((c for c in checks if c.rule == rule), None)

    def says(self, rule: str, item: str, person: str = "ani") -> str | None:
        check = self.check(rule, item, person)
        return check.outcome if check else None


@pytest.fixture
def case(tmp_path: Path) -> Callable[..., Case]:
    """Build a case: facts of Ani, more rows per table, and changed params of rules."""

    def build(
        ani: dict[str, Any] | None = None,
        as_of: date = AS_OF,
        rules: dict[str, dict[str, Any]] | None = None,
        jobs: list[dict[str, Any]] | None = None,
        trainings: list[dict[str, Any]] | None = None,
        others: list[dict[str, Any]] | None = None,
        **rows: list[dict[str, Any]],
    ) -> Case:
        posts = [
            {"job_code": t.code, "title": t.name.id, "tier": t.code} for t in reference.tiers()
        ]
        tables = {
            "employees": columns([{"employee_id": "ani", **(ani or {})}, *(others or [])]),
            "jobs": columns(posts + (jobs or [])),
            "trainings": columns([{"training_code": "DASAR", "title": "Dasar", "hours": 20.0}]
                                 + (trainings or [])),
            **{name: columns(given) for name, given in rows.items() if given},
        }  # fmt: skip
        overlay = None
        if rules:
            overlay = tmp_path
            content = [{"id": rule, "params": params} for rule, params in rules.items()]
            (tmp_path / "agency.json").write_text(
                json.dumps({"overlay": "agency", "rules": content})
            )
        return Case(tables, as_of, overlay)

    return build
