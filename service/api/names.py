"""Names that stand where codes belong: the queue, and what people decide about it.

In: which names; decisions. Out: names with the entries that may be meant. Offices that bring
tables in, of the whole agency only.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from service.api import shapes
from service.api.access import ViewerIn
from service.api.answers import Cursor, Size, respond
from service.api.openapi import problems
from service.api.work import require
from service.naming import NameQueue, Ruling, UnknownName, as_json
from service.problems import Fault, Problem
from service.visibility import Right
from training_data.messages import text

router = APIRouter(prefix="/api/v1", tags=["names"])

KindOfName = Literal["training", "job", "unit", "education"]
MOST = 200
"""Decisions in one request."""


class Decision(BaseModel):
    """What a name stands for."""

    model_config = ConfigDict(extra="forbid")

    kind: KindOfName
    key: Annotated[str, Field(min_length=1, max_length=500, description="As the queue gives it.")]
    act: Literal["confirm", "reject", "undo"]
    code: Annotated[
        str | None,
        Field(min_length=1, max_length=100, description="What is meant; with `confirm` only."),
    ] = None


class Decisions(BaseModel):
    """Several decisions, of which all hold or none."""

    model_config = ConfigDict(extra="forbid")

    decisions: Annotated[list[Decision], Field(min_length=1, max_length=MOST)]


def names_of(request: Request) -> NameQueue:
    """Return where names wait; raise ``not_ready`` where there is no such place."""
    found = getattr(request.app.state, "names", None)
    if found is None:
        raise Problem("not_ready")
    return cast(NameQueue, found)


@router.get("/name-matches", response_model=shapes.NameMatches, responses=problems())
async def list_name_matches(
    request: Request,
    viewer: ViewerIn,
    state: Literal["waiting", "confirmed", "rejected"] = "waiting",
    kind: KindOfName | None = None,
    k: Size = 50,
    cursor: Cursor = None,
) -> Response:
    """Names of a state, those that concern most people first."""
    require(viewer, Right.IMPORT)
    first = _start(cursor)

    def make() -> dict[str, Any]:
        queue = names_of(request)
        found = queue.names(state, kind, "", first, k + 1)
        rows = [
            {
                "kind": one.kind,
                "key": one.key,
                "name": one.name,
                "state": one.state,
                "rows": one.rows,
                "people": one.people,
                "proposed": [as_json(each) for each in one.proposed],
                "code": one.code,
                "title": one.title,
                "decided_by": one.decided_by,
                "at": one.at,
            }
            for one in found[:k]
        ]
        after = _mark(first + k) if len(found) > k else None
        return {"progress": _progress(queue, kind), "items": rows, "next_cursor": after}

    return await respond(shapes.NameMatches, make)


@router.post("/name-matches", response_model=shapes.NamesDecided, responses=problems(400, 403, 413))
async def decide_name_matches(request: Request, said: Decisions, viewer: ViewerIn) -> Response:
    """Decide names: confirm, reject or undo; in force from the next ranking on."""
    require(viewer, Right.IMPORT)

    def make() -> dict[str, Any]:
        queue = names_of(request)
        rulings = [Ruling(one.kind, one.key, one.act, one.code) for one in said.decisions]
        for place, one in enumerate(rulings):
            if (one.act == "confirm") != (one.code is not None):
                raise Problem("invalid", (_fault(place),))
        try:
            done: Mapping[str, int] = queue.rule(rulings, viewer.actor)
        except UnknownName as unknown:
            raise Problem("invalid", (_fault(int(unknown.args[0])),)) from None
        return {
            "confirmed": done.get("confirm", 0),
            "rejected": done.get("reject", 0),
            "undone": done.get("undo", 0),
            "progress": _progress(queue, None),
        }

    return await respond(shapes.NamesDecided, make)


def _progress(queue: NameQueue, kind: str | None) -> dict[str, Any]:
    found = queue.progress(kind)
    return {
        "waiting": found.waiting,
        "confirmed": found.confirmed,
        "rejected": found.rejected,
        "people": found.people,
    }


def _fault(place: int) -> Fault:
    return Fault(f"body.decisions.{place}", "unknown_name", text("api.fault.unknown_name"))


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        found = base64.b64decode(cursor, b"-_", validate=True).decode("ascii")
        if found.isdigit() and len(found) < 10:
            return int(found)
    except (binascii.Error, ValueError):
        pass
    raise Problem("invalid", (Fault("query.cursor", "bad_cursor", text("api.fault.bad_cursor")),))


def _mark(seen: int) -> str:
    return base64.urlsafe_b64encode(str(seen).encode()).decode()
