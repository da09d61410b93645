from __future__ import annotations

from datetime import date

import pytest

from recommender.engine import Engine
from training_data.dataset import Dataset

AS_OF = date(2026, 6, 1)

COLUMNS = ("job_code", "title", "tier", "family", "affair", "unit_code", "min_education")
POSTS = [
    ("P1", "Pengadministrasi", "pelaksana", "F1", "A1", "U1", None),
    ("P2", "Pengolah", "pelaksana", "F2", "A2", "U2", None),
    ("K1", "Kepala Seksi Satu", "pengawas", "F1", "A1", "U1", "S1"),
    ("K2", "Kepala Seksi Dua", "pengawas", "F2", "A2", "U2", None),
    ("K3", "Kepala Seksi Tiga", "pengawas", "F3", "A1", "U1", "SLTA"),
    ("AP", "Arsiparis Ahli Pertama", "jf_ahli_pertama", "F9", "A9", None, "S1"),
    ("AM", "Arsiparis Ahli Muda", "jf_ahli_muda", "F9", "A9", None, "S1"),
    ("PM", "Pustakawan Ahli Madya", "jf_ahli_madya", "F9", "A9", None, "S1"),
]


@pytest.fixture
def next_post():
    """Return the next post of one person, and its tier."""

    def find(**person):
        job = dict(zip(COLUMNS, map(list, zip(*POSTS, strict=True)), strict=True))
        one = {"employee_id": "ani", "employment": "PNS", **person}
        tables = {
            "employees": {name: [value] for name, value in one.items()},
            "jobs": job,
            "units": {"unit_code": ["U1", "U2"], "name": ["Satu", "Dua"], "kind": ["PD", "PD"]},
            "career_paths": {
                "from_job_code": ["P2", "P2"],
                "to_job_code": ["AP", "K1"],
                "kind": ["diagonal", "vertikal"],
            },
            "competencies": {"competency_code": ["M.1"], "name": ["Integritas"], "group": ["M"]},
        }
        found = Engine.fitted(Dataset.of(tables), as_of=AS_OF).gaps("ani").next
        return found and (found.job_code, found.tier)

    return find


def test_the_agreed_target_comes_first_unless_it_is_the_own_post(next_post):
    assert next_post(job_code="P2", target_job_code="K2", education_level="SLTA")[0] == "K2"
    assert next_post(job_code="P2", target_job_code="P2", education_level="S1")[0] == "K1"


def test_career_paths_come_before_the_ladder_and_upward_before_sideways(next_post):
    assert next_post(job_code="P2", unit_code="U2", education_level="S1")[0] == "K1"


def test_the_same_functional_post_is_entered_one_level_up(next_post):
    assert next_post(job_code="AP", education_level="S1")[0] == "AM"


def test_one_step_up_the_same_family_comes_before_the_same_department(next_post):
    assert next_post(job_code="P1", unit_code="U1", education_level="S1")[0] == "K1"
    assert next_post(job_code="P1", unit_code="U1", education_level="D3")[0] == "K3"


def test_a_post_whose_tier_asks_for_more_education_is_not_the_next_one(next_post):
    # K3 states less for itself; K2 states nothing, so the rules on its tier hold.
    assert next_post(job_code="P1", unit_code="U1", education_level="SLTA")[0] == "K3"
    assert next_post(job_code="P1", unit_code="U1", education_level="SLTP") == (None, "pengawas")


def test_without_a_post_one_step_up_the_next_tier_stands_for_it(next_post):
    assert next_post(job_code="AM", education_level="S1") == (None, "jf_ahli_madya")
    assert next_post(tier="pengawas", education_level="S1") == (None, "administrator")


def test_another_profession_of_the_same_family_is_no_next_level(next_post):
    assert next_post(job_code="AM", education_level="S1")[0] != "PM"


def test_nobody_on_contract_and_nobody_of_unknown_tier_has_a_next_post(next_post):
    assert next_post(job_code="P1", education_level="S1", employment="PPPK") is None
    assert next_post(education_level="S1") is None
