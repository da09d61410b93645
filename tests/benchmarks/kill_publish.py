"""Kill the worker at random moments of ranking and publishing while somebody reads.

    python tests/benchmarks/kill_publish.py --points 50 --database sqlite
    python tests/benchmarks/kill_publish.py --points 50 --database postgresql [--url URL]

Every point starts a worker on a small invented agency and kills it (SIGKILL) at a random moment of
a run, every second one of the part that stages, verifies and switches. Meanwhile two readers
compare every generation that is in force with its checksum, its counts and its snapshot. The
occasion that was cut off is tried again until it is published; then the data change and the next
one begins. Without ``--url`` the PostgreSQL of the test requirements is started for the time of the
run. Ends with 1 where anything was mixed, partial, lost or published twice.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PEOPLE, TRAININGS = 60, 25
LEASE_SECONDS = 2
READERS = 2
REST_SECONDS = 0.2
NEVER = 1e6


@dataclass
class Found:
    """What happened.

    Attributes:
        ends: how the tries ended: before staging, while staging, after the switch, finished.
        reads: whole generations that readers compared.
        faults: what must not happen.
    """

    ends: Counter[str] = field(default_factory=Counter)
    reads: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def agency(mark: int):
    """An agency whose data differ from mark to mark."""
    from training_data.dataset import Dataset

    people = [f"P-{n:03}" for n in range(PEOPLE)]
    trainings = [f"T-{n:02}" for n in range(TRAININGS)]
    return Dataset.of(
        {
            "employees": {"employee_id": people, "job_code": [f"J-{n % 3}" for n in range(PEOPLE)]},
            "jobs": {"job_code": ["J-0", "J-1", "J-2"], "title": ["Analis", "Penata", "Pranata"]},
            "job_requirements": {
                "job_code": ["J-0", "J-1", "J-2"],
                "competency_code": ["T.1", "T.1", "T.2"],
                "level": [3.0, 4.0, 3.0],
            },
            "competency_scores": {
                "employee_id": people,
                "competency_code": [f"T.{1 + n % 2}" for n in range(PEOPLE)],
                "level": [float((n + mark) % 4) for n in range(PEOPLE)],
            },
            "trainings": {
                "training_code": trainings,
                "title": [f"Pelatihan {n} angkatan {mark}" for n in range(TRAININGS)],
            },
            "training_outcomes": {
                "training_code": trainings,
                "competency_code": [f"T.{1 + n % 2}" for n in range(TRAININGS)],
                "level_to": [float(1 + n % 4) for n in range(TRAININGS)],
            },
        }
    )


def settings_of(url: str, home: Path):
    """Settings under which every change is due at once and is tried without end."""
    from service.settings import Settings

    return Settings(
        home=home,
        database_url=url,
        model_dir=home / "models",
        worker_nightly=None,
        worker_settle_seconds=0,
        worker_lease_seconds=LEASE_SECONDS,
    ).model_copy(update={"worker_retry_seconds": 0, "worker_tries": 10**6})


def nursery(url: str, home: Path) -> None:
    """Fork a worker per line of input, kill it, and say how it ended and how long it took.

    A line is ``WORK PUBLISH``: seconds after the work began, and after publishing began, at which
    it is killed, whichever comes first.
    """
    settings = settings_of(url, home)
    for line in sys.stdin:
        after_work, after_publish = map(float, line.split())
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os._exit(0 if _work(url, settings, tell) else 1)
        os.close(tell)
        moments = [time.monotonic()]
        kills = []
        with os.fdopen(told, "rb", buffering=0) as signs:
            while signs.read(1):
                wait = (after_work, after_publish)[len(kills)]
                kills.append(threading.Timer(wait, os.kill, (child, signal.SIGKILL)))
                kills[-1].start()
                moments.append(time.monotonic())
        status = os.waitpid(child, 0)[1]
        for kill in kills:
            kill.cancel()
            kill.join()
        end = time.monotonic()
        took = " ".join(f"{end - moment:.3f}" for moment in moments)
        print("killed" if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), took, flush=True)


def _work(url: str, settings, tell: int) -> bool:
    """Do what is due; write a byte when the work begins, and one when it begins to publish."""
    from service.database.engine import open_engine
    from service.usecases import publishing
    from service.usecases.worker import Worker, rerank

    publish, work = publishing.generations.publish, rerank(settings)

    def publish_told(*given, **named):
        os.write(tell, b"p")
        return publish(*given, **named)

    def work_told(job):
        os.write(tell, b"w")
        return work(job)

    publishing.generations.publish = publish_told
    return Worker(settings, open_engine(url), work_told).run(once=True)


def run(url: str, home: Path, points: int, seed: int) -> Found:
    """Kill ``points`` workers on an empty, migrated database."""
    from service.database.datasets import save_dataset
    from service.database.engine import make_home, open_engine

    make_home(home)
    engine, found = open_engine(url), Found()
    chance, mark, done = random.Random(seed), 0, threading.Event()
    start = time.monotonic()
    save_dataset(engine, agency(mark))
    _fit(settings_of(url, home))
    with _nursery(url, home) as worker:
        ended, _, work, publish = worker(NEVER, NEVER)
        _expect(found, ended == "0", "the first run did not publish")
        readers = [
            threading.Thread(target=_read, args=(url, home, done, found)) for _ in range(READERS)
        ]
        for reader in readers:
            reader.start()
        try:
            for point in range(points):
                if _in_force(engine) == mark + 1:
                    mark += 1
                    save_dataset(engine, agency(mark))
                before = _newest(engine)
                if point % 2:
                    ended, *_ = worker(NEVER, chance.uniform(0, float(publish)))
                else:
                    ended, *_ = worker(chance.uniform(0, float(work)), NEVER)
                found.ends[_how(engine, ended, before)] += 1
                _expect(found, _in_force(engine) in (mark, mark + 1), "an occasion came twice")
            _expect(found, worker(NEVER, NEVER)[0] == "0", "it does not go on after the last kill")
            _expect(found, _in_force(engine) == mark + 1, "the last occasion was not served")
        finally:
            done.set()
            for reader in readers:
                reader.join()
    _expect(found, found.reads > 0, "nobody read")
    _look_at_the_end(engine, home, mark, found)
    engine.dispose()
    found.seconds = time.monotonic() - start
    return found


@contextmanager
def _nursery(url: str, home: Path) -> Iterator:
    command = [sys.executable, __file__, "--nursery", url, str(home)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def worker(work: float, publish: float) -> list[str]:
            print(work, publish, file=process.stdin, flush=True)
            return process.stdout.readline().split()

        yield worker
        process.stdin.close()


def _read(url: str, home: Path, done: threading.Event, found: Found) -> None:
    """Compare what is in force with what was published, again and again."""
    from service.database.engine import open_engine
    from service.database.generations import current_generation, published_rows
    from service.database.publishing import snapshot_is_whole, stored_checksum
    from service.errors import UnknownGeneration

    engine, last = open_engine(url), 0
    try:
        while not done.is_set():
            held = current_generation(engine)
            if held is None:
                found.faults.append("nothing was in force")
                return
            try:
                rows = list(published_rows(engine, held.number))
                checksum = stored_checksum(engine, held.number)
                snapshot = snapshot_is_whole(home, held.number, held.data)
                current_generation(engine)
            except UnknownGeneration:  # removed while it was read: told, not mixed
                continue
            people = {row[0] for row in rows}
            whole = (len(rows), len(people), checksum) == (held.items, held.people, held.checksum)
            if not (whole and snapshot) and _still_kept(engine, held.number):
                found.faults.append(f"generation {held.number} is not whole")
            if held.number < last:
                found.faults.append(f"generation {held.number} came after {last}")
            last, found.reads = held.number, found.reads + 1
            done.wait(REST_SECONDS)
    except Exception as error:
        found.faults.append(f"a reader met {error!r}")
    finally:
        engine.dispose()


def _still_kept(engine, number: int) -> bool:
    from service.database.generations import WHOLE, generation

    return generation(engine, number).state in WHOLE


def _newest(engine) -> int:
    from service.database.generations import listed

    return listed(engine, 1)[0].number


def _in_force(engine) -> int:
    """Return how many publications there ever were."""
    from service.database.generations import listed

    return sum(one.published_at is not None for one in listed(engine, 10**6))


def _fit(settings) -> None:
    """Learn one model for all runs, so that their time goes into ranking and publishing."""
    from service.settings import today
    from service.usecases.models import fit_version

    fit_version(agency(0), as_of=today(), settings=settings, seed=0)


def _how(engine, ended: str, before: int) -> str:
    from service.database.generations import listed

    if ended != "killed":
        return "finished" if ended == "0" else "ended badly"
    newest = listed(engine, 1)[0]
    if newest.number == before:
        return "killed before staging"
    switched = newest.published_at is not None
    return "killed after the switch" if switched else "killed while staging"


def _look_at_the_end(engine, home: Path, mark: int, found: Found) -> None:
    """Nothing that was cut off may be left, and the data in force are the newest."""
    from sqlalchemy import select

    from service.database.engine import reading
    from service.database.generations import current_generation
    from service.database.tables import recommendation

    with reading(engine) as connection:
        kept = set(connection.scalars(select(recommendation.c.generation).distinct()))
    folders = {entry.name for entry in (home / "generations").iterdir()}
    _expect(found, folders == {str(number) for number in kept}, f"left behind: {folders} {kept}")
    held = current_generation(engine)
    _expect(
        found, held is not None and held.data == agency(mark).content_hash, "old data are in force"
    )
    _expect(found, not list(home.glob(".rank-*")), "ranked shards are left behind")
    _expect(found, found.ends["ended badly"] == 0, "a try ended badly")


def _expect(found: Found, true: bool, otherwise: str) -> None:
    if not true:
        found.faults.append(otherwise)


@contextmanager
def _database(kind: str, url: str | None, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'database.db'}"
        return
    if url is not None:
        yield url
        return
    # The tests' own way to start a server.
    spec = importlib.util.spec_from_file_location(
        "shared", Path(__file__).parents[1] / "conftest.py"
    )
    shared = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(shared)
    with shared.running_postgres() as socket:
        yield f"postgresql://selaras@/postgres?host={socket}"


def main() -> int:
    """Run and report."""
    from service.database.engine import open_engine
    from service.database.migrate import upgrade

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--url", help="an empty PostgreSQL database to use")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="selaras-kill-") as name,
        _database(asked.database, asked.url, Path(name)) as url,
    ):
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        found = run(url, Path(name, "home"), asked.points, asked.seed)
    ends = ", ".join(f"{number} {end}" for end, number in sorted(found.ends.items()))
    print(f"{asked.database}: {asked.points} points in {found.seconds:.0f} s: {ends}")
    print(f"{found.reads} generations read whole; faults: {found.faults or 'none'}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--nursery"]:
        nursery(sys.argv[2], Path(sys.argv[3]))
    else:
        raise SystemExit(main())
