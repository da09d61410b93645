"""The whole job, files in to ranking out, stage by stage, beside the least it could take.

    python tests/benchmarks/bench_job.py [--people 10000] [--trainings 1000] [--roles 2000]

A fictional agency is written as Parquet and a model is learnt, both before the clock starts. Then
the job is what ``selaras rank --data`` does: read and check the files, lay out catalogue and
people, rank trainings and posts with rules and reasons, measure fairness, write the files; and what
a database adds: publish both kinds and read them back. The least is what pyarrow takes to read and
write the same bytes, plus the kernels alone on everything laid out. One process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import made_nation
import numpy as np
import pyarrow.parquet as pq

from recommender import artifact, pipeline
from recommender.block import LISTED, blocks
from recommender.card import LearntFrom
from recommender.engine import Engine
from service.settings import Settings
from service.usecases.publishing import rerank_and_publish
from service.usecases.ranking import rank_to_file
from training_data.nation import Nation
from training_data.reference.packs import load_rules

AS_OF = date(2026, 11, 2)
K = 10


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.stages[name] = time.perf_counter() - begun


def job(nation: Nation, model: Path, out: Path, clock: Clock) -> Engine:
    """Do the whole job into files."""
    with clock.stage("read and check"):
        dataset, report = nation.dataset(nation.agencies[0], nation.catalogue()[0])
        assert report.refused == 0
    with clock.stage("lay out catalogue, people, rules"):
        rules = load_rules(AS_OF)
        engine = Engine.open(dataset, artifact.load(model), as_of=AS_OF, rules=rules)
    for kind in engine.kinds():
        with clock.stage(f"{kind}: rank, reasons, fairness, write"):
            rank_to_file(engine, kind, out / f"{kind}.parquet", k=K)
    return engine


def kernels(engine: Engine) -> float:
    """Return the seconds the kernels take on everything laid out."""
    seconds = 0.0
    for kind in engine.kinds():
        for rows in blocks(np.arange(len(engine.employee_ids)), LISTED[kind]):
            block = engine.scoring.block(kind, rows)
            layout = block.learning if kind == "training" else block.seeking
            problem = layout.problem(block.mask)
            begun = time.perf_counter()
            _best(kind)(problem, K)
            seconds += time.perf_counter() - begun
    return seconds


def _best(kind: str):
    from recommender.kernels import choose

    return choose.best if kind == "training" else choose.best_roles


def copying(nation: Path, out: Path, spare: Path) -> tuple[float, float, int]:
    """Return the seconds to read what was read and to write what was written, and the bytes."""
    files = sorted(nation.rglob("*.parquet"))
    begun = time.perf_counter()
    for file in files:
        pq.read_table(file)
    reading = time.perf_counter() - begun
    written = [(file, pq.read_table(file)) for file in sorted(out.glob("*.parquet"))]
    begun = time.perf_counter()
    for file, table in written:
        pq.write_table(table, spare / file.name)
    writing = time.perf_counter() - begun
    return reading, writing, sum(f.stat().st_size for f in [*files, *(f for f, _ in written)])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--trainings", type=int, default=1_000)
    parser.add_argument("--roles", type=int, default=2_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        made_nation.write(place / "in", asked.people, 1, asked.trainings, asked.roles, 0)
        nation = Nation(place / "in")
        dataset = nation.dataset(nation.agencies[0], nation.catalogue()[0])[0]
        rules = load_rules(AS_OF)
        begun = time.perf_counter()
        fitted = pipeline.fit(dataset, as_of=AS_OF, seed=0, rules=rules)
        learning = time.perf_counter() - begun
        artifact.save(fitted, place / "model", rules, LearntFrom.of(dataset, AS_OF))
        (place / "out").mkdir()
        (place / "spare").mkdir()
        clock = Clock()
        engine = job(nation, place / "model", place / "out", clock)
        reading, writing, size = copying(place / "in", place / "out", place / "spare")
        alone = kernels(engine)
        settings = Settings(home=place / "home")
        publish = Clock()
        with publish.stage("rank and publish both kinds, read back (SQLite)"):
            rerank_and_publish(dataset, settings, as_of=AS_OF, model_folder=place / "model")
    total = sum(clock.stages.values())
    print(
        f"\n### {asked.people:,} people × {asked.trainings:,} trainings + {asked.roles:,} posts\n"
    )
    print("| stage | seconds |\n|---|---|")
    for name, seconds in clock.stages.items():
        print(f"| {name} | {seconds:.1f} |")
    least = reading + writing + alone
    print(f"| **whole job** | **{total:.1f}** |")
    print(f"| pyarrow reads and writes the same {size / 1e6:.0f} MB | {reading + writing:.1f} |")
    print(f"| kernels alone, everything laid out | {alone:.1f} |")
    print(f"| whole job × (pyarrow + kernels) | {total / least:.1f} |")
    for name, seconds in publish.stages.items():
        print(f"| {name} | {seconds:.1f} |")
    print(f"| learning the model, before the job | {learning:.1f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    print(f"\nPeak memory of it all, learning included: {peak:.2f} GiB.")


if __name__ == "__main__":
    main()
