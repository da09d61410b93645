from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from training_data.importers import read_folder
from training_data.schema import TABLES
from training_data.synthetic import AS_OF, generate, write_folder


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_folder(tmp_path / name, 60, seed=2, as_of=AS_OF, shard=25, form="parquet")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_large_cities_come_in_parts_that_hold_what_the_dataset_holds(tmp_path: Path) -> None:
    done: list[tuple[int, int]] = []
    write_folder(
        tmp_path / "city", 70, as_of=AS_OF, shard=30, form="parquet",
        progress=lambda now, all_: done.append((now, all_)),
    )  # fmt: skip
    assert done == [(30, 70), (60, 70), (70, 70)]
    parts = sorted((tmp_path / "city" / "employees").glob("*.parquet"))
    assert [part.name for part in parts] == [f"part-{n:05d}.parquet" for n in range(3)]
    whole = generate(70)
    for name in TABLES:
        path = tmp_path / "city" / name
        files = sorted(path.glob("*.parquet")) if path.is_dir() else [path.with_suffix(".parquet")]
        rows = sum(pq.read_metadata(file).num_rows for file in files)
        assert rows == whole.table(name).num_rows, name


def test_small_cities_are_plain_csv_with_iso_dates_and_the_truth_apart(tmp_path: Path) -> None:
    write_folder(tmp_path / "city", 40, as_of=AS_OF, shard=15)
    found = {path.name for path in (tmp_path / "city").glob("*.csv")}
    assert found == {f"{name}.csv" for name in TABLES}
    lines = (tmp_path / "city" / "employees.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 41
    assert "-01" in lines[1]
    assert " 00:00" not in "".join(lines)
    truth = {path.name for path in (tmp_path / "city" / "_truth").iterdir()}
    assert truth == {"levels.csv", "temper.csv", "training_effects.csv", "utilities.csv"}


def test_a_shard_holds_at_least_one_person(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shard"):
        write_folder(tmp_path / "city", 10, as_of=date(2026, 11, 2), shard=0)


@pytest.mark.parametrize("employees", [5, 150])
def test_what_was_written_passes_the_importer_without_a_word_and_unchanged(
    tmp_path: Path, employees: int
) -> None:
    write_folder(tmp_path / "city", employees, seed=8, as_of=AS_OF, shard=64)
    read, report = read_folder(tmp_path / "city")
    # Five people hold no certificate and bear no punishment: those files have a header only.
    told = {problem.code for problem in report.problems()}
    assert told <= ({"table.no_rows"} if employees == 5 else set())
    assert read.content_hash == generate(employees, seed=8).content_hash
