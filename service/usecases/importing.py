"""Bring a folder or a file into the database, or only look at it.

In: a dataset folder or one file. Out: the report, what changed in the database, and the refused
rows as files that can be corrected and imported again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from service.identity import installation_key
from service.settings import Settings
from service.usecases.errors import NothingUsable
from service.usecases.sources import Given, from_folder, open_database
from training_data.report import Report

if TYPE_CHECKING:
    from service.database.datasets import Saved

REFUSED = "refused"
"""Folder of refused rows inside the home folder's exports."""


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        saved: what changed in the database; null after a dry run.
        refused_files: where the refused rows lie.
    """

    report: Report
    saved: Saved | None
    refused_files: tuple[Path, ...]


def look_at(source: Path) -> Report:
    """Read and check a folder or a file; nothing is written anywhere.

    Raises:
        WrongUse: there is no such folder or file.
        UnusableInput: nothing in it can be used.
    """
    report = from_folder(source).report
    assert report is not None
    return report


def import_data(source: Path, settings: Settings, *, dry_run: bool = False) -> Imported:
    """Read, check, and store what is good; write the refused rows to files.

    Parameters:
        dry_run: store and write nothing.

    Raises:
        WrongUse: there is no such folder or file.
        NothingUsable: not a single row can be stored.
    """
    given = from_folder(source)
    assert given.report is not None
    if not any(given.dataset.has(name) for name in given.dataset.tables):
        raise NothingUsable("cli.nothing_usable", source=source.name)
    if dry_run:
        return Imported(given.report, None, ())
    saved = _save(given, source, settings)
    return Imported(given.report, saved, write_refused(given.report, settings, source.stem))


def write_refused(report: Report, settings: Settings, name: str) -> tuple[Path, ...]:
    """Write refused rows below the home folder; return the files, none where none was refused."""
    if not report.refused:
        return ()
    folder = settings.home / "exports" / REFUSED / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tuple(report.write_refused(folder))


def _save(given: Given, source: Path, settings: Settings) -> Saved:
    from service.database.datasets import Source, save_dataset

    assert given.report is not None
    database = open_database(settings)
    return save_dataset(
        database,
        given.dataset,
        agency=settings.agency,
        key=installation_key(settings.home),
        source=Source(
            name=source.name,
            sha256=_fingerprint(source, given),
            refused=given.report.refused,
            report=given.report.as_json(examples=0),
        ),
    )


def _fingerprint(source: Path, given: Given) -> str:
    """SHA-256 of the file, or of the content where a folder was imported."""
    if not source.is_file():
        return given.dataset.content_hash
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
