"""``selaras rank --since``: the same bytes from fewer people, and a reason where that cannot be."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from recommender.engine import Engine

DAY = "2026-01-05"


@pytest.fixture
def rank(selaras, agency):
    """Rank the agency by one model into a file."""
    assert selaras("fit", "--data", agency, "--model", "m", "--as-of", DAY).code == 0

    def run(out, *more, kind="training", day=DAY):
        return selaras("rank", "--data", agency, "--kind", kind, "--out", out, "--as-of", day,
                       "--model", "m", *more)  # fmt: skip

    return run


@pytest.fixture
def ranked(monkeypatch):
    """Who is ranked, by row."""
    rows = []
    honest = Engine.rank_block

    def noted(engine, kind, block, k):
        rows.extend(engine.employee_ids[row] for row in block)
        return honest(engine, kind, block, k)

    monkeypatch.setattr(Engine, "rank_block", noted)
    return rows


def change(agency, name, old, new):
    file = agency / f"{name}.csv"
    words = file.read_text(encoding="utf-8")
    assert old in words
    file.write_text(words.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("kind", ["training", "role"])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_one_changed_person_is_ranked_and_the_file_is_that_of_a_full_run(
    rank, ranked, agency, workplace, kind, suffix
):
    rank(f"old.{suffix}", kind=kind)
    change(agency, "competency_scores", "P-2,M-5,1", "P-2,M-5,2")
    del ranked[:]
    done = rank(f"new.{suffix}", "--since", f"old.{suffix}", kind=kind)
    assert done.code == 0
    assert ranked == ["P-2"]
    assert "1 pegawai disusun ulang" in done.err
    assert "3 pegawai lainnya" in done.err
    rank(f"full.{suffix}", kind=kind)
    for ending in ("", ".json", ".basis.parquet"):
        new, full = (workplace / f"{name}.{suffix}{ending}" for name in ("new", "full"))
        assert new.read_bytes() == full.read_bytes()


def test_a_file_can_be_brought_up_to_date_in_its_own_place(rank, ranked, agency, workplace):
    rank("s.csv")
    for old, new in (("1", "2"), ("2", "0.5")):
        change(agency, "competency_scores", f"P-1,T-1,{old}", f"P-1,T-1,{new}")
        del ranked[:]
        assert rank("s.csv", "--since", "s.csv").code == 0
        assert ranked == ["P-1"]
    rank("full.csv")
    assert (workplace / "s.csv").read_bytes() == (workplace / "full.csv").read_bytes()


def test_several_processes_give_the_same_bytes(rank, agency, workplace):
    rank("old.csv")
    change(agency, "competency_scores", "P-2,M-5,1", "P-2,M-5,2")
    done = rank("new.csv", "--since", "old.csv", "--engine", "joblib", "--workers", "2")
    assert "1 pegawai disusun ulang" in done.err
    rank("full.csv")
    assert (workplace / "new.csv").read_bytes() == (workplace / "full.csv").read_bytes()


def test_joiners_leavers_and_people_without_lists_are_in_their_places(
    rank, ranked, agency, workplace
):
    with (agency / "training_history.csv").open("a") as file:
        file.write("P-1,K-3,2024-05-02\n")
    rank("old.csv", kind="role")
    change(agency, "employees", "P-2,Budi Rekaan,PNS,J-1,jf_ahli_pertama,III/b,S1,U-1\n",
           "P-0,Edi Rekaan,PPPK,J-1,jf_ahli_pertama,IX,S1,U-1\n")  # fmt: skip
    for name in ("competency_scores", "training_history"):
        file = agency / f"{name}.csv"
        kept = [line for line in file.read_text().splitlines() if not line.startswith("P-2")]
        file.write_text("\n".join(kept) + "\n")
    del ranked[:]
    rank("new.csv", "--since", "old.csv", kind="role")
    assert ranked == ["P-0"]
    rank("full.csv", kind="role")
    assert (workplace / "new.csv").read_bytes() == (workplace / "full.csv").read_bytes()
    found, full = (json.loads((workplace / f"{n}.csv.json").read_text()) for n in ("new", "full"))
    assert found == full
    assert {"P-0", "P-3"} <= {one["employee_id"] for one in found["without_rows"]}


def test_an_id_with_a_comma_a_quote_or_a_line_break_is_kept(rank, ranked, agency, workplace):
    odd = '"Z,""9""\nx"'
    for name in ("employees", "competency_scores"):
        change(agency, name, "198503122010011012", odd)
    assert rank("old.csv").code == 0
    change(agency, "competency_scores", "P-2,M-5,1", "P-2,M-5,2")
    del ranked[:]
    rank("new.csv", "--since", "old.csv")
    assert ranked == ["P-2"]
    rank("full.csv")
    assert (workplace / "new.csv").read_bytes() == (workplace / "full.csv").read_bytes()
    with (workplace / "new.csv").open(newline="") as file:
        assert 'Z,"9"\nx' in {row[0] for row in csv.reader(file)}


def spoil_file(folder):
    file = folder / "old.csv"
    file.write_text(file.read_text().replace("lolos", "lulus"))


def spoil_companion(folder):
    (folder / "old.csv.json").write_text("{")


def without_companion(folder):
    (folder / "old.csv.json").unlink()


def without_record(folder):
    (folder / "old.csv.basis.parquet").unlink()


def spoil_record(folder):
    file = folder / "old.csv.basis.parquet"
    file.write_bytes(file.read_bytes()[:-100])


def another_record(folder):
    table = pq.read_table(folder / "old.csv.basis.parquet")
    facts = json.loads(table.schema.metadata[b"selaras"])
    facts["lines"] = "00" * 16
    table = table.replace_schema_metadata({"selaras": json.dumps(facts)})
    pq.write_table(table, folder / "old.csv.basis.parquet")


def no_record_at_all(folder):
    pq.write_table(pq.read_table(folder / "old.csv.basis.parquet").select(["employee_id"]),
                   folder / "old.csv.basis.parquet")  # fmt: skip


def no_file(folder):
    (folder / "old.csv").unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_file, "old.csv tidak ditemukan"),
        (spoil_file, "isi old.csv tidak sesuai"),
        (spoil_companion, "old.csv.json tidak ada atau tidak terbaca"),
        (without_companion, "old.csv.json tidak ada"),
        (without_record, "old.csv.basis.parquet tidak ada"),
        (spoil_record, "old.csv.basis.parquet tidak ada, tidak terbaca"),
        (another_record, "bukan milik berkas terdahulu"),
        (no_record_at_all, "old.csv.basis.parquet tidak ada, tidak terbaca"),
    ],
)
def test_what_cannot_be_used_is_said_and_everybody_is_ranked(rank, workplace, ranked, spoil, said):
    rank("old.csv")
    whole = (workplace / "old.csv").read_bytes()
    spoil(workplace)
    del ranked[:]
    done = rank("new.csv", "--since", "old.csv")
    assert done.code == 0
    assert said in done.err
    assert len(ranked) == 4
    assert (workplace / "new.csv").read_bytes() == whole


def test_what_touches_everybody_is_named(rank, agency, ranked):
    rank("old.csv")
    for done, said in (
        (rank("a.csv", "--since", "old.csv", "--k", "2"), "banyaknya saran per pegawai"),
        (rank("b.csv", "--since", "old.csv", kind="role"), "jenis saran"),
        (rank("c.csv", "--since", "old.csv", day="2026-01-06"), "tanggal acuan"),
    ):
        assert done.code == 0
        assert "Saran semua pegawai disusun ulang" in done.err
        assert said in done.err
    change(agency, "trainings", "K-1,Dasar Rekayasa Lalu Lintas,24", "K-1,Dasar Rekayasa,24")
    del ranked[:]
    assert "katalog" in rank("d.csv", "--since", "old.csv").err
    assert len(ranked) == 4


def test_people_who_could_not_be_ranked_are_ranked_the_next_time(rank, workplace, monkeypatch):
    honest = Engine.rank_block

    def broken(engine, kind, rows, k):
        if int(rows[0]) == 0:
            raise ValueError
        return honest(engine, kind, rows, k)

    monkeypatch.setattr("recommender.batch.work.FEWEST", 2)
    monkeypatch.setattr(Engine, "rank_block", broken)
    assert rank("old.csv").code == 1
    monkeypatch.setattr(Engine, "rank_block", honest)
    done = rank("new.csv", "--since", "old.csv")
    assert "2 pegawai disusun ulang" in done.err
    rank("full.csv")
    assert (workplace / "new.csv").read_bytes() == (workplace / "full.csv").read_bytes()


def test_fingerprints_are_for_their_owner_and_hold_no_data_of_people(rank, workplace):
    rank("s.csv")
    record = workplace / "s.csv.basis.parquet"
    assert record.stat().st_mode & 0o777 == 0o600
    table = pq.read_table(record)
    assert table.column_names == ["employee_id", "mark_1", "mark_2", "rule"]
    assert b"Rekaan" not in record.read_bytes()


def test_since_needs_a_file_to_write_to(selaras, installation):
    done = selaras("rank", "--since", "s.csv", "--as-of", DAY)
    assert done.code == 2
    assert "--out" in done.err
