"""Who does the work of a batch: this process, processes beside it, or a cluster.

In: an open engine and what was asked for. Out: a ``Runner`` for the stream. Workers read data and
model from a folder; nothing of them travels with the shards.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from recommender import artifact
from recommender.batch.incremental import Reuse
from recommender.batch.pools import Answer, Pool, Work
from recommender.batch.processes import Processes
from recommender.batch.store import Store
from recommender.batch.stream import Runner, Stream, here, in_turn, question
from recommender.batch.supervisor import Patience, Quarantined, Supervisor
from recommender.batch.work import Shard, Task, packed_shard, shards_of
from recommender.engine import Engine
from recommender.results import Kind
from service.errors import ServiceError
from service.usecases.errors import WrongUse

EngineName = Literal["local", "joblib", "dask"]
Tell = Callable[..., None]
"""Is told the code of a sentence of the catalogue and what fills it."""


class ClusterUnreachable(ServiceError):
    """No scheduler answers at the address; the sentence says how to start one."""


@dataclass(frozen=True)
class Workers:
    """What does the work.

    Attributes:
        engine: local is this process; joblib are processes of this machine; dask a
            cluster.
        count: processes; with a scheduler those that take over where the cluster is gone.
        scheduler: address of a running cluster; without one, dask starts its own here.
        tell: is told of workers that are refused and of a cluster that is gone.
        rules: folder of the agency's own rules.
    """

    engine: EngineName = "local"
    count: int = 1
    rules: Path | None = None
    patience: Patience = field(default_factory=Patience)
    scheduler: str | None = None
    tell: Tell | None = None

    def require_usable(self) -> None:
        """Raise where the cluster cannot be used: in seconds, before the work.

        Raises:
            WrongUse: Dask is not installed, or a scheduler is named for another engine.
            ClusterUnreachable: no scheduler answers at the address.
        """
        if self.engine != "dask":
            if self.scheduler is not None:
                raise WrongUse("cluster.scheduler_without_dask")
            return
        if find_spec("distributed") is None:
            raise WrongUse("cluster.not_installed")
        from recommender.batch.cluster import reachable

        if self.scheduler is not None and not reachable(self.scheduler):
            raise ClusterUnreachable("cluster.unreachable", address=self.scheduler)

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
            task = self._task(engine, kind, k, folder)
            folders = tuple(one for one in (task.data, task.model, task.rules) if one)
            yield from self.run(partial(packed_shard, task), shards, folders)

        return run

    def run(
        self, work: Work, shards: tuple[Shard, ...], folders: tuple[str, ...] = ()
    ) -> Iterator[Answer | Quarantined]:
        """Yield an answer or a quarantine for every shard, in the order in which they come.

        Parameters:
            folders: what every worker must be able to reach.
        """
        if self.engine == "local":
            yield from in_turn(work, shards)
            return
        processes = partial(Processes, work, self.count)
        pool = processes if self.engine == "joblib" else partial(self._cluster, work, folders)
        yield from Supervisor(pool, processes, self.patience, self._left).run(shards)

    def _cluster(self, work: Work, folders: tuple[str, ...]) -> Pool:
        from recommender.batch.cluster import Cluster

        return Cluster(work, self.scheduler, self.count, folders=folders, refused=self._refused)

    def _left(self) -> None:
        if self.tell is not None:
            self.tell("cluster.gone", workers=self.count)

    def _refused(self, worker: str, why: str) -> None:
        if self.tell is not None:
            self.tell(f"cluster.refused_{why}", worker=worker)

    def _task(self, engine: Engine, kind: Kind, k: int, folder: Path) -> Task:
        data, model = folder / "data", folder / "model"
        for left in (data, model):
            shutil.rmtree(left, ignore_errors=True)
        engine.dataset.write(data)
        artifact.save(engine.model, model)
        rules = None if self.rules is None else str(self.rules.resolve())
        return Task(kind, k, engine.as_of, str(data.resolve()), str(model.resolve()), rules)
