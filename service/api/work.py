"""Long work as jobs: imports of files, rankings of everybody, seats for everybody.

In: files, or nothing, or what limits the seats. Out: 202 with a job; its state and progress, then
its result or problem. Only offices of the whole agency ask for it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from recommender.allocation.wishes import Wishes
from recommender.errors import ImpossibleWish
from service.api import shapes
from service.api.access import ReadingIn, ViewerIn, runtime_of
from service.api.answers import Cursor, Size, page, respond, start_of
from service.api.openapi import problems
from service.api.recall import JSON, PRIVATE
from service.auth import Viewer
from service.jobs import Job, JobKind, Jobs
from service.problems import Fault, Problem
from service.visibility import Right
from training_data.messages import text

router = APIRouter(prefix="/api/v1", tags=["work"])

FILES_AT_MOST = 40
PART = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.()-]{0,99}\.(csv|xlsx|parquet|json)", re.IGNORECASE)

Number = Annotated[int, Path(alias="id", ge=1, le=2**53, description="Number of the job.")]
DryRun = Annotated[bool, Query(description="Only look at the files and say what would happen.")]


class SeatsAsked(BaseModel):
    """What is given out, and within which limits."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["session", "vacancy"]
    constraints: Annotated[
        dict[str, Any],
        Field(
            default_factory=dict,
            description="As in the file of `selaras allocate --constraints`.",
            examples=[{"max_courses": 4, "soft_jp": 20}],
        ),
    ]
    again: Annotated[
        bool,
        Field(
            description="Sessions only: once more from the proposal in force. What departments "
            "nominated stays, what they ended stays out, the rest changes little.",
        ),
    ] = False


def jobs_of(request: Request) -> Jobs:
    """Return where jobs are queued; raise ``not_ready`` where nothing does them."""
    found = getattr(request.app.state, "jobs", None)
    if found is None:
        raise Problem("not_ready")
    return cast(Jobs, found)


def require(viewer: Viewer, right: Right) -> None:
    """Raise ``not_found`` unless an office of the whole agency asks that holds the right."""
    viewer.require(right)
    if viewer.scope.kind != "agency":
        raise Problem("not_found")


ALLOCATE = {"session": Right.ALLOCATE_SEATS, "vacancy": Right.ALLOCATE_POSTS}


async def uploaded(request: Request, jobs: Jobs) -> str:
    """Keep the files of a form; return what the upload is called.

    Raises:
        Problem: ``invalid`` without a file, or with one that is no table.
    """
    form = await request.form(max_files=FILES_AT_MOST, max_fields=10)
    try:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        files = [file for file in files if file.filename]
        names = [str(file.filename) for file in files]
        if not files:
            raise Problem("invalid", (_fault("no_file"),))
        if not all(_NAME.fullmatch(name) for name in names) or len({*names}) < len(names):
            raise Problem("invalid", (_fault("file_name"),))

        async def each() -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
            for name, file in zip(names, files, strict=True):
                yield name, _parts(file)

        return await jobs.keep(each())
    finally:
        await form.close()


async def _parts(file: UploadFile) -> AsyncIterator[bytes]:
    while part := await file.read(PART):
        yield part


def _fault(code: str) -> Fault:
    return Fault("body.file", code, text(f"api.fault.{code}"))


MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "Tables named as in the contract: employees.csv …",
                        }
                    },
                }
            }
        },
    }
}


@router.post(
    "/imports",
    status_code=202,
    response_model=shapes.Job,
    responses=problems(400, 403, 413),
    openapi_extra=MULTIPART,
)
async def start_import(request: Request, viewer: ViewerIn, dry_run: DryRun = False) -> Response:
    """Bring files in, or only look at them."""
    require(viewer, Right.IMPORT)
    jobs = jobs_of(request)
    asked = {"upload": await uploaded(request, jobs), "dry_run": dry_run}
    return await _queued(jobs, "import", asked, viewer)


@router.post("/rankings", status_code=202, response_model=shapes.Job, responses=problems(403, 413))
async def start_ranking(request: Request, viewer: ViewerIn) -> Response:
    """Rank everybody anew and publish, with the model in force."""
    require(viewer, Right.RANK)
    return await _queued(jobs_of(request), "ranking", {}, viewer)


@router.post(
    "/allocations", status_code=202, response_model=shapes.Job, responses=problems(400, 403, 413)
)
async def start_allocation(request: Request, said: SeatsAsked, viewer: ViewerIn) -> Response:
    """Give out seats of sessions, or vacant posts, across everybody: a proposal for people."""
    require(viewer, ALLOCATE[said.kind])
    try:
        Wishes.of(said.constraints)
    except ImpossibleWish as error:
        words = error.words or text("api.fault.constraints")
        raise Problem("invalid", (Fault("body.constraints", "constraints", words),)) from None
    asked: dict[str, Any] = {"kind": said.kind, "constraints": said.constraints}
    if said.again:
        found = await run_in_threadpool(runtime_of(request).nominations.round)
        if found is None or said.kind != "session":
            words = text("api.fault.no_round")
            raise Problem("invalid", (Fault("body.again", "no_round", words),))
        asked["since"] = found.job
    return await _queued(jobs_of(request), "allocation", asked, viewer)


@router.get("/imports/{id}", response_model=shapes.Job, responses=problems())
async def show_import(request: Request, number: Number, viewer: ViewerIn) -> Response:
    """How an import stands, or what became of it."""
    require(viewer, Right.IMPORT)
    return await _shown(jobs_of(request), "import", number)


@router.get("/rankings/{id}", response_model=shapes.Job, responses=problems())
async def show_ranking(request: Request, number: Number, viewer: ViewerIn) -> Response:
    """How a ranking that was asked for stands, or what became of it."""
    require(viewer, Right.RANK)
    return await _shown(jobs_of(request), "ranking", number)


@router.get("/allocations/{id}", response_model=shapes.Job, responses=problems())
async def show_allocation(request: Request, number: Number, viewer: ViewerIn) -> Response:
    """How an allocation stands, or how good it is and what one more seat would bring."""
    await run_in_threadpool(_allocation, jobs_of(request), number, viewer)
    return await _shown(jobs_of(request), "allocation", number)


@router.get("/allocations/{id}/seats", response_model=shapes.Seats, responses=problems(410))
async def list_seats(
    request: Request, number: Number, reading: ReadingIn, k: Size = 50, cursor: Cursor = None
) -> Response:
    """Who would get which seat, by person; for vacant posts the people each suits best."""
    jobs = jobs_of(request)
    first = start_of(cursor, reading.serving)

    def make() -> dict[str, Any]:
        job = _allocation(jobs, number, reading.viewer)
        code = f"{job.asked['kind']}_code"
        rows: list[dict[str, Any]] = []
        for place, row in enumerate(jobs.seats(number) if job.state == "done" else ()):
            if place < first:
                continue
            if len(rows) > k:
                break
            card = reading.serving.directory.known(row["employee_id"])
            rows.append(
                {
                    "employee": None if card is None else card.ref,
                    "name": None if card is None else card.name,
                    "code": row[code],
                    "item_code": row["item_code"],
                    "score": float(row["score"]),
                    "cost": int(row.get("cost", 0)),
                    "rank": int(row.get("rank", 1)),
                    "chosen": row.get("chosen", "1") == "1",
                }
            )
        return page(reading.serving, rows, first, k)

    return await respond(shapes.Seats, make)


def _allocation(jobs: Jobs, number: int, viewer: Viewer) -> Job:
    """Return an allocation that the viewer may read."""
    if not any(viewer.may(right) for right in ALLOCATE.values()):
        raise Problem("not_found")
    found = jobs.find("allocation", number)
    if found is None:
        raise Problem("not_found")
    require(viewer, ALLOCATE[found.asked["kind"]])
    return found


async def _queued(jobs: Jobs, kind: JobKind, asked: Mapping[str, Any], viewer: Viewer) -> Response:
    job = await run_in_threadpool(jobs.queue, kind, asked, viewer.actor)
    headers = {"Location": f"/api/v1/{kind}s/{job.number}", "Cache-Control": PRIVATE}
    return Response(_body(job), 202, headers, JSON)


async def _shown(jobs: Jobs, kind: JobKind, number: int) -> Response:
    job = await run_in_threadpool(jobs.find, kind, number)
    if job is None:
        raise Problem("not_found")
    return Response(_body(job), headers={"Cache-Control": PRIVATE}, media_type=JSON)


def _body(job: Job) -> bytes:
    return (
        shapes.Job.model_validate(
            {
                "id": job.number,
                "kind": job.kind,
                "state": job.state,
                "stage": job.stage,
                "done": job.done,
                "total": job.total,
                "result": job.result,
                "problem": job.problem,
                "created_at": job.created_at,
                "ended_at": job.ended_at,
            }
        )
        .model_dump_json()
        .encode()
    )
