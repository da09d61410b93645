"""The whole city: brings the stages together, shard by shard, as Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from training_data.synthetic.answers import Answers
from training_data.synthetic.arrow import from_rows
from training_data.synthetic.catalogue import training_place
from training_data.synthetic.evidence import Evidence
from training_data.synthetic.fixed import AGENCY, affair_of, fixed_tables, sessions
from training_data.synthetic.lives import Lives
from training_data.synthetic.needs import budgets, priorities, role_pairs, staffing, vacancies
from training_data.synthetic.organisation import Organisation, leading_posts
from training_data.synthetic.people import Attributes, Frame, People, identifiers
from training_data.synthetic.pools import Catalogue
from training_data.synthetic.posts import posts
from training_data.synthetic.records import Records
from training_data.synthetic.truth import truth_of

Tables = dict[str, pa.Table]
PERSON_TABLES = (
    "employees", "competency_scores", "training_history", "nominations", "certifications",
    "credit_points", "job_history", "performance", "talent", "discipline", "feedback",
)  # fmt: skip
"""Tables with rows per person; the others have one file whatever the size."""


@dataclass
class Shard:
    """Tables of some people, with the planted truth beside them."""

    tables: Tables
    truth: Tables


@dataclass
class _Counts:
    """What is summed over all shards: who fills which post, and who moved where."""

    posts: dict[int, int] = field(default_factory=dict)
    moves: dict[int, int] = field(default_factory=dict)


def _add(into: dict[int, int], keys: Any) -> None:
    found, times = np.unique(keys, return_counts=True)
    for key, count in zip(found.tolist(), times.tolist(), strict=True):
        into[key] = into.get(key, 0) + count


class City:
    """A fictional Jakarta of a given size.

    Parameters:
        employees: how many people, at least 1.
        seed: the same seed gives the same city, whatever the shards.
        as_of: the day the files are drawn up.
    """

    def __init__(self, employees: int, seed: int, as_of: date) -> None:
        if employees < 1:
            raise ValueError(f"employees must be at least 1, not {employees}")
        self.frame = Frame(Organisation(employees), Attributes(), seed, as_of)
        self.catalogue = Catalogue()
        self._counts = _Counts()
        self._past: dict[int, tuple[str, Any, Any]] = {}
        self._coming: dict[int, str] = {}
        place = training_place()
        for row in sessions(seed, as_of):
            training = place[row["training_code"]]
            if row["ends_on"] < as_of:
                days = np.datetime64(row["starts_on"], "D"), np.datetime64(row["ends_on"], "D")
                self._past[training] = (row["session_code"], *days)
            elif row["starts_on"] > as_of:
                self._coming.setdefault(training, row["session_code"])

    def shards(self, size: int) -> Iterator[Shard]:
        """Yield the people's tables, ``size`` people at a time."""
        employees = self.frame.organisation.employees
        for start in range(0, employees, size):
            yield self._shard(np.arange(start, min(start + size, employees)))

    def _shard(self, numbers: Any) -> Shard:
        people = People(self.frame, numbers)
        records = Records(people)
        lives = Lives(people, self.catalogue)
        evidence = Evidence(lives, self._past)
        answers = Answers(evidence)
        _add(self._counts.posts, records.staffing_counts())
        _add(self._counts.moves, records.moved())
        tables = {
            "employees": records.employees(),
            "competency_scores": evidence.competency_scores(),
            "training_history": evidence.training_history(),
            "nominations": answers.nominations(self._coming),
            "certifications": answers.certifications(),
            "credit_points": records.credit_points(),
            "job_history": records.job_history(),
            "performance": records.performance(),
            "talent": records.talent(),
            "discipline": records.discipline(),
            "feedback": answers.feedback(),
        }
        return Shard(tables, truth_of(lives))

    def others(self) -> Tables:
        """Return the tables that are not people's; call after all shards were made."""
        frame = self.frame
        staffed = staffing(frame, self._counts.posts)
        return {
            **fixed_tables(frame.seed, frame.as_of, {u.code for u in frame.organisation.units}),
            "units": self._units(),
            "staffing": staffed,
            "vacancies": from_rows("vacancies", list(vacancies(frame, staffed))),
            "budgets": from_rows("budgets", list(budgets(frame))),
            "priorities": from_rows("priorities", list(priorities(frame))),
            "role_pairs": role_pairs(self._counts.moves),
        }

    def _units(self) -> pa.Table:
        frame = self.frame
        units, offsets = frame.organisation.units, frame.organisation.offsets
        heads = identifiers(frame, offsets[:-1])
        every = posts()
        rows = []
        for number, unit in enumerate(units):
            leading = leading_posts(unit)[:1] if unit.leaders[:1] != [-1] else []
            rows.append(
                {
                    "unit_code": unit.code,
                    "agency": AGENCY,
                    "name": unit.name,
                    "kind": unit.kind,
                    "parent_code": units[unit.parent].code if unit.parent >= 0 else None,
                    "head_job_code": every[leading[0]].code if leading else None,
                    "head_employee_id": heads[number] if unit.size and unit.leaders else None,
                    "affair": affair_of(unit.domain),
                    "location": unit.location,
                }
            )
        return from_rows("units", rows)


def joined(parts: list[Mapping[str, pa.Table]]) -> Tables:
    """Return the shards' tables put one after the other."""
    return {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}
