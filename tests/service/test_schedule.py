"""Each night once, each change once, whatever the clock does; failures are left to rest."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.database.runs import Newest, Run
from service.usecases.schedule import Due, Plan, due, night_before, wait_after

PLAN = Plan(time(2, 0), True, timedelta(minutes=1), 3)
NIGHT = datetime(2026, 3, 9, 19, 0, tzinfo=UTC)  # 02:00 of the 10th in Jakarta
HOUR = timedelta(hours=1)


def run(state: str, cause: str = "nightly", slot: str = "2026-03-10", at: datetime = NIGHT) -> Run:
    return Run(1, cause, slot, "i", 1, state, at, at, None, None, None, None, None)


def asked(
    now: datetime, past: list[Run] = [], newest: Newest | None = None, plan: Plan = PLAN,  # noqa: B006
    inputs: str = "i",
) -> Due | None:  # fmt: skip
    def found(cause: str, slot: str) -> list[Run]:
        return [one for one in past if (one.cause, one.slot) == (cause, slot)]

    return due(plan, now, inputs, newest, found)


def test_a_night_belongs_to_the_day_in_jakarta() -> None:
    assert night_before(NIGHT, time(2, 0)) == NIGHT
    assert night_before(NIGHT - timedelta(seconds=1), time(2, 0)) == NIGHT - 24 * HOUR
    assert asked(NIGHT + HOUR) == Due("nightly", "2026-03-10")


def test_a_night_missed_while_the_machine_was_off_is_made_up_for_once() -> None:
    morning = NIGHT + 5 * HOUR
    assert asked(morning, newest=Newest(NIGHT - HOUR, "i")) == Due("nightly", "2026-03-10")
    assert asked(morning, newest=Newest(morning - HOUR, "i")) is None
    assert asked(morning, [run("published")], Newest(NIGHT, "i")) is None


def test_a_change_is_due_until_it_was_published_or_held_back() -> None:
    newest = Newest(NIGHT + HOUR, "old")
    now = NIGHT + 2 * HOUR
    assert asked(now, newest=newest) == Due("change", "i")
    assert asked(now, newest=Newest(NIGHT + HOUR, "i")) is None
    assert asked(now, [run("held", "change", "i")], newest) is None
    assert asked(now, newest=newest, plan=Plan(None, False, HOUR, 3)) is None


def test_failures_rest_longer_each_time_and_are_given_up_at_last() -> None:
    assert [wait_after(n, timedelta(minutes=1)) / timedelta(minutes=1) for n in range(1, 9)] == [
        1, 2, 4, 8, 16, 32, 60, 60
    ]  # fmt: skip
    failed = run("failed")
    assert asked(NIGHT + timedelta(seconds=59), [failed], Newest(NIGHT - HOUR, "i")) is None
    assert asked(NIGHT + timedelta(seconds=60), [failed]) == Due("nightly", "2026-03-10")
    assert asked(NIGHT + timedelta(seconds=119), [failed, run("lost")]) != Due(
        "nightly", "2026-03-10"
    )
    newest = Newest(NIGHT - HOUR, "i")
    assert asked(NIGHT + 20 * HOUR, [failed] * 3, newest) is None
    assert asked(NIGHT + 20 * HOUR, [run("stopped")] * 3, newest) is not None


def test_a_clock_that_was_an_hour_ahead_neither_repeats_a_night_nor_stops_the_next() -> None:
    early = NIGHT + timedelta(minutes=30)  # what the clock said; it really was half past one
    past = [run("published", at=early)]
    newest = Newest(early, "i")
    for minutes in range(0, 24 * 60, 7):
        assert asked(NIGHT - HOUR / 2 + timedelta(minutes=minutes), past, newest) is None or (
            minutes < 30
        )
    assert asked(NIGHT + timedelta(minutes=5), past, newest) is None
    assert asked(NIGHT + 24 * HOUR, past, newest) == Due("nightly", "2026-03-11")


def test_a_failure_dated_in_the_future_is_not_waited_for() -> None:
    future = run("failed", at=NIGHT + 1000 * HOUR)
    assert asked(NIGHT + HOUR, [future]) == Due("nightly", "2026-03-10")


JUMPS = st.lists(st.integers(-90, 240), max_size=60)


@given(JUMPS)
def test_under_any_jumps_of_the_clock_no_occasion_is_served_twice(jumps: list[int]) -> None:
    now, served, newest = NIGHT, [], None
    past: list[Run] = []
    for minutes in jumps:
        now += timedelta(minutes=minutes)
        found = asked(now, past, newest)
        if found is not None:
            served.append(found)
            past.insert(0, run("published", found.cause, found.slot, now))
            newest = Newest(now, "i")
    assert len(set(served)) == len(served)
