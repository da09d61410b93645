"""The same rows give the same dataset, whatever file they come in and in whatever order."""

import random

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training_data.dataset import Dataset
from training_data.importers import read_folder, write_csv

SHARED = [HealthCheck.function_scoped_fixture]  # the fixture holds constants


def split(text):
    return [line.split(",") for line in text.strip().split("\n")]


def test_csv_workbook_and_parquet_of_the_same_rows_are_equal(tmp_path, clean_files, agency):
    expected, _ = agency.read()
    books, parquet = tmp_path / "books", tmp_path / "parquet"
    books.mkdir()
    parquet.mkdir()
    for name, text in clean_files.items():
        stem, rows = name.removesuffix(".csv"), split(text)
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([cell or None for cell in row])
        book.save(books / f"{stem}.xlsx")
        columns = {h: [r[i] or None for r in rows[1:]] for i, h in enumerate(rows[0])}
        pq.write_table(pa.table(columns), parquet / f"{stem}.parquet")
    assert read_folder(books)[0].content_hash == expected.content_hash
    assert read_folder(parquet)[0].content_hash == expected.content_hash


def test_typed_parquet_in_parts_is_read_as_one_table(tmp_path, agency):
    expected, _ = agency.read()
    folder = tmp_path / "typed"
    for name, table in expected.tables.items():
        (folder / name).mkdir(parents=True)
        half = table.num_rows // 2
        pq.write_table(table.slice(0, half), folder / name / "part-0.parquet")
        pq.write_table(table.slice(half), folder / name / "part-1.parquet")
    dataset, report = read_folder(folder)
    assert report.exit_code == 0
    assert dataset.content_hash == expected.content_hash


def test_a_nip_that_parquet_holds_as_a_fraction_is_refused(tmp_path, codes):
    path = tmp_path / "employees.parquet"
    ids = pa.array([198503172010012003.0, 17.0, None], pa.float64())
    pq.write_table(pa.table({"employee_id": ids, "name": ["a", "b", "c"]}), path)
    dataset, report = read_folder(tmp_path)
    assert codes(report) == ["cell.required", "nip.number"]
    assert dataset.table("employees").column("employee_id").to_pylist() == ["17"]


def test_a_nip_that_parquet_holds_as_a_whole_number_is_exact(tmp_path):
    ids = pa.array([198503172010012003], pa.int64())
    pq.write_table(pa.table({"employee_id": ids}), tmp_path / "employees.parquet")
    dataset, _ = read_folder(tmp_path)
    assert dataset.table("employees").column("employee_id").to_pylist() == ["198503172010012003"]


def test_a_dataset_written_as_csv_reads_back_equal(tmp_path, agency):
    expected, _ = agency.read()
    write_csv(expected, tmp_path / "out")
    dataset, report = read_folder(tmp_path / "out")
    assert report.exit_code == 0
    assert dataset.content_hash == expected.content_hash


texts = (
    st.text(
        st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufeff\u200b"),
        max_size=8,
    )
    .map(str.strip)
    .filter(lambda t: t and t.lower() not in {"-", "--", "null", "nan", "none", "nil"})
)
titles = texts.filter(lambda t: t.lower() not in {"(null)", "n/a", "#n/a"})


@settings(max_examples=40, deadline=None)
@given(
    rows=st.dictionaries(
        st.from_regex(r"[A-Z]{1,3}-[0-9]{1,4}", fullmatch=True),
        st.tuples(
            titles,
            st.none() | st.floats(0.001, 1e6),
            st.none() | st.floats(0, 1e12),
            st.none() | st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_catalogue_written_as_csv_reads_back_equal(tmp_path_factory, rows):
    dataset = Dataset.of(
        {
            "trainings": {
                "training_code": list(rows),
                "title": [r[0] for r in rows.values()],
                "hours": pa.array([r[1] for r in rows.values()], pa.float64()),
                "cost": pa.array([r[2] for r in rows.values()], pa.float64()),
                "international": pa.array([r[3] for r in rows.values()], pa.bool_()),
            }
        }
    )
    folder = tmp_path_factory.mktemp("any")
    write_csv(dataset, folder)
    assert read_folder(folder)[0].content_hash == dataset.content_hash


CELLS = st.tuples(
    st.sampled_from(["E0003", "198503172010012003", "E9", ""]),
    st.sampled_from(["T.1", "T.2", "T.9", ""]),
    st.sampled_from(["0", "2,5", "2.5", "5", "6", "x", ""]),
    st.sampled_from(["2025-03-12", "12-03-2025", "30-02-2025", ""]),
    st.sampled_from(["cact", "CACT", "lain", ""]),
    st.sampled_from(["", "catatan"]),
)


@settings(max_examples=30, deadline=None, suppress_health_check=SHARED)
@given(rows=st.lists(CELLS, max_size=12), seed=st.integers(0, 9))
def test_the_order_of_rows_and_columns_changes_nothing(tmp_path_factory, clean_files, rows, seed):
    header = ("employee_id", "competency_code", "level", "assessed_on", "source", "note")
    draw = random.Random(seed)
    places = draw.sample(range(6), 6)
    outcomes = []
    for order in (rows, draw.sample(rows, len(rows))):
        folder = tmp_path_factory.mktemp("rows")
        for name, text in clean_files.items():
            (folder / name).write_text(text)
        shown = [header, *order]
        if order is not rows:
            shown = [tuple(row[p] for p in places) for row in shown]
        text = "".join(";".join(row) + "\n" for row in shown)
        (folder / "competency_scores.csv").write_text(text)
        dataset, report = read_folder(folder)
        kinds = sorted((f.code, f.column or "", f.count) for f in report.findings)
        outcomes.append((dataset.content_hash, report.counts, kinds))
    assert outcomes[0] == outcomes[1]
