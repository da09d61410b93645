"""The report: honest first, complete, in both languages, small groups left out."""

import numpy as np
import pytest

from recommender.evaluation.page_html import html
from recommender.evaluation.page_markdown import markdown
from recommender.simulation import report
from recommender.simulation.policies import POLICIES
from recommender.simulation.run import Simulation, SimulationConfig, simulate
from training_data.messages import say
from training_data.reference.packs import load_rules

from .conftest import START, office, truth

NAMES = [f"P{number}" for number in range(8)]


@pytest.fixture(scope="module")
def lived() -> Simulation:
    """Eight people under every policy for two months, twice."""
    config = SimulationConfig(months=2, runs=2)
    beneath = truth(NAMES, liking=np.random.default_rng(0).normal(0, 1, (8, 4)))
    return simulate(
        lambda seed: (office(NAMES), beneath), config, start=START, rules=load_rules(START)
    )


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_report_says_first_that_people_are_invented_and_names_every_policy(lived, language):
    page = markdown(report.tell(lived, language))
    said = say("simulate.honest", language)
    assert page.index(said) < page.index(say("simulate.summary", language))
    for policy in POLICIES:
        assert say(f"simulate.policy.{policy.name}", language) in page
    assert "nan" not in page.lower().replace("pimpinan", "").split()
    assert html(report.tell(lived, language)).startswith("<!DOCTYPE html>")


def test_groups_of_fewer_than_five_people_are_left_out(lived):
    groups = {group for _, _, group, _ in lived.figures if ":" in group}
    assert groups == {"employment:", "history:cold"}  # four men and four women are too few


def test_a_table_holds_every_figure_with_its_range(lived):
    table = report.table(lived)
    assert table.schema == report.SCHEMA
    assert set(table["policy"].to_pylist()) == {policy.name for policy in POLICIES}
    assert set(table["month"].to_pylist()) == {0, 1, 2}
    for row in table.to_pylist():
        assert row["low"] <= row["value"] + 1e-6
        assert row["value"] <= row["high"] + 1e-6
    order = table["policy"].to_pylist()
    assert order == sorted(order, key=[policy.name for policy in POLICIES].index)


def test_the_manifest_holds_what_the_figures_rest_on(lived):
    found = report.manifest(lived)
    assert SimulationConfig.from_json(found["parameters"]) == lived.config
    assert found["seeds"] == [0, 1]
    assert found["people"] == [8, 8]
    assert found["end"] == "2027-02-28"
    assert set(found["warning"]) == {"id", "en"}
