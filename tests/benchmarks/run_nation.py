"""Rank a nation's files whole, and say how long it took, how much memory and how many bytes.

    python tests/benchmarks/made_nation.py NATION
    python tests/benchmarks/run_nation.py NATION OUT --model MODEL [--engine local] [--workers 1]
    python tests/benchmarks/run_nation.py NATION OUT2 --model MODEL --engine dask --workers 2 \
        --kill 0.4 --compare OUT

Without a folder at MODEL one is learnt there first, from the agency nearest to ``--learn`` people.
With ``--engine dask`` a scheduler and workers are started as processes of their own; ``--kill``
kills one of them (SIGKILL) once that share of the people is ranked, and nobody starts it again.
Memory is what the processes hold alone plus their even shares of what they hold together (PSS),
looked at every second. A run ends with one checksum over all files of lists. ``--compare`` ends
with 1 where a file of lists differs from that of another folder.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil

from recommender.batch.supervisor import Patience
from service.settings import Settings
from service.usecases.learning import fit_model
from service.usecases.nation import KINDS, RankedNation, rank_nation
from service.usecases.runners import Workers
from service.usecases.sources import mapped
from training_data.nation import Nation

AS_OF = date(2026, 11, 2)
DEADLINE = 7200.0
GIB = 1 << 30
STEP = 30.0
"""Seconds between lines of progress."""


class Memory:
    """The most that this process and all it started held at once."""

    def __init__(self) -> None:
        self.peak, self.largest, self._over = 0, 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._over.wait(1.0):
            held = []
            for process in (me, *me.children(recursive=True)):
                try:
                    held.append(process.memory_full_info().pss)
                except psutil.Error:
                    continue
            self.peak = max(self.peak, sum(held))
            self.largest = max(self.largest, *held)


@contextmanager
def cluster(count: int) -> Iterator[object]:
    """Start a scheduler and workers the way the README does."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "recommender" / "batch"))
    from dask_cluster import DaskCluster

    with tempfile.TemporaryDirectory() as folder:
        started = DaskCluster(Path(folder), count)
        try:
            yield started
        finally:
            started.close()


def learn(nation: Nation, place: Path, people: int) -> None:
    """Learn a model from the agency nearest to a number of people."""
    code = min(nation.agencies, key=lambda one: abs(nation.people_of(one) - people))
    dataset, _ = mapped(nation.dataset(code, nation.catalogue()[0])[0], Settings())
    begun = time.perf_counter()
    fit_model(dataset, place, as_of=AS_OF, settings=Settings())
    print(f"learnt from {nation.people_of(code):,} people in {time.perf_counter() - begun:.0f} s")


class Watch:
    """Prints progress, and kills a worker when it is time to."""

    def __init__(self, kill: float | None, workers: list | None) -> None:
        self.begun = self.said = time.perf_counter()
        self.kill, self.workers, self.killed = kill, workers, 0

    def __call__(self, stage: str, done: int, of: int) -> None:
        now = time.perf_counter()
        if self.kill is not None and self.workers and done >= self.kill * of:
            victim = self.workers[0]
            os.kill(victim.pid, signal.SIGKILL)
            self.kill, self.killed = None, done
            print(f"{done:,} people: killed worker {victim.pid}", flush=True)
        if now - self.said > STEP:
            self.said = now
            print(f"{done:,} of {of:,} people, {now - self.begun:.0f} s", flush=True)


def differing(out: Path, other: Path) -> list[str]:
    """Return names of list files that are not the same, byte for byte."""
    names = {p.relative_to(folder) for folder in (out, other) for p in folder.rglob("*.parquet")}
    return sorted(str(n) for n in names if not same(out / n, other / n))


def same(left: Path, right: Path) -> bool:
    if not left.exists() or not right.exists() or left.stat().st_size != right.stat().st_size:
        return False
    with left.open("rb") as a, right.open("rb") as b:
        while piece := a.read(1 << 22):
            if piece != b.read(1 << 22):
                return False
    return True


def digest(out: Path) -> str:
    """Return one checksum of all files of lists, names and bytes: equal runs, equal checksums.

    Runs on different days or machines are compared by it.
    """
    whole = hashlib.sha256()
    for path in sorted(out.rglob("*.parquet"), key=lambda one: one.relative_to(out).as_posix()):
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.relative_to(out).as_posix()} {found}\n".encode())
    return whole.hexdigest()


def size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("nation", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--learn", type=int, default=70_000)
    parser.add_argument("--engine", choices=["local", "joblib", "dask"], default="local")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--kill", type=float)
    parser.add_argument("--compare", type=Path)
    asked = parser.parse_args()
    nation = Nation(asked.nation)
    if not asked.model.exists():
        learn(nation, asked.model, asked.learn)
    with Memory() as memory:
        begun = time.perf_counter()
        if asked.engine == "dask":
            with cluster(asked.workers) as started:
                found, watch = ranked(nation, asked, started.address, started.workers)
        else:
            found, watch = ranked(nation, asked, None, None)
        seconds = time.perf_counter() - begun
    people, rows = (sum(getattr(one, n) for one in found.done) for n in ("people", "rows"))
    files, written = size(asked.nation), size(asked.out)
    print(
        f"\n| engine | people | lines | minutes | people/s | peak GiB | largest process | "
        f"GB read | GB written |\n|---|---|---|---|---|---|---|---|---|\n"
        f"| {asked.engine}, {asked.workers}{' (one killed)' if watch.killed else ''} | {people:,} "
        f"| {rows:,} | {seconds / 60:.1f} | {people / seconds:,.0f} | {memory.peak / GIB:.2f} "
        f"| {memory.largest / GIB:.2f} | {files / 1e9:.2f} | {written / 1e9:.2f} |"
    )
    if found.failed:
        sys.exit(f"failed: {found.failed}")
    print(f"\nChecksum of all lists: {digest(asked.out)}")
    if asked.compare:
        other = differing(asked.out, asked.compare)
        print(f"\nFiles of lists that differ from {asked.compare.name}: {len(other)} {other[:3]}")
        sys.exit(1 if other else 0)


def ranked(
    nation: Nation, asked: argparse.Namespace, address: str | None, workers: list | None
) -> tuple[RankedNation, Watch]:
    watch = Watch(asked.kill, workers)
    who = Workers(
        asked.engine, asked.workers, patience=Patience(deadline=DEADLINE), scheduler=address
    )
    found = rank_nation(
        nation, asked.model, asked.out, as_of=AS_OF, kinds=KINDS, workers=who, progress=watch
    )
    return found, watch


if __name__ == "__main__":
    main()
