import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def mars(tmp_path: Path) -> Path:
    folder = tmp_path / "mars"
    folder.mkdir()
    (folder / "implicit_ratings_en.csv").write_text(
        "item_id,user_id,created_at\n"
        "7,1,2020-01-02 03:04:05\n7,1,2020-01-02 03:04:05\n7,1,2020-02-02 03:04:05\n"
        "9,2,2020-01-02 03:04:05\n"
    )
    (folder / "explicit_ratings_en.csv").write_text(
        "user_id,item_id,watch_percentage,created_at,rating\n"
        "1,7,40,2020-01-02 03:04:05,4\n1,7,90,2020-01-02 03:04:05,9\n"
    )
    (folder / "users_en.csv").write_text("user_id,job\n1,juridique\n2,N/A\n3,legal\n")
    (folder / "items_en.csv").write_text(
        "item_id,language,name,nb_views,description,created_at,Difficulty,Job,Software,Theme,"
        "duration,type\n"
        "7,en,Kenali peta,N/A,\"Satu\nDua\",2016,N/A,[],['Peta'],\"['Peta', 'Data']\",1350.0,"
        "tutorial\n"
    )
    return folder


def test_views_become_history_with_the_time_of_day_and_full_repeats_are_one(mars, tmp_path):
    script("convert_mars").convert_mars(mars, tmp_path / "out")
    assert [tuple(r.values()) for r in rows(tmp_path / "out", "training_history")] == [
        ("1", "7", "2020-01-02T03:04:05.000000", ""),
        ("1", "7", "2020-02-02T03:04:05.000000", ""),
        ("2", "9", "2020-01-02T03:04:05.000000", ""),
    ]


def test_watch_events_carry_their_percentage_and_a_clash_keeps_the_higher(mars, tmp_path):
    script("convert_mars").convert_mars(mars, tmp_path / "out", log="explicit")
    assert [r["score"] for r in rows(tmp_path / "out", "training_history")] == ["90"]


def test_the_same_job_in_two_languages_is_one_job(mars, tmp_path):
    script("convert_mars").convert_mars(mars, tmp_path / "out")
    assert rows(tmp_path / "out", "jobs") == [{"job_code": "legal", "title": "legal"}]
    assert [tuple(r.values()) for r in rows(tmp_path / "out", "employees")] == [
        ("1", "legal"),
        ("2", ""),
    ]


def test_items_become_trainings_with_hours_and_untold_values_stay_empty(mars, tmp_path):
    script("convert_mars").convert_mars(mars, tmp_path / "out")
    first, bare = rows(tmp_path / "out", "trainings")
    assert (first["title"], first["hours"], first["difficulty"]) == ("Kenali peta", "0.5", "")
    assert (bare["training_code"], bare["title"], bare["hours"]) == ("9", "9", "")


def test_themes_and_software_are_tags_without_level(mars, tmp_path):
    script("convert_mars").convert_mars(mars, tmp_path / "out")
    assert [tuple(r.values()) for r in rows(tmp_path / "out", "training_outcomes")] == [
        ("7", "data", ""),
        ("7", "peta", ""),
    ]


def test_ratings_of_films_become_history_in_universal_time(tmp_path):
    src = tmp_path / "films"
    src.mkdir()
    (src / "ratings.csv").write_text("user,item,rating,timestamp\n1,5,4,61\n")
    script("convert_ml100k").convert_ml100k(src, tmp_path / "out")
    assert rows(tmp_path / "out", "training_history") == [
        {
            "employee_id": "1",
            "training_code": "5",
            "completed_on": "1970-01-01T00:01:01.000000",
            "rating": "4",
        }
    ]


def test_the_scripts_run_from_the_command_line(mars, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["convert_mars", str(mars), str(tmp_path / "out")])
    script("convert_mars").main()
    assert "training_history: 3" in capsys.readouterr().out
