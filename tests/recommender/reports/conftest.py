"""A small invented agency with everybody's record for one year."""

from datetime import date

import pytest

from recommender.engine import Engine
from recommender.plan.everybody import plan_everybody
from recommender.reports.catalogue import Catalogue
from recommender.reports.records import Recorder
from training_data.synthetic import generate

AS_OF = date(2026, 11, 2)
YEAR = 2027


@pytest.fixture(scope="session")
def engine():
    return Engine.fitted(generate(90, seed=3, as_of=AS_OF), as_of=AS_OF)


@pytest.fixture(scope="session")
def recorder(engine):
    return Recorder(engine)


@pytest.fixture(scope="session")
def plans(engine):
    return dict(plan_everybody(engine, YEAR, alternatives=False))


@pytest.fixture(scope="session")
def records(recorder, plans):
    return [recorder.record(employee, plan) for employee, plan in plans.items()]


@pytest.fixture(scope="session")
def catalogue(engine):
    return Catalogue.of(engine, YEAR)
