"""The batch as a stream: everybody's lists, shard by shard, in the order of the people.

In: an engine and how the work is done. Out: one ``Ranked`` per shard, the same whatever does the
work and however it is cut. What is finished is kept, so that a batch which was stopped goes on;
what is not asked for yet stays on disk, so that memory does not grow with the people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from recommender.batch.code import code_version
from recommender.batch.pools import Answer, Work, reason_of
from recommender.batch.store import Store
from recommender.batch.supervisor import Quarantined
from recommender.batch.work import Shard, pack, rank_rows, unpack
from recommender.block import LISTED, blocks
from recommender.engine import Engine
from recommender.errors import NothingRanked, UnusableStore
from recommender.listing import Ranked
from recommender.results import Kind


def rank_everybody(engine: Engine, kind: Kind, k: int) -> Iterator[Ranked]:
    """Yield the lists of everybody, block by block, worked out here and kept nowhere."""
    rows = np.arange(len(engine.employee_ids), dtype=np.int64)
    for block in blocks(rows, LISTED[kind]):
        yield engine.rank_block(kind, block, k)


class Runner(Protocol):
    """How the work is done: here, by processes, by a cluster."""

    def __call__(self, shards: tuple[Shard, ...]) -> Iterator[Answer | Quarantined]:
        """Yield an answer or a quarantine for every shard, in any order."""


@dataclass
class Stream:
    """The lists of everybody of one kind; to be gone through once.

    Attributes:
        run: does the work.
        store: keeps finished shards; ``None`` only with a runner that answers in order.
        quarantined: shards that could not be ranked, once the stream is at its end.
        reused_people: people of shards found finished.
    """

    shards: tuple[Shard, ...]
    run: Runner
    store: Store | None = None
    quarantined: list[Quarantined] = field(default_factory=list)
    reused_people: int = 0

    @property
    def quarantined_people(self) -> int:
        """People of the shards that could not be ranked."""
        return sum(one.shard.stop - one.shard.start for one in self.quarantined)

    def remove(self) -> None:
        """Remove what was kept: everything that came of it is in its place."""
        if self.store is not None:
            self.store.remove()

    def __iter__(self) -> Iterator[Ranked]:
        """Yield the shards in order; those in quarantine are left out.

        Raises:
            NothingRanked: not one shard could be ranked.
        """
        yield from self._in_order() if self.store is None else self._by_store(self.store)
        if self.quarantined and len(self.quarantined) == len(self.shards):
            raise NothingRanked(
                f"No shard of people could be ranked: {self.quarantined[-1].reason}."
            )

    def _in_order(self) -> Iterator[Ranked]:
        for done in self.run(self.shards):
            if isinstance(done, Quarantined):
                self.quarantined.append(done)
            else:
                yield unpack(done.packed)

    def _by_store(self, store: Store) -> Iterator[Ranked]:
        missing = tuple(shard for shard in self.shards if store.get(shard.number) is None)
        self.reused_people = sum(s.stop - s.start for s in set(self.shards) - set(missing))
        poison: set[int] = set()
        work = self.run(missing)
        for shard in self.shards:
            while shard.number not in store and shard.number not in poison:
                done = next(work)
                if isinstance(done, Quarantined):
                    self.quarantined.append(done)
                    poison.add(done.shard.number)
                else:
                    store.put(done.number, done.packed)
            if shard.number in poison:
                continue
            packed = store.get(shard.number)
            if packed is None:
                raise UnusableStore("A finished shard was damaged while it waited. Start again.")
            yield unpack(packed)


def here(engine: Engine, kind: Kind, k: int) -> Runner:
    """Return the runner that works in this process, one shard after the other."""

    def run(shards: tuple[Shard, ...]) -> Iterator[Answer | Quarantined]:
        yield from in_turn(lambda shard: pack(rank_rows(engine, kind, k, shard)), shards)

    return run


def in_turn(work: Work, shards: tuple[Shard, ...]) -> Iterator[Answer | Quarantined]:
    """Work in this process, one shard after the other; one that fails is set aside."""
    for shard in shards:
        try:
            packed = work(shard)
        except (OSError, MemoryError):
            raise  # the machine's, not the shard's
        except Exception as error:
            yield Quarantined(shard, reason_of(error))
        else:
            yield Answer(shard.number, packed)


def question(engine: Engine, kind: Kind, k: int, shards: tuple[Shard, ...]) -> Mapping[str, object]:
    """Return what finished shards answer; they are of use only where all of it is the same."""
    return {
        "kind": kind,
        "k": k,
        "as_of": engine.as_of.isoformat(),
        "data": engine.data_hash,
        "model": engine.model_id,
        "rules": engine.rules_hash,
        "code": code_version(),
        "shards": [shard.stop for shard in shards],
    }
