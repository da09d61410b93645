"""A process that changes models and dies: run by the tests of crashes, one try per line of input.

Each line is ``ACTION VALUE STEP``: a fork carries the action out and is killed without warning just
before its STEP-th effect (a flush, a rename, a removal), or lives when it has fewer. The answer is
the number of effects, or ``killed``.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from recommender import artifact, pipeline
from recommender.card import LearntFrom
from recommender.model import Model
from recommender.registry import changes, layout
from recommender.registry.changes import Stamp
from training_data.dataset import Dataset
from training_data.reference.packs import load_rules

DAYS = (1, 2, 3)
STAMP = Stamp("penguji", "2026-01-05T00:00:00+00:00")
RULES = load_rules(date(2026, 1, 5))
DATA = Dataset.of(
    {
        "employees": {"employee_id": ["ani", "budi"]},
        "trainings": {"training_code": ["A", "B"], "title": ["Arsip", "Pelayanan"]},
    }
)


def fitted(day: int) -> Model:
    """A model of the first days of 2026."""
    return pipeline.fit(DATA, as_of=date(2026, 1, day), rules=RULES)


def change(place: Path, action: str, value: int, models: dict[int, Model]) -> None:
    """Carry out one action; everything but ``save`` is done to the registry."""
    if action == "save":
        artifact.save(models[value], place / "plain")
        return
    registry = place / "registry"
    changes.settle(registry, STAMP)
    if action == "add":
        learnt = LearntFrom.of(DATA, models[value].as_of)
        changes.add(registry, STAMP, models[value], RULES, learnt)
    elif action == "adopt":
        changes.adopt(registry, STAMP, registry / "current")
    elif action == "remove":
        version = layout.numbered(registry, value)
        if version is not None:
            changes.remove(registry, STAMP, version)
    else:
        version, held = layout.numbered(registry, value), layout.pointer(registry)
        assert version is not None
        previous = None if held is None else held.number
        changes.put_in_force(registry, STAMP, version, action, previous=previous)


class Steps:
    """Counts effects and dies before the chosen one."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.count = 0

    def before(self, effect: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``effect``, counted."""

        def counted(*given: Any, **named: Any) -> Any:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            return effect(*given, **named)

        return counted


def run(place: Path, action: str, value: int, last: int, models: dict[int, Model]) -> int:
    """Change once, dying before effect ``last``; return how many effects there were."""
    steps = Steps(last)
    os.fsync = steps.before(os.fsync)
    os.rename = steps.before(os.rename)
    os.replace = steps.before(os.replace)
    os.unlink = steps.before(os.unlink)
    shutil.rmtree = steps.before(shutil.rmtree)
    np.savez = steps.before(np.savez)
    change(place, action, value, models)
    return steps.count


def main() -> None:
    """Fork once per line; a fork starts at once, since everything is fitted."""
    place = Path(sys.argv[1])
    models = {day: fitted(day) for day in DAYS}
    for line in sys.stdin:
        action, value, last = line.split()
        child = os.fork()
        if child == 0:
            print(run(place, action, int(value), int(last), models), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            print("killed" if killed else f"ended with {status}", flush=True)


if __name__ == "__main__":
    main()
