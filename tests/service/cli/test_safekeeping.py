"""``selaras backup``, ``selaras restore`` and what ``selaras doctor`` says about backups."""

from __future__ import annotations

import json
import shutil
import stat
from datetime import UTC, datetime, timedelta

import pytest

from service.auditing import SYSTEM
from service.database import audit
from service.database.engine import writing
from service.settings import Settings
from service.usecases.sources import open_database

NIP = "198503122010011012"


@pytest.fixture
def saved(selaras, installation):
    """The file of a backup, made in a pipe."""
    done = selaras("backup", "saved.zip", "--lang", "en")
    assert (done.code, done.out) == (0, "")
    assert "saved.zip" in done.err
    assert "personal data" in done.err
    assert len(done.err.splitlines()) == 1  # no progress in a pipe
    return installation / "saved.zip"


def check(selaras, name="backup"):
    checks = json.loads(selaras("doctor", "--json").out)["checks"]
    return next((one for one in checks if one["name"] == name), None)


def test_what_was_saved_is_restored_and_serves_the_same(selaras, saved, installation):
    before = selaras("recommend", "P-1", "--json").out
    hashed = selaras("audit", "verify").out
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    shutil.move(installation / ".selaras", installation / "lost")
    done = selaras("restore", saved, "--lang", "en")
    assert (done.code, done.out) == (0, "")
    assert "restored" in done.err
    assert "revoked" in done.err
    assert selaras("recommend", "P-1", "--json").out == before
    assert selaras("doctor").code == 0
    trail = selaras("audit", "verify")
    assert trail.code == 0
    assert trail.out != hashed  # the backup was recorded once it was made
    assert selaras("audit", "verify", "--last", trail.out.strip()).code == 0


def test_nothing_personal_is_said_and_the_act_is_in_the_trail(selaras, saved, installation):
    told = json.loads(selaras("audit", "list", "--json").out)["events"][0]
    assert (told["action"], told["subject"]) == ("backed_up", "installation")
    assert told["actor"].startswith("cli:")
    assert set(told["details"]) == {"revision", "rows"}
    again = selaras("restore", saved)
    assert NIP not in again.err


def test_each_refusal_has_its_exit_code_and_a_remedy(selaras, saved, installation, monkeypatch):
    for code, words, said in (
        (2, ("backup", saved), "sudah ada"),
        (2, ("backup", "nowhere/saved.zip"), "nowhere"),
        (2, ("backup",), "FILE"),
        (2, ("restore", saved), "SELARAS_HOME"),
        (4, ("restore", "nowhere.zip"), "nowhere.zip"),
    ):
        done = selaras(*words)
        assert (done.code, done.out) == (code, ""), words
        assert said in done.err, words
    monkeypatch.setenv("SELARAS_HOME", "new")
    assert selaras("backup", "none.zip").code == 4
    (installation / "cut.zip").write_bytes(saved.read_bytes()[:-1])
    assert selaras("restore", "cut.zip").code == 3
    assert not (installation / "new").exists()
    (installation / "damaged.db").write_bytes(b"this is no database" * 100)
    monkeypatch.setenv("SELARAS_DATABASE_URL", f"sqlite:///{installation / 'damaged.db'}")
    for words in (("backup", "none.zip"), ("restore", saved)):
        done = selaras(*words)
        assert done.code == 5
        assert "damaged.db" in done.err


def test_a_database_that_is_away_is_said_with_5(selaras, saved, installation, monkeypatch):
    monkeypatch.setenv("SELARAS_DATABASE_URL", f"postgresql://selaras@/x?host={installation}")
    assert selaras("backup", "none.zip").code == 5
    assert not (installation / "none.zip").exists()
    monkeypatch.setenv("SELARAS_HOME", "new")
    assert selaras("restore", saved).code == 5
    assert not (installation / "new").exists()


def test_a_backup_without_all_files_ends_with_1_and_says_which(selaras, installation):
    shutil.rmtree(installation / ".selaras/generations/1")
    done = selaras("backup", "saved.zip", "--lang", "en")
    assert done.code == 1
    assert "ranking 1" in done.err
    shutil.rmtree(installation / ".selaras")
    done = selaras("restore", "saved.zip", "--lang", "en")
    assert done.code == 1
    assert "ranking 1" in done.err


def test_doctor_tells_the_age_of_the_last_backup(selaras, installation):
    assert check(selaras)["ok"] is True
    assert "selaras backup" in check(selaras)["text"]["en"]
    database = open_database(Settings())
    for days, ok, said in ((9, False, "9 days"), (3, True, "3 days"), (0, True, "today")):
        at = datetime.now(UTC) - timedelta(days=days)
        with writing(database) as connection:
            audit.append(connection, "", SYSTEM, "backed_up", "installation", now=at)
        found = check(selaras)
        assert found["ok"] is ok, days
        assert said in found["text"]["en"]


def test_doctor_tells_of_a_restoration_that_was_cut_off(selaras, workplace):
    (workplace / ".selaras/.restore").mkdir(parents=True)
    assert selaras("doctor").code == 1
    found = check(selaras, "database")
    assert found["ok"] is False
    assert "selaras restore" in found["text"]["en"]
    assert selaras("recommend", "P-1").code == 5


def test_the_help_says_what_the_file_holds(selaras):
    said = " ".join(selaras("backup", "--help").out.split())
    assert "data pribadi" in said
    assert "kunci instalasi" in said
