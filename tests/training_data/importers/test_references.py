"""Codes that lead nowhere, unknown values and repeated keys: what each costs a row."""

import pytest

from training_data.references import carries, order_of_tables
from training_data.schema import TABLES


def column(dataset, table, name):
    return dataset.table(table).column(name).to_pylist()


def test_each_table_follows_those_its_rows_cannot_stand_without():
    order = order_of_tables()
    assert sorted(order) == sorted(TABLES)
    for table in TABLES.values():
        for c in table.columns:
            if carries(table, c):
                assert order.index(c.refers_to) < order.index(table.name)


def test_an_optional_reference_that_leads_nowhere_is_emptied_and_said(agency, codes):
    agency.write("employees.csv", "employee_id,job_code\nE0003,J9\n198503172010012003,J1\n")
    dataset, report = agency.read()
    assert codes(report) == ["reference.emptied"]
    assert column(dataset, "employees", "job_code") == ["J1", None]
    assert report.exit_code == 0


def test_a_table_that_is_absent_or_without_rows_is_not_asked(agency, codes):
    agency.remove("jobs.csv")
    agency.write("competencies.csv", "competency_code,name\n")
    dataset, report = agency.read()
    assert codes(report) == ["level.maximum", "table.no_rows"]  # the scale of 7 is gone
    assert column(dataset, "employees", "job_code") == ["J2", "J1", None]


def test_history_of_an_unknown_training_stays_as_written(agency, codes):
    agency.write(
        "training_history.csv",
        "employee_id,training_code,title\nE0003,LAMA-1,Kursus Lama\nE0003,LAMA-2,\nE0003,P1,\n",
    )
    dataset, report = agency.read()
    assert codes(report) == ["reference.history"]
    assert column(dataset, "training_history", "training_code") == ["LAMA-1", "LAMA-2", "P1"]
    assert column(dataset, "training_history", "title") == ["Kursus Lama", None, None]


def test_a_prerequisite_that_leads_nowhere_still_holds(agency, codes):
    agency.write("trainings.csv", "training_code,title,prerequisites\nP1,A,P2|P7\nP2,B,\n")
    dataset, report = agency.read()
    assert codes(report) == ["reference.kept"]
    assert column(dataset, "trainings", "prerequisites") == ["P2|P7", None]


def test_money_of_an_unknown_unit_never_becomes_everybodys(agency, codes):
    agency.write("units.csv", "unit_code,name\nU1,A\n")
    agency.write("budgets.csv", "budget_code,amount,unit_code\nB1,5,U1\nB2,5,U9\nB3,5,\n")
    dataset, report = agency.read()
    assert codes(report) == ["reference.unknown"]
    assert column(dataset, "budgets", "budget_code") == ["B1", "B3"]


def test_rows_of_a_refused_person_are_refused_with_the_reason(agency):
    agency.write("employees.csv", "employee_id,birth_date\nE0003,31-02-1990\nE1,\n")
    agency.write("competency_scores.csv", "employee_id,competency_code,level\nE0003,T.1,3\n")
    dataset, report = agency.read()
    assert [f.code for f in report.findings if f.table == "competency_scores"] == [
        "reference.refused"
    ]
    assert not dataset.has("competency_scores")


def test_the_nine_competencies_are_known_without_being_listed(agency, codes):
    agency.write("job_requirements.csv", "job_code,competency_code,level\nJ1,M.1,3\nJ1,X.1,3\n")
    dataset, report = agency.read()
    assert codes(report) == ["reference.unknown"]
    assert column(dataset, "job_requirements", "competency_code") == ["M.1"]


def test_what_is_known_already_counts_as_there(agency, codes):
    known, _ = agency.read()
    agency.only("training_history.csv", "employees.csv")
    agency.write("employees.csv", "employee_id,job_code\nE7,J2\n")
    dataset, report = agency.read(against=known)
    assert codes(report) == []
    assert dataset.table("training_history").num_rows == 2
    assert not report.rankable
    assert report.lacking == ("trainings|jobs",)


def test_a_table_that_is_known_already_is_asked(agency, codes):
    known, _ = agency.read()
    agency.only("competency_scores.csv")
    agency.write(
        "competency_scores.csv",
        "employee_id,competency_code,level\nE0003,T.2,7\nE8,T.2,7\nE0003,T.1,7\n",
    )
    dataset, report = agency.read(against=known)
    assert codes(report) == ["level.maximum", "reference.unknown"]
    assert column(dataset, "competency_scores", "competency_code") == ["T.2"]


@pytest.mark.parametrize(
    ("table", "text", "name", "expected", "code"),
    [
        (
            "employees",
            "employee_id,tier\nE0003,pengawaz\n198503172010012003,Pengawas\n",
            "tier",
            ["pengawas", None],
            "choice.emptied",
        ),
        (
            "employees",
            "employee_id,legal_status\nE0003,987\n198503172010012003,Aktif\n",
            "legal_status",
            ["01", "987"],
            "choice.kept",
        ),
    ],
)
def test_an_unknown_code_is_said_with_the_nearest_known(agency, table, text, name, expected, code):
    agency.write(f"{table}.csv", text)
    dataset, report = agency.read()
    assert column(dataset, table, name) == expected
    (problem,) = [p for p in report.problems() if p.code == code]
    assert problem.row == 2
    assert "Nilai terdekat yang dikenal" in problem.text.id
    if name == "tier":
        assert "pengawas" in problem.text.id
    assert report.exit_code == 0


def test_a_nip_that_contradicts_the_other_columns_is_accepted_and_doubted(agency, codes):
    agency.write(
        "employees.csv",
        "employee_id,birth_date,sex\n198503172010012003,1985-03-18,L\nE0003,1990-01-01,P\n",
    )
    dataset, report = agency.read()
    assert codes(report) == ["nip.differs_birth_date", "nip.differs_sex"]
    assert dataset.table("employees").num_rows == 2
    assert report.exit_code == 0


def test_identical_rows_are_one_row(agency, codes):
    agency.write("jobs.csv", "job_code,title\nJ1,A\nJ1, A\nJ2,B\nJ1,A\n")
    _, report = agency.read()
    assert codes(report) == []
    counts = report.counts["jobs"]
    assert (counts.read, counts.accepted, counts.repeated) == (4, 2, 2)


def test_the_fullest_row_of_a_key_stays_and_is_named(agency):
    agency.write(
        "jobs.csv", "job_code,title,tier\nJ1,A,\nJ1,C,pengawas\nJ2,B,\nJ1,B,administrator\n"
    )
    dataset, report = agency.read()
    assert column(dataset, "jobs", "title") == ["B", "B"]  # equally full: the smaller content
    problems = [p for p in report.problems() if p.code == "key.repeated"]
    assert [p.row for p in problems] == [2, 3]
    assert all("Baris yang dipakai: 5." in p.text.id for p in problems)


def test_empty_key_parts_equal_each_other(agency, codes):
    agency.write(
        "competency_scores.csv",
        "employee_id,competency_code,level,source\nE0003,T.1,3,\nE0003,T.1,2,\nE0003,T.1,2,cact\n",
    )
    dataset, report = agency.read()
    assert codes(report) == ["key.repeated"]
    assert sorted(column(dataset, "competency_scores", "level")) == [2.0, 2.0]


def test_a_post_given_by_name_is_kept_as_a_name_and_said(agency, codes):
    agency.write(
        "employees.csv",
        "employee_id,job_code\nE0003,Kasubbag Umum\nE0004,J9\n198503172010012003,J1\n",
    )
    dataset, report = agency.read()
    assert sorted(codes(report)) == ["reference.emptied", "reference.named"]
    people = {row["employee_id"]: row for row in dataset.table("employees").to_pylist()}
    assert people["E0003"]["job_code"] is None
    assert people["E0003"]["job_title"] == "Kasubbag Umum"
    assert people["E0004"]["job_title"] is None
