"""What people answered to suggested trainings, by unit, small groups hidden.

In: every answer that was stored, the tree of units. Out: figures of every unit, as they stood when
the day began. Answers of the day itself wait until tomorrow: who watches a figure grow by one
would know whose answer it was. What somebody thinks of a post is never counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import numpy as np

from recommender.columns import MILLI
from recommender.gapmap import Branches, hide
from recommender.gapmap.branches import Counts
from service.answers import REASONS, Act, Standing
from service.survey import Part, Place

OFFERED = ("accepted", "postponed", "declined")
"""Answers that are counted; that a training was completed is for its certificate to say."""


@dataclass(frozen=True)
class Course:
    """What a training takes: JP and rupiah per seat; None where not known."""

    jp: float | None = None
    cost: int | None = None


@dataclass(frozen=True)
class Said:
    """Answers of one unit; None where the people are too few to be told.

    Attributes:
        people: who answered anything.
        accepted, postponed, declined: answers, several of one person perhaps.
        reasons: of postponing and declining, by category.
        jp, cost: of the trainings people are willing to take, where that is known.
        no_cost: of these, trainings whose cost is not known.
    """

    people: int | None = None
    accepted: int | None = None
    postponed: int | None = None
    declined: int | None = None
    reasons: Mapping[str, int] | None = None
    jp: float | None = None
    cost: int | None = None
    no_cost: int | None = None

    @property
    def hidden(self) -> bool:
        """Whether nothing may be told."""
        return self.people is None


NOBODY_SAID = Said(0, 0, 0, 0, MappingProxyType({}), 0.0, 0, 0)

PEOPLE, WILLING, REASONED, ACCEPTED, POSTPONED, DECLINED, JP, COST, NO_COST, FIRST_REASON = range(
    10
)
WIDTH = FIRST_REASON + len(REASONS)

_REASON: Mapping[str | None, int] = {reason: place for place, reason in enumerate(REASONS)}


def uptake(
    acts: Iterable[Act],
    standing: Standing,
    before: datetime,
    branches: Branches,
    unit_of: Mapping[str, str | None],
    courses: Mapping[str, Course],
    least: int,
) -> Mapping[Place, Said]:
    """Return what was said in every unit; a unit in which nobody answered has no entry.

    Parameters:
        acts: in the order of their numbers; the latest answer to an item counts.
        before: the moment the day begins; answers that no longer stand then are left out.
        unit_of: unit of every person; others are not counted.
        least: people a figure speaks of at least.
    """
    row = {code: place for place, code in enumerate(branches.codes)}
    acts = [act for act in _latest(acts, standing, before) if act.employee_id in unit_of]
    people = {act.employee_id: 0 for act in acts}
    home = np.array([row.get(unit_of[one] or "", branches.agency) for one in people], np.int64)
    own = np.zeros((branches.agency + 1, WIDTH), np.int64)
    np.add.at(own, home, _by_person(acts, {one: at for at, one in enumerate(people)}, courses))
    return _told(branches, branches.roll_up(own), least)


def _latest(acts: Iterable[Act], standing: Standing, before: datetime) -> Iterable[Act]:
    """Return the latest answer of everybody to every training, where it is counted."""
    found = {
        (act.employee_id, act.item_code): act
        for act in acts
        if act.kind == "training" and act.at < before
    }
    today = before.date()
    return [a for a in found.values() if a.action in OFFERED and standing.holds(a, today)]


def _by_person(
    acts: Sequence[Act], place: Mapping[str, int], courses: Mapping[str, Course]
) -> Counts:
    """Return everybody's answers as numbers to add up, ``[n_people, WIDTH]``."""
    person = np.array([place[act.employee_id] for act in acts], np.int64)
    action = np.array([OFFERED.index(act.action) for act in acts], np.int64)
    reason = np.array([_REASON.get(act.reason_code, -1) for act in acts], np.int64)
    taken = [courses.get(act.item_code, Course()) for act in acts]
    found = np.zeros((len(place), WIDTH), np.int64)
    found[:, PEOPLE] = 1
    np.add.at(found, (person, ACCEPTED + action), 1)
    yes, why = action == 0, (action > 0) & (reason >= 0)
    found[person[yes], WILLING] = found[person[why], REASONED] = 1
    np.add.at(found, (person[why], FIRST_REASON + reason[why]), 1)
    for column, values in (
        (JP, [round(MILLI * (course.jp or 0.0)) for course in taken]),
        (COST, [course.cost or 0 for course in taken]),
        (NO_COST, [course.cost is None for course in taken]),
    ):
        np.add.at(found, (person[yes], column), np.array(values, np.int64)[yes])
    return found


def _told(branches: Branches, counts: Counts, least: int) -> Mapping[Place, Said]:
    hidden = hide(counts[:, [PEOPLE]], branches, least)
    wordless = hide(counts[:, [REASONED]], branches, least, forced=hidden)
    unpriced = hide(counts[:, [WILLING]], branches, least, forced=hidden)
    codes = (*branches.codes, "")
    found: dict[Place, Said] = {}
    for node in np.flatnonzero(branches.told & (counts[:, PEOPLE] > 0)).tolist():
        part: Part = "own" if node > branches.agency else "whole"
        place = codes[node % len(codes)], part
        one = counts[node].tolist()
        reasons = MappingProxyType(dict(zip(REASONS, one[FIRST_REASON:], strict=True)))
        found[place] = Said()
        if not hidden[node]:
            found[place] = Said(
                one[PEOPLE],
                one[ACCEPTED],
                one[POSTPONED],
                one[DECLINED],
                None if wordless[node] else reasons,
                None if unpriced[node] else one[JP] / MILLI,
                None if unpriced[node] else one[COST],
                None if unpriced[node] else one[NO_COST],
            )
    return found
