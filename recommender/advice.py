"""Stages 7 to 9 for one person: items with every term, reason, check and way forward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from recommender.block import Block, Rows, Scoring
from recommender.eligibility.ways import Ways, settled, way_of
from recommender.explain import Explainer
from recommender.rank import FORBIDDEN, OUTCOMES, Picks
from recommender.results import Item, Kind


@dataclass(frozen=True)
class Advice:
    """Explains items of one person, whether ranked or ruled out.

    Attributes:
        ways: gives what tries out the ways of refused items; asked only where there are some.
    """

    scoring: Scoring
    explainer: Explainer
    ways: Callable[[], Ways]

    def best(self, kind: Kind, row: Rows, k: int) -> list[Item]:
        """Return the person's list.

        Parameters:
            row: the person's row, of shape ``[1]``; likewise below.
        """
        block = self.scoring.block(kind, row)
        return self.items(block, block.best(k))

    def one(self, kind: Kind, row: Rows, item: int) -> Item:
        """Explain one item, with its rank where it has one."""
        block = self.scoring.block(kind, row)
        picks = block.best(block.scores.shape[1])
        place = np.flatnonzero(picks.item == item)
        rank = int(picks.rank[place[0]]) if len(place) else 0
        return self.placed(block, np.array([item]), np.array([rank]))[0]

    def given(self, kind: Kind, row: Rows, items: Rows) -> list[Item]:
        """Explain the given items, ranked in the given order."""
        return self.placed(self.scoring.block(kind, row), items, np.arange(1, len(items) + 1))

    def excluded(self, kind: Kind, row: Rows, k: int | None) -> list[Item]:
        """Return what the rules forbid, best score first, with rules and ways forward."""
        block = self.scoring.block(kind, row)
        return self._unranked(block, block.forbidden()[:k])

    def later_roles(self, row: Rows, k: int, look: int) -> list[Item]:
        """Return roles ruled out today that open on a known date, by a way that was tried out."""
        block = self.scoring.block("role", row)
        dated = []
        for job in block.forbidden()[:look].tolist():
            # Trying a way out only ever takes its date away, so undated ones need no trial.
            way = way_of(self.scoring.eligibility.checks("role", int(row[0]), job)).way
            if way is not None and way.earliest is not None:
                dated.append(job)
        found: list[Item] = []
        for start in range(0, len(dated), k):
            items = self._unranked(block, np.array(dated[start : start + k], np.int64))
            found += [i for i in items if i.way is not None and i.way.earliest is not None]
            if len(found) >= k:
                break
        return found[:k]

    def placed(self, block: Block, items: Rows, ranks: Rows) -> list[Item]:
        """Explain items of a block of one person at the given ranks, whatever the rules say."""
        return self.items(block, block.picks(items, ranks))

    def items(self, block: Block, picks: Picks) -> list[Item]:
        """Explain picks of a block."""
        parts = self.scoring.parts(block, picks)
        outcomes = [OUTCOMES[o] for o in picks.outcome]
        checks = [
            tuple(self.scoring.eligibility.checks(block.kind, int(block.rows[p]), int(i)))
            for p, i in zip(picks.person, picks.item, strict=True)
        ]
        if block.seekers is None:
            items = self.explainer.trainings(block.people, picks, parts, outcomes, checks)
        else:
            items = self.explainer.roles(block.rows, block.seekers, picks, parts, outcomes, checks)
        return self._with_ways(block, picks, items)

    def _unranked(self, block: Block, items: Rows) -> list[Item]:
        return self.placed(block, items, np.zeros(len(items), np.int64))

    def _with_ways(self, block: Block, picks: Picks, items: list[Item]) -> list[Item]:
        """Give every refused item its way, or why there is none."""
        ids = self.scoring.prepared.facts.snapshot.people.index.codes
        by_person: dict[int, list[int]] = {}
        for place, person in enumerate(picks.person.tolist()):
            if picks.outcome[place] >= FORBIDDEN:
                by_person.setdefault(int(block.rows[person]), []).append(place)
        for row, places in by_person.items():
            refused = [(items[p].item_code, items[p].checks) for p in places]
            ways = self.ways().of(block.kind, ids[row], refused)
            for place, found in zip(places, ways, strict=True):
                checks = settled(items[place].checks, found)
                items[place] = replace(
                    items[place], checks=checks, way=found.way, closed=found.closed
                )
        return items
