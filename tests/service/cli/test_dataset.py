"""``selaras check``, ``import``, ``convert`` and ``demo``: data in."""

import json
import stat
from datetime import date

import pytest

from training_data.dataset import Dataset

DAY = "2026-01-05"


def test_a_clean_folder_passes_the_check(selaras, agency):
    done = selaras("check", agency)
    assert done.code == 0
    assert "employees" in done.out


def test_a_bad_row_is_reported_on_stdout_with_place_and_remedy(selaras, agency):
    with (agency / "trainings.csv").open("a", encoding="utf-8") as file:
        file.write("K-4,Tanpa Jam,-3\n")
    done = selaras("check", agency)
    assert done.code == 1
    assert "hours" in done.out
    assert "-3" in done.out
    body = json.loads(selaras("check", agency, "--json").out)
    assert body["exit_code"] == 1
    assert body["tables"]["trainings"]["refused"] == 1


def test_a_folder_without_anything_to_suggest_fails_the_check(selaras, agency):
    for file in agency.iterdir():
        if file.stem != "employees":
            file.unlink()
    assert selaras("check", agency).code == 1
    assert selaras("check", agency / "employees.csv").code == 0


def test_an_empty_folder_holds_nothing_usable(selaras, workplace):
    (workplace / "empty").mkdir()
    assert selaras("check", "empty").code == 3
    assert selaras("import", "empty").code == 3


@pytest.mark.parametrize("command", ["check", "import", "recommend", "rank", "fit"])
def test_a_folder_that_is_not_there_is_a_wrong_call(selaras, command):
    source = ["nowhere"] if command in ("check", "import") else ["--data", "nowhere"]
    if command == "recommend":
        source = ["P-1", *source]
    if command == "rank":
        source += ["--kind", "role", "--out", "r.csv"]
    done = selaras(command, *source)
    assert done.code == 2
    assert "nowhere" in done.err


def test_importing_twice_changes_nothing(selaras, agency):
    first = selaras("import", agency)
    assert first.code == 0
    assert "0 baris diperbarui" in first.err
    assert "0 baris baru, 0 baris diperbarui" in selaras("import", agency).err


def test_a_dry_run_stores_nothing(selaras, agency, workplace):
    assert selaras("import", agency, "--dry-run").code == 0
    assert not (workplace / ".selaras").exists()


def test_refused_rows_come_back_as_a_private_file_that_imports_once_corrected(
    selaras, agency, workplace
):
    with (agency / "trainings.csv").open("a", encoding="utf-8") as file:
        file.write("K-4,Tanpa Jam,-3\n")
    assert selaras("import", agency).code == 1
    (file,) = (workplace / ".selaras" / "exports" / "refused").rglob("*.csv")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8-sig")
    assert "K-4" in text
    file.write_text(text.replace("-3", "8"), encoding="utf-8")
    done = selaras("import", file)
    assert done.code == 0, done.out
    assert "1 baris baru" in done.err


def test_a_single_table_may_refer_to_what_was_imported_before(selaras, agency, workplace):
    selaras("import", agency)
    more = workplace / "training_history.csv"
    more.write_text("employee_id,training_code,completed_on\nP-1,K-3,2025-02-03\n")
    assert selaras("import", more).code == 0


def test_personal_values_are_masked_in_the_report(selaras, agency):
    with (agency / "employees.csv").open("a", encoding="utf-8") as file:
        file.write("198503122010011012,Eka Rahasia,PNS,J-9,jf_keliru,III/a,S1,U-1\n")
    done = selaras("check", agency)
    assert "198503122010011012" not in done.out + done.err
    assert "Eka Rahasia" not in done.out + done.err


def test_convert_writes_a_folder_that_can_be_ranked(selaras, workplace):
    source = workplace / "ddat"
    source.mkdir()
    done = selaras("convert", "ddat", source, workplace / "out")
    assert done.code == 3
    assert "roles.csv" in done.err
    assert not (workplace / "out").exists()
    assert selaras("convert", "sfia", source, workplace / "out").code == 2


def test_demo_can_write_the_folder_alone(selaras, workplace):
    done = selaras("demo", "--employees", "30", "--data-only", "city", "--as-of", DAY)
    assert done.code == 0
    assert not (workplace / ".selaras").exists()
    assert selaras("check", "city").code == 0
    again = selaras("demo", "--employees", "30", "--data-only", "city", "--as-of", DAY)
    assert again.code == 2
    other = selaras("demo", "--employees", "30", "--data-only", "same", "--as-of", DAY)
    assert other.code == 0
    for file in (workplace / "city").glob("*.csv"):
        assert (workplace / "same" / file.name).read_bytes() == file.read_bytes()


def test_demo_ends_in_a_ranking_and_again_keeps_the_people(selaras, workplace):
    first = selaras("demo", "--employees", "30", "--as-of", DAY)
    assert first.code == 0
    assert "untuk 30 pegawai" in first.err
    assert "selaras serve" in first.err
    note = json.loads((workplace / ".selaras" / "demo.json").read_text())
    assert note == {"employees": 30, "seed": 0, "as_of": DAY}
    again = selaras("demo", "--employees", "30", "--as-of", "2026-01-06")
    assert again.code == 0
    assert "sudah ada" in again.err
    data = workplace / ".selaras" / "generations"
    assert Dataset.read(data / "1" / "data").content_hash == (
        Dataset.read(data / "2" / "data").content_hash
    )
    assert selaras("demo", "--employees", "31", "--as-of", DAY).code == 2


def test_demo_does_not_mix_invented_people_with_imported_ones(selaras, installation):
    done = selaras("demo", "--employees", "30")
    assert done.code == 2
    assert "SELARAS_HOME" in done.err


def test_the_day_is_today_in_jakarta_and_said(selaras, agency):
    from service.settings import today

    done = selaras("fit", "--data", agency, "--model", "m")
    assert "hari ini, waktu Jakarta" in done.err
    assert f"per {today().isoformat()}" not in done.out
    assert json.loads((agency.parent / "m" / "model.json").read_text())["as_of"] == str(today())


def test_data_of_long_ago_suggest_a_day_of_their_own(selaras, agency, monkeypatch):
    monkeypatch.setattr("service.settings.today", lambda: date(2026, 3, 12))
    fresh = selaras("fit", "--data", agency, "--model", "m")
    assert "--as-of 2025-03-12" not in fresh.err
    monkeypatch.setattr("service.settings.today", lambda: date(2026, 3, 13))
    old = selaras("fit", "--data", agency, "--model", "m")
    assert "--as-of 2025-03-12" in old.err
    asked = selaras("fit", "--data", agency, "--model", "m", "--as-of", "2026-03-13")
    assert asked.err.count("--as-of") == 0
