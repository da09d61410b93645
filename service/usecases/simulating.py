"""A simulation as a file: rows of figures, or a report in Markdown or HTML, with its manifest.

In: how many people, months and runs, a seed and a target. Out: the whole file. The people are the
invented ones of the fictional agency; the truth beneath them is read here and goes nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from recommender.batch.code import code_version
from recommender.errors import ImpossibleWish
from recommender.evaluation.blocks import Story
from recommender.evaluation.page_html import html
from recommender.evaluation.page_markdown import markdown
from recommender.simulation import report
from recommender.simulation.behaviour import Behaviour
from recommender.simulation.run import Progress, Simulation, SimulationConfig, simulate
from recommender.simulation.truth import Truth
from service.settings import Settings
from service.usecases import files
from service.usecases.errors import WrongUse
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

START = date(2027, 1, 1)
"""The first day when none is given: the simulation reads no clock."""
SUFFIXES = (".csv", ".parquet", ".json", ".md", ".html")
_PAGES: Mapping[str, Callable[[Story], str]] = {".md": markdown, ".html": html}


@dataclass(frozen=True)
class SimulatedFile:
    """What was written; ``companion`` is the manifest, which a .json file holds itself."""

    file: Path
    companion: Path | None
    simulation: Simulation


def require_simulation_place(out: Path) -> None:
    """Refuse a file whose form is not known, before anybody lives.

    Raises:
        WrongUse: the suffix is none of ``SUFFIXES``, or the folder does not exist.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise WrongUse("cli.simulate_suffix", file=out.name)
    if not out.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(out.parent))


def read_behaviour(file: Path | None) -> Behaviour:
    """Read a file of numbers that replace defaults.

    Raises:
        WrongUse: it is no JSON object, names an unknown number, or one is out of its range.
    """
    if file is None:
        return Behaviour()
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:  # no JSON, or no UTF-8
        values = None
    if not isinstance(values, dict):
        raise WrongUse("cli.behaviour_not_json", file=str(file))
    try:
        return Behaviour.from_json(values)
    except ImpossibleWish as wrong:
        raise WrongUse("cli.behaviour_wrong", file=str(file), reason=str(wrong)) from None


def city(employees: int, start: date) -> Callable[[int], tuple[Dataset, Truth]]:
    """Return what makes a city of a seed, with the truth beneath it."""
    from training_data.synthetic import generate
    from training_data.synthetic.hidden import hidden

    def make(seed: int) -> tuple[Dataset, Truth]:
        beneath = hidden(employees, seed=seed, as_of=start)
        return generate(employees, seed=seed, as_of=start), Truth(**vars(beneath))

    return make


def simulate_to_file(
    out: Path,
    config: SimulationConfig,
    *,
    employees: int,
    start: date,
    settings: Settings,
    language: str,
    progress: Progress | None = None,
) -> SimulatedFile:
    """Let people live and write ``out``, and ``out.json`` beside all but .json; both appear whole.

    Raises:
        WrongUse: the suffix is not known, or there is no such folder.
    """
    require_simulation_place(out)
    rules = load_rules(start, settings.rules_dir)
    found = simulate(city(employees, start), config, start=start, rules=rules, progress=progress)
    basis = {**report.manifest(found), "employees": employees, "code": code_version()}
    suffix = out.suffix.lower()
    if suffix == ".json":
        files.write_json(out, {"manifest": basis, "rows": report.table(found).to_pylist()})
        return SimulatedFile(out, None, found)
    with files.written_whole(out) as temporary:
        _write(temporary, suffix, found, language)
    companion = out.with_name(out.name + ".json")
    files.write_json(companion, basis)
    return SimulatedFile(out, companion, found)


def _write(target: Path, suffix: str, found: Simulation, language: str) -> None:
    if suffix in _PAGES:
        target.write_text(_PAGES[suffix](report.tell(found, language)), encoding="utf-8")
        return
    table: Any = report.table(found)
    if suffix == ".parquet":
        pq.write_table(table, target)
        return
    with target.open("wb") as file:
        file.write((",".join(table.column_names) + "\n").encode())
        options = pcsv.WriteOptions(include_header=False, quoting_style="needed")
        pcsv.write_csv(pa.table(table), file, options)
