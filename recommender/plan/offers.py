"""What can be planned at all: trainings with their hours, costs, classes and coming sessions.

In: a snapshot and the rules in force. Out: ``Offers``, made once and shared by everybody's plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.columns import MILLI, Days, days
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.reference.packs import Rules

MIX = ("70", "20", "10")


@dataclass(frozen=True)
class Session:
    """One run of a training that can still be joined.

    Attributes:
        begin, end: first and last day.
    """

    code: str
    begin: date
    end: date
    batch: str | None
    method: str | None
    venue: str | None


@dataclass(frozen=True)
class Offers:
    """The catalogue as plans see it; one entry per training.

    Attributes:
        hours: milli-JP as they will be credited; 0 unknown, then ``hours_known`` is False.
        cost: rupiah per seat; 0 unknown, then ``cost_known`` is False.
        mix: position in ``MIX``, −1 none.
        parallel: attended beside the daily work and other courses.
        sessions: training → sessions that can still be joined, by first day.
        of_code: session code → training and session.
        undated: trainings of which no session is known, past or coming.
        outcomes: per training, (competency, from, to) in milli-levels.
    """

    hours: NDArray[np.int64]
    hours_known: NDArray[np.bool_]
    cost: NDArray[np.int64]
    cost_known: NDArray[np.bool_]
    mix: NDArray[np.int8]
    parallel: NDArray[np.bool_]
    sessions: Mapping[int, tuple[Session, ...]]
    of_code: Mapping[str, tuple[int, Session]]
    undated: frozenset[int]
    outcomes: tuple[tuple[tuple[int, int, int], ...], ...]

    @classmethod
    def of(cls, snapshot: Snapshot, rules: Rules, hours: NDArray[np.float64]) -> Offers:
        """Read the catalogue and the calendar.

        Parameters:
            hours: JP that each training adds, NaN unknown.
        """
        trainings = snapshot.trainings
        forms = reference.choices("form")
        parallel = [forms.index(f) for f in rules.rule("plan.schedule").params["parallel_forms"]]
        outcomes: list[list[tuple[int, int, int]]] = [[] for _ in range(len(trainings))]
        for row in zip(
            trainings.outcome_training.tolist(),
            trainings.outcome_competency.tolist(),
            trainings.outcome_from.tolist(),
            trainings.outcome_to.tolist(),
            strict=True,
        ):
            outcomes[row[0]].append(row[1:])
        joinable, of_code = _sessions(snapshot)
        return cls(
            hours=np.rint(np.nan_to_num(hours) * MILLI).astype(np.int64),
            hours_known=~np.isnan(hours),
            cost=np.rint(np.nan_to_num(trainings.cost)).astype(np.int64),
            cost_known=~np.isnan(trainings.cost),
            mix=_mix(snapshot, rules),
            parallel=np.isin(trainings.form, parallel),
            sessions=joinable,
            of_code=of_code,
            undated=frozenset(np.flatnonzero(~trainings.has_sessions).tolist()),
            outcomes=tuple(tuple(some) for some in outcomes),
        )


def _mix(snapshot: Snapshot, rules: Rules) -> NDArray[np.int8]:
    """Return the class that the catalogue states, else the one of the form."""
    of_form = {
        form: MIX.index(mix)
        for mix, forms in rules.rule("development.mix").params["forms"].items()
        for form in forms
    }
    table = snapshot.dataset.table("trainings")
    pairs = zip(table["mix"].to_pylist(), table["form"].to_pylist(), strict=True)
    found = [MIX.index(mix) if mix in MIX else of_form.get(form, -1) for mix, form in pairs]
    return np.array(found, np.int8)


def _sessions(
    snapshot: Snapshot,
) -> tuple[dict[int, tuple[Session, ...]], dict[str, tuple[int, Session]]]:
    """Return the sessions that can still be joined by training, and every coming one by code."""
    table = snapshot.dataset.table("sessions")
    training = snapshot.trainings.index.lookup(table["training_code"])
    begin, end, closes = (days(table[c]) for c in ("starts_on", "ends_on", "closes_on"))
    begin, end = np.where(np.isnat(begin), end, begin), np.where(np.isnat(end), begin, end)
    today = np.datetime64(snapshot.as_of, "D")
    can_join = (begin > today) & (np.isnat(closes) | (closes >= today))
    rows = table.select(["session_code", "batch", "method", "venue"]).to_pylist()
    joinable: dict[int, list[Session]] = {}
    of_code: dict[str, tuple[int, Session]] = {}
    for place in np.lexsort((np.arange(len(rows)), _order(end), _order(begin))).tolist():
        if training[place] < 0 or np.isnat(begin[place]):
            continue
        row = rows[place]
        session = Session(
            row["session_code"], begin[place].astype(object), end[place].astype(object),
            row["batch"], row["method"], row["venue"],
        )  # fmt: skip
        of_code[session.code] = (int(training[place]), session)
        if can_join[place]:
            joinable.setdefault(int(training[place]), []).append(session)
    return {row: tuple(found) for row, found in joinable.items()}, of_code


def _order(day: Days) -> NDArray[np.int64]:
    return day.astype(np.int64)
