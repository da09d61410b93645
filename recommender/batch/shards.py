"""Rank everybody in blocks, in one process or in several: the answer and its order never differ.

In: an open engine. Out: one (lines, people without lines) per block, in the order of the people,
so that whoever writes them down never holds them all.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.block import LISTED, blocks
from recommender.engine import Engine
from recommender.listing import Ranked
from recommender.results import Kind

SHARDS_PER_WORKER = 4
"""More shards even out slow ones; each costs one copy of the small parts of the engine."""


def rank_everybody(engine: Engine, kind: Kind, k: int, *, workers: int = 1) -> Iterator[Ranked]:
    """Yield the ranking of everybody, block by block.

    Parameters:
        k: length of each list.
        workers: processes; with 1 everything stays in this one.
    """
    rows = np.arange(len(engine.employee_ids), dtype=np.int64)
    if workers <= 1:
        for block in blocks(rows, LISTED[kind]):
            yield engine.rank_block(kind, block, k)
        return
    from joblib import Parallel, delayed

    run = Parallel(n_jobs=workers, backend="loky", return_as="generator")
    shards = _shards(rows, workers * SHARDS_PER_WORKER, LISTED[kind])
    for answers in run(delayed(_rank_shard)(engine, kind, shard, k) for shard in shards):
        yield from answers


def _shards(rows: NDArray[np.int64], wanted: int, block: int) -> list[NDArray[np.int64]]:
    """Cut at whole blocks, so that the blocks are those of a single process."""
    whole = -(-len(rows) // block)
    size = max(1, -(-whole // wanted)) * block
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _rank_shard(engine: Engine, kind: Kind, rows: NDArray[np.int64], k: int) -> list[Ranked]:
    return [engine.rank_block(kind, block, k) for block in blocks(rows, LISTED[kind])]
