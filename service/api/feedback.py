"""Answers of people to what is suggested to them: accepted, postponed or declined with a reason.

In: the answer, by the person alone. Out: what was stored; lists leave the item out from then on.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import Response

from recommender.results import Kind
from service.answers import Act
from service.api import shapes
from service.api.access import ReadingIn, runtime_of
from service.api.answers import respond
from service.api.nominations import decline_seats, held_seats
from service.api.openapi import problems
from service.directory import Card
from service.nominating import BOUND
from service.problems import Fault, Problem
from service.reading import Reading
from service.runtime import Runtime
from training_data.messages import text

router = APIRouter(prefix="/api/v1", tags=["feedback"])

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=100,
        description="The same answer sent again under the same key is stored once.",
    ),
]

DECLINED = "declined"


def give(
    runtime: Runtime,
    reading: Reading,
    card: Card,
    kind: Kind,
    item_code: str,
    action: str,
    reason_code: str | None,
    comment: str | None,
    key: str | None = None,
) -> Act:
    """Store an answer of the viewer to a suggestion of their own.

    Raises:
        Problem: ``not_found`` where it was not suggested to the viewer, ``invalid`` where somebody
            declines without a reason, or what they are called up to already.
    """
    reading.require_answerable(card, kind, item_code)
    if action == DECLINED and reason_code is None:
        words = text("api.fault.reason_needed")
        raise Problem("invalid", (Fault("body.reason_code", "reason_needed", words),))
    seats = held_seats(runtime, reading, card, item_code) if kind == "training" else ()
    if action == DECLINED and any(one.status in BOUND for one in seats):
        words = text("api.fault.called_up")
        raise Problem("invalid", (Fault("body.action", "called_up", words),))
    own = None
    if key is not None:  # somebody else's key must not lead to somebody else's answer
        own = hashlib.sha256(f"{card.employee_id}\0{key}".encode()).hexdigest()
    act = runtime.record(
        card.employee_id,
        kind,
        item_code,
        action,
        actor=reading.viewer.actor,
        ref=card.ref,
        reason_code=reason_code,
        comment=comment,
        key=own,
    )
    if action == DECLINED:
        decline_seats(runtime, reading, card, seats)
    return act


@router.post("/feedback", response_model=shapes.Recorded, responses=problems(400, 403, 404, 413))
async def give_feedback(
    request: Request, said: shapes.Feedback, reading: ReadingIn, key: Key = None
) -> Response:
    """Answer a suggestion that was made to oneself."""

    def make() -> dict[str, Any]:
        card = reading.person(said.employee)
        act = give(
            runtime_of(request),
            reading,
            card,
            said.kind,
            said.item_code,
            said.action,
            said.reason_code,
            said.comment,
            key,
        )
        return {
            "number": act.number,
            "kind": act.kind,
            "item_code": act.item_code,
            "action": act.action,
            "at": act.at,
        }

    return await respond(shapes.Recorded, make)
