"""Rank only those whom a change touches, and keep the lists of the others: the same bytes as all.

In: an engine and an earlier ranking with its basis. Out: everybody's lists in order, as a full run
gives them. It wraps a ``Runner``, so whatever does the work of a full run does this work too, and a
finished shard is the same whichever way it was made. Touched people are few and far between, so
those of several shards are ranked together.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recommender.batch.fingerprints import Basis
from recommender.batch.pools import Answer
from recommender.batch.stream import Runner
from recommender.batch.supervisor import Quarantined
from recommender.batch.work import Shard, pack, rank_rows, shard_size, shards_of, unpack
from recommender.columns import Index
from recommender.engine import Engine
from recommender.listing import Ranked
from recommender.results import Kind


@dataclass(frozen=True)
class Earlier:
    """A ranking made before.

    Attributes:
        basis: what it rests on; people who could not be ranked are not among its people.
        lines, without: as in ``Ranked``, ordered by employee id and rank.
    """

    basis: Basis
    lines: pa.Table
    without: pa.Table


class Reuse:
    """What of an earlier ranking can be kept.

    Parameters:
        basis: what the new ranking rests on.

    Attributes:
        differs: common parts that are not the same; where there is one, nothing is kept.
        touched: who has to be ranked anew, bool ``[n_people]``.
    """

    def __init__(self, basis: Basis, earlier: Earlier) -> None:
        self.kind: Kind = "role" if basis.common["kind"] == "role" else "training"
        self.differs = basis.differs(earlier.basis)
        self.touched = basis.touched(earlier.basis)
        self._index = basis.people
        self._size = shard_size(int(self.touched.sum()))
        self._lines = _Rows(earlier.lines, self._index, ~self.touched)
        self._without = _Rows(earlier.without, self._index, ~self.touched)

    def runner(self, run: Runner) -> Runner:
        """Return a runner that has only the touched people ranked and puts the kept ones beside.

        A group of shards that fails is tried shard by shard, so that only the guilty is left out;
        what answers in order does so here unless that happens.
        """

        def merged(shards: tuple[Shard, ...]) -> Iterator[Answer | Quarantined]:
            failed = yield from self._ranked(run, self._groups(shards))
            yield from self._ranked(run, [(shard,) for shard in failed])

        return merged

    def _ranked(
        self, run: Runner, groups: list[tuple[Shard, ...]]
    ) -> Generator[Answer | Quarantined, None, list[Shard]]:
        """Yield what becomes of groups of shards; return the shards of groups that failed."""
        asked = {group[0].number: self._asked(group) for group in groups}
        members = {group[0].number: group for group in groups}
        failed: list[Shard] = []
        for done in run(tuple(one for one in asked.values() if one.only)):
            group = members[done.number if isinstance(done, Answer) else done.shard.number]
            if isinstance(done, Answer):
                yield from self._answers(group, unpack(done.packed))
            elif len(group) == 1:
                yield done
            else:
                failed += group
        for number, one in asked.items():  # of groups, the last alone may have nobody to rank
            if not one.only:
                yield from self._answers(members[number], Ranked.nobody(self.kind))
        return failed

    def _groups(self, shards: tuple[Shard, ...]) -> list[tuple[Shard, ...]]:
        """Cut shards into groups that have enough touched people to be worth a worker's while."""
        groups: list[tuple[Shard, ...]] = []
        held: list[Shard] = []
        people = 0
        for shard in shards:
            held.append(shard)
            people += int(self.touched[shard.start : shard.stop].sum())
            if people >= self._size:
                groups.append(tuple(held))
                held, people = [], 0
        return [*groups, tuple(held)] if held else groups

    def _asked(self, group: tuple[Shard, ...]) -> Shard:
        """Return what is asked of a worker for a group: its touched people."""
        rows = [s.start + np.flatnonzero(self.touched[s.start : s.stop]) for s in group]
        only = tuple(np.concatenate(rows).tolist())
        return Shard(group[0].number, group[0].start, group[-1].stop, only)

    def _answers(self, group: tuple[Shard, ...], fresh: Ranked) -> Iterator[Answer]:
        """Yield the lists of each shard of a group: those just made among those kept."""
        lines, without = (_Rows(table, self._index) for table in (fresh.lines, fresh.without))
        for shard in group:
            whole = Ranked(
                self.kind,
                shard.stop - shard.start,
                _in_order(self._lines.of(shard), lines.of(shard)),
                _in_order(self._without.of(shard), without.of(shard)),
            )
            yield Answer(shard.number, pack(whole))


def rank_changed(engine: Engine, kind: Kind, k: int, earlier: Earlier) -> Iterator[Ranked]:
    """Yield everybody's lists, those of touched people worked out here, the others kept."""

    def run(shards: tuple[Shard, ...]) -> Iterator[Answer | Quarantined]:
        for shard in shards:
            yield Answer(shard.number, pack(rank_rows(engine, kind, k, shard)))

    reuse = Reuse(Basis.of(engine, kind, k), earlier)
    for done in reuse.runner(run)(shards_of(len(engine.employee_ids))):
        assert isinstance(done, Answer)
        yield unpack(done.packed)


_Some = tuple[pa.Table, NDArray[np.int32]]
"""Rows of a table, and the person of each."""


class _Rows:
    """Rows of some people, found by shard.

    Parameters:
        table: the rows of each person stand in their order.
        wanted: whose rows are found, by default everybody's who is known.
    """

    def __init__(
        self, table: pa.Table, index: Index, wanted: NDArray[np.bool_] | None = None
    ) -> None:
        person = index.lookup(table["employee_id"])
        keep = person >= 0
        if wanted is not None:
            keep &= np.append(wanted, False)[person]
        kept = np.flatnonzero(keep)
        kept = kept[np.argsort(person[kept], kind="stable")]
        self._person = person[kept]
        self._table = table.take(pa.array(kept)).combine_chunks()

    def of(self, shard: Shard) -> _Some:
        """Return the rows of a shard's people."""
        low, high = np.searchsorted(self._person, (shard.start, shard.stop))
        return self._table.slice(low, high - low), self._person[low:high]


def _in_order(kept: _Some, fresh: _Some) -> pa.Table:
    """Lay rows that are in order by themselves into one order: by person, then as they stood."""
    order = np.argsort(np.append(kept[1], fresh[1]), kind="stable")
    return pa.concat_tables([kept[0], fresh[0]]).take(pa.array(order))
