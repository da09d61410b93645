import csv
from pathlib import Path

import pytest

from training_data.converters.ddat import convert_ddat
from training_data.converters.tables import distinct_codes
from training_data.importers import read_folder

HEAD = (
    "Role Family,Role,Role Description,Role Level,Role Level Description,"
    "Skill Name,Skill Description,Skill Level,Skill Level Description,Role Type\n"
)
# Levels are listed by name, as in the source: Junior comes before Kepala, but "Ahli" before both.
ROLES = HEAD + "".join(
    f'Data,{role},"Peran {role}",{level},"Tugas {level}",{skill},{said},{asked},,\n'
    for role, level, skill, said, asked in (
        ("Penguji", "Ahli penguji ", "Uji coba", "Menguji", "Expert"),
        ("Penguji", "Ahli penguji ", "Menulis", "", "Working"),
        ("Penguji", "Junior", "Uji coba", "Menguji", "Awareness"),
        ("Penguji", "Junior", "Uji coba", "Menguji", "Awareness"),
        ("Penguji", "Penguji", "Uji coba", "Menguji", "Awareness"),
        ("Penguji", "Penguji", "Uji coba", "Menguji", "Practitioner"),
        ("Penulis", "Junior", "Menulis", "", "Working"),
        ("Penulis", "Penulis", "Uji coba", "Menguji", "Working"),
        ("Kepala", "NOT IN USE", "Menulis", "", "NOT IN USE"),
    )
)
SKILLS = (
    "Skill Name,Skill Description,Awareness,Working,Practitioner,Expert\n"
    "Menulis,Menyusun naskah,Mengenal,Menulis sendiri,,\n"
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    src = tmp_path / "src"
    src.mkdir()
    (src / "roles.csv").write_text(ROLES, encoding="utf-8")
    (src / "skills.csv").write_text(SKILLS, encoding="utf-8")
    convert_ddat(src, tmp_path / "out", incumbents=True)
    return tmp_path / "out"


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_role_and_level_together_are_a_job_because_level_names_repeat(out):
    jobs = {j["job_code"]: j for j in rows(out, "jobs")}
    assert {code: job["title"] for code, job in jobs.items()} == {
        "penguji-ahli-penguji": "Ahli penguji",
        "penguji-junior": "Junior",
        "penguji-penguji": "Penguji",
        "penulis-junior": "Junior",
        "penulis-penulis": "Penulis",
        "kepala": "Kepala",
    }
    assert {j["family"] for j in jobs.values()} == {"Data"}
    assert jobs["penguji-ahli-penguji"]["description"] == "Tugas Ahli penguji"


def test_ladder_and_rung_follow_the_listed_order(out):
    places = {j["job_code"]: (j["ladder"], j["rung"]) for j in rows(out, "jobs")}
    assert places == {
        "penguji-ahli-penguji": ("Penguji", "1"),
        "penguji-junior": ("Penguji", "2"),
        "penguji-penguji": ("Penguji", "3"),
        "penulis-junior": ("Penulis", "1"),
        "penulis-penulis": ("Penulis", "2"),
        "kepala": ("Kepala", ""),
    }


def test_the_four_words_are_levels_one_to_four_and_repeats_count_once_at_the_higher(out):
    required = {
        (r["job_code"], r["competency_code"]): r["level"] for r in rows(out, "job_requirements")
    }
    assert len(rows(out, "job_requirements")) == len(required)
    assert required == {
        ("penguji-ahli-penguji", "uji-coba"): "4",
        ("penguji-ahli-penguji", "menulis"): "2",
        ("penguji-junior", "uji-coba"): "1",
        ("penguji-penguji", "uji-coba"): "3",
        ("penulis-junior", "menulis"): "2",
        ("penulis-penulis", "uji-coba"): "2",
        ("kepala", "menulis"): "",
    }


def test_a_level_that_is_not_in_use_is_unknown_and_not_zero(out):
    assert ("kepala",) not in {(p["employee_id"],) for p in rows(out, "employees")}
    assert all(s["level"] for s in rows(out, "competency_scores"))


def test_only_steps_that_ask_for_more_in_total_are_pairs(out):
    assert rows(out, "role_pairs") == [
        {"source_job": "penguji-junior", "target_job": "penguji-penguji", "gain": "1"}
    ]


def test_the_description_of_a_skill_holds_the_text_of_each_level(out):
    skills = {c["name"]: c for c in rows(out, "competencies")}
    assert skills["Menulis"]["description"] == (
        "Menyusun naskah\nAwareness: Mengenal\nWorking: Menulis sendiri"
    )
    assert skills["Uji coba"]["description"] == "Menguji"
    assert {(c["group"], c["max_level"]) for c in skills.values()} == {("T", "4")}


def test_career_paths_are_not_written_because_steps_are_the_test(out):
    assert not (out / "career_paths.csv").exists()


def test_the_importer_takes_every_row(out):
    dataset, report = read_folder(out)
    assert report.refused == 0
    assert dataset.tables["job_requirements"].num_rows == 7


def test_names_that_would_share_a_code_stay_apart():
    assert distinct_codes(["Uji coba", "Uji-coba", "Uji coba"]) == {
        "Uji coba": "uji-coba",
        "Uji-coba": "uji-coba-2",
    }
