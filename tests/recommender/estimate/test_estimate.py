from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.engine import Engine
from recommender.errors import UnknownItem
from recommender.estimate import Errors, Observations
from recommender.estimate.levels import combine
from recommender.estimate.sources import learn
from recommender.estimate.worth import assess_next

CENTRE, SUPERVISOR, SELF, NONE = 0, 2, 4, 5
ERRORS = Errors(
    (0.0, 0.0, 0.5, 0.0, 1.0, 0.0),
    (0.5, 0.5, 1.0, 1.0, 1.0, 1.0),
    0.25,
    3,
    0.9,
    10,
    0.1,
    (0, 1),
    1.0,
)


def seen(*rows):
    pair, level, source, age = zip(*rows, strict=True)
    return Observations.ordered(
        np.array(pair, np.int64),
        np.array(level, float),
        np.array(source, np.int64),
        np.array([np.nan if a is None else a for a in age], float),
    )


def only(*rows):
    _, level, error = combine(seen(*rows), ERRORS)
    return float(level[0]), float(error[0])


def test_one_score_of_the_reference_source_is_the_estimate_itself():
    assert only((0, 2.3, CENTRE, 0.0)) == (2.3, 0.5)


def test_two_sources_are_weighed_by_their_variance_after_leniency_is_taken_off():
    # Centre 2.0 with variance 0.25 weighs 4; self 4.0 − 1.0 = 3.0 with variance 1 weighs 1.
    assert only((0, 2.0, CENTRE, 0.0), (0, 4.0, SELF, 0.0)) == pytest.approx((2.2, 0.2**0.5))


def test_an_undated_score_counts_as_old_as_the_pack_says():
    assert only((0, 2.0, CENTRE, None)) == only((0, 2.0, CENTRE, 3.0)) == (2.0, 1.0)


def test_without_evidence_there_is_no_estimate():
    nothing = Observations.ordered(*(np.zeros(0, t) for t in (np.int64, float, np.int64, float)))
    assert [len(part) for part in combine(nothing, ERRORS)] == [0, 0, 0]
    assert learn(nothing, ERRORS) == ERRORS


def test_without_overlap_the_defaults_stand():
    assert learn(seen((0, 2.0, CENTRE, 0.0), (1, 3.0, SELF, 0.0)), ERRORS) == ERRORS


def test_leniency_and_error_are_learnt_where_people_have_two_sources():
    draw = np.random.default_rng(0)
    rows = []
    for pair in range(4000):
        true = draw.uniform(1, 4)
        rows.append((pair, true + 0.2 * draw.standard_normal(), CENTRE, 0.0))
        rows.append((pair, true + 0.7 + 0.4 * draw.standard_normal(), SUPERVISOR, 0.0))
        rows.append((pair, true + 0.3 + 0.6 * draw.standard_normal(), SELF, 0.0))
    found = learn(seen(*rows), ERRORS)
    assert found.bias[CENTRE] == 0
    assert [found.bias[s] for s in (SUPERVISOR, SELF)] == pytest.approx([0.7, 0.3], abs=0.03)
    learnt = [found.error[s] for s in (CENTRE, SUPERVISOR, SELF)]
    assert learnt == pytest.approx([0.2, 0.4, 0.6], abs=0.05)


def test_without_an_assessment_centre_or_computer_nobody_is_called_lenient():
    rows = [
        (pair, level, source, 0.0)
        for pair in range(100)
        for source, level in ((SUPERVISOR, 2.0), (SELF, 3.0))
    ]
    assert set(learn(seen(*rows), ERRORS).bias) == {0.0}


def test_two_sources_far_apart_in_time_tell_nothing_of_leniency():
    far = [
        row
        for pair in range(100)
        for row in ((pair, 2.0, CENTRE, 3.0), (pair, 3.0, SUPERVISOR, 0.0))
    ]
    assert learn(seen(*far), ERRORS) == ERRORS
    near = [(pair, level, source, age and 0.9) for pair, level, source, age in far]
    assert learn(seen(*near), ERRORS).bias[SUPERVISOR] > ERRORS.bias[SUPERVISOR]


def test_learnt_numbers_survive_being_stored():
    assert Errors.from_json(ERRORS.as_json()) == ERRORS


ROW = st.tuples(
    st.just(0), st.floats(0, 5), st.integers(0, 5), st.one_of(st.none(), st.floats(0, 20))
)


@given(st.lists(ROW, min_size=1, max_size=6), ROW)
def test_more_evidence_never_makes_the_estimate_less_sure(rows, more):
    assert only(*rows, more)[1] <= only(*rows)[1] + 1e-12


@given(st.lists(ROW, min_size=1, max_size=6), st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    mixed = random.sample(rows, len(rows))
    assert only(*mixed) == only(*rows)
    assert learn(seen(*mixed), ERRORS) == learn(seen(*rows), ERRORS)


@given(st.floats(0, 5), st.integers(0, 5), st.floats(0, 20), st.floats(0, 20))
def test_older_evidence_is_never_surer(level, source, age, more):
    assert only((0, level, source, age + more))[1] >= only((0, level, source, age))[1]


def test_what_is_worth_assessing_has_the_gate_or_the_unknown_and_is_replayed(make_engine):
    engine = make_engine()
    for employee in engine.employee_ids:
        found = engine.assess_next(employee, 3)
        assert len(found) <= 3
        assert [w.value for w in found] == sorted((w.value for w in found), reverse=True)
        assert all((w.low is None) == (w.why == "unknown") for w in found)
        assert found == make_engine().assess_next(employee, 3)
    assert {w.employee_id for w in engine.assess_first("SD01")} <= {"citra"}


def test_whom_to_assess_first_is_what_is_found_one_by_one(make_engine, monkeypatch):
    engine = make_engine()
    each = [
        worth
        for person in range(len(engine.employee_ids))
        for worth in assess_next(engine.prepared, engine.estimates, person)
    ]
    each.sort(key=lambda w: (-w.value, w.employee_id.encode(), w.competency_code.encode()))
    assert len({w.employee_id for w in each}) > 2
    for block, k in ((1, 100), (2, 100), (512, 100), (1, 3), (512, 3)):
        monkeypatch.setattr("recommender.estimate.worth._BLOCK", block)
        assert engine.assess_first(k=k) == tuple(each[:k])
    some = ["citra", "ani"]
    assert {w.employee_id for w in engine.assess_first(employees=some)} <= set(some)
    assert engine.assess_first(employees=some) == tuple(w for w in each if w.employee_id in some)
    assert engine.assess_first(employees=[]) == ()


def test_a_unit_that_does_not_exist_is_said(make_engine):
    with pytest.raises(UnknownItem):
        make_engine().assess_first("NOWHERE")


def test_gaps_carry_the_estimate_of_the_model_beside_every_known_level(make_engine):
    engine = make_engine()
    rows = [row for e in engine.employee_ids for s in (engine.gaps(e).now,) if s for row in s.rows]
    assert any(row.estimate for row in rows)
    for row in rows:
        assert (row.estimate is None) == (row.level is None)
        if row.estimate is not None:
            assert 0 <= row.estimate.low <= row.estimate.level <= row.estimate.high <= row.max_level
    surer = replace(engine.model.source_errors, error=(0.01,) * 6, drift=0.0)
    other = Engine.open(
        engine.dataset,
        replace(engine.model, source_errors=surer),
        as_of=engine.as_of,
        rules=engine.rules,
    )
    now = next(s for e in other.employee_ids if (s := other.gaps(e).now))
    assert all(r.estimate.high - r.estimate.low < 0.05 for r in now.rows if r.estimate)
