"""Who does the work of a batch: this process, or processes beside it.

In: an open engine and what was asked for. Out: a ``Runner`` for the stream. Workers read data and
model from a folder; nothing of them travels with the shards.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from recommender import artifact
from recommender.batch.incremental import Reuse
from recommender.batch.pools import Answer, Work
from recommender.batch.processes import Processes
from recommender.batch.store import Store
from recommender.batch.stream import Runner, Stream, here, in_turn, question
from recommender.batch.supervisor import Patience, Quarantined, Supervisor
from recommender.batch.work import Shard, Task, packed_shard, shards_of
from recommender.engine import Engine
from recommender.results import Kind

EngineName = Literal["local", "joblib"]


@dataclass(frozen=True)
class Workers:
    """What does the work.

    Attributes:
        engine: local is this process; joblib are processes of this machine.
        count: processes.
        rules: folder of the agency's own rules.
    """

    engine: EngineName = "local"
    count: int = 1
    rules: Path | None = None
    patience: Patience = field(default_factory=Patience)

    def stream(
        self,
        engine: Engine,
        kind: Kind,
        k: int,
        folder: Path,
        shard_size: int | None = None,
        reuse: Reuse | None = None,
    ) -> Stream:
        """Return everybody's lists as a stream that keeps what is finished in ``folder``.

        Parameters:
            shard_size: people of a shard.
            reuse: what of an earlier ranking is kept; finished shards are the same either way.

        Raises:
            UnusableStore: ``folder`` is in the way.
        """
        shards = shards_of(len(engine.employee_ids), shard_size)
        store = Store(folder, question(engine, kind, k, shards))
        run = self.runner(engine, kind, k, folder)
        return Stream(shards, run if reuse is None else reuse.runner(run), store)

    def runner(self, engine: Engine, kind: Kind, k: int, folder: Path) -> Runner:
        """Return the runner for an engine.

        Parameters:
            folder: where data and model are laid for the workers, who must be able to read it.
        """
        if self.engine == "local":
            return here(engine, kind, k)

        def run(shards: tuple[Shard, ...]) -> Iterator[Answer | Quarantined]:
            if not shards:
                return
            yield from self.run(partial(packed_shard, self._task(engine, kind, k, folder)), shards)

        return run

    def run(self, work: Work, shards: tuple[Shard, ...]) -> Iterator[Answer | Quarantined]:
        """Yield an answer or a quarantine for every shard, in the order in which they come."""
        if self.engine == "local":
            yield from in_turn(work, shards)
        else:
            make = partial(Processes, work, self.count)
            yield from Supervisor(make, make, self.patience).run(shards)

    def _task(self, engine: Engine, kind: Kind, k: int, folder: Path) -> Task:
        data, model = folder / "data", folder / "model"
        for left in (data, model):
            shutil.rmtree(left, ignore_errors=True)
        engine.dataset.write(data)
        artifact.save(engine.model, model)
        rules = None if self.rules is None else str(self.rules.resolve())
        return Task(kind, k, engine.as_of, str(data.resolve()), str(model.resolve()), rules)
