"""Names that wait for a person, what people decided about them, and how far the queue is.

In: what is asked. Out: names with the entries of the lists that may be meant. A decision holds from
the next ranking on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from service.auditing import Actor

NameState = Literal["waiting", "confirmed", "rejected"]
NAME_STATES: tuple[NameState, ...] = ("waiting", "confirmed", "rejected")
NameAct = Literal["confirm", "reject", "undo"]


@dataclass(frozen=True)
class Proposed:
    """An entry that may be meant.

    Attributes:
        probability: that it is meant, 0 … 1.
        differs: how the name differs from it, ``{"id", "en"}``; null where it does not.
    """

    code: str
    title: str
    probability: float
    differs: Mapping[str, str] | None = None


@dataclass(frozen=True)
class NameMatch:
    """One name.

    Attributes:
        key: what all its spellings share.
        people: whom it concerns; null where nobody's rows hold the name any more.
        code, title: what it stands for, where that was decided.
        decided_by, at: by whom and when; null while it waits.
    """

    kind: str
    key: str
    name: str
    state: NameState
    rows: int | None
    people: int | None
    proposed: tuple[Proposed, ...]
    code: str | None = None
    title: str | None = None
    decided_by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Ruling:
    """What a person says about a name.

    Attributes:
        code: what it stands for, where it is confirmed.
    """

    kind: str
    key: str
    act: NameAct
    code: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far the queue is: names by state, and the people behind those that wait, once a name."""

    waiting: int
    confirmed: int
    rejected: int
    people: int

    @property
    def percent(self) -> int:
        """Share of names that were decided, of all that ever waited."""
        done = self.confirmed + self.rejected
        return 100 * done // (done + self.waiting) if done + self.waiting else 100


class UnknownName(Exception):
    """No such name, or no such entry in its list; ``args[0]`` is the place of the ruling."""


class NameQueue(Protocol):
    """Where names wait."""

    def progress(self, kind: str | None = None) -> Progress:
        """Return how far the queue is."""
        ...

    def names(
        self, state: NameState, kind: str | None, words: str, first: int, limit: int
    ) -> Sequence[NameMatch]:
        """Return names of a state, those that concern most people first.

        Parameters:
            kind: of the names; null for every kind.
            words: part of the name, in any spelling; empty for all.
            first: names to pass over.
        """
        ...

    def rule(self, rulings: Sequence[Ruling], actor: Actor) -> Mapping[str, int]:
        """Decide several names, all or none; return how many by act.

        Raises:
            UnknownName: a name or a code is not known.
        """
        ...


def as_json(one: Proposed) -> dict[str, Any]:
    """Return plain data."""
    return {
        "code": one.code,
        "title": one.title,
        "probability": one.probability,
        "differs": None if one.differs is None else dict(one.differs),
    }
