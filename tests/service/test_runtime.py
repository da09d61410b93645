"""One generation at a time, replaced when the switch moves, kept when the next one is damaged."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Event, Thread

import pytest

from recommender.errors import UnusableModel
from service import runtime as under_test
from service.answers import Act
from service.directory import Directory
from service.errors import DatabaseUnreachable
from service.problems import Problem
from service.runtime import Answers, Generation, Runtime, Serving
from training_data.dataset import Dataset


@dataclass
class Shelf:
    """A store whose generations open at once, wait for a sign, or fail."""

    number: int | None = 1
    fails: dict[int, Exception] = field(default_factory=dict)
    unreachable: bool = False
    wait: Event | None = None
    opened: list[int] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    asked: int = 0

    def work(self) -> int:
        self.asked += 1
        return self.asked

    def current(self) -> int | None:
        if self.unreachable:
            raise DatabaseUnreachable("storage.unreachable", database="db")
        return self.number

    def acts_after(self, number: int) -> list[Act]:
        return [act for act in self.acts if act.number > number]

    def open(self, number: int) -> Serving:
        self.opened.append(number)
        if self.wait is not None:
            self.wait.wait(5)
        if number in self.fails:
            raise self.fails[number]
        directory = Directory(Dataset.of({"employees": {"employee_id": ["A"]}}), str)
        generation = Generation(number, date(2026, 1, 1), "m", "r", "d")
        return Serving(generation, None, directory, lambda *_: (), {})


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(under_test, "LOOK_AGAIN_SECONDS", 0.0)


def settled(runtime: Runtime, number: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if runtime.current().generation.number == number:
            return True
        time.sleep(0.005)
    return False


def settled_at_hand(runtime: Runtime, number: int) -> set[str]:
    deadline = time.monotonic() + 5
    while runtime.number() != number and time.monotonic() < deadline:
        time.sleep(0.001)
    return set(runtime._serving.given.of("A", "training"))


def codes(runtime: Runtime) -> list[str]:
    return [fault.code for fault in runtime.readiness()]


def test_nothing_published_is_not_ready_and_says_so():
    runtime = Runtime(Shelf(number=None))
    with pytest.raises(Problem) as raised:
        runtime.current()
    assert raised.value.code == "not_ready"
    assert codes(runtime) == ["no_generation"]


def test_a_generation_is_opened_once_and_shared():
    shelf = Shelf()
    runtime = Runtime(shelf)
    assert runtime.current() is runtime.current()
    assert shelf.opened == [1]
    assert runtime.readiness() == ()


def test_many_first_requests_open_the_generation_once():
    shelf = Shelf(wait=Event())
    runtime = Runtime(shelf)
    threads = [Thread(target=runtime.current) for _ in range(5)]
    for thread in threads:
        thread.start()
    while not shelf.opened:
        time.sleep(0.001)
    assert codes(runtime) == ["loading"]
    shelf.wait.set()
    for thread in threads:
        thread.join()
    assert shelf.opened == [1]


def test_the_old_generation_serves_until_the_new_one_is_open():
    shelf = Shelf()
    runtime = Runtime(shelf)
    runtime.current()
    shelf.wait, shelf.number = Event(), 2
    assert runtime.current().generation.number == 1
    assert runtime.current().generation.number == 1
    shelf.wait.set()
    assert settled(runtime, 2)
    assert shelf.opened == [1, 2]


def test_a_damaged_new_generation_is_refused_and_the_old_one_goes_on():
    shelf = Shelf(fails={2: UnusableModel("bit flipped")})
    runtime = Runtime(shelf)
    runtime.current()
    shelf.number = 2
    deadline = time.monotonic() + 5
    while codes(runtime) != ["model_unusable"] and time.monotonic() < deadline:
        time.sleep(0.005)
    assert codes(runtime) == ["model_unusable"]
    assert runtime.current().generation.number == 1
    assert shelf.opened == [1, 2]
    shelf.number = 3
    assert settled(runtime, 3)
    assert runtime.readiness() == ()


@pytest.mark.parametrize(
    ("error", "code", "why"),
    [
        (UnusableModel("no"), "model_unusable", "model_unusable"),
        (OSError("no"), "not_ready", "snapshot_unusable"),
        (ValueError("not Parquet"), "not_ready", "snapshot_unusable"),
    ],
)
def test_a_first_generation_that_cannot_be_opened_is_a_problem(error, code, why):
    runtime = Runtime(Shelf(fails={1: error}))
    with pytest.raises(Problem) as raised:
        runtime.current()
    assert (raised.value.code, raised.value.status) == (code, 503)
    assert codes(runtime) == [why]


def test_an_unreachable_database_is_said_and_recovered_from():
    shelf = Shelf(unreachable=True)
    runtime = Runtime(shelf)
    assert codes(runtime) == ["database_unreachable"]
    shelf.unreachable = False
    assert runtime.readiness() == ()


def test_nothing_is_asked_while_the_switch_was_read_a_moment_ago(monkeypatch):
    shelf = Shelf()
    runtime = Runtime(shelf)
    assert runtime.at_hand() is None
    serving = runtime.current()
    assert runtime.at_hand() is None  # a moment lasts no time in these tests
    monkeypatch.setattr(under_test, "LOOK_AGAIN_SECONDS", 60.0)
    assert runtime.at_hand() is serving


def test_pages_read_the_work_as_it_is_and_metrics_as_it_was_a_moment_ago(monkeypatch):
    monkeypatch.setattr(under_test, "LOOK_AGAIN_SECONDS", 60.0)
    runtime = Runtime(Shelf())
    assert [runtime.work_lately(), runtime.work_lately()] == [1, 1]
    assert [runtime.work(), runtime.work()] == [2, 3]  # a job just done stands beside what it made
    assert runtime.work_lately() == 1


def test_answers_keep_the_ones_used_last():
    answers = Answers(keep=2)
    for name in ("a", "b"):
        answers.put((name,), (name.encode(), name))
    answers.get(("a",))
    answers.put(("c",), (b"c", "c"))
    assert answers.get(("a",)) == (b"a", "a")
    assert answers.get(("b",)) is None


def test_answers_of_people_are_taken_in_within_a_second_and_reach_a_new_generation():
    store, at = Shelf(), datetime(2026, 1, 1, tzinfo=UTC)
    store.acts = [Act(1, "A", "training", "P-1", "declined", None, None, at)]
    runtime = Runtime(store)
    first = runtime.current()
    assert set(first.given.of("A", "training")) == {"P-1"}
    first.answers.put(("held",), "bytes", first.answers.epoch)
    store.acts.append(Act(2, "A", "training", "P-2", "accepted", None, None, at))
    again = runtime.current()
    assert again is first
    assert set(again.given.of("A", "training")) == {"P-1", "P-2"}
    assert again.answers.get(("held",)) is None
    again.answers.put(("held",), "bytes", again.answers.epoch - 1)
    assert again.answers.get(("held",)) is None
    again.answers.put(("held",), "bytes", again.answers.epoch)
    assert runtime.current().answers.get(("held",)) == "bytes"
    store.number = 2
    runtime.current()
    # Whoever takes the generation at hand, without any I/O, knows of the answers as well.
    assert settled_at_hand(runtime, 2) == {"P-1", "P-2"}
