"""Where data come from: a folder of the agency, the database, or the ranking in force.

In: a folder, or settings. Out: a ``Dataset`` with the report on what was refused, or an engine on
exactly what was published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from service.settings import Settings, today
from service.usecases.errors import NothingUsable, RankingUnusable, WrongUse
from training_data.dataset import Dataset
from training_data.errors import UnusableInput
from training_data.names.mapping import NO_DECISIONS, Decisions, map_names
from training_data.names.mapping import Report as Names
from training_data.names.matcher import Thresholds
from training_data.names.words import KINDS
from training_data.reference.packs import load_rules

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from recommender.engine import Engine
    from recommender.pipeline import Progress
    from training_data.report import Report

OLD_DAYS = 365
"""Data whose newest event lies further back than this ask for an ``as_of`` of their own."""


@dataclass(frozen=True)
class Given:
    """Data to work on.

    Attributes:
        report: what was found while reading; null where the data come from the database.
        names: what became of names that stand where codes belong.
    """

    dataset: Dataset
    report: Report | None = None
    names: Names = field(default_factory=Names)

    @property
    def refused(self) -> int:
        """Number of rows that stayed outside."""
        return 0 if self.report is None else self.report.refused

    @property
    def whole(self) -> bool:
        """Whether every row and file went in."""
        return self.report is None or self.report.exit_code == 0


def open_database(settings: Settings) -> Database:
    """Connect and bring the tables to this version; makes the home folder and the file."""
    from service.database import engine, migrate

    database = engine.connect(settings)
    migrate.upgrade(database)
    return database


def thresholds(settings: Settings, day: date | None = None) -> Thresholds:
    """Return the thresholds in force, as the agency's own packs change them."""
    return Thresholds.of(load_rules(day or today(), settings.rules_dir))


def mapped(
    dataset: Dataset,
    settings: Settings,
    *,
    decisions: Decisions = NO_DECISIONS,
    against: Dataset | None = None,
) -> tuple[Dataset, Names]:
    """Fill the codes that are sure, by the thresholds in force."""
    return map_names(dataset, thresholds(settings), decisions=decisions, against=against)


def stored_decisions(settings: Settings) -> Decisions:
    """Return what people decided; looks without making a database."""
    from service.database.naming import decided_codes

    if settings.database_url is None and not settings.database_file.exists():
        return NO_DECISIONS
    found = decided_codes(open_database(settings), settings.agency)
    return {kind: dict(found[kind]) for kind in KINDS if kind in found}


def from_folder(
    source: Path, *, against: Dataset | None = None, progress: Progress | None = None
) -> tuple[Dataset, Report]:
    """Read a dataset folder, or one file of it.

    Parameters:
        against: data already known; references may lead there too.

    Raises:
        WrongUse: there is no such folder or file.
        UnusableInput: nothing in it can be used.
    """
    from training_data.importers import read_file, read_folder

    require_source(source)
    if source.is_file():
        return read_file(source, against=against)
    return read_folder(source, against=against, progress=progress)


def require_source(source: Path) -> None:
    """Raise ``WrongUse`` where there is neither a folder nor a file."""
    if not source.exists():
        raise WrongUse("cli.no_source", source=str(source))


def from_database(settings: Settings) -> Given:
    """Return everything that was imported for this agency.

    Raises:
        NothingUsable: nothing was imported yet.
    """
    from service.database.datasets import load_dataset

    dataset = load_dataset(open_database(settings), settings.agency)
    if not dataset.has("employees"):
        raise NothingUsable("cli.database_empty")
    dataset, names = mapped(dataset, settings, decisions=stored_decisions(settings))
    return Given(dataset, None, names)


def given_data(
    settings: Settings,
    folder: Path | None,
    progress: Progress | None = None,
    *,
    people: bool = True,
    decisions: Path | None = None,
) -> Given:
    """Return the data to work with: of a folder, or of the database where none is named.

    Parameters:
        people: whether employees are needed; frameworks of posts have none to learn from.
        decisions: file of decisions about names, for a folder; the database holds its own.

    Raises:
        WrongUse: there is no such folder.
        UnusableInput: nothing in it can be used.
        NothingUsable: there are no employees, or neither trainings nor jobs.
    """
    from training_data.names.decisions import read_decisions

    if folder is None:
        return from_database(settings)
    dataset, report = from_folder(folder, progress=progress)
    lacking = [table for table in report.lacking if people or table != "employees"]
    if lacking:
        raise NothingUsable("cli.lacking", tables=", ".join(lacking))
    decided = NO_DECISIONS if decisions is None else read_decisions(decisions)
    dataset, names = mapped(dataset, settings, decisions=decided)
    return Given(dataset, report, names)


def published_engine(settings: Settings) -> tuple[Engine, int]:
    """Open the ranking in force, with its own data, model, rules and day.

    Raises:
        NothingPublished: nothing was ranked yet.
        RankingUnusable: its data are damaged, or the rules have changed since.
    """
    from service.errors import NothingPublished
    from service.problems import Problem
    from service.store import GenerationStore

    store = GenerationStore(open_database(settings), settings)
    number = store.current()
    if number is None:
        raise NothingPublished("storage.nothing_published")
    try:
        return cast("Engine", store.open(number).engine), number
    except Problem as problem:
        raise RankingUnusable(f"api.ready.{problem.faults[0].code}") from None
    except (UnusableInput, OSError):
        raise RankingUnusable("api.ready.snapshot_unusable") from None


def old_since(dataset: Dataset, as_of: date) -> date | None:
    """Return the newest known event's day where it lies more than a year before ``as_of``."""
    from recommender.snapshot import cut, newest_event

    newest = newest_event(cut(dataset, as_of))
    return newest if newest is not None and (as_of - newest).days > OLD_DAYS else None
