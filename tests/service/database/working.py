"""A worker in a process of its own, for tests that pause, kill or race it.

Arguments: database URL, home, how the work behaves (``waits`` for a line of input, or goes
``through``). Says ``working`` when its work begins, and at the end how many runs it saw published.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

# Tests run with PYTHONSAFEPATH, which keeps a script's own folder off the path.
sys.path.insert(0, str(Path(__file__).parent))

from publisher import dataset, ranking

from service.database.engine import open_engine
from service.database.generations import Manifest, publish
from service.settings import Settings
from service.usecases.worker import Job, Work, Worker

LEASE_SECONDS = 2


def settings(home: Path) -> Settings:
    return Settings(
        home=home,
        model_dir=home / "models",
        worker_nightly=None,
        worker_settle_seconds=0,
        worker_lease_seconds=LEASE_SECONDS,
        worker_retry_seconds=1,
    )


def work_of(engine, home: Path, mark: int, *, waits: bool = False) -> Work:
    """Publish a ranking that carries the mark; perhaps after a line of input."""

    def work(job: Job) -> int:
        print("working", flush=True)
        if waits:
            sys.stdin.readline()
        manifest = Manifest(
            date(2026, 1, 5), "m", "r", details={"mark": mark, "inputs": job.inputs}
        )
        rows = ranking(mark)
        return publish(engine, home, rows, manifest, dataset(mark), keep=2, guard=job.guard)

    return work


def main() -> None:
    url, home, how = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    engine = open_engine(url)
    work = work_of(engine, home, 1, waits=how == "waits")
    said = []
    worker = Worker(settings(home), engine, work, tell=lambda text: said.append(text.en))
    print("well" if worker.run(once=True) else "not well", flush=True)
    print("\n".join(said), flush=True)


if __name__ == "__main__":
    main()
