"""``selaras names``: match a file, show what waits, decide once, use it from then on."""

import csv
import json

import pytest

LIST = "kode,nama\n1,Perawat Ahli Muda\n2,Perawat Ahli Madya\n3,Kepala Subbagian Tata Usaha\n"
NAMES = "name\nKasubbag TU\nPerawat\nPerawat Muda\nNakhoda\nKasubbag TU\n"


@pytest.fixture
def lists(workplace):
    (workplace / "jabatan.csv").write_text(LIST, encoding="utf-8")
    (workplace / "nama.csv").write_text(NAMES, encoding="utf-8")
    return ("names", "match", "nama.csv", "--kind", "job", "--reference", "jabatan.csv")


def rows(file):
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_each_name_of_a_file_gets_a_row_in_its_place(selaras, lists, workplace):
    done = selaras(*lists, "--out", "hasil.csv")
    assert done.code == 0
    assert "5 nama: 3 dipadankan, 1 perlu diputuskan, 1 tidak ditemukan" in done.err
    found = rows(workplace / "hasil.csv")
    assert [(r["name"], r["code"], r["decision"]) for r in found] == [
        ("Kasubbag TU", "3", "sure"),
        ("Perawat", "", "unsure"),
        ("Perawat Muda", "1", "sure"),
        ("Nakhoda", "", "unknown"),
        ("Kasubbag TU", "3", "sure"),
    ]
    assert found[0]["title"] == "Kepala Subbagian Tata Usaha"
    assert {one.split(":")[0] for one in found[1]["candidates"].split("|")} == {"1", "2"}


def test_the_same_names_give_the_same_bytes_and_text_is_a_list_of_names(selaras, lists, workplace):
    selaras(*lists, "--out", "a.csv")
    lines = NAMES.split("\n", 1)[1]
    (workplace / "nama.txt").write_text(lines, encoding="utf-8")
    command = [*lists]
    command[2] = "nama.txt"
    selaras(*command, "--out", "b.csv")
    assert (workplace / "a.csv").read_bytes() == (workplace / "b.csv").read_bytes()


def test_a_file_of_decisions_goes_before_matching(selaras, lists, workplace):
    (workplace / "putusan.csv").write_text("kind,name,code\njob,Perawat,2\n", encoding="utf-8")
    selaras(*lists, "--out", "hasil.csv", "--decisions", "putusan.csv")
    assert rows(workplace / "hasil.csv")[1]["code"] == "2"


def test_what_cannot_be_matched_is_said_before_anything_is_written(selaras, lists, workplace):
    for wrong, code in (
        (("--column", "jabatan"), 2),
        (("--decisions", "nowhere.csv"), 3),
        (("--reference", "nowhere.csv"), 3),
    ):
        done = selaras(*lists, *wrong, "--out", "hasil.csv")
        assert (done.code, bool(done.err)) == (code, True)
    assert not (workplace / "hasil.csv").exists()


@pytest.fixture
def typed(agency):
    """The tiny agency with posts and courses that somebody typed."""
    people = (agency / "employees.csv").read_text(encoding="utf-8")
    people = people.replace("P-1,Ani Rekaan,PNS,J-1", "P-1,Ani Rekaan,PNS,Analis Lalin Pertama")
    people = people.replace("P-2,Budi Rekaan,PNS,J-1", "P-2,Budi Rekaan,PNS,Analis Lalin")
    (agency / "employees.csv").write_text(people, encoding="utf-8")
    with (agency / "training_history.csv").open("w", encoding="utf-8") as file:
        file.write("employee_id,training_code,title,completed_on\n")
        file.write("P-1,,Pelayanan Publik Prima Angk. II,2024-05-02\n")
        file.write("P-2,,Rekayasa Lalin,2024-05-02\n")
    return agency


def test_an_import_says_what_was_mapped_and_the_queue_shows_the_rest(selaras, typed):
    done = selaras("import", typed)
    assert "2 nama dipadankan dengan kode (2 baris); 2 nama menunggu" in done.err
    out = selaras("names", "queue").out
    assert "Analis Lalin (jabatan, 1 baris)" in out
    assert "berbeda pada" in out
    waiting = json.loads(selaras("names", "queue", "--kind", "training", "--json").out)
    assert [one["name"] for one in waiting] == ["Rekayasa Lalin"]
    assert {c["code"] for c in waiting[0]["candidates"]} == {"K-1", "K-2"}
    again = selaras("import", typed)
    assert "0 baris baru, 0 baris diperbarui" in again.err


def test_a_decision_ends_the_waiting_and_counts_in_the_next_ranking(selaras, typed):
    selaras("import", typed)
    ranked = "--kind", "training", "--as-of", "2026-01-05"
    selaras("rank", *ranked, "--out", "before.csv")
    done = selaras("names", "decide", "training", "REKAYASA LALIN", "K-1", "--by", "Rani Rekaan")
    assert done.code == 0
    assert "K-1" in done.err
    selaras("names", "decide", "job", "Analis Lalin", "none", "--by", "Rani Rekaan")
    assert "kosong" in selaras("names", "queue").err
    selaras("rank", *ranked, "--out", "after.csv")

    def suggested(name):
        found = rows(typed.parent / name)
        return {row["item_code"] for row in found if row["employee_id"] == "P-2"}

    assert "K-1" in suggested("before.csv")
    assert "K-1" not in suggested("after.csv")


def test_without_a_database_a_file_of_decisions_does_the_same(selaras, typed, workplace):
    (workplace / "putusan.csv").write_text(
        "kind,name,code\ntraining,Rekayasa Lalin,K-1\n", encoding="utf-8"
    )
    selaras(
        *("rank", "--data", typed, "--kind", "training", "--out", "r.csv"),
        *("--as-of", "2026-01-05", "--names", "putusan.csv"),
    )
    found = rows(workplace / "r.csv")
    assert "K-1" not in {row["item_code"] for row in found if row["employee_id"] == "P-2"}


@pytest.mark.parametrize(
    ("name", "code", "by"),
    [("Analis Lalin", "J-9", "Rani"), (" - ", "J-1", "Rani"), ("Analis Lalin", "J-1", " ")],
)
def test_a_decision_needs_a_name_a_known_code_and_somebody(selaras, typed, name, code, by):
    selaras("import", typed)
    done = selaras("names", "decide", "job", name, code, "--by", by)
    assert (done.code, bool(done.err)) == (2, True)
    assert "Analis Lalin" in selaras("names", "queue").out


def test_parameters_can_be_learnt_from_an_agencys_own_names(selaras, lists, workplace):
    labelled = ["kind,name,code"]
    labelled += [f"job,{name},1" for name in ("Perawat Muda", "Prwt Ahli Muda", "Perawat A. Muda")]
    labelled += [f"job,{name},3" for name in ("Kasubbag TU", "Ka. Subag TU", "Kasubag Tata Usaha")]
    labelled += ["job,Perawat,unsure", "job,Nakhoda,none", "job,Perawat Terampil,none"]
    (workplace / "label.csv").write_text("\n".join(labelled), encoding="utf-8")
    done = selaras(
        *("names", "calibrate", "label.csv", "--reference", "jabatan.csv", "--out", "p.json")
    )
    assert done.code == 0
    assert "presisi" in done.err
    assert set(json.loads((workplace / "p.json").read_text())) >= {"weights", "start", "curve"}
