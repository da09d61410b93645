"""Typed access: who is asking, what they may read, and the person in the path.

In: a request. Out: a ``Viewer``, a ``Reading`` and a ``Card``, injected into every operation. What
was checked a moment ago costs no I/O; everything else runs in a worker thread.
"""

from __future__ import annotations

import re
from dataclasses import replace
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

PURPOSE_HEADER = "selaras-purpose"
"""With a token: why its holder reads what the matrix gives for a stated purpose only."""
PURPOSE_AT_MOST = 200
_REF = re.compile(r"(?![0-9]{18}$)[A-Za-z0-9._-]{1,100}")
"""What may stand in the trail as a person: never a NIP."""


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
    if found is None:
        found = await run_in_threadpool(gate.admit, bearer, cookie)
    stated = request.headers.get(PURPOSE_HEADER, "").strip()
    if stated and bearer is not None:
        if len(stated) > PURPOSE_AT_MOST or not stated.isprintable():
            raise Problem("bad_request")
        found = replace(found, purpose=stated)
    return found


ViewerIn = Annotated[Viewer, Depends(viewer)]


async def serving(request: Request) -> Serving:
    """Return the generation this request is answered from."""
    runtime = runtime_of(request)
    found = runtime.at_hand()
    return found if found is not None else await run_in_threadpool(runtime.current)


async def reading(request: Request, viewer: ViewerIn) -> Reading:
    """Return what the caller may read. The caller is known before anything is opened.

    What is read for a stated purpose stands in the audit trail before it is shown.
    """
    found = Reading(await serving(request), viewer)
    if viewer.on_record:
        await run_in_threadpool(_record, request, viewer)
    return found


def _record(request: Request, viewer: Viewer) -> None:
    ref = request.path_params.get("id") or request.path_params.get("ref")
    operation = getattr(request.scope.get("route"), "path", "-")
    details = {"operation": operation, "purpose": viewer.purpose}
    subject = f"employee:{ref}" if isinstance(ref, str) and _REF.fullmatch(ref) else "list"
    runtime_of(request).trail.note(viewer.actor, "read", subject, details)


ReadingIn = Annotated[Reading, Depends(reading)]


async def person(
    ref: Annotated[str, Path(alias="id", description="The person's `ref`; a NIP is never one.")],
    reading: ReadingIn,
) -> Card:
    """Return the person in the path; raise ``not_found`` outside the caller's scope."""
    return reading.person(ref)


PersonIn = Annotated[Card, Depends(person)]
