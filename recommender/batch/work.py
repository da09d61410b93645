"""What a worker is told and what it answers: a shard of people in, their packed lists out.

A worker is told where data and model lie, never handed them: it opens them once and keeps them.
Asked twice, it answers the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from recommender import artifact
from recommender.block import LISTED, Rows, blocks
from recommender.engine import Engine
from recommender.listing import LINES, WITHOUT, Ranked
from recommender.one_thread import on_one_thread
from recommender.results import Kind
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

LARGEST = 4096
"""People of a shard at most: a few seconds of work, a few megabytes of answer."""
FEWEST = 256
WANTED = 16
"""Shards of a small agency, so that several workers have something to do."""


@dataclass(frozen=True)
class Shard:
    """People ``start`` … ``stop − 1`` in the order of their ids.

    Attributes:
        only: rows of those among them who are ranked, ascending; by default all.
    """

    number: int
    start: int
    stop: int
    only: tuple[int, ...] | None = None

    @property
    def rows(self) -> Rows:
        """Rows of the people who are ranked."""
        wanted = range(self.start, self.stop) if self.only is None else self.only
        return np.array(wanted, np.int64)


@dataclass(frozen=True)
class Task:
    """What is asked of every shard, and where a worker finds what it needs.

    Attributes:
        data, model: folders that every worker can read.
        rules: folder of the agency's own rules, where there is one.
    """

    kind: Kind
    k: int
    as_of: date
    data: str
    model: str
    rules: str | None


def shards_of(people: int, size: int | None = None) -> tuple[Shard, ...]:
    """Cut people into shards; however many work, the shards are the same.

    Parameters:
        size: people of a shard; by default as many as suit the number of people.
    """
    size = size or shard_size(people)
    starts = range(0, people, size)
    return tuple(Shard(n, at, min(at + size, people)) for n, at in enumerate(starts))


def shard_size(people: int) -> int:
    """Return how many people a shard has that suits so many people."""
    return min(max(-(-people // (WANTED * FEWEST)) * FEWEST, FEWEST), LARGEST)


def rank_rows(engine: Engine, kind: Kind, k: int, shard: Shard) -> Ranked:
    """Rank the people of a shard."""
    parts = (engine.rank_block(kind, b, k) for b in blocks(shard.rows, LISTED[kind]))
    return joined(kind, parts)


def joined(kind: Kind, parts: Iterator[Ranked]) -> Ranked:
    """Lay blocks of people under one another."""
    held = list(parts)
    return Ranked(
        kind,
        sum(part.people for part in held),
        pa.concat_tables([LINES.empty_table(), *(part.lines for part in held)]),
        pa.concat_tables([WITHOUT.empty_table(), *(part.without for part in held)]),
    )


def packed_shard(task: Task, shard: Shard) -> bytes:
    """Open data and model unless they are open, and rank the people of a shard."""
    return pack(rank_rows(_opened(task.data, task.model, task.as_of, task.rules),
                          task.kind, task.k, shard))  # fmt: skip


@lru_cache(maxsize=1)
@on_one_thread
def _opened(data: str, model: str, as_of: date, rules: str | None) -> Engine:
    own = load_rules(as_of, Path(rules) if rules else None)
    learnt = artifact.load(Path(model))
    return Engine.open(Dataset.read(Path(data)), learnt, as_of=as_of, rules=own)


def pack(ranked: Ranked) -> bytes:
    """Return lists as bytes: two Arrow streams, one after the other."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    facts = {"kind": ranked.kind, "people": str(ranked.people)}
    for table in (ranked.lines.replace_schema_metadata(facts), ranked.without):
        with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
            writer.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def unpack(packed: bytes) -> Ranked:
    """Read back what ``pack`` gave."""
    source = pa.BufferReader(packed)
    lines, without = (pa.ipc.open_stream(source).read_all() for _ in range(2))
    facts = {key.decode(): value.decode() for key, value in lines.schema.metadata.items()}
    kind: Kind = "role" if facts["kind"] == "role" else "training"
    return Ranked(kind, int(facts["people"]), lines.replace_schema_metadata(None), without)
