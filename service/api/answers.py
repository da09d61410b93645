"""How an answer leaves: the envelope of every list, page marks, entity tags.

In: results of a ``Reading``. Out: a response in the contract's shape. Answers about one person are
the same bytes for as long as their generation is served, so they carry an ``ETag`` and are held
as bytes; they are personal, so nobody else may keep them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.api.recall import JSON, PRIVATE, Answer, key_of
from service.problems import Fault, Problem
from service.reading import Reading
from service.runtime import Serving
from training_data.messages import text

Size = Annotated[int, Query(ge=1, le=100, description="Items per page.")]
Cursor = Annotated[
    str | None, Query(max_length=100, description="`next_cursor` of the page before.")
]

_CURSOR = re.compile(r"([0-9]{1,15})\.([0-9]{1,15})")


def basis(serving: Serving) -> dict[str, Any]:
    """Return what an answer rests on, as the first members of every answer."""
    generation = serving.generation
    return {
        "as_of": generation.as_of,
        "generation": generation.number,
        "model": generation.model,
        "rules": generation.rules,
        "not_checked": list(generation.not_checked),
    }


def start_of(cursor: str | None, serving: Serving, where: str = "query.cursor") -> int:
    """Return how many entries the pages before this one held.

    Raises:
        Problem: ``stale_cursor`` where the mark is of another generation, ``invalid`` where it
            is none of ours.
    """
    if cursor is None:
        return 0
    try:
        found = _CURSOR.fullmatch(base64.b64decode(cursor, b"-_", validate=True).decode("ascii"))
    except (binascii.Error, ValueError):
        found = None
    if found is None:
        raise Problem("invalid", (Fault(where, "bad_cursor", text("api.fault.bad_cursor")),))
    if int(found[1]) != serving.generation.number:
        raise Problem("stale_cursor")
    return int(found[2])


def cursor_after(serving: Serving, seen: int) -> str:
    """Return the mark of the page that begins after ``seen`` entries."""
    return base64.urlsafe_b64encode(f"{serving.generation.number}.{seen}".encode()).decode()


def page(serving: Serving, items: Sequence[dict[str, Any]], first: int, k: int) -> dict[str, Any]:
    """Return a list's envelope around one page.

    Parameters:
        items: up to ``k + 1`` entries; one too many says that another page follows.
        first: entries on the pages before.
        k: entries per page.
    """
    more = len(items) > k
    return {
        **basis(serving),
        "items": list(items[:k]),
        "next_cursor": cursor_after(serving, first + k) if more else None,
    }


async def respond(shape: type[BaseModel], make: Callable[[], dict[str, Any]]) -> Response:
    """Return an answer made in a worker thread and checked against its shape."""
    body = await run_in_threadpool(_rendered, shape, make)
    return Response(body, media_type=JSON, headers={"Cache-Control": PRIVATE})


async def respond_from(
    request: Request, reading: Reading, shape: type[BaseModel], make: Callable[[], dict[str, Any]]
) -> Response:
    """Return an answer held as bytes until its generation or what people answered changes."""
    key = key_of(reading.viewer, request.scope)
    held = reading.serving.answers
    answer: Answer | None = held.get(key)
    if answer is None:
        epoch = held.epoch
        body = await run_in_threadpool(_rendered, shape, make)
        answer = Answer.of(body, tag_of(body), request.scope.get("route"))
        held.put(key, answer, epoch)
    return answer.response(request.headers.get("if-none-match"))


def tag_of(body: bytes) -> str:
    """Return the entity tag of a body."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _rendered(shape: type[BaseModel], make: Callable[[], dict[str, Any]]) -> bytes:
    """Return the JSON of an answer, after checking it against its shape."""
    return shape.model_validate(make()).model_dump_json().encode()
