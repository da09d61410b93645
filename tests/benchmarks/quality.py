"""Print the figures of recommendation quality on public data, beside bars and plain baselines.

    python tests/benchmarks/quality.py DATA_FOLDER

DATA_FOLDER holds ``onet/``, ``ddat/`` and ``mars_en/`` as published; each that is there is turned
into a dataset folder in a temporary place, read back and judged; weights are learned on cuts inside
each past. The exit code is 1 when a figure is below its bar.

* O*NET: for each occupation with known related ones, the primary related occupations among all
  with skills and knowledge, by NDCG@10. Levels only: without titles, descriptions, technology and
  tasks, from which the truth was partly composed. A second line adds description and technology.
* UK digital framework: for each rung that is followed by a higher one on its ladder, whether that
  one is among the first five of all rungs; and how many of the five nearest rungs of other ladders
  are of the same family, equals drawn by lot.
* MARS: the last page view (and the last watched video) of each user with at least three, by
  NDCG@10; and what users viewed after a cut in time. The bar is the best baseline of the group; for
  the last page view the lower end of the paired interval has to be above it.
* MovieLens: the last film of each user, as a check of the machinery; the bar is EASE.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from convert_mars import convert_mars
from convert_ml100k import convert_ml100k
from numpy.typing import NDArray

from recommender.evaluation.baselines.roles import ROLE_BASELINES
from recommender.evaluation.intervals import Bootstrap
from recommender.evaluation.ours import NAME, ROLE_DEFAULTS
from recommender.evaluation.report import Report
from recommender.evaluation.roles import role_case
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
    low: float | None = None
    high: float | None = None

    @property
    def met(self) -> bool:
        """Whether the bar is reached (true where there is none)."""
        return self.bar is None or self.own >= self.bar


def _line(
    name: str,
    report: Report,
    metric: str,
    bar: float | None,
    scale: float = 1,
    method: str = NAME,
) -> Line:
    found = {m: scale * report.value(m, metric) for m in report.groups["all"]}
    own = found.pop(method)
    sure = report.groups["all"][method][metric]
    low, high = (None if end is None else scale * end for end in (sure.low, sure.high))
    return Line(name, report.sizes["all"], bar, own, found, low, high)


def onet(src: Path, temporary: Path) -> Iterator[Line]:
    """Judge roles on the O*NET extract."""
    convert_onet(src, temporary / "onet")
    dataset = _read(temporary / "onet")
    report = evaluate(levels_only(dataset), kind="role", as_of=AS_OF)
    yield _line("O*NET related occupations, levels only, NDCG@10", report, "ndcg@10", 0.42)
    report = evaluate(dataset, kind="role", as_of=AS_OF)
    name = "O*NET with description and technology"
    yield _line(f"{name}, weights by 5-fold, NDCG@10", report, "ndcg@10", 0.53)
    untuned = f"{NAME}-defaults"
    yield _line(f"{name}, untuned, NDCG@10", report, "ndcg@10", 0.50, method=untuned)


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
    dataset = _read(temporary / "ddat")
    report = evaluate(dataset, kind="role", as_of=AS_OF, k=5)
    yield _line(
        "UK ladder, rising steps in the top 5", report, "hit_rate@5", 47, report.sizes["all"]
    )
    yield _families(dataset)


def _families(dataset: Dataset) -> Line:
    """Judge whether the nearest rungs of other ladders share the family, by what they ask for.

    Families, titles, duties and known moves are hidden, as they would tell the answer; the texts of
    competencies stay.
    """
    case = role_case(levels_only(dataset), AS_OF, 0)
    table = dataset.table("jobs")
    of = dict(zip(table["job_code"].to_pylist(), table["family"].to_pylist(), strict=True))
    ladder = dict(zip(table["job_code"].to_pylist(), table["ladder"].to_pylist(), strict=True))
    family, own = (np.array([known[c] for c in case.task.jobs]) for known in (of, ladder))
    jobs = case.task.dataset.tables["jobs"]
    hidden = jobs.set_column(
        jobs.column_names.index("family"), "family", pa.nulls(jobs.num_rows, pa.string())
    )
    task = replace(
        case.task,
        dataset=case.task.dataset.replace(jobs=hidden),
        sources=np.arange(len(family)),
    )
    found = {}
    for method in (ROLE_DEFAULTS, *ROLE_BASELINES):
        if method.applies(task):
            scores = method.score(task).astype(np.float64)
            scores[own[:, None] == own[None, :]] = -np.inf
            found[method.name] = _expected_share(scores, family, 5)
    sure = Bootstrap(found, seed=0)
    others = {name: sure.mean(name).value for name in found}
    mean = sure.mean(ROLE_DEFAULTS.name)
    del others[ROLE_DEFAULTS.name]
    name = "UK nearest rungs of other ladders in the same family, P@5"
    return Line(name, len(family), 0.842, mean.value, others, mean.low, mean.high)


def _expected_share(
    scores: NDArray[np.float64], family: NDArray[np.str_], k: int
) -> NDArray[np.float64]:
    """Return per row the share of the first ``k`` of its own family, ties drawn by lot.

    Rungs that have nothing in common are equal to all plain methods. The file lists families one
    after the other, so any fixed order of equals favours some: taken in the order of the file,
    the plain cosine reads .842 where the lot gives it .823.
    """
    scores = np.round(scores, 9)
    last = -np.sort(-scores, axis=1)[:, k - 1 : k]
    same = family[:, None] == family
    above, equal = scores > last, scores == last
    left = k - above.sum(axis=1)
    lot = (same & equal).sum(axis=1) / equal.sum(axis=1)
    share: NDArray[np.float64] = ((same & above).sum(axis=1) + left * lot) / k
    return share


def mars(src: Path, temporary: Path) -> Iterator[Line]:
    """Judge trainings on the MARS log: page views and watched videos."""
    for log, name in (("implicit", "views"), ("explicit", "watched")):
        convert_mars(src, temporary / name, log=log)
        dataset = _read(temporary / name)
        report = evaluate(dataset, kind="training", split="last", as_of=AS_OF)
        yield _ahead(
            f"MARS {name}, leave-last-out, NDCG@10", report, "all", surely=log == "implicit"
        )
        report = evaluate(dataset, kind="training", split="time", as_of=AS_OF)
        for group in ("all", "warm", "cold"):
            yield _ahead(f"MARS {name}, time split, {group}, NDCG@10", report, group)


def ml100k(src: Path, temporary: Path) -> Iterator[Line]:
    """Judge the machinery on MovieLens: films, not trainings."""
    convert_ml100k(src, temporary / "ml100k")
    report = evaluate(_read(temporary / "ml100k"), kind="training", split="last", as_of=AS_OF)
    yield _ahead("MovieLens 100K, leave-last-out, NDCG@10", report, "all", against="ease")


def _ahead(
    name: str, report: Report, group: str, *, against: str | None = None, surely: bool = False
) -> Line:
    """Compare with a baseline, by default the best one; ``surely``: the paired interval counts."""
    found = {m: report.value(m, "ndcg@10", group) for m in report.groups[group]}
    own = found.pop(NAME)
    apart = report.groups[group][NAME]["ndcg@10_vs_best"]
    bar = found[against or report.best_baseline[group]]
    if surely and apart.low is not None:
        bar = max(bar, own - apart.low)
    size = report.sizes[group]
    where = f"{name}; ahead of {report.best_baseline[group]} by {apart.value:+.4f}"
    return Line(f"{where} ({apart.low:+.4f} … {apart.high:+.4f})", size, bar, own, found)


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
    "ml100k": ml100k,
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
    sure = "" if line.low is None else f" [{line.low:.{digits}f}, {line.high:.{digits}f}]"
    bar = "" if line.bar is None else f", bar {line.bar:g}: {'met' if line.met else 'NOT met'}"
    others = sorted(line.others.items(), key=lambda found: -found[1])
    beside = ", ".join(f"{name} {value:.{digits}f}" for name, value in others)
    return f"{line.name} (n = {line.n})\n  {NAME} {line.own:.{digits}f}{sure}{bar}\n  {beside}\n"


if __name__ == "__main__":
    sys.exit(main())
