"""Plans of a small office, worked out by hand, and what holds for every plan."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.engine import Engine
from recommender.errors import ImpossibleWish
from recommender.plan import layout
from training_data.dataset import Dataset
from training_data.synthetic import generate

AS_OF = date(2026, 1, 5)


def sessions(*rows):
    names = ("session_code", "training_code", "starts_on", "ends_on", "closes_on")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def run(code, first, last, closes=None):
    training = code.split("-")[0]
    return code, training, first, last, closes


@pytest.fixture
def planned(make_tables):
    """Return a planner of Ani's or another's year in the office, with tables replaced."""

    def make(person="ani", year=2026, catalogue=None, wish=None, **tables):
        content = make_tables(**tables)
        if catalogue:
            content["trainings"] = {**content["trainings"], **catalogue}
        engine = Engine.fitted(Dataset.of(content), as_of=AS_OF)
        return engine.plan(person, year, **(wish or {}))

    return make


SPRING = run("LL1-A", date(2026, 3, 2), date(2026, 3, 6))
SUMMER = run("LL2-A", date(2026, 6, 1), date(2026, 6, 5))


def codes(plan):
    return [row.item_code for row in plan.rows]


def test_a_chain_is_planned_in_its_order_and_closes_the_gap_step_by_step(planned):
    plan = planned(sessions=sessions(SPRING, SUMMER, run("UB-A", date(2027, 1, 11), None)))
    traffic = [row for row in plan.rows if row.item_code in ("LL1", "LL2")]
    assert [row.item_code for row in traffic] == ["LL1", "LL2"]
    first, second = (row.changes[0] for row in traffic)
    assert (first.before, first.after, first.closes_now) == (1.0, 2.0, 1.0)
    assert (second.before, second.after, second.closes_now) == (2.0, 3.0, 1.0)


def test_the_second_step_before_the_first_counts_for_less(planned):
    """LL2 begins at level 2: at level 1 the slack lets it count, but not what lies between."""
    plan = planned(
        sessions=sessions(run("LL1-A", date(2026, 9, 7), date(2026, 9, 11)), SUMMER),
        catalogue={"prerequisites": [None, "LL1", "LL2", None, None, None]},
    )
    assert "LL2" not in codes(plan)


def test_sessions_of_another_year_are_not_planned(planned):
    late = run("LL1-A", date(2027, 2, 1), date(2027, 2, 5))
    assert "LL1" not in codes(planned(sessions=sessions(late)))
    assert "LL1" in codes(planned(sessions=sessions(late), year=2027))


def test_a_session_whose_registration_is_over_cannot_be_planned(planned):
    closed = run("LL1-A", date(2026, 3, 2), date(2026, 3, 6), date(2026, 1, 4))
    assert "LL1" not in codes(planned(sessions=sessions(closed)))


def test_clashing_sessions_are_not_both_planned(planned):
    same = [run(f"{t}-A", date(2026, 3, 2), date(2026, 3, 6)) for t in ("LL1", "UB", "PP")]
    plan = planned(sessions=sessions(*same))
    assert len({"LL1", "UB", "PP"} & set(codes(plan))) == 1


def test_money_is_kept(planned):
    costs = {"cost": [5e6, 5e6, 5e6, 5e6, 5e6, 5e6]}
    free = planned(catalogue=costs)
    bound = planned(catalogue=costs, wish={"budget": 6_000_000})
    assert free.totals.cost > 6_000_000
    assert bound.totals.cost <= 6_000_000
    assert bound.totals.budget == 6_000_000
    assert any(r.code == "budget" for r in bound.remaining)


def test_a_registered_course_stands_in_the_plan_and_counts(planned):
    history = {
        "employee_id": ["ani"], "training_code": ["PED"], "completed_on": [None],
        "status": ["registered"],
    }  # fmt: skip
    plan = planned(training_history=history)
    row = next(row for row in plan.rows if row.item_code == "PED")
    assert row.committed
    assert not row.alternatives
    assert plan.totals.end.jp >= 24


def test_hours_of_the_year_are_counted_before_the_plan_begins(planned):
    history = {
        "employee_id": ["ani"], "training_code": ["PP"], "completed_on": [datetime(2026, 1, 4)],
        "status": ["completed"],
    }  # fmt: skip
    plan = planned(training_history=history)
    assert plan.totals.jp_before == 20.0
    assert plan.totals.start.jp == 20.0
    assert planned(training_history=history, year=2027).totals.jp_before == 0.0


def test_a_year_that_is_over_cannot_be_planned(planned):
    with pytest.raises(ImpossibleWish):
        planned(year=2025)


def test_what_was_never_assessed_stays_unknown_and_says_so(planned):
    plan = planned(competency_scores={
        "employee_id": ["budi"], "competency_code": ["M.5"], "level": [1.0],
    })  # fmt: skip
    assert {r.code for r in plan.remaining} == {"unknown"}
    assert all(r.gap is None and r.level is None for r in plan.remaining)
    assert plan.totals.start.jpm_now is None


def test_a_contract_has_no_target_and_a_cap_that_only_warns(planned):
    plan = planned("citra")
    assert plan.totals.jp_target is None
    assert plan.next is None


def test_an_unwanted_course_is_left_out(planned):
    assert "LL1" in codes(planned())
    assert "LL1" not in codes(planned(wish={"without": ["LL1"]}))


def test_the_seven_fields_are_those_of_the_packs(planned):
    plan = planned()
    fields = ["jenis_kompetensi", "target", "jenis_dan_jalur", "penyelenggara", "jadwal",
              "kesesuaian_kurikulum", "anggaran"]  # fmt: skip
    engine_fields = list(plan.rows[0].fields.as_json())
    assert engine_fields == fields
    json.dumps(plan.as_json())


@pytest.fixture(scope="module")
def city():
    return Engine.fitted(generate(30, seed=3), as_of=date(2026, 11, 2))


def test_figures_never_fall_along_a_plan(city):
    for employee in city.employee_ids:
        plan = city.plan(employee, 2027)
        for row in plan.rows:
            assert row.after.jp >= row.before.jp
            assert row.after.ip_asn_gained >= row.before.ip_asn_gained
            assert all(change.after > change.before for change in row.changes)
            for name in ("jpm_now", "jpm_next", "ip_asn"):
                before, after = getattr(row.before, name), getattr(row.after, name)
                assert (before is None) == (after is None)
                assert before is None or after >= before


def test_rows_add_up_to_the_totals(city):
    for employee in city.employee_ids:
        plan = city.plan(employee, 2027)
        assert plan.totals.cost == sum(row.cost or 0 for row in plan.rows)
        assert plan.totals.jp == pytest.approx(sum(row.jp or 0 for row in plan.rows))
        assert sum(plan.totals.jp_by_month) == pytest.approx(plan.totals.jp)
        assert plan.totals.end.jp == pytest.approx(plan.totals.jp_before + plan.totals.jp)
        assert [row.number for row in plan.rows] == list(range(1, len(plan.rows) + 1))
        days = [row.starts_on for row in plan.rows if row.starts_on]
        assert days == sorted(days)


def test_every_row_has_a_purpose_and_every_open_gap_a_reason(city):
    for employee in city.employee_ids:
        plan = city.plan(employee, 2027)
        for row in plan.rows:
            assert row.reasons
            assert row.eligibility in ("lolos", "perlu_verifikasi")
        for open_gap in plan.remaining:
            assert open_gap.text.id.endswith(".")
            assert (open_gap.gap is None) == (open_gap.code == "unknown")


@settings(max_examples=8)
@given(person=st.integers(0, 29), year=st.sampled_from([2026, 2027]), courses=st.integers(1, 3))
def test_leaving_out_what_better_courses_replace_loses_nothing(city, person, year, courses):
    employee = city.employee_ids[person]
    pruned = city.plan(employee, year, courses=courses)
    whole = pytest.MonkeyPatch()
    whole.setattr(layout, "undominated", lambda pool, *_: pool)
    try:
        full = city.plan(employee, year, courses=courses)
    finally:
        whole.undo()
    # Where only so many could be compared, pruning leaves room for more, never for fewer.
    assert pruned.proof.value >= full.proof.value
    if full.proof.cut == 0:
        assert pruned.proof.value == full.proof.value


def test_the_order_of_rows_in_the_tables_changes_no_plan(make_tables):
    content = make_tables(sessions=sessions(SPRING, SUMMER))
    turned = {
        name: {column: cells[::-1] for column, cells in table.items()}
        for name, table in content.items()
    }
    first, second = (
        Engine.fitted(Dataset.of(t), as_of=AS_OF).plan("ani").as_json() for t in (content, turned)
    )
    assert first == second
