"""Whether the service lives and is ready, and what an answer is that was not asked for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from service.api.shapes.base import Shape, Words


class Integrity(Shape):
    """Whether the audit trail is whole."""

    rows: int
    whole: bool
    broken: int | None = Field(description="First row that is not what it was.")
    last: str = Field(description="Hash of the last row; keep it elsewhere.")


class Fault(Shape):
    """One refused part of a request, without its value."""

    where: str = Field(examples=["query.k"])
    code: str = Field(examples=["at_most"])
    text: Words


class Problem(Shape):
    """Problem details (RFC 9457)."""

    type: str = Field(examples=["urn:selaras:problem:not-found"])
    title: str = Field(examples=["Tidak ditemukan"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str
    text: Words
    errors: list[Fault]


class Alive(Shape):
    """The process answers."""

    status: Literal["ok"]
    at: datetime = Field(description="UTC.")


class Ready(Shape):
    """Suggestions can be read."""

    ready: Literal[True]
    generation: int
    as_of: date
    at: datetime = Field(description="UTC.")
