"""Jobs are taken one at a time, by one runner, and closed once, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, update

from service.auditing import Actor
from service.database import audit
from service.database.engine import writing
from service.database.jobs import LOST, beat, close, find, latest, queue, take
from service.database.tables import job

BY = Actor("account:7", "bpsdm")


def test_the_oldest_is_taken_and_the_next_waits_until_it_is_over(engine: Engine) -> None:
    first, second = (queue(engine, "", "ranking", {"n": n}, BY) for n in (1, 2))
    queue(engine, "x", "ranking", {}, BY)
    assert first.state == "queued"
    taken = take(engine, "")
    assert taken is not None
    assert (taken.number, taken.state) == (first.number, "running")
    assert take(engine, "") is None
    beat(engine, taken.number, ("rank", 3, 10))
    shown = find(engine, "", taken.number)
    assert shown is not None
    assert (shown.stage, shown.done, shown.total) == ("rank", 3, 10)
    close(engine, taken.number, result={"generation": 4})
    done = find(engine, "", taken.number)
    assert done is not None
    assert (done.state, done.result, done.problem) == ("done", {"generation": 4}, None)
    again = take(engine, "")
    assert again is not None
    assert again.number == second.number
    assert [one.number for one in latest(engine, "", "ranking")] == [second.number, first.number]


def test_of_many_runners_one_gets_the_job(engine: Engine) -> None:
    queue(engine, "", "ranking", {}, BY)
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: take(engine, ""), range(6)))
    assert sum(one is not None for one in taken) == 1


def test_what_was_closed_stays_as_it_is(engine: Engine) -> None:
    queue(engine, "", "import", {}, BY)
    taken = take(engine, "")
    assert taken is not None
    close(engine, taken.number, problem="x.y")
    close(engine, taken.number, result={})
    beat(engine, taken.number, ("late", 1, 1))
    shown = find(engine, "", taken.number)
    assert shown is not None
    assert (shown.state, shown.problem, shown.result, shown.stage) == ("failed", "x.y", None, None)


def test_a_runner_that_fell_silent_loses_its_job_which_is_not_begun_again(engine: Engine) -> None:
    queue(engine, "", "import", {}, BY)
    taken = take(engine, "")
    assert taken is not None
    with writing(engine) as connection:
        past = {"beat_at": datetime.now(UTC) - timedelta(hours=1)}
        connection.execute(update(job).values(past))
    assert take(engine, "") is None
    shown = find(engine, "", taken.number)
    assert shown is not None
    assert (shown.state, shown.problem) == ("failed", LOST)


def test_whoever_asked_is_in_the_trail(engine: Engine) -> None:
    made = queue(engine, "", "allocation", {"kind": "session", "constraints": {}}, BY)
    (event,) = audit.events(engine, "")
    assert (event.action, event.subject) == ("job_allocation", f"job:{made.number}")
    assert event.actor == "account:7"


def test_no_agency_sees_a_job_of_another(engine: Engine) -> None:
    made = queue(engine, "x", "ranking", {}, BY)
    assert find(engine, "", made.number) is None
    assert take(engine, "") is None


def test_a_second_click_gets_the_job_of_the_first(engine: Engine) -> None:
    first = queue(engine, "", "ranking", {}, BY)
    assert queue(engine, "", "ranking", {}, BY).number == first.number
    take(engine, "")
    assert queue(engine, "", "ranking", {}, BY).number == first.number
    assert len(audit.events(engine, "")) == 1
    with writing(engine) as connection:
        begun = {"created_at": datetime.now(UTC) - timedelta(minutes=1)}
        connection.execute(update(job).values(begun))
    later = queue(engine, "", "ranking", {}, BY)
    assert later.number != first.number
    close(engine, first.number, result={})
    assert queue(engine, "", "ranking", {}, BY).number == later.number


def test_what_others_or_otherwise_ask_is_a_job_of_its_own(engine: Engine) -> None:
    asked = {"kind": "session", "constraints": {"max_courses": 4}}
    numbers = {
        queue(engine, agency, kind, said, Actor(who, "bpsdm")).number
        for agency, kind, said, who in (
            ("", "allocation", asked, "account:7"),
            ("", "allocation", asked, "account:8"),
            ("", "allocation", {**asked, "constraints": {}}, "account:7"),
            ("x", "allocation", asked, "account:7"),
        )
    }
    assert len(numbers) == 4
