"""Moves that people made after a moment, to be foreseen from what was known by then.

In: a dataset with dated job histories. Out: a task for the methods, and the truth. Whoever moved
after the cut is taken as a person with exactly the levels of the post held at the cut, because few
agencies kept scores that far back. What was written down later is taken out: histories, scores and
known good moves, today's posts and targets.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.errors import NothingToEvaluate
from recommender.evaluation.baselines.levels import competency_codes, required_levels
from recommender.evaluation.baselines.roles import RoleTask
from recommender.evaluation.events import row_numbers
from recommender.evaluation.past import known_until
from recommender.evaluation.ranking import Truth
from recommender.evaluation.roles import RoleCase, listed_jobs
from recommender.evaluation.splits import QUANTILE
from recommender.similarity.moves import Moved
from recommender.snapshot import Snapshot
from training_data.dataset import Dataset
from training_data.messages import say

_TODAY = ("job_since", "tier", "target_job_code")
"""Facts of employees that belong to the present post, unknown for the one held before."""


def moves_case(dataset: Dataset, as_of: date, seed: int) -> RoleCase:
    """Lay out each person's first move after the moment by which 80 % of the moves had happened.

    Raises:
        NothingToEvaluate: nobody moved after it between posts that ask for levels.
    """
    snapshot = Snapshot.of(known_until(dataset, as_of), as_of)
    moved = Moved.of(snapshot)
    moved = moved.part(~np.isnat(moved.at))
    jobs = listed_jobs(dataset)
    if len(moved.at) == 0:
        raise NothingToEvaluate(say("evaluate.no_moves", "id"))
    days = np.sort(moved.at)
    cut = days[max(int(np.ceil(QUANTILE * len(days))) - 1, 0)]
    later = moved.part(moved.at > cut)
    _, first = np.unique(later.person, return_index=True)  # they stand by person and time
    later = later.part(np.isin(np.arange(len(later.at)), first))
    codes = pa.array(snapshot.jobs.index.codes, pa.string())
    column = row_numbers(codes, jobs)
    source, target = column[later.source], column[later.target]
    use = (source >= 0) & (target >= 0)
    if not use.any():
        raise NothingToEvaluate(say("evaluate.no_moves", "id"))
    source, target = source[use], target[use]
    shape, rows = (len(source), len(jobs)), np.arange(len(source))
    gains = sp.csr_matrix((np.ones(len(source)), (rows, target)), shape)
    own = sp.csr_matrix((np.ones(len(source)), (rows, source)), shape)
    day: date = cut.astype("datetime64[D]").item()
    past = _past(dataset, snapshot, later, day)
    required = required_levels(past, jobs, competency_codes(past))
    nothing = sp.csr_matrix(shape)  # what weights may learn from is in the past
    task = RoleTask(past, jobs, required, source, day, seed, nothing)
    return RoleCase(task, Truth(gains), own, "moves")


def _past(dataset: Dataset, snapshot: Snapshot, later: Moved, day: date) -> Dataset:
    """Return what was known on the day of the cut, with everybody back in the post of then."""
    known = known_until(dataset, day)
    tables = {name: table for name, table in known.tables.items() if name != "role_pairs"}
    people = tables["employees"]
    row = snapshot.people.index.lookup(people["employee_id"])
    held = _held(snapshot, later, day)
    back = later.person[np.isin(later.person, row)]
    changed = np.isin(row, back) | (held[row] == UNKNOWN)
    codes = np.array([*snapshot.jobs.index.codes, None], object)
    posts = pa.array(codes[held[row]].tolist(), pa.string())
    people = people.set_column(people.column_names.index("job_code"), "job_code", posts)
    for name in _TODAY:
        if name in people.column_names:
            old = people[name].combine_chunks()
            gone = pa.array(changed | (name == "target_job_code"))
            values = pa.compute.if_else(gone, pa.scalar(None, old.type), old)
            people = people.set_column(people.column_names.index(name), name, values)
    tables["employees"] = people
    return Dataset(MappingProxyType(tables))


def _held(snapshot: Snapshot, later: Moved, day: date) -> Ints:
    """Return everybody's post on the day; −1 for those who came to it later, or are not known."""
    held = snapshot.people.job.copy()
    held[later.person] = later.source
    came: NDArray[np.bool_] = snapshot.people.appointed_on > np.datetime64(day, "D")
    return np.where(came, UNKNOWN, held).astype(np.int32)
