import csv
from pathlib import Path

import pytest

from training_data.converters.onet import convert_onet
from training_data.errors import UnusableInput
from training_data.importers import read_folder
from training_data.schema import TABLES

SKILL = "code,element_id,element_name,level,importance,recommend_suppress,not_relevant\n"
FILES = {
    "occupations.csv": "code,title,description\n"
    '10-1000.00,Pengatur,"Mengatur, lalu\nmencatat."\n'
    "10-2000.00,Pencatat,Mencatat.\n"
    "20-1000.00,Penjaga,Tanpa level.\n",
    "skills.csv": SKILL + "10-1000.00,2.A.1,Membaca,4.25,4,N,N\n10-2000.00,2.A.1,Membaca,0,1,Y,Y\n",
    "knowledge.csv": SKILL + "10-1000.00,2.C.1,Hukum,6.5,5,,N\n10-2000.00,2.C.1,Hukum,1.5,2,N,N\n",
    "job_zones.csv": "code,job_zone\n10-1000.00,5\n",
    "technology_skills.csv": "code,commodity_title\n"
    "10-1000.00,Peta (GIS)\n10-1000.00,Peta (GIS)\n20-1000.00,Peta – GIS\n",
    "related_occupations.csv": "code,related_code,tier,index\n"
    "10-1000.00,10-2000.00,Primary-Short,1\n"
    "10-1000.00,20-1000.00,Primary-Long,10\n"
    "10-2000.00,10-1000.00,Supplemental,11\n"
    "10-2000.00,99-9999.00,Primary-Short,1\n",
    "ATTRIBUTION.txt": "Terima kasih kepada pembuatnya.\n",
}


@pytest.fixture
def src(tmp_path: Path) -> Path:
    folder = tmp_path / "src"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_occupation_becomes_a_job_with_its_texts_zone_and_major_group(src, tmp_path):
    convert_onet(src, tmp_path / "out")
    first, second, third = rows(tmp_path / "out", "jobs")
    assert first == {
        "job_code": "10-1000.00",
        "title": "Pengatur",
        "description": "Mengatur, lalu\nmencatat.",
        "job_zone": "5",
        "major_group": "10",
    }
    assert second["job_zone"] == ""
    assert third["title"] == "Penjaga"


def test_levels_are_kept_as_published_and_importance_never_becomes_a_weight(src, tmp_path):
    convert_onet(src, tmp_path / "out")
    required = [r for r in rows(tmp_path / "out", "job_requirements") if r["level"]]
    assert [(r["job_code"], r["competency_code"], r["level"]) for r in required] == [
        ("10-1000.00", "2.A.1", "4.25"),
        ("10-1000.00", "2.C.1", "6.5"),
        ("10-2000.00", "2.A.1", "0"),
        ("10-2000.00", "2.C.1", "1.5"),
    ]
    assert {r["weight"] for r in required} == {""}
    assert [r["imprecise"] for r in required] == ["0", "", "1", "0"]
    assert [r["not_relevant"] for r in required] == ["0", "0", "1", "0"]
    assert "importance" not in required[0]


def test_a_technology_is_a_tag_that_counts_its_products_and_never_a_level(src, tmp_path):
    convert_onet(src, tmp_path / "out")
    tags = [r for r in rows(tmp_path / "out", "job_requirements") if not r["level"]]
    assert [(r["job_code"], r["competency_code"], r["weight"]) for r in tags] == [
        ("10-1000.00", "TECH.peta-gis", "2"),
        ("20-1000.00", "TECH.peta-gis-2", "1"),
    ]
    technologies = [c for c in rows(tmp_path / "out", "competencies") if c["group"] == "T"]
    assert [c["name"] for c in technologies] == ["Peta (GIS)", "Peta – GIS"]


def test_skills_and_knowledge_have_a_scale_up_to_seven(src, tmp_path):
    convert_onet(src, tmp_path / "out")
    tops = {c["competency_code"]: c["max_level"] for c in rows(tmp_path / "out", "competencies")}
    assert tops["2.A.1"] == tops["2.C.1"] == "7"


def test_only_primary_relations_between_known_occupations_are_pairs(src, tmp_path):
    convert_onet(src, tmp_path / "out")
    assert rows(tmp_path / "out", "role_pairs") == [
        {"source_job": "10-1000.00", "target_job": "10-2000.00", "gain": "1"},
        {"source_job": "10-1000.00", "target_job": "20-1000.00", "gain": "1"},
    ]


def test_without_incumbents_there_are_no_people(src, tmp_path):
    assert "employees" not in convert_onet(src, tmp_path / "out").rows
    assert not (tmp_path / "out" / "employees.csv").exists()


def test_an_incumbent_has_exactly_the_levels_of_the_job(src, tmp_path):
    convert_onet(src, tmp_path / "out", incumbents=True)
    people = rows(tmp_path / "out", "employees")
    assert people == [
        {"employee_id": code, "job_code": code} for code in ("10-1000.00", "10-2000.00")
    ]
    asked = {
        (r["job_code"], r["competency_code"], r["level"])
        for r in rows(tmp_path / "out", "job_requirements")
        if r["level"]
    }
    scores = rows(tmp_path / "out", "competency_scores")
    assert {(r["employee_id"], r["competency_code"], r["level"]) for r in scores} == asked


def test_the_attribution_travels_with_the_folder(src, tmp_path):
    convert_onet(src, tmp_path / "out")
    assert (tmp_path / "out" / "ATTRIBUTION.txt").read_text() == FILES["ATTRIBUTION.txt"]


def test_optional_files_may_be_missing(src, tmp_path):
    for name in ("job_zones", "technology_skills", "related_occupations"):
        (src / f"{name}.csv").unlink()
    counted = convert_onet(src, tmp_path / "out").rows
    assert counted == {"jobs": 3, "competencies": 2, "job_requirements": 4}


def test_what_the_source_left_open_is_told_in_both_languages(src, tmp_path):
    notes = convert_onet(src, tmp_path / "out").notes
    assert [n.en for n in notes] == [
        "Jobs without competency levels: 1. They stay in the list but ask for no level.",
        "Levels the source calls imprecise: 1. They are used as written.",
    ]
    assert all(n.id != n.en for n in notes)


def test_every_column_is_the_contracts_or_a_documented_extra(src, tmp_path):
    convert_onet(src, tmp_path / "out", incumbents=True)
    extra = {
        (path.stem, name)
        for path in (tmp_path / "out").glob("*.csv")
        for name in rows(path.parent, path.stem)[0]
        if name not in TABLES[path.stem].column_names
    }
    assert extra == {
        ("jobs", "job_zone"),
        ("jobs", "major_group"),
        ("job_requirements", "imprecise"),
        ("job_requirements", "not_relevant"),
    }


def test_the_importer_takes_every_row(src, tmp_path):
    counted = convert_onet(src, tmp_path / "out", incumbents=True).rows
    dataset, report = read_folder(tmp_path / "out")
    assert report.refused == 0
    assert {name: table.num_rows for name, table in dataset.tables.items()} == counted
    assert dataset.table("job_requirements")["level"][0].as_py() == 4.25


def test_converting_twice_gives_the_same_bytes(src, tmp_path):
    for name in ("one", "two"):
        convert_onet(src, tmp_path / name, incumbents=True)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_missing_file_is_named_and_nothing_is_left_behind(src, tmp_path):
    (src / "knowledge.csv").unlink()
    with pytest.raises(UnusableInput, match=r"knowledge\.csv"):
        convert_onet(src, tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["src"]


def test_a_missing_column_is_named(src, tmp_path):
    (src / "skills.csv").write_text("code,level\n10-1000.00,3\n")
    with pytest.raises(UnusableInput, match="element_id, element_name"):
        convert_onet(src, tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "lacks the column"),
        (b"code,title,description\n", "no rows"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused(src, tmp_path, content, said):
    (src / "occupations.csv").write_bytes(content)
    with pytest.raises(UnusableInput, match=said):
        convert_onet(src, tmp_path / "out")


def test_a_folder_that_holds_something_is_never_overwritten(src, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("keep")
    with pytest.raises(UnusableInput, match="not empty"):
        convert_onet(src, out)
    assert [p.name for p in out.iterdir()] == ["mine.txt"]


def test_an_empty_folder_may_be_the_target(src, tmp_path):
    (tmp_path / "out").mkdir()
    convert_onet(src, tmp_path / "out")
    assert (tmp_path / "out" / "jobs.csv").exists()
