"""Policies side by side: what they know, what the office writes down, and what comes of it."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from recommender.simulation import report
from recommender.simulation.behaviour import Behaviour
from recommender.simulation.diary import Diary
from recommender.simulation.ground import Ground, month_begins, month_ends
from recommender.simulation.office import Office
from recommender.simulation.policies import BY_NAME, POLICIES
from recommender.simulation.run import Life, SimulationConfig, simulate
from recommender.simulation.truth import Truth
from training_data.reference.packs import load_rules
from training_data.synthetic import generate
from training_data.synthetic.hidden import hidden

from .conftest import CERTAIN, START, office, truth

PEOPLE = 40
RULES = load_rules(START)
PLAIN = tuple(policy.name for policy in POLICIES if not policy.ours)


@pytest.fixture(scope="module")
def city():
    made: dict[int, tuple[object, Truth]] = {}

    def make(seed):
        if seed not in made:
            beneath = hidden(PEOPLE, seed=seed, as_of=START)
            made[seed] = generate(PEOPLE, seed=seed, as_of=START), Truth(**vars(beneath))
        return made[seed]

    return make


def first_lists(dataset, beneath, name):
    config = SimulationConfig(policies=(name,))
    life = Life(Ground.of(dataset, START), beneath, BY_NAME[name], config, 0, RULES)
    life.live()
    return life.lists


@pytest.mark.parametrize("name", [policy.name for policy in POLICIES if not policy.all_knowing])
def test_no_policy_sees_the_truth(city, name):
    dataset, beneath = city(0)
    rng = np.random.default_rng(1)
    lie = replace(
        beneath,
        level=rng.permutation(beneath.level),
        liking=rng.permutation(beneath.liking),
        support=rng.permutation(beneath.support),
        busy=rng.permutation(beneath.busy),
        effect=rng.permutation(beneath.effect),
    )
    seen, lied = first_lists(dataset, beneath, name), first_lists(dataset, lie, name)
    assert seen.tobytes() == lied.tobytes()
    assert (seen.size == 0) == (name == "habit")


def test_the_oracle_alone_sees_it(city):
    dataset, beneath = city(0)
    lie = replace(beneath, effect=beneath.effect[::-1].copy())
    assert (
        first_lists(dataset, beneath, "oracle").tobytes()
        != first_lists(dataset, lie, "oracle").tobytes()
    )


def test_who_knows_all_closes_more_than_chance_in_every_city(city):
    config = SimulationConfig(
        months=8, runs=3, policies=("random", "oracle"), behaviour=replace(CERTAIN, fatigue=0.9)
    )
    found = simulate(city, config, start=START, rules=RULES).figures
    by_chance, knowing = (
        np.array(found[name, 0, "", "closed_by_training"]) for name in config.policies
    )
    assert (knowing > 1.5 * by_chance).all()


def test_the_same_seed_lives_the_same_life_and_another_seed_another(city):
    config = SimulationConfig(months=3, policies=PLAIN)
    one, same = (simulate(city, config, start=START, rules=RULES) for _ in range(2))
    assert report.table(one).equals(report.table(same))
    other = simulate(city, replace(config, seed=1), start=START, rules=RULES)
    assert not report.table(one).equals(report.table(other))


def test_policies_do_not_touch_each_other(city):
    both = SimulationConfig(months=3, policies=("popularity", "odoo"))
    alone = replace(both, policies=("odoo",))
    together = simulate(city, both, start=START, rules=RULES).figures
    single = simulate(city, alone, start=START, rules=RULES).figures
    for key, values in single.items():
        np.testing.assert_array_equal(together[key], values)


def test_the_order_of_people_in_the_tables_changes_nothing(city):
    dataset, beneath = city(0)
    order = np.random.default_rng(0).permutation(PEOPLE)
    table = dataset.table("employees").take(order)
    columns = {
        one.name: getattr(beneath, one.name)[order]
        for one in fields(Truth)
        if one.name in ("level", "liking", "sequel", "support", "drive", "busy")
    }
    names = tuple(beneath.employees[n] for n in order)
    mixed = dataset.replace(employees=table), replace(beneath, employees=names, **columns)
    config = SimulationConfig(months=3, policies=PLAIN)
    one = simulate(city, config, start=START, rules=RULES)
    other = simulate(lambda seed: mixed, config, start=START, rules=RULES)
    assert report.table(one).equals(report.table(other))


def test_the_engine_learns_on_what_the_months_before_left(city):
    config = SimulationConfig(months=2, refit=1, k=2, policies=("selaras", "selaras_endorsed"))
    found = simulate(city, config, start=START, rules=RULES)
    suggested = found.figures["selaras", 1, "", "suggested"][0]
    assert 1.5 < suggested <= 2
    first = [found.figures[name, 1, "", "useful"][0] for name in config.policies]
    assert first[0] == first[1]  # the same list, whoever endorses it
    assert found.figures["selaras_endorsed", 0, "", "accepted"][0] > 0


def test_what_is_answered_stays_off_the_list_as_long_as_the_rules_say():
    config = SimulationConfig(months=5, k=1, policies=("popularity",),
                              behaviour=replace(CERTAIN, willing=-50, later=1))  # fmt: skip
    life = Life(Ground.of(office(), START), truth(), BY_NAME["popularity"], config, 0, RULES)
    shown = []
    for _ in range(5):
        life.live()
        shown.append(life.lists[0].tolist())
    # A is postponed for three months (90 days); B needs A; C and D come in between.
    assert shown[0] == shown[4]
    assert shown[1] != shown[0] != shown[2]


def test_the_office_writes_down_what_happened_and_nothing_else(world):
    city = world(replace(CERTAIN, assessed_after=1))
    diary = Diary(city.ground)
    allowed, starts = np.ones((2, 4), bool), np.array([0, 1, 0, 0])
    for lists in ([[0], [2]], [[1], [3]]):
        diary.write(city.month(np.array(lists), allowed, starts, endorsed=True), endorsed=True)
    known = diary.dataset()
    history = [
        (row["employee_id"], row["training_code"], row["status"], row["hours"])
        for row in known.table("training_history").to_pylist()
    ]
    assert history == [
        ("Ani", "A", "completed", 20.0),
        ("Ani", "B", "registered", None),
        ("Budi", "C", "completed", 10.0),
        ("Budi", "D", "completed", 8.0),
    ]
    levels = {
        (row["employee_id"], row["competency_code"]): (row["level"], row["source"])
        for row in known.table("competency_scores").to_pylist()
    }
    assert levels == {("Ani", "T.1"): (1.5, "supervisor"), ("Budi", "M.5"): (1.5, "supervisor")}
    said = [row["action"] for row in known.table("feedback").to_pylist()]
    assert sorted(said) == ["accepted"] * 4 + ["endorsed"] * 4
    last = month_ends(START, 2)
    for name, column in (("training_history", "completed_on"), ("competency_scores", "assessed_on"),
                         ("feedback", "at")):  # fmt: skip
        days = [at.date() for at in known.table(name)[column].to_pylist() if at is not None]
        assert all(START <= day <= last for day in days)


def test_months_begin_and_end_one_after_the_other():
    start = date(2027, 1, 31)
    assert month_begins(start, 1) == start
    for month in range(1, 30):
        assert month_begins(start, month) <= month_ends(start, month)
        assert (month_begins(start, month + 1) - month_ends(start, month)).days == 1


def test_a_run_that_is_open_all_year_can_be_joined_at_once_and_one_that_is_closed_cannot():
    sessions = {
        "session_code": ["1", "2", "3"],
        "training_code": ["A", "B", "C"],
        "starts_on": [date(2026, 1, 1), date(2027, 3, 10), date(2027, 2, 1)],
        "ends_on": [date(2027, 12, 31), date(2027, 3, 12), date(2027, 2, 3)],
        "closes_on": [date(2027, 11, 30), None, date(2026, 12, 30)],
    }
    whole = {name: office().table(name) for name in office().tables}
    dataset = type(office()).of({**whole, "sessions": sessions})
    seen = Office(dataset, START, RULES, 1, 0)
    assert seen.starts.tolist() == [0, 2, -1, 0]


def test_ranges_are_student_s_over_runs_and_one_run_has_none():
    assert report.interval(np.array([1.0])).low is None
    found = report.interval(np.array([1.0, 2.0, 3.0]))
    # t(0.975, 2) = 4.3027; the spread 1 over the root of 3.
    assert (found.value, found.low) == (2.0, pytest.approx(2 - 4.3027 / 3**0.5, abs=1e-4))


def test_how_far_ahead_is_counted_run_by_run(city):
    config = SimulationConfig(months=1, runs=2, policies=("habit", "selaras"))
    found = simulate(city, config, start=START, rules=RULES)
    key = (1, "", "gap")
    apart = np.subtract(found.figures["selaras", *key], found.figures["habit", *key])
    rows = {(r.policy, r.month, r.group, r.metric): r for r in report.rows(found)}
    assert rows["habit", *key].ahead == report.interval(apart)
    own = rows["selaras", *key].ahead
    assert own is not None
    assert (own.value, own.low, own.high) == (0.0, 0.0, 0.0)


def test_counts_of_answers_add_up_to_what_was_suggested(city):
    config = SimulationConfig(months=4, policies=("popularity_in_job",))
    found = simulate(city, config, start=START, rules=RULES).figures
    for month in range(5):

        def value(metric, month=month):
            return found["popularity_in_job", month, "", metric][0]

        answers = sum(map(value, ("ignored", "accepted", "postponed", "declined")))
        assert answers == pytest.approx(value("suggested"))
        assert value("uptake") == pytest.approx(value("accepted") / value("suggested"))
        reasons = [metric for _, m, g, metric in found if m == month and not g
                   and metric.startswith("declined_")]  # fmt: skip
        assert sum(map(value, reasons)) == pytest.approx(value("declined"))


def test_without_anything_to_suggest_people_live_by_habit_alone(city):
    config = SimulationConfig(months=4, policies=("habit",), behaviour=Behaviour(own=0.5))
    found = simulate(city, config, start=START, rules=RULES).figures
    assert found["habit", 0, "", "suggested"][0] == 0
    assert np.isnan(found["habit", 0, "", "uptake"][0])
    assert found["habit", 0, "", "own"][0] > 0.2
