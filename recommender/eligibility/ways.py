"""Ways of whole items: what all refused rules together take, tried out before it is said.

In: a world, the rules, and a person's refused items with their checks. Out: per item either one
``Way`` whose changes, lived, leave no rule refused, or the reason why there is none. Where waiting
for one rule lets another fail (an age passed, a contract over), the way grows or ends there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np

from recommender.eligibility.facade import judge
from recommender.eligibility.wording import shut
from recommender.results import Check, Kind, Way
from recommender.scenario import (
    Certified,
    Change,
    Complete,
    Hold,
    Opened,
    Points,
    RaiseLevel,
    Rated,
    SetFact,
    Wait,
    World,
)
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.messages import Text
from training_data.reference.packs import Rules

ROUNDS = 3
"""How often a way may grow by what its own time lets fail."""


class ItemWay(NamedTuple):
    """The way of a refused item, or why there is none; exactly one of the two."""

    way: Way | None
    closed: Text | None


@dataclass(frozen=True)
class Ways:
    """Finds and tries out the ways of refused items.

    Attributes:
        world: what was known on the day, laid out for hypothetical questions.
        snapshot: the same day as arrays; posts and trainings are taken from it.
        rules: the rules in force on the day; they are taken to stay.
    """

    world: World
    snapshot: Snapshot
    rules: Rules

    def of(
        self, kind: Kind, employee_id: str, refused: Sequence[tuple[str, Sequence[Check]]]
    ) -> list[ItemWay]:
        """Return the way of each refused item of one person.

        Parameters:
            refused: item codes, each with the checks of the pair.
        """
        found = [way_of(checks) for _, checks in refused]
        open_ = [place for place, one in enumerate(found) if one.way is not None]
        for last in [*[False] * ROUNDS, True]:
            tried = [(place, refused[place][0], _way(found[place])) for place in open_]
            open_ = []
            for place, checks, day in self._still_refused(kind, employee_id, tried):
                grown = way_of(checks, _way(found[place]))
                if grown.closed is not None:
                    why = next(c for c in checks if c.closed is not None)
                    said = shut("meanwhile", date=day, why=why.text)
                    found[place] = ItemWay(None, said)
                elif last:
                    found[place] = ItemWay(None, shut("together"))
                else:
                    found[place] = grown
                    open_.append(place)
            if not open_:
                break
        return found

    def _still_refused(
        self, kind: Kind, employee_id: str, tried: Sequence[tuple[int, str, Way]]
    ) -> Iterable[tuple[int, list[Check], date]]:
        """Live the ways; yield those items that are refused all the same, by which checks, when."""
        lives = list(dict.fromkeys(way.changes for _, _, way in tried))
        wanted: dict[int, list[tuple[int, str]]] = {}
        for place, code, way in tried:
            wanted.setdefault(lives.index(way.changes), []).append((place, code))
        for dataset, day, names in self.world.futures(employee_id, lives).values():
            snapshot = self.snapshot.with_people(dataset, day)
            gates = judge(kind, snapshot, self.rules)
            items = snapshot.trainings.index if kind == "training" else snapshot.jobs.index
            people = np.array([snapshot.people.index.rows[name] for name in names.values()])
            outcomes = gates.outcomes(people)
            for line, life in enumerate(names):
                for place, code in wanted[life]:
                    item = items.rows[code]
                    if outcomes[line, item] == 2:
                        checks = gates.checks(int(people[line]), item)
                        yield place, [c for c in checks if c.outcome == "tidak_lolos"], day


def settled(checks: Sequence[Check], found: ItemWay) -> tuple[Check, ...]:
    """Return the checks of a refused item as they are shown beside its way.

    Where the item is closed, no step of another rule is shown as if it helped; the first of them
    tells why, unless a rule tells it itself. What closes it in confidence is not hinted at.
    """
    closing = [c for c in checks if c.outcome == "tidak_lolos" and c.closed is not None]
    if found.closed is None or any(c.confidential for c in closing):
        return tuple(checks)
    why = shut("other") if closing else found.closed
    shown = []
    for check in checks:
        if check.outcome == "tidak_lolos" and check.way is not None and not check.confidential:
            shown.append(replace(check, way=None, closed=why))
            why = shut("other")
        else:
            shown.append(check)
    return tuple(shown)


def way_of(checks: Sequence[Check], before: Way | None = None) -> ItemWay:
    """Join the ways of all refused checks into one; one closed check closes the item.

    Parameters:
        before: a way that the refused checks are to be added to.
    """
    failed = [c for c in checks if c.outcome == "tidak_lolos"]
    closed = next((c.closed for c in failed if c.closed is not None), None)
    if closed is not None:
        return ItemWay(None, closed)
    ways = [c.way for c in failed if c.way is not None]
    ways = ways if before is None else [before, *ways]
    steps = tuple(dict.fromkeys(step for way in ways for step in way.steps))
    days = [way.earliest for way in ways]
    known = [day for day in days if day is not None]
    changes = joined([way.changes for way in ways])
    return ItemWay(Way(steps, max(known) if len(known) == len(days) else None, changes), None)


def joined(several: Sequence[Sequence[Change]]) -> tuple[Change, ...]:
    """Return one list of changes that does what several lists do: the higher value stands.

    A post that one list holds by its tier and another by its code is one post; the rest follow
    one another, related work first.
    """
    held: list[Hold] = []
    rest: dict[object, Change] = {}
    for changes in several:
        ahead: list[Hold] = []
        for change in changes:
            if isinstance(change, Hold):
                _hold(held, ahead, change)
            else:
                key = _key(change)
                rest[key] = _higher(rest[key], change) if key in rest else change
        held[:0] = ahead
    return (*held, *rest.values())


def _hold(held: list[Hold], ahead: list[Hold], post: Hold) -> None:
    for place, other in enumerate(held):
        codes = {other.job_code, post.job_code} - {None}
        if other.tier == post.tier and len(codes) < 2:
            code = post.job_code or other.job_code
            held[place] = Hold(max(other.months, post.months), other.tier, code)
            return
    ahead.append(post)


def _key(change: Change) -> object:
    """Return what a change is about: of two about the same one is enough."""
    match change:
        case Wait():
            return Wait
        case SetFact(column, _):
            return SetFact, column
        case Complete(code, _, title):
            return Complete, code or title
        case RaiseLevel(code, _, _):
            return RaiseLevel, code
        case Rated(year, _):
            return Rated, year
        case Points():
            return Points
        case Certified(name, _):
            return Certified, name
        case Opened(job, unit):
            return Opened, job, unit
        case _:
            return change


def _higher(one: Change, other: Change) -> Change:
    """Return the change that also does what the other does."""
    if isinstance(one, Wait) and isinstance(other, Wait):
        return one if one.until >= other.until else other
    if isinstance(one, RaiseLevel) and isinstance(other, RaiseLevel):
        return one if one.level >= other.level else other
    if isinstance(one, Points) and isinstance(other, Points):
        return one if one.cumulative >= other.cumulative else other
    if isinstance(one, SetFact) and isinstance(other, SetFact):
        return one if _rank(one) >= _rank(other) else other
    return one


def _rank(fact: SetFact) -> float:
    """Return how high a value of a column stands; the later day, the higher rank or degree."""
    if isinstance(fact.value, date):
        return fact.value.toordinal()
    if fact.column == "education_level":
        return next(e.rank for e in reference.education_levels() if e.code == fact.value)
    if fact.column == "grade":
        return next(g.order for g in reference.grades() if g.code == fact.value)
    return 0


def _way(found: ItemWay) -> Way:
    assert found.way is not None
    return found.way
