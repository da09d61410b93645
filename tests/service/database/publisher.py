"""A process that publishes and dies: run by the tests of crashes, one try per line of input.

Each line is ``MARK STEP``: a fork publishes a ranking that carries MARK everywhere and is killed
without warning just before its STEP-th effect (a statement, a commit, a flush, a rename), or lives
when it has fewer. The answer is the number of effects, or ``killed``.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event

from service.database import bulk
from service.database.engine import open_engine
from service.database.generations import Manifest, publish
from service.database.packing import Row
from training_data.dataset import Dataset

PEOPLE = 40


def dataset(mark: int) -> Dataset:
    """A snapshot that carries the mark."""
    return Dataset.of(
        {
            "employees": {"employee_id": [f"P-{n}" for n in range(PEOPLE)]},
            "jobs": {"job_code": ["J"], "title": [f"Jabatan {mark}"]},
        }
    )


def ranking(mark: int) -> Iterator[Row]:
    """Lists that carry the mark."""
    for n in range(PEOPLE):
        for rank in (1, 2, 3):
            yield f"P-{n}", "training", f"T-{rank}", rank, mark, "lolos", f"gap:{mark}:1.0"


class Steps:
    """Counts effects and dies before the chosen one."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.count = 0

    def take(self, *_: Any) -> None:
        """One more effect is about to happen."""
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, effect: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``effect``, counted."""

        def counted(*given: Any, **named: Any) -> Any:
            self.take()
            return effect(*given, **named)

        return counted


def run(url: str, home: Path, mark: int, last: int) -> int:
    """Publish once, dying before effect ``last``; return how many effects there were."""
    steps = Steps(last)
    os.fsync = steps.before(os.fsync)
    os.rename = steps.before(os.rename)
    os.unlink = steps.before(os.unlink)
    bulk._copy = steps.before(bulk._copy)
    engine = open_engine(url)
    event.listen(engine, "before_cursor_execute", steps.take)
    event.listen(engine, "commit", steps.take)
    manifest = Manifest(date(2026, 1, 5), "m", "r", details={"mark": mark})
    publish(engine, home, ranking(mark), manifest, dataset(mark), keep=2)
    engine.dispose()
    return steps.count


def main() -> None:
    """Fork once per line; a fork starts at once, since everything is imported."""
    url, home = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:  # imports what reading and writing import late
        dataset(0).write(Path(folder, "data"))
        Dataset.read(Path(folder, "data"))
    for line in sys.stdin:
        mark, last = map(int, line.split())
        child = os.fork()
        if child == 0:
            print(run(url, home, mark, last), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            print("killed" if killed else f"ended with {status}", flush=True)


if __name__ == "__main__":
    main()
