"""Rank only those whom a change touches, and keep the lists of the others: the same bytes as all.

In: an engine and an earlier ranking with its basis. Out: everybody's lists in order, as a full run
gives them. It wraps a ``Runner``, so whatever does the work of a full run does this work too, and a
finished shard is the same whichever way it was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recommender.batch.fingerprints import Basis
from recommender.batch.pools import Answer
from recommender.batch.stream import Runner, Stream, here
from recommender.batch.supervisor import Quarantined
from recommender.batch.work import Shard, pack, shards_of, unpack
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
        self._lines = _Kept(earlier.lines, self._index, self.touched)
        self._without = _Kept(earlier.without, self._index, self.touched)

    def runner(self, run: Runner) -> Runner:
        """Return a runner that has only the touched people ranked and puts the kept ones beside."""

        def merged(shards: tuple[Shard, ...]) -> Iterator[Answer | Quarantined]:
            asked = {shard.number: self._asked(shard) for shard in shards}
            work = run(tuple(one for one in asked.values() if len(one.rows)))
            for shard in shards:
                if len(asked[shard.number].rows) == 0:
                    yield Answer(shard.number, pack(self._kept(shard)))
                    continue
                done = next(work)
                if isinstance(done, Answer):
                    whole = asked[done.number]
                    done = Answer(done.number, pack(self._beside(whole, unpack(done.packed))))
                yield done

        return merged

    def _asked(self, shard: Shard) -> Shard:
        rows = shard.start + np.flatnonzero(self.touched[shard.start : shard.stop])
        return replace(shard, only=tuple(rows.tolist()))

    def _kept(self, shard: Shard) -> Ranked:
        lines, _ = self._lines.of(shard)
        without, _ = self._without.of(shard)
        return Ranked(self.kind, shard.stop - shard.start, lines, without)

    def _beside(self, shard: Shard, fresh: Ranked) -> Ranked:
        """Return the lists of a shard: those just made, in their places among those kept."""
        return Ranked(
            self.kind,
            shard.stop - shard.start,
            _in_order(*self._lines.of(shard), fresh.lines, self._index),
            _in_order(*self._without.of(shard), fresh.without, self._index),
        )


def rank_changed(engine: Engine, kind: Kind, k: int, earlier: Earlier) -> Iterator[Ranked]:
    """Yield everybody's lists, those of touched people worked out here, the others kept."""
    reuse = Reuse(Basis.of(engine, kind, k), earlier)
    shards = shards_of(len(engine.employee_ids))
    yield from Stream(shards, reuse.runner(here(engine, kind, k)))


class _Kept:
    """The rows of an earlier table that are kept, found by shard."""

    def __init__(self, table: pa.Table, index: Index, touched: NDArray[np.bool_]) -> None:
        person = index.lookup(table["employee_id"])
        keep = (person >= 0) & ~np.append(touched, True)[person]
        self._person = person[keep]
        self._table = table.filter(pa.array(keep)).combine_chunks()

    def of(self, shard: Shard) -> tuple[pa.Table, NDArray[np.int32]]:
        """Return the kept rows of a shard, and the person of each."""
        low, high = np.searchsorted(self._person, (shard.start, shard.stop))
        return self._table.slice(low, high - low), self._person[low:high]


def _in_order(kept: pa.Table, person: NDArray[np.int32], fresh: pa.Table, index: Index) -> pa.Table:
    """Lay rows that are in order by themselves into one order: by person, then as they stood."""
    both = pa.concat_tables([kept, fresh])
    order = np.argsort(np.append(person, index.lookup(fresh["employee_id"])), kind="stable")
    return both.take(pa.array(order))
