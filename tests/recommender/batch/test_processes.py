"""Processes that are killed, raise or hang: equal bytes, or a clear report."""

from __future__ import annotations

import os
import signal
import time
from functools import partial

import pytest

from recommender.batch.pools import Answer
from recommender.batch.processes import Processes
from recommender.batch.supervisor import Patience, Quarantined, Supervisor
from recommender.batch.work import packed_shard, shards_of

from .conftest import PEOPLE, SIZE

SHARDS = shards_of(PEOPLE, SIZE)


def answers(work, patience=None, workers=2):
    made = partial(Processes, work, workers)
    found = list(Supervisor(made, made, patience or Patience(tries=2)).run(SHARDS))
    assert len(found) == len(SHARDS)
    poison = {one.shard.number: one.reason for one in found if isinstance(one, Quarantined)}
    return {one.number: one.packed for one in found if isinstance(one, Answer)}, poison


@pytest.fixture(scope="module")
def wanted(task):
    return {shard.number: packed_shard(task, shard) for shard in SHARDS}


def test_one_process_and_two_answer_the_same_bytes(task, wanted):
    assert answers(partial(packed_shard, task)) == (wanted, {})
    assert answers(partial(packed_shard, task), workers=1) == (wanted, {})


def test_a_process_killed_midway_changes_no_byte(task, wanted, tmp_path):
    once = str(tmp_path / "once")

    def work(shard):
        if shard.number == 2 and not os.path.exists(once):
            open(once, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return packed_shard(task, shard)

    assert answers(work) == (wanted, {})


def test_a_shard_that_kills_and_one_that_raises_are_found_out(task, wanted):
    def work(shard):
        if shard.number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if shard.number == 4:
            raise ValueError("Ani Lestari")
        return packed_shard(task, shard)

    found, poison = answers(work)
    assert found == {number: packed for number, packed in wanted.items() if number not in (1, 4)}
    assert poison[1] == "the worker died"
    assert "ValueError" in poison[4]
    assert "Ani" not in poison[4]


def test_a_shard_that_never_ends_is_given_up(task, wanted):
    def work(shard):
        if shard.number == 0:
            time.sleep(600)
        return packed_shard(task, shard)

    found, poison = answers(work, Patience(deadline=15.0, tries=1))
    assert found == {number: packed for number, packed in wanted.items() if number != 0}
    assert poison == {0: "no answer within 15 s"}
