"""For those who run the service: is it alive, is it ready, how busy is it. No personal data.

In: nothing. Out: ``/healthz``, ``/readyz`` (says why not), ``/metrics``, the OpenAPI document.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from service.api import shapes
from service.api.access import runtime_of, serving
from service.api.answers import tag_of
from service.api.openapi import problems, rendered
from service.api.recall import JSON
from service.errors import DatabaseError
from service.metrics import CONTENT_TYPE, Metrics
from service.problems import Problem
from service.runtime import Runtime
from service.work import Work

router = APIRouter(tags=["operations"])


@router.get("/healthz", responses=problems(signed_in=False))
async def check_health() -> shapes.Alive:
    """Say that the process answers; nothing else is looked at."""
    return shapes.Alive(status="ok", at=_now())


@router.get("/readyz", responses=problems(503, signed_in=False))
async def check_readiness(request: Request) -> shapes.Ready:
    """Say whether the newest suggestions can be read, and if not, why."""
    faults = await run_in_threadpool(runtime_of(request).readiness)
    if faults:
        raise Problem("not_ready", faults)
    generation = (await serving(request)).generation
    return shapes.Ready(ready=True, generation=generation.number, as_of=generation.as_of, at=_now())


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {}}}, **problems(signed_in=False)},
)
async def show_metrics(request: Request) -> Response:
    """Show requests by route and the state of periodic work, in the Prometheus text format."""
    metrics, runtime = cast(Metrics, request.app.state.metrics), runtime_of(request)
    body = metrics.render(runtime.number(), await run_in_threadpool(_work, runtime))
    return Response(body, media_type=CONTENT_TYPE)


@router.get("/api/v1/openapi.json", include_in_schema=False)
async def show_openapi(request: Request) -> Response:
    """Return the OpenAPI document; it changes with the version only."""
    state = request.app.state
    if not hasattr(state, "openapi_document"):
        state.openapi_document = await run_in_threadpool(rendered, request.app)
    body = cast(bytes, state.openapi_document)
    headers = {"ETag": tag_of(body), "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=JSON, headers=headers)


def _work(runtime: Runtime) -> Work | None:
    try:
        return runtime.work_lately()
    except DatabaseError:
        return None


def _now() -> datetime:
    return datetime.now(UTC)
