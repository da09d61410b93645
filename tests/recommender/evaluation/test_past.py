from datetime import date, datetime

from recommender.evaluation.events import Events
from recommender.evaluation.past import known_until, past_of
from recommender.evaluation.splits import by_time, leave_last_out


def held(dataset) -> list[tuple[str, str | None, object]]:
    table = dataset.table("training_history")
    return [
        (e, c or t, at and at.isoformat()[:10])
        for e, c, t, at in zip(
            table["employee_id"].to_pylist(),
            table["training_code"].to_pylist(),
            table["title"].to_pylist(),
            table["completed_on"].to_pylist(),
            strict=True,
        )
    ]


def test_a_time_split_removes_everything_after_the_cut_repeats_included(history):
    data = history(
        [
            *[("ani", c, "2025-01-01") for c in "ABCD"],
            ("budi", "A", "2025-02-01"),
            ("ani", "A", "2025-03-01"),
        ]
    )
    past = past_of(data, by_time(Events.of(data)), as_of=date(2026, 1, 1), seed=0)
    assert held(past.dataset) == [("ani", c, "2025-01-01") for c in "ABCD"]
    assert past.as_of == date(2025, 1, 1)


def test_scores_and_feedback_after_the_cut_are_unknown_and_undated_ones_are_known(history):
    data = history(
        [*[("ani", c, "2025-01-01T08:00") for c in "ABCD"], ("budi", "A", "2025-02-01")],
        competency_scores={
            "employee_id": ["ani", "ani", "ani"],
            "competency_code": ["T.1", "T.2", "T.3"],
            "assessed_on": [datetime(2025, 1, 1, 7), datetime(2025, 1, 1, 9), None],
            "level": [1.0, 2.0, 3.0],
        },
        feedback={
            "employee_id": ["budi"],
            "kind": ["training"],
            "item_code": ["A"],
            "at": [datetime(2025, 2, 1)],
        },
    )
    past = past_of(data, by_time(Events.of(data)), as_of=date(2026, 1, 1), seed=0)
    known = past.dataset.table("competency_scores")["competency_code"].to_pylist()
    assert known == ["T.1", "T.3"]
    assert past.dataset.table("feedback").num_rows == 0


def test_leave_last_out_cuts_each_employee_at_their_own_last_training(history):
    data = history(
        [
            ("ani", "A", "2025-01-01"),
            ("ani", "B", "2025-01-02"),
            ("ani", "C", "2025-01-03"),
            ("ani", "A", "2025-01-09"),
            ("budi", "A", "2025-06-01"),
            ("budi", "B", "2025-06-02"),
            ("budi", "C", "2025-06-03"),
        ]
    )
    past = past_of(data, leave_last_out(Events.of(data), 0), as_of=date(2026, 1, 1), seed=0)
    assert held(past.dataset) == [
        ("ani", "A", "2025-01-01"),
        ("ani", "B", "2025-01-02"),
        ("budi", "A", "2025-06-01"),
        ("budi", "B", "2025-06-02"),
    ]
    assert past.as_of == date(2026, 1, 1)


def test_the_held_out_training_of_an_undated_log_is_gone(history):
    data = history([("ani", c, None) for c in "ABC"])
    found = leave_last_out(Events.of(data), 0)
    past = past_of(data, found, as_of=date(2026, 1, 1), seed=0)
    assert past.dataset.table("training_history").num_rows == 2
    assert len(Events.of(past.dataset)) == len(found.past) == 2


def test_the_past_as_tables_and_as_arrays_agree(history):
    rows = [
        (p, c, f"2025-01-{n + m:02d}")
        for m, p in enumerate(("ani", "budi", "citra"))
        for n, c in enumerate("ABCDE"[m:], 1)
    ]
    data = history(rows)
    for found in (by_time(Events.of(data)), leave_last_out(Events.of(data), 0)):
        past = past_of(data, found, as_of=date(2026, 1, 1), seed=0)
        events = Events.of(past.dataset)
        assert events.employee.tolist() == past.events.employee.tolist()
        assert events.item.tolist() == past.events.item.tolist()


def test_nothing_after_the_day_is_known_but_that_day_itself_is(history):
    data = history([("ani", "A", "2025-01-01T23:59"), ("ani", "B", "2025-01-02T00:00")])
    assert held(known_until(data, date(2025, 1, 1))) == [("ani", "A", "2025-01-01")]


def test_failed_trainings_before_the_cut_stay_known(history):
    data = history(
        [*[("ani", c, "2025-01-01") for c in "ABCDE"], ("budi", "A", "2025-02-01")],
        status=["failed", *[None] * 5],
    )
    past = past_of(data, by_time(Events.of(data)), as_of=date(2026, 1, 1), seed=0)
    assert ("ani", "A", "2025-01-01") in held(past.dataset)
    assert len(past.events) == 4
