"""Typed access: who is asking, what they may read, and the person in the path.

In: a request. Out: a ``Viewer``, a ``Reading`` and a ``Card``, injected into every operation. What
was checked a moment ago costs no I/O; everything else runs in a worker thread.
"""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Path
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.auth import Gate, Viewer
from service.directory import Card
from service.middleware import SESSION_COOKIE
from service.problems import Problem
from service.reading import Reading
from service.runtime import Runtime, Serving


def gate_of(request: Request) -> Gate:
    """Return the gate of the application."""
    return cast(Gate, request.app.state.gate)


def runtime_of(request: Request) -> Runtime:
    """Return the runtime of the application."""
    return cast(Runtime, request.app.state.runtime)


def bearer_of(request: Request) -> str | None:
    """Return the bearer token; raise ``unauthenticated`` for any other scheme."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Problem("unauthenticated")
    return secret.strip()


async def viewer(request: Request) -> Viewer:
    """Return who is asking; raise ``unauthenticated``."""
    bearer, cookie = bearer_of(request), request.cookies.get(SESSION_COOKIE)
    gate = gate_of(request)
    found = gate.remembered(bearer, cookie)
    return found if found is not None else await run_in_threadpool(gate.admit, bearer, cookie)


ViewerIn = Annotated[Viewer, Depends(viewer)]


async def serving(request: Request) -> Serving:
    """Return the generation this request is answered from."""
    runtime = runtime_of(request)
    found = runtime.at_hand()
    return found if found is not None else await run_in_threadpool(runtime.current)


async def reading(request: Request, viewer: ViewerIn) -> Reading:
    """Return what the caller may read. The caller is known before anything is opened."""
    return Reading(await serving(request), viewer)


ReadingIn = Annotated[Reading, Depends(reading)]


async def person(
    ref: Annotated[str, Path(alias="id", description="The person's `ref`; a NIP is never one.")],
    reading: ReadingIn,
) -> Card:
    """Return the person in the path; raise ``not_found`` outside the caller's scope."""
    return reading.person(ref)


PersonIn = Annotated[Card, Depends(person)]
