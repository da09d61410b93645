"""The audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from service.api.shapes.base import Shape


class AuditEvent(Shape):
    """One row of the audit trail."""

    number: int
    at: datetime
    actor: str = Field(examples=["account:7"])
    role: str
    action: str
    subject: str = Field(examples=["employee:A-1"])
    details: dict[str, Any]
    previous: str
    hash: str


class AuditTrail(Shape):
    """Rows of the audit trail, newest first."""

    items: list[AuditEvent]
    next_before: int | None = Field(description="`before` of the next page; null at the end.")
