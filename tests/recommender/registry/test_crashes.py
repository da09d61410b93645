"""Killed without warning at any moment, a change of models has happened whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import recommender
from recommender import artifact
from recommender.registry import changes, journal, layout, resolve
from recommender.registry.changes import Stamp
from recommender.registry.verify import verify

LIVES = 10**6
STAMP = Stamp("penguji", "2026-01-06T00:00:00+00:00")

Changer = Callable[..., str]


@pytest.fixture
def changer(tmp_path: Path) -> Iterator[Changer]:
    """Change models in a process of its own, killed before the given step."""
    code = Path(str(recommender.__file__)).parents[1]
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("changer.py"), tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(code)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def change(action: str, value: int, step: int = LIVES) -> str:
            print(action, value, step, file=process.stdin, flush=True)
            return process.stdout.readline().strip()

        yield change
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_plain_model_is_the_old_or_the_new_one_wherever_its_writing_was_killed(tmp_path, changer):
    plain = tmp_path / "plain"
    changer("save", 1)
    steps = int(changer("save", 2))
    seen = set()
    for step in range(1, steps + 1):
        changer("save", 1)
        assert changer("save", 2, step) == "killed"
        found = artifact.load(plain).as_of.day
        assert found in (1, 2)
        assert artifact.load(resolve(plain)).as_of.day == found
        seen.add(found)
    assert seen == {1, 2}
    changer("save", 3)
    assert artifact.load(plain).as_of.day == 3
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]


def test_a_new_version_is_there_whole_or_not_at_all_and_the_one_in_force_stays(tmp_path, changer):
    registry = tmp_path / "registry"
    changer("add", 1)
    changer("first", 1)
    shutil.copytree(registry, tmp_path / "before")
    steps = int(changer("add", 2))
    seen = set()
    for step in range(1, steps + 1):
        shutil.rmtree(registry)
        shutil.copytree(tmp_path / "before", registry)
        assert changer("add", 2, step) == "killed"
        assert artifact.load(resolve(registry)).as_of.day == 1
        days = [artifact.load(version.folder).as_of.day for version in layout.versions(registry)]
        assert days in ([1], [1, 2])
        seen.add(len(days))
        changer("add", 2)
        assert len(layout.versions(registry)) == 2
        assert verify(registry) == ()
        assert not list((registry / "versions").glob(".*"))
    assert seen == {1, 2}


def test_the_version_in_force_is_the_old_or_the_new_one_wherever_promotion_was_killed(
    tmp_path, changer
):
    registry = tmp_path / "registry"
    changer("add", 1)
    changer("first", 1)
    changer("add", 2)
    shutil.copytree(registry, tmp_path / "before")
    steps = int(changer("promote", 2))
    seen = set()
    for step in range(1, steps + 1):
        shutil.rmtree(registry)
        shutil.copytree(tmp_path / "before", registry)
        assert changer("promote", 2, step) == "killed"
        held = artifact.load(resolve(registry)).as_of.day
        assert verify(registry) == ()
        changes.settle(registry, STAMP)
        assert artifact.load(resolve(registry)).as_of.day == held
        assert verify(registry) == ()
        ends = [line["event"] for line in journal.read(registry).lines if "action" in line]
        assert ends[-1] == ("done" if held == 2 else "abandoned")
        seen.add(held)
    assert seen == {1, 2}


def test_a_removal_that_was_told_is_carried_out_wherever_it_was_killed(tmp_path, changer):
    registry = tmp_path / "registry"
    for day in (1, 2, 3):
        changer("add", day)
    changer("first", 1)
    shutil.copytree(registry, tmp_path / "before")
    steps = int(changer("remove", 2))
    assert steps > 3
    for step in range(1, steps + 1):
        shutil.rmtree(registry)
        shutil.copytree(tmp_path / "before", registry)
        assert changer("remove", 2, step) == "killed"
        assert artifact.load(resolve(registry)).as_of.day == 1
        for version in layout.versions(registry):
            artifact.load(version.folder)
        changes.settle(registry, STAMP)
        assert [version.number for version in layout.versions(registry)] == [1, 3]
        told = journal.read(registry).lines
        assert journal.numbers(told, "removed") == {2}
        assert verify(registry) == ()
        assert not list((registry / "versions").glob(".*"))


def test_a_number_is_not_given_again_after_its_version_was_removed(tmp_path, changer):
    registry = tmp_path / "registry"
    for day in (1, 2):
        changer("add", day)
    changer("first", 1)
    changer("remove", 2)
    changer("add", 3)
    assert [version.number for version in layout.versions(registry)] == [1, 3]
    assert verify(registry) == ()


def test_a_model_of_older_times_is_adopted_whole_or_stays_where_it_is(tmp_path, changer):
    registry = tmp_path / "registry"
    changer("save", 1)
    registry.mkdir()
    (tmp_path / "plain").rename(registry / "current")
    shutil.copytree(registry, tmp_path / "before")
    steps = int(changer("adopt", 0))
    for step in range(1, steps + 1):
        shutil.rmtree(registry)
        shutil.copytree(tmp_path / "before", registry)
        assert changer("adopt", 0, step) == "killed"
        changer("adopt", 0)
        assert artifact.load(resolve(registry)).as_of.day == 1
        assert [version.number for version in layout.versions(registry)] == [1]
        assert not (registry / "current").exists()
        assert verify(registry) == ()
