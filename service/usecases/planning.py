"""Plan everybody of a dataset into one file of JSON lines, with a JSON file beside it.

In: an open engine and a year. Out: ``FILE`` with one plan per line, in the order of the ids, and
``FILE.json`` with what the plans rest on and how long they took. The same input gives the same
``FILE``, whatever the number of processes. IP ASN totals, of which discipline is a part, stay out.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recommender.plan.everybody import plan_everybody
from service.usecases.errors import WrongUse
from service.usecases.files import write_json, written_whole

if TYPE_CHECKING:
    from recommender.engine import Engine
    from recommender.pipeline import Progress
    from recommender.plan.results import Plan

SUFFIX = ".jsonl"


@dataclass
class Counts:
    """What the plans come to.

    Attributes:
        without_rows: people for whom nothing can be planned.
        exact: plans proved to be the best among the courses compared.
    """

    people: int = 0
    rows: int = 0
    without_rows: int = 0
    exact: int = 0
    jp: float = 0.0
    cost: int = 0

    def add(self, plan: Plan) -> None:
        """Count one plan."""
        self.people += 1
        self.rows += len(plan.rows)
        self.without_rows += not plan.rows
        self.exact += plan.proof.exact
        self.jp = round(self.jp + plan.totals.jp, 3)
        self.cost += plan.totals.cost


@dataclass(frozen=True)
class PlannedFile:
    """What was written: the file, its companion, and how much is in it."""

    file: Path
    companion: Path
    counts: Counts
    minutes: float


def plans_to_file(
    engine: Engine,
    out: Path,
    *,
    year: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> PlannedFile:
    """Plan everybody and write ``out`` and ``out.json``; both appear whole.

    Raises:
        WrongUse: the suffix is not .jsonl, or there is no such folder.
        ImpossibleWish: the year is over.
    """
    require_lines(out)
    begun = time.monotonic()
    counts = Counts()
    with written_whole(out) as temporary, temporary.open("w", encoding="utf-8") as file:
        for employee, plan in plan_everybody(engine, year, workers=workers, progress=progress):
            counts.add(plan)
            line = {"employee_id": employee, **plan.without_confidential().as_json()}
            file.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
    minutes = round((time.monotonic() - begun) / 60, 2)
    companion = out.with_name(out.name + ".json")
    write_json(companion, _basis(engine, year or engine.as_of.year, counts, minutes, workers))
    return PlannedFile(out, companion, counts, minutes)


def require_lines(out: Path) -> None:
    """Raise ``WrongUse`` where plans could not be written to ``out``: before the work."""
    if out.suffix.lower() != SUFFIX:
        raise WrongUse("cli.plans_suffix", file=out.name)
    if not out.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(out.parent))


def _basis(
    engine: Engine, year: int, counts: Counts, minutes: float, workers: int
) -> dict[str, Any]:
    """Return the companion: what the plans rest on, what they come to, and how long they took."""
    return {
        "kind": "plan",
        "year": year,
        "as_of": engine.as_of.isoformat(),
        "data": engine.data_hash,
        "model": engine.model_id,
        "rules": engine.rules_hash,
        "packs": dict(engine.rules.pack_hashes),
        "overlays": list(engine.rules.overlays),
        "not_checked": engine.not_checked,
        "employees": counts.people,
        "rows": counts.rows,
        "without_rows": counts.without_rows,
        "proved_best": counts.exact,
        "jp": counts.jp,
        "cost": counts.cost,
        "minutes": minutes,
        "workers": workers,
    }
