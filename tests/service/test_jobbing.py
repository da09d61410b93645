"""Jobs are done in a process of their own: files in, everybody ranked, seats given out."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from recommender.reports.sight import Sight
from service.auditing import Actor
from service.database import nominations
from service.database.jobs import LOST
from service.documents import Wanted
from service.exports.stored import FILE, WORKBOOK, read
from service.jobbing import Runner, StoredJobs, tidy
from service.nominating import Limits, Session
from service.nominating import Wanted as WantedStep
from service.settings import Settings
from service.usecases import jobs as work
from service.usecases.allocating import STABILITY
from service.usecases.jobs import DOCUMENT_DAYS, document_folder
from service.usecases.sources import open_database, published_engine

BY = Actor("account:7", "bpsdm")
TABLES = {
    "employees.csv": "employee_id,name,employment,job_code\nP-1,Ani Rekaan,PNS,J-1\n"
    "P-2,Budi Rekaan,PNS,J-1\nP-2,Tono Rekaan,PNS,J-9\n",
    "jobs.csv": "job_code,title\nJ-1,Analis Lalu Lintas\n",
    "job_requirements.csv": "job_code,competency_code,level\nJ-1,T-1,3\n",
    "competency_scores.csv": "employee_id,competency_code,level,source\nP-1,T-1,1,cact\n"
    "P-2,T-1,2,cact\n",
    "trainings.csv": "training_code,title,hours\nK-1,Rekayasa Lalu Lintas,24\n",
    "training_outcomes.csv": "training_code,competency_code,level_to\nK-1,T-1,3\n",
    "sessions.csv": "session_code,training_code,seats\nS-1,K-1,1\n",
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("SELARAS_")]:
        monkeypatch.delenv(name)
    settings = Settings(home=tmp_path / "home", model_dir=tmp_path / "models")
    database = open_database(settings)
    runner = Runner(settings, database)
    yield settings, StoredJobs(settings, database, runner), runner
    runner.stop()


def upload(jobs, tables) -> str:
    async def each():
        for name, words in tables.items():

            async def parts(words=words):
                yield words.encode()

            yield name, parts()

    return asyncio.run(jobs.keep(each()))


def ranked_year(place) -> int:
    settings, *_ = place
    return published_engine(settings)[0].as_of.year + 1


def wait(jobs, job, seconds=120.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = jobs.find(job.kind, job.number)
        if found.state in ("done", "failed"):
            return found
        time.sleep(0.2)
    raise AssertionError("the job did not end")


def test_files_are_looked_at_brought_in_ranked_and_seats_given_out(place):
    settings, jobs, runner = place
    runner.start()
    name = upload(jobs, TABLES)
    looked = wait(jobs, jobs.queue("import", {"upload": name, "dry_run": True}, BY))
    assert looked.problem is None
    assert looked.result["changes"] is None
    assert looked.result["refused"] == 1  # one id stands for two people
    assert jobs.has_upload(name)

    done = wait(jobs, jobs.queue("import", {"upload": name, "dry_run": False}, BY))
    assert done.result["changes"]["employees"]["inserted"] == 2
    assert not jobs.has_upload(name)
    assert "Tono" not in str(done.result)

    ranked = wait(jobs, jobs.queue("ranking", {}, BY))
    assert ranked.result == {"generation": ranked.result["generation"], "people": 2}

    asked = {"kind": "session", "constraints": {}}
    given = wait(jobs, jobs.queue("allocation", asked, BY))
    assert given.result["status"] == "optimal"
    (seat,) = jobs.seats(given.number)
    assert jobs.proposal(given.number) == {"S-1": [seat["employee_id"]]}

    # The department leaves that person out; worked out again, the seat is the other one's.
    step(settings, seat["employee_id"], "veto")
    asked["since"] = given.number
    again = wait(jobs, jobs.queue("allocation", asked, BY))
    (second,) = jobs.seats(again.number)
    assert {seat["employee_id"], second["employee_id"]} == {"P-1", "P-2"}
    # Proposed by the department, it is kept; and an unknown number is no proposal.
    step(settings, second["employee_id"], "nominate")
    third = wait(jobs, jobs.queue("allocation", {**asked, "since": again.number}, BY))
    assert [(r["code"], r["taken"], r["locked"]) for r in third.result["sessions"]] == [
        ("S-1", 1, 1)
    ]
    assert jobs.proposal(999) is None
    left = ({"P-1", "P-2"} - {second["employee_id"]}).pop()
    assert jobs.passed_over(again.number) == {}  # the one left was taken out by the department
    assert jobs.passed_over(given.number) == {"S-1": [(second["employee_id"], "seats")]}
    assert [row["employee_id"] for row in jobs.lost(given.number)] == [second["employee_id"]]
    assert left == seat["employee_id"]
    book = jobs.workbook(given.number)
    assert book.stat().st_mode & 0o777 == 0o600
    assert jobs.workbook(999) is None
    # Points for keeping a seat are not counted as worth.
    assert third.result["kept"] == 1
    assert third.result["worth"] == pytest.approx(third.result["objective"] - STABILITY)
    # A scenario of the first one leaves proposals aside, as that one did.
    scenario = {
        **asked,
        "since": given.number,
        "counted": False,
        "constraints": {"seats": {"S-1": 2}},
    }
    fourth = wait(jobs, jobs.queue("allocation", scenario, BY))
    assert [(r["code"], r["seats"], r["locked"]) for r in fourth.result["sessions"]] == [
        ("S-1", 2, 0)
    ]

    everything = Sight().names
    wanted = Wanted("akpk", everything, "somebody", year=ranked_year(place))
    made = wait(jobs, jobs.queue("report", wanted.as_json(), BY))
    assert made.problem is None
    assert made.result["people"] == 2
    folder = jobs.document(made.number)
    for name in (FILE, WORKBOOK):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert read(folder).rows == made.result["rows"]
    assert "Rekaan" not in str(made)
    (found,) = jobs.latest("report", BY)
    assert found == made
    assert jobs.latest("report", Actor("account:8", "bpsdm")) == ()


def step(settings, employee, act):
    session = Session("S-1", "K-1", "Rekayasa Lalu Lintas", seats=1)
    found = nominations.take(
        open_database(settings), settings.agency, [WantedStep(employee, employee, act, "Perlu")],
        Limits(session, date(2026, 4, 3)), decided_by="Rina Contoh", actor=BY,
        at=datetime.now(UTC),
    )  # fmt: skip
    assert not found.refused


def test_documents_are_removed_once_their_time_is_over(place):
    settings, jobs, _ = place
    folder = document_folder(settings, 3)
    folder.mkdir(parents=True)
    tidy(settings)
    assert jobs.document(3) == folder
    old = time.time() - (DOCUMENT_DAYS + 1) * 86_400
    os.utime(folder, (old, old))
    tidy(settings)
    assert jobs.document(3) is None


def test_a_job_that_cannot_be_done_says_why_and_the_next_one_is_done(place):
    _, jobs, runner = place
    runner.start()
    refused = wait(jobs, jobs.queue("ranking", {}, BY))
    assert (refused.state, refused.problem) == ("failed", "cli.database_empty")
    name = upload(jobs, {"employees.csv": "employee_id\nP-1\n"})
    assert wait(jobs, jobs.queue("import", {"upload": name, "dry_run": True}, BY)).state == "done"


def test_a_process_that_is_killed_loses_its_job_and_nothing_else(place, monkeypatch):
    _, jobs, runner = place
    monkeypatch.setattr("service.jobbing.do", killed)
    runner.start()
    lost = wait(jobs, jobs.queue("ranking", {}, BY))
    assert (lost.state, lost.problem) == ("failed", LOST)


def killed(settings: Settings, number: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_an_upload_that_fails_half_way_leaves_nothing(place):
    settings, jobs, _ = place

    async def broken():
        yield b"employee_id\n"
        raise OSError("gone")

    async def each():
        yield "employees.csv", broken()

    with pytest.raises(OSError, match="gone"):
        asyncio.run(jobs.keep(each()))
    assert list((settings.home / work.UPLOADS).iterdir()) == []


def test_uploads_that_nobody_brought_in_are_removed_after_a_day(place):
    settings, jobs, _ = place
    old, new = upload(jobs, TABLES), upload(jobs, TABLES)
    past = time.time() - 25 * 3600
    os.utime(work.upload_folder(settings, old), (past, past))
    tidy(settings)
    assert not jobs.has_upload(old)
    assert jobs.has_upload(new)


def test_corrected_rows_alone_go_in_and_complete_what_the_first_import_left(place):
    settings, jobs, runner = place
    runner.start()
    name = upload(jobs, TABLES)
    first = wait(jobs, jobs.queue("import", {"upload": name, "dry_run": False}, BY))
    held = jobs.corrections(first.number)
    (standing,) = held.standings()
    assert (standing.part.table, standing.open) == ("employees", 1)
    (row,) = held.sheet(0, 0, 10).rows
    held.keep(0, {row.place: {0: "P-3", 3: "J-1"}}, [])
    prepared = held.prepare()
    made = jobs.queue("import", {"upload": prepared.upload, "dry_run": False}, BY)
    held.sent(prepared, made.number)
    done = wait(jobs, made)
    assert done.result["changes"]["employees"] == {"inserted": 1, "updated": 0, "unchanged": 0}
    assert [one.open for one in held.standings()] == [0]
    assert not (settings.home / "exports" / "refused").exists()
    assert jobs.corrections(made.number).parts == ()
