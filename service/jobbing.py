"""The runner of jobs beside a server: takes one after the other, each in a process of its own.

In: settings. Out: jobs done. Several servers may each have one: the queue gives a job to one only.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from service.database import jobs
from service.database.jobs import LOST
from service.errors import DatabaseError
from service.jobs import Job, JobKind
from service.settings import Settings
from service.usecases.correcting import RETURNED, RETURNED_DAYS, UPLOADS, Corrections
from service.usecases.jobs import (
    DOCUMENT_DAYS,
    DOCUMENTS,
    do,
    document_folder,
    read_lost,
    read_seats,
    seats_book,
    upload_folder,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from service.auditing import Actor

LOG = logging.getLogger("selaras.jobs")

LOOK_SECONDS = 5.0
LISTED = 20
LISTED_OF_ONE = 200
"""Jobs looked through for those of one person: links that were printed all sign in as one name."""
UPLOAD_HOURS = 24
"""How long files that were only looked at wait to be brought in."""


class Runner:
    """Works until it is stopped."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._wanted, self._stop = Event(), Event()
        self._thread = Thread(target=self._run, name="selaras-jobs", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Take no further job; one that is being done is left to its process."""
        self._stop.set()
        self._wanted.set()

    def wake(self) -> None:
        """Look at once: a job was queued."""
        self._wanted.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wanted.clear()
            try:
                while not self._stop.is_set() and self._one():
                    pass
            except DatabaseError:  # it may come back
                pass
            self._wanted.wait(LOOK_SECONDS)

    def _one(self) -> bool:
        """Do the next job, if there is one."""
        tidy(self._settings)
        found = jobs.take(self._database, self._settings.agency)
        if found is None:
            return False
        # A fresh process: nothing of the server's memory, threads or connections goes with it.
        process = get_context("spawn").Process(target=do, args=(self._settings, found.number))
        process.start()
        process.join()
        if process.exitcode != 0:
            LOG.error("the process of job %d ended with %s", found.number, process.exitcode)
        jobs.close(self._database, found.number, problem=LOST)  # nothing where it closed it itself
        return True


class StoredJobs:
    """Jobs of this installation's agency."""

    def __init__(self, settings: Settings, database: Database, runner: Runner) -> None:
        self._settings, self._database, self._runner = settings, database, runner
        self._proposal: tuple[int, Mapping[str, Sequence[str]]] | None = None
        self._passed: tuple[int, Mapping[str, Sequence[tuple[str, str]]]] | None = None

    def queue(self, kind: JobKind, asked: Mapping[str, Any], actor: Actor) -> Job:
        """Queue a job and wake the runner."""
        found = jobs.queue(self._database, self._settings.agency, kind, asked, actor)
        self._runner.wake()
        return found

    def find(self, kind: JobKind, number: int) -> Job | None:
        """Return a job of a kind, or None."""
        found = jobs.find(self._database, self._settings.agency, number)
        return found if found is not None and found.kind == kind else None

    def latest(self, kind: JobKind, by: Actor | None = None) -> tuple[Job, ...]:
        """Return the latest jobs of a kind, newest first; perhaps of one who asked."""
        limit = LISTED if by is None else LISTED_OF_ONE
        return jobs.latest(self._database, self._settings.agency, kind, limit, by)

    async def keep(self, files: AsyncIterator[tuple[str, AsyncIterator[bytes]]]) -> str:
        """Write uploaded files where only this account reads them."""
        name = secrets.token_hex(16)
        folder = upload_folder(self._settings, name)
        folder.mkdir(mode=0o700, parents=True)
        try:
            async for own, parts in files:
                with (folder / own).open("xb") as file:
                    async for part in parts:
                        file.write(part)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return name

    def has_upload(self, name: str) -> bool:
        """Whether an upload is still there."""
        return upload_folder(self._settings, name).is_dir()

    def proposal(self, number: int) -> Mapping[str, Sequence[str]] | None:
        """Return the people an allocation of sessions gives each of them."""
        held = self._proposal
        if held is None or held[0] != number:
            found = self.find("allocation", number)
            if found is None or found.state != "done" or found.asked["kind"] != "session":
                return None
            people: dict[str, list[str]] = {
                one["code"]: [] for one in (found.result or {})["sessions"]
            }
            for row in read_seats(self._settings, number):
                people[row["session_code"]].append(row["employee_id"])
            self._proposal = held = (number, people)
        return held[1]

    def corrections(self, number: int) -> Corrections:
        """Return the refused rows of an import, none where it left none or they are gone."""
        return Corrections(self._settings, number)

    def seats(self, number: int) -> Iterator[Mapping[str, str]]:
        """Yield the seats that an allocation gave."""
        return read_seats(self._settings, number)

    def lost(self, number: int) -> Iterator[Mapping[str, str]]:
        """Yield the best seats that each person did not get, best first, with the reason."""
        return read_lost(self._settings, number)

    def passed_over(self, number: int) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return session → people who would gain by it and got no seat in it, each with why."""
        held = self._passed
        if held is None or held[0] != number:
            people: dict[str, list[tuple[str, str]]] = {}
            for row in read_lost(self._settings, number):
                lost = people.setdefault(row["session_code"], [])
                lost.append((row["employee_id"], sys.intern(row["reason"])))
            self._passed = held = (number, people)
        return held[1]

    def workbook(self, number: int) -> Path | None:
        """Return the workbook of an allocation of sessions; None where there is none."""
        file = seats_book(self._settings, number)
        return file if file.is_file() else None

    def document(self, number: int) -> Path | None:
        """Return the folder in which a document lies; None where it was removed."""
        folder = document_folder(self._settings, number)
        return folder if folder.is_dir() else None


def tidy(settings: Settings) -> None:
    """Remove uploads nobody brought in, rows nobody corrected, documents whose time is over."""
    _remove_old(settings.home / UPLOADS, UPLOAD_HOURS)
    _remove_old(settings.home / RETURNED, RETURNED_DAYS * 24)
    _remove_old(settings.home / "exports" / DOCUMENTS, DOCUMENT_DAYS * 24)


def _remove_old(folder: Path, hours: float) -> None:
    """Remove what lies in a folder and was not touched for a while."""
    if not folder.is_dir():
        return
    for old in folder.iterdir():
        try:
            if time.time() - old.stat().st_mtime > hours * 3600:
                shutil.rmtree(old, ignore_errors=True)
        except OSError:  # somebody else was quicker
            continue
