"""Whatever bytes arrive, an import answers with a dataset or with its reasons, never a crash."""

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training_data.errors import UnusableInput
from training_data.importers import read_file

SHARED = [HealthCheck.function_scoped_fixture]
PIECES = st.sampled_from(
    [
        *("training_code", "title", "hours", "cost", "P1", "A", "1,5", "1.234", "-3", "x"),
        *(",", ";", "\t", "\n", "\r\n", "\r", '"', '""', "'", "|", " ", "\x00", "\ufeff", "é"),
        *("\u2028", "\x1e", "\x1f", "sep=;\n", "2024-02-30", "9" * 400, "=1+1", "_masalah"),
    ]
)


def outcome(path):
    try:
        dataset, report = read_file(path)
    except UnusableInput as error:
        if error.report is not None:
            error.report.text("en")
        return
    accepted = {name: count.accepted for name, count in report.counts.items()}
    assert accepted == {name: table.num_rows for name, table in dataset.tables.items()}
    for count in report.counts.values():
        assert count.read == count.accepted + count.refused + count.repeated
    report.text()
    report.as_json()
    report.write_refused(path.parent / "refused")


@settings(max_examples=80, deadline=None, suppress_health_check=SHARED)
@given(pieces=st.lists(PIECES, max_size=40), encoding=st.sampled_from(["utf-8", "cp1252"]))
def test_any_text_is_answered(tmp_path, pieces, encoding):
    text = "training_code,title,hours\nP1,A,3\n" + "".join(pieces)
    path = tmp_path / "trainings.csv"
    path.write_bytes(text.encode(encoding, errors="ignore"))
    outcome(path)


@settings(max_examples=30, deadline=None, suppress_health_check=SHARED)
@given(data=st.binary(max_size=200), suffix=st.sampled_from(["csv", "parquet"]))
def test_any_bytes_are_answered(tmp_path, data, suffix):
    path = tmp_path / f"trainings.{suffix}"
    path.write_bytes(data)
    outcome(path)


@settings(max_examples=30, deadline=None, suppress_health_check=SHARED)
@given(
    rows=st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=6), min_size=3, max_size=3),
        max_size=5,
    )
)
def test_rows_quoted_properly_are_never_taken_apart(tmp_path, rows):
    import csv

    path = tmp_path / "trainings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["training_code", "title", "note"])
        writer.writerow(["P1", "A", "first"])
        writer.writerows(rows)
    with contextlib.suppress(UnusableInput):
        _, report = read_file(path)
        codes = {finding.code for finding in report.findings}
        assert not codes & {"row.cells", "row.quote"}
        filled = sum(any(cell.strip() for cell in row) for row in rows)
        assert report.counts["trainings"].read == filled + 1
