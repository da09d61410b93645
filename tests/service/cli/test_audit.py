"""``selaras audit``: what was done from the command line is in it, and it verifies."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from service.database.engine import writing
from service.settings import Settings
from service.usecases.sources import open_database


@pytest.fixture
def database(selaras, workplace):
    found = open_database(Settings())
    assert selaras("user", "add", "siti", "--role", "bpsdm", "--scope", "agency").code == 0
    assert selaras("user", "disable", "siti").code == 0
    return found


def test_what_was_done_is_listed_newest_first(selaras, database):
    done = selaras("audit", "list")
    assert [line.split()[4] for line in done.out.splitlines()] == ["account_closed", "account_made"]
    assert all(line.split()[2].startswith("cli:") for line in done.out.splitlines())
    told = json.loads(selaras("audit", "list", "--json", "--limit", "1").out)["events"]
    assert [one["action"] for one in told] == ["account_closed"]
    assert "siti" not in done.out


def test_a_whole_trail_verifies_and_gives_its_last_hash(selaras, database):
    done = selaras("audit", "verify", "--lang", "en")
    assert done.code == 0
    assert len(done.out.strip()) == 64
    assert "2 rows" in done.err
    assert selaras("user", "enable", "siti").code == 0
    assert selaras("audit", "verify", "--last", done.out.strip()).code == 0
    assert selaras("audit", "verify", "--last", "1" * 64).code == 1


def test_a_changed_trail_is_refused_and_the_row_named(selaras, database):
    with writing(database) as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_update"))
        connection.execute(text("UPDATE audit_event SET action = 'x' WHERE number = 2"))
    done = selaras("audit", "verify", "--lang", "en")
    assert done.code == 1
    assert "row 2" in done.err
    assert done.out == ""
