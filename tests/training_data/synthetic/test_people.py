from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

from training_data.dataset import Dataset
from training_data.synthetic.city import City


@pytest.fixture(scope="module")
def people(city: Dataset) -> pd.DataFrame:
    jobs = city.frame("jobs").add_prefix("job_").rename(columns={"job_job_code": "job_code"})
    found = city.frame("employees").merge(jobs, on="job_code", how="left")
    found["age"] = (
        pd.Timestamp(2026, 11, 2) - pd.to_datetime(found["birth_date"])
    ).dt.days / 365.25
    started = pd.to_datetime(found["appointed_on"])
    found["service"] = (pd.Timestamp(2026, 11, 2) - started).dt.days / 365.25
    return found


def test_half_hold_functional_posts_and_most_of_these_teach_or_heal(people: pd.DataFrame) -> None:
    functional = people["tier"].str.startswith("jf_")
    assert 0.45 < functional.mean() < 0.62
    family = people[functional]["job_family"]
    assert family.isin(["Pendidikan", "Kesehatan"]).mean() > 0.5


def test_leaders_are_a_tenth_and_executives_a_third() -> None:
    made = next(iter(City(20_000, 0, date(2026, 11, 2)).shards(20_000)))
    tier = made.tables["employees"].column("tier").to_pandas()
    leads = tier.isin(["jpt_madya", "jpt_pratama", "administrator", "pengawas"])
    assert 0.03 < leads.mean() < 0.14
    assert 0.25 < (tier == "pelaksana").mean() < 0.45


def test_all_four_kinds_of_employment_occur(people: pd.DataFrame) -> None:
    share = people["employment"].value_counts(normalize=True)
    assert share["PNS"] > 0.6
    assert share["PPPK"] > 0.07
    assert share["CPNS"] > 0.01
    assert share["PPPK_PW"] > 0.01
    assert people[people["employment"].str.startswith("PPPK")]["contract_until"].notna().all()
    leads = people["tier"].isin(["jpt_madya", "jpt_pratama", "administrator", "pengawas"])
    assert (people[leads]["employment"] == "PNS").all()


def test_nips_obey_the_rules_and_agree_with_the_other_columns(people: pd.DataFrame) -> None:
    known = people[people["nip"].notna() & people["birth_date"].notna()]
    assert len(known) > 0.9 * len(people)
    assert known["nip"].is_unique
    for row in known.itertuples():
        assert re.fullmatch(r"\d{18}", row.nip)
        assert row.nip[:8] == f"{row.birth_date:%Y%m%d}"
        assert row.nip[8:12] == str(row.appointed_on.year)
        month = int(row.nip[12:14])
        contract = row.employment.startswith("PPPK")
        assert month >= 21 if contract else month == row.appointed_on.month
        assert row.nip[14] == ("2" if row.sex == "P" else "1")
        assert row.nip[15:] != "000"


def test_an_employee_id_is_not_shaped_like_a_nip(people: pd.DataFrame) -> None:
    assert people["employee_id"].str.fullmatch(r"P\d{6}").all()
    assert people["employee_id"].is_unique


def test_no_two_people_share_name_and_birthday(people: pd.DataFrame) -> None:
    assert not people.dropna(subset=["birth_date"]).duplicated(["name", "birth_date"]).any()
    assert people["name"].duplicated().mean() < 0.01


def test_nobody_serves_as_a_child_or_past_retirement(people: pd.DataFrame) -> None:
    known = people.dropna(subset=["age"])
    assert (known["age"] - known["service"] > 18).all()
    limit = known["retirement_age"].fillna(65)
    assert (known["age"] < limit).all()
    assert known[known["tier"] == "jpt_pratama"]["age"].min() > 40
    assert known[known["tier"] == "administrator"]["age"].min() > 33
    assert known[known["employment"] == "CPNS"]["age"].max() < 41


def test_people_have_the_education_their_post_asks(people: pd.DataFrame) -> None:
    rank = {"SLTA": 2, "D3": 5, "S1": 6, "S2": 7, "S3": 8}
    known = people.dropna(subset=["education_level"])
    assert (known["education_level"].map(rank) >= known["job_min_education"].map(rank)).all()
    doctors = known[known["job_title"].str.startswith("Dokter Ahli")].dropna(
        subset=["education_field"]
    )
    assert (doctors["education_field"] == "Profesi Dokter").all()


def test_posts_were_held_one_after_the_other(city: Dataset) -> None:
    history = city.frame("job_history")
    held = history[history["assignment"] == "definitif"].dropna(subset=["from_date"])
    held = held.sort_values(["employee_id", "from_date"])
    assert (held["to_date"].isna() | (held["to_date"] >= held["from_date"])).all()
    present = held[held["to_date"].isna()]
    assert present["employee_id"].is_unique
    started = city.frame("employees").set_index("employee_id")["appointed_on"]
    assert (held["from_date"] >= held["employee_id"].map(started)).all()


def test_schools_are_led_by_one_of_their_teachers(city: Dataset) -> None:
    units, employees = city.frame("units"), city.frame("employees").set_index("employee_id")
    schools = units[units["kind"] == "sekolah"]
    jobs = city.frame("jobs").set_index("job_code")["title"]
    heads = employees.loc[schools["head_employee_id"]]
    assert heads["job_code"].map(jobs).str.startswith("Guru").all()
    extra = city.frame("job_history").query("assignment == 'tugas_tambahan'")
    assert set(schools["head_employee_id"]) <= set(extra["employee_id"])


def test_everybody_has_a_superior_in_the_own_unit_or_above_it(city: Dataset) -> None:
    employees = city.frame("employees")
    unit = employees.set_index("employee_id")["unit_code"]
    parent = city.frame("units").set_index("unit_code")["parent_code"]
    known = employees.dropna(subset=["supervisor_id"])
    assert len(known) > 0.95 * len(employees)
    assert (known["supervisor_id"] != known["employee_id"]).all()
    above = known["supervisor_id"].map(unit)
    near = (above == known["unit_code"]) | (above == known["unit_code"].map(parent))
    top = city.frame("units").query("head_job_code.notna()", engine="python")
    assert (near | above.isin(top["unit_code"])).all()


def test_structural_courses_follow_the_ladder(city: Dataset, people: pd.DataFrame) -> None:
    history = city.frame("training_history")
    tier = people.set_index("employee_id")["tier"]
    by_course = {"PKP": {"pengawas", "administrator", "jpt_pratama", "jpt_madya"},
                 "PKA": {"administrator", "jpt_pratama", "jpt_madya"},
                 "PKN2": {"jpt_pratama", "jpt_madya"}}  # fmt: skip
    for course, allowed in by_course.items():
        takers = history[history["training_code"] == course]["employee_id"].map(tier)
        assert len(takers)
        assert set(takers) <= allowed
    basic = history[history["training_code"].isin(["LATSAR2", "LATSAR3"])]["employee_id"]
    kind = people.set_index("employee_id")["employment"]
    assert set(basic.map(kind)) <= {"PNS", "CPNS"}
