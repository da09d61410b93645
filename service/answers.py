"""What people answered to suggestions, kept at hand: reads leave out what has its answer.

In: acts as they were stored, in their order. Out: per person the answers that stand. What was
published never changes; the answers lie over it like a sheet, and every list says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from types import MappingProxyType

from recommender.results import Kind

ACTIONS = ("accepted", "postponed", "declined", "completed")
"""Answers after which an item is not suggested again for a while."""

REASONS = ("beban_kerja", "sudah_dikuasai", "jadwal", "tidak_sesuai_tugas", "lainnya")
"""Categories of a reason for postponing or declining."""


@dataclass(frozen=True)
class Act:
    """One answer.

    Attributes:
        number: grows with every act.
        action: one of ``ACTIONS``.
        reason_code: one of ``REASONS``; None where no reason was given.
        comment: for the person's own eyes.
    """

    number: int
    employee_id: str
    kind: Kind
    item_code: str
    action: str
    reason_code: str | None
    comment: str | None
    at: datetime


@dataclass(frozen=True)
class Standing:
    """For how many days each answer stands; values come from the rule packs."""

    days: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType(dict.fromkeys(ACTIONS, 365))
    )

    def holds(self, act: Act, today: date) -> bool:
        """Whether an answer still stands on a day."""
        return (today - act.at.date()).days < self.days[act.action]


class Given:
    """The latest answer to every item, by person, and all of them in their order.

    Safe to use from any thread.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[tuple[str, Kind], dict[str, Act]] = {}
        self._all: list[Act] = []
        self.last = 0

    def add(self, acts: Iterable[Act]) -> bool:
        """Take acts in, in the order of their numbers; return whether there were new ones."""
        new = False
        with self._lock:
            for act in acts:
                if act.number <= self.last:
                    continue
                own = dict(self._held.get((act.employee_id, act.kind), {}))
                own[act.item_code] = act
                self._held[act.employee_id, act.kind] = own
                self._all.append(act)
                self.last, new = act.number, True
        return new

    def all(self) -> Sequence[Act]:
        """Return every act so far, in the order of their numbers."""
        with self._lock:
            return tuple(self._all)

    def of(self, employee_id: str, kind: Kind) -> Mapping[str, Act]:
        """Return a person's latest answers by item code."""
        return self._held.get((employee_id, kind), {})

    def latest(self, kind: Kind) -> list[Act]:
        """Return everybody's latest answer to every item of one kind."""
        with self._lock:
            held = list(self._held.items())
        return [act for (_, about), acts in held if about == kind for act in acts.values()]

    def accepted(self, kind: Kind) -> list[tuple[str, Act]]:
        """Return the latest answers by which people are willing, with whose they are."""
        return [(act.employee_id, act) for act in self.latest(kind) if act.action == "accepted"]
