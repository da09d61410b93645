"""Everybody's plans: the same whatever the number of processes, and one by one."""

from datetime import date

import pytest

from recommender.engine import Engine
from recommender.errors import ImpossibleWish, UnknownEmployee
from recommender.plan.everybody import plan_everybody
from training_data.synthetic import generate

AS_OF = date(2026, 11, 2)


@pytest.fixture(scope="module")
def engine():
    return Engine.fitted(generate(70, seed=5, as_of=AS_OF), as_of=AS_OF)


@pytest.fixture(scope="module")
def plans(engine):
    return dict(plan_everybody(engine, 2027))


def test_everybody_is_planned_once_in_the_order_of_the_ids(engine, plans):
    assert tuple(plans) == engine.employee_ids


def test_a_plan_of_the_job_is_the_plan_of_the_person(engine, plans):
    for employee in engine.employee_ids[::9]:
        assert plans[employee] == engine.plan(employee, 2027)


def test_two_processes_give_the_same_plans_in_the_same_order(engine, plans):
    assert list(plan_everybody(engine, 2027, workers=2)) == list(plans.items())


def test_leaving_out_alternatives_changes_nothing_else(engine, plans):
    from dataclasses import replace

    some = engine.employee_ids[:20]
    for employee, plan in plan_everybody(engine, 2027, employees=some, alternatives=False):
        rows = tuple(replace(row, alternatives=()) for row in plans[employee].rows)
        assert plan == replace(plans[employee], rows=rows)


def test_named_people_come_once_and_in_order(engine):
    first, second = engine.employee_ids[:2]
    found = plan_everybody(engine, 2027, employees=[second, first, second])
    assert [employee for employee, _ in found] == [first, second]


def test_progress_ends_at_everybody(engine):
    seen = []
    some = engine.employee_ids[:40]
    list(plan_everybody(engine, 2027, employees=some, progress=lambda *step: seen.append(step)))
    assert seen[-1] == ("plan", 40, 40)


def test_an_unknown_person_and_a_year_that_is_over_are_refused(engine):
    with pytest.raises(UnknownEmployee):
        list(plan_everybody(engine, 2027, employees=["nobody"]))
    with pytest.raises(ImpossibleWish):
        list(plan_everybody(engine, 2025))
