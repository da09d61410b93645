"""Time and memory to learn a model from a large agency, stage by stage.

    python tests/benchmarks/bench_fit.py [FOLDER] [--employees N] [--history ROWS] [--evaluate]

A fictional agency is written into FOLDER once and read from there ever after. Its people have
their own histories and, up to ROWS in all, those of people of the same posts in a second city, as
in agencies that kept records for decades. Reading, learning and writing are the product's own
(``selaras fit --data``, and with ``--evaluate`` also ``selaras evaluate --kind training``), each
in a new process. Printed are its wall seconds by stage, all of them, the seconds of the processors
and the peak of resident memory.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import pandas as pd

    from training_data.dataset import Dataset

R = TypeVar("R")
STATUS = Path("/proc/self/status")
LIMIT = "120 s and 4 GiB for 70,000 employees with 1,000,000 rows of history on two cores"


@dataclass(frozen=True)
class Spent:
    """What a command took: seconds by stage and in all, of processors, GiB at most."""

    stages: dict[str, float]
    wall: float
    processors: float
    memory: float


def build(folder: Path, employees: int, rows: int) -> None:
    """Write the agency."""
    import pyarrow as pa

    from training_data.synthetic import generate

    city, second = (generate(employees, seed=seed) for seed in (1, 2))
    history = longer(city, second, rows)
    schema = city.table("training_history").schema
    city.replace(training_history=pa.Table.from_pandas(history, schema)).write(folder)


def longer(city: Dataset, second: Dataset, rows: int) -> pd.DataFrame:
    """Give people what somebody of the same post in the second city took, up to so many rows."""
    import pandas as pd

    own, other = (one.frame("training_history") for one in (city, second))
    people, lenders = (
        one.frame("employees")[["employee_id", "job_code"]].sort_values(["job_code", "employee_id"])
        for one in (city, second)
    )
    for one in (people, lenders):
        one["place"] = one.groupby("job_code").cumcount()
    pairs = lenders.merge(people, on=["job_code", "place"], suffixes=("", "_here"))
    whose = dict(zip(pairs["employee_id"], pairs["employee_id_here"], strict=True))
    other["employee_id"] = other["employee_id"].map(whose)
    key = ["employee_id", "training_code"]
    lent = other.dropna(subset=["employee_id"]).merge(own[key].drop_duplicates(), "left", key,
                                                      indicator=True)  # fmt: skip
    lent = lent[lent.pop("_merge") == "left_only"]
    missing = min(max(rows - len(own), 0), len(lent))
    return pd.concat([own, lent.sample(missing, random_state=0)])


def fit(folder: Path) -> Spent:
    """Do as ``selaras fit --data FOLDER --model …`` does."""
    from service.settings import Settings
    from service.usecases.learning import fit_model
    from service.usecases.sources import given_data
    from training_data.synthetic import AS_OF

    def work(tell: Callable[[str, int, int], None]) -> None:
        given = given_data(Settings(), folder, tell, people=False)
        with tempfile.TemporaryDirectory() as kept:
            how = {"as_of": AS_OF, "settings": Settings()}
            fit_model(given.dataset, Path(kept, "model"), progress=tell, **how)

    return measured(work)


def evaluate(folder: Path) -> Spent:
    """Do as ``selaras evaluate --data FOLDER --kind training`` does."""
    from service.settings import Settings
    from service.usecases.evaluating import measure
    from service.usecases.sources import given_data
    from training_data.synthetic import AS_OF

    def work(tell: Callable[[str, int, int], None]) -> None:
        given = given_data(Settings(), folder, tell)
        how = {"split": None, "as_of": AS_OF, "seed": 0, "out": None, "language": "id"}
        measure(given.dataset, kind="training", progress=tell, **how)

    return measured(work)


def measured(work: Callable[[Callable[[str, int, int], None]], None]) -> Spent:
    """Run with a watch on the stages the work tells of."""
    from service.usecases.evaluating import Stopwatch

    watch = Stopwatch(None)
    begun = time.perf_counter()
    work(watch)
    watch("end", 0, 0)
    wall = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Spent(watch.seconds, wall, used.ru_utime + used.ru_stime, peak())


def peak() -> float:
    """Return the most memory this process held, in GiB."""
    if STATUS.is_file():  # what getrusage tells counts the parent before the start as well
        lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def apart(work: Callable[..., R], *given: object) -> R:
    """Run in a new process, whose memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="kept; without it, a temporary one")
    parser.add_argument("--employees", type=int, default=70_000)
    parser.add_argument("--history", type=int, help="rows; by default 100 per 7 employees")
    parser.add_argument("--evaluate", action="store_true")
    given = parser.parse_args()
    rows = given.history or given.employees * 100 // 7
    with tempfile.TemporaryDirectory() as kept:
        folder = (given.folder or Path(kept)) / f"{given.employees}-{rows}"
        if not folder.exists():
            apart(build, folder, given.employees, rows)
        print(f"{given.employees:,} employees, {rows:,} rows of history; to hold: {LIMIT}")
        for work in (fit, evaluate) if given.evaluate else (fit,):
            spent = apart(work, folder)
            print(work.__name__)
            for stage, seconds in spent.stages.items():
                print(f"  {stage:<24}{seconds:>8.1f} s")
            print(f"  {'all':<24}{spent.wall:>8.1f} s, processors {spent.processors:.1f} s, "
                  f"peak {spent.memory:.2f} GiB", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
