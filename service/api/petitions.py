"""Corrections of data and objections over HTTP: asked by the person, answered in a name.

In: a person's words, an office's answer. Out: the petition with its number and the day it is due.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from service.api import shapes
from service.api.access import ReadingIn, runtime_of
from service.api.answers import respond
from service.api.openapi import problems
from service.api.seats import named, today
from service.directory import Card
from service.petitions import OUTCOMES, TOPICS, Petition, PetitionKind
from service.problems import Fault, Problem
from service.reading import Reading
from service.runtime import Runtime
from service.visibility import Right
from training_data.messages import text

router = APIRouter(prefix="/api/v1", tags=["petitions"])

Number = Annotated[int, Path(alias="id", ge=1, le=2**53, description="Number of the petition.")]
OpenOnly = Annotated[bool, Query(alias="open", description="Only those that wait.")]
SHOWN = 200
"""Petitions in one answer; those that wait come first."""


def ask(
    runtime: Runtime, reading: Reading, kind: PetitionKind, topic: str, words: str
) -> tuple[Card, Petition]:
    """Store what the viewer asks for about themselves.

    Raises:
        Problem: ``not_found`` for others than the person; ``invalid`` without words, or about
            something that there is not.
    """
    viewer = reading.viewer
    viewer.require(Right.ASK_PETITION)
    card = reading.serving.directory.known(viewer.scope.value)
    if card is None or not viewer.is_own(card):
        raise Problem("not_found")
    if topic not in TOPICS.get(kind, ()):
        raise _invalid("body.topic", "topic")
    if not words.strip():
        raise _invalid("body.words", "words_needed")
    due = today() + timedelta(days=runtime.petitions.petition_days)
    found = runtime.petitions.petition(
        card.employee_id, kind, topic, words.strip(), due_on=due, actor=viewer.actor, ref=card.ref,
        at=datetime.now(UTC),
    )  # fmt: skip
    return card, found


def answer(
    runtime: Runtime, reading: Reading, number: int, outcome: str, words: str, name: str
) -> tuple[Card, Petition]:
    """Answer a petition in a name.

    Raises:
        Problem: ``not_found`` where the viewer may not, or nothing waits under the number;
            ``invalid`` without words or a name.
    """
    if not reading.may_answer() or outcome not in OUTCOMES:
        raise Problem("not_found")
    waiting = reading.petitions(runtime.petitions.petitions(open_only=True))
    card = next((card for card, one in waiting if one.number == number), None)
    if card is None:
        raise Problem("not_found")
    if not words.strip():
        raise _invalid("body.answer", "words_needed")
    found = runtime.petitions.answer_petition(
        number, outcome, words.strip(), answered_by=named(reading, name),
        actor=reading.viewer.actor, ref=card.ref, at=datetime.now(UTC),
    )  # fmt: skip
    if found is None:
        raise Problem("not_found")
    return card, found


def own(runtime: Runtime, reading: Reading, card: Card) -> list[Petition]:
    """Return what the viewer asked for themselves; nothing for everybody else."""
    if not (reading.viewer.may(Right.ASK_PETITION) and reading.viewer.is_own(card)):
        return []
    return list(runtime.petitions.petitions(card.employee_id))


def _invalid(where: str, code: str) -> Problem:
    return Problem("invalid", (Fault(where, code, text(f"api.fault.{code}")),))


@router.post("/petitions", response_model=shapes.Petition, responses=problems(400, 403, 404, 413))
async def ask_petition(request: Request, said: shapes.AskPetition, reading: ReadingIn) -> Response:
    """Ask for a correction of one's own data, or object."""

    def make() -> dict[str, Any]:
        found = ask(runtime_of(request), reading, said.kind, said.topic, said.words)
        return _json(*found)

    return await respond(shapes.Petition, make)


@router.get("/petitions", response_model=shapes.PetitionList, responses=problems())
async def list_petitions(
    request: Request, reading: ReadingIn, open_only: OpenOnly = False
) -> Response:
    """Corrections and objections of the visible people, or one's own."""

    def make() -> dict[str, Any]:
        runtime = runtime_of(request)
        if reading.viewer.may(Right.ASK_PETITION):
            card = reading.serving.directory.known(reading.viewer.scope.value)
            if card is None:
                raise Problem("not_found")
            found = [(card, one) for one in own(runtime, reading, card)]
        else:
            found = reading.petitions(runtime.petitions.petitions(open_only=open_only))
        kept = [pair for pair in found if not open_only or pair[1].outcome is None]
        return {"items": [_json(card, one) for card, one in kept[:SHOWN]]}

    return await respond(shapes.PetitionList, make)


@router.post(
    "/petitions/{id}/answer",
    response_model=shapes.Petition,
    responses=problems(400, 403, 404, 413),
)
async def answer_petition(
    request: Request, number: Number, said: shapes.AnswerPetition, reading: ReadingIn
) -> Response:
    """Answer a correction or an objection, in a name."""

    def make() -> dict[str, Any]:
        runtime = runtime_of(request)
        found = answer(runtime, reading, number, said.outcome, said.answer, said.answered_by or "")
        return _json(*found)

    return await respond(shapes.Petition, make)


def _json(card: Card, one: Petition) -> dict[str, Any]:
    return {
        "id": one.number,
        "employee": card.ref,
        "kind": one.kind,
        "topic": one.topic,
        "words": one.words,
        "at": one.at,
        "due_on": one.due_on,
        "late": one.late(today()),
        "outcome": one.outcome,
        "answer": one.answer,
        "answered_by": one.answered_by,
        "answered_at": one.answered_at,
    }
