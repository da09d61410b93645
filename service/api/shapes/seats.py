"""Jobs, seats given out, and the steps of nominations and rounds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.api.shapes.base import Basis, NextCursor, Shape, Words


class Job(Shape):
    """Long work that was asked for."""

    id: int
    kind: Literal["import", "ranking", "allocation"]
    state: Literal["queued", "running", "done", "failed"]
    stage: str | None
    done: int | None
    total: int | None
    result: dict[str, Any] | None = Field(description="Of one that is done.")
    problem: str | None = Field(description="Code of what went wrong.")
    created_at: datetime
    ended_at: datetime | None


class GivenSeat(Shape):
    """One seat of an allocation."""

    employee: str | None = Field(description="The person's `ref`; null where they left since.")
    name: str | None
    code: str = Field(description="Of the session or the vacancy.")
    item_code: str
    score: float
    cost: int = Field(description="Rupiah.")
    rank: int = Field(description="Among those whom a vacancy suits; 1 for a session.")
    chosen: bool = Field(description="Proposed; for a vacancy others are named beside.")


class Seats(Basis):
    """Who would get which seat."""

    items: list[GivenSeat]
    next_cursor: NextCursor


class Certificate(BaseModel):
    """Number and date of one person's certificate."""

    model_config = ConfigDict(extra="forbid")

    employee: Annotated[str, Field(max_length=100, description="The person's `ref`.")]
    number: Annotated[str, Field(min_length=1, max_length=200)]
    completed_on: Annotated[
        date | None, Field(description="The last day of the session by default.")
    ] = None


class TakeSteps(BaseModel):
    """One step of the chain for some people of a session."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "session": "S-0001",
                    "act": "nominate",
                    "employees": ["A-1"],
                    "decided_by": "Rina Contoh",
                }
            ]
        },
    )

    session: Annotated[str, Field(max_length=200)]
    act: Annotated[
        Literal[
            "nominate", "veto", "withdraw", "verify", "reserve", "refuse", "call", "attend",
            "miss", "complete", "decline", "undo",
        ],
        Field(
            description="nominate, veto, withdraw: the department; decline: the person, until the "
            "call-up; the rest: the academy; undo: whoever took the last step."
        ),
    ]  # fmt: skip
    employees: Annotated[
        list[Annotated[str, Field(max_length=100)]],
        Field(min_length=1, max_length=500, description="Their `ref`."),
    ]
    reason: Annotated[str, Field(max_length=1000)] = ""
    decided_by: Annotated[
        str | None,
        Field(max_length=200, description="Who decides, where no account says so."),
    ] = None
    letter_no: Annotated[
        str | None, Field(max_length=200, description="Of the call-up, or of a withdrawal.")
    ] = None
    replacement: Annotated[
        str | None,
        Field(max_length=100, description="`ref` of who stands in after the call-up."),
    ] = None
    certificates: Annotated[list[Certificate], Field(max_length=500)] = []


class NominationStep(Shape):
    """One step that was taken."""

    id: int
    employee: str = Field(description="The person's `ref`.")
    act: str
    before: str | None
    after: str | None
    decided_by: str
    at: datetime


class StepRefused(Shape):
    """A step that could not be taken, and why."""

    employee: str
    code: str
    text: Words


class StepsTaken(Shape):
    """What became of a step."""

    taken: list[NominationStep]
    refused: list[StepRefused]


class SessionFacts(Shape):
    """One session."""

    session: str
    training_code: str
    title: str
    starts_on: date | None
    ends_on: date | None
    closes_on: date | None
    seats: int | None


class SessionRow(SessionFacts):
    """One session with how many of the visible people stand how."""

    counts: dict[str, int]
    proposed: int = Field(description="Given a seat by the proposal in force, not nominated yet.")


class SessionList(Basis):
    """Sessions by their first day."""

    items: list[SessionRow]
    next_cursor: NextCursor


class Nominee(Shape):
    """How one person stands for a session."""

    employee: str = Field(description="The person's `ref`.")
    name: str | None
    unit: str | None
    status: str | None = Field(description="Null for whom the proposal gives a seat only.")
    proposed: bool = Field(description="The proposal in force gives them a seat.")
    proposed_by: str | None
    decided_by: str | None
    letter_no: str | None
    reason: str | None


class NominationList(SessionFacts):
    """How the visible people stand for a session."""

    items: list[Nominee]


class OwnNomination(Nominee, SessionFacts):
    """How a person stands for one of their sessions."""


class OwnNominations(Shape):
    """How a person stands for sessions."""

    items: list[OwnNomination]


class PutForward(BaseModel):
    """An allocation to put forward as the proposal that departments answer."""

    model_config = ConfigDict(extra="forbid")

    allocation: Annotated[
        Annotated[int, Field(ge=1, le=2**53)] | None,
        Field(description="Number of the allocation; null ends the proposal in force."),
    ]
    reason: Annotated[str, Field(max_length=1000)] = ""
    decided_by: Annotated[
        str | None, Field(max_length=200, description="Who decides, where no account says so.")
    ] = None


class SeatRound(Shape):
    """The proposal in force."""

    allocation: int
    decided_by: str
    reason: str
    at: datetime


class RoundInForce(Shape):
    """The proposal in force, if there is one."""

    round: SeatRound | None
