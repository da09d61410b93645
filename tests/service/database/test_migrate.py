"""Migrations lead to exactly the tables the code uses, and back, with and without data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from service.database.datasets import load_dataset, save_dataset
from service.database.engine import reading, writing
from service.database.migrate import (
    FOLDER,
    REVISION,
    current_revision,
    downgrade,
    require_current,
    upgrade,
)
from service.database.tables import METADATA
from service.errors import NotMigrated
from training_data.dataset import Dataset


def differences(engine: Engine) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts=options)
        found: list[object] = compare_metadata(context, METADATA)
        return found


def shape(engine: Engine) -> dict[str, object]:
    """Keys, columns, checks and foreign keys, which the comparison above does not all cover."""
    with reading(engine) as connection:
        looked = inspect(connection)
        return {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in looked.get_columns(name)],
                looked.get_pk_constraint(name),
                sorted(str(one) for one in looked.get_foreign_keys(name)),
                sorted(str(one) for one in looked.get_check_constraints(name)),
                sorted(str(one) for one in looked.get_unique_constraints(name)),
                sorted(str(one) for one in looked.get_indexes(name)),
            )
            for name in sorted(looked.get_table_names())
            if name != "alembic_version"
        }


def test_the_migrated_tables_are_those_of_the_code(bare_engine: Engine) -> None:
    engine = bare_engine
    upgrade(engine)
    assert differences(engine) == []
    migrated = shape(engine)
    downgrade(engine)
    with writing(engine) as connection:
        METADATA.create_all(connection)
    assert shape(engine) == migrated


def test_up_and_down_leave_no_table_behind(bare_engine: Engine, agency: Dataset) -> None:
    for _ in range(2):
        upgrade(bare_engine)
        save_dataset(bare_engine, agency)
        assert load_dataset(bare_engine).content_hash == agency.content_hash
        downgrade(bare_engine)
        with reading(bare_engine) as connection:
            assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        assert current_revision(bare_engine) is None


def test_upgrading_twice_changes_nothing(engine: Engine, agency: Dataset) -> None:
    save_dataset(engine, agency)
    upgrade(engine)
    assert load_dataset(engine).content_hash == agency.content_hash


def test_several_that_start_at_once_migrate_once(bare_engine: Engine) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: upgrade(bare_engine), range(3)))
    require_current(bare_engine)


def test_a_database_without_tables_is_not_current(bare_engine: Engine) -> None:
    with pytest.raises(NotMigrated, match=REVISION):
        require_current(bare_engine)


def test_a_database_of_a_newer_version_is_left_alone(bare_engine: Engine) -> None:
    engine = bare_engine
    upgrade(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (require_current, upgrade):
        with pytest.raises(NotMigrated, match="9999"):
            act(engine)


def test_the_code_names_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]
