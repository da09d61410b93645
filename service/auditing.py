"""Who acts, as the audit trail names them; in: a viewer or the command line, out: an ``Actor``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from getpass import getuser
from typing import Any, Protocol


@dataclass(frozen=True)
class Actor:
    """Who acted.

    Attributes:
        name: ``account:7``, ``token``, ``link``, ``cli:user`` or ``worker``; never a person's name.
        role: of the visibility matrix; empty for the command line and the worker.
    """

    name: str
    role: str = ""


SYSTEM = Actor("system")
"""The product itself, where nobody in particular asked for it."""


def of_command_line() -> Actor:
    """Return the account of the machine that runs a command."""
    return Actor(f"cli:{getuser()}")


@dataclass(frozen=True)
class Event:
    """One row of the trail.

    Attributes:
        subject: what it was done to: ``employee:REF``, ``account:7``, ``generation:12`` ….
        details: further facts, without names, numbers of people or their words.
    """

    number: int
    agency: str
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    details: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """Whether the chain holds.

    Attributes:
        rows: how many were looked at.
        broken: number of the first row that is not what it was, or whose neighbour is missing;
            None where there is none.
        last: hash of the last row. Kept elsewhere, it later shows a trail that was cut off or
            written anew.
        held: whether the hash that was asked for is still one of the trail.
    """

    rows: int
    broken: int | None
    last: str
    held: bool = True

    @property
    def whole(self) -> bool:
        """Whether every row is what it was."""
        return self.broken is None and self.held


class Trail(Protocol):
    """Where the audit trail is kept."""

    def events(
        self,
        before: int | None = None,
        limit: int = 50,
        *,
        subject: str | None = None,
        action: str | None = None,
        actor: str | None = None,
    ) -> Sequence[Event]:
        """Return rows, newest first."""
        ...

    def verify(self, kept: str | None = None) -> Verdict:
        """Compare every hash of the trail."""
        ...

    def note(self, actor: Actor, action: str, subject: str, details: Mapping[str, Any]) -> None:
        """Append a row for something that was read, not changed."""
        ...
