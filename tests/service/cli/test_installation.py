"""``selaras fit``, ``evaluate``, ``serve``, ``doctor`` and ``token create``."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from urllib.request import urlopen

import pytest

DAY = "2026-01-05"
RUN = "import service.cli; service.cli.main()"


def test_fit_writes_a_model_that_holds_data_only(selaras, agency, workplace):
    assert selaras("fit", "--data", agency, "--model", "m", "--as-of", DAY).code == 0
    names = {p.name for p in (workplace / "m").iterdir()}
    assert "manifest.json" in names
    assert {name.rpartition(".")[2] for name in names} <= {"npz", "json", "md"}


def test_fit_without_a_folder_writes_a_version_where_the_settings_say(selaras, agency, workplace):
    assert selaras("fit", "--data", agency, "--as-of", DAY).code == 0
    (version,) = (workplace / ".selaras" / "models" / "versions").iterdir()
    assert version.name.startswith("000001-")
    assert (version / "manifest.json").is_file()


def test_fit_does_not_overwrite_what_is_not_a_model(selaras, agency, workplace):
    done = selaras("fit", "--data", agency, "--model", agency, "--as-of", DAY)
    assert done.code == 2
    assert (agency / "employees.csv").is_file()


@pytest.mark.parametrize("damage", ["missing", "cut short"])
def test_a_model_that_cannot_be_used_is_refused(selaras, agency, workplace, damage):
    if damage == "cut short":
        selaras("fit", "--data", agency, "--model", "m", "--as-of", DAY)
        file = workplace / "m" / "arrays.npz"
        file.write_bytes(file.read_bytes()[:-50])
    done = selaras("recommend", "P-1", "--data", agency, "--model", "m", "--as-of", DAY)
    assert done.code == 5
    assert "selaras fit" in done.err


def test_a_database_that_cannot_be_used_is_said(selaras, workplace, monkeypatch):
    (workplace / "broken.db").write_bytes(b"this is no database" * 100)
    monkeypatch.setenv("SELARAS_DATABASE_URL", f"sqlite:///{workplace / 'broken.db'}")
    done = selaras("recommend", "P-1")
    assert done.code == 5
    assert "broken.db" in done.err


def test_evaluate_reports_in_the_contracts_shape(selaras, agency, workplace):
    with (agency / "role_pairs.csv").open("w", encoding="utf-8") as file:
        file.write("source_job,target_job\nJ-1,J-2\nJ-2,J-1\n")
    arguments = ("evaluate", "--data", agency, "--kind", "role", "--as-of", DAY)
    done = selaras(*arguments, "--out", "quality.json")
    assert (done.code, done.out) == (0, "")
    body = json.loads((workplace / "quality.json").read_text())
    assert {"protocol", "n", "groups"} <= set(body)
    assert set(body["groups"]) == {"all", "warm", "cold"}
    assert json.loads(selaras(*arguments, "--json").out) == body
    assert "| " in selaras(*arguments).out


def test_roles_of_a_framework_without_people_can_be_evaluated(selaras, agency):
    (agency / "role_pairs.csv").write_text("source_job,target_job\nJ-1,J-2\n", encoding="utf-8")
    (agency / "employees.csv").unlink()
    for table in ("competency_scores", "training_history"):
        (agency / f"{table}.csv").unlink(missing_ok=True)
    done = selaras("evaluate", "--data", agency, "--kind", "role", "--as-of", DAY, "--json")
    assert done.code == 0
    assert json.loads(done.out)["n"] == 1
    ranked = selaras("rank", "--data", agency, "--kind", "role", "--out", "r.csv", "--as-of", DAY)
    assert ranked.code == 3


def test_evaluate_without_any_truth_says_so(selaras, agency):
    done = selaras("evaluate", "--data", agency, "--kind", "role", "--as-of", DAY)
    assert done.code == 3
    assert "role_pairs" in done.err


def test_doctor_finds_a_good_installation_good(selaras, installation):
    done = selaras("doctor")
    assert done.code == 0, done.out
    assert "Python 3." in done.out
    assert "SQLite" in done.out
    assert "✗" not in done.out


def test_doctor_needs_no_installation_and_makes_none(selaras, workplace):
    assert selaras("doctor").code == 0
    assert list(workplace.iterdir()) == []


def test_doctor_finds_a_damaged_model_and_an_open_key(selaras, agency, installation):
    selaras("fit", "--data", agency, "--as-of", DAY)
    (version,) = (installation / ".selaras/models/versions").iterdir()
    (version / "arrays.npz").write_bytes(b"")
    os.chmod(installation / ".selaras/installation.key", 0o644)
    done = selaras("doctor", "--json")
    assert done.code == 1
    found = {check["name"]: check["ok"] for check in json.loads(done.out)["checks"]}
    assert found["model"] is False
    assert found["key"] is False
    assert found["reachable"] is True


def test_a_token_is_printed_alone_and_stored_as_a_hash(selaras, installation):
    done = selaras("token", "create", "--role", "hr", "--scope", "agency", "--days", "7")
    assert done.code == 0
    secret = done.out.strip()
    assert secret.startswith("selaras_")
    assert secret not in done.err
    assert secret.encode() not in (installation / ".selaras/selaras.db").read_bytes()


@pytest.mark.parametrize(
    "grant",
    [
        ("--role", "king", "--scope", "agency", "--days", "7"),
        ("--role", "hr", "--scope", "everything", "--days", "7"),
        ("--role", "hr", "--scope", "agency", "--days", "0"),
        ("--role", "employee", "--scope", "self", "--days", "7"),
        ("--role", "panel", "--scope", "agency", "--days", "7"),
        ("--role", "panel", "--scope", "vacancy:", "--days", "7"),
    ],
)
def test_a_token_for_what_cannot_be_granted_is_refused(selaras, workplace, grant):
    done = selaras("token", "create", *grant)
    assert (done.code, done.out) == (2, "")


def test_a_token_for_a_person_is_made_only_where_the_database_knows_them(selaras, installation):
    own = ("token", "create", "--role", "employee", "--scope", "self", "--days", "7")
    unknown = selaras(*own, "--employee", "P-99")
    assert (unknown.code, unknown.out) == (4, "")
    assert "P-99" not in unknown.err
    assert selaras(*own, "--employee", "P-1").code == 0


def test_serve_takes_no_address_that_others_can_reach(selaras, workplace):
    assert selaras("serve", "--host", "0.0.0.0", "--port", "0").code == 2


def test_a_taken_port_is_said_with_another_one(selaras, workplace):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = selaras("serve", "--port", taken.getsockname()[1])
    assert done.code == 2
    assert "--port" in done.err


def test_serve_prints_address_and_link_answers_and_ends_when_interrupted(installation):
    server = subprocess.Popen(
        [sys.executable, "-P", "-c", RUN, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=installation,
    )
    try:
        assert server.stderr is not None
        said = ""
        while "Ctrl+C" not in said:
            line = server.stderr.readline()
            assert line, said
            said += line
        (address,) = re.findall(r"berjalan di (http://127\.0\.0\.1:\d+)", said)
        assert f"{address}/masuk/" in said
        with urlopen(f"{address}/healthz", timeout=30) as answer:
            assert answer.status == 200
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 130
    finally:
        server.kill()
        server.wait()
        server.stderr.close()
