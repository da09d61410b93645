from recommender.evaluation.events import Events


def pairs(events: Events) -> list[tuple[str, str, str]]:
    return [
        (events.employees[e], events.items[i], str(at)[:10])
        for e, i, at in zip(events.employee, events.item, events.at, strict=True)
    ]


def test_of_repeats_only_the_first_counts(history):
    data = history([("ani", "A", "2025-03-01"), ("ani", "A", "2025-01-01")])
    assert pairs(Events.of(data)) == [("ani", "A", "2025-01-01")]


def test_a_dated_row_says_more_than_an_undated_one_of_the_same_training(history):
    data = history([("ani", "A", None), ("ani", "A", "2025-01-01")])
    assert pairs(Events.of(data)) == [("ani", "A", "2025-01-01")]


def test_events_run_by_employee_then_time_then_code_with_undated_first(history):
    data = history(
        [
            ("budi", "A", "2025-01-01"),
            ("ani", "C", "2025-01-02"),
            ("ani", "B", "2025-01-02"),
            ("ani", "A", "2025-01-03"),
            ("ani", "D", None),
        ]
    )
    assert [p[:2] for p in pairs(Events.of(data))] == [
        ("ani", "D"),
        ("ani", "B"),
        ("ani", "C"),
        ("ani", "A"),
        ("budi", "A"),
    ]


def test_failed_and_withdrawn_trainings_were_not_taken_but_registered_ones_were(history):
    rows = [("ani", c, "2025-01-01") for c in "ABCD"]
    data = history(rows, status=["failed", "withdrawn", "registered", None])
    assert [p[1] for p in pairs(Events.of(data))] == ["C", "D"]


def test_the_whole_catalogue_and_everybody_is_numbered(history):
    events = Events.of(history([("budi", "B", None)], items=["A", "Z"], employees=["ani"]))
    assert events.items == ("A", "B", "Z")
    assert events.employees == ("ani", "budi")
    assert events.matrix().toarray().tolist() == [[0, 0, 0], [0, 1, 0]]


def test_the_order_of_rows_changes_nothing(history):
    rows = [("ani", "A", "2025-01-01"), ("ani", "B", None), ("budi", "A", "2025-01-01")]
    assert pairs(Events.of(history(rows))) == pairs(Events.of(history(rows[::-1])))
