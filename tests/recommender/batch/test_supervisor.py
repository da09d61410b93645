"""What becomes of shards whose workers fail, die or dawdle."""

from __future__ import annotations

from collections import Counter

import pytest

from recommender.batch.pools import Answer, Failed, Lost, PoolGone
from recommender.batch.supervisor import Patience, Quarantined, Supervisor
from recommender.batch.work import Shard, shards_of

SHARDS = shards_of(80, 10)
SOON = Patience(deadline=0.05, tries=3, without_workers=0.02, look=0.0)


class Scripted:
    """A pool that does with each shard what a script says, at each try."""

    def __init__(self, script=None, workers=2, gone_after=None):
        self.script, self.workers, self.gone_after = script or {}, workers, gone_after
        self.running: list[int] = []
        self.tried: Counter[int] = Counter()
        self.beside: dict[int, set[int]] = {}
        self.closed = False

    def room(self):
        return self.workers

    def submit(self, shard: Shard):
        self.running.append(shard.number)
        self.tried[shard.number] += 1

    def wait(self, seconds):
        if self.gone_after is not None and sum(self.tried.values()) >= self.gone_after:
            raise PoolGone
        for number in list(self.running):
            act = self.script.get(number, "answer")
            if callable(act):
                act = act(self.tried[number])
            if act == "hang":
                continue
            self.beside.setdefault(number, set()).update(set(self.running) - {number})
            self.running.remove(number)
            if act == "answer":
                return [Answer(number, str(number).encode())]
            if act == "raise":
                return [Failed(number, "ValueError (here:1)")]
            lost = [Lost(number, not self.running), *(Lost(n, False) for n in self.running)]
            self.running.clear()
            return lost
        return []

    def stop(self, number):
        beside = set(self.running) - {number}
        self.running.clear()
        return beside

    def close(self):
        self.closed = True


def run(pool, instead=None, patience=SOON):
    supervisor = Supervisor(lambda: pool, lambda: instead or Scripted(), patience)
    found = list(supervisor.run(SHARDS))
    answered = sorted(one.number for one in found if isinstance(one, Answer))
    poison = {one.shard.number: one.reason for one in found if isinstance(one, Quarantined)}
    assert sorted([*answered, *poison]) == [shard.number for shard in SHARDS]
    assert pool.closed
    return poison


def test_every_shard_is_answered_once_when_nothing_happens():
    assert run(Scripted()) == {}


def test_a_worker_that_dies_once_costs_only_another_try():
    pool = Scripted({3: lambda tried: "die" if tried == 1 else "answer"})
    assert run(pool) == {}
    assert pool.tried[3] == 2


def test_a_shard_that_kills_its_worker_is_put_into_quarantine_and_no_other():
    pool = Scripted({3: "die"})
    assert run(pool) == {3: "the worker died"}
    assert max(count for number, count in pool.tried.items() if number != 3) <= 2


def test_a_suspect_works_alone():
    pool = Scripted({0: lambda tried: "die" if tried < 3 else "answer"})
    assert run(pool) == {}
    assert pool.beside[0] == {1}  # beside it at the first try only


def test_an_error_is_tried_again_and_then_told_with_its_place():
    pool = Scripted({5: "raise", 6: lambda tried: "raise" if tried == 1 else "answer"})
    assert run(pool) == {5: "ValueError (here:1)"}
    assert pool.tried[5] == SOON.tries


def test_a_shard_beyond_its_deadline_is_given_up_without_blame_for_those_beside():
    poison = run(Scripted({2: "hang"}))
    assert poison == {2: "no answer within 0.05 s"}


def test_other_workers_take_over_when_all_are_gone():
    instead = Scripted()
    pool = Scripted(gone_after=4)
    assert run(pool, instead) == {}
    assert sum(instead.tried.values()) >= 4


def test_a_pool_without_workers_is_left_after_a_while():
    instead = Scripted()
    assert run(Scripted(workers=0), instead) == {}
    assert sorted(instead.tried) == [shard.number for shard in SHARDS]


def test_a_pool_that_cannot_be_made_is_left_at_once():
    def none():
        raise PoolGone

    found = list(Supervisor(none, Scripted, SOON).run(SHARDS))
    assert len(found) == len(SHARDS)


def test_workers_are_let_go_when_nobody_listens_any_more():
    pool = Scripted()
    run = Supervisor(lambda: pool, Scripted, SOON).run(SHARDS)
    next(run)
    run.close()
    assert pool.closed


@pytest.mark.parametrize("people", [0, 1, 255, 4_096, 70_000, 5_000_000])
def test_shards_hold_everybody_once_whoever_works(people):
    shards = shards_of(people)
    assert [row for shard in shards[:3] for row in range(shard.start, shard.stop)] == list(
        range(shards[min(2, len(shards) - 1)].stop if shards else 0)
    )
    assert (shards[-1].stop if shards else 0) == people
    assert [s.start for s in shards[1:]] == [s.stop for s in shards[:-1]]
