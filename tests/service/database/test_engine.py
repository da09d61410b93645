"""The database is opened safely, and its errors name the remedy but no data and no password."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text

from service.database import engine as opening
from service.database.engine import connect, database_name, open_engine, reading, writing
from service.database.migrate import upgrade
from service.database.tables import DATA
from service.errors import DatabaseError, DatabaseUnreachable, HomeUnusable
from service.settings import Settings


def test_the_file_and_its_folder_belong_to_their_owner_alone(home: Path) -> None:
    settings = Settings(home=home)
    upgrade(connect(settings))
    assert settings.database_file.stat().st_mode & 0o077 == 0
    assert home.stat().st_mode & 0o077 == 0


def test_sqlite_writes_fully_and_without_a_wal_that_can_corrupt(home: Path) -> None:
    engine = connect(Settings(home=home))
    with reading(engine) as connection:
        found = [
            connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    fixed = sqlite3.sqlite_version_info >= (3, 51, 3)
    assert found == ["wal" if fixed else "truncate", 2, 1]


@pytest.mark.parametrize(
    ("version", "wanted"),
    [((3, 40, 1), "truncate"), ((3, 51, 2), "truncate"), ((3, 51, 3), "wal"), ((4, 0, 0), "wal")],
)
def test_wal_is_used_only_where_it_is_safe(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], wanted: str
) -> None:
    monkeypatch.setattr(opening.sqlite3, "sqlite_version_info", version)
    assert opening.journal_wanted() == wanted


def test_the_url_of_the_settings_is_used(home: Path, database_url: str) -> None:
    engine = connect(Settings(home=home, database_url=database_url))
    upgrade(engine)
    with reading(engine) as connection:
        assert connection.scalar(select(DATA["jobs"].c.title)) is None
    engine.dispose()


def test_what_fails_half_way_is_not_there(engine: Engine) -> None:
    def add_and_fail() -> None:
        with writing(engine) as connection:
            connection.execute(insert(DATA["jobs"]).values(agency="", job_code="J", title="T"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    with reading(engine) as connection:
        assert connection.scalar(select(DATA["jobs"].c.title)) is None


def test_a_refused_row_is_reported_without_its_values(engine: Engine) -> None:
    row = {"agency": "", "employee_id": "199001012020011001", "name": "Laras"}
    with pytest.raises(DatabaseError) as caught, writing(engine) as connection:
        connection.execute(insert(DATA["employees"]), [row, row])
    said = f"{caught.value}{caught.value.__cause__}"
    assert "199001012020011001" not in said
    assert "Laras" not in said
    assert "doctor" in said


def test_a_server_that_is_away_is_said_to_be_so(tmp_path: Path) -> None:
    engine = open_engine(f"postgresql://petugas:s3cret@/selaras?host={tmp_path}")
    with (
        pytest.raises(DatabaseUnreachable, match="tidak dapat dihubungi") as caught,
        reading(engine),
    ):
        pass
    assert "s3cret" not in f"{caught.value}{caught.value.__cause__}{database_name(engine)}"


def test_a_lost_connection_is_made_again(postgresql_url: str) -> None:
    engine, other = open_engine(postgresql_url), open_engine(postgresql_url)

    def lose() -> None:
        with reading(engine) as connection, reading(other) as killer:
            backend = connection.scalar(text("SELECT pg_backend_pid()"))
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
            connection.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnreachable):
        lose()
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
    other.dispose()


def test_a_damaged_file_is_said_to_be_so(home: Path) -> None:
    settings = Settings(home=home)
    engine = connect(settings)
    settings.database_file.write_bytes(b"bukan basis data" * 1000)
    with pytest.raises(DatabaseUnreachable, match="cadangan"), reading(engine) as connection:
        connection.execute(text("SELECT * FROM sqlite_master"))


def test_a_full_disk_is_said_to_be_so_and_loses_nothing(home: Path) -> None:
    engine = connect(Settings(home=home))
    upgrade(engine)

    def add(code: str, title: str) -> None:
        with writing(engine) as connection:
            row = {"agency": "", "job_code": code, "title": title}
            connection.execute(insert(DATA["jobs"]).values(row))

    add("J-1", "Analis")
    with reading(engine) as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(DatabaseUnreachable, match="Kosongkan"):
        add("J-2", "x" * 100_000)
    with reading(engine) as connection:
        assert connection.scalars(select(DATA["jobs"].c.job_code)).all() == ["J-1"]


def test_a_database_in_use_for_too_long_is_said_to_be_so(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "WAIT_SECONDS", 0)
    first, second = connect(Settings(home=home)), connect(Settings(home=home))
    with (
        writing(first),
        pytest.raises(DatabaseUnreachable, match="dipakai"),
        writing(second),
    ):
        pass


def test_a_home_that_cannot_be_made_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "berkas").touch()
    with pytest.raises(HomeUnusable, match="SELARAS_HOME"):
        connect(Settings(home=tmp_path / "berkas" / "home"))
