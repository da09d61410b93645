"""The people whose readiness for a post is looked at: those it suits best, by where they stand.

In: an engine, posts and the people compared. Out: ``Chosen`` per post. Everybody is scored by the
same match as in a list of candidates and set beside the levels that readiness asks for, block by
block; the rules are asked in classes. So who is ready today is counted of everybody; ways and
paths, which cost more, are then sought for the best of the others alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.block import Rows, blocks
from recommender.columns import UNKNOWN, Ints
from recommender.engine import Engine
from recommender.masks import Mask
from recommender.similarity.gaps import Micro

READY, WAITING, SHORT, UNASSESSED = 20, 10, 6, 3
"""The most people per post: ready today; kept by rules of time; below a level; not assessed."""
BLOCK = 512
"""People scored at a time; changes memory and speed, never an answer."""

MAY_END = (
    "role.mutation_interval",
    "role.held_post",
    "role.experience",
    "role.min_grade",
    "role.performance",
    "role.must_have",
    "role.conditions",
    "role.election_freeze",
    "role.inauguration_freeze",
)
"""Rules whose refusal time or training may end on a day that can be told."""


@dataclass(frozen=True)
class Chosen:
    """Rows of people looked at for one post, best match first; equal ones by employee id.

    Attributes:
        ready: no rule keeps them from the post today and every level is proved.
        waiting: every level is proved, and only rules that may end keep them from it.
        short: below a level that the catalogue teaches, and kept by no other rules.
        unassessed: no rule keeps them from it, but a level that counts is not known.
        ready_count, unassessed_count: how many there are of these in all.
    """

    ready: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    short: tuple[int, ...] = ()
    unassessed: tuple[int, ...] = ()
    ready_count: int = 0
    unassessed_count: int = 0

    @property
    def everybody(self) -> tuple[int, ...]:
        """All who are looked at."""
        return (*self.ready, *self.waiting, *self.short, *self.unassessed)


def choose(engine: Engine, jobs: Rows, asked: Ints, people: Rows) -> dict[int, Chosen]:
    """Return whom to look at for each post.

    Parameters:
        jobs: rows of posts, each once.
        asked: milli-levels that readiness asks for, ``[len(jobs), n_competencies]``; below 1 none.
        people: rows of the people compared.
    """
    scoring, gates, facts = engine.scoring, engine.eligibility.role, engine.prepared.facts
    alone = scoring.scorer("role").only(jobs.astype(np.int32))
    today, free = gates.mask(people), gates.mask(people, but=MAY_END)
    counting = [np.flatnonzero(line > 0) for line in asked]
    taught = _highest(engine) >= asked
    found = [_Found() for _ in jobs]
    for places in blocks(np.arange(len(people)), BLOCK):
        rows = people[places]
        micro, levels = scoring.scores(alone, rows), facts.learners(rows).levels
        open_, may = _allowed(today, places, jobs), _allowed(free, places, jobs)
        for column, (one, wanted) in enumerate(zip(found, counting, strict=True)):
            level, least = levels[:, wanted], asked[column, wanted]
            known = (level != UNKNOWN).all(axis=1) & (len(wanted) > 0)
            met = known & (level >= least).all(axis=1)
            teaches = ((level >= least) | taught[column, wanted]).all(axis=1)
            now, later = open_[:, column], may[:, column]
            one.add(
                micro[:, column],
                rows,
                ready=now & met,
                waiting=later & ~now & met,
                short=later & known & ~met & teaches,
                unassessed=now & ~known,
            )
    return {int(job): one.chosen for job, one in zip(jobs.tolist(), found, strict=True)}


def _allowed(mask: Mask, places: Rows, jobs: Rows) -> NDArray[np.bool_]:
    return mask.allowed(places)[:, jobs]


def _highest(engine: Engine) -> Ints:
    """Return the highest milli-level that any training leads to, by competency."""
    trainings = engine.snapshot.trainings
    found = np.full(len(engine.snapshot.competencies), UNKNOWN, np.int32)
    np.maximum.at(found, trainings.outcome_competency, trainings.outcome_to)
    return found


class _Found:
    """Who was found so far for one post."""

    def __init__(self) -> None:
        self._best = {
            "ready": _Best(READY),
            "waiting": _Best(WAITING),
            "short": _Best(SHORT),
            "unassessed": _Best(UNASSESSED),
        }

    def add(self, micro: Micro, rows: Rows, **members: NDArray[np.bool_]) -> None:
        """Let some people compete with those found so far."""
        for name, member in members.items():
            mine = np.flatnonzero(member)
            self._best[name].add(micro[mine], rows[mine])

    @property
    def chosen(self) -> Chosen:
        best = self._best
        return Chosen(
            **{name: one.rows for name, one in best.items()},
            ready_count=best["ready"].count,
            unassessed_count=best["unassessed"].count,
        )


class _Best:
    """The best so far of one list."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0
        self._micro = np.zeros(0, np.int64)
        self._row = np.zeros(0, np.int64)

    def add(self, micro: Micro, rows: Rows) -> None:
        """Count some people and let them compete with the best so far."""
        self.count += len(rows)
        if len(self._micro) == self.most:
            ahead = micro > self._micro[-1]  # rows come in ascending order and a tie stays behind
            micro, rows = micro[ahead], rows[ahead]
        if len(rows) == 0:
            return
        micro, rows = np.concatenate([self._micro, micro]), np.concatenate([self._row, rows])
        order = np.lexsort((rows, -micro))[: self.most]
        self._micro, self._row = micro[order], rows[order]

    @property
    def rows(self) -> tuple[int, ...]:
        """Rows of the best, best first."""
        return tuple(self._row.tolist())
