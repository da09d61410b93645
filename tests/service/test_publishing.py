"""What a publication leaves on disk: kept shards go with the switch, never before, never later."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection

from service.database import publishing
from service.errors import FencedOut
from service.settings import Settings
from service.usecases.publishing import rerank_and_publish
from service.usecases.sources import open_database
from training_data.dataset import Dataset


def kept(home: Path) -> set[str]:
    return {folder.name for folder in home.glob(".rank-*") if any(folder.glob("*.shard"))}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "home", port=0)
    open_database(made)
    return made


def test_a_process_that_dies_after_the_switch_leaves_no_shards(
    settings: Settings, agency_data: Dataset, as_of: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "prune", killed)
    with pytest.raises(KeyboardInterrupt):
        rerank_and_publish(agency_data, settings, as_of=as_of)
    assert kept(settings.home) == set()


def test_a_holder_that_was_fenced_out_takes_no_shards_from_the_one_at_work(
    settings: Settings, agency_data: Dataset, as_of: date
) -> None:
    def guard(connection: Connection, number: int) -> None:
        raise FencedOut("worker.fenced")

    with pytest.raises(FencedOut):
        rerank_and_publish(agency_data, settings, as_of=as_of, guard=guard)
    assert kept(settings.home) == {".rank-training", ".rank-role"}
    rerank_and_publish(agency_data, settings, as_of=as_of)
    assert kept(settings.home) == set()
