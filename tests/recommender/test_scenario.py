"""Small worlds: who is in them, what changes do, and that nothing else is touched."""

from datetime import date, datetime

import numpy as np
import pytest

from recommender.eligibility import evidence
from recommender.eligibility.ways import joined, way_of
from recommender.profile import Profile
from recommender.results import Check, Way
from recommender.scenario import (
    Certified,
    Complete,
    Dated,
    Ended,
    Hold,
    Mapped,
    Opened,
    Points,
    RaiseLevel,
    Rated,
    Served,
    SetFact,
    Wait,
    World,
    apply,
    claimed,
    day_of,
    months_after,
    of_person,
    raises,
)
from recommender.similarity.gaps import StepLimits
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.messages import Text
from training_data.reference.packs import load_rules

TODAY = date(2026, 1, 5)
LIMITS = StepLimits(2000, 1000)


@pytest.fixture
def agency(make_tables):
    tables = make_tables(
        discipline={
            "employee_id": ["budi", "ani"], "starts_on": [date(2025, 1, 1)] * 2,
            "ends_on": [date(2025, 7, 1), None], "severity": ["ringan", "berat"],
        },
        staffing={"unit_code": ["DISHUB"], "job_code": ["ANALIS2"], "needed": [1], "filled": [1]},
        performance={"employee_id": ["budi"], "year": [2024], "rating": ["baik"]},
    )  # fmt: skip
    return Dataset.of(tables)


def rows(dataset, table, person="ani"):
    return [r for r in dataset.table(table).to_pylist() if r["employee_id"] == person]


def test_a_small_world_holds_the_person_and_whoever_keeps_columns_known(agency):
    small = of_person(agency, "dewi", TODAY)
    people = small.table("employees")["employee_id"].to_pylist()
    assert "dewi" in people
    for name in agency.tables:
        assert small.has(name) == agency.has(name)
        for column in agency.tables[name].column_names:
            assert small.knows(name, column) == agency.knows(name, column), (name, column)
    assert rows(small, "training_history", "dewi") == rows(agency, "training_history", "dewi")
    assert small.tables["jobs"].equals(agency.tables["jobs"])


def test_what_lies_in_the_future_does_not_come_true_by_waiting(make_tables):
    later = {
        "employee_id": ["ani"], "training_code": ["PP"], "completed_on": [datetime(2026, 6, 1)],
    }  # fmt: skip
    agency = Dataset.of(make_tables(training_history=later))
    future = apply(agency, "ani", [Wait(date(2027, 1, 1))], TODAY)
    assert rows(future.dataset, "training_history") == []


def test_nothing_of_the_dataset_itself_is_changed(agency):
    before = agency.content_hash
    apply(agency, "ani", [SetFact("grade", "III/b"), Complete("PP"), Hold(12, "pengawas")], TODAY)
    assert agency.content_hash == before


@pytest.mark.parametrize(
    ("changes", "table", "expected"),
    [
        ([SetFact("grade", "III/b")], "employees", {"grade": "III/b"}),
        ([Complete("PP", date(2026, 3, 1))], "training_history",
         {"training_code": "PP", "completed_on": datetime(2026, 3, 1)}),
        ([Complete(None, title="PKP")], "training_history",
         {"title": "PKP", "completed_on": datetime(2026, 1, 5)}),
        ([RaiseLevel("T.LL", 3.5)], "competency_scores",
         {"level": 3.5, "assessed_on": datetime(2026, 1, 5)}),
        ([Served(date(2010, 1, 1), date(2012, 1, 1), "pengawas")], "job_history",
         {"tier": "pengawas", "to_date": date(2012, 1, 1)}),
        ([Rated(2025, "baik")], "performance", {"year": 2025, "rating": "baik"}),
        ([Points(100.0)], "credit_points", {"cumulative": 100.0, "as_of": TODAY}),
        ([Certified("K3")], "certifications", {"name": "K3", "issued_on": TODAY}),
        ([Mapped(5)], "talent", {"box": 5, "assessed_on": TODAY}),
        ([Ended(date(2025, 12, 31))], "discipline", {"ends_on": date(2025, 12, 31)}),
        ([Hold(6, "pengawas", "KASI")], "employees",
         {"tier": "pengawas", "job_code": "KASI", "job_since": TODAY}),
    ],
)  # fmt: skip
def test_each_change_is_a_row_of_the_person(agency, changes, table, expected):
    future = apply(agency, "ani", changes, TODAY)
    found = rows(future.dataset, table)
    assert any(expected.items() <= row.items() for row in found), found
    untouched = [r for r in future.dataset.table("employees").to_pylist()
                 if r["employee_id"] != "ani"]  # fmt: skip
    whole = {r["employee_id"]: r for r in agency.table("employees").to_pylist()}
    assert all(whole[row["employee_id"]] == row for row in untouched)


def test_a_new_level_stands_instead_of_all_older_evidence(agency):
    future = apply(agency, "ani", [RaiseLevel("T.LL", 2.5, date(2026, 2, 1))], TODAY)
    snapshot = Snapshot.of(future.dataset, future.as_of)
    levels = Profile.of(snapshot, evidence(load_rules(TODAY))).levels(np.array([0]))[0]
    known = dict(zip(snapshot.competencies.codes, levels.tolist(), strict=True))
    assert (known["T.LL"], known["M.5"]) == (2500, 2000)


def test_undated_completions_are_dated_by_code_or_title(make_tables):
    history = {
        "employee_id": ["ani", "ani", "ani"], "training_code": ["PP", None, "UB"],
        "title": [None, "pelayanan  prima", None], "completed_on": [None, None, None],
    }  # fmt: skip
    agency = Dataset.of(make_tables(training_history=history))
    future = apply(agency, "ani", [Dated("PP", date(2020, 1, 1), "Pelayanan Prima")], TODAY)
    dated = [r["completed_on"] is not None for r in rows(future.dataset, "training_history")]
    assert sorted(dated) == [False, True, True]


def test_a_post_falls_open_where_staffing_says_so(agency):
    future = apply(agency, "ani", [Opened("ANALIS2", "DISHUB"), Opened("KASI", "SD01")], TODAY)
    counted = {
        (r["unit_code"], r["job_code"]): (r["needed"], r["filled"])
        for r in future.dataset.table("staffing").to_pylist()
    }
    assert counted == {("DISHUB", "ANALIS2"): (2, 1), ("SD01", "KASI"): (1, 0)}


def test_posts_are_held_one_after_the_other_and_the_last_end_is_the_day(agency):
    changes = [Hold(36, "pengawas"), Hold(24, "administrator")]
    future = apply(agency, "ani", changes, TODAY)
    assert future.as_of == date(2031, 1, 5)
    (ani,) = rows(future.dataset, "employees")
    assert (ani["tier"], ani["job_since"]) == ("administrator", date(2029, 1, 5))
    held = {r["tier"]: r["from_date"] for r in rows(future.dataset, "job_history")}
    assert held == {"pengawas": TODAY}  # of the first post no beginning is known


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ([], TODAY),
        ([Wait(date(2025, 1, 1))], TODAY),
        ([Wait(date(2026, 5, 1)), Complete("PP", date(2026, 7, 1))], date(2026, 7, 1)),
        ([Points(1.0, date(2027, 2, 2))], date(2027, 2, 2)),
    ],
)
def test_the_day_is_the_latest_of_all(changes, day):
    assert day_of(changes, TODAY) == day


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
    ],
)
def test_full_months_end_on_the_same_day_or_the_first_of_the_next(day, months, after):
    assert months_after(day, months) == after


def test_several_lives_of_one_day_share_a_world_and_do_not_touch_each_other(agency):
    world = World.of(agency, TODAY)
    lives = [(SetFact("grade", "III/b"),), (), (Wait(date(2026, 6, 1)),)]
    found = world.futures("ani", lives)
    assert set(found) == {TODAY, date(2026, 6, 1)}
    dataset, _, names = found[TODAY]
    grade = dict(
        zip(*(dataset.table("employees")[c].to_pylist() for c in ("employee_id", "grade")),
            strict=True)
    )  # fmt: skip
    assert (grade[names[0]], grade[names[1]]) == ("III/b", None)


def test_a_training_lifts_as_far_as_gap_terms_count_and_never_lowers(agency):
    snapshot = Snapshot.of(agency, TODAY)
    trainings, codes = snapshot.trainings, snapshot.competencies.codes
    column = codes.index("T.LL")
    for level, course, after in (
        (0, "LL1", 2000), (1000, "LL2", 2000), (500, "LL2", 500), (3500, "LL2", 3500),
        (-1, "LL1", -1), (1500, "LL3", 1500), (2000, "LL3", 3000),
    ):  # fmt: skip
        levels = np.full(len(codes), -1, np.int32)
        levels[column] = level
        found = claimed(trainings, trainings.index.rows[course], levels, LIMITS)
        assert found[column] == after, (level, course)
        assert raises(levels, found, codes) == (
            (RaiseLevel("T.LL", after / 1000),) if after != level else ()
        )


# Joining ways


def test_of_two_changes_about_the_same_the_higher_stands():
    one = (Wait(date(2027, 1, 1)), SetFact("grade", "III/d"), RaiseLevel("M.1", 3.0))
    other = (SetFact("grade", "IV/a"), RaiseLevel("M.1", 2.0), Wait(date(2026, 6, 1)))
    assert joined([one, other]) == (
        Wait(date(2027, 1, 1)), SetFact("grade", "IV/a"), RaiseLevel("M.1", 3.0),
    )  # fmt: skip


def test_related_work_in_a_tier_of_the_chain_is_one_post_with_it():
    chain = (Hold(36, "pengawas"), Hold(24, "administrator"))
    work = (Hold(60, "administrator", "KABID"),)
    assert joined([chain, work]) == (Hold(36, "pengawas"), Hold(60, "administrator", "KABID"))
    assert joined([chain, (Hold(6, "pelaksana", "X"),)])[0] == Hold(6, "pelaksana", "X")


def refused(way=None, closed=None):
    said = Text("Belum.", "Not yet.")
    return Check("role.x", "PP 1", "", "R", "tidak_lolos", {}, said, way, closed=closed)


def test_one_closed_rule_closes_the_item_and_no_way_is_shown_as_if_it_helped():
    step = Text("Tunggu.", "Wait.")
    day = date(2027, 1, 1)
    checks = [refused(Way((step,), day, (Wait(day),))), refused(closed=Text("Lewat.", "Past."))]
    assert way_of(checks) == (None, Text("Lewat.", "Past."))


def test_the_day_of_an_item_is_the_latest_and_unknown_where_one_is():
    first, second = date(2027, 1, 1), date(2028, 1, 1)
    steps = [Text("A.", "A."), Text("B.", "B."), Text("A.", "A.")]
    dated = [refused(Way((s,), d, (Wait(d),))) for s, d in zip(steps, (first, second, first),
                                                               strict=True)]  # fmt: skip
    found = way_of(dated).way
    assert (found.earliest, found.steps, found.changes) == (
        second, (steps[0], steps[1]), (Wait(second),),
    )  # fmt: skip
    open_ = refused(Way((steps[1],), None, (SetFact("education_level", "S1"),)))
    assert way_of([*dated, open_]).way.earliest is None
