"""Rank a nation: the same bytes as each agency alone, resumable, and one bad agency stays alone."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

import recommender
from training_data.nation import Nation, split
from training_data.synthetic import generate

DAY = "2026-11-02"
RANK = ("--as-of", DAY, "--k", "5", "--lang", "en")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A nation of three agencies, the first with most people, and a model."""
    city = generate(120, seed=4)
    people = city.table("employees")
    codes = pa.array([("A", "B", "A", "C")[n % 4] for n in range(people.num_rows)])
    place = people.column_names.index("agency")
    city = city.replace(employees=people.set_column(place, "agency", codes))
    return split(city, tmp_path_factory.mktemp("made") / "nation")


@pytest.fixture(scope="module")
def model(made, tmp_path_factory):
    from datetime import date

    from recommender import artifact, pipeline

    catalogue, _ = made.catalogue()
    dataset, _ = made.dataset("A", catalogue)
    folder = tmp_path_factory.mktemp("model") / "model"
    artifact.save(pipeline.fit(dataset, as_of=date.fromisoformat(DAY)), folder)
    return folder


@pytest.fixture
def nation(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "nation")
    return Nation(tmp_path / "nation")


def lists(out: Path) -> dict[str, bytes]:
    """Return the bytes of every list."""
    return {
        str(file.relative_to(out)): file.read_bytes() for file in sorted(out.rglob("*.parquet"))
        if file.stem in ("training", "role")
    }  # fmt: skip


def finished(out: Path) -> list[str]:
    return sorted(file.parent.name for file in out.glob("agency=*/finished.json"))


@pytest.fixture
def wanted(selaras, nation, model, tmp_path):
    """What an undisturbed run writes."""
    out = tmp_path / "wanted"
    done = selaras("rank", "--data", nation.folder, "--out", out, "--model", model, *RANK)
    assert done.code == 0, done.err
    return lists(out)


def test_each_agency_gets_what_its_own_folder_would_give(selaras, nation, model, wanted, tmp_path):
    assert len(wanted) == 6
    catalogue, _ = nation.catalogue()
    for agency in nation.agencies:
        dataset, _ = nation.dataset(agency, catalogue)
        dataset.write(tmp_path / agency)
        for kind in ("training", "role"):
            out = tmp_path / f"{agency}-{kind}.parquet"
            done = selaras("rank", "--data", tmp_path / agency, "--kind", kind, "--out", out,
                           "--model", model, *RANK)  # fmt: skip
            assert done.code == 0, done.err
            assert out.read_bytes() == wanted[f"agency={agency}/{kind}.parquet"]


def test_several_processes_write_the_same_bytes(selaras, nation, model, wanted, tmp_path):
    out = tmp_path / "out"
    done = selaras("rank", "--data", nation.folder, "--out", out, "--model", model,
                   "--engine", "joblib", "--workers", "2", *RANK)  # fmt: skip
    assert done.code == 0, done.err
    assert lists(out) == wanted
    said = json.loads((out / "nation.json").read_text())
    assert said["people"] == 120
    assert [one["agency"] for one in said["agencies"]] == ["A", "B", "C"]


def test_a_bad_agency_is_named_and_the_others_are_done(selaras, nation, model, wanted, tmp_path):
    out, file = tmp_path / "out", nation.partition("B") / "employees.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    rank = ("rank", "--data", nation.folder, "--out", out, "--model", model, *RANK)
    done = selaras(*rank)
    assert done.code == 1
    assert "agency=B" in done.err
    assert finished(out) == ["agency=A", "agency=C"]
    file.write_bytes(whole)
    done = selaras(*rank)
    assert done.code == 0, done.err
    assert "2 agencies had been finished before" in done.err
    assert lists(out) == wanted


def test_what_is_finished_is_done_again_where_it_is_damaged_or_rests_on_other_data(
    selaras, nation, model, wanted, tmp_path
):
    out = tmp_path / "out"
    rank = ("rank", "--data", nation.folder, "--out", out, "--model", model, *RANK)
    assert selaras(*rank).code == 0
    (out / "agency=A" / "role.parquet").write_bytes(b"damaged")
    file = nation.partition("C") / "talent.parquet"
    if file.exists():
        file.unlink()
    else:
        (nation.partition("C") / "discipline.parquet").unlink()
    done = selaras(*rank)
    assert done.code == 0
    assert "1 agencies had been finished before" in done.err
    again = lists(out)
    assert again["agency=A/role.parquet"] == wanted["agency=A/role.parquet"]


def test_a_killed_run_goes_on_where_it_stopped(selaras, nation, model, wanted, tmp_path):
    out = tmp_path / "out"
    start = "import sys; from service.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "rank", "--data", str(nation.folder),
               "--out", str(out), "--model", str(model), *RANK]  # fmt: skip
    code = str(Path(str(recommender.__file__)).resolve().parents[1])
    env = {**os.environ, "PYTHONPATH": code}
    run = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=env)
    until = time.monotonic() + 60
    while not finished(out) and run.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    kept = len(finished(out))
    assert 0 < kept < 3
    done = selaras("rank", "--data", nation.folder, "--out", out, "--model", model, *RANK)
    assert done.code == 0, done.err
    assert f"{kept} agencies had been finished before" in done.err
    assert lists(out) == wanted


def test_without_a_model_one_is_learnt_from_the_largest_agency(selaras, nation, wanted, tmp_path):
    out = tmp_path / "out"
    done = selaras("rank", "--data", nation.folder, "--out", out, *RANK)
    assert done.code == 0, done.err
    assert "largest agency, A" in done.err
    assert set(lists(out)) == set(wanted)


def test_a_folder_that_holds_something_else_is_left_alone(selaras, nation, model, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "letter.txt").write_text("dear")
    done = selaras("rank", "--data", nation.folder, "--out", out, "--model", model, *RANK)
    assert done.code == 2
    assert "letter.txt" in done.err
    done = selaras("rank", "--data", nation.folder, "--out", tmp_path / "x", "--model", model,
                   "--since", out / "letter.txt", *RANK)  # fmt: skip
    assert done.code == 2
