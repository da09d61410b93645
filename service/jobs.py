"""Long work that somebody asked for over HTTP: imports, rankings, allocations, documents.

In: what was asked. Out: ``Job``: its state and progress, then its result or its problem.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from service.auditing import Actor
    from service.usecases.correcting import Corrections

JobKind = Literal["import", "ranking", "allocation", "report"]
JobState = Literal["queued", "running", "done", "failed"]


@dataclass(frozen=True)
class Job:
    """One piece of work.

    Attributes:
        asked: what it needs to know; never a person's name or number.
        stage, done, total: how far it is.
        result: of one that is done: counts and figures, no rows of people.
        problem: of one that failed: code of the catalogue, or the kind of the error.
    """

    number: int
    kind: JobKind
    state: JobState
    asked: Mapping[str, Any]
    stage: str | None
    done: int | None
    total: int | None
    result: Mapping[str, Any] | None
    problem: str | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def supposes(self) -> bool:
        """Whether it holds what is only supposed: it can be compared, no more."""
        constraints = self.asked.get("constraints", {})
        return bool(constraints.get("open") or constraints.get("posts"))


class Jobs(Protocol):
    """Where jobs are queued, and what they leave."""

    def queue(self, kind: JobKind, asked: Mapping[str, Any], actor: Actor) -> Job:
        """Queue a job; it begins as soon as those before it are over."""
        ...

    def find(self, kind: JobKind, number: int) -> Job | None:
        """Return a job of a kind, or None."""
        ...

    def latest(self, kind: JobKind, by: Actor | None = None) -> tuple[Job, ...]:
        """Return the latest jobs of a kind, newest first; perhaps of one who asked."""
        ...

    async def keep(self, files: AsyncIterator[tuple[str, AsyncIterator[bytes]]]) -> str:
        """Keep uploaded files, by name and content; return what the upload is called."""
        ...

    def has_upload(self, name: str) -> bool:
        """Whether an upload is still there."""
        ...

    def proposal(self, number: int) -> Mapping[str, Sequence[str]] | None:
        """Return the people an allocation of sessions gives each of them; None where it is none."""
        ...

    def corrections(self, number: int) -> Corrections:
        """Return the refused rows of an import, none where it left none or they are gone."""
        ...

    def seats(self, number: int) -> Iterator[Mapping[str, str]]:
        """Yield the seats that an allocation gave."""
        ...

    def lost(self, number: int) -> Iterator[Mapping[str, str]]:
        """Yield the best seats that each person did not get, best first, with the reason."""
        ...

    def passed_over(self, number: int) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return session → people who would gain by it and got no seat in it, each with why."""
        ...

    def workbook(self, number: int) -> Path | None:
        """Return the workbook of an allocation of sessions; None where there is none."""
        ...

    def document(self, number: int) -> Path | None:
        """Return the folder in which a document lies; None where it was removed."""
        ...
