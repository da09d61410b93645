"""The composition root of the HTTP service: the one place where its parts are put together.

In: settings, or the parts themselves in tests. Out: the application. Importing this module stays
quick: the engine and everything it needs are imported when the first generation is opened.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.routing import APIRoute

from service import pages, problems, signin
from service.api import (
    assessing,
    candidates,
    decisions,
    employees,
    fairness,
    feedback,
    gap_map,
    group_trainings,
    history,
    names,
    nominations,
    operations,
    petitions,
    rankings,
    rounds,
    trail,
    work,
)
from service.api.recall import Recall
from service.auth import Credentials, Gate
from service.errors import ServiceError
from service.history import History
from service.jobs import Jobs
from service.metrics import Metrics
from service.middleware import (
    LOOPBACK_NAMES,
    SESSION_COOKIE,
    AccessLog,
    BodyLimit,
    Compress,
    Guard,
    Headers,
)
from service.naming import NameQueue
from service.oidc.provider import Provider
from service.pace import Pace
from service.problems import Problem
from service.runtime import Runtime, Store
from service.settings import Settings

VERSION = "0.1.0"
DESCRIPTION = (
    "Suggestions of trainings and posts for civil servants, with reasons. Every sentence comes in "
    "Indonesian and English. A suggestion is material for deliberation, never a decision."
)


def create_app(settings: Settings) -> FastAPI:
    """Put the application together for an installation.

    Nothing is read yet: whether the database can be reached and something has been published is
    answered by ``/readyz``.

    Raises:
        HomeUnusable: the home folder cannot be used.
        SignOnUnusable: single sign-on is set up with something that is not there.
    """
    from service.database.engine import connect
    from service.jobbing import Runner, StoredJobs
    from service.oidc.provider import provider_of
    from service.store import GenerationStore, StoredCredentials, StoredNames
    from service.usecases.siasn import StoredHistory

    database = connect(settings)
    runner = Runner(settings, database)
    app = assemble(
        GenerationStore(database, settings),
        StoredCredentials(database, settings),
        StoredJobs(settings, database, runner),
        provider_of(settings),
        StoredNames(database, settings),
        StoredHistory(database, settings),
        per_minute=settings.requests_per_minute,
        public=settings.public_address,
    )
    app.state.runner = runner
    return app


def assemble(
    store: Store,
    credentials: Credentials,
    jobs: Jobs | None = None,
    provider: Provider | None = None,
    names_queue: NameQueue | None = None,
    training_history: History | None = None,
    *,
    per_minute: int = 0,
    public: str | None = None,
) -> FastAPI:
    """Put the application together from its parts.

    Parameters:
        store: where generations are kept.
        credentials: where tokens and sessions are kept.
        jobs: where long work is queued; without it none can be asked for.
        provider: of single sign-on; without it people sign in with passwords and links.
        names_queue: where names wait for a person; without it none is shown.
        training_history: what is handed out in the shape of SIASN; without it nothing is.
        per_minute: requests of one caller; 0 for no limit.
        public: address under which browsers reach the service through a proxy.
    """
    app = FastAPI(
        title="Selaras",
        version=VERSION,
        summary="Trainings and posts, ranked and explained.",
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        lifespan=_lifespan,
        # The framework's own telemetry would record refused input; ours are metrics and a log.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.runtime = Runtime(store)
    app.state.gate = Gate(credentials)
    app.state.jobs = jobs
    app.state.public = public
    app.state.provider = provider
    app.state.names = names_queue
    app.state.history = training_history
    app.state.metrics = Metrics()
    problems.install(app, pages.problem_page)
    parts = (
        employees,
        candidates,
        assessing,
        fairness,
        feedback,
        decisions,
        nominations,
        rounds,
        petitions,
        gap_map,
        group_trainings,
        history,
        names,
        rankings,
        work,
        trail,
        operations,
        signin,
        pages,
    )
    for part in parts:
        app.include_router(part.router)
    pages.mount_static(app)
    for middleware in (Recall, Compress, BodyLimit):
        app.add_middleware(middleware)
    named = urlsplit(public).hostname if public else None
    app.add_middleware(Guard, hosts=LOOPBACK_NAMES | {named} if named else LOOPBACK_NAMES)
    if per_minute:
        app.add_middleware(Pace, per_minute=per_minute, cookie=SESSION_COOKIE)
    app.add_middleware(AccessLog, observe=app.state.metrics.observe)
    app.add_middleware(Headers)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Begin to open the current generation at start, without keeping anybody waiting."""

    def warm() -> None:
        try:
            app.state.runtime.current()
        except (Problem, ServiceError):  # /readyz says why
            return

    Thread(target=warm, name="selaras-warm-up", daemon=True).start()
    runner = getattr(app.state, "runner", None)
    if runner is not None:
        runner.start()
    yield
    if runner is not None:
        runner.stop()


def _operation_id(route: APIRoute) -> str:
    return route.name
