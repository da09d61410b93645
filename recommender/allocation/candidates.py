"""Who may have which item at which worth: from the engine's own scores, or from a file's.

In: an open engine and what is offered, or three columns. Out: ``Candidates``: pairs of a person
and an item, in order. A pair that is not among them is not allowed.

Decision: the worth of a seat is the ranker's score itself. Its terms are standardised once, by
constants of the model, so scores of different people are of one scale and add up; what scores
nothing gains nothing and never takes a seat from anybody. *Consequence*: an allocation is worth
what its lists are worth, and the reasons of a list are those of a seat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.allocation.offered import Offered
from recommender.allocation.problem import Flags, Whole
from recommender.block import LISTED, Rows, blocks
from recommender.eligibility.facade import Gates
from recommender.engine import Engine
from recommender.kernels.problem import Best
from recommender.mandates import Mandates
from recommender.masks import Classes, Mask
from recommender.results import Kind
from recommender.similarity.gaps import Micro

PREREQUISITES = "training.prerequisites"
"""Not asked of a seat: what must come before may be had in the same year."""
PER_PERSON = 50
CHAIN = 3
"""Courses that build on each other within a year, at most, beyond those that suit by themselves."""

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Candidates:
    """Pairs by person, then item.

    Attributes:
        person, item: rows.
        micro: micro-points.
        first: mandatory for the person, or scheduled: seated before anything that is chosen.
    """

    person: Whole
    item: Whole
    micro: Micro
    first: Flags

    def __len__(self) -> int:
        return len(self.person)

    @classmethod
    def given(cls, person: Whole, item: Whole, micro: Micro) -> Candidates:
        """Order pairs that were scored elsewhere."""
        order = np.lexsort((item, person))
        return cls(person[order], item[order], micro[order], np.zeros(len(order), bool))


def by_engine(
    engine: Engine, seats: Offered, per_person: int = PER_PERSON, tell: Tell | None = None
) -> Candidates:
    """Return everybody's best items among those that are offered.

    Parameters:
        per_person: items of one person at most; mandatory ones come on top.
    """
    kind: Kind = "training" if seats.kind == "session" else "role"
    n_items = len(engine.scoring.index(kind))
    there = np.zeros(n_items, bool)
    there[seats.item] = True
    people = np.arange(len(engine.employee_ids))
    parts: list[tuple[Whole, Whole, Micro, Flags]] = []
    for rows in blocks(people, LISTED[kind]):
        parts.append(_block(engine, kind, rows, there, per_person))
        if tell:
            tell("rank", int(rows[-1]) + 1, len(people))
    person, item, micro, first = (
        np.concatenate([part[i] for part in parts]) if parts else np.zeros(0, np.int64)
        for i in range(4)
    )
    return Candidates(person, item, micro, first.astype(bool))


def _block(
    engine: Engine, kind: Kind, rows: Rows, there: NDArray[np.bool_], k: int
) -> tuple[Whole, Whole, Micro, Flags]:
    gates = engine.eligibility.gates(kind)
    block = engine.scoring.block(kind, rows)
    layout = block.learning if block.seekers is None else block.seeking
    k = min(k, int(there.sum()))
    place, item, micro = _best(layout.best(_only(gates, rows, there), k))
    first = np.zeros(len(item), bool)
    if kind == "training":
        # What suits as well but builds on something else that may be had before it.
        mask = _only(gates, rows, there, but=(PREREQUISITES,))
        later = _best(layout.best(mask, k))
        new = ~np.isin(_key(later[0], later[1], there), _key(place, item, there))
        place, item, micro = (
            np.concatenate([one, other[new]])
            for one, other in zip((place, item, micro), later, strict=True)
        )
        due_place, due_item = _due(engine, gates, rows, there, mask)
        place, item, micro = _with(engine, rows, (place, item, micro), due_place, due_item)
        for _ in range(CHAIN):
            before = len(item)
            needed = _needed(engine, rows, place, item, mask)
            place, item, micro = _with(engine, rows, (place, item, micro), *needed)
            if len(item) == before:
                break
        first = np.isin(_key(place, item, there), _key(due_place, due_item, there))
        able = _prepared_outside(engine, rows, place, item)
        place, item, micro, first = place[able], item[able], micro[able], first[able]
    order = np.lexsort((item, place))
    return rows[place[order]], item[order], micro[order], first[order]


def _key(place: Whole, item: Whole, there: NDArray[np.bool_]) -> Whole:
    return place * len(there) + item


def _with(
    engine: Engine, rows: Rows, held: tuple[Whole, Whole, Micro], place: Whole, item: Whole
) -> tuple[Whole, Whole, Micro]:
    """Return pairs with further ones, which are scored one item at a time: they are few."""
    width = len(engine.snapshot.trainings)
    new = ~np.isin(place * width + item, held[0] * width + held[1])
    places, items, micros = [held[0]], [held[1]], [held[2]]
    for one in np.unique(item[new]).tolist():
        some = place[new & (item == one)]
        alone = engine.scoring.scorer("training").only(np.array([one], np.int32))
        places.append(some)
        items.append(np.full(len(some), one, np.int64))
        micros.append(engine.scoring.scores(alone, rows[some])[:, 0])
    return np.concatenate(places), np.concatenate(items), np.concatenate(micros)


def _needed(
    engine: Engine, rows: Rows, place: Whole, item: Whole, mask: Mask
) -> tuple[Whole, Whole]:
    """Return what must come before the pairs' items, as far as it is allowed and offered."""
    prerequisites = engine.snapshot.trainings.prerequisites
    asking = [i for i in np.unique(item).tolist() if prerequisites[i]]
    places, items = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for one in asking:
        some = place[item == one]
        allowed = mask.allowed(some)
        for need in prerequisites[one]:
            fit = some[allowed[:, need]]
            places.append(fit)
            items.append(np.full(len(fit), need, np.int64))
    found = np.unique(np.stack([np.concatenate(places), np.concatenate(items)], axis=1), axis=0)
    return found[:, 0], found[:, 1]


def _prepared_outside(engine: Engine, rows: Rows, place: Whole, item: Whole) -> Flags:
    """Return the pairs whose item asks for nothing that the catalogue lacks and is not done."""
    able = np.ones(len(item), bool)
    for one in np.unique(item).tolist():
        for code in engine.snapshot.trainings.outside[one]:
            some = np.flatnonzero(item == one)
            able[some] &= engine.eligibility.facts.has_completed_outside(rows[place[some]], code)
    return able


def _best(best: Best) -> tuple[Whole, Whole, Micro]:
    place, at = np.nonzero((best.item >= 0) & (best.micro > 0))
    return place, best.item[place, at].astype(np.int64), best.micro[place, at]


def _only(gates: Gates, rows: Rows, there: NDArray[np.bool_], but: tuple[str, ...] = ()) -> Mask:
    """Return what is allowed and offered.

    Parameters:
        but: rules that are not asked.
    """
    mask = gates.mask(rows, but)
    elsewhere = Classes(
        np.array([[False, True]]),
        np.zeros(len(rows), np.int32),
        (~there).astype(np.int32)[None, :],
    )
    opened = mask.opened.part(there[mask.opened.item])
    return Mask(mask.n_people, mask.n_items, (*mask.classes, elsewhere), mask.closed, opened)


def _due(
    engine: Engine, gates: Gates, rows: Rows, there: NDArray[np.bool_], mask: Mask
) -> tuple[Whole, Whole]:
    """Return the places and items that are scheduled, or mandatory and still allowed."""
    scheduled = np.broadcast_to(gates.scheduled(rows), (len(rows), len(there)))
    due = scheduled & there & (gates.outcomes(rows) < 2)
    people, mandates = engine.snapshot.people, Mandates.of(engine.snapshot)
    if len(mandates.trainings):
        bound = mandates.of_people(people.employment[rows], people.tier[rows], people.job[rows])
        allowed = mask.allowed(np.arange(len(rows)))[:, mandates.trainings]
        due[:, mandates.trainings] |= bound & allowed
    place, item = np.nonzero(due)
    return place, item
