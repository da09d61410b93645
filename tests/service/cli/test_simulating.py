"""``selaras simulate``: files of every form, the same bytes again, and what is refused at once."""

import json

import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

SMALL = ("simulate", "--employees", 12, "--months", 2, "--policy", "odoo", "--policy", "habit")


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json", ".md", ".html"])
def test_the_same_seed_writes_the_same_bytes(selaras, workplace, suffix):
    written = []
    for name in ("one", "two"):
        done = selaras(*SMALL, "--runs", 2, "--out", f"{name}{suffix}")
        assert (done.code, done.out) == (0, "")
        assert "rekaan" in done.err
        file = workplace / f"{name}{suffix}"
        beside = workplace / f"{name}{suffix}.json"
        assert beside.exists() == (suffix != ".json")
        written.append((file.read_bytes(), beside.read_bytes() if beside.exists() else b""))
    assert written[0] == written[1]


def test_every_form_holds_the_same_figures(selaras, workplace):
    for suffix in (".csv", ".parquet", ".json"):
        assert selaras(*SMALL, "--out", f"s{suffix}").code == 0
    rows = pq.read_table(workplace / "s.parquet").to_pylist()
    body = json.loads((workplace / "s.json").read_text(encoding="utf-8"))
    assert body["rows"] == rows
    manifest = json.loads((workplace / "s.csv.json").read_text(encoding="utf-8"))
    assert manifest == body["manifest"]
    assert manifest["parameters"]["policies"] == ["habit", "odoo"]
    read = pcsv.read_csv(workplace / "s.csv")
    assert read.column_names == list(rows[0])
    assert read["value"].to_pylist() == [row["value"] for row in rows]


def test_numbers_of_behaviour_come_from_a_file(selaras, workplace):
    (workplace / "b.json").write_text('{"own": 0.9}', encoding="utf-8")
    assert selaras(*SMALL, "--behaviour", "b.json", "--out", "s.json").code == 0
    body = json.loads((workplace / "s.json").read_text(encoding="utf-8"))
    assert body["manifest"]["parameters"]["behaviour"]["own"] == 0.9


@pytest.mark.parametrize(
    ("text", "said"), [('{"mood": 1}', "mood"), ("[1]", "JSON"), ("{", "JSON"), ("\x00", "JSON")]
)
def test_a_file_that_is_not_understood_is_refused(selaras, workplace, text, said):
    (workplace / "b.json").write_text(text, encoding="utf-8")
    done = selaras(*SMALL, "--behaviour", "b.json", "--out", "s.json")
    assert done.code == 2
    assert said in done.err
    assert not (workplace / "s.json").exists()


def test_an_unknown_form_folder_or_policy_is_refused_before_anybody_lives(selaras, workplace):
    assert selaras(*SMALL, "--out", "s.pdf").code == 2
    assert selaras(*SMALL, "--out", "no/such/s.csv").code == 2
    done = selaras(*SMALL, "--policy", "luck", "--out", "s.csv")
    assert done.code == 2
    assert "luck" in done.err
    assert list(workplace.iterdir()) == []


def test_a_report_is_in_the_language_asked_for(selaras, workplace):
    assert selaras(*SMALL, "--lang", "en", "--out", "s.md").code == 0
    assert "No suggestions (habit)" in (workplace / "s.md").read_text(encoding="utf-8")
