"""IP ASN: four dimensions, what is not known, and what a training adds."""

from datetime import date, datetime

import numpy as np
import pytest

DAY = datetime(2026, 3, 4)


def took(form="3", hours=20.0, day=DAY, **more):
    return {"title": f"{form} {hours} {day}", "form": form, "hours": hours, "completed_on": day,
            **more}  # fmt: skip


@pytest.mark.parametrize(
    ("level", "points"),
    [("S3", 25), ("S2", 20), ("S1", 15), ("D4", 15), ("D3", 10), ("SLTA", 5), ("SLTP", 1)],
)
def test_qualification(office, level, points):
    part = office({"education_level": level}).part("qualification")
    assert (part.value, part.low, part.high) == (points, points, points)


@pytest.mark.parametrize(
    ("value", "points"),
    [(50, 1), (51, 5), (60, 5), (61, 15), (75, 15), (76, 25), (90, 25), (90.5, 25), (91, 30)],
)
def test_performance_by_its_number(office, value, points):
    row = {"year": 2025, "value": float(value), "rating": "baik"}
    part = office(performance=[row]).part("performance")
    assert (part.value, part.ground.mark) == (points, "V")


@pytest.mark.parametrize(
    ("rating", "points"),
    [("sangat_baik", 30), ("baik", 25), ("butuh_perbaikan", 15), ("kurang", 5),
     ("sangat_kurang", 1)],
)  # fmt: skip
def test_performance_by_its_rating_is_marked_as_not_verified(office, rating, points):
    part = office(performance=[{"year": 2025, "rating": rating}]).part("performance")
    assert (part.value, part.ground.mark) == (points, "R")


@pytest.mark.parametrize(
    ("result", "ratings"),
    [
        ("di_atas", ("sangat_baik", "baik", "kurang")),
        ("sesuai", ("baik", "baik", "kurang")),
        ("di_bawah", ("butuh_perbaikan", "butuh_perbaikan", "sangat_kurang")),
    ],
)
def test_performance_by_the_matrix_of_result_and_behaviour(office, result, ratings):
    found = []
    for behaviour in ("di_atas", "sesuai", "di_bawah"):
        row = {"year": 2025, "work_result": result, "behaviour": behaviour}
        found.append(office(performance=[row]).part("performance").facts["rating"])
    assert tuple(found) == ratings


def test_half_a_predicate_is_none(office):
    row = {"year": 2025, "work_result": "di_atas"}
    assert office(performance=[row]).part("performance").value is None


def test_the_newest_year_counts_and_quarters_do_not(office):
    rows = [
        {"year": 2024, "rating": "sangat_baik"},
        {"year": 2025, "rating": "baik"},
        {"year": 2026, "period": "triwulan_1", "rating": "kurang"},
    ]
    part = office(performance=rows).part("performance")
    assert (part.value, part.facts["year"]) == (25, 2025)


@pytest.mark.parametrize(("hours", "points"), [(19.0, 0), (20.0, 15)])
def test_a_technical_course_counts_from_twenty_hours_on(office, hours, points):
    assert office(training_history=[took(hours=hours)]).part("technical_course").value == points


@pytest.mark.parametrize(
    ("day", "rolling", "calendar"),
    [
        (datetime(2025, 6, 1), 15, 0),
        (datetime(2025, 5, 31), 0, 0),
        (datetime(2026, 1, 1), 15, 15),
        (datetime(2025, 12, 31), 15, 0),
    ],
)
def test_the_last_year_is_rolling_unless_the_agency_counts_calendar_years(
    office, day, rolling, calendar
):
    given = [took(day=day)]
    assert office(training_history=given).part("technical_course").value == rolling
    by_year = office(training_history=given, rules={"ip_asn.competence": {"window": "calendar"}})
    assert by_year.part("technical_course").value == calendar


@pytest.mark.parametrize(
    ("day", "points"), [(datetime(2024, 6, 1), 10), (datetime(2024, 5, 31), 0)]
)
@pytest.mark.parametrize("form", ["4", "9"])
def test_a_seminar_or_workshop_counts_for_two_years(office, day, points, form):
    given = office(training_history=[took(form, 4.0, day)])
    assert given.part("seminar").value == points


def test_a_clerk_reaches_forty_with_a_technical_course_and_a_seminar(office):
    given = office({"tier": "pelaksana"}, training_history=[took(), took("9", 4.0)])
    assert given.part("technical_course").value + given.part("seminar").value == 40
    assert [p.name for p in given.ip_asn().parts][1:3] == ["technical_course", "seminar"]


@pytest.mark.parametrize(
    ("tier", "title", "points"),
    [
        ("pengawas", "Diklat PIM IV", 15),
        ("pengawas", "Diklat PIM III", 15),
        ("administrator", "Diklat PIM IV", 0),
        ("administrator", "PKA", 15),
        ("jf_ahli_muda", "Diklat PIM III", 0),
    ],
)
def test_the_course_of_the_tier_held_or_a_higher_one(office, tier, title, points):
    row = {"title": title, "form": "1", "completed_on": datetime(2010, 1, 1)}
    assert office({"tier": tier}, training_history=[row]).part("tier_course").value == points


def test_a_functional_course_counts_for_a_functional_post(office):
    row = took("2", 80.0, datetime(2015, 1, 1))
    assert office({"tier": "jf_ahli_muda"}, training_history=[row]).part("tier_course").value == 15
    assert office({"tier": "pengawas"}, training_history=[row]).part("tier_course").value == 0


@pytest.mark.parametrize(
    ("day", "points"), [(date(2021, 6, 2), 2), (date(2021, 6, 1), 2), (date(2021, 5, 31), 5)]
)
def test_a_measure_counts_for_five_years(office, day, points):
    part = office(discipline=[{"starts_on": day, "severity": "sedang"}]).part("discipline")
    assert (part.value, part.confidential) == (points, True)


def test_the_gravest_of_several_measures_counts(office):
    rows = [
        {"starts_on": date(2025, 1, 1), "severity": "ringan"},
        {"starts_on": date(2024, 1, 1), "severity": "berat"},
    ]
    assert office(discipline=rows).part("discipline").value == 1


def test_a_measure_of_unknown_severity_leaves_an_interval(office):
    part = office(discipline=[{"starts_on": date(2025, 1, 1)}]).part("discipline")
    assert (part.value, part.low, part.high) == (None, 1, 3)


def complete(**more):
    return {
        "ani": {"education_level": "S2"},
        "performance": [{"year": 2025, "rating": "baik"}],
        "discipline": [{"employee_id": "budi", "starts_on": date(2025, 1, 1), "severity": "berat"}],
        "others": [{"employee_id": "budi"}],
        "training_history": [took(), took("9", 4.0), {"title": "PKP", "form": "1"}],
        **more,
    }


def test_the_index_is_the_sum_of_its_parts_with_its_category(office):
    figure = office(**complete()).ip_asn()
    assert (figure.value, figure.state) == (20 + 40 + 25 + 5, "final")
    assert [c.code for c in figure.categories] == ["Tinggi"]


def test_an_unknown_part_is_named_and_makes_the_index_an_interval(office):
    figure = office(**complete(ani={"education_level": None})).ip_asn()
    assert (figure.value, figure.low, figure.high) == (None, 71, 95)
    assert [c.code for c in figure.categories] == ["Sedang", "Tinggi", "Sangat Tinggi"]
    assert "kualifikasi" in figure.all_notes[0].id


@pytest.mark.parametrize(
    ("total", "name"),
    [(60, "Sangat Rendah"), (61, "Rendah"), (70, "Rendah"), (71, "Sedang"), (80, "Sedang"),
     (81, "Tinggi"), (90, "Tinggi"), (90.5, "Tinggi"), (91, "Sangat Tinggi")],
)  # fmt: skip
def test_category(office, total, name):
    (bands,) = office(**complete()).ip_asn().bands
    assert bands.of(total).code == name


@pytest.mark.parametrize("employment", ["PPPK", "PPPK_PW"])
def test_the_index_of_a_contract_employee_is_not_measured(office, employment):
    given = office({"employment": employment}, trainings=CATALOGUE, training_history=[took()])
    figure = given.ip_asn()
    assert (figure.value, figure.low, figure.state) == (None, None, "tidak_diukur")
    assert given.index.components_open(given.row()) is None
    assert given.index.gain(given.row(), given.training("TEK")) is None
    assert np.isnan(given.index.open_points(np.array([given.row()]))).all()


def test_a_course_of_unknown_length_is_neither_counted_nor_refused(office):
    part = office(training_history=[took(hours=None)]).part("technical_course")
    assert (part.value, part.low, part.high) == (None, 0, 15)
    assert "belum diketahui" in part.text.id


def test_others_do_not_see_discipline_nor_what_it_leaves_in_the_sum(office):
    clean = office(**complete()).ip_asn().without_confidential()
    for severity in ("berat", None):
        rows = [{"starts_on": date(2025, 1, 1), "severity": severity}]
        punished = office(**complete(discipline=rows)).ip_asn().without_confidential()
        assert clean.as_json() == punished.as_json()
    assert clean.state == "final"
    assert (clean.value, clean.low, clean.high) == (None, 85, 90)


CATALOGUE = [
    {"training_code": "FUNG", "title": "Fungsional", "form": "2", "hours": 80.0},
    {"training_code": "KABUR", "title": "Tanpa bentuk", "hours": 30.0},
    {"training_code": "PKA", "title": "PKA", "form": "1", "structural": "PKA", "hours": 100.0},
    {"training_code": "PKP", "title": "PKP", "form": "1", "structural": "PKP", "hours": 100.0},
    {"training_code": "SEM", "title": "Seminar", "form": "9", "hours": 4.0},
    {"training_code": "TEK", "title": "Teknis", "form": "3", "hours": 20.0},
    {"training_code": "TEK2", "title": "Teknis lain", "form": "3", "hours": 40.0},
    {"training_code": "TEKPENDEK", "title": "Teknis pendek", "form": "3", "hours": 19.0},
]


@pytest.mark.parametrize(
    ("tier", "gains"),
    [
        ("pengawas", {"PKP": 15, "PKA": 15, "FUNG": 0, "TEK": 15, "SEM": 10, "TEKPENDEK": 0}),
        ("administrator", {"PKP": 0, "PKA": 15, "FUNG": 0}),
        ("jf_ahli_muda", {"PKP": 0, "PKA": 0, "FUNG": 15, "TEK": 15}),
        ("pelaksana", {"PKP": 0, "FUNG": 0, "TEK": 22.5, "SEM": 17.5}),
    ],
)
def test_a_training_adds_what_it_newly_fulfils(office, tier, gains):
    # An old course is on record, so that the history says something of everybody.
    old = [took("16", 4.0, datetime(2015, 1, 1))]
    given = office({"tier": tier}, trainings=CATALOGUE, training_history=old)
    found = {code: given.index.gain(given.row(), given.training(code)) for code in gains}
    assert found == gains


def test_the_gain_of_a_study_programme_is_unknown_for_the_catalogue_names_no_degree(office):
    course = {"training_code": "S2", "title": "Tugas belajar", "form": "25", "path": "pendidikan"}
    given = office(trainings=[course], training_history=[took("9", 4.0)])
    assert given.index.gain(given.row(), given.training("S2")) is None


def test_what_is_fulfilled_already_is_not_added_again(office):
    given = office(trainings=CATALOGUE, training_history=[took()])
    assert given.index.gain(given.row(), given.training("TEK")) == 0
    assert "technical_course" not in given.index.components_open(given.row()).points


def test_two_trainings_of_one_kind_fulfil_one_component(office):
    given = office(trainings=CATALOGUE, training_history=[took("9", 4.0)])
    still = given.index.components_open(given.row()).points
    fulfilled = given.index.fulfilled_by(given.training("TEK")) | given.index.fulfilled_by(
        given.training("TEK2")
    )
    assert sum(still.get(name, 0.0) for name in fulfilled) == 15
    assert still == {"technical_course": 15.0, "tier_course_PKP": 15.0}


def test_an_unknown_form_or_tier_or_history_leaves_the_gain_unknown(office):
    given = office(trainings=CATALOGUE, training_history=[took("9", 4.0)])
    assert given.index.gain(given.row(), given.training("KABUR")) is None
    nobody = office({"tier": None}, trainings=CATALOGUE, training_history=[took("9", 4.0)])
    assert nobody.index.gain(nobody.row(), nobody.training("TEK")) is None
    silent = office(trainings=CATALOGUE)
    assert silent.index.gain(silent.row(), silent.training("TEK")) is None
    assert silent.index.components_open(silent.row()).unclear["technical_course"] == 15.0


def test_the_arrays_say_what_the_single_answers_say(office):
    given = office(
        trainings=CATALOGUE,
        training_history=[took("9", 4.0)],
        others=[{"employee_id": "budi", "tier": "pelaksana", "employment": "PNS"}],
    )
    index = given.index
    points = index.open_points(np.arange(2))
    for person in range(2):
        still = index.components_open(person)
        by_name = dict(zip(index.components, points[person], strict=True))
        assert {n: p for n, p in by_name.items() if p > 0} == dict(still.points)
        for training in range(len(CATALOGUE)):
            names = [
                n for n, on in zip(index.components, index.fulfils[training], strict=True) if on
            ]
            assert index.fulfilled_by(training) == frozenset(names)
