"""What lists are filtered by equals what each person's own figures and gaps say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from recommender.engine import Engine
from recommender.overview import FACTS, GAPS, overview
from training_data.synthetic import AS_OF, generate


@pytest.fixture(scope="module", params=[timedelta(0), timedelta(days=900)], ids=["now", "later"])
def engine(request):
    return Engine.fitted(generate(150, seed=3), as_of=AS_OF + request.param)


@pytest.fixture(scope="module")
def found(engine):
    return overview(engine)


def own(engine):
    return [(one, engine.figures(one), engine.gaps(one)) for one in engine.employee_ids]


def test_there_is_one_row_per_person_in_the_order_of_ids(engine, found):
    assert found.facts.schema.equals(FACTS)
    assert found.gaps.schema.equals(GAPS)
    assert tuple(found.facts["employee_id"].to_pylist()) == engine.employee_ids


def test_hours_of_the_year_are_those_of_the_figure(engine, found):
    told = [figures.jp.value for _, figures, _ in own(engine)]
    assert found.facts["jp"].to_pylist() == pytest.approx(told)
    assert any(told) or engine.as_of > AS_OF


def test_boxes_are_those_of_the_figure_and_published_ones_are_marked(engine, found):
    rows = found.facts.select(["box", "box_published"]).to_pylist()
    for row, (one, figures, _) in zip(rows, own(engine), strict=True):
        box = figures.nine_box.value
        assert row["box"] == (None if box is None else int(box))
        shown = engine.figures(one, published_only=True).nine_box
        published = shown is not None and shown.value == box
        assert row["box_published"] == (None if box is None else published)
    assert any(row["box"] for row in rows)


def test_the_state_of_the_assessment_is_that_of_the_figure(engine, found):
    rows = found.facts.select(["assessment", "assessed_until"]).to_pylist()
    seen = set()
    for row, (_, figures, _) in zip(rows, own(engine), strict=True):
        told = figures.assessment.details
        if told["valid"] == told["asked"]:
            state = "valid"
        elif told["valid"]:
            state = "partly"
        else:
            state = "expired" if told["expired"] else "none"
        seen.add(state)
        assert row["assessment"] == state
        until = told["valid_until"]
        assert row["assessed_until"] == (None if until is None else date.fromisoformat(until))
    assert len(seen) > 1


def test_gaps_are_those_on_the_present_post(engine, found):
    held = {}
    for row in found.gaps.to_pylist():
        held.setdefault(row["employee_id"], {})[row["competency_code"]] = row["milli"]
    rows = found.facts.to_pylist()
    for row, (one, _, gaps) in zip(rows, own(engine), strict=True):
        if gaps.now is None:
            assert row["gaps"] is row["unknown"] is None
            assert one not in held
            continue
        open_ = {r.competency_code: round(1000 * r.gap) for r in gaps.now.rows if r.gap}
        assert held.get(one, {}) == open_
        assert row["gaps"] == len(open_)
        assert row["unknown"] == sum(r.level is None for r in gaps.now.rows)
    assert held


def test_the_agency_counts_what_its_people_show_one_by_one(engine, found):
    asked, known, below = {}, {}, {}
    for _, _, gaps in own(engine):
        for row in gaps.now.rows if gaps.now else ():
            code = row.competency_code
            asked[code] = asked.get(code, 0) + 1
            known[code] = known.get(code, 0) + (row.level is not None)
            below[code] = below.get(code, 0) + bool(row.gap)
    for row in found.by_unit.gaps.to_pylist():
        if (row["unit_code"], row["part"], row["slice"]) == ("", "whole", ""):
            code = row["competency_code"]
            few = 0 < asked[code] < 5 or 0 < known[code] < 5
            told = (asked[code], known[code], below[code])
            shown = (row["people"], row["known"], row["below"])
            assert shown == ((None,) * 3 if few else told)
            asked.pop(code)
    assert not asked


def test_every_unit_with_people_has_its_hours(engine, found):
    held = [unit for unit in found.facts["unit_code"].to_pylist() if unit]
    rows = found.by_unit.units.to_pylist()
    assert {row["unit_code"] for row in rows} >= set(held)
    (whole,) = (row for row in rows if row["unit_code"] == "" and row["part"] == "whole")
    hours = [jp for jp in found.facts["jp"].to_pylist() if jp is not None]
    assert whole["people"] == len(engine.employee_ids)
    assert whole["jp_enough"] == sum(jp >= 20 for jp in hours)
    assert whole["jp_none"] == sum(jp == 0 for jp in hours)
