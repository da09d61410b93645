"""What holds of figures for any history: more never means less, and less known means wider."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.results import GapRow

DAYS = st.integers(0, 900).map(lambda n: datetime(2026, 6, 1) - timedelta(days=n))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "form": st.sampled_from(["1", "2", "3", "4", "9", "16", None]),
            "hours": st.sampled_from([1.0, 19.0, 20.0, 40.0, None]),
            "completed_on": st.one_of(DAYS, st.none()),
        }
    ),
    max_size=6,
)
FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def titled(rows):
    # Somebody else's row keeps the table in place where Ani has none.
    own = [{"title": f"Kursus {n}", **row} for n, row in enumerate(rows)]
    return [*own, {"employee_id": "budi", "title": "Lain", "form": "16", "hours": 2.0}]


def made(office, rows, **more):
    return office(others=[{"employee_id": "budi"}], training_history=titled(rows), **more)


@FEW
@given(ROWS, ROWS)
def test_a_further_training_never_lowers_hours_or_the_least_of_the_index(office, first, more):
    before, after = made(office, first), made(office, first + more)
    assert before.jp().value <= after.jp().value
    assert before.ip_asn().low <= after.ip_asn().low
    assert before.ip_asn().high <= after.ip_asn().high


@FEW
@given(ROWS, st.sampled_from(["form", "hours", "completed_on"]))
def test_what_a_record_lacks_only_widens_the_index(office, rows, name):
    known = [{**row, "form": row["form"] or "3"} for row in rows]
    lost = [{**row, name: None} for row in known]
    whole, less = made(office, known).ip_asn(), made(office, lost).ip_asn()
    assert less.low <= whole.low
    assert whole.high <= less.high


@FEW
@given(ROWS, st.sampled_from(["pengawas", "jf_ahli_muda", "pelaksana"]))
def test_the_gain_of_a_training_is_what_the_index_rises_by_once_it_is_completed(office, rows, tier):
    catalogue = [
        {"training_code": "SEM", "title": "Seminar", "form": "9", "hours": 4.0},
        {"training_code": "TEK", "title": "Teknis", "form": "3", "hours": 20.0},
    ]
    for course in catalogue:
        before = made(office, rows, ani={"tier": tier}, trainings=catalogue)
        gain = before.index.gain(before.row(), before.training(course["training_code"]))
        done = {"form": None, "hours": None, "completed_on": datetime(2026, 6, 1)}
        taken = [*titled(rows), {**done, "training_code": course["training_code"]}]
        after = office(
            {"tier": tier}, others=[{"employee_id": "budi"}], trainings=catalogue,
            training_history=taken,
        )  # fmt: skip
        if gain is not None:
            assert after.ip_asn().low - before.ip_asn().low == gain


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.one_of(st.none(), st.integers(0, 20))),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from(["sum", "mean"]),
)
def test_the_match_lies_in_its_interval_and_is_it_where_all_is_known(rows, variant):
    from recommender.figures.jpm_formula import JpmFormula

    built = [
        GapRow(f"M.{n}", "", "M", float(asked), None if held is None else held / 4, None, None, 2,
               "job", None, None, False, 5.0)
        for n, (asked, held) in enumerate(rows)
    ]  # fmt: skip
    value, low, high = JpmFormula(variant=variant).interval(built)
    if value is None:
        assert all(held is None for _, held in rows)
        return
    assert low <= high
    if all(held is not None for _, held in rows):
        assert low == value == high
