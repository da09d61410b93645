"""``selaras worker``: periodic re-ranking until it is told to stop."""

from __future__ import annotations

import signal
from typing import Annotated, Any

import typer

from service.cli.console import note, note_text
from service.cli.engine import workers_of
from service.cli.failures import DONE, REFUSED
from service.cli.options import EngineOption, K, Lang, Scheduler, WorkersOption, described


def worker(
    once: Annotated[bool, typer.Option("--once", help=described("worker_once"))] = False,
    k: K = 10,
    engine: EngineOption = "local",
    workers: WorkersOption = None,
    scheduler: Scheduler = None,
    lang: Lang = None,
) -> int:
    """Re-rank whenever it is due."""
    from service.database.datasets import data_version
    from service.settings import Settings
    from service.usecases.sources import open_database
    from service.usecases.worker import Worker, rerank

    settings = Settings()
    if engine == "local" and workers is not None and workers > 1:
        engine = "joblib"
    who = workers_of(settings, engine, workers, scheduler)
    database = open_database(settings)
    if not data_version(database):
        note("worker.no_data")
    own = Worker(settings, database, rerank(settings, who, k), tell=note_text)

    def stop(*_: Any) -> None:
        own.stop()

    # systemd sends the first, a terminal the second; both end the work cleanly.
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        return DONE if own.run(once=once) else REFUSED
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
