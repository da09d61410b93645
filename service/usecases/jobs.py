"""Do one job that was asked for over HTTP, in a process of its own.

In: settings and a job's number. Out: its result or problem in the database, its progress on the
way. What goes wrong here, be it a crash, never touches the process that serves.
"""

from __future__ import annotations

import csv
import logging
import shutil
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Any

from recommender.errors import RecommenderError
from service.auditing import Actor
from service.database import jobs, nominations
from service.errors import ServiceError
from service.jobs import Job
from service.nominating import BOUND, COUNTED, ENDED
from service.settings import Settings, today
from service.usecases.allocating import LOST, NAMES
from service.usecases.correcting import UPLOADS, returned_folder
from service.usecases.sources import open_database
from training_data.errors import DataError

LOG = logging.getLogger("selaras.jobs")

ALLOCATIONS = "allocations"
SEATS = "seats.csv"
BOOK = "seats.xlsx"
DOCUMENTS = "documents"
DOCUMENT_DAYS = 30
"""How long a document lies ready: it holds people, and can be made again."""
BEAT_SECONDS = 15.0

Tell = Callable[[str, int, int], None]


def upload_folder(settings: Settings, name: str) -> Path:
    """Return where the files of an import wait."""
    return settings.home / UPLOADS / name


def seats_file(settings: Settings, number: int) -> Path:
    """Return where an allocation's seats lie."""
    return settings.home / "exports" / ALLOCATIONS / str(number) / SEATS


def read_seats(settings: Settings, number: int) -> Iterator[Mapping[str, str]]:
    """Yield the seats of sessions by person, or for each vacancy the people it suits best."""
    file = seats_file(settings, number)
    names = file.with_name(file.name + NAMES)
    with (names if names.exists() else file).open(encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows)


def read_lost(settings: Settings, number: int) -> Iterator[Mapping[str, str]]:
    """Yield the best seats that each person did not get, best first, with the reason."""
    file = seats_file(settings, number)
    file = file.with_name(file.name + LOST)
    if file.exists():
        with file.open(encoding="utf-8", newline="") as rows:
            yield from csv.DictReader(rows)


def seats_book(settings: Settings, number: int) -> Path:
    """Return where the workbook of an allocation of sessions lies."""
    return seats_file(settings, number).with_name(BOOK)


def document_folder(settings: Settings, number: int) -> Path:
    """Return where a document lies."""
    return settings.home / "exports" / DOCUMENTS / str(number)


def do(settings: Settings, number: int) -> None:
    """Do a job that was taken; close it whatever happens."""
    database = open_database(settings)
    found = jobs.find(database, settings.agency, number)
    if found is None or found.state != "running":
        return
    over, at = Event(), _At()

    def live() -> None:
        while not over.wait(BEAT_SECONDS):
            jobs.beat(database, number, at.value)

    heart = Thread(target=live, name="selaras-job-heart", daemon=True)
    heart.start()
    try:
        result = _WORK[found.kind](settings, found, at.tell)
    except ServiceError as error:
        jobs.close(database, number, problem=error.code)
    except (RecommenderError, DataError) as error:
        jobs.close(database, number, problem=type(error).__name__)
    except Exception as error:  # what it says may quote a row; its name and place cannot
        place = "".join(traceback.format_tb(error.__traceback__))
        LOG.error("job %d failed: %s\n%s", number, type(error).__name__, place)
        jobs.close(database, number, problem=type(error).__name__)
    else:
        jobs.close(database, number, result=result)
    finally:
        over.set()


class _At:
    """Where the work is; written down with every beat."""

    def __init__(self) -> None:
        self.value: tuple[str, int, int] | None = None

    def tell(self, stage: str, done: int, total: int) -> None:
        self.value = (stage, done, total)


def _import(settings: Settings, job: Job, tell: Tell) -> dict[str, Any]:
    """Bring uploaded files in, or only look at them; the files are removed once they are in."""
    from service.usecases.importing import import_data, usable

    folder = upload_folder(settings, str(job.asked["upload"]))
    dry = bool(job.asked["dry_run"])
    returned = returned_folder(settings, job.number)
    done = import_data(folder, settings, dry_run=dry, progress=tell, returned=returned)
    report = done.report.as_json(examples=EXAMPLES)
    if not dry:
        shutil.rmtree(folder, ignore_errors=True)
    saved = done.saved
    return {
        "dry_run": dry,
        "usable": usable(done.report),
        "changes": None if saved is None else {t: asdict(c) for t, c in saved.tables.items()},
        "refused": done.report.refused,
        "report": report,
    }


EXAMPLES = 5
"""Rows named per kind of problem; personal values in them are masked."""


def _ranking(settings: Settings, job: Job, tell: Tell) -> dict[str, Any]:
    """Rank everybody anew and publish."""
    from service.usecases.models import model_for
    from service.usecases.publishing import rerank_and_publish
    from service.usecases.runners import Workers
    from service.usecases.sources import from_database

    day = today()
    given = from_database(settings)
    published = rerank_and_publish(
        given.dataset,
        settings,
        as_of=day,
        model_folder=model_for(settings, day),
        workers=Workers(rules=settings.rules_dir),
        progress=tell,
        actor=Actor(f"job:{job.number}"),
    )
    return {"generation": published.number, "people": published.people}


def _allocation(settings: Settings, job: Job, tell: Tell) -> dict[str, Any]:
    """Give out seats or vacancies by the ranking in force, which is what people read.

    Who gets which lies in a file below the home folder.
    """
    from recommender.allocation.wishes import Wishes
    from service.usecases import allocating
    from service.usecases.sources import published_engine

    engine, generation = published_engine(settings)
    wishes = Wishes.of(job.asked["constraints"])
    since = job.asked.get("since")
    kept: list[tuple[str, str]] = []
    # A scenario is worked out on the same nominations as the allocation it is compared with.
    counted = bool(job.asked.get("counted", since is not None))
    if since is not None:
        kept = allocating.read_kept(seats_file(settings, int(since)), job.asked["kind"])
        if wishes.stability is None:
            wishes = wishes.model_copy(update={"stability": allocating.STABILITY})
    outcome = allocating.allocate(
        engine.dataset,
        settings,
        kind=job.asked["kind"],
        as_of=engine.as_of,
        wishes=wishes,
        kept=kept,
        nominated=_nominated(settings, COUNTED if counted else BOUND),
        engine=engine,
        progress=tell,
        told=lambda at: tell("solve", at.step, at.steps),
    )
    file = seats_file(settings, job.number)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    basis = allocating.basis_of(engine.dataset, engine.rules, engine.as_of, None, 0)
    basis["generation"] = generation
    allocating.write(outcome, file, basis)
    if job.asked["kind"] == "session":
        allocating.write_seats_book(outcome, seats_book(settings, job.number))
    return {**basis, "kind": job.asked["kind"], **outcome.as_json()}


def _nominated(
    settings: Settings, stand: tuple[str, ...]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the nominations that stand and those that were ended, as they are now."""
    held = nominations.held(open_database(settings), settings.agency)
    return tuple(
        [(one.employee_id, one.session_code) for one in held if one.status in states]
        for states in (stand, (ENDED,))
    )  # type: ignore[return-value]


def _report(settings: Settings, job: Job, tell: Tell) -> dict[str, Any]:
    """Make a document from the ranking in force, which is what people read.

    It lies below the home folder, as a workbook and as what its print page is drawn from.
    """
    from recommender.reports.seats import Given
    from service.documents import Wanted
    from service.usecases.reporting import document_to_folder
    from service.usecases.sources import published_engine

    wanted = Wanted.of(job.asked)
    engine, generation = published_engine(settings)
    folder = document_folder(settings, job.number)
    seats: tuple[Given, ...] = ()
    if wanted.allocation is not None:
        seats = tuple(
            Given(row["employee_id"], row["session_code"], row["item_code"], int(row["cost"]))
            for row in read_seats(settings, wanted.allocation)
        )
    made = document_to_folder(engine, wanted, folder, seats=seats, progress=tell)
    return {
        "generation": generation,
        "as_of": engine.as_of.isoformat(),
        "sheets": made.sheets,
        "rows": made.rows,
        "people": made.people,
        "secret": made.secret,
    }


_WORK: dict[str, Callable[[Settings, Job, Tell], dict[str, Any]]] = {
    "import": _import,
    "ranking": _ranking,
    "allocation": _allocation,
    "report": _report,
}
