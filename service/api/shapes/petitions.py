"""Corrections of data and objections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.api.shapes.base import Shape


class AskPetition(BaseModel):
    """A correction of one's own data, or an objection."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "correction",
                    "topic": "education",
                    "words": "Ijazah S-2 saya tahun 2024 belum tercatat.",
                }
            ]
        },
    )

    kind: Literal["correction", "objection"]
    topic: Annotated[
        str,
        Field(
            max_length=40,
            description="correction: education, post, unit, history, assessment, other; "
            "objection: training, role, seat, assessment, other.",
        ),
    ]
    words: Annotated[str, Field(min_length=1, max_length=2000)]


class AnswerPetition(BaseModel):
    """The named answer to a correction or an objection."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["granted", "partly", "not_granted"]
    answer: Annotated[str, Field(min_length=1, max_length=2000)]
    answered_by: Annotated[
        str | None, Field(max_length=200, description="Who answers, where no account says so.")
    ] = None


class Petition(Shape):
    """One correction or objection."""

    id: int
    employee: str = Field(description="The person's `ref`.")
    kind: str
    topic: str
    words: str
    at: datetime
    due_on: date
    late: bool
    outcome: str | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class PetitionList(Shape):
    """Those that wait by the day they are due, then the others, newest first."""

    items: list[Petition]
