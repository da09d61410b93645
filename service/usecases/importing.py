"""Bring a folder or a file into the database, or only look at it.

In: a dataset folder or one file. Out: the report, what changed in the database, and the refused
rows as files that can be corrected and imported again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from recommender.pipeline import Progress
from service.database.datasets import Counts, Saved, Source, load_dataset, save_dataset
from service.identity import installation_key
from service.settings import Settings
from service.usecases.naming import refresh_queue
from service.usecases.sources import (
    from_folder,
    mapped,
    open_database,
    require_source,
    stored_decisions,
)
from training_data.dataset import Dataset
from training_data.errors import UnusableInput
from training_data.names.mapping import Report as Names
from training_data.report import Report
from training_data.returned import write_returned
from training_data.siasn import load_shapes, without_known

REFUSED = "refused"
"""Folder of refused rows inside the home folder's exports."""


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        saved: what changed in the database; null where nothing was stored.
        refused_files: where the refused rows lie.
        names: what names will stand for; the rows are stored as they were written.
    """

    report: Report
    saved: Saved | None
    refused_files: tuple[Path, ...]
    names: Names = field(default_factory=Names)


def look_at(source: Path, *, progress: Progress | None = None) -> Report:
    """Read and check a folder or a file; nothing is written anywhere.

    Raises:
        WrongUse: there is no such folder or file.
    """
    return _read(source, None, progress)[1]


def import_data(
    source: Path,
    settings: Settings,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    returned: Path | None = None,
) -> Imported:
    """Read, check, and store what is good; write the refused rows to files.

    Codes may refer to what was imported before.

    Parameters:
        dry_run: store and write nothing.
        returned: folder in which the refused rows wait to be corrected in the browser, instead of
            files below the exports; used in a dry run too.

    Raises:
        WrongUse: there is no such folder or file.
    """
    known = _known(settings)
    dataset, report = _read(source, known, progress)
    names = Names()
    again = 0
    if dataset is not None:
        dataset, again = without_known(dataset, known, load_shapes(settings.siasn_shapes))
    if returned is not None:
        write_returned(report, returned)
    if dataset is not None:
        decided = stored_decisions(settings)
        names = mapped(dataset, settings, decisions=decided, against=known)[1]
    if dry_run:
        return Imported(report, None, (), names)
    saved = None
    if dataset is not None:
        saved = save_dataset(
            open_database(settings),
            dataset,
            agency=settings.agency,
            key=installation_key(settings.home),
            source=Source(
                name=source.name,
                sha256=_fingerprint(source, dataset),
                refused=report.refused,
                report=report.as_json(examples=0),
            ),
        )
        saved = _with_known(saved, again)
    if saved is not None and saved.total.changed:
        refresh_queue(settings, dataset if known is None else None)
    written = () if returned is not None else write_refused(report, settings, source.stem)
    return Imported(report, saved, written, names)


def _with_known(saved: Saved, again: int) -> Saved:
    """Count rows that were left out because they say what is known."""
    if not again:
        return saved
    counts = saved.tables.get("training_history", Counts()) + Counts(unchanged=again)
    return Saved(saved.run, {**saved.tables, "training_history": counts})


def write_refused(report: Report, settings: Settings, name: str) -> tuple[Path, ...]:
    """Write refused rows below the home folder; return the files, none where none was refused."""
    if not report.refused:
        return ()
    folder = settings.home / "exports" / REFUSED / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tuple(report.write_refused(folder))


def usable(report: Report) -> bool:
    """Whether at least one row went in."""
    return any(count.accepted for count in report.counts.values())


def _read(
    source: Path, against: Dataset | None, progress: Progress | None
) -> tuple[Dataset | None, Report]:
    """Return the dataset, null where not a single row can be used, and the report."""
    require_source(source)
    try:
        return from_folder(source, against=against, progress=progress)
    except UnusableInput as error:
        if error.report is None:
            raise
        return None, error.report


def _known(settings: Settings) -> Dataset | None:
    """Return what was imported before; looks without making a database."""
    if settings.database_url is None and not settings.database_file.exists():
        return None
    return load_dataset(open_database(settings), settings.agency)


def _fingerprint(source: Path, dataset: Dataset) -> str:
    """SHA-256 of the file, or of the content where a folder was imported."""
    if not source.is_file():
        return dataset.content_hash
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
