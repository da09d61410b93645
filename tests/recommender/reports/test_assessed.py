"""Who is not assessed any more: counted once each, by unit as by name."""

from collections import Counter

import pytest

from recommender.overview import ASSESSMENT, overview
from recommender.reports.assessed import STATES, NotAssessed


@pytest.fixture(scope="module")
def found(engine, recorder):
    return NotAssessed(engine, recorder, engine.employee_ids)


def test_the_names_are_the_totals_of_the_units(found, engine):
    units, names = found.by_unit(None), found.by_name()
    assert units.total("people") == len(engine.employee_ids)
    assert units.total("listed") == len(names.rows) > 0
    states = Counter(person.state for person in found.people)
    for state in STATES:
        assert units.total(f"assessed.{state}") == states[state]
    assert sum(states.values()) == len(engine.employee_ids)


def test_a_unit_is_the_part_of_the_agency_that_works_there(found, engine, recorder):
    units = found.by_unit(None)
    for row in units.rows:
        some = [
            p.holder.employee_id
            for p in found.people
            if recorder.offices.name(recorder.offices.pd_of(p.holder.unit_code)) == row[1]
        ]
        alone = NotAssessed(engine, recorder, some)
        assert row[2] == len(some)
        assert row[7] == len(alone.by_name().rows)


def test_the_state_is_the_one_that_people_are_searched_by(found, engine):
    facts = overview(engine).facts
    told = dict(zip(facts["employee_id"].to_pylist(), facts["assessment"].to_pylist(), strict=True))
    assert STATES == ASSESSMENT
    assert {p.holder.employee_id: p.state for p in found.people} == told


def test_nobody_validly_assessed_is_listed(found):
    listed = {row[2] for row in found.by_name().rows}
    assert not {p.holder.nip for p in found.people if p.state == "valid"} & listed
