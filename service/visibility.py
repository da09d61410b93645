"""The visibility matrix: which role sees which data, and the rights that follow from it.

In: ``visibility.toml``, a reviewed data file. Out: per role the rights it holds, with and without
a stated purpose. This is the only reader of the file; whose rows a viewer sees is ``auth``'s.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cache
from importlib import resources
from typing import Any


class Right(Enum):
    """What an operation shows."""

    SEARCH = "search"
    TRAININGS = "trainings"
    ROLES = "roles"
    GAPS = "gaps"
    EXCLUDED_TRAININGS = "excluded_trainings"
    EXCLUDED_ROLES = "excluded_roles"
    TRAINING_CANDIDATES = "training_candidates"
    JOB_CANDIDATES = "job_candidates"
    FIGURES = "figures"
    PERFORMANCE = "performance"
    TALENT = "talent"
    PLAN = "plan"
    WHAT_IF = "what_if"
    VERDICT = "verdict"
    CONFIDENTIAL = "confidential"
    FAIRNESS = "fairness"
    GAP_MAP = "gap_map"
    GROUP_REASONS = "group_reasons"
    WORK = "work"
    ANSWER_TRAINING = "answer_training"
    ANSWER_ROLE = "answer_role"
    DECLINE_REASON = "decline_reason"
    ENDORSE = "endorse"
    DECIDE_TRAINING = "decide_training"
    DECIDE_ROLE = "decide_role"
    IMPORT = "import"
    RANK = "rank"
    ALLOCATE_SEATS = "allocate_seats"
    ALLOCATE_POSTS = "allocate_posts"
    ASK_PETITION = "ask_petition"
    PETITIONS = "petitions"
    NOMINATIONS = "nominations"
    NOMINATE = "nominate"
    VERIFY_SEATS = "verify_seats"
    AUDIT = "audit"
    AUDIT_INTEGRITY = "audit_integrity"
    SERVICE_LEFT = "service_left"


class Grade(IntEnum):
    """A cell of the matrix; of two offices in one hand the higher holds."""

    NO = 0
    SELF = 1
    AGGREGATE = 2
    PURPOSE = 3
    YES = 4


@dataclass(frozen=True)
class Need:
    """What a right asks for.

    Attributes:
        ways: each is a set of data that together suffice.
        own: data that suffice for one's own record.
        many: it shows several people, so that one's own record is not enough.
        groups: it shows groups of people only.
    """

    ways: tuple[frozenset[str], ...]
    own: frozenset[str] | None
    many: bool
    groups: bool


@dataclass(frozen=True)
class Matrix:
    """The matrix.

    Attributes:
        grades: role -> datum -> grade.
        needs: what each right asks for.
    """

    grades: Mapping[str, Mapping[str, Grade]]
    needs: Mapping[Right, Need]

    def rights(self, role: str, *, purpose: bool, own: bool) -> frozenset[Right]:
        """Return what a role may see.

        Parameters:
            role: an unknown one sees nothing.
            purpose: a purpose was stated.
            own: the rows are the viewer's own record.
        """
        grades = self.grades.get(role)
        if grades is None:
            return frozenset()
        return frozenset(
            right for right, need in self.needs.items() if _holds(grades, need, purpose, own)
        )


def _holds(grades: Mapping[str, Grade], need: Need, purpose: bool, own: bool) -> bool:
    accepted = {Grade.YES}
    if purpose:
        accepted.add(Grade.PURPOSE)
    if need.groups:
        accepted.add(Grade.AGGREGATE)
    if own and not need.many:
        accepted.add(Grade.SELF)
    ways = list(need.ways)
    if own and need.own is not None:
        ways.append(need.own)
    return any(all(grades[datum] in accepted for datum in way) for way in ways)


@cache
def matrix() -> Matrix:
    """Return the matrix of this version of the product; read once."""
    file = resources.files("service").joinpath("visibility.toml")
    return parse(tomllib.loads(file.read_text(encoding="utf-8")))


def parse(document: Mapping[str, Any]) -> Matrix:
    """Return a matrix from its document.

    Raises:
        KeyError: a cell, a right or a datum is missing.
        ValueError: something is in the document that the product does not know.
    """
    columns, data = document["roles"], document["data"]
    grades: dict[str, dict[str, Grade]] = {
        role: {datum: Grade[cells[role].upper()] for datum, cells in data.items()}
        for role in columns
    }
    for datum, cells in data.items():
        _refuse_unknown(datum, set(cells) - {"name", "limits"} - set(columns))
    for role, joined in document.get("joined", {}).items():
        grades[role] = _joined([grades[one] for one in joined["roles"]], joined["without"])
    needs = {right: _need(document["rights"][right.value], data) for right in Right}
    _refuse_unknown("rights", set(document["rights"]) - {right.value for right in Right})
    return Matrix(grades, needs)


def _joined(offices: Sequence[Mapping[str, Grade]], without: Sequence[str]) -> dict[str, Grade]:
    """Return what one hand sees that does the work of several offices."""
    found = {datum: max(office[datum] for office in offices) for datum in offices[0]}
    _refuse_unknown("without", set(without) - set(found))
    return {**found, **dict.fromkeys(without, Grade.NO)}


def _need(entry: Mapping[str, Any], data: Mapping[str, Any]) -> Need:
    ways = tuple(frozenset(way) for way in entry["needs"])
    own = frozenset(entry["own"]) if "own" in entry else None
    _refuse_unknown("needs", frozenset().union(*ways, own or ()) - set(data))
    return Need(ways, own, entry.get("many", False), entry.get("groups", False))


def _refuse_unknown(where: str, names: set[str] | frozenset[str]) -> None:
    if names:
        raise ValueError(f"{where}: unknown {', '.join(sorted(names))}")
