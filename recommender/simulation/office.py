"""What HR knows and may suggest in one month: the data, the day, the rules, the calendar.

In: the dataset as it was known on the first day of the month. Out: ``Office``, all that a policy
is given. The rules and what was answered lately hold for every policy alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.columns import days
from recommender.eligibility.facade import Gates, judge
from recommender.evaluation.events import Events
from recommender.evaluation.past import Past
from recommender.simulation.world import ACTIONS
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.reference.packs import Rules

MONTH = 30.44
"""Days of a month on average."""
STANDING = "answers.standing"
"""Rule that says for how many days an answer keeps an item off the list."""

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Office:
    """One month as HR sees it.

    Attributes:
        dataset: what is known, nothing dated after ``as_of``.
        month: 1 is the first; ``seed``: for policies that draw or learn.
    """

    dataset: Dataset
    as_of: date
    rules: Rules
    month: int
    seed: int

    @cached_property
    def snapshot(self) -> Snapshot:
        """The dataset as arrays."""
        return Snapshot.of(self.dataset, self.as_of)

    @cached_property
    def gates(self) -> Gates:
        """The rules on trainings."""
        return judge("training", self.snapshot, self.rules)

    @cached_property
    def allowed(self) -> Flags:
        """What the rules allow to whom, bool ``[n_people, n_trainings]``."""
        everybody = np.arange(len(self.snapshot.people))
        return self.gates.mask(everybody).allowed(everybody)

    @cached_property
    def past(self) -> Past:
        """The same knowledge in the form plain methods learn from."""
        turn = self.seed * 1000 + self.month  # who suggests by chance draws anew every month
        return Past(self.dataset, Events.of(self.dataset), self.as_of, turn)

    @cached_property
    def starts(self) -> Ints:
        """Months until the next run of each training that can be joined; −1 none known.

        What never had a dated run is learnt at work or at one's own pace: at once.
        """
        table = self.dataset.table("sessions")
        index = self.snapshot.trainings.index
        found = np.where(self.snapshot.trainings.has_sessions, _FAR, 0)
        row = index.lookup(table["training_code"]).astype(np.int64)
        first = days(pc.coalesce(table["starts_on"], table["ends_on"]))
        closes = days(pc.coalesce(table["closes_on"], table["starts_on"], table["ends_on"]))
        today = np.datetime64(self.as_of, "D")
        open_ = (row >= 0) & (closes >= today)
        wait = np.maximum((first[open_] - today).astype(np.int64), 0) / MONTH
        np.minimum.at(found, row[open_], wait.astype(np.int64))
        return np.where(found == _FAR, -1, found)


_FAR = 10_000


def rest_of(rules: Rules) -> Mapping[str, int]:
    """Return for how many months each answer keeps an item off the list."""
    stated = rules.rule(STANDING).params
    return {action: round(stated[action] / MONTH) for action in ACTIONS if action in stated}
