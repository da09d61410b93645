"""Learning hours: what counts in a year, what is converted, and what cannot be counted yet."""

from datetime import date, datetime

import numpy as np
import pytest

from recommender.figures.learning_hours import JpRules, jp_of_year, planned_jp

DAY = datetime(2026, 3, 4)


def course(hours, day=DAY, **more):
    return {"title": f"Kursus {hours} {day}", "hours": hours, "completed_on": day, **more}


@pytest.mark.parametrize(
    ("hours", "met", "missing"), [(19.0, False, 1.0), (19.99, False, 0.01), (20.0, True, 0.0)]
)
def test_the_yearly_right_is_met_from_twenty_hours_on(office, hours, met, missing):
    figure = office(training_history=[course(hours)]).jp()
    assert (figure.value, figure.details["met"], figure.details["missing"]) == (hours, met, missing)
    assert (figure.state, figure.ground.mark) == ("final", "V")


@pytest.mark.parametrize(("hours", "warning"), [(24.0, False), (24.01, True)])
def test_a_contract_employee_is_warned_above_the_cap_and_never_refused(office, hours, warning):
    figure = office({"employment": "PPPK"}, training_history=[course(hours)]).jp()
    assert (figure.details["cap"], figure.details["warning"]) == (24.0, warning)
    assert figure.ground.mark == "R"
    assert ("peringatan" in figure.text.id) == warning


@pytest.mark.parametrize(
    ("form", "international", "expected"), [("9", False, 4), ("9", True, 6), ("4", False, 5),
                                            ("4", True, 7), ("3", False, None)],
)  # fmt: skip
def test_seminars_and_workshops_count_by_the_day(office, form, international, expected):
    rules = JpRules.of(office().rules)
    assert rules.jp_of(form, days=1, international=international) == expected


def test_nine_hundred_minutes_are_twenty_hours(office):
    assert JpRules.of(office().rules).of_minutes(900) == 20


def test_an_international_course_counts_a_fifth_more(office):
    catalogue = [
        {"training_code": "A", "title": "A", "form": "3", "hours": 40.0, "international": True},
        {"training_code": "B", "title": "B", "form": "3", "hours": 40.0, "international": False},
        {"training_code": "C", "title": "C", "form": "9", "international": True},
        {"training_code": "D", "title": "D", "form": "3"},
    ]
    session = {"session_code": "C1", "training_code": "C", "starts_on": date(2026, 8, 3),
               "ends_on": date(2026, 8, 4)}  # fmt: skip
    given = office(trainings=catalogue, sessions=[session])
    assert planned_jp(given.snapshot, given.rules).tolist()[:3] == [48.0, 40.0, 12.0]
    assert np.isnan(planned_jp(given.snapshot, given.rules)[3])


def test_clock_hours_become_hours_of_forty_five_minutes_where_the_agency_says_so(office):
    given = office(
        rules={"jp.hours_unit": {"history": "clock"}},
        training_history=[course(15.0, form="3"), course(3.0, form="16")],
    )
    assert given.jp().value == 24.0


def test_only_what_was_completed_in_the_year_counts(office):
    rows = [
        course(8.0),
        course(9.0, datetime(2025, 12, 31)),
        course(10.0, status="registered"),
        course(1.0, datetime(2026, 1, 1)),
        course(50.0, datetime(2026, 6, 2)),
    ]
    given = office(training_history=rows)
    assert given.jp().value == 9.0
    assert jp_of_year(given.snapshot, given.rules, 2026).tolist() == [9.0]
    assert jp_of_year(given.snapshot, given.rules, 2025).tolist() == [9.0]


def test_hours_that_the_record_lacks_are_those_of_the_catalogue_by_code_or_by_title(office):
    given = office(
        trainings=[{"training_code": "A", "title": "Arsip Dasar", "hours": 12.0}],
        training_history=[
            {"training_code": "A", "completed_on": DAY},
            {"title": "arsip  dasar", "completed_on": datetime(2026, 4, 4)},
        ],
    )
    figure = given.jp()
    assert figure.value == 24.0
    assert "menurut katalog" in figure.parts[0].text.id


def test_a_seminar_without_hours_counts_by_the_days_it_took(office):
    row = {"title": "Seminar", "form": "9", "started_on": datetime(2026, 3, 3), "completed_on": DAY}
    assert office(training_history=[row]).jp().value == 8.0


def test_what_has_no_day_or_no_hours_is_named_and_leaves_the_answer_open(office):
    given = office(training_history=[course(12.0), course(None), course(9.0, None)])
    figure = given.jp()
    assert (figure.value, figure.low, figure.high) == (12.0, 12.0, None)
    assert (figure.state, figure.details["met"]) == ("perlu_verifikasi", None)
    assert [p.value for p in figure.parts] == [12.0, None, None]


def test_an_agency_without_a_training_history_has_no_hours_rather_than_none(office):
    given = office()
    figure = given.jp()
    assert (figure.value, figure.state) == (None, "belum_ada")
    assert np.isnan(jp_of_year(given.snapshot, given.rules, 2026)).all()


def test_somebody_without_a_course_has_zero_where_others_have_some(office):
    given = office(training_history=[course(8.0)], others=[{"employee_id": "budi"}])
    assert given.jp("budi").value == 0.0
    assert jp_of_year(given.snapshot, given.rules, 2026).tolist() == [8.0, 0.0]


def test_verified_and_unverified_hours_stand_apart(office):
    rows = [course(8.0, verified=True), course(7.0, verified=False), course(6.0)]
    details = office(training_history=rows).jp().details
    assert (details["verified"], details["unverified"], details["unstated"]) == (8.0, 7.0, 6.0)


def test_hours_are_summed_to_the_last_hundredth(office):
    figure = office(training_history=[course(0.1), course(19.9)]).jp()
    assert figure.details["met"] is True
    tenths = [course(2.2, datetime(2026, 3, d)) for d in range(1, 11)]
    assert office(training_history=[*tenths[:9], course(0.2)]).jp().value == 20.0
