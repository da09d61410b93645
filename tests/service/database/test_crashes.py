"""Killed without warning at any moment, a publication has happened whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from service.database.engine import open_engine, reading
from service.database.generations import (
    Generation,
    current_generation,
    published_list,
    published_rows,
    snapshot_folders,
)
from service.database.migrate import upgrade
from service.database.publishing import stored_checksum
from service.database.tables import recommendation
from service.errors import UnknownGeneration
from training_data.dataset import Dataset

PEOPLE, RANKS = 40, 3
KILLS = int(os.environ.get("SELARAS_TEST_KILLS", "10"))
"""Set to a large number to kill before each single step."""

LIVES = 10**6

Publisher = Callable[[int, int], str]


@pytest.fixture
def publisher(engine: Engine, migrated_url: str, home: Path) -> Iterator[Publisher]:
    """Publish with a mark in a process of its own, killed before the given step."""
    script = Path(__file__).with_name("publisher.py")
    with subprocess.Popen(
        [sys.executable, script, migrated_url, home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def publish(mark: int, step: int) -> str:
            print(mark, step, file=process.stdin, flush=True)
            return process.stdout.readline().strip()

        yield publish
        process.stdin.close()
        assert process.wait(30) == 0


def whole(engine: Engine, home: Path) -> Generation:
    """The current generation, after looking at all of it."""
    held = current_generation(engine)
    assert held is not None
    mark = held.details["mark"]
    rows = list(published_rows(engine, held.number))
    assert len(rows) == held.items == PEOPLE * RANKS
    assert {row[4] for row in rows} == {mark}
    assert stored_checksum(engine, held.number) == held.checksum
    data = Dataset.read(snapshot_folders(home, held.number).data)
    assert data.content_hash == held.data
    assert data.table("jobs").column("title").to_pylist() == [f"Jabatan {mark}"]
    return held


def test_killed_before_any_of_its_steps_it_leaves_the_old_or_the_new_generation(
    engine: Engine,
    home: Path,
    publisher: Publisher,
    generations_on_disk: Callable[[], set[str]],
) -> None:
    assert publisher(0, LIVES).isdigit()
    assert publisher(1, LIVES).isdigit()
    steps = int(publisher(2, LIVES))
    assert steps > 25
    before = whole(engine, home)
    outcomes = set()
    # Backwards, so that every killed one finds a different amount of work left behind.
    for step in range(steps, 0, -max(1, steps // KILLS)):
        mark = 1000 + step
        assert publisher(mark, step) == "killed"
        after = whole(engine, home)
        assert after.details["mark"] in (before.details["mark"], mark)
        assert after.number >= before.number
        outcomes.add(after.number > before.number)
        before = after
    assert outcomes == {True, False}

    assert publisher(5000, LIVES).isdigit()
    held = whole(engine, home)
    assert held.details["mark"] == 5000
    # What the killed ones left behind is gone.
    with reading(engine) as connection:
        kept = set(connection.scalars(select(recommendation.c.generation).distinct()))
        lists = connection.scalar(select(func.count()).select_from(recommendation))
    assert held.number in kept
    assert generations_on_disk() == {str(number) for number in kept}
    assert (len(kept), lists) == (2, 2 * PEOPLE)


def test_a_reader_sees_one_ranking_while_others_are_published(
    engine: Engine, migrated_url: str, publisher: Publisher
) -> None:
    assert publisher(0, LIVES).isdigit()
    done = threading.Event()
    seen: list[int] = []
    faults: list[str] = []

    def read() -> None:
        own = open_engine(migrated_url)
        try:
            while not done.is_set():
                held = current_generation(own)
                assert held is not None
                try:
                    marks = {
                        item.micro
                        for n in range(0, PEOPLE, 7)
                        for item in published_list(own, held.number, "", f"P-{n}", "training")
                        or [None]
                    }
                except UnknownGeneration:  # two newer ones came while we read: told, not mixed
                    continue
                if marks != {held.details["mark"]}:
                    faults.append(f"generation {held.number} showed {marks}")
                seen.append(held.number)
        except Exception as error:
            faults.append(repr(error))
        finally:
            own.dispose()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for mark in range(1, 5):
            assert publisher(mark, LIVES).isdigit()
    finally:
        done.set()
        reader.join()
    assert faults == []
    assert len(set(seen)) > 1
    assert seen == sorted(seen)


def test_killed_while_migrating_the_tables_are_as_before(
    bare_engine: Engine, database_url: str
) -> None:
    script = (
        "import os, signal, sys\n"
        "from sqlalchemy import event\n"
        "from service.database.engine import open_engine\n"
        "from service.database.migrate import upgrade\n"
        "engine, left = open_engine(sys.argv[1]), [int(sys.argv[2])]\n"
        "def step(*_):\n"
        "    left[0] -= 1\n"
        "    if left[0] == 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "event.listen(engine, 'before_cursor_execute', step)\n"
        "upgrade(engine)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, database_url, "25"])
    assert ended.returncode == -9
    with reading(bare_engine) as connection:
        assert not bare_engine.dialect.has_table(connection, "employees")
    upgrade(bare_engine)
    with reading(bare_engine) as connection:
        assert bare_engine.dialect.has_table(connection, "employees")
