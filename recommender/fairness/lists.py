"""What a ranking gave to whom, gathered while it is made; in: its lines, out: arrays by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.engine import Engine
from recommender.listing import Ranked
from recommender.results import Kind

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Given:
    """Every suggestion of one kind: rows of people and items, rank, micro-points."""

    person: Rows
    item: Rows
    rank: Rows
    micro: Rows


class Lists:
    """Gathers the lines of one kind as a batch makes them."""

    def __init__(self, engine: Engine, kind: Kind, k: int) -> None:
        snapshot = engine.snapshot
        self.kind, self.k = kind, k
        self._people = snapshot.people.index
        self._items = (snapshot.trainings if kind == "training" else snapshot.jobs).index
        self._parts: list[NDArray[np.int64]] = []

    def add(self, ranked: Ranked) -> None:
        """Take the lines of a block that are shown: spare ones beyond ``k`` are not."""
        lines = ranked.lines.filter(pc.less_equal(ranked.lines["rank"], self.k))
        columns = [
            self._people.lookup(lines["employee_id"]),
            self._items.lookup(lines["item_code"]),
            lines["rank"].to_numpy(),
            lines["micro"].to_numpy(),
        ]
        self._parts.append(np.stack([c.astype(np.int64) for c in columns], axis=1))

    def given(self) -> Given:
        """Return everything taken so far."""
        all_of = np.concatenate(self._parts) if self._parts else np.zeros((0, 4), np.int64)
        return Given(all_of[:, 0], all_of[:, 1], all_of[:, 2], all_of[:, 3])
