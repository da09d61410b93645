"""Print the figures of recommendation quality on public data, beside bars and plain baselines.

    python tests/benchmarks/quality.py DATA_FOLDER

DATA_FOLDER holds ``onet/``, ``ddat/`` and ``mars_en/`` as published; each that is there is turned
into a dataset folder in a temporary place, read back and judged with default weights. The exit
code is 1 when a figure is below its bar.

* O*NET: for each occupation with known related ones, the primary related occupations among all
  with skills and knowledge, by NDCG@10. Levels only: without titles, descriptions, technology and
  tasks, from which the truth was partly composed. A second line adds description and technology.
* UK digital framework: for each rung that is followed by a higher one on its ladder, whether that
  one is among the first five of all rungs.
* MARS: the last page view of each user with at least three, by NDCG@10; and what users viewed
  after a cut in time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from convert_mars import convert_mars

from recommender.evaluation.ours import NAME
from recommender.evaluation.report import Report
from recommender.evaluation.run import evaluate
from training_data.converters.ddat import convert_ddat
from training_data.converters.onet import convert_onet
from training_data.dataset import Dataset
from training_data.importers import read_folder

AS_OF = date(2026, 1, 1)


@dataclass(frozen=True)
class Line:
    """One figure: what was measured, on how many, the bar if there is one, and the methods."""

    name: str
    n: int
    bar: float | None
    own: float
    others: dict[str, float]

    @property
    def met(self) -> bool:
        """Whether the bar is reached (true where there is none)."""
        return self.bar is None or self.own >= self.bar


def _line(name: str, report: Report, metric: str, bar: float | None, scale: float = 1) -> Line:
    found = {m: scale * report.value(m, metric) for m in report.groups["all"]}
    own = found.pop(NAME)
    return Line(name, report.sizes["all"], bar, own, found)


def onet(src: Path, temporary: Path) -> Iterator[Line]:
    """Judge roles on the O*NET extract."""
    convert_onet(src, temporary / "onet")
    dataset = _read(temporary / "onet")
    report = evaluate(levels_only(dataset), kind="role", as_of=AS_OF)
    yield _line("O*NET related occupations, levels only, NDCG@10", report, "ndcg@10", 0.42)
    report = evaluate(dataset, kind="role", as_of=AS_OF)
    yield _line("O*NET with description and technology, NDCG@10", report, "ndcg@10", None)


def levels_only(dataset: Dataset) -> Dataset:
    """Take descriptions of jobs and requirements without level out of a dataset."""
    jobs = dataset.tables["jobs"]
    empty = pa.nulls(jobs.num_rows, pa.string())
    jobs = jobs.set_column(jobs.column_names.index("description"), "description", empty)
    required = dataset.tables["job_requirements"]
    required = required.filter(pc.is_valid(required["level"]))
    return dataset.replace(jobs=jobs, job_requirements=required)


def ddat(src: Path, temporary: Path) -> Iterator[Line]:
    """Judge roles on the UK framework."""
    convert_ddat(src, temporary / "ddat")
    report = evaluate(_read(temporary / "ddat"), kind="role", as_of=AS_OF, k=5)
    yield _line(
        "UK ladder, rising steps in the top 5", report, "hit_rate@5", 47, report.sizes["all"]
    )


def mars(src: Path, temporary: Path) -> Iterator[Line]:
    """Judge trainings on the MARS log of page views."""
    convert_mars(src, temporary / "mars")
    dataset = _read(temporary / "mars")
    report = evaluate(dataset, kind="training", split="last", as_of=AS_OF)
    yield _line("MARS views, leave-last-out, NDCG@10", report, "ndcg@10", 0.27)
    report = evaluate(dataset, kind="training", split="time", as_of=AS_OF)
    yield _line("MARS views, time split, NDCG@10", report, "ndcg@10", None)


def _read(folder: Path) -> Dataset:
    """Read a folder the way ``selaras evaluate --data`` does; a refused row is an error here."""
    dataset, report = read_folder(folder)
    if report.refused:
        raise SystemExit(f"{folder.name}: {report.refused} rows were refused")
    return dataset


SETS: dict[str, Callable[[Path, Path], Iterator[Line]]] = {
    "onet": onet,
    "ddat": ddat,
    "mars_en": mars,
}


def main() -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    found = {name: judge for name, judge in SETS.items() if (data / name).is_dir()}
    if not found:
        parser.error(f"{data} holds none of {', '.join(SETS)}")
    met = True
    with tempfile.TemporaryDirectory() as temporary:
        for name, judge in found.items():
            for line in judge(data / name, Path(temporary)):
                print(_told(line), flush=True)
                met = met and line.met
    return 0 if met else 1


def _told(line: Line) -> str:
    digits = 0 if line.bar is not None and line.bar > 1 else 3
    bar = "" if line.bar is None else f", bar {line.bar:g}: {'met' if line.met else 'NOT met'}"
    others = sorted(line.others.items(), key=lambda found: -found[1])
    beside = ", ".join(f"{name} {value:.{digits}f}" for name, value in others)
    return f"{line.name} (n = {line.n})\n  {NAME} {line.own:.{digits}f}{bar}\n  {beside}\n"


if __name__ == "__main__":
    sys.exit(main())
