"""One person as a plan sees them, and the days of a plan.

In: nothing but arrays (who gathers them is ``recommender.plan.planner``). Out: ``Learner``,
``Window``, and ``Availability``: when each training can be taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.plan.offers import Offers, Session
from recommender.plan.problem import MONTHS, Flags, Whole
from recommender.similarity.gaps import Target


@dataclass(frozen=True)
class Learner:
    """What a plan needs to know of one person.

    Attributes:
        levels: milli-levels ``[n_competencies]``, −1 unknown.
        now, following: what the posts ask, one row each.
        now_scale, next_scale: micro-points per milli-weight × milli-level.
        extra: micro-points of each training by itself ``[n_trainings]``.
        open: may be planned as far as rules go, prerequisites apart ``[n_trainings]``.
        badges: one-time gains of each training ``[n_trainings, n_badges]``, and their weight.
        done: trainings completed already ``[n_trainings]``.
        registered: training → the session the person is called up for, ``None`` undated.
        latest: last day on which a training may begin, ``None`` for any day.
    """

    levels: Ints
    now: Target
    following: Target
    now_scale: float
    next_scale: float
    extra: Whole
    open: Flags
    badges: Flags
    badge_weight: Whole
    done: Flags
    registered: Mapping[int, Session | None]
    latest: date | None


@dataclass(frozen=True)
class Window:
    """The days of a plan: after today, within the year."""

    first: date
    last: date

    @classmethod
    def of(cls, year: int, as_of: date) -> Window:
        """Return what is left of a year."""
        return cls(max(date(year, 1, 1), as_of + timedelta(days=1)), date(year, 12, 31))

    def holds(self, session: Session) -> bool:
        """Whether a session lies within the window altogether."""
        return self.first <= session.begin and session.end <= self.last


class Availability:
    """When each training can be taken within the window."""

    def __init__(self, learner: Learner, offers: Offers, window: Window) -> None:
        self.learner, self.offers, self.window = learner, offers, window
        self._found: dict[int, tuple[Session | None, ...]] = {}

    def of(self, training: int) -> tuple[Session | None, ...]:
        """Return its sessions; one ``None`` for a training that knows no sessions at all."""
        if training not in self._found:
            known = self.offers.sessions.get(training)
            if known is None:
                undated = training in self.offers.undated
                self._found[training] = (None,) if undated else ()
            else:
                latest = self.learner.latest
                self._found[training] = tuple(
                    s
                    for s in known
                    if self.window.holds(s) and (latest is None or s.begin <= latest)
                )
        return self._found[training]


@lru_cache(maxsize=8192)
def month_load(session: Session, hours: int) -> NDArray[np.int64]:
    """Return the milli-JP of a session by month, spread evenly over its days."""
    days = (session.end - session.begin).days + 1
    count = np.zeros(MONTHS, np.int64)
    day = session.begin
    for _ in range(days):
        count[day.month - 1] += 1
        day += timedelta(days=1)
    load = hours * count // days
    load[np.flatnonzero(count)[-1]] += hours - int(load.sum())
    load.setflags(write=False)
    return load
