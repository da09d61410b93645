"""The command that kills workers, for a few points; many are a command, see its first lines."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

COMMAND = Path(__file__).parents[2] / "benchmarks" / "kill_publish.py"
POINTS = int(os.environ.get("SELARAS_TEST_KILL_POINTS", "2"))


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("kill_publish", COMMAND)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_killed_while_it_ranks_and_publishes_it_goes_on_and_readers_see_whole_generations(
    killing: ModuleType, migrated_url: str, home: Path
) -> None:
    found = killing.run(migrated_url, home, POINTS, seed=1)
    assert found.faults == []
    assert found.ends.total() == POINTS
