"""People in lists, candidates of an item, and what somebody looks for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.api.shapes.base import Basis, NextCursor, Outcome, Shape, Words


class Person(Shape):
    """A person as lists show them; never a NIP."""

    ref: str = Field(
        description="Stands for the person in URLs.", examples=["MZ4TQ2YKJ5A3N6XWPL7C"]
    )
    name: str | None
    job_code: str | None
    job_title: str | None
    unit_code: str | None
    unit_name: str | None
    tier: str | None
    grade: str | None
    employment: str | None


class Candidate(Person):
    """A person for whom the item is suited."""

    rank: int = Field(description="1-based, among the people the caller may see.")
    score: float
    eligibility: Outcome
    reasons: list[Words]


class Candidates(Basis):
    """People for an item."""

    items: list[Candidate]
    next_cursor: NextCursor


class People(Basis):
    """People found."""

    items: list[Person]
    next_cursor: NextCursor


class Search(BaseModel):
    """What to look for; empty fields do not restrict."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "siti", "tier": "pengawas"}]}
    )

    name: Annotated[str, Field(max_length=200, description="Words of the name.")] = ""
    nip: Annotated[str, Field(max_length=40, description="The whole NIP.")] = ""
    unit: Annotated[
        str, Field(max_length=100, description="Unit code; subordinate units count.")
    ] = ""
    tier: Annotated[str, Field(max_length=40, description="Tier of the post.")] = ""
    job: Annotated[str, Field(max_length=100, description="Code of the post.")] = ""
    gap: Annotated[
        str, Field(max_length=100, description="Competency below the standard of the post.")
    ] = ""
    gap_at_least: Annotated[float, Field(ge=0, le=10, description="By so many levels.")] = 0.0
    boxes: Annotated[
        list[Annotated[int, Field(ge=1, le=9)]], Field(max_length=9, description="Talent boxes.")
    ] = []
    jp_below: Annotated[
        float | None, Field(ge=0, le=10_000, description="Learning hours of the year below this.")
    ] = None
    assessment: Annotated[
        list[Literal["valid", "partly", "expired", "none"]],
        Field(max_length=4, description="State of the competency assessment."),
    ] = []
    k: Annotated[int, Field(ge=1, le=100, description="People per page.")] = 20
    cursor: Annotated[str | None, Field(max_length=100)] = None
