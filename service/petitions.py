"""Corrections of data and objections: what a person asks for, and the named answer they get.

In: a person's words about their own record or a suggestion. Out: a ``Petition`` with the day by
which it is to be answered, and later who answered what. Offices see what lies in their rows; what
is about a post only those who read posts of people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from service.auditing import Actor

PetitionKind = Literal["correction", "objection"]

TOPICS: Mapping[str, tuple[str, ...]] = {
    "correction": ("education", "post", "unit", "history", "assessment", "other"),
    "objection": ("training", "role", "seat", "assessment", "other"),
}
"""What it can be about."""

ABOUT_POSTS = ("role",)
"""Topics for those alone who read which posts suit a person."""

OUTCOMES = ("granted", "partly", "not_granted")


@dataclass(frozen=True)
class Petition:
    """One correction or objection.

    Attributes:
        words: the person's own; in no record but this one.
        due_on: the day by which it is to be answered.
        outcome: one of ``OUTCOMES``; None while it waits.
    """

    number: int
    employee_id: str
    kind: PetitionKind
    topic: str
    words: str
    at: datetime
    due_on: date
    outcome: str | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None

    def late(self, today: date) -> bool:
        """Whether it waits for longer than it should."""
        return self.outcome is None and today > self.due_on


class Petitions(Protocol):
    """Where corrections and objections are kept."""

    petition_days: int

    def petition(
        self,
        employee_id: str,
        kind: PetitionKind,
        topic: str,
        words: str,
        *,
        due_on: date,
        actor: Actor,
        ref: str,
        at: datetime,
    ) -> Petition:
        """Store one and return it; an equal one that still waits is returned instead."""
        ...

    def petitions(
        self, employee: str | None = None, *, open_only: bool = False
    ) -> Sequence[Petition]:
        """Return them: those that wait by the day they are due, then the others, newest first."""
        ...

    def answer_petition(
        self,
        number: int,
        outcome: str,
        answer: str,
        *,
        answered_by: str,
        actor: Actor,
        ref: str,
        at: datetime,
    ) -> Petition | None:
        """Answer one that waits; None where there is none or somebody was quicker."""
        ...
