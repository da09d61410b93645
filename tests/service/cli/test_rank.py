"""``selaras rank``: the file, its companion, the same bytes, and the ranking in force."""

import csv
import json
import random
from hashlib import sha256

import pyarrow.parquet as pq
import pytest

from recommender.engine import Engine

DAY = "2026-01-05"
HEADER = ["employee_id", "kind", "item_code", "rank", "score", "eligibility", "reasons"]


@pytest.fixture
def rank(selaras, agency):
    def run(kind="training", out="s.csv", *more):
        arguments = ("--data", agency, "--kind", kind, "--out", out, "--as-of", DAY, *more)
        return selaras("rank", *arguments)

    return run


def rows_of(path):
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    assert header == HEADER
    return rows


def test_writes_the_columns_of_the_contract_by_employee_and_rank(rank, workplace):
    done = rank()
    assert (done.code, done.out) == (0, "")
    raw = (workplace / "s.csv").read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    rows = rows_of(workplace / "s.csv")
    order = [(row[0].encode(), int(row[3])) for row in rows]
    assert order == sorted(order)
    assert {row[0] for row in rows} == {"P-1", "P-2", "P-3", "198503122010011012"}
    for row in rows:
        assert row[1] == "training"
        assert len(row[4].rpartition(".")[2]) == 6
        assert row[5] in ("lolos", "perlu_verifikasi")
        for reason in row[6].split("|"):
            assert len(reason.split(":")) == 3
        assert len(row[6].split("|")) <= 3


def test_a_completed_training_and_the_own_post_do_not_come_back(rank, workplace):
    rank()
    rank("role", "r.csv")
    assert ["P-2", "K-1"] not in [[r[0], r[2]] for r in rows_of(workplace / "s.csv")]
    own = {"P-1": "J-1", "P-2": "J-1", "198503122010011012": "J-2"}
    assert all(own.get(r[0]) != r[2] for r in rows_of(workplace / "r.csv"))


def test_the_companion_holds_the_day_the_hashes_and_what_was_not_checked(rank, workplace):
    rank()
    basis = json.loads((workplace / "s.csv.json").read_text(encoding="utf-8"))
    assert basis["as_of"] == DAY
    assert all(len(basis[name]) == 64 for name in ("data", "model", "rules"))
    assert isinstance(basis["not_checked"], list)
    assert basis["rows"] == len(rows_of(workplace / "s.csv"))
    assert basis["without_rows"] == []


def test_who_has_no_rows_is_named_with_the_rule_that_decides(rank, workplace):
    done = rank("role", "r.csv")
    basis = json.loads((workplace / "r.csv.json").read_text(encoding="utf-8"))
    assert "P-3" not in [row[0] for row in rows_of(workplace / "r.csv")]
    assert {one["employee_id"]: one["rule"] for one in basis["without_rows"]}["P-3"] == "role.pppk"
    assert "r.csv.json" in done.err


def test_the_same_input_gives_the_same_bytes_whatever_the_order_of_rows(rank, agency, workplace):
    rank()
    rank("training", "again.csv")
    for file in agency.iterdir():
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        random.Random(7).shuffle(rows)
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    rank("training", "shuffled.csv")
    for other in ("again.csv", "shuffled.csv"):
        assert (workplace / other).read_bytes() == (workplace / "s.csv").read_bytes()
        assert (workplace / f"{other}.json").read_bytes() == (workplace / "s.csv.json").read_bytes()


def test_several_processes_give_the_same_bytes(rank, workplace):
    rank()
    assert rank("training", "two.csv", "--engine", "joblib", "--workers", "2").code == 0
    assert (workplace / "two.csv").read_bytes() == (workplace / "s.csv").read_bytes()


def test_parquet_holds_the_same_rows(rank, workplace):
    rank()
    assert rank("training", "s.parquet").code == 0
    table = pq.read_table(workplace / "s.parquet")
    assert table.column_names == HEADER
    found = [[*row.values()] for row in table.to_pylist()]
    wanted = [[*r[:3], int(r[3]), float(r[4]), *r[5:]] for r in rows_of(workplace / "s.csv")]
    assert found == wanted


def test_k_shortens_each_list_without_changing_it(rank, workplace):
    rank()
    rank("training", "one.csv", "--k", "1")
    first = [row for row in rows_of(workplace / "s.csv") if row[3] == "1"]
    assert rows_of(workplace / "one.csv") == first


def test_a_model_that_was_fitted_before_gives_the_same_list(selaras, rank, agency, workplace):
    rank()
    assert selaras("fit", "--data", agency, "--model", "m", "--as-of", DAY).code == 0
    assert rank("training", "fitted.csv", "--model", "m").code == 0
    assert (workplace / "fitted.csv").read_bytes() == (workplace / "s.csv").read_bytes()


@pytest.mark.parametrize("arguments", [[], ["--kind", "training"], ["--out", "s.csv"]])
def test_with_data_both_the_kind_and_the_file_are_needed(selaras, agency, arguments):
    done = selaras("rank", "--data", agency, *arguments)
    assert done.code == 2
    assert "--kind" in done.err


def test_an_unknown_suffix_is_refused_before_the_work(rank):
    done = rank("training", "s.xlsx")
    assert done.code == 2
    assert ".parquet" in done.err


def test_a_failure_leaves_the_file_that_was_there(rank, workplace, monkeypatch):
    rank()
    before = (workplace / "s.csv").read_bytes()

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recommender.engine.Engine.rank_block", broken)
    done = rank()
    assert done.code == 5
    assert "Ruang penyimpanan habis" in done.err
    assert (workplace / "s.csv").read_bytes() == before
    assert [p.name for p in workplace.iterdir() if p.name.startswith(".s.csv")] == []


def test_refused_rows_leave_the_good_ones_and_are_said(rank, agency, workplace):
    with (agency / "trainings.csv").open("a", encoding="utf-8") as file:
        file.write("K-4,Tanpa Jam,-3\n")
    done = rank()
    assert done.code == 1
    assert "1 baris" in done.err
    assert "K-4" not in {row[2] for row in rows_of(workplace / "s.csv")}


def test_only_employees_and_trainings_are_enough(rank, agency, workplace):
    for file in agency.iterdir():
        if file.stem not in ("employees", "trainings"):
            file.unlink()
    assert rank().code == 0
    assert {row[0] for row in rows_of(workplace / "s.csv")} >= {"P-1", "P-2", "P-3"}


def test_a_kind_of_which_there_is_nothing_is_said_with_its_own_code(rank, agency):
    for name in ("trainings", "training_outcomes", "training_history"):
        (agency / f"{name}.csv").unlink()
    done = rank()
    assert done.code == 3
    assert "trainings" in done.err


def test_without_data_the_database_is_ranked_and_published(selaras, installation):
    done = selaras("rank", "--as-of", DAY)
    assert (done.code, done.out) == (0, "")
    assert "ke-2 diterbitkan untuk 4 pegawai" in done.err


def test_a_kind_alone_publishes_too_and_writes_no_file(selaras, installation):
    done = selaras("rank", "--as-of", DAY, "--kind", "training")
    assert done.code == 0
    assert "diterbitkan untuk 4 pegawai" in done.err
    assert selaras("rank", "--as-of", DAY, "--out", "s.csv").code == 2


def test_a_published_ranking_is_the_one_of_the_file(selaras, installation, agency):
    selaras("rank", "--data", agency, "--kind", "training", "--out", "s.csv", "--as-of", DAY)
    assert selaras("rank", "--as-of", DAY, "--kind", "training", "--out", "db.csv").code == 0
    assert (installation / "db.csv").read_bytes() == (installation / "s.csv").read_bytes()


def test_an_empty_database_is_said_with_what_to_do(selaras):
    done = selaras("rank", "--as-of", DAY)
    assert done.code == 3
    assert "selaras import" in done.err


def test_people_whose_shard_fails_are_listed_for_their_owner_and_nowhere_else(
    rank, workplace, monkeypatch
):
    honest = Engine.rank_block

    def broken(engine, kind, rows, k):
        if int(rows[0]) == 0:
            raise ValueError("P-1")
        return honest(engine, kind, rows, k)

    monkeypatch.setattr(Engine, "rank_block", broken)
    monkeypatch.setattr("recommender.batch.work.FEWEST", 2)
    done = rank()
    assert done.code == 1
    assert "s.csv.json" in done.err
    assert "P-1" not in done.err + done.out
    found = json.loads((workplace / "s.csv.json").read_text(encoding="utf-8"))
    (poison,) = found["quarantined"]
    assert poison["employee_ids"] == ["198503122010011012", "P-1"]
    assert "ValueError" in poison["reason"]
    assert {row[0] for row in rows_of(workplace / "s.csv")} == {"P-2", "P-3"}
    assert (workplace / "s.csv.json").stat().st_mode & 0o777 == 0o600


def test_a_run_that_was_stopped_goes_on_and_leaves_nothing_behind(rank, workplace, monkeypatch):
    rank()
    whole = (workplace / "s.csv").read_bytes()
    honest = Engine.rank_block

    def stopped(engine, kind, rows, k):
        if int(rows[0]) > 0:
            raise KeyboardInterrupt
        return honest(engine, kind, rows, k)

    monkeypatch.setattr("recommender.batch.work.FEWEST", 2)
    monkeypatch.setattr(Engine, "rank_block", stopped)
    assert rank().code == 130
    assert (workplace / "s.csv.work").is_dir()
    monkeypatch.setattr(Engine, "rank_block", honest)
    done = rank()
    assert done.code == 0
    assert "2 pegawai sudah selesai" in done.err
    assert (workplace / "s.csv").read_bytes() == whole
    assert not (workplace / "s.csv.work").exists()


def test_the_companion_bears_the_checksum_of_the_file(rank, workplace):
    rank()
    found = json.loads((workplace / "s.csv.json").read_text(encoding="utf-8"))
    assert found["sha256"] == sha256((workplace / "s.csv").read_bytes()).hexdigest()
