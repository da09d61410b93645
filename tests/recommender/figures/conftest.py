"""A small office for figures: Ani and whoever a test adds, and rules as an agency changes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from recommender.eligibility.facade import evidence
from recommender.eligibility.facts import Facts
from recommender.figures.history import History
from recommender.figures.ip_asn import IpAsn
from recommender.figures.ip_asn_figure import IpAsnFigures
from recommender.figures.learning_hours import LearningHours
from recommender.figures.performance import Ratings
from recommender.profile import Profile
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

AS_OF = date(2026, 6, 1)


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = sorted({name for row in rows for name in row})
    return {name: [row.get(name) for row in rows] for name in names}


class Office:
    """Ani's figures, and what they are worked out from."""

    def __init__(self, tables: dict[str, Any], as_of: date, overlay: Path | None) -> None:
        self.snapshot = Snapshot.of(Dataset.of(tables), as_of)
        self.rules = load_rules(as_of, overlay)
        profile = Profile.of(self.snapshot, evidence(self.rules))
        self.facts = Facts(self.snapshot, self.rules, profile)
        self.history = History.of(self.snapshot)
        self.index = IpAsn(self.facts, self.rules, self.history)

    def row(self, person: str = "ani") -> int:
        return self.snapshot.people.index.rows[person]

    def ip_asn(self, person: str = "ani"):
        ratings = Ratings(self.snapshot, self.rules)
        return IpAsnFigures(self.index, ratings).of(self.row(person))

    def part(self, name: str, person: str = "ani"):
        return next(p for p in self.ip_asn(person).parts if p.name == name)

    def jp(self, person: str = "ani"):
        return LearningHours(self.snapshot, self.rules, self.history).of(self.row(person))

    def training(self, code: str) -> int:
        return self.snapshot.trainings.index.rows[code]


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., Office]:
    """Build an office: facts of Ani, rows per table, changed params of rules."""

    def build(
        ani: dict[str, Any] | None = None,
        as_of: date = AS_OF,
        rules: dict[str, dict[str, Any]] | None = None,
        others: list[dict[str, Any]] | None = None,
        **rows: list[dict[str, Any]],
    ) -> Office:
        plain = {"employee_id": "ani", "employment": "PNS", "tier": "pengawas"}
        tables = {"employees": columns([{**plain, **(ani or {})}, *(others or [])])}
        tables |= {
            name: columns(
                [row if name in CATALOGUES else {"employee_id": "ani", **row} for row in given]
            )
            for name, given in rows.items()
            if given
        }
        overlay = None
        if rules:
            overlay = tmp_path
            content = [{"id": rule, "params": params} for rule, params in rules.items()]
            (tmp_path / "agency.json").write_text(
                json.dumps({"overlay": "agency", "rules": content})
            )
        return Office(tables, as_of, overlay)

    return build


CATALOGUES = ("trainings", "sessions", "jobs", "job_requirements", "training_outcomes")
