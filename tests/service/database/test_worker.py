"""Of several workers exactly one publishes, whatever is killed, paused or told to stop."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy import Engine

from service.database import lease as leases
from service.database import publishing as storing
from service.database import runs
from service.database.datasets import save_dataset
from service.database.engine import open_engine
from service.database.generations import (
    Manifest,
    current_generation,
    listed,
    publish,
    published_rows,
    roll_back,
)
from service.errors import FencedOut, HeldBack, UnknownGeneration
from service.settings import Settings
from service.usecases.worker import Job, Quiet, Standby, Work, Worker
from training_data.dataset import Dataset
from training_data.messages import Text

LEASE_SECONDS = 2
SCRIPT = Path(__file__).with_name("working.py")


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(
        home=home,
        model_dir=home / "models",
        worker_nightly=None,
        worker_settle_seconds=0,
        worker_lease_seconds=LEASE_SECONDS,
    ).model_copy(update={"worker_retry_seconds": 0})  # patience is tested with the schedule


@pytest.fixture
def imported(engine: Engine, agency: Dataset) -> Engine:
    save_dataset(engine, agency)
    return engine


def publishing(engine: Engine, home: Path, agency: Dataset) -> Work:
    """Work that publishes one list."""

    def work(job: Job) -> int:
        job.progress("rank", 0, 1)
        manifest = Manifest(date(2026, 1, 5), "m", "r", details={"inputs": job.inputs})
        rows = [("P-1", "training", "T-1", 1, 5, "lolos", "")]
        return publish(engine, home, rows, manifest, agency, guard=job.guard)

    return work


def states(engine: Engine) -> list[str]:
    return [run.state for run in runs.runs(engine)]


def in_force(engine: Engine) -> int:
    return sum(one.published_at is not None for one in listed(engine))


def test_the_lease_goes_to_one_and_only_if_nobody_moved(engine: Engine) -> None:
    seen = leases.held(engine)
    first = leases.take(engine, "a", seen)
    assert first is not None
    assert leases.take(engine, "b", seen) is None
    assert leases.beat(engine, first, None, None)
    second = leases.take(engine, "b", leases.held(engine))
    assert second is not None
    assert second.token > first.token
    assert not leases.beat(engine, first, None, None)
    leases.release(engine, first)  # no longer its own to leave
    assert leases.held(engine).holder == "b"
    leases.release(engine, second)
    assert leases.held(engine).holder is None


def test_who_was_overtaken_can_neither_begin_nor_publish(
    imported: Engine, home: Path, agency: Dataset
) -> None:
    lease = leases.take(imported, "a", leases.held(imported))
    assert lease is not None
    run = runs.begin(imported, lease, "change", "1", "1")
    assert leases.take(imported, "b", leases.held(imported)) is not None
    job = Job(date(2026, 1, 5), "1", lambda *_: None, leases.guard(lease, run))
    with pytest.raises(FencedOut):
        publishing(imported, home, agency)(job)
    assert current_generation(imported) is None
    assert states(imported) == ["lost"]
    with pytest.raises(FencedOut):
        runs.begin(imported, lease, "change", "1", "1")


def test_a_lease_is_taken_only_after_a_silence_that_one_has_heard_oneself() -> None:
    standby = Standby(60)
    free, beats = leases.Held(None, 1, 1, None), [leases.Held("a", 1, n, None) for n in range(3)]
    assert standby.may_take(free, 0)
    assert not standby.may_take(beats[0], 0)
    assert not standby.busy  # one look does not tell the living from the dead
    assert not standby.may_take(beats[0], 59)
    assert not standby.may_take(beats[1], 100)
    assert standby.busy
    assert not standby.may_take(beats[1], 159)
    assert standby.may_take(beats[1], 160)


def test_a_change_is_left_to_settle() -> None:
    quiet = Quiet(60)
    assert not quiet.settled("1", 0)
    assert not quiet.settled("2", 50)
    assert not quiet.settled("2", 109)
    assert quiet.settled("2", 110)


def test_what_is_due_is_published_once_and_again_after_the_next_change(
    imported: Engine, home: Path, agency: Dataset, settings: Settings
) -> None:
    def once() -> None:
        assert Worker(settings, imported, publishing(imported, home, agency)).run(once=True)

    once()
    once()
    assert in_force(imported) == 1
    more = {"units": {"unit_code": ["U-9"], "name": ["Seksi Baru"]}}
    save_dataset(imported, Dataset.of(more))
    once()
    assert in_force(imported) == 2
    roll_back(imported)
    once()  # what was taken back is not brought back by the same inputs
    assert in_force(imported) == 2
    assert states(imported) == ["published"] * 2
    assert leases.held(imported).holder is None


def test_what_a_kill_left_behind_goes_also_where_no_publication_follows(
    imported: Engine,
    home: Path,
    agency: Dataset,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    def idle(job: Job) -> int:
        raise OSError

    good = publishing(imported, home, agency)
    job = Job(date(2026, 1, 5), "1", lambda *_: None, lambda *_: None)
    with monkeypatch.context() as patch:
        patch.setattr(storing, "_switch", killed)
        patch.setattr(storing, "_give_up", lambda *_: False)
        with pytest.raises(KeyboardInterrupt):
            good(job)
    with monkeypatch.context() as patch:
        patch.setattr(storing, "prune", killed)
        with pytest.raises(KeyboardInterrupt):
            good(job)
    left, served = sorted(int(folder.name) for folder in (home / "generations").iterdir())
    Worker(settings, imported, idle).run(once=True)
    assert [folder.name for folder in (home / "generations").iterdir()] == [str(served)]
    assert list(published_rows(imported, served))
    with pytest.raises(UnknownGeneration):
        list(published_rows(imported, left))


def test_without_data_nothing_is_due(engine: Engine, settings: Settings) -> None:
    def work(job: Job) -> int:
        raise AssertionError

    assert Worker(settings, engine, work).run(once=True)
    assert states(engine) == []


@pytest.mark.parametrize(
    ("error", "state", "problem"),
    [
        (HeldBack("cli.fairness.held", findings=Text("x", "x")), "held", "cli.fairness.held"),
        (ValueError("199001012020011001"), "failed", "ValueError"),
    ],
)
def test_what_ended_badly_is_written_down_without_what_it_quoted(
    imported: Engine, settings: Settings, error: Exception, state: str, problem: str
) -> None:
    said: list[str] = []

    def work(job: Job) -> int:
        raise error

    once = settings.model_copy(update={"worker_tries": 1})
    worker = Worker(once, imported, work, tell=lambda text: said.append(text.id))
    assert not worker.run(once=True)
    [run] = runs.runs(imported)
    assert (run.state, run.problem) == (state, problem)
    assert "199001012020011001" not in "".join(said)


def test_failures_are_tried_again_and_given_up_at_last(
    imported: Engine, settings: Settings
) -> None:
    tried: list[float] = []

    def work(job: Job) -> int:
        tried.append(time.monotonic())
        raise OSError

    worker = Worker(settings.model_copy(update={"worker_tries": 3}), imported, work)
    for _ in range(2):
        worker.run(once=True)
    assert len(tried) == 3
    assert states(imported) == ["failed"] * 3


def test_told_to_stop_it_gives_up_cleanly_and_leaves_the_lease(
    imported: Engine, home: Path, agency: Dataset, settings: Settings,
    generations_on_disk: Callable[[], set[str]],
) -> None:  # fmt: skip
    begun = Event()

    def work(job: Job) -> int:
        def rows() -> Iterator[tuple[str, str, str, int, int, str, str]]:
            yield ("P-1", "training", "T-1", 1, 5, "lolos", "")
            begun.set()
            while True:
                job.progress("rank", 1, 2)
                time.sleep(0.01)

        manifest = Manifest(date(2026, 1, 5), "m", "r")
        return publish(imported, home, rows(), manifest, agency, guard=job.guard)

    worker = Worker(settings, imported, work)
    thread = Thread(target=worker.run)
    thread.start()
    begun.wait(30)
    worker.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert states(imported) == ["stopped"]
    assert [one.state for one in listed(imported)] == ["failed"]
    assert generations_on_disk() == set()
    assert leases.held(imported).holder is None


def test_two_workers_at_once_publish_once(
    imported: Engine, migrated_url: str, home: Path, agency: Dataset, settings: Settings
) -> None:
    def work() -> None:
        own = open_engine(migrated_url)
        try:
            Worker(settings, own, publishing(own, home, agency)).run(once=True)
        finally:
            own.dispose()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert in_force(imported) == 1
    assert states(imported) == ["published"]


@pytest.fixture
def process(imported: Engine, migrated_url: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker that has begun to work and waits for a line of input."""
    with subprocess.Popen(
        [sys.executable, SCRIPT, migrated_url, home, "waits"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "working\n"
        yield running
        if running.poll() is None:
            running.kill()


def freeze(process: subprocess.Popen[str], url: str) -> None:
    """Pause a process between two of its beats: it sleeps, and holds no lock of the database."""
    while True:
        os.kill(process.pid, signal.SIGSTOP)
        if nobody_writes(url):
            return
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(0.05)


def nobody_writes(url: str) -> bool:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0.1)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
        return True
    with psycopg.connect(url) as connection:
        try:
            connection.execute("SELECT id FROM worker_lease FOR UPDATE NOWAIT")
        except psycopg.errors.LockNotAvailable:
            return False
    return True


def test_a_paused_holder_that_wakes_up_late_is_fenced_out(
    imported: Engine, migrated_url: str, home: Path, agency: Dataset, settings: Settings,
    process: subprocess.Popen[str],
) -> None:  # fmt: skip
    freeze(process, migrated_url)
    assert Worker(settings, imported, publishing(imported, home, agency)).run(once=True)
    held = current_generation(imported)
    assert held is not None
    os.kill(process.pid, signal.SIGCONT)
    said, _ = process.communicate("\n", 60)
    assert "cut off" in said
    assert in_force(imported) == 1
    after = current_generation(imported)
    assert after is not None
    assert after.number == held.number
    assert sorted(states(imported)) == ["lost", "published"]


def test_after_a_killed_holder_another_one_finishes(
    imported: Engine, home: Path, agency: Dataset, settings: Settings,
    process: subprocess.Popen[str],
) -> None:  # fmt: skip
    process.kill()
    process.wait(30)
    Worker(settings, imported, publishing(imported, home, agency)).run(once=True)
    assert in_force(imported) == 1
    assert states(imported) == ["published", "lost"]
