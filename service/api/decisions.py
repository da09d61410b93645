"""Decisions of named people about suggestions, and what they were taken on.

In: a decision with its reason. Out: what was stored, with the hash of its capsule; and later the
capsule again, byte for byte, whatever has changed since.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from recommender.results import Kind
from service.api import shapes
from service.api.access import PersonIn, ReadingIn, runtime_of
from service.api.answers import basis, respond, tag_of
from service.api.feedback import Key
from service.api.openapi import problems
from service.api.recall import JSON, PRIVATE
from service.api.seats import invalid, named
from service.decisions import Decision
from service.directory import Card
from service.problems import Problem
from service.reading import Reading
from service.runtime import Runtime

router = APIRouter(prefix="/api/v1", tags=["decisions"])

Number = Annotated[int, Path(alias="id", ge=1, le=2**53, description="Number of the decision.")]


def decide(
    runtime: Runtime,
    reading: Reading,
    card: Card,
    kind: Kind,
    item_code: str,
    act: str,
    reason: str,
    decided_by: str | None = None,
    key: str | None = None,
) -> Decision:
    """Store a decision of the viewer with what they had before them.

    Raises:
        Problem: ``not_found`` where the viewer may not decide it; ``invalid`` without a reason or
            a name, and where a rule forbids what they want to support.
    """
    viewer = reading.viewer
    item = reading.decidable(card, kind, item_code, act)
    if not reason.strip():
        raise invalid("body.reason", "reason_of_decision")
    name = named(reading, decided_by or "")
    at = datetime.now(UTC)
    taken_on = shapes.Capsule.model_validate(
        {
            **basis(reading.serving),
            "data": reading.serving.generation.data,
            "employee": card.ref,
            "item": item.as_json(),
            "act": act,
            "reason": reason.strip(),
            "decided_by": name,
            "role": viewer.role,
            "at": at,
        }
    )
    own = None
    if key is not None:  # another office's key must not lead to another office's decision
        own = hashlib.sha256(f"{viewer.actor.name}\0{name}\0{key}".encode()).hexdigest()
    return runtime.decisions.decide(
        card.employee_id,
        kind,
        item_code,
        act,
        reason=reason.strip(),
        decided_by=name,
        actor=viewer.actor,
        ref=card.ref,
        generation=reading.serving.generation.number,
        capsule=taken_on.model_dump_json().encode(),
        at=at,
        key=own,
    )


@router.post("/decisions", response_model=shapes.Decided, responses=problems(400, 403, 404, 413))
async def take_decision(
    request: Request, said: shapes.Decide, reading: ReadingIn, key: Key = None
) -> Response:
    """Decide about a suggestion, with a reason and in a name."""

    def make() -> dict[str, Any]:
        card = reading.person(said.employee)
        found = decide(
            runtime_of(request),
            reading,
            card,
            said.kind,
            said.item_code,
            said.act,
            said.reason,
            said.decided_by,
            key,
        )
        return _json(found, card)

    return await respond(shapes.Decided, make)


@router.get(
    "/employees/{id}/decisions", response_model=shapes.DecisionList, responses=problems(404)
)
async def list_decisions(request: Request, person: PersonIn, reading: ReadingIn) -> Response:
    """What was decided about a person's suggestions, newest first."""

    def make() -> dict[str, Any]:
        every = runtime_of(request).decisions.decisions_about([person.employee_id])
        found = reading.decided(person, every)
        return {"items": [_json(one, person) for one in reversed(found)]}

    return await respond(shapes.DecisionList, make)


@router.get("/decisions/{id}/replay", response_model=shapes.Capsule, responses=problems(404, 500))
async def replay_decision(request: Request, number: Number, reading: ReadingIn) -> Response:
    """Return what a decision was taken on: the very bytes that were kept with it."""
    body = await run_in_threadpool(_kept, runtime_of(request), reading, number)
    return Response(body, media_type=JSON, headers={"Cache-Control": PRIVATE, "ETag": tag_of(body)})


def _kept(runtime: Runtime, reading: Reading, number: int) -> bytes:
    found = runtime.decisions.capsule(number)
    if found is None:
        raise Problem("not_found")
    decision, body = found
    card = reading.serving.directory.known(decision.employee_id)
    if card is None or not reading.rows.holds(card) or not reading.decided(card, [decision]):
        raise Problem("not_found")
    if hashlib.sha256(body).hexdigest() != decision.capsule:
        raise Problem("answer_differs")
    return body


def _json(one: Decision, card: Card) -> dict[str, Any]:
    return {
        "id": one.number,
        "employee": card.ref,
        "kind": one.kind,
        "item_code": one.item_code,
        "act": one.act,
        "reason": one.reason,
        "decided_by": one.decided_by,
        "role": one.role,
        "generation": one.generation,
        "capsule": one.capsule,
        "at": one.at,
    }
