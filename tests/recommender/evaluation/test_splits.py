import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.events import Events
from recommender.evaluation.splits import by_time, leave_last_out, split
from training_data.dataset import Dataset


def truth(found) -> set[tuple[str, str]]:
    gains = found.truth.gains.tocoo()
    return {
        (found.past.employees[found.employees[row]], found.past.items[column])
        for row, column in zip(gains.row, gains.col, strict=True)
    }


def past(found) -> set[tuple[str, str]]:
    events = found.past
    return {
        (events.employees[e], events.items[i])
        for e, i in zip(events.employee, events.item, strict=True)
    }


def days(history, *rows: tuple[str, str, int]):
    return Events.of(history([(e, i, f"2025-01-{d:02d}") for e, i, d in rows]))


def test_the_last_fifth_of_the_events_is_the_truth(history):
    events = days(history, *[("ani", c, n) for n, c in enumerate("ABCD", 1)], ("budi", "A", 9))
    found = by_time(events)
    assert str(found.cut)[:10] == "2025-01-04"
    assert truth(found) == {("budi", "A")}
    assert past(found) == {("ani", c) for c in "ABCD"}


def test_events_at_the_moment_of_the_cut_lie_before_it(history):
    found = by_time(days(history, *[("ani", c, 1) for c in "ABCD"], ("budi", "A", 1)))
    assert truth(found) == set()
    assert len(found.past) == 5


def test_an_employee_without_any_event_before_the_cut_is_cold(history):
    found = by_time(
        days(history, *[("ani", c, 1) for c in "ABCDEFG"], ("citra", "A", 1), ("ani", "H", 1))
    )
    assert len(found.employees) == 0
    found = by_time(
        days(
            history,
            *[("ani", c, 1) for c in "ABCDEF"],
            ("budi", "A", 1),
            ("budi", "B", 1),
            ("budi", "C", 2),
            ("citra", "A", 2),
        )
    )
    assert [found.past.employees[e] for e in found.employees] == ["budi", "citra"]
    assert found.cold.tolist() == [False, True]


def test_a_training_nobody_had_taken_before_the_cut_is_a_candidate_but_never_the_truth(history):
    found = by_time(days(history, *[("ani", c, 1) for c in "ABCD"], ("budi", "NEW", 2)))
    assert truth(found) == set()
    assert "NEW" in found.past.items
    assert past(found) == {("ani", c) for c in "ABCD"}


def test_undated_events_lie_before_the_cut(history):
    data = history(
        [("ani", c, "2025-01-01") for c in "ABCD"]
        + [("budi", "B", None), ("budi", "A", "2025-01-02")]
    )
    found = by_time(Events.of(data))
    assert ("budi", "B") in past(found)
    assert truth(found) == {("budi", "A")}


def test_without_dates_a_time_split_has_no_truth(history):
    found = by_time(Events.of(history([("ani", "A", None)])))
    assert len(found.employees) == 0
    assert np.isnat(found.cut)


def test_the_last_training_is_held_out_and_a_tie_in_time_goes_by_code(history):
    found = leave_last_out(
        days(history, ("ani", "C", 2), ("ani", "A", 2), ("ani", "B", 1), ("budi", "A", 1)), 0
    )
    assert truth(found) == {("ani", "C")}


def test_employees_with_fewer_than_three_trainings_are_left_out_altogether(history):
    found = leave_last_out(
        days(history, *[("ani", c, 1) for c in "ABC"], ("budi", "A", 1), ("budi", "B", 1)), 0
    )
    assert truth(found) == {("ani", "C")}
    assert past(found) == {("ani", "A"), ("ani", "B")}


def test_an_undated_log_holds_out_one_training_per_employee_drawn_by_the_seed(history):
    rows = [(f"p{n:02d}", c, None) for n in range(30) for c in "ABCDE"]
    events = Events.of(history(rows))
    first, again, other = (truth(leave_last_out(events, seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 30
    assert {item for _, item in first} == set("ABCDE")


def test_the_draw_of_one_employee_does_not_depend_on_the_others(history):
    alone = Events.of(history([("p01", c, None) for c in "ABCDE"]))
    among = Events.of(history([(p, c, None) for p in ("p00", "p01") for c in "ABCDE"]))
    assert truth(leave_last_out(alone, 3)) <= truth(leave_last_out(among, 3))


def test_a_dated_event_is_held_out_before_any_undated_one(history):
    data = history([("ani", "A", "2020-01-01"), ("ani", "B", None), ("ani", "C", None)])
    assert truth(leave_last_out(Events.of(data), 0)) == {("ani", "A")}


def test_a_part_keeps_the_truth_of_the_wanted_employees(history):
    found = leave_last_out(
        days(history, *[(p, c, n) for p in ("ani", "budi") for n, c in enumerate("ABC", 1)]), 0
    )
    part = found.part(np.array([False, True]))
    assert truth(part) == {("budi", "C")}
    assert len(part.past) == len(found.past)


rows = st.lists(
    st.tuples(
        st.sampled_from(["ani", "budi", "citra"]),
        st.sampled_from("ABCDEF"),
        st.one_of(st.none(), st.integers(1, 9)),
    ),
    max_size=25,
    unique_by=lambda row: (row[0], row[1]),
)


@pytest.mark.parametrize("kind", ["time", "last"])
@given(rows=rows)
def test_nothing_of_the_truth_is_ever_in_the_past(kind, rows):
    people, items = sorted({r[0] for r in rows}), sorted({r[1] for r in rows})
    data = Dataset.of(
        {
            "employees": {"employee_id": people},
            "trainings": {"training_code": items, "title": items},
            "training_history": {
                "employee_id": [r[0] for r in rows],
                "training_code": [r[1] for r in rows],
                "completed_on": [
                    None if r[2] is None else np.datetime64(f"2025-01-0{r[2]}").item() for r in rows
                ],
            },
        }
    )
    events = Events.of(data)
    found = split(events, kind, 0)
    assert not truth(found) & past(found)
    assert (found.truth.relevant > 0).all()
    assert len(found.past) <= len(events)
