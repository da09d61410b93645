"""What people answer and offices decide, and what a decision rests on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.api.shapes.base import Kind, Shape
from service.api.shapes.suggestions import Item


class Feedback(BaseModel):
    """A person's answer to a suggestion."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "employee": "A-1",
                    "kind": "training",
                    "item_code": "P-01",
                    "action": "declined",
                    "reason_code": "jadwal",
                }
            ]
        },
    )

    employee: Annotated[str, Field(max_length=100, description="The person's `ref`.")]
    kind: Kind
    item_code: Annotated[str, Field(max_length=100)]
    action: Literal["accepted", "postponed", "declined"]
    reason_code: Annotated[
        Literal["beban_kerja", "sudah_dikuasai", "jadwal", "tidak_sesuai_tugas", "lainnya"] | None,
        Field(description="Needed to decline."),
    ] = None
    comment: Annotated[str | None, Field(max_length=1000, description="For the person alone.")] = (
        None
    )


class Recorded(Shape):
    """An answer that was stored."""

    number: int
    kind: Kind
    item_code: str
    action: str
    at: datetime


class Decide(BaseModel):
    """What a named person decides about a suggestion, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "employee": "A-1",
                    "kind": "training",
                    "item_code": "P-01",
                    "act": "endorsed",
                    "reason": "Diperlukan untuk penugasan simpang susun.",
                    "decided_by": "Rina Contoh",
                }
            ]
        },
    )

    employee: Annotated[str, Field(max_length=100, description="The person's `ref`.")]
    kind: Kind
    item_code: Annotated[str, Field(max_length=100)]
    act: Annotated[
        Literal["endorsed", "returned", "approved", "rejected"],
        Field(description="A superior supports or gives back; an office approves or does not."),
    ]
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    decided_by: Annotated[
        str | None,
        Field(
            max_length=200,
            description="The person who decides; needed with a token or link. With an account "
            "it is the account's holder, whatever stands here.",
        ),
    ] = None


class Decided(Shape):
    """A decision that was stored."""

    id: int
    employee: str = Field(description="The person's `ref`.")
    kind: Kind
    item_code: str
    act: str
    reason: str
    decided_by: str
    role: str
    generation: int
    capsule: str = Field(description="SHA-256 of what the decision was taken on.")
    at: datetime


class Capsule(Shape):
    """What a decision was taken on, as it was then."""

    as_of: date
    generation: int
    model: str
    rules: str
    not_checked: list[str]
    data: str
    employee: str = Field(description="The person's `ref`.")
    item: Item
    act: str
    reason: str
    decided_by: str
    role: str
    at: datetime


class DecisionList(Shape):
    """Decisions about a person, newest first."""

    items: list[Decided]
