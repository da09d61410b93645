"""What a ranking gave by group: planted discrimination is found, law and equal treatment pass."""

import random
from datetime import date

import pytest

from recommender.engine import Engine
from recommender.fairness import Lists, measure
from training_data.dataset import Dataset

from .conftest import AS_OF, office


def number(line):
    return int(line.employee_id[2:])


def named(report):
    return {(f.measure, f.dimension, f.group) for f in report.breaches}


def cell(report, measure_name, dimension, group):
    one = next(m for m in report.measures if m.name == measure_name)
    table = next(t for t in one.tables if t.dimension == dimension)
    return next(c for c in table.cells if c.group == group)


def test_equal_people_who_are_treated_equally_pass(review):
    report = review()
    assert report.met
    assert cell(report, "training.selected", "sex", "P").rate == 1.0
    assert cell(report, "training.exposure", "region", "islands").rate == pytest.approx(1.0)


def test_hiding_trainings_from_women_is_found(review):
    found = named(review(lambda line: line.kind == "training" and number(line) % 2 == 1))
    assert ("training.selected", "sex", "P") in found
    assert ("training.opportunity", "sex", "P") in found


def test_hiding_trainings_from_the_islands_is_found(review):
    found = named(review(lambda line: line.kind == "training" and number(line) % 3 == 0))
    assert ("training.selected", "region", "islands") in found
    assert ("training.selected", "location", "Kepulauan Rekaan") in found


def test_leaving_women_only_what_closes_no_gap_is_found(review):
    def hide(line):
        return line.item_code in ("K-1", "K-2") and number(line) % 2 == 1

    report = review(hide)
    assert ("training.opportunity", "sex", "P") in named(report)
    assert cell(report, "training.selected", "sex", "P").rate == 1.0


def test_shortening_the_lists_of_the_islands_is_found(review):
    def hide(line):
        return line.kind == "training" and line.rank > 1 and number(line) % 3 == 0

    assert ("training.exposure", "region", "islands") in named(review(hide))


def test_hiding_posts_from_women_is_found(review):
    found = named(review(lambda line: line.kind == "role" and number(line) % 2 == 1))
    assert ("role.selected", "sex", "P") in found


def test_what_the_law_closes_is_shown_but_not_held_against_the_ranking(review):
    report = review()
    assert cell(report, "role.everybody", "employment", "PPPK").rate == 0.0
    assert cell(report, "role.selected", "employment", "PPPK").n == 0
    assert not any(f.dimension == "employment" for f in report.breaches)


def test_costly_trainings_that_are_kept_from_the_islands_are_a_warning(review):
    report = review(lambda line: line.item_code == "K-2" and number(line) % 3 == 0)
    warned = {(f.measure, f.group) for f in report.findings if not f.blocks}
    assert ("training.costly", "islands") in warned


def test_age_is_that_of_the_day_and_unknown_is_a_group_of_its_own(review):
    born = [date(1996, 1, 6) if n % 2 else date(1996, 1, 5) for n in range(120)]
    engine = Engine.fitted(office(160, birth_date=[*born, *[None] * 40]), as_of=AS_OF)
    report = review(of=engine)
    assert cell(report, "training.everybody", "age", "<30").n == 60
    assert cell(report, "training.everybody", "age", "30-39").n == 60
    assert cell(report, "training.everybody", "age", "").n == 40


def test_a_person_without_a_place_is_where_the_unit_is(review):
    data = office(60, location=[None] * 60)
    tables = {name: table.to_pydict() for name, table in data.tables.items()}
    tables["units"]["location"] = ["Kepulauan Rekaan"]
    engine = Engine.fitted(Dataset.of(tables), as_of=AS_OF)
    assert cell(review(of=engine), "training.everybody", "region", "islands").n == 60


def test_the_order_of_the_rows_changes_nothing(review):
    columns = {
        name: column.to_pylist()
        for name, column in zip(
            office().table("employees").column_names,
            office().table("employees").columns,
            strict=True,
        )
    }
    order = list(range(240))
    random.Random(3).shuffle(order)
    shuffled = {name: [values[n] for n in order] for name, values in columns.items()}
    other = Engine.fitted(office(**shuffled), as_of=AS_OF)
    assert review(of=other).as_json() == review().as_json()


def test_sex_birthplace_religion_and_marriage_never_change_a_list(engine):
    people = len(engine.employee_ids)
    extra = {
        "birthplace": ["Kota A", "Kota B", None],
        "religion": ["a", "b", "c"],
        "marital_status": ["kawin", "belum", None],
        "sex": ["P", "L", None],
    }
    answers = []
    for shift in (0, 1):
        columns = {
            name: [values[(n * (shift + 1) + shift) % 3] for n in range(people)]
            for name, values in extra.items()
        }
        other = Engine.fitted(office(people, **columns), as_of=AS_OF)
        answers.append([other.rank(kind) for kind in other.kinds()])
    assert answers[0] == answers[1]
    assert answers[0] == [engine.rank(kind) for kind in engine.kinds()]


@pytest.mark.parametrize(
    "tables",
    [
        {"trainings": {"training_code": ["K"], "title": ["Pelatihan"]}},
        {
            "employees": {"employee_id": ["A"]},
            "trainings": {"training_code": ["K"], "title": ["Pelatihan"]},
        },
        {"employees": {"employee_id": ["A"]}, "jobs": {"job_code": ["J"], "title": ["Jabatan"]}},
    ],
)
def test_data_with_hardly_anything_in_them_are_measured_without_a_fuss(tables, review):
    engine = Engine.fitted(Dataset.of(tables), as_of=AS_OF)
    report = review(of=engine)
    assert report.met
    assert measure(engine, [Lists(engine, kind, 3) for kind in engine.kinds()]).met
    assert report.as_markdown("id")
