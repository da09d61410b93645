"""A Dask cluster whose processes are killed, frozen or wrong: equal bytes, or a clear report."""

from __future__ import annotations

import os
import signal
from functools import partial

import pytest

from recommender.batch import cluster
from recommender.batch.cluster import Cluster, reachable
from recommender.batch.pools import Answer
from recommender.batch.processes import Processes
from recommender.batch.supervisor import Patience, Quarantined, Supervisor
from recommender.batch.work import packed_shard, shards_of

from .conftest import PEOPLE, SIZE
from .dask_cluster import DaskCluster

SHARDS = shards_of(PEOPLE, SIZE)
PATIENCE = Patience(tries=2, without_workers=60.0)
"""Longer than any machine takes to start a worker."""
SHORT = Patience(tries=2, without_workers=2.0)
"""Where no worker will ever come back."""


class Run:
    """What came of a run, and what was told of it."""

    def __init__(self, work, address=None, workers=1, patience=PATIENCE, after_first=None, **how):
        self.refused, self.left = [], []
        make = partial(
            Cluster, work, address, workers, refused=lambda *one: self.refused.append(one), **how
        )
        instead = partial(Processes, work, 2)
        found = []
        for one in Supervisor(make, instead, patience, lambda: self.left.append(1)).run(SHARDS):
            if not found and after_first is not None:
                after_first()
            found.append(one)
        assert len(found) == len(SHARDS)
        self.packed = {one.number: one.packed for one in found if isinstance(one, Answer)}
        self.poison = {o.shard.number: o.reason for o in found if isinstance(o, Quarantined)}


@pytest.fixture(scope="module")
def wanted(task):
    return {shard.number: packed_shard(task, shard) for shard in SHARDS}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A cluster of two workers, for tests that leave them alive."""
    made = DaskCluster(tmp_path_factory.mktemp("dask"), 2)
    yield made
    made.close()


@pytest.fixture
def mortal(tmp_path):
    """A cluster of two workers, for tests that kill."""
    (tmp_path / "dask").mkdir()
    made = DaskCluster(tmp_path / "dask", 2)
    yield made
    made.close()


def test_workers_of_a_running_cluster_answer_the_same_bytes(task, wanted, two):
    run = Run(partial(packed_shard, task), two.address, folders=(task.data, task.model))
    assert (run.packed, run.poison, run.left, run.refused) == (wanted, {}, [], [])


def test_a_cluster_of_ones_own_survives_a_kill_and_ends_with_the_run(task, wanted, tmp_path):
    once, people = str(tmp_path / "once"), tmp_path / "pids"
    people.mkdir()

    def work(shard):
        open(f"{people}/{os.getpid()}", "w").close()
        if shard.number == 2 and not os.path.exists(once):
            open(once, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return packed_shard(task, shard)

    run = Run(work, workers=1)
    assert (run.packed, run.poison, run.left) == (wanted, {}, [])
    pids = [int(one.name) for one in people.iterdir()]
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_an_error_is_told_by_its_place_and_its_words_are_in_no_log(task, wanted, two):
    def work(shard):
        if shard.number == 4:
            raise ValueError("Ani Lestari")
        return packed_shard(task, shard)

    run = Run(work, two.address)
    assert run.packed == {number: packed for number, packed in wanted.items() if number != 4}
    assert "ValueError" in run.poison[4]
    assert "Ani" not in run.poison[4] + two.said()


def test_a_frozen_worker_costs_its_deadline_and_is_used_again_when_it_wakes(
    task, wanted, two, tmp_path
):
    frozen = str(tmp_path / "frozen")

    def work(shard):
        if shard.number == 3 and not os.path.exists(frozen):
            with open(frozen, "w") as file:
                file.write(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGSTOP)
        return packed_shard(task, shard)

    try:
        run = Run(work, two.address, patience=Patience(deadline=4.0, tries=3))
    finally:
        with open(frozen) as file:
            os.kill(int(file.read()), signal.SIGCONT)
    assert (run.packed, run.poison, run.left) == (wanted, {}, [])
    again = Run(partial(packed_shard, task), two.address)
    assert (again.packed, again.left) == (wanted, [])


def test_a_worker_with_other_code_gets_no_work(task, wanted, two, tmp_path):
    preload = tmp_path / "other.py"
    preload.write_text(
        "from recommender.batch import cluster\ncluster.code_version = lambda: 'other'\n",
        encoding="utf-8",
    )
    other = two.add("--preload", str(preload), "--name", "other")
    with cluster.connect(two.address) as client:
        client.wait_for_workers(3, timeout=60)

    def work(shard):
        if cluster.code_version() == "other":
            raise ValueError
        return packed_shard(task, shard)

    try:
        run = Run(work, two.address)
    finally:
        other.kill()
    assert (run.packed, run.poison, run.left) == (wanted, {}, [])
    assert [why for _, why in run.refused] == ["code"]


def test_without_any_fit_worker_processes_take_over(task, wanted, two, monkeypatch):
    lost = Run(partial(packed_shard, task), two.address, folders=(task.data, "/not/there"))
    assert {why for _, why in lost.refused} == {"folder"}
    monkeypatch.setattr(cluster, "code_version", lambda: "newer")
    run = Run(partial(packed_shard, task), two.address)
    assert {why for _, why in run.refused} == {"code"}
    for one in (lost, run):
        assert (one.packed, one.poison, one.left) == (wanted, {}, [1])


def test_a_worker_killed_midway_changes_no_byte(task, wanted, mortal):
    run = Run(partial(packed_shard, task), mortal.address, after_first=mortal.workers[0].kill)
    assert (run.packed, run.poison, run.left) == (wanted, {}, [])


def test_a_shard_that_kills_every_worker_is_found_out_and_processes_do_the_rest(
    task, wanted, mortal
):
    def work(shard):
        if shard.number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return packed_shard(task, shard)

    run = Run(work, mortal.address, patience=SHORT)
    assert run.poison == {1: "the worker died"}
    assert run.packed == {number: packed for number, packed in wanted.items() if number != 1}


def test_all_workers_killed_midway_is_survived(task, wanted, mortal):
    def kill():
        for worker in mortal.workers:
            worker.kill()

    run = Run(partial(packed_shard, task), mortal.address, patience=SHORT, after_first=kill)
    assert (run.packed, run.poison, run.left) == (wanted, {}, [1])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_scheduler_killed_or_frozen_midway_is_survived(task, wanted, mortal, monkeypatch, how):
    monkeypatch.setattr(cluster, "REPLY", 2.0)

    def strike():
        mortal.scheduler.send_signal(how)

    def work(shard):
        if shard.number > 1:
            import time

            time.sleep(0.5)
        return packed_shard(task, shard)

    run = Run(work, mortal.address, after_first=strike)
    assert (run.packed, run.poison, run.left) == (wanted, {}, [1])


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "nonsense://1"])
def test_an_address_where_nothing_answers_is_told(address):
    assert not reachable(address)


def test_a_cluster_that_is_not_there_is_left_at_once(task, wanted):
    run = Run(partial(packed_shard, task), "tcp://127.0.0.1:9")
    assert (run.packed, run.left) == (wanted, [1])
