"""A fictional agency to try everything with: made, imported, ranked and published.

In: how many people, a seed and the day. Out: a published ranking and ``demo.json`` in the home
folder. Invented people are never mixed with real ones.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from recommender.engine import Engine
from recommender.pipeline import Progress
from service.database.engine import make_home
from service.settings import Settings
from service.usecases.errors import WrongUse
from service.usecases.files import write_json
from service.usecases.importing import import_data
from service.usecases.publishing import Published, rerank_and_publish
from service.usecases.sources import from_database, open_database

NOTE = "demo.json"
LOOKED_AT = 50
READABLE = 50_000
"""Agencies up to this size are written as CSV, which people can open; larger ones as Parquet."""


@dataclass(frozen=True)
class Demo:
    """What was made: the published ranking, and whether the agency was there before."""

    published: Published
    was_there: bool


def write_agency(
    folder: Path, *, employees: int, seed: int, as_of: date, progress: Progress | None = None
) -> None:
    """Write a fictional agency as a dataset folder, which must be new or empty; appears whole.

    Raises:
        WrongUse: the folder holds something, or the folder above it does not exist.
    """
    from training_data.synthetic import write_folder

    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUse("cli.not_empty", folder=str(folder))
    if not folder.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(folder.parent))
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        write_folder(
            Path(temporary) / "agency",
            employees,
            seed=seed,
            as_of=as_of,
            form="csv" if employees <= READABLE else "parquet",
            progress=None if progress is None else partial(progress, "generate"),
        )
        os.replace(Path(temporary) / "agency", folder)


def make_demo(
    settings: Settings,
    *,
    employees: int,
    seed: int,
    as_of: date,
    progress: Progress | None = None,
) -> Demo:
    """Make a fictional agency, import it, rank everybody and publish; again changes nothing.

    Raises:
        WrongUse: the database holds other people.
    """
    wanted = {"employees": employees, "seed": seed}
    held = _held(settings)
    if held is not None and {key: held.get(key) for key in wanted} != wanted:
        raise WrongUse("cli.demo_differs", home=str(settings.home))
    if held is None:
        _require_nobody(settings)
        make_home(settings.home)
        # Written first: an interrupted demo is known as one and goes on where it stopped.
        write_json(settings.home / NOTE, {**wanted, "as_of": as_of.isoformat()})
        with tempfile.TemporaryDirectory(dir=settings.home, prefix=".demo-") as temporary:
            folder = Path(temporary) / "demo"
            write_agency(folder, employees=employees, seed=seed, as_of=as_of, progress=progress)
            import_data(folder, settings)
    given = from_database(settings)
    published = rerank_and_publish(
        given.dataset, settings, as_of=as_of, seed=seed, progress=progress
    )
    return Demo(published, held is not None)


def someone_to_look_at(engine: Engine) -> str:
    """Return an employee whose page shows much: a known gap, trainings and posts to suggest."""
    for employee_id in engine.employee_ids[:LOOKED_AT]:
        now = engine.gaps(employee_id).now
        known = now is not None and any(row.gap for row in now.rows)
        if known and all(engine.recommend(employee_id, kind, 1) for kind in engine.kinds()):
            return employee_id
    return engine.employee_ids[0]


def _held(settings: Settings) -> dict[str, Any] | None:
    """Return the note of an earlier demo whose people are still there."""
    note = settings.home / NOTE
    if not note.is_file() or not _somebody(settings):
        return None
    held: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    return held


def _require_nobody(settings: Settings) -> None:
    if _somebody(settings):
        raise WrongUse("cli.demo_over_people", home=str(settings.home))


def _somebody(settings: Settings) -> bool:
    from service.database.datasets import data_version

    return data_version(open_database(settings)) > 0
