"""A backup gives back exactly what there was, and nothing comes of a file that is not one."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, insert, select

from service.auditing import SYSTEM
from service.database import audit
from service.database.engine import connect, engine_for, open_engine, reading, writing
from service.database.generations import current_generation, snapshot_folders
from service.database.migrate import REVISION, current_revision, upgrade
from service.database.portable import Digest, counters, digest, shapes
from service.database.restored import is_empty
from service.database.tables import answer, api_token, audit_event, generation
from service.errors import DatabaseError, HomeUnusable, NotMigrated, ServiceError
from service.identity import installation_key, key_file
from service.settings import Settings
from service.usecases import archive, backing_up, restoring
from service.usecases.backing_up import back_up
from service.usecases.errors import NothingUsable, NotThere, WrongUse
from service.usecases.importing import import_data
from service.usecases.publishing import rerank_and_publish
from service.usecases.restoring import restore
from service.usecases.sources import open_database, published_engine
from training_data.dataset import Dataset

Make = Callable[..., Settings]
"""Return settings of an installation that does not exist yet, on the kind of database."""


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what commands leave to the end of their process."""
    opened: list[Engine] = []

    def remembered(url: Any) -> Engine:
        opened.append(open_engine(url))
        return opened[-1]

    monkeypatch.setattr("service.database.engine.open_engine", remembered)
    yield
    for engine in opened:
        engine.dispose()


def ask(server: Path, statement: str) -> None:
    """Say something to PostgreSQL that needs no transaction."""
    import psycopg

    with psycopg.connect(f"host={server} user=selaras dbname=postgres", autocommit=True) as held:
        held.execute(statement)  # type: ignore[call-overload]


def named(server: Path, name: str) -> str:
    return f"postgresql://selaras@/{name}?host={server}"


@pytest.fixture
def make(postgres_server: Path, tmp_path: Path) -> Iterator[Make]:
    made: list[str] = []

    def settings(kind: str, name: str, template: str = "template1", **others: Any) -> Settings:
        home = tmp_path / name
        if kind == "sqlite":
            return Settings(home=home, **others)
        made.append(f"t{uuid4().hex}")
        ask(postgres_server, f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return Settings(home=home, database_url=named(postgres_server, made[-1]), **others)

    yield settings
    for name in made:
        ask(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def origins(
    postgres_server: Path,
    tmp_path_factory: pytest.TempPathFactory,
    agency_data: Dataset,
    as_of: date,
) -> dict[str, Path]:
    """The homes of two installations in which something has happened; to be copied."""
    ask(postgres_server, "CREATE DATABASE origin")
    homes = {kind: tmp_path_factory.mktemp(kind) / "home" for kind in ("sqlite", "postgresql")}
    urls = {"sqlite": None, "postgresql": named(postgres_server, "origin")}
    opened: list[Engine] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "service.database.engine.open_engine",
            lambda url: opened.append(open_engine(url)) or opened[-1],
        )
        for kind, home in homes.items():
            place = tmp_path_factory.mktemp("data")
            live(Settings(home=home, database_url=urls[kind]), agency_data, as_of, place)
    for engine in opened:
        engine.dispose()
    return homes


@pytest.fixture
def lived(make: Make, kind: str, origins: dict[str, Path]) -> Settings:
    """An installation in which something has happened."""
    settings = make(kind, "lived", "origin")
    shutil.copytree(origins[kind], settings.home)
    return settings


def live(settings: Settings, data: Dataset, as_of: date, place: Path) -> None:
    data.write(place / "data")
    import_data(place / "data", settings)
    database = open_database(settings)
    for _ in range(2):
        rerank_and_publish(data, settings, as_of=as_of)
    for number in range(3):
        act(database, number)
    with writing(database) as connection:  # a number that was given and whose row is gone
        newest = select(func.max(answer.c.id)).scalar_subquery()
        connection.execute(delete(answer).where(answer.c.id == newest))
    models = settings.home / "models"
    (models / "versions/000001-abc").mkdir(parents=True)
    (models / "versions/000001-abc/arrays.npz").write_bytes(b"numbers")
    (models / "promoted.json").write_text("{}")
    (models / ".lock").touch()
    (settings.home / "exports/refused").mkdir(parents=True)
    (settings.home / "exports/refused/rows.csv").write_text("NIP")


def act(database: Engine, number: int) -> None:
    """An answer and the row of the trail that tells of it, together or not at all."""
    row = {"agency": "", "employee_id": f"P-{number}", "kind": "training", "item_code": "T"}
    row |= {"action": "accepted", "by": "x"}
    with writing(database) as connection:
        values = {**row, "generation": 1, "at": datetime.now(UTC)}
        connection.execute(insert(answer).values(**values))
        audit.append(connection, "", SYSTEM, "answered", f"answer:{number}", {"n": number})


def tables(settings: Settings) -> dict[str, Any]:
    """What identifies every row and counter of the database."""
    with reading(engine_for(settings)) as connection:
        found: dict[str, Any] = {one.name: digest(connection, one) for one in shapes(connection)}
        return {**found, "counters": counters(connection)}


def files(settings: Settings) -> dict[str, str]:
    """Every file of the home that is to be saved, with its hash."""
    found = (file.relative_to(settings.home) for file in settings.home.rglob("*") if file.is_file())
    return {
        str(file): hashlib.sha256((settings.home / file).read_bytes()).hexdigest()
        for file in found
        if not any(part.startswith((".", "selaras.db", "exports")) for part in file.parts)
    }


def state(settings: Settings) -> tuple[dict[str, Any], dict[str, str]]:
    return tables(settings), files(settings)


@pytest.fixture
def backup(lived: Settings, tmp_path: Path) -> Path:
    back_up(lived, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_what_is_restored_is_what_there_was_in_either_database(
    make: Make, lived: Settings, into: str, tmp_path: Path
) -> None:
    before = state(lived)
    made = back_up(lived, tmp_path / "backup.zip")
    assert made.recorded
    new = make(into, "new")
    done = restore(new, tmp_path / "backup.zip")
    assert done.manifest == made.manifest
    assert state(new) == before
    assert (done.trail.broken, done.trail.rows) == (None, 5)
    assert before[0]["counters"]["answer"] == 3
    assert before[0]["answer"].rows == 2
    assert not [file for file in new.home.iterdir() if file.name.startswith(".")]
    modes = {stat.S_IMODE(file.stat().st_mode) for file in new.home.rglob("*")}
    assert modes == {0o600, 0o700}
    # It lives on: the ranking opens, and no number is given again.
    engine, number = published_engine(new)
    assert engine.recommend("A-1", "training", k=1)
    assert installation_key(new.home) == installation_key(lived.home)
    assert rerank_and_publish(engine.dataset, new, as_of=engine.as_of).number == number + 1


def test_the_file_is_for_its_owner_and_says_what_it_holds(backup: Path, lived: Settings) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as found:
        told = json.loads(found.read("manifest.json"))
        names = set(found.namelist())
        assert found.testzip() is None
    assert (told["format"], told["revision"]) == (1, REVISION)
    for part in told["files"]:
        assert f"home/{part['path']}" in names
    assert "home/installation.key" in names
    assert "home/generations/2/manifest.json" in names
    assert "home/models/versions/000001-abc/arrays.npz" in names
    assert not [name for name in names if "exports" in name or ".lock" in name]
    with zipfile.ZipFile(backup) as found:
        for part in told["tables"]:
            lines = found.read(f"tables/{part['name']}.jsonl")
            assert hashlib.sha256(lines).hexdigest() == part["sha256"]
            assert len(lines.splitlines()) == part["rows"]
    assert [file.name for file in backup.parent.iterdir() if file.name.startswith(".")] == []


def test_a_backup_while_others_write_holds_one_moment(
    make: Make,
    kind: str,
    lived: Settings,
    agency_data: Dataset,
    as_of: date,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("service.database.one_state.PAGES", 20)
    done, faults, longest, acts = threading.Event(), list[str](), [0.0], [0]

    def write() -> None:
        own = engine_for(lived)
        try:
            while not done.is_set():
                start = time.perf_counter()
                act(own, 100 + acts[0])
                acts[0] += 1
                longest[0] = max(longest[0], time.perf_counter() - start)
        except Exception as error:
            faults.append(repr(error))
        finally:
            own.dispose()

    def publish() -> None:
        try:
            while not done.is_set():
                rerank_and_publish(agency_data, lived, as_of=as_of)
        except Exception as error:
            faults.append(repr(error))

    writers = [threading.Thread(target=one) for one in (write, publish)]
    for one in writers:
        one.start()
    try:
        made = [back_up(lived, tmp_path / f"{number}.zip") for number in range(3)]
    finally:
        done.set()
        for one in writers:
            one.join()
    assert faults == []
    print(f"{kind}: {acts[0]} writes, the longest {longest[0]:.2f} s")
    seen = []
    for number, one in enumerate(made):
        new = make("sqlite", f"new-{number}")
        trail = restore(new, tmp_path / f"{number}.zip").trail
        assert trail.broken is None
        assert one.manifest.missing == ()
        with reading(engine_for(new)) as connection:
            answers = connection.scalar(select(func.count()).select_from(answer)) or 0
            told = select(func.count()).where(audit_event.c.action == "answered")
            assert connection.scalar(told) == answers + 1  # one answer was removed before
        held = current_generation(connect(new))
        assert held is not None
        assert snapshot_folders(new.home, held.number).manifest.is_file()
        published_engine(new)
        seen.append(answers)
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]


def test_a_generation_removed_meanwhile_makes_it_begin_again(
    lived: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def late(settings: Settings, numbers: list[int]) -> Any:
        found = belongings(settings, numbers)
        calls.append(numbers)
        if len(calls) == 1:
            with writing(engine_for(settings)) as connection:
                one = generation.c.number == min(numbers)
                connection.execute(generation.update().where(one).values(state="removed"))
            shutil.rmtree(snapshot_folders(settings.home, min(numbers)).root)
        return found

    belongings = backing_up.belongings
    monkeypatch.setattr(backing_up, "belongings", late)
    made = back_up(lived, tmp_path / "backup.zip")
    assert made.manifest.missing == ()
    assert [len(numbers) for numbers in calls] == [2, 1]
    monkeypatch.setattr(backing_up, "_save_files", vanish)
    with pytest.raises(ServiceError, match="worker"):
        back_up(lived, tmp_path / "other.zip")
    assert not (tmp_path / "other.zip").exists()


def vanish(*_: Any) -> None:
    raise backing_up._Vanished


def test_generations_whose_files_are_gone_are_told(
    make: Make, lived: Settings, tmp_path: Path
) -> None:
    shutil.rmtree(snapshot_folders(lived.home, 1).root)
    made = back_up(lived, tmp_path / "backup.zip")
    assert made.manifest.missing == (1,)
    assert restore(make("sqlite", "new"), tmp_path / "backup.zip").manifest.missing == (1,)


def test_models_and_rules_outside_the_home_are_told_and_inside_are_saved(
    make: Make, tmp_path: Path
) -> None:
    elsewhere, rules = tmp_path / "models", tmp_path / "lived/rules"
    (elsewhere / "versions").mkdir(parents=True)
    rules.mkdir(parents=True)
    (rules / "own.json").write_text("{}")
    settings = make("sqlite", "lived", model_dir=elsewhere, rules_dir=rules)
    open_database(settings)
    made = back_up(settings, tmp_path / "backup.zip")
    assert made.outside == (elsewhere,)
    assert "rules/own.json" in {part.path for part in made.manifest.files}


def test_an_older_database_is_saved_as_it_is_and_updated_when_restored(
    make: Make, kind: str, tmp_path: Path
) -> None:
    old = make(kind, "old")
    engine = connect(old)
    upgrade(engine, "0004")
    made = back_up(old, tmp_path / "backup.zip")
    assert not made.recorded
    assert current_revision(engine) == "0004"
    assert made.manifest.revision == "0004"
    new = make("sqlite", "new")
    restore(new, tmp_path / "backup.zip")
    assert current_revision(connect(new)) == REVISION


def test_nothing_is_overwritten_and_nothing_made_of_nothing(
    make: Make, kind: str, tmp_path: Path
) -> None:
    settings = make(kind, "none")
    with pytest.raises(NotThere):
        back_up(settings, tmp_path / "backup.zip")
    if kind == "sqlite":
        assert not settings.home.exists()
    open_database(settings)
    (tmp_path / "there.zip").write_text("precious")
    with pytest.raises(WrongUse):
        back_up(settings, tmp_path / "there.zip")
    assert (tmp_path / "there.zip").read_text() == "precious"
    with pytest.raises(WrongUse):
        back_up(settings, tmp_path / "nowhere/backup.zip")


def test_a_backup_that_cannot_be_written_leaves_nothing(
    lived: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_seal_of", full)
    before = set(tmp_path.iterdir())
    with pytest.raises(OSError, match="space"):
        back_up(lived, tmp_path / "backup.zip")
    assert set(tmp_path.iterdir()) == before


def test_what_a_killed_backup_left_beside_the_file_goes_with_the_next(
    lived: Settings, tmp_path: Path
) -> None:
    left, held = (tmp_path / f".selaras-backup-{name}" for name in ("left", "held"))
    for one in (left, held):
        one.mkdir()
        (one / "copy.db").write_text("people")
    living = backing_up._lock(held)
    assert living is not None
    try:
        back_up(lived, tmp_path / "backup.zip")
    finally:
        os.close(living)
    assert not left.exists()
    assert held.exists()


def nothing_was_written(settings: Settings) -> bool:
    return not settings.home.exists() and is_empty(engine_for(settings))


@pytest.fixture(scope="module")
def small(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a whole backup."""
    file = tmp_path_factory.mktemp("backup") / "backup.zip"
    back_up(published, file)
    return file.read_bytes()


@examples(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_off_or_altered_anywhere_is_refused(
    small: bytes, tmp_path: Path, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(small) - 1))
    change = data.draw(st.sampled_from(["cut", "flip", "insert", "append"]))
    bit = bytes([small[at] ^ 1 << data.draw(st.integers(0, 7))])
    altered = {
        "cut": small[:at],
        "flip": small[:at] + bit + small[at + 1 :],
        "insert": small[:at] + bit + small[at:],
        "append": small + bit,
    }[change]
    file = tmp_path / "altered.zip"
    file.write_bytes(altered)
    settings = Settings(home=tmp_path / "new")
    with pytest.raises(NothingUsable):
        restore(settings, file)
    assert nothing_was_written(settings)


TABLE = "tables/recommendation.jsonl"

Forge = Callable[[dict[str, bytes], dict[str, Any]], None]


def forged(whole: bytes, file: Path, change: Forge) -> Path:
    """A sealed file whose parts and manifest were changed."""
    with zipfile.ZipFile(_opened(whole, file)) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    told = json.loads(parts.pop("manifest.json"))
    change(parts, told)
    file.unlink()
    with archive.written(file) as made:
        for name, content in parts.items():
            made._write(name, [content])
        made._write("manifest.json", [json.dumps(told).encode()])
    return file


def _opened(whole: bytes, file: Path) -> Path:
    file.write_bytes(whole)
    return file


def listed(told: dict[str, Any], parts: dict[str, bytes], path: str) -> None:
    """Add a file to the parts and to the manifest."""
    parts[f"home/{path}"] = b"x"
    told["files"].append({"path": path, "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()})


def without(parts: dict[str, bytes], told: dict[str, Any], table: str) -> None:
    """Leave out a table, from the parts and from the manifest."""
    parts.pop(f"tables/{table}.jsonl")
    told["tables"] = [part for part in told["tables"] if part["name"] != table]


def rows_of(parts: dict[str, bytes], told: dict[str, Any], table: str, rows: bytes) -> None:
    """Put other rows into a table, with the hash that goes with them."""
    parts[f"tables/{table}.jsonl"] = rows
    (one,) = [part for part in told["tables"] if part["name"] == table]
    one |= {
        "bytes": len(rows),
        "rows": rows.count(b"\n"),
        "sha256": hashlib.sha256(rows).hexdigest(),
    }


FORGED: dict[str, tuple[str, Forge]] = {
    "a part with other content": (
        "part_altered",
        lambda p, t: p.update({TABLE: p[TABLE].replace(b"training", b"Training")}),
    ),
    "a part that is longer": ("part_altered", lambda p, t: p.update({TABLE: p[TABLE] * 9})),
    "a part that is shorter": ("part_altered", lambda p, t: p.update({TABLE: p[TABLE][:-1]})),
    "another number of rows": ("part_altered", lambda p, t: t["tables"][-1].update(rows=7)),
    "a part that is missing": ("parts_differ", lambda p, t: p.pop(TABLE) and None),
    "a part nobody lists": ("parts_differ", lambda p, t: p.update({"home/more.json": b"{}"})),
    "a table nobody knows": ("parts_differ", lambda p, t: t["tables"][0].update(name="../x")),
    "a table that is not there": ("tables_differ", lambda p, t: without(p, t, "answer")),
    "a path that leaves": ("leaves_home", lambda p, t: listed(t, p, "../key")),
    "a path that leaves later": ("leaves_home", lambda p, t: listed(t, p, "models/../../key")),
    "a path from the root": ("leaves_home", lambda p, t: listed(t, p, "/etc/key")),
    "an empty path": ("leaves_home", lambda p, t: listed(t, p, "")),
    "a hidden file": ("leaves_home", lambda p, t: listed(t, p, ".restore")),
    "a backslash": ("leaves_home", lambda p, t: listed(t, p, "..\\key")),
    "the database itself": ("leaves_home", lambda p, t: listed(t, p, "selaras.db")),
    "the database's journal": ("leaves_home", lambda p, t: listed(t, p, "selaras.db-journal")),
    "a folder that leaves": ("leaves_home", lambda p, t: t["folders"].append("../x")),
    "a file in an unlisted folder": ("parts_differ", lambda p, t: listed(t, p, "other/key")),
    "a file instead of a folder": ("parts_differ", lambda p, t: listed(t, p, "generations")),
    "a file that is listed twice": ("parts_differ", lambda p, t: t["files"].append(t["files"][0])),
    "other columns": ("tables_differ", lambda p, t: t["tables"][0]["columns"].append("more")),
    "a row that is none": ("part_altered", lambda p, t: rows_of(p, t, "jobs", b"[1]\n")),
    "rows in another order": (
        "not_taken",
        lambda p, t: rows_of(p, t, "recommendation", b"".join(reversed(p[TABLE].splitlines(True)))),
    ),
    "a counter that is behind": ("not_taken", lambda p, t: t["counters"].update(generation=0)),
    "an unknown entry": ("not_one", lambda p, t: t.update(more=1)),
    "another form of manifest": ("not_one", lambda p, t: t.update(tables=7)),
    "a newer format": ("newer", lambda p, t: t.update(format=2)),
    "a newer revision": ("newer", lambda p, t: t.update(revision="9999")),
    "a revision that is none": ("newer", lambda p, t: t.update(revision="head")),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_sealed_file_that_does_not_fit_together_is_refused(
    small: bytes, tmp_path: Path, name: str
) -> None:
    code, change = FORGED[name]
    file = forged(small, tmp_path / "forged.zip", change)
    settings = Settings(home=tmp_path / "new")
    with pytest.raises(ServiceError) as refused:
        restore(settings, file)
    assert refused.value.code == f"backup.{code}"
    assert isinstance(refused.value, NotMigrated) is (code == "newer")
    assert is_empty(engine_for(settings))
    assert not settings.home.exists() or list(settings.home.iterdir()) == []
    assert {entry.name for entry in tmp_path.iterdir()} <= {"forged.zip", "new"}


def test_rows_the_database_itself_refuses_leave_nothing(small: bytes, tmp_path: Path) -> None:
    rows = "tables/generation.jsonl"
    file = forged(
        small, tmp_path / "twice.zip", lambda p, t: rows_of(p, t, "generation", p[rows] * 2)
    )
    with pytest.raises(DatabaseError, match="menolak"):
        restore(Settings(home=tmp_path / "new"), file)
    assert list((tmp_path / "new").iterdir()) == []


def test_a_file_forged_into_itself_is_the_same(small: bytes, tmp_path: Path) -> None:
    file = forged(small, tmp_path / "same.zip", lambda *_: None)
    restore(Settings(home=tmp_path / "new"), file)


@pytest.mark.parametrize("content", [b"", b"PK", b"employee_id\nP-1\n", b"PK\3\4" + b"\0" * 200])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.zip"
    file.write_bytes(content)
    settings = Settings(home=tmp_path / "new")
    with pytest.raises(NothingUsable):
        restore(settings, file)
    with pytest.raises(NotThere):
        restore(settings, tmp_path / "nowhere.zip")
    assert nothing_was_written(settings)


def test_a_home_or_database_that_holds_anything_is_refused(
    make: Make, kind: str, backup: Path, lived: Settings
) -> None:
    before = state(lived)
    with pytest.raises(WrongUse, match="sudah berisi"):
        restore(lived, backup)
    assert tables(lived) == before[0]
    other = make(kind, "other")
    other.home.mkdir()
    (other.home / "notes.txt").write_text("mine")
    with pytest.raises(WrongUse, match=r"notes\.txt"):
        restore(other, backup)
    assert [file.name for file in other.home.iterdir()] == ["notes.txt"]
    if kind == "postgresql":
        empty_home = lived.model_copy(update={"home": other.home.with_name("new")})
        with pytest.raises(WrongUse, match="sudah berisi tabel"):
            restore(empty_home, backup)
        assert not empty_home.home.exists()
        assert tables(lived) == before[0]


def test_an_empty_home_and_an_emptied_database_are_taken(
    make: Make, kind: str, backup: Path, lived: Settings
) -> None:
    from service.database.migrate import downgrade

    new = make(kind, "new")
    if kind == "postgresql":
        engine = engine_for(new)
        upgrade(engine)
        downgrade(engine)
        engine.dispose()
    new.home.mkdir()
    restore(new, backup)
    assert tables(new)["employees"] == tables(lived)["employees"]


def test_a_restoration_that_is_refused_half_way_leaves_nothing(
    make: Make, kind: str, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = make(kind, "new")
    with monkeypatch.context() as patch:
        patch.setattr(restoring, "is_what_is_wanted", lambda *_: False)
        with pytest.raises(NothingUsable, match="sama persis"):
            restore(new, backup)
    assert is_empty(engine_for(new))
    assert list(new.home.iterdir()) == []
    restore(new, backup)


def test_two_restorations_at_once_end_in_one(make: Make, kind: str, backup: Path) -> None:
    new = make(kind, "new")
    ends = list[str]()

    def run() -> None:
        try:
            restore(new, backup)
            ends.append("done")
        except ServiceError as error:
            ends.append(type(error).__name__)

    both = [threading.Thread(target=run) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(ends) == ["WrongUse", "done"]
    published_engine(new)


def test_while_a_restoration_is_unfinished_nothing_opens_the_home(
    backup: Path, tmp_path: Path
) -> None:
    home = tmp_path / "new"
    (home / ".restore").mkdir(parents=True)
    for act in (open_database, lambda one: back_up(one, tmp_path / "again.zip")):
        with pytest.raises(HomeUnusable, match="restore"):
            act(Settings(home=home))
    (home / "mine.txt").touch()
    with pytest.raises(WrongUse, match=r"mine\.txt"):
        restore(Settings(home=home), backup)
    (home / "mine.txt").unlink()
    restore(Settings(home=home), backup)
    assert key_file(home).is_file()


def test_a_revoked_token_of_the_backup_is_what_it_was(
    make: Make, lived: Settings, tmp_path: Path
) -> None:
    from service.database.access import Grant, create_token, revoke_token

    database = connect(lived)
    made = create_token(database, Grant("hr", "agency", "", None, ""), days=7, actor=SYSTEM)
    revoke_token(database, made.id)
    back_up(lived, tmp_path / "backup.zip")
    new = make("sqlite", "new")
    restore(new, tmp_path / "backup.zip")
    with reading(engine_for(new)) as connection:
        assert connection.scalar(select(api_token.c.revoked_at)) is not None


KILLS = int(os.environ.get("SELARAS_TEST_RESTORE_KILLS", "4"))
"""How many points to kill at; set to a large number to kill before each single step."""

LIVES = 10**6


def test_killed_before_any_of_its_steps_it_leaves_nothing_that_opens_and_begins_again(
    make: Make, kind: str, backup: Path, lived: Settings
) -> None:
    saved = saved_in(lived, backup)
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("restorer.py"), backup],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def restored(settings: Settings, step: int) -> str:
            url = settings.database_url
            given = "-" if url is None else url.get_secret_value()
            print(settings.home, given, step, file=process.stdin, flush=True)
            return process.stdout.readline().strip()

        steps = int(restored(make(kind, "whole"), LIVES))
        assert steps > 100
        near = range(steps, steps - KILLS, -1)  # where files and database come together
        seen = set()
        for step in {*near, *range(1, steps + 1, max(1, steps // KILLS))}:
            new = make(kind, f"killed-{step}")
            assert restored(new, step) == "killed"
            seen.add(left_by(new))
            if left_by(new) != "all":
                # Cut off once more, at another place, and then left to finish.
                restored(new, max(2, steps - step))
                if left_by(new) != "all":
                    assert restored(new, LIVES).isdigit()
            assert tables(new) == saved
            assert installation_key(new.home) == installation_key(lived.home)
            published_engine(new)
        process.stdin.close()
        assert process.wait(30) == 0
    assert seen == {"nothing", "unfinished", "all"}


def left_by(settings: Settings) -> str:
    """What a restoration left: nothing, something that no command opens, or all."""
    home = settings.home
    if not home.exists() or not list(home.iterdir()):
        assert is_empty(engine_for(settings))
        return "nothing"
    if (home / ".restore").exists():
        with pytest.raises(HomeUnusable):
            open_database(settings)
        return "unfinished"
    assert not [entry for entry in home.iterdir() if entry.name.startswith(".")]
    return "all"


def saved_in(lived: Settings, backup: Path) -> dict[str, Any]:
    """What identifies the rows of a backup: those of the installation, but for what came after."""
    found = tables(lived)
    with archive.opened(backup) as held:
        for part in held.manifest.tables:
            if part.name == "audit_event":  # the backup itself was recorded there
                assert found[part.name] != Digest(part.rows, part.sha256)
                found[part.name] = Digest(part.rows, part.sha256)
    return found
